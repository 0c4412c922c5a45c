import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { fromHex, toHex, utf8 } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { type DangerVector, dangerVectors, SMALL_ORDER_ENCODINGS } from "#crypto/fixtures/ed25519-danger.ts";
import {
  judgeSignature,
  judgeSignatureAsync,
  keyProblem,
  signerFromSeed,
  verifyByRule,
  verifySignature,
  verifySignatureAsync,
} from "#crypto/keys.ts";
import * as node from "#crypto/native-node.ts";
import * as web from "#crypto/native-web.ts";

const committed = new URL("./fixtures/ed25519-danger.json", import.meta.url);

/** The verdict, after making sure that every path gives the same. */
async function verdict(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const byRule = verifyByRule(publicKey, message, signature);
  const name = toHex(signature);
  assert.equal(verifySignature(publicKey, message, signature), byRule, `sync ${name}`);
  assert.equal(await verifySignatureAsync(publicKey, message, signature), byRule, `async ${name}`);
  assert.equal(judgeSignature(publicKey, message, signature) === "valid", byRule, `judged ${name}`);
  return byRule;
}

function bytes(hex: string): Uint8Array {
  const parsed = fromHex(hex);
  assert.ok(parsed !== undefined, hex);
  return parsed;
}

/** A file of the shared data, or `undefined` after skipping the test; a failure where all counterparts are required. */
function shared(t: TestContext, path: string): string | undefined {
  const url = new URL(`../../../shared/data/${path}`, import.meta.url);
  if (existsSync(url)) return readFileSync(url, "utf8");
  assert.notEqual(process.env.CONTRADA_REQUIRE, "all", `shared data absent: ${path}`);
  t.skip(`shared data absent: ${path}`);
  return undefined;
}

test("keys and signatures are those of RFC 8032", async () => {
  const rows: [string, string, string, string][] = [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
  ];
  for (const [seed, publicKey, message, signature] of rows) {
    for (const make of [signerFromSeed, web.nativeSigner]) {
      const signer = make(bytes(seed));
      assert.equal(toHex(signer.publicKey), publicKey);
      assert.equal(toHex(signer.sign(bytes(message))), signature);
    }
    assert.equal(await verdict(bytes(publicKey), bytes(message), bytes(signature)), true);
  }
});

test("Node and the web sign alike, and hand out plain bytes", () => {
  const random = new Random("signers");
  for (let i = 0; i < 20; i++) {
    const seed = random.bytes(32);
    const message = random.bytes(random.integer(300));
    const [a, b] = [node.nativeSigner(seed), web.nativeSigner(seed)];
    assert.deepEqual(a.publicKey, b.publicKey);
    assert.deepEqual(a.sign(message), b.sign(message));
    assert.equal(Object.getPrototypeOf(a.sign(message)), Uint8Array.prototype);
    assert.equal(Object.getPrototypeOf(a.publicKey), Uint8Array.prototype);
  }
});

test("a signer keeps its key when the caller wipes the seed", () => {
  for (const make of [signerFromSeed, web.nativeSigner]) {
    const seed = new Uint8Array(32).fill(7);
    const signer = make(seed);
    seed.fill(0);
    assert.ok(verifySignature(signer.publicKey, utf8("m"), signer.sign(utf8("m"))));
  }
});

test("a seed of another length makes no signer", () => {
  for (const length of [0, 31, 33, 64]) assert.throws(() => signerFromSeed(new Uint8Array(length)));
});

test("another length of key or signature is invalid, not an error", async () => {
  const signer = signerFromSeed(new Uint8Array(32));
  const signature = signer.sign(utf8("m"));
  for (const [key, sig] of [
    [signer.publicKey.subarray(1), signature],
    [new Uint8Array(33), signature],
    [new Uint8Array(0), signature],
    [signer.publicKey, signature.subarray(0, 63)],
    [signer.publicKey, new Uint8Array(65)],
    [signer.publicKey, new Uint8Array(0)],
  ] as const) {
    assert.equal(await verdict(key, utf8("m"), sig), false);
  }
});

test("the committed danger vectors are those of the seed", () => {
  const made = `${JSON.stringify(dangerVectors(), null, 1)}\n`;
  if (process.env.CONTRADA_REWRITE === "1") writeFileSync(committed, made);
  assert.equal(readFileSync(committed, "utf8"), made);
});

test("every danger vector has its ZIP-215 verdict on every path, and its key its problem", async () => {
  const vectors = JSON.parse(readFileSync(committed, "utf8")) as DangerVector[];
  assert.ok(vectors.length >= 30);
  for (const vector of vectors) {
    const key = bytes(vector.publicKey);
    assert.equal(
      await verdict(key, bytes(vector.message), bytes(vector.signature)),
      vector.valid,
      vector.name,
    );
    assert.equal(keyProblem(key) ?? null, vector.keyProblem, vector.name);
  }
});

test("any of the 14 × 14 small-order encodings as key and R with S = 0 signs everything, on every path", async () => {
  const random = new Random("14 x 14");
  const zero = new Uint8Array(32);
  for (const key of SMALL_ORDER_ENCODINGS) {
    for (const r of SMALL_ORDER_ENCODINGS) {
      const signature = Uint8Array.of(...bytes(r.hex), ...zero);
      assert.equal(await verdict(bytes(key.hex), random.bytes(16), signature), true, `${key.hex} ${r.hex}`);
    }
  }
});

test("no small-order or torsioned key can be registered, any other can", () => {
  for (const { hex, canonical } of SMALL_ORDER_ENCODINGS) {
    assert.equal(keyProblem(bytes(hex)), canonical ? "key_small_order" : "key_malformed", hex);
  }
  const random = new Random("keys");
  const torsion = SMALL_ORDER_ENCODINGS.filter((encoding) => encoding.canonical).slice(1);
  for (let i = 0; i < 6; i++) {
    const { publicKey } = signerFromSeed(random.bytes(32));
    assert.equal(keyProblem(publicKey), undefined);
    const point = ed25519.Point.fromBytes(publicKey).add(ed25519.Point.fromHex(torsion[i]!.hex));
    assert.equal(keyProblem(point.toBytes()), "key_torsioned");
  }
  for (const length of [0, 31, 33]) assert.equal(keyProblem(new Uint8Array(length)), "key_malformed");
  assert.equal(keyProblem(bytes(`02${"00".repeat(31)}`)), "key_malformed", "off the curve");
});

test("what OpenSSL accepts, the rule accepts: random, damaged and mixed signatures", async () => {
  const random = new Random("adversary");
  const signers = Array.from({ length: 4 }, () => signerFromSeed(random.bytes(32)));
  let accepted = 0;
  for (let i = 0; i < 120; i++) {
    const signer = signers[i % 4]!;
    const message = random.bytes(20);
    const signature = signer.sign(message);
    let key = signer.publicKey;
    if (i % 3 === 1) signature[random.integer(64)]! ^= 1 << random.integer(8);
    if (i % 3 === 2) key = random.bytes(32);
    const native = node.nativeAccepts(key, message, signature);
    assert.equal(await node.nativeAcceptsAsync(key, message, signature), native);
    if (native) accepted += 1;
    if (native) assert.ok(verifyByRule(key, message, signature), `seed ${random.seed}, draw ${i}`);
    if (i < 60) await verdict(key, message, signature);
  }
  assert.equal(accepted, 40);
});

test("under a cap a signature is undecided, never refused; the fast path and hopeless ones are not counted", async () => {
  const vectors = dangerVectors();
  const slow = vectors.find(({ name }) => name.startsWith("ordinary key, small-order point"))!;
  const [key, message, signature] = [bytes(slow.publicKey), bytes(slow.message), bytes(slow.signature)];
  let asked = 0;
  const cap = (allowed: boolean) => ({
    slowPathAllowed: () => {
      asked += 1;
      return allowed;
    },
  });
  for (const judge of [judgeSignature, judgeSignatureAsync]) {
    asked = 0;
    assert.equal(await judge(key, message, signature, cap(false)), "undecided");
    assert.equal(await judge(key, message, signature, cap(true)), "valid");
    assert.equal(await judge(key, utf8("another"), signature, cap(true)), "invalid");
    assert.equal(await judge(key, utf8("another"), signature, cap(false)), "undecided");
    assert.equal(asked, 4);
    const signer = signerFromSeed(new Uint8Array(32));
    assert.equal(await judge(signer.publicKey, message, signer.sign(message), cap(false)), "valid");
    assert.equal(await judge(key, message, new Uint8Array(64).fill(255), cap(false)), "invalid");
    assert.equal(await judge(key, message, new Uint8Array(63), cap(false)), "invalid");
    assert.equal(asked, 4);
  }
});

test("more keys than the cache holds are still verified", () => {
  const random = new Random("many keys");
  const signer = signerFromSeed(random.bytes(32));
  const signature = signer.sign(utf8("m"));
  for (let i = 0; i < 2 * node.KEY_GENERATION + 100; i++) {
    if (i % 4000 === 0) assert.ok(node.nativeAccepts(signer.publicKey, utf8("m"), signature));
    node.nativeKey(random.bytes(32));
  }
  assert.ok(node.nativeAccepts(signer.publicKey, utf8("m"), signature));
  assert.ok(node.keysKept() <= 2 * node.KEY_GENERATION);
});

test("the 12 speccheck cases: VVVVVVXXXVVV", async (t) => {
  const text = shared(t, "ed25519/speccheck_cases.json");
  if (text === undefined) return;
  const cases = JSON.parse(text) as { message: string; pub_key: string; signature: string }[];
  let verdicts = "";
  for (const { message, pub_key, signature } of cases) {
    verdicts += (await verdict(bytes(pub_key), bytes(message), bytes(signature))) ? "V" : "X";
  }
  assert.equal(verdicts, "VVVVVVXXXVVV");
});

test("Wycheproof's 151 cases: ZIP-215 differs in case 151 only", async (t) => {
  const text = shared(t, "ed25519/wycheproof_ed25519_test.json");
  if (text === undefined) return;
  const { testGroups } = JSON.parse(text) as {
    testGroups: {
      publicKey: { pk: string };
      tests: { tcId: number; msg: string; sig: string; result: "valid" | "invalid" }[];
    }[];
  };
  const deviations: number[] = [];
  let count = 0;
  for (const { publicKey, tests } of testGroups) {
    for (const { tcId, msg, sig, result } of tests) {
      count += 1;
      const valid = await verdict(bytes(publicKey.pk), bytes(msg), bytes(sig));
      if (valid !== (result === "valid")) deviations.push(tcId);
    }
  }
  assert.equal(count, 151);
  assert.deepEqual(deviations, [151]);
});
