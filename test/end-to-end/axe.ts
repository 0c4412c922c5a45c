/** What axe-core finds wrong on a page. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Of the rules that axe runs by itself: what may be another in the other theme. */
const COLOURS = ["color-contrast", "link-in-text-block"];

declare const axe: { run(options: object): Promise<AxeResults> };

/** Rule, place and reason of each violation, of all rules or of those about colours. Fails where axe saw no text. */
export async function violations(page: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const only = rules === "all" ? {} : { runOnly: { type: "rule", values: COLOURS } };
  const results = await page.evaluate((options) => axe.run(options), {
    resultTypes: ["violations"],
    ...only,
  });
  assert.ok(
    results.passes.some(({ id }) => id === "color-contrast"),
    "axe saw no text at all",
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
  );
}
