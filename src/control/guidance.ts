/**
 * By what the BEC steers now: a planner's values while they are fresh, else a plain rule of the tariff's hours, else
 * self-consumption. A dead planner is no alarm to a home: each second has an answer.
 *
 * The rule of hours (time of use), which needs the tariff alone: in the dearest hours of the coming day stored
 * energy serves the home. In the hours just before them nothing stored is used, and what the sun has not filled is
 * bought, where the difference pays for losses and wear. In all other hours it is self-consumption. On a flat
 * tariff there are no dearer hours, so that is all there is.
 */
import { flatValues, type ValueTable } from "./value-table.ts";

export type GuidedBy = "plan" | "time_of_use" | "self_consumption";

export interface Guidance {
  readonly by: GuidedBy;
  /** For `Situation.values`; `undefined` = self-consumption. */
  readonly values: ValueTable | undefined;
}

/** Import prices from now on by steps, as far as the tariff is known, µEUR/kWh. */
export interface TariffAhead {
  readonly stepS: number;
  readonly importPrice: Float64Array;
}

export interface GuidedStore {
  readonly capacityWh: number;
  readonly chargePowerMaxW: number;
  readonly oneWayEfficiency: number;
  readonly wear: number;
}

const SELF: Guidance = { by: "self_consumption", values: undefined };
const DAY_S = 86_400;

/** What to steer by at `now`. A plan counts until its end (`Plan.until`). */
export function guide(
  now: number,
  plan: { readonly until: number; readonly values: ValueTable } | undefined,
  tariff: TariffAhead | undefined,
  store: GuidedStore,
): Guidance {
  if (plan !== undefined && now < plan.until) return { by: "plan", values: plan.values };
  const values = tariff && valuesByHours(tariff, store);
  return values === undefined ? SELF : { by: "time_of_use", values };
}

/** The rule of hours as a table of values; `undefined` where it is self-consumption. */
export function valuesByHours(
  { stepS, importPrice }: TariffAhead,
  store: GuidedStore,
): ValueTable | undefined {
  const { capacityWh, oneWayEfficiency, wear } = store;
  const day = importPrice.subarray(0, Math.ceil(DAY_S / stepS));
  const now = day[0];
  if (now === undefined) return undefined;
  const dearest = day.reduce((most, price) => Math.max(most, price), 0);
  if (now === dearest) return undefined;
  // Long enough before the dear hours to fill an empty accumulator.
  const fillS = (capacityWh / oneWayEfficiency / store.chargePowerMaxW) * 3600;
  const soon = day.subarray(1, 1 + Math.ceil(fillS / stepS));
  if (!soon.includes(dearest)) return undefined;
  return flatValues(capacityWh, (dearest - wear) * oneWayEfficiency);
}
