/**
 * How much a load was told that it may draw, and since when. A word stands for a while, so that devices do not hunt:
 * while the load goes on within what there is for it, neither a settling device nor a small difference is told anew.
 */
import type { UnixSeconds } from "#base/time.ts";

export class AskedPower {
  readonly #stepW: number;
  #powerW = 0;
  #at: UnixSeconds = 0;

  /** `stepW`: a difference that is worth a word, W. */
  constructor(stepW: number) {
    this.#stepW = stepW;
  }

  /** By the last word, W. */
  get powerW(): number {
    return this.#powerW;
  }

  /** When it was last changed by the rule. */
  get at(): UnixSeconds {
    return this.#at;
  }

  /** How long the last word has stood, s ≥ 0. */
  sinceS(now: UnixSeconds): number {
    return Math.max(0, now - this.#at);
  }

  /** Whether it was given less than so many seconds ago; never where the clock was set back. */
  isYounger(now: UnixSeconds, seconds: number): boolean {
    return now >= this.#at && now - this.#at < seconds;
  }

  /** What it should draw from now on; `settles`: the device is still coming to the last word. */
  ask(wantedW: number, limitW: number, now: UnixSeconds, settles: boolean): void {
    const asked = this.#powerW;
    const goesOn = asked > 0 && wantedW > 0 && asked <= limitW;
    if (goesOn && (settles || Math.abs(wantedW - asked) < this.#stepW)) return;
    if (wantedW === asked) return;
    this.#powerW = wantedW;
    this.#at = now;
  }

  /** At once, and without a word that would have to stand: it gives way, is not heard, or goes by itself. */
  set(powerW: number): void {
    this.#powerW = powerW;
  }
}
