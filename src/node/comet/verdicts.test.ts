import assert from "node:assert/strict";
import { test } from "node:test";
import { type Known, KnownTransactions } from "#node/comet/known.ts";
import { Verdicts } from "#node/comet/verdicts.ts";
import { SignatureGate } from "#node/signature-gate.ts";
import { Load } from "../../../test/support/node-load.ts";

const load = new Load();

function deposit(signature?: Uint8Array): Known {
  const bytes = load.deposit();
  if (signature !== undefined) bytes.set(signature, bytes.length - 64);
  return known(bytes);
}

function known(bytes: Uint8Array): Known {
  const found = new KnownTransactions().of(bytes);
  assert.ok(found !== undefined);
  return found;
}

function opened(most: number, slowPath = { ofOneSender: 8, ofAll: 80 }): Verdicts {
  return new Verdicts(new SignatureGate(4, slowPath, () => 0), most);
}

test("a signature is verified once, at the door or in the block, however often it is asked for", async () => {
  const verdicts = opened(10);
  const good = deposit();
  const forged = deposit(new Uint8Array(64).fill(7));
  const asked = [good, good, forged, forged].map((one) => verdicts.atTheDoor(one));
  assert.deepEqual(await Promise.all(asked), ["valid", "valid", "invalid", "invalid"]);
  assert.equal(await verdicts.atTheDoor(good), "valid");
  assert.deepEqual([await verdicts.inBlock(good), await verdicts.inBlock(forged)], [true, false]);
  assert.equal(verdicts.verified, 2);
});

test("a good signature says nothing about another one over the same request", async () => {
  const verdicts = opened(10);
  const bytes = load.deposit();
  assert.equal(await verdicts.atTheDoor(known(bytes)), "valid");
  const changed = bytes.slice();
  changed[changed.length - 1]! ^= 1;
  assert.equal(await verdicts.inBlock(known(changed)), false);
});

test("only so many are remembered; the oldest is verified anew and comes out the same", async () => {
  const verdicts = opened(3);
  const all = Array.from({ length: 5 }, () => deposit());
  for (const one of all) assert.equal(await verdicts.inBlock(one), true);
  assert.equal(verdicts.remembered, 3);
  assert.equal(await verdicts.inBlock(all[4]!), true);
  assert.equal(verdicts.verified, 5);
  assert.equal(await verdicts.inBlock(all[0]!), true);
  assert.equal(verdicts.verified, 6);
});

test("a signature that is put off at the door is decided in the block", async () => {
  const verdicts = opened(10, { ofOneSender: 0, ofAll: 0 });
  const forged = deposit(new Uint8Array(64).fill(7));
  assert.equal(await verdicts.atTheDoor(forged), "undecided");
  assert.equal(verdicts.remembered, 0);
  assert.equal(await verdicts.inBlock(forged), false);
});
