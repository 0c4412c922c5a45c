/**
 * The worked example of docs/spec/encodings.md: a chain whose operator also makes its blocks, its genesis, a
 * deposit in its first block, and the proof of the operator's row. `node test/support/worked-example.ts`
 * prints it; a test holds the document to it.
 */
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { MicroEur } from "#base/units.ts";
import { ChainApp } from "#chain/app.ts";
import { DEFAULT_PARAMETERS, type Genesis, genesisCodec, genesisHash, TABLES } from "#chain/genesis.ts";
import { depositMoney } from "#chain/transactions.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { headerCodec, headerHash } from "#ledger/block.ts";
import { MEMBERS } from "#ledger/member.ts";
import { rawLeafKey, rowHash } from "#ledger/state.ts";
import { STATUS } from "#ledger/status.ts";
import { encodeTransaction, signingHash, transactionId } from "#ledger/transaction.ts";
import { parametersCodec } from "#market/parameters.ts";

export function workedExample(): string {
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const signer = signerFromSeed(seed);
  const genesis: Genesis = {
    chain: "example",
    time: 1_781_604_000,
    producer: signer.publicKey,
    founders: [{ member: 1, role: "operator", keys: [signer.publicKey] }],
    parameters: DEFAULT_PARAMETERS,
  };
  const app = new ChainApp(genesis);
  const lines: string[] = [];
  const say = (name: string, bytes: Uint8Array | string) => {
    lines.push(`${name.padEnd(26)} ${typeof bytes === "string" ? bytes : toHex(bytes)}`);
  };
  const heading = (text: string) => lines.push("", `# ${text}`);

  lines.push("# Keys");
  say("secret seed", seed);
  say("public key", signer.publicKey);

  heading("Genesis");
  say("chain (text)", encode({ write: (w, v: string) => w.text(v, 32), read: (r) => r.text(32) }, "example"));
  say("parameters", encode(parametersCodec, DEFAULT_PARAMETERS));
  say("genesis", encode(genesisCodec, genesis));
  say("genesis hash", genesisHash(genesis));

  heading("State before the first block: table, key → row");
  for (const { table, key, row } of app.export()) {
    const { name } = TABLES.find(({ number }) => number === table)!;
    say(`${table} ${name}`, `${toHex(key)} → ${toHex(row)}`);
  }
  const operator = [...app.export()].find(({ table }) => table === MEMBERS.number)!;
  say("leaf key of members 1", rawLeafKey(operator.table, operator.key));
  say("leaf value of members 1", rowHash(operator.row));
  say("state root", app.stateRoot);

  heading("A deposit of 1 € to member 1");
  const body = encode(depositMoney.codec, { member: 1, amount: MicroEur(1_000_000n), reference: "TRN-1" });
  const unsigned = {
    chain: "example",
    kind: depositMoney.number,
    sender: 1,
    nonce: 1,
    expiryHeight: 100,
    body,
  };
  const transaction = {
    ...unsigned,
    publicKey: signer.publicKey,
    signature: signer.sign(signingHash(unsigned)),
  };
  const bytes = encodeTransaction(transaction);
  say("body", body);
  say("unsigned", bytes.subarray(0, bytes.length - 104));
  say("signing hash", signingHash(unsigned));
  say("transaction id", transactionId(unsigned));
  say("signature", transaction.signature);
  say("transaction", bytes);

  heading("The first block, with it as its only transaction, accepted");
  const open = app.open(genesis.time + 60);
  const { status } = open.execute(transaction, () => true, "leaves no trace");
  if (status !== "ok") throw new Error(`the example's deposit is refused: ${status}`);
  const produced = app.produce(open, [{ bytes, status: STATUS.ok }], signer);
  produced.commit();
  const { header, signature } = produced.block;
  say("transactions root", header.transactionsRoot);
  say("state root", header.stateRoot);
  say("header", encode(headerCodec, header));
  say("header hash", headerHash(header));
  say("signature", signature);
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) process.stdout.write(workedExample());
