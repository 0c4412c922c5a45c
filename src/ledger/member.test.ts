import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "#base/bytes.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import {
  admitMember,
  checkNewKeys,
  KEYS,
  MAX_KEYS,
  MEMBERS,
  registerKey,
  removeKeys,
} from "#ledger/member.ts";
import { type Draft, State, type Table } from "#ledger/state.ts";

const TABLES = [MEMBERS, KEYS] as unknown as readonly Table<never, never>[];
const key = (name: string) => signerFromSeed(hash(utf8(name))).publicKey;

function withAnna(): Draft {
  const draft = new State(TABLES).draft();
  admitMember(draft, 1, "citizen", [key("phone")], 5);
  return draft;
}

const keysOf = (draft: Draft) => draft.get(MEMBERS, 1)!.keys.map((bytes) => toHex(bytes));

test("a member begins with its keys, no transaction yet, and the height of its admission", () => {
  assert.deepEqual(withAnna().get(MEMBERS, 1), {
    role: "citizen",
    suspended: false,
    nonce: 0,
    admitted: 5,
    closed: 0,
    keys: [key("phone")],
  });
});

test("a key taken away can never be registered again, by anyone", () => {
  const draft = withAnna();
  admitMember(draft, 2, "citizen", [key("another")], 5);
  assert.equal(registerKey(draft, 1, key("tablet")), "ok");
  removeKeys(draft, 1, [key("phone")]);
  assert.deepEqual(keysOf(draft), [toHex(key("tablet"))]);
  for (const member of [1, 2]) {
    assert.equal(registerKey(draft, member, key("phone")), "key_already_registered");
  }
  assert.equal(draft.get(KEYS, key("phone")), 1, "it is known whose it was");
});

test("keys keep the order of their registration, however often others come and go", () => {
  const draft = withAnna();
  for (const name of ["b", "c", "d"]) assert.equal(registerKey(draft, 1, key(name)), "ok");
  removeKeys(draft, 1, [key("c")]);
  assert.equal(registerKey(draft, 1, key("e")), "ok");
  assert.deepEqual(
    keysOf(draft),
    ["phone", "b", "d", "e"].map((name) => toHex(key(name))),
  );
});

test("a member has at most sixteen keys", () => {
  const draft = withAnna();
  for (let i = 1; i < MAX_KEYS; i++) assert.equal(registerKey(draft, 1, key(`device ${i}`)), "ok");
  assert.equal(registerKey(draft, 1, key("one more")), "too_many_keys");
});

test("of several keys together each must be fit, and no two the same", () => {
  const draft = withAnna();
  assert.equal(checkNewKeys(draft, [key("x"), key("y")]), "ok");
  assert.equal(checkNewKeys(draft, [key("x"), key("y"), key("x")]), "key_already_registered");
  assert.equal(checkNewKeys(draft, [key("x"), key("phone")]), "key_already_registered");
  assert.equal(checkNewKeys(draft, [key("x"), new Uint8Array(31)]), "key_malformed");
});
