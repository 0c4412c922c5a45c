/**
 * The light client over a real network: `fixtures/network-of-four.json` is what four validators under CometBFT
 * 0.38.25 decided for a town, recorded by `test/networks/light-walk.ts`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import { advanceTrust } from "#consensus/light-client.ts";
import { genesisTrustFrom, lightBlockFrom } from "#node/comet/light-block.ts";
import { RECORDED, type RecordedNetwork, walk } from "../../test/networks/light-walk.ts";

const recorded: RecordedNetwork = JSON.parse(readFileSync(RECORDED, "utf8"));
const genesis = genesisTrustFrom(recorded.genesis);
const blocks = recorded.blocks.map(({ signedHeader, validators }) =>
  lightBlockFrom(
    signedHeader,
    validators.map(({ publicKey, power }) => ({ publicKey: fromHex(publicKey)!, power: BigInt(power) })),
  ),
);
const tip = blocks.at(-1)!;

test("a device that knows the genesis alone follows a network of four, one by one, in jumps, and at once to its tip", () => {
  const heights = blocks.map(({ header }) => header.height);
  assert.deepEqual(heights.slice(0, 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.ok(heights.at(-1)! > 500, "and far beyond");
  const oneByOne = walk(genesis, blocks);
  assert.equal(toHex(oneByOne.headerHash!), toHex(consensusHeaderHash(tip.header)));
  assert.deepEqual(walk(genesis, [tip]), oneByOne);
  assert.deepEqual(walk(genesis, [blocks[11]!, tip]), oneByOne);
});

test("of four validators three are believed and two are not, and a block one later names the one before", () => {
  const { signatures } = tip.commit;
  const without = (absent: number) => ({
    ...tip,
    commit: {
      ...tip.commit,
      signatures: signatures.map((one, i) => (i < absent ? ({ vote: "absent" } as const) : one)),
    },
  });
  const options = { now: tip.header.time.seconds + 1, trustingPeriod: 86_400, clockDrift: 10 };
  const there = signatures.filter(({ vote }) => vote === "block").length;
  assert.ok(there >= 3);
  if (there === 4) assert.ok(advanceTrust(genesis, without(1), options).ok);
  const two = advanceTrust(genesis, without(2), options);
  assert.deepEqual(two, { ok: false, error: "not_enough_signed" });
  for (const [i, { header }] of blocks.slice(1, 12).entries()) {
    assert.equal(toHex(header.lastBlockId.hash), toHex(consensusHeaderHash(blocks[i]!.header)));
  }
});
