/**
 * What the people of one home draw, from a seed: appliances that stand by, a refrigerator, and days with a
 * rhythm: they get up, leave, come back, cook, wash, look at screens and go to bed, otherwise on weekends.
 *
 * Power is constant within a minute, whole watts, and a function of seed and civil day alone: a day is drawn
 * when it is first asked for (some 20 µs) and the running sums of its minutes answer for a step of any length
 * from 1 s to the whole day. Yearly totals spread from about 1,800 to 5,500 kWh.
 *
 * Plausible rather than measured: no heat pump, no car, and appliances that run over midnight are cut there.
 */
import type { Random } from "#base/random.ts";
import {
  civilDate,
  dayNumber,
  dayOf,
  dayStart,
  ROME,
  type UnixSeconds,
  weekday,
  type Zone,
} from "#base/time.ts";
import { cos } from "#plant/elementary.ts";
import { onGrid } from "#plant/resolution.ts";

/** What of a household's habits may be a load of its own instead: see `sim/loads`. */
export type Habit = "laundry" | "dishes" | "hot_water";

export type Rhythm = "office" | "family" | "retired" | "evening";
const RHYTHMS: readonly Rhythm[] = ["office", "family", "retired", "evening"];

export interface HouseholdTraits {
  readonly people: number;
  readonly rhythm: Rhythm;
  /** What a year should come to, kWh. */
  readonly yearlyKwh: number;
  readonly standbyW: number;
  readonly fridgeW: number;
  readonly fridgePeriodMin: number;
  readonly airConditioning: boolean;
  readonly waterHeater: boolean;
  readonly inductionHob: boolean;
}

const MINUTES_MAX = 25 * 60;
/** Sampled to find what the habits come to before they are scaled; 13 days apart meets all weekdays and seasons. */
const SAMPLE_DAYS = 28;
const SAMPLE_STRIDE = 13;

export class Household {
  readonly traits: HouseholdTraits;
  readonly #random: Random;
  readonly #zone: Zone;
  /** Of the drawn day: power × minutes before each minute, W·min. */
  readonly #sums = new Int32Array(MINUTES_MAX + 1);
  readonly #powerW = new Float64Array(MINUTES_MAX);
  #dayStart: UnixSeconds = Number.NaN;
  #dayEnd: UnixSeconds = Number.NaN;
  /** Of the habits' power, so that the year comes to its total. */
  #scale = 1;
  #scaled = false;
  #without: ReadonlySet<Habit> = new Set();

  constructor(random: Random, zone: Zone = ROME) {
    this.#random = random;
    this.#zone = zone;
    this.traits = drawTraits(random.fork("traits"));
  }

  /** From now on these habits are drawn by somebody else; the rest stays as it is. */
  leaveOut(habits: ReadonlySet<Habit>): void {
    this.#without = habits;
    this.#dayStart = this.#dayEnd = Number.NaN;
  }

  /** Mean power over [start, start + seconds), W on the grid of `plant/resolution`. Whole seconds. */
  meanPowerW(start: UnixSeconds, seconds: number): number {
    if (!(start >= this.#dayStart && start < this.#dayEnd)) this.#openDay(dayOf(this.#zone, start));
    const from = start - this.#dayStart;
    const end = start + seconds;
    if (end <= this.#dayEnd)
      return onGrid((this.#energyUntil(from + seconds) - this.#energyUntil(from)) / seconds);
    const today = this.#dayEnd - start;
    const first = this.#energyUntil(from + today) - this.#energyUntil(from);
    const rest = seconds - today;
    return onGrid((first + this.meanPowerW(this.#dayEnd, rest) * rest) / seconds);
  }

  /** W·s from the day's start. */
  #energyUntil(second: number): number {
    const minute = Math.floor(second / 60);
    const before = this.#sums[minute]!;
    const within = second - minute * 60;
    return within === 0 ? before * 60 : before * 60 + (this.#sums[minute + 1]! - before) * within;
  }

  #openDay(day: number): void {
    if (!this.#scaled) {
      this.#scaled = true;
      let wattMinutes = 0;
      for (let i = 0; i < SAMPLE_DAYS; i++) {
        this.#drawDay(20_000 + i * SAMPLE_STRIDE, new Set());
        wattMinutes += this.#sums[1440]!;
      }
      const standing = this.traits.standbyW * 1440 * SAMPLE_DAYS;
      const wanted = (this.traits.yearlyKwh / 365) * 60_000 * SAMPLE_DAYS;
      this.#scale = Math.max(0.3, (wanted - standing) / (wattMinutes - standing));
    }
    this.#drawDay(day, this.#without);
  }

  #drawDay(day: number, without: ReadonlySet<Habit>): void {
    const start = dayStart(this.#zone, day);
    const end = dayStart(this.#zone, day + 1);
    const minutes = (end - start) / 60;
    const power = this.#powerW;
    power.fill(0);
    new DayOfHabits(this.traits, this.#random.fork(`day ${day}`), day, power, without).draw();
    // Habits keep wall-clock time: on the days of the clock change the night is an hour shorter or longer.
    const shift = 1440 - minutes;
    const { standbyW } = this.traits;
    let sum = 0;
    for (let minute = 0; minute < minutes; minute++) {
      const wall = minute < 120 ? minute : minute + shift;
      this.#sums[minute] = sum;
      sum += Math.round(standbyW + this.#scale * power[wall]!);
    }
    this.#sums[minutes] = sum;
    this.#dayStart = start;
    this.#dayEnd = end;
  }
}

function drawTraits(random: Random): HouseholdTraits {
  const people = 1 + random.integer(2) + random.integer(2) + random.integer(2);
  const rhythm = people >= 3 && random.float() < 0.7 ? "family" : RHYTHMS[random.integer(RHYTHMS.length)]!;
  const airConditioning = random.float() < 0.55;
  const waterHeater = random.float() < 0.15;
  const wanted =
    1150 + 640 * people + (airConditioning ? 250 : 0) + (waterHeater ? 550 : 0) + 900 * random.float();
  return {
    people,
    rhythm,
    yearlyKwh: Math.round(Math.min(5400, Math.max(1850, wanted))),
    standbyW: 35 + random.integer(45) + 8 * people,
    fridgeW: 70 + random.integer(50),
    fridgePeriodMin: 38 + random.integer(25),
    airConditioning,
    waterHeater,
    inductionHob: random.float() < 0.5,
  };
}

/** One day drawn into an array of 1,440 minutes of wall-clock time, W. */
class DayOfHabits {
  readonly #traits: HouseholdTraits;
  readonly #random: Random;
  readonly #powerW: Float64Array;
  readonly #weekend: boolean;
  readonly #without: ReadonlySet<Habit>;
  /** −1 at midwinter, 1 at midsummer. */
  readonly #summer: number;

  constructor(
    traits: HouseholdTraits,
    random: Random,
    day: number,
    powerW: Float64Array,
    without: ReadonlySet<Habit>,
  ) {
    this.#without = without;
    this.#traits = traits;
    this.#random = random;
    this.#powerW = powerW;
    this.#weekend = weekday(day) >= 6;
    const { year } = civilDate(day);
    this.#summer = -cos((2 * Math.PI * (day - dayNumber({ year, month: 1, day: 1 }) + 10)) / 365);
  }

  draw(): void {
    const { people, rhythm } = this.#traits;
    this.#fridge();
    const late = this.#weekend ? 75 : 0;
    const wake =
      around(this.#random, rhythm === "evening" ? 510 : rhythm === "retired" ? 420 : 395, 18) + late;
    const sleep = around(this.#random, rhythm === "evening" ? 1425 : rhythm === "retired" ? 1340 : 1385, 22);
    this.#morning(wake);
    this.#day(wake, sleep);
    this.#kitchen(wake, sleep);
    for (let person = 0; person < people; person++)
      if (this.#chance(0.55)) this.#run(wake + 12 * person + 8, 5, 1300);
    this.#laundry();
    if (this.#traits.waterHeater) this.#habit("hot_water", wake - 50, 55 + 8 * people, 1200);
    if (this.#traits.airConditioning) this.#cooling(wake, sleep);
  }

  #fridge(): void {
    const { fridgePeriodMin, fridgeW } = this.#traits;
    const on = Math.round(fridgePeriodMin * (0.36 + 0.06 * this.#summer));
    for (let at = -this.#random.integer(fridgePeriodMin); at < 1440; at += fridgePeriodMin) {
      this.#run(at, on, fridgeW);
    }
  }

  #morning(wake: number): void {
    this.#light(wake, wake + 70, 0.7);
    this.#run(wake + 6, 3, 1800);
    if (this.#chance(0.4)) this.#run(wake + 15, 4, 900);
  }

  /** Screens and lamps while somebody is at home and awake. */
  #day(wake: number, sleep: number): void {
    const { people, rhythm } = this.#traits;
    const working = !this.#weekend && (rhythm === "office" || (rhythm === "family" && this.#chance(0.6)));
    const away = working ? wake + 75 : around(this.#random, 600, 40);
    const back = working
      ? around(this.#random, rhythm === "family" ? 990 : 1095, 25)
      : away + around(this.#random, 110, 35);
    this.#screens(wake, away, 25 + 12 * people);
    this.#screens(back, 1140, 70 + 30 * people);
    this.#screens(Math.max(back, 1140), sleep, 130 + 40 * people);
    this.#light(Math.max(back, 900), sleep, 1);
    if (!working) this.#screens(away, back, 15);
    for (let left = people + (this.#weekend ? 1 : 0); left > 0; left--) {
      if (this.#chance(0.5)) this.#run(back + this.#random.integer(Math.max(1, sleep - back)), 3, 1900);
    }
  }

  #kitchen(wake: number, sleep: number): void {
    const { people, rhythm, inductionHob } = this.#traits;
    const hobW = inductionHob ? 950 : 180;
    const lunchAtHome =
      this.#weekend || rhythm === "retired" || this.#chance(rhythm === "family" ? 0.5 : 0.2);
    if (lunchAtHome) this.#cook(around(this.#random, 765, 18), 22 + 5 * people, hobW);
    const dinner = Math.min(sleep - 90, around(this.#random, 1185, 22));
    if (this.#chance(0.92)) this.#cook(dinner, 28 + 6 * people, hobW * 1.2);
    if (this.#chance(this.#weekend ? 0.4 : 0.16))
      this.#oven(lunchAtHome && this.#chance(0.5) ? 725 : dinner - 20);
    if (this.#chance(Math.min(0.9, 0.2 + 0.17 * people))) {
      const start = dinner + 50 + this.#random.integer(40);
      this.#habit("dishes", start, 18, 1950);
      this.#habit("dishes", start + 18, 42, 90);
      this.#habit("dishes", start + 60, 14, 1900);
    }
    if (this.#weekend) this.#run(around(this.#random, wake + 150, 40), 20 + this.#random.integer(15), 800);
  }

  #laundry(): void {
    const { people } = this.#traits;
    if (!this.#chance(Math.min(0.85, (this.#weekend ? 0.22 : 0.1) + 0.1 * people))) return;
    const start = this.#chance(this.#weekend ? 0.8 : 0.4)
      ? 540 + this.#random.integer(240)
      : 1110 + this.#random.integer(120);
    this.#habit("laundry", start, 16, 2000);
    this.#habit("laundry", start + 16, 50, 160);
    this.#habit("laundry", start + 66, 8, 480);
    if (this.#summer < -0.2 && people >= 3 && this.#chance(0.4)) this.#run(start + 90, 75, 750);
  }

  #cooling(wake: number, sleep: number): void {
    const heat = this.#summer - 0.62 + 0.25 * (this.#random.float() - 0.5);
    if (heat <= 0) return;
    const start = around(this.#random, this.#weekend ? 780 : 870, 50);
    for (let at = start; at < sleep; at += 20) this.#run(at, 7 + Math.round(26 * heat), 850);
    if (heat > 0.2) for (let at = 0; at < wake - 60; at += 30) this.#run(at, 8, 500);
  }

  #cook(start: number, minutes: number, hobW: number): void {
    for (let at = 0; at < minutes; at += 3) this.#run(start + at, at < 9 ? 3 : 2, hobW);
    this.#run(start, minutes, 90);
  }

  #oven(start: number): void {
    this.#run(start, 12, 2200);
    for (let at = 12; at < 55; at += 5) this.#run(start + at, 2, 2200);
  }

  #screens(from: number, to: number, watts: number): void {
    const level = watts * (0.75 + 0.5 * this.#random.float());
    this.#run(from, to - from, level);
  }

  /** Lamps from an hour before dark; the sun rises from 5:40 to 7:40 and sets from 16:40 to 20:50. */
  #light(from: number, to: number, share: number): void {
    const dawn = 400 - 60 * this.#summer;
    const dusk = 1125 + 125 * this.#summer;
    const watts = share * (50 + 22 * this.#traits.people);
    if (from < dawn) this.#run(from, Math.min(to, dawn) - from, watts);
    if (to > dusk - 40) this.#run(Math.max(from, dusk - 40), to - Math.max(from, dusk - 40), watts);
  }

  #habit(habit: Habit, start: number, minutes: number, watts: number): void {
    if (!this.#without.has(habit)) this.#run(start, minutes, watts);
  }

  #run(start: number, minutes: number, watts: number): void {
    const from = Math.max(0, Math.round(start));
    const to = Math.min(1440, Math.round(start + minutes));
    for (let minute = from; minute < to; minute++) this.#powerW[minute]! += watts;
  }

  #chance(probability: number): boolean {
    return this.#random.float() < probability;
  }
}

/** A minute of the day, nearly normal around `mean`. */
function around(random: Random, mean: number, deviation: number): number {
  return Math.round(mean + deviation * random.normal());
}
