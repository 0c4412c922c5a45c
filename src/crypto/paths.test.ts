/**
 * One verdict on every path, over generated signatures on which Ed25519 verifiers differ: Node's cryptography
 * with the rule behind it, on this thread and on the pool; what a browser runs; the rule alone; and where a
 * native implementation accepts (OpenSSL, or the WebCrypto that browsers bring), the rule accepts too. Vectors
 * are made on scalars and points from a seed: CONTRADA_SEED repeats one, CONTRADA_LONG=1 makes many more, CONTRADA_ROUNDS
 * says how many.
 */
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex, toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { SMALL_ORDER_ENCODINGS } from "#crypto/fixtures/ed25519-danger.ts";
import {
  judgeSignature,
  keyProblem,
  verifyByRule,
  verifySignature,
  verifySignatureAsync,
} from "#crypto/keys.ts";
import * as node from "#crypto/native-node.ts";
import * as web from "#crypto/native-web.ts";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const TORSION = SMALL_ORDER_ENCODINGS.filter(({ canonical }) => canonical).map(({ hex }) =>
  Point.fromHex(hex),
);
const ROUNDS = Number(process.env.CONTRADA_ROUNDS ?? (process.env.CONTRADA_LONG === "1" ? 400 : 12));
const SEED = process.env.CONTRADA_SEED ?? "paths";

interface Case {
  readonly what: string;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** By ZIP-215, from how it was made. */
  readonly valid: boolean;
}

/** Of one key, one nonce and one message: every way in which verifiers are known to part. */
function* casesOf(random: Random): Generator<Case> {
  const message = random.bytes(random.integer(80));
  const secret = scalar(random.bytes(64));
  const nonce = scalar(random.bytes(64));
  const key = Point.BASE.multiply(secret);
  const r = Point.BASE.multiply(nonce);
  const one = (what: string, of: Omit<Case, "what" | "message">): Case => ({ what, message, ...of });
  const signed = (rBytes: Uint8Array, keyBytes: Uint8Array, more = 0n) =>
    concat(rBytes, littleEndian(((nonce + challenge(rBytes, keyBytes, message) * secret) % ORDER) + more));
  for (const [i, torsionOfR] of TORSION.entries()) {
    const rBytes = r.add(torsionOfR).toBytes();
    yield one(`R + T${i}`, { key: key.toBytes(), signature: signed(rBytes, key.toBytes()), valid: true });
  }
  for (const [i, torsionOfKey] of TORSION.entries()) {
    const keyBytes = key.add(torsionOfKey).toBytes();
    yield one(`A + T${i}`, { key: keyBytes, signature: signed(r.toBytes(), keyBytes), valid: true });
    const other = TORSION[random.integer(8)]!;
    const rBytes = r.add(other).toBytes();
    yield one(`A + T${i}, R + T?`, { key: keyBytes, signature: signed(rBytes, keyBytes), valid: true });
  }
  const honest = signed(r.toBytes(), key.toBytes());
  yield one("S + ℓ", {
    key: key.toBytes(),
    signature: signed(r.toBytes(), key.toBytes(), ORDER),
    valid: false,
  });
  const wrong = honest.slice();
  wrong[random.integer(64)]! ^= 1 << random.integer(8);
  yield one("a bit of the signature", { key: key.toBytes(), signature: wrong, valid: false });
  yield {
    what: "another message",
    key: key.toBytes(),
    message: concat(message, Uint8Array.of(1)),
    signature: honest,
    valid: false,
  };
  const small = SMALL_ORDER_ENCODINGS[random.integer(14)]!.hex;
  const smallR = SMALL_ORDER_ENCODINGS[random.integer(14)]!.hex;
  yield one("small order, S = 0", {
    key: fromHex(small)!,
    signature: concat(fromHex(smallR)!, new Uint8Array(32)),
    valid: true,
  });
  yield one("small order, R = S·B", {
    key: fromHex(small)!,
    signature: concat(r.toBytes(), littleEndian(nonce)),
    valid: true,
  });
  yield one("small order, R = S·B + T", {
    key: fromHex(small)!,
    signature: concat(r.add(TORSION[random.integer(8)]!).toBytes(), littleEndian(nonce)),
    valid: true,
  });
  yield one("small order, wrong S", {
    key: fromHex(small)!,
    signature: concat(r.toBytes(), littleEndian((nonce + 1n) % ORDER)),
    valid: false,
  });
}

test("every path comes to the verdict of ZIP-215 over torsioned, small-order and damaged signatures", async (t) => {
  const random = new Random(SEED);
  const accepted = { openssl: 0, webcrypto: 0 };
  let cases = 0;
  let valid = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const { what, key, message, signature, valid: wanted } of casesOf(random)) {
      const name = `seed ${SEED}, round ${round}, ${what}: ${toHex(key)} ${toHex(message)} ${toHex(signature)}`;
      assert.equal(verifyByRule(key, message, signature), wanted, `the rule: ${name}`);
      assert.equal(verifySignature(key, message, signature), wanted, `on this thread: ${name}`);
      assert.equal(await verifySignatureAsync(key, message, signature), wanted, `on the pool: ${name}`);
      assert.equal(judgeSignature(key, message, signature) === "valid", wanted, `judged: ${name}`);
      assert.equal(asBrowsersDo(key, message, signature), wanted, `in a browser: ${name}`);
      for (const [by, accepts] of [
        ["openssl", node.nativeAccepts(key, message, signature)],
        ["webcrypto", await webCryptoAccepts(key, message, signature)],
      ] as const) {
        if (!accepts) continue;
        accepted[by] += 1;
        assert.ok(wanted, `${by} accepts what the rule refuses: ${name}`);
      }
      assert.equal(
        await node.nativeAcceptsAsync(key, message, signature),
        node.nativeAccepts(key, message, signature),
        name,
      );
      if (/^small|A \+ T[1-7]/.test(what))
        assert.notEqual(keyProblem(key), undefined, `may be registered: ${name}`);
      cases += 1;
      valid += wanted ? 1 : 0;
    }
  }
  assert.equal(cases, 31 * ROUNDS);
  // The vectors part the verifiers: or else they would show nothing.
  assert.ok(accepted.openssl > 0 && accepted.openssl < valid / 2, `${accepted.openssl} of ${valid}`);
  t.diagnostic(
    `${cases} signatures, ${valid} valid by the rule; accepted by OpenSSL ${accepted.openssl}, by WebCrypto ${accepted.webcrypto}; node ${process.version}`,
  );
});

/** What `keys` does where `#crypto/native` is the browser's. */
function asBrowsersDo(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return web.nativeAccepts(key, message, signature) || verifyByRule(key, message, signature);
}

async function webCryptoAccepts(
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const plain = (bytes: Uint8Array) => new Uint8Array(bytes);
  try {
    const imported = await webcrypto.subtle.importKey("raw", plain(key), "Ed25519", false, ["verify"]);
    return await webcrypto.subtle.verify("Ed25519", imported, plain(signature), plain(message));
  } catch {
    return false;
  }
}

function challenge(r: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return scalar(sha512(concat(r, key, message)));
}

function scalar(bytes: Uint8Array): bigint {
  return Point.Fn.create(BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`));
}

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"))!.reverse();
}
