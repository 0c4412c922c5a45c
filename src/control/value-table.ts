/**
 * What stored energy is worth by how much of it there is: v(SoC), the number by which a planner
 * (`control/planner`) steers the BEC (`control/dispatch`). The more is stored, the less the next kWh is worth, so
 * each comparison of the fast rule is a content: store surplus up to the content where η v falls to q + w, serve
 * the home down to the content where v ÷ η + w rises to p. That makes the rule as right for a step of an hour as for
 * one of a second, and no comparison flickers: at its content the power fades to nothing.
 *
 * Interpolation: v is constant within each step of content, as it is in the planner, whose value of a content is
 * linear there. Outside the accumulator the nearest step counts.
 */
export interface ValueTable {
  readonly capacityWh: number;
  /**
   * µEUR per kWh of content that came from the home's panels: entry i holds between i and i + 1 times
   * capacityWh ÷ length. Never rises.
   */
  readonly solar: Float64Array;
  /** The same of what came from the MicroGrid: worth no more, since it may not be sold. */
  readonly grid: Float64Array;
}

/** Whichever of the two books. */
export type Origin = "solar" | "grid";

/** A table of one step: what every kWh is worth where nothing tells contents apart. */
export function flatValues(capacityWh: number, value: number): ValueTable {
  const one = Float64Array.of(value);
  return { capacityWh, solar: one, grid: one };
}

/** The value of the next kWh at a content, µEUR/kWh. */
export function valueAt({ capacityWh, ...books }: ValueTable, contentWh: number, origin: Origin): number {
  const values = books[origin];
  const at = Math.floor((contentWh / capacityWh) * values.length);
  return values[Math.max(0, Math.min(values.length - 1, at))]!;
}

/** The greatest content up to which the next kWh is worth more than `price` µEUR/kWh, Wh; 0 where none is. */
export function contentWorthMore(table: ValueTable, price: number, origin: Origin): number {
  return (table.capacityWh * countAbove(table[origin], price, false)) / table[origin].length;
}

/** The same for worth as much or more. */
export function contentWorthAsMuch(table: ValueTable, price: number, origin: Origin): number {
  return (table.capacityWh * countAbove(table[origin], price, true)) / table[origin].length;
}

/** How many entries of a falling list are above a bound. */
function countAbove(values: Float64Array, bound: number, orEqual: boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = values[middle]!;
    if (value > bound || (orEqual && value === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}
