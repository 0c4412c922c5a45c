/** `contrada cer` as people call it: the specified example, several months, and files that do not fit. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cer } from "#cli/cer.ts";
import { UsageError } from "#cli/settings.ts";

const EXAMPLE = fileURLToPath(new URL("../../docs/spec/examples/cer-two-hours.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "contrada-cer-"));
after(() => rmSync(folder, { recursive: true }));

async function answer(t: TestContext, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const log = t.mock.method(console, "log", (line: string) => out.push(line));
  const error = t.mock.method(console, "error", (line: string) => err.push(line));
  const code = await cer.run(args, {});
  log.mock.restore();
  error.mock.restore();
  return { code, out: out.join("\n"), err: err.join("\n") };
}

type Tree = { [name: string]: unknown };
const example = () => JSON.parse(readFileSync(EXAMPLE, "utf8")) as Tree;

function put(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
}

test("the specified example comes to what a pencil finds, before and after its correction", async (t) => {
  const { code, out } = await answer(t, EXAMPLE, "--json");
  assert.equal(code, 0);
  const { lines, versions, advances, shared_wh, tip_micro_eur, true_up } = JSON.parse(out) as {
    lines: { line: string; amount_micro_eur: number }[];
    versions: { total_micro_eur: number; change_micro_eur: number; differences: unknown[] }[];
    advances: { amount_micro_eur: number }[];
    shared_wh: number;
    tip_micro_eur: number;
    true_up: { balance_micro_eur: number };
  };
  assert.deepEqual(
    lines.map(({ line, amount_micro_eur }) => [line, amount_micro_eur]),
    [
      ["tip: P1", 350_000],
      ["tip: P2", 285_000],
      ["trase", 55_120],
    ],
  );
  assert.deepEqual(
    versions.map(({ total_micro_eur, change_micro_eur, differences }) => [
      total_micro_eur,
      change_micro_eur,
      differences.length,
    ]),
    [
      [724_360, 724_360, 3],
      [690_120, -34_240, 2],
    ],
  );
  assert.deepEqual([shared_wh, tip_micro_eur], [6500, 635_000]);
  assert.deepEqual(
    advances.map(({ amount_micro_eur }) => amount_micro_eur),
    [495_000_000, 1_012_500_000],
  );
  assert.equal(true_up.balance_micro_eur, 635_000 - 1_507_500_000);
});

test("a person gets a table with every formula", async (t) => {
  const { code, out } = await answer(t, EXAMPLE);
  assert.equal(code, 0);
  assert.match(out, /tip: P2 +3500 Wh +0\.28 € +Σ E × \{min\[110; 70 \+ max\(0; 180 − Pz\)\] \+ FC 10\}/);
  assert.match(out, /version 2, 2026-10-03, the home's meter was replaced: 0\.69 €\n {4}tip: P2: -0\.03 €/);
  assert.match(out, /True-up of 2026 over 1 month: TIP 0\.64 €, advanced 1507\.50 €/);
});

test("several months are trued up together, year by year", async (t) => {
  const july = put("july.json", {
    ...example(),
    month: "2026-07",
    from: "2026-07-12T10:00Z",
    corrections: [],
  });
  const next = put("next.json", {
    ...example(),
    month: "2027-07",
    from: "2027-07-12T10:00Z",
    corrections: [],
  });
  const { out } = await answer(t, EXAMPLE, july, next, "--json");
  const { statements, true_ups } = JSON.parse(out) as { statements: Tree[]; true_ups: Tree[] };
  assert.deepEqual(
    statements.map(({ month }) => month),
    ["2026-06", "2026-07", "2027-07"],
  );
  assert.deepEqual(
    true_ups.map(({ year, months, tip_micro_eur }) => [year, months, tip_micro_eur]),
    [
      [2026, 2, 635_000 + 665_000],
      [2027, 1, 665_000],
    ],
  );
});

test("a whole month has as many hours as its clock, also in March and October", async (t) => {
  const hours = (count: number) => Array.from({ length: count }, () => 1000);
  const [plant, point] = [(example().plants as Tree[])[0]!, (example().points as Tree[])[0]!];
  const month = (name: string, count: number) => ({
    ...example(),
    month: name,
    from: undefined,
    corrections: [],
    zonal_price: { step: "month", micro_eur_per_kwh: { [name]: 120_000 } },
    plants: [{ ...plant, injected_wh: hours(count) }],
    points: [{ ...point, withdrawn_wh: hours(count) }],
  });
  for (const [name, count] of [
    ["2026-03", 743],
    ["2026-06", 720],
    ["2026-10", 745],
  ] as const) {
    const { code, out } = await answer(t, put("month.json", month(name, count)), "--json");
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as Tree).shared_wh, count * 1000);
    const short = await answer(t, put("short.json", month(name, count - 1)), "--json");
    assert.deepEqual([short.code, /a list of \d+ energies/.test(short.out)], [1, true]);
  }
});

const mistakes: readonly [title: string, changes: Tree, code: string, says: RegExp][] = [
  [
    "another format",
    { format: "x" },
    "bad_field",
    /statement\.format: one of contrada\/cer-statement\/1 expected, got "x"/,
  ],
  [
    "a name that nobody knows",
    { regoin: 1 },
    "bad_field",
    /statement\.regoin: one of the names format, kind/,
  ],
  ["a month that is none", { month: "2026-13" }, "bad_field", /a month like 2026-06 expected, got "2026-13"/],
  [
    "another month's hour",
    { from: "2026-07-12T10:00Z" },
    "bad_field",
    /a whole hour from 2026-05-31T22:00:00Z/,
  ],
  ["no plants", { plants: [] }, "bad_field", /plants: whole hours of energies/],
  ["no points", { points: [] }, "no_points", /at least one withdrawal point/],
  [
    "prices that end early",
    { zonal_price: { step: "hour", micro_eur_per_kwh: [1] } },
    "zonal_price_incomplete",
    /no zonal price at 2026-06-12T11:00:00Z/,
  ],
  [
    "a half watt-hour",
    { points: [{ id: "h", cabin: "A", holder: "citizen", withdrawn_wh: [0.5, 1] }] },
    "bad_field",
    /withdrawn_wh\[0\]: a whole number of Wh .* got 0\.5/,
  ],
];

for (const [title, changes, code, says] of mistakes) {
  test(`refused with a sentence: ${title}`, async (t) => {
    const file = put("wrong.json", { ...example(), ...changes });
    const json = await answer(t, file, "--json");
    assert.equal(json.code, 1);
    const { ok, problem } = JSON.parse(json.out) as {
      ok: boolean;
      problem: { code: string; message: string };
    };
    assert.deepEqual([ok, problem.code], [false, code]);
    assert.match(problem.message, says);
    const { err } = await answer(t, file);
    assert.match(err, new RegExp(`^contrada: .*wrong\\.json: .* \\(${code}\\)$`, "m"));
  });
}

test("no file, or no JSON in it, is a mistake of the call", async () => {
  await assert.rejects(cer.run([], {}), UsageError);
  await assert.rejects(cer.run([put("no.json", "{")], {}), /no\.json is no file with JSON in it/);
});
