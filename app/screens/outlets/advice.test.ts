import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutletView } from "#wire/outlet-schemas.ts";
import { type Advice, barPerMille, bestOf, comparedWith, mainAdvice } from "./advice.ts";

const outlet = (kind: OutletView["kind"], rank: number | null, net: number): OutletView => ({
  kind,
  supplier: kind === "supplier" ? { member: 11, name: "Alba" } : null,
  rank,
  worth: {
    netMicroEurPerKwh: net,
    grossMicroEurPerKwh: net,
    feeMicroEurPerKwh: 0,
    lostMicroEurPerKwh: 0,
    wearMicroEurPerKwh: 0,
  },
  reason: "feed_in",
  risks: [],
});
const advice = (source: Advice["source"], outlets: OutletView[]): Advice => ({
  source,
  availableWh: 1000,
  outlets,
});

test("what is stored is advised on before what the panels give", () => {
  const panels = advice("panels", []);
  const stored = advice("accumulator", []);
  assert.equal(mainAdvice({ time: 0, advice: [panels, stored] }), stored);
  assert.equal(mainAdvice({ time: 0, advice: [panels] }), panels);
  assert.equal(mainAdvice({ time: 0, advice: [] }), undefined);
});

test("the best is compared with keeping, and keeping with the second best", () => {
  const sell = advice("accumulator", [
    outlet("neighbour", 1, 300),
    outlet("supplier", 2, 200),
    outlet("keep", 3, 100),
  ]);
  assert.deepEqual([bestOf(sell)?.kind, comparedWith(sell)?.kind], ["neighbour", "keep"]);
  const keep = advice("accumulator", [outlet("keep", 1, 300), outlet("supplier", 2, 200)]);
  assert.deepEqual([bestOf(keep)?.kind, comparedWith(keep)?.kind], ["keep", "supplier"]);
});

test("what is no choice now is never the best", () => {
  const shut = advice("accumulator", [outlet("use", null, 900), outlet("keep", 1, 300)]);
  assert.equal(bestOf(shut)?.kind, "keep");
  assert.equal(comparedWith(shut), undefined);
});

test("bars are of the greatest worth, and a loss has none", () => {
  const all = advice("accumulator", [
    outlet("keep", 1, 400),
    outlet("supplier", 2, 100),
    outlet("community", 3, -50),
  ]);
  assert.deepEqual(
    all.outlets.map((one) => barPerMille(one, all)),
    [1000, 250, 0],
  );
});
