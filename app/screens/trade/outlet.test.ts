import assert from "node:assert/strict";
import { test } from "node:test";
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { bestOutlet, deliveryS, nothingSellable, rankedSuppliers } from "./outlet.ts";

const card = (member: number, rate: number | null): SupplierCard => ({
  member,
  name: `Supplier ${member}`,
  day: "2026-06-16",
  rateMicroEurPerKwh: rate,
  ratePublished: null,
  salesPaid: 0,
  sales: 0,
  fundsMicroEur: 100_000_000,
});
const desk = (change: Partial<SaleDesk>): SaleDesk => ({
  plant: 3,
  day: "2026-06-16",
  capacityWh: 6_400,
  ledgerSolarWh: 4_100,
  ledgerGridWh: 0,
  pendingWh: 0,
  reserveWh: 1_280,
  sellableWh: 2_820,
  exportPowerW: 3_000,
  keepValueMicroEurPerKwh: 127_000,
  suppliers: [card(101, 128_000), card(102, 142_000), card(103, null)],
  openSales: [],
  ...change,
});

const bounds = { minWh: 100, maxWh: 2_820 };
const netOf = (rate: number, energyWh: number) => ((rate - 4_000) * energyWh) / 1000;
const kept = (perKwh: number) => ({ netOf, keptOf: (energyWh: number) => (perKwh * energyWh) / 1000 });

test("energy worth less at home than the best rate after the fee is sold, all of it, to that supplier", () => {
  const outlet = bestOutlet(desk({}), bounds, kept(127_000));
  assert.ok(outlet.kind === "sell");
  assert.deepEqual([outlet.supplier.member, outlet.energyWh], [102, 2_820]);
  assert.equal(bestOutlet(desk({}), bounds, kept(139_000)).kind, "keep");
});

test("at an equal worth, and for a gain below a cent, the energy stays at home", () => {
  assert.equal(bestOutlet(desk({}), bounds, kept(138_000)).kind, "keep");
  assert.equal(bestOutlet(desk({}), bounds, kept(135_000)).kind, "keep");
  assert.equal(bestOutlet(desk({}), bounds, kept(134_000)).kind, "sell");
});

test("only as much is sold as the evening does not need", () => {
  const keptOf = (energyWh: number) => Math.max(0, energyWh - 1_200) * 400;
  const outlet = bestOutlet(desk({}), bounds, { netOf, keptOf });
  assert.ok(outlet.kind === "sell" && outlet.energyWh === 1_200);
});

test("a supplier buys no more than its account covers, and one without money is no outlet", () => {
  const broke = { ...card(101, 150_000), fundsMicroEur: 0 };
  const small = { ...card(102, 149_000), fundsMicroEur: 30_000 };
  const outlet = bestOutlet(desk({ suppliers: [broke, small, card(103, 140_000)] }), bounds, kept(100_000));
  assert.ok(outlet.kind === "sell");
  assert.deepEqual([outlet.supplier.member, outlet.energyWh], [103, 2_820]);
  const last = bestOutlet(desk({ suppliers: [broke, small] }), bounds, kept(0));
  assert.ok(last.kind === "sell" && last.supplier.member === 102 && last.energyWh === 200);
  assert.deepEqual(bestOutlet(desk({ suppliers: [broke] }), bounds, kept(0)), { kind: "no_rate" });
});

test("without a rate for today there is no outlet, whoever is enrolled", () => {
  assert.deepEqual(bestOutlet(desk({ suppliers: [card(103, null)] }), bounds, kept(0)), { kind: "no_rate" });
  assert.deepEqual(bestOutlet(desk({ suppliers: [] }), bounds, kept(0)), { kind: "no_rate" });
});

test("what cannot be sold says why", () => {
  const rows: [Partial<SaleDesk>, string | undefined][] = [
    [{ sellableWh: 100 }, undefined],
    [{ sellableWh: 99 }, "below_minimum"],
    [{ sellableWh: 0, capacityWh: 0 }, "no_accumulator"],
    [{ sellableWh: 0, pendingWh: 1_500 }, "in_open_sales"],
    [{ sellableWh: 0, ledgerSolarWh: 0, ledgerGridWh: 2_000 }, "grid_energy_only"],
    [{ sellableWh: 0 }, "at_reserve"],
  ];
  for (const [change, because] of rows) assert.equal(nothingSellable(desk(change), 100), because);
});

test("suppliers stand best rate first, those without money or rate last, equals as enrolled", () => {
  const broke = { ...card(5, 150_000), fundsMicroEur: 0 };
  const ranked = rankedSuppliers([
    card(3, null),
    broke,
    card(2, 130_000),
    card(1, 130_000),
    card(4, 140_000),
  ]);
  assert.deepEqual(
    ranked.map((supplier) => supplier.member),
    [4, 1, 2, 5, 3],
  );
});

test("the delivery lasts as long as the energy needs at the export power, if there is any", () => {
  assert.equal(deliveryS(1_500, 3_000), 1_800);
  assert.equal(deliveryS(1_500, 0), undefined);
});
