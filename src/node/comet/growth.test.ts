import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { toHex } from "#base/bytes.ts";
import { Wh } from "#base/units.ts";
import { ChainApp } from "#chain/app.ts";
import type { Genesis } from "#chain/genesis.ts";
import { genesisHash } from "#chain/genesis.ts";
import { ORIGIN } from "#chain/origin.ts";
import { MEMBERS } from "#ledger/member.ts";
import { STATUS } from "#ledger/status.ts";
import { encodeTransaction } from "#ledger/transaction.ts";
import { validatorSetOf } from "#market/validator-set.ts";
import { cometGenesisFile } from "#node/comet/app-state.ts";
import { applicationFolderIn, auditApplication } from "#node/comet/audit.ts";
import { continuingGenesis, fileHash, openExport, STATE_FILE } from "#node/comet/growth.ts";
import { DECIDED_LOG_FILE } from "#node/comet/restart.ts";
import type { NodeFault } from "#node/fault.ts";
import { snapshotHeights, writeSnapshotFile } from "#node/snapshot.ts";
import { disk } from "#node/storage.ts";
import { genesisFile, open, Spoken } from "../../../test/support/abci.ts";
import {
  ALBA,
  admission,
  type ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  type Request,
  saleId,
  selling,
  signerOf,
} from "../../../test/support/chain-bench.ts";
import { temporaryFolder } from "../../../test/support/node-load.ts";

const ORGANISATIONS = ["supplier", "grid operator", "cooperative", "auditor"];
const NETWORK = "network";
const CLI = fileURLToPath(new URL("../../../bin/contrada.js", import.meta.url));

/** A street of one producer with a sale that is open, and its export. */
async function street(t: TestContext) {
  const { bench, noon } = openStreet();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_200 } }));
  bench.accept(noon + 10, selling(bench, noon, { sale: saleId(77), energy: Wh(1_000n) }));
  const folder = temporaryFolder(t);
  const path = join(folder, STATE_FILE);
  const content = { genesisHash: genesisHash(bench.genesis), tip: bench.app.tip!, rows: bench.app.export() };
  await writeSnapshotFile(disk, path, content, async () => {});
  return { bench, noon, folder, path };
}

/** The genesis of four organisations that go on from an export. */
function network(path: string, time: number): Genesis {
  const old = openExport(disk, path);
  try {
    const founders = ORGANISATIONS.map((name, i) => ({
      member: old.nextMember + i,
      role: "organisation" as const,
      keys: [signerOf(`key of ${name}`).publicKey],
      validator: signerOf(`validator of ${name}`).publicKey,
    }));
    return continuingGenesis(old, { chain: NETWORK, time, founders });
  } finally {
    old.snapshot.close();
  }
}

/** A request of the street, signed for the new chain, with the nonce that is due. */
function signed(bench: ChainBench, beside: ChainApp, request: Request): Uint8Array {
  return encodeTransaction(bench.transaction(beside.open(beside.time), { chain: NETWORK, ...request }));
}

test("a network goes on where the producer ended: equal root, the next height, the sale delivered and paid", async (t) => {
  const { bench, noon, folder, path } = await street(t);
  const { tip, height, stateRoot } = bench.app as ChainApp & { tip: NonNullable<ChainApp["tip"]> };
  const genesis = network(path, noon + 20);
  const state = { file: STATE_FILE, sha256: fileHash(disk, path) };
  const options = { genesisFile: genesisFile(folder, genesis, state), snapshotEvery: 1_000 };
  const node = open(t, temporaryFolder(t), noon, options);
  assert.deepEqual(await node.info(), [0, ""]);
  const begun = await node.initChain(genesis, state);
  assert.equal(toHex(begun.appHash), toHex(stateRoot), "the first app hash is the old state root");
  assert.deepEqual(
    begun.validators.map(({ pubKey, power }) => [toHex(pubKey.ed25519!), power]),
    ORGANISATIONS.map((name) => [toHex(signerOf(`validator of ${name}`).publicKey), 1n]),
  );
  const rows = { decided: { height, time: tip.header.time }, stateRoot, rows: bench.app.export() };
  const beside = new ChainApp(genesis, rows);
  const decide = async (time: number, txs: Uint8Array[]) => {
    const { txResults, appHash } = (await node.finalize(beside.height + 1, time, txs)).finalizeBlock!;
    await node.ask({ commit: {} });
    const block = beside.open(time);
    return { codes: txResults.map(({ code }) => code), appHash, block };
  };

  // What was signed for the old chain is nothing here, and the sale is still open.
  const oldBytes = encodeTransaction(bench.transaction(bench.app.open(noon), selling(bench, noon)));
  assert.equal(await node.check(oldBytes), STATUS.wrong_chain);
  assert.equal(beside.view().sale(saleId(77))?.state, bench.view.sale(saleId(77))?.state);
  const first = await decide(noon + 30, []);
  beside.seal(first.block).commit();
  assert.equal(toHex(first.appHash), toHex(beside.stateRoot));
  assert.equal(beside.height, height + 1);
  const opened = beside.open(noon + 30).state;
  assert.deepEqual(opened.get(ORIGIN, 0), { header: tip.header, signature: tip.signature });
  assert.equal(validatorSetOf(opened).length, 4);

  const paidBefore = bench.view.money(citizenOf(1)).posted;
  const delivery = interval(noon, { plant: 1, solar: { exportedWh: 1_000, lostWh: 40 } });
  const bytes = signed(bench, beside, delivery);
  const second = await decide(noon + 900, [bytes]);
  assert.deepEqual(second.codes, [STATUS.ok]);
  const view = node.app.view()!;
  assert.equal(
    view.money(citizenOf(1)).posted - paidBefore,
    138_000n,
    "1 kWh at 142, less the fee of 4 ‰ of a euro",
  );
  assert.equal(view.height, height + 2);

  const nonces = [OPERATOR, ALBA].map((member) => bench.app.open(noon).state.get(MEMBERS, member)!.nonce);
  assert.ok(
    nonces.every((nonce) => nonce > 0),
    "nonces carry on",
  );
});

test("after a crash before the first block the chain is begun again; after it, the log goes on over the rows", async (t) => {
  const { noon, folder, path } = await street(t);
  const genesis = network(path, noon + 20);
  const state = { file: STATE_FILE, sha256: fileHash(disk, path) };
  const options = { genesisFile: genesisFile(folder, genesis, state) };
  const own = temporaryFolder(t);
  for (const crash of ["before", "before again"]) {
    const node = new Spoken(own, noon, options);
    assert.deepEqual(await node.info(), [0, ""], crash);
    await node.begin(genesis, state);
    await node.finalize(genesis.origin!.header.height + 1, noon + 30, []);
    node.app.close();
  }
  const node = new Spoken(own, noon, options);
  await node.begin(genesis, state);
  await node.finalize(genesis.origin!.header.height + 1, noon + 30, []);
  await node.ask({ commit: {} });
  const where = await node.info();
  assert.equal(where[0], genesis.origin!.header.height + 1);
  node.app.close();
  const again = open(t, own, noon, options);
  assert.deepEqual(await again.info(), where);
});

test("the audit of a grown network's home begins with the old chain's rows, and tells what in home, rows or log is not whole", async (t) => {
  const { bench, noon, path } = await street(t);
  const genesis = network(path, noon + 20);
  const state = { file: STATE_FILE, sha256: fileHash(disk, path) };
  const home = temporaryFolder(t);
  const [config, folder] = [join(home, "config"), join(home, "application")];
  mkdirSync(config);
  const rows = join(config, STATE_FILE);
  copyFileSync(path, rows);
  renameSync(genesisFile(config, genesis, state), cometGenesisFile(home));
  const node = new Spoken(folder, noon, { genesisFile: cometGenesisFile(home), snapshotEvery: 1 });
  await node.begin(genesis, state);
  const beside = new ChainApp(genesis, {
    decided: { height: bench.app.height, time: bench.app.time },
    stateRoot: bench.app.stateRoot,
    rows: bench.app.export(),
  });
  const delivery = interval(noon, { plant: 1, solar: { exportedWh: 1_000, lostWh: 40 } });
  await node.finalize(bench.app.height + 1, noon + 900, [signed(bench, beside, delivery)]);
  await node.ask({ commit: {} });
  await node.finalize(bench.app.height + 2, noon + 901, []);
  await node.ask({ commit: {} });
  const at = { height: bench.app.height + 2, root: toHex(node.app.view()!.stateRoot) };
  for (const end = Date.now() + 30_000; snapshotHeights(disk, folder).length === 0; await pause(5)) {
    if (Date.now() > end) throw new Error("no snapshot");
  }
  node.app.close();

  assert.equal(applicationFolderIn(home), folder);
  const report = await auditApplication(folder);
  assert.deepEqual(
    [report.firstProblem, report.height, toHex(report.stateRoot!)],
    [undefined, at.height, at.root],
  );
  assert.deepEqual([report.blocks, report.transactions, report.notes], [2, 1, []]);
  assert.ok(report.snapshots > 0);
  const verified = spawnSync(process.execPath, [CLI, "verify", home, "--json"], { encoding: "utf8" });
  const said = JSON.parse(verified.stdout);
  assert.deepEqual([verified.status, said.ok, said.height, said.state_root], [0, true, at.height, at.root]);

  const problem = async () => (await auditApplication(folder)).firstProblem;
  const damaged = async (file: string, offset: number) => {
    const open = disk.open(file, "write");
    const byte = open.read(offset, 1);
    open.write(offset, Uint8Array.of(byte[0]! ^ 1));
    const found = await problem();
    open.write(offset, byte);
    open.close();
    return found;
  };
  assert.match((await damaged(rows, 400))!.what, /SHA-256/);
  const log = join(folder, DECIDED_LOG_FILE);
  assert.equal((await damaged(log, 200))?.place.height, bench.app.height + 1);
  assert.equal(await problem(), undefined);
  renameSync(rows, `${rows}.away`);
  assert.match((await problem())!.what, /missing/);
});

test("rows that are missing, damaged or of another chain are refused with a sentence", async (t) => {
  const { noon, folder, path } = await street(t);
  const genesis = network(path, noon + 20);
  const sha256 = fileHash(disk, path);
  const refused = (why: RegExp, state = { file: STATE_FILE, sha256 }) => {
    const options = { genesisFile: genesisFile(folder, genesis, state) };
    const begin = () => new Spoken(temporaryFolder(t), noon, options).app.close();
    assert.throws(
      begin,
      (error: NodeFault) => error.code === "genesis_unreadable" && why.test(error.message),
    );
  };
  refused(/missing/, { file: "other.rows", sha256 });
  const file = disk.open(path, "write");
  const middle = Math.floor(file.size() / 2);
  const byte = file.read(middle, 1);
  file.write(middle, Uint8Array.of(byte[0]! ^ 1));
  refused(/SHA-256/);
  refused(/checksum/, { file: STATE_FILE, sha256: fileHash(disk, path) });
  assert.throws(() => openExport(disk, path), /checksum/);
  file.write(middle, byte);
  file.close();
  const later = await street(t);
  later.bench.accept(noon + 20, admission(55, "citizen"));
  const content = {
    genesisHash: genesisHash(later.bench.genesis),
    tip: later.bench.app.tip!,
    rows: later.bench.app.export(),
  };
  await writeSnapshotFile(disk, path, content, async () => {});
  refused(/another block/, { file: STATE_FILE, sha256: fileHash(disk, path) });
});

test("a founder whom the old chain knows as somebody else founds nothing", async (t) => {
  const { path, noon } = await street(t);
  const old = openExport(disk, path);
  t.after(() => old.snapshot.close());
  const founder = { member: ALBA, role: "organisation" as const, keys: [signerOf("new").publicKey] };
  const made = { chain: NETWORK, time: noon, founders: [founder] };
  assert.throws(() => continuingGenesis(old, made), /founder 3 is refused: member_exists/);
});
