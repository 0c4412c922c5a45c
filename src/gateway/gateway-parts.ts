/**
 * What a gateway is made of: each part knows one thing, and is handed those whose word it goes by. `gateway` says in
 * which order they work.
 */
import type { Device } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { READINGS_OF_A_MESSAGE_MAX } from "#wire/gateway-messages.ts";
import type { HomeClock } from "./clock.ts";
import { Cycle } from "./cycle.ts";
import { DeviceBus } from "./device-bus.ts";
import { Diary } from "./diary.ts";
import { GatewayLog, type GatewayNote } from "./gateway-log.ts";
import type { Neighbour } from "./home-assistant.ts";
import type { HomePrices } from "./home-prices.ts";
import type { HomeSettings } from "./home-settings.ts";
import { HomeTerms } from "./home-terms.ts";
import type { Link } from "./link.ts";
import type { LiveRing } from "./live-ring.ts";
import type { LoadSwitches } from "./loads/load-switches.ts";
import { SteeredLoads } from "./loads/steered-loads.ts";
import type { MeterState } from "./meter.ts";
import type { Outbox } from "./outbox.ts";
import type { BoxSwitch } from "./override.ts";
import { OwnMeter } from "./own-meter.ts";
import { OwnSymptoms } from "./own-symptoms.ts";
import { OwnersWord } from "./owners-word.ts";
import { PlatformContact } from "./platform-contact.ts";
import { ReadingSender } from "./reading-sender.ts";
import { type Standing, StandingOrders } from "./standing-orders.ts";
import { Telling } from "./telling.ts";
import { WaitingForDisk } from "./waiting-for-disk.ts";

export interface GatewayOptions {
  readonly devices: readonly Device[];
  /** What the installer said of loads, by their devices' ids. */
  readonly loads?: ReadonlyMap<string, LoadSheet>;
  readonly settings: HomeSettings;
  readonly clock: HomeClock;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly ring: LiveRing | undefined;
  /** `undefined` before the enrolment: the home is run, nothing is settled. */
  readonly standing: Standing | undefined;
  /** The key that followed is the meter's from now on: on the disk, with the next one, when it returns. */
  readonly turnMeterKey?: () => Standing;
  readonly version: string;
  /** While the platform says none; absent: the settings'. */
  readonly prices?: HomePrices;
  /** What the switch at the box says. */
  readonly override?: () => BoxSwitch | null;
  /** Who shows the home in the home itself, and may wish something of its devices. */
  readonly neighbour?: Neighbour;
  /** And what its switches for single loads say; the same object until something changes. */
  readonly loadSwitches?: () => LoadSwitches;
  /** Told of everything that a log should hold. */
  readonly note?: (what: GatewayNote) => void;
}

export interface GatewayParts {
  readonly log: GatewayLog;
  readonly bus: DeviceBus;
  readonly loads: SteeredLoads;
  readonly cycle: Cycle;
  /** Whom it believes, and what it was ordered. */
  readonly orders: StandingOrders;
  /** What the owner wants. */
  readonly word: OwnersWord;
  /** What the coming hours cost and allow. */
  readonly terms: HomeTerms;
  readonly meter: OwnMeter;
  readonly waiting: WaitingForDisk;
  /** What happened, since when. */
  readonly diary: Diary;
  readonly symptoms: OwnSymptoms;
  readonly contact: PlatformContact;
  readonly sender: ReadingSender;
  readonly telling: Telling;
}

/** Of the newest readings on the disk so many tell what left the accumulator: a day. */
const NEWEST_READINGS = 96;

/** `storedWh`: by the accumulator at the last cycle, Wh. Throws what the disk throws. */
export function partsOf(options: GatewayOptions, storedWh: () => number): GatewayParts {
  const { devices, settings, clock, link, outbox, ring, standing, prices } = options;
  const log = new GatewayLog(options.note);
  const orders = new StandingOrders({
    standing,
    turnMeterKey: options.turnMeterKey,
    connectionW: settings.connection.importPowerMaxW,
    outbox,
    log,
  });
  const { override, loadSwitches } = options;
  const word = new OwnersWord({ settings, clock, orders, outbox, override, loadSwitches, log });
  const terms = new HomeTerms({ settings, prices, orders, ring, log });
  const meter = new OwnMeter(
    orders,
    parsed<MeterState>(outbox.kept("meter")),
    outbox.next(READINGS_OF_A_MESSAGE_MAX, Math.max(0, outbox.through - NEWEST_READINGS)),
  );
  const loads = new SteeredLoads(
    devices,
    options.loads ?? new Map(),
    () => terms.coming(meter.books ?? { solarWh: storedWh(), gridWh: 0 }),
    parsed<object>(outbox.kept("loads")),
  );
  const waiting = new WaitingForDisk(outbox, log);
  const diary = new Diary(outbox, waiting, log);
  return {
    log,
    bus: new DeviceBus(devices, settings.accumulator.setpointHoldS),
    loads,
    cycle: new Cycle(settings, loads),
    orders,
    word,
    terms,
    meter,
    waiting,
    diary,
    symptoms: new OwnSymptoms(),
    contact: new PlatformContact(link, clock),
    sender: new ReadingSender(link, outbox, log),
    telling: new Telling({ link, orders, meter, loads, diary }),
  };
}

function parsed<T>(kept: string | undefined): T | undefined {
  return kept === undefined ? undefined : (JSON.parse(kept) as T);
}
