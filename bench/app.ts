/**
 * What the first screen of the app costs: the real browser, on an empty device, is asked which scripts it loads
 * until the Monitor stands with its chart, and until one can choose whom to enter as. JavaScript is counted as gzip
 * (goal: at most 90 KB), the whole as it was sent (brotli). Ends with one JSON object.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { openBrowser, visit } from "../test/support/browser.ts";
import { CHROMIUM } from "../test/support/counterparts.ts";
import { builtApp, openTestTown } from "../test/support/live-town.ts";

const GOAL_KB = 90;

interface FirstLoad {
  /** Of the JavaScript, gzip. */
  readonly jsKb: number;
  /** Of everything, as sent. */
  readonly sentKb: number;
  readonly scripts: readonly string[];
}

if (CHROMIUM === undefined) {
  if (process.env.CONTRADA_REQUIRE === "all") throw new Error("required, but absent: Chromium");
  console.log(JSON.stringify({ skipped: "absent: Chromium" }));
} else {
  const dist = await builtApp();
  const town = await openTestTown({ homes: 3, historyDays: 0 });
  const browser = await openBrowser();
  try {
    const enter = await firstLoad(browser, town.url, "/enter", ".identities button");
    const monitor = await firstLoad(browser, town.url, "/monitor", ".reason", ".day canvas");
    const all = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".js"));
    console.log(
      JSON.stringify({
        first_screen_js_gzip_kb: monitor.jsKb,
        goal_kb: GOAL_KB,
        first_screen_sent_kb: monitor.sentKb,
        first_screen_files: monitor.scripts,
        enter_js_gzip_kb: enter.jsKb,
        enter_sent_kb: enter.sentKb,
        all_js_gzip_kb: kilobytes(all.map((name) => gzipOf(join(dist, "assets", name)))),
      }),
    );
    if (monitor.jsKb > GOAL_KB) throw new Error(`${monitor.jsKb} KB are more than ${GOAL_KB}.`);
  } finally {
    await browser.close();
    await town.close();
  }

  /** Loads a page on a device that has nothing of the app yet, until `stands` is there. */
  async function firstLoad(
    browser: Browser,
    url: string,
    path: string,
    ready: string,
    stands = ready,
  ): Promise<FirstLoad> {
    const { page, context } = await visit(browser, url, { width: 390, serviceWorker: false });
    if (path !== "/enter") await signIn(page);
    const sent: Promise<number>[] = [];
    const scripts = new Set<string>();
    const counted = await context.newPage();
    await page.close();
    counted.on("response", (response) => {
      const request = response.request();
      if (request.resourceType() === "script") scripts.add(new URL(response.url()).pathname);
      // A stream has no end to wait for.
      if (/^(document|script|stylesheet|font|image)$/.test(request.resourceType())) {
        sent.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
      }
    });
    await counted.goto(path);
    await counted.locator(ready).first().waitFor();
    // On a phone the chart comes when it is about to be seen.
    if (stands !== ready) await counted.mouse.wheel(0, 3000);
    await counted.locator(stands).first().waitFor();
    const load = {
      jsKb: kilobytes([...scripts].map((script) => gzipOf(join(dist, script)))),
      sentKb: kilobytes(await Promise.all(sent)),
      scripts: [...scripts].map((script) => basename(script)).sort(),
    };
    await context.close();
    return load;
  }
}

/** The session travels as a cookie; what the browser kept of the app does not count. */
async function signIn(page: Page): Promise<void> {
  await page.goto("/enter");
  await page.locator(".identities button").first().click();
  await page.waitForURL("**/monitor");
  const session = await page.context().newCDPSession(page);
  await session.send("Network.clearBrowserCache");
}

function gzipOf(path: string): number {
  return gzipSync(readFileSync(path), { level: 9 }).length;
}

function kilobytes(bytes: readonly number[]): number {
  return Number((bytes.reduce((sum, one) => sum + one, 0) / 1024).toFixed(1));
}
