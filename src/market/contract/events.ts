/** What a committed block made happen to supplies. */
import type { UnixSeconds } from "#base/time.ts";
import type { MicroEur } from "#base/units.ts";
import type { Basis, Protection, SupplyState } from "#market/contract/contract.ts";

export type SupplyEvent =
  | {
      readonly type: "supply_offered";
      readonly offer: Uint8Array;
      readonly seller: number;
      /** 0 = whoever accepts. */
      readonly to: number;
    }
  | {
      readonly type: "supply_accepted";
      readonly contract: Uint8Array;
      readonly offer: Uint8Array;
      readonly seller: number;
      readonly buyer: number;
      readonly plant: number;
    }
  /** A step of a contract, with its reason. */
  | {
      readonly type: "supply_changed";
      readonly contract: Uint8Array;
      readonly seller: number;
      readonly buyer: number;
      readonly plant: number;
      readonly state: SupplyState;
      readonly basis: Basis;
      /** The invoice that it is about, or was. */
      readonly invoice: Uint8Array | undefined;
      /** The next step by itself, not before both; 0 = none. */
      readonly stepTime: UnixSeconds;
      readonly stepHeight: number;
    }
  | {
      readonly type: "supply_ending";
      readonly contract: Uint8Array;
      readonly by: "buyer" | "seller";
      readonly endsTime: UnixSeconds;
    }
  | {
      readonly type: "supply_prepaid";
      readonly contract: Uint8Array;
      readonly amount: MicroEur;
      /** What is put aside then, before invoices take of it. */
      readonly reserve: MicroEur;
    }
  | { readonly type: "reserve_returned"; readonly contract: Uint8Array; readonly amount: MicroEur }
  | {
      readonly type: "invoice_issued";
      readonly invoice: Uint8Array;
      readonly contract: Uint8Array;
      readonly seller: number;
      readonly buyer: number;
      readonly number: number;
      readonly amount: MicroEur;
      /** The invoice that this credit note takes the amount off. */
      readonly corrects: Uint8Array | undefined;
    }
  | {
      readonly type: "invoice_paid";
      readonly invoice: Uint8Array;
      readonly contract: Uint8Array;
      /** This time; below 0 = given back. */
      readonly amount: MicroEur;
      readonly from: "money" | "reserve";
      /** What is left to pay. */
      readonly rest: MicroEur;
    }
  | { readonly type: "invoice_disputed"; readonly invoice: Uint8Array; readonly contract: Uint8Array }
  | {
      readonly type: "dispute_resolved";
      readonly invoice: Uint8Array;
      readonly contract: Uint8Array;
      /** What stands of the invoice. */
      readonly amount: MicroEur;
    }
  | { readonly type: "plant_protected"; readonly plant: number; readonly reason: Protection }
  | { readonly type: "protection_ended"; readonly plant: number };

export type EmitSupply = (event: SupplyEvent) => void;
