/** When use is worth a word, by quarter hours made by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Excess, excessIn, type UsedQuarter } from "./excess.ts";

const DAY_S = 86_400;
const NOW = 100 * DAY_S + 19 * 3_600;

/** The demand of the last two quarter hours, and what the same quarter hours of the days before had, Wh. */
function told(last: readonly [number, number], days: readonly number[], importWh = 0, limitW = 2_700) {
  const quarters = new Map<number, UsedQuarter>();
  const put = (start: number, demandWh: number) => quarters.set(start, { start, importWh: 0, demandWh });
  for (const [back, demandWh] of last.entries()) {
    const start = NOW - back * 900;
    put(start, demandWh);
    for (const [day, wh] of days.entries()) put(start - (day + 1) * DAY_S, wh);
  }
  return excessIn({ ...quarters.get(NOW)!, importWh }, (start) => quarters.get(start), limitW);
}

test("much use is told where it is above the limit, or unusual for half an hour", () => {
  const week = [100, 120, 80, 100, 110, 90, 100];
  const unusual = (powerW: number, usualW: number): Excess => ({ code: "excess_unusual", powerW, usualW });
  const rows: [string, ReturnType<typeof told>, Excess | undefined][] = [
    ["an evening as always", told([120, 110], week), undefined],
    ["just at the limit", told([675, 100], week, 675), undefined],
    ["above it", told([676, 100], week, 676), { code: "excess_power", powerW: 2_704, limitW: 2_700 }],
    ["three times and a kilowatt more, for half an hour", told([400, 400], week), unusual(1_600, 400)],
    ["for a quarter of an hour only", told([400, 200], week), undefined],
    ["three times of little", told([60, 60], [20, 20, 20, 20]), undefined],
    ["a kilowatt more of much", told([1_000, 1_000], [700, 700, 700, 700]), undefined],
    ["a home of which four days are known", told([400, 400], [100, 90, 110, 100]), unusual(1_600, 400)],
    ["of which three are", told([400, 400], [100, 100, 100]), undefined],
  ];
  for (const [why, found, expected] of rows) assert.deepEqual(found, expected, why);
});
