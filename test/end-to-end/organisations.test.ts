/**
 * How a community gets organisations and parts with one, in the real browser: the members admit the first two by
 * vote, with their validators, then the organisations alone decide, and remove one of them. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { toHex } from "#base/bytes.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { notStaged, openStage } from "./stage.ts";
import { enterAs, goTo } from "./steps.ts";

const DAY_S = 86_400;
const ALBA = "Alba Energia";
const TEVERE = "Tevere Power";

describe("how organisations come and go", () => {
  const stage = openStage({ homes: 2, historyDays: 0, trade: false });
  const { at } = stage;
  /** The vote ends, and then the delay. */
  const untilEnacted = async () => {
    await stage.town.runTo(stage.town.time + 7 * DAY_S + 900);
    await stage.town.runTo(stage.town.time + 3 * DAY_S + 900);
  };

  test("members admit two by vote, each with its validator; then only organisations propose, and one is removed", async (t) => {
    if (notStaged(t)) return;
    const keys = [51, 52].map((seed) => toHex(signerFromSeed(new Uint8Array(32).fill(seed)).publicKey));
    const numbers: number[] = [];
    for (const name of [ALBA, TEVERE]) {
      await at(390, async ({ page }) => {
        await enterAs(page, name);
        numbers.push(((await (await page.request.get("/v1/session")).json()) as { member: number }).member);
      });
    }

    await at(1440, async ({ page }) => {
      await enterAs(page, "Casa 1");
      for (const [i, name] of [ALBA, TEVERE].entries()) {
        await compose(page, "Admission of an organisation", numbers[i]!, `${name} joins`);
        const key = page.getByLabel("Validator’s public key in hexadecimal, or nothing");
        await key.fill("abc");
        await page.getByRole("button", { name: "Look at it once more" }).click();
        await page.getByText("A key has 64 hexadecimal digits.").waitFor();
        await key.fill(keys[i]!);
        await signProposal(page, [name, keys[i]!]);
        await vote(page, `${name} joins`);
      }
    });
    await at(390, async ({ page }) => {
      await enterAs(page, "Casa 2");
      await goTo(page, "Community");
      for (const name of [ALBA, TEVERE]) await vote(page, `${name} joins`);
    });
    await untilEnacted();

    await at(390, async ({ page }) => {
      await page.goto("/community/organisations"); // open to everybody
      for (const [i, name] of [ALBA, TEVERE].entries()) {
        const row = page.getByRole("row").filter({ hasText: name });
        await row.getByText("active", { exact: true }).waitFor();
        assert.equal(await row.locator("code").getAttribute("title"), keys[i]);
      }
    });

    await at(1440, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await compose(page, "Removal of an organisation", numbers[1]!, "It left us");
      await page.getByText("Only the organisations propose this.").waitFor();
    });
    await at(1440, async ({ page }) => {
      await enterAs(page, ALBA);
      await compose(page, "Removal of an organisation", numbers[1]!, "It left us");
      await signProposal(page, [TEVERE]);
      await page.getByText("The organisations decide. Needed: 2 times yes.").waitFor();
      await vote(page, "It left us");
    });
    await at(390, async ({ page }) => {
      await enterAs(page, TEVERE);
      await goTo(page, "Community");
      await vote(page, "It left us");
    });
    await untilEnacted();
    await at(1440, async ({ page }) => {
      await page.goto("/community/organisations");
      await page.getByRole("row").filter({ hasText: ALBA }).getByText("active", { exact: true }).waitFor();
      assert.equal(await page.getByRole("row").filter({ hasText: TEVERE }).count(), 0);
    });
    assert.deepEqual(stage.town.complaints, []);
  });
});

async function compose(page: Page, act: string, member: number, purpose: string): Promise<void> {
  await goTo(page, "Community");
  await page.getByRole("link", { name: "Propose something" }).click();
  await page.locator(".propose .seg").getByText("Organisations").click();
  await page.getByLabel("What shall happen?").selectOption({ label: act });
  await page.getByLabel("Number of the member").fill(String(member));
  await page.getByLabel("Purpose, as everybody will read it").fill(purpose);
}

/** What is signed names what the form said. */
async function signProposal(page: Page, says: readonly string[]): Promise<void> {
  await page.getByRole("button", { name: "Look at it once more" }).click();
  await page.getByText("This is exactly what you sign.").waitFor();
  for (const text of says) await page.locator(".step").getByText(text).first().waitFor();
  await page.getByRole("button", { name: "Sign and propose" }).click();
  await page.getByText("It is being voted on now.").first().waitFor();
}

async function vote(page: Page, purpose: string): Promise<void> {
  await page.getByRole("button", { name: `Vote yes: ${purpose}` }).click();
  await page.getByText("This is exactly what you sign.").waitFor();
  await page.getByRole("button", { name: "Sign the vote" }).click();
  await page.getByText("You voted yes.").first().waitFor();
  await page.getByRole("button", { name: "Sign the vote" }).waitFor({ state: "detached" });
}
