import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownTransactions } from "#node/comet/known.ts";
import { Load } from "../../../test/support/node-load.ts";

const load = new Load();

test("the same bytes are one transaction, whichever copy of them comes along", () => {
  const known = new KnownTransactions();
  const bytes = load.deposit();
  const first = known.of(bytes);
  assert.ok(first !== undefined);
  assert.equal(known.of(bytes.slice()), first);
  assert.equal(known.size, 1);
  const otherSignature = bytes.slice();
  otherSignature[otherSignature.length - 1]! ^= 1;
  assert.notEqual(known.of(otherSignature)!.name, first.name);
});

test("bytes that are no transaction are none each time, and are not kept", () => {
  const known = new KnownTransactions();
  const cut = load.deposit().subarray(1);
  assert.equal(known.of(cut), undefined);
  assert.equal(known.of(cut), undefined);
  assert.equal(known.size, 0);
});

test("what is kept has a bound in bytes, and what is asked for again stays", () => {
  const all = Array.from({ length: 40 }, () => load.deposit());
  const known = new KnownTransactions(10 * all[0]!.length);
  const first = known.of(all[0]!.slice())!;
  for (const bytes of all) {
    known.of(bytes);
    assert.equal(known.of(all[0]!.slice()), first);
    assert.ok(known.size <= 20);
  }
  assert.notEqual(known.of(all[1]!.slice()), known.of(all[1]!), "forgotten, and decoded anew");
});
