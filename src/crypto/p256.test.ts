import assert from "node:assert/strict";
import { createPrivateKey, createSign, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import { concat, fromHex, toHex, utf8 } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import {
  judgeSignature,
  judgeSignatureAsync,
  keyProblem,
  verifyByRule,
  verifySignature,
  verifySignatureAsync,
} from "#crypto/keys.ts";
import * as node from "#crypto/native-node.ts";
import * as web from "#crypto/native-web.ts";
import { compressedKey, isP256Key, isP256Signature, lowSignature, rawFromDer } from "#crypto/p256.ts";

const ORDER = p256.Point.CURVE().n;
const FIELD = p256.Point.CURVE().p;
const bytes32 = (number: bigint) => fromHex(number.toString(16).padStart(64, "0"))!;
const numberOf = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);

const random = new Random("p256");
const secret = bytes32((numberOf(random.bytes(32)) % (ORDER - 1n)) + 1n);
const publicKey = p256.getPublicKey(secret, true);
const message = utf8("a sale");
const signature = p256.sign(message, secret, { lowS: true });

/** The verdict, after making sure that every path gives the same. */
async function verdict(key: Uint8Array, about: Uint8Array, made: Uint8Array): Promise<boolean> {
  const byRule = verifyByRule(key, about, made);
  const name = `${toHex(key)} ${toHex(made)}`;
  assert.equal(verifySignature(key, about, made), byRule, `sync ${name}`);
  assert.equal(await verifySignatureAsync(key, about, made), byRule, `async ${name}`);
  const cap = { slowPathAllowed: () => assert.fail(`the slow path was asked for: ${name}`) };
  assert.equal(judgeSignature(key, about, made, cap), byRule ? "valid" : "invalid", `judged ${name}`);
  assert.equal(await judgeSignatureAsync(key, about, made, cap), byRule ? "valid" : "invalid");
  return byRule;
}

test("a signature is that of RFC 6979, A.2.5", async () => {
  const key = concat(
    Uint8Array.of(3),
    fromHex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")!,
  );
  const raw = fromHex(
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  )!;
  assert.equal(await verdict(key, utf8("sample"), raw), false, "its s is high");
  assert.equal(await verdict(key, utf8("sample"), lowSignature(raw)), true);
  assert.equal(await verdict(key, utf8("Sample"), lowSignature(raw)), false);
});

test("only the one form of a signature counts", async () => {
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32);
  const zero = new Uint8Array(32);
  const half = (ORDER - 1n) / 2n;
  const rows: readonly (readonly [string, Uint8Array, boolean])[] = [
    ["as it is made", signature, true],
    ["high s", concat(r, bytes32(ORDER - numberOf(s))), false],
    ["r zero", concat(zero, s), false],
    ["s zero", concat(r, zero), false],
    ["both zero", new Uint8Array(64), false],
    ["r = n", concat(bytes32(ORDER), s), false],
    ["r = n + r, which wraps to r", concat(bytes32((numberOf(r) + ORDER) % 2n ** 256n), s), false],
    ["s = n", concat(r, bytes32(ORDER)), false],
    ["s = n + s", concat(r, bytes32((numberOf(s) + ORDER) % 2n ** 256n)), false],
    ["s = (n − 1) ÷ 2, of another", concat(r, bytes32(half)), false],
    ["s = (n + 1) ÷ 2", concat(r, bytes32(half + 1n)), false],
    ["all ones", new Uint8Array(64).fill(255), false],
    ["r and s exchanged", concat(s, r), false],
    ["a byte short", signature.subarray(0, 63), false],
    ["a byte long", concat(signature, Uint8Array.of(0)), false],
    ["nothing", new Uint8Array(0), false],
    ["DER", p256.Signature.fromBytes(signature).toBytes("der"), false],
  ];
  for (const [name, made, good] of rows) assert.equal(await verdict(publicKey, message, made), good, name);
  assert.ok(isP256Signature(concat(r, bytes32(half))), "the highest low s has the form");
  assert.ok(!isP256Signature(concat(r, bytes32(half + 1n))));
});

test("only the compressed point is a key", async () => {
  const whole = p256.getPublicKey(secret, false);
  const x = publicKey.subarray(1);
  const offCurve = Array.from({ length: 40 }, (_, i) => concat(Uint8Array.of(2), bytes32(BigInt(i)))).find(
    (key) => !isP256Key(key),
  )!;
  const rows: readonly (readonly [string, Uint8Array, boolean])[] = [
    ["compressed", publicKey, true],
    ["the other y", concat(Uint8Array.of(publicKey[0]! ^ 1), x), true],
    ["uncompressed", whole, false],
    ["hybrid", concat(Uint8Array.of(6 + (whole[64]! & 1)), whole.subarray(1)), false],
    ["uncompressed, cut", whole.subarray(0, 33), false],
    ["no point of the curve", offCurve, false],
    ["x = p", concat(Uint8Array.of(2), bytes32(FIELD)), false],
    ["x = p + 5, which wraps to a point", concat(Uint8Array.of(2), bytes32(FIELD + 5n)), false],
    ["x = 5", concat(Uint8Array.of(2), bytes32(5n)), true],
    ["infinity", new Uint8Array(33), false],
    ["another first byte", concat(Uint8Array.of(0), x), false],
    ["a byte short", publicKey.subarray(0, 32 + 0).slice(1), false],
  ];
  for (const [name, key, good] of rows) {
    assert.equal(isP256Key(key), good, name);
    if (key.length === 33) assert.equal(keyProblem(key), good ? undefined : "key_malformed", name);
    assert.equal(await verdict(key, message, signature), name === "compressed", name);
  }
});

test("OpenSSL and the rule agree: random, damaged and mixed signatures", async () => {
  const draws = new Random("p256 adversary");
  let accepted = 0;
  for (let i = 0; i < 150; i++) {
    const seed = bytes32((numberOf(draws.bytes(32)) % (ORDER - 1n)) + 1n);
    let key = p256.getPublicKey(seed, true);
    const about = draws.bytes(draws.integer(90));
    const made = p256.sign(about, seed, { lowS: true });
    if (i % 3 === 1) made[draws.integer(64)]! ^= 1 << draws.integer(8);
    if (i % 3 === 2) key = publicKey;
    if (await verdict(key, about, made)) accepted += 1;
    assert.equal(web.nativeAccepts(key, about, made), false);
    if (isP256Signature(made)) {
      assert.equal(node.nativeAccepts(key, about, made), verifyByRule(key, about, made), `draw ${i}`);
    }
  }
  assert.equal(accepted, 50);
});

test("what a device signs, raw or DER, high or low, comes into the one form", async () => {
  const { privateKey, publicKey: pair } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = pair.export({ format: "der", type: "spki" });
  const key = compressedKey(Uint8Array.from(spki.subarray(spki.length - 65)))!;
  let high = 0;
  for (let i = 0; i < 40; i++) {
    const about = utf8(`request ${i}`);
    const raw = Uint8Array.from(sign("sha256", about, { key: privateKey, dsaEncoding: "ieee-p1363" }));
    if (!isP256Signature(raw)) high += 1;
    assert.equal(await verdict(key, about, lowSignature(raw)), true);
    const der = Uint8Array.from(createSign("sha256").update(about).sign(privateKey));
    assert.equal(await verdict(key, about, rawFromDer(der)!), true);
  }
  assert.ok(high > 5 && high < 35, `${high} of 40 were high`);
  assert.equal(createPrivateKey(privateKey.export({ format: "pem", type: "pkcs8" })).type, "private");
});

test("bytes that are no DER of two positive integers give no signature", () => {
  const der = p256.Signature.fromBytes(signature).toBytes("der");
  assert.equal(toHex(rawFromDer(der)!), toHex(signature));
  const integer = (content: string) => `02${(content.length / 2).toString(16).padStart(2, "0")}${content}`;
  const sequence = (content: string) => `30${(content.length / 2).toString(16).padStart(2, "0")}${content}`;
  assert.equal(toHex(rawFromDer(fromHex(sequence(integer("01") + integer("02")))!)!).endsWith("02"), true);
  for (const [name, hex] of [
    ["nothing", ""],
    ["no sequence", "3100"],
    ["an empty sequence", "3000"],
    ["one integer", sequence(integer("01"))],
    ["three integers", sequence(integer("01") + integer("02") + integer("03"))],
    ["an empty integer", sequence(`0200${integer("01")}`)],
    ["a negative one", sequence(integer("80") + integer("01"))],
    ["a padded one", sequence(integer("0001") + integer("01"))],
    ["one of 33 digits", sequence(integer(`01${"00".repeat(32)}`) + integer("01"))],
    ["one that ends early", "3006020101020201"],
    ["bytes after it", `${sequence(integer("01") + integer("02"))}00`],
  ] as const) {
    assert.equal(rawFromDer(fromHex(hex)!), undefined, name);
  }
  assert.equal(compressedKey(publicKey), undefined);
  assert.equal(compressedKey(concat(Uint8Array.of(4), new Uint8Array(64).fill(1))), undefined);
});
