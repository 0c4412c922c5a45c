/** What was asked of the accumulator, in words. */
import type { HomeCommand } from "#wire/home-schemas.ts";
import { local } from "../../../local.ts";
import { t } from "../../../strings/dictionary.ts";

export function commandWords({ mode, powerW, until, reservePercent, target }: HomeCommand): string {
  const at = { until: local.when(until) };
  if (mode === "hold") return t("control.says_hold", at);
  if (mode === "charge") {
    return powerW === null
      ? t("control.says_charge_all", at)
      : t("control.says_charge", { ...at, power: local.power(powerW) });
  }
  if (mode === "discharge") {
    return powerW === null
      ? t("control.says_discharge_all", at)
      : t("control.says_discharge", { ...at, power: local.power(powerW) });
  }
  if (target !== null) {
    const percent = local.percent(target.socPercent / 100);
    return t("control.says_target", { percent, until: local.when(target.by) });
  }
  return t("control.says_reserve", { ...at, percent: local.percent((reservePercent ?? 0) / 100) });
}
