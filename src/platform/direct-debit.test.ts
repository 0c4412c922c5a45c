import assert from "node:assert/strict";
import { test } from "node:test";
import { problemBySchema } from "../../test/support/payment-schema.ts";
import { type Debit, directDebitXml, SEQUENCES } from "./direct-debit.ts";

const debit = (byte: string, of: Partial<Debit> = {}): Debit => ({
  id: byte.repeat(16),
  cents: 4_005,
  holder: "Zoë Müller-Groß & Söhne ’n",
  iban: "DE89370400440532013000",
  mandate: { reference: "CONTRADA-3-1", signed: 20_600 },
  sequence: "RCUR",
  text: "Bill 4-2026-000017",
  ...of,
});

const fileOf = (debits: readonly Debit[]) =>
  directDebitXml({
    created: 1_781_604_000,
    collection: 20_634,
    creditor: { id: "IT66ZZZA1B2C3D4E5F6G7H8", holder: "Comunità Olmo", iban: "IT60X0542811101000000123456" },
    debits,
  });

const all = (pattern: RegExp, file: string) => [...file.matchAll(pattern)].map((match) => match[1]);

const ONE_OF_EACH = [
  debit("01"),
  debit("02", { cents: 123_456_789, sequence: "FRST", holder: "Anna Olmo" }),
  debit("03", { cents: 1 }),
  debit("04", { sequence: "FNAL", cents: 250 }),
  debit("05", { sequence: "OOFF", text: "x".repeat(200) }),
];

test("debits stand by their place in the sequence, to the cent, with sums that fit", () => {
  const file = fileOf(ONE_OF_EACH);
  assert.deepEqual(all(/<SeqTp>([^<]+)</g, file), [...SEQUENCES]);
  assert.deepEqual(all(/<InstdAmt Ccy="EUR">([^<]+)</g, file), [
    "1234567.89",
    "40.05",
    "0.01",
    "40.05",
    "2.50",
  ]);
  assert.deepEqual(all(/<CtrlSum>([^<]+)</g, file), ["1234650.50", "1234567.89", "40.06", "40.05", "2.50"]);
  assert.deepEqual(all(/<NbOfTxs>([^<]+)</g, file), ["5", "1", "2", "1", "1"]);
  assert.deepEqual(all(/<EndToEndId>([^<]{2})/g, file), ["02", "01", "03", "05", "04"]);
  assert.deepEqual(new Set(all(/<ReqdColltnDt>([^<]+)</g, file)), new Set(["2026-06-30"]));
  assert.deepEqual(new Set(all(/<DtOfSgntr>([^<]+)</g, file)), new Set(["2026-05-27"]));
  assert.match(file, /<Nm>Zoe Muller-Gross Sohne 'n<\/Nm>/);
  assert.equal(all(/<Ustrd>(x+)</g, file)[0]!.length, 140);
});

test("the same debits are the same message, and its payments have names of their own", () => {
  const message = (debits: readonly Debit[]) => all(/<MsgId>([^<]+)</g, fileOf(debits))[0]!;
  assert.equal(message(ONE_OF_EACH), message(ONE_OF_EACH));
  assert.notEqual(message(ONE_OF_EACH), message(ONE_OF_EACH.slice(1)));
  assert.match(message(ONE_OF_EACH), /^CONTRADA-[0-9a-f]{26}$/);
  const payments = all(/<PmtInfId>([^<]+)</g, fileOf(ONE_OF_EACH));
  assert.equal(new Set(payments).size, 4);
  assert.ok(payments.every((name) => name!.length === 35));
});

test("the file is valid against the published schema (CONTRADA_ORACLES: a Python with sepaxml, xmlschema)", (t) => {
  const problem = problemBySchema(t, "pain.008.001.08.xsd");
  if (problem === undefined) return;
  const file = fileOf(ONE_OF_EACH);
  assert.equal(problem(file), "");
  assert.notEqual(problem(file.replace("<SeqTp>FRST</SeqTp>", "<SeqTp>SCND</SeqTp>")), "");
});
