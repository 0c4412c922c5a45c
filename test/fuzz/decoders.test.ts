/**
 * Nothing that reads bytes from outside can be broken by them: 4,000 inputs for every codec and reader, with
 * CONTRADA_LONG=1 as many as CONTRADA_INPUTS says, or 10^6, on two threads; more by
 * `node test/fuzz/run.ts --inputs 10000000`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Codec, decode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { TABLES } from "#chain/genesis.ts";
import { KINDS } from "#chain/transactions.ts";
import { transactionCodec } from "#ledger/transaction.ts";
import { LONG } from "../support/counterparts.ts";
import { everyCodec } from "./codecs.ts";
import { type Decoder, everyDecoder } from "./decoders.ts";
import { drawnEncodings } from "./drawing-reader.ts";
import { type FuzzReport, fuzz } from "./fuzz.ts";
import { fuzzOnThreads, totalsOf } from "./run.ts";

const INPUTS = LONG ? Number(process.env.CONTRADA_INPUTS ?? 1_000_000) : 4_000;
const SEED = process.env.CONTRADA_SEED ?? "fuzz";

test("every codec of the chain is found, and each with valid encodings to begin from", async () => {
  const found = new Set((await everyCodec()).values());
  for (const { name, codec } of KINDS.values()) assert.ok(found.has(codec as Codec<unknown>), name);
  for (const { name, key, row } of TABLES) {
    assert.ok(found.has(key as Codec<unknown>), `key of ${name}`);
    assert.ok(found.has(row as Codec<unknown>), `row of ${name}`);
  }
  for (const { name, seeds } of await everyDecoder()) {
    assert.ok(seeds.length > 0, `${name}: all that is drawn is refused; give it seeds in decoders.ts`);
  }
});

test("what is drawn for a codec it does not know is what the codec writes, and not always the same", () => {
  const drawn = drawnEncodings(transactionCodec as Codec<unknown>, new Random("drawn"), 20);
  assert.equal(drawn.length, 20);
  assert.equal(new Set(drawn.map(String)).size, 20);
  for (const bytes of drawn) assert.ok(decode(transactionCodec, bytes).ok);
});

test("no bytes break a decoder: none uncaught, none accepted in a second spelling, none slow", async (t) => {
  const names = (await everyDecoder()).map(({ name }) => name);
  const rssMb = process.memoryUsage.rss() / 1e6;
  const began = performance.now();
  const reports = await fuzzOnThreads(names, { inputs: INPUTS, seed: SEED }, LONG ? 2 : 1);
  for (const { decoder, findings, found } of reports) {
    assert.equal(found, 0, `${decoder}, seed ${SEED}: ${JSON.stringify(findings, null, 2)}`);
  }
  for (const { decoder, accepted, inputs } of reports) {
    assert.ok(accepted > 0 && accepted < inputs, `${decoder}: ${accepted} of ${inputs} accepted`);
  }
  const totals = totalsOf(reports, (performance.now() - began) / 1_000);
  assert.ok(totals.residentMb - rssMb < 700, `${totals.residentMb - rssMb} MB more resident`);
  t.diagnostic(JSON.stringify(totals));
});

/** Decoders with a mistake that only some inputs meet; each reads one length byte and so many bytes. */
const PLANTED: readonly (readonly [FuzzReport["findings"][number]["kind"], Decoder["read"]])[] = [
  ["uncaught", (bytes) => (bytes[0] === 0xff ? new Uint8Array(-1) : undefined)],
  ["not canonical", (bytes) => (bytes[0]! > 3 ? bytes : bytes.with(1, 0))],
  ["slow", (bytes) => (bytes[0] === 0xff && bytes.length > 2 ? waiting(60) : undefined)],
];

for (const [kind, read] of PLANTED) {
  test(`a planted mistake is found: ${kind}`, () => {
    const seeds = [Uint8Array.of(4, 0, 0, 0, 0), Uint8Array.of(2, 0, 0)];
    const reads: Decoder["read"] = (bytes) =>
      bytes.length === 1 + bytes[0]! ? (read(bytes) ?? bytes) : undefined;
    const lenient: Decoder["read"] =
      kind === "not canonical" ? reads : (bytes) => read(bytes) ?? reads(bytes);
    const report = fuzz(
      { name: kind, seeds, maxBytes: 300, oneOf: 1, read: lenient },
      kind === "slow" ? 250 : 1_000,
      SEED,
    );
    assert.ok(report.found > 0, "nothing was found");
    assert.ok(
      report.findings.every((finding) => finding.kind === kind),
      JSON.stringify(report.findings),
    );
  });
}

function waiting(ms: number): undefined {
  const began = process.threadCpuUsage();
  while (process.threadCpuUsage(began).user < ms * 1_000);
  return undefined;
}
