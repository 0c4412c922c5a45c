/**
 * Every refusal, by what causes it, in order of precedence; and, for each kind of transaction, every two
 * causes at once, of which the lower number must win.
 *
 * A case starts from a request that would be accepted. A violation changes something of it, or of the state
 * before it; two violations that would change the same thing are not combined. The last table holds the
 * refusals that no kind of transaction of today can meet, because the market's checks come first: they belong
 * to functions of the ledger.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { concat, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { dayOf } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
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
import {
  admitMember,
  authoriseEnergySale,
  cancelKeyRevocation,
  cancelMemberRecovery,
  castVote,
  clearSlotBook,
  depositMoney,
  enrolEnergySupplier,
  eraseOneMember,
  joinNeighbours,
  KINDS,
  leaveNeighbours,
  limitOneFeeder,
  type OwnKey,
  type ProposeMotion,
  proposeMotion,
  publishDayRate,
  type RegisterPlant,
  registerHomePlant,
  registerMemberKey,
  renewManyMembers,
  replaceHomeMeter,
  requestMemberRecovery,
  requestOwnPayout,
  revokeMemberKey,
  type SetGuardians,
  sealSlotBook,
  setMemberGuardians,
  settleMarketDay,
  settleMemberPayout,
  submitIntervalTotals,
  withdrawEnergySale,
  withdrawMotion,
} from "#chain/transactions.ts";
import { availableOf } from "#ledger/account.ts";
import { isEnvelopeRefusal, type Kind } from "#ledger/machine.ts";
import { MEMBERS } from "#ledger/member.ts";
import {
  GUARDIANS,
  RECOVERIES,
  type RecoveryRequest,
  type RecoveryTerms,
  recoveryHash,
} from "#ledger/recovery.ts";
import { REVOCATIONS } from "#ledger/revocation.ts";
import type { Draft } from "#ledger/state.ts";
import { type Refusal, STATUS, type Status } from "#ledger/status.ts";
import {
  AMOUNT_MAX,
  type PendingTransfer,
  postTransfer,
  reserve,
  resizeTransfer,
  transfer,
  voidTransfer,
} from "#ledger/transfer.ts";
import { type BookOrder, sealOf, sealsRoot } from "#market/auction/seal.ts";
import { NO_WISHES } from "#market/auction/wishes.ts";
import { FEES, MONEY, memberAccount, OUTSIDE } from "#market/books.ts";
import type { InvoiceRequest } from "#market/contract/billing.ts";
import {
  SUPPLY_CONTRACTS,
  SUPPLY_POINTS,
  SUPPLY_SELLERS,
  type SupplyContract,
  type SupplyPoint,
} from "#market/contract/contract.ts";
import { SUPPLY_INVOICES } from "#market/contract/invoice.ts";
import { type OfferRequest, SUPPLY_OFFERS, type SupplyOffer } from "#market/contract/offer.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";
import { FEEDER_LIMITS, MAX_LIMITS } from "#market/feeder-limit.ts";
import { type DayEntry, MARKET_DAYS, type MarketDay, type SettleDay } from "#market/market-day.ts";
import { METERS } from "#market/meter.ts";
import { MAX_ORGANISATIONS, ORGANISATIONS, ROSTER } from "#market/organisation.ts";
import { PARAMETERS, type Parameters } from "#market/parameters.ts";
import { PLANTS, type PlantSheet, SUPPLIERS } from "#market/participant.ts";
import { type JoinMarket, PARTICIPATIONS, type Participation } from "#market/participation.ts";
import { PAYOUTS } from "#market/payout.ts";
import { type Motion, PROPOSALS } from "#market/proposal.ts";
import { RATES } from "#market/rate.ts";
import { type OpenedMember, type OpenedPlant, PERIOD, type Renewal } from "#market/renewal.ts";
import { SALES } from "#market/sale.ts";
import type { IntervalEntry, IntervalTotals } from "#market/settlement.ts";
import { BOOKS, type ClearBook, MAX_BOOK_ORDERS, type SealBook } from "#market/slot-book.ts";
import {
  ALBA,
  admission,
  ask,
  BORA,
  citizenOf,
  interval,
  type Moved,
  memberSigner,
  OPERATOR,
  openStreet,
  type Request,
  SHEET,
  saleId,
  saleOf,
  selling,
  signerOf,
  totals,
} from "../../test/support/chain-bench.ts";
import { identityOf } from "../../test/support/identities.ts";
import { NOTHING, planRenewal } from "../../test/support/renewals.ts";
import { accepting, billing, invoiceOf, offering, termsFrom } from "../../test/support/supplies.ts";

/**
 * Yesterday Bora came in as who balances, and a book was cleared; another book is sealed and not yet opened. Citizens 13
 * and 14 are at rest, with 2.5 and 0.7 euro and something in
 * store. Plant 1 holds 3,000 Wh, of which 1,080 are reserved for the open sale 1; sale 2 is closed. */
const { bench, noon } = openStreet({
  homes: 6,
  signatures: false,
  parameters: {
    renewalMinimum: 2,
    renewalUnit: MicroEur(1_000_000n),
    supplyPayMinimumS: 900,
    marketFeeBeyond: MicroEurPerKwh(500n),
  },
});
const CONSENTED = MicroEur(100n);
const yesterday = dayOf(bench.genesis.parameters.zone, noon) - 1;
const orders: readonly BookOrder[] = (["bid", "ask", "bid"] as const).map((side, i) => ({
  paddle: 5 + 2 * i,
  number: 0,
  side,
  energyWh: 100,
  limit: side === "bid" ? 200_000 : 100_000,
  feeder: 1,
  wishes: NO_WISHES,
  salt: new Uint8Array(16).fill(i),
}));
const sealing = (slot: number): SealBook => {
  const seals = orders.map((order) => sealOf({ slot, session: 0, ...order }));
  return { slot, session: 0, count: seals.length, root: sealsRoot(seals) };
};
bench.accept(
  noon - 86_400 + 60,
  ask(BORA, joinNeighbours, { plant: 0, cap: CONSENTED }),
  ask(OPERATOR, sealSlotBook, sealing(noon - 86_400 + 900)),
  ask(OPERATOR, clearSlotBook, { slot: noon - 86_400 + 900, session: 0, orders, unopened: [] }),
);
/**
 * Plant 5 has two contracts with Alba: one that may suspend it, with the invoices 601 (overdue), 602 (paid), 603
 * (disputed) and 604 (not due), and a prepaid one. Citizen 16 has an offer for plant 6.
 */
const [SUPPLIED, PREPAID_ONE, OFFERED] = [saleId(501), saleId(503), saleId(504)];
const BUYER = citizenOf(5);
const INVOICES = [601, 602, 603, 604].map(saleId);
const [OVERDUE, PAID, DISPUTED, NOT_DUE] = INVOICES as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const terms = termsFrom(noon - 86_400, bench.genesis.parameters, { until: noon + 60 * 86_400 });
bench.accept(
  noon - 3600,
  ask(OPERATOR, depositMoney, { member: BUYER, amount: MicroEur(20_000_000n), reference: "buyer" }),
  offering(ALBA, saleId(500), terms),
  offering(ALBA, saleId(502), { ...terms, billing: "prepaid", suspension: undefined }),
  offering(ALBA, OFFERED, terms, { to: citizenOf(6) }),
  accepting(SUPPLIED, saleId(500), 5),
  accepting(PREPAID_ONE, saleId(502), 5),
);
bench.accept(
  noon - 2700,
  ...[1, 2, 3].map((number) =>
    billing(number, SUPPLIED, noon - 3600 + 100 * number, {
      invoice: saleId(600 + number),
      periodFrom: noon - 3600 + 100 * (number - 1),
    }),
  ),
  ask(BUYER, payOneInvoice, { invoice: PAID }),
  ask(BUYER, disputeOneInvoice, { invoice: DISPUTED, reason: "other" }),
);
bench.accept(
  noon,
  interval(
    noon - 1800,
    { plant: 1, solar: { chargedWh: 1000 } },
    { plant: 3, solar: { chargedWh: 800 }, grid: { chargedWh: 50 } },
    { plant: 4, solar: { chargedWh: 600 } },
  ),
  ...(
    [
      [3, 2_500_000n],
      [4, 700_000n],
    ] as const
  ).map(([plant, amount]) =>
    ask(OPERATOR, depositMoney, {
      member: citizenOf(plant),
      amount: MicroEur(amount),
      reference: `at rest ${plant}`,
    }),
  ),
);
bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1100 } }));
bench.accept(noon, selling(bench, noon, { sale: saleId(2), energy: Wh(100n) }));
bench.accept(noon + 900, interval(noon, { plant: 1, solar: { chargedWh: 1000, exportedWh: 100 } }));
bench.accept(noon + 900, selling(bench, noon));
bench.accept(noon + 900, ask(ALBA, registerMemberKey, { key: signerOf("Alba's second").publicKey }));
bench.accept(noon + 900, admission(51, "supplier"));
bench.accept(
  noon + 900,
  ask(ALBA, registerMemberKey, { key: signerOf("Alba's third").publicKey }),
  ask(ALBA, revokeMemberKey, { key: signerOf("Alba's third").publicKey }),
  ask(citizenOf(2), setMemberGuardians, {
    guardians: [{ member: ALBA }, { member: BORA }, { key: signerOf("paper").publicKey }],
  }),
  ask(ALBA, setMemberGuardians, {
    guardians: [{ member: BORA }, { member: OPERATOR }, { key: signerOf("paper").publicKey }],
  }),
);
bench.accept(
  noon + 900,
  ask(BORA, requestMemberRecovery, {
    ...recovery([0, 1], { member: ALBA, newKey: signerOf("Alba's new phone").publicKey }, [BORA, OPERATOR]),
    member: ALBA,
    newKey: signerOf("Alba's new phone").publicKey,
  }),
);
bench.accept(
  noon + 900,
  ask(citizenOf(1), proposeMotion, {
    purpose: "A bench for the square",
    motion: { type: "pay", member: ALBA, amount: MicroEur(1n) },
  }),
);
bench.accept(
  noon + 900,
  ...[7, 8, 9].map((payout) =>
    ask(BORA, requestOwnPayout, { payout: saleId(payout), amount: MicroEur(10n) }),
  ),
);
bench.accept(
  noon + 900,
  ask(OPERATOR, settleMemberPayout, { payout: saleId(8), reference: "out 8" }),
  ask(OPERATOR, settleMemberPayout, { payout: saleId(9), reference: undefined }),
);
bench.accept(noon + 900, ask(OPERATOR, sealSlotBook, sealing(noon + 1800)));
bench.accept(noon + 900, billing(4, SUPPLIED, noon - 3000, { invoice: NOT_DUE, periodFrom: noon - 3100 }));
const now = noon + 1800;
/** The last order of the book of `now` is not opened. */
const opening: ClearBook = {
  slot: now,
  session: 0,
  orders: orders.slice(0, 2),
  unopened: [sealOf({ slot: now, session: 0, ...orders[2]! })],
};
const settlement: SettleDay = {
  day: yesterday,
  version: 1,
  reason: "",
  final: false,
  statementsRoot: new Uint8Array(32),
  ...{ boughtWh: 100, soldWh: 100, fallbackBoughtWh: 20, fallbackSoldWh: 20 },
  entries: [
    { member: ALBA, net: MicroEur(30n) },
    { member: BORA, net: MicroEur(-40n) },
  ],
  fees: MicroEur(10n),
};

/** Both at rest go on under other numbers; three quarter hours of two homes are the gap. */
const RESTING = [citizenOf(3), citizenOf(4)];
const { renewal } = planRenewal(bench.view, { period: 1, lastInterval: now - 900, closed: RESTING });

/** A request with its body still open to changes, and what is to be changed in the state before it. */
interface Attempt<B> {
  readonly request: Omit<Request, "body">;
  readonly body: B;
  readonly suffix: Uint8Array;
  readonly patches: readonly ((draft: Draft, sender: number) => void)[];
}

interface Violation<B> {
  readonly status: Refusal;
  /** What it changes: two violations that share a word are not combined. */
  readonly touches: string;
  apply(attempt: Attempt<B>): Attempt<B>;
}

const body =
  <B>(changes: NoInfer<Partial<B>>): Violation<B>["apply"] =>
  (attempt) => ({ ...attempt, body: { ...attempt.body, ...changes } });
const envelope =
  (changes: Partial<Request>): Violation<never>["apply"] =>
  (attempt) => ({ ...attempt, request: { ...attempt.request, ...changes } });
const before =
  (patch: (draft: Draft, sender: number) => void): Violation<never>["apply"] =>
  (attempt) => ({ ...attempt, patches: [...attempt.patches, patch] });
const law = (changes: Partial<Parameters>) =>
  before((draft) => draft.put(PARAMETERS, 0, { ...draft.get(PARAMETERS, 0)!, ...changes }));
const suspendSupplier = (supplier: number) =>
  before((draft) => draft.put(SUPPLIERS, supplier, { ...draft.get(SUPPLIERS, supplier)!, suspended: true }));

const height = () => bench.app.height + 1;
/** What may be wrong with any transaction, whatever it asks for. */
const ENVELOPE: readonly Violation<never>[] = [
  {
    status: "malformed",
    touches: "bytes kind",
    apply: (attempt) => ({ ...attempt, suffix: Uint8Array.of(0) }),
  },
  { status: "wrong_chain", touches: "chain", apply: envelope({ chain: "another" }) },
  { status: "unknown_kind", touches: "kind", apply: envelope({ kind: { number: 77 } }) },
  { status: "unknown_sender", touches: "sender", apply: envelope({ sender: 4711 }) },
  { status: "key_not_registered", touches: "key", apply: envelope({ signer: signerOf("nobody") }) },
  { status: "bad_signature", touches: "signature", apply: envelope({ signature: new Uint8Array(64) }) },
  { status: "expired", touches: "expiry", apply: envelope({ expiryHeight: height() - 1 }) },
  {
    status: "expiry_too_far",
    touches: "expiry",
    apply: envelope({ expiryHeight: height() + bench.genesis.parameters.maxExpiryAhead + 1 }),
  },
  { status: "nonce_already_used", touches: "nonce", apply: envelope({ nonce: 0 }) },
  { status: "nonce_out_of_order", touches: "nonce", apply: envelope({ nonce: 1000 }) },
  {
    status: "member_suspended",
    touches: "suspension",
    apply: before((draft, sender) => {
      const row = draft.get(MEMBERS, sender);
      if (row !== undefined) draft.put(MEMBERS, sender, { ...row, suspended: true });
    }),
  },
];

interface Suite<B> {
  readonly kind: Kind<B, ChainEvent>;
  readonly sender: number;
  readonly body: B;
  /** Besides those of the envelope; a role that may not send it first, then in order of precedence. */
  readonly violations: readonly Violation<B>[];
}

const wrongRole = (sender: number): Violation<never> => ({
  status: "role_not_allowed",
  touches: "sender",
  apply: envelope({ sender }),
});
const fresh = signerOf("fresh").publicKey;
const small = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
const offCurve = new Uint8Array(32).fill(2);
/** No point of P-256 has x = 1. */
const p256OffCurve = Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 2 : i === 32 ? 1 : 0));
/** An honest key plus the point of order two: (x, y) → (−x, −y). */
const torsioned = torsionedKey();
const taken = signerOf(`meter 1`).publicKey;

const motion = (motion: Motion) => body<ProposeMotion>({ motion });
const candidate = (validator: Uint8Array) => motion({ type: "admit_organisation", member: ALBA, validator });
/** Alba is an organisation, the only one. */
const withAlba = (draft: Draft) => {
  draft.put(ORGANISATIONS, ALBA, { validator: undefined, active: true, since: 0, misbehaviours: 0 });
  draft.put(ROSTER, 0, [ALBA]);
};
const motionWith =
  (patch: (draft: Draft) => void, changed: Motion): Violation<ProposeMotion>["apply"] =>
  (attempt) =>
    before(patch)(motion(changed)(attempt) as never) as never;
const justAdmitted = before((draft, sender) => {
  const row = draft.get(MEMBERS, sender);
  if (row !== undefined) draft.put(MEMBERS, sender, { ...row, admitted: height() });
});

const supplied = (changes: Partial<SupplyContract>, contract = SUPPLIED) =>
  before((draft) =>
    draft.put(SUPPLY_CONTRACTS, contract, { ...draft.get(SUPPLY_CONTRACTS, contract)!, ...changes }),
  );
const offered = (changes: Partial<SupplyOffer>) =>
  before((draft) => draft.put(SUPPLY_OFFERS, OFFERED, { ...draft.get(SUPPLY_OFFERS, OFFERED)!, ...changes }));
const point = (plant: number, changes: Partial<SupplyPoint>) =>
  before((draft) => draft.put(SUPPLY_POINTS, plant, { contracts: [], protection: undefined, ...changes }));
const withoutMoney = (draft: Draft, member: number) => {
  const amount = availableOf(draft, memberAccount(member), MONEY);
  assert.equal(transfer(draft, { from: memberAccount(member), to: OUTSIDE, asset: MONEY, amount }), "ok");
};
const gone = (draft: Draft, member: number) =>
  draft.put(MEMBERS, member, { ...draft.get(MEMBERS, member)!, closed: 1, keys: [] });
const partlyPaid = (draft: Draft) =>
  draft.put(SUPPLY_INVOICES, DISPUTED, {
    ...draft.get(SUPPLY_INVOICES, DISPUTED)!,
    paid: MicroEur(900_000n),
  });
/** Both changes, of the body and of the state before it. */
const both =
  <B>(one: Violation<B>["apply"], other: Violation<B>["apply"]): Violation<B>["apply"] =>
  (attempt) =>
    other(one(attempt));
const PERIOD_FROM = noon - 3000;
const unfit: readonly Partial<SupplyTerms>[] = [
  { payWithinS: 899 },
  { until: terms.from },
  { until: terms.from + 30 * 366 * 86_400 + 1 },
  { price: { type: "flat", price: MicroEurPerKwh(1_000_000_001n) } },
  { price: { type: "index", index: "", spread: MicroEurPerKwh(0n) } },
  { suspension: { ...terms.suspension!, noticeS: terms.suspension!.noticeS - 1 } },
  { suspension: { ...terms.suspension!, reducedS: terms.suspension!.reducedS - 1 } },
  { suspension: { ...terms.suspension!, reducedPerMille: 149 } },
  { suspension: { ...terms.suspension!, vitalW: 499 } },
];

const from = memberAccount(ALBA);
const to = memberAccount(BORA);
const nobody = memberAccount(4711);
const id = (byte: number) => new Uint8Array(32).fill(byte);
const movement = { from, to, asset: MONEY, amount: 5n };
const pending: PendingTransfer = { ...movement, id: id(9), expiryHeight: 1000 };

const suites: readonly Suite<never>[] = [
  suite({
    kind: offerOneSupply,
    sender: ALBA,
    body: { offer: saleId(520), to: citizenOf(6), acceptBy: now + 86_400, terms },
    violations: [
      wrongRole(OPERATOR),
      { status: "member_unknown", touches: "to", apply: body({ to: 4711 }) },
      { status: "member_unknown", touches: "to", apply: body({ to: BORA }) },
      {
        status: "plant_unknown",
        touches: "sender supplier",
        apply: both(
          envelope({ sender: citizenOf(1) }),
          before((draft) => draft.put(PLANTS, 1, { ...draft.get(PLANTS, 1)!, closed: 1 })),
        ),
      },
      {
        status: "supplier_unknown",
        touches: "supplier",
        apply: before((draft) => draft.delete(SUPPLIERS, ALBA)),
      },
      { status: "supplier_suspended", touches: "supplier", apply: suspendSupplier(ALBA) },
      ...unfit.map(
        (changes): Violation<OfferRequest> => ({
          status: "terms_invalid",
          touches: "terms",
          apply: body({ terms: { ...terms, ...changes } }),
        }),
      ),
      { status: "terms_invalid", touches: "terms", apply: body({ acceptBy: terms.until }) },
      { status: "id_taken", touches: "offer", apply: body({ offer: OFFERED }) },
    ],
  }),
  suite({
    kind: acceptOneSupply,
    sender: citizenOf(6),
    body: { contract: saleId(530), offer: OFFERED, plant: 6 },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "plant_unknown", touches: "owner point", apply: body({ plant: 4711 }) },
      { status: "terms_invalid", touches: "law offer", apply: law({ supplyPayMinimumS: 2_000 }) },
      { status: "id_taken", touches: "contract", apply: body({ contract: SUPPLIED }) },
      { status: "offer_unknown", touches: "offer", apply: body({ offer: saleId(999) }) },
      { status: "offer_closed", touches: "row", apply: offered({ acceptBy: now - 1 }) },
      { status: "offer_closed", touches: "row", apply: offered({ to: citizenOf(2) }) },
      { status: "offer_closed", touches: "row", apply: offered({ accepted: 1 }) },
      { status: "offer_closed", touches: "row", apply: offered({ to: 0, seller: citizenOf(6) }) },
      { status: "offer_closed", touches: "row", apply: suspendSupplier(ALBA) },
      { status: "plant_supplied", touches: "point", apply: point(6, { contracts: [SUPPLIED] }) },
      {
        status: "plant_supplied",
        touches: "point",
        apply: point(6, { contracts: Array.from({ length: 8 }, () => PREPAID_ONE) }),
      },
    ],
  }),
  suite({
    kind: issueOneInvoice,
    sender: ALBA,
    body: invoiceOf(5, SUPPLIED, now, { periodFrom: PERIOD_FROM }),
    violations: [
      wrongRole(OPERATOR),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: BORA }) },
      {
        status: "member_unknown",
        touches: "corrects amount contract",
        apply: both<InvoiceRequest>(
          body({ corrects: PAID }),
          before((draft) => gone(draft, BUYER)),
        ),
      },
      { status: "amount_not_positive", touches: "amount", apply: body({ amount: MicroEur(0n) }) },
      { status: "amount_too_large", touches: "amount", apply: body({ amount: MicroEur(AMOUNT_MAX + 1n) }) },
      {
        status: "balance_too_low",
        touches: "corrects amount",
        apply: both<InvoiceRequest>(
          body({ corrects: PAID }),
          before((draft) => withoutMoney(draft, ALBA)),
        ),
      },
      { status: "id_taken", touches: "invoice", apply: body({ invoice: OVERDUE }) },
      { status: "contract_unknown", touches: "contract owner", apply: body({ contract: saleId(999) }) },
      { status: "contract_ended", touches: "contract corrects", apply: supplied({ state: "closed" }) },
      { status: "invoice_unknown", touches: "corrects", apply: body({ corrects: saleId(999) }) },
      {
        status: "invoice_unknown",
        touches: "corrects contract",
        apply: body({ corrects: OVERDUE, contract: PREPAID_ONE }),
      },
      {
        status: "invoice_too_large",
        touches: "corrects amount",
        apply: body({ corrects: OVERDUE, amount: MicroEur(1_000_001n) }),
      },
      { status: "number_out_of_order", touches: "number", apply: body({ number: 4 }) },
      { status: "number_out_of_order", touches: "number", apply: body({ number: 6 }) },
      { status: "period_invalid", touches: "period", apply: body({ periodTo: PERIOD_FROM }) },
      { status: "period_invalid", touches: "period", apply: body({ periodTo: now + 1 }) },
      { status: "period_invalid", touches: "period", apply: body({ periodFrom: PERIOD_FROM - 1 }) },
      { status: "period_invalid", touches: "ends", apply: supplied({ endsTime: now - 1 }) },
      {
        status: "period_invalid",
        touches: "period corrects",
        apply: body({ corrects: OVERDUE, periodFrom: noon - 3601, periodTo: noon - 3500 }),
      },
      {
        status: "too_many_invoices",
        touches: "unpaid corrects",
        apply: supplied({ unpaid: Array.from({ length: 64 }, () => OVERDUE) }),
      },
    ],
  }),
  suite({
    kind: payOneInvoice,
    sender: BUYER,
    body: { invoice: OVERDUE },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      {
        status: "balance_too_low",
        touches: "invoice",
        apply: before((draft) => withoutMoney(draft, BUYER)),
      },
      { status: "invoice_unknown", touches: "invoice owner", apply: body({ invoice: saleId(999) }) },
      { status: "invoice_closed", touches: "invoice", apply: body({ invoice: PAID }) },
    ],
  }),
  suite({
    kind: disputeOneInvoice,
    sender: BUYER,
    body: { invoice: OVERDUE, reason: "price" },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "invoice_unknown", touches: "invoice owner", apply: body({ invoice: saleId(999) }) },
      { status: "invoice_closed", touches: "invoice", apply: body({ invoice: PAID }) },
      { status: "invoice_disputed", touches: "invoice", apply: body({ invoice: DISPUTED }) },
      {
        status: "invoice_disputed",
        touches: "invoice",
        apply: before((draft) =>
          draft.put(SUPPLY_INVOICES, OVERDUE, { ...draft.get(SUPPLY_INVOICES, OVERDUE)!, dispute: "other" }),
        ),
      },
    ],
  }),
  suite({
    kind: resolveOneDispute,
    sender: OPERATOR,
    body: { invoice: DISPUTED, amount: MicroEur(400_000n) },
    violations: [
      wrongRole(ALBA),
      {
        status: "member_unknown",
        touches: "invoice amount",
        apply: before((draft) => {
          partlyPaid(draft);
          gone(draft, BUYER);
        }),
      },
      {
        status: "balance_too_low",
        touches: "invoice amount",
        apply: before((draft) => {
          partlyPaid(draft);
          withoutMoney(draft, ALBA);
        }),
      },
      { status: "invoice_unknown", touches: "invoice", apply: body({ invoice: saleId(999) }) },
      { status: "invoice_not_disputed", touches: "invoice", apply: body({ invoice: OVERDUE }) },
      { status: "invoice_too_large", touches: "amount", apply: body({ amount: MicroEur(1_000_001n) }) },
    ],
  }),
  suite({
    kind: giveOneNotice,
    sender: ALBA,
    body: { invoice: OVERDUE },
    violations: [
      wrongRole(OPERATOR),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: BORA }) },
      { status: "contract_ended", touches: "state invoice", apply: supplied({ state: "ended" }) },
      { status: "invoice_unknown", touches: "invoice owner", apply: body({ invoice: saleId(999) }) },
      { status: "invoice_closed", touches: "invoice", apply: body({ invoice: PAID }) },
      { status: "invoice_not_due", touches: "invoice", apply: body({ invoice: NOT_DUE }) },
      { status: "invoice_disputed", touches: "invoice", apply: body({ invoice: DISPUTED }) },
      {
        status: "suspension_not_agreed",
        touches: "terms",
        apply: supplied({ terms: { ...terms, suspension: undefined } }),
      },
      {
        status: "plant_protected",
        touches: "point",
        apply: point(5, { protection: { reason: "registered", height: 1, time: noon } }),
      },
      { status: "procedure_running", touches: "state", apply: supplied({ state: "restored" }) },
      { status: "procedure_running", touches: "state", apply: supplied({ state: "notified" }) },
    ],
  }),
  suite({
    kind: protectOnePlant,
    sender: OPERATOR,
    body: { plant: 5, protected: true, reason: "registered" },
    violations: [
      wrongRole(ALBA),
      { status: "plant_unknown", touches: "plant", apply: body({ plant: 4711 }) },
    ],
  }),
  suite({
    kind: endOneSupply,
    sender: BUYER,
    body: { contract: SUPPLIED },
    violations: [
      wrongRole(OPERATOR),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "contract_unknown", touches: "contract owner", apply: body({ contract: saleId(999) }) },
      { status: "contract_ended", touches: "state", apply: supplied({ state: "ended" }) },
      { status: "contract_ended", touches: "state", apply: supplied({ endsTime: now + 30 * 86_400 }) },
    ],
  }),
  suite({
    kind: prepaySupply,
    sender: BUYER,
    body: { contract: PREPAID_ONE, amount: MicroEur(5n) },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "amount_not_positive", touches: "amount", apply: body({ amount: MicroEur(0n) }) },
      { status: "amount_too_large", touches: "amount", apply: body({ amount: MicroEur(AMOUNT_MAX + 1n) }) },
      { status: "balance_too_low", touches: "money", apply: before((draft) => withoutMoney(draft, BUYER)) },
      { status: "contract_unknown", touches: "contract owner", apply: body({ contract: saleId(999) }) },
      { status: "contract_ended", touches: "contract", apply: supplied({ state: "ended" }, PREPAID_ONE) },
      { status: "not_prepaid", touches: "contract", apply: body({ contract: SUPPLIED }) },
    ],
  }),
  suite({
    kind: proposeMotion,
    sender: citizenOf(1),
    body: { purpose: "Paint for the fence", motion: { type: "pay", member: ALBA, amount: MicroEur(5n) } },
    violations: [
      {
        status: "member_unknown",
        touches: "motion",
        apply: motion({ type: "pay", member: 4711, amount: MicroEur(5n) }),
      },
      {
        status: "member_unknown",
        touches: "motion",
        apply: motion({ type: "admit_organisation", member: citizenOf(2), validator: undefined }),
      },
      { status: "key_malformed", touches: "motion", apply: candidate(offCurve) },
      { status: "key_small_order", touches: "motion", apply: candidate(small) },
      { status: "key_torsioned", touches: "motion", apply: candidate(torsioned) },
      { status: "key_already_registered", touches: "motion", apply: candidate(taken) },
      {
        status: "amount_not_positive",
        touches: "motion",
        apply: motion({ type: "pay", member: ALBA, amount: MicroEur(0n) }),
      },
      {
        status: "amount_too_large",
        touches: "motion",
        apply: motion({ type: "pay", member: ALBA, amount: MicroEur(AMOUNT_MAX + 1n) }),
      },
      {
        status: "organisation_exists",
        touches: "motion",
        apply: motionWith(withAlba, { type: "admit_organisation", member: ALBA, validator: undefined }),
      },
      {
        status: "organisation_unknown",
        touches: "motion",
        apply: motion({ type: "remove_organisation", member: BORA }),
      },
      {
        status: "organisation_unknown",
        touches: "motion",
        apply: motion({ type: "change_validator", member: ALBA, validator: fresh }),
      },
      {
        status: "too_many_organisations",
        touches: "motion",
        apply: motionWith(
          (draft) =>
            draft.put(
              ROSTER,
              0,
              Array.from({ length: MAX_ORGANISATIONS }, (_, i) => 1000 + i),
            ),
          { type: "admit_organisation", member: ALBA, validator: fresh },
        ),
      },
      {
        status: "last_organisation",
        touches: "motion",
        apply: motionWith(withAlba, { type: "remove_organisation", member: ALBA }),
      },
      {
        status: "laws_invalid",
        touches: "motion",
        apply: motion({
          type: "change_laws",
          laws: { ...bench.genesis.parameters, quorumPerMille: 1001 },
        }),
      },
      {
        status: "laws_unchanged",
        touches: "motion law",
        apply: motion({ type: "change_laws", laws: bench.genesis.parameters }),
      },
      { status: "text_invalid", touches: "purpose", apply: body({ purpose: "x" }) },
      { status: "text_invalid", touches: "purpose", apply: body({ purpose: "a bell\u0007" }) },
      { status: "text_invalid", touches: "purpose", apply: body({ purpose: "x".repeat(141) }) },
      { status: "not_entitled", touches: "sender suspension", apply: justAdmitted },
      {
        status: "not_entitled",
        touches: "motion",
        apply: motionWith(withAlba, { type: "admit_organisation", member: BORA, validator: fresh }),
      },
      { status: "too_many_proposals", touches: "law", apply: law({ maxOpenProposals: 1 }) },
    ],
  }),
  suite({
    kind: castVote,
    sender: citizenOf(2),
    body: { proposal: 1, yes: true },
    violations: [
      { status: "proposal_unknown", touches: "proposal", apply: body({ proposal: 99 }) },
      {
        status: "proposal_closed",
        touches: "proposal",
        apply: before((draft) => draft.put(PROPOSALS, 1, { ...draft.get(PROPOSALS, 1)!, state: "rejected" })),
      },
      { status: "not_entitled", touches: "sender proposal suspension", apply: justAdmitted },
    ],
  }),
  suite({
    kind: withdrawMotion,
    sender: citizenOf(1),
    body: { proposal: 1 },
    violations: [
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "proposal_unknown", touches: "proposal owner", apply: body({ proposal: 99 }) },
      {
        status: "proposal_closed",
        touches: "proposal",
        apply: before((draft) => draft.put(PROPOSALS, 1, { ...draft.get(PROPOSALS, 1)!, state: "accepted" })),
      },
    ],
  }),
  suite({
    kind: admitMember,
    sender: OPERATOR,
    body: { member: 50, role: "citizen", keys: [fresh], identity: identityOf(50, "citizen") },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_registrar", touches: "law sender", apply: law({ operatorIsRegistrar: false }) },
      { status: "member_exists", touches: "member", apply: body({ member: ALBA }) },
      { status: "key_malformed", touches: "keys", apply: body({ keys: [fresh, offCurve, small] }) },
      { status: "key_malformed", touches: "keys", apply: body({ keys: [] }) },
      { status: "key_malformed", touches: "keys", apply: body({ keys: [p256OffCurve] }) },
      { status: "key_small_order", touches: "keys", apply: body({ keys: [taken, torsioned, small] }) },
      { status: "key_torsioned", touches: "keys", apply: body({ keys: [taken, torsioned] }) },
      { status: "key_already_registered", touches: "keys", apply: body({ keys: [fresh, taken] }) },
      { status: "key_already_registered", touches: "keys", apply: body({ keys: [fresh, fresh] }) },
      { status: "identity_missing", touches: "identity role", apply: body({ identity: undefined }) },
      {
        status: "identity_missing",
        touches: "identity role",
        apply: body({ role: "supplier", identity: undefined }),
      },
      {
        status: "identity_missing",
        touches: "identity role",
        apply: body({ role: "organisation", identity: undefined }),
      },
      { status: "identity_unexpected", touches: "identity role", apply: body({ role: "operator" }) },
      { status: "identity_unexpected", touches: "identity role", apply: body({ role: "registrar" }) },
      {
        status: "identity_already_member",
        touches: "identity role",
        apply: body({ identity: identityOf(citizenOf(1), "citizen") }),
      },
    ],
  }),
  suite({
    kind: registerMemberKey,
    sender: ALBA,
    body: { key: fresh },
    violations: [
      { status: "key_malformed", touches: "keys", apply: body({ key: offCurve }) },
      { status: "key_malformed", touches: "keys", apply: body({ key: p256OffCurve }) },
      { status: "key_malformed", touches: "keys", apply: body({ key: new Uint8Array(31) }) },
      { status: "key_small_order", touches: "keys", apply: body({ key: small }) },
      { status: "key_torsioned", touches: "keys", apply: body({ key: torsioned }) },
      { status: "key_already_registered", touches: "keys", apply: body({ key: taken }) },
      {
        status: "too_many_keys",
        touches: "row",
        apply: before((draft) => {
          const row = draft.get(MEMBERS, ALBA)!;
          const more = Array.from({ length: 13 }, (_, i) => signerOf(`more ${i}`).publicKey);
          draft.put(MEMBERS, ALBA, { ...row, keys: [...row.keys, ...more] });
        }),
      },
    ],
  }),
  suite({
    kind: revokeMemberKey,
    sender: ALBA,
    body: { key: signerOf("Alba's second").publicKey },
    violations: [
      { status: "key_unknown", touches: "keys", apply: body({ key: fresh }) },
      { status: "last_key", touches: "keys row", apply: lastKey },
      { status: "revocation_pending", touches: "revocation", apply: before(revoking("Alba's second")) },
    ],
  }),
  suite({
    kind: cancelKeyRevocation,
    sender: ALBA,
    body: { key: signerOf("Alba's third").publicKey },
    violations: [
      { status: "revocation_unknown", touches: "keys", apply: body({ key: fresh }) },
      {
        status: "revocation_unknown",
        touches: "keys",
        apply: body({ key: signerOf("Alba's second").publicKey }),
      },
      {
        status: "revocation_unknown",
        touches: "revocation",
        apply: before((draft) => draft.delete(REVOCATIONS, signerOf("Alba's third").publicKey)),
      },
      { status: "revocation_unknown", touches: "sender key", apply: envelope({ sender: BORA }) },
      {
        status: "key_under_revocation",
        touches: "key",
        apply: envelope({ signer: signerOf("Alba's third") }),
      },
    ],
  }),
  suite({
    kind: setMemberGuardians,
    sender: citizenOf(1),
    body: { guardians: [{ member: ALBA }, { member: OPERATOR }, { key: fresh }] },
    violations: [
      [],
      [{ member: ALBA }, { member: OPERATOR }],
      [{ member: ALBA }, { member: OPERATOR }, { member: ALBA }],
      [{ member: ALBA }, { member: OPERATOR }, { member: citizenOf(1) }],
      [{ member: ALBA }, { member: OPERATOR }, { member: 4711 }],
      [{ member: ALBA }, { member: OPERATOR }, { key: offCurve }],
      [{ member: ALBA }, { member: OPERATOR }, { key: signerOf(`member ${citizenOf(1)}`).publicKey }],
    ].map((guardians) => ({
      status: "guardians_invalid" as const,
      touches: "guardians",
      apply: body<SetGuardians>({ guardians }),
    })),
  }),
  suite({
    kind: requestMemberRecovery,
    sender: BORA,
    body: recovery([0, 2]),
    violations: [
      { status: "member_unknown", touches: "member", apply: body({ member: 50 }) },
      { status: "key_malformed", touches: "keys", apply: body({ newKey: offCurve }) },
      { status: "key_small_order", touches: "keys", apply: body({ newKey: small }) },
      { status: "key_torsioned", touches: "keys", apply: body({ newKey: torsioned }) },
      { status: "key_already_registered", touches: "keys", apply: body({ newKey: taken }) },
      {
        status: "guardians_missing",
        touches: "guardians",
        apply: before((draft) => draft.delete(GUARDIANS, citizenOf(2))),
      },
      {
        status: "recovery_pending",
        touches: "recovery",
        apply: before((draft) =>
          draft.put(RECOVERIES, citizenOf(2), { newKey: taken, time: now, height: 1 }),
        ),
      },
      { status: "approvals_expired", touches: "expires", apply: body({ expiryHeight: 0 }) },
      { status: "approvals_too_few", touches: "approvals", apply: body({ approvals: [] }) },
      {
        status: "approvals_too_few",
        touches: "approvals",
        apply: body({ approvals: recovery([0]).approvals }),
      },
      {
        status: "approvals_too_few",
        touches: "approvals",
        apply: body({ approvals: recovery([2, 0]).approvals }),
      },
      {
        status: "approvals_too_few",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 0]).approvals }),
      },
      {
        status: "approvals_too_few",
        touches: "approvals",
        apply: body({
          approvals: recovery([0, 2]).approvals.map((one) => ({ ...one, guardian: one.guardian + 1 })),
        }),
      },
      {
        status: "approvals_of_suppliers_only",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 1]).approvals }),
      },
      {
        status: "approval_signature_bad",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 2], { round: 2 }).approvals }),
      },
      {
        status: "approval_signature_bad",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 2], { chain: "another" }).approvals }),
      },
      {
        status: "approval_signature_bad",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 2], { member: citizenOf(1) }).approvals }),
      },
      {
        status: "approval_signature_bad",
        touches: "approvals",
        apply: body({ approvals: recovery([0, 2], { newKey: taken }).approvals }),
      },
    ],
  }),
  suite({
    kind: cancelMemberRecovery,
    sender: ALBA,
    body: { key: signerOf("Alba's new phone").publicKey },
    violations: [
      { status: "recovery_unknown", touches: "key", apply: body({ key: fresh }) },
      { status: "recovery_unknown", touches: "sender", apply: envelope({ sender: BORA }) },
      {
        status: "recovery_unknown",
        touches: "recovery",
        apply: before((draft) => draft.delete(RECOVERIES, ALBA)),
      },
    ],
  }),
  suite({
    kind: eraseOneMember,
    sender: OPERATOR,
    body: { member: citizenOf(2) },
    violations: [
      { status: "not_the_owner", touches: "sender", apply: envelope({ sender: citizenOf(1) }) },
      { status: "not_the_registrar", touches: "law sender", apply: law({ operatorIsRegistrar: false }) },
      { status: "member_unknown", touches: "member", apply: body({ member: 50 }) },
      {
        status: "member_unknown",
        touches: "member",
        apply: before((draft) => {
          const row = draft.get(MEMBERS, citizenOf(2))!;
          draft.put(MEMBERS, citizenOf(2), { ...row, closed: 1, keys: [] });
        }),
      },
      {
        status: "member_holds_office",
        touches: "member sender law",
        apply: body({ member: OPERATOR }),
      },
      {
        status: "member_holds_office",
        touches: "office",
        apply: before((draft) => {
          const organisation = { validator: undefined, active: true, since: 1, misbehaviours: 0 };
          draft.put(ORGANISATIONS, citizenOf(2), organisation);
        }),
      },
      {
        status: "account_not_empty",
        touches: "money",
        apply: before((draft) => {
          const gift = { from: OUTSIDE, to: memberAccount(citizenOf(2)), asset: MONEY };
          assert.equal(transfer(draft, { ...gift, amount: 1n }), "ok");
        }),
      },
      {
        status: "sales_still_open",
        touches: "reserve",
        apply: before((draft) => {
          const announced = { from: OUTSIDE, to: memberAccount(citizenOf(2)), asset: MONEY, amount: 1n };
          assert.equal(reserve(draft, { ...announced, id: id(3), expiryHeight: 1000 }, 1), "ok");
        }),
      },
      {
        status: "market_not_left",
        touches: "market",
        apply: before((draft) =>
          draft.put(PARTICIPATIONS, citizenOf(2), consent({ plant: 2, held: MicroEur(0n) })),
        ),
      },
      {
        status: "contracts_still_running",
        touches: "contracts",
        apply: before((draft) => {
          const row = { contracts: 0, unpaid: 1, year: 2026, number: 1 };
          draft.put(SUPPLY_SELLERS, citizenOf(2), row);
        }),
      },
      { status: "contracts_still_running", touches: "contracts", apply: point(2, { contracts: [SUPPLIED] }) },
    ],
  }),
  suite({
    kind: requestOwnPayout,
    sender: BORA,
    body: { payout: saleId(10), amount: MicroEur(10_000_000n - 120n) },
    violations: [
      wrongRole(OPERATOR),
      { status: "amount_not_positive", touches: "amount", apply: body({ amount: MicroEur(0n) }) },
      { status: "amount_too_large", touches: "amount", apply: body({ amount: MicroEur(AMOUNT_MAX + 1n) }) },
      { status: "balance_too_low", touches: "amount", apply: body({ amount: MicroEur(10_000_000n - 119n) }) },
      {
        status: "balance_too_low",
        touches: "funds",
        apply: before((draft, sender) => {
          const held = { from: memberAccount(sender), to: FEES, asset: MONEY, amount: 1n };
          reserve(draft, { ...held, id: id(5), expiryHeight: 1000 }, 1);
        }),
      },
      { status: "payout_exists", touches: "payout", apply: body({ payout: saleId(7) }) },
      { status: "payout_exists", touches: "payout", apply: body({ payout: saleId(8) }) },
      { status: "payout_exists", touches: "payout", apply: body({ payout: saleId(9) }) },
    ],
  }),
  suite({
    kind: settleMemberPayout,
    sender: OPERATOR,
    body: { payout: saleId(7), reference: "out 7" },
    violations: [
      wrongRole(BORA),
      { status: "deposit_exists", touches: "reference", apply: body({ reference: "out 8" }) },
      { status: "deposit_exists", touches: "reference", apply: body({ reference: `opening ${ALBA}` }) },
      { status: "payout_unknown", touches: "payout", apply: body({ payout: saleId(50) }) },
      { status: "payout_closed", touches: "payout", apply: body({ payout: saleId(8) }) },
      { status: "payout_closed", touches: "payout", apply: body({ payout: saleId(9) }) },
      {
        status: "payout_closed",
        touches: "expired",
        apply: before((draft) =>
          draft.put(PAYOUTS, saleId(7), { ...draft.get(PAYOUTS, saleId(7))!, expiryHeight: height() }),
        ),
      },
    ],
  }),
  suite({
    kind: renewManyMembers,
    sender: OPERATOR,
    body: renewal,
    violations: [
      wrongRole(ALBA),
      wrongRole(citizenOf(3)),
      { status: "not_the_registrar", touches: "law sender", apply: law({ operatorIsRegistrar: false }) },
      { status: "member_exists", touches: "number", apply: opened(0, { member: ALBA }) },
      { status: "member_unknown", touches: "closed", apply: body({ closed: [citizenOf(3), 4711] }) },
      { status: "member_unknown", touches: "closed", apply: body({ closed: [ALBA, citizenOf(4)] }) },
      {
        status: "member_unknown",
        touches: "closed",
        apply: before((draft) =>
          draft.put(MEMBERS, citizenOf(4), { ...draft.get(MEMBERS, citizenOf(4))!, closed: 1 }),
        ),
      },
      { status: "key_malformed", touches: "keys", apply: opened(1, { keys: [] }) },
      { status: "key_malformed", touches: "keys", apply: opened(1, { keys: [fresh, p256OffCurve] }) },
      { status: "key_malformed", touches: "meter", apply: openedPlant(1, { meterKey: offCurve }) },
      { status: "key_small_order", touches: "keys", apply: opened(1, { keys: [taken, small] }) },
      { status: "key_small_order", touches: "meter", apply: openedPlant(1, { meterKey: small }) },
      { status: "key_torsioned", touches: "keys", apply: opened(1, { keys: [taken, torsioned] }) },
      { status: "key_torsioned", touches: "meter", apply: openedPlant(1, { meterKey: torsioned }) },
      {
        status: "key_already_registered",
        touches: "keys",
        apply: opened(1, { keys: [memberSigner(citizenOf(3)).publicKey] }),
      },
      { status: "key_already_registered", touches: "meter", apply: openedPlant(1, { meterKey: taken }) },
      {
        status: "key_already_registered",
        touches: "meter keys",
        apply: openedPlant(1, { meterKey: renewal.opened[0]!.keys[0]! }),
      },
      { status: "plant_exists", touches: "plants", apply: openedPlant(0, { plant: 3 }) },
      { status: "interval_misaligned", touches: "start", apply: body({ lastInterval: noon + 60 }) },
      { status: "interval_in_future", touches: "start", apply: body({ lastInterval: now }) },
      {
        status: "interval_already_submitted",
        touches: "start",
        apply: body({ lastInterval: noon - 2700 }),
      },
      {
        status: "entries_out_of_order",
        touches: "closed",
        apply: body({ closed: renewal.closed.toReversed() }),
      },
      {
        status: "entries_out_of_order",
        touches: "closed number",
        apply: body({ closed: [citizenOf(3), citizenOf(3)] }),
      },
      {
        status: "entries_out_of_order",
        touches: "number keys meter plants money identity guardians stores",
        apply: openedAll((list) => list.toReversed()),
      },
      {
        status: "entries_out_of_order",
        touches: "plants",
        apply: openedPlant(1, { plant: renewal.opened[0]!.plants[0]!.plant }),
      },
      {
        status: "grid_energy_not_sellable",
        touches: "grid",
        apply: body({ gapGrid: { ...NOTHING, charged: Wh(1n), exported: Wh(1n) } }),
      },
      {
        status: "exceeds_plant_limits",
        touches: "solar start",
        apply: body({ gapSolar: { ...NOTHING, charged: Wh(8257n), lost: Wh(8257n) } }),
      },
      {
        status: "exceeds_plant_limits",
        touches: "solar start",
        apply: body({ gapSolar: { charged: Wh(8256n), used: Wh(4000n), exported: Wh(4257n), lost: Wh(0n) } }),
      },
      {
        status: "exceeds_plant_limits",
        touches: "stores sheet",
        apply: openedPlant(0, { solar: Wh(11_002n) }),
      },
      {
        status: "money_not_whole",
        touches: "money",
        apply: opened(1, { money: MicroEur(renewal.opened[1]!.money + 1n) }),
      },
      { status: "pool_too_low", touches: "money", apply: opened(1, { money: MicroEur(4_000_000n) }) },
      {
        status: "money_held_back",
        touches: "money",
        apply: openedAll((list) => list.map((member) => ({ ...member, money: MicroEur(0n) }))),
      },
      {
        status: "identity_already_member",
        touches: "identity",
        apply: opened(0, { identity: identityOf(citizenOf(1), "citizen")! }),
      },
      {
        status: "identity_already_member",
        touches: "identity",
        apply: opened(0, { identity: identityOf(citizenOf(3), "citizen")! }),
      },
      {
        status: "identity_already_member",
        touches: "identity",
        apply: opened(0, { identity: renewal.opened[1]!.identity }),
      },
      ...(
        [
          [{ member: ALBA }, { member: BORA }],
          [{ member: ALBA }, { member: ALBA }, { member: BORA }],
          [{ member: ALBA }, { member: BORA }, { member: renewal.opened[0]!.member }],
          [{ member: ALBA }, { member: BORA }, { member: citizenOf(3) }],
          [{ member: ALBA }, { member: BORA }, { member: 4711 }],
          [{ member: ALBA }, { member: BORA }, { key: offCurve }],
          [{ member: ALBA }, { member: BORA }, { key: renewal.opened[0]!.keys[0]! }],
        ] as const
      ).map(
        (guardians): Violation<Renewal> => ({
          status: "guardians_invalid",
          touches: "guardians",
          apply: opened(0, { guardians }),
        }),
      ),
      { status: "period_wrong", touches: "period", apply: body({ period: 0 }) },
      { status: "period_wrong", touches: "period", apply: body({ period: 2 }) },
      {
        status: "period_wrong",
        touches: "period",
        apply: before((draft) => draft.put(PERIOD, 0, 2)),
      },
      { status: "too_few_to_renew", touches: "law", apply: law({ renewalMinimum: 3 }) },
      {
        status: "renewal_uneven",
        touches: "number keys meter plants money identity guardians stores sheet",
        apply: openedAll((list) => [
          ...list,
          {
            member: 0xffff_ffff,
            keys: [fresh],
            identity: identityOf(4711, "citizen")!,
            guardians: undefined,
            money: MicroEur(0n),
            plants: [],
          },
        ]),
      },
      ...(
        [
          (draft) =>
            draft.put(MEMBERS, citizenOf(4), { ...draft.get(MEMBERS, citizenOf(4))!, suspended: true }),
          (draft) => draft.put(RECOVERIES, citizenOf(4), { newKey: fresh, time: now + 900, height: 1_000 }),
          (draft) =>
            draft.put(REVOCATIONS, memberSigner(citizenOf(4)).publicKey, {
              member: citizenOf(4),
              time: now + 900,
              height: 1_000,
            }),
          (draft) =>
            draft.put(GUARDIANS, citizenOf(4), {
              guardians: [],
              round: 1,
              next: { guardians: [], time: now + 900, height: 1_000 },
            }),
          (draft) => draft.put(PLANTS, 4, { ...draft.get(PLANTS, 4)!, openSales: [saleId(77)] }),
          (draft) => reserve(draft, { ...pending, from: memberAccount(citizenOf(4)), to: OUTSIDE }, height()),
          (draft) => reserve(draft, { ...pending, to: memberAccount(citizenOf(4)) }, height()),
          (draft) => draft.put(PARTICIPATIONS, citizenOf(4), consent({ plant: 4, held: MicroEur(0n) })),
        ] satisfies ((draft: Draft) => unknown)[]
      ).map(
        (patch): Violation<never> => ({
          status: "member_not_at_rest",
          touches: "closed row",
          apply: before((draft) => void patch(draft)),
        }),
      ),
      { status: "sheets_differ", touches: "sheet", apply: openedPlant(0, { capacity: Wh(20_000n) }) },
      { status: "sheets_differ", touches: "sheet", apply: openedPlant(0, { capacity: Wh(6_400n) }) },
      { status: "sheets_differ", touches: "sheet", apply: openedPlant(0, { chargePowerMaxW: 2_000 }) },
      { status: "sheets_differ", touches: "sheet", apply: openedPlant(0, { dischargePowerMaxW: 10_000 }) },
      {
        status: "energy_differs",
        touches: "stores",
        apply: openedPlant(0, { solar: Wh(renewal.opened[0]!.plants[0]!.solar + 1n) }),
      },
      {
        status: "energy_differs",
        touches: "stores",
        apply: openedPlant(0, { grid: Wh(renewal.opened[0]!.plants[0]!.grid + 1n) }),
      },
      {
        status: "energy_differs",
        touches: "solar",
        apply: body({ gapSolar: { ...NOTHING, charged: Wh(5n), lost: Wh(3n) } }),
      },
      { status: "energy_differs", touches: "grid", apply: body({ gapGrid: { ...NOTHING, used: Wh(1n) } }) },
    ],
  }),
  suite({
    kind: joinNeighbours,
    sender: citizenOf(3),
    body: { plant: 3, cap: MicroEur(1_000_000n) },
    violations: [
      wrongRole(OPERATOR),
      { status: "not_the_owner", touches: "plant", apply: body({ plant: 2 }) },
      { status: "plant_unknown", touches: "plant", apply: body({ plant: 50 }) },
      { status: "plant_unknown", touches: "plant sender", apply: envelope({ sender: ALBA }) },
      {
        status: "supplier_unknown",
        touches: "plant sender",
        apply: (attempt) =>
          envelope({ sender: 51 })(body<JoinMarket>({ plant: 0 })(attempt) as never) as never,
      },
      {
        status: "supplier_suspended",
        touches: "plant sender",
        apply: (attempt) =>
          suspendSupplier(ALBA)(
            envelope({ sender: ALBA })(body<JoinMarket>({ plant: 0 })(attempt) as never),
          ) as never,
      },
      { status: "amount_not_positive", touches: "cap", apply: body({ cap: MicroEur(0n) }) },
      { status: "amount_too_large", touches: "cap", apply: body({ cap: MicroEur(AMOUNT_MAX + 1n) }) },
      { status: "balance_too_low", touches: "cap", apply: body({ cap: MicroEur(2_500_001n) }) },
      {
        status: "market_joined_elsewhere",
        touches: "row",
        apply: before((draft) =>
          draft.put(PARTICIPATIONS, citizenOf(3), consent({ plant: 9, held: MicroEur(0n) })),
        ),
      },
      { status: "cap_out_of_range", touches: "law", apply: law({ marketCapHighest: MicroEur(999_999n) }) },
    ],
  }),
  suite({
    kind: leaveNeighbours,
    sender: BORA,
    body: { plant: 0 },
    violations: [
      wrongRole(OPERATOR),
      { status: "market_not_joined", touches: "plant", apply: body({ plant: 1 }) },
      { status: "market_not_joined", touches: "sender", apply: envelope({ sender: ALBA }) },
      {
        status: "market_not_joined",
        touches: "row",
        apply: before((draft) =>
          draft.put(PARTICIPATIONS, BORA, {
            ...draft.get(PARTICIPATIONS, BORA)!,
            caps: [{ from: yesterday, cap: MicroEur(0n) }],
          }),
        ),
      },
    ],
  }),
  suite({
    kind: limitOneFeeder,
    sender: OPERATOR,
    body: {
      feeder: 1,
      from: now + 900,
      to: now + 2700,
      maxSoldWh: 500,
      maxBoughtWh: undefined,
      reason: "A cable is renewed",
    },
    violations: [
      wrongRole(citizenOf(1)),
      { status: "interval_misaligned", touches: "from", apply: body({ from: now + 901 }) },
      { status: "interval_misaligned", touches: "to", apply: body({ to: now + 2701 }) },
      { status: "text_invalid", touches: "reason", apply: body({ reason: "" }) },
      { status: "limit_invalid", touches: "feeder", apply: body({ feeder: 0 }) },
      { status: "limit_invalid", touches: "from", apply: body({ from: now }) },
      { status: "limit_invalid", touches: "to", apply: body({ to: now + 900 }) },
      { status: "limit_invalid", touches: "to", apply: body({ to: now + 900 + 366 * 86_400 + 900 }) },
      {
        status: "limit_invalid",
        touches: "row",
        apply: before((draft) =>
          draft.put(
            FEEDER_LIMITS,
            1,
            Array.from({ length: MAX_LIMITS }, () => ({
              ...{ from: now, to: now + 900, maxSoldWh: 1, maxBoughtWh: 1, reason: "One more", height: 1 },
            })),
          ),
        ),
      },
    ],
  }),
  suite({
    kind: sealSlotBook,
    sender: OPERATOR,
    body: sealing(now + 900),
    violations: [
      wrongRole(citizenOf(1)),
      { status: "interval_misaligned", touches: "slot", apply: body({ slot: now + 899 }) },
      { status: "session_invalid", touches: "session", apply: body({ session: 2 }) },
      { status: "book_too_early", touches: "slot session", apply: body({ slot: now + 1800 }) },
      {
        status: "book_too_early",
        touches: "slot session",
        apply: body({ slot: now + 86_400 + 900, session: 1 }),
      },
      { status: "book_too_late", touches: "slot", apply: body({ slot: now }) },
      { status: "book_too_late", touches: "session", apply: body({ session: 1 }) },
      {
        status: "book_exists",
        touches: "row",
        apply: before((draft) => {
          const row = draft.get(BOOKS, { slot: now, session: 0 })!;
          for (const session of [0, 1]) draft.put(BOOKS, { slot: now + 900, session }, row);
        }),
      },
      { status: "book_impossible", touches: "count", apply: body({ count: 0 }) },
      { status: "book_impossible", touches: "count", apply: body({ count: MAX_BOOK_ORDERS + 1 }) },
    ],
  }),
  suite({
    kind: clearSlotBook,
    sender: OPERATOR,
    body: opening,
    violations: [
      wrongRole(citizenOf(1)),
      {
        status: "entries_out_of_order",
        touches: "orders",
        apply: body({ orders: opening.orders.toReversed() }),
      },
      {
        status: "entries_out_of_order",
        touches: "unopened",
        apply: body({ unopened: [opening.unopened[0]!, opening.unopened[0]!] }),
      },
      { status: "entries_out_of_order", touches: "orders unopened", apply: body({ orders }) },
      { status: "book_too_late", touches: "law", apply: law({ marketClearingS: 899 }) },
      {
        status: "book_too_late",
        touches: "day",
        apply: before((draft) => {
          const row = draft.get(MARKET_DAYS, yesterday + 1)!;
          draft.put(MARKET_DAYS, yesterday + 1, { ...row, versions: 1 });
        }),
      },
      { status: "book_unknown", touches: "slot law day row", apply: body({ slot: now + 900 }) },
      { status: "book_unknown", touches: "session law day row", apply: body({ session: 1 }) },
      {
        status: "book_cleared",
        touches: "row",
        apply: before((draft) => {
          const { result } = draft.get(BOOKS, { slot: noon - 86_400 + 900, session: 0 })!;
          const key = { slot: now, session: 0 };
          draft.put(BOOKS, key, { ...draft.get(BOOKS, key)!, result });
        }),
      },
      ...(
        [
          { energyWh: 0 },
          { energyWh: 5_000_001 },
          { limit: 1_000_000_001 },
          { limit: -1_000_000_001 },
          { wishes: { ...NO_WISHES, partner: 5 } },
          { wishes: { ...NO_WISHES, gift: true } },
        ] as const
      ).map(
        (wrong): Violation<ClearBook> => ({
          status: "book_impossible",
          touches: "orders",
          apply: body({ orders: [{ ...orders[0]!, ...wrong }, orders[1]!] }),
        }),
      ),
      {
        status: "seals_differ",
        touches: "orders",
        apply: body({ orders: [orders[0]!, { ...orders[1]!, limit: 100_001 }] }),
      },
      { status: "seals_differ", touches: "orders", apply: body({ orders: orders.slice(0, 1) }) },
      { status: "seals_differ", touches: "unopened", apply: body({ unopened: [] }) },
      {
        status: "seals_differ",
        touches: "unopened",
        apply: body({ unopened: [{ ...opening.unopened[0]!, hash: new Uint8Array(32) }] }),
      },
      {
        status: "seals_differ",
        touches: "orders unopened",
        apply: body({
          orders: [orders[0]!, orders[1]!, { ...orders[2]!, paddle: 11 }],
          unopened: [],
        }),
      },
    ],
  }),
  suite({
    kind: settleMarketDay,
    sender: OPERATOR,
    body: settlement,
    violations: [
      wrongRole(citizenOf(1)),
      ...[OPERATOR, 50].map(
        (member): Violation<SettleDay> => ({
          status: "member_unknown",
          touches: "entries",
          apply: entries((old) =>
            [...old, { member, net: MicroEur(0n) }].sort((a, b) => a.member - b.member),
          ),
        }),
      ),
      {
        status: "amount_too_large",
        touches: "entries",
        apply: entries(([first, ...others]) => [{ ...first!, net: MicroEur(AMOUNT_MAX + 1n) }, ...others]),
      },
      { status: "amount_too_large", touches: "fees", apply: body({ fees: MicroEur(AMOUNT_MAX + 1n) }) },
      { status: "balance_too_low", touches: "entries", apply: entries(moving(20_000_000n)) },
      { status: "balance_too_low", touches: "fees", apply: body({ fees: MicroEur(-1_000_000_000n) }) },
      { status: "entries_out_of_order", touches: "entries", apply: entries((old) => old.toReversed()) },
      {
        status: "entries_out_of_order",
        touches: "entries",
        apply: entries(([first, ...others]) => [first!, first!, ...others]),
      },
      { status: "text_invalid", touches: "reason", apply: body({ reason: " Read anew" }) },
      { status: "text_invalid", touches: "reason version", apply: body({ version: 2 }) },
      { status: "book_unknown", touches: "day row", apply: body({ day: yesterday - 1 }) },
      { status: "day_not_over", touches: "day row", apply: body({ day: yesterday + 1 }) },
      { status: "day_closed", touches: "law", apply: law({ marketCorrectionDays: 0 }) },
      { status: "day_closed", touches: "row", apply: dayRow({ closed: true, final: true }) },
      { status: "day_closed", touches: "row final", apply: dayRow({ final: true }) },
      ...[0, 2].map(
        (version): Violation<SettleDay> => ({
          status: "version_wrong",
          touches: "version reason",
          apply: body({ version, reason: "Read anew" }),
        }),
      ),
      { status: "energy_unbalanced", touches: "energy", apply: body({ boughtWh: 99 }) },
      { status: "energy_unbalanced", touches: "energy", apply: body({ boughtWh: 101, soldWh: 101 }) },
      { status: "energy_unbalanced", touches: "fallback", apply: body({ fallbackSoldWh: 19 }) },
      {
        status: "energy_unbalanced",
        touches: "row",
        apply: dayRow({ fallback: { allowed: false, fee: MicroEurPerKwh(500n) } }),
      },
      { status: "money_unbalanced", touches: "fees", apply: body({ fees: MicroEur(11n) }) },
      {
        status: "money_unbalanced",
        touches: "entries",
        apply: entries((old) => old.slice(0, 1)),
      },
      { status: "cap_exceeded", touches: "entries fees", apply: capExceeded },
      ...(
        [
          consent({ plant: 0, caps: [{ from: yesterday, cap: MicroEur(39n) }] }),
          consent({ plant: 0, caps: [{ from: yesterday + 1, cap: MicroEur(40n) }] }),
          consent({ plant: 0, nets: [{ day: yesterday, net: MicroEur(-61n) }] }),
        ] as const
      ).map(
        (row): Violation<never> => ({
          status: "cap_exceeded",
          touches: "consent",
          apply: before((draft) => draft.put(PARTICIPATIONS, BORA, row)),
        }),
      ),
      // 20 Wh at 500 µEUR/kWh are 10 µEUR, half a µEUR more or less for each Wh.
      { status: "fees_not_lawful", touches: "row", apply: dayRow({ gridFees: MicroEur(11n) }) },
      {
        status: "fees_not_lawful",
        touches: "row",
        apply: dayRow({ fallback: { allowed: true, fee: MicroEurPerKwh(1_001n) } }),
      },
      { status: "fees_not_lawful", touches: "row", apply: dayRow({ fees: MicroEur(11n) }) },
    ],
  }),
  suite({
    kind: registerHomePlant,
    sender: OPERATOR,
    body: { plant: 50, sheet: { ...SHEET, owner: citizenOf(1), meterKey: fresh } },
    violations: [
      wrongRole(citizenOf(1)),
      { status: "member_unknown", touches: "owner", apply: sheet({ owner: 50 }) },
      { status: "member_unknown", touches: "owner", apply: sheet({ owner: ALBA }) },
      { status: "key_malformed", touches: "keys", apply: sheet({ meterKey: offCurve }) },
      { status: "key_small_order", touches: "keys", apply: sheet({ meterKey: small }) },
      { status: "key_torsioned", touches: "keys", apply: sheet({ meterKey: torsioned }) },
      { status: "key_already_registered", touches: "keys", apply: sheet({ meterKey: taken }) },
      { status: "plant_exists", touches: "plant", apply: body({ plant: 1 }) },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ capacity: Wh(0n) }) },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ chargePowerMaxW: 0 }) },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ dischargePowerMaxW: 0 }) },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ capacity: Wh(100_000_001n) }) },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ chargePowerMaxW: 10_000_001 }) },
      {
        status: "plant_parameters_invalid",
        touches: "sheet",
        apply: sheet({ dischargePowerMaxW: 10_000_001 }),
      },
      { status: "plant_parameters_invalid", touches: "sheet", apply: sheet({ solarPeakW: 10_000_001 }) },
    ],
  }),
  suite({
    kind: replaceHomeMeter,
    sender: OPERATOR,
    body: { plant: 1, meterKey: fresh, from: now + 900 },
    violations: [
      wrongRole(citizenOf(1)),
      { status: "key_malformed", touches: "keys", apply: body({ meterKey: offCurve }) },
      { status: "key_small_order", touches: "keys", apply: body({ meterKey: small }) },
      { status: "key_torsioned", touches: "keys", apply: body({ meterKey: torsioned }) },
      { status: "key_already_registered", touches: "keys", apply: body({ meterKey: taken }) },
      { status: "plant_unknown", touches: "plant", apply: body({ plant: 50 }) },
      {
        status: "plant_unknown",
        touches: "plant",
        apply: before((draft) => draft.put(PLANTS, 1, { ...draft.get(PLANTS, 1)!, closed: 1 })),
      },
      { status: "interval_misaligned", touches: "from", apply: body({ from: now + 901 }) },
      { status: "meter_not_ahead", touches: "from", apply: body({ from: now }) },
      { status: "meter_not_ahead", touches: "from", apply: body({ from: now + 31 * 86_400 + 900 }) },
      {
        status: "meter_change_waiting",
        touches: "row",
        apply: before((draft) => {
          const { meterKey } = draft.get(PLANTS, 1)!;
          draft.put(METERS, meterKey, { plant: 1, from: now + 900, until: 0, before: undefined });
        }),
      },
    ],
  }),
  suite({
    kind: enrolEnergySupplier,
    sender: OPERATOR,
    body: { member: 51, name: "Cima Energia" },
    violations: [
      wrongRole(ALBA),
      { status: "member_unknown", touches: "member", apply: body({ member: 50 }) },
      { status: "member_unknown", touches: "member", apply: body({ member: citizenOf(1) }) },
      { status: "supplier_exists", touches: "member", apply: body({ member: ALBA }) },
      ...["", "A", " Alba", "Alba ", "Al\u0007ba", "Al\u009fba", "A".repeat(61)].map(
        (name): Violation<{ member: number; name: string }> => ({
          status: "name_invalid",
          touches: "name",
          apply: body({ name }),
        }),
      ),
    ],
  }),
  suite({
    kind: publishDayRate,
    sender: ALBA,
    body: { day: saleOf(bench, now).day + 6 + 1, rate: MicroEurPerKwh(142_000n) },
    violations: [
      wrongRole(OPERATOR),
      {
        status: "supplier_unknown",
        touches: "supplier",
        apply: before((draft) => draft.delete(SUPPLIERS, ALBA)),
      },
      { status: "supplier_suspended", touches: "supplier", apply: suspendSupplier(ALBA) },
      { status: "rate_out_of_range", touches: "rate", apply: body({ rate: MicroEurPerKwh(2_000_001n) }) },
      { status: "rate_out_of_range", touches: "law", apply: law({ rateLowest: MicroEurPerKwh(200_000n) }) },
      { status: "rate_too_late", touches: "day", apply: body({ day: saleOf(bench, now).day }) },
      { status: "rate_too_late", touches: "day", apply: body({ day: 0 }) },
      { status: "rate_too_early", touches: "day", apply: body({ day: saleOf(bench, now).day + 8 }) },
      { status: "rate_too_early", touches: "day", apply: body({ day: 0xffff_ffff }) },
      {
        status: "rate_already_published",
        touches: "published",
        apply: before((draft) => {
          for (let ahead = -20; ahead < 20; ahead++) {
            const key = { supplier: ALBA, day: saleOf(bench, now).day + ahead };
            draft.put(RATES, key, { rate: MicroEurPerKwh(1n), height: 1, time: 1 });
          }
        }),
      },
    ],
  }),
  suite({
    kind: depositMoney,
    sender: OPERATOR,
    body: { member: ALBA, amount: MicroEur(1n), reference: "TRN 1" },
    violations: [
      wrongRole(ALBA),
      { status: "member_unknown", touches: "member", apply: body({ member: 50 }) },
      { status: "amount_not_positive", touches: "amount", apply: body({ amount: MicroEur(0n) }) },
      { status: "amount_too_large", touches: "amount", apply: body({ amount: MicroEur(AMOUNT_MAX + 1n) }) },
      { status: "deposit_exists", touches: "reference", apply: body({ reference: `opening ${ALBA}` }) },
      { status: "deposit_exists", touches: "reference", apply: body({ reference: "out 8" }) },
    ],
  }),
  suite({
    kind: authoriseEnergySale,
    sender: citizenOf(1),
    body: saleOf(bench, now, { sale: saleId(3) }),
    violations: [
      wrongRole(OPERATOR),
      { status: "not_the_owner", touches: "plant", apply: body({ plant: 2 }) },
      { status: "plant_unknown", touches: "plant", apply: body({ plant: 50 }) },
      { status: "supplier_unknown", touches: "supplier", apply: body({ supplier: 50 }) },
      { status: "supplier_suspended", touches: "supplier", apply: suspendSupplier(ALBA) },
      { status: "rate_expired", touches: "day", apply: body({ day: saleOf(bench, now).day - 1 }) },
      { status: "rate_expired", touches: "day", apply: body({ day: saleOf(bench, now).day + 1 }) },
      {
        status: "rate_missing",
        touches: "published",
        apply: before((draft) => draft.delete(RATES, { supplier: ALBA, day: saleOf(bench, now).day })),
      },
      { status: "rate_differs", touches: "rate", apply: body({ rate: MicroEurPerKwh(142_001n) }) },
      { status: "fee_differs", touches: "fee", apply: body({ fee: MicroEurPerKwh(3_999n) }) },
      { status: "sale_exists", touches: "sale", apply: body({ sale: saleId(1) }) },
      { status: "sale_exists", touches: "sale", apply: body({ sale: saleId(2) }) },
      { status: "quantity_below_minimum", touches: "minimum", apply: law({ minimumSale: Wh(1_000_000n) }) },
      { status: "storage_too_low", touches: "energy", apply: body({ energy: Wh(1_778n) }) },
      { status: "storage_too_low", touches: "energy minimum", apply: body({ energy: Wh(2n ** 64n - 1n) }) },
      {
        status: "supplier_funds_too_low",
        touches: "funds",
        apply: before((draft) => {
          const poorer = { from: memberAccount(ALBA), to: FEES, asset: MONEY };
          assert.equal(
            transfer(draft, { ...poorer, amount: 10_000_000n + 1_000_000n - 14_200n - 142_000n - 141_999n }),
            "ok",
          );
        }),
      },
      {
        status: "too_many_open_sales",
        touches: "open",
        apply: before((draft) => {
          const plant = draft.get(PLANTS, 1)!;
          const others = Array.from({ length: 7 }, (_, i) => saleId(100 + i));
          draft.put(PLANTS, 1, { ...plant, openSales: [...plant.openSales, ...others] });
        }),
      },
    ],
  }),
  suite({
    kind: withdrawEnergySale,
    sender: citizenOf(1),
    body: { sale: saleId(1) },
    violations: [
      wrongRole(ALBA),
      { status: "not_the_owner", touches: "sender owner", apply: envelope({ sender: citizenOf(2) }) },
      { status: "sale_unknown", touches: "sale owner", apply: body({ sale: saleId(50) }) },
      { status: "sale_not_open", touches: "sale", apply: body({ sale: saleId(2) }) },
      {
        status: "sale_not_open",
        touches: "state",
        apply: before((draft) =>
          draft.put(SALES, saleId(1), { ...draft.get(SALES, saleId(1))!, state: "withdrawing" }),
        ),
      },
    ],
  }),
  suite({
    kind: submitIntervalTotals,
    sender: OPERATOR,
    body: totals(now - 900, { plant: 1, solar: { usedWh: 10 } }, { plant: 2 }),
    violations: [
      wrongRole(ALBA),
      { status: "plant_unknown", touches: "last", apply: entry(1, { plant: 50 }) },
      { status: "interval_misaligned", touches: "start", apply: body({ intervalStart: now - 840 - 900 }) },
      { status: "interval_in_future", touches: "start", apply: body({ intervalStart: now }) },
      {
        status: "interval_already_submitted",
        touches: "start",
        apply: body({ intervalStart: now - 1800 }),
      },
      {
        status: "interval_already_submitted",
        touches: "start",
        apply: body({ intervalStart: now - 2700 }),
      },
      { status: "entries_out_of_order", touches: "last", apply: entry(1, { plant: 1 }) },
      {
        status: "entries_out_of_order",
        touches: "last solar grid",
        apply: (attempt) => ({
          ...attempt,
          body: { ...attempt.body, entries: attempt.body.entries.toReversed() },
        }),
      },
      {
        status: "store_overdrawn",
        touches: "solar",
        apply: entry(0, { solar: { usedWh: 1251, lostWh: 1751 } }),
      },
      { status: "store_overdrawn", touches: "grid", apply: entry(0, { grid: { exportedWh: 1 } }) },
      {
        status: "grid_energy_not_sellable",
        touches: "grid",
        apply: entry(0, { grid: { chargedWh: 1, exportedWh: 1 } }),
      },
      { status: "exceeds_plant_limits", touches: "solar", apply: entry(0, { solar: { chargedWh: 1377 } }) },
      {
        status: "exceeds_plant_limits",
        touches: "solar",
        apply: entry(0, { solar: { usedWh: 1000, exportedWh: 377 } }),
      },
      {
        status: "exceeds_plant_limits",
        touches: "sheet",
        apply: before((draft) => draft.put(PLANTS, 1, { ...draft.get(PLANTS, 1)!, capacity: Wh(2700n) })),
      },
    ],
  }),
];

for (const { kind, sender, body, violations } of suites) {
  test(`${kind.name}: each refusal alone, and of any two the one that stands first`, () => {
    const right: Attempt<never> = { request: { sender, kind }, body, suffix: new Uint8Array(0), patches: [] };
    assert.equal(outcome(kind, right), "ok", "what the violations start from is accepted");
    const all = [...ENVELOPE, ...violations];
    for (const [i, one] of all.entries()) {
      assert.equal(outcome(kind, one.apply(right)), one.status, describe(one));
      for (const other of all.slice(i + 1)) {
        if (shares(one.touches, other.touches)) continue;
        const expected = STATUS[one.status] < STATUS[other.status] ? one.status : other.status;
        const both = other.apply(one.apply(right));
        assert.equal(outcome(kind, both), expected, `${describe(one)} with ${describe(other)}`);
      }
    }
  });
}

/** What only functions of the ledger return: in order of precedence, each beside all that may come after it. */
const LEDGER: readonly (readonly [Refusal, (draft: Draft) => Status])[] = [
  ["amount_not_positive", (draft) => transfer(draft, { ...movement, from: nobody, amount: 0n })],
  ["amount_not_positive", (draft) => postTransfer(draft, id(8), -1n)],
  ["amount_not_positive", (draft) => resizeTransfer(draft, id(8), -1n)],
  ["amount_too_large", (draft) => transfer(draft, { ...movement, to: nobody, amount: AMOUNT_MAX + 1n })],
  ["amount_too_large", (draft) => resizeTransfer(draft, id(8), AMOUNT_MAX + 1n)],
  ["account_unknown", (draft) => transfer(draft, { ...movement, from: nobody })],
  ["account_unknown", (draft) => reserve(draft, { ...pending, to: nobody, amount: AMOUNT_MAX }, 1000)],
  ["transfer_exists_differently", (draft) => reserve(draft, { ...pending, amount: AMOUNT_MAX }, 1000)],
  ["transfer_unknown", (draft) => postTransfer(draft, id(8), AMOUNT_MAX)],
  ["transfer_unknown", (draft) => resizeTransfer(draft, id(8), AMOUNT_MAX)],
  ["transfer_unknown", (draft) => voidTransfer(draft, id(8))],
  ["transfer_already_resolved", (draft) => postTransfer(draft, id(7), AMOUNT_MAX)],
  ["transfer_already_resolved", (draft) => resizeTransfer(draft, id(7), AMOUNT_MAX)],
  ["transfer_already_resolved", (draft) => voidTransfer(draft, id(7))],
  ["transfer_expired", (draft) => reserve(draft, { ...pending, id: id(8), amount: AMOUNT_MAX }, 1000)],
  ["exceeds_pending", (draft) => postTransfer(draft, id(9), 6n)],
  ["balance_too_low", (draft) => transfer(draft, { ...movement, amount: AMOUNT_MAX })],
  ["balance_too_low", (draft) => reserve(draft, { ...pending, id: id(8), amount: AMOUNT_MAX }, 1)],
  ["balance_too_low", (draft) => resizeTransfer(draft, id(9), AMOUNT_MAX)],
];

test("transfers: each refusal beside all that stand after it, in order of precedence", () => {
  let last = 0;
  for (const [status, attempt] of LEDGER) {
    const draft = openDraft();
    assert.equal(transfer(draft, { ...movement, from: OUTSIDE, amount: 1n }), "ok", "the far side overdraws");
    assert.equal(reserve(draft, pending, 1), "ok");
    assert.equal(reserve(draft, { ...pending, id: id(7) }, 1), "ok");
    assert.equal(voidTransfer(draft, id(7)), "ok");
    assert.equal(attempt(draft), status);
    assert.ok(STATUS[status] >= last, `${status} stands after ${last}`);
    last = STATUS[status];
  }
});

test("there is no status that nothing returns, and the envelope's are the first ten", () => {
  const met = new Set<Status>(["ok", ...LEDGER.map(([status]) => status)]);
  for (const { status } of ENVELOPE) met.add(status);
  for (const { violations } of suites) for (const { status } of violations) met.add(status);
  assert.deepEqual(
    Object.keys(STATUS).filter((status) => !met.has(status as Status)),
    [],
  );
  for (const status of Object.keys(STATUS) as Status[]) {
    assert.equal(isEnvelopeRefusal(status), STATUS[status] >= 1 && STATUS[status] <= 10, status);
  }
});

test("every kind of transaction has its table, with its refusals in order, as the specification lists them", () => {
  const page = readFileSync(new URL("../../docs/spec/transactions.md", import.meta.url), "utf8");
  const specified = page.split(/^## /m);
  assert.deepEqual(
    suites.map(({ kind }) => kind.number).sort((a, b) => a - b),
    [...KINDS.keys()],
  );
  for (const { kind, violations } of suites) {
    const own = violations.map(({ status }) => STATUS[status]);
    assert.deepEqual(
      own,
      own.toSorted((a, b) => a - b),
      kind.name,
    );
    const listed = specified.find((text) => text.startsWith(`${kind.number} ${kind.name}\n`));
    const codes = [...(/^Refusals: (.*)$/m.exec(listed ?? "")?.[1] ?? "").matchAll(/`(\w+)`/g)];
    assert.deepEqual(
      codes.map((match) => match[1]),
      [...new Set(violations.map(({ status }) => status))].filter((status) => status !== "role_not_allowed"),
      `docs/spec/transactions.md lists the refusals of ${kind.name}`,
    );
  }
});

/** Executes an attempt in a block of its own that is dropped; a refusal must leave that block as it was. */
function outcome(kind: Kind<never, ChainEvent>, attempt: Attempt<never>): Status {
  const bytes = concat(encode(kind.codec, attempt.body), attempt.suffix);
  const { sender, signature } = attempt.request;
  const [executed, untouched] = [bench.app.open(now), bench.app.open(now)];
  const transaction = bench.transaction(executed, { ...attempt.request, body: bytes });
  for (const { state } of [executed, untouched]) {
    for (const patch of attempt.patches) patch(state as Draft, sender);
  }
  const { status, events } = executed.execute(transaction, () => signature === undefined, "leaves no trace");
  if (status === "ok") return status;
  assert.deepEqual(events, []);
  assert.equal(toHex(executed.seal().root), toHex(untouched.seal().root), `${status} left a trace`);
  return status;
}

function openDraft(): Draft {
  return bench.app.open(now).state as Draft;
}

/** Bora's consent, or another's. */
function consent(changes: Partial<Participation>): Participation {
  const caps = [{ from: yesterday, cap: CONSENTED }];
  return { plant: 0, caps, held: CONSENTED, nets: [], ...changes };
}

function entries(
  change: (entries: readonly DayEntry[]) => readonly DayEntry[],
): Violation<SettleDay>["apply"] {
  return (attempt) => ({ ...attempt, body: { ...attempt.body, entries: change(attempt.body.entries) } });
}

/** From Bora to Alba, and nothing for the community. */
function moving(amount: bigint): () => readonly DayEntry[] {
  return () => [
    { member: ALBA, net: MicroEur(amount) },
    { member: BORA, net: MicroEur(-amount) },
  ];
}

function capExceeded(attempt: Attempt<SettleDay>): Attempt<SettleDay> {
  return body<SettleDay>({ fees: MicroEur(0n) })(entries(moving(101n))(attempt));
}

function dayRow(changes: Partial<MarketDay>): Violation<never>["apply"] {
  return before((draft) =>
    draft.put(MARKET_DAYS, yesterday, { ...draft.get(MARKET_DAYS, yesterday)!, ...changes }),
  );
}

function suite<B>(table: Suite<B>): Suite<never> {
  return table as unknown as Suite<never>;
}

function shares(touches: string, others: string): boolean {
  return touches.split(" ").some((word) => others.split(" ").includes(word));
}

function describe({ status, touches }: Violation<never>): string {
  return `${status} by its ${touches}`;
}

function sheet(changes: Partial<PlantSheet>): Violation<RegisterPlant>["apply"] {
  return (attempt) => ({
    ...attempt,
    body: { ...attempt.body, sheet: { ...attempt.body.sheet, ...changes } },
  });
}

function openedAll(
  change: (opened: readonly OpenedMember[]) => readonly OpenedMember[],
): Violation<Renewal>["apply"] {
  return (attempt) => ({ ...attempt, body: { ...attempt.body, opened: change(attempt.body.opened) } });
}

/** Changes the opened member of a place. */
function opened(place: number, changes: Partial<OpenedMember>): Violation<Renewal>["apply"] {
  return openedAll((list) => list.map((old, i) => (i === place ? { ...old, ...changes } : old)));
}

/** Changes the first plant of the opened member of a place. */
function openedPlant(place: number, changes: Partial<OpenedPlant>): Violation<Renewal>["apply"] {
  return (attempt) => {
    const [first, ...others] = attempt.body.opened[place]!.plants;
    return opened(place, { plants: [{ ...first!, ...changes }, ...others] })(attempt);
  };
}

/** Changes the entry of a place. */
function entry(place: number, changes: Partial<Moved>): Violation<IntervalTotals>["apply"] {
  return (attempt) => {
    const entries = attempt.body.entries.map((old, i): IntervalEntry => {
      if (i !== place) return old;
      const changed = totals(0, { plant: old.plant, ...changes }).entries[0]!;
      return {
        plant: changed.plant,
        storedSolar: changes.solar === undefined ? old.storedSolar : changed.storedSolar,
        storedGrid: changes.grid === undefined ? old.storedGrid : changed.storedGrid,
      };
    });
    return { ...attempt, body: { ...attempt.body, entries } };
  };
}

/** A key of Alba's, on its way out. */
function revoking(name: string): (draft: Draft) => void {
  return (draft) =>
    draft.put(REVOCATIONS, signerOf(name).publicKey, { member: ALBA, time: noon, height: 1_000 });
}

/**
 * A request for citizen 2's account, signed by some of its guardians (Alba, Bora, a paper code) for these terms,
 * whatever the request itself says.
 */
function recovery(
  guardians: readonly number[],
  terms: Partial<RecoveryTerms> = {},
  members: readonly number[] = [ALBA, BORA],
): RecoveryRequest {
  const request = { member: citizenOf(2), newKey: signerOf("a new phone").publicKey, expiryHeight: 1_000 };
  const hash = recoveryHash({ chain: "test", round: 1, ...request, ...terms });
  const approvals = guardians.map((guardian) => {
    const signer = guardian < members.length ? memberSigner(members[guardian]!) : signerOf("paper");
    return { guardian, key: signer.publicKey, signature: signer.sign(hash) };
  });
  return { ...request, approvals };
}

/** Alba is left with one key, and asks for that one to be taken away. */
function lastKey(attempt: Attempt<OwnKey>): Attempt<OwnKey> {
  const key = bench.view.member(ALBA)!.keys[0]!;
  const patch = (draft: Draft) => draft.put(MEMBERS, ALBA, { ...draft.get(MEMBERS, ALBA)!, keys: [key] });
  return { ...attempt, body: { ...attempt.body, key }, patches: [...attempt.patches, patch] };
}

/** An honest key A = (x, y) plus the point of order two (0, −1): (−x, −y), on the curve and of no subgroup. */
function torsionedKey(): Uint8Array {
  const p = 2n ** 255n - 19n;
  const honest = signerOf("honest").publicKey;
  let y = 0n;
  for (const byte of honest.toReversed()) y = y * 256n + BigInt(byte);
  const negative = (y >> 255n) ^ 1n;
  let rest = (p - (y & (2n ** 255n - 1n))) | (negative << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}
