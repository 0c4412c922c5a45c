/**
 * The owner's letters in the box: which command stands, and what became of it, so that the platform can tell its owner.
 * Both outlast a restart.
 *
 * A letter that is refused for good is remembered, so that it is said once. Some refusals are not for good: a key may be
 * on its way with the next proven orders, and a letter from a moment ahead of this clock will be in time.
 */
import type { UnixSeconds } from "#base/time.ts";
import {
  type CommandBound,
  type CommandReport,
  type Directive,
  type Heard,
  NOTHING_HEARD,
  reportOf,
} from "#control/command.ts";
import { heedLetters, type LetterGround, type RefusedLetter } from "./owner-letters.ts";

/** Orders made so long after a letter know every key that it may be signed with, s. */
const KEYS_COME_WITHIN_S = 120;

export interface LetterBookState {
  readonly heard: Heard;
  readonly report: CommandReport | undefined;
}

export class LetterBook {
  #heard: Heard;
  #report: CommandReport | undefined;
  /** The last that was told, whether for good or not. */
  #told = "";

  constructor(kept?: Partial<LetterBookState>) {
    this.#heard = kept?.heard ?? NOTHING_HEARD;
    this.#report = kept?.report;
  }

  get heard(): Heard {
    return this.#heard;
  }

  /** What the newest letter came to; `undefined` before the first. */
  get report(): CommandReport | undefined {
    return this.#report;
  }

  get state(): LetterBookState {
    return { heard: this.#heard, report: this.#report };
  }

  /**
   * Judges what the platform hands on. `ordersTime`: when the orders were made that say which keys count. Answers
   * whether something changed, and what was refused that was not told before.
   */
  heed(
    letters: readonly unknown[],
    ground: Omit<LetterGround, "standing" | "settled">,
    ordersTime: UnixSeconds,
  ): { readonly isNew: boolean; readonly refused: readonly RefusedLetter[] } {
    const { now } = ground;
    const settled = this.#report?.state === "refused" ? this.#report.change : 0;
    const { heard, refused } = heedLetters(letters, { ...ground, standing: this.#heard, settled });
    const before = this.#report;
    if (heard !== this.#heard) {
      this.#heard = heard;
      const state = heard.command === null ? "withdrawn" : "accepted";
      this.#report = { change: heard.change, state, bound: null, refusal: null, since: now };
    }
    for (const { change, reason, issuedAt } of refused) {
      if (change === undefined || change <= (this.#report?.change ?? 0)) continue;
      if (reason === "malformed" || reason === "other_home" || reason === "command_superseded") continue;
      if (reason === "command_ahead") continue;
      if (reason === "unknown_key" && ordersTime < issuedAt + KEYS_COME_WITHIN_S) continue;
      this.#report = { change, state: "refused", bound: null, refusal: reason, since: now };
    }
    const told = refused.map(({ change, reason }) => `${change} ${reason}`).join();
    const isTold = told === this.#told;
    this.#told = told;
    return { isNew: this.#report !== before, refused: isTold ? [] : refused };
  }

  /** What this cycle made of the command that stands. Answers whether that is something else than before. */
  tell(directive: Directive, bound: CommandBound | null, now: UnixSeconds): boolean {
    const report = this.#report;
    if (report === undefined || report.refusal !== null) return false;
    // A clock that was ahead for a while had it end; by the right one it goes on.
    if (report.state === "expired" && (this.#heard.command?.until ?? 0) <= now) return false;
    if (report.change !== this.#heard.change) return false;
    const next = reportOf(this.#heard, directive, bound, now);
    if (next.state === report.state && next.bound === report.bound) return false;
    this.#report = { ...report, ...next, since: now };
    return true;
  }
}
