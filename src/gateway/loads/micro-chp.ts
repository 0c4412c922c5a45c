/**
 * A micro-CHP of the home, decided by `control/heating`: comfort first; then it runs while its power and heat are worth
 * more than the gas. Its power is worth what it saves of imports: what the house would not use, or what only pushes the
 * sun's energy out, counts nothing, so nobody burns gas for the MicroGrid's sake.
 *
 * The gateway says whether it stands still within its own comfort limits, runs while its tank takes heat, or goes by its
 * own thermostat; the last is also what it falls back to when nobody renews the word, where its counter or its tank is
 * not known, and when its gateway ends. How long it runs and rests is taken from what it gives, not from what it was
 * told: an engine runs for half an hour at least and rests for a quarter, unless its sheet says otherwise.
 */
import type { UnixSeconds } from "#base/time.ts";
import {
  BOILER_EFFICIENCY,
  CHP_EFFICIENCY,
  type Comfort,
  chpChoice,
  GAS_PRICE,
  type HeatingCode,
} from "#control/heating.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import type { MicroChp } from "#plant/heat.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
import { type KeptMeter, LoadMeter } from "./metered.ts";
import { RunOrRest } from "./run-or-rest.ts";
import {
  knownNumbers,
  type LoadMoment,
  NO_DRAWS,
  type Seen,
  type SteeredLoad,
  usualWish,
  type Wish,
} from "./steered-load.ts";

const USUAL_W = 1_000;
const USUAL_HEAT_PER_WATT = 2.5;
/** An engine's least run and rest, s. */
const USUAL_RUNS_S = 1_800;
const USUAL_RESTS_S = 900;
/** Over so long what the house would use of its power is averaged, s: kettles come and go. */
const NEEDS_S = 900;

/** Values of the point `request`. */
export const CHP_REQUEST = { stand: 0, run: 1, own: 2 } as const;

type Code = HeatingCode | "not_heard" | "own_thermostat" | "tank_untold";

interface KeptChp {
  readonly meter: KeptMeter;
}

export class SteeredChp implements SteeredLoad {
  readonly id: string;
  readonly kind = "chp";
  readonly phaseShares: readonly number[] = [];
  readonly draws = NO_DRAWS;
  wish: Wish = usualWish("chp");
  readonly #sheet: LoadSheet;
  readonly #meter: LoadMeter;
  #seen: Seen | undefined;
  readonly #run = new RunOrRest();
  #seconds = 1;
  #request: number = CHP_REQUEST.own;
  #code: Code = "not_heard";
  /** Of its power what the house would use, W; NaN before the first look. */
  #usedW = Number.NaN;
  #price = 0;

  constructor(id: string, sheet: LoadSheet, kept?: object) {
    this.id = id;
    this.#sheet = sheet;
    this.#meter = new LoadMeter((kept as KeptChp | undefined)?.meter);
  }

  get kept(): KeptChp {
    return { meter: this.#meter.kept };
  }

  hear(wish: Wish): void {
    this.wish = wish;
  }

  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void {
    this.#meter.see(seen, now, seconds);
    this.#seen = seen;
    this.#seconds = seconds;
    this.#run.see(seen, this.#chp.powerW / 2, seconds);
  }

  plan(): undefined {}

  /** It takes nothing from the home. */
  decide({ neededW, importPrice, isClockRight }: LoadMoment): number {
    const [code, request] = this.#choose(neededW, isClockRight ? importPrice : 0);
    this.#code = code;
    this.#request = request;
    this.#price = importPrice;
    return 0;
  }

  /** Nothing would be gained: it lets less come in. */
  cut(): void {}

  outputs(): Output[] {
    if (this.#seen === undefined) return [];
    return [{ device: this.id, point: "request", value: this.#request }];
  }

  /** What it is told by a gateway that goes. */
  release(): Output[] {
    return [{ device: this.id, point: "request", value: CHP_REQUEST.own }];
  }

  report(): LoadReport {
    const code = this.#code;
    const { powerW = 0, roomC, bufferC, outdoorC, heatW } = this.#seen?.values ?? {};
    const { preferences, change } = this.wish;
    const madeW = Math.max(0, powerW);
    return {
      ...{ id: this.id, kind: this.kind, name: this.#sheet.name ?? null, powerW: -madeW || 0 },
      ...{ code, preferences, change },
      todayWh: this.#meter.todayWh,
      state: this.#run.isRunning ? "running" : code === "tank_full" ? "idle" : "waiting",
      numbers: knownNumbers({
        ...{ tankC: bufferC, roomC, outdoorC, heatW, madeW, usedW: this.#usedW },
        ...{ importPrice: this.#price, gasPrice: this.#gasPrice, ...this.#comfort },
      }),
      nextRun: null,
    };
  }

  #choose(neededW: number, powerPrice: number): readonly [Code, number] {
    if (this.#seen === undefined) return ["not_heard", CHP_REQUEST.own];
    if (Number.isNaN(neededW)) return ["own_thermostat", CHP_REQUEST.own];
    const chp = this.#chp;
    const useful = Math.min(chp.powerW, neededW);
    const share = Math.min(1, this.#seconds / NEEDS_S);
    this.#usedW = Number.isNaN(this.#usedW) ? useful : this.#usedW + share * (useful - this.#usedW);
    const { bufferC, roomC = Number.NaN } = this.#seen.values;
    if (bufferC === undefined) return ["tank_untold", CHP_REQUEST.own];
    const choice = chpChoice(chp, {
      ...{ comfort: this.#comfort, roomC, tankC: bufferC },
      ...{ running: this.#run.isRunning, sinceS: this.#run.sinceS },
      powerPrice: (powerPrice * this.#usedW) / chp.powerW,
      ...{ gasPrice: this.#gasPrice, heatPrice: this.#gasPrice / BOILER_EFFICIENCY },
      efficiency: this.#sheet.efficiency ?? CHP_EFFICIENCY,
      runsS: this.#sheet.runsLeastS ?? USUAL_RUNS_S,
      restsS: this.#sheet.restsLeastS ?? USUAL_RESTS_S,
    });
    return [choice.code, choice.powerW > 0 ? CHP_REQUEST.run : CHP_REQUEST.stand];
  }

  get #comfort(): Comfort {
    const { roomMinC, tankMinC, tankMaxC } = this.wish.preferences;
    return { roomMinC: roomMinC!, tankMinC: tankMinC!, tankMaxC: tankMaxC! };
  }

  get #chp(): MicroChp {
    const powerW = this.#sheet.powerMaxW ?? this.#seen?.values.ratedPowerW ?? USUAL_W;
    return { powerW, heatPerWatt: this.#sheet.heatPerWatt ?? USUAL_HEAT_PER_WATT };
  }

  /** Gas by its heating value, µEUR/kWh. */
  get #gasPrice(): number {
    const { gasEurPerKwh } = this.#sheet;
    return gasEurPerKwh === undefined ? GAS_PRICE : Math.round(gasEurPerKwh * 1_000_000);
  }
}
