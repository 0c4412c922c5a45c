/**
 * The bill behind an invoice: its lines, recomputed on the device against the hash that stands on the ledger, and the
 * files. The seller has the paper alone: the load profile stays with the home.
 */
import { Show } from "solid-js";
import type { SupplyContractView, SupplyInvoiceView } from "#wire/contract-schemas.ts";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { language, t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Document } from "../bills/one-bill.tsx";
import "../bills/bills.css";

export function InvoiceBill(props: { contract: SupplyContractView; invoice: SupplyInvoiceView }) {
  const params = () => ({ id: props.contract.contract, invoice: props.invoice.invoice });
  const path = () => `/v1/contracts/${params().id}/invoices/${params().invoice}`;
  const isSeller = () => props.contract.role === "seller";
  const view = createView<unknown>(
    () => (isSeller() ? undefined : `invoice-bill:${params().invoice}`),
    (signal) => platform.call("GET /v1/contracts/:id/invoices/:invoice", { params: params(), signal }),
  );
  return (
    <div class="stack bill-of-invoice">
      <Show when={!isSeller()}>
        <Loaded view={view} heights={[16, 56]}>
          {(document) => <Document document={document()} documentHash={props.invoice.document} />}
        </Loaded>
      </Show>
      <p class="files">
        <a href={`${path()}/pdf?language=${language()}`} download="">
          {t("bills.pdf")}
        </a>
        <Show when={!isSeller()}>
          <a href={path()} download="">
            {t("bills.json")}
          </a>
        </Show>
      </p>
    </div>
  );
}
