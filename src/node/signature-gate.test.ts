import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "#crypto/keys.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { signingHash, type Transaction } from "#ledger/transaction.ts";
import { SignatureGate, SlowPathCap } from "#node/signature-gate.ts";

const signer = signerFromSeed(new Uint8Array(32).fill(1));

function transaction(nonce: number, odd: { sender?: number; forged?: boolean } = {}): Transaction {
  const sender = odd.sender ?? 1;
  const unsigned = { chain: "c", kind: 1, sender, nonce, expiryHeight: 9, body: new Uint8Array(3) };
  const signature = signer.sign(signingHash(unsigned));
  if (odd.forged === true) signature[2]! ^= 1;
  return { ...unsigned, publicKey: signer.publicKey, signature };
}

function judged(gate: SignatureGate, each: Transaction): Promise<Verdict> {
  return new Promise((resolve) => gate.judge(each, resolve));
}

test("good and forged signatures are told apart, now and on the pool", async () => {
  const gate = new SignatureGate(2, { ofOneSender: 100, ofAll: 100 }, () => 0);
  const all = Array.from({ length: 12 }, (_, i) => transaction(i, { forged: i % 3 === 0 }));
  const expected = all.map((_, i) => (i % 3 === 0 ? "invalid" : "valid"));
  assert.deepEqual(await Promise.all(all.map((each) => judged(gate, each))), expected);
  assert.deepEqual(
    all.map((each) => gate.judgeNow(each)),
    expected,
  );
  assert.equal(gate.slowPathAsked, 8);
});

test("beyond a sender's cap forgeries are undecided; good signatures never are", async () => {
  let now = 0;
  // One at a time on the pool: which of several comes first to the slow path is nobody's promise.
  const gate = new SignatureGate(1, { ofOneSender: 2, ofAll: 3 }, () => now);
  const forged = (nonce: number, sender: number) =>
    judged(gate, transaction(nonce, { sender, forged: true }));
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map((nonce) => forged(nonce, 1))), [
    "invalid",
    "invalid",
    "undecided",
    "undecided",
  ]);
  assert.equal(await judged(gate, transaction(5)), "valid");
  assert.deepEqual([await forged(1, 2), await forged(2, 2)], ["invalid", "undecided"]); // the cap of all
  now = 1_000;
  assert.equal(await forged(3, 2), "invalid");
});

test("only so many are on the pool at a time, started in order", async () => {
  const gate = new SignatureGate(1, { ofOneSender: 1, ofAll: 1 }, () => 0);
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3, 4, 5].map(
      (nonce) =>
        new Promise<void>((resolve) => {
          gate.judge(transaction(nonce), () => {
            order.push(nonce);
            resolve();
          });
        }),
    ),
  );
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
});

test("the cap counts what is asked in windows of a second", () => {
  let now = 500;
  const cap = new SlowPathCap({ ofOneSender: 1, ofAll: 2 }, () => now);
  assert.deepEqual([cap.allows(1), cap.allows(1), cap.allows(2), cap.allows(3)], [true, false, true, false]);
  now = 999;
  assert.equal(cap.allows(3), false);
  now = 1_000;
  assert.deepEqual([cap.allows(3), cap.allows(1), cap.allows(2)], [true, true, false]);
  assert.equal(cap.asked, 8);
});
