/**
 * The agenda: what is to happen by itself, "not before this time and not before this height". A block's time
 * alone is never trusted (validators may agree on a false one), a height alone says nothing about days; so a
 * deadline has both, and is due when both are reached.
 *
 * Deadlines lie in slots of a quarter hour. A cursor remembers up to where the slots are done, so that a block
 * at which nothing is due costs two look-ups. What its time has reached and its height has not waits in a list
 * of that height. Each block runs at most `RUN_MAX` deadlines, in the order of time, height, kind and id; the
 * rest waits for the next block.
 *
 * An entry is a reminder and no right: it cannot be cancelled, and whoever is called by it looks at its own row
 * whether there is still something to do.
 */
import { assert } from "#base/assert.ts";
import { compareBytes } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Draft, Table } from "#ledger/state.ts";

export const DEADLINE_ID_MAX_BYTES = 64;
/** Deadlines that one block runs. */
export const RUN_MAX = 100;
/** Slots that one block goes through after a long silence: three weeks of it. */
const SLOTS_MAX = 2_000;

export interface Deadline {
  /** Not before it. */
  readonly time: UnixSeconds;
  /** Not before it. */
  readonly height: number;
  /** Who is called. */
  readonly kind: number;
  /** What it is about, at most 64 bytes. */
  readonly id: Uint8Array;
}

/** Where a chain is: a block's height and time. */
export interface Moment {
  readonly height: number;
  readonly time: UnixSeconds;
}

const deadlineCodec: Codec<Deadline> = {
  write: (writer, { time, height, kind, id }) =>
    writer.uint(time).uint(height).u8(kind).bytes(id, DEADLINE_ID_MAX_BYTES),
  read: (reader) => ({
    time: reader.uint(),
    height: reader.uint(),
    kind: reader.u8(),
    id: reader.bytes(DEADLINE_ID_MAX_BYTES),
  }),
};

const deadlinesCodec: Codec<readonly Deadline[]> = {
  write: (writer, deadlines) => writer.list(deadlines, 0xffff_ffff, deadlineCodec.write),
  read: (reader) => reader.list(0xffff_ffff, deadlineCodec.read),
};

const uintKey: Codec<number> = {
  write: (writer, value) => writer.uint(value),
  read: (reader) => reader.uint(),
};

/** Quarter hours since 1970 → the deadlines whose time lies in it, in order. */
export const AGENDA_SLOTS: Table<number, readonly Deadline[]> = {
  number: 23,
  name: "agenda_slots",
  key: uintKey,
  id: (slot) => slot,
  row: deadlinesCodec,
};

/** Height → the deadlines that wait for it alone, in order. */
export const AGENDA_HEIGHTS: Table<number, readonly Deadline[]> = {
  number: 24,
  name: "agenda_heights",
  key: uintKey,
  id: (height) => height,
  row: deadlinesCodec,
};

export interface AgendaCursor {
  /** Slots before it are empty. */
  readonly slot: number;
  /** Deadlines in slots; the row is gone when there are none. */
  readonly count: number;
}

export const AGENDA_CURSOR: Table<0, AgendaCursor> = {
  number: 25,
  name: "agenda_cursor",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: {
    write: (writer, { slot, count }) => writer.uint(slot).uint(count),
    read: (reader) => ({ slot: reader.uint(), count: reader.uint() }),
  },
};

/**
 * Enters a deadline, from a block on. One whose height is not above the block's waits for the next block. The
 * same deadline twice is one.
 */
export function schedule(draft: Draft, deadline: Deadline, now: Moment): void {
  const height = Math.max(deadline.height, now.height + 1);
  const cursor = draft.get(AGENDA_CURSOR, 0) ?? { slot: slotOf(now.time), count: 0 };
  const slot = slotOf(deadline.time);
  if (slot < cursor.slot) {
    insert(draft, AGENDA_HEIGHTS, height, { ...deadline, height });
  } else if (insert(draft, AGENDA_SLOTS, slot, { ...deadline, height })) {
    draft.put(AGENDA_CURSOR, 0, { ...cursor, count: cursor.count + 1 });
  }
}

/** Run once when a block opens: calls `run` for what is due, in order, and strikes it out first. */
export function runAgenda(draft: Draft, now: Moment, run: (deadline: Deadline) => void): void {
  const waiting = draft.get(AGENDA_HEIGHTS, now.height);
  if (waiting !== undefined) draft.delete(AGENDA_HEIGHTS, now.height);
  const due = [...(waiting ?? []), ...takeSlots(draft, now, RUN_MAX - (waiting?.length ?? 0))];
  if (due.length === 0) return;
  due.sort(compareDeadlines);
  const later = due.slice(RUN_MAX);
  if (later.length > 0) {
    const next = draft.get(AGENDA_HEIGHTS, now.height + 1) ?? [];
    draft.put(AGENDA_HEIGHTS, now.height + 1, [...next, ...later].sort(compareDeadlines));
  }
  for (const deadline of due.slice(0, RUN_MAX)) run(deadline);
}

/** Takes what its time has reached out of the slots, at most `room`; what waits for its height goes there. */
function takeSlots(draft: Draft, now: Moment, room: number): Deadline[] {
  const cursor = draft.get(AGENDA_CURSOR, 0);
  const due: Deadline[] = [];
  if (cursor === undefined) return due;
  const last = slotOf(now.time);
  let { slot, count } = cursor;
  for (let steps = 0; slot <= last && steps < SLOTS_MAX && count > 0; steps++) {
    const kept: Deadline[] = [];
    const entries = draft.get(AGENDA_SLOTS, slot) ?? [];
    for (const deadline of entries) {
      if (deadline.time > now.time) kept.push(deadline);
      else if (deadline.height > now.height) insert(draft, AGENDA_HEIGHTS, deadline.height, deadline);
      else if (due.length < room) due.push(deadline);
      else kept.push(deadline);
    }
    count -= entries.length - kept.length;
    if (kept.length === 0) draft.delete(AGENDA_SLOTS, slot);
    else if (kept.length < entries.length) draft.put(AGENDA_SLOTS, slot, kept);
    if (kept.length > 0 || slot === last) break;
    slot += 1;
  }
  if (count === 0) draft.delete(AGENDA_CURSOR, 0);
  else if (slot !== cursor.slot || count !== cursor.count) draft.put(AGENDA_CURSOR, 0, { slot, count });
  return due;
}

/** Whether it was not there yet. */
function insert(
  draft: Draft,
  table: Table<number, readonly Deadline[]>,
  place: number,
  deadline: Deadline,
): boolean {
  const entries = draft.get(table, place) ?? [];
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareDeadlines(entries[middle]!, deadline) < 0) low = middle + 1;
    else high = middle;
  }
  if (low < entries.length && compareDeadlines(entries[low]!, deadline) === 0) return false;
  draft.put(table, place, [...entries.slice(0, low), deadline, ...entries.slice(low)]);
  return true;
}

function compareDeadlines(a: Deadline, b: Deadline): number {
  return a.time - b.time || a.height - b.height || a.kind - b.kind || compareBytes(a.id, b.id);
}

function slotOf(time: UnixSeconds): number {
  assert(Number.isSafeInteger(time) && time >= 0, `a deadline at ${time}`);
  return (time - (time % QUARTER_HOUR_S)) / QUARTER_HOUR_S;
}
