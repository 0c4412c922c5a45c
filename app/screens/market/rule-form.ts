/** A standing rule as it is typed into a form, and back: prices in €/kWh, energy in kWh, shares in per cent. */
import { MAX_LIMIT } from "#market/auction/book.ts";
import type { MarketRule } from "#wire/market-schemas.ts";

export interface RuleForm {
  readonly sellSurplus: boolean;
  readonly surplusFrom: string;
  readonly sellStored: boolean;
  readonly storedFrom: string;
  readonly keep: string;
  readonly buy: boolean;
  readonly buyUpTo: string;
  readonly solarOnly: boolean;
  /** A home's number on the street's map; `undefined`: whoever. */
  readonly partner: number | undefined;
  readonly gift: boolean;
  readonly forwardPercent: string;
}

export type RuleField = "surplusFrom" | "storedFrom" | "keep" | "buyUpTo" | "forwardPercent";

export const EMPTY_RULE: MarketRule = {
  sellSurplusFromMicroEurPerKwh: null,
  sellStored: null,
  buyUpToMicroEurPerKwh: null,
  solarOnly: false,
  partner: null,
  forwardPerMille: 0,
};

/** With the decimals of the language; what is not wanted has a figure to begin with. */
export function formOf(
  rule: MarketRule,
  usual: { readonly feedIn: number; readonly tariff: number },
  decimal: (value: number, decimals: number) => string,
): RuleForm {
  const price = (microEur: number) => decimal(microEur / 1e6, 3);
  return {
    sellSurplus: rule.sellSurplusFromMicroEurPerKwh !== null,
    surplusFrom: price(rule.sellSurplusFromMicroEurPerKwh ?? usual.feedIn),
    sellStored: rule.sellStored !== null,
    storedFrom: price(rule.sellStored?.fromMicroEurPerKwh ?? (usual.feedIn + usual.tariff) / 2),
    keep: decimal((rule.sellStored?.keepWh ?? 3_000) / 1000, 1),
    buy: rule.buyUpToMicroEurPerKwh !== null,
    buyUpTo: price(rule.buyUpToMicroEurPerKwh ?? usual.tariff),
    solarOnly: rule.solarOnly,
    partner: rule.partner?.home,
    gift: rule.partner?.gift ?? false,
    forwardPercent: decimal(rule.forwardPerMille / 10, 0),
  };
}

/** The rule, or the fields that hold no such number. A rule that wants nothing is none: `null`. */
export function ruleOf(
  form: RuleForm,
): { readonly rule: MarketRule | null } | { readonly wrong: ReadonlySet<RuleField> } {
  const surplus = form.sellSurplus ? typedLimit(form.surplusFrom) : null;
  const stored = form.sellStored ? typedLimit(form.storedFrom) : null;
  const keepWh = form.sellStored ? typedKwh(form.keep) : 0;
  const buy = form.buy ? typedLimit(form.buyUpTo) : null;
  const forward = typedPercent(form.forwardPercent);
  const wrong = new Set<RuleField>();
  if (surplus === undefined) wrong.add("surplusFrom");
  if (stored === undefined) wrong.add("storedFrom");
  if (keepWh === undefined) wrong.add("keep");
  if (buy === undefined) wrong.add("buyUpTo");
  if (forward === undefined) wrong.add("forwardPercent");
  if (
    surplus === undefined ||
    stored === undefined ||
    keepWh === undefined ||
    buy === undefined ||
    forward === undefined
  ) {
    return { wrong };
  }
  if (surplus === null && stored === null && buy === null) return { rule: null };
  return {
    rule: {
      sellSurplusFromMicroEurPerKwh: surplus,
      sellStored: stored === null ? null : { fromMicroEurPerKwh: stored, keepWh },
      buyUpToMicroEurPerKwh: buy,
      solarOnly: form.solarOnly,
      partner: form.partner === undefined ? null : { home: form.partner, gift: form.gift },
      forwardPerMille: forward * 10,
    },
  };
}

/** µEUR/kWh of `0.142`, `0,142` or `−0.01`; `undefined` where it is no limit that a book takes. */
export function typedLimit(text: string): number | undefined {
  const parts = /^\s*([-−]?)(\d{0,4})(?:[.,](\d{0,6}))?\s*(?:€(?:\/kWh)?)?\s*$/i.exec(text);
  if (parts === null || (parts[2] === "" && (parts[3] ?? "") === "")) return undefined;
  const size = Number(parts[2] || "0") * 1_000_000 + Number((parts[3] ?? "").padEnd(6, "0"));
  if (size > MAX_LIMIT) return undefined;
  return parts[1] === "" || size === 0 ? size : -size;
}

/** Wh of `1.5` or `1,5`, to the Wh. */
export function typedKwh(text: string): number | undefined {
  const parts = /^\s*(\d{0,5})(?:[.,](\d{0,3}))?\s*(?:kWh)?\s*$/i.exec(text);
  if (parts === null || (parts[1] === "" && (parts[2] ?? "") === "")) return undefined;
  return Number(parts[1] || "0") * 1000 + Number((parts[2] ?? "").padEnd(3, "0"));
}

function typedPercent(text: string): number | undefined {
  const parts = /^\s*(\d{1,3})\s*%?\s*$/.exec(text);
  return parts === null || Number(parts[1]) > 100 ? undefined : Number(parts[1]);
}
