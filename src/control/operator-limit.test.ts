import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type HeardLimit,
  LIMIT_MAX_S,
  limitRefusalOf,
  type OperatorLimit,
  underLimit,
} from "#control/operator-limit.ts";

const NOW = 1_781_604_000;
const LIMIT: OperatorLimit = {
  ...{ importPowerMaxW: 2_000, exportPowerMaxW: null, from: NOW, until: NOW + 600, reason: "congestion" },
  failsafe: { importPowerMaxW: 1_000, exportPowerMaxW: 0, afterS: 60, durationS: 300 },
};

test("a limit is refused for the first of its reasons", () => {
  const refusal = (changes: Partial<HeardLimit>, limit: Partial<OperatorLimit> = {}) =>
    limitRefusalOf(
      { issuedAt: NOW, limit: { ...LIMIT, ...limit }, ...changes },
      { standing: NOW - 5, now: NOW },
    );
  assert.equal(refusal({}), undefined);
  assert.equal(refusal({ limit: null }), undefined, "lifted");
  assert.equal(refusal({ issuedAt: NOW - 5 }, { until: 0 }), "limit_superseded");
  assert.equal(
    limitRefusalOf({ issuedAt: NOW - 901, limit: null }, { standing: 0, now: NOW }),
    "limit_stale",
  );
  assert.equal(refusal({ issuedAt: NOW + 61 }), "limit_stale");
  for (const span of [
    { until: NOW },
    { from: NOW + 700 },
    { until: NOW + LIMIT_MAX_S + 1 },
    { failsafe: { ...LIMIT.failsafe!, durationS: 0 } },
  ]) {
    assert.equal(refusal({}, { ...span, importPowerMaxW: 0 }), "limit_span_invalid", JSON.stringify(span));
  }
  for (const powers of [
    { importPowerMaxW: null },
    { importPowerMaxW: 499 },
    { exportPowerMaxW: -1 },
    { failsafe: { ...LIMIT.failsafe!, importPowerMaxW: 0 } },
  ]) {
    assert.equal(refusal({}, powers), "limit_power_invalid", JSON.stringify(powers));
  }
});

test("a limit holds for its time, its failsafe in silence for its duration, and the stricter of both", () => {
  const at = (now: number, silentS: number) => {
    const under = underLimit(LIMIT, { now, silentS });
    return under && [under.importPowerMaxW, under.exportPowerMaxW];
  };
  const none = Number.POSITIVE_INFINITY;
  assert.deepEqual(at(NOW - 1, 0), undefined);
  assert.deepEqual(at(NOW, 0), [2_000, none]);
  assert.deepEqual(at(NOW + 100, 61), [1_000, 0]);
  assert.deepEqual(at(NOW + 600, 0), undefined);
  assert.deepEqual(at(NOW + 600, 360), [1_000, 0], "agreed beyond its time");
  assert.deepEqual(at(NOW + 600, 361), undefined);
  assert.equal(underLimit(null, { now: NOW, silentS: 999 }), undefined);
});
