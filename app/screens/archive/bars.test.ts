import assert from "node:assert/strict";
import { test } from "node:test";
import { type Amounts, niceStep, scaleOf, segmentsOf, usedWh } from "./bars.ts";

const bar = (panelsWh: number, accumulatorWh: number, microgridWh: number, soldWh: number): Amounts => ({
  panelsWh,
  accumulatorWh,
  microgridWh,
  soldWh,
});

test("used and sold share one scale and together fill the height", () => {
  const bars = [bar(6000, 3000, 3000, 2000), bar(2000, 1000, 0, 8000)];
  const scale = scaleOf(bars, 210, 10);
  assert.equal(scale.pxPerWh, 0.01);
  assert.equal(scale.lineY, 120);
  assert.deepEqual(scale.ticksUsedWh, [5000, 10000]);
  assert.deepEqual(scale.ticksSoldWh, [5000]);
});

test("nothing sold leaves no room below the line, nothing at all still draws an axis", () => {
  const scale = scaleOf([bar(1000, 0, 0, 0)], 100, 10);
  assert.equal(scale.lineY, 100);
  assert.deepEqual(scale.ticksSoldWh, []);
  assert.equal(scaleOf([], 100, 10).lineY, 100);
  assert.deepEqual(scaleOf([bar(0, 0, 0, 0)], 100, 10).ticksUsedWh, [200, 400, 600, 800, 1000]);
});

test("segments stack from the line upward in the order panels, accumulator, MicroGrid", () => {
  const one = bar(500, 0, 300, 0);
  const scale = scaleOf([one], 80, 10);
  const segments = segmentsOf(one, scale, 1);
  assert.deepEqual(
    segments.map(({ source, y, height }) => [source, y, height]),
    [
      ["panels", 31, 49],
      ["microgrid", 1, 29],
    ],
  );
  assert.equal(usedWh(one), 800);
});

test("a step is one, two or five of its power of ten", () => {
  const rows: [number, number][] = [
    [0.7, 1],
    [1, 1],
    [1.1, 2],
    [2.5, 5],
    [5.1, 10],
    [1000, 1000],
    [1333, 2000],
  ];
  for (const [least, step] of rows) assert.equal(niceStep(least), step, String(least));
});
