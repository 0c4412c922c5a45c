/**
 * A single appliance behind a smart plug of the home, decided by `control/appliance`. What the plug tells is all that is
 * known of it: whether it is on, and what it draws.
 *
 * - A *programme* (washing machine, dishwasher) stands under power; when somebody starts it, it is held at once where a
 *   better hour comes, and goes on where it was, as such machines do.
 * - A *boiler* has its own thermostat: when it draws nothing though it may, the water is hot.
 * - A *freezer* is never left off, whoever turned it off.
 *
 * Who presses the button of a plug wins: it stays as the hand left it until the rule comes round to the same.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { APPLIANCE_MODES, type ApplianceCode, applianceChoice } from "#control/appliance.ts";
import { cheapestHours, cheapestStart, type Offers } from "#control/flexible-load.ts";
import { firstRun, nextMinute, Stood } from "#control/load-day.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import type { LoadKind } from "#wire/load-preferences.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
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

export type PlugKind = Extract<
  LoadKind,
  "boiler" | "washing_machine" | "dishwasher" | "freezer" | "appliance"
>;

type Code = ApplianceCode | "not_heard" | "left_alone" | "switched_by_hand";

/** What it draws before anybody saw it run, W. */
const USUAL_W: Readonly<Record<PlugKind, number>> = {
  boiler: 1_200,
  washing_machine: 2_000,
  dishwasher: 2_000,
  freezer: 90,
  appliance: 500,
};
/** How long it runs a day, or a programme takes, where nobody said, s. */
const RUNS_S: Readonly<Record<PlugKind, number>> = {
  boiler: 2 * 3600,
  washing_machine: 75 * 60,
  dishwasher: 75 * 60,
  freezer: Number.POSITIVE_INFINITY,
  appliance: Number.POSITIVE_INFINITY,
};
/** Of its greatest power a programme draws so much on average. */
const PROGRAMME_SHARE = 0.35;
/** Above it runs, W; a programme that draws it for so long was started, s. */
const RUNS_W = 15;
const STARTED_S = 30;
/** So long without drawing: the water is hot, the programme is over, s. */
const HOT_S = 180;
const OVER_S = 300;
/** What gave way stays off so long at least, s. */
const GIVES_WAY_S = 300;

interface KeptPlug {
  readonly meter: KeptMeter;
  readonly usualW: number;
  readonly ranS: number;
  readonly readyBy: UnixSeconds;
  readonly doneS: number | null;
  readonly hasBegun: boolean;
  readonly isOn: boolean;
  readonly hand: boolean | null;
}

export class SteeredPlug implements SteeredLoad {
  readonly id: string;
  readonly kind: PlugKind;
  wish: Wish;
  readonly #sheet: LoadSheet;
  readonly #meter: LoadMeter;
  readonly #sun = new Stood();
  readonly #since = new Stood();
  readonly #isProgramme: boolean;
  readonly #runsS: number;
  #seen: Seen | undefined;
  /** The greatest that it drew. */
  #seenMaxW: number;
  /** Done of what it has to run: until `readyBy`, or of the programme (`undefined`: none waits), s. */
  #ranS = 0;
  #readyBy: UnixSeconds = 0;
  #doneS: number | undefined;
  #hasBegun = false;
  #drawingS = 0;
  #idleS = 0;
  #isHot = false;
  #isPlanned = false;
  #nextRun: LoadReport["nextRun"] = null;
  #isOn: boolean | undefined;
  /** Whether the plug has said that it is as it was told. */
  #isConfirmed = false;
  #hand: boolean | undefined;
  #cutAt: UnixSeconds | undefined;
  #now: UnixSeconds = 0;
  #turnedAt: UnixSeconds = 0;
  #moment = { sinceS: 0, seconds: 1, now: 0 };
  #code: Code = "not_heard";
  #surplusW = 0;
  #price = 0;

  constructor(id: string, kind: PlugKind, sheet: LoadSheet, kept?: object) {
    const known = kept as KeptPlug | undefined;
    this.id = id;
    this.kind = kind;
    this.wish = usualWish(kind);
    this.#sheet = sheet;
    this.#isProgramme = kind === "washing_machine" || kind === "dishwasher";
    this.#runsS = sheet.runsS ?? RUNS_S[kind];
    this.#meter = new LoadMeter(known?.meter);
    this.#seenMaxW = known?.usualW ?? 0;
    if (known === undefined) return;
    this.#ranS = known.ranS;
    this.#readyBy = known.readyBy;
    this.#doneS = known.doneS ?? undefined;
    this.#hasBegun = known.hasBegun;
    this.#isOn = known.isOn;
    this.#hand = known.hand ?? undefined;
  }

  get phaseShares(): readonly number[] {
    return this.#sheet.phaseShares ?? [1, 0, 0];
  }

  get draws(): Draws {
    const toldW = this.#isOn === false ? 0 : this.#usualW;
    return drawsBetween(this.#seen, toldW, this.#moment);
  }

  get kept(): KeptPlug {
    return {
      ...{ meter: this.#meter.kept, usualW: this.#seenMaxW, ranS: this.#ranS, readyBy: this.#readyBy },
      ...{ doneS: this.#doneS ?? null, hasBegun: this.#hasBegun, isOn: this.#isOn ?? true },
      hand: this.#hand ?? null,
    };
  }

  hear(wish: Wish): void {
    if (wish.preferences.readyByMinute !== this.wish.preferences.readyByMinute) this.#readyBy = 0;
    this.wish = wish;
  }

  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void {
    this.#now = now;
    this.#sun.pass(seconds);
    this.#since.pass(seconds);
    this.#meter.see(seen, now, seconds);
    const wasSeen = this.#seen !== undefined;
    this.#seen = seen;
    this.#moment = { sinceS: Math.max(0, now - this.#turnedAt), seconds, now };
    if (seen === undefined) {
      // It may have been without power: how it comes back is nobody's wish.
      this.#isConfirmed = false;
      return;
    }
    const { powerW = 0, on } = seen.values;
    const isOn = on === undefined ? undefined : on !== 0;
    this.#seenMaxW = Math.max(this.#seenMaxW, powerW);
    this.#lookForHand(isOn, wasSeen);
    this.#count(powerW, isOn === true, seconds);
    if (this.#readyBy === 0 || now >= this.#readyBy) {
      this.#readyBy = nextMinute(ZONE, now, this.wish.preferences.readyByMinute ?? 0);
      this.#ranS = 0;
      this.#isHot = false;
    }
  }

  plan(now: UnixSeconds, offers: Offers | undefined): ArrayLike<number> | undefined {
    this.#isPlanned = false;
    this.#nextRun = null;
    const missingS = this.#missingS;
    if (offers === undefined || this.wish.preferences.mode !== "cheapest") return;
    if (!(missingS > 0) || !Number.isFinite(missingS)) return;
    const slot = quarterHourOf(now);
    const untilStep = Math.floor((this.#readyBy - slot) / offers.stepS);
    const usualW = this.#usualW;
    if (this.#isProgramme) {
      const profile = new Array<number>(Math.ceil(missingS / offers.stepS)).fill(usualW * PROGRAMME_SHARE);
      const start = cheapestStart(offers, profile, untilStep);
      this.#isPlanned = start === 0;
      const from = slot + start * offers.stepS;
      if (start > 0) this.#nextRun = { from, to: from + Math.round(missingS) };
      return start < 0 ? undefined : [...new Array<number>(start).fill(0), ...profile];
    }
    const energyWh = (usualW * missingS) / 3600;
    const { powerW } = cheapestHours(offers, { energyWh, untilStep, powerMaxW: usualW });
    this.#isPlanned = powerW[0]! > usualW / 2;
    this.#nextRun = this.#isPlanned ? null : firstRun(powerW, slot, QUARTER_HOUR_S);
    return powerW;
  }

  decide(moment: LoadMoment): number {
    const { importPrice, surplusW, limitW, isClockRight, now } = moment;
    this.#price = importPrice;
    if (this.#seen === undefined) {
      this.#code = "not_heard";
      return 0;
    }
    const isBlind = Number.isNaN(surplusW);
    const usualW = this.#usualW;
    this.#surplusW = isBlind ? 0 : surplusW;
    if (this.#cutAt !== undefined && !isBlind) {
      if (now - this.#cutAt < GIVES_WAY_S || limitW < usualW) return this.#turn(false, "gives_way");
      this.#cutAt = undefined;
    }
    const { mode } = this.wish.preferences;
    const isOn = this.#isProgramme ? this.#hasBegun : this.#isOn === true;
    const choice = applianceChoice({
      mode: APPLIANCE_MODES.find((one) => one === mode) ?? "always",
      ...{ usualW, surplusW: this.#surplusW, missingS: this.#missingS, planned: this.#isPlanned, on: isOn },
      surplusStoodS: this.#sun.see(this.#surplusW >= usualW),
      // Plans begin at quarter hours: one in hand.
      leftS: this.#readyBy - now - (this.#isProgramme ? QUARTER_HOUR_S : 0),
      sinceS: this.#since.see(isOn),
      runsAtLeastS: this.#isProgramme ? this.#runsS : 0,
    });
    const waits = choice.code === "waits_for_sun" || choice.code === "waits_for_cheap_hour";
    // Without a counter nothing is known of the sun, without a clock nothing of the hours.
    if ((isBlind || !isClockRight) && (waits || choice.code === "on_from_sun")) {
      return this.#turn(isBlind ? this.#seen.values.on !== 0 : true, "left_alone");
    }
    if (this.#hand !== undefined) {
      if (this.#hand !== choice.on) return this.#turn(this.#hand, "switched_by_hand");
      this.#hand = undefined;
    }
    if (!this.#isProgramme) return this.#turn(choice.on, choice.code);
    if (this.#doneS === undefined) return this.#turn(mode !== "off", choice.code);
    const goesOn = this.#hasBegun && mode !== "off";
    if (choice.on) this.#hasBegun = true;
    return this.#turn(goesOn || choice.on, goesOn ? "stays_on" : choice.code);
  }

  cut(): void {
    this.#cutAt = this.#now;
    this.#turn(false, "gives_way");
  }

  outputs(): Output[] {
    const reported = this.#seen?.values.on;
    if (reported === undefined || this.#isOn === undefined || (reported !== 0) === this.#isOn) return [];
    return [{ device: this.id, point: "on", value: this.#isOn ? 1 : 0, again: true }];
  }

  report(): LoadReport {
    const code = this.#code;
    const powerW = this.#seen?.values.powerW ?? 0;
    const { preferences, change } = this.wish;
    const missingS = this.#missingS;
    const rests = this.#isOn === true || code === "done_for_today" || code === "switched_off";
    return {
      ...{ id: this.id, kind: this.kind, name: this.#sheet.name ?? null, powerW, code, preferences, change },
      todayWh: this.#meter.todayWh,
      state: code === "gives_way" ? "limited" : powerW >= RUNS_W ? "running" : rests ? "idle" : "waiting",
      numbers: knownNumbers({
        ...{ surplusW: this.#surplusW, importPrice: this.#price, usualW: this.#usualW },
        missingS: Math.max(0, missingS),
        readyBy: this.#readyBy,
      }),
      nextRun: powerW >= RUNS_W ? null : this.#nextRun,
    };
  }

  /** Turns the plug; what it then takes, W. */
  #turn(isOn: boolean, code: Code): number {
    if (isOn !== this.#isOn) {
      this.#isConfirmed = false;
      this.#turnedAt = this.#now;
    }
    this.#isOn = isOn;
    this.#code = code;
    if (!isOn) return 0;
    return this.#seen?.values.on === 0 ? this.#usualW : Math.max(0, this.#seen?.values.powerW ?? 0);
  }

  #lookForHand(isOn: boolean | undefined, wasSeen: boolean): void {
    if (isOn === undefined || this.kind === "freezer") return;
    const told = this.#isOn;
    if (told === undefined) {
      // Somebody had turned it off before this box came.
      if (!isOn && this.wish.preferences.mode === "always") this.#hand = false;
      return;
    }
    if (isOn === told) this.#isConfirmed = true;
    else if (this.#isConfirmed && wasSeen) {
      this.#hand = isOn;
      this.#isConfirmed = false;
    }
  }

  #count(powerW: number, isOn: boolean, seconds: number): void {
    const draws = powerW >= RUNS_W;
    this.#drawingS = draws ? this.#drawingS + seconds : 0;
    this.#idleS = isOn && !draws ? this.#idleS + seconds : 0;
    if (!this.#isProgramme) {
      if (draws) this.#ranS += seconds;
      this.#isHot = this.kind === "boiler" && (this.#idleS >= HOT_S || (this.#isHot && !draws));
      return;
    }
    if (this.#doneS === undefined) {
      if (this.#drawingS < STARTED_S) return;
      this.#doneS = this.#drawingS;
      this.#hasBegun = false;
      this.#readyBy = nextMinute(ZONE, this.#now, this.wish.preferences.readyByMinute ?? 0);
      return;
    }
    if (draws) this.#doneS += seconds;
    if (this.#doneS >= this.#runsS || (this.#hasBegun && this.#idleS >= OVER_S)) {
      this.#doneS = undefined;
      this.#hasBegun = false;
      this.#drawingS = 0;
    }
  }

  get #usualW(): number {
    return this.#sheet.powerMaxW ?? (this.#seenMaxW >= RUNS_W ? this.#seenMaxW : USUAL_W[this.kind]);
  }

  get #missingS(): number {
    if (this.#isProgramme) return this.#doneS === undefined ? 0 : this.#runsS - this.#doneS;
    return this.#isHot ? 0 : this.#runsS - this.#ranS;
  }
}
