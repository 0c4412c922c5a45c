import assert from "node:assert/strict";
import { test } from "node:test";
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { nextStep } from "./refusals.ts";

const card = (member: number, rate: number | null, fundsMicroEur = 100_000_000): SupplierCard => ({
  member,
  name: `Supplier ${member}`,
  day: "2026-06-16",
  rateMicroEurPerKwh: rate,
  ratePublished: null,
  salesPaid: 0,
  sales: 0,
  fundsMicroEur,
});

const desk = (suppliers: SupplierCard[], sellableWh = 2_820): SaleDesk => ({
  plant: 3,
  day: "2026-06-16",
  capacityWh: 6_400,
  ledgerSolarWh: 4_100,
  ledgerGridWh: 0,
  pendingWh: 0,
  reserveWh: 1_280,
  sellableWh,
  exportPowerW: 3_000,
  keepValueMicroEurPerKwh: 127_000,
  suppliers,
  openSales: [],
});

const order = { member: 101, energyWh: 1_500 };
const both = [card(101, 142_000), card(102, 135_000)];
const step = (code: string, on: SaleDesk) => nextStep(code, order, on, 100);

test("a rate that changed is replaced by today's, and by another supplier's where there is none", () => {
  assert.equal(step("rate_expired", desk(both)).do, "today_rate");
  assert.equal(step("rate_differs", desk(both)).do, "today_rate");
  const gone = step("rate_expired", desk([card(101, null), card(102, 135_000)]));
  assert.ok(gone.do === "other_supplier" && gone.supplier.member === 102);
  assert.equal(step("rate_expired", desk([card(101, null)])).do, "desk");
  assert.equal(step("rate_expired", desk(both, 40)).do, "desk", "nothing is left to sell at any rate");
});

test("a supplier that cannot pay for all may pay for less, else another one buys", () => {
  const poor = step("supplier_funds_too_low", desk([card(101, 142_000, 100_000), card(102, 135_000)]));
  assert.deepEqual(poor, { do: "less", energyWh: 700 });
  const broke = step("supplier_funds_too_low", desk([card(101, 142_000, 5_000), card(102, 135_000)]));
  assert.ok(broke.do === "other_supplier" && broke.supplier.member === 102);
  assert.equal(step("supplier_funds_too_low", desk([card(101, 142_000, 0)])).do, "desk");
});

test("a store that emptied meanwhile offers what is left", () => {
  assert.deepEqual(step("storage_too_low", desk(both, 900)), { do: "less", energyWh: 900 });
  assert.equal(step("storage_too_low", desk(both, 40)).do, "desk");
});

test("what passes by itself is tried again, what needs the key leads to the door", () => {
  const rows: [string, string][] = [
    ["expired", "again"],
    ["overloaded", "again"],
    ["catching_up", "again"],
    ["unreached", "again"],
    ["nonce_out_of_order", "again"],
    ["key_not_registered", "enter"],
    ["too_many_open_sales", "under_way"],
    ["something_new", "desk"],
  ];
  for (const [code, what] of rows) assert.equal(step(code, desk(both)).do, what, code);
});
