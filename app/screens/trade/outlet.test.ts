import assert from "node:assert/strict";
import { test } from "node:test";
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { bestOutlet, deliveryS, keepWorth, nothingSellable, rankedSuppliers, takenWh } from "./outlet.ts";

const law = { saleFeeMicroEurPerKwh: 4_000, minimumSaleWh: 100 };
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

test("energy goes to the best rate when that beats keeping it after the fee", () => {
  const outlet = bestOutlet(desk({}), law);
  assert.equal(outlet.kind, "sell");
  assert.equal(outlet.kind === "sell" && outlet.supplier.member, 102);
  assert.equal(outlet.kind === "sell" && outlet.netPerKwh, 138_000);
  assert.equal(bestOutlet(desk({ keepValueMicroEurPerKwh: 139_000 }), law).kind, "keep");
});

test("at an equal worth the energy stays at home", () => {
  assert.equal(bestOutlet(desk({ keepValueMicroEurPerKwh: 138_000 }), law).kind, "keep");
});

test("without a rate for today there is no outlet, whoever is enrolled", () => {
  assert.deepEqual(bestOutlet(desk({ suppliers: [card(103, null)] }), law), { kind: "no_rate" });
  assert.deepEqual(bestOutlet(desk({ suppliers: [] }), law), { kind: "no_rate" });
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
  for (const [change, because] of rows) assert.equal(nothingSellable(desk(change), law), because);
});

test("suppliers stand best rate first, those without a rate last, equals as enrolled", () => {
  const ranked = rankedSuppliers([card(3, null), card(2, 130_000), card(1, 130_000), card(4, 140_000)]);
  assert.deepEqual(
    ranked.map((supplier) => supplier.member),
    [4, 1, 2, 3],
  );
});

test("keeping, losses and delivery time follow from the energy", () => {
  assert.equal(keepWorth(1_500, 126_667), 190_001);
  assert.equal(takenWh(1_500, 53), 1_580);
  assert.equal(takenWh(0, 53), 0);
  assert.equal(deliveryS(1_500, 3_000), 1_800);
  assert.equal(deliveryS(1_500, 0), undefined);
});
