/**
 * Appliances behind smart plugs. A *programme* (washing machine, dishwasher) is filled by somebody, runs through once
 * begun and goes on where it was cut off; a *boiler* keeps water warm between two temperatures; a *freezer* cycles by
 * itself and is never switched by price. They decide by `control/appliance`.
 */
import type { Random } from "#base/random.ts";
import { QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import { type ApplianceChoice, type ApplianceMode, applianceChoice } from "#control/appliance.ts";
import { cheapestHours, cheapestStart, type Offers } from "#control/flexible-load.ts";
import { DayMeter, firstRun, nextMinute, Stood } from "#control/load-day.ts";
import { type HeatState, stepHeat, tankRoomWh, type Warmth } from "#plant/heat.ts";
import { floorOnGrid, J_PER_WH, onGrid } from "#plant/resolution.ts";
import type { LoadWish } from "#platform/home-loads.ts";
import type { LoadKind } from "#wire/load-preferences.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import { Daily, type KeptLoad, kept, type LoadStep, type SimulatedLoad, Standing } from "./load.ts";

type Run = { readonly from: UnixSeconds; readonly to: UnixSeconds } | null;

/** What all of them have: a plug that is on or off, with its owner's word, its counter and its clocks. */
abstract class Plug implements SimulatedLoad {
  readonly id: string;
  readonly kind: LoadKind;
  protected readonly zone: Zone;
  protected readonly standing: Standing;
  protected choice: ApplianceChoice = { on: false, code: "done_for_today" };
  protected powerW = 0;
  protected nextRun: Run = null;
  protected surplusW = 0;
  protected price = 0;
  readonly #meter: DayMeter;
  readonly #sun = new Stood();
  readonly #on = new Stood();

  constructor(kind: LoadKind, zone: Zone) {
    this.id = kind.replaceAll("_", "-");
    this.kind = kind;
    this.zone = zone;
    this.standing = new Standing(kind);
    this.#meter = new DayMeter(zone);
  }

  get preferences() {
    return this.standing.preferences;
  }

  hear(wish: LoadWish): void {
    this.standing.hear(wish);
  }

  abstract plan(time: UnixSeconds, offers: Offers): void;
  abstract decide(step: LoadStep): number;

  protected choose(
    step: LoadStep,
    wants: { readonly usualW: number; readonly missingS: number; readonly leftS: number } & {
      readonly planned: boolean;
      readonly runsAtLeastS: number;
    },
  ): ApplianceChoice {
    this.surplusW = step.surplusW;
    this.price = step.importPrice;
    const { mode } = this.preferences;
    return applianceChoice({
      ...wants,
      mode: mode === "now" ? "always" : (mode satisfies ApplianceMode),
      surplusW: step.surplusW,
      surplusStoodS: this.#sun.see(step.surplusW >= wants.usualW),
      on: this.choice.on,
      sinceS: this.#on.see(this.choice.on),
    });
  }

  /** What is on now takes so much in the step. */
  protected take(choice: ApplianceChoice, powerW: number): number {
    this.choice = choice;
    this.powerW = choice.on ? powerW : 0;
    return this.powerW;
  }

  cut(): void {
    this.choice = { on: false, code: "gives_way" };
    this.powerW = 0;
  }

  live({ time, seconds }: LoadStep): void {
    this.#meter.add(time, seconds, this.powerW);
    this.#sun.pass(seconds);
    this.#on.pass(seconds);
  }

  keep(): KeptLoad {
    return { ...this.#meter.keep(), on: this.choice.on ? 1 : 0 };
  }

  resume(of: KeptLoad): void {
    this.#meter.resume(kept(of, "dayJ", 0), kept(of, "dayEnd", 0));
    this.choice = { ...this.choice, on: kept(of, "on", 0) === 1 };
  }

  report(time: UnixSeconds): LoadReport {
    const { on, code } = this.choice;
    return {
      ...{ id: this.id, kind: this.kind, name: null, powerW: this.powerW, code },
      todayWh: this.#meter.wattHours,
      state:
        code === "gives_way"
          ? "limited"
          : this.powerW > 0
            ? "running"
            : on || code === "done_for_today" || code === "switched_off"
              ? "idle"
              : "waiting",
      numbers: { surplusW: this.surplusW, importPrice: this.price, ...this.numbers(time) },
      nextRun: this.powerW > 0 ? null : this.nextRun,
      preferences: this.preferences,
      change: this.standing.change,
    };
  }

  protected abstract numbers(time: UnixSeconds): Record<string, number>;

  protected readyBy(time: UnixSeconds): UnixSeconds {
    return nextMinute(this.zone, time, this.preferences.readyByMinute ?? 0);
  }
}

/** Parts of a programme in order: seconds and watts. */
export type Programme = readonly (readonly [seconds: number, powerW: number])[];

export const WASHING: Programme = [
  [16 * 60, 2_000],
  [50 * 60, 160],
  [8 * 60, 480],
];
export const DISHES: Programme = [
  [18 * 60, 1_950],
  [42 * 60, 90],
  [14 * 60, 1_900],
];

/** When somebody fills it, by day. */
export interface Filling {
  readonly probability: number;
  /** Minutes of the day: from, and how much later at most. */
  readonly minute: number;
  readonly spread: number;
}

/** Of a machine that nobody filled, where numbers are kept. */
const EMPTY = -1;

export class ProgrammeLoad extends Plug {
  readonly #programme: Programme;
  readonly #lengthS: number;
  readonly #usualW: number;
  /** At which minute of a day somebody fills it; `undefined` = not that day. */
  readonly #filled: Daily<number | undefined>;
  /** Seconds done of the programme that waits or runs; `undefined` = it is empty. */
  #doneS: number | undefined;
  #filledUntil: UnixSeconds = 0;
  #readyBy: UnixSeconds = 0;
  #planned = false;

  constructor(
    kind: "washing_machine" | "dishwasher",
    programme: Programme,
    filling: Filling,
    random: Random,
    zone: Zone,
  ) {
    super(kind, zone);
    this.#programme = programme;
    this.#lengthS = programme.reduce((sum, [seconds]) => sum + seconds, 0);
    this.#usualW = programme.reduce((most, [, watts]) => Math.max(most, watts), 0);
    this.#filled = new Daily(zone, (day) => {
      const draw = random.fork(`${kind} ${day}`);
      const minute = filling.minute + draw.integer(filling.spread);
      return draw.float() < filling.probability ? minute : undefined;
    });
  }

  override hear(wish: LoadWish): void {
    if (this.standing.hear(wish)) this.#readyBy = 0;
  }

  plan(time: UnixSeconds, offers: Offers): void {
    this.#fill(time);
    this.#planned = false;
    this.nextRun = null;
    if (this.#doneS === undefined || this.preferences.mode !== "cheapest") return;
    const slot = time - (time % offers.stepS);
    const restS = this.#lengthS - this.#doneS;
    const profile = Array.from({ length: Math.ceil(restS / offers.stepS) }, (_, i) =>
      this.#meanW(this.#doneS! + i * offers.stepS, offers.stepS),
    );
    const until = Math.floor((this.#readyBy - slot) / offers.stepS);
    const start = cheapestStart(offers, profile, until);
    this.#planned = start === 0;
    if (start > 0) {
      const from = slot + start * offers.stepS;
      this.nextRun = { from, to: from + restS };
    }
  }

  decide(step: LoadStep): number {
    this.#fill(step.time);
    if (this.#doneS === undefined) {
      this.choose(step, { usualW: this.#usualW, missingS: 0, leftS: 0, planned: false, runsAtLeastS: 0 });
      return this.take({ on: false, code: "done_for_today" }, 0);
    }
    if (this.#readyBy === 0) this.#readyBy = this.readyBy(step.time);
    const begun = this.#doneS > 0;
    const choice = this.choose(step, {
      usualW: this.#usualW,
      missingS: this.#lengthS - this.#doneS,
      // A quarter hour in hand: plans begin at quarter hours.
      leftS: this.#readyBy - step.time - QUARTER_HOUR_S,
      planned: this.#planned,
      runsAtLeastS: this.#lengthS,
    });
    // What was cut off in the middle goes on as soon as it may.
    const goesOn = begun && !choice.on && this.preferences.mode !== "off";
    return this.take(
      goesOn ? { on: true, code: "stays_on" } : choice,
      onGrid(this.#meanW(this.#doneS, step.seconds)),
    );
  }

  override live(step: LoadStep): void {
    super.live(step);
    if (!this.choice.on || this.#doneS === undefined) return;
    this.#doneS += step.seconds;
    if (this.#doneS >= this.#lengthS) this.#doneS = undefined;
  }

  override keep(): KeptLoad {
    return {
      ...super.keep(),
      doneS: this.#doneS ?? EMPTY,
      filledUntil: this.#filledUntil,
      readyBy: this.#readyBy,
    };
  }

  override resume(of: KeptLoad): void {
    super.resume(of);
    const doneS = kept(of, "doneS", EMPTY);
    this.#doneS = doneS >= 0 && doneS < this.#lengthS ? doneS : undefined;
    this.#filledUntil = kept(of, "filledUntil", 0);
    this.#readyBy = kept(of, "readyBy", 0);
  }

  protected numbers(): Record<string, number> {
    return this.#doneS === undefined
      ? {}
      : { usualW: this.#usualW, missingS: this.#lengthS - this.#doneS, readyBy: this.#readyBy };
  }

  #fill(time: UnixSeconds): void {
    if (this.#doneS !== undefined || time < this.#filledUntil) return;
    const minute = this.#filled.at(time);
    if (minute === undefined || this.#filled.minute(time) < minute) return;
    // Once a day.
    this.#filledUntil = nextMinute(this.zone, time, 0);
    this.#doneS = 0;
    this.#readyBy = this.readyBy(time);
  }

  /** Over `seconds` from a moment of the programme; nothing after its end. */
  #meanW(fromS: number, seconds: number): number {
    let joules = 0;
    let start = 0;
    for (const [length, watts] of this.#programme) {
      const overlap = Math.min(fromS + seconds, start + length) - Math.max(fromS, start);
      if (overlap > 0) joules += overlap * watts;
      start += length;
    }
    return joules / seconds;
  }
}

const BOILER: Warmth = {
  tankLitres: 80,
  tankLossWPerK: 1.2,
  heatingMaxW: 0,
  // It stands in a room whose warmth is not its business.
  roomsWhPerK: 1e12,
  roomsLossWPerK: 0,
  roomTargetC: 20,
};
const BOILER_W = 1_200;
const BOILER_MAX_C = 62;
/** Below, nobody wants to shower: it heats whatever a kWh costs. */
const BOILER_MIN_C = 42;

export class BoilerLoad extends Plug {
  readonly #shift: Daily<number>;
  readonly #state: HeatState = { tankC: 55, roomC: 20 };
  #planned = false;

  constructor(random: Random, zone: Zone) {
    super("boiler", zone);
    this.#shift = new Daily(zone, (day) => random.fork(`water ${day}`).integer(40));
  }

  get waterC(): number {
    return this.#state.tankC;
  }

  plan(time: UnixSeconds, offers: Offers): void {
    this.#planned = false;
    this.nextRun = null;
    if (this.preferences.mode !== "cheapest") return;
    const slot = time - (time % offers.stepS);
    const { powerW } = cheapestHours(offers, {
      energyWh: tankRoomWh(BOILER, this.#state, BOILER_MAX_C),
      untilStep: Math.floor((this.readyBy(time) - slot) / offers.stepS),
      powerMaxW: BOILER_W,
    });
    this.#planned = powerW[0]! > BOILER_W / 2;
    this.nextRun = this.#planned ? null : firstRun(powerW, slot, offers.stepS);
  }

  decide(step: LoadStep): number {
    const roomWh = tankRoomWh(BOILER, this.#state, BOILER_MAX_C);
    const isCold = this.#state.tankC < BOILER_MIN_C;
    // A degree is not worth a click of the switch.
    const isFull = roomWh < 100;
    const choice = this.choose(step, {
      usualW: BOILER_W,
      missingS: isFull ? 0 : (roomWh / BOILER_W) * 3600,
      leftS: isCold ? 0 : this.readyBy(step.time) - step.time,
      planned: this.#planned,
      runsAtLeastS: 0,
    });
    return this.take(choice, floorOnGrid(Math.min(BOILER_W, (roomWh * J_PER_WH) / step.seconds)));
  }

  override live(step: LoadStep): void {
    super.live(step);
    const tapW = this.#tapW(step.time);
    stepHeat(BOILER, this.#state, step.seconds, this.powerW, { outdoorC: 20, gainsW: 0, tapW });
    this.#state.roomC = 20;
  }

  override keep(): KeptLoad {
    return { ...super.keep(), tankC: this.#state.tankC };
  }

  override resume(of: KeptLoad): void {
    super.resume(of);
    this.#state.tankC = kept(of, "tankC", this.#state.tankC);
  }

  protected numbers(): Record<string, number> {
    return { usualW: BOILER_W, waterC: this.#state.tankC, waterMinC: BOILER_MIN_C };
  }

  /** Showers in the morning, the kitchen in the evening: some 2.5 kWh a day. */
  #tapW(time: UnixSeconds): number {
    const shift = this.#shift.at(time);
    const minute = this.#shift.minute(time);
    if (minute >= 395 + shift && minute < 425 + shift) return 2_800;
    return minute >= 1_140 + shift && minute < 1_170 + shift ? 2_200 : 0;
  }
}

const FREEZER_W = 85;
const FREEZER_PERIOD_S = 50 * 60;
const FREEZER_RUNS_S = 20 * 60;

export class FreezerLoad extends Plug {
  readonly #phase: number;

  constructor(random: Random, zone: Zone) {
    super("freezer", zone);
    this.#phase = random.fork("freezer").integer(FREEZER_PERIOD_S);
  }

  plan(): void {}

  decide(step: LoadStep): number {
    const choice = this.choose(step, {
      ...{ usualW: FREEZER_W, missingS: Number.POSITIVE_INFINITY, leftS: Number.POSITIVE_INFINITY },
      ...{ planned: false, runsAtLeastS: 0 },
    });
    const from = step.time + this.#phase;
    return this.take(choice, onGrid((ranS(from + step.seconds) - ranS(from)) * (FREEZER_W / step.seconds)));
  }

  protected numbers(): Record<string, number> {
    return { usualW: FREEZER_W };
  }
}

/** Seconds of a cycling compressor up to an instant. */
function ranS(time: number): number {
  const cycles = Math.floor(time / FREEZER_PERIOD_S);
  return cycles * FREEZER_RUNS_S + Math.min(FREEZER_RUNS_S, time - cycles * FREEZER_PERIOD_S);
}
