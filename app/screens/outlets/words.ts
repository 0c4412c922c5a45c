/** The best outlet in sentences. */
import type { OutletView } from "#wire/outlet-schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { type Advice, bestOf, comparedWith } from "./advice.ts";

export function nameOf({ kind, supplier }: OutletView): string {
  return t(`outlets.kind.${kind}`, { supplier: supplier?.name ?? "" });
}

export function headline(best: OutletView): string {
  return t(`outlets.best.${best.kind}`, { supplier: best.supplier?.name ?? "" });
}

/** What the best one is worth, and what the one that comes to mind beside it. */
export function why(advice: Advice): string {
  const best = bestOf(advice);
  if (best?.worth == null) return "";
  const other = comparedWith(advice);
  const first = t(`outlets.why.${advice.source}`, { net: money(best.worth.netMicroEurPerKwh) });
  if (other?.worth == null) return first;
  const second = t(`outlets.next.${other.kind}`, {
    supplier: other.supplier?.name ?? "",
    net: money(other.worth.netMicroEurPerKwh),
  });
  return `${first} ${second}`;
}

export function reasonText({ reason }: OutletView): string {
  const text = tCode(`outlets.reason.${reason}`, {}) ?? reason;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function riskTexts({ risks }: OutletView): readonly string[] {
  return risks.map((risk) => tCode(`outlets.risk.${risk}`, {}) ?? risk);
}

function money(microEurPerKwh: number): string {
  return local.soldMoney(microEurPerKwh);
}
