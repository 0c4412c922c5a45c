/** `contrada verify-receipt FILE --trust WHOM`: checks a receipt that the app saved, without any network. */
import { toHex } from "#base/bytes.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { jsonOf, trustFrom } from "#cli/trust.ts";
import { vouchedBy } from "#ledger/proof.ts";
import { checkReceipt, proofIn, type ReceiptProblem, receiptFrom } from "#wire/receipt.ts";

const SETTINGS = {
  trust: {
    kind: "text",
    default: "",
    help: "whom to believe: a producer's key or a validator set's hash (64 hexadecimal digits), or a genesis file",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object" },
} as const;

export const verifyReceipt: Command = {
  usage: "verify-receipt FILE --trust WHOM [flags]",
  about:
    "Checks a receipt that the app saved, offline: whether those whom you believe vouch for the state of a block,\n" +
    "whether the sale stands in that state, and whether its figures are those of the receipt. Exit code 0 where it\n" +
    "holds, 1 where it does not, 2 where there is no receipt to check or nobody to believe.",
  settings: SETTINGS,
  examples: [
    ["verify-receipt receipt.json --trust genesis.json", "by the validators of a network's genesis"],
    ["verify-receipt receipt.json --trust data/town/genesis --json", "by the producer of a town's genesis"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [file, more] = words;
    if (file === undefined) throw new UsageError("verify-receipt wants the receipt's file after it.");
    if (more !== undefined) throw new UsageError(`verify-receipt takes one file; "${more}" is one too many.`);
    if (values.trust === "") {
      throw new UsageError(
        "say whom you believe: --trust KEY, HASH or GENESIS (a receipt cannot vouch for itself).",
      );
    }
    const receipt = receiptFrom(jsonOf(file));
    if (receipt === undefined) throw new UsageError(`${file} is no receipt of this version.`);
    const checkpoint = proofIn(receipt)?.checkpoint;
    const trust = trustFrom(values.trust, receipt.chain, checkpoint);
    const checked = checkReceipt(receipt, trust);
    const { sale } = receipt;
    if (values.json) {
      const vouched = checkpoint && vouchedBy(checkpoint);
      const { validators } = checked.ok ? checked.value : {};
      console.log(
        JSON.stringify({
          ok: checked.ok,
          problem: checked.ok ? null : checked.error,
          chain: trust.chain,
          sale: sale.id,
          state: sale.state,
          delivered_wh: sale.deliveredWh,
          net_micro_eur: sale.netMicroEur,
          height: vouched?.height ?? null,
          state_root: vouched === undefined ? null : toHex(vouched.stateRoot),
          signed_by: validators === undefined ? (checked.ok ? "producer" : null) : validators,
        }),
      );
    } else if (checked.ok) {
      const { height, validators } = checked.value;
      const by =
        validators === undefined ? "the producer" : `${validators.signed} of ${validators.of} validators`;
      console.log(
        `The receipt holds: sale ${sale.id} to ${sale.supplier.name} stands as ${sale.state} in the state of ` +
          `${trust.chain} after block ${height}, signed by ${by}: ${sale.deliveredWh} Wh delivered, ` +
          `${sale.netMicroEur} µEUR received.`,
      );
    } else console.log(`The receipt does not hold: ${SENTENCES[checked.error]} (${checked.error})`);
    return checked.ok ? 0 : 1;
  },
};

const SENTENCES: Readonly<Record<ReceiptProblem, string>> = {
  unreadable: "its proof cannot be read",
  wrong_chain: "it belongs to another chain",
  wrong_producer: "another producer signed its block",
  no_validators: "one producer signed its block, where validators are believed",
  wrong_block: "its signatures belong to another block",
  validators_malformed: "there can be no such validators",
  wrong_validators: "its validators are not those that the block names",
  wrong_signer: "a signature stands in another validator's place",
  not_enough_signed: "two thirds of its validators' power or less signed",
  bad_signature: "a signature is false",
  not_enough_trusted: "a third or less of those who are believed signed",
  stale: "its state is too old",
  wrong_path: "the sale does not stand in the state of the block",
  other_sale: "the proof is of other figures than those of the receipt",
};
