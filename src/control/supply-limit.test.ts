import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  heed,
  NO_SUPPLY_ORDER,
  type SupplyCommand,
  type SupplyLimitName,
  type SupplyOrder,
  supplyLimit,
} from "#control/supply-limit.ts";

const VITAL_W = 500;
const TRUSTED_S = 300;
const none: SupplyCommand = { kind: "none" };
const reduced: SupplyCommand = { kind: "reduced", powerMaxW: 900 };
const belowVital: SupplyCommand = { kind: "reduced", powerMaxW: 200 };
const disconnected: SupplyCommand = { kind: "disconnected" };

function order(command: SupplyCommand, isProtected = false, height = 7): SupplyOrder {
  return { command, height, isProtected, vitalW: VITAL_W };
}

const limitOf = (command: SupplyCommand, silentS: number, isProtected = false) =>
  supplyLimit(order(command, isProtected), { silentS, trustedS: TRUSTED_S });

const FREE = Number.POSITIVE_INFINITY;
const TABLE: readonly [
  title: string,
  command: SupplyCommand,
  silentS: number,
  isProtected: boolean,
  powerMaxW: number,
  why: SupplyLimitName,
][] = [
  ["a home whose bills are paid draws what its connection bears", none, 0, false, FREE, "none"],
  ["a lost link invents no limit", none, 86_400, false, FREE, "none"],
  ["a reduced home draws what the command says", reduced, 0, false, 900, "reduced"],
  ["a lost link does not lift a reduction", reduced, 86_400, false, 900, "reduced"],
  ["a reduction never leaves less than the vital minimum", belowVital, 0, false, VITAL_W, "reduced"],
  ["nor does it after the link is lost", belowVital, 86_400, false, VITAL_W, "reduced"],
  ["a suspended home draws nothing", disconnected, 0, false, 0, "suspended"],
  ["a hiccup of the link changes nothing", disconnected, TRUSTED_S, false, 0, "suspended"],
  [
    "a suspended home whose link is lost has the vital minimum",
    disconnected,
    TRUSTED_S + 1,
    false,
    VITAL_W,
    "vital_minimum",
  ],
  ["and no more than that after a week", disconnected, 604_800, false, VITAL_W, "vital_minimum"],
  ["a protected home is not reduced", reduced, 0, true, FREE, "none"],
  ["a protected home is not suspended", disconnected, 0, true, FREE, "none"],
  ["nor when its link is lost", disconnected, 86_400, true, FREE, "none"],
];

for (const [title, command, silentS, isProtected, powerMaxW, why] of TABLE) {
  test(title, () => {
    assert.deepEqual(limitOf(command, silentS, isProtected), { powerMaxW, why });
  });
}

const HEARD: readonly [title: string, standing: number, heard: number, stands: "standing" | "heard"][] = [
  ["a later order replaces the one that stands", 7, 8, "heard"],
  ["an order from before, sent again, changes nothing", 8, 7, "standing"],
  ["the same block's order is the same order", 7, 7, "heard"],
];
for (const [title, standing, heard, stands] of HEARD) {
  test(title, () => {
    const orders = { standing: order(none, false, standing), heard: order(disconnected, false, heard) };
    assert.equal(heed(orders.standing, orders.heard), orders[stands]);
  });
}

test("before anything was heard there is no limit, however long the silence", () => {
  assert.equal(supplyLimit(NO_SUPPLY_ORDER, { silentS: 1e9, trustedS: TRUSTED_S }).powerMaxW, FREE);
});

test("silence never takes from a home what it had, and lifts nothing beyond the vital minimum", () => {
  const command = fc.oneof(
    fc.constant(none),
    fc.constant(disconnected),
    fc.record({ kind: fc.constant("reduced" as const), powerMaxW: fc.integer({ min: 0, max: 20_000 }) }),
  );
  fc.assert(
    fc.property(command, fc.boolean(), fc.nat(10_000), fc.nat(10_000), (given, isProtected, a, b) => {
      const [sooner, later] = [Math.min(a, b), Math.max(a, b)];
      const before = limitOf(given, sooner, isProtected).powerMaxW;
      const after = limitOf(given, later, isProtected).powerMaxW;
      assert.ok(after >= before, "silence took something");
      assert.ok(after === before || after === VITAL_W, "silence lifted a limit");
      if (later > TRUSTED_S) assert.ok(after >= VITAL_W, "less than the vital minimum was left");
    }),
  );
});
