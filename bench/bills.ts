/**
 * `node bench/bills.ts --homes 100 --days 91 --tamperings 1000`: a town lives, its bills are made and checked, and
 * some of them are tampered with at random; how many are named at the right place. One JSON object. `--short`: four
 * homes, two days, fifty tamperings.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { billQuarter } from "../test/support/bill-quarter.ts";

const { values } = parseArgs({
  options: {
    homes: { type: "string" },
    days: { type: "string" },
    tamperings: { type: "string" },
    seed: { type: "string", default: "16" },
    short: { type: "boolean", default: false },
  },
});
const [homes, days, tamperings] = values.short ? [4, 2, 50] : [100, 91, 1_000];
const folder = mkdtempSync(join(tmpdir(), "contrada-bills-"));
try {
  const { misnamed, refused, ...figures } = await billQuarter({
    folder,
    homes: Number(values.homes ?? homes),
    days: Number(values.days ?? days),
    tamperings: Number(values.tamperings ?? tamperings),
    seed: Number(values.seed),
  });
  console.log(JSON.stringify({ ...figures, misnamed: misnamed.length, refused: refused.length }));
  for (const sentence of [...refused, ...misnamed].slice(0, 20)) console.error(sentence);
  process.exitCode = misnamed.length + refused.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
