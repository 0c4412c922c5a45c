/**
 * Checks a bill without asking anyone, and names the first thing in it that is wrong and what it should have been:
 * `contrada verify-bill` does this with a file, the app before it says that all lines agree.
 *
 * In this order: what nothing but the seal fixes (number, dates, parties, tariff), as it was sealed; the evidence
 * (`billing/evidence`); every line recomputed (`billing/lines`); value added tax and totals; everything else as it was
 * sealed; the seal itself. So whoever alters a bill is found by the seal, and an issuer who seals a wrong bill by the
 * figures.
 */
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { formatDay } from "#base/time.ts";
import { tariffOfTerms } from "#billing/agreed.ts";
import { type Bill, type BillLine, type BillNumber, numberText } from "#billing/document.ts";
import { contractIn, type EvidenceProblem, evidenceProblem, isSealerOf } from "#billing/evidence.ts";
import { coverageOf, type LinesProblem, linesOf } from "#billing/lines.ts";
import { totalsOf, vatOf } from "#billing/totals.ts";
import { type Trust, vouchedBy } from "#ledger/proof.ts";
import { BILL_FORMAT, billFrom, lineJson, type ReadBill } from "#wire/bill.ts";
import {
  documentHash,
  isSealSigned,
  notAsSealed,
  SEALED_ONLY,
  type Seal,
  sectionOf,
  sectionsOf,
} from "#wire/bill-seal.ts";
import { canonicalJson } from "#wire/canonical-json.ts";

export type BillProblem =
  /** No JSON object of this format: nothing to check. */
  | "no_bill"
  | "unreadable"
  | "not_as_sealed"
  | EvidenceProblem
  | LinesProblem["code"]
  | "coverage_differs"
  /** A field of a line, a tax or a total is not what follows from the evidence. */
  | "differs"
  | "line_missing"
  | "line_too_many"
  /** The seal is of a key that no member who may issue it is proved to have. */
  | "sealer_unproven"
  | "seal_unsigned"
  /** Another tariff, or another document, than the one that is known. */
  | "other_tariff"
  | "other_document";

export interface WrongBill {
  readonly problem: BillProblem;
  /** `number`, `period`, `readings[3]`, `lines[5]`, `totals.net_micro_eur`, `seal`. */
  readonly place: string;
  readonly field?: string;
  readonly found?: string;
  readonly expected?: string;
  /** In words: the day of readings, the row of the chain, the line's label. */
  readonly what?: string;
}

export interface CheckedBill {
  readonly bill: Bill;
  /** 64 hexadecimal digits: what `issue_invoice` puts on the chain. */
  readonly documentHash: string;
  /** Height of the state that vouches for keys and rates; `undefined` where the bill needs none. */
  readonly height: number | undefined;
  readonly signatures: number;
}

export interface Known {
  /** Whom to believe; without it the bill's own checkpoint is believed. */
  readonly trust?: Trust | undefined;
  /** The tariff that was agreed, as a file's content. */
  readonly tariff?: unknown;
  /** The document's hash on the chain. */
  readonly documentHash?: Uint8Array | undefined;
}

export function verifyBill(content: unknown, known: Known = {}): Result<CheckedBill, WrongBill> {
  if (!isBill(content)) return refuse({ problem: "no_bill", place: "bill" });
  const read = billFrom(content);
  if (!read.ok) {
    const place = read.error.path.replace(/^bill\./, "");
    return refuse({ problem: "unreadable", place, expected: read.error.message });
  }
  const wrong = wrongIn(read.value, known);
  if (wrong !== undefined) return refuse(wrong);
  const { bill, seal } = read.value;
  const { checkpoint, readings } = bill.evidence;
  return ok({
    bill,
    documentHash: toHex(documentHash(asSections(seal))),
    height: checkpoint === undefined ? undefined : vouchedBy(checkpoint).height,
    signatures: readings.reduce((count, { signatures }) => count + signatures.length, 0),
  });
}

function isBill(content: unknown): boolean {
  return (
    typeof content === "object" &&
    content !== null &&
    (content as { readonly format?: unknown }).format === BILL_FORMAT
  );
}

function wrongIn(read: ReadBill, known: Known): WrongBill | undefined {
  const { bill, seal, json, published } = read;
  const sections = sectionsOf(json);
  const altered = (only?: (part: string) => boolean): WrongBill | undefined => {
    const place = notAsSealed(sections, seal, only);
    return place === undefined ? undefined : { problem: "not_as_sealed", place };
  };
  return (
    altered((part) => SEALED_ONLY.has(part)) ??
    (known.tariff !== undefined && canonicalJson(known.tariff) !== canonicalJson(published.tariff ?? null)
      ? { problem: "other_tariff", place: "tariff" }
      : undefined) ??
    wrongCoverage(bill, "quarterHours") ??
    wrongEvidence(bill, known.trust) ??
    wrongTerms(read) ??
    wrongTakenBack(read) ??
    wrongCoverage(bill, "missing") ??
    wrongFigures(bill) ??
    altered() ??
    wrongSeal(bill, seal) ??
    (known.documentHash !== undefined && !equalBytes(known.documentHash, documentHash(asSections(seal)))
      ? {
          problem: "other_document",
          place: "seal",
          found: toHex(documentHash(asSections(seal))),
          expected: toHex(known.documentHash),
        }
      : undefined)
  );
}

function asSections({ sections }: Seal) {
  return sections.map(([name, hash]) => ({ name, hash }));
}

function wrongEvidence(bill: Bill, trust: Trust | undefined): WrongBill | undefined {
  const found = evidenceProblem(bill, trust);
  if (found === undefined) return undefined;
  const { place, problem, what } = found;
  return { problem, place: place.index === undefined ? place.part : `${place.part}[${place.index}]`, what };
}

/** The tariff of a contract's bill is that of the terms which both signed. */
function wrongTerms({ bill, published }: ReadBill): WrongBill | undefined {
  const contract = bill.kind === "contract" ? contractIn(bill.evidence) : undefined;
  if (contract === undefined) return undefined;
  const terms = canonicalJson(tariffOfTerms(contract.terms, bill.zone));
  return terms === canonicalJson(published.tariff ?? null)
    ? undefined
    : { problem: "other_tariff", place: "tariff", what: "the contract's terms" };
}

/** The lines that a credit note takes back are those that the same issuer sealed under that number. */
function wrongTakenBack({ bill, published }: ReadBill): WrongBill | undefined {
  const { takenBack } = bill.evidence;
  if (takenBack === undefined) return undefined;
  const seal = published.takenBackSeal!;
  const was = new Map(seal.sections);
  const place = "taken_back";
  if (was.get("number") !== sectionOf("number", numberText(takenBack.number)).hash) {
    return { problem: "not_as_sealed", place, field: "number" };
  }
  for (const [i, line] of takenBack.lines.entries()) {
    const name = `lines[${i}]`;
    if (was.get(name) !== sectionOf(name, lineJson(line)).hash) {
      return { problem: "not_as_sealed", place, field: name, what: line.label };
    }
  }
  if (was.has(`lines[${takenBack.lines.length}]`)) return { problem: "line_missing", place };
  if (takenBack.part !== undefined) {
    const most = takenBack.lines.reduce((sum, { amount }) => sum + amount, 0n);
    const isTaxed = takenBack.lines.some(({ vatPpm }) => vatPpm !== 0n);
    if (isTaxed || takenBack.part > most) {
      return {
        problem: "differs",
        place,
        field: "part_micro_eur",
        expected: isTaxed ? "the whole" : `at most ${most}`,
      };
    }
  }
  if (takenBack.number.issuer !== bill.number.issuer) {
    return { problem: "differs", place, field: "issuer", expected: `${bill.number.issuer}` };
  }
  if (!isSealedByIssuer(bill, bill.number, seal)) return { problem: "sealer_unproven", place };
  return isSealSigned(seal) ? undefined : { problem: "seal_unsigned", place };
}

const COVERAGE = { quarterHours: "quarter_hours", missing: "missing" } as const;

function wrongCoverage(bill: Bill, own: keyof typeof COVERAGE): WrongBill | undefined {
  const coverage = coverageOf(bill, bill.evidence);
  if (bill.coverage[own] === coverage[own]) return undefined;
  const [found, expected] = [`${bill.coverage[own]}`, `${coverage[own]}`];
  return { problem: "coverage_differs", place: "period", field: COVERAGE[own], found, expected };
}

function wrongFigures(bill: Bill): WrongBill | undefined {
  const lines = linesOf(bill, bill.evidence);
  if (!lines.ok) return { problem: lines.error.code, place: PLACE_OF_EVIDENCE[bill.kind] ?? "tariff" };
  return (
    wrongList("lines", bill.lines, lines.value, FIELDS, ({ label }) => label) ??
    wrongList("vat", bill.vat, vatOf(bill.lines), VAT_FIELDS, ({ vatPpm }) => `${vatPpm} millionths`) ??
    wrongTotals(bill)
  );
}

const PLACE_OF_EVIDENCE: Readonly<Partial<Record<Bill["kind"], string>>> = {
  incentive: "incentive",
  true_up: "true_up",
  market: "market_days",
  credit_note: "taken_back",
};

const FIELDS = [
  ["kind", "kind"],
  ["label", "label"],
  ["quantity_wh", "quantity"],
  ["price_micro_eur_per_kwh", "price"],
  ["amount_micro_eur", "amount"],
  ["vat_per_million", "vatPpm"],
  ["rule", "rule"],
  ["formula", "formula"],
] as const satisfies readonly (readonly [string, keyof BillLine])[];

const VAT_FIELDS = [
  ["vat_per_million", "vatPpm"],
  ["base_micro_eur", "base"],
  ["amount_micro_eur", "amount"],
] as const;

function wrongList<T extends object>(
  part: string,
  found: readonly T[],
  expected: readonly T[],
  fields: readonly (readonly [name: string, own: keyof T])[],
  labelOf: (item: T) => string,
): WrongBill | undefined {
  for (let i = 0; i < Math.max(found.length, expected.length); i++) {
    const [is, should] = [found[i], expected[i]];
    const place = `${part}[${i}]`;
    if (should === undefined) return { problem: "line_too_many", place, what: labelOf(is!) };
    if (is === undefined) return { problem: "line_missing", place, what: labelOf(should) };
    for (const [field, own] of fields) {
      if (is[own] === should[own]) continue;
      return {
        problem: "differs",
        place,
        field,
        found: shown(is[own]),
        expected: shown(should[own]),
        what: labelOf(should),
      };
    }
  }
  return undefined;
}

function wrongTotals({ lines, vat, totals }: Bill): WrongBill | undefined {
  const should = totalsOf(lines, vat);
  for (const [field, own] of [
    ["net_micro_eur", "net"],
    ["vat_micro_eur", "vat"],
    ["total_micro_eur", "total"],
    ["payable_cent", "payableCent"],
  ] as const) {
    if (totals[own] === should[own]) continue;
    return {
      problem: "differs",
      place: `totals.${field}`,
      found: shown(totals[own]),
      expected: shown(should[own]),
    };
  }
  return undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : String(value);
}

function wrongSeal(bill: Bill, seal: Seal): WrongBill | undefined {
  if (!isSealedByIssuer(bill, bill.number, seal)) {
    return { problem: "sealer_unproven", place: "seal", what: `member ${seal.member}` };
  }
  return isSealSigned(seal) ? undefined : { problem: "seal_unsigned", place: "seal" };
}

function isSealedByIssuer(bill: Bill, number: BillNumber, { member, key }: Seal): boolean {
  return isSealerOf(bill.evidence, number.issuer, member, fromHex(key)!);
}

/** What is wrong, as a sentence. */
export function sentenceOf(wrong: WrongBill): string {
  const { problem, place, field, found, expected, what } = wrong;
  const where = `${placeInWords(place)}${what === undefined ? "" : ` (${what})`}`;
  if (problem === "differs" || problem === "coverage_differs") {
    const of = field === undefined ? "" : `, ${field}`;
    const is = found === undefined ? "" : ` is ${found} and`;
    return `${where}${of}:${is} should be ${expected}`;
  }
  if (problem === "unreadable") return `${where}: ${expected}`;
  const more = [field, expected === undefined ? undefined : `should be ${expected}`]
    .filter(Boolean)
    .join(", ");
  return `${where}: ${SENTENCES[problem]}${more === "" ? "" : `; ${more}`}`;
}

function placeInWords(place: string): string {
  const item = /^([a-z_]+)\[(\d+)\]$/.exec(place);
  if (item === null) return place.replace("totals.", "total, ");
  const [part, count] = [item[1]!, Number(item[2]) + 1];
  const words: { readonly [part: string]: string } = {
    lines: "line",
    vat: "VAT line",
    rows: "row",
    meters: "meter",
    market_days: "market day",
  };
  return `${words[part] ?? part} ${count}`;
}

const SENTENCES: Readonly<
  Record<Exclude<BillProblem, "differs" | "coverage_differs" | "unreadable">, string>
> = {
  no_bill: `it is no bill of the form ${BILL_FORMAT}`,
  not_as_sealed: "it is not what the issuer sealed",
  checkpoint_missing: "nobody vouches for the rows",
  wrong_chain: "it belongs to another chain",
  wrong_producer: "another producer signed the state",
  no_validators: "one producer signed the state, where validators are believed",
  wrong_block: "its signatures belong to another block",
  validators_malformed: "there can be no such validators",
  wrong_validators: "its validators are not those that the block names",
  wrong_signer: "a signature stands in another validator's place",
  not_enough_signed: "two thirds of its validators' power or less signed",
  bad_signature: "a signature is false",
  not_enough_trusted: "a third or less of those who are believed signed",
  wrong_path: "it does not stand in the state of the chain",
  row_unreadable: "it is no row that a bill needs",
  meter_key_unproven: "no plant of the chain has this meter key",
  other_owner: "its plant is another member's than the recipient's",
  other_home: "they are another home's",
  outside_period: "it lies outside the bill's period",
  out_of_order: "quarter hours stand twice or not in order",
  other_sale: "it is not a closed sale between these two",
  contract_unproven: "the contract is not among the rows",
  other_contract: "it is not between these two, or of another plant",
  outside_contract: "that energy is invoiced already, or came after the supply's end",
  other_day: "the ledger's row is of another day or another version",
  statement_unproven: "the home's statement does not lie under the root that the ledger has of that day",
  rate_unproven: "the rate of its day is not among the rows",
  rate_differs: "it went at another rate than the published one",
  evidence_missing: "what the lines follow from is not there",
  tariff_unfit: "it does not hold for the period",
  statement_unfit: "the month's statement cannot be reckoned",
  months_unfit: "months are missing, out of order or outside the bill's period",
  shares_unbalanced: "what homes gave and used is not what the hours say was shared",
  line_missing: "it is missing",
  line_too_many: "nothing stands behind it",
  sealer_unproven: "the key is of nobody who may issue this bill",
  seal_unsigned: "the issuer's signature is false",
  other_tariff: "it is not the tariff that was agreed",
  other_document: "it is another document than the one on the chain",
};

/** `2026-06-01 to 2026-06-30`: both included. */
export function periodText({ from, until }: Bill["period"]): string {
  return `${formatDay(from)} to ${formatDay(until - 1)}`;
}
