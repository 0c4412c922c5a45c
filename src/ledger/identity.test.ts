import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import {
  bookIdentity,
  checkIdentity,
  IDENTITIES,
  type IdentityFields,
  identityCommitment,
  identityNullifier,
  identityNumber,
  membershipOf,
  NULLIFIERS,
  removeIdentity,
} from "#ledger/identity.ts";
import { State, type Table } from "#ledger/state.ts";

/** The two hashes were computed by Python from the encodings page. */
const TABLES = [IDENTITIES, NULLIFIERS] as unknown as readonly Table<never, never>[];
const salt = hash(utf8("salt"));
const key = hash(utf8("nullifier key"));
const anna: IdentityFields = { of: "person", country: "IT", number: "RSSMRA80A01H501U", name: "Anna Rossi" };
const attested = (fields: IdentityFields, salted = salt) => ({
  commitment: identityCommitment(salted, fields),
  nullifier: identityNullifier(key, fields),
});

test("a commitment opens with its salt and fields, and with nothing else", () => {
  const commitment = toHex(identityCommitment(salt, anna));
  assert.equal(commitment, "067bec9c48fc59e885d8a5abd9b6595884fc252deff57bea1c1375a9c9363870");
  assert.equal(toHex(identityCommitment(salt, { ...anna })), commitment);
  const others = [
    identityCommitment(hash(utf8("another salt")), anna),
    identityCommitment(salt, { ...anna, of: "organisation" }),
    identityCommitment(salt, { ...anna, country: "DE" }),
    identityCommitment(salt, { ...anna, number: "RSSMRA80A01H501V" }),
    identityCommitment(salt, { ...anna, name: "Anna Rossi " }),
    identityCommitment(salt, { ...anna, number: "RSSMRA80A01H501UA", name: "nna Rossi" }),
  ].map(toHex);
  assert.equal(new Set([commitment, ...others]).size, 7);
});

test("a nullifier is the number's under the registrar's key, whatever the name", () => {
  const nullifier = toHex(identityNullifier(key, anna));
  assert.equal(nullifier, "e6decee649bff87d8265b39c690d4c0480514124f267fff0e55111af59096c9e");
  assert.equal(
    toHex(identityNullifier(key, { of: "person", country: "IT", number: anna.number })),
    nullifier,
  );
  const others = [
    identityNullifier(hash(utf8("another registrar")), anna),
    identityNullifier(key, { ...anna, of: "organisation" }),
    identityNullifier(key, { ...anna, country: "DE" }),
    identityNullifier(key, { ...anna, number: "RSSMRA80A01H501" }),
  ].map(toHex);
  assert.equal(new Set([nullifier, ...others]).size, 5);
});

test("a number counts by its letters and digits, however it was typed", () => {
  for (const typed of ["RSSMRA80A01H501U", "rss mra 80a01 h501u", " RSS-MRA-80A01/H501U."]) {
    assert.equal(identityNumber(typed), anna.number, typed);
  }
});

test("a short salt or key, or a field that is too long, makes no hash", () => {
  for (const attempt of [
    () => identityCommitment(salt.subarray(1), anna),
    () => identityNullifier(key.subarray(1), anna),
    () => identityCommitment(salt, { ...anna, country: "ITA" }),
    () => identityCommitment(salt, { ...anna, number: "1".repeat(41) }),
    () => identityCommitment(salt, { ...anna, name: "A".repeat(201) }),
  ]) {
    assert.throws(attempt, CodecError);
  }
});

test("nobody is a member twice, under another name or salt neither; a removed identity may come again", () => {
  const draft = new State(TABLES).draft();
  assert.equal(checkIdentity(draft, "citizen", attested(anna)), "ok");
  bookIdentity(draft, 7, attested(anna));
  const renamed = attested({ ...anna, name: "Anna Bianchi" }, hash(utf8("new salt")));
  assert.equal(checkIdentity(draft, "citizen", renamed), "identity_already_member");
  assert.equal(checkIdentity(draft, "citizen", attested({ ...anna, number: "X" })), "ok");
  removeIdentity(draft, 8);
  assert.equal(draft.get(NULLIFIERS, renamed.nullifier), 7);
  removeIdentity(draft, 7);
  assert.equal(draft.get(IDENTITIES, 7), undefined);
  assert.equal(checkIdentity(draft, "citizen", renamed), "ok");
});

test("each period has another nullifier of the same number; a member that kept an old one is still found", () => {
  assert.equal(
    toHex(identityNullifier(key, anna, 1)),
    "40a8b9143fff14a1a3f83afbd3d038a68e01f44c845b64382f3258924ef7c89d",
  );
  const periods = [0, 1, 2, 256].map((period) => toHex(identityNullifier(key, anna, period)));
  assert.equal(new Set(periods).size, 4);
  assert.equal(periods[0], toHex(identityNullifier(key, anna)));
  const draft = new State(TABLES).draft();
  const identity = { ...attested(anna), nullifier: identityNullifier(key, anna, 1) };
  bookIdentity(draft, 7, identity);
  assert.deepEqual(membershipOf(draft, key, anna, 3), { member: 7, period: 1 });
  assert.equal(membershipOf(draft, key, anna, 0), undefined);
  assert.equal(membershipOf(draft, key, { ...anna, number: "X" }, 3), undefined);
});

test("people and companies need an identity, offices have none", () => {
  const draft = new State(TABLES).draft();
  for (const role of ["citizen", "supplier", "organisation"] as const) {
    assert.equal(checkIdentity(draft, role, undefined), "identity_missing", role);
    assert.equal(checkIdentity(draft, role, attested(anna)), "ok", role);
  }
  for (const role of ["operator", "registrar"] as const) {
    assert.equal(checkIdentity(draft, role, undefined), "ok", role);
    assert.equal(checkIdentity(draft, role, attested(anna)), "identity_unexpected", role);
  }
});
