/**
 * What a seller could invoice of a contract now, and the sealed document of it: a bill like all others
 * (`billing/document`), of the energy that the buyer's counter took from the MicroGrid since the last invoice and
 * signed, by the tariff that the terms are. Its hash goes into `issue_invoice`. Documents are kept by their hash; of those that no invoice names the last few of each contract. Once the
 * chain has an invoice or a credit note with that hash, the document stands among all bills, under the number that was
 * reserved for it.
 */
import type { DatabaseSync } from "node:sqlite";
import { toHex } from "#base/bytes.ts";
import { dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds, type Zone } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { tariffOfTerms } from "#billing/agreed.ts";
import {
  type Bill,
  type BillHead,
  type Evidence,
  numberText,
  type SignedBatch,
  type TakenBack,
} from "#billing/document.ts";
import { makeBill } from "#billing/make.ts";
import type { ChainHost } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import type { SupplyContract } from "#market/contract/contract.ts";
import { type SupplyInvoice, standingAmount } from "#market/contract/invoice.ts";
import { importWh } from "#metering/reading.ts";
import { type Indices, indicesFrom } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { billFrom, billJson, type Published } from "#wire/bill.ts";
import { documentHash, sealed, sectionsOf } from "#wire/bill-seal.ts";
import type { Archive } from "./archive.ts";
import type { BillNumbers } from "./bill-numbers.ts";
import { keepBill } from "./bill-record.ts";
import { BillSource, NOTHING } from "./bill-source.ts";
import { inTransaction } from "./database.ts";
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
  /** The seller's next on the chain. */
  readonly number: number;
  readonly billNumber: string;
  readonly documentHash: Uint8Array;
}

/** What a credit note takes off an invoice of the chain, as `issue_invoice` wants it. */
export type SupplyCredit = Pick<
  SupplyBill,
  "from" | "to" | "energy" | "amount" | "year" | "number" | "billNumber" | "documentHash"
>;

interface Options {
  readonly database: DatabaseSync;
  readonly host: ChainHost;
  readonly archive: Archive;
  readonly numbers: Pseudonyms;
  readonly operator: { readonly member: number; readonly signer: Signer } | undefined;
  readonly zone: Zone;
  readonly billNumbers: BillNumbers;
}

type BillNumberRow = { readonly issuer: number; readonly year: number; readonly count: number };

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
    if (this.#options.operator === undefined) throw new Refused("not_offered");
    const indices = indicesFrom(published);
    if (!indices.ok) throw new Refused("index_unfit", indices.error.message);
    this.adoptIssued();
    const drawn = this.#draw(id, contract, indices.value);
    const { evidence, tariff, amount, ...billable } = drawn;
    if (drawn.energy === 0n) throw new Refused("nothing_to_bill");
    if (amount === undefined) throw new Refused("index_missing");
    if (amount <= 0n) throw new Refused("nothing_to_bill");
    const proven = await this.#source.prove({ meters: evidence.meters, contract: id });
    const kept = this.#keep(
      id,
      contract.seller,
      drawn.head,
      { ...evidence, ...proven },
      {
        tariff,
        indices: published,
      },
    );
    return { ...billable, amount, ...kept };
  }

  /**
   * The document of a credit note that takes an invoice back, or a part of what stands of it. Refused, in this order:
   * not_offered, bill_unknown (its bill was not made here), bill_taken_back, credit_too_large, network_silent.
   */
  async credit(
    id: Uint8Array,
    contract: SupplyContract,
    invoice: SupplyInvoice,
    of: { readonly reason: string; readonly amount: MicroEur | undefined },
  ): Promise<SupplyCredit> {
    const { operator, host, zone } = this.#options;
    if (operator === undefined) throw new Refused("not_offered");
    this.adoptIssued();
    const document = this.document(invoice.document);
    const read = document === undefined ? undefined : billFrom(JSON.parse(document));
    if (!read?.ok || invoice.corrects !== undefined) throw new Refused("bill_unknown");
    const { bill, seal } = read.value;
    const stands = standingAmount(invoice);
    if (stands === 0n) throw new Refused("bill_taken_back");
    const amount = of.amount ?? stands;
    if (amount > stands) throw new Refused("credit_too_large");
    const isWhole = amount === bill.totals.total;
    const proven = await this.#source.prove({ meters: [] });
    const head: BillHead = {
      ...{ chain: bill.chain, kind: "credit_note", number: bill.number, issued: dayOf(zone, host.now()) },
      ...{ recipient: bill.recipient, zone, period: bill.period },
    };
    const takenBack: TakenBack = {
      ...{ number: bill.number, reason: of.reason, lines: bill.lines },
      part: isWhole ? undefined : amount,
    };
    const evidence = { ...NOTHING, ...proven, takenBack };
    const kept = this.#keep(id, contract.seller, head, evidence, { takenBackSeal: seal });
    const energy = isWhole ? invoice.energy : Wh(0n);
    return { from: invoice.periodFrom, to: invoice.periodTo, energy, amount, ...kept };
  }

  /** Reserves a number, makes the document and keeps it by its hash. */
  #keep(
    contract: Uint8Array,
    seller: number,
    head: BillHead,
    evidence: Evidence,
    published: Published,
  ): Pick<SupplyBill, "year" | "number" | "billNumber" | "documentHash"> {
    const { operator, database, host, billNumbers } = this.#options;
    const { year, number } = host.view().nextInvoiceNumber(seller, host.now());
    return inTransaction(database, () => {
      const own = billNumbers.reserve(seller, { year, number });
      const bill = makeBill({ ...head, number: own }, evidence);
      if (!bill.ok) {
        throw new Error(`a bill of contract ${toHex(contract)} does not come about: ${bill.error.code}`);
      }
      const json = sealed(billJson(bill.value, published), operator!);
      const hash = documentHash(sectionsOf(json));
      const billNumber = numberText(own);
      database
        .prepare(
          "INSERT OR REPLACE INTO supply_bills (hash, contract, made, number, document) VALUES (?, ?, ?, ?, ?)",
        )
        .run(hash, contract, host.now(), billNumber, JSON.stringify(json));
      this.#forgetDrafts(contract);
      return { year, number, billNumber, documentHash: hash };
    });
  }

  /** What the chain has issued stands among the bills from then on; it may be asked as often as one likes. */
  adoptIssued(): void {
    const { database, host } = this.#options;
    const drafts = database.prepare("SELECT hash FROM supply_bills").all();
    if (drafts.length === 0) return;
    const waiting = new Set(drafts.map(({ hash }) => toHex(hash as Uint8Array)));
    for (const { row } of host.view().supplyInvoices()) {
      if (waiting.has(toHex(row.document))) inTransaction(database, () => this.#adopt(row.document));
    }
  }

  #adopt(hash: Uint8Array): void {
    const { database, numbers } = this.#options;
    const document = this.document(hash)!;
    const read = billFrom(JSON.parse(document));
    if (!read.ok) throw read.error;
    const { bill } = read.value;
    const { number, evidence } = bill;
    const takesBack = evidence.takenBack?.number;
    keepBill(database, numbers, bill, hash, document);
    database.prepare("DELETE FROM supply_bills WHERE hash = ?").run(hash);
    if (takesBack === undefined || evidence.takenBack?.part !== undefined) return;
    database
      .prepare("UPDATE bills SET taken_back = ? WHERE issuer = ? AND year = ? AND count = ?")
      .run(numberText(number), takesBack.issuer, takesBack.year, takesBack.count);
  }

  /** As it was sealed; `undefined` where none of that hash was made here. */
  document(hash: Uint8Array): string | undefined {
    const row = this.#options.database
      .prepare(
        "SELECT document FROM supply_bills WHERE hash = ?1 UNION ALL SELECT document FROM bills WHERE hash = ?1",
      )
      .get(hash);
    return row?.document as string | undefined;
  }

  /** The number of that document among its seller's bills; `undefined` where none of that hash was issued. */
  numberOf(hash: Uint8Array): string | undefined {
    const row = this.#options.database
      .prepare("SELECT issuer, year, count FROM bills WHERE hash = ?")
      .get(hash) as BillNumberRow | undefined;
    return row && numberText(row);
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
    const { database } = this.#options;
    const drafts = database
      .prepare("SELECT hash FROM supply_bills WHERE contract = ? ORDER BY made DESC")
      .all(contract)
      .map(({ hash }) => hash as Uint8Array);
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
