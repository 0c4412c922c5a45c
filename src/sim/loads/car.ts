/**
 * An electric car and its charge point: the car is driven on most days, comes back with less in its battery, and is
 * plugged in as soon as it stands at home. Charging follows `control/charging`.
 */
import type { Random } from "#base/random.ts";
import { dayStart, QUARTER_HOUR_S, type UnixSeconds, weekday, type Zone } from "#base/time.ts";
import { type ChargingChoice, chargingChoice } from "#control/charging.ts";
import { cheapestHours, type Offers, type Timetable } from "#control/flexible-load.ts";
import { DayMeter, firstRun, nextMinute, Stood } from "#control/load-day.ts";
import { floorOnGrid, J_PER_WH } from "#plant/resolution.ts";
import type { LoadWish } from "#platform/home-loads.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import { Daily, type KeptLoad, kept, type LoadStep, type SimulatedLoad, Standing } from "./load.ts";

export interface Car {
  readonly batteryWh: number;
  /** At the charge point: 6 A and 16 A on one phase, say. */
  readonly powerMinW: number;
  readonly powerMaxW: number;
  /** Into the battery ÷ out of the charge point. */
  readonly efficiency: number;
}

/** One day's drive. */
export interface Trip {
  readonly leaves: UnixSeconds;
  readonly returns: UnixSeconds;
  readonly usedWh: number;
}

/** Under it nobody drives on, of the battery. */
const EMPTY_SHARE = 0.05;

/** When a car of one home is driven: to work on weekdays, somewhere on every second day of a weekend. */
export function tripOf(random: Random, zone: Zone, day: number): Trip | undefined {
  const draw = random.fork(`drive ${day}`);
  const start = dayStart(zone, day);
  const works = weekday(day) < 6;
  if (!works && draw.float() < 0.5) return undefined;
  const leaves = start + (works ? 7 * 3600 + 300 * draw.integer(12) : 10 * 3600 + 300 * draw.integer(24));
  const returns = leaves + (works ? 10 * 3600 + 300 * draw.integer(18) : 5 * 3600);
  return { leaves, returns, usedWh: 5_000 + 250 * draw.integer(33) };
}

export class CarLoad implements SimulatedLoad {
  readonly id = "car";
  readonly kind = "car";
  readonly #car: Car;
  readonly #trips: Daily<Trip | undefined>;
  readonly #zone: Zone;
  readonly #standing = new Standing("car");
  readonly #meter: DayMeter;
  readonly #sun = new Stood();
  #storedJ: number;
  /** When it last came home from a drive. */
  #returned: UnixSeconds = 0;
  #timetable: Timetable | undefined;
  #planned: UnixSeconds = 0;
  #givenJ = 0;
  #choice: ChargingChoice = { powerW: 0, code: "not_plugged_in" };
  #surplusW = 0;
  #price = 0;

  constructor(car: Car, random: Random, zone: Zone, time: UnixSeconds) {
    this.#car = car;
    this.#trips = new Daily(zone, (day) => tripOf(random, zone, day));
    this.#zone = zone;
    this.#meter = new DayMeter(zone);
    this.#storedJ = car.batteryWh * (0.45 + 0.25 * random.fork("stored").float()) * J_PER_WH;
    const trip = this.#trips.at(time);
    if (trip !== undefined && trip.returns <= time) this.#returned = trip.returns;
  }

  get preferences() {
    return this.#standing.preferences;
  }

  /** Content, Wh. */
  get storedWh(): number {
    return this.#storedJ / J_PER_WH;
  }

  /** Whether it stands at home; no drive of the sort goes over midnight. */
  isHome(time: UnixSeconds): boolean {
    const trip = this.#trips.at(time);
    return trip === undefined || time < trip.leaves || time >= trip.returns;
  }

  hear(wish: LoadWish): void {
    if (this.#standing.hear(wish)) this.#timetable = undefined;
  }

  plan(time: UnixSeconds, offers: Offers): void {
    if (time >= this.#planned + offers.stepS) this.#givenJ = 0;
    this.#planned = time - (time % offers.stepS);
    this.#timetable = undefined;
    if (!this.isHome(time) || this.preferences.mode !== "cheapest") return;
    this.#timetable = cheapestHours(offers, {
      energyWh: this.#missingWh(),
      untilStep: Math.floor((this.#readyBy(time) - this.#planned) / offers.stepS),
      powerMaxW: this.#car.powerMaxW,
    });
  }

  decide({ time, seconds, surplusW, limitW, importPrice }: LoadStep): number {
    this.#comeHome(time);
    const { powerMinW, powerMaxW } = this.#car;
    const missingWh = this.#missingWh();
    const charging = this.#choice.powerW > 0;
    this.#surplusW = surplusW;
    this.#price = importPrice;
    const choice = chargingChoice({
      mode: this.preferences.mode === "always" ? "now" : this.preferences.mode,
      pluggedIn: this.isHome(time),
      ...{ powerMinW, powerMaxW, limitW, missingWh, surplusW, charging, stepS: QUARTER_HOUR_S },
      leftS: this.#readyBy(time) - time,
      plannedW: this.#timetable?.powerW[0] ?? Number.NaN,
      stepGivenWh: this.#givenJ / J_PER_WH,
      stepAgeS: time - this.#planned,
      surplusStoodS: this.#sun.see(surplusW >= powerMinW),
    });
    // The last of it does not fill the whole step.
    const powerW = floorOnGrid(Math.min(choice.powerW, (missingWh * J_PER_WH) / seconds));
    this.#choice = { ...choice, powerW };
    return powerW;
  }

  cut(): void {
    this.#choice = { powerW: 0, code: "limited_to_nothing" };
  }

  live({ time, seconds }: LoadStep): void {
    const joules = this.#choice.powerW * seconds;
    this.#storedJ += joules * this.#car.efficiency;
    this.#givenJ += joules;
    this.#meter.add(time, seconds, this.#choice.powerW);
    this.#sun.pass(seconds);
  }

  keep(): KeptLoad {
    return { ...this.#meter.keep(), storedJ: this.#storedJ, returned: this.#returned };
  }

  resume(of: KeptLoad): void {
    this.#meter.resume(kept(of, "dayJ", 0), kept(of, "dayEnd", 0));
    this.#storedJ = Math.min(kept(of, "storedJ", this.#storedJ), this.#car.batteryWh * J_PER_WH);
    this.#returned = kept(of, "returned", this.#returned);
  }

  report(time: UnixSeconds): LoadReport {
    const { code, powerW } = this.#choice;
    const { batteryWh } = this.#car;
    const stepS = QUARTER_HOUR_S;
    return {
      ...{ id: this.id, kind: this.kind, name: null, powerW, code },
      todayWh: this.#meter.wattHours,
      state:
        code === "not_plugged_in"
          ? "away"
          : powerW > 0
            ? "running"
            : code === "limited_to_nothing"
              ? "limited"
              : code === "charged_enough"
                ? "idle"
                : "waiting",
      numbers: {
        storedPercent: (100 * this.storedWh) / batteryWh,
        targetPercent: this.preferences.targetPercent ?? 0,
        missingWh: this.#missingWh(),
        readyBy: this.#readyBy(time),
        surplusW: this.#surplusW,
        powerMinW: this.#car.powerMinW,
        importPrice: this.#price,
      },
      nextRun:
        this.#timetable === undefined || powerW > 0
          ? null
          : firstRun(this.#timetable.powerW, this.#planned, stepS),
      preferences: this.preferences,
      change: this.#standing.change,
    };
  }

  #readyBy(time: UnixSeconds): UnixSeconds {
    return nextMinute(this.#zone, time, this.preferences.readyByMinute ?? 0);
  }

  /** Out of the charge point until the target is reached, Wh. */
  #missingWh(): number {
    const targetWh = (this.#car.batteryWh * (this.preferences.targetPercent ?? 0)) / 100;
    const missing = (targetWh - this.storedWh) / this.#car.efficiency;
    // Less than a watt-hour is the rounding of the last step.
    return missing < 1 ? 0 : missing;
  }

  #comeHome(time: UnixSeconds): void {
    const trip = this.#trips.at(time);
    if (trip === undefined || time < trip.returns || trip.returns === this.#returned) return;
    this.#returned = trip.returns;
    const { batteryWh } = this.#car;
    this.#storedJ = Math.max(batteryWh * EMPTY_SHARE * J_PER_WH, this.#storedJ - trip.usedWh * J_PER_WH);
  }
}
