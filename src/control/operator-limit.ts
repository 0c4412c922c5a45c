/**
 * What the grid's operator may ask of one home's connection for a time: at most so much in, at most so much out, and
 * what holds when nobody is heard any more. Platform, simulated home and gateway judge and obey it by these functions.
 *
 * The newest letter stands alone: a limit takes the place of the one before, and lifting is a letter, too. A limit ends
 * by itself, a week away at most. Nobody is left without light: at least `LEAST_IMPORT_W` may come in.
 *
 * Failsafe and duration follow the limitation of consumption and production of EEBUS (LPC, LPP): agreed before, in
 * force when the author is silent for so long, for so long, and then nothing.
 */
import type { UnixSeconds } from "#base/time.ts";
import { type Failsafe, type TimedLimit, timedLimit } from "./limits.ts";

export const LIMIT_REASONS = [
  "congestion",
  "voltage",
  "maintenance",
  "demand_response",
  "emergency",
] as const;
export type LimitReason = (typeof LIMIT_REASONS)[number];

export interface OperatorLimit {
  /** Through the connection, W; `null`: not limited. At least one of them is. */
  readonly importPowerMaxW: number | null;
  readonly exportPowerMaxW: number | null;
  /** Stands in [from, until). */
  readonly from: UnixSeconds;
  readonly until: UnixSeconds;
  readonly reason: LimitReason;
  /** `null`: as the home itself is set. It stays agreed until the next letter. */
  readonly failsafe: LimitFailsafe | null;
}

export interface LimitFailsafe {
  readonly importPowerMaxW: number | null;
  readonly exportPowerMaxW: number | null;
  readonly afterS: number;
  readonly durationS: number;
}

/** A limit as somebody signed it; `null` lifts what stood. */
export interface HeardLimit {
  readonly issuedAt: UnixSeconds;
  readonly limit: OperatorLimit | null;
}

/** A refrigerator, light and the way to the world. */
export const LEAST_IMPORT_W = 500;
/** A limit lasts, and is announced, a week at most. */
export const LIMIT_MAX_S = 7 * 86_400;
/** Signed longer ago, or so far ahead, a letter is not taken. */
export const LIMIT_STALE_S = 900;
/** Through a connection: what a letter can name. */
export const LIMIT_MAX_W = 10_000_000;
const AHEAD_S = 60;
export const FAILSAFE_MAX_S = 86_400;

/** Why a limit is not taken, in order of precedence. */
export const LIMIT_REFUSALS = [
  "limit_superseded",
  "limit_stale",
  "limit_span_invalid",
  "limit_power_invalid",
] as const;
export type LimitRefusal = (typeof LIMIT_REFUSALS)[number];

/** `standing`: when the letter that stands was signed; 0 where none does. */
export function limitRefusalOf(
  { issuedAt, limit }: HeardLimit,
  { standing, now }: { readonly standing: UnixSeconds; readonly now: UnixSeconds },
): LimitRefusal | undefined {
  if (issuedAt <= standing) return "limit_superseded";
  if (issuedAt < now - LIMIT_STALE_S || issuedAt > now + AHEAD_S) return "limit_stale";
  if (limit === null) return undefined;
  const { from, until, failsafe } = limit;
  const lasts = until > from && until > now && until - Math.max(from, now) <= LIMIT_MAX_S;
  if (!lasts || from > now + LIMIT_MAX_S) return "limit_span_invalid";
  if (failsafe !== null) {
    const { afterS, durationS } = failsafe;
    const isSpan = (seconds: number) => seconds > 0 && seconds <= FAILSAFE_MAX_S;
    if (!isSpan(afterS) || !isSpan(durationS)) return "limit_span_invalid";
  }
  for (const one of failsafe === null ? [limit] : [limit, failsafe]) {
    const { importPowerMaxW, exportPowerMaxW } = one;
    if (importPowerMaxW === null && exportPowerMaxW === null) return "limit_power_invalid";
    if (importPowerMaxW !== null && !(importPowerMaxW >= LEAST_IMPORT_W)) return "limit_power_invalid";
    if (exportPowerMaxW !== null && !(exportPowerMaxW >= 0)) return "limit_power_invalid";
  }
  return undefined;
}

/** The same limit for `control/limits`. */
export function timedLimitOf({
  importPowerMaxW,
  exportPowerMaxW,
  from,
  until,
}: Pick<OperatorLimit, "importPowerMaxW" | "exportPowerMaxW" | "from" | "until">): TimedLimit {
  return { name: "operator", ...unbounded({ importPowerMaxW, exportPowerMaxW }), from, until };
}

export function failsafeOf(limit: OperatorLimit | null): Failsafe | undefined {
  if (limit === null || limit.failsafe === null) return undefined;
  const { afterS, durationS } = limit.failsafe;
  return { ...unbounded(limit.failsafe), afterS, durationS };
}

/** What a limit, and the failsafe that came with it, leave of a connection now, W; `undefined` where nothing does. */
export function underLimit(
  limit: OperatorLimit | null,
  at: { readonly now: UnixSeconds; readonly silentS: number },
): Bounds | undefined {
  return limit === null ? undefined : strictestOf(timedLimit([timedLimitOf(limit)], failsafeOf(limit), at));
}

interface Bounds {
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
}

/** The strictest of several, each way; `undefined` of none. */
export function strictestOf(limits: readonly Bounds[]): Bounds | undefined {
  if (limits.length === 0) return undefined;
  return {
    importPowerMaxW: Math.min(...limits.map(({ importPowerMaxW }) => importPowerMaxW)),
    exportPowerMaxW: Math.min(...limits.map(({ exportPowerMaxW }) => exportPowerMaxW)),
  };
}

function unbounded(bounds: {
  readonly importPowerMaxW: number | null;
  readonly exportPowerMaxW: number | null;
}) {
  return {
    importPowerMaxW: bounds.importPowerMaxW ?? Number.POSITIVE_INFINITY,
    exportPowerMaxW: bounds.exportPowerMaxW ?? Number.POSITIVE_INFINITY,
  };
}
