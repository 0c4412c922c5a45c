/**
 * Checks a receipt on the device, without asking anyone: the proof's header is signed by the producer that this
 * device trusts, the sale's row lies on the path to that header's state root, and the row says what the receipt
 * shows. Only then may a screen say "verified by this device".
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { formatDay } from "#base/time.ts";
import { type ProofProblem, proofProblem, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import { SALES } from "#market/sale.ts";
import type { Receipt } from "#wire/schemas.ts";

export type ReceiptProblem = "unreadable" | ProofProblem | "other_sale";

export interface CheckedReceipt {
  readonly height: number;
  /** Hashes on the path from the row to the state root. */
  readonly steps: number;
  readonly proofBytes: number;
}

/**
 * Fails, in this order: unreadable, wrong_chain, wrong_producer, bad_signature, wrong_path, other_sale (the
 * proof is sound and speaks of another sale, block or figure than the receipt).
 */
export function checkReceipt(
  receipt: Receipt,
  trusted: { readonly chain: string; readonly producer: Uint8Array },
): Result<CheckedReceipt, ReceiptProblem> {
  const bytes = fromHex(receipt.proof.bytes);
  if (bytes === undefined) return refuse("unreadable");
  const proof = decode(rowProofCodec, bytes);
  if (!proof.ok) return refuse("unreadable");
  const problem = proofProblem(proof.value, trusted);
  if (problem !== undefined) return refuse(problem);

  const { checkpoint, table, key, row, path } = proof.value;
  if (table !== SALES.number || toHex(key) !== receipt.sale.id) return refuse("other_sale");
  const vouched = vouchedBy(checkpoint);
  const { height, stateRoot } = receipt.block;
  if (vouched.height !== height || toHex(vouched.stateRoot) !== stateRoot) return refuse("other_sale");
  if (checkpoint.by === "producer" && toHex(vouched.hash) !== receipt.block.hash) return refuse("other_sale");
  if (row === undefined) return refuse("other_sale");
  const proved = decode(SALES.row, row);
  if (!proved.ok) return refuse("unreadable");
  if (!sameSale(proved.value, receipt.sale)) return refuse("other_sale");
  return ok({ height, steps: path.siblings.length, proofBytes: bytes.length });
}

type ProvedSale = ReturnType<typeof SALES.row.read>;

function sameSale(proved: ProvedSale, shown: Receipt["sale"]): boolean {
  return (
    proved.supplier === shown.supplier.member &&
    formatDay(proved.day) === shown.day &&
    proved.rate === BigInt(shown.rateMicroEurPerKwh) &&
    proved.energy === BigInt(shown.energyWh) &&
    proved.delivered === BigInt(shown.deliveredWh) &&
    proved.state === shown.state &&
    proved.height === shown.authorised.height &&
    proved.closedHeight === (shown.settled?.height ?? 0) &&
    proved.gross === BigInt(shown.grossMicroEur) &&
    proved.feePaid === BigInt(shown.feeMicroEur) &&
    proved.gross - proved.feePaid === BigInt(shown.netMicroEur)
  );
}

const PREFIX = "contrada:producer:";

/**
 * The producer that this device trusts on a chain: the one it met first (the genesis names it, and it does not
 * change while one producer makes the blocks). Another one later is not trusted, and the receipt says so.
 */
export function trustedProducer(chain: string, met: string, storage: Storage): Uint8Array {
  const known = storage.getItem(PREFIX + chain);
  const kept = known === null ? undefined : fromHex(known);
  if (kept !== undefined && kept.length === 32) return kept;
  try {
    storage.setItem(PREFIX + chain, met);
  } catch {
    // No room to remember it: it is met for the first time again next time.
  }
  return fromHex(met) ?? new Uint8Array(32);
}

/** The receipt as a file: everything a third party needs to check it again, the trusted key included. */
export function receiptFile(receipt: Receipt, producer: Uint8Array): { name: string; text: string } {
  const text = JSON.stringify(
    { format: "contrada/receipt/1", trustedProducer: toHex(producer), ...receipt },
    null,
    2,
  );
  return { name: `contrada-receipt-${receipt.sale.id.slice(0, 8)}.json`, text };
}
