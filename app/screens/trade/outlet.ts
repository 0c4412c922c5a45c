/**
 * The best outlet for the stored energy now: keep it for the home, or sell it to the supplier who leaves most
 * after the community's fee. Prices are µEUR/kWh; a tie keeps the energy at home, because a sale cannot be
 * taken back while keeping can still become a sale.
 */
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";

export type Outlet =
  | { readonly kind: "nothing"; readonly because: NothingSellable }
  | { readonly kind: "no_rate" }
  | { readonly kind: "keep" | "sell"; readonly supplier: SupplierCard; readonly netPerKwh: number };

/** Why nothing can be sold, in the order in which it is asked. */
export type NothingSellable =
  | "no_accumulator"
  | "in_open_sales"
  | "grid_energy_only"
  | "at_reserve"
  | "below_minimum";

export interface Law {
  readonly saleFeeMicroEurPerKwh: number;
  readonly minimumSaleWh: number;
}

/** Suppliers with a rate first, best rate first; equal ones as enrolled. */
export function rankedSuppliers(suppliers: readonly SupplierCard[]): readonly SupplierCard[] {
  return suppliers.toSorted(
    (a, b) => (b.rateMicroEurPerKwh ?? -1) - (a.rateMicroEurPerKwh ?? -1) || a.member - b.member,
  );
}

export function bestOutlet(desk: SaleDesk, law: Law): Outlet {
  const because = nothingSellable(desk, law);
  if (because !== undefined) return { kind: "nothing", because };
  const supplier = rankedSuppliers(desk.suppliers)[0];
  if (supplier === undefined || supplier.rateMicroEurPerKwh === null) return { kind: "no_rate" };
  const netPerKwh = supplier.rateMicroEurPerKwh - law.saleFeeMicroEurPerKwh;
  return { kind: netPerKwh > desk.keepValueMicroEurPerKwh ? "sell" : "keep", supplier, netPerKwh };
}

export function nothingSellable(desk: SaleDesk, law: Law): NothingSellable | undefined {
  if (desk.sellableWh >= law.minimumSaleWh && desk.sellableWh > 0) return undefined;
  if (desk.capacityWh === 0) return "no_accumulator";
  if (desk.sellableWh > 0) return "below_minimum";
  if (desk.pendingWh > 0) return "in_open_sales";
  if (desk.ledgerSolarWh === 0 && desk.ledgerGridWh > 0) return "grid_energy_only";
  return "at_reserve";
}

/** What the same energy is worth in the home, µEUR. */
export function keepWorth(energyWh: number, keepValueMicroEurPerKwh: number): number {
  return Math.round((energyWh * keepValueMicroEurPerKwh) / 1000);
}

/** What the accumulator gives up at most for a sale: the energy and the allowance for losses, Wh, rounded up. */
export function takenWh(energyWh: number, storeMarginPerMille: number): number {
  return energyWh + Math.ceil((energyWh * storeMarginPerMille) / 1000);
}

/** How long the BEC needs to export an energy, s; `undefined` where it cannot export. */
export function deliveryS(energyWh: number, exportPowerW: number): number | undefined {
  return exportPowerW > 0 ? Math.ceil((energyWh * 3600) / exportPowerW) : undefined;
}
