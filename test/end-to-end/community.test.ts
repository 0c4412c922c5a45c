/**
 * How a community changes a law, in the real browser: a home proposes a lower fee, homes vote, one of them thinks
 * better of it, the time runs until the law is in force, and the next sale keeps the new fee. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { notStaged, openStage } from "./stage.ts";
import { authorise, composeSale, enterAs, goTo } from "./steps.ts";

const DAY_S = 86_400;
const PURPOSE = "A lower share for the community";

describe("how a community changes its laws", () => {
  const stage = openStage({ homes: 3, historyDays: 0, trade: false });
  const { at } = stage;

  test("a home proposes a lower fee, the homes vote, and the next sale keeps the new one", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await goTo(page, "Community");
      await page.getByText("Nothing is being voted on.").waitFor();
      await page.getByRole("link", { name: "Propose something" }).click();
      await page.getByLabel("Law to change").selectOption({ label: "The community’s share of a sale" });
      const value = page.getByLabel("New value: The community’s share of a sale");
      assert.equal(await value.inputValue(), "0.004");
      await value.fill("5000");
      await page.getByText("At most 1,000 €/kWh.").waitFor();
      await value.fill("0.001");
      await page.getByLabel("Purpose, as everybody will read it").fill(PURPOSE);
      await page.getByRole("button", { name: "Look at it once more" }).click();
      await page.getByText("from 0.004\u00a0€/kWh to 0.001\u00a0€/kWh").waitFor();
      await page.getByRole("button", { name: "Sign and propose" }).click();
      await page.getByText("It is being voted on now.").first().waitFor();
      await page.getByText("0 of 8 have voted: 0 yes, 0 no.").waitFor();

      await vote(page, "no");
      await page.getByText("1 of 8 have voted: 0 yes, 1 no.").waitFor();
      await page.getByText("You voted no.").waitFor();
      await vote(page, "yes");
      await page.getByText("1 of 8 have voted: 1 yes, 0 no.").waitFor();
      await page.getByText("As it stands, too few have voted.").waitFor();
      await page.getByText("Needed: 2 votes and more yes than no.").waitFor();

      await at(390, async ({ page: phone }) => {
        await enterAs(phone, "Casa 3");
        await goTo(phone, "Community");
        await vote(phone, "yes");
        await phone.getByText("As it stands, it passes.").waitFor();
      });
      // The neighbour's vote came with its block, without a reload.
      await page.getByText("2 of 8 have voted: 2 yes, 0 no.").waitFor();
    });

    await stage.town.runTo(stage.town.time + 7 * DAY_S + 900);
    await at(390, async ({ page }) => {
      // Open to everybody.
      await page.goto("/community");
      await page.getByRole("heading", { name: "Accepted, not yet in force" }).waitFor();
      await page.goto("/community/laws");
      await law(page).getByText("0.004\u00a0€/kWh").waitFor();
    });

    await stage.town.runTo(stage.town.time + 3 * DAY_S + 900);
    await at(1440, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await page.goto("/community/laws");
      await law(page).getByText("0.001\u00a0€/kWh").waitFor();
      await law(page).getByRole("link", { name: "proposal 1" }).click();
      await page.getByRole("heading", { name: PURPOSE, level: 1 }).waitFor();
      await page.locator(".track li.done").nth(2).getByText("In force").waitFor();

      const parts = page.getByRole("navigation", { name: "What the community decides" });
      await parts.getByRole("link", { name: "Organisations" }).click();
      await page.getByText("There are no organisations yet.").waitFor();
      await parts.getByRole("link", { name: "Treasury" }).click();
      await page.getByText("Nothing was paid out yet.").waitFor();

      const step = await composeSale(page, 1);
      const told = await step.innerText();
      const id = await authorise(page);
      const sale = (await (await page.request.get(`/v1/home/sales/${id}`)).json()) as {
        energyWh: number;
        feeMicroEur: number;
      };
      assert.equal(sale.feeMicroEur, sale.energyWh, `one thousandth of a euro per kWh; said: ${told}`);
    });
    assert.deepEqual(stage.town.complaints, []);
  });
});

async function vote(page: Page, side: "yes" | "no"): Promise<void> {
  await page.getByRole("button", { name: `Vote ${side}: ${PURPOSE}` }).click();
  await page.getByText("This is exactly what you sign.").waitFor();
  await page.getByRole("button", { name: "Sign the vote" }).click();
  await page.getByText(`You voted ${side}.`).waitFor();
}

function law(page: Page) {
  return page.getByRole("row").filter({ hasText: "The community’s share of a sale" });
}
