/**
 * The plan in the columns of what was measured, so that history and plan stand on one timeline: each step is laid out
 * on the steps of the series that it follows. What of the planned use comes from where follows from the plan's powers:
 * panels first, then what the accumulator gives, then the MicroGrid. Pure.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { HomePlan } from "#wire/home-schemas.ts";
import type { Series } from "#wire/schemas.ts";

/** The rows of a plan from the end of a series on, up to `to`; none where the plan is older than that. */
export function planRows(plan: HomePlan, stepS: number, from: UnixSeconds, to: UnixSeconds): Series {
  const rows: Series = {
    ...{ stepS, time: [], solarW: [], homeFromSolarW: [], homeFromAccumulatorW: [], homeFromGridW: [] },
    ...{ exportW: [], storedWh: [], importPriceMicroEurPerKwh: [] },
  };
  if (stepS <= 0) return rows;
  for (let time = Math.ceil(from / stepS) * stepS; time < to; time += stepS) {
    const step = stepAt(plan, time);
    if (step === undefined) continue;
    const solarW = plan.solarW[step]!;
    const loadW = plan.loadW[step]!;
    const given = Math.max(0, plan.accumulatorW[step]!);
    const fromSolar = Math.min(solarW, loadW);
    const fromAccumulator = Math.min(given, loadW - fromSolar);
    rows.time.push(time);
    rows.solarW.push(solarW);
    rows.homeFromSolarW.push(fromSolar);
    rows.homeFromAccumulatorW.push(fromAccumulator);
    rows.homeFromGridW.push(loadW - fromSolar - fromAccumulator);
    rows.exportW.push(Math.max(0, -plan.gridW[step]!));
    rows.storedWh.push(contentAt(plan, step, time + stepS));
    rows.importPriceMicroEurPerKwh.push(plan.importPriceMicroEurPerKwh[step]!);
  }
  return rows;
}

/** A series and the rows that go on from its end. */
export function withPlan(series: Series, rows: Series): Series {
  const join = <T>(a: readonly T[], b: readonly T[]) => [...a, ...b];
  return {
    stepS: series.stepS,
    time: join(series.time, rows.time),
    solarW: join(series.solarW, rows.solarW),
    homeFromSolarW: join(series.homeFromSolarW, rows.homeFromSolarW),
    homeFromAccumulatorW: join(series.homeFromAccumulatorW, rows.homeFromAccumulatorW),
    homeFromGridW: join(series.homeFromGridW, rows.homeFromGridW),
    exportW: join(series.exportW, rows.exportW),
    storedWh: join(series.storedWh, rows.storedWh),
    importPriceMicroEurPerKwh: join(series.importPriceMicroEurPerKwh, rows.importPriceMicroEurPerKwh),
  };
}

/** The step of the plan that holds an instant. */
export function stepAt({ time, seconds }: HomePlan, instant: UnixSeconds): number | undefined {
  const found = time.findIndex((start, i) => instant >= start && instant < start + seconds[i]!);
  return found === -1 ? undefined : found;
}

/** Between the contents at the ends of two steps in a straight line. */
function contentAt({ time, seconds, storedWh }: HomePlan, step: number, instant: UnixSeconds): number {
  const end = storedWh[step]!;
  const begun = step === 0 ? end : storedWh[step - 1]!;
  const part = Math.min(1, (instant - time[step]!) / seconds[step]!);
  return begun + (end - begun) * part;
}

export type Advice =
  | { readonly code: "full_by" | "reserve_by"; readonly at: UnixSeconds }
  | { readonly code: "stays"; readonly storedWh: number };

/** When the accumulator will be full, or down at its reserve, whichever the plan comes to first; within a day. */
export function nextTurn(
  plan: HomePlan,
  store: { readonly capacityWh: number; readonly reserveWh: number },
  now: UnixSeconds,
): Advice | undefined {
  const { capacityWh, reserveWh } = store;
  let least = Number.POSITIVE_INFINITY;
  let before: number | undefined;
  for (const [i, start] of plan.time.entries()) {
    const end = start + plan.seconds[i]!;
    const content = plan.storedWh[i]!;
    if (end <= now) {
      before = content;
      continue;
    }
    if (start > now + 86_400) break;
    for (const [code, level, hit] of [
      ["full_by", capacityWh * 0.98, content >= capacityWh * 0.98 && (before ?? 0) < capacityWh * 0.98],
      [
        "reserve_by",
        reserveWh * 1.02,
        content <= reserveWh * 1.02 && (before ?? capacityWh) > reserveWh * 1.02,
      ],
    ] as const) {
      if (!hit) continue;
      const from = before ?? content;
      const part = content === from ? 1 : (level - from) / (content - from);
      return { code, at: Math.round(start + plan.seconds[i]! * Math.max(0, Math.min(1, part))) };
    }
    before = content;
    least = Math.min(least, content);
  }
  return Number.isFinite(least) ? { code: "stays", storedWh: least } : undefined;
}

/** The hours of the coming day in which the panels give most beyond the home and what it stores; `undefined` = none. */
export function sunniestHours(
  plan: HomePlan,
  now: UnixSeconds,
): { readonly from: UnixSeconds; readonly to: UnixSeconds } | undefined {
  const spare = plan.time.map((start, i) =>
    start + plan.seconds[i]! > now && start < now + 86_400 ? Math.max(0, -plan.gridW[i]!) : 0,
  );
  const most = Math.max(0, ...spare);
  if (most < 300) return undefined;
  const first = spare.findIndex((watts) => watts >= most / 2);
  let last = first;
  while (last + 1 < spare.length && spare[last + 1]! >= most / 2) last += 1;
  return { from: Math.max(plan.time[first]!, now), to: plan.time[last]! + plan.seconds[last]! };
}
