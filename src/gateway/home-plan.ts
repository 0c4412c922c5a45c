/**
 * The plan made in the box: every quarter hour the values by which the BEC goes on, from what the home itself has lived
 * (`forecast/home-planner`), the prices that are known, and what bounds it. The past is not kept twice: it is the
 * minutes that `live-ring` has on the disk, so a restart forgets nothing. A quarter hour in which the gateway was off
 * counts as the same one a day before.
 *
 * A failure here is none of the home's: without values the BEC goes by self-consumption.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { StoreModel, Terms } from "#control/outlook.ts";
import type { Plan } from "#control/plan.ts";
import type { StoreNow } from "#control/unfold.ts";
import type { ValueTable } from "#control/value-table.ts";
import { HomePlanner } from "#forecast/home-planner.ts";
import type { HomePlan as HomePlanColumns } from "#wire/home-schemas.ts";
import { planColumns } from "#wire/plan-columns.ts";
import type { PriceAt } from "./home-prices.ts";
import type { HomeSettings } from "./home-settings.ts";
import type { LiveRing } from "./live-ring.ts";
import { ofKind, type ProcessImage } from "./process-image.ts";

/** What is asked beside the past. */
export interface PlanTerms {
  readonly store: StoreModel;
  readonly importPrice: PriceAt;
  readonly feedInPrice: PriceAt;
  /** What may come in and go out at most in a quarter hour, W. */
  readonly flowMaxW: (start: UnixSeconds) => { readonly importW: number; readonly exportW: number };
}

/** Three weeks are looked back upon, as `forecast/scenarios` chooses its days. */
const LOOKS_BACK_S = 22 * 86_400;
/** Of so many minutes a quarter hour is known. */
const KNOWN_MINUTES = 5;
/** Longer than this nobody was there: what was before says nothing of now. */
const GAP_MAX_S = 2 * 86_400;

export class HomePlan {
  readonly #ring: LiveRing;
  #planner = new HomePlanner(QUARTER_HOUR_S);
  /** The first quarter hour that the planner has not seen. */
  #lived: UnixSeconds = 0;
  #made: UnixSeconds = -1;
  #values: ValueTable | undefined;
  #shown: HomePlanColumns | undefined;

  constructor(ring: LiveRing) {
    this.#ring = ring;
  }

  /** The values of this quarter hour; `undefined` before a day and some hours were lived. */
  values(now: UnixSeconds, terms: () => PlanTerms | undefined): ValueTable | undefined {
    const quarter = quarterHourOf(now);
    if (quarter === this.#made) return this.#values;
    const asked = terms();
    if (asked === undefined) return this.#values;
    this.#made = quarter;
    this.#values = undefined;
    this.#shown = undefined;
    this.#live(quarter);
    const { store, importPrice, feedInPrice, flowMaxW } = asked;
    this.#values = this.#planner.valuesFrom(
      quarter,
      store,
      (start) => ({ importPrice: importPrice(start), exportPrice: feedInPrice(start) }),
      (seconds) => flowTerms(quarter, seconds, flowMaxW),
    );
    return this.#values;
  }

  /** The plan behind the values as people see it, from what was stored when it was first asked for. */
  shown(stored: () => StoreNow | undefined): HomePlanColumns | undefined {
    if (this.#values === undefined || this.#shown !== undefined) return this.#shown;
    const from = stored();
    const plan = from && this.#planner.plan(from);
    this.#shown = plan && planColumns(plan, this.#planner.solarBand());
    return this.#shown;
  }

  /** The same for whoever plans a load. */
  plan(stored: StoreNow): Plan | undefined {
    return this.#values === undefined ? undefined : this.#planner.plan(stored);
  }

  /** The past up to a quarter hour, from the ring's minutes. */
  #live(until: UnixSeconds): void {
    if (until < this.#lived) this.#forget();
    const from = Math.max(this.#lived, until - LOOKS_BACK_S);
    for (const { start, minutes, loadW, solarW } of this.#ring.quarterHours(from, until)) {
      if (minutes < KNOWN_MINUTES) continue;
      if (this.#lived === 0 || start - this.#lived > GAP_MAX_S) this.#forget(start);
      for (; this.#lived < start; this.#lived += QUARTER_HOUR_S) this.#repeatYesterday();
      this.#planner.past.add(loadW, solarW);
      this.#lived = start + QUARTER_HOUR_S;
    }
    if (this.#lived === 0 || until - this.#lived > GAP_MAX_S) this.#forget();
    else for (; this.#lived < until; this.#lived += QUARTER_HOUR_S) this.#repeatYesterday();
  }

  #forget(from: UnixSeconds = 0): void {
    this.#planner = new HomePlanner(QUARTER_HOUR_S);
    this.#lived = from;
  }

  #repeatYesterday(): void {
    const { past } = this.#planner;
    const ago = past.length >= past.perDay ? past.perDay : 1;
    if (past.length >= ago) past.add(past.loadW(ago), past.solarW(ago));
  }
}

/** The tightest of each step's quarter hours. */
function flowTerms(
  from: UnixSeconds,
  seconds: Float64Array,
  flowMaxW: PlanTerms["flowMaxW"],
): Partial<Terms> {
  const importPowerMaxW = new Float64Array(seconds.length).fill(Number.POSITIVE_INFINITY);
  const exportPowerMaxW = new Float64Array(seconds.length).fill(Number.POSITIVE_INFINITY);
  let start = from;
  for (let step = 0; step < seconds.length; step++) {
    for (const end = start + seconds[step]!; start < end; start += QUARTER_HOUR_S) {
      const { importW, exportW } = flowMaxW(start);
      importPowerMaxW[step] = Math.min(importPowerMaxW[step]!, importW);
      exportPowerMaxW[step] = Math.min(exportPowerMaxW[step]!, exportW);
    }
  }
  return { importPowerMaxW, exportPowerMaxW };
}

/** The accumulators of a home together as the planner sees them; `undefined` while none has told its capacity. */
export function storeOf(
  image: ProcessImage,
  { accumulator: sheet }: HomeSettings,
  { reserveWh, gridEnergySellable }: { readonly reserveWh: number; readonly gridEnergySellable: boolean },
): StoreModel | undefined {
  let [capacityWh, chargePowerMaxW, dischargePowerMaxW] = [0, 0, 0];
  const least = (told: number | undefined, known: number) => Math.min(told ?? known, known || told || 0);
  for (const { values } of ofKind(image, "accumulator")) {
    capacityWh += sheet.capacityWh || (values.capacityWh ?? 0);
    chargePowerMaxW += least(values.chargePowerMaxW, sheet.chargePowerMaxW);
    dischargePowerMaxW += least(values.dischargePowerMaxW, sheet.dischargePowerMaxW);
  }
  if (!(capacityWh > 0 && chargePowerMaxW > 0 && dischargePowerMaxW > 0)) return undefined;
  return {
    capacityWh,
    chargePowerMaxW,
    dischargePowerMaxW,
    oneWayEfficiency: Math.sqrt(sheet.roundTripEfficiency),
    wear: sheet.wear,
    reserveWh: Math.max(reserveWh, (capacityWh * sheet.socMinPercent) / 100),
    ceilingWh: (capacityWh * sheet.socMaxPercent) / 100,
    gridEnergySellable,
    feedsIn: false,
  };
}
