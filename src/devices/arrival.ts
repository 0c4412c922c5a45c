/** Waiting for a device that speaks by itself to say something. */
export class Arrival {
  readonly #timeoutMs: number;
  readonly #waiting: (() => void)[] = [];

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Until `announce`, or until nothing came in time; what there is, the caller looks up. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  announce(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
