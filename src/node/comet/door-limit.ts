/**
 * How many transactions may wait at the door so that who comes last is answered soon. CometBFT wants the answers of
 * CheckTx in the order of its questions, so a refusal stands behind everything that was let in before it, and while
 * CometBFT commits a block it waits for all of them. A number that fits a quiet machine is a wait of seconds on a
 * busy one; so it is made from what one transaction took of late: by Little's law as many may wait as are answered
 * within the time that is allowed.
 */

export interface DoorBounds {
  /** Until the last of those that wait is answered, ms. */
  readonly withinMs: number;
  /** At least, however slow it goes: enough to keep the threads at work. */
  readonly least: number;
  /** At most, however fast it goes. */
  readonly most: number;
}

/** Behind fewer than these, waiting says more of one block or one signature than of how fast it goes. */
const TELLING = 16;
/** What one answer counts for in the average. */
const WEIGHT = 1 / 64;

export class DoorLimit {
  readonly #bounds: DoorBounds;
  #eachMs: number;

  /** Begins with as many as are allowed at most. */
  constructor(bounds: DoorBounds) {
    this.#bounds = bounds;
    this.#eachMs = bounds.withinMs / Math.max(1, bounds.most);
  }

  /** How many may wait. */
  get limit(): number {
    const { withinMs, least, most } = this.#bounds;
    return Math.min(most, Math.max(least, Math.floor(withinMs / this.#eachMs)));
  }

  /** One was answered that had come behind so many, after so long. */
  answered(behind: number, waitedMs: number): void {
    if (behind < TELLING) return;
    this.#eachMs += (waitedMs / (behind + 1) - this.#eachMs) * WEIGHT;
  }
}
