/**
 * Every screen for everybody: no violation of axe-core's rules, in light and dark, on a phone and on a wide
 * screen; a sale without a mouse; no movement for whom it makes sick; every word in the language chosen.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { openBrowser, type Theme, type Width } from "../support/browser.ts";
import { CHROMIUM, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { type Prepared, prepare, walk } from "./scenes.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

declare const axe: { run(options: object): Promise<AxeResults> };

describe("every screen for everybody", () => {
  let town: TestTown;
  let browser: Browser;
  let prepared: Prepared;

  before(async () => {
    if (NO_BROWSER !== undefined) return;
    town = await openTestTown({ homes: 6, historyDays: 2 });
    browser = await openBrowser();
    prepared = await prepare(browser, town);
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  for (const [width, theme] of [
    [390, "light"],
    [1440, "light"],
    [390, "dark"],
    [1440, "dark"],
  ] as const satisfies [Width, Theme][]) {
    test(`axe-core finds nothing on any screen at ${width} px, ${theme}`, async (t) => {
      if (skipped(t, NO_BROWSER) || (theme === "dark" && skippedUnlessLong(t))) return;
      const found: string[] = [];
      const problems = await walk(browser, town, prepared, { width, theme }, async (scene, page) => {
        for (const one of await violations(page)) found.push(`${scene.name}: ${one}`);
      });
      assert.deepEqual(found, []);
      assert.deepEqual(problems, []);
    });
  }
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  assert.ok(
    results.passes.some(({ id }) => id === "color-contrast"),
    "axe saw no text at all",
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
  );
}
