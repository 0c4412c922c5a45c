/** The acts of buyer, seller and arbiter: which kind, which body, and the rows read back from its bytes. */
import { fromHex, toHex } from "#base/bytes.ts";
import { MicroEur, Wh } from "#base/units.ts";
import {
  acceptOneSupply,
  disputeOneInvoice,
  endOneSupply,
  giveOneNotice,
  issueOneInvoice,
  payOneInvoice,
  prepaySupply,
  protectOnePlant,
  resolveOneDispute,
} from "#chain/supply-transactions.ts";
import type { Protection } from "#market/contract/contract.ts";
import type { DisputeReason } from "#market/contract/invoice.ts";
import type {
  SupplyBillMade,
  SupplyContractView,
  SupplyCreditMade,
  SupplyInvoiceView,
  SupplyOfferView,
} from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";
import { type Act, act, newId, ShortId } from "./act.tsx";
import { termsRows } from "./words.ts";

const back = () => t("contracts.cancel");
const idRow = (term: string, id: Uint8Array) => ({ term, value: <ShortId id={toHex(id)} /> });

export function numberOf({ year, number }: Pick<SupplyInvoiceView, "year" | "number">): string {
  return `${year}/${number}`;
}

export function acceptance(offer: SupplyOfferView, plant: number): Act {
  return act(
    acceptOneSupply,
    { contract: newId(), offer: fromHex(offer.offer)!, plant },
    (body) => [
      { term: t("contracts.offer_by", { name: offer.seller.name }), value: `${offer.seller.member}` },
      ...termsRows(offer.terms),
      idRow(t("contracts.row_offer"), body.offer),
      idRow(t("contracts.row_contract"), body.contract),
      { term: t("contracts.plant"), value: local.number(body.plant) },
    ],
    { sign: t("contracts.accept"), notDone: t("contracts.not_accepted"), back: back() },
    (height) => t("contracts.accepted_done", { name: offer.seller.name, height: local.number(height) }),
  );
}

export function payment(invoice: SupplyInvoiceView): Act {
  return act(
    payOneInvoice,
    { invoice: fromHex(invoice.invoice)! },
    (body) => [
      { term: t("contracts.row_number"), value: numberOf(invoice) },
      { term: t("contracts.row_amount"), value: local.money(invoice.restMicroEur) },
      idRow(t("contracts.row_invoice"), body.invoice),
    ],
    { sign: t("contracts.pay_sign"), notDone: t("contracts.not_paid"), back: back() },
    (height) => t("contracts.paid_done", { number: numberOf(invoice), height: local.number(height) }),
  );
}

export function dispute(invoice: SupplyInvoiceView, reason: DisputeReason): Act {
  return act(
    disputeOneInvoice,
    { invoice: fromHex(invoice.invoice)!, reason },
    (body) => [
      { term: t("contracts.row_number"), value: numberOf(invoice) },
      { term: t("contracts.reason"), value: t(`contracts.reason.${body.reason}`) },
      idRow(t("contracts.row_invoice"), body.invoice),
    ],
    { sign: t("contracts.dispute_sign"), notDone: t("contracts.not_disputed"), back: back() },
    (height) => t("contracts.disputed_done", { number: numberOf(invoice), height: local.number(height) }),
  );
}

export function prepayment(contract: SupplyContractView, microEur: number): Act {
  return act(
    prepaySupply,
    { contract: fromHex(contract.contract)!, amount: MicroEur(BigInt(microEur)) },
    (body) => [
      { term: t("contracts.row_amount"), value: local.money(Number(body.amount)) },
      idRow(t("contracts.row_contract"), body.contract),
    ],
    { sign: t("contracts.prepay_sign"), notDone: t("contracts.not_prepaid"), back: back() },
    (height) => t("contracts.prepaid_done", { amount: local.money(microEur), height: local.number(height) }),
  );
}

export function ending(contract: SupplyContractView): Act {
  return act(
    endOneSupply,
    { contract: fromHex(contract.contract)! },
    (body) => [
      { term: t("contracts.with_seller", { name: contract.seller.name }), value: contract.buyer.name },
      idRow(t("contracts.row_contract"), body.contract),
    ],
    { sign: t("contracts.end_sign"), notDone: t("contracts.not_ended"), back: back() },
    (height) => t("contracts.ended_done", { height: local.number(height) }),
  );
}

export function notice(invoice: SupplyInvoiceView): Act {
  return act(
    giveOneNotice,
    { invoice: fromHex(invoice.invoice)! },
    (body) => [
      { term: t("contracts.row_number"), value: numberOf(invoice) },
      { term: t("contracts.row_amount"), value: local.money(invoice.restMicroEur) },
      idRow(t("contracts.row_invoice"), body.invoice),
    ],
    { sign: t("contracts.notice_sign"), notDone: t("contracts.not_noticed"), back: back() },
    (height) => t("contracts.noticed_done", { number: numberOf(invoice), height: local.number(height) }),
  );
}

/** An invoice over what the meter counted, with the bill that the platform has made and keeps. */
export function billing(contract: SupplyContractView, bill: SupplyBillMade): Act {
  const id = fromHex(contract.contract)!;
  const { year, number } = bill;
  const figures = {
    number,
    energy: Wh(BigInt(bill.energyWh)),
    amount: MicroEur(BigInt(bill.amountMicroEur)),
    periodFrom: bill.from,
    periodTo: bill.to,
    document: fromHex(bill.documentHash)!,
  };
  return act(
    issueOneInvoice,
    { invoice: newId(), contract: id, corrects: undefined, ...figures },
    (body) => [
      { term: t("contracts.row_bill"), value: bill.billNumber },
      { term: t("contracts.row_number"), value: `${year}/${body.number}` },
      { term: t("contracts.row_energy"), value: local.soldEnergy(Number(body.energy)) },
      { term: t("contracts.row_amount"), value: local.money(Number(body.amount)) },
      {
        term: t("contracts.row_period"),
        value: t("contracts.term_span", {
          from: local.dateTime(body.periodFrom),
          until: local.dateTime(body.periodTo),
        }),
      },
      idRow(t("contracts.row_document"), body.document),
      idRow(t("contracts.row_contract"), body.contract),
    ],
    { sign: t("contracts.bill_sign"), notDone: t("contracts.not_billed"), back: back() },
    (height) => t("contracts.billed_done", { number: `${year}/${number}`, height: local.number(height) }),
  );
}

/** A credit note, with the document that the platform has made and keeps. */
export function crediting(
  contract: SupplyContractView,
  invoice: SupplyInvoiceView,
  made: SupplyCreditMade,
): Act {
  const body = {
    invoice: newId(),
    contract: fromHex(contract.contract)!,
    number: made.number,
    corrects: fromHex(invoice.invoice)!,
    energy: Wh(BigInt(made.energyWh)),
    amount: MicroEur(BigInt(made.amountMicroEur)),
    periodFrom: made.from,
    periodTo: made.to,
    document: fromHex(made.documentHash)!,
  };
  return act(
    issueOneInvoice,
    body,
    (read) => [
      { term: t("contracts.row_bill"), value: made.billNumber },
      { term: t("contracts.row_number"), value: `${made.year}/${read.number}` },
      { term: t("contracts.row_corrects"), value: numberOf(invoice) },
      { term: t("contracts.row_amount"), value: local.money(Number(read.amount)) },
      idRow(t("contracts.row_document"), read.document),
      idRow(t("contracts.row_contract"), read.contract),
    ],
    { sign: t("contracts.credit_sign"), notDone: t("contracts.not_credited"), back: back() },
    (height) =>
      t("contracts.credited_done", {
        number: made.billNumber,
        invoice: numberOf(invoice),
        height: local.number(height),
      }),
  );
}

export function decision(invoice: SupplyInvoiceView, microEur: number): Act {
  return act(
    resolveOneDispute,
    { invoice: fromHex(invoice.invoice)!, amount: MicroEur(BigInt(microEur)) },
    (body) => [
      { term: t("contracts.row_number"), value: numberOf(invoice) },
      { term: t("contracts.stands"), value: local.money(Number(body.amount)) },
      idRow(t("contracts.row_invoice"), body.invoice),
    ],
    { sign: t("contracts.decide_sign"), notDone: t("contracts.not_decided"), back: back() },
    (height) => t("contracts.decided_done", { height: local.number(height) }),
  );
}

export function protection(plant: number, isProtected: boolean, reason: Protection): Act {
  return act(
    protectOnePlant,
    { plant, protected: isProtected, reason },
    (body) => [
      { term: t("contracts.row_plant"), value: local.number(body.plant) },
      {
        term: t("contracts.row_protected"),
        value: body.protected ? t("contracts.yes") : t("contracts.no"),
      },
      { term: t("contracts.reason"), value: t(`contracts.protection.${body.reason}`) },
    ],
    { sign: t("contracts.protect_sign"), notDone: t("contracts.not_protected"), back: back() },
    (height) => t("contracts.protected_done", { height: local.number(height) }),
  );
}
