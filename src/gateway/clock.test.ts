import assert from "node:assert/strict";
import { test } from "node:test";
import { HomeClock } from "./clock.ts";

const NOON = Date.parse("2026-06-16T12:00:00Z");
const HOUR = 3_600_000;

/** A clock of the box that somebody may set, and one that nobody sets; both begin at noon and at zero. */
function atNoon(afterMs = 0) {
  let setMs = 0;
  let steadyMs = 0;
  const ticks = () => ({ wallMs: NOON + steadyMs + setMs, steadyMs });
  const clock = new HomeClock("box", ticks(), afterMs);
  return {
    clock,
    /** Seconds pass, looked at once each. */
    pass(seconds: number) {
      for (let i = 0; i < seconds; i++) {
        steadyMs += 1_000;
        clock.tick(ticks());
      }
    },
    /** Somebody sets the box's clock. */
    set: (byMs: number) => void (setMs += byMs),
    /** What another clock says that is so far from the truth. */
    platformSays: (offMs = 0) => clock.heardPlatform(NOON + steadyMs + offMs, 1, steadyMs),
    counterSays: (offMs = 0) => clock.heardCounter(NOON + steadyMs + offMs, steadyMs),
    /** The home's time against the true one, ms. */
    off: () => clock.nowMs - NOON - steadyMs,
  };
}

test("a clock that is slewed is followed", () => {
  const { clock, pass, set, off } = atNoon();
  for (let i = 0; i < 100; i++) {
    set(50);
    pass(1);
  }
  assert.equal(off(), 5_000);
  assert.deepEqual([clock.isRight, clock.jumps], [true, 0]);
});

test("a clock that jumps is wrong, and the home's time goes on, until somebody says who is right", () => {
  for (const says of ["platformSays", "counterSays"] as const) {
    const box = atNoon();
    box.set(HOUR);
    box.pass(1);
    assert.deepEqual([box.clock.isRight, box.clock.jumps, box.off()], [false, 1, 0]);
    box[says](HOUR);
    box.pass(1);
    assert.deepEqual([box.clock.isRight, box.off()], [true, HOUR], `${says} the new time`);
    box.set(HOUR);
    box[says](HOUR);
    box.pass(1);
    assert.deepEqual([box.clock.isRight, box.off()], [true, HOUR], `${says} the old one`);
    box.pass(700);
    assert.deepEqual([box.off(), box.clock.jumps], [HOUR, 2], "what was denied is not believed later");
  }
});

test("a new time that nobody confirms is taken after ten minutes, forwards and back", () => {
  for (const jump of [HOUR, -HOUR]) {
    const { clock, pass, set, off } = atNoon();
    set(jump);
    pass(600);
    assert.deepEqual([clock.isRight, off()], [false, 0]);
    pass(1);
    assert.deepEqual([clock.isRight, off()], [true, jump]);
  }
});

test("a clock that goes back by itself within ten minutes never was wrong", () => {
  const { clock, pass, set, off } = atNoon();
  set(HOUR);
  pass(300);
  set(-HOUR);
  pass(1);
  assert.deepEqual([clock.isRight, off(), clock.jumps], [true, 0, 1]);
});

test("the platform is believed before the counter, and neither for longer than an hour", () => {
  const box = atNoon();
  box.platformSays();
  box.counterSays(10 * 60_000);
  box.pass(1);
  assert.equal(box.clock.isRight, true);
  box.pass(3_600);
  box.counterSays(10 * 60_000);
  box.pass(1);
  assert.equal(box.clock.isRight, false, "the counter is alone now, and ten minutes off");
  box.pass(3_601);
  assert.equal(box.clock.isRight, true, "and nobody says that it is wrong");
});

test("more than a minute from the platform's time is wrong, and less is told", () => {
  const box = atNoon();
  assert.equal(box.clock.platformOffsetMs, undefined);
  box.platformSays(59_000);
  box.pass(1);
  assert.deepEqual([box.clock.isRight, box.clock.platformOffsetMs], [true, -59_000]);
  box.platformSays(-61_000);
  box.pass(1);
  assert.deepEqual([box.clock.isRight, box.clock.platformOffsetMs], [false, 61_000]);
});

test("a box without a battery begins in 1970 and is wrong, until its time can be; then nobody need confirm it", () => {
  let setMs = -NOON;
  let steadyMs = 0;
  const ticks = () => ({ wallMs: NOON + steadyMs + setMs, steadyMs });
  const clock = new HomeClock("box", ticks());
  assert.equal(clock.isRight, false);
  steadyMs += 1_000;
  setMs = 0;
  clock.tick(ticks());
  assert.deepEqual([clock.isRight, clock.nowMs], [true, NOON + 1_000]);
});

test("a time before the last that the box has seen is wrong", () => {
  assert.equal(atNoon(NOON - 1).clock.isRight, true);
  assert.equal(atNoon(NOON + 1).clock.isRight, false);
});

test("by the platform's clock no time is known before it is heard, and then it runs at its speed", () => {
  const clock = new HomeClock("platform", { wallMs: NOON, steadyMs: 0 });
  assert.deepEqual([clock.isRight, clock.nowMs], [false, 0]);
  clock.heardPlatform(NOON - 24 * HOUR, 60, 500);
  assert.deepEqual([clock.isRight, clock.speed], [true, 60]);
  clock.tick({ wallMs: NOON + 5 * HOUR, steadyMs: 1_500 });
  assert.equal(clock.nowMs, NOON - 24 * HOUR + 60_000, "whatever the box's own clock says");
  assert.equal(clock.jumps, 0);
});

test("by the box's clock the platform's speed counts nothing", () => {
  const { clock } = atNoon();
  clock.heardPlatform(NOON, 60, 0);
  assert.equal(clock.speed, 1);
});
