/**
 * The best outlet for the stored energy now: keep it for the home, or sell some of it to the supplier who leaves
 * most after the community's fee, and how much. A tie keeps the energy at home, because a sale cannot be taken back
 * while keeping can still become a sale.
 */
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { type Bounds, steps } from "./quantity.ts";

export type Outlet =
  | { readonly kind: "nothing"; readonly because: NothingSellable }
  | { readonly kind: "no_rate" }
  | { readonly kind: "keep"; readonly supplier: SupplierCard }
  /** `energyWh` is the amount that gains most over keeping it. */
  | { readonly kind: "sell"; readonly supplier: SupplierCard; readonly energyWh: number };

/** Why nothing can be sold, in the order in which it is asked. */
export type NothingSellable =
  | "no_accumulator"
  | "in_open_sales"
  | "grid_energy_only"
  | "at_reserve"
  | "below_minimum";

/** A gain below a cent is no advice, µEUR. */
const WORTH_SAYING = 10_000;

export interface Worth {
  /** What an energy brings at a rate after the fee, µEUR. */
  readonly netOf: (rateMicroEurPerKwh: number, energyWh: number) => number;
  /** What the same energy saves at home, µEUR. */
  readonly keptOf: (energyWh: number) => number;
}

/** Best rate first; those that cannot pay, or have no rate, come after all that can; equal ones as enrolled. */
export function rankedSuppliers(suppliers: readonly SupplierCard[]): readonly SupplierCard[] {
  return suppliers.toSorted(
    (a, b) =>
      Number(coveredWh(b) > 0) - Number(coveredWh(a) > 0) ||
      (b.rateMicroEurPerKwh ?? -1) - (a.rateMicroEurPerKwh ?? -1) ||
      a.member - b.member,
  );
}

/**
 * Among all suppliers and amounts the pair that gains most over keeping; a supplier buys no more than its account
 * covers. Where keeping is best, the supplier that comes closest is named for comparison.
 */
export function bestOutlet(desk: SaleDesk, bounds: Bounds, worth: Worth): Outlet {
  const because = nothingSellable(desk, bounds.minWh);
  if (because !== undefined) return { kind: "nothing", because };
  const buyers = rankedSuppliers(desk.suppliers).filter(
    (supplier) => supplier.rateMicroEurPerKwh !== null && coveredWh(supplier) >= bounds.minWh,
  );
  if (buyers[0] === undefined) return { kind: "no_rate" };
  let best = { supplier: buyers[0], energyWh: 0, gain: WORTH_SAYING };
  for (const supplier of buyers) {
    for (const energyWh of steps({
      minWh: bounds.minWh,
      maxWh: Math.min(bounds.maxWh, coveredWh(supplier)),
    })) {
      const gain = worth.netOf(supplier.rateMicroEurPerKwh ?? 0, energyWh) - worth.keptOf(energyWh);
      if (gain > best.gain) best = { supplier, energyWh, gain };
    }
  }
  const { supplier, energyWh } = best;
  return energyWh === 0 ? { kind: "keep", supplier } : { kind: "sell", supplier, energyWh };
}

/** What a supplier's account pays for at its rate, in whole steps of 10 Wh, so that rounding never exceeds it. */
export function coveredWh({ fundsMicroEur, rateMicroEurPerKwh }: SupplierCard): number {
  if (rateMicroEurPerKwh === null) return 0;
  if (rateMicroEurPerKwh === 0) return Number.POSITIVE_INFINITY;
  return Math.floor((Math.max(0, fundsMicroEur) * 100) / rateMicroEurPerKwh) * 10;
}

export function nothingSellable(desk: SaleDesk, minimumWh: number): NothingSellable | undefined {
  if (desk.sellableWh >= minimumWh && desk.sellableWh > 0) return undefined;
  if (desk.capacityWh === 0) return "no_accumulator";
  if (desk.sellableWh > 0) return "below_minimum";
  if (desk.pendingWh > 0) return "in_open_sales";
  if (desk.ledgerSolarWh === 0 && desk.ledgerGridWh > 0) return "grid_energy_only";
  return "at_reserve";
}

/** How long the BEC needs to export an energy, s; `undefined` where it cannot export. */
export function deliveryS(energyWh: number, exportPowerW: number): number | undefined {
  return exportPowerW > 0 ? Math.ceil((energyWh * 3600) / exportPowerW) : undefined;
}
