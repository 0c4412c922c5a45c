/** A meter takes another's place: which key counts for which quarter hour. */
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { replaceHomeMeter } from "#chain/transactions.ts";
import { METERS } from "#market/meter.ts";
import { booksProblems } from "#node/books.ts";
import { auditBooks } from "../../test/support/audit.ts";
import { ask, meterSigner, OPERATOR, openStreet, signerOf } from "../../test/support/chain-bench.ts";

const first = meterSigner(1).publicKey;
const [second, third] = ["second meter", "third meter"].map((name) => signerOf(name).publicKey) as [
  Uint8Array,
  Uint8Array,
];

function replaced() {
  const { bench, noon } = openStreet({ homes: 2, signatures: false });
  const [one, two] = [noon + QUARTER_HOUR_S, noon + 5 * QUARTER_HOUR_S];
  bench.accept(noon, ask(OPERATOR, replaceHomeMeter, { plant: 1, meterKey: second, from: one }));
  bench.accept(one, ask(OPERATOR, replaceHomeMeter, { plant: 1, meterKey: third, from: two }));
  return { bench, one, two };
}

test("each quarter hour of a plant belongs to one meter, however often it was replaced", () => {
  const { bench, one, two } = replaced();
  const keyAt = (time: number) => toHex(bench.view.meterKeyAt(1, time)!);
  deepEqual(
    [0, one - QUARTER_HOUR_S, one, two - QUARTER_HOUR_S, two, two + 90 * 86_400].map(keyAt),
    [first, first, second, second, third, third].map(toHex),
  );
  deepEqual(
    bench.view.metersOf(1).map(({ key }) => toHex(key)),
    [third, second, first].map(toHex),
  );
  equal(toHex(bench.view.meterKeyAt(2, two)!), toHex(meterSigner(2).publicKey));
  equal(bench.view.meterKeyAt(77, two), undefined);
});

test("the books hold after a meter was replaced twice, and a term that was lost is named", () => {
  const { bench } = replaced();
  deepEqual(auditBooks(bench.app), []);
  const rows = [...bench.app.export()];
  deepEqual(booksProblems(rows, bench.app.height), []);
  const lost = toHex(encode(METERS.key, first));
  const broken = rows.filter(({ table, key }) => table !== METERS.number || toHex(key) !== lost);
  deepEqual(booksProblems(broken, bench.app.height), [
    `a meter of plant 1 is missing before ${bench.view.metersOf(1)[1]!.term!.from}`,
  ]);
});
