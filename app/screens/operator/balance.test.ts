import assert from "node:assert/strict";
import { test } from "node:test";
import { balanceOf, kept, loadingOf } from "./balance.ts";

test("what comes in equals where it goes, whoever gives and takes inside the street", () => {
  const day = balanceOf({ generationW: 68_000, demandW: 21_000, importW: 0, exportW: 31_000 });
  assert.deepEqual(day.out, { homesW: 21_000, accumulatorsW: 16_000, gridW: 31_000 });
  assert.equal(day.in.accumulatorsW, 0);
  const night = balanceOf({ generationW: 0, demandW: 30_000, importW: 12_000, exportW: 0 });
  assert.deepEqual(night.in, { panelsW: 0, accumulatorsW: 18_000, gridW: 12_000 });
  const noon = balanceOf({ generationW: 41_000, demandW: 4_000, importW: 1_300, exportW: 2_900 });
  assert.deepEqual([noon.in.gridW, noon.out.gridW, noon.sharedW], [0, 1_600, 1_300]);
  for (const { in: from, out } of [day, night, noon]) {
    assert.equal(from.panelsW + from.accumulatorsW + from.gridW, out.homesW + out.accumulatorsW + out.gridW);
  }
});

test("a transformer is near its rating from 80 percent and over it above 100", () => {
  assert.deepEqual([0, 79.9, 80, 100, 100.1].map(loadingOf), ["within", "within", "near", "near", "over"]);
});

test("samples stay in order, within their span and count, also when the town's clock is set back", () => {
  const at = (time: number) => ({ time });
  let list = kept([], at(0), 100, 3);
  for (const time of [40, 80, 80, 120]) list = kept(list, at(time), 100, 3);
  assert.deepEqual(
    list.map(({ time }) => time),
    [40, 80, 120],
  );
  assert.deepEqual(kept(list, at(60), 100, 3), [at(40), at(60)]);
});
