/**
 * What the technical sheet says of a device: the numbers that the platform gives for its kind, in a fixed order,
 * as words. A number that this app does not know is left out; a device without known numbers says that it answers.
 */
import type { GatewayView } from "#wire/gateway-schemas.ts";
import type { Device } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type PlainKey, t } from "../../strings/dictionary.ts";

/** Over that many seconds of the community's time without a word a device counts as silent. */
const SILENT_AFTER_S = 240;

/** Whether a device had been silent at `time`, when the others had last spoken. */
export function isSilent(device: Device, time: number): boolean {
  return time - device.lastSeen > SILENT_AFTER_S;
}

/** Whether the owner's word would help a gateway. */
export function wantsValidators({ report }: GatewayView): boolean {
  const refused = report?.ordersRefused ?? "";
  return refused === "trust_expired" || (refused.startsWith("letter_") && refused !== "letter_unknown_key");
}

/** The newest word of any device: the sheet's own time, as a town at 600× leaves every document behind at once. */
export function sheetTime(devices: readonly Device[]): number {
  return devices.reduce((newest, { lastSeen }) => Math.max(newest, lastSeen), 0);
}

const SIDES = ["side.n", "side.ne", "side.e", "side.se", "side.s", "side.sw", "side.w", "side.nw"] as const;

/** `south` of 180°: degrees clockwise from north. */
export function sideOf(azimuthDeg: number): PlainKey {
  return SIDES[Math.round((((azimuthDeg % 360) + 360) % 360) / 45) % 8]!;
}

/** `5.0 kWp, 12 modules, 32° south`. */
export function deviceWords(device: Device, time: number): string {
  if (isSilent(device, time)) return t("device.silent", { span: local.span(time - device.lastSeen) });
  const words = wordsOf(device.kind, device.numbers).filter((one) => one !== undefined);
  return words.length === 0 ? t("device.answers") : words.join(", ");
}

function wordsOf(kind: Device["kind"], n: Device["numbers"]): (string | undefined)[] {
  const has = (name: string) => typeof n[name] === "number";
  switch (kind) {
    case "panels":
      return [
        has("peakW") ? local.rated(n.peakW!, "kWp") : undefined,
        has("modules") ? t("device.modules", { count: n.modules! }) : undefined,
        has("tiltDeg") && has("azimuthDeg")
          ? t("device.tilt", {
              degrees: local.number(n.tiltDeg!),
              side: t(sideOf(n.azimuthDeg!) as "side.s"),
            })
          : undefined,
      ];
    case "inverter":
      return [
        has("ratedVa")
          ? local.rated(n.ratedVa!, "kVA")
          : has("ratedW")
            ? local.rated(n.ratedW!, "kW")
            : undefined,
        has("phases") ? t(n.phases === 3 ? "device.three_phase" : "device.single_phase") : undefined,
        has("temperatureC") ? `${local.number(n.temperatureC!)}\u00a0°C` : undefined,
      ];
    case "accumulator":
      return [
        has("capacityWh") ? local.energy(n.capacityWh!) : undefined,
        has("powerMaxW") ? local.rated(n.powerMaxW!, "kW") : chargeDischarge(n),
        has("healthPercent")
          ? t("device.health", { percent: local.percent(n.healthPercent! / 100) })
          : undefined,
      ];
    case "counter":
      return [
        has("stepS")
          ? n.stepS === 1
            ? t("device.chooses_second")
            : t("device.chooses", { span: local.span(n.stepS!) })
          : undefined,
        has("importPowerMaxW") && has("exportPowerMaxW")
          ? t("device.limits", {
              import: local.rated(n.importPowerMaxW!, "kW"),
              export: local.rated(n.exportPowerMaxW!, "kW"),
            })
          : has("exportPowerMaxW")
            ? t("device.export_limit", { power: local.rated(n.exportPowerMaxW!, "kW") })
            : undefined,
      ];
    case "solar_meter":
      return [
        has("producedWh") ? t("device.total", { energy: local.energy(n.producedWh!, "kWh") }) : undefined,
      ];
    case "plug":
    case "heat_pump":
    case "charge_point":
      return [
        has("powerW") ? t("device.uses", { power: local.power(n.powerW!) }) : undefined,
        has("energyWh") ? t("device.used", { energy: local.energy(n.energyWh!, "kWh") }) : undefined,
      ];
    case "micro_chp":
      return [
        has("powerW") ? t("device.gives", { power: local.power(n.powerW!) }) : undefined,
        has("energyWh") ? t("device.total", { energy: local.energy(n.energyWh!, "kWh") }) : undefined,
      ];
    case "gateway":
      return [
        has("uptimeS") ? t("device.online", { span: local.span(n.uptimeS!) }) : undefined,
        has("outbox")
          ? n.outbox === 0
            ? t("device.outbox_empty")
            : t("device.outbox", { count: n.outbox! })
          : undefined,
      ];
  }
}

function chargeDischarge(n: Device["numbers"]): string | undefined {
  const charge = n.chargePowerMaxW;
  const discharge = n.dischargePowerMaxW;
  if (charge === undefined || discharge === undefined) return undefined;
  if (charge === discharge) return local.rated(charge, "kW");
  return t("device.charge_discharge", {
    charge: local.rated(charge, "kW"),
    discharge: local.rated(discharge, "kW"),
  });
}
