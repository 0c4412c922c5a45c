/** A limit in words: what it bounds, when, and what the home makes of it. */
import type { HomeLimit, OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { local } from "../../local.ts";
import { t, tCode } from "../../strings/dictionary.ts";

export type Time = "standing" | "coming" | "past";

export function timeOf({ limit }: Pick<HomeLimit, "limit">, now: number): Time {
  if (limit === null || limit.until <= now) return "past";
  return limit.from > now ? "coming" : "standing";
}

type Bounds = Pick<OperatorLimit, "importPowerMaxW" | "exportPowerMaxW">;

export function boundsText({ importPowerMaxW, exportPowerMaxW }: Bounds): string {
  if (importPowerMaxW !== null && exportPowerMaxW !== null) {
    return t("limits.both", { in: local.power(importPowerMaxW), out: local.power(exportPowerMaxW) });
  }
  return importPowerMaxW === null
    ? t("limits.out", { power: local.power(exportPowerMaxW ?? 0) })
    : t("limits.in", { power: local.power(importPowerMaxW) });
}

export function limitText(limit: OperatorLimit, time: Time): string {
  const [what, until] = [boundsText(limit), local.when(limit.until)];
  return time === "coming"
    ? t("limits.from_until", { what, from: local.when(limit.from), until })
    : t("limits.until", { what, until });
}

export function failsafeText(failsafe: NonNullable<OperatorLimit["failsafe"]>): string {
  return t("limits.failsafe_is", {
    after: local.span(failsafe.afterS),
    what: boundsText(failsafe),
    span: local.span(failsafe.durationS),
  });
}

/** In a word, with how it is meant. */
export function answerTag(
  { answer }: HomeLimit,
  time: Time,
): { readonly kind: "done" | "warn" | "fault" | "plain"; readonly text: string } {
  if (answer === "refused") return { kind: "fault", text: t("limits.tag.refused") };
  if (answer === "not_kept") return { kind: "warn", text: t("limits.tag.not_kept") };
  if (answer === "unheard") return { kind: "plain", text: t("limits.tag.unheard") };
  return { kind: "done", text: t(time === "coming" ? "limits.tag.coming" : "limits.tag.heard") };
}

/** What the home makes of it. */
export function answerText({ answer, runBy, refusal }: HomeLimit, time: Time): string {
  if (answer === "refused")
    return tCode(`limits.refused_as.${refusal}`, {}) ?? t("limits.refused_as.bad_signature");
  if (answer === "not_kept") return t("limits.not_kept");
  if (answer === "unheard") return t(`limits.unheard.${runBy}`);
  return tCode(`limits.${time === "coming" ? "coming" : "heard"}.${runBy}`, {}) ?? "";
}
