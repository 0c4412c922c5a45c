/**
 * The flexible loads of a real home, decided together in each cycle before the BEC: what they take is part of what the
 * home draws ([ADR 27](../../../docs/adr/0027-loads-decide-before-the-counter.md)), as in a simulated home.
 *
 * Whoever matters more is asked first: of two who wait for the sun it gets the surplus, and where less may come in than
 * all want, the others give way (`control/appliance`), before the rest of the home does. The accumulator is not counted
 * on. What a load draws by its own meter is told apart from the rest of the home; where a meter is late or lost, the
 * rest counts as larger and the loads get less.
 *
 * A micro-CHP comes last, since it serves all of them. A device that is not heard goes by itself: a charge point by its
 * safe current, what heats by its thermostat.
 */
import { quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { givingWay } from "#control/appliance.ts";
import type { PhaseLimits } from "#control/limits.ts";
import type { Device } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { preferencesFit } from "#wire/load-preferences.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
import { type DeviceImage, maxAgeOf, type ProcessImage } from "../process-image.ts";
import { SteeredCar } from "./car.ts";
import { SteeredHeatPump } from "./heat-pump.ts";
import { type ComingTerms, KnownHome, offersWithout } from "./known-home.ts";
import type { LoadSwitches } from "./load-switches.ts";
import { SteeredChp } from "./micro-chp.ts";
import { SteeredPlug } from "./plug.ts";
import { SteeredContacts } from "./sg-ready.ts";
import { type SteeredLoad, usualWish, type Wish } from "./steered-load.ts";

export interface LoadsInputs {
  /** What is believed of the devices. */
  readonly image: ProcessImage;
  readonly maxAgeMs: number;
  readonly now: UnixSeconds;
  readonly seconds: number;
  /** What the home draws, the sun and micro-CHPs give, W; `undefined` while the counter is not believed. */
  readonly home: { readonly loadW: number; readonly solarW: number; readonly gasW: number } | undefined;
  /** The strictest of connection, contract and operator, W. */
  readonly importMaxW: number;
  readonly phases: PhaseLimits | undefined;
  /** What the accumulators give, W. */
  readonly accumulatorsW: number;
  readonly importPrice: number;
  readonly isClockRight: boolean;
}

interface KeptLoads {
  readonly home: object;
  readonly loads: { readonly [id: string]: object };
}

/** More is drawn than may come in for so long before an appliance goes off, s: motors start. */
const OVER_S = 3;

export class SteeredLoads {
  readonly #loads: readonly SteeredLoad[];
  readonly #known: KnownHome;
  readonly #terms: () => ComingTerms;
  #order: readonly SteeredLoad[];
  #heard: ReadonlyMap<string, Wish> | undefined;
  #switches: LoadSwitches = NO_SWITCHES;
  /** The quarter hour that was planned for. */
  #planned: UnixSeconds = Number.NEGATIVE_INFINITY;
  #now: UnixSeconds = 0;
  #overS = 0;
  /** What the home draws without these loads, W. */
  #baseW = 0;
  readonly #codes = new Map<string, string>();

  constructor(
    devices: readonly Steerable[],
    sheets: ReadonlyMap<string, LoadSheet>,
    /** What the coming hours bring; asked once a quarter hour. */
    terms: () => ComingTerms,
    kept?: object,
  ) {
    const known = kept as KeptLoads | undefined;
    this.#terms = terms;
    this.#known = new KnownHome(known?.home);
    this.#loads = devices.flatMap((one) => loadOf(one, sheets.get(one.id) ?? {}, known?.loads[one.id]));
    this.#order = byPriority(this.#loads);
  }

  get kept(): KeptLoads {
    return {
      home: this.#known.kept,
      loads: Object.fromEntries(this.#loads.map(({ id, kept }) => [id, kept])),
    };
  }

  /** Which load has which kind: what a letter must fit. */
  get kinds(): ReadonlyMap<string, SteeredLoad["kind"]> {
    return new Map(this.#loads.map(({ id, kind }) => [id, kind]));
  }

  /** What stands for each load; those not named run as usual. A switch at the box wins where its load has that mode. */
  hear(wishes: ReadonlyMap<string, Wish>, switches: LoadSwitches = NO_SWITCHES): void {
    if (wishes === this.#heard && switches === this.#switches) return;
    this.#heard = wishes;
    this.#switches = switches;
    for (const load of this.#loads) {
      const { preferences, change } = wishes.get(load.id) ?? usualWish(load.kind);
      const mode = switches.get(load.id);
      const switched = mode === undefined ? preferences : { ...preferences, mode };
      const fits = preferencesFit(load.kind, switched);
      load.hear({ change, preferences: fits ? switched : preferences });
    }
    this.#order = byPriority(this.#loads);
    this.#planned = Number.NEGATIVE_INFINITY;
  }

  /** What the devices shall do, and whose reason changed. */
  run(inputs: LoadsInputs): { readonly outputs: readonly Output[]; readonly changed: readonly LoadReport[] } {
    const { now, seconds, isClockRight } = inputs;
    this.#now = now;
    for (const load of this.#loads) load.see(seenOf(inputs, load.id), now, seconds);
    this.#learn(inputs);
    const slot = quarterHourOf(now);
    if (this.#planned !== slot) {
      this.#planned = slot;
      let offers = isClockRight ? this.#known.offersFrom(slot, this.#terms()) : undefined;
      // Whoever matters more plans first: the others find what it leaves.
      for (const load of this.#order) {
        const plannedW = load.plan(now, offers);
        if (offers !== undefined && plannedW !== undefined) offers = offersWithout(offers, plannedW);
      }
    }
    this.#decide(inputs);
    const reports = this.reports();
    const changed = reports.filter(({ id, code }) => this.#codes.get(id) !== code);
    for (const { id, code } of changed) this.#codes.set(id, code);
    return { outputs: this.#loads.flatMap((load) => load.outputs()), changed };
  }

  /** The last word of a gateway that goes: what it held goes by itself again. */
  release(): readonly Output[] {
    return this.#loads.flatMap((load) => load.release?.() ?? []);
  }

  reports(): LoadReport[] {
    return this.#loads.map((load) => load.report(this.#now));
  }

  #decide({ now, seconds, home, importMaxW, phases, accumulatorsW, importPrice, isClockRight }: LoadsInputs) {
    const shared = { now, seconds, importPrice, isClockRight };
    if (home === undefined) {
      this.#overS = 0;
      const unknown = { surplusW: Number.NaN, neededW: Number.NaN, limitW: 0 };
      for (const load of this.#order) load.decide({ ...shared, ...unknown });
      return;
    }
    const baseW = this.#baseW;
    const ownW = home.solarW + home.gasW - baseW;
    const headroomW = importMaxW + ownW;
    const rooms = phases && phaseRooms(phases, accumulatorsW, this.#loads);
    const took = new Map<SteeredLoad, number>();
    let usedW = 0;
    // A micro-CHP serves them all: it comes last.
    const order = [...this.#order].sort((a, b) => Number(a.kind === "chp") - Number(b.kind === "chp"));
    for (const load of order) {
      const roomW = rooms === undefined ? Number.POSITIVE_INFINITY : roomOf(load, rooms);
      const powerW = load.decide({
        ...shared,
        // The house lives from gas first; never is there more of the sun than it gives.
        surplusW: Math.max(0, Math.min(home.solarW, ownW - usedW)),
        neededW: Math.max(0, baseW + usedW - home.solarW),
        limitW: Math.max(0, Math.min(headroomW - usedW, roomW)),
      });
      took.set(load, powerW);
      usedW += powerW;
      for (const [i, share] of load.phaseShares.entries()) {
        if (rooms !== undefined) rooms[i]! -= share * powerW;
      }
    }
    const overPhaseW = rooms === undefined ? 0 : Math.max(0, ...rooms.map((room) => -room));
    const overW = Math.max(usedW - Math.max(0, headroomW), overPhaseW);
    this.#overS = overW > 0 ? this.#overS + seconds : 0;
    if (this.#overS < OVER_S) return;
    const wanting = [...took].map(([{ id, wish }, usualW]) => ({
      ...{ id, usualW, priority: wish.preferences.priority },
    }));
    const off = new Set(givingWay(wanting, overW));
    for (const load of this.#loads) if (off.has(load.id)) load.cut();
  }

  /**
   * What the home draws without these loads. Their meters may be a moment behind the counter: then it is what it was,
   * within what can be; and where too much comes in now, the most that it can be.
   */
  #learn({ now, seconds, home, importMaxW, isClockRight }: LoadsInputs): void {
    if (home === undefined) return;
    let [lowW, highW] = [0, 0];
    for (const { draws } of this.#loads) {
      lowW += draws.lowW;
      highW += draws.highW;
    }
    const mostW = Math.max(0, home.loadW - lowW);
    const leastW = Math.max(0, home.loadW - highW);
    const isOver = home.loadW - home.solarW - home.gasW > importMaxW;
    this.#baseW = isOver ? mostW : Math.min(mostW, Math.max(leastW, this.#baseW));
    if (isClockRight) this.#known.see(now, seconds, this.#baseW, home.solarW);
  }
}

const NO_SWITCHES: LoadSwitches = new Map();

/** A name in a letter has at most so many letters. */
const ID_MAX = 40;

/** What must be known of a device to steer it. */
type Steerable = Pick<Device, "id" | "kind" | "settable">;

function loadOf(
  { id, kind, settable }: Steerable,
  sheet: LoadSheet,
  kept: object | undefined,
): SteeredLoad[] {
  if (id.length > ID_MAX) return [];
  switch (kind) {
    case "charge_point":
      return [new SteeredCar(id, sheet, kept)];
    case "heat_pump":
      return settable?.includes("sgContact1") === true
        ? [new SteeredContacts(id, sheet, kept)]
        : [new SteeredHeatPump(id, sheet, kept)];
    case "micro_chp":
      return [new SteeredChp(id, sheet, kept)];
    case "plug": {
      const plugged = sheet.kind ?? "appliance";
      // A heat pump or a car behind a plug is a device with a switch, and no more.
      const known = plugged === "car" || plugged === "heat_pump" ? "appliance" : plugged;
      return [new SteeredPlug(id, known, sheet, kept)];
    }
    default:
      return [];
  }
}

function seenOf({ image, maxAgeMs }: LoadsInputs, id: string) {
  const device = image.devices.find((one) => one.id === id);
  if (device === undefined || device.problem !== undefined || !isFresh(image, device, maxAgeMs))
    return undefined;
  return { values: device.values, measuredAt: device.measuredAt! };
}

function isFresh(image: ProcessImage, { kind, measuredAt }: DeviceImage, maxAgeMs: number): boolean {
  return measuredAt !== undefined && image.at - measuredAt <= maxAgeOf(kind, maxAgeMs);
}

/** Who gives way last comes first. */
function byPriority(loads: readonly SteeredLoad[]): SteeredLoad[] {
  return loads.toSorted((a, b) => b.wish.preferences.priority - a.wish.preferences.priority);
}

/** What the fuse leaves for all loads together on each phase, W, without what the accumulators give. */
function phaseRooms(
  { fuseA, voltageV, powersW, shares }: PhaseLimits,
  accumulatorsW: number,
  loads: readonly SteeredLoad[],
): number[] {
  return powersW.map((powerW, i) => {
    const drawn = loads.reduce((sum, { draws, phaseShares }) => sum + draws.lowW * (phaseShares[i] ?? 0), 0);
    return fuseA * voltageV - (powerW + accumulatorsW * (shares[i] ?? 0) - drawn);
  });
}

function roomOf({ phaseShares }: SteeredLoad, rooms: readonly number[]): number {
  let roomW = Number.POSITIVE_INFINITY;
  for (const [i, share] of phaseShares.entries()) {
    if (share > 0 && rooms[i] !== undefined) roomW = Math.min(roomW, rooms[i]! / share);
  }
  return roomW;
}
