import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { verifySignature } from "#crypto/keys.ts";
import { PAPER_CODE_BYTES, PAPER_CODE_RENEWALS, paperCode } from "#crypto/paper-code.ts";
import { nextKeyHash } from "#wire/next-key.ts";
import { guardedBy, paperAmong, paperLetters, paperSigner } from "./paper-code.ts";

const CODE = paperCode(new Uint8Array(PAPER_CODE_BYTES).fill(7));
const keyAfter = (renewals: number) => toHex(paperSigner(CODE, renewals)!.publicKey);

test("a code is found among guardians by whichever of its keys, and no other code is", () => {
  const company = { member: 1, name: "Contrada Olmo", key: null };
  for (const renewals of [0, 1, PAPER_CODE_RENEWALS]) {
    const guardians = [company, { member: null, name: null, key: keyAfter(renewals) }];
    const found = paperAmong(guardians, CODE.toLowerCase());
    assert.deepEqual([found?.guardian, found?.renewals], [1, renewals]);
    assert.equal(toHex(found!.signer.publicKey), keyAfter(renewals));
    assert.equal(paperAmong(guardians, paperCode(new Uint8Array(PAPER_CODE_BYTES).fill(8))), undefined);
  }
  assert.equal(paperAmong([company], CODE), undefined);
  assert.equal(paperAmong([company], "no code"), undefined);
});

test("who holds a code finds the number that it guards today", () => {
  const other = toHex(paperSigner(paperCode(new Uint8Array(PAPER_CODE_BYTES).fill(8)))!.publicKey);
  const keys = [
    { member: 101, key: other },
    { member: 734_000_215, key: keyAfter(12) },
  ];
  assert.equal(guardedBy(keys, CODE), 734_000_215);
  assert.equal(guardedBy(keys.slice(0, 1), CODE), undefined);
});

test("the letters of a code go on from one another to its last key, each signed by both its keys", async () => {
  const letters = await paperLetters(CODE, "town", 57);
  assert.deepEqual(
    letters.map(({ publicKey, nextKey }) => [publicKey, nextKey]),
    [57, 58, 59].map((renewals) => [keyAfter(renewals), keyAfter(renewals + 1)]),
  );
  for (const { publicKey, nextKey, signature, proof } of letters) {
    const [key, next] = [fromHex(publicKey)!, fromHex(nextKey)!];
    const hash = nextKeyHash({ chain: "town", key, next });
    assert.ok(
      verifySignature(key, hash, fromHex(signature)!) && verifySignature(next, hash, fromHex(proof)!),
    );
  }
  assert.deepEqual(await paperLetters(CODE, "town", PAPER_CODE_RENEWALS), []);
});
