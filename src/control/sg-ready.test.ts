/** The four states of an SG Ready heat pump: which is wanted when, and what the label and the contract allow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  blocksLeft,
  contactsOf,
  type SgMemory,
  type SgState,
  type SgWish,
  sgBegins,
  sgNext,
  sgReleased,
  sgStateOf,
} from "./sg-ready.ts";

const NOON = 1_800_000_000;
const HOUR = 3_600;
const QUIET: SgWish = {
  ...{ code: "heat_waits", powerW: 0, surplusW: 0, limitW: 6_000 },
  ...{ powerMinW: 600, powerMaxW: 2_500, drawsW: 0, runsInS: Number.NaN },
};

test("contacts mean what the label says", () => {
  const states: readonly SgState[] = [1, 2, 3, 4];
  assert.deepEqual(
    states.map((state) => contactsOf(state).map(Number).join(":")),
    ["1:0", "0:0", "0:1", "1:1"],
  );
  for (const state of states) assert.equal(sgStateOf(...contactsOf(state)), state);
});

test("each wish has its state", () => {
  const rows: readonly [what: string, wish: Partial<SgWish>, state: SgState][] = [
    ["warm enough, nothing planned: by itself", {}, 2],
    ["a cheaper hour within the block: held back until then", { runsInS: 5_400 }, 1],
    ["a cheaper hour beyond what a block may last: by itself", { runsInS: 3 * HOUR }, 2],
    ["cold: recommended", { code: "comfort_needs_heat", powerW: 2_500 }, 3],
    ["some sun: recommended", { code: "heat_from_sun", powerW: 1_000, surplusW: 1_000 }, 3],
    ["all of it from the sun: told to run", { code: "heat_from_sun", powerW: 2_500, surplusW: 2_600 }, 4],
    ["a cheap hour: recommended", { code: "heat_cheap_hour", powerW: 2_500 }, 3],
    ["too little is left for its least: blocked", { limitW: 500 }, 1],
    ["less is left than it draws: blocked", { limitW: 2_000, drawsW: 2_400, powerW: 2_000 }, 1],
    ["cold and too little left: blocked", { code: "heat_limited", limitW: 500 }, 1],
    ["its compressor runs on: by itself", { code: "compressor_runs_on", powerW: 600 }, 2],
    ["the tank is full: by itself", { code: "tank_full", runsInS: 900 }, 2],
  ];
  for (const [what, wish, state] of rows) {
    assert.equal(sgNext(sgBegins(NOON), { ...QUIET, ...wish }, NOON).state, state, what);
  }
});

test("a block ends after two hours, is followed by as long without one, and there are three in a day", () => {
  let memory: SgMemory = sgBegins(NOON);
  const blocked: number[] = [];
  // Whatever is left is always too little: nobody would ever let it run.
  for (let now = NOON; now < NOON + 48 * HOUR; now += 60) {
    memory = sgNext(memory, { ...QUIET, limitW: 0 }, now);
    if (memory.state === 1) blocked.push(now - NOON);
    assert.ok(memory.state !== 1 || now - memory.since < 2 * HOUR);
  }
  const hours = new Set(blocked.map((second) => Math.floor(second / HOUR)));
  assert.deepEqual([...hours], [0, 1, 4, 5, 8, 9, 24, 25, 28, 29, 32, 33]);
  assert.equal(blocksLeft(memory, NOON + 34 * HOUR), 0);
  assert.equal(blocksLeft(memory, NOON + 49 * HOUR), 1);
});

test("a state stands for ten minutes, unless there is less for the pump or the block is over", () => {
  const runs = sgNext(sgBegins(NOON), { ...QUIET, code: "heat_from_sun", powerW: 900, surplusW: 900 }, NOON);
  assert.equal(runs.state, 3);
  assert.equal(sgNext(runs, QUIET, NOON + 599).state, 3);
  assert.equal(sgNext(runs, QUIET, NOON + 600).state, 2);
  assert.equal(sgNext(runs, { ...QUIET, drawsW: 2_500, limitW: 1_000 }, NOON + 1).state, 1);
  const blocked = sgNext(sgBegins(NOON), { ...QUIET, limitW: 0 }, NOON);
  assert.equal(sgNext(blocked, { ...QUIET, limitW: 1_000 }, NOON + 900).state, 1, "it would be over again");
  assert.equal(sgNext(blocked, QUIET, NOON + 900).state, 2);
  assert.equal(sgReleased(blocked, NOON + 5).state, 2, "who cannot decide lets it go at once");
  assert.equal(sgReleased(blocked, NOON + 5).blocks[0]!.to, NOON + 5);
});

test("a clock that was set back makes no new blocks", () => {
  let memory = sgBegins(NOON);
  for (const from of [0, 5 * HOUR, 10 * HOUR]) {
    memory = sgNext(memory, { ...QUIET, limitW: 0 }, NOON + from);
    memory = sgNext(memory, QUIET, NOON + from + HOUR);
  }
  assert.equal(sgNext(memory, { ...QUIET, limitW: 0 }, NOON + 2 * HOUR).state, 2);
});
