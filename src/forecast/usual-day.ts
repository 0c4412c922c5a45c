/**
 * What a day is usually like, by quarter hours: the last days count most. For those who plan a single load and want to
 * know what the rest of the home draws meanwhile; who values what is stored looks at whole days (`scenarios`).
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";

const SLOTS = 96;
const NEWS = 0.35;

export class UsualDay {
  readonly #meanW = new Float64Array(SLOTS).fill(Number.NaN);

  /** With what was kept of it. */
  constructor(kept: readonly (number | null)[] = []) {
    for (const [slot, meanW] of kept.slice(0, SLOTS).entries()) this.#meanW[slot] = meanW ?? Number.NaN;
  }

  get kept(): (number | null)[] {
    return Array.from(this.#meanW, (meanW) => (Number.isNaN(meanW) ? null : Math.round(meanW)));
  }

  /** W; NaN where nothing is known of it. */
  at(time: UnixSeconds): number {
    return this.#meanW[slotOf(time)]!;
  }

  add(time: UnixSeconds, powerW: number): void {
    const slot = slotOf(time);
    const known = this.#meanW[slot]!;
    this.#meanW[slot] = Number.isNaN(known) ? powerW : known + NEWS * (powerW - known);
  }
}

function slotOf(time: UnixSeconds): number {
  return Math.floor((((time % 86_400) + 86_400) % 86_400) / QUARTER_HOUR_S);
}
