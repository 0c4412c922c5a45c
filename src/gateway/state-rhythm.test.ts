import assert from "node:assert/strict";
import { test } from "node:test";
import { StateRhythm } from "#gateway/state-rhythm.ts";

const NOON = 1_781_604_000;
const quiet = { home: "0 none", loads: "" };

/** A rhythm that told `quiet` at noon; then whether it tells by so many seconds after noon. */
function toldAtNoon(speed = 1) {
  const rhythm = new StateRhythm();
  const isDue = (seconds: number, telling = quiet) =>
    rhythm.isDue(telling, NOON + seconds * speed, seconds * 1000);
  assert.equal(isDue(0), true, "the first is told");
  return { rhythm, isDue };
}

test("a home in which nothing changes is told of once a minute", () => {
  const { isDue } = toldAtNoon();
  const told = Array.from({ length: 180 }, (_, i) => i + 1).filter((second) => isDue(second));
  assert.deepEqual(told, [60, 120, 180]);
});

test("what changes is told at once, what loads do not oftener than every three seconds", () => {
  const { isDue } = toldAtNoon();
  assert.equal(isDue(1, { home: "1 none", loads: "" }), true);
  assert.equal(isDue(2, { home: "1 none", loads: "surplus 0 40" }), false);
  assert.equal(isDue(4, { home: "1 none", loads: "surplus 0 41" }), true);
  assert.equal(isDue(5, { home: "1 none", loads: "surplus 0 41" }), false);
});

test("a letter or a fault is told with the next cycle, and whoever comes anew is told even before", () => {
  const { rhythm, isDue } = toldAtNoon();
  rhythm.soon();
  assert.equal(isDue(0.2), false, "a broker bears two a second");
  assert.equal(isDue(0.5), true);
  rhythm.anew();
  assert.equal(isDue(0.6), true);
});

test("however fast the home's time goes, a broker is told twice a second at most", () => {
  const { isDue } = toldAtNoon(240);
  const told = Array.from({ length: 20 }, (_, i) => (i + 1) / 10).filter((second) =>
    isDue(second, { home: String(second), loads: "" }),
  );
  assert.deepEqual(told, [0.5, 1, 1.5, 2]);
});

test("a clock that was set back does not silence it", () => {
  const { rhythm } = toldAtNoon();
  assert.equal(rhythm.isDue(quiet, NOON - 3_600, 1_000), true);
});
