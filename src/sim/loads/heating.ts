/**
 * What heats a simulated home: a heat pump or a micro-CHP, the buffer tank that it fills and the rooms behind
 * (`plant/heat`), decided by `control/heating`. Hot water is tapped from the same tank, mornings and evenings.
 *
 * A micro-CHP makes power, too. It serves the home alone: what the home does not use in that second goes through a
 * heating rod into the tank, so that no gas power is mixed with what the panels give to the MicroGrid.
 */
import type { Random } from "#base/random.ts";
import type { UnixSeconds, Zone } from "#base/time.ts";
import { cheapestHours, type Offers, type Timetable } from "#control/flexible-load.ts";
import {
  BOILER_EFFICIENCY,
  CHP_EFFICIENCY,
  chpChoice,
  GAS_PRICE,
  type HeatingChoice,
  heatPumpChoice,
} from "#control/heating.ts";
import { DayMeter, firstRun } from "#control/load-day.ts";
import {
  type HeatPump,
  type HeatState,
  type MicroChp,
  performanceOf,
  stepHeat,
  type Warmth,
} from "#plant/heat.ts";
import { floorOnGrid } from "#plant/resolution.ts";
import type { LoadWish } from "#platform/home-loads.ts";
import type { HomePreferences } from "#wire/home-schemas.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";
import { Daily, type KeptLoad, kept, type LoadStep, type SimulatedLoad, Standing } from "./load.ts";

const DEGREES = { save: -1, balanced: 0, comfort: 1 } as const;
const WATER_WH = 1.163;
/** How far the timetable of heat looks: a tank holds no more. */
const AHEAD_S = 8 * 3600;
/** People, lamps and the sun through the windows, W. */
const GAINS_W = 350;
/** The thermostat stands so much above the least that people want, K. */
const THERMOSTAT_K = 1;

/** The rooms and the tank of one home; the thermostat follows the owner. */
export type House = Omit<Warmth, "roomTargetC">;

export abstract class Heating implements SimulatedLoad {
  abstract readonly id: string;
  abstract readonly kind: "heat_pump" | "chp";
  protected readonly state: HeatState = { tankC: 46, roomC: 20.5 };
  protected readonly house: House;
  protected readonly standing: Standing;
  protected choice: HeatingChoice = { powerW: 0, code: "heat_waits" };
  protected readonly meter: DayMeter;
  protected outdoorC = Number.NaN;
  protected surplusW = 0;
  protected price = 0;
  protected sinceS = 3_600;
  protected running = false;
  /** How much later than usual people shower and cook, minutes. */
  readonly #shift: Daily<number>;

  constructor(kind: "heat_pump" | "chp", house: House, random: Random, zone: Zone) {
    this.house = house;
    this.standing = new Standing(kind);
    this.meter = new DayMeter(zone);
    this.#shift = new Daily(zone, (day) => random.fork(`water ${day}`).integer(40));
  }

  get preferences(): LoadPreferences {
    return this.standing.preferences;
  }

  get roomC(): number {
    return this.state.roomC;
  }

  get tankC(): number {
    return this.state.tankC;
  }

  hear(wish: LoadWish): void {
    this.standing.hear(wish);
  }

  /** How the whole home shall be run: a degree more or less, where nothing is said of the heating itself. */
  comfort(comfort: HomePreferences["comfort"]): void {
    const usual = USUAL_PREFERENCES[this.kind];
    this.standing.usual({ ...usual, roomMinC: usual.roomMinC! + DEGREES[comfort] });
  }

  abstract plan(time: UnixSeconds, offers: Offers): void;
  abstract decide(step: LoadStep): number;
  abstract cut(): void;
  abstract live(step: LoadStep): void;
  abstract report(time: UnixSeconds): LoadReport;

  keep(): KeptLoad {
    const { tankC, roomC } = this.state;
    return { ...this.meter.keep(), tankC, roomC, sinceS: this.sinceS, running: this.running ? 1 : 0 };
  }

  resume(of: KeptLoad): void {
    this.meter.resume(kept(of, "dayJ", 0), kept(of, "dayEnd", 0));
    this.state.tankC = kept(of, "tankC", this.state.tankC);
    this.state.roomC = kept(of, "roomC", this.state.roomC);
    this.sinceS = kept(of, "sinceS", this.sinceS);
    this.running = kept(of, "running", 0) === 1;
  }

  protected get wanted() {
    const { roomMinC, tankMinC, tankMaxC } = this.preferences;
    return { roomMinC: roomMinC!, tankMinC: tankMinC!, tankMaxC: tankMaxC! };
  }

  protected get warmth(): Warmth {
    return { ...this.house, roomTargetC: this.wanted.roomMinC + THERMOSTAT_K };
  }

  protected see({ surplusW, importPrice, outdoorC }: LoadStep): void {
    this.surplusW = surplusW;
    this.price = importPrice;
    this.outdoorC = outdoorC;
  }

  /** After a step with so much heat into the tank. */
  protected warm(time: UnixSeconds, seconds: number, madeW: number): void {
    const tapW = this.#tapW(time);
    stepHeat(this.warmth, this.state, seconds, madeW, { outdoorC: this.outdoorC, gainsW: GAINS_W, tapW });
    const runs = this.choice.powerW > 0;
    this.sinceS = runs === this.running ? this.sinceS + seconds : seconds;
    this.running = runs;
  }

  /** Heat that rooms and taps will want of the tank in the time ahead, if it stays as cold as now, Wh. */
  protected wantedWh(): number {
    const losses = this.house.roomsLossWPerK * (this.warmth.roomTargetC - this.outdoorC) - GAINS_W;
    return ((Math.max(0, losses) + 160) * AHEAD_S) / 3600;
  }

  /** What the tank holds above its least, Wh. */
  protected heldWh(): number {
    return Math.max(0, (this.tankC - this.wanted.tankMinC) * this.house.tankLitres * WATER_WH);
  }

  protected heatNumbers(): Record<string, number> {
    const { tankC, roomC, outdoorC, surplusW } = this;
    return { tankC, roomC, outdoorC, surplusW, importPrice: this.price, ...this.wanted };
  }

  #tapW(time: UnixSeconds): number {
    const shift = this.#shift.at(time);
    const minute = this.#shift.minute(time);
    if (minute >= 395 + shift && minute < 425 + shift) return 3_500;
    return minute >= 1_140 + shift && minute < 1_170 + shift ? 3_000 : 0;
  }
}

export class HeatPumpLoad extends Heating {
  readonly id = "heat-pump";
  readonly kind = "heat_pump";
  readonly #pump: HeatPump;
  #timetable: Timetable | undefined;
  #planned: UnixSeconds = 0;

  constructor(pump: HeatPump, house: House, random: Random, zone: Zone) {
    super("heat_pump", house, random, zone);
    this.#pump = pump;
  }

  plan(time: UnixSeconds, offers: Offers): void {
    this.#timetable = undefined;
    this.#planned = time - (time % offers.stepS);
    if (this.preferences.mode !== "cheapest" || Number.isNaN(this.outdoorC)) return;
    const heatWh = Math.max(0, this.wantedWh() - this.heldWh());
    this.#timetable = cheapestHours(offers, {
      energyWh: heatWh / performanceOf(this.#pump, this.outdoorC, this.tankC),
      untilStep: AHEAD_S / offers.stepS,
      powerMaxW: this.#pump.powerMaxW,
    });
  }

  decide(step: LoadStep): number {
    this.see(step);
    const choice = heatPumpChoice(this.#pump, {
      ...{ comfort: this.wanted, roomC: this.roomC, tankC: this.tankC, running: this.running },
      ...{ surplusW: step.surplusW, limitW: step.limitW, sinceS: this.sinceS },
      plannedW: this.#timetable?.powerW[0] ?? Number.NaN,
    });
    this.choice = { ...choice, powerW: floorOnGrid(choice.powerW) };
    return this.choice.powerW;
  }

  cut(): void {
    this.choice = { powerW: 0, code: "heat_limited" };
  }

  live({ time, seconds }: LoadStep): void {
    const { powerW } = this.choice;
    this.meter.add(time, seconds, powerW);
    this.warm(time, seconds, powerW * performanceOf(this.#pump, this.outdoorC, this.tankC));
  }

  report(): LoadReport {
    const { code, powerW } = this.choice;
    return {
      ...{ id: this.id, kind: this.kind, name: null, powerW, code },
      todayWh: this.meter.wattHours,
      state:
        powerW > 0
          ? "running"
          : code === "heat_limited"
            ? "limited"
            : code === "tank_full"
              ? "idle"
              : "waiting",
      numbers: { ...this.heatNumbers(), cop: performanceOf(this.#pump, this.outdoorC, this.tankC) },
      nextRun:
        this.#timetable === undefined || powerW > 0
          ? null
          : firstRun(this.#timetable.powerW, this.#planned, 900),
      preferences: this.preferences,
      change: this.standing.change,
    };
  }
}

export class ChpLoad extends Heating {
  readonly id = "chp";
  readonly kind = "chp";
  readonly #chp: MicroChp;
  /** Of what it makes, what the home used in the step, W. */
  #usedW = 0;

  constructor(chp: MicroChp, house: House, random: Random, zone: Zone) {
    super("chp", house, random, zone);
    this.#chp = chp;
  }

  plan(): void {}

  /** It takes nothing from the home; what it makes is `madeW`. */
  decide(step: LoadStep): number {
    this.see(step);
    this.choice = chpChoice(this.#chp, {
      ...{ comfort: this.wanted, roomC: this.roomC, tankC: this.tankC },
      ...{ running: this.running, sinceS: this.sinceS, powerPrice: step.importPrice },
      ...{ gasPrice: GAS_PRICE, heatPrice: GAS_PRICE / BOILER_EFFICIENCY, efficiency: CHP_EFFICIENCY },
    });
    return 0;
  }

  get madeW(): number {
    return this.choice.powerW;
  }

  /** Before it lives the step: what of it the home uses, W. */
  serve(usedW: number): void {
    this.#usedW = usedW;
  }

  cut(): void {}

  live({ time, seconds }: LoadStep): void {
    const { powerW } = this.choice;
    this.meter.add(time, seconds, this.#usedW);
    this.warm(time, seconds, powerW * this.#chp.heatPerWatt + (powerW - this.#usedW));
  }

  report(): LoadReport {
    const { code, powerW } = this.choice;
    return {
      ...{ id: this.id, kind: this.kind, name: null, powerW: -this.#usedW || 0, code },
      todayWh: this.meter.wattHours,
      state: powerW > 0 ? "running" : code === "tank_full" ? "idle" : "waiting",
      numbers: { ...this.heatNumbers(), madeW: powerW, gasPrice: GAS_PRICE },
      nextRun: null,
      preferences: this.preferences,
      change: this.standing.change,
    };
  }
}
