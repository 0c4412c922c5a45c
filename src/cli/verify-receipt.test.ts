import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { parseDay } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import { type ConsensusHeader, consensusHeaderHash } from "#consensus/header.ts";
import { validatorAddress, validatorSetHash } from "#consensus/validator-set.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { headerHash } from "#ledger/block.ts";
import { type Checkpoint, proveRow, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import { State, type Table } from "#ledger/state.ts";
import { SALES, type Sale } from "#market/sale.ts";

const entry = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
const key = (seed: number) => signerFromSeed(new Uint8Array(32).fill(seed));
const saleId = new Uint8Array(16).fill(0x5a);
const row: Sale = {
  plant: 3,
  seller: 12,
  supplier: 101,
  day: parseDay("2026-06-16")!,
  rate: MicroEurPerKwh(142_000n),
  fee: MicroEurPerKwh(4_000n),
  energy: Wh(1_000n),
  delivered: Wh(1_000n),
  state: "settled",
  height: 211,
  time: 1_781_606_763,
  firstInterval: 1_781_606_700,
  lastInterval: 1_781_613_900,
  expiryHeight: 50_211,
  closedHeight: 214,
  closedTime: 1_781_608_500,
  gross: MicroEur(142_000n),
  feePaid: MicroEur(4_000n),
};
const state = new State([SALES as unknown as Table<never, never>]);
const draft = state.draft();
draft.put(SALES, saleId, row);
draft.put(SALES, new Uint8Array(16), row);
draft.seal().commit();

function producerCheckpoint(): Checkpoint {
  const some = new Uint8Array(32);
  const header = {
    chain: "olmo",
    height: 214,
    time: row.closedTime,
    previousHash: some,
    stateRoot: state.root,
    transactionsRoot: some,
    producer: key(1).publicKey,
  };
  return { by: "producer", header, signature: key(1).sign(headerHash(header)) };
}

const signers = [2, 3, 4, 5].map(key);
const validators = signers.map(({ publicKey }) => ({ publicKey, power: 10n }));

function validatorsCheckpoint(): Checkpoint {
  const some = new Uint8Array(32).fill(1);
  const time = { seconds: row.closedTime, nanos: 7 };
  const header: ConsensusHeader = {
    version: { block: 11, app: 1 },
    chain: "olmo",
    height: 215,
    time,
    lastBlockId: { hash: some, parts: { total: 1, hash: some } },
    lastCommitHash: some,
    dataHash: some,
    validatorsHash: validatorSetHash(validators),
    nextValidatorsHash: validatorSetHash(validators),
    consensusHash: some,
    appHash: state.root,
    lastResultsHash: some,
    evidenceHash: some,
    proposerAddress: validatorAddress(validators[0]!.publicKey),
  };
  const blockId = { hash: consensusHeaderHash(header), parts: { total: 1, hash: some } };
  const message = voteSignBytes({ chain: "olmo", height: 215, round: 0, blockId, time });
  const signatures = signers.map((signer) => ({
    vote: "block" as const,
    address: validatorAddress(signer.publicKey),
    time,
    signature: signer.sign(message),
  }));
  return { by: "validators", header, commit: { height: 215, round: 0, blockId, signatures }, validators };
}

function fileOf(checkpoint: Checkpoint, netMicroEur = 138_000): string {
  const { height, hash, stateRoot } = vouchedBy(checkpoint);
  return JSON.stringify({
    format: "contrada/receipt/2",
    chain: "olmo",
    block: { height, time: row.closedTime, hash: toHex(hash), stateRoot: toHex(stateRoot) },
    proof: {
      bytes: toHex(encode(rowProofCodec, proveRow(state, checkpoint, SALES, saleId))),
      description: "",
    },
    sale: {
      id: toHex(saleId),
      supplier: { member: 101, name: "Alba Energia" },
      day: "2026-06-16",
      rateMicroEurPerKwh: 142_000,
      energyWh: 1_000,
      deliveredWh: 1_000,
      state: "settled",
      authorised: { height: 211, time: row.time, transaction: "00".repeat(32) },
      settled: { height: 214, time: row.closedTime },
      grossMicroEur: 142_000,
      feeMicroEur: 4_000,
      netMicroEur,
    },
  });
}

test("a receipt is checked offline: one sentence, and exit code 0, 1 or 2", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-receipt-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const genesis = put(
    "genesis.json",
    JSON.stringify({
      chain_id: "olmo",
      validators: validators.map(({ publicKey, power }) => ({
        pub_key: { type: "tendermint/PubKeyEd25519", value: Buffer.from(publicKey).toString("base64") },
        power: String(power),
      })),
    }),
  );
  const byProducer = put("producer.json", fileOf(producerCheckpoint()));
  const byValidators = put("validators.json", fileOf(validatorsCheckpoint()));
  const forged = put("forged.json", fileOf(producerCheckpoint(), 999_000));
  const producer = toHex(key(1).publicKey);
  const rows: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [
      0,
      /holds: sale 5a5a.* after block 214, signed by the producer: 1000 Wh/,
      [byProducer, "--trust", producer],
    ],
    [0, /signed by 4 of 4 validators/, [byValidators, "--trust", genesis]],
    [0, /signed by 4 of 4/, [byValidators, "--trust", toHex(validatorSetHash(validators))]],
    [0, /"ok":true.*"signed_by":\{"signed":4,"of":4\}/, [byValidators, "--trust", genesis, "--json"]],
    [1, /does not hold: another producer/, [byProducer, "--trust", toHex(key(9).publicKey)]],
    [1, /where validators are believed/, [byProducer, "--trust", genesis]],
    [1, /\(not_enough_trusted\)/, [byValidators, "--trust", producer]],
    [1, /\(other_sale\)/, [forged, "--trust", producer]],
    [1, /"ok":false,"problem":"other_sale"/, [forged, "--trust", producer, "--json"]],
    [2, /a receipt cannot vouch for itself/, [byProducer]],
    [2, /no receipt of this version/, [genesis, "--trust", producer]],
    [2, /neither 64 hexadecimal digits nor a file/, [byProducer, "--trust", "somebody"]],
    [2, /is no genesis file/, [byProducer, "--trust", byProducer]],
    [2, /no file with JSON/, [join(folder, "absent.json"), "--trust", producer]],
  ];
  for (const [code, pattern, words] of rows) {
    const run = spawnSync(process.execPath, [entry, "verify-receipt", ...words], { encoding: "utf8" });
    assert.match(run.stdout + run.stderr, pattern, words.join(" "));
    assert.equal(run.status, code, words.join(" "));
  }
});
