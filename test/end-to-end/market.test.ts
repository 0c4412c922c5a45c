/**
 * The neighbours' market in the real app: a home takes part, sets a rule, an auction clears, its fill shows, and the
 * statement of the settled day is verified on the device.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, dayStart, formatDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { openBrowser, withVisit } from "../support/browser.ts";
import { CHROMIUM, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown } from "../support/live-town.ts";
import { enterAs, goTo } from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;

test("a home takes part, its rule sells, and its day is verified on the device", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
  const town = await openTestTown({ homes: 6, historyDays: 1, start: "2026-06-16T09:45Z", market: true });
  const browser = await openBrowser();
  try {
    await withVisit(browser, town.url, { width: 1440 }, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await goTo(page, "Sell");
      await page.getByRole("link", { name: "Neighbours", exact: true }).click();
      await page.getByRole("heading", { name: "Neighbours’ market", level: 1 }).waitFor();
      const part = page.getByRole("region", { name: "Taking part" });
      await part.getByRole("heading").waitFor();
      // Some of the town's people take part by habit: then the limit is changed.
      if ((await part.getByRole("heading").innerText()) !== "Take part") {
        await part.getByRole("button", { name: "Change the limit…" }).click();
      }
      await part.getByRole("textbox", { name: "At most a day, €" }).fill("4.50");
      await part.getByRole("button", { name: "Review" }).click();
      await part.getByText("This is exactly what you sign.").waitFor();
      await part.getByRole("button", { name: "Sign and take part" }).click();
      await part.getByRole("heading", { name: "You take part" }).waitFor();
      await part.getByText("4.50 €").first().waitFor();

      const rule = page.getByRole("region", { name: "Standing rule" });
      await rule.getByRole("button", { name: /rule…$/ }).click();
      await rule.getByRole("checkbox", { name: "Sell stored energy" }).uncheck();
      await rule.getByRole("checkbox", { name: "Buy what the house takes" }).uncheck();
      await rule.getByRole("checkbox", { name: "Sell what the panels have left over" }).check();
      await rule.getByRole("textbox", { name: "from" }).fill("0.05");
      await rule.getByRole("button", { name: "Review" }).click();
      await rule.getByRole("button", { name: "Sign with this device" }).click();
      await rule.getByText("Sells what the panels have left over, from 0.050 €/kWh on.").waitFor();

      // Four quarter hours of noon: panels have more than the house takes.
      await town.runTo(town.time + 5 * QUARTER_HOUR_S);
      const orders = page.getByRole("region", { name: "Your orders" });
      await orders
        .getByText(/^(filled|partly filled)$/)
        .first()
        .waitFor();
      const filled = await orders
        .getByRole("row")
        .filter({ hasText: /filled/ })
        .first()
        .innerText();
      assert.match(filled, /Sell/);

      const day = dayOf(ROME, town.time);
      await town.runTo(dayStart(ROME, day + 1) + 2 * QUARTER_HOUR_S);
      await page.locator(`a[href="/market/day/${formatDay(day)}"]`).click();
      await page.getByText("Verified by this device").waitFor();
      const rows = page.getByRole("region", { name: "Quarter hours" }).getByRole("row");
      assert.ok((await rows.count()) > 1, "the day has quarter hours");
    });
  } finally {
    await browser.close();
    await town.close();
  }
});
