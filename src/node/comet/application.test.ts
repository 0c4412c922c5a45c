import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { CheckTxType, MisbehaviorType } from "cosmjs-types/tendermint/abci/types";
import { toHex, utf8 } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { MicroEur } from "#base/units.ts";
import { ChainApp } from "#chain/app.ts";
import type { Founder, Genesis } from "#chain/genesis.ts";
import { admitMember, castVote, depositMoney, proposeMotion } from "#chain/transactions.ts";
import { sparseProofCodec, verifySparseProof } from "#crypto/sparse-tree.ts";
import { MEMBERS } from "#ledger/member.ts";
import { rawLeafKey, rowHash } from "#ledger/state.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction } from "#ledger/transaction.ts";
import { EVIDENCE, type Misbehaviour } from "#market/evidence.ts";
import { validatorAddress } from "#market/organisation.ts";
import type { Motion } from "#market/proposal.ts";
import { OVERLOADED, QUERY } from "#node/comet/application.ts";
import { auditApplication } from "#node/comet/audit.ts";
import { DECIDED_LOG_FILE } from "#node/comet/restart.ts";
import { disk } from "#node/storage.ts";
import { GENESIS_TIME, open, Spoken } from "../../../test/support/abci.ts";
import {
  ALBA,
  ask,
  type ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  selling,
} from "../../../test/support/chain-bench.ts";
import {
  admission,
  GENESIS as LOAD_GENESIS,
  Load,
  signerOf as memberSigner,
  temporaryFolder,
} from "../../../test/support/node-load.ts";

/** A street's day: sales, deliveries, refusals that count, and transactions that count for nothing. */
function day(): ChainBench {
  const { bench, noon } = openStreet();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_200 } }));
  bench.accept(noon + 10, selling(bench, noon));
  bench.block(noon + 20, [selling(bench, noon), ask(ALBA, depositMoney, deposit(1))], "counts");
  bench.block(noon + 25, []);
  const unsigned = { ...ask(OPERATOR, depositMoney, deposit(2)), signature: new Uint8Array(64) };
  const early = { ...ask(OPERATOR, depositMoney, deposit(3)), nonce: 9_000 };
  bench.block(noon + 30, [unsigned, early, ask(OPERATOR, depositMoney, deposit(4))], "counts");
  bench.accept(noon + 900, interval(noon, { plant: 1, solar: { exportedWh: 1_000, lostWh: 40 } }));
  assert.equal(bench.view.money(citizenOf(1)).posted > 0n, true, "the seller was paid");
  return bench;
}

function deposit(n: number) {
  return { member: ALBA, amount: MicroEur(1_000n), reference: `reference ${n}` };
}

function depositBytes(bench: ChainBench, n: number, changes = {}): Uint8Array {
  const request = { ...ask(OPERATOR, depositMoney, deposit(n)), ...changes };
  return encodeTransaction(bench.transaction(bench.app.open(bench.app.time), request));
}

test("the same transactions give the same verdicts and the same root at each height under both engines", async (t) => {
  const bench = day();
  const comet = open(t, temporaryFolder(t), bench.app.time);
  await comet.begin(bench.genesis);
  const codes = new Set<number>();
  for (const block of bench.blocks) {
    const done = await comet.decide(block);
    assert.deepEqual(
      done,
      {
        codes: block.transactions.map(({ status }) => status),
        appHash: toHex(block.header.stateRoot),
      },
      `block ${block.header.height}`,
    );
    for (const code of done.codes) codes.add(code);
  }
  for (const status of [
    "ok",
    "role_not_allowed",
    "bad_signature",
    "nonce_out_of_order",
    "sale_exists",
  ] as const) {
    assert.ok(codes.has(STATUS[status]), status);
  }
  const view = comet.app.view()!;
  assert.deepEqual([view.height, view.time], [bench.app.height, bench.app.time]);
});

test("what is committed is there after a restart; what was only computed is not", async (t) => {
  const bench = day();
  const folder = temporaryFolder(t);
  const first = new Spoken(folder, bench.app.time);
  assert.deepEqual(await first.info(), [0, ""]);
  await first.begin(bench.genesis);
  assert.deepEqual(
    await first.begin(bench.genesis),
    first.app.view()!.stateRoot,
    "asked twice before block 1",
  );
  const blocks = [...bench.blocks];
  const last = blocks.pop()!;
  for (const block of blocks) await first.decide(block);
  const before = await first.info();
  await first.finalize(
    last.header.height,
    last.header.time,
    last.transactions.map(({ bytes }) => bytes),
  );
  assert.deepEqual(await first.info(), before);
  first.app.close();

  const second = new Spoken(folder, bench.app.time);
  assert.deepEqual(await second.info(), before);
  assert.equal((await second.decide(last)).appHash, toHex(last.header.stateRoot));
  second.app.close();
  assert.deepEqual(second.notes, []);
  const third = open(t, folder, bench.app.time);
  assert.deepEqual(await third.info(), [bench.app.height, toHex(bench.app.stateRoot)]);
});

test("a log that is torn or rotten ends before the damage, and consensus hands over the rest", async (t) => {
  const bench = day();
  const folder = temporaryFolder(t);
  const first = new Spoken(folder, bench.app.time);
  await first.begin(bench.genesis);
  for (const block of bench.blocks) await first.decide(block);
  first.app.close();
  const file = disk.open(join(folder, DECIDED_LOG_FILE), "write");
  const size = file.size();
  for (const damage of ["torn", "rotten"] as const) {
    if (damage === "torn") file.truncate(size - 5);
    else file.write(Math.floor(size / 2), Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
    const again = new Spoken(folder, bench.app.time);
    const { height } = again.app;
    assert.ok(height < bench.app.height, `${damage}: ${height}`);
    assert.match(again.notes.join(), /cut off \d+ bytes/);
    for (const block of bench.blocks.slice(height)) await again.decide(block);
    assert.deepEqual(await again.info(), [bench.app.height, toHex(bench.app.stateRoot)]);
    again.app.close();
    assert.equal(file.size(), size, "the same bytes again");
  }
  file.close();
});

test("CheckTx looks at everything, remembers the nonces that wait, and a recheck after the block as well", async (t) => {
  const { bench, noon } = openStreet();
  const comet = open(t, temporaryFolder(t), noon);
  await comet.begin(bench.genesis);
  for (const block of bench.blocks) await comet.decide(block);
  const nonce = bench.app.open(noon).state.get(MEMBERS, OPERATOR)!.nonce;
  const first = depositBytes(bench, 1);
  const second = depositBytes(bench, 2, { nonce: nonce + 2 });
  assert.equal(await comet.check(second), STATUS.nonce_out_of_order);
  assert.equal(await comet.check(first), STATUS.ok);
  assert.equal(await comet.check(first), STATUS.nonce_already_used);
  assert.equal(await comet.check(second), STATUS.ok);
  const forged = depositBytes(bench, 3, { nonce: nonce + 3, signature: new Uint8Array(64).fill(7) });
  assert.equal(await comet.check(forged), STATUS.bad_signature);
  assert.equal(await comet.check(Uint8Array.of(1, 2, 3)), STATUS.malformed);
  const twice = depositBytes(bench, 1, { nonce: nonce + 3 });
  assert.equal(await comet.check(twice), STATUS.deposit_exists);

  const { verified } = comet.app.verdicts;
  await comet.finalize(bench.app.height + 1, noon, [first]);
  await comet.ask({ commit: {} });
  assert.equal(await comet.check(first, CheckTxType.RECHECK), STATUS.nonce_already_used);
  assert.equal(await comet.check(second, CheckTxType.RECHECK), STATUS.ok);
  assert.equal(comet.app.verdicts.verified, verified, "neither the block nor a recheck verifies again");
});

test("a signature that nobody checked before the block is checked in it", async (t) => {
  const { bench, noon } = openStreet();
  const comet = open(t, temporaryFolder(t), noon);
  await comet.begin(bench.genesis);
  for (const block of bench.blocks) await comet.decide(block);
  const forged = depositBytes(bench, 1, { signature: new Uint8Array(64).fill(7) });
  const done = await comet.finalize(bench.app.height + 1, noon, [forged, Uint8Array.of(9)]);
  assert.deepEqual(
    done.finalizeBlock!.txResults.map(({ code, data, log }) => [code, data.length, log]),
    [
      [STATUS.bad_signature, 0, ""],
      [STATUS.malformed, 0, ""],
    ],
  );
});

test("a proposal keeps to its bytes and its order, and holds transactions only", async (t) => {
  const { bench, noon } = openStreet();
  const comet = open(t, temporaryFolder(t), noon);
  const txs = [1, 2, 3].map((n) => depositBytes(bench, n));
  const cost = 2 + 1 + txs[0]!.length;
  const propose = async (maxTxBytes: number, offered: Uint8Array[]) =>
    (await comet.ask({ prepareProposal: { maxTxBytes: BigInt(maxTxBytes), txs: offered } })).prepareProposal!
      .txs;
  for (const [limit, count] of [
    [3 * cost, 3],
    [3 * cost - 1, 2],
    [cost - 1, 0],
  ] as const) {
    assert.deepEqual((await propose(limit, txs)).map(toHex), txs.slice(0, count).map(toHex), `${limit}`);
  }
  assert.equal((await propose(10_000, [Uint8Array.of(1), txs[0]!])).length, 1);
  const judged = async (offered: Uint8Array[]) =>
    (await comet.ask({ processProposal: { txs: offered } })).processProposal!.status;
  assert.deepEqual([await judged(txs), await judged([]), await judged([Uint8Array.of(1)])], [1, 1, 2]);
});

test("a transaction that nobody signed is proposed by nobody, and a block that holds it gets no vote", async (t) => {
  const { bench, noon } = openStreet();
  const comet = open(t, temporaryFolder(t), noon);
  const good = [1, 2].map((n) => depositBytes(bench, n));
  const forged = [3, 4, 5].map((n) => depositBytes(bench, n, { signature: new Uint8Array(64).fill(7) }));
  const status = async (txs: Uint8Array[]) =>
    (await comet.ask({ processProposal: { txs } })).processProposal!.status;
  assert.equal(await status([...good, ...forged]), 2);
  const forgedToo = { signature: new Uint8Array(64).fill(8) };
  const many = Array.from({ length: 300 }, (_, i) => depositBytes(bench, 10 + i, forgedToo));
  const { verified } = comet.app.verdicts;
  assert.equal(await status(many), 2);
  assert.ok(comet.app.verdicts.verified - verified < 100, "the first forgery ends the work");
  const prepareProposal = { maxTxBytes: 100_000n, txs: [good[0]!, ...forged, good[1]!] };
  const { txs } = (await comet.ask({ prepareProposal })).prepareProposal!;
  assert.deepEqual(txs.map(toHex), good.map(toHex));
  assert.equal(await status(txs), 1);
});

test("CheckTx puts off what is too much at once, before it costs a signature, and a block makes room", async (t) => {
  const { bench, noon } = openStreet();
  const most = { waiting: 3, unverified: 100 };
  const comet = open(t, temporaryFolder(t), noon, { most });
  await comet.begin(bench.genesis);
  for (const block of bench.blocks) await comet.decide(block);
  const { nonce } = bench.app.open(noon).state.get(MEMBERS, OPERATOR)!;
  const txs = [1, 2, 3, 4].map((n) => depositBytes(bench, n, { nonce: nonce + n }));
  const codes: number[] = [];
  for (const tx of txs) codes.push(await comet.check(tx));
  assert.deepEqual(codes, [STATUS.ok, STATUS.ok, STATUS.ok, OVERLOADED]);
  assert.equal(comet.app.room(), 0);
  assert.equal(comet.app.verdicts.verified, bench.blocks.flatMap((block) => block.transactions).length + 3);
  await comet.finalize(bench.app.height + 1, noon, txs.slice(0, 2));
  await comet.ask({ commit: {} });
  assert.deepEqual([comet.app.room(), comet.app.room(2), comet.app.room(5)], [3, 1, 0]);
  assert.equal(await comet.check(txs[2]!, CheckTxType.RECHECK), STATUS.ok, "what was let in is not put off");
  assert.equal(await comet.check(txs[3]!), STATUS.ok);

  const none = open(t, temporaryFolder(t), noon, {
    most: { waiting: 100, unverified: 0 },
  });
  await none.begin(bench.genesis);
  assert.equal(await none.check(txs[0]!), OVERLOADED);
  none.app.expect(txs[0]!);
  assert.equal(
    await none.check(txs[0]!),
    STATUS.nonce_out_of_order,
    "what is being verified costs nothing more",
  );
});

test("a query gives the state root, and a row or its absence with a proof against it", async (t) => {
  const bench = day();
  const comet = open(t, temporaryFolder(t), bench.app.time);
  await comet.begin(bench.genesis);
  for (const block of bench.blocks) await comet.decide(block);
  const state = (await comet.ask({ query: { path: "/state" } })).query!;
  assert.equal(toHex(state.value.subarray(8)), toHex(bench.app.stateRoot));
  assert.equal(Number(state.height), bench.app.height);
  for (const member of [OPERATOR, ALBA, 999]) {
    const data = encode(MEMBERS.key, member);
    const answer = (await comet.ask({ query: { path: `/rows/${MEMBERS.name}`, data, prove: true } })).query!;
    const row = decode(MEMBERS.row, answer.value);
    assert.deepEqual(row.ok ? row.value : undefined, bench.view.member(member));
    const proof = decode(sparseProofCodec, answer.proofOps!.ops[0]!.data);
    assert.ok(proof.ok);
    const value = answer.value.length === 0 ? undefined : rowHash(new Uint8Array(answer.value));
    const key = rawLeafKey(MEMBERS.number, data);
    assert.ok(verifySparseProof(bench.app.stateRoot, key, value, proof.value), `member ${member}`);
    assert.ok(!verifySparseProof(bench.genesis.producer, key, value, proof.value));
  }
  const codes = [
    { path: "/nothing" },
    { path: `/rows/${MEMBERS.name}`, data: Uint8Array.of(1) },
    { path: "/state", height: 1n },
  ].map(async (query) => (await comet.ask({ query })).query!.code);
  assert.deepEqual(await Promise.all(codes), [
    QUERY.unknown_path,
    QUERY.malformed_key,
    QUERY.height_not_kept,
  ]);
});

test("what is out of place stops the application: a wrong height, a Commit of nothing, another genesis", async (t) => {
  const { bench, noon } = openStreet();
  const comet = open(t, temporaryFolder(t), noon);
  await assert.rejects(comet.finalize(1, noon, []), /before InitChain/);
  const initChain = {
    chainId: bench.genesis.chain,
    time: GENESIS_TIME,
    initialHeight: 1n,
    appStateBytes: utf8("{}"),
  };
  await assert.rejects(comet.ask({ initChain }), /without the genesis of a chain/);
  await comet.begin(bench.genesis);
  await assert.rejects(comet.begin({ ...bench.genesis, time: noon }), /another chain/);
  await assert.rejects(comet.finalize(2, noon, []), /after block 0/);
  await assert.rejects(comet.ask({ commit: {} }), /without FinalizeBlock/);
  await assert.rejects(comet.ask({}), /does not have/);
});

/** An operator and four organisations, each with a validator; votes are over in a minute, and take two blocks. */
function fourOrganisations() {
  const organisations = [11, 12, 13, 14];
  const parameters = {
    ...LOAD_GENESIS.parameters,
    votingPeriodS: 60,
    enactmentDelayS: 0,
    delayBlocks: 2,
  };
  const founders: Founder[] = organisations.map((member) => ({
    member,
    role: "organisation",
    keys: [memberSigner(member).publicKey],
    validator: validatorOf(member),
  }));
  return {
    organisations,
    load: new Load(),
    genesis: { ...LOAD_GENESIS, parameters, founders: [...LOAD_GENESIS.founders, ...founders] } as Genesis,
  };
}

const validatorOf = (member: number) => memberSigner(`validator ${member}`).publicKey;

/** One height after the other, a minute each, beside a chain that has no consensus; answers the updates by member. */
class Heights {
  readonly beside: ChainApp;
  readonly node: Spoken;

  constructor(node: Spoken, genesis: Genesis) {
    this.node = node;
    this.beside = new ChainApp(genesis);
  }

  async next(txs: Uint8Array[] = [], misbehaviour: readonly Misbehaviour[] = []) {
    const time = this.beside.time + 60;
    const told = misbehaviour.map(({ address, height }) => ({
      type: MisbehaviorType.DUPLICATE_VOTE,
      validator: { address, power: 1n },
      height: BigInt(height),
      totalVotingPower: 4n,
    }));
    const done = (await this.node.finalize(this.beside.height + 1, time, txs, told)).finalizeBlock!;
    await this.node.ask({ commit: {} });
    const block = this.beside.open(time, misbehaviour);
    for (const bytes of txs) {
      const transaction = decodeTransaction(bytes);
      assert.ok(transaction.ok);
      block.execute(transaction.value, () => true, "counts");
    }
    const step = this.beside.seal(block);
    assert.equal(toHex(done.appHash), toHex(step.stateRoot));
    step.commit();
    for (const { code } of done.txResults) assert.equal(code, STATUS.ok);
    return done.validatorUpdates.map(({ pubKey, power }) => [toHex(pubKey.ed25519!), Number(power)]);
  }
}

/** All of these vote for a motion; answers the updates of each block until it is enacted. */
async function voted(
  heights: Heights,
  load: Load,
  voters: readonly number[],
  number: number,
  motion: Motion,
) {
  const purpose = "By all of us";
  const updates = [await heights.next([load.transaction(voters[0]!, proposeMotion, { purpose, motion })])];
  const votes = voters.map((member) => load.transaction(member, castVote, { proposal: number, yes: true }));
  updates.push(await heights.next(votes));
  for (let i = 0; i < 4; i++) updates.push(await heights.next());
  return updates.flat();
}

test("evidence takes a validator's power, a vote of the others gives it back, and the log replays to the same root", async (t) => {
  const { genesis, load } = fourOrganisations();
  const folder = temporaryFolder(t);
  const node = new Spoken(folder, genesis.time);
  const { validators } = await node.initChain(genesis);
  assert.equal(validators.length, 4);
  const heights = new Heights(node, genesis);
  assert.deepEqual(await heights.next(), []);
  const address = validatorAddress(validatorOf(13));
  const evidence: Misbehaviour = { address, height: 1, kind: "duplicate_vote" };
  const before = node.app.view()!.stateRoot;
  assert.deepEqual(await heights.next([], [evidence]), [[toHex(validatorOf(13)), 0]]);
  assert.notEqual(toHex(node.app.view()!.stateRoot), toHex(before));
  const data = encode(EVIDENCE.key, evidence);
  const { value } = (await node.ask({ query: { path: `/rows/${EVIDENCE.name}`, data } })).query!;
  assert.deepEqual(decode(EVIDENCE.row, value), { ok: true, value: { recorded: 2, member: 13 } });
  assert.deepEqual(await heights.next([], [evidence]), [], "the same evidence takes nothing twice");

  const motion: Motion = { type: "admit_organisation", member: 13, validator: validatorOf(13) };
  assert.deepEqual(await voted(heights, load, [11, 12, 14], 1, motion), [[toHex(validatorOf(13)), 1]]);
  const where = await node.info();
  node.app.close();
  const again = open(t, folder, genesis.time);
  assert.deepEqual([await again.info(), again.notes], [where, []]);
  const audit = await auditApplication(folder);
  assert.deepEqual([audit.firstProblem, audit.blocks], [undefined, heights.beside.height]);
});

test("consensus is told of the organisations that a vote admits, removes, or lets change their validator", async (t) => {
  const { genesis, load, organisations } = fourOrganisations();
  const folder = temporaryFolder(t);
  const node = new Spoken(folder, genesis.time);
  await node.begin(genesis);
  const heights = new Heights(node, genesis);
  await heights.next([load.transaction(OPERATOR, admitMember, admission(15, "organisation"))]);
  const admitted: Motion = { type: "admit_organisation", member: 15, validator: validatorOf(15) };
  assert.deepEqual(await voted(heights, load, organisations, 1, admitted), [[toHex(validatorOf(15)), 1]]);
  const other = memberSigner("another validator of 15").publicKey;
  const changed: Motion = { type: "change_validator", member: 15, validator: other };
  const all = [...organisations, 15];
  assert.deepEqual(
    new Set((await voted(heights, load, all, 2, changed)).map(String)),
    new Set([[toHex(validatorOf(15)), 0].join(), [toHex(other), 1].join()]),
  );
  const removed: Motion = { type: "remove_organisation", member: 15 };
  assert.deepEqual(await voted(heights, load, organisations, 3, removed), [[toHex(other), 0]]);
  const tooFew: Motion = { type: "remove_organisation", member: 14 };
  assert.deepEqual(
    await voted(heights, load, [11, 12], 4, tooFew),
    [],
    "two of four are no majority of two thirds",
  );
  const where = await node.info();
  node.app.close();
  assert.deepEqual(await open(t, folder, genesis.time).info(), where);
});
