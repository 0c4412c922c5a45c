/** The fields of the kinds of supply contracts, as the explorer shows them. */
import { toHex } from "#base/bytes.ts";
import { formatInstant } from "#base/time.ts";
import {
  acceptOneSupply,
  disputeOneInvoice,
  endOneSupply,
  giveOneNotice,
  issueOneInvoice,
  offerOneSupply,
  payOneInvoice,
  prepaySupply,
  protectOnePlant,
  resolveOneDispute,
} from "#chain/supply-transactions.ts";
import type { SupplyPrice, SuspensionTerms } from "#market/contract/terms.ts";
import { describe, eur } from "./described-body.ts";

type Fields = readonly (readonly [string, string | number])[];

export const SUPPLY_BODIES = [
  describe(offerOneSupply, ({ offer, to, acceptBy, terms }) => [
    ["offer", toHex(offer)],
    ["offered to", to === 0 ? "anybody" : `member ${to}`],
    ["accepted until", formatInstant(acceptBy)],
    ...priceFields(terms.price),
    ["billing", terms.billing],
    ["to be paid within", `${terms.payWithinS} s`],
    ...suspensionFields(terms.suspension),
    ["supply from", formatInstant(terms.from)],
    ["supply until", formatInstant(terms.until)],
    ["text of the contract", toHex(terms.text)],
  ]),
  describe(acceptOneSupply, ({ contract, offer, plant }) => [
    ["contract", toHex(contract)],
    ["offer", toHex(offer)],
    ["plant", plant],
  ]),
  describe(issueOneInvoice, (body) => [
    ["invoice", toHex(body.invoice)],
    ["contract", toHex(body.contract)],
    ["invoice number", body.number],
    ...(body.corrects === undefined ? [] : [["corrects invoice", toHex(body.corrects)] as const]),
    ["energy", `${body.energy} Wh`],
    ["amount", `${eur(body.amount)} EUR`],
    ["period from", formatInstant(body.periodFrom)],
    ["period to", formatInstant(body.periodTo)],
    ["document", toHex(body.document)],
  ]),
  describe(payOneInvoice, ({ invoice }) => [["invoice", toHex(invoice)]]),
  describe(disputeOneInvoice, ({ invoice, reason }) => [
    ["invoice", toHex(invoice)],
    ["dispute reason", reason],
  ]),
  describe(resolveOneDispute, ({ invoice, amount }) => [
    ["invoice", toHex(invoice)],
    ["what stands", `${eur(amount)} EUR`],
  ]),
  describe(giveOneNotice, ({ invoice }) => [["invoice", toHex(invoice)]]),
  describe(protectOnePlant, ({ plant, protected: isProtected, reason }) => [
    ["plant", plant],
    ["protected", isProtected ? "yes" : "no"],
    ...(isProtected ? [["protection reason", reason] as const] : []),
  ]),
  describe(endOneSupply, ({ contract }) => [["contract", toHex(contract)]]),
  describe(prepaySupply, ({ contract, amount }) => [
    ["contract", toHex(contract)],
    ["amount", `${eur(amount)} EUR`],
  ]),
];

function priceFields(price: SupplyPrice): Fields {
  if (price.type === "flat") return [["price", `${eur(price.price)} EUR/kWh`]];
  if (price.type === "bands") {
    return price.prices.map((band, i) => [`price F${i + 1}`, `${eur(band)} EUR/kWh`] as const);
  }
  return [
    ["index", price.index],
    ["spread", `${eur(price.spread)} EUR/kWh`],
  ];
}

function suspensionFields(terms: SuspensionTerms | undefined): Fields {
  if (terms === undefined) return [["suspension agreed", "no"]];
  return [
    ["suspension agreed", "yes"],
    ["notice before reduction", `${terms.noticeS} s`],
    ["reduced before suspension", `${terms.reducedS} s`],
    ["reduced to", `${terms.reducedPerMille} ‰`],
    ["vital minimum", `${terms.vitalW} W`],
  ];
}
