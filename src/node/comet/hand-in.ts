/**
 * One transaction, signed by somebody whose key is at hand, handed in at a node's JSON-RPC: who the signer is, its
 * next nonce and the height are asked of the chain, and the answer comes when a block holds it.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Codec, decode, encode } from "#base/codec.ts";
import type { Signer } from "#crypto/keys.ts";
import { KEYS, MEMBERS } from "#ledger/member.ts";
import type { Table } from "#ledger/state.ts";
import { statusOf } from "#ledger/status.ts";
import { signTransaction } from "#ledger/transaction.ts";
import { DOCKET } from "#market/proposal.ts";
import { type CometRpc, CometRpcError } from "#node/comet/rpc.ts";

/** Refused, or not decided in time; the message says which. */
export class HandInError extends Error {
  override readonly name = "HandInError";
}

/** Blocks in which it may still be decided. */
const EXPIRES_AFTER = 1_000;
const LOOK_MS = 200;

/** Height of the block that holds it, with success. Throws `HandInError` and `CometRpcError`. */
export async function handIn(
  rpc: CometRpc,
  signer: Signer,
  { number, body }: { readonly number: number; readonly body: Uint8Array },
  withinMs: number,
): Promise<number> {
  const sender = await rowOf(rpc, KEYS, signer.publicKey);
  if (sender === undefined) throw new HandInError("this key is no member's of the chain.");
  const [row, { chain, latestHeight }] = await Promise.all([rowOf(rpc, MEMBERS, sender), rpc.status()]);
  const unsigned = {
    chain,
    kind: number,
    sender,
    nonce: row!.nonce + 1,
    expiryHeight: latestHeight + EXPIRES_AFTER,
    body,
  };
  const { code, hash } = await rpc.broadcastSync(signTransaction(unsigned, signer));
  if (code !== 0) throw new HandInError(`refused: ${statusOf(code) ?? `code ${code}`}.`);
  for (const end = performance.now() + withinMs; performance.now() < end; await pause(LOOK_MS)) {
    const found = await decided(rpc, hash);
    if (found === undefined) continue;
    if (found.code !== 0) throw new HandInError(`refused: ${statusOf(found.code) ?? `code ${found.code}`}.`);
    return found.height;
  }
  throw new HandInError(`no block held it within ${withinMs / 1000} s; it may still come.`);
}

/** Number of the newest proposal; 0 where there was none. */
export async function lastProposal(rpc: CometRpc): Promise<number> {
  return (await rowOf(rpc, DOCKET, 0))?.last ?? 0;
}

async function rowOf<K, R>(rpc: CometRpc, table: Table<K, R>, key: K): Promise<R | undefined> {
  const { value } = await rpc.abciQuery(`/rows/${table.name}`, encode(table.key, key));
  if (typeof value !== "string" || value === "") return undefined;
  const row = decode(table.row as Codec<R>, new Uint8Array(Buffer.from(value, "base64")));
  if (!row.ok) throw new HandInError(`the node answers with a row of ${table.name} that is none.`);
  return row.value;
}

/** `undefined` while CometBFT's index does not know it. */
async function decided(rpc: CometRpc, hash: string): Promise<{ code: number; height: number } | undefined> {
  try {
    const { height, tx_result } = await rpc.call("tx", {
      hash: Buffer.from(hash, "hex").toString("base64"),
      prove: false,
    });
    const { code = 0 } = (tx_result ?? {}) as { code?: number };
    return { code, height: Number(height) };
  } catch (error) {
    if (error instanceof CometRpcError && error.problem === "refused") return undefined;
    throw error;
  }
}
