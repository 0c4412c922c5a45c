/**
 * Every route of the platform: who may call it, what goes in, what comes out. The platform registers exactly
 * this table, OpenAPI is generated from it, and `wire/client` is typed by it.
 *
 * Access: `public`; `session` (anyone signed in); a role; `demo` (only where a simulated town runs).
 */
import Type, { type Static, type TSchema } from "typebox";
import { PAPER_CODE_RENEWALS } from "#crypto/paper-code.ts";
import * as b from "#wire/bill-schemas.ts";
import * as d from "#wire/collection-schemas.ts";
import * as c from "#wire/contract-schemas.ts";
import * as g from "#wire/gateway-schemas.ts";
import * as h from "#wire/home-schemas.ts";
import * as l from "#wire/load-schemas.ts";
import * as m from "#wire/market-schemas.ts";
import * as n from "#wire/notice-schemas.ts";
import { HomeLimit, SignedOperatorLimit } from "#wire/operator-limit-schemas.ts";
import * as o from "#wire/outlet-schemas.ts";
import * as r from "#wire/rule-schemas.ts";
import * as s from "#wire/schemas.ts";

export interface Route {
  readonly summary: string;
  readonly access: "public" | "session" | "citizen" | "supplier" | "operator" | "demo";
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** `undefined` where the answer is not JSON (CSV, event stream) or empty. */
  readonly response?: TSchema;
}

const SaleParams = Type.Object({ id: s.SaleIdSchema });
const ArchiveQuery = Type.Object({ period: s.Period, date: Type.Optional(s.DaySchema) });

export const ROUTES = {
  "GET /v1/community": {
    summary: "The community: name, chain, zone, laws",
    access: "public",
    response: s.Community,
  },
  "GET /v1/network": {
    summary:
      "Who makes the blocks: one producer, or validators with what they signed; this node and its peers",
    access: "public",
    response: s.Network,
  },
  "POST /v1/session/challenge": {
    summary: "A challenge for a device key to sign; without a key, for a passkey of whichever member",
    access: "public",
    body: Type.Object({ publicKey: Type.Optional(s.PublicKeySchema) }),
    response: s.Challenge,
  },
  "POST /v1/session": {
    summary:
      "Sign in: the challenge, signed by a registered device key, or by a passkey of a member; sets the session cookie",
    access: "public",
    body: Type.Object({
      publicKey: Type.Optional(s.PublicKeySchema),
      member: Type.Optional(
        Type.Integer({ minimum: 1, description: "instead of the key: a passkey tells its member's number" }),
      ),
      challenge: s.Hex32Schema,
      signature: s.SignatureSchema,
      bearer: Type.Optional(
        Type.Boolean({ description: "for programs: the answer carries a token and no cookie is set" }),
      ),
    }),
    response: s.Session,
  },
  "GET /v1/session": {
    summary: "Who is signed in; null where nobody is",
    access: "public",
    response: s.SessionNow,
  },
  "DELETE /v1/session": { summary: "Sign out", access: "session" },

  "GET /v1/home/live": { summary: "F1: the home now", access: "citizen", response: s.Live },
  "GET /v1/home/series": {
    summary: "F1: power over time; the finest resolution kept for that span",
    access: "citizen",
    query: Type.Object({ from: s.InstantSchema, to: s.InstantSchema }),
    response: s.Series,
  },
  "GET /v1/home/plant": {
    summary: "F2: technical sheet and faults",
    access: "citizen",
    response: s.Plant,
  },
  "GET /v1/home/accumulator": {
    summary: "F2: what was asked of the accumulator from afar, what became of it, how the home shall be run",
    access: "citizen",
    response: h.HomeAccumulator,
  },
  "PUT /v1/home/accumulator/command": {
    summary:
      "Ask something of the accumulator, or take it back, in a letter that one of the owner's keys signs; kept off the chain, handed to the home, and obeyed within its limits until it expires",
    access: "citizen",
    body: h.SignedHomeCommand,
    response: h.HomeAccumulator,
  },
  "GET /v1/home/accumulator/commands": {
    summary: "What was asked of the accumulator lately, newest first",
    access: "citizen",
    response: Type.Array(h.GivenCommand),
  },
  "GET /v1/home/plan": {
    summary: "F1: what the own planner expects and means to do; null where none plans",
    access: "citizen",
    response: h.PlanNow,
  },
  "GET /v1/home/decisions": {
    summary:
      "F1: why the home did what it did, newest first: the decisions that began in a span, and the one before",
    access: "citizen",
    query: Type.Object({ from: s.InstantSchema, to: s.InstantSchema }),
    response: Type.Array(s.Decision),
  },
  "PUT /v1/home/accumulator/preferences": {
    summary:
      "Say how the home shall be run (reserve, community first, wear, comfort), in a signed letter; kept off the chain",
    access: "citizen",
    body: h.SignedHomePreferences,
    response: h.HomeAccumulator,
  },
  "GET /v1/home/loads": {
    summary:
      "F1: what uses power in the own home and can wait or give way: each with its power, today's energy, why it runs or waits, and its preferences",
    access: "citizen",
    response: l.HomeLoads,
  },
  "PUT /v1/home/loads/:id/preferences": {
    summary:
      "Say how one load shall be run (mode, ready by, comfort temperatures, who gives way first), in a letter that one of the owner's keys signs; kept off the chain, handed to the home",
    access: "citizen",
    params: Type.Object({ id: l.LoadId }),
    body: l.SignedLoadPreferences,
    response: l.HomeLoads,
  },
  "GET /v1/home/loads/archive": {
    summary:
      "F1 and F4: what each load of the own home took in a day (by quarter hours, with its state), week, month, year or ever",
    access: "citizen",
    query: ArchiveQuery,
    response: l.LoadArchive,
  },
  "GET /v1/home/loads/archive.csv": {
    summary: "The same as CSV: one row a quarter hour, day or month, and columns for each load",
    access: "citizen",
    query: ArchiveQuery,
  },
  "GET /v1/home/desk": {
    summary: "F3: what is stored and sellable, suppliers with today's rate",
    access: "citizen",
    response: s.SaleDesk,
  },
  "GET /v1/home/outlets": {
    summary:
      "F3: the best outlet for the next kWh: kept, used, sold to whom, given; each in net µEUR per kWh",
    access: "citizen",
    response: o.OutletAdvice,
  },
  "GET /v1/home/sales/:id": { summary: "One sale", access: "citizen", params: SaleParams, response: s.Sale },
  "GET /v1/home/sales/:id/receipt": {
    summary: "A settled sale with its inclusion proof",
    access: "citizen",
    params: SaleParams,
    response: s.Receipt,
  },
  "GET /v1/home/archive": {
    summary: "F4: energy and sales of a day, week, month, year or all",
    access: "citizen",
    query: ArchiveQuery,
    response: s.Archive,
  },
  "GET /v1/home/archive.csv": {
    summary: "F4 as CSV: one row per bucket, then the sales",
    access: "citizen",
    query: ArchiveQuery,
  },
  "GET /v1/market": {
    summary:
      "The neighbours' market now: the next quarter hour, its gate, an indication of its price, limits, laws",
    access: "public",
    response: m.MarketNow,
  },
  "GET /v1/market/prices": {
    summary: "Clearings of the quarter hours of a span, oldest first, at most 1,000",
    access: "public",
    query: Type.Object({
      from: s.InstantSchema,
      to: s.InstantSchema,
      session: Type.Optional(m.SessionSchema),
    }),
    response: Type.Array(m.PricePoint),
  },
  "GET /v1/market/slots/:slot": {
    summary: "The book of a quarter hour by paddles, and its clearing with the certificate",
    access: "public",
    params: Type.Object({ slot: s.InstantSchema }),
    query: Type.Object({ session: Type.Optional(m.SessionSchema) }),
    response: m.MarketSlot,
  },
  "GET /v1/market/days/:day/proof": {
    summary:
      "A settled day as the ledger has it, with its inclusion proof: a RowProof in the canonical encoding",
    access: "public",
    params: Type.Object({ day: s.DaySchema }),
    response: Type.Object({ producer: s.Hex32Schema, proof: s.HexSchema }),
  },
  "GET /v1/home/market": {
    summary:
      "The own part in the market: orders with their reasons, what they came to, rule, cap, settled days",
    access: "citizen",
    response: m.OwnMarket,
  },
  "GET /v1/home/market/rule": {
    summary: "The own standing rule",
    access: "citizen",
    response: m.OwnMarketRule,
  },
  "PUT /v1/home/market/rule": {
    summary:
      "Give a standing rule, in a letter that one of the owner's keys signs; kept off the chain, and followed for each quarter hour whose gate has not closed",
    access: "citizen",
    body: m.SignedMarketRule,
    response: m.OwnMarketRule,
  },
  "POST /v1/home/market/orders": {
    summary: "Give an order by hand, signed; it stands in the stead of the rule's for that quarter hour",
    access: "citizen",
    body: m.SignedMarketOrder,
    response: m.OwnMarketOrder,
  },
  "DELETE /v1/home/market/orders/:slot": {
    summary: "Take an order by hand back while its gate is open: the rule counts again",
    access: "citizen",
    params: Type.Object({ slot: s.InstantSchema }),
    query: Type.Object({ session: Type.Optional(m.SessionSchema) }),
  },
  "GET /v1/home/market/days/:day": {
    summary: "The own statement of a settled day with its proof, in all versions",
    access: "citizen",
    params: Type.Object({ day: s.DaySchema }),
    response: m.OwnMarketDay,
  },
  "GET /v1/suppliers": {
    summary: "How suppliers keep their word: days with a rate in time, sales paid",
    access: "public",
    response: Type.Array(m.SupplierReliability),
  },
  "GET /v1/contracts": {
    summary:
      "Supply contracts: open offers, own contracts with state, next step and reason, invoices, what the own home may draw",
    access: "session",
    response: c.ContractsDesk,
  },
  "GET /v1/contracts/:id": {
    summary: "One supply contract, for its seller, its buyer and the operator",
    access: "session",
    params: Type.Object({ id: c.SupplyId }),
    response: c.SupplyContractView,
  },
  "GET /v1/contracts/:id/billable": {
    summary:
      "What could be invoiced of a supply contract now: energy by the buyer's meter, and what it comes to",
    access: "session",
    params: Type.Object({ id: c.SupplyId }),
    response: c.SupplyBillable,
  },
  "POST /v1/contracts/:id/bill": {
    summary:
      "Make and keep the sealed bill of what can be invoiced of a supply contract now; its seller puts the hash into issue_invoice",
    access: "session",
    params: Type.Object({ id: c.SupplyId }),
    body: Type.Object({
      indices: Type.Optional(
        Type.Unknown({ description: "prices of the index that the contract follows: docs/spec/tariffs.md" }),
      ),
    }),
    response: c.SupplyBillMade,
  },
  "POST /v1/contracts/:id/invoices/:invoice/credit": {
    summary:
      "Make and keep the sealed credit note that takes an invoice back, or a part of it; its seller puts the hash into issue_invoice",
    access: "session",
    params: Type.Object({ id: c.SupplyId, invoice: c.SupplyId }),
    body: c.SupplyCreditRequest,
    response: c.SupplyCreditMade,
  },
  "GET /v1/contracts/:id/invoices/:invoice": {
    summary:
      "The bill behind an invoice with all its evidence: what verify-bill takes; for the buyer and the operator as arbiter",
    access: "session",
    params: Type.Object({ id: c.SupplyId, invoice: c.SupplyId }),
  },
  "GET /v1/contracts/:id/invoices/:invoice/pdf": {
    summary: "The bill behind an invoice on paper, for seller, buyer and the operator as arbiter",
    access: "session",
    params: Type.Object({ id: c.SupplyId, invoice: c.SupplyId }),
    query: b.PaperQuery,
  },
  "GET /v1/microgrid": {
    summary: "F2: the map of streets, feeders and homes",
    access: "session",
    response: s.MicrogridMap,
  },
  "GET /v1/microgrid/state": {
    summary: "F2: who gives and who takes now",
    access: "session",
    response: s.MicrogridState,
  },

  "GET /v1/account": {
    summary: "Own nonce and money",
    access: "session",
    response: s.Account,
  },
  "GET /v1/home/bills": {
    summary: "Own bills, newest first, and what they come to",
    access: "citizen",
    response: b.BillList,
  },
  "GET /v1/home/bills/:number": {
    summary: "One bill with all that it takes to recompute it, as JSON: docs/spec/bills.md",
    access: "citizen",
    params: b.BillParams,
  },
  "GET /v1/home/bills/:number/pdf": {
    summary: "One bill on paper",
    access: "citizen",
    params: b.BillParams,
    query: b.PaperQuery,
  },
  "GET /v1/supplier/invoices": {
    summary: "Supplier console: its bills, newest first, and what they come to",
    access: "supplier",
    response: b.BillList,
  },
  "POST /v1/supplier/invoices": {
    summary: "Supplier console: makes what is not made yet of the bills for whole days that have ended",
    access: "supplier",
    body: b.MakeBills,
    response: b.BillList,
  },
  "POST /v1/supplier/invoices/:number/credit": {
    summary: "Supplier console: takes a bill back by a credit note",
    access: "supplier",
    params: b.BillParams,
    body: b.TakeBack,
    response: b.BillEntry,
  },
  "GET /v1/supplier/invoices/:number/pdf": {
    summary: "Supplier console: one bill on paper",
    access: "supplier",
    params: b.BillParams,
    query: b.PaperQuery,
  },
  "GET /v1/account/payouts": {
    summary: "Own payouts, newest first",
    access: "session",
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
    response: Type.Array(s.Payout),
  },
  "GET /v1/account/bank": {
    summary: "The bank account that own payouts go to, masked",
    access: "session",
    response: s.OwnBankAccount,
  },
  "POST /v1/account/bank": {
    summary:
      "Name the bank account that own payouts go to, in a letter that one of the member's keys signs; kept off the chain",
    access: "session",
    body: Type.Object({
      holder: Type.String({ minLength: 2, maxLength: 70 }),
      iban: Type.String({ minLength: 1, maxLength: 60 }),
      change: Type.Integer({ minimum: 1, description: "`changes` of the present one and one more" }),
      publicKey: s.PublicKeySchema,
      signature: s.SignatureSchema,
    }),
    response: s.OwnBankAccount,
  },
  "DELETE /v1/account/bank": {
    summary: "Have the own bank account forgotten",
    access: "session",
    response: s.OwnBankAccount,
  },
  "GET /v1/account/mandate": {
    summary:
      "The own mandate: that the community may collect by SEPA direct debit what one owes; what was collected",
    access: "session",
    response: d.OwnMandate,
  },
  "POST /v1/account/mandate": {
    summary:
      "Give a mandate for the bank account that one has named, in a letter that one of the member's keys signs; kept off the chain",
    access: "session",
    body: d.GiveMandate,
    response: d.OwnMandate,
  },
  "DELETE /v1/account/mandate": {
    summary: "End the own mandate: nothing more is collected by it",
    access: "session",
    response: d.OwnMandate,
  },
  "GET /v1/account/keys": {
    summary: "Own keys, those being taken away, guardians, a recovery under way",
    access: "session",
    response: s.AccountKeys,
  },
  "GET /v1/account/say": {
    summary: "Own votes, and what one may vote on and propose",
    access: "session",
    response: s.Say,
  },
  "POST /v1/account/next-keys": {
    summary:
      "Name the key that shall follow one of one's own when pseudonyms are renewed, in a letter that both keys sign; kept off the chain",
    access: "session",
    body: s.NextKeyLetter,
    response: s.AccountKeys,
  },
  "POST /v1/account/guardian-keys": {
    summary:
      "Name the keys that shall follow one of a guardian that is a bare key, such as a code's on paper, when pseudonyms are renewed: letters that go on from one another, each signed by both its keys; kept off the chain",
    access: "session",
    body: Type.Object({
      letters: Type.Array(s.NextKeyLetter, { minItems: 1, maxItems: PAPER_CODE_RENEWALS }),
    }),
    response: s.AccountKeys,
  },
  "GET /v1/members/:member/recovery": {
    summary: "What a member without any key needs to ask its guardians for a new one",
    access: "public",
    params: Type.Object({ member: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }) }),
    response: s.RecoveryInfo,
  },
  "GET /v1/guardian-keys": {
    summary:
      "Every bare key among members' guardians, such as a code's on paper: who has lost all keys finds the own number of today in it, without saying which code it holds",
    access: "public",
    response: Type.Array(s.GuardianKey),
  },
  "POST /v1/transactions": {
    summary:
      "Hand in a signed transaction. 202 once admitted; with `wait` 200 once it is durable in a block (or 202 when the wait ran out)",
    access: "session",
    query: Type.Object({ wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 })) }),
    body: Type.Object({ bytes: s.HexSchema }),
    response: s.SubmittedTransaction,
  },
  "GET /v1/transactions/:id": {
    summary: "Explorer: one committed transaction",
    access: "public",
    params: Type.Object({ id: s.Hex32Schema }),
    response: s.TransactionView,
  },
  "GET /v1/blocks": {
    summary: "Explorer: blocks, newest first",
    access: "public",
    query: Type.Object({
      before: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    }),
    response: Type.Array(s.BlockSummary),
  },
  "GET /v1/blocks/:height": {
    summary: "Explorer: one block",
    access: "public",
    params: Type.Object({ height: Type.Integer({ minimum: 1 }) }),
    response: s.BlockView,
  },
  "GET /v1/blocks/:height/signatures": {
    summary: "Explorer: who signed a block",
    access: "public",
    params: Type.Object({ height: Type.Integer({ minimum: 1 }) }),
    response: s.BlockSignatures,
  },

  "GET /v1/organisations": {
    summary: "The organisations and their validators",
    access: "public",
    response: Type.Array(s.OrganisationView),
  },
  "GET /v1/proposals": {
    summary: "Proposals, newest first",
    access: "public",
    query: Type.Object({ state: Type.Optional(s.ProposalState) }),
    response: Type.Array(s.ProposalView),
  },
  "GET /v1/proposals/:number": {
    summary: "One proposal: votes, times, and what it would change",
    access: "public",
    params: Type.Object({ number: Type.Integer({ minimum: 1 }) }),
    response: s.ProposalView,
  },
  "GET /v1/laws": {
    summary: "The laws in force, each with the proposal that last changed it",
    access: "public",
    response: Type.Array(s.LawView),
  },
  "GET /v1/community/rules": {
    summary:
      "Before a rule changes: what each rule book would have made of the street's last days, and how evenly",
    access: "public",
    query: r.ComparedDays,
    response: r.RuleComparison,
  },
  "GET /v1/home/notices": {
    summary: "What the home was told, what it wants to be told of, and the key of its push messages",
    access: "citizen",
    response: n.Notices,
  },
  "POST /v1/home/notices/read": {
    summary: "Up to this notice all are read",
    access: "citizen",
    body: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
  },
  "PUT /v1/home/notices/settings": {
    summary: "What the home wants to be told of",
    access: "citizen",
    body: n.NoticeSettings,
    response: n.NoticeSettings,
  },
  "POST /v1/home/notices/devices": {
    summary: "This device wants to be told by web push",
    access: "citizen",
    body: n.PushDevice,
  },
  "POST /v1/home/notices/devices/forget": {
    summary: "This device wants to be told no more",
    access: "citizen",
    body: Type.Object({ endpoint: Type.String({ maxLength: 1_024 }) }),
  },
  "GET /v1/home/rules": {
    summary: "The same for the own home, which nobody else sees",
    access: "citizen",
    query: r.ComparedDays,
    response: r.HomeUnderRules,
  },
  "GET /v1/treasury": {
    summary: "The treasury: balance, income, payments decided",
    access: "public",
    response: s.Treasury,
  },

  "GET /v1/supplier": {
    summary: "Supplier console: enrolment, rates, money",
    access: "supplier",
    response: s.SupplierDesk,
  },
  "POST /v1/supplier/application": {
    summary: "Ask to be enrolled on the trading platform",
    access: "supplier",
    body: Type.Object({ name: Type.String({ minLength: 2, maxLength: 60 }) }),
    response: s.SupplierApplication,
  },
  "GET /v1/supplier/purchases": {
    summary: "Supplier console: purchases, newest first; sellers are pseudonyms",
    access: "supplier",
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
    response: Type.Array(s.Purchase),
  },
  "GET /v1/operator/overview": {
    summary: "Operator console: the street and the chain now, suppliers waiting for enrolment",
    access: "operator",
    response: s.OperatorOverview,
  },
  "GET /v1/operator/payouts": {
    summary: "Operator console: payouts that wait to be paid by bank, oldest first, with names",
    access: "operator",
    response: Type.Array(s.WaitingPayout),
  },
  "GET /v1/operator/payouts.xml": {
    summary:
      "Operator console: payouts that wait, as a SEPA credit transfer (pain.001.001.09) out of the bank account that the operator named",
    access: "operator",
  },
  "GET /v1/operator/collections": {
    summary: "Operator console: what members owe and whether it can be collected, and all collections",
    access: "operator",
    response: d.CollectionDesk,
  },
  "POST /v1/operator/collections": {
    summary:
      "Operator console: collects open bills by direct debit, all of them or none; refused with every member of whom nothing can be collected",
    access: "operator",
    body: d.Collect,
    response: d.CollectionDesk,
  },
  "POST /v1/operator/creditor": {
    summary: "Operator console: names the identifier under which the community collects by direct debit",
    access: "operator",
    body: d.NameCreditor,
    response: d.CollectionDesk,
  },
  "GET /v1/operator/collections/:message/xml": {
    summary: "Operator console: one collection as a SEPA direct debit (pain.008.001.08) for the bank",
    access: "operator",
    params: d.CollectionParams,
  },
  "POST /v1/operator/debits/:id": {
    summary:
      "Operator console: what became of a debit at the bank; what was collected is booked on the ledger",
    access: "operator",
    params: d.DebitParams,
    body: d.CloseDebit,
    response: d.CollectionDesk,
  },
  "GET /v1/home/incentive": {
    summary:
      "The own part of the community's incentive: every month in all its versions, what was paid of it",
    access: "citizen",
    response: b.IncentiveMonths,
  },
  "GET /v1/operator/incentive": {
    summary: "Operator console: the community's incentive, every month in all its versions, with all parts",
    access: "operator",
    response: b.IncentiveMonths,
  },
  "POST /v1/operator/incentive": {
    summary:
      "Operator console: one more version of a month that has ended: its advance, its result, or a correction; then bills and payments follow",
    access: "operator",
    body: b.RunIncentive,
    response: b.IncentiveMonths,
  },
  "POST /v1/operator/incentive/true-up": {
    summary:
      "Operator console: one more version of the true-up of a year that has ended, where something changed since the last; then bills and payments follow",
    access: "operator",
    body: b.TrueUpYear,
    response: b.IncentiveMonths,
  },
  "GET /v1/operator/bills": {
    summary: "Operator console: the community's bills, newest first: statements of the neighbours' market",
    access: "operator",
    response: b.BillList,
  },
  "POST /v1/operator/bills": {
    summary:
      "Operator console: makes what is not made yet of the community's bills for whole days that have ended and are settled",
    access: "operator",
    body: b.MakeBills,
    response: b.BillList,
  },
  "POST /v1/operator/bills/:number/credit": {
    summary: "Operator console: takes a bill of the community back by a credit note",
    access: "operator",
    params: b.BillParams,
    body: b.TakeBack,
    response: b.BillEntry,
  },
  "GET /v1/operator/bills/:number/pdf": {
    summary: "Operator console: one bill of the community on paper",
    access: "operator",
    params: b.BillParams,
    query: b.PaperQuery,
  },
  "GET /v1/operator/payouts/:id/bank": {
    summary: "Operator console: the whole bank account that a waiting payout goes to",
    access: "operator",
    params: Type.Object({ id: Type.String({ pattern: "^[0-9a-f]{32}$" }) }),
    response: s.BankAccount,
  },
  "GET /v1/operator/renewals": {
    summary: "How the renewal of pseudonyms stands: last, under way, next, and who would be left out",
    access: "operator",
    response: s.Renewals,
  },
  "POST /v1/operator/renewals": {
    summary:
      "Renew pseudonyms: holds back the quarter hours of a gap, then opens new numbers in one transaction",
    access: "operator",
    body: Type.Object({
      at: Type.Optional(
        Type.Union([Type.Literal("morning"), Type.Literal("now")], {
          description: "when the gap begins; the next seven o'clock where it is absent",
        }),
      ),
      quarterHours: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 96,
          description: "of the gap; where it is absent 36 from the morning (until 16:00), 16 from now",
        }),
      ),
    }),
    response: s.Renewals,
  },
  "GET /v1/operator/settlements": {
    summary: "Operator console: the market's days, newest first, with all versions of their settlement",
    access: "operator",
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }),
    response: Type.Array(m.SettlementRun),
  },
  "POST /v1/operator/settlements/:day": {
    summary: "Settle a day anew by the readings as they are now; what differs is booked as one more version",
    access: "operator",
    params: Type.Object({ day: s.DaySchema }),
    body: Type.Object({
      reason: Type.String({ minLength: 3, maxLength: 200 }),
      final: Type.Optional(Type.Boolean()),
    }),
    response: m.SettlementRun,
  },
  "GET /v1/operator/supplies": {
    summary: "Operator console: disputed invoices to decide on, and homes that are not to be disconnected",
    access: "operator",
    response: c.SupplyArbitration,
  },
  "GET /v1/operator/members": {
    summary: "Operator console: the members who may have money, with names, to book what came in by bank",
    access: "operator",
    response: Type.Array(s.NamedMember),
  },

  "GET /v1/demo/identities": {
    summary: "Demo town: whom one may enter as",
    access: "demo",
    response: Type.Array(s.DemoIdentity),
  },
  "POST /v1/demo/enter": {
    summary: "Demo town: registers this device's key for an identity; sign in with it afterwards",
    access: "demo",
    body: Type.Object({ identity: Type.String({ maxLength: 60 }), publicKey: s.PublicKeySchema }),
    response: Type.Object({ member: Type.Integer() }),
  },
  "GET /v1/demo/clock": { summary: "Demo town: its clock", access: "demo", response: s.DemoClock },
  "POST /v1/demo/clock": {
    summary: "Demo town: pause, set the speed, jump forward",
    access: "demo",
    body: Type.Object({
      paused: Type.Optional(Type.Boolean()),
      speed: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400 })),
      seekTo: Type.Optional(
        Type.Union([
          Type.Literal("sunrise"),
          Type.Literal("noon"),
          Type.Literal("sunset"),
          Type.Literal("midnight"),
          s.InstantSchema,
        ]),
      ),
    }),
    response: s.DemoClock,
  },
  "GET /v1/home/gateway": {
    summary: "The own home's gateway: since when, until when its certificate counts, when it was heard",
    access: "citizen",
    response: Type.Union([g.GatewayView, Type.Null()]),
  },
  "POST /v1/home/gateway/code": {
    summary: "A code by which one gateway may enrol for the own home within an hour; shown this once",
    access: "citizen",
    response: g.GatewayCode,
  },
  "GET /v1/home/gateway/validators": {
    summary: "Who the validators are, with their signatures; null where one producer makes the blocks",
    access: "citizen",
    response: Type.Union([g.GatewayValidators, Type.Null()]),
  },
  "PUT /v1/home/gateway/validators": {
    summary: "The owner's word on the validators, for a gateway that was away for too long to follow them",
    access: "citizen",
    body: g.GivenValidators,
  },
  "DELETE /v1/home/gateway": {
    summary: "Remove the own home's gateway: its certificate counts no more",
    access: "citizen",
  },
  "POST /v1/gateways": {
    summary: "A gateway enrols: code, certificate request and meter key, signed by that key",
    access: "public",
    body: g.EnrolGateway,
    response: g.EnrolledGateway,
  },
  "POST /v1/gateways/:gateway/certificate": {
    summary: "A gateway's next certificate, asked for by a signature of the one that stands",
    access: "public",
    params: Type.Object({ gateway: g.GatewayName }),
    body: g.RenewCertificate,
    response: g.RenewedCertificate,
  },
  "GET /v1/operator/limits": {
    summary: "Operator console: the limits of homes' connections, as they were last given, over or not",
    access: "operator",
    response: Type.Array(HomeLimit),
  },
  "PUT /v1/grid/homes/:home/limit": {
    summary:
      "The grid operator limits a home's connection for a time, with a failsafe, or lifts it, in a letter that a key of an operator on the chain signs; the signature is all that is asked for",
    access: "public",
    params: Type.Object({ home: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }) }),
    body: SignedOperatorLimit,
    response: HomeLimit,
  },
  "GET /v1/operator/gateways": {
    summary: "Operator console: every gateway, removed ones included",
    access: "operator",
    response: Type.Array(g.GatewayView),
  },
  "POST /v1/operator/gateways/code": {
    summary: "Operator console: a code for a home's gateway, for its installer",
    access: "operator",
    body: Type.Object({ home: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }) }),
    response: g.GatewayCode,
  },
  "DELETE /v1/operator/gateways/:gateway": {
    summary: "Operator console: remove a gateway; its certificate counts no more",
    access: "operator",
    params: Type.Object({ gateway: g.GatewayName }),
  },
  "GET /v1/stream": {
    summary:
      "Server-sent events: live, accumulator, clock, microgrid, sale, contract, block; resumes from Last-Event-ID",
    access: "session",
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof ROUTES;
export type RouteKey = keyof Routes;
type Part<K extends RouteKey, P extends string> = Routes[K] extends { readonly [Q in P]: infer S }
  ? S extends TSchema
    ? Static<S>
    : never
  : never;
export type ParamsOf<K extends RouteKey> = Part<K, "params">;
export type QueryOf<K extends RouteKey> = Part<K, "query">;
export type BodyOf<K extends RouteKey> = Part<K, "body">;
export type ResponseOf<K extends RouteKey> = Part<K, "response">;
