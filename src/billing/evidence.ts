/**
 * Whether a bill's evidence is genuine: its rows stand in a state of the chain that somebody trusted vouches for, its
 * meter keys are those of plants of the recipient, every reading carries its meter's signature, every sale went at
 * the rate that its supplier had published. What is wrong is named by its place in the bill.
 */
import { compareBytes, equalBytes, toHex } from "#base/bytes.ts";
import { type Codec, decode } from "#base/codec.ts";
import { dayOf, dayStart, formatDay, QUARTER_HOUR_S } from "#base/time.ts";
import type { Bill, Evidence, ProvenRow, SignedBatch } from "#billing/document.ts";
import { type MarketDayProblem, marketDayProblem, type TrustOf } from "#billing/market-days.ts";
import type { PublicKey } from "#crypto/keys.ts";
import { verifySparseProof } from "#crypto/sparse-tree.ts";
import { MEMBERS } from "#ledger/member.ts";
import { type CheckpointProblem, checkpointProblem, type Trust, vouchedBy } from "#ledger/proof.ts";
import { rawLeafKey, rowHash, type Table } from "#ledger/state.ts";
import { SUPPLY_CONTRACTS, type SupplyContract } from "#market/contract/contract.ts";
import { isInTerm, METERS } from "#market/meter.ts";
import { PLANTS } from "#market/participant.ts";
import { RATES } from "#market/rate.ts";
import { isOpen, SALES, type Sale } from "#market/sale.ts";
import type { Reading } from "#metering/reading.ts";
import { verifyDay, verifyReading } from "#metering/signed-reading.ts";

/** Where in the bill something stands, by the name of its part and, in a list, its place from 0. */
export interface Place {
  readonly part: string;
  readonly index?: number;
}

export type EvidenceProblem =
  | CheckpointProblem
  | MarketDayProblem
  /** Rows, and nobody who vouches for them. */
  | "checkpoint_missing"
  | "wrong_path"
  | "row_unreadable"
  /** No plant's row has this meter key. */
  | "meter_key_unproven"
  /** The plant is another owner's. */
  | "other_owner"
  | "bad_signature"
  | "other_home"
  | "outside_period"
  | "out_of_order"
  /** A sale of somebody else, or still open. */
  | "other_sale"
  /** The contract's row is not among the rows. */
  | "contract_unproven"
  /** Another seller, buyer or plant than the bill's. */
  | "other_contract"
  /** Energy before what is invoiced already, or after the supply's end. */
  | "outside_contract"
  | "rate_unproven"
  | "rate_differs";

export interface FoundInEvidence {
  readonly place: Place;
  readonly problem: EvidenceProblem;
  /** In words of the domain: the day, the row. */
  readonly what: string;
}

/** The first thing that is wrong, in the order: checkpoint, rows, contract, meters, readings, sales, market days. */
export function evidenceProblem(bill: Bill, trust: Trust | undefined): FoundInEvidence | undefined {
  const { evidence } = bill;
  return (
    checkpointFound(bill, trust) ??
    firstOf(evidence.rows, (row, index) => rowFound(evidence, row, index)) ??
    contractFound(bill) ??
    firstOf(evidence.meters, (_, index) => meterFound(bill, index)) ??
    readingsFound(bill) ??
    salesFound(bill) ??
    marketDaysFound(bill, trust)
  );
}

function checkpointFound({ chain, evidence }: Bill, trust: Trust | undefined): FoundInEvidence | undefined {
  const { checkpoint, rows } = evidence;
  const place = { part: "checkpoint" };
  if (checkpoint === undefined) {
    return rows.length === 0
      ? undefined
      : { place, problem: "checkpoint_missing", what: "the chain's state" };
  }
  if (checkpoint.header.chain !== chain) return { place, problem: "wrong_chain", what: "the chain's state" };
  const believed = trust ?? trustOfItself(chain, evidence);
  const problem = checkpointProblem(checkpoint, believed);
  return problem === undefined ? undefined : { place, problem, what: "the chain's state" };
}

/** Whoever believes nobody in particular learns at least that the checkpoint is signed as it says. */
function trustOfItself(chain: string, { checkpoint }: Evidence, earlier = checkpoint): Trust {
  return checkpoint?.by === "producer"
    ? { chain, producer: checkpoint.header.producer }
    : earlier?.by === "validators"
      ? { chain, validators: earlier.validators }
      : { chain, producer: new Uint8Array() };
}

function rowFound({ checkpoint }: Evidence, row: ProvenRow, index: number): FoundInEvidence | undefined {
  const place = { part: "rows", index };
  const { stateRoot } = vouchedBy(checkpoint!);
  if (!verifySparseProof(stateRoot, rawLeafKey(row.table, row.key), rowHash(row.row), row.path)) {
    return { place, problem: "wrong_path", what: rowName(row) };
  }
  return rowName(row) === UNREADABLE ? { place, problem: "row_unreadable", what: rowName(row) } : undefined;
}

function contractFound(bill: Bill): FoundInEvidence | undefined {
  const { kind, evidence, number, recipient } = bill;
  if (kind !== "contract") return undefined;
  const { agreed, meters } = evidence;
  const place = { part: "contract" };
  const what = `contract ${agreed === undefined ? "" : toHex(agreed.contract).slice(0, 8)}`;
  const row = contractIn(evidence);
  if (agreed === undefined || row === undefined) return { place, problem: "contract_unproven", what };
  const isTheirs =
    row.seller === number.issuer &&
    row.buyer === recipient.member &&
    meters.some(({ plant }) => plant === row.plant);
  if (!isTheirs) return { place, problem: "other_contract", what };
  const isOwed = agreed.from === row.billedUntil && agreed.to <= row.endsTime;
  return isOwed ? undefined : { place, problem: "outside_contract", what };
}

/** The contract that a bill is about, as the chain has it. */
export function contractIn({ agreed, rows }: Evidence): SupplyContract | undefined {
  return agreed === undefined ? undefined : rowOf(rows, SUPPLY_CONTRACTS, agreed.contract);
}

function meterFound({ evidence, recipient }: Bill, index: number): FoundInEvidence | undefined {
  const { plant, key } = evidence.meters[index]!;
  const place = { part: "meters", index };
  const what = `the meter of plant ${plant}`;
  const row = rowOf(evidence.rows, PLANTS, plant);
  const isPresent = row !== undefined && equalBytes(row.meterKey, key);
  const isFormer = row !== undefined && rowOf(evidence.rows, METERS, key)?.plant === plant;
  if (!isPresent && !isFormer) return { place, problem: "meter_key_unproven", what };
  const isLast = index === evidence.meters.length - 1;
  return isLast && row!.owner !== recipient.member ? { place, problem: "other_owner", what } : undefined;
}

function readingsFound(bill: Bill): FoundInEvidence | undefined {
  const { zone, period, evidence, recipient } = bill;
  const [from, until] = [dayStart(zone, period.from), dayStart(zone, period.until)];
  let before = from - QUARTER_HOUR_S;
  return firstOf(evidence.readings, (batch, index) => {
    const found = (problem: EvidenceProblem, at: number): FoundInEvidence => ({
      place: { part: "readings", index },
      problem,
      what: `the readings of ${formatDay(dayOf(zone, at))}`,
    });
    const first = batch.readings[0]?.intervalStart ?? from;
    if (!isSigned(bill, batch)) return found("bad_signature", first);
    for (const { plant, intervalStart } of batch.readings) {
      if (plant !== recipient.home) return found("other_home", intervalStart);
      if (intervalStart < from || intervalStart >= until) return found("outside_period", intervalStart);
      if (intervalStart <= before) return found("out_of_order", intervalStart);
      before = intervalStart;
    }
    return undefined;
  });
}

/** Each quarter hour by one of the home's meters, in its term. */
function isSigned({ chain, evidence }: Bill, { readings, signatures, signed }: SignedBatch): boolean {
  const signs = (of: readonly Reading[], verify: (key: PublicKey) => boolean) =>
    evidence.meters.some(({ key }) => {
      const term = rowOf(evidence.rows, METERS, key);
      return of.every(({ intervalStart }) => isInTerm(term, intervalStart)) && verify(key);
    });
  if (signed === "together") {
    const [signature] = signatures;
    if (signature === undefined || signatures.length > 1) return false;
    return signs(readings, (key) => verifyDay(chain, { readings, signature }, key));
  }
  return (
    signatures.length === readings.length &&
    readings.every((reading, i) =>
      signs([reading], (key) => verifyReading(chain, { reading, signature: signatures[i]! }, key)),
    )
  );
}

function salesFound(bill: Bill): FoundInEvidence | undefined {
  const { kind, evidence, number, zone, period } = bill;
  if (kind !== "sales") return undefined;
  const owners = new Set([...ownersIn(evidence), bill.recipient.member]);
  return firstOf(evidence.rows, (row, index) => {
    if (row.table !== SALES.number) return undefined;
    const place = { part: "rows", index };
    const sale = contentOf(SALES, row)!;
    const what = rowName(row);
    const ended = dayOf(zone, sale.closedTime);
    if (isOpen(sale) || sale.supplier !== number.issuer || !owners.has(sale.seller)) {
      return { place, problem: "other_sale", what };
    }
    if (ended < period.from || ended >= period.until) return { place, problem: "outside_period", what };
    const rate = rowOf(evidence.rows, RATES, { supplier: sale.supplier, day: sale.day });
    if (rate === undefined) return { place, problem: "rate_unproven", what };
    return rate.rate === sale.rate ? undefined : { place, problem: "rate_differs", what };
  });
}

function marketDaysFound(bill: Bill, trust: Trust | undefined): FoundInEvidence | undefined {
  const { evidence, recipient, period, chain } = bill;
  const days = evidence.marketDays ?? [];
  if (days.length === 0) return undefined;
  const owners = new Set([...ownersIn(evidence), recipient.member]);
  const believed: TrustOf = (checkpoint) => trust ?? trustOfItself(chain, evidence, checkpoint);
  return firstOf(days, ({ day }, index) => {
    const problem = marketDayProblem(days, index, { period, owners, trust: believed });
    const place = { part: "market_days", index };
    return problem && { place, problem, what: `the market of ${formatDay(day)}` };
  });
}

function ownersIn({ rows }: Evidence): number[] {
  return rows.flatMap((row) => (row.table === PLANTS.number ? [contentOf(PLANTS, row)!.owner] : []));
}

/** The sales among proven rows, in the order in which they closed. */
export function salesIn(rows: readonly ProvenRow[]): { readonly id: Uint8Array; readonly sale: Sale }[] {
  return rows
    .flatMap((row) => {
      const sale = row.table === SALES.number ? contentOf(SALES, row) : undefined;
      return sale === undefined ? [] : [{ id: row.key, sale }];
    })
    .toSorted((a, b) => a.sale.closedHeight - b.sale.closedHeight || compareBytes(a.id, b.id));
}

/**
 * Whether a key may seal bills of an issuer: it is the issuer's own, or the operator's, who makes bills for others;
 * by the proven rows.
 */
export function isSealerOf({ rows }: Evidence, issuer: number, member: number, key: Uint8Array): boolean {
  const row = rowOf(rows, MEMBERS, member);
  if (row === undefined || !row.keys.some((own) => equalBytes(own, key))) return false;
  return member === issuer || row.role === "operator";
}

const NAMED = [MEMBERS, PLANTS, METERS, SUPPLY_CONTRACTS, RATES, SALES] as unknown as readonly Table<
  unknown,
  unknown
>[];
const UNREADABLE = "an unreadable row";

/** `rates 3/20551`: table and key; a row that no bill needs, or that cannot be read, is unreadable. */
export function rowName({ table, key, row }: ProvenRow): string {
  const found = NAMED.find(({ number }) => number === table);
  if (found === undefined) return UNREADABLE;
  const id = read(found.key, key);
  return id === undefined || read(found.row, row) === undefined
    ? UNREADABLE
    : `${found.name} ${found.id(id)}`;
}

function rowOf<K, V>(rows: readonly ProvenRow[], table: Table<K, V>, key: K): V | undefined {
  const name = table.id(key);
  for (const row of rows) {
    if (row.table !== table.number) continue;
    const own = read(table.key, row.key);
    if (own !== undefined && table.id(own) === name) return contentOf(table, row);
  }
  return undefined;
}

function contentOf<K, V>(table: Table<K, V>, { row }: ProvenRow): V | undefined {
  return read(table.row, row);
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  const found = decode(codec, bytes);
  return found.ok ? found.value : undefined;
}

function firstOf<T, F>(list: readonly T[], find: (item: T, index: number) => F | undefined): F | undefined {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
