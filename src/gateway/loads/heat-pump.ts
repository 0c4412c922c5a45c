/**
 * A heat pump of the home with its buffer tank, decided by `control/heating`: comfort first, then heat when power is
 * cheap. The gateway says how much it may use and how warm it makes the tank; running is its own affair, and so is its
 * own comfort: a heat pump that is held for too long, or not heard of its gateway, goes by its own thermostat.
 *
 * How long the compressor runs and rests is taken from what it draws, not from what it was told.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { cheapestHours, type Offers, type Timetable } from "#control/flexible-load.ts";
import { type Comfort, type HeatingCode, heatPumpChoice } from "#control/heating.ts";
import { firstRun } from "#control/load-day.ts";
import type { PointValues } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { type HeatPump, performanceOf } from "#plant/heat.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
import { AskedPower } from "./asked-power.ts";
import { type KeptMeter, LoadMeter } from "./metered.ts";
import { RunOrRest } from "./run-or-rest.ts";
import {
  type Draws,
  drawsBetween,
  knownNumbers,
  type LoadMoment,
  type Seen,
  type SteeredLoad,
  usualWish,
  type Wish,
} from "./steered-load.ts";

const USUAL_MIN_W = 600;
const USUAL_MAX_W = 2_500;
const USUAL_TANK_LITRES = 300;
const USUAL_LOSS_W_PER_K = 150;
const UNTOLD_SHARE = 1 / 3;
const WATER_WH = 1.163;
/** How far the timetable of heat looks: a tank holds no more. */
const AHEAD_S = 8 * 3600;
/** People and the sun through the windows; hot water over the day, W. */
const GAINS_W = 350;
const TAP_W = 160;
/** Its own thermostat stands so much above the least that people want, K. */
const THERMOSTAT_K = 1;
/** What it may use stands so long at least, unless there is less, s; a difference that is worth a word, W. */
const SETTLES_S = 30;
const STEP_W = 100;

type Code = HeatingCode | "not_heard" | "own_thermostat";

interface KeptHeatPump {
  readonly meter: KeptMeter;
}

export class SteeredHeatPump implements SteeredLoad {
  readonly id: string;
  readonly kind = "heat_pump";
  wish = usualWish("heat_pump");
  readonly #sheet: LoadSheet;
  readonly #meter: LoadMeter;
  #seen: Seen | undefined;
  readonly #run = new RunOrRest();
  #timetable: Timetable | undefined;
  #slot: UnixSeconds = 0;
  readonly #asked = new AskedPower(STEP_W);
  #moment = { sinceS: 0, seconds: 1, now: 0 };
  #code: Code = "not_heard";
  #surplusW = 0;
  #price = 0;

  constructor(id: string, sheet: LoadSheet, kept?: object) {
    this.id = id;
    this.#sheet = sheet;
    this.#meter = new LoadMeter((kept as KeptHeatPump | undefined)?.meter);
  }

  get phaseShares(): readonly number[] {
    return this.#sheet.phaseShares ?? [1 / 3, 1 / 3, 1 / 3];
  }

  get draws(): Draws {
    return drawsBetween(this.#seen, this.#asked.powerW, this.#moment);
  }

  get kept(): KeptHeatPump {
    return { meter: this.#meter.kept };
  }

  hear(wish: Wish): void {
    this.wish = wish;
  }

  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void {
    this.#meter.see(seen, now, seconds);
    this.#seen = seen;
    this.#moment = { sinceS: this.#asked.sinceS(now), seconds, now };
    this.#run.see(seen, this.#pump.powerMinW / 2, seconds);
  }

  plan(now: UnixSeconds, offers: Offers | undefined): Float64Array | undefined {
    this.#timetable = undefined;
    this.#slot = quarterHourOf(now);
    if (offers === undefined || this.#seen === undefined) return;
    if (this.wish.preferences.mode !== "cheapest") return;
    this.#timetable = cheapestHours(offers, {
      energyWh: this.#needWh(this.#seen.values),
      untilStep: AHEAD_S / offers.stepS,
      powerMaxW: this.#pump.powerMaxW,
    });
    return this.#timetable.powerW;
  }

  decide({ now, surplusW, limitW, importPrice, isClockRight }: LoadMoment): number {
    this.#price = importPrice;
    if (this.#seen === undefined) {
      this.#code = "not_heard";
      return 0;
    }
    if (Number.isNaN(surplusW)) {
      this.#surplusW = 0;
      this.#code = "own_thermostat";
      this.#asked.set(this.#pump.powerMaxW);
      return this.#asked.powerW;
    }
    this.#surplusW = surplusW;
    const { roomC = Number.NaN, bufferC = Number.NaN } = this.#seen.values;
    const { powerW, code } = heatPumpChoice(this.#pump, {
      ...{ comfort: this.#comfort, roomC, tankC: bufferC, surplusW, limitW },
      plannedW: isClockRight ? (this.#timetable?.powerW[0] ?? Number.NaN) : Number.NaN,
      ...{ running: this.#run.isRunning, sinceS: this.#run.sinceS },
    });
    this.#code = code;
    this.#asked.ask(Math.floor(powerW / 10) * 10, limitW, now, this.#asked.isYounger(now, SETTLES_S));
    return this.#asked.powerW;
  }

  cut(): void {
    this.#code = "heat_limited";
    this.#asked.set(0);
  }

  outputs(): Output[] {
    if (this.#seen === undefined) return [];
    const { tankMinC, tankMaxC } = this.#comfort;
    const isOwn = this.#code === "own_thermostat";
    const targetC = isOwn ? (tankMinC + tankMaxC) / 2 : this.#asked.powerW > 0 ? tankMaxC : tankMinC;
    return [
      { device: this.id, point: "powerMaxW", value: this.#asked.powerW },
      { device: this.id, point: "bufferTargetC", value: targetC },
    ];
  }

  /** What it is told by a gateway that goes. */
  release(): Output[] {
    return [{ device: this.id, point: "powerMaxW", value: this.#pump.powerMaxW }];
  }

  report(): LoadReport {
    const code = this.#code;
    const { powerW = 0, roomC, bufferC, outdoorC, heatW } = this.#seen?.values ?? {};
    const { preferences, change } = this.wish;
    const measured = heatW !== undefined && powerW > this.#pump.powerMinW / 2 ? heatW / powerW : undefined;
    const cop =
      outdoorC === undefined || bufferC === undefined
        ? undefined
        : performanceOf(this.#pump, outdoorC, bufferC);
    return {
      ...{ id: this.id, kind: this.kind, name: this.#sheet.name ?? null, powerW, code, preferences, change },
      todayWh: this.#meter.todayWh,
      state: this.#run.isRunning
        ? "running"
        : code === "heat_limited"
          ? "limited"
          : code === "tank_full"
            ? "idle"
            : "waiting",
      numbers: knownNumbers({
        ...{ tankC: bufferC, roomC, outdoorC, surplusW: this.#surplusW, importPrice: this.#price },
        ...{ cop: measured ?? cop, askedW: this.#asked.powerW, ...this.#comfort },
      }),
      nextRun:
        this.#timetable === undefined || this.#run.isRunning
          ? null
          : firstRun(this.#timetable.powerW, this.#slot, QUARTER_HOUR_S),
    };
  }

  /** Electricity that it will want in the time ahead, if it stays as cold as now, Wh. */
  #needWh({ outdoorC, bufferC }: PointValues): number {
    const pump = this.#pump;
    // Whoever tells no temperatures is given a share of the time.
    if (outdoorC === undefined || bufferC === undefined)
      return (pump.powerMaxW * UNTOLD_SHARE * AHEAD_S) / 3600;
    const { roomMinC, tankMinC } = this.#comfort;
    const { tankLitres = USUAL_TANK_LITRES, roomsLossWPerK = USUAL_LOSS_W_PER_K } = this.#sheet;
    const lossesW = roomsLossWPerK * (roomMinC + THERMOSTAT_K - outdoorC) - GAINS_W;
    const wantedWh = ((Math.max(0, lossesW) + TAP_W) * AHEAD_S) / 3600;
    const heldWh = Math.max(0, (bufferC - tankMinC) * tankLitres * WATER_WH);
    return Math.max(0, wantedWh - heldWh) / performanceOf(pump, outdoorC, bufferC);
  }

  get #comfort(): Comfort {
    const { roomMinC, tankMinC, tankMaxC } = this.wish.preferences;
    return { roomMinC: roomMinC!, tankMinC: tankMinC!, tankMaxC: tankMaxC! };
  }

  /** Electric, W. */
  get ratings(): { readonly powerMinW: number; readonly powerMaxW: number } {
    return this.#pump;
  }

  get #pump(): HeatPump {
    const { powerMinW, ratedPowerW } = this.#seen?.values ?? {};
    return {
      powerMaxW: this.#sheet.powerMaxW ?? ratedPowerW ?? USUAL_MAX_W,
      powerMinW: this.#sheet.powerMinW ?? powerMinW ?? USUAL_MIN_W,
      carnotShare: 0.45,
      copMax: 6,
    };
  }
}
