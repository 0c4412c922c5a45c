/** Payouts as the index lists them and the chain has them now: which of them still wait. */
import { isWaiting, type Payout } from "#market/payout.ts";
import type { Parts } from "./parts.ts";

export interface WaitingPayout {
  readonly id: Uint8Array;
  readonly row: Payout;
}

/** Those that the next block can still settle, of all members or of one, oldest first. */
export function waitingPayouts(
  { host, index }: Pick<Parts, "host" | "index">,
  member?: number,
): WaitingPayout[] {
  const view = host.view();
  const ids = member === undefined ? index.unsettledPayouts() : index.unsettledPayoutsOf(member);
  return ids.flatMap((id) => {
    const row = view.payout(id);
    return row !== undefined && isWaiting(row, view.height + 1) ? [{ id, row }] : [];
  });
}

/** What is reserved of a member's money for payouts that wait, µEUR. */
export function payoutsUnderWay(parts: Pick<Parts, "host" | "index">, member: number): number {
  return waitingPayouts(parts, member).reduce((sum, { row }) => sum + Number(row.amount), 0);
}
