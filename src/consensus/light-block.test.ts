/**
 * Light blocks against CometBFT's own words: `fixtures/cometbft-0.38.25.json` was written by its Go code
 * (`test/oracles/cometbft_light.go`), header hashes, sign bytes and signatures included.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import { lightBlockCodec, lightBlockProblem } from "#consensus/light-block.ts";
import { validatorAddress, validatorSetHash } from "#consensus/validator-set.ts";
import { lightBlockFrom } from "#node/comet/light-block.ts";

interface Vector {
  readonly header: Readonly<Record<string, unknown>>;
  readonly headerHash: string;
  readonly validators: readonly { readonly publicKey: string; readonly power: string }[];
  readonly validatorsHash: string;
  readonly signatures: readonly { readonly address?: string; readonly signBytes?: string }[];
  readonly signedHeader: { readonly header: unknown; readonly commit: unknown };
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL("fixtures/cometbft-0.38.25.json", import.meta.url), "utf8"),
);

const blockOf = (vector: Vector) =>
  lightBlockFrom(
    vector.signedHeader,
    vector.validators.map(({ publicKey, power }) => ({
      publicKey: fromHex(publicKey)!,
      power: BigInt(power),
    })),
  );

test("headers, validators and votes have the hashes and sign bytes that CometBFT gives them", () => {
  assert.equal(vectors.length, 15);
  for (const vector of vectors) {
    const { header, commit, validators } = blockOf(vector);
    assert.equal(toHex(consensusHeaderHash(header)), vector.headerHash);
    assert.equal(toHex(validatorSetHash(validators)), vector.validatorsHash);
    for (const [i, signature] of commit.signatures.entries()) {
      if (signature.vote === "absent") continue;
      const { address, signBytes } = vector.signatures[i]!;
      assert.equal(toHex(validatorAddress(validators[i]!.publicKey)), address);
      const { height, round } = commit;
      const blockId = signature.vote === "block" ? commit.blockId : undefined;
      const vote = { chain: header.chain, height, round, blockId, time: signature.time };
      assert.equal(toHex(voteSignBytes(vote)), signBytes);
    }
  }
});

test("a block that CometBFT accepts is accepted, and again after a journey through its bytes", () => {
  for (const vector of vectors) {
    const block = blockOf(vector);
    assert.equal(lightBlockProblem(block, block.header.chain), undefined);
    const carried = decode(lightBlockCodec, encode(lightBlockCodec, block));
    assert.deepEqual(carried, { ok: true, value: block });
  }
});

test("no field of a header can be changed without a trace", () => {
  const { header, commit, validators } = blockOf(vectors[1]!);
  const other = new Uint8Array(32).fill(7);
  const { chain } = header;
  const changes: Partial<typeof header>[] = [
    { version: { ...header.version, block: 12 } },
    { version: { ...header.version, app: 5 } },
    { time: { ...header.time, nanos: 1 } },
    { time: { ...header.time, seconds: 1 } },
    { lastBlockId: { ...header.lastBlockId, hash: other } },
    { lastBlockId: { ...header.lastBlockId, parts: { total: 2, hash: other } } },
    { lastCommitHash: other },
    { dataHash: other },
    { validatorsHash: other },
    { nextValidatorsHash: other },
    { consensusHash: other },
    { appHash: other },
    { lastResultsHash: other },
    { evidenceHash: other },
    { proposerAddress: new Uint8Array(20) },
    { height: header.height + 1 },
  ];
  for (const change of changes) {
    const forged = { header: { ...header, ...change }, commit, validators };
    assert.equal(lightBlockProblem(forged, chain), "wrong_block", Object.keys(change).join());
  }
});
