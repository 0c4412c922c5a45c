/**
 * Since when nothing was heard of the platform: what an order is worth without it goes by this
 * (`control/supply-limit`, the failsafe of `control/limits`).
 */
import type { HomeClock } from "./clock.ts";
import type { Link } from "./link.ts";

export class PlatformContact {
  readonly #link: Pick<Link, "isUp">;
  readonly #clock: Pick<HomeClock, "speed">;
  #heardAtMs = 0;

  constructor(link: Pick<Link, "isUp">, clock: Pick<HomeClock, "speed">) {
    this.#link = link;
    this.#clock = clock;
  }

  /** It said something, or its way was opened or lost. */
  heard(steadyMs: number): void {
    this.#heardAtMs = steadyMs;
  }

  /** Since the platform was last heard, s of the home's time; from the start on where it never was. */
  silentS(steadyMs: number): number {
    if (this.#link.isUp) return 0;
    return (Math.max(0, steadyMs - this.#heardAtMs) * this.#clock.speed) / 1000;
  }
}
