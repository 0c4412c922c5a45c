/**
 * Notices in a real browser: a fault of the simulated plant stands in the list and leads to the plant; what the home
 * wants is kept; and a push message, handed to the service worker as a push service would, becomes a notification in
 * the language chosen. The push service itself is not reached from here. The long form only.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { PushedNotice } from "#wire/notice-schemas.ts";
import { openBrowser, withVisit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { enterAs } from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;
const HOME = 1;

describe("what a home is told", () => {
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

  test("a fault is listed until it is read, and what the home wants to hear is kept", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const { live } = town.town.platform;
    live.faults(HOME, [
      {
        id: "t",
        code: "accumulator_hot",
        severity: "fault",
        since: town.time - 60,
        resolvedAt: null,
        numbers: { temperatureC: 61 },
      },
    ]);
    await withVisit(browser, town.url, { width: 390 }, async ({ page, problems }) => {
      await enterAs(page, "Casa 1");
      await page.goto("/notices");
      await page.locator(".told .fresh").first().waitFor();
      await page.getByRole("checkbox", { name: "sales that ended" }).uncheck();
      await page.getByRole("textbox", { name: "Much use begins at, kW" }).fill("4.5");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Saved.").waitFor({ state: "attached" });
      await page.reload();
      assert.equal(await page.getByRole("checkbox", { name: "sales that ended" }).isChecked(), false);
      assert.equal(await page.getByRole("textbox", { name: "Much use begins at, kW" }).inputValue(), "4.5");
      await page.locator(".told a:not(.fresh)").first().waitFor();
      await page.locator(".told a").first().click();
      await page.getByRole("heading", { level: 1, name: "Plant" }).waitFor();
      assert.deepEqual(problems, []);
    });
  });

  test("a push message becomes a notification in the language chosen", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 1440, language: "it" }, async ({ page, context }) => {
      await context.grantPermissions(["notifications"], { origin: town.url });
      await enterAs(page, "Casa 1");
      await page.goto("/notices");
      await page.getByRole("heading", { level: 1, name: "Avvisi" }).waitFor();
      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      await page.evaluate(() => {
        // What subscribing lays ready, where no push service can be reached.
        const texts = { sale_settled: "Pagata: {netMicroEur} per {deliveredWh}." };
        const body = JSON.stringify({ title: "Contrada", language: "it", texts });
        return caches
          .open("contrada-notices")
          .then((cache) => cache.put("/notice-texts", new Response(body)));
      });
      const message: PushedNotice = {
        code: "sale_settled",
        about: null,
        numbers: { netMicroEur: 1_380_000, deliveredWh: 10_000 },
        path: "/sell",
        time: town.time,
      };
      await deliver(page, JSON.stringify(message));
      const shown = () =>
        page.evaluate(async () => {
          const worker = await navigator.serviceWorker.ready;
          const [one] = await worker.getNotifications();
          return one && { title: one.title, body: one.body, data: one.data as unknown };
        });
      let found = await shown();
      for (const end = Date.now() + 60_000; found === undefined && Date.now() < end; found = await shown()) {
        await page.waitForTimeout(100);
      }
      assert.deepEqual(found, {
        title: "Contrada",
        body: "Pagata: 1,38\u00a0€ per 10,00\u00a0kWh.",
        data: { path: "/sell" },
      });
    });
  });
});

/** Hands a message to the page's service worker as a push service does. */
async function deliver(page: Page, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [one] = registrations;
      if (one !== undefined) resolve(one.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.deliverPushMessage", {
    origin: new URL(page.url()).origin,
    registrationId: await registration,
    data,
  });
}
