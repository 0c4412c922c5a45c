/**
 * An electric car at a charge point of the home. Charging follows `control/charging`; the charge point is told how much
 * the car may draw, and falls back to its own safe current when that is not renewed (`devices/ocpp-device`).
 *
 * A charge point tells its meter every ten seconds or so. Until it has told what came of a limit, a new one would
 * answer to what the old one did: the limit changes only then, unless there is less for the car than it was given.
 *
 * Where the car does not say how full it is, as few do over alternating current, it is taken to come home as full as
 * the installer said, and counted up by the meter; one that draws nothing of what it may is full.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { CHARGING_MODES, type ChargingCode, chargingChoice } from "#control/charging.ts";
import { cheapestHours, type Offers, type Timetable } from "#control/flexible-load.ts";
import { firstRun, nextMinute, Stood } from "#control/load-day.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
import { AskedPower } from "./asked-power.ts";
import { type KeptMeter, LoadMeter } from "./metered.ts";
import {
  type Draws,
  drawsBetween,
  knownNumbers,
  type LoadMoment,
  type Seen,
  type SteeredLoad,
  usualWish,
  type Wish,
  ZONE,
} from "./steered-load.ts";

const USUAL_MIN_W = 1_380;
const USUAL_MAX_W = 3_680;
const USUAL_BATTERY_WH = 50_000;
const USUAL_ARRIVES_PERCENT = 30;
/** Into the battery ÷ out of the charge point. */
const EFFICIENCY = 0.9;
/** A limit stands so long at least, and is decided anew at the latest, s. */
const SETTLES_S = 10;
const UNTOLD_S = 60;
/** A difference that no car follows, W. */
const STEP_W = 60;
/** Allowed to charge and drawing less than this for so long: it is full. */
const FULL_W = 100;
const FULL_S = 300;

type Code = ChargingCode | "safe_current" | "not_heard";

interface KeptCar {
  readonly meter: KeptMeter;
  readonly sessionFromWh: number | null;
  readonly isFull: boolean;
}

export class SteeredCar implements SteeredLoad {
  readonly id: string;
  readonly kind = "car";
  wish = usualWish("car");
  readonly #sheet: LoadSheet;
  readonly #meter: LoadMeter;
  readonly #sun = new Stood();
  #seen: Seen | undefined;
  #isPlugged: boolean | undefined;
  /** Of its meter, when the car was plugged in. */
  #sessionFromWh: number | undefined;
  #isFull = false;
  #unusedS = 0;
  #timetable: Timetable | undefined;
  #slot: UnixSeconds = 0;
  #givenJ = 0;
  readonly #asked = new AskedPower(STEP_W);
  #moment = { sinceS: 0, seconds: 1, now: 0 };
  #code: Code = "not_heard";
  #surplusW = 0;
  #price = 0;

  constructor(id: string, sheet: LoadSheet, kept?: object) {
    const known = kept as KeptCar | undefined;
    this.id = id;
    this.#sheet = sheet;
    this.#meter = new LoadMeter(known?.meter);
    if (known === undefined) return;
    this.#sessionFromWh = known.sessionFromWh ?? undefined;
    this.#isPlugged = known.sessionFromWh !== null;
    this.#isFull = known.isFull;
  }

  get phaseShares(): readonly number[] {
    return this.#sheet.phaseShares ?? (this.#powerMinW > 2 * USUAL_MIN_W ? [1 / 3, 1 / 3, 1 / 3] : [1, 0, 0]);
  }

  get draws(): Draws {
    return drawsBetween(this.#seen, this.#asked.powerW, this.#moment);
  }

  get kept(): KeptCar {
    return {
      meter: this.#meter.kept,
      sessionFromWh: this.#sessionFromWh ?? null,
      isFull: this.#isFull,
    };
  }

  hear(wish: Wish): void {
    this.wish = wish;
  }

  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void {
    this.#seen = seen;
    this.#moment = { sinceS: this.#asked.sinceS(now), seconds, now };
    const joules = this.#meter.see(seen, now, seconds);
    const slot = quarterHourOf(now);
    if (slot !== this.#slot) {
      this.#slot = slot;
      this.#givenJ = 0;
    }
    this.#givenJ += joules;
    this.#sun.pass(seconds);
    if (seen === undefined) return;
    const { state = 0, powerW = 0, energyWh } = seen.values;
    const isPlugged = state >= 1 && state <= 3;
    if (isPlugged && this.#isPlugged === false) this.#sessionFromWh = undefined;
    if (isPlugged) this.#sessionFromWh ??= energyWh;
    if (!isPlugged) {
      this.#sessionFromWh = undefined;
      this.#isFull = false;
    }
    this.#isPlugged = isPlugged;
    const isUnused = isPlugged && this.#asked.powerW >= this.#powerMinW && powerW < FULL_W;
    this.#unusedS = isUnused ? this.#unusedS + seconds : 0;
    if (this.#unusedS >= FULL_S) this.#isFull = true;
    else if (powerW >= FULL_W) this.#isFull = false;
  }

  plan(now: UnixSeconds, offers: Offers | undefined): Float64Array | undefined {
    this.#timetable = undefined;
    if (offers === undefined || !this.#isPlugged || this.wish.preferences.mode !== "cheapest") return;
    this.#timetable = cheapestHours(offers, {
      energyWh: this.#missingWh + this.#givenJ / J_PER_WH,
      untilStep: Math.floor((this.#readyBy(now) - quarterHourOf(now)) / offers.stepS),
      powerMaxW: this.#powerMaxW,
    });
    return this.#timetable.powerW;
  }

  decide(moment: LoadMoment): number {
    const { now, importPrice, isClockRight } = moment;
    this.#price = importPrice;
    if (this.#seen === undefined) {
      // It goes by its own safe current.
      this.#code = "not_heard";
      this.#asked.set(0);
      return 0;
    }
    const isBlind = Number.isNaN(moment.surplusW);
    const surplusW = isBlind ? 0 : moment.surplusW;
    const powerMinW = this.#powerMinW;
    const limitW = isBlind ? powerMinW : moment.limitW;
    this.#surplusW = surplusW;
    const { mode } = this.wish.preferences;
    const choice = chargingChoice({
      mode: CHARGING_MODES.find((one) => one === mode) ?? "cheapest",
      pluggedIn: this.#isPlugged === true,
      ...{ powerMinW, powerMaxW: this.#powerMaxW, limitW, surplusW, missingWh: this.#missingWh },
      leftS: isClockRight ? this.#readyBy(now) - now : Number.POSITIVE_INFINITY,
      plannedW: isClockRight ? (this.#timetable?.powerW[0] ?? Number.NaN) : Number.NaN,
      stepGivenWh: this.#givenJ / J_PER_WH,
      stepS: QUARTER_HOUR_S,
      stepAgeS: now - this.#slot,
      charging: this.#asked.powerW > 0,
      surplusStoodS: this.#sun.see(surplusW >= powerMinW),
    });
    // Nobody knows what is over, or what hour it is: whoever wants to be charged by a time gets a little.
    const isLost = (isBlind || !isClockRight) && choice.code === "waiting_for_cheap_hour";
    this.#code = isLost || (isBlind && choice.powerW > 0) ? "safe_current" : choice.code;
    const wantedW = isLost && limitW >= powerMinW ? powerMinW : Math.floor(choice.powerW / 10) * 10;
    this.#asked.ask(wantedW, limitW, now, this.#settles(now, this.#seen));
    return this.#asked.powerW;
  }

  cut(): void {
    this.#code = "limited_to_nothing";
    this.#asked.set(0);
  }

  outputs(): Output[] {
    if (this.#seen === undefined || this.#isPlugged !== true) return [];
    return [{ device: this.id, point: "powerMaxW", value: this.#asked.powerW }];
  }

  report(now: UnixSeconds): LoadReport {
    const code = this.#code;
    const powerW = this.#seen?.values.powerW ?? 0;
    const { preferences, change } = this.wish;
    return {
      ...{ id: this.id, kind: this.kind, name: this.#sheet.name ?? null, powerW, code, preferences, change },
      todayWh: this.#meter.todayWh,
      state:
        code === "not_plugged_in"
          ? "away"
          : powerW >= FULL_W
            ? "running"
            : code === "limited_to_nothing"
              ? "limited"
              : code === "charged_enough"
                ? "idle"
                : "waiting",
      numbers: knownNumbers({
        storedPercent: this.#storedPercent,
        targetPercent: preferences.targetPercent ?? undefined,
        missingWh: this.#missingWh,
        readyBy: this.#readyBy(now),
        surplusW: this.#surplusW,
        askedW: this.#asked.powerW,
        powerMinW: this.#powerMinW,
        importPrice: this.#price,
      }),
      nextRun:
        this.#timetable === undefined || this.#asked.powerW > 0
          ? null
          : firstRun(this.#timetable.powerW, this.#slot, QUARTER_HOUR_S),
    };
  }

  /** Its meter has not told yet what came of the last word. */
  #settles(now: UnixSeconds, { measuredAt }: Seen): boolean {
    const wasTold = measuredAt > (this.#asked.at + SETTLES_S / 2) * 1000;
    return this.#asked.isYounger(now, SETTLES_S) || (!wasTold && this.#asked.isYounger(now, UNTOLD_S));
  }

  get #powerMinW(): number {
    return this.#sheet.powerMinW ?? this.#seen?.values.powerMinW ?? USUAL_MIN_W;
  }

  get #powerMaxW(): number {
    return this.#sheet.powerMaxW ?? (this.#powerMinW > 2 * USUAL_MIN_W ? 3 * USUAL_MAX_W : USUAL_MAX_W);
  }

  get #batteryWh(): number {
    return this.#sheet.batteryWh ?? USUAL_BATTERY_WH;
  }

  get #storedPercent(): number {
    const { socPercent, energyWh = 0 } = this.#seen?.values ?? {};
    if (socPercent !== undefined) return socPercent;
    const arrived = this.#sheet.arrivesPercent ?? USUAL_ARRIVES_PERCENT;
    const chargedWh = Math.max(0, energyWh - (this.#sessionFromWh ?? energyWh)) * EFFICIENCY;
    return Math.min(100, arrived + (100 * chargedWh) / this.#batteryWh);
  }

  /** Out of the charge point until the target is reached, Wh. */
  get #missingWh(): number {
    if (this.#isFull) return 0;
    const { targetPercent } = this.wish.preferences;
    const missing = (((targetPercent ?? 100) - this.#storedPercent) / 100) * this.#batteryWh;
    return missing < 1 ? 0 : missing / EFFICIENCY;
  }

  #readyBy(now: UnixSeconds): UnixSeconds {
    return nextMinute(ZONE, now, this.wish.preferences.readyByMinute ?? 0);
  }
}
