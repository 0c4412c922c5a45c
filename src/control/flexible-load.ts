/**
 * When a load that can wait should run: so much energy until a time, at the least cost. A car until it leaves, a
 * dishwasher until dinner, a buffer tank before the evening.
 *
 * In a step the home's own surplus is cheapest: it costs what it would have brought elsewhere; beyond it the kWh is
 * bought. Cost per step is convex as long as surplus is worth no more than an import, so taking the cheapest kilowatt
 * hours first is the optimum (an exchange argument; `flexible-load.test.ts` holds it to a linear program). Where an
 * export brings more than an import costs, surplus is priced at the import.
 */
import { assert } from "#base/assert.ts";

/** What each coming step offers; all of one length, powers in W, prices in µEUR/kWh. */
export interface Offers {
  readonly stepS: number;
  /** What would leave for the MicroGrid without this load, ≥ 0. */
  readonly surplusW: ArrayLike<number>;
  readonly exportPrice: ArrayLike<number>;
  readonly importPrice: ArrayLike<number>;
  /** What may come in for it on top, ≥ 0. */
  readonly importMaxW: ArrayLike<number>;
}

export interface Need {
  readonly energyWh: number;
  /** Steps in which it may run: those before this one. */
  readonly untilStep: number;
  readonly powerMaxW: number;
}

export interface Timetable {
  /** Mean power in each step, W. */
  readonly powerW: Float64Array;
  /** Of the need, what the steps cannot give, Wh. */
  readonly unmetWh: number;
  /** µEUR. */
  readonly cost: number;
  /** The dearest kWh that it takes, µEUR/kWh; NaN where it takes none. */
  readonly dearest: number;
}

/** The cheapest hours; of equal ones surplus before import, then the earlier. */
export function cheapestHours(offers: Offers, { energyWh, untilStep, powerMaxW }: Need): Timetable {
  const { stepS, surplusW, exportPrice, importPrice, importMaxW } = offers;
  const steps = surplusW.length;
  assert(
    exportPrice.length === steps && importPrice.length === steps && importMaxW.length === steps,
    "each offer has every step",
  );
  const powerW = new Float64Array(steps);
  const within = Math.max(0, Math.min(steps, untilStep));
  // Piece 2 t is the surplus of step t, piece 2 t + 1 what comes in.
  const pieces = new Float64Array(2 * within);
  for (let t = 0; t < within; t++) {
    pieces[2 * t] = Math.min(exportPrice[t]!, importPrice[t]!);
    pieces[2 * t + 1] = importPrice[t]!;
  }
  const order = Array.from(pieces.keys()).sort(
    (a, b) => pieces[a]! - pieces[b]! || (a & 1) - (b & 1) || a - b,
  );
  const perWh = 3600 / stepS;
  let missingWh = Math.max(0, energyWh);
  let cost = 0;
  let dearest = Number.NaN;
  for (const piece of order) {
    if (missingWh <= 0) break;
    const t = piece >> 1;
    const isImport = (piece & 1) === 1;
    const offeredW = isImport ? importMaxW[t]! : surplusW[t]!;
    const takenW = Math.min(offeredW, powerMaxW - powerW[t]!, missingWh * perWh);
    if (takenW <= 0) continue;
    powerW[t]! += takenW;
    missingWh -= takenW / perWh;
    cost += (takenW / perWh / 1000) * pieces[piece]!;
    dearest = pieces[piece]!;
  }
  return { powerW, unmetWh: Math.max(0, missingWh), cost, dearest };
}

/**
 * The start at which a programme of fixed powers costs least, for what once begun runs through: a washing machine.
 * `profileW` by steps, ends before `untilStep`; of equal starts the earlier. −1 where it does not fit.
 */
export function cheapestStart(offers: Offers, profileW: ArrayLike<number>, untilStep: number): number {
  const { stepS, surplusW, exportPrice, importPrice } = offers;
  const last = Math.min(surplusW.length, untilStep) - profileW.length;
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let start = 0; start <= last; start++) {
    let cost = 0;
    for (let i = 0; i < profileW.length; i++) {
      const t = start + i;
      const own = Math.min(profileW[i]!, surplusW[t]!);
      cost += own * Math.min(exportPrice[t]!, importPrice[t]!) + (profileW[i]! - own) * importPrice[t]!;
    }
    cost *= stepS;
    if (cost >= bestCost - 1e-6 * Math.abs(bestCost)) continue;
    best = start;
    bestCost = cost;
  }
  return best;
}
