/** Loads that can wait: rows by hand, every start tried, and the optimum of a linear program (HiGHS). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { cheapestHours, cheapestStart, type Offers } from "#control/flexible-load.ts";
import { loadHighs } from "../../test/support/highs.ts";

const HOUR: Omit<Offers, "surplusW" | "exportPrice" | "importPrice" | "importMaxW"> = { stepS: 3_600 };

function offers(
  rows: readonly (readonly [surplusW: number, exports: number, imports: number, maxW: number])[],
) {
  const column = (i: 0 | 1 | 2 | 3) => rows.map((row) => row[i]);
  return {
    ...HOUR,
    surplusW: column(0),
    exportPrice: column(1),
    importPrice: column(2),
    importMaxW: column(3),
  };
}

test("a car takes the sun first, then the cheapest hours, and never more than it may", () => {
  const street = offers([
    [0, 50, 300, 3_000],
    [2_000, 50, 300, 3_000],
    [0, 50, 200, 1_000],
    [0, 50, 250, 3_000],
  ]);
  const rows: [string, number, number, number[], number, number][] = [
    ["the sun alone", 1_500, 4, [0, 1_500, 0, 0], 0, 50],
    [
      "then the cheapest import, as far as the connection lets it in",
      3_500,
      4,
      [0, 2_000, 1_000, 500],
      0,
      250,
    ],
    ["nothing after the time it is needed", 3_500, 2, [1_500, 2_000, 0, 0], 0, 300],
    ["at most its own power, in any hour", 9_500, 4, [3_000, 2_500, 1_000, 3_000], 0, 300],
    ["what does not fit is said", 20_000, 4, [3_000, 3_000, 1_000, 3_000], 10_000, 300],
    ["nothing wanted, nothing taken", 0, 4, [0, 0, 0, 0], 0, Number.NaN],
  ];
  for (const [why, energyWh, untilStep, powerW, unmetWh, dearest] of rows) {
    const table = cheapestHours(street, { energyWh, untilStep, powerMaxW: 3_000 });
    assert.deepEqual([...table.powerW], powerW, why);
    assert.equal(table.unmetWh, unmetWh, why);
    assert.equal(table.dearest, dearest, why);
  }
});

test("where an export brings more than an import costs, the order is still the cheapest", () => {
  const table = cheapestHours(
    offers([
      [1_000, 500, 200, 0],
      [0, 0, 300, 1_000],
    ]),
    { energyWh: 1_000, untilStep: 2, powerMaxW: 1_000 },
  );
  assert.deepEqual([...table.powerW], [1_000, 0], "what it forgoes could be bought back for 200");
});

test("random streets: as cheap as the optimum of a linear program", async () => {
  const solver = await loadHighs();
  const random = new Random(606);
  for (let round = 0; round < 40; round++) {
    const steps = 4 + random.integer(20);
    const street = offers(
      Array.from({ length: steps }, () => {
        const exports = random.integer(200);
        return [
          random.integer(4_000),
          exports,
          exports + random.integer(300),
          random.integer(5_000),
        ] as const;
      }),
    );
    const need = { energyWh: random.integer(30_000), untilStep: 1 + random.integer(steps), powerMaxW: 3_700 };
    const { powerW, unmetWh, cost } = cheapestHours(street, need);
    const variables = Array.from({ length: need.untilStep }, (_, t) => t);
    const program = [
      "Minimize",
      `obj: ${variables
        .map((t) => `${street.exportPrice[t]} s${t} + ${street.importPrice[t]} i${t}`)
        .join(" + ")} + 100000 u`,
      "Subject To",
      `need: ${variables.map((t) => `s${t} + i${t}`).join(" + ")} + u = ${need.energyWh}`,
      ...variables.map((t) => `p${t}: s${t} + i${t} <= ${need.powerMaxW}`),
      "Bounds",
      ...variables.flatMap((t) => [
        `0 <= s${t} <= ${street.surplusW[t]}`,
        `0 <= i${t} <= ${street.importMaxW[t]}`,
      ]),
      "End",
    ].join("\n");
    const best = solver.solve(program).ObjectiveValue;
    const ours = cost * 1_000 + unmetWh * 100_000;
    assert.ok(
      Math.abs(ours - best) <= 1e-6 * Math.max(1, Math.abs(best)),
      `round ${round}: ${ours}, ${best}`,
    );
    assert.ok(powerW.every((watts, t) => watts <= need.powerMaxW && (t < need.untilStep || watts === 0)));
  }
});

test("a programme that runs through begins where it costs least, or not at all", () => {
  const day = offers([
    [0, 50, 300, 3_000],
    [800, 50, 300, 3_000],
    [2_000, 50, 300, 3_000],
    [0, 50, 100, 3_000],
  ]);
  const profileW = [2_000, 500];
  const costOf = (start: number) =>
    profileW.reduce((sum, watts, i) => {
      const own = Math.min(watts, day.surplusW[start + i]!);
      return sum + own * day.exportPrice[start + i]! + (watts - own) * day.importPrice[start + i]!;
    }, 0);
  assert.deepEqual([0, 1, 2].map(costOf), [625_000, 425_000, 150_000]);
  assert.equal(cheapestStart(day, profileW, 4), 2);
  assert.equal(cheapestStart(day, profileW, 3), 1, "done before the time");
  assert.equal(cheapestStart(day, profileW, 1), -1, "it does not fit");
});
