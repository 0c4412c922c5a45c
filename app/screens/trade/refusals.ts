/**
 * After a refused sale: the next best thing to do, as one action. Pure, so that every code has its answer in one
 * table and in one test.
 */
import type { SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { coveredWh, rankedSuppliers } from "./outlet.ts";

export type NextStep =
  /** Sign again with the rate that holds today. */
  | { readonly do: "today_rate"; readonly supplier: SupplierCard; readonly energyWh?: undefined }
  | { readonly do: "other_supplier"; readonly supplier: SupplierCard; readonly energyWh?: undefined }
  | { readonly do: "less"; readonly energyWh: number; readonly supplier?: undefined }
  | { readonly do: "again" | "under_way" | "enter" | "desk" };

/** What the refused order was, and the desk as it is now. */
export function nextStep(
  code: string,
  order: { readonly member: number; readonly energyWh: number },
  desk: SaleDesk,
  minimumSaleWh: number,
): NextStep {
  const own = desk.suppliers.find((supplier) => supplier.member === order.member);
  const other = rankedSuppliers(desk.suppliers).find(
    (supplier) => supplier.member !== order.member && coveredWh(supplier) >= order.energyWh,
  );
  switch (code) {
    case "rate_differs":
    case "rate_expired":
      // Over night the house may have used what was to be sold.
      if (desk.sellableWh < minimumSaleWh) return { do: "desk" };
      if (own?.rateMicroEurPerKwh != null) return { do: "today_rate", supplier: own };
      return other === undefined ? { do: "desk" } : { do: "other_supplier", supplier: other };
    case "rate_missing":
    case "supplier_unknown":
    case "supplier_suspended":
      return other === undefined ? { do: "desk" } : { do: "other_supplier", supplier: other };
    case "supplier_funds_too_low": {
      const covered = own === undefined ? 0 : coveredWh(own);
      if (covered >= minimumSaleWh && covered < order.energyWh) return { do: "less", energyWh: covered };
      return other === undefined ? { do: "desk" } : { do: "other_supplier", supplier: other };
    }
    case "storage_too_low":
      return desk.sellableWh >= minimumSaleWh && desk.sellableWh < order.energyWh
        ? { do: "less", energyWh: desk.sellableWh }
        : { do: "desk" };
    case "too_many_open_sales":
      return { do: "under_way" };
    case "unknown_sender":
    case "key_not_registered":
    case "bad_signature":
    case "not_signed_in":
    case "not_the_sender":
    case "device_unknown":
      return { do: "enter" };
    case "expired":
    case "expiry_too_far":
    case "nonce_already_used":
    case "nonce_out_of_order":
    case "overloaded":
    case "catching_up":
    case "unreached":
      return { do: "again" };
    default:
      return { do: "desk" };
  }
}
