/**
 * What a seller could invoice of a contract now, and the sealed document of it: a bill like all others
 * (`billing/document`), of the energy that the buyer's counter took from the MicroGrid since the last invoice and
 * signed, by the tariff that the terms are. Its hash goes into `issue_invoice`, its number is the chain's next of the
 * seller and year. Documents are kept by their hash; of those that no invoice names the last few of each contract.
 */
import type { DatabaseSync } from "node:sqlite";
import { toHex } from "#base/bytes.ts";
import { dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds, type Zone } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { tariffOfTerms } from "#billing/agreed.ts";
import type { Bill, BillHead, Evidence, SignedBatch } from "#billing/document.ts";
import { makeBill } from "#billing/make.ts";
import type { ChainHost } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import type { SupplyContract } from "#market/contract/contract.ts";
import { importWh } from "#metering/reading.ts";
import { type Indices, indicesFrom } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { billJson } from "#wire/bill.ts";
import { documentHash, sealed, sectionsOf } from "#wire/bill-seal.ts";
import type { Archive } from "./archive.ts";
import { BillSource, NOTHING } from "./bill-source.ts";
import { Refused } from "./problems.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

export const SUPPLY_BILLS_STEP = `
  CREATE TABLE supply_bills (
    hash BLOB PRIMARY KEY,
    contract BLOB NOT NULL,
    made INTEGER NOT NULL,
    document TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX supply_bills_by_contract ON supply_bills (contract, made);
`;

export interface Billable {
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
  readonly energy: Wh;
  readonly readings: number;
  /** Quarter hours of the span that no meter vouches for. */
  readonly missing: number;
  /** `undefined` where the price follows an index whose prices are not given. */
  readonly amount: MicroEur | undefined;
}

export interface SupplyBill extends Billable {
  readonly amount: MicroEur;
  readonly year: number;
  readonly number: number;
  readonly documentHash: Uint8Array;
}

interface Options {
  readonly database: DatabaseSync;
  readonly host: ChainHost;
  readonly archive: Archive;
  readonly numbers: Pseudonyms;
  readonly operator: { readonly member: number; readonly signer: Signer } | undefined;
  readonly zone: Zone;
}

interface Drawn extends Billable {
  readonly head: BillHead;
  readonly evidence: Evidence;
  readonly tariff: object;
  readonly bill: Bill | undefined;
}

/** Documents of a contract that no invoice names. */
const KEPT_DRAFTS = 8;
/** As `billing` asks; terms have no price of power. */
const CONTRACTED_W = 0n;

export class SupplyBills {
  readonly #options: Options;
  readonly #source: BillSource;

  constructor(options: Options) {
    this.#options = options;
    this.#source = new BillSource(options);
  }

  /** Up to the last quarter hour that was read and signed; energy before the first whole one of the term is nobody's. */
  billable(id: Uint8Array, contract: SupplyContract): Billable {
    const { from, to, energy, readings, missing, amount } = this.#draw(id, contract, new Map());
    return { from, to, energy, readings, missing, amount };
  }

  /**
   * Makes and keeps the document. Refused, in this order: not_offered (nobody signs here), index_unfit, nothing_to_bill,
   * index_missing, network_silent.
   */
  async make(id: Uint8Array, contract: SupplyContract, published: unknown = {}): Promise<SupplyBill> {
    const { operator, database, host } = this.#options;
    if (operator === undefined) throw new Refused("not_offered");
    const indices = indicesFrom(published);
    if (!indices.ok) throw new Refused("index_unfit", indices.error.message);
    const drawn = this.#draw(id, contract, indices.value);
    const { head, evidence, tariff, amount, ...billable } = drawn;
    if (drawn.energy === 0n) throw new Refused("nothing_to_bill");
    if (amount === undefined) throw new Refused("index_missing");
    if (amount <= 0n) throw new Refused("nothing_to_bill");
    const proven = await this.#source.prove({ meters: evidence.meters, contract: id });
    const bill = makeBill(head, { ...evidence, ...proven });
    if (!bill.ok) throw new Error(`a bill of contract ${toHex(id)} does not come about: ${bill.error.code}`);
    const json = sealed(billJson(bill.value, { tariff, indices: published }), operator);
    const hash = documentHash(sectionsOf(json));
    database
      .prepare("INSERT OR REPLACE INTO supply_bills (hash, contract, made, document) VALUES (?, ?, ?, ?)")
      .run(hash, id, host.now(), JSON.stringify(json));
    this.#forgetDrafts(id);
    const { year, count: number } = head.number;
    return { ...billable, amount, year, number, documentHash: hash };
  }

  /** As it was sealed; `undefined` where none of that hash was made here. */
  document(hash: Uint8Array): string | undefined {
    const row = this.#options.database.prepare("SELECT document FROM supply_bills WHERE hash = ?").get(hash);
    return row?.document as string | undefined;
  }

  #draw(id: Uint8Array, contract: SupplyContract, indices: Indices): Drawn {
    const { host, numbers, zone } = this.#options;
    const { plant, billedUntil, endsTime, terms, seller, buyer } = contract;
    const home = numbers.homeOf(plant);
    const first = Math.ceil(billedUntil / QUARTER_HOUR_S) * QUARTER_HOUR_S;
    const last = quarterHourOf(Math.min(host.now(), endsTime));
    const isWithin = ({ intervalStart }: { intervalStart: number }) =>
      intervalStart >= first && intervalStart < last;
    const batches = this.#source
      .signedReadings(home, { from: dayOf(zone, first), until: dayOf(zone, Math.max(first, last)) + 1 })
      .flatMap((batch) => partOf(batch, isWithin));
    const within = batches.flatMap(({ readings }) => readings).filter(isWithin);
    const to = within.length === 0 ? billedUntil : within.at(-1)!.intervalStart + QUARTER_HOUR_S;
    const tariff = tariffOfTerms(terms, zone);
    const read = tariffFrom(tariff);
    if (!read.ok) throw read.error;
    const { year, number } = host.view().nextInvoiceNumber(seller, host.now());
    const head: BillHead = {
      chain: host.chain,
      kind: "contract",
      number: { issuer: seller, year, count: number },
      issued: dayOf(zone, host.now()),
      recipient: { member: buyer, home },
      zone,
      period: { from: dayOf(zone, first), until: dayOf(zone, Math.max(first, to - 1)) + 1 },
    };
    const evidence: Evidence = {
      ...NOTHING,
      meters: this.#source.metersOf(home),
      readings: batches,
      tariffed: { tariff: read.value, indices, contractedPowerW: CONTRACTED_W },
      agreed: { contract: id, from: billedUntil, to },
    };
    const made = within.length === 0 ? undefined : makeBill(head, evidence);
    const bill = made?.ok === true ? made.value : undefined;
    return {
      head,
      evidence,
      tariff,
      bill,
      from: billedUntil,
      to,
      energy: Wh(BigInt(within.reduce((sum, { flows }) => sum + importWh(flows), 0))),
      readings: within.length,
      missing: within.length === 0 ? 0 : (to - first) / QUARTER_HOUR_S - within.length,
      amount: within.length === 0 ? MicroEur(0n) : bill?.totals.total,
    };
  }

  #forgetDrafts(contract: Uint8Array): void {
    const { database, host } = this.#options;
    const issued = new Set(
      host
        .view()
        .supplyInvoices()
        .map(({ row }) => toHex(row.document)),
    );
    const drafts = database
      .prepare("SELECT hash FROM supply_bills WHERE contract = ? ORDER BY made DESC")
      .all(contract)
      .map(({ hash }) => hash as Uint8Array)
      .filter((hash) => !issued.has(toHex(hash)));
    const forget = database.prepare("DELETE FROM supply_bills WHERE hash = ?");
    for (const hash of drafts.slice(KEPT_DRAFTS)) forget.run(hash);
  }
}

/** What the meter signed together cannot be parted; of what it signed one by one only what is billed. */
function partOf(
  { readings, signatures, signed }: SignedBatch,
  isWithin: (reading: SignedBatch["readings"][number]) => boolean,
): SignedBatch[] {
  if (!readings.some(isWithin)) return [];
  if (signed === "together") return [{ readings, signatures, signed }];
  const kept = readings.map((reading, i) => ({ reading, signature: signatures[i]! }));
  const within = kept.filter(({ reading }) => isWithin(reading));
  return [
    {
      readings: within.map(({ reading }) => reading),
      signatures: within.map(({ signature }) => signature),
      signed,
    },
  ];
}
