import assert from "node:assert/strict";
import { test } from "node:test";
import { curvesOf, pathOf } from "./curves.ts";
import { phaseOf, runningNow } from "./phase.ts";

const order = (side: "bid" | "ask", energyWh: number, limitMicroEurPerKwh: number) => ({
  side,
  energyWh,
  limitMicroEurPerKwh,
});

test("bids fall and asks rise, each tread as long as its energy", () => {
  const { bids, asks, mostWh, lowest, highest } = curvesOf([
    order("bid", 300, 180_000),
    order("ask", 200, 120_000),
    order("bid", 100, 240_000),
    order("ask", 500, 90_000),
  ]);
  assert.deepEqual(bids, [
    { fromWh: 0, toWh: 100, limit: 240_000 },
    { fromWh: 100, toWh: 400, limit: 180_000 },
  ]);
  assert.deepEqual(asks, [
    { fromWh: 0, toWh: 500, limit: 90_000 },
    { fromWh: 500, toWh: 700, limit: 120_000 },
  ]);
  assert.deepEqual([mostWh, lowest, highest], [700, 75_000, 255_000]);
});

test("a staircase is drawn from the left, the dearest on top", () => {
  const treads = [
    { fromWh: 0, toWh: 50, limit: 100 },
    { fromWh: 50, toWh: 100, limit: 0 },
  ];
  const path = pathOf(treads, { mostWh: 100, lowest: 0, highest: 100 }, { width: 200, height: 80 });
  assert.equal(path, "M0 0H100L100 80H200");
});

test("an empty book draws nothing and divides by nothing", () => {
  const curves = curvesOf([]);
  assert.equal(pathOf(curves.bids, curves, { width: 200, height: 80 }), "");
  assert.ok(curves.highest > curves.lowest && curves.mostWh > 0);
});

test("orders are taken until the gate, then the book is cleared", () => {
  const gateAt = 9_000 - 120;
  assert.deepEqual(phaseOf({ gateAt }, gateAt - 90), { at: "open", leftS: 90, share: 0.9 });
  assert.deepEqual(phaseOf({ gateAt }, gateAt), { at: "clearing" });
});

test("the price of a quarter hour is said only while it runs", () => {
  const running = {
    slot: 9_000,
    session: 0,
    priceMicroEurPerKwh: 150_000,
    tradedWh: 700,
    orders: 5,
    unopened: 0,
    indicatedMicroEurPerKwh: null,
  };
  assert.equal(runningNow({ running }, 9_899), running);
  assert.equal(runningNow({ running }, 9_900), null);
  assert.equal(runningNow({ running: null }, 9_000), null);
});
