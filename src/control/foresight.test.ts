/** The exact optimum against HiGHS: the same accumulator, prices, wear and restriction of resale. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { foresightSaving, resaleCanPay } from "#control/foresight.ts";
import type { StoreModel } from "#control/outlook.ts";
import { highsSaving } from "../../test/support/dispatch-lp.ts";

const STORE: StoreModel = {
  capacityWh: 6400,
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 2500,
  oneWayEfficiency: Math.sqrt(0.9),
  wear: 16_500,
  reserveWh: 600,
  ceilingWh: 6000,
  gridEnergySellable: false,
  feedsIn: true,
};

/** Days of hours from a seed: sun by day, load at all times, import at two prices, export below both. */
function drawn(seed: number, hours: number) {
  const random = new Random(`foresight ${seed}`);
  const of = (value: (hour: number) => number) =>
    Float64Array.from({ length: hours }, (_, t) => value(t % 24));
  return {
    lived: {
      stepS: 3600,
      loadW: of(() => random.integer(4000)),
      solarW: of((hour) => (hour < 7 || hour > 18 ? 0 : random.integer(5000))),
    },
    terms: {
      importPrice: of((hour) => (hour >= 16 && hour < 21 ? 500_000 : 210_000)),
      exportPrice: of(() => 50_000 + random.integer(100_000)),
    },
  };
}

test("the optimum with hindsight is that of HiGHS", async () => {
  for (let seed = 0; seed < 4; seed++) {
    const { lived, terms } = drawn(seed, 24 * 4);
    assert.equal(resaleCanPay(STORE, terms), false);
    const store = { ...STORE, feedsIn: seed % 2 === 0, wear: seed < 2 ? 16_500 : 0 };
    const exact = foresightSaving(store, lived, terms, 1000);
    const solved = await highsSaving(store, lived, terms, 1000);
    assert.ok(Math.abs(exact - solved) < 1e-6 * solved, `seed ${seed}: ${exact} and ${solved}`);
    assert.ok(solved > 0);
  }
});

test("where resale could pay, the optimum is a bound, and says that it may be one", async () => {
  const { lived, terms } = drawn(9, 24 * 3);
  const dear = { ...terms, exportPrice: terms.exportPrice.map((_, t) => (t % 24 === 19 ? 480_000 : 50_000)) };
  assert.equal(resaleCanPay(STORE, dear), true);
  // Less sun and a small household: what was bought in the morning would be sold at seven.
  const dark = { ...lived, loadW: lived.loadW.map((w) => w / 20), solarW: lived.solarW.map((w) => w / 4) };
  const bound = foresightSaving(STORE, dark, dear, 600);
  const solved = await highsSaving(STORE, dark, dear, 600);
  assert.ok(solved < bound, `${solved} and ${bound}`);
  const open = { ...STORE, gridEnergySellable: true };
  const openSolved = await highsSaving(open, dark, dear, 600);
  assert.ok(Math.abs(openSolved - bound) < 1e-6 * bound, `${openSolved} and ${bound}`);
});
