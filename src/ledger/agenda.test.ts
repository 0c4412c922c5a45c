import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { QUARTER_HOUR_S } from "#base/time.ts";
import {
  AGENDA_CURSOR,
  AGENDA_HEIGHTS,
  AGENDA_SLOTS,
  type Deadline,
  type Moment,
  RUN_MAX,
  runAgenda,
  schedule,
} from "#ledger/agenda.ts";
import { State, type Table } from "#ledger/state.ts";

const START = 1_781_604_000;

class Agenda {
  readonly state = new State([AGENDA_SLOTS, AGENDA_HEIGHTS, AGENDA_CURSOR] as unknown as Table<
    never,
    never
  >[]);
  now: Moment = { height: 1, time: START };

  enter(...deadlines: readonly Deadline[]): void {
    const draft = this.state.draft();
    for (const deadline of deadlines) schedule(draft, deadline, this.now);
    draft.seal().commit();
  }

  /** The next block, some seconds later; what it ran. */
  block(seconds: number): Deadline[] {
    this.now = { height: this.now.height + 1, time: this.now.time + seconds };
    const draft = this.state.draft();
    const ran: Deadline[] = [];
    runAgenda(draft, this.now, (deadline) => void ran.push(deadline));
    draft.seal().commit();
    return ran;
  }
}

const deadline = (inSeconds: number, height: number, number = 0, kind = 1): Deadline => ({
  time: START + inSeconds,
  height,
  kind,
  id: Uint8Array.of(number >>> 8, number & 0xff),
});
const idOf = ({ id }: Deadline) => id[0]! * 256 + id[1]!;

test("a deadline runs once, in the first block that has reached both its time and its height", () => {
  const agenda = new Agenda();
  agenda.enter(deadline(1_000, 2, 1), deadline(10, 6, 2));
  assert.deepEqual(agenda.block(999).map(idOf), [], "the height is reached, the time is not");
  assert.deepEqual(agenda.block(1).map(idOf), [1]);
  assert.deepEqual(agenda.block(86_400).map(idOf), [], "the time is long past, the height is not reached");
  assert.deepEqual(agenda.block(0).map(idOf), []);
  assert.deepEqual(agenda.block(0).map(idOf), [2]);
  assert.equal(agenda.state.size, 0, "an agenda with nothing on it leaves no rows");
});

test("what is due together runs by time, height, kind and id, however it was entered", () => {
  const entries = [
    deadline(5, 2, 9),
    deadline(5, 2, 3, 2),
    deadline(5, 2, 4),
    deadline(4, 3, 8),
    deadline(4, 2, 7),
  ];
  for (const order of [entries, entries.toReversed()]) {
    const agenda = new Agenda();
    agenda.enter(...order);
    agenda.block(0);
    assert.deepEqual(agenda.block(5).map(idOf), [7, 8, 4, 9, 3]);
  }
});

test("the same deadline twice is one", () => {
  const agenda = new Agenda();
  agenda.enter(deadline(5, 2, 1), deadline(5, 2, 1));
  assert.deepEqual(agenda.block(5).map(idOf), [1]);
  assert.equal(agenda.state.size, 0);
});

test("a block runs no more than it may; the rest follows in order, in the blocks after it", () => {
  const agenda = new Agenda();
  agenda.enter(
    ...Array.from({ length: 2 * RUN_MAX + 10 }, (_, i) => deadline(60 + i, i % 2 === 0 ? 2 : 3, i)),
  );
  agenda.block(0);
  const blocks = Array.from({ length: 4 }, () => agenda.block(QUARTER_HOUR_S).map(idOf));
  assert.deepEqual(
    blocks.map(({ length }) => length),
    [RUN_MAX, RUN_MAX, 10, 0],
  );
  const all = blocks.flat();
  assert.deepEqual(
    all,
    [...all].sort((a, b) => a - b),
  );
});

test("what is entered for a time that has passed waits for its height, and for the next block at least", () => {
  const agenda = new Agenda();
  agenda.enter(deadline(QUARTER_HOUR_S * 40, 1, 5));
  agenda.block(QUARTER_HOUR_S * 3);
  agenda.enter(deadline(0, 1, 1), deadline(-5 * QUARTER_HOUR_S, 4, 2));
  assert.deepEqual(agenda.block(0).map(idOf), [1]);
  assert.deepEqual(agenda.block(0).map(idOf), [2]);
});

test("a silence of years is caught up with over some blocks", () => {
  const agenda = new Agenda();
  const year = 366 * 86_400;
  agenda.enter(deadline(year, 2, 1));
  const ran = Array.from({ length: 30 }, (_, i) => agenda.block(i === 0 ? 2 * year : 0)).flat();
  assert.deepEqual(ran.map(idOf), [1]);
});

test("against a plain list: everything runs once, never early, and in the block where it is due", () => {
  const entry = fc.record({
    at: fc.integer({ min: 0, max: 5 }),
    inSeconds: fc.integer({ min: -2_000, max: 4_000 }),
    height: fc.integer({ min: 1, max: 12 }),
    kind: fc.integer({ min: 1, max: 2 }),
    number: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 30 }),
      fc.array(fc.nat(2_000), { minLength: 14 }),
      (entries, gaps) => {
        const agenda = new Agenda();
        const open = new Map<string, Deadline>();
        const name = (d: Deadline) => `${d.time} ${d.height} ${d.kind} ${idOf(d)}`;
        for (const [i, gap] of gaps.entries()) {
          for (const { at, inSeconds, height, kind, number } of entries) {
            if (at !== i) continue;
            const d = deadline(inSeconds, Math.max(height, agenda.now.height + 1), number, kind);
            open.set(name(d), d);
            agenda.enter(d);
          }
          const ran = agenda.block(gap).map(name);
          const due = [...open.values()].filter(
            (d) => d.time <= agenda.now.time && d.height <= agenda.now.height,
          );
          assert.deepEqual([...ran].sort(), due.map(name).sort());
          for (const done of ran) open.delete(done);
        }
      },
    ),
    { numRuns: 300 },
  );
});
