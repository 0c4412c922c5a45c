/** What the ledger says of a settled day of the market, with its inclusion proof: for anybody to check. */
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { type DayNumber, parseDay } from "#base/time.ts";
import { type RowProof, rowProofCodec } from "#ledger/proof.ts";
import { MARKET_DAYS } from "#market/market-day.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

export function marketDayProofRoutes({ host }: Parts): Handlers<"GET /v1/market/days/:day/proof"> {
  const proofOf = (day: DayNumber): Promise<RowProof | undefined> | RowProof | undefined =>
    host.proveRow === undefined
      ? host.view().proveMarketDay(day)
      : host.proveRow(MARKET_DAYS, day).catch(() => {
          throw new Refused("network_silent");
        });
  return {
    "GET /v1/market/days/:day/proof": async ({ params }) => {
      const day = parseDay(params.day);
      if (day === undefined || day < 0) throw new Refused("day_invalid");
      const proof = await proofOf(day);
      if (proof === undefined) throw new Refused("day_not_settled");
      return { producer: toHex(host.producer), proof: toHex(encode(rowProofCodec, proof)) };
    },
  };
}
