/**
 * What every flexible load of a real home is to its gateway: a device that measures and obeys, its owner's wishes, and
 * the rule of `control` that decides each second. What is known of it comes from the process image alone.
 */
import { ROME, type UnixSeconds } from "#base/time.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { PointValues } from "#devices/device.ts";
import { type LoadKind, USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";

/** The civil day of the home's people. */
export const ZONE = ROME;

/** What a cycle is to a load. */
export interface LoadMoment {
  readonly now: UnixSeconds;
  /** Since the last cycle. */
  readonly seconds: number;
  /** What the sun would leave over without this load, W; NaN where the counter is not believed. */
  readonly surplusW: number;
  /** What home and loads draw beyond what the sun gives, W ≥ 0: what a micro-CHP would be of use for; NaN as above. */
  readonly neededW: number;
  /** What connection, contract, operator and fuse leave for it, W; nothing of it counts while `surplusW` is NaN. */
  readonly limitW: number;
  /** µEUR/kWh of the MicroGrid. */
  readonly importPrice: number;
  /** With a wrong clock no hour is cheap, and nothing is due. */
  readonly isClockRight: boolean;
}

/** What a device said, where it is believed. */
export interface Seen {
  readonly values: PointValues;
  /** Unix ms. */
  readonly measuredAt: number;
}

/** The wish that stands for a load, and with which letter it came; 0: what is usual. */
export interface Wish {
  readonly preferences: LoadPreferences;
  readonly change: number;
}

export interface Draws {
  readonly lowW: number;
  readonly highW: number;
}

/** Of what takes nothing. */
export const NO_DRAWS: Draws = { lowW: 0, highW: 0 };

/** A load follows what it was told, and its meter tells of it, within this, s; or within some cycles. */
const FOLLOWS_S = 30;
const FOLLOWS_CYCLES = 4;
/** A meter that is older says less of now, ms. */
const NOW_MS = 2_500;

/**
 * Between what its meter said and what it was told `sinceS` ago, until the meter has told what came of it; and while
 * the meter is a moment behind.
 */
export function drawsBetween(
  seen: Seen | undefined,
  toldW: number,
  { sinceS, seconds, now }: { readonly sinceS: number; readonly seconds: number; readonly now: UnixSeconds },
): Draws {
  const measuredW = Math.max(0, seen?.values.powerW ?? 0);
  if (seen === undefined) return { lowW: 0, highW: 0 };
  const follows = sinceS < Math.max(FOLLOWS_S, FOLLOWS_CYCLES * seconds);
  const isBehind = now * 1000 - seen.measuredAt > NOW_MS * Math.max(1, seconds);
  if (!follows && !isBehind) return { lowW: measuredW, highW: measuredW };
  return { lowW: Math.min(measuredW, toldW), highW: Math.max(measuredW, toldW) };
}

/** What holds where the owner said nothing. */
export function usualWish(kind: LoadKind): Wish {
  return { preferences: USUAL_PREFERENCES[kind], change: 0 };
}

export interface SteeredLoad {
  readonly id: string;
  readonly kind: LoadKind;
  readonly wish: Wish;
  /** Share of its power on L1, L2, L3. */
  readonly phaseShares: readonly number[];
  /** What of the home's draw is this load's now, at least and at most, W ≥ 0: its meter may be a moment behind. */
  readonly draws: Draws;
  hear(wish: Wish): void;
  /** First in each cycle; `undefined` where the device is not heard, or not believed. */
  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void;
  /**
   * From each quarter hour on, and when a wish changed; no offers where the clock is wrong. What it means to take, W by
   * the offers' steps.
   */
  plan(now: UnixSeconds, offers: Offers | undefined): ArrayLike<number> | undefined;
  /** What it shall take from now on, W. */
  decide(moment: LoadMoment): number;
  /** It gives way in the cycle that was just decided. */
  cut(): void;
  outputs(): Output[];
  /** What it is told by a gateway that goes, where that differs from silence. */
  release?(): Output[];
  report(now: UnixSeconds): LoadReport;
  /** What outlives a restart, as JSON. */
  readonly kept: object;
}

/** Numbers of a report: what nobody knows is left out. */
export function knownNumbers(numbers: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined && Number.isFinite(value));
  return Object.fromEntries(known) as Record<string, number>;
}
