/**
 * A heat pump that listens to two contacts only, by the rules of the label "SG Ready" (Bundesverband Wärmepumpe, for
 * heat pumps, 2.1): state 1 (1:0) blocked, for 2 h at most; state 2 (0:0) as by itself; state 3 (0:1) recommended to
 * run, heats more than it would; state 4 (1:1) told to run as far as its own control allows.
 *
 * What the rule of `control/heating` wants becomes one of the four:
 * - blocked, where connection, contract or operator leave less than it would draw, or where a cheaper hour of the
 *   timetable comes before a block must end and nobody is cold;
 * - told to run, where the sun has all over that it can draw;
 * - recommended, where it should run for the sun, in a cheap hour, or because it is cold;
 * - by itself otherwise.
 *
 * How often a block may be is the supply contract's: three times in 24 hours, as is usual, and after one it is left
 * alone for as long as that lasted. A pump is not blocked for a price where that was used up; of a limit it is told,
 * too, that no more blocks are left. States stand for ten minutes at least, unless there is less for the pump.
 *
 * Left out: variant 2 of state 4 (electric heaters besides), which is set at the pump.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { HeatingCode } from "#control/heating.ts";

/** 1 blocked, 2 by itself, 3 recommended, 4 told to run. */
export type SgState = 1 | 2 | 3 | 4;

export interface SgReadyRules {
  readonly blockMaxS: number;
  readonly blocksADay: number;
}

export const SG_READY: SgReadyRules = { blockMaxS: 2 * 3600, blocksADay: 3 };

/** A state stands so long at least, s. */
export const SG_STANDS_S = 600;
const DAY_S = 86_400;

export interface SgWish {
  /** What `heatPumpChoice` comes to. */
  readonly code: HeatingCode;
  /** Electric; 0: it should not run. */
  readonly powerW: number;
  /** What the sun has over, and what may be drawn, W. */
  readonly surplusW: number;
  readonly limitW: number;
  /** What it would draw at least and at most, and draws now, W. */
  readonly powerMinW: number;
  readonly powerMaxW: number;
  readonly drawsW: number;
  /** Seconds until its timetable lets it run; NaN where none does. */
  readonly runsInS: number;
}

export interface SgMemory {
  readonly state: SgState;
  readonly since: UnixSeconds;
  /** When blocks began and ended within the last day, oldest first; one that stands ends with `null`. */
  readonly blocks: readonly { readonly from: UnixSeconds; readonly to: UnixSeconds | null }[];
}

/** As a pump is found of which nobody knows anything. */
export function sgBegins(now: UnixSeconds): SgMemory {
  return { state: 2, since: now - SG_STANDS_S, blocks: [] };
}

/** Whether contacts 1 and 2 are closed. */
export function contactsOf(state: SgState): readonly [boolean, boolean] {
  return [state === 1 || state === 4, state === 3 || state === 4];
}

/** What closed contacts mean. */
export function sgStateOf(isFirstClosed: boolean, isSecondClosed: boolean): SgState {
  if (isFirstClosed) return isSecondClosed ? 4 : 1;
  return isSecondClosed ? 3 : 2;
}

/** Blocks that may still begin in this day. */
export function blocksLeft(memory: SgMemory, now: UnixSeconds, rules = SG_READY): number {
  return Math.max(0, rules.blocksADay - recent(memory, now).length);
}

/** Which state it is told from now on. */
export function sgNext(memory: SgMemory, wish: SgWish, now: UnixSeconds, rules = SG_READY): SgMemory {
  const wanted = wantedState(memory, wish, now, rules);
  const { state, since } = memory;
  if (wanted === state) return memory;
  const mayNotStay = state === 1 && now - since >= rules.blockMaxS;
  const stands = now >= since && now - since < SG_STANDS_S;
  // Less for it than it has is told at once; whatever else waits.
  if (stands && !mayNotStay && !(wanted < state && isOver(memory, wish))) return memory;
  return turned(memory, wanted, now);
}

/** Whoever must not block it any more: by itself. */
export function sgReleased(memory: SgMemory, now: UnixSeconds): SgMemory {
  return memory.state === 2 ? memory : turned(memory, 2, now);
}

function turned(memory: SgMemory, state: SgState, now: UnixSeconds): SgMemory {
  const blocks = recent(memory, now).map((block) => (block.to === null ? { ...block, to: now } : block));
  return { state, since: now, blocks: state === 1 ? [...blocks, { from: now, to: null }] : blocks };
}

function wantedState(memory: SgMemory, wish: SgWish, now: UnixSeconds, rules: SgReadyRules): SgState {
  const { code, powerW, surplusW, powerMaxW, runsInS } = wish;
  const mayBlock = mayBeBlocked(memory, now, rules);
  if (isOver(memory, wish)) return mayBlock ? 1 : 2;
  const leftS = memory.state === 1 ? rules.blockMaxS - (now - memory.since) : rules.blockMaxS;
  const waits = code === "heat_waits" && powerW === 0 && runsInS > 0 && runsInS <= leftS;
  if (waits && mayBlock) return 1;
  // Its compressor is its own affair.
  if (powerW === 0 || code === "compressor_runs_on") return 2;
  return code === "heat_from_sun" && surplusW >= powerMaxW ? 4 : 3;
}

/** Whether it draws, or would as soon as it is let, more than there is for it. */
function isOver({ state }: SgMemory, { limitW, powerMinW, powerMaxW, drawsW }: SgWish): boolean {
  // Let go too early it would be over again at once.
  if (state === 1) return limitW < powerMaxW;
  return limitW < Math.max(powerMinW, drawsW);
}

function mayBeBlocked(memory: SgMemory, now: UnixSeconds, rules: SgReadyRules): boolean {
  const blocks = recent(memory, now);
  if (memory.state === 1) return now - memory.since < rules.blockMaxS;
  if (blocks.length >= rules.blocksADay) return false;
  const last = blocks.at(-1);
  return last === undefined || last.to === null || now - last.to >= last.to - last.from;
}

/** Those of the last day; a clock that was set back makes none of them new. */
function recent({ blocks }: SgMemory, now: UnixSeconds): SgMemory["blocks"] {
  return blocks.filter(({ from, to }) => to === null || Math.abs(now - from) < DAY_S);
}
