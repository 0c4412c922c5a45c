import assert from "node:assert/strict";
import { test } from "node:test";
import { USUAL_HOME } from "./home-settings.ts";
import { type DeviceImage, freezeImage } from "./process-image.ts";
import { Suspicion } from "./suspicion.ts";

/** A counter that says for so many seconds a power and what its register of import has come to. */
function doubtsOf(seconds: readonly { readonly powerW: number; readonly importWh: number }[]): string[] {
  const suspicion = new Suspicion(USUAL_HOME);
  return seconds.map(({ powerW, importWh }, i) => {
    const at = 1_781_600_000_000 + 1_000 * i;
    const counter: DeviceImage = {
      id: "counter",
      kind: "counter",
      template: "test",
      sheet: {},
      values: { powerW, importWh, exportWh: 0 },
      measuredAt: at,
      readAt: at,
      problem: undefined,
    };
    const doubts = suspicion.examine(freezeImage(at, [counter]), new Map(), 3_000);
    return doubts.map(({ code }) => code).join(" ");
  });
}

const run = (seconds: number, wh: (second: number) => number) =>
  Array.from({ length: seconds }, (_, second) => ({ powerW: 3_600, importWh: wh(second) }));

test("a counter that says that a watt-hour a second flows and whose registers stand is frozen", () => {
  const doubts = doubtsOf(run(30, (second) => Math.min(second, 12)));
  assert.deepEqual([...new Set(doubts.slice(0, 18))], [""]);
  assert.deepEqual([...new Set(doubts.slice(18))], ["value_frozen"]);
});

test("a counter whose registers move in large steps is not frozen between two of them", () => {
  assert.deepEqual([...new Set(doubtsOf(run(120, (second) => 10 * Math.floor(second / 10))))], [""]);
});

test("a counter whose registers never moved tells nothing of how fine they are", () => {
  assert.deepEqual([...new Set(doubtsOf(run(60, () => 7)))], [""]);
});
