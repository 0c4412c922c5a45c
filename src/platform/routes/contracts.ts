/** Supply contracts: for whoever has a part in one, and for the operator who decides disputes. */
import { fromHex, toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import type { SupplyContract } from "#market/contract/contract.ts";
import { billFrom } from "#wire/bill.ts";
import { billPdf } from "../bill-pdf.ts";
import { contractsDesk, contractView, roleIn } from "../contract-view.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";
import type { Visitor } from "../sessions.ts";

type Keys =
  | "GET /v1/contracts"
  | "GET /v1/contracts/:id"
  | "GET /v1/contracts/:id/billable"
  | "POST /v1/contracts/:id/bill"
  | "POST /v1/contracts/:id/invoices/:invoice/credit"
  | "GET /v1/contracts/:id/invoices/:invoice"
  | "GET /v1/contracts/:id/invoices/:invoice/pdf"
  | "GET /v1/operator/supplies";

export function contractRoutes(parts: Parts): Handlers<Keys> {
  const { host, numbers, directory, supplyBills } = parts;

  /** A contract in which nobody here has a part is as unknown as one that never was. */
  function own(hex: string, visitor: Visitor) {
    const id = fromHex(hex)!;
    const row = host.view().supplyContract(id);
    const role = row === undefined ? undefined : roleIn(parts, row, visitor);
    if (row === undefined || role === undefined) throw new Refused("contract_unknown");
    return { id, row, role };
  }

  /** The bill behind an invoice of the contract. */
  function billOf(contract: Uint8Array, hex: string) {
    const invoice = host.view().supplyInvoice(fromHex(hex)!);
    const isOfIt = invoice !== undefined && toHex(invoice.contract) === toHex(contract);
    const document = isOfIt ? supplyBills.document(invoice.document) : undefined;
    if (!isOfIt || document === undefined) throw new Refused("bill_unknown");
    const name = supplyBills.numberOf(invoice.document) ?? `${invoice.year}-${invoice.number}`;
    return { document, documentHash: toHex(invoice.document), name };
  }

  const nameOf = (member: number) => {
    const account = numbers.accountOf(member);
    return host.view().supplier(member)?.name ?? directory.member(account)?.name ?? `Member ${member}`;
  };

  return {
    "GET /v1/contracts": ({ visitor }) => contractsDesk(parts, visitor),
    "GET /v1/contracts/:id": ({ visitor, params }) => contractView(parts, own(params.id, visitor)),
    "GET /v1/contracts/:id/billable": ({ visitor, params }) => {
      const { id, row } = own(params.id, visitor);
      const { from, to, energy, readings, missing, amount } = supplyBills.billable(id, row);
      return {
        contract: toHex(id),
        ...host.view().nextInvoiceNumber(row.seller, host.now()),
        from,
        to,
        energyWh: Number(energy),
        readings,
        missing,
        amountMicroEur: amount === undefined ? null : Number(amount),
      };
    },
    "POST /v1/contracts/:id/bill": async ({ visitor, params, body }) => {
      const { id, row, role } = own(params.id, visitor);
      if (role !== "seller") throw new Refused("role_refused");
      const { energy, amount, documentHash, ...made } = await supplyBills.make(id, row, body.indices);
      return {
        ...made,
        contract: toHex(id),
        energyWh: Number(energy),
        amountMicroEur: Number(amount),
        documentHash: toHex(documentHash),
      };
    },
    "POST /v1/contracts/:id/invoices/:invoice/credit": async ({ visitor, params, body }) => {
      const { id, row, role } = own(params.id, visitor);
      if (role !== "seller") throw new Refused("role_refused");
      const invoice = host.view().supplyInvoice(fromHex(params.invoice)!);
      if (invoice === undefined || toHex(invoice.contract) !== params.id) throw new Refused("bill_unknown");
      const amount = body.amountMicroEur === undefined ? undefined : MicroEur(BigInt(body.amountMicroEur));
      const made = await supplyBills.credit(id, row, invoice, { reason: body.reason, amount });
      return {
        ...made,
        corrects: params.invoice,
        energyWh: Number(made.energy),
        amountMicroEur: Number(made.amount),
        documentHash: toHex(made.documentHash),
      };
    },
    "GET /v1/contracts/:id/invoices/:invoice": ({ visitor, params, reply }) => {
      const { id, role } = own(params.id, visitor);
      // The load profile stays with the home.
      if (role === "seller") throw new Refused("role_refused");
      const { document, name } = billOf(id, params.invoice);
      return reply
        .header("content-type", "application/json; charset=utf-8")
        .header("content-disposition", `attachment; filename="${name}.json"`)
        .send(document);
    },
    "GET /v1/contracts/:id/invoices/:invoice/pdf": async ({ visitor, params, query, reply }) => {
      const { id, row } = own(params.id, visitor);
      const { document, documentHash, name } = billOf(id, params.invoice);
      const read = billFrom(JSON.parse(document));
      if (!read.ok) throw read.error;
      const address = directory.member(numbers.accountOf(row.buyer))?.address ?? null;
      const paper = await billPdf({
        bill: read.value.bill,
        documentHash,
        language: query.language ?? "en",
        issuer: nameOf(row.seller),
        recipient: { name: nameOf(row.buyer), address },
      });
      return reply
        .header("content-type", "application/pdf")
        .header("content-disposition", `attachment; filename="${name}.pdf"`)
        .send(paper);
    },
    "GET /v1/operator/supplies": () => {
      const view = host.view();
      const contracts = view.supplyContracts();
      const isDisputed = (row: SupplyContract) =>
        row.unpaid.some((invoice) => view.supplyInvoice(invoice)?.state === "disputed");
      return {
        disputed: contracts
          .filter(({ row }) => isDisputed(row))
          .map(({ key: id, row }) => contractView(parts, { id, row, role: "arbiter" })),
        homes: view
          .plants()
          .filter(({ row }) => row.closed === 0)
          .map(({ key: plant }) => ({ plant, standing: view.supplyStanding(plant) }))
          .filter(({ standing }) => standing.contract !== undefined || standing.protection !== undefined)
          .map(({ plant, standing }) => ({
            plant,
            name: directory.plant(numbers.homeOf(plant))?.name ?? `Plant ${plant}`,
            protection: standing.protection ?? null,
            state: standing.state ?? null,
          })),
      };
    },
  };
}
