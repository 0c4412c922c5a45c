/**
 * What an owner's key signs for the neighbours' market: a standing rule, and an order by hand. Both letters stay with
 * the platform, which acts by them as the home's agent; neither reaches the chain. Their signatures keep whoever steals
 * a session from selling or buying in the owner's name, and let the owner hold the platform to what was wanted.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import type { MarketRule, SignedMarketOrder } from "#wire/market-schemas.ts";

export interface MarketRuleLetter {
  readonly chain: string;
  readonly member: number;
  /** 1 for the first rule that the member gives, one more for each later one: an old letter counts no more. */
  readonly change: number;
  /** `null`: none any more. */
  readonly rule: MarketRule | null;
}

export function marketRuleHash({ chain, member, change, rule }: MarketRuleLetter): Uint8Array {
  const numbers =
    rule === null
      ? ["none"]
      : [
          rule.sellSurplusFromMicroEurPerKwh,
          rule.sellStored?.fromMicroEurPerKwh ?? null,
          rule.sellStored?.keepWh ?? null,
          rule.buyUpToMicroEurPerKwh,
          rule.solarOnly ? "solar" : "any",
          rule.partner?.home ?? null,
          rule.partner === null ? null : rule.partner.gift ? "gift" : "price",
          rule.forwardPerMille,
        ].map((value) => (value === null ? "-" : String(value)));
  // No part holds a line break, so no two letters have the same bytes.
  return taggedHash(
    "contrada/market-rule/1",
    utf8([chain, String(member), String(change), ...numbers].join("\n")),
  );
}

/** An order by hand; a later one for the same quarter hour and session takes its place. */
export type MarketOrderLetter = Pick<
  SignedMarketOrder,
  "slot" | "session" | "side" | "energyWh" | "limitMicroEurPerKwh"
> & { readonly chain: string; readonly member: number };

export function marketOrderHash(letter: MarketOrderLetter): Uint8Array {
  const { chain, member, slot, session, side, energyWh, limitMicroEurPerKwh } = letter;
  const parts = [chain, member, slot, session, side, energyWh, limitMicroEurPerKwh].map(String);
  return taggedHash("contrada/market-order/1", utf8(parts.join("\n")));
}
