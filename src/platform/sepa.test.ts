import assert from "node:assert/strict";
import { test } from "node:test";
import { problemBySchema } from "../../test/support/payment-schema.ts";
import { creditTransfer, type Transfer } from "./sepa.ts";

const PAYOUTS: readonly Transfer[] = [
  {
    payout: "01".repeat(16),
    amountMicroEur: 4_005_999,
    holder: "Zoë Müller-Groß & Söhne ’n",
    iban: "DE89370400440532013000",
  },
  {
    payout: "02".repeat(16),
    amountMicroEur: 1_234_567_890_000,
    holder: "Anna Olmo",
    iban: "IT60X0542811101000000123456",
  },
  { payout: "03".repeat(16), amountMicroEur: 9_999, holder: "Nobody", iban: "DE89370400440532013000" },
];

const fileOf = (transfers: readonly Transfer[]) =>
  creditTransfer({
    created: 1_781_604_000,
    execution: 20_620,
    debtor: { holder: "Comunità Olmo", iban: "IT60X0542811101000000123456" },
    transfers,
  });

const all = (pattern: RegExp, { file }: { file: string }) =>
  [...file.matchAll(pattern)].map((match) => match[1]);

test("payouts become payments: whole cents, a sum that fits, and what is less than a cent left out", () => {
  const made = fileOf(PAYOUTS)!;
  assert.deepEqual(all(/<InstdAmt Ccy="EUR">([^<]+)</g, made), ["4.00", "1234567.89"]);
  assert.deepEqual(all(/<CtrlSum>([^<]+)</g, made), ["1234571.89", "4.00", "1234567.89"]);
  assert.deepEqual(all(/<NbOfTxs>([^<]+)</g, made), ["2", "1", "1"]);
  assert.deepEqual(all(/<EndToEndId>([^<]+)</g, made), ["01".repeat(16), "02".repeat(16)]);
  assert.deepEqual(all(/<Nm>([^<]+)</g, made), [
    "Comunita Olmo",
    "Comunita Olmo",
    "Zoe Muller-Gross Sohne 'n",
    "Comunita Olmo",
    "Anna Olmo",
  ]);
  assert.equal(fileOf(PAYOUTS.slice(2)), undefined);
});

test("two files that share a payout name the same payment, so that a bank can refuse the double", () => {
  const [first, both] = [fileOf(PAYOUTS.slice(0, 1))!, fileOf(PAYOUTS)!];
  const payments = (made: { file: string }) => all(/<PmtInfId>([^<]+)</g, made);
  assert.deepEqual(payments(first), ["01".repeat(16)]);
  assert.deepEqual(payments(both), ["01".repeat(16), "02".repeat(16)]);
  assert.equal(fileOf(PAYOUTS)!.message, both.message);
  assert.notEqual(first.message, both.message);
  assert.match(both.message, /^CONTRADA-[0-9a-f]{26}$/);
});

test("the file is valid against the published schema (CONTRADA_ORACLES: a Python with sepaxml, xmlschema)", (t) => {
  const problem = problemBySchema(t, "pain.001.001.09.xsd");
  if (problem === undefined) return;
  const { file } = fileOf(PAYOUTS)!;
  assert.equal(problem(file), "");
  assert.notEqual(problem(file.replace("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>WHO</ChrgBr>")), "");
});
