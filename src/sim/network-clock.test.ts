import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkClock } from "#sim/network-clock.ts";

test("a town may run up to its chain's time, and catches up where it is far behind", () => {
  let now = 9_000;
  const clock = new NetworkClock({ now: () => now, speed: 30 });
  assert.deepEqual(
    [clock.time, clock.allowed, clock.seekingTo, clock.fixed],
    [9_000, 9_000, undefined, true],
  );
  now = 9_000 + 1_800;
  assert.deepEqual([clock.allowed, clock.seekingTo], [10_800, undefined]);
  now += 1;
  assert.equal(clock.seekingTo, 10_801);
  clock.advance(9_900);
  assert.deepEqual([clock.time, clock.seekingTo], [9_900, undefined]);
});

test("who listens hears each quarter hour, and when the chain's time begins to run at another speed", () => {
  const chain = { now: () => 10_000, speed: 400 };
  const clock = new NetworkClock(chain);
  let heard = 0;
  const stop = clock.onChange(() => (heard += 1));
  for (const time of [9_905, 9_910]) clock.advance(time);
  assert.equal(heard, 0);
  chain.speed = 30;
  clock.advance(9_915);
  clock.advance(10_800);
  assert.equal(heard, 2);
  stop();
  clock.advance(11_700);
  assert.equal(heard, 2);
});

test("nobody sets it", () => {
  const clock = new NetworkClock({ now: () => 0, speed: 1 });
  for (const act of [clock.pause, clock.setSpeed, clock.seek]) assert.throws(() => act.call(clock));
});
