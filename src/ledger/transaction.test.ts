import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { hash } from "#crypto/hash.ts";
import { PUBLIC_KEY_MAX_BYTES, SIGNATURE_MAX_BYTES, signerFromSeed, verifySignature } from "#crypto/keys.ts";
import {
  BODY_MAX_BYTES,
  decodeTransaction,
  encodeTransaction,
  signingHash,
  signTransaction,
  TRANSACTION_MAX_BYTES,
  type Transaction,
  transactionId,
} from "#ledger/transaction.ts";

const signer = signerFromSeed(hash(utf8("anna")));
const unsigned = {
  chain: "test",
  kind: 9,
  sender: 11,
  nonce: 4,
  expiryHeight: 1000,
  body: new Uint8Array(16).fill(7),
};
const signed: Transaction = {
  ...unsigned,
  publicKey: signer.publicKey,
  signature: signer.sign(signingHash(unsigned)),
};

test("the envelope is laid out field by field, big-endian", () => {
  assert.equal(
    toHex(encodeTransaction(signed)),
    [
      "01",
      `00000004${toHex(utf8("test"))}`,
      "0009",
      "0000000b",
      "0000000000000004",
      "00000000000003e8",
      `00000010${"07".repeat(16)}`,
      `00000020${toHex(signer.publicKey)}`,
      `00000040${toHex(signed.signature)}`,
    ].join(""),
  );
  assert.deepEqual(signTransaction(unsigned, signer), encodeTransaction(signed));
});

test("the identifier names the request: another signature or key makes no second one", () => {
  const other = signerFromSeed(hash(utf8("anna's tablet")));
  const again: Transaction = {
    ...unsigned,
    publicKey: other.publicKey,
    signature: other.sign(signingHash(unsigned)),
  };
  assert.equal(toHex(transactionId(again)), toHex(transactionId(signed)));
  assert.notEqual(toHex(encodeTransaction(again)), toHex(encodeTransaction(signed)));
});

test("every field is signed, and the identifier is not what is signed", () => {
  const changes: readonly Partial<Transaction>[] = [
    { chain: "tests" },
    { kind: 10 },
    { sender: 12 },
    { nonce: 5 },
    { expiryHeight: 1001 },
    { body: new Uint8Array(16) },
    { body: new Uint8Array(17).fill(7) },
  ];
  const hashes = new Set([toHex(signingHash(signed))]);
  for (const change of changes) {
    const changed = { ...signed, ...change };
    hashes.add(toHex(signingHash(changed)));
    assert.ok(!verifySignature(signer.publicKey, signingHash(changed), signed.signature));
  }
  assert.equal(hashes.size, changes.length + 1);
  assert.ok(verifySignature(signer.publicKey, signingHash(signed), signed.signature));
  assert.notEqual(toHex(signingHash(signed)), toHex(transactionId(signed)));
});

test("a text that could be cut elsewhere is another request: lengths are signed with it", () => {
  const a = { ...unsigned, chain: "ab", body: utf8("c") };
  const b = { ...unsigned, chain: "a", body: utf8("bc") };
  assert.notEqual(toHex(signingHash(a)), toHex(signingHash(b)));
});

test("a transaction is at most 64 KiB and its body at most 63,500 bytes, read and written", () => {
  const large = { ...signed, chain: "c".repeat(32), body: new Uint8Array(BODY_MAX_BYTES) };
  const key = new Uint8Array(PUBLIC_KEY_MAX_BYTES);
  const full = encodeTransaction({
    ...large,
    publicKey: key,
    signature: new Uint8Array(SIGNATURE_MAX_BYTES),
  });
  assert.ok(full.length <= TRANSACTION_MAX_BYTES);
  assert.ok(decodeTransaction(full).ok);
  assert.throws(() => encodeTransaction({ ...signed, body: new Uint8Array(BODY_MAX_BYTES + 1) }));
  assert.throws(() => encodeTransaction({ ...signed, chain: "c".repeat(33) }));
  assert.throws(() => encodeTransaction({ ...signed, publicKey: new Uint8Array(PUBLIC_KEY_MAX_BYTES + 1) }));
  assert.throws(() => encodeTransaction({ ...signed, signature: new Uint8Array(SIGNATURE_MAX_BYTES + 1) }));
  const long = decodeTransaction(concat(full, new Uint8Array(TRANSACTION_MAX_BYTES)));
  assert.ok(!long.ok && /too large/.test(long.error.message));
});
