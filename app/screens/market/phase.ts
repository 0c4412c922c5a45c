/** What the market is doing at an instant: for which quarter hour orders are taken, and what runs meanwhile. */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { MarketNow } from "#wire/market-schemas.ts";

export type Phase =
  /** Orders are taken until the gate closes. */
  | { readonly at: "open"; readonly leftS: number; readonly share: number }
  /** The gate has closed and the book is not cleared yet. */
  | { readonly at: "clearing" };

/** `share` is how much of the time in which orders are taken has passed, 0 to 1. */
export function phaseOf({ gateAt }: Pick<MarketNow, "gateAt">, now: UnixSeconds): Phase {
  const leftS = gateAt - now;
  if (leftS <= 0) return { at: "clearing" };
  return { at: "open", leftS, share: Math.min(1, Math.max(0, 1 - leftS / QUARTER_HOUR_S)) };
}

/** The quarter hour that runs, where it was cleared; a document that is older than that says nothing of it. */
export function runningNow({ running }: Pick<MarketNow, "running">, now: UnixSeconds): MarketNow["running"] {
  return running !== null && running.slot === quarterHourOf(Math.floor(now)) ? running : null;
}
