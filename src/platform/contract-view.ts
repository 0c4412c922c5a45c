/**
 * Supply contracts as their partners see them: terms, state with its reason and next step, invoices, what happened
 * so far. Seller and buyer have signed the same contract and know each other; nobody else sees it but the operator,
 * as arbiter.
 */
import { toHex } from "#base/bytes.ts";
import type { ChainView } from "#chain/view.ts";
import type { SupplyContract, SupplyState } from "#market/contract/contract.ts";
import { restOf, type SupplyInvoice } from "#market/contract/invoice.ts";
import { limitOf } from "#market/contract/standing.ts";
import { type SupplyPrice, type SupplyTerms, suspensionInForce } from "#market/contract/terms.ts";
import type {
  ContractsDesk,
  SupplyAllowance,
  SupplyContractView,
  SupplyInvoiceView,
  SupplyOfferView,
  SupplyPriceView,
  SupplyTermsView,
} from "#wire/contract-schemas.ts";
import type { Parts } from "./parts.ts";
import type { Visitor } from "./sessions.ts";
import { allowanceOf, connectionOf, supplyOrderOf } from "./supply-order.ts";

type Who = Pick<Visitor, "account" | "member" | "role" | "plant">;

export function contractsDesk(parts: Parts, who: Who): ContractsDesk {
  const { host, numbers, directory } = parts;
  const view = host.view();
  const { parameters: laws } = view;
  const { posted, pendingOut } = view.money(who.member);
  const home = who.plant;
  const plant = home === undefined ? null : numbers.plantNow(home);
  const order = home === undefined ? undefined : supplyOrderOf({ view, directory, numbers }, home);
  return {
    now: host.now(),
    member: who.member,
    plant,
    connectionW: home === undefined ? null : connectionOf(directory, home),
    protection: plant === null ? null : (view.supplyPoint(plant).protection?.reason ?? null),
    allowance: order === undefined ? { type: "none", powerMaxW: null, vitalW: null } : allowanceOf(order),
    availableMicroEur: Number(posted - pendingOut),
    offers: offersFor(parts, view, who),
    contracts: contractsOf(parts, view, who),
    laws: {
      payMinimumS: laws.supplyPayMinimumS,
      noticeMinimumS: laws.supplyNoticeMinimumS,
      reducedMinimumS: laws.supplyReducedMinimumS,
      reducedPerMille: laws.supplyReducedPerMille,
      vitalMinimumW: laws.supplyVitalMinimumW,
      endNoticeS: laws.supplyEndNoticeS,
    },
  };
}

/** One contract of who asks, or of anybody for the arbiter. */
export function contractView(
  parts: Parts,
  { id, row, role }: { id: Uint8Array; row: SupplyContract; role: SupplyContractView["role"] },
): SupplyContractView {
  const { host, index, numbers } = parts;
  const view = host.view();
  const protection = view.supplyPoint(row.plant).protection;
  return {
    contract: toHex(id),
    offer: toHex(row.offer),
    role,
    seller: party(parts, row.seller),
    buyer: party(parts, row.buyer),
    plant: row.plant,
    terms: termsView(row.terms),
    state: row.state,
    basis: row.basis,
    since: { height: row.sinceHeight, time: row.since },
    next: nextOf(row),
    frozen: row.frozen ?? null,
    ends: { time: row.endsTime, by: row.endedBy ?? null },
    allowance: allowanceOfContract(parts, view, row, protection !== undefined),
    protection: protection?.reason ?? null,
    about: row.invoice === undefined ? null : toHex(row.invoice),
    reserveMicroEur: Number(row.reserve),
    invoices: invoicesOf(parts, view, id),
    steps: index.supplySteps(id).map(({ step, basis, invoice, amount, height, time }) => ({
      step,
      basis,
      invoice: invoice === null ? null : toHex(invoice),
      amountMicroEur: amount,
      height,
      time,
    })),
  };
  function party({ directory }: Parts, member: number) {
    const name =
      view.supplier(member)?.name ?? directory.member(numbers.accountOf(member))?.name ?? `Member ${member}`;
    return { member, name };
  }
}

/** Who somebody is in a contract; `undefined` for whoever has no part in it. */
export function roleIn(
  { numbers }: Pick<Parts, "numbers">,
  row: SupplyContract,
  { account, role }: Who,
): SupplyContractView["role"] | undefined {
  if (numbers.accountOf(row.seller) === account) return "seller";
  if (numbers.accountOf(row.buyer) === account) return "buyer";
  return role === "operator" ? "arbiter" : undefined;
}

function contractsOf(parts: Parts, view: ChainView, who: Who): SupplyContractView[] {
  return view
    .supplyContracts()
    .map(({ key: id, row }) => ({ id, row, role: roleIn(parts, row, who) }))
    .filter(
      (one): one is typeof one & { role: "seller" | "buyer" } =>
        one.role !== undefined && one.role !== "arbiter",
    )
    .sort((a, b) => b.row.height - a.row.height)
    .map((one) => contractView(parts, one));
}

function offersFor(parts: Parts, view: ChainView, { member }: Who): SupplyOfferView[] {
  const { directory, numbers } = parts;
  const party = (number: number) => ({
    member: number,
    name:
      view.supplier(number)?.name ?? directory.member(numbers.accountOf(number))?.name ?? `Member ${number}`,
  });
  return view
    .supplyOffers()
    .map(({ key, row }) => ({ key, row, open: view.isOpenTo(row, member) }))
    .filter(({ row, open }) => open || row.seller === member)
    .sort((a, b) => b.row.height - a.row.height)
    .map(({ key, row, open }) => ({
      offer: toHex(key),
      seller: party(row.seller),
      to: row.to === 0 ? null : party(row.to),
      acceptBy: row.acceptBy,
      terms: termsView(row.terms),
      accepted: row.accepted,
      open,
      height: row.height,
      time: row.time,
    }));
}

function invoicesOf(
  { host, supplyBills }: Parts,
  view: ChainView,
  contract: Uint8Array,
): SupplyInvoiceView[] {
  const id = toHex(contract);
  return view
    .supplyInvoices()
    .filter(({ row }) => toHex(row.contract) === id)
    .sort((a, b) => b.row.height - a.row.height || b.row.number - a.row.number)
    .map(({ key, row }) => invoiceView(key, row, host.now(), supplyBills.numberOf(row.document)));
}

function invoiceView(
  id: Uint8Array,
  row: SupplyInvoice,
  now: number,
  billNumber: string | undefined,
): SupplyInvoiceView {
  return {
    invoice: toHex(id),
    year: row.year,
    number: row.number,
    corrects: row.corrects === undefined ? null : toHex(row.corrects),
    energyWh: Number(row.energy),
    amountMicroEur: Number(row.amount),
    creditedMicroEur: Number(row.credited),
    paidMicroEur: Number(row.paid),
    restMicroEur: Number(restOf(row)),
    state: row.state,
    overdue: row.state === "open" && now > row.dueTime,
    dispute: row.dispute ?? null,
    periodFrom: row.periodFrom,
    periodTo: row.periodTo,
    document: toHex(row.document),
    hasBill: billNumber !== undefined,
    billNumber: billNumber ?? null,
    height: row.height,
    time: row.time,
    dueTime: row.dueTime,
  };
}

export function termsView(terms: SupplyTerms): SupplyTermsView {
  const { price, billing, payWithinS, suspension, from, until, text } = terms;
  return {
    price: priceView(price),
    billing,
    payWithinS,
    suspension: suspension ?? null,
    from,
    until,
    text: toHex(text),
  };
}

function priceView(price: SupplyPrice): SupplyPriceView {
  if (price.type === "flat") return { type: "flat", microEurPerKwh: Number(price.price) };
  if (price.type === "bands") return { type: "bands", microEurPerKwh: price.prices.map(Number) };
  return { type: "index", index: price.index, spreadMicroEurPerKwh: Number(price.spread) };
}

/** What happens by itself and when, as far as the state says so. */
function nextOf({ state, stepTime, stepHeight }: SupplyContract): SupplyContractView["next"] {
  const next: Partial<Record<SupplyState, SupplyState>> = {
    notified: "reduced",
    reduced: "suspended",
    restored: "active",
  };
  const to = next[state];
  return to === undefined || stepHeight === 0 ? null : { state: to, time: stepTime, height: stepHeight };
}

function allowanceOfContract(
  { directory, numbers }: Pick<Parts, "directory" | "numbers">,
  view: ChainView,
  row: SupplyContract,
  isProtected: boolean,
): SupplyAllowance {
  const limit = limitOf(row, view.parameters);
  if (limit.type === "none" || isProtected) return { type: "none", powerMaxW: null, vitalW: null };
  const { vitalW } = suspensionInForce(row.terms, view.parameters)!;
  if (limit.type === "suspended") return { type: "suspended", powerMaxW: 0, vitalW };
  const share = (limit.perMille * connectionOf(directory, numbers.homeOf(row.plant))) / 1000;
  return { type: "reduced", powerMaxW: Math.max(vitalW, share), vitalW };
}
