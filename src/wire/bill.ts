/**
 * Bills as JSON, `contrada/invoice/1`, as docs/spec/bills.md has them. A reading is a row of whole numbers: quarter
 * hours after the batch's first day began to be counted, the seven flows, four movements of each store, what is stored
 * at the end; a month of a home under signatures by the day is some 150 KB.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { formatDay, formatInstant, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  type Agreed,
  BILL_KINDS,
  type Bill,
  type BilledDay,
  type BillLine,
  type BillNumber,
  type IncentiveShares,
  type MeterKey,
  numberText,
  type ProvenRow,
  type ProvenStatement,
  parseNumber,
  type SignedBatch,
  type Tariffed,
  type Totals,
  type VatLine,
} from "#billing/document.ts";
import { rowName } from "#billing/evidence.ts";
import { sparseProofCodec } from "#crypto/sparse-tree.ts";
import { checkpointCodec, rowProofCodec } from "#ledger/proof.ts";
import { leafOf, statementCodec } from "#market/auction/statement.ts";
import { SUPPLY_ID_BYTES } from "#market/contract/contract.ts";
import { columnsOf, type Reading } from "#metering/reading.ts";
import { statementInputFrom } from "#rules/italy/statement-file.ts";
import { ZONES } from "#tariff/calendar.ts";
import { readIndices } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import type { Seal } from "#wire/bill-seal.ts";

export const BILL_FORMAT = "contrada/invoice/1";
const MAX_WH = 10n ** 15n;
const MAX_MONEY = 9_000_000_000_000_000n;
const MAX_PRICE = 1_000_000_000_000n;
const MAX_U32 = 0xffff_ffffn;
const MILLION = 1_000_000n;
const MAX_INSTANT = 1n << 40n;
const SPAN_MAX_S = 10 * 366 * 86_400;

/** What a bill carries as it was published, for its form to be hashed and compared. */
export interface Published {
  readonly tariff?: unknown;
  readonly indices?: unknown;
  readonly statement?: unknown;
  /** Of a true-up's months. */
  readonly statements?: readonly unknown[];
  /** The seal of the bill that a credit note takes back. */
  readonly takenBackSeal?: Seal;
}

export type BillJson = { readonly [name: string]: unknown };

/** Without its seal. */
export function billJson(bill: Bill, published: Published): BillJson {
  const { evidence, period, coverage } = bill;
  const { tariffed, agreed, marketDays, incentive, trueUp, takenBack, checkpoint } = evidence;
  return {
    format: BILL_FORMAT,
    chain: bill.chain,
    kind: bill.kind,
    number: numberText(bill.number),
    issued: formatDay(bill.issued),
    recipient: bill.recipient,
    zone: bill.zone.name,
    period: {
      from: formatDay(period.from),
      until: formatDay(period.until),
      quarter_hours: coverage.quarterHours,
      missing: coverage.missing,
    },
    lines: bill.lines.map(lineJson),
    vat: bill.vat.map(({ vatPpm, base, amount }) => ({
      vat_per_million: Number(vatPpm),
      base_micro_eur: Number(base),
      amount_micro_eur: Number(amount),
    })),
    totals: {
      net_micro_eur: Number(bill.totals.net),
      vat_micro_eur: Number(bill.totals.vat),
      total_micro_eur: Number(bill.totals.total),
      payable_cent: Number(bill.totals.payableCent),
    },
    ...(agreed === undefined
      ? {}
      : { contract: { id: toHex(agreed.contract), from: agreed.from, to: agreed.to } }),
    ...(tariffed === undefined
      ? {}
      : {
          tariff: published.tariff,
          indices: published.indices ?? {},
          contracted_power_w: Number(tariffed.contractedPowerW),
        }),
    ...(incentive === undefined ? {} : { incentive: incentiveJson(published.statement, incentive) }),
    ...(trueUp === undefined
      ? {}
      : {
          true_up: {
            months: trueUp.months.map((month, i) => incentiveJson(published.statements?.[i], month)),
            left: trueUp.left,
          },
        }),
    ...(takenBack === undefined
      ? {}
      : {
          taken_back: {
            number: numberText(takenBack.number),
            reason: takenBack.reason,
            ...(takenBack.part === undefined ? {} : { part_micro_eur: Number(takenBack.part) }),
            lines: takenBack.lines.map(lineJson),
            seal: published.takenBackSeal,
          },
        }),
    meters: evidence.meters.map(({ plant, key }) => ({ plant, key: toHex(key) })),
    readings: evidence.readings.map(batchJson),
    ...(marketDays === undefined ? {} : { market_days: marketDays.map(dayJson) }),
    ...(checkpoint === undefined ? {} : { checkpoint: toHex(encode(checkpointCodec, checkpoint)) }),
    rows: evidence.rows.map((row) => ({
      what: rowName(row),
      table: row.table,
      key: toHex(row.key),
      row: toHex(row.row),
      path: toHex(encode(sparseProofCodec, row.path)),
    })),
  };
}

export function lineJson({ kind, label, quantity, price, amount, vatPpm, rule, formula }: BillLine): object {
  return {
    kind,
    label,
    quantity_wh: quantity === undefined ? null : Number(quantity),
    price_micro_eur_per_kwh: price === undefined ? null : Number(price),
    amount_micro_eur: Number(amount),
    vat_per_million: Number(vatPpm),
    rule,
    formula,
  };
}

function dayJson({ day, billedBy, versions }: BilledDay): object {
  return {
    day: formatDay(day),
    ...(billedBy === undefined ? {} : { billed_by: numberText(billedBy) }),
    versions: versions.map(({ statement, proof, booked }) => ({
      version: statement.version,
      statement: toHex(leafOf(statement)),
      index: proof.index,
      count: proof.count,
      path: proof.path.map(toHex),
      booked: toHex(encode(rowProofCodec, booked)),
    })),
  };
}

function batchJson({ readings, signatures, signed }: SignedBatch): object {
  const from = readings[0]?.intervalStart ?? 0;
  return {
    from: formatInstant(from),
    home: readings[0]?.plant ?? 0,
    signed,
    signatures: signatures.map(toHex),
    intervals: readings.map((reading) => [
      (reading.intervalStart - from) / QUARTER_HOUR_S,
      ...columnsOf(reading),
    ]),
  };
}

export interface ReadBill {
  readonly bill: Bill;
  readonly published: Published;
  readonly seal: Seal;
  /** The parsed file: what sections are hashed from. */
  readonly json: BillJson;
}

const NAMES = [
  "format",
  "chain",
  "kind",
  "number",
  "issued",
  "recipient",
  "zone",
  "period",
  "lines",
  "vat",
  "totals",
  "contract",
  "tariff",
  "indices",
  "contracted_power_w",
  "incentive",
  "true_up",
  "taken_back",
  "meters",
  "readings",
  "market_days",
  "checkpoint",
  "rows",
  "seal",
];

/** The bill in a parsed file; refuses what does not fit, naming the place. */
export function billFrom(content: unknown): Result<ReadBill, FieldError> {
  try {
    return ok(readBill(new Field(content, "bill")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

function readBill(file: Field): ReadBill {
  file.object(NAMES);
  file.at("format").choice([BILL_FORMAT]);
  const zoneName = file.at("zone").choice(ZONES.map(({ name }) => name));
  const recipient = file.at("recipient").object(["member", "home"]);
  const period = file.at("period").object(["from", "until", "quarter_hours", "missing"]);
  const [from, until] = [period.at("from").day(), period.at("until").day()];
  if (until <= from) period.at("until").fail("a day after `from`");
  const tariffed = readTariffed(file);
  const incentive = file.at("incentive");
  const trueUp = file.at("true_up");
  if (!trueUp.absent) trueUp.object(["months", "left"]);
  const takenBack = file.at("taken_back");
  const checkpoint = file.at("checkpoint");
  if (!takenBack.absent) takenBack.object(["number", "reason", "part_micro_eur", "lines", "seal"]);
  const bill: Bill = {
    chain: file.at("chain").text(),
    kind: file.at("kind").choice(BILL_KINDS),
    number: readNumber(file.at("number")),
    issued: file.at("issued").day(),
    recipient: { member: readU32(recipient.at("member")), home: readU32(recipient.at("home")) },
    zone: ZONES.find(({ name }) => name === zoneName)!,
    period: { from, until },
    coverage: {
      quarterHours: readU32(period.at("quarter_hours")),
      missing: Number(period.at("missing").whole(-MAX_U32, MAX_U32, "quarter hours")),
    },
    lines: file.at("lines").list().map(readLine),
    vat: file.at("vat").list().map(readVat),
    totals: readTotals(file.at("totals")),
    evidence: {
      checkpoint: checkpoint.absent ? undefined : readCoded(checkpoint, checkpointCodec),
      rows: file.at("rows").list().map(readRow),
      meters: file.at("meters").list().map(readMeter),
      readings: file.at("readings").list().map(readBatch),
      tariffed,
      agreed: readAgreed(file.at("contract")),
      marketDays: file.at("market_days").absent ? undefined : file.at("market_days").list().map(readDay),
      incentive: incentive.absent ? undefined : readIncentive(incentive),
      trueUp: trueUp.absent
        ? undefined
        : {
            months: trueUp.at("months").list().map(readIncentive),
            left: trueUp
              .at("left")
              .list()
              .map((home) => home.text()),
          },
      takenBack: takenBack.absent
        ? undefined
        : {
            number: readNumber(takenBack.at("number")),
            reason: takenBack.at("reason").text(),
            lines: takenBack.at("lines").list().map(readLine),
            part: takenBack.at("part_micro_eur").absent
              ? undefined
              : MicroEur(takenBack.at("part_micro_eur").whole(1n, MAX_MONEY, "µEUR")),
          },
    },
  };
  return {
    bill,
    published: {
      tariff: file.at("tariff").value,
      indices: file.at("indices").value,
      statement: incentive.absent ? undefined : incentive.at("statement").value,
      ...(trueUp.absent
        ? {}
        : {
            statements: trueUp
              .at("months")
              .list()
              .map((month) => month.at("statement").value),
          }),
      ...(takenBack.absent ? {} : { takenBackSeal: readSeal(takenBack.at("seal")) }),
    },
    seal: readSeal(file.at("seal")),
    json: file.value as BillJson,
  };
}

function readNumber(field: Field): BillNumber {
  return parseNumber(field.text()) ?? field.fail("a bill's number like 4-2026-000017");
}

function readTariffed(file: Field): Tariffed | undefined {
  if (file.at("tariff").absent) return undefined;
  const tariff = tariffFrom(file.at("tariff").value);
  if (!tariff.ok) throw tariff.error;
  return {
    tariff: tariff.value,
    indices: readIndices(file.at("indices")),
    contractedPowerW: file.at("contracted_power_w").whole(0n, 10_000_000n, "W"),
  };
}

function readAgreed(field: Field): Agreed | undefined {
  if (field.absent) return undefined;
  field.object(["id", "from", "to"]);
  const [from, to] = ["from", "to"].map((name) => Number(field.at(name).whole(0n, MAX_INSTANT, "seconds")));
  const first = Math.ceil(from! / QUARTER_HOUR_S) * QUARTER_HOUR_S;
  if (to! % QUARTER_HOUR_S !== 0 || to! <= first || to! - first > SPAN_MAX_S) {
    field.at("to").fail("a quarter hour after `from`, by ten years at most");
  }
  return { contract: readHex(field.at("id"), SUPPLY_ID_BYTES), from: from!, to: to! };
}

function readDay(field: Field): BilledDay {
  field.object(["day", "billed_by", "versions"]);
  const billedBy = field.at("billed_by");
  const versions = field.at("versions").list().map(readVersion);
  if (versions.length === 0) field.at("versions").fail("at least one version");
  return {
    day: field.at("day").day(),
    billedBy: billedBy.absent ? undefined : readNumber(billedBy),
    versions,
  };
}

function readVersion(field: Field): ProvenStatement {
  field.object(["version", "statement", "index", "count", "path", "booked"]);
  const statement = readCoded(field.at("statement"), statementCodec);
  if (readU32(field.at("version")) !== statement.version) {
    field.at("version").fail("the number of the statement's version");
  }
  return {
    statement,
    proof: {
      index: readU32(field.at("index")),
      count: readU32(field.at("count")),
      path: field
        .at("path")
        .list()
        .map((hash) => readHex(hash, 32)),
    },
    booked: readCoded(field.at("booked"), rowProofCodec),
  };
}

/** As `incentive` of a bill. */
export function incentiveJson(statement: unknown, { producersPpm, homes }: IncentiveShares): object {
  return {
    statement,
    producers_per_million: Number(producersPpm),
    homes: homes.map(({ id, given, used }) => ({ id, given_wh: Number(given), used_wh: Number(used) })),
  };
}

/** Throws `FieldError`. */
export function incentiveFrom(content: unknown): IncentiveShares {
  return readIncentive(new Field(content, "incentive"));
}

function readIncentive(field: Field): IncentiveShares {
  field.object(["statement", "producers_per_million", "homes"]);
  const input = statementInputFrom(field.at("statement").value);
  if (!input.ok) throw input.error;
  return {
    month: input.value.month,
    producersPpm: field.at("producers_per_million").whole(0n, MILLION, "millionths"),
    homes: field
      .at("homes")
      .list()
      .map((home) => {
        home.object(["id", "given_wh", "used_wh"]);
        return {
          id: home.at("id").text(),
          given: Wh(home.at("given_wh").whole(0n, MAX_WH, "Wh")),
          used: Wh(home.at("used_wh").whole(0n, MAX_WH, "Wh")),
        };
      }),
  };
}

function readLine(line: Field): BillLine {
  line.object([
    "kind",
    "label",
    "quantity_wh",
    "price_micro_eur_per_kwh",
    "amount_micro_eur",
    "vat_per_million",
    "rule",
    "formula",
  ]);
  const quantity = line.at("quantity_wh");
  const price = line.at("price_micro_eur_per_kwh");
  return {
    kind: line.at("kind").text(),
    label: line.at("label").text(),
    quantity: quantity.value === null ? undefined : Wh(quantity.whole(0n, MAX_WH, "Wh")),
    price: price.value === null ? undefined : MicroEurPerKwh(price.whole(-MAX_PRICE, MAX_PRICE, "µEUR/kWh")),
    amount: readMoney(line.at("amount_micro_eur")),
    vatPpm: line.at("vat_per_million").whole(0n, MILLION, "millionths"),
    rule: line.at("rule").text(),
    formula: line.at("formula").text(),
  };
}

function readVat(line: Field): VatLine {
  line.object(["vat_per_million", "base_micro_eur", "amount_micro_eur"]);
  return {
    vatPpm: line.at("vat_per_million").whole(0n, MILLION, "millionths"),
    base: readMoney(line.at("base_micro_eur")),
    amount: readMoney(line.at("amount_micro_eur")),
  };
}

function readTotals(totals: Field): Totals {
  totals.object(["net_micro_eur", "vat_micro_eur", "total_micro_eur", "payable_cent"]);
  return {
    net: readMoney(totals.at("net_micro_eur")),
    vat: readMoney(totals.at("vat_micro_eur")),
    total: readMoney(totals.at("total_micro_eur")),
    payableCent: totals.at("payable_cent").whole(-MAX_MONEY, MAX_MONEY, "cents"),
  };
}

function readMeter(meter: Field): MeterKey {
  meter.object(["plant", "key"]);
  return { plant: readU32(meter.at("plant")), key: readHex(meter.at("key"), 32) };
}

const OF_AN_INTERVAL = 18;
const SIGNATURE_BYTES = 64;

function readBatch(batch: Field): SignedBatch {
  batch.object(["from", "home", "signed", "signatures", "intervals"]);
  const from = batch.at("from").instant();
  if (from % QUARTER_HOUR_S !== 0) batch.at("from").fail("an instant at a quarter hour");
  const plant = readU32(batch.at("home"));
  const intervals = batch.at("intervals").list();
  if (intervals.length === 0) batch.at("intervals").fail("at least one quarter hour");
  return {
    signed: batch.at("signed").choice(["together", "each"]),
    signatures: batch
      .at("signatures")
      .list()
      .map((signature) => readHex(signature, SIGNATURE_BYTES)),
    readings: intervals.map((interval) => readInterval(interval, plant, from)),
  };
}

function readInterval(interval: Field, plant: number, from: number): Reading {
  const fields = interval.list();
  if (fields.length !== OF_AN_INTERVAL) interval.fail(`${OF_AN_INTERVAL} whole numbers`);
  const n = fields.map(readU32);
  const movement = (at: number) => ({
    chargedWh: n[at]!,
    usedWh: n[at + 1]!,
    exportedWh: n[at + 2]!,
    lostWh: n[at + 3]!,
  });
  const later = n[0]!;
  if (later > MAX_LATER) fields[0]!.fail(`at most ${MAX_LATER} quarter hours after the first`);
  return {
    plant,
    intervalStart: from + later * QUARTER_HOUR_S,
    flows: {
      solarToHome: n[1]!,
      solarToAccumulator: n[2]!,
      solarToGrid: n[3]!,
      accumulatorToHome: n[4]!,
      accumulatorToGrid: n[5]!,
      gridToHome: n[6]!,
      gridToAccumulator: n[7]!,
    },
    storedSolar: movement(8),
    storedGrid: movement(12),
    closingSolarWh: n[16]!,
    closingGridWh: n[17]!,
  };
}

/** A batch is a day or less. */
const MAX_LATER = 99;

function readRow(row: Field): ProvenRow {
  row.object(["what", "table", "key", "row", "path"]);
  row.at("what").text();
  return {
    table: Number(row.at("table").whole(0n, 0xffffn, "a table's number")),
    key: readHex(row.at("key")),
    row: readHex(row.at("row")),
    path: readCoded(row.at("path"), sparseProofCodec),
  };
}

function readSeal(seal: Field): Seal {
  seal.object(["member", "key", "signature", "sections"]);
  readHex(seal.at("key"));
  readHex(seal.at("signature"));
  return {
    member: readU32(seal.at("member")),
    key: seal.at("key").text(),
    signature: seal.at("signature").text(),
    sections: seal
      .at("sections")
      .list()
      .map((section) => {
        const [name, hash, more] = section.list();
        if (name === undefined || hash === undefined || more !== undefined) section.fail("a name and a hash");
        readHex(hash!, 32);
        return [name!.text(), hash!.text()] as const;
      }),
  };
}

function readMoney(field: Field): MicroEur {
  return MicroEur(field.whole(-MAX_MONEY, MAX_MONEY, "µEUR"));
}

function readU32(field: Field): number {
  return Number(field.whole(0n, MAX_U32, "units"));
}

function readHex(field: Field, bytes?: number): Uint8Array {
  const text = typeof field.value === "string" ? field.value : field.fail("hexadecimal digits");
  const found = text === text.toLowerCase() ? fromHex(text) : undefined;
  if (found === undefined || (bytes !== undefined && found.length !== bytes)) {
    field.fail(bytes === undefined ? "hexadecimal digits" : `${2 * bytes} hexadecimal digits`);
  }
  return found!;
}

function readCoded<T>(field: Field, codec: Codec<T>): T {
  const found = decode(codec, readHex(field));
  return found.ok ? found.value : field.fail("a canonical encoding");
}
