import assert from "node:assert/strict";
import { test } from "node:test";
import { healthOf } from "./health.ts";

/** One letter each: a capital has signed. */
const network = (letters: string, powers: readonly number[] = []) =>
  [...letters].map((letter, i) => ({
    name: letter,
    member: null,
    address: letter,
    publicKey: letter,
    power: powers[i] ?? 10,
    signedLast: letter === letter.toUpperCase(),
  }));

test("validators of the same power bear the failure of less than a third of them", () => {
  for (let n = 1; n <= 40; n++) {
    const { signed, of, bears, bearsMore } = healthOf(network("A".repeat(n)));
    const third = Math.floor((n - 1) / 3);
    assert.deepEqual([signed, of, bears, bearsMore], [n, n, third, third], `${n}`);
  }
});

test("a missing signature counts as a failure already there", () => {
  assert.deepEqual(healthOf(network("ABCd")), { signed: 3, of: 4, bears: 1, bearsMore: 0 });
  assert.deepEqual(healthOf(network("ABCDEFg")), { signed: 6, of: 7, bears: 2, bearsMore: 1 });
  assert.equal(healthOf(network("ABcd")).bearsMore, 0);
});

test("the heaviest may fail too, and who has no power is nobody", () => {
  assert.equal(healthOf(network("ABCD", [40, 10, 10, 10])).bears, 0);
  assert.equal(healthOf(network("ABCDE", [10, 10, 10, 10, 0])).of, 4);
  assert.deepEqual(healthOf([]), { signed: 0, of: 0, bears: 0, bearsMore: 0 });
});
