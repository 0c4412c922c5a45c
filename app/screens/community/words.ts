/** How laws, motions and times are told. */
import type { ProposalView } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { isLaw, LAWS, SPAN_UNITS, spanUnitOf } from "./laws.ts";

export function lawName(name: string): string {
  return tCode(`law.${name}`, {}) ?? name;
}

/** A law's value in people's units: `0.004 €/kWh`, `7 days`, `20 %`, `yes`. */
export function lawValue(name: string, value: string): string {
  if (!isLaw(name)) return value;
  const number = Number(value);
  switch (LAWS[name]) {
    case "price":
      return local.ratePerKwh(number, decimalsOf(number));
    case "money":
      return local.money(number);
    case "energy":
      return `${local.number(number)}\u00a0Wh`;
    case "quarters":
      return t("community.quarters", { n: local.number(number) });
    case "blocks":
      return t("community.blocks", { n: local.number(number) });
    case "share":
      return `${local.number(number / 10, number % 10 === 0 ? 0 : 1)}\u00a0%`;
    case "span":
      return spanText(number);
    case "yes":
      return value === "true" ? t("community.is_yes") : t("community.is_no");
    case "choice":
      return tCode(`mechanism.${value}`, {}) ?? value;
    case "power":
      return local.power(number);
    case "count":
      return local.number(number);
    case "zone":
      return value;
  }
}

/** Three decimals, or as many as µEUR need. */
function decimalsOf(microEur: number): number {
  if (microEur % 1000 === 0) return 3;
  return microEur % 10 === 0 ? 5 : 6;
}

/** An exact span in its largest whole unit: `7 days`, `90 minutes`. */
export function spanText(seconds: number): string {
  const unit = spanUnitOf(seconds);
  return t(`community.n_${unit}`, { n: local.number(seconds / SPAN_UNITS[unit]) });
}

export function whoText(member: number, name: string | null): string {
  return name ?? t("community.member", { number: member });
}

export interface Change {
  readonly what: string;
  readonly how?: string;
}

/** What would be different, one line each. */
export function changesText(proposal: ProposalView): readonly Change[] {
  if (proposal.motion === "change_laws") {
    return proposal.changes.map(({ name, from, to }) => ({
      what: lawName(name),
      how: t("community.from_to", { from: lawValue(name, from), to: lawValue(name, to) }),
    }));
  }
  const whom = whoText(proposal.member ?? 0, proposal.memberName);
  switch (proposal.motion) {
    case "pay":
      return [
        { what: t("community.pays", { amount: moneyText(BigInt(proposal.amountMicroEur ?? 0)), whom }) },
      ];
    case "admit_organisation":
      return [{ what: t("community.admits", { whom }) }];
    case "remove_organisation":
      return [{ what: t("community.removes", { whom }) }];
    default:
      return [
        {
          what:
            proposal.validator === null
              ? t("community.unvalidates", { whom })
              : t("community.revalidates", { whom }),
        },
      ];
  }
}

export function motionText(motion: string): string {
  return tCode(`community.motion.${motion}`, {}) ?? motion;
}

/** `12.50 €`, with six decimals where cents do not say it. */
export function moneyText(microEur: bigint): string {
  const decimals = microEur % 10_000n === 0n ? 2 : 6;
  return `${local.number(Number(microEur) / 1e6, decimals)}\u00a0€`;
}

/** The beginning and the end of a key. */
export function keyText(key: string): string {
  return `${key.slice(0, 8)} … ${key.slice(-8)}`;
}
