import assert from "node:assert/strict";
import { test } from "node:test";
import { signerFromSeed, verifySignature } from "#crypto/keys.ts";
import { approved, hashOfPlea, isComplete, type Plea, placeAmong, pleaOf, pleaText } from "./recovery.ts";

const NEW = signerFromSeed(new Uint8Array(32).fill(1));
const PAPER = signerFromSeed(new Uint8Array(32).fill(2));
const COMPANY = signerFromSeed(new Uint8Array(32).fill(3));

const plea: Plea = {
  chain: "town-16",
  round: 1,
  member: 104,
  newKey: NEW.publicKey,
  expiryHeight: 5_000,
  approvals: [],
};

function signedBy(guardian: number, { publicKey, sign }: typeof PAPER, of: Plea): Plea {
  return approved(of, { guardian, key: publicKey, signature: sign(hashOfPlea(of)) });
}

test("a plea is read again from its text, however the text was broken", () => {
  const text = pleaText(signedBy(0, PAPER, plea));
  const broken = `\n  ${text.slice(0, 70)}\n${text.slice(70, 140)}  ${text.slice(140)}\n`;
  assert.deepEqual(pleaOf(broken), signedBy(0, PAPER, plea));
  for (const wrong of ["", "contrada-recovery-1:", text.slice(1), text.slice(0, -2), `${text}00`]) {
    assert.equal(pleaOf(wrong), undefined, wrong);
  }
});

test("approvals stand in the order of the guardians, one each, and sign the same bytes", () => {
  const both = signedBy(0, PAPER, signedBy(2, COMPANY, plea));
  assert.deepEqual(
    both.approvals.map(({ guardian }) => guardian),
    [0, 2],
  );
  assert.ok(isComplete(both));
  assert.ok(!isComplete(signedBy(0, PAPER, signedBy(0, PAPER, plea))), "twice the same is one");
  for (const { key, signature } of both.approvals) {
    assert.ok(verifySignature(key, hashOfPlea(plea), signature));
    assert.ok(!verifySignature(key, hashOfPlea({ ...plea, round: 2 }), signature), "for this attempt only");
  }
});

test("a guardian finds its place by number or by key", () => {
  const guardians = [
    { member: null, name: null, key: Buffer.from(PAPER.publicKey).toString("hex") },
    { member: 1, name: "Contrada Olmo", key: null },
  ];
  assert.equal(placeAmong(guardians, { key: PAPER.publicKey }), 0);
  assert.equal(placeAmong(guardians, { member: 1 }), 1);
  assert.equal(placeAmong(guardians, { member: 2 }), undefined);
});
