import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { hash, hashParts, taggedHash } from "#crypto/hash.ts";
import * as node from "#crypto/native-node.ts";
import * as web from "#crypto/native-web.ts";
import { bytesOf, textOf } from "#crypto/text32.ts";

test("SHA-256 of FIPS 180-4's examples", () => {
  const rows: [string, string][] = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
  ];
  for (const [text, digest] of rows) assert.equal(toHex(hash(utf8(text))), digest);
});

test("Node and the web hash alike, at every length around a block, into plain bytes", () => {
  const random = new Random("hash");
  for (let length = 0; length < 200; length++) {
    const bytes = random.bytes(length);
    const digest = node.sha256(bytes);
    assert.deepEqual(web.sha256(bytes), digest);
    assert.equal(node.sha256Text(bytes), textOf(digest));
    assert.equal(web.sha256Text(bytes), textOf(digest));
  }
  assert.equal(Object.getPrototypeOf(hash(Buffer.from("x"))), Uint8Array.prototype);
});

test("parts hash as their concatenation, short or long", () => {
  const random = new Random("parts");
  for (const lengths of [[], [0], [1, 64], [3, 0, 5], [2000, 47], [2000, 48], [2000, 49], [5000]]) {
    const parts = lengths.map((length) => random.bytes(length));
    assert.deepEqual(hashParts(...parts), hash(concat(...parts)), lengths.join());
  }
});

test("a tagged hash is BIP-340's", () => {
  const message = utf8("message");
  const digest = hash(utf8("contrada/test/1"));
  assert.deepEqual(taggedHash("contrada/test/1", message), hash(concat(digest, digest, message)));
  assert.deepEqual(
    taggedHash("contrada/test/1", message.subarray(0, 3), message.subarray(3)),
    taggedHash("contrada/test/1", message),
  );
  assert.deepEqual(
    taggedHash("contrada/test/1", new Uint8Array(5000)),
    hash(concat(digest, digest, new Uint8Array(5000))),
  );
  // The first tagged hash in BIP-340's own published test vector 0: the nonce's, over aux = 0.
  assert.equal(
    toHex(taggedHash("BIP0340/aux", new Uint8Array(32))),
    "54f169cfc9e2e5727480441f90ba25c488f461c70b5ea5dcaaf7af69270aa514",
  );
});

test("two tags never share a hash", () => {
  const seen = new Set<string>();
  for (const tag of ["a", "b", "ab", ""]) {
    for (const content of ["", "a", "b"]) seen.add(toHex(taggedHash(tag, utf8(content))));
  }
  assert.equal(seen.size, 12);
});

test("a digest stays as it was when the next is made", () => {
  const first = hashParts(Uint8Array.of(1));
  const before = toHex(first);
  hashParts(Uint8Array.of(2));
  taggedHash("contrada/test/1", Uint8Array.of(3));
  assert.equal(toHex(first), before);
});

test("bytes and their one-byte text are each other's, in the same order", () => {
  const random = new Random("text");
  for (let i = 0; i < 200; i++) {
    const [a, b] = [random.bytes(32), random.bytes(32)];
    assert.deepEqual(bytesOf(textOf(a)), a);
    assert.equal(textOf(a) < textOf(b), toHex(a) < toHex(b));
  }
});

test("only native-node needs Node: the rest of the room runs in a browser", () => {
  const room = new URL(".", import.meta.url);
  const files = readdirSync(room).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  assert.ok(files.includes("native-web.ts"));
  const needNode = files.filter((file) =>
    /from "node:|\bBuffer\b\./.test(readFileSync(new URL(file, room), "utf8")),
  );
  assert.deepEqual(needNode, ["native-node.ts"]);
});
