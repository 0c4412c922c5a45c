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
  /** What the home would have over without this load, W; NaN where the counter is not believed. */
  readonly surplusW: number;
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
  /** Of what the home draws now, surely this load's, W ≥ 0: the rest is taken for the home's. */
  readonly drawsW: number;
  hear(wish: Wish): void;
  /** First in each cycle; `undefined` where the device is not heard, or not believed. */
  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void;
  /** From each quarter hour on, and when a wish changed; `undefined` where the clock is wrong. */
  plan(now: UnixSeconds, offers: Offers | undefined): void;
  /** What it shall take from now on, W. */
  decide(moment: LoadMoment): number;
  /** It gives way in the cycle that was just decided. */
  cut(): void;
  outputs(): Output[];
  report(now: UnixSeconds): LoadReport;
  /** What outlives a restart, as JSON. */
  readonly kept: object;
}

/** Numbers of a report: what nobody knows is left out. */
export function knownNumbers(numbers: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(numbers).filter(([, value]) => value !== undefined && Number.isFinite(value));
  return Object.fromEntries(known) as Record<string, number>;
}
