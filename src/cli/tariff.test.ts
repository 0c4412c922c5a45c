/** `contrada tariff` as people call it. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { tariff } from "#cli/tariff.ts";

const AUSTRIA = fileURLToPath(new URL("../tariff/examples/austria-home.json", import.meta.url));
const USAGE = fileURLToPath(new URL("../../docs/spec/examples/usage-one-hour.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "contrada-tariff-"));
after(() => rmSync(folder, { recursive: true }));

async function answer(t: TestContext, ...args: string[]): Promise<string> {
  const out: string[] = [];
  const log = t.mock.method(console, "log", (line: string) => out.push(line));
  try {
    assert.equal(await tariff.run(args, {}), 0);
  } finally {
    log.mock.restore();
  }
  return out.join("\n");
}

/*
 * docs/spec/examples/usage-one-hour.json under the Austrian example: four quarter hours of 250 Wh at 0.10, 0.08,
 * -0.02 and 0.12 €/kWh, 400 Wh shared on the feeder, 200 Wh given in the third.
 */
test("the specified example comes to what a pencil finds", async (t) => {
  const { lines, total_micro_eur } = JSON.parse(await answer(t, AUSTRIA, USAGE, "--json")) as {
    lines: { component: string; source: string; energy_wh: number | null; amount_micro_eur: number }[];
    total_micro_eur: number;
  };
  const found = lines.map((line) => [line.component, line.source, line.energy_wh, line.amount_micro_eur]);
  assert.deepEqual(found, [
    // 0.25 × (0.28 × 1.03 + 4 × 0.0125)
    ["spot energy", "supplier", 1000, 84_600],
    ["network energy", "supplier", 1000, 71_300],
    // 0.4 × 0.0713 × 0.43 = 0.0122636
    ["network energy", "feeder", 400, 12_264],
    // 4 × 350 Wh: 1.4 kW × 1.12 € ÷ 30
    ["network peak", "fixed", null, 52_267],
    ["electricity levy", "supplier", 1000, 15_000],
    // The hour's mean 0.07 − 0.009
    ["feed-in", "export", 200, -12_200],
    ["vat", "vat", null, 47_086],
  ]);
  assert.equal(total_micro_eur, 84_600 + 71_300 + 12_264 + 52_267 + 15_000 - 12_200 + 47_086);
});

test("a person gets a table with every formula", async (t) => {
  const table = await answer(t, AUSTRIA, USAGE);
  assert.match(
    table,
    /network energy +all hours +feeder +400 Wh +0\.01 € +energy × 71300 µEUR\/kWh × 430000 ÷ 1,000,000/,
  );
  assert.match(table, /^total 0\.27 €$/m);
});

test("what does not fit is said in a sentence", async () => {
  const usage = JSON.parse(readFileSync(USAGE, "utf8")) as object;
  const put = (name: string, changes: object) => {
    writeFileSync(join(folder, name), JSON.stringify({ ...usage, ...changes }));
    return join(folder, name);
  };
  for (const [args, says] of [
    [[AUSTRIA], /wants two files/],
    [[AUSTRIA, USAGE, USAGE], /one too many/],
    [[USAGE, USAGE], /usage-one-hour\.json: tariff\.\w+: one of the names/],
    [[AUSTRIA, put("a.json", { exported_wh: [1] })], /usage\.exported_wh: a list of 4 energies/],
    [[AUSTRIA, put("b.json", { start: "2026-06-16T10:05Z" })], /usage\.start: an instant at a quarter hour/],
    [
      [AUSTRIA, put("c.json", { indices: {} })],
      /follows spot, of which there are no prices.*\(index_missing\)/,
    ],
    [
      [AUSTRIA, put("d.json", { start: "2019-06-16T10:00Z" })],
      /does not hold on 2019-06-16.*\(outside_validity\)/,
    ],
  ] as const) {
    await assert.rejects(tariff.run([...args], {}), says);
  }
});
