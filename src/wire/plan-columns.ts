/** A plan as it travels and is drawn: columns of equal length in whole numbers (`wire/home-schemas`). */
import type { Plan, PlanStep } from "#control/plan.ts";
import type { HomePlan } from "#wire/home-schemas.ts";

/** Within what nine of ten of the expected days give, W by step. */
export interface SolarBand {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A plan in columns; whole watts, watt-hours and µEUR. */
export function planColumns(plan: Plan, solarBandW?: SolarBand): HomePlan {
  const { steps } = plan;
  const column = (of: (step: PlanStep) => number) => steps.map((step) => Math.round(of(step)));
  return {
    made: plan.made,
    until: plan.until,
    time: column(({ start }) => start),
    seconds: column(({ seconds }) => seconds),
    solarW: column(({ solarW }) => solarW),
    loadW: column(({ loadW }) => loadW),
    solarLowW: (solarBandW?.low ?? []).map(Math.round),
    solarHighW: (solarBandW?.high ?? []).map(Math.round),
    accumulatorW: column(({ accumulatorW }) => accumulatorW),
    gridW: column(({ gridW }) => gridW),
    storedWh: column(({ storedWh }) => storedWh),
    storedValueMicroEurPerKwh: column(({ storedValue }) => storedValue),
    importPriceMicroEurPerKwh: column(({ importPrice }) => importPrice),
    exportPriceMicroEurPerKwh: column(({ exportPrice }) => exportPrice),
    code: steps.map(({ code }) => code),
  };
}
