/** `contrada verify-bill FILE`: recomputes a bill offline, and names the first line that is not what it should be. */
import { fromHex } from "#base/bytes.ts";
import { numberText } from "#billing/document.ts";
import { euro } from "#cli/cer.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { jsonOf, trustFrom } from "#cli/trust.ts";
import { billFrom } from "#wire/bill.ts";
import { periodText, sentenceOf, verifyBill } from "#wire/verify-bill.ts";

const SETTINGS = {
  trust: {
    kind: "text",
    default: "",
    help: "whom to believe about keys and rates: a producer's key or a validator set's hash (64 hexadecimal digits), or a genesis file; without it those who signed the bill's own checkpoint",
  },
  tariff: {
    kind: "text",
    default: "",
    help: "the tariff that was agreed; without it the one that the bill carries is believed",
  },
  hash: {
    kind: "text",
    default: "",
    help: "the document's hash that stands on the chain, 64 hexadecimal digits",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object: docs/spec/bills.md" },
} as const;

export const verifyBillCommand: Command = {
  usage: "verify-bill FILE [flags]",
  about:
    "Recomputes every line of a bill offline: the meter's signatures over its readings, its key, the published rates and\n" +
    "the sales by their proofs, each line by the tariff or rule it names, taxes and totals; and that all of it is what\n" +
    "the issuer sealed. Exit code 0 where it holds; 1 where it does not, naming the first line that differs and what it\n" +
    "should have been; 2 where there is no bill to check.",
  settings: SETTINGS,
  examples: [
    ["verify-bill 2-2026-000017.json", "by the checkpoint and the tariff that it carries"],
    [
      "verify-bill 2-2026-000017.json --trust data/town/genesis --tariff agreed.json --json",
      "by the producer and the tariff that you know",
    ],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [file, more] = words;
    if (file === undefined) throw new UsageError("verify-bill wants the bill's file after it.");
    if (more !== undefined) throw new UsageError(`verify-bill takes one file; "${more}" is one too many.`);
    const documentHash = values.hash === "" ? undefined : fromHex(values.hash);
    if (values.hash !== "" && documentHash?.length !== 32) {
      throw new UsageError("--hash wants 64 hexadecimal digits.");
    }
    const content = jsonOf(file);
    const read = billFrom(content);
    const trust =
      values.trust === "" || !read.ok
        ? undefined
        : trustFrom(values.trust, read.value.bill.chain, read.value.bill.evidence.checkpoint);
    const tariff = values.tariff === "" ? undefined : jsonOf(values.tariff);
    const checked = verifyBill(content, { trust, tariff, documentHash });
    if (!checked.ok && checked.error.problem === "no_bill") {
      throw new UsageError(`${file} is no bill: ${sentenceOf(checked.error)}.`);
    }
    if (values.json) {
      const wrong = checked.ok ? undefined : checked.error;
      console.log(
        JSON.stringify({
          ok: checked.ok,
          problem: wrong?.problem ?? null,
          place: wrong?.place ?? null,
          field: wrong?.field ?? null,
          found: wrong?.found ?? null,
          expected: wrong?.expected ?? null,
          sentence: wrong === undefined ? null : sentenceOf(wrong),
          number: read.ok ? numberText(read.value.bill.number) : null,
          lines: checked.ok ? checked.value.bill.lines.length : null,
          payable_cent: checked.ok ? Number(checked.value.bill.totals.payableCent) : null,
          document_hash: checked.ok ? checked.value.documentHash : null,
          height: checked.ok ? (checked.value.height ?? null) : null,
          believed: trust === undefined ? "the bill's own checkpoint" : "the trust that was given",
        }),
      );
    } else if (checked.ok) {
      const { bill, signatures, height } = checked.value;
      const by =
        trust === undefined ? "which the bill itself brings along" : "which those vouch for whom you believe";
      console.log(
        `The bill ${numberText(bill.number)} holds: ${bill.lines.length} lines recomputed for ${periodText(bill.period)}, ` +
          `${signatures} signatures of the meter, ${euro(bill.totals.total)} in all` +
          (height === undefined ? "." : `; keys and rates by the state after block ${height}, ${by}.`),
      );
      console.log(`document ${checked.value.documentHash}`);
    } else {
      console.log(`The bill does not hold. ${sentenceOf(checked.error)} (${checked.error.problem})`);
    }
    return checked.ok ? 0 : 1;
  },
};
