/**
 * The installed app without a network: the shell comes from the service worker, the last view from the device, with
 * its time; nothing can be done that would not arrive, and it says why; back again, life goes on by itself. The
 * long form only.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser, type Visit, type Width, withVisit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { composeSale, enterAs, goTo, setSpeed } from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;

describe("without a network", () => {
  let town: TestTown;
  let browser: Browser;

  before(async () => {
    if (NO_BROWSER !== undefined || !LONG) return;
    town = await openTestTown({ homes: 3, historyDays: 1 });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  for (const width of [390, 1440] as const satisfies Width[]) {
    test(`the last view stands, with its time, and comes back to life, at ${width} px`, async (t) => {
      if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
      await withVisit(browser, town.url, { width }, async (seen) => {
        const { page, context } = seen;
        await enterAs(page, "Casa 1");
        await setSpeed(page, 60);
        await installed(page);
        await goTo(page, "Plant");
        await page.getByText("Technical sheet").waitFor();
        await goTo(page, "Archive");
        await page.getByRole("table").first().waitFor();
        await goTo(page, "Monitor");
        await page.locator(".wire.carries .arrow").first().waitFor();
        const flow = await flowShown(page);

        expectNoNetwork(seen);
        await context.setOffline(true);
        await page.reload();
        await page.getByText("You are offline.").waitFor();
        const since = await page.getByText(/^This is the view of \d\d:\d\d\.$/).innerText();
        const [hour, minute] = /(\d\d):(\d\d)/.exec(since)!.slice(1).map(Number);
        const shownS = hour! * 3600 + minute! * 60;
        const townS = (town.time + 2 * 3600) % 86_400;
        assert.ok(townS - shownS >= -60 && townS - shownS < 600, `${since}, when the town had ${townS} s`);
        assert.deepEqual(Object.keys(await flowShown(page)), Object.keys(flow), "the same flows");
        await page.locator(".age.offline").first().waitFor();

        // Other pages seen before, and one that was never read.
        await goTo(page, "Archive");
        await page.getByRole("table").first().waitFor();
        assert.equal(await page.getByRole("link", { name: "Export" }).count(), 0, "no file while offline");
        await goTo(page, "Plant");
        await page.getByText("Technical sheet").waitFor();
        await goTo(page, "Sell");
        await page.getByText("You are offline.").waitFor();
        assert.equal(
          await page.locator(".clock .key:not([aria-expanded])").count(),
          0,
          "no turning of the clock",
        );

        await context.setOffline(false);
        await page.getByText("You are offline.").waitFor({ state: "hidden" });
        await goTo(page, "Monitor");
        const before = await page.locator(".clock b").innerText();
        await page.waitForFunction(
          (was) => document.querySelector<HTMLElement>(".clock b")!.innerText !== was,
          before,
        );
        await page.locator(".age.fresh").first().waitFor();
        town.town.live.control({ paused: true });
      });
    });
  }

  test("what is ready to be signed waits with its reason, and can be signed once back", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 390 }, async (seen) => {
      const { page, context } = seen;
      await enterAs(page, "Casa 3");
      const step = await composeSale(page, 0.5);
      const button = step.getByRole("button", { name: "Authorise with this device" });
      expectNoNetwork(seen);
      await context.setOffline(true);
      await step.getByText("Selling waits until the platform is reached again; nothing is lost.").waitFor();
      assert.equal(await button.getAttribute("aria-disabled"), "true");
      const described = await button.getAttribute("aria-describedby");
      assert.match(await page.locator(`[id="${described}"]`).innerText(), /^Selling waits/);
      await button.click({ force: true });
      assert.match(page.url(), /\/sell$/, "nothing was handed in");
      await context.setOffline(false);
      await page.locator('[data-step="4"] .btn[aria-disabled="false"]').first().waitFor();
      await button.click();
      await page.waitForURL(/\/sell\/[0-9a-f]{32}$/);
    });
  });

  test("a platform that went away is told apart from a network that did", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const other = await openTestTown({ homes: 3, historyDays: 0 });
    const port = Number(new URL(other.url).port);
    let again: TestTown | undefined;
    t.after(async () => {
      await (again ?? other).close();
    });
    await withVisit(browser, other.url, { width: 1440 }, async (seen) => {
      const { page } = seen;
      await enterAs(page, "Casa 1");
      await page.locator(".wire.carries .arrow").first().waitFor();
      seen.expect(
        /401.*\/v1\/(?:stream|home\/)|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/,
      );
      await other.close();
      await page.getByText("The platform does not answer.").waitFor();
      again = await openTestTown({ homes: 3, historyDays: 0, port });
      // Another town answers there now, which knows nothing of this device: enter again.
      await page.getByRole("heading", { name: "Enter Contrada" }).waitFor();
      await enterAs(page, "Casa 3");
      await page.getByRole("heading", { name: "Monitor", level: 1 }).waitFor();
    });
  });
});

function expectNoNetwork(seen: Visit): void {
  seen.expect(/ERR_INTERNET_DISCONNECTED/);
}

/** Waits until the service worker holds the shell. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

/** The flows that are drawn, by their names. */
async function flowShown(page: Page): Promise<Record<string, string>> {
  await page.locator(".wire.carries .arrow").first().waitFor();
  const labels = await page
    .locator(".wire.carries")
    .evaluateAll((wires) => wires.map((wire) => wire.getAttribute("aria-label") ?? ""));
  return Object.fromEntries(labels.map((label) => label.split(": ") as [string, string]));
}
