/** The terms of a supply in words and figures, the same from an offer, a contract and the bytes that are signed. */
import { toHex, utf8 } from "#base/bytes.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { hash } from "#crypto/hash.ts";
import type { SupplyPrice, SupplyTerms } from "#market/contract/terms.ts";
import type { SupplyPriceView, SupplyTermsView } from "#wire/contract-schemas.ts";
import { SUPPLY_TEXT } from "#wire/supply-text.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";

export interface TermRow {
  readonly term: string;
  readonly value: string;
}

/** Of the one text that this app can show; an offer with another hash stands for a text that it cannot. */
export const STANDARD_TEXT = hash(utf8(SUPPLY_TEXT));

export function isStandardText(text: string): boolean {
  return text === toHex(STANDARD_TEXT);
}

/** A state that the ledger names, in words. */
export function stateWord(state: string): string {
  return tCode(`contracts.state.${state}`, {}) ?? state;
}

export function priceWords(price: SupplyPriceView): string {
  if (price.type === "flat") return local.ratePerKwh(price.microEurPerKwh, 3);
  if (price.type === "index") {
    return t("contracts.price_index", {
      index: price.index,
      spread: local.ratePerKwh(price.spreadMicroEurPerKwh, 3),
    });
  }
  const [f1, f2, f3] = price.microEurPerKwh.map((rate) => local.rate(rate, 3));
  return t("contracts.price_bands", { f1: f1!, f2: f2!, f3: f3! });
}

export function termsRows(terms: SupplyTermsView): readonly TermRow[] {
  const { billing, payWithinS, suspension, from, until, text } = terms;
  return [
    { term: t("contracts.price"), value: priceWords(terms.price) },
    {
      term: t("contracts.billing"),
      value:
        billing === "prepaid"
          ? t("contracts.billing_prepaid")
          : t("contracts.billing_invoiced", { span: local.span(payWithinS) }),
    },
    {
      term: t("contracts.suspension"),
      value:
        suspension === null
          ? t("contracts.suspension_none")
          : t("contracts.suspension_terms", {
              notice: local.span(suspension.noticeS),
              share: local.percent(suspension.reducedPerMille / 1000),
              vital: local.power(suspension.vitalW),
              reduced: local.span(suspension.reducedS),
            }),
    },
    {
      term: t("contracts.term"),
      value: t("contracts.term_span", { from: local.date(from, true), until: local.date(until, true) }),
    },
    {
      term: t("contracts.text"),
      value: isStandardText(text) ? t("contracts.text_standard") : t("contracts.text_other"),
    },
  ];
}

/** Terms as they were decoded out of signed bytes, as a view shows them. */
export function viewOfTerms(terms: SupplyTerms): SupplyTermsView {
  const { price, billing, payWithinS, suspension, from, until, text } = terms;
  return {
    price:
      price.type === "flat"
        ? { type: "flat", microEurPerKwh: Number(price.price) }
        : price.type === "bands"
          ? { type: "bands", microEurPerKwh: price.prices.map(Number) }
          : { type: "index", index: price.index, spreadMicroEurPerKwh: Number(price.spread) },
    billing,
    payWithinS,
    suspension: suspension ?? null,
    from,
    until,
    text: toHex(text),
  };
}

/** The price of a view as the terms hold it. */
export function priceOf(price: SupplyPriceView): SupplyPrice {
  const rate = (microEur: number) => MicroEurPerKwh(BigInt(microEur));
  if (price.type === "flat") return { type: "flat", price: rate(price.microEurPerKwh) };
  if (price.type === "index") {
    return { type: "index", index: price.index, spread: rate(price.spreadMicroEurPerKwh) };
  }
  const [f1, f2, f3] = price.microEurPerKwh.map(rate);
  return { type: "bands", prices: [f1!, f2!, f3!] };
}
