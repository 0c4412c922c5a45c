/** Who makes bills: a supplier its own, the operator the community's; the same screen over two sets of routes. */
import type { BillEntry, BillList } from "#wire/bill-schemas.ts";
import { platform } from "../../platform.ts";

export type Issuer = "supplier" | "operator";

export interface Issuing {
  readonly list: (signal: AbortSignal) => Promise<BillList>;
  readonly make: (body: { readonly from: string; readonly lastDay: string }) => Promise<BillList>;
  readonly credit: (number: string, reason: string) => Promise<BillEntry>;
  readonly paper: (number: string) => string;
}

export const ISSUING: Readonly<Record<Issuer, Issuing>> = {
  supplier: {
    list: (signal) => platform.call("GET /v1/supplier/invoices", { signal }),
    make: (body) => platform.call("POST /v1/supplier/invoices", { body }),
    credit: (number, reason) =>
      platform.call("POST /v1/supplier/invoices/:number/credit", { params: { number }, body: { reason } }),
    paper: (number) => `/v1/supplier/invoices/${number}/pdf`,
  },
  operator: {
    list: (signal) => platform.call("GET /v1/operator/bills", { signal }),
    make: (body) => platform.call("POST /v1/operator/bills", { body }),
    credit: (number, reason) =>
      platform.call("POST /v1/operator/bills/:number/credit", { params: { number }, body: { reason } }),
    paper: (number) => `/v1/operator/bills/${number}/pdf`,
  },
};
