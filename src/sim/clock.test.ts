import assert from "node:assert/strict";
import { test } from "node:test";
import { SEEK_MAX_S, VirtualClock } from "#sim/clock.ts";

/** A clock over a real time that the test moves, and the town that follows it at once. */
function clockAt(start: number, speed: number, present?: number) {
  const real = { ms: 0 };
  const clock = new VirtualClock(start, speed, () => real.ms, present);
  let changes = 0;
  clock.onChange(() => (changes += 1));
  return {
    clock,
    real,
    changes: () => changes,
    /** Lets real time pass and the town run as far as it may. */
    pass(ms: number) {
      real.ms += ms;
      clock.advance(Math.floor(clock.allowed));
    },
  };
}

test("virtual seconds run from real ones at the speed that was set", () => {
  const { clock, pass } = clockAt(1_000, 60);
  assert.equal(clock.allowed, 1_000);
  pass(500);
  assert.equal(clock.time, 1_030);
  pass(1_000);
  assert.equal(clock.time, 1_090);
  clock.setSpeed(3_600);
  assert.equal(clock.allowed, 1_090, "the change counts from now on");
  pass(1_000);
  assert.equal(clock.time, 4_690);
});

test("a pause stands still however long it lasts, and time goes on where it stood", () => {
  const { clock, pass } = clockAt(0, 10);
  pass(1_000);
  clock.pause(true);
  pass(3_600_000);
  assert.equal(clock.time, 10);
  assert.equal(clock.paused, true);
  clock.pause(false);
  pass(1_000);
  assert.equal(clock.time, 20);
});

test("setting a speed ends a pause", () => {
  const { clock, pass } = clockAt(0, 10);
  clock.pause(true);
  clock.setSpeed(20);
  pass(1_000);
  assert.deepEqual([clock.paused, clock.time], [false, 20]);
});

test("speed 0 is as fast as it goes", () => {
  const { clock } = clockAt(0, 0);
  assert.equal(clock.allowed, Number.POSITIVE_INFINITY);
  clock.pause(true);
  assert.equal(clock.allowed, 0);
});

test("a jump runs to its goal at once and then goes on as before", () => {
  const { clock, pass, real } = clockAt(0, 60);
  clock.seek(7_200);
  assert.equal(clock.seekingTo, 7_200);
  assert.equal(clock.allowed, 7_200);
  real.ms += 4_000; // the jump itself takes a while, and that is not lived again
  clock.advance(3_600);
  assert.equal(clock.seekingTo, 7_200);
  clock.advance(7_200);
  assert.equal(clock.seekingTo, undefined);
  assert.equal(clock.allowed, 7_200);
  pass(1_000);
  assert.equal(clock.time, 7_260);
});

test("a jump out of a pause ends in the pause; a pause ends a jump where it is", () => {
  const { clock, pass } = clockAt(0, 60);
  clock.pause(true);
  clock.seek(900);
  assert.equal(clock.allowed, 900);
  clock.advance(900);
  pass(5_000);
  assert.equal(clock.time, 900);
  clock.seek(90_000);
  clock.advance(1_800);
  clock.pause(true);
  assert.deepEqual([clock.seekingTo, clock.allowed], [undefined, 1_800]);
});

test("what has passed is no jump, and none reaches further than the limit", () => {
  const { clock, changes } = clockAt(5_000, 60);
  clock.seek(5_000);
  clock.seek(4_000);
  assert.deepEqual([clock.seekingTo, changes()], [undefined, 0]);
  clock.seek(5_000 + SEEK_MAX_S + 1);
  assert.equal(clock.seekingTo, 5_000 + SEEK_MAX_S);
});

test("a town behind its present catches up, through a pause and a nearer jump, then stands in the pause", () => {
  const { clock, pass } = clockAt(0, 60, 864_000);
  assert.equal(clock.seekingTo, 864_000);
  clock.pause(true);
  clock.seek(900);
  assert.equal(clock.allowed, 864_000);
  clock.advance(864_000);
  pass(1_000);
  assert.deepEqual([clock.seekingTo, clock.time], [undefined, 864_000]);
  const jumping = clockAt(0, 60, 864_000).clock;
  jumping.seek(900_000);
  assert.equal(jumping.allowed, 900_000, "a jump beyond the present is taken in the same run");
});

test("a town that falls behind is forgiven what it missed", () => {
  const { clock, real } = clockAt(0, 3_600);
  real.ms = 60_000;
  assert.equal(clock.allowed, 216_000);
  clock.advance(900);
  clock.forgive();
  assert.equal(clock.allowed, 900);
  real.ms += 1_000;
  assert.equal(clock.allowed, 4_500);
});

test("listeners hear of what a person changed and of an arrival, not of time passing", () => {
  const { clock, pass, changes } = clockAt(0, 60);
  pass(10_000);
  clock.forgive();
  assert.equal(changes(), 0);
  clock.setSpeed(1);
  clock.pause(true);
  clock.seek(3_600);
  assert.equal(changes(), 3);
  clock.advance(3_600);
  assert.equal(changes(), 4);
  const stop = clock.onChange(() => assert.fail("no longer listening"));
  stop();
  clock.pause(false);
  assert.equal(changes(), 5);
});
