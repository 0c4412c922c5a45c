import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { fingerprintOfProducer, fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { validatorSetHash } from "#consensus/validator-set.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";

const one = { publicKey: signerFromSeed(new Uint8Array(32).fill(1)).publicKey, power: 1n };
const other = { publicKey: signerFromSeed(new Uint8Array(32).fill(2)).publicKey, power: 1n };

test("a fingerprint is the beginning of what headers name, in groups that one can read out", () => {
  const of = fingerprintOfValidators([one]);
  assert.match(of, /^([0-9A-F]{4} ){4}[0-9A-F]{4}$/);
  assert.ok(toHex(validatorSetHash([one])).startsWith(of.replaceAll(" ", "").toLowerCase()));
  const producer = fingerprintOfProducer(one.publicKey);
  assert.ok(toHex(hash(one.publicKey)).startsWith(producer.replaceAll(" ", "").toLowerCase()));
});

test("another validator, another power or one producer have other fingerprints", () => {
  const all = [
    fingerprintOfValidators([one]),
    fingerprintOfValidators([other]),
    fingerprintOfValidators([one, other]),
    fingerprintOfValidators([{ ...one, power: 2n }]),
    fingerprintOfProducer(one.publicKey),
  ];
  assert.equal(new Set(all).size, all.length);
});
