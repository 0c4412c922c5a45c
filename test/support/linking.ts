/**
 * An adversary that reads the whole chain, every row and transaction, and wants to know which new number is which old
 * one after a renewal. It pairs old and new homes so that what it saw of them fits best all together (the assignment
 * of least cost), by any of four traces: sheets, stores, money, and how the accumulators move before and after.
 */

/** What is seen of a home on one side of a renewal. */
export interface Seen {
  /** Member number there. */
  readonly number: number;
  /** The standard sizes of its plants. */
  readonly sheet: string;
  /** Wh stored when the old side was closed, or the new one opened. */
  readonly storedWh: number;
  /** µEUR likewise. */
  readonly money: number;
  /** What its entries of the period tell; absent where they are not looked at. */
  readonly habits?: Habits;
}

/** Of a period's entries. */
export interface Habits {
  /** Wh: the fullest that the accumulator was seen, the most that it took in a quarter hour. */
  readonly fullestWh: number;
  readonly quickestWh: number;
  /** Mean Wh charged and used, by hour of the day (UTC): 48 figures. */
  readonly hours: readonly number[];
}

export type Trace = "sheets" | "stores" | "money" | "habits";

/** Costs are in units of what two sides of one home usually differ by. */
const USUAL_WH = 400;
const UNLIKE = 1_000;

/** Old number → the new one that the adversary takes it for. */
export function link(
  old: readonly Seen[],
  fresh: readonly Seen[],
  traces: readonly Trace[],
  unit: number,
): ReadonlyMap<number, number> {
  const typical = median(fresh.map((home) => home.storedWh)) - median(old.map((home) => home.storedWh));
  const cost = (a: Seen, b: Seen): number => {
    let sum = 0;
    if (traces.includes("sheets") && a.sheet !== b.sheet) sum += UNLIKE;
    if (traces.includes("stores")) sum += Math.abs(b.storedWh - a.storedWh - typical) / USUAL_WH;
    if (traces.includes("money")) sum += moneyCost(a.money, b.money, unit);
    if (traces.includes("habits")) sum += habitsCost(a.habits, b.habits);
    return sum;
  };
  const paired = assign(old.map((a) => fresh.map((b) => cost(a, b))));
  return new Map(old.map(({ number }, i) => [number, fresh[paired[i]!]!.number]));
}

/** A member goes on with the whole units of what it had, or with one more out of the pool. */
function moneyCost(before: number, after: number, unit: number): number {
  const units = Math.round((after - (before - (before % unit))) / unit);
  return units === 0 ? 0 : units === 1 ? 1 : Math.min(UNLIKE, 10 * Math.abs(units));
}

function habitsCost(a: Habits | undefined, b: Habits | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let hours = 0;
  for (const [i, mean] of a.hours.entries()) hours += Math.abs(mean - b.hours[i]!);
  return (
    hours / USUAL_WH + 20 * unlikeness(a.fullestWh, b.fullestWh) + 20 * unlikeness(a.quickestWh, b.quickestWh)
  );
}

function unlikeness(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b, 1);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/**
 * Row → column of a square matrix, each once, of least total cost. Kuhn's Hungarian method with potentials, n³
 * (the form of e-maxx: rows are added one by one along shortest augmenting paths).
 */
export function assign(cost: readonly (readonly number[])[]): readonly number[] {
  const n = cost.length;
  const rowPotential = new Array<number>(n + 1).fill(0);
  const columnPotential = new Array<number>(n + 1).fill(0);
  /** Column → row, from 1; 0 = free. */
  const rowOf = new Array<number>(n + 1).fill(0);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    const least = new Array<number>(n + 1).fill(Number.POSITIVE_INFINITY);
    const before = new Array<number>(n + 1).fill(0);
    const done = new Array<boolean>(n + 1).fill(false);
    let column = 0;
    do {
      done[column] = true;
      const current = rowOf[column]!;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (done[j]) continue;
        const reduced = cost[current - 1]![j - 1]! - rowPotential[current]! - columnPotential[j]!;
        if (reduced < least[j]!) {
          least[j] = reduced;
          before[j] = column;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (done[j]) {
          rowPotential[rowOf[j]!]! += delta;
          columnPotential[j]! -= delta;
        } else least[j]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[before[column]!]!;
      column = before[column]!;
    }
  }
  const columnOf = new Array<number>(n).fill(0);
  for (let j = 1; j <= n; j++) columnOf[rowOf[j]! - 1] = j - 1;
  return columnOf;
}
