/** Whether a compressor or an engine runs, and for how long it has run or stood: both wear by starting. */
import type { Seen } from "./steered-load.ts";

export class RunOrRest {
  isRunning = false;
  /** s; for ever before it was seen to change. */
  sinceS = Number.POSITIVE_INFINITY;

  /** @param fromW its power from which it runs, W */
  see(seen: Seen | undefined, fromW: number, seconds: number): void {
    this.sinceS += seconds;
    if (seen === undefined) return;
    const isRunning = (seen.values.powerW ?? 0) >= fromW;
    if (isRunning !== this.isRunning) this.sinceS = 0;
    this.isRunning = isRunning;
  }
}
