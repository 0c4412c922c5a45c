import assert from "node:assert/strict";
import { test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import {
  judgeSignature,
  SIGNATURE_MAX_BYTES,
  verifyByRule,
  verifySignature,
  verifySignatureAsync,
} from "#crypto/keys.ts";
import {
  clientDataStart,
  encodeAssertion,
  type PasskeyAssertion,
  passkeyAssertionCodec,
} from "#crypto/passkey.ts";

const secret = hash(utf8("a phone"));
const publicKey = p256.getPublicKey(secret, true);
const challenge = hash(utf8("a transaction"));
const FLAGS_AND_COUNTER = [0x05, 0, 0, 0, 7] as const;

interface Odd {
  readonly authenticatorData?: Uint8Array;
  readonly clientData?: string;
}

/** An assertion as an authenticator makes it, over whatever client data. */
function asserted({ authenticatorData, clientData }: Odd = {}): PasskeyAssertion {
  const data = authenticatorData ?? authenticator(...FLAGS_AND_COUNTER);
  const clientDataJson = utf8(clientData ?? `${start()}https://olmo.example","crossOrigin":false}`);
  const signature = p256.sign(concat(data, hash(clientDataJson)), secret, { lowS: true });
  return { authenticatorData: data, clientDataJson, signature };
}

const authenticator = (...rest: number[]) => concat(hash(utf8("olmo.example")), Uint8Array.from(rest));
const start = () => new TextDecoder().decode(clientDataStart(challenge));

async function verdict(message: Uint8Array, signature: Uint8Array, key = publicKey): Promise<boolean> {
  const byRule = verifyByRule(key, message, signature);
  assert.equal(verifySignature(key, message, signature), byRule);
  assert.equal(await verifySignatureAsync(key, message, signature), byRule);
  const cap = { slowPathAllowed: () => assert.fail("the slow path was asked for") };
  assert.equal(judgeSignature(key, message, signature, cap) === "valid", byRule);
  return byRule;
}

test("a browser writes type, challenge and origin first, the challenge in base64url", () => {
  assert.equal(
    start(),
    `{"type":"webauthn.get","challenge":"${Buffer.from(challenge).toString("base64url")}","origin":"`,
  );
  for (let length = 0; length < 40; length++) {
    const bytes = hash(utf8(`${length}`)).slice(0, Math.min(length, 32));
    const begun = new TextDecoder().decode(clientDataStart(bytes));
    assert.ok(begun.includes(`"${Buffer.from(bytes).toString("base64url")}"`), `${length} bytes`);
  }
});

test("an assertion over the 32 bytes counts, and only over them and by that key", async () => {
  const good = encodeAssertion(asserted());
  assert.equal(await verdict(challenge, good), true);
  assert.equal(await verdict(hash(utf8("another transaction")), good), false);
  assert.equal(await verdict(challenge, good, p256.getPublicKey(hash(utf8("thief")), true)), false);
  assert.equal(await verdict(challenge.slice(1), good), false, "only hashes are asserted");
});

test("each thing that an assertion must say is looked for", async () => {
  const sound = asserted();
  const otherType = start().replace("webauthn.get", "webauthn.create");
  const [, ...rest] = FLAGS_AND_COUNTER;
  const rows: readonly (readonly [string, PasskeyAssertion, boolean])[] = [
    ["present and recognised", sound, true],
    [
      "with extensions after the counter",
      asserted({ authenticatorData: authenticator(0x85, ...rest, 0xa0) }),
      true,
    ],
    ["backed up as well", asserted({ authenticatorData: authenticator(0x1d, ...rest) }), true],
    ["with more members after the origin", asserted({ clientData: `${start()}https://a","x":1}` }), true],
    ["nobody was present", asserted({ authenticatorData: authenticator(0x04, ...rest) }), false],
    ["nobody was recognised", asserted({ authenticatorData: authenticator(0x01, ...rest) }), false],
    ["neither", asserted({ authenticatorData: authenticator(0x00, ...rest) }), false],
    ["authenticator data too short", asserted({ authenticatorData: authenticator(0x05, 0, 0, 0) }), false],
    ["another type", asserted({ clientData: `${otherType}https://a"}` }), false],
    ["the challenge said second", asserted({ clientData: `{"x":"",${start().slice(1)}https://a"}` }), false],
    ["a blank before", asserted({ clientData: ` ${start()}https://a"}` }), false],
    ["a blank within", asserted({ clientData: `${start().replace(":", ": ")}https://a"}` }), false],
    ["padded base64", asserted({ clientData: `${start().replace('","origin', '=","origin')}a"}` }), false],
    ["client data that end early", asserted({ clientData: start().slice(0, -1) }), false],
    ["no client data", asserted({ clientData: "" }), false],
    ["a signature of zeros", { ...sound, signature: new Uint8Array(64) }, false],
    ["a changed counter", { ...sound, authenticatorData: authenticator(0x05, 0, 0, 0, 8) }, false],
    [
      "a changed site",
      { ...sound, authenticatorData: concat(hash(utf8("evil")), Uint8Array.of(...FLAGS_AND_COUNTER)) },
      false,
    ],
    ["changed client data", { ...sound, clientDataJson: concat(sound.clientDataJson, utf8(" ")) }, false],
    ["a high s", { ...sound, signature: highOf(sound.signature) }, false],
  ];
  for (const [name, assertion, good] of rows) {
    assert.equal(await verdict(challenge, encodeAssertion(assertion)), good, name);
  }
});

test("an assertion has one encoding, with limits", async () => {
  const good = encodeAssertion(asserted());
  const decoded = decode(passkeyAssertionCodec, good);
  assert.ok(decoded.ok);
  assert.equal(toHex(encode(passkeyAssertionCodec, decoded.value)), toHex(good));
  const otherVersion = good.slice();
  otherVersion[0] = 2;
  for (const [name, bytes] of [
    ["another version", otherVersion],
    ["a byte more", concat(good, Uint8Array.of(0))],
    ["a byte less", good.subarray(0, -1)],
    ["only the raw signature within", asserted().signature],
  ] as const) {
    assert.equal(await verdict(challenge, bytes), false, name);
  }
  const largest = {
    ...asserted(),
    authenticatorData: new Uint8Array(512),
    clientDataJson: new Uint8Array(1024),
  };
  assert.equal(encodeAssertion(largest).length, SIGNATURE_MAX_BYTES);
  assert.throws(() => encodeAssertion({ ...largest, authenticatorData: new Uint8Array(513) }));
  assert.throws(() => encodeAssertion({ ...largest, clientDataJson: new Uint8Array(1025) }));
});

function highOf(signature: Uint8Array): Uint8Array {
  const { r, s } = p256.Signature.fromBytes(signature);
  return new p256.Signature(r, p256.Point.CURVE().n - s).toBytes("compact");
}
