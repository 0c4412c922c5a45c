/** Money out of the books: a member's own payouts, and those that wait for the operator's bank. */
import { toHex } from "#base/bytes.ts";
import { isWaiting } from "#market/payout.ts";
import type { Parts } from "../parts.ts";
import type { Handlers } from "../server.ts";

const SHOWN = 100;

export function payoutRoutes({
  host,
  index,
  directory,
}: Parts): Handlers<"GET /v1/account/payouts" | "GET /v1/operator/payouts"> {
  return {
    "GET /v1/account/payouts": ({ visitor: { member }, query: { limit } }) => {
      const view = host.view();
      return index.payoutsOf(member, limit ?? SHOWN).flatMap((id) => {
        const row = view.payout(id);
        if (row === undefined) return [];
        const expired = row.state === "waiting" && !isWaiting(row, view.height);
        return [
          {
            id: toHex(id),
            amountMicroEur: Number(row.amount),
            state: expired ? "expired" : row.state,
            asked: { height: row.height, time: row.time },
            expiryHeight: row.expiryHeight,
            settled: row.settledHeight === 0 ? null : { height: row.settledHeight, time: row.settledTime },
            reference: row.reference ?? null,
          },
        ];
      });
    },
    "GET /v1/operator/payouts": () => {
      const view = host.view();
      return index.unsettledPayouts().flatMap((id) => {
        const row = view.payout(id);
        if (row === undefined || !isWaiting(row, view.height + 1)) return [];
        const { member } = row;
        return [
          {
            id: toHex(id),
            member,
            name: directory.member(member)?.name ?? view.supplier(member)?.name ?? `Member ${member}`,
            amountMicroEur: Number(row.amount),
            asked: { height: row.height, time: row.time },
            expiryHeight: row.expiryHeight,
          },
        ];
      });
    },
  };
}
