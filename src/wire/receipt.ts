/**
 * Checks a receipt without asking anyone: somebody who is trusted vouches for the state of a block, the sale's
 * row lies on the path to that state's root, and the row says what the receipt shows. The app does this before a
 * screen may say "verified by this device", `contrada verify-receipt` with a file that the app saved.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { formatDay } from "#base/time.ts";
import { signersOf } from "#consensus/light-block.ts";
import {
  type Checkpoint,
  type ProofProblem,
  proofProblem,
  type RowProof,
  rowProofCodec,
  type Trust,
  vouchedBy,
} from "#ledger/proof.ts";
import { SALES } from "#market/sale.ts";
import type { Receipt } from "#wire/schemas.ts";

export const RECEIPT_FORMAT = "contrada/receipt/2";

export type ReceiptProblem = "unreadable" | ProofProblem | "other_sale";

export interface CheckedReceipt {
  /** Of the block whose state has the sale. */
  readonly height: number;
  /** Hashes on the path from the row to the state root. */
  readonly steps: number;
  readonly proofBytes: number;
  readonly checkpoint: Checkpoint;
  /** Validators that signed, of how many; `undefined` where one producer did. */
  readonly validators: { readonly signed: number; readonly of: number } | undefined;
}

/** The proof in a receipt, whatever it is worth; `undefined` where it is unreadable. */
export function proofIn(receipt: Receipt): RowProof | undefined {
  const bytes = fromHex(receipt.proof.bytes);
  const proof = bytes && decode(rowProofCodec, bytes);
  return proof?.ok === true ? proof.value : undefined;
}

/**
 * Fails, in this order: unreadable, what `proofProblem` of `ledger/proof` finds, other_sale (the proof is sound
 * and speaks of another sale, block or figure than the receipt).
 */
export function checkReceipt(
  receipt: Receipt,
  trust: Trust,
  /** Where it was read already. */
  proof: RowProof | undefined = proofIn(receipt),
): Result<CheckedReceipt, ReceiptProblem> {
  if (proof === undefined) return refuse("unreadable");
  const problem = proofProblem(proof, trust);
  if (problem !== undefined) return refuse(problem);

  const { checkpoint, table, key, row, path } = proof;
  if (table !== SALES.number || toHex(key) !== receipt.sale.id) return refuse("other_sale");
  const vouched = vouchedBy(checkpoint);
  const { height, stateRoot } = receipt.block;
  if (vouched.height !== height || toHex(vouched.stateRoot) !== stateRoot) return refuse("other_sale");
  if (checkpoint.by === "producer" && toHex(vouched.hash) !== receipt.block.hash) return refuse("other_sale");
  if (row === undefined) return refuse("other_sale");
  const proved = decode(SALES.row, row);
  if (!proved.ok) return refuse("unreadable");
  if (!isSameSale(proved.value, receipt.sale)) return refuse("other_sale");
  return ok({
    height,
    steps: path.siblings.length,
    proofBytes: receipt.proof.bytes.length / 2,
    checkpoint,
    validators:
      checkpoint.by === "validators"
        ? { signed: signersOf(checkpoint).length, of: checkpoint.validators.length }
        : undefined,
  });
}

type ProvedSale = ReturnType<typeof SALES.row.read>;

function isSameSale(proved: ProvedSale, shown: Receipt["sale"]): boolean {
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

/** The receipt in a parsed file; `undefined` where what `checkReceipt` reads is not there. */
export function receiptFrom(json: unknown): Receipt | undefined {
  const at = (...names: string[]) =>
    names.reduce<unknown>(
      (value, name) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, name)
          ? (value as Readonly<Record<string, unknown>>)[name]
          : undefined,
      json,
    );
  if (at("format") !== RECEIPT_FORMAT) return undefined;
  const texts = [at("chain"), at("block", "stateRoot"), at("block", "hash"), at("proof", "bytes")];
  const saleTexts = ["id", "day", "state"].map((name) => at("sale", name));
  const numbers = ["rateMicroEurPerKwh", "energyWh", "deliveredWh", "grossMicroEur", "feeMicroEur"].map(
    (name) => at("sale", name),
  );
  numbers.push(
    at("sale", "netMicroEur"),
    at("block", "height"),
    at("sale", "supplier", "member"),
    at("sale", "authorised", "height"),
  );
  const settled = at("sale", "settled");
  const whole = settled === null || Number.isSafeInteger(at("sale", "settled", "height"));
  const sound =
    [...texts, ...saleTexts, at("sale", "supplier", "name")].every((text) => typeof text === "string") &&
    numbers.every((number) => Number.isSafeInteger(number)) &&
    whole;
  return sound ? (json as Receipt) : undefined;
}
