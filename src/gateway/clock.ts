/**
 * The time that the home goes by, and whether it can be believed. The box's own clock may be set while it runs, may
 * have forgotten the year (a Raspberry Pi has no battery), or be minutes off; a quarter hour that is closed by a wrong
 * clock is a reading of the wrong quarter hour.
 *
 * The clock here runs on by the steady one and follows the box's, unless that jumps: then it goes on as before until
 * the platform's or the counter's time says who is right, or the box's has stood by its new time for ten minutes.
 * It never runs backwards behind a quarter hour that was closed (`meter`).
 *
 * `--clock platform`: the community's time alone counts, at its speed; before it is heard no time is known. Where it
 * jumps, or a town comes back that was stopped, the home's time jumps with it, and that is counted.
 */

/** Milliseconds: the box's clock, and one that nobody sets. */
export interface Ticks {
  readonly wallMs: number;
  readonly steadyMs: number;
}

/** A jump, ms, from which on somebody has to confirm it. */
const JUMP_MS = 2_000;
/** The same of a platform's time: ms of it, and real ms at its speed; a busy town falls behind itself now and then. */
const PLATFORM_JUMP_MS = 60_000;
const PLATFORM_STALL_MS = 5_000;
/** Agreement with another clock, ms. */
const AGREES_MS = 30_000;
/** A platform or counter further away than this says that the clock is wrong, ms. */
const WRONG_MS = 60_000;
/** A new time that stands for so long is taken, ms. */
const BELIEVED_MS = 600_000;
/** Another clock's word counts for so long, ms. */
const WITNESS_MS = 3_600_000;
/** Before this nobody had a gateway: a clock without a battery begins in 1970 or with the release's date. 2025. */
const EARLIEST_MS = 1_735_689_600_000;

interface Witness {
  /** Their time less the steady clock, ms. */
  readonly offsetMs: number;
  readonly heardMs: number;
}

export class HomeClock {
  readonly #follows: "box" | "platform";
  /** The home's time less the steady clock, ms, at a speed of 1. */
  #offsetMs: number;
  #speed = 1;
  /** For the platform's clock: the instant that the speed counts from. */
  #anchor: { readonly timeMs: number; readonly steadyMs: number } | undefined;
  #platform: Witness | undefined;
  #counter: Witness | undefined;
  #jump: { readonly offsetMs: number; readonly sinceMs: number } | undefined;
  /** A time of the box that others have denied. */
  #deniedMs = Number.NaN;
  #jumps = 0;
  /** What a former run saw last: a clock behind it is wrong. */
  readonly #afterMs: number;
  #nowMs = 0;
  #steadyMs = 0;

  constructor(follows: "box" | "platform", ticks: Ticks, afterMs = 0) {
    this.#follows = follows;
    this.#offsetMs = ticks.wallMs - ticks.steadyMs;
    this.#afterMs = Math.max(EARLIEST_MS, afterMs);
    this.tick(ticks);
  }

  /** The home's time, Unix ms, as of the last tick. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Seconds of the home's time in one real second. */
  get speed(): number {
    return this.#follows === "platform" ? this.#speed : 1;
  }

  /** How often the time was set that the home goes by. */
  get jumps(): number {
    return this.#jumps;
  }

  /** Against the platform's, ms; `undefined` where it was never heard. */
  get platformOffsetMs(): number | undefined {
    if (this.#platform === undefined) return undefined;
    return this.#nowMs - (this.#steadyMs + this.#platform.offsetMs);
  }

  /** Whether nobody has said yet what time it is: nothing can be dated. */
  get isUnset(): boolean {
    return this.#follows === "platform" && this.#anchor === undefined;
  }

  get isRight(): boolean {
    if (this.#follows === "platform") return this.#anchor !== undefined;
    if (!this.isPossible || this.#jump !== undefined) return false;
    const judge = this.#witness();
    return judge === undefined || Math.abs(judge.offsetMs - this.#offsetMs) <= WRONG_MS;
  }

  /**
   * Whether it can be the time at all: not before a box could have it, nor before the last that a former run saw,
   * unless another clock says that this one had been ahead.
   */
  get isPossible(): boolean {
    if (this.#follows === "platform") return this.#anchor !== undefined;
    if (this.#nowMs >= this.#afterMs) return true;
    const judge = this.#witness();
    const agrees = judge !== undefined && Math.abs(judge.offsetMs - this.#offsetMs) < AGREES_MS;
    return agrees && this.#nowMs >= EARLIEST_MS;
  }

  tick({ wallMs, steadyMs }: Ticks): void {
    this.#steadyMs = steadyMs;
    if (this.#follows === "platform") {
      const anchor = this.#anchor;
      if (anchor !== undefined) this.#nowMs = anchor.timeMs + (steadyMs - anchor.steadyMs) * this.#speed;
      return;
    }
    const offsetMs = wallMs - steadyMs;
    const driftMs = offsetMs - this.#offsetMs;
    if (Math.abs(driftMs) < JUMP_MS) {
      // Small corrections are followed as they come; a slewed clock makes no other.
      this.#offsetMs = offsetMs;
      this.#jump = undefined;
    } else this.#jumped(offsetMs, steadyMs);
    this.#nowMs = steadyMs + this.#offsetMs;
  }

  /** What the platform says that time is. */
  heardPlatform(timeMs: number, speed: number, steadyMs: number): void {
    this.#platform = { offsetMs: timeMs - steadyMs, heardMs: steadyMs };
    if (this.#follows !== "platform") return;
    const anchor = this.#anchor;
    if (anchor !== undefined) {
      const awaitedMs = anchor.timeMs + (steadyMs - anchor.steadyMs) * this.#speed;
      const stalledMs = PLATFORM_STALL_MS * Math.max(speed, this.#speed);
      if (Math.abs(timeMs - awaitedMs) > Math.max(PLATFORM_JUMP_MS, stalledMs)) this.#jumps += 1;
    }
    this.#anchor = { timeMs, steadyMs };
    this.#speed = speed;
    this.#nowMs = timeMs;
  }

  /** What a counter that tells time says, at the moment that it was read. */
  heardCounter(timeMs: number, steadyMs: number): void {
    this.#counter = { offsetMs: timeMs - steadyMs, heardMs: steadyMs };
  }

  #jumped(offsetMs: number, steadyMs: number): void {
    const judge = this.#witness();
    const agrees = (offset: number) => judge !== undefined && Math.abs(judge.offsetMs - offset) < AGREES_MS;
    if (Math.abs(this.#deniedMs - offsetMs) < JUMP_MS && agrees(this.#offsetMs)) return;
    if (this.#jump === undefined || Math.abs(this.#jump.offsetMs - offsetMs) > JUMP_MS) {
      this.#jump = { offsetMs, sinceMs: steadyMs };
      this.#jumps += 1;
    }
    const stood = steadyMs - this.#jump.sinceMs >= BELIEVED_MS;
    // A home's time that was wrong from the start, and is right now, needs no witness.
    const wasImpossible = steadyMs + this.#offsetMs < this.#afterMs && steadyMs + offsetMs >= this.#afterMs;
    if (agrees(offsetMs) || wasImpossible || (stood && judge === undefined)) {
      this.#offsetMs = offsetMs;
      this.#jump = undefined;
    } else if (agrees(this.#offsetMs)) {
      // The others stand by the time that the home goes by: the box's clock is set wrong, and is not followed.
      this.#deniedMs = offsetMs;
      this.#jump = undefined;
    }
  }

  /** Whose word counts: the platform's before the counter's, while it is fresh. */
  #witness(): Witness | undefined {
    return [this.#platform, this.#counter].find(
      (witness) => witness !== undefined && this.#steadyMs - witness.heardMs <= WITNESS_MS,
    );
  }
}
