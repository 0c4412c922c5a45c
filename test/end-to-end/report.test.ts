/**
 * The report of one street under six markets: its figures against the check values of the measured homes, and its
 * page in a real Chromium, light and dark, on a phone and on a wide screen.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { AxeResults } from "axe-core";
import { report } from "#cli/report.ts";
import { openBrowser, visit } from "../support/browser.ts";
import { CHROMIUM, sharedData, skipped, skippedUnlessLong, skippedWithout } from "../support/counterparts.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
declare const axe: { run(options: object): Promise<AxeResults> };

async function reported(t: TestContext, args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "contrada-report-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.html");
  const said = t.mock.method(console, "log", () => undefined);
  assert.equal(await report.run([...args, "--out", file, "--json"], {}), 0);
  const json = JSON.parse(String(said.mock.calls[0]!.arguments[0]));
  said.mock.restore();
  return { file, json, page: readFileSync(file, "utf8") };
}

test("a made-up street's report is one page of its own, and every figure in it is one", async (t) => {
  const { page, json } = await reported(t, ["--days", "0.2", "--count", "3", "--runs", "1"]);
  assert.ok(!/NaN|undefined|Infinity|https?:/.test(page));
  assert.equal(page.match(/<svg/g)?.length, 5);
  const names = json.with_accumulators.scenarios.map(({ scenario }: { scenario: string }) => scenario);
  assert.deepEqual(names, ["none", "supplier", "auction", "chance", "cer", "split"]);
});

test("the measured homes: check values without accumulators, and more with them", async (t) => {
  const file = "homes-hamlet/hamlet_households_pv_15min.csv";
  if (skippedUnlessLong(t) || skippedWithout(t, file)) return;
  const { json, file: pageFile } = await reported(t, [
    ...["--homes", sharedData(file), "--solar-homes", "every-second", "--solar-peak-kwp", "5"],
    ...["--solar-column", "pv2"],
  ]);
  const of = (street: "with_accumulators" | "without_accumulators", name: string) =>
    json[street].scenarios.find(({ scenario }: { scenario: string }) => scenario === name);
  const bare = of("without_accumulators", "none");
  // 6,208.8, 7,079.0, 5,938.5, 5,068.3 kWh; alone 18.37 and 16.11 %, shared 35.71 and 31.32 %.
  assert.deepEqual(
    [bare.generated_kwh, bare.used_kwh, bare.imported_kwh, bare.exported_kwh].map((kwh) => kwh.toFixed(1)),
    ["6208.8", "7079.0", "5938.5", "5068.3"],
  );
  assert.deepEqual([bare.self_consumption, bare.self_sufficiency], [0.1837, 0.1611]);
  const chance = of("without_accumulators", "chance");
  assert.deepEqual([chance.self_consumption, chance.self_sufficiency], [0.3571, 0.3132]);
  assert.equal(chance.market_efficiency, 1);
  for (const { traded_share, mean_price_eur_per_kwh } of json.without_accumulators.runs_of_chance) {
    assert.ok(traded_share > 0.7465 && traded_share < 0.7625);
    assert.ok(mean_price_eur_per_kwh > 0.1455 && mean_price_eur_per_kwh < 0.1485);
  }
  for (const name of ["auction", "chance", "cer"]) {
    assert.ok(of("with_accumulators", name).self_sufficiency >= 0.3132, name);
    assert.equal(of("with_accumulators", name).homes_gaining, 16, name);
  }
  const aware = of("with_accumulators", "auction");
  assert.ok(aware.self_sufficiency > of("with_accumulators", "chance").self_sufficiency);
  assert.ok(aware.savings_eur > of("with_accumulators", "chance").savings_eur);
  assert.ok(aware.forecast_skill > 0);

  await t.test("axe-core finds nothing on its page, which fits its screen", async (t) => {
    if (skipped(t, CHROMIUM === undefined ? "Chromium" : undefined)) return;
    const browser = await openBrowser();
    t.after(() => browser.close());
    for (const width of [390, 1440] as const) {
      for (const theme of ["light", "dark"] as const) {
        const { page, problems, close } = await visit(browser, `file://${pageFile}`, { width, theme });
        await page.goto(`file://${pageFile}`);
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
        assert.ok(passes.some(({ id }) => id === "color-contrast"));
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          [],
          `${width} px, ${theme}`,
        );
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} px wide at ${width}`);
        assert.deepEqual(problems, []);
        await close();
      }
    }
  });
});
