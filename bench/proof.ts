/**
 * What a telephone downloads and computes to check one row: the proof of an account among 100,000, with and without
 * its checkpoint of four validators; how long path, checkpoint and both take in Node and in the real Chromium, there
 * also on a processor held down to a fourth, as a phone's; and how many leaves the tree renews in a second. Ends
 * with one JSON object; `--short` uses fewer accounts.
 */
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { TABLES } from "#chain/genesis.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import { lightBlockProblem } from "#consensus/light-block.ts";
import { verifyByRule } from "#crypto/keys.ts";
import { sparseProofCodec, verifySparseProof } from "#crypto/sparse-tree.ts";
import { ACCOUNTS, type Account } from "#ledger/account.ts";
import { proofProblem, proveRow, rowProofCodec } from "#ledger/proof.ts";
import { rawLeafKey, rowHash, State } from "#ledger/state.ts";
import { MONEY, memberAccount } from "#market/books.ts";
import { openBrowser } from "../test/support/browser.ts";
import { CHROMIUM } from "../test/support/counterparts.ts";
import { decidedBy } from "../test/support/decided.ts";
import type { ProofTimes, Spread } from "./page/proof.ts";
import { servePage } from "./page/serve.ts";

const short = process.argv.includes("--short");
const accounts = short ? 10_000 : 100_000;
const rounds = 200;
/** Calls of each kind in the browser, ten times as many of paths. */
const browserRounds = short ? 20 : 1_000;
/** By which Lighthouse, too, makes a phone of a computer. */
const PHONE_SLOWDOWN = 4;

const state = new State(TABLES);
const filling = state.draft();
for (let member = 0; member < accounts; member++) {
  filling.put(ACCOUNTS, memberAccount(member), holding(0n));
}
filling.seal().commit();

const block = decidedBy([1, 2, 3, 4], {
  chain: "bench",
  height: 1_000,
  seconds: 1_781_604_000,
  stateRoot: state.root,
  absent: [],
});

const sizes: number[] = [];
let whole = 0;
for (let i = 0; i < rounds; i++) {
  const proof = proveRow(state, block, ACCOUNTS, memberAccount(i * 37));
  sizes.push(encode(sparseProofCodec, proof.path).length + proof.key.length + proof.row!.length);
  whole = Math.max(whole, encode(rowProofCodec, proof).length);
}

const proof = proveRow(state, block, ACCOUNTS, memberAccount(7));
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

const trust = { chain: block.header.chain, validators: block.validators };
if (proofProblem(proof, trust) !== undefined) throw new Error("the proof is not good");
const browser = await inBrowser(toHex(encode(rowProofCodec, proof)));

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
    chromium: browser,
    leaf_updates_per_s: Math.round(updatesPerS),
    leaf_updates_per_processor_s: Math.round(updates / ((user + system) / 1e6)),
  }),
);

/** The same proof in the real Chromium; what was measured there, or why nothing was. */
async function inBrowser(proofHex: string): Promise<object> {
  if (CHROMIUM === undefined) {
    if (process.env.CONTRADA_REQUIRE === "all") throw new Error("required, but absent: Chromium");
    return { skipped: "absent: Chromium" };
  }
  const served = await servePage("proof.ts");
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.waitForFunction(() => "measureProof" in globalThis);
    const measure = (calls: number) =>
      page.evaluate(
        ([proof, rounds]) =>
          (
            globalThis as unknown as { measureProof(proof: string, rounds: number): Promise<ProofTimes> }
          ).measureProof(proof, rounds),
        [proofHex, calls] as const,
      );
    const quick = await measure(browserRounds);
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: PHONE_SLOWDOWN });
    const slow = await measure(Math.ceil(browserRounds / PHONE_SLOWDOWN));
    return {
      version: browser.version(),
      ...timesOf(quick),
      at_a_fourth_of_the_speed: timesOf(slow),
    };
  } finally {
    await browser.close();
    await served.close();
  }
}

function timesOf(times: ProofTimes): object {
  const text = (spread: Spread | undefined) =>
    spread === undefined ? null : { p50: rounded(spread.p50), p99: rounded(spread.p99) };
  return {
    path_ms: text(times.path),
    checkpoint_of_4_ms: text(times.checkpoint),
    row_path_and_checkpoint_from_bytes_ms: text(times.whole),
    signatures_of_4_by_rule_ms: text(times.signaturesByRule),
    signatures_of_4_by_webcrypto_ms: text(times.signaturesByWebCrypto),
  };
}

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
