/**
 * What a telephone downloads and computes to check one row: the proof of an account among 100,000, with and
 * without its checkpoint of four validators, how long path and signatures take to verify (in Node, natively and
 * by the rule alone, which is what a browser has), and how many leaves the tree renews in a second. Ends with
 * one JSON object; `--short` uses fewer accounts.
 */
import { readFileSync } from "node:fs";
import { fromHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { TABLES } from "#chain/genesis.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import { lightBlockProblem } from "#consensus/light-block.ts";
import { verifyByRule } from "#crypto/keys.ts";
import { sparseProofCodec, verifySparseProof } from "#crypto/sparse-tree.ts";
import { ACCOUNTS, type Account } from "#ledger/account.ts";
import { proveRow, rowProofCodec } from "#ledger/proof.ts";
import { rawLeafKey, rowHash, State } from "#ledger/state.ts";
import { MONEY, memberAccount } from "#market/books.ts";
import { lightBlockFrom } from "#node/comet/light-block.ts";

const accounts = process.argv.includes("--short") ? 10_000 : 100_000;
const rounds = 200;

const state = new State(TABLES);
const filling = state.draft();
for (let member = 0; member < accounts; member++) {
  filling.put(ACCOUNTS, memberAccount(member), holding(0n));
}
filling.seal().commit();

const vectors = new URL("../src/consensus/fixtures/cometbft-0.38.25.json", import.meta.url);
const vector = JSON.parse(readFileSync(vectors, "utf8"))[1];
const block = lightBlockFrom(
  vector.signedHeader,
  vector.validators.map((one: { publicKey: string; power: string }) => ({
    publicKey: fromHex(one.publicKey)!,
    power: BigInt(one.power),
  })),
);

const sizes: number[] = [];
let whole = 0;
for (let i = 0; i < rounds; i++) {
  const proof = proveRow(state, { by: "validators", ...block }, ACCOUNTS, memberAccount(i * 37));
  sizes.push(encode(sparseProofCodec, proof.path).length + proof.key.length + proof.row!.length);
  whole = Math.max(whole, encode(rowProofCodec, proof).length);
}

const proof = proveRow(state, { by: "validators", ...block }, ACCOUNTS, memberAccount(7));
const pathMs = millisecondsOf(rounds, () =>
  verifySparseProof(state.root, rawLeafKey(proof.table, proof.key), rowHash(proof.row!), proof.path),
);
const checkpointMs = millisecondsOf(rounds, () => lightBlockProblem(block, block.header.chain) === undefined);
const signaturesByRuleMs = millisecondsOf(20, () =>
  block.commit.signatures.every((one, i) => {
    if (one.vote !== "block") return true;
    const { height, round, blockId } = block.commit;
    const message = voteSignBytes({ chain: block.header.chain, height, round, blockId, time: one.time });
    return verifyByRule(block.validators[i]!.publicKey, message, one.signature);
  }),
);

let updates = 0;
const began = performance.now();
const before = process.cpuUsage();
for (let round = 1n; updates < accounts; round++) {
  const draft = state.draft();
  for (let i = 0; i < 2_000; i++, updates++) {
    const account = memberAccount((updates * 7_919) % accounts);
    draft.put(ACCOUNTS, account, holding(round));
  }
  draft.seal().commit();
}
const updatesPerS = updates / ((performance.now() - began) / 1000);
const { user, system } = process.cpuUsage(before);

console.log(
  JSON.stringify({
    accounts,
    row_and_path_bytes_mean: Math.round(sizes.reduce((sum, size) => sum + size, 0) / rounds),
    row_and_path_bytes_max: Math.max(...sizes),
    with_checkpoint_of_4_validators_bytes_max: whole,
    path_ms: rounded(pathMs),
    checkpoint_of_4_ms: rounded(checkpointMs),
    signatures_of_4_by_rule_ms: rounded(signaturesByRuleMs),
    leaf_updates_per_s: Math.round(updatesPerS),
    leaf_updates_per_processor_s: Math.round(updates / ((user + system) / 1e6)),
  }),
);

/** An account with some money, µEUR. */
function holding(posted: bigint): Account {
  return { overdraft: false, balances: [{ asset: MONEY, posted, pendingOut: 0n, pendingIn: 0n }] };
}

/** Of one call, after a few to warm up. Throws where what is measured does not hold. */
function millisecondsOf(times: number, holds: () => boolean): number {
  for (let i = 0; i < 20; i++) if (!holds()) throw new Error("what is measured does not hold");
  const start = performance.now();
  for (let i = 0; i < times; i++) holds();
  return (performance.now() - start) / times;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
