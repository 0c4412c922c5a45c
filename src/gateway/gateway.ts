/**
 * The gateway of a home: once a second it reads its devices, decides, writes, counts, and tells. `cycle` decides;
 * here is what has to happen around it, in one order that never changes: time, image, decision, setpoints, faults,
 * meter, messages. Nothing here waits for the platform, and no failure of the disk or the link stops a cycle.
 *
 * What each part knows stands in its file: whom it believes and what it was ordered (`standing-orders`), what the
 * owner wants (`owners-word`), what the coming hours cost and allow (`home-terms`), the meter (`own-meter`), what
 * waits for the disk (`waiting-for-disk`) and for the platform (`reading-sender`), what is told and when
 * (`home-state`, `state-rhythm`).
 *
 * Whoever calls `tick` keeps the time: a timer in the box, a loop in tests that run a week in seconds.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { DECISION_CODES, type Decision } from "#control/dispatch.ts";
import type { Device } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import {
  type AckMessage,
  type OrdersMessage,
  READINGS_OF_A_MESSAGE_MAX,
  type StateMessage,
} from "#wire/gateway-messages.ts";
import type { Fault } from "#wire/schemas.ts";
import type { HomeClock, Ticks } from "./clock.ts";
import { Cycle, type CycleInputs, type CycleResult, type Output } from "./cycle.ts";
import { DeviceBus, type WriteProblem } from "./device-bus.ts";
import { FaultBook } from "./fault-book.ts";
import { GatewayLog, type GatewayNote } from "./gateway-log.ts";
import type { Neighbour } from "./home-assistant.ts";
import type { HomePrices } from "./home-prices.ts";
import type { HomeSettings } from "./home-settings.ts";
import { overrideShown, stateOf, supplyStateOf } from "./home-state.ts";
import { HomeTerms } from "./home-terms.ts";
import { liveValuesOf, registersOf } from "./home-values.ts";
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
import type { ProcessImage } from "./process-image.ts";
import { ReadingSender } from "./reading-sender.ts";
import { type Standing, StandingOrders } from "./standing-orders.ts";
import { StateRhythm } from "./state-rhythm.ts";
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

/** Of the newest readings on the disk so many tell what left the accumulator: a day. */
const NEWEST_READINGS = 96;

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #log: GatewayLog;
  readonly #bus: DeviceBus;
  readonly #loads: SteeredLoads;
  readonly #cycle: Cycle;
  readonly #orders: StandingOrders;
  readonly #word: OwnersWord;
  readonly #terms: HomeTerms;
  readonly #meter: OwnMeter;
  readonly #symptoms = new OwnSymptoms();
  readonly #faults: FaultBook;
  readonly #waiting: WaitingForDisk;
  readonly #sender: ReadingSender;
  readonly #rhythm = new StateRhythm();
  #heardAtMs: number | undefined;
  #lastMs: number | undefined;
  #steadyMs = 0;
  /** `undefined` before the first cycle. */
  #wallMs: number | undefined;
  #code = -1;
  #since = 0;
  #result: CycleResult | undefined;
  #image: ProcessImage | undefined;
  #writeProblems: readonly WriteProblem[] = [];

  constructor(options: GatewayOptions) {
    const { outbox, settings, devices, link, clock } = options;
    this.#options = options;
    this.#log = new GatewayLog(options.note);
    const log = this.#log;
    this.#bus = new DeviceBus(devices, settings.accumulator.setpointHoldS);
    this.#loads = new SteeredLoads(
      devices,
      options.loads ?? new Map(),
      () => this.#terms.coming(this.#meter.books ?? { solarWh: this.#result?.storedWh ?? 0, gridWh: 0 }),
      parsed<object>(outbox.kept("loads")),
    );
    this.#cycle = new Cycle(settings, this.#loads);
    this.#orders = new StandingOrders({
      standing: options.standing,
      turnMeterKey: options.turnMeterKey,
      connectionW: settings.connection.importPowerMaxW,
      ...{ outbox, log },
    });
    const orders = this.#orders;
    const { override, loadSwitches, prices, ring } = options;
    this.#word = new OwnersWord({ settings, clock, orders, outbox, override, loadSwitches, log });
    this.#terms = new HomeTerms({ settings, prices, orders, ring, log });
    this.#meter = new OwnMeter(
      orders,
      parsed<MeterState>(outbox.kept("meter")),
      outbox.next(READINGS_OF_A_MESSAGE_MAX, Math.max(0, outbox.through - NEWEST_READINGS)),
    );
    this.#faults = new FaultBook(parsed<Fault[]>(outbox.kept("faults")));
    this.#waiting = new WaitingForDisk(outbox, log);
    this.#sender = new ReadingSender(link, outbox, log);
    const known = parsed<OrdersMessage>(outbox.kept("orders"));
    if (known !== undefined) this.#order(known);
  }

  /** Begins to listen. */
  open(): void {
    const { link, clock } = this.#options;
    const heard = () => {
      this.#heardAtMs = this.#steadyMs;
    };
    link.open({
      connected: (isUp) => {
        heard();
        if (!isUp) return;
        // Whoever is there now is told how the home stands, and says what time it is.
        this.#sender.again();
        this.#rhythm.anew();
      },
      acknowledged: (message) => {
        heard();
        this.#acknowledge(message);
      },
      ordered: (message) => {
        heard();
        this.#order(message);
      },
      commanded: (message) => {
        heard();
        this.#word.hear(message);
        this.#heed();
      },
      clock: ({ time, speed }) => {
        heard();
        clock.heardPlatform(time * 1000, speed, this.#steadyMs);
      },
    });
  }

  /** One cycle. Never rejects for what devices, link or disk do. */
  async tick(ticks: Ticks): Promise<CycleResult> {
    const { clock } = this.#options;
    this.#steadyMs = ticks.steadyMs;
    this.#wallMs = ticks.wallMs;
    clock.tick(ticks);
    const nowMs = clock.nowMs;
    const now = Math.floor(nowMs / 1000);
    const elapsedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    const seconds = Math.min(QUARTER_HOUR_S, elapsedMs / 1000);
    this.#lastMs = nowMs;
    const time = { nowMs, ...ticks, speed: clock.speed };
    const image = await this.#bus.read(time);
    this.#image = image;
    this.#heed();
    if (this.#word.lookAtSwitch(now)) this.#rhythm.soon();
    this.#word.heedForLoads(this.#loads);
    const result = this.#cycle.run(this.#inputs(image, Math.max(1, seconds), now));
    this.#result = result;
    this.#writeProblems = await this.#bus.write(this.#withWishes(result.outputs, image), time);
    this.#report(result, now);
    this.#decide(result, now);
    this.#noteFaults(result, now);
    this.#count(image, result, seconds, now);
    this.#tell(image, result, Math.max(1, Math.round(seconds)), now);
    this.#sender.send(this.#steadyMs);
    this.#options.neighbour?.tell(image, {
      decision: DECISION_CODES[this.#code] ?? "",
      override: overrideShown(this.#word.switch),
    });
    if (this.#waiting.isDue(now)) this.#keep(now);
    return result;
  }

  /** Stops: devices are told to rest, what is in memory is written. */
  async close(): Promise<void> {
    const { devices, outbox, ring, link, clock } = this.#options;
    const rest = devices
      .filter(({ kind }) => kind === "accumulator")
      .map(({ id }) => ({ device: id, point: "setPowerW" as const, value: 0 }));
    await this.#bus.write([...rest, ...this.#loads.release()], {
      nowMs: this.#lastMs ?? 0,
      wallMs: 0,
      steadyMs: Number.MAX_SAFE_INTEGER,
      speed: 1,
    });
    this.#keep(Math.floor(clock.nowMs / 1000));
    await this.#bus.close();
    await this.#options.neighbour?.close();
    await link.close();
    ring?.close();
    outbox.close();
  }

  get decision(): Decision {
    return this.#result?.explain(this.#since) ?? { code: DECISION_CODES[0], numbers: {}, since: this.#since };
  }

  get faults(): readonly Fault[] {
    return this.#faults.all();
  }

  /** Where it stands between enrolment and metering; the instant of its first quarter hour once that is known. */
  get metering(): {
    readonly stands: "not_enrolled" | "waits" | "counts";
    readonly from: UnixSeconds | null;
  } {
    if (this.#orders.standing === undefined) return { stands: "not_enrolled", from: null };
    const from = this.#orders.meterBeginning?.from ?? null;
    return { stands: this.#meter.books === undefined ? "waits" : "counts", from };
  }

  /** How everything stands: what goes to the platform, and what `contrada gateway status` shows. */
  state(now: UnixSeconds): StateMessage {
    const { outbox, version } = this.#options;
    const result = this.#result;
    return stateOf(now, {
      version,
      image: this.#image,
      result,
      decision: this.decision,
      faults: this.faults,
      loads: this.#loads.reports(),
      word: this.#word,
      plan: this.#terms.shownPlan(this.#meter.books, result?.storedWh),
      orders: this.#orders,
      outbox,
    });
  }

  #inputs(image: ProcessImage, seconds: number, now: UnixSeconds): CycleInputs {
    const { link, clock } = this.#options;
    const [orders, terms] = [this.#orders, this.#terms];
    const isClockRight = clock.isRight;
    return {
      image,
      seconds,
      books: this.#meter.books ?? { solarWh: 0, gridWh: 0 },
      supply: orders.supply,
      silentS: this.#silentS(),
      isLinkUp: link.isUp,
      isClockRight,
      saleRemainingJ: this.#meter.remainingJ(now),
      gridEnergySellable: orders.gridEnergySellable,
      operator: terms.operator,
      failsafe: terms.failsafe,
      importPriceAt: terms.importPriceAt,
      feedInPrice: terms.feedInPriceAt(now),
      reserveWh: terms.reserveWh,
      values: isClockRight ? terms.values(image, now) : undefined,
      heard: this.#word.heard,
      local: this.#word.switch,
    };
  }

  /** Since the platform was last heard, s; from the start on where it never was. */
  #silentS(): number {
    if (this.#options.link.isUp) return 0;
    const since = this.#heardAtMs ?? 0;
    return (Math.max(0, this.#steadyMs - since) * this.#options.clock.speed) / 1000;
  }

  /** What somebody in the home wishes, behind what the gateway itself sets. */
  #withWishes(outputs: readonly Output[], image: ProcessImage): readonly Output[] {
    const wishes = this.#options.neighbour?.wishes(image) ?? [];
    if (wishes.length === 0) return outputs;
    const isFree = ({ device, point }: Output) =>
      outputs.every((one) => one.device !== device || one.point !== point);
    return [...outputs, ...wishes.filter(isFree)];
  }

  /** What became of the owner's letter. */
  #report({ directive, bound }: CycleResult, now: UnixSeconds): void {
    const isBlind = this.#word.heard.command !== null && !this.#options.clock.isRight;
    if (this.#word.came(directive, isBlind ? "safe_state" : bound, now)) this.#rhythm.soon();
  }

  #decide(result: CycleResult, now: UnixSeconds): void {
    if (result.code !== this.#code && !this.#options.clock.isUnset) {
      this.#code = result.code;
      this.#since = now;
      const decision = result.explain(now);
      this.#waiting.decisions.push(decision);
      this.#log.note({ about: "decision", decision });
    }
    for (const load of result.loadsChanged) {
      this.#waiting.loads.push({ time: now, load: load.id, code: load.code, numbers: load.numbers });
      this.#log.note({ about: "load", load });
    }
  }

  #noteFaults({ symptoms }: CycleResult, now: UnixSeconds): void {
    const { clock, outbox, link } = this.#options;
    if (clock.isUnset) return;
    const own = this.#symptoms.look({
      clock,
      silentS: this.#orders.standing === undefined || link.isUp ? undefined : this.#silentS(),
      areOrdersRefused: this.#orders.refused !== null,
      writeProblems: this.#writeProblems,
    });
    const changed = this.#faults.note([...symptoms, ...own], now);
    if (changed.length === 0) return;
    this.#log.attempt("outbox", () => outbox.keep({ faults: JSON.stringify(this.#faults.all()) }));
    this.#rhythm.soon();
    for (const fault of changed) this.#log.note({ about: "fault", fault });
  }

  #count(image: ProcessImage, result: CycleResult, seconds: number, now: UnixSeconds): void {
    const { clock, ring } = this.#options;
    if (!clock.isRight) return;
    const { measuredW: flowsW, storedWh } = result;
    if (ring !== undefined && flowsW !== undefined) {
      const values = [...flowsW.subarray(0, 7), storedWh ?? 0];
      this.#log.attempt("ring", () => ring.record(now, values));
    }
    const closed = this.#meter.see(now, seconds, clock.speed, () => ({
      registersWh: registersOf(image),
      flowsW,
      storedWh,
    }));
    if (closed.length === 0) return;
    this.#waiting.readings.push(...closed);
    this.#keep(now);
  }

  #tell(image: ProcessImage, result: CycleResult, stepS: number, now: UnixSeconds): void {
    const { link } = this.#options;
    if (!link.isUp) return;
    const { measuredW, limited, safeState } = result;
    if (measuredW !== undefined) {
      const values = liveValuesOf(image, result, {
        time: now,
        stepS: Math.min(QUARTER_HOUR_S, stepS),
        books: this.#meter.books,
        soldReservedWh: Math.ceil(this.#meter.remainingJ(now) / J_PER_WH),
      });
      const supply = supplyStateOf(result, (this.#lastMs ?? 0) - this.#silentS() * 1000);
      link.publishLive({ values: [values], decision: this.decision, ...(supply && { supply }) });
    }
    const telling = {
      home: `${this.#code} ${safeState} ${limited.bound} ${limited.inverterBound} ${this.#orders.refused}`,
      loads: this.#loads
        .reports()
        .map(({ code, powerW, change }) => `${code} ${change} ${Math.round(powerW / 50)}`)
        .join(),
    };
    if (this.#rhythm.isDue(telling, now, this.#steadyMs)) link.publishState(this.state(now));
  }

  #acknowledge(message: AckMessage): void {
    const { outbox } = this.#options;
    this.#log.attempt("outbox", () => {
      const isNew = outbox.acknowledge(message);
      if (!isNew) return;
      for (const { sequence, reason } of message.refused) {
        this.#symptoms.readingRefused();
        this.#log.note({ about: "reading_refused", sequence, reason });
      }
      // Signed before the meter's key was another one; the platform is told again, once.
      const isOtherKey = message.refused.some(({ reason }) => reason === "bad_signature");
      if (isOtherKey && this.metering.from !== null) this.#signAnew();
      this.#sender.send(this.#steadyMs);
    });
  }

  #order(message: OrdersMessage): void {
    const wallS = this.#wallMs === undefined ? undefined : Math.floor(this.#wallMs / 1000);
    const heeded = this.#orders.hear(message, wallS);
    if (heeded === undefined) return;
    if (heeded.isLimitNew) this.#rhythm.soon();
    if (heeded.isKeyNew) {
      this.#log.attempt("outbox", () => {
        this.#signAnew();
        this.#rhythm.anew();
      });
    }
    this.#heed();
  }

  /** The owner's letters, as soon as they can be judged. */
  #heed(): void {
    if (this.#word.heed(this.#image)) this.#rhythm.soon();
  }

  #signAnew(): void {
    const { standing } = this.#orders;
    if (standing === undefined) return;
    this.#waiting.signAnew(standing);
    this.#sender.again();
  }

  /** Onto the disk: what waits, the time, what the meter has added up, what stands of letters and loads. */
  #keep(now: UnixSeconds): void {
    const [meter, letters] = [this.#meter.state, this.#word.kept];
    this.#waiting.keep(now, {
      ...(this.#lastMs !== undefined && { last: String(this.#lastMs) }),
      ...(meter && { meter: JSON.stringify(meter) }),
      ...(letters && { letters: JSON.stringify(letters) }),
      ...(this.#loads.kinds.size > 0 && { loads: JSON.stringify(this.#loads.kept) }),
    });
  }
}

function parsed<T>(kept: string | undefined): T | undefined {
  return kept === undefined ? undefined : (JSON.parse(kept) as T);
}
