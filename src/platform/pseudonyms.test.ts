import assert from "node:assert/strict";
import { test } from "node:test";
import { inTransaction, openDatabase } from "./database.ts";
import { PSEUDONYM_STEP, Pseudonyms } from "./pseudonyms.ts";

test("who was never renewed goes by its number", () => {
  const numbers = new Pseudonyms(openDatabase(":memory:", [PSEUDONYM_STEP], "off"));
  assert.equal(numbers.plantNow(7), 7);
  assert.equal(numbers.homeOf(7), 7);
  assert.deepEqual(numbers.membersOf(7), [7]);
  assert.equal(numbers.renewalsOf(7), 0);
});

test("a home keeps its id through two renewals, and each of its numbers leads to it", () => {
  const database = openDatabase(":memory:", [PSEUDONYM_STEP], "off");
  const numbers = new Pseudonyms(database);
  numbers.record([{ account: 1001, member: 500, plants: [{ home: 1, plant: 900 }] }]);
  numbers.record([{ account: 1001, member: 501, plants: [{ home: 1, plant: 901 }] }]);
  for (const read of [numbers, new Pseudonyms(database)]) {
    assert.equal(read.memberNow(1001), 501);
    assert.deepEqual(read.membersOf(1001), [1001, 500, 501]);
    assert.equal(read.plantNow(1), 901);
    assert.deepEqual(
      [1, 900, 901].map((plant) => read.homeOf(plant)),
      [1, 1, 1],
    );
    assert.deepEqual(
      [1001, 500, 501].map((member) => read.accountOf(member)),
      [1001, 1001, 1001],
    );
    assert.equal(read.renewalsOf(1001), 2);
    assert.ok(read.isTaken(500) && read.isTaken(1) && !read.isTaken(2));
  }
});

test("numbers whose transaction was undone are forgotten", () => {
  const database = openDatabase(":memory:", [PSEUDONYM_STEP], "off");
  const numbers = new Pseudonyms(database);
  assert.throws(() =>
    inTransaction(database, () => {
      numbers.record([{ account: 1001, member: 500, plants: [{ home: 1, plant: 900 }] }]);
      throw new Error("power cut");
    }),
  );
  numbers.reread();
  assert.equal(numbers.memberNow(1001), 1001);
  assert.equal(numbers.homeOf(900), 900);
});
