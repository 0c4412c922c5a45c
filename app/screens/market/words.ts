/** Quarter hours, orders and their reasons in words. */
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { MarketRule, OrderReason, OwnMarketOrder } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { market } from "../../strings/market.ts";

/** `14:00–14:15`. */
export function slotText(slot: number): string {
  return `${local.clockTime(slot)}–${local.clockTime(slot + QUARTER_HOUR_S)}`;
}

/** The platform's own reasons stand on the ledger in English; a person's stay as they were written. */
const VERSION_REASONS = ["market.version_first", "market.version_final", "market.version_late"] as const;

export function versionReason(reason: string): string {
  const known = VERSION_REASONS.find((key) => market[key].en === reason);
  return known === undefined ? reason : t(known);
}

export function reasonText({ code, numbers }: OrderReason): string {
  const values = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      name,
      name.endsWith("Wh")
        ? local.soldEnergy(value)
        : name.endsWith("PerKwh")
          ? local.ratePerKwh(value)
          : name.endsWith("MicroEur")
            ? local.money(value)
            : local.number(value),
    ]),
  );
  return tCode(`market.reason.${code}`, values) ?? code;
}

export function stateText(order: OwnMarketOrder): string {
  if (order.state !== "cleared") return t(`market.state.${order.state}`);
  if (order.filledWh === 0) return t("market.state.unfilled");
  return order.filledWh === order.energyWh ? t("market.state.filled") : t("market.state.partly");
}

/** A rule as sentences, one for each thing that it wants. */
export function ruleTexts(rule: MarketRule, nameOfHome: (home: number) => string): readonly string[] {
  const { sellStored, partner } = rule;
  const texts: string[] = [];
  if (rule.sellSurplusFromMicroEurPerKwh !== null) {
    texts.push(t("market.rule_surplus", { price: local.ratePerKwh(rule.sellSurplusFromMicroEurPerKwh) }));
  }
  if (sellStored !== null) {
    texts.push(
      t("market.rule_stored", {
        price: local.ratePerKwh(sellStored.fromMicroEurPerKwh),
        keep: local.energy(sellStored.keepWh),
      }),
    );
  }
  if (rule.buyUpToMicroEurPerKwh !== null) {
    texts.push(
      t(rule.solarOnly ? "market.rule_buy_solar" : "market.rule_buy", {
        price: local.ratePerKwh(rule.buyUpToMicroEurPerKwh),
      }),
    );
  }
  if (partner !== null) {
    texts.push(
      t(partner.gift ? "market.rule_gift" : "market.rule_partner", { home: nameOfHome(partner.home) }),
    );
  }
  if (rule.forwardPerMille > 0) {
    texts.push(t("market.rule_forward", { share: local.percent(rule.forwardPerMille / 1000) }));
  }
  return texts;
}
