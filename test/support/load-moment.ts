/** A quiet winter noon as a steered load meets it: no sun over, 6 kW of room, 0.30 €/kWh, the clock right. */
import { parseInstant } from "#base/time.ts";
import type { LoadMoment } from "#gateway/loads/steered-load.ts";

export const WINTER_NOON = parseInstant("2026-01-16T11:00Z")!;

export const QUIET_MOMENT: LoadMoment = {
  ...{ now: WINTER_NOON, seconds: 1, surplusW: 0, neededW: 0 },
  ...{ limitW: 6_000, importPrice: 300_000, isClockRight: true },
};
