/** `contrada compare-rules` on our own small file, on a made-up street, and on the measured homes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cer } from "#cli/cer.ts";
import { compare } from "#cli/compare-rules.ts";
import { sharedData, skippedWithout } from "../../test/support/counterparts.ts";

const DATED = fileURLToPath(new URL("../../test/towns/dated.csv", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "contrada-compare-"));
after(() => rmSync(folder, { recursive: true }));

interface Book {
  readonly book: string;
  readonly refused?: string;
  readonly shared_wh: number;
  readonly cost_micro_eur: number;
  readonly benefit_micro_eur: number;
  readonly homes_gaining: number;
  readonly net_of_others_micro_eur: { readonly [party: string]: number };
  readonly homes: readonly { readonly benefit_micro_eur: number; readonly given_wh: number }[];
}

interface Report {
  readonly homes: number;
  readonly imported_wh: number;
  readonly exported_wh: number;
  readonly alone: Book;
  readonly books: readonly Book[];
}

const answer = (t: TestContext, ...args: string[]) => outputOf(t, () => compare.run(args, {}));

async function outputOf(t: TestContext, run: () => Promise<number>): Promise<string> {
  const out: string[] = [];
  const log = t.mock.method(console, "log", (line: string) => out.push(line));
  try {
    assert.equal(await run(), 0);
  } finally {
    log.mock.restore();
  }
  return out.join("\n");
}

const report = async (t: TestContext, ...args: string[]) =>
  JSON.parse(await answer(t, ...args, "--json")) as Report;

function put(name: string, content: object): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
}

const OWN = ["--homes", DATED, "--solar-homes", "1", "--solar-peak-kwp", "4", "--accumulator-kwh", "0"];

/*
 * test/towns/dated.csv: a gives 1900 Wh in two hours; 700 can be shared by quarter hours, 1350 by hours, and of halves
 * (125, 200, 500, 125) b needs 100, 200, 250 and 125.
 */
test("our own file comes to what a pencil finds: 1,350 Wh shared by hours, 700 by quarter hours", async (t) => {
  const { imported_wh, exported_wh, books } = await report(t, ...OWN);
  assert.deepEqual([imported_wh, exported_wh], [2000, 1900]);
  assert.deepEqual(
    books.map(({ book, shared_wh }) => [book, shared_wh]),
    [
      ["italy-cer", 1350],
      ["austria-static", 675],
      ["austria-dynamic", 700],
      ["germany-42c", 700],
      ["free", 700],
      ["auction", 700],
    ],
  );
  // At 120 €/MWh of the zone: TIP 0.124 in the centre, TRASE 0.0085 €/kWh.
  assert.equal(books[0]!.benefit_micro_eur, 1.35 * (124_000 + 8_500));
});

test("a file of terms, one of prices and one of a tariff count", async (t) => {
  const terms = put("terms.json", { format: "contrada/rule-terms/1", italy: { region: "Lombardia" } });
  const prices = put("prices.json", {
    pz: { step: "month", micro_eur_per_kwh: { "2026-06": 200_000, "2026-03": 200_000 } },
  });
  const tariff = put("tariff.json", {
    format: "contrada/tariff/1",
    name: "flat",
    zone: "Europe/Rome",
    valid_from: "2020-01-01",
    source: "a test",
    components: [
      { id: "all", part: "energy", direction: "import", price: { kind: "flat", micro_eur_per_kwh: 300_000 } },
      {
        id: "feed-in",
        part: "energy",
        direction: "export",
        price: { kind: "index", index: "pz", per: "month" },
      },
    ],
  });
  const { alone, books } = await report(t, ...OWN, "--terms", terms, "--prices", prices, "--tariff", tariff);
  assert.equal(alone.cost_micro_eur, 2 * 300_000 - 1.9 * 200_000);
  assert.equal(books[0]!.benefit_micro_eur, 1.35 * (90_000 + 8_500));
  // 0.7 kWh of which the one side saves 0.30 and the other loses 0.20 €.
  assert.equal(books[3]!.benefit_micro_eur, 70_000);
});

test("what is missing or too much is said in a sentence", async () => {
  const wrong = put("wrong.json", { format: "contrada/tariff/1" });
  for (const [args, says] of [
    [["x"], /"x" is no flag/],
    [["--tariff", wrong], /wrong\.json: tariff\.name: a text expected, nothing there/],
    [["--terms", join(folder, "none.json")], /none\.json is no file with JSON in it/],
    [[...OWN, "--days", "3"], /--days 3 is more than the file holds/],
    [
      [...OWN, "--tariff", fileURLToPath(new URL("../tariff/examples/austria-home.json", import.meta.url))],
      /"spot energy" follows spot, of which there are no prices/,
    ],
  ] as const) {
    await assert.rejects(compare.run([...args], {}), says);
  }
});

test("people get a table that says which book pays the street most", async (t) => {
  const table = await answer(t, "--count", "4", "--days", "2");
  assert.match(table, /^4 homes, 2026-06-16T08:00:00Z to 2026-06-18T08:00:00Z$/m);
  assert.equal(table.match(/pays this street most/g)?.length, 1);
  assert.match(
    table,
    /^home +alone +italy-cer +austria-static +austria-dynamic +germany-42c +free +auction$/m,
  );
});

test("a town's June becomes a statement: advance, true-up, and a correction as a second version", async (t) => {
  const file = join(folder, "june.json");
  const { books } = await report(
    t,
    ...["--count", "5", "--start", "2026-06-01", "--days", "30", "--accumulator-kwh", "0"],
    ...["--cer-statement", file],
  );
  const statement = JSON.parse(readFileSync(file, "utf8")) as {
    plants: { id: string; power_w: number; injected_wh: number[] }[];
    points: { id: string; withdrawn_wh: number[] }[];
    corrections?: unknown;
  };
  assert.equal(statement.plants[0]!.injected_wh.length, 2880);
  const plant = statement.plants[0]!;
  const point = statement.points.at(-1)!;
  const noon = plant.injected_wh.indexOf(Math.max(...plant.injected_wh));
  const reading = { id: point.id, slot: noon, wh: point.withdrawn_wh[noon]! + 100 };
  statement.corrections = [{ day: "2026-11-02", reason: "a meter that stood still", readings: [reading] }];
  writeFileSync(file, JSON.stringify(statement));
  const reckoned = await outputOf(t, () => cer.run([file, "--json"], {}));
  const { versions, lines, advances, true_up, total_micro_eur } = JSON.parse(reckoned) as {
    versions: {
      total_micro_eur: number;
      change_micro_eur: number;
      differences: { change_micro_eur: number }[];
    }[];
    lines: { amount_micro_eur: number }[];
    advances: { plant: string; amount_micro_eur: number }[];
    true_up: { tip_micro_eur: number; advanced_micro_eur: number; balance_micro_eur: number };
    total_micro_eur: number;
  };
  const [first, second] = versions;
  assert.equal(first!.total_micro_eur, books[0]!.benefit_micro_eur, "what the rule book pays the street");
  // At noon more is given than taken: 0.1 kWh at 124 and 8.5 €/MWh.
  assert.equal(second!.change_micro_eur, 100 * (124 + 8.5));
  assert.equal(
    second!.differences.reduce((sum, { change_micro_eur }) => sum + change_micro_eur, 0),
    second!.change_micro_eur,
  );
  assert.equal(second!.total_micro_eur, total_micro_eur);
  assert.equal(
    lines.reduce((sum, { amount_micro_eur }) => sum + amount_micro_eur, 0),
    total_micro_eur,
  );
  // Lazio: kW × 1,050 ÷ 12 × 0.60 × 104 €/MWh.
  for (const [i, { amount_micro_eur }] of advances.entries()) {
    assert.equal(amount_micro_eur, statement.plants[i]!.power_w * 5460);
  }
  assert.equal(true_up.balance_micro_eur, true_up.tip_micro_eur - true_up.advanced_micro_eur);
});

const HAMLET = "homes-hamlet/hamlet_households_pv_15min.csv";

test("the measured homes: 1,133.87 kWh shared by hours, 1,076.5 by quarter hours; money and energy close", async (t) => {
  if (skippedWithout(t, HAMLET)) return;
  const { homes, alone, books } = await report(
    t,
    ...["--homes", sharedData(HAMLET), "--solar-homes", "every-second", "--solar-peak-kwp", "5"],
    ...["--solar-column", "pv2", "--accumulator-kwh", "0"],
  );
  assert.equal(homes, 16);
  const [italy, , dynamic] = books;
  assert.equal((italy!.shared_wh / 1000).toFixed(1), "1133.9");
  assert.equal((dynamic!.shared_wh / 1000).toFixed(1), "1076.6");
  for (const { homes: each, cost_micro_eur, benefit_micro_eur, net_of_others_micro_eur } of [
    alone,
    ...books,
  ]) {
    assert.equal(
      Object.values(net_of_others_micro_eur).reduce((sum, net) => sum + net, 0),
      cost_micro_eur,
    );
    assert.equal(
      each.reduce((sum, home) => sum + home.benefit_micro_eur, 0),
      benefit_micro_eur,
    );
  }
  assert.ok(books.every(({ benefit_micro_eur }) => benefit_micro_eur > 0));
});

test("a book says who would gain and lose by it, and how evenly", async (t) => {
  const { books } = await report(t, ...OWN);
  const cer = books[0]! as unknown as { readonly [name: string]: number | null };
  assert.deepEqual([cer.homes_losing, cer.homes_without_panels, cer.homes_without_panels_gaining], [0, 1, 1]);
  // Of two homes Gini is |a − b| ÷ 2(a + b), Jain (a + b)² ÷ 2(a² + b²).
  const [a, b] = books[0]!.homes.map(({ benefit_micro_eur }) => benefit_micro_eur) as [number, number];
  const millionths = (share: number) => Math.floor(share * 1e6) / 1e6;
  assert.equal(cer.gini, millionths(Math.abs(a - b) / (2 * (a + b))));
  assert.equal(cer.jain, millionths((a + b) ** 2 / (2 * (a ** 2 + b ** 2))));
});
