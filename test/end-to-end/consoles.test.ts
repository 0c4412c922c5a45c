/** Suppliers and the operator at their consoles, and what citizens see of it. The long form only. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { HomeLimit } from "#wire/operator-limit-schemas.ts";
import { violations } from "./axe.ts";
import { notStaged, openStage } from "./stage.ts";
import { enterAs, goTo, jumpTo, numberIn } from "./steps.ts";

describe("suppliers and the operator", () => {
  const stage = openStage({ homes: 3, historyDays: 0 });
  const { at } = stage;

  test("a supplier publishes tomorrow's rate, and cannot again", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page }) => {
      await enterAs(page, "Alba Energia");
      await publish(page, "0.151");
      await page.reload();
      await page
        .getByRole("main")
        .getByText(/^Published, fixed in block \d+ at/)
        .waitFor();
      assert.equal(await page.getByRole("button", { name: "Review" }).count(), 0);
      assert.match(
        await page.getByRole("row", { name: /17 June.*tomorrow/ }).innerText(),
        /0\.151/,
        "its table of rates has it",
      );
    });
  });

  test("a rate outside the community's bounds is not signed", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page }) => {
      await enterAs(page, "Ponente Luce");
      for (const wrong of ["-0.1", "1000", "0.1234567", "much"]) {
        await rateField(page).fill(wrong);
        await page.getByRole("button", { name: "Review" }).click();
        await page.getByRole("alert").filter({ hasText: "with at most six decimals" }).waitFor();
        assert.equal(await rateField(page).getAttribute("aria-invalid"), "true");
      }
    });
  });

  test("Nuova Luce asks, the operator enrols it, homes sell to it from midnight on", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page: supplier }) => {
      await enterAs(supplier, "Nuova Luce");
      await supplier.getByText("Enrol to buy stored energy from the homes.").waitFor();
      await supplier.getByRole("button", { name: "Ask to be enrolled" }).click();
      await supplier.getByText("Your enrolment waits for the operator’s signature.").waitFor();

      await at(390, async ({ page: operator }) => {
        await enterAs(operator, "Contrada Olmo");
        await operator.getByRole("link", { name: "Nuova Luce" }).waitFor();
        await goTo(operator, "Suppliers");
        await operator.getByRole("button", { name: "Enrol Nuova Luce…" }).click();
        await operator.getByText("This is exactly what you sign.").waitFor();
        assert.match(await operator.locator("dl").innerText(), /Name\s+Nuova Luce\s+Member\s+5/);
        await operator.getByRole("button", { name: "Sign the enrolment" }).click();
        await operator.getByRole("link", { name: /^Nuova Luce is enrolled, in block \d+\.$/ }).click();
        await operator.getByRole("heading", { name: /^Block \d+$/ }).waitFor();
      });

      // Its page changes by itself.
      await rateField(supplier).waitFor();
      await publish(supplier, "0.166");

      await at(390, async ({ page: citizen }) => {
        await enterAs(citizen, "Casa 1");
        await goTo(citizen, "Sell");
        await offer(citizen, "Alba Energia").waitFor();
        const today = await citizen.locator("label.offer").allInnerTexts();
        assert.ok(!today.some((text) => /0\.151|0\.166/.test(text)), "tomorrow's rates hold tomorrow");
        await jumpTo(citizen, "Midnight");
        await offer(citizen, "Nuova Luce").getByText("0.166").waitFor();
        assert.equal(numberIn(await offer(citizen, "Alba Energia").locator(".rate").innerText()), 0.151);
      });
    });
    assert.deepEqual(stage.town.complaints, []);
  });

  test("the operator limits a feeder and lifts a home's: the owner reads it, the homes keep to it", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await at(390, async ({ page: citizen }) => {
      await enterAs(citizen, "Casa 2");
      await at(1440, async ({ page: operator }) => {
        await enterAs(operator, "Contrada Olmo");
        await goTo(operator, "Limits");
        await operator.getByText("No home is limited.").waitFor();
        const form = operator.getByRole("region", { name: "Set a limit" });
        await form.getByRole("combobox", { name: "Which homes" }).selectOption("feeder:1");
        const draws = form.getByRole("textbox", { name: "Draws at most, W" });
        await draws.fill("400");
        await form.getByRole("button", { name: "Review" }).press("Enter");
        await form.getByRole("alert").filter({ hasText: "Whole watts from 500 to 10,000,000" }).waitFor();
        await operator.locator("input:focus").waitFor();
        await draws.fill("2000");
        await form.getByRole("button", { name: "Review" }).press("Enter");
        assert.match(
          await form.locator("dl").innerText(),
          /Homes\s+3 of feeder 1: 1, 2, 3\s+Draws\s+at most 2,000 W\s+Feeds in\s+not limited/,
        );
        await form.getByRole("button", { name: "Sign with this device" }).press("Enter");
        await operator
          .getByText(/^3 homes are limited until \d\d:\d\d\.$/)
          .first()
          .waitFor();
        const row = operator.getByRole("listitem").filter({ hasText: "Casa 2" });
        await row.getByText("Signed by Contrada Olmo", { exact: false }).waitFor();
        await town.runTo(town.time + 60);
        await row.getByText("The simulated home has heard it and keeps to it.", { exact: false }).waitFor();
        await operator.getByText("All of them keep to it.").waitFor();
        await citizen.getByText(/The grid operator lets in at most 2\.00\skW until/).waitFor();

        await operator.getByRole("button", { name: "Lift Casa 2…" }).press("Enter");
        await form.getByText("nothing: it is lifted").waitFor();
        await form.getByRole("button", { name: "Sign with this device" }).press("Enter");
        await operator.getByText("1 home is not limited any more.").first().waitFor();
        await operator.getByText("2 homes are limited now.").waitFor();
        await town.runTo(town.time + 60);
        await citizen
          .getByText("The grid operator lets in at most", { exact: false })
          .waitFor({ state: "hidden" });
        const limits = (await (await operator.request.get("/v1/operator/limits")).json()) as HomeLimit[];
        assert.deepEqual(
          limits.map(({ home, limit, answer }) => [home, limit?.importPowerMaxW ?? null, answer]),
          [
            [1, 2_000, "heard"],
            [2, null, "heard"],
            [3, 2_000, "heard"],
          ],
        );
        assert.deepEqual(await violations(operator), []);
      });
    });
  });
});

function rateField(page: Page) {
  return page.getByRole("textbox", { name: "Rate for 17 June, € per kWh" });
}

function offer(page: Page, supplier: string) {
  return page.locator("label.offer").filter({ has: page.getByText(supplier, { exact: true }) });
}

async function publish(page: Page, rate: string): Promise<void> {
  await rateField(page).fill(rate);
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByText("This is exactly what you sign.").waitFor();
  assert.match(await page.locator(".tomorrow dl").innerText(), new RegExp(`Rate\\s+${rate}000\\s€/kWh`));
  await page.getByRole("button", { name: "Sign and publish" }).click();
  await page
    .getByRole("main")
    .getByText(/^Published, fixed in block \d+ at/)
    .waitFor();
}
