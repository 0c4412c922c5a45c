/**
 * Validation, first depth of validate–estimate–edit: is a reading possible at all, for this plant, after the
 * reading before it? Estimating what is missing and editing what is wrong come later; so do suspicions that
 * need more than one home (`anomaly`). A signature says who measured, this says whether it can have happened.
 *
 * Energies are held against power × 900 s with a tolerance for the meter's class, and a few Wh for the whole
 * watt-hours that registers carry from one quarter hour into the next (`metering/load-profile`).
 */
import { QUARTER_HOUR_S } from "#base/time.ts";
import {
  demandWh,
  exportWh,
  generationWh,
  importWh,
  type Reading,
  type StoreMovement,
  storeAfter,
} from "#metering/reading.ts";

/** What the ledger and the technical sheet know of a plant; 0 where it has no panels or no accumulator. */
export interface PlantLimits {
  readonly plant: number;
  /** Highest alternating-current power of panels and inverter, W. */
  readonly solarPowerMaxW: number;
  readonly capacityWh: number;
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
}

/** In the order in which they are looked for. */
export type FindingCode =
  | "other_plant"
  | "interval_misaligned"
  | "not_whole_wh"
  | "flows_disagree_with_store"
  | "book_does_not_close"
  | "interval_repeated"
  | "interval_out_of_order"
  | "interval_missing"
  | "opening_differs"
  | "generation_above_limit"
  | "charge_above_limit"
  | "discharge_above_limit"
  | "content_above_capacity"
  | "import_above_limit"
  | "export_above_limit"
  | "both_directions_at_full_power";

export interface Finding {
  readonly code: FindingCode;
  /** An error makes the reading unfit for settlement; a warning lets it pass and is looked at. */
  readonly severity: "error" | "warning";
  /** What was compared: Wh, or seconds for intervals. */
  readonly numbers: { readonly [name: string]: number };
}

export interface Tolerance {
  /** Of the meter, per mille of the energy. */
  readonly perMille: number;
  /** Whole Wh a register may be ahead or behind. */
  readonly registerWh: number;
}

export const METER_TOLERANCE: Tolerance = { perMille: 20, registerWh: 4 };

/**
 * Everything that is wrong with a reading, given the plant's limits and the last accepted reading
 * (`undefined` for a plant's first; then the opening content must be `firstOpening`, both 0 by default).
 * Empty where it is plausible. Findings after a broken book or an alien plant would be noise and are not made.
 */
export function validateReading(
  reading: Reading,
  limits: PlantLimits,
  previous: Reading | undefined,
  { tolerance = METER_TOLERANCE, firstOpening = { solarWh: 0, gridWh: 0 } } = {},
): Finding[] {
  const findings: Finding[] = [];
  const find = (code: FindingCode, severity: Finding["severity"], numbers: Finding["numbers"]) => {
    findings.push({ code, severity, numbers });
  };
  if (reading.plant !== limits.plant) {
    find("other_plant", "error", { plant: reading.plant, expected: limits.plant });
    return findings;
  }
  if (reading.intervalStart % QUARTER_HOUR_S !== 0) {
    find("interval_misaligned", "error", { intervalStart: reading.intervalStart });
    return findings;
  }
  const odd = firstOddNumber(reading);
  if (odd !== undefined) {
    find("not_whole_wh", "error", { value: odd });
    return findings;
  }
  checkStore(reading, find);
  checkPlaceInTime(reading, previous, find);
  if (findings.some(({ code }) => code === "book_does_not_close" || code === "flows_disagree_with_store")) {
    return findings;
  }
  checkOpening(reading, previous, firstOpening, find);
  checkLimits(reading, limits, tolerance, find);
  return findings;
}

/** Whether a list of findings keeps a reading from settlement. */
export function isUnfit(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

/** What the store held at the interval's beginning by the reading's own book, Wh. */
export function openingWh(closingWh: number, movement: StoreMovement): number {
  return closingWh - storeAfter(0, movement);
}

type Find = (code: FindingCode, severity: Finding["severity"], numbers: Finding["numbers"]) => void;

function checkStore({ flows, storedSolar, storedGrid, closingSolarWh, closingGridWh }: Reading, find: Find) {
  const pairs = [
    [flows.solarToAccumulator, storedSolar.chargedWh],
    [flows.gridToAccumulator, storedGrid.chargedWh],
    [flows.accumulatorToHome, storedSolar.usedWh + storedGrid.usedWh],
    [flows.accumulatorToGrid, storedSolar.exportedWh + storedGrid.exportedWh],
  ] as const;
  for (const [flowWh, movedWh] of pairs) {
    if (flowWh !== movedWh) find("flows_disagree_with_store", "error", { flowWh, movedWh });
  }
  for (const [closingWh, movement] of [
    [closingSolarWh, storedSolar],
    [closingGridWh, storedGrid],
  ] as const) {
    const opening = openingWh(closingWh, movement);
    if (opening < 0) find("book_does_not_close", "error", { openingWh: opening, closingWh });
  }
}

function checkPlaceInTime(reading: Reading, previous: Reading | undefined, find: Find): void {
  if (previous === undefined) return;
  const { intervalStart } = reading;
  const expected = previous.intervalStart + QUARTER_HOUR_S;
  if (intervalStart === expected) return;
  if (intervalStart === previous.intervalStart) find("interval_repeated", "error", { intervalStart });
  else if (intervalStart < expected) find("interval_out_of_order", "error", { intervalStart, expected });
  else find("interval_missing", "warning", { intervalStart, expected });
}

function checkOpening(
  reading: Reading,
  previous: Reading | undefined,
  firstOpening: { readonly solarWh: number; readonly gridWh: number },
  find: Find,
): void {
  // After a gap nobody knows the opening; the gap itself is a finding.
  if (previous !== undefined && previous.intervalStart + QUARTER_HOUR_S !== reading.intervalStart) return;
  const expected = previous ?? {
    closingSolarWh: firstOpening.solarWh,
    closingGridWh: firstOpening.gridWh,
  };
  for (const [openedWh, expectedWh] of [
    [openingWh(reading.closingSolarWh, reading.storedSolar), expected.closingSolarWh],
    [openingWh(reading.closingGridWh, reading.storedGrid), expected.closingGridWh],
  ] as const) {
    if (openedWh !== expectedWh) find("opening_differs", "error", { openedWh, expectedWh });
  }
}

function checkLimits(reading: Reading, limits: PlantLimits, tolerance: Tolerance, find: Find): void {
  const { flows, storedSolar, storedGrid } = reading;
  const above = (
    code: FindingCode,
    energyWh: number,
    fullWh: number,
    severity: Finding["severity"] = "error",
  ) => {
    const limitWh = (fullWh * (1000 + tolerance.perMille)) / 1000 + (fullWh > 0 ? tolerance.registerWh : 0);
    if (energyWh > limitWh) find(code, severity, { energyWh, limitWh });
  };
  const quarterHour = (powerW: number) => (powerW * QUARTER_HOUR_S) / 3600;
  const charged = storedSolar.chargedWh + storedGrid.chargedWh;
  const discharged = flows.accumulatorToHome + flows.accumulatorToGrid;
  above("generation_above_limit", generationWh(flows), quarterHour(limits.solarPowerMaxW));
  above("charge_above_limit", charged, quarterHour(limits.chargePowerMaxW));
  above("discharge_above_limit", discharged, quarterHour(limits.dischargePowerMaxW));
  above("content_above_capacity", reading.closingSolarWh + reading.closingGridWh, limits.capacityWh);
  // Appliances can draw more than the connection is meant for; that is no error of the meter.
  above("import_above_limit", importWh(flows), quarterHour(limits.importPowerMaxW), "warning");
  above("export_above_limit", exportWh(flows), quarterHour(limits.exportPowerMaxW));

  // Within a quarter hour a home may both take and give, but not each for more than the whole of it.
  const taking = share(importWh(flows), quarterHour(limits.importPowerMaxW));
  const giving = share(exportWh(flows), quarterHour(limits.exportPowerMaxW));
  const sharesPerMille = Math.round(1000 * (taking + giving));
  if (taking < 1 && giving < 1 && sharesPerMille > 1000 + tolerance.perMille) {
    find("both_directions_at_full_power", "warning", {
      importedWh: importWh(flows),
      exportedWh: exportWh(flows),
      demandWh: demandWh(flows),
      sharesPerMille,
    });
  }
}

function share(energyWh: number, fullWh: number): number {
  return fullWh > 0 ? energyWh / fullWh : 0;
}

/** The first number of a reading that is no whole Wh from 0 to below 2^32. */
function firstOddNumber(reading: Reading): number | undefined {
  const { flows, storedSolar, storedGrid } = reading;
  for (const part of [flows, storedSolar, storedGrid] as const) {
    for (const name in part) {
      const value = part[name as keyof typeof part] as number;
      if (!isWholeWh(value)) return value;
    }
  }
  if (!isWholeWh(reading.closingSolarWh)) return reading.closingSolarWh;
  return isWholeWh(reading.closingGridWh) ? undefined : reading.closingGridWh;
}

function isWholeWh(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}
