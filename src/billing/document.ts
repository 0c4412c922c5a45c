/**
 * A bill as a document that a stranger can recompute: who owes whom for which period, line by line, and beside it the
 * evidence from which every line follows: the meter's signed readings, the chain's rows that fix its key, the rates
 * and the sales, the tariff as data. `billing/lines` makes the lines out of the evidence, and the same function
 * checks them. The form as JSON, and the issuer's seal over it, are in `wire/bill`.
 *
 * Parties are numbers of the chain. What the recipient pays is positive, what it receives negative.
 */
import type { DayNumber, UnixSeconds, Zone } from "#base/time.ts";
import type { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { PublicKey } from "#crypto/keys.ts";
import type { SparseProof } from "#crypto/sparse-tree.ts";
import type { Checkpoint, RowProof } from "#ledger/proof.ts";
import type { Statement, StatementProof } from "#market/auction/statement.ts";
import type { Reading } from "#metering/reading.ts";
import type { CerMonth } from "#rules/italy/configuration.ts";
import type { Indices } from "#tariff/index-series.ts";
import type { Tariff } from "#tariff/tariff.ts";

/**
 * `supply`: energy from the MicroGrid by a tariff. `contract`: the same by a supply contract's terms. `sales`: stored
 * energy sold to a supplier. `market`: what the neighbours' market booked for a home. `incentive`: a home's part of what
 * an authority pays the community. `true_up`: what of a year's incentive goes to other members than by the months.
 * `credit_note`: takes a bill back, whole, or something off a contract's invoice.
 */
export const BILL_KINDS = [
  "supply",
  "contract",
  "sales",
  "market",
  "incentive",
  "true_up",
  "credit_note",
] as const;
export type BillKind = (typeof BILL_KINDS)[number];

/** Statements of what the ledger has booked already: nobody owes anything more by them. */
export const BOOKED_KINDS: ReadonlySet<BillKind> = new Set(["sales", "market"]);

/** Ascending without a gap from 1 for each issuer and civil year. */
export interface BillNumber {
  readonly issuer: number;
  readonly year: number;
  readonly count: number;
}

export interface BillHead {
  readonly chain: string;
  readonly kind: BillKind;
  readonly number: BillNumber;
  readonly issued: DayNumber;
  readonly recipient: { readonly member: number; readonly home: number };
  readonly zone: Zone;
  readonly period: Period;
}

/** Civil days of the zone; `until` is the first that no longer belongs to it. */
export interface Period {
  readonly from: DayNumber;
  readonly until: DayNumber;
}

export interface BillLine {
  /** A part of the tariff (`energy`, `network`, `levy`), `sale`, `fee`, `incentive`, `excess`, one of `billing/market-days`. */
  readonly kind: string;
  readonly label: string;
  /** `undefined` where no energy is counted. */
  readonly quantity: Wh | undefined;
  /** `undefined` where it changes within the line, or nothing is counted. */
  readonly price: MicroEurPerKwh | undefined;
  readonly amount: MicroEur;
  /** Value added tax in millionths. */
  readonly vatPpm: bigint;
  /** What it follows from: `tariff: network power`, `sale: 3f…`. */
  readonly rule: string;
  readonly formula: string;
}

export interface VatLine {
  readonly vatPpm: bigint;
  readonly base: MicroEur;
  readonly amount: MicroEur;
}

export interface Totals {
  readonly net: MicroEur;
  readonly vat: MicroEur;
  readonly total: MicroEur;
  /** The total in whole cents, half to even. */
  readonly payableCent: bigint;
}

/** Readings as their meter signed them: all under one signature, or each under its own. */
export interface SignedBatch {
  readonly readings: readonly Reading[];
  /** One for the whole batch (`signDay`), or as many as readings (`signReading`). */
  readonly signatures: readonly Uint8Array[];
  readonly signed: "together" | "each";
}

/** A row of the chain's state below the bill's checkpoint. */
export interface ProvenRow {
  readonly table: number;
  readonly key: Uint8Array;
  readonly row: Uint8Array;
  readonly path: SparseProof;
}

/** The key that a plant's meter signs with; a renewal of numbers gives a home another one. */
export interface MeterKey {
  readonly plant: number;
  readonly key: PublicKey;
}

export interface Tariffed {
  readonly tariff: Tariff;
  readonly indices: Indices;
  readonly contractedPowerW: bigint;
}

/** A supply contract on the chain, and which of its energy is billed: the seconds of the invoice's period. */
export interface Agreed {
  readonly contract: Uint8Array;
  readonly from: UnixSeconds;
  /** At a quarter hour, one at least after the first whole one from `from`. */
  readonly to: UnixSeconds;
}

/** A home's statement of a version of a settled day, under the root that the ledger had of that version. */
export interface ProvenStatement {
  readonly statement: Statement;
  readonly proof: StatementProof;
  /** The day's row when this version was its last. */
  readonly booked: RowProof;
}

/** A day of the neighbours' market, in those versions in which the home's statement differs. */
export interface BilledDay {
  readonly day: DayNumber;
  /** The bill that the first of the versions stands on: here the later ones follow as differences from it. */
  readonly billedBy: BillNumber | undefined;
  /** Ascending; the last is the one that stood when the bill was made. */
  readonly versions: readonly ProvenStatement[];
}

/** A month's incentive of a community, and how it is shared out. */
export interface IncentiveShares {
  /** The community's hours as one plant and one point: from their sums follows what the authority pays. */
  readonly month: CerMonth;
  /** Of it, for those who gave. */
  readonly producersPpm: bigint;
  /** Of every home, ascending by name: what it gave and used of the shared energy. */
  readonly homes: readonly { readonly id: string; readonly given: Wh; readonly used: Wh }[];
}

/** A year of a community's incentive: the months that its bills had, and who has left since. */
export interface YearShares {
  /** Ascending, of one civil year. */
  readonly months: readonly IncentiveShares[];
  /** Homes that take no part any more: nothing is taken from them, nothing given. Ascending by name. */
  readonly left: readonly string[];
}

/** The bill that a credit note takes back, without its evidence, and why. */
export interface TakenBack {
  readonly number: BillNumber;
  readonly reason: string;
  readonly lines: readonly BillLine[];
  /** What it takes off, where that is not all of it; more than nothing, at most what the untaxed lines come to. */
  readonly part?: MicroEur | undefined;
}

export interface Evidence {
  readonly checkpoint: Checkpoint | undefined;
  readonly rows: readonly ProvenRow[];
  readonly meters: readonly MeterKey[];
  readonly readings: readonly SignedBatch[];
  readonly tariffed: Tariffed | undefined;
  readonly agreed?: Agreed | undefined;
  readonly marketDays?: readonly BilledDay[] | undefined;
  readonly incentive: IncentiveShares | undefined;
  readonly trueUp?: YearShares | undefined;
  readonly takenBack: TakenBack | undefined;
}

/** Quarter hours of the period, and how many of them no meter vouches for: these are not billed. */
export interface Coverage {
  readonly quarterHours: number;
  readonly missing: number;
}

export interface Bill extends BillHead {
  readonly coverage: Coverage;
  readonly lines: readonly BillLine[];
  readonly vat: readonly VatLine[];
  readonly totals: Totals;
  readonly evidence: Evidence;
}

/** `4-2026-000017`. */
export function numberText({ issuer, year, count }: BillNumber): string {
  return `${issuer}-${year}-${`${count}`.padStart(6, "0")}`;
}

export function parseNumber(text: string): BillNumber | undefined {
  const parts = /^(\d{1,10})-(\d{4})-(\d{6,9})$/.exec(text);
  if (parts === null) return undefined;
  const number = { issuer: Number(parts[1]), year: Number(parts[2]), count: Number(parts[3]) };
  return number.count > 0 && numberText(number) === text ? number : undefined;
}
