/**
 * Money in and out in the real browser: the operator books a deposit, a home names its bank account and takes money
 * out, the operator pays it with the bank's reference or refuses it, a supplier does the same. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { notStaged, openStage } from "./stage.ts";
import { enterAs, goTo, numberIn } from "./steps.ts";

describe("money in and out", () => {
  const stage = openStage({ homes: 3, historyDays: 0 });
  const { at } = stage;

  test("a home's money reaches its bank account, with the bank's reference", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page: operator }) => {
      await enterAs(operator, "Contrada Olmo");
      await goTo(operator, "Bank");
      await operator.getByText("No payout waits to be paid.").waitFor();
      await book(operator, /^Casa 2, member /, "12.34", "IN 1");
      await at(390, async ({ page: home }) => {
        await enterAs(home, "Casa 2");
        await goTo(home, "Money");
        assert.equal(await figure(home, "Available"), 12.34);
        await home.getByText("Name the bank account first").waitFor();
        await nameAccount(home);
        await takeOut(home, "4");
        assert.equal(await figure(home, "Available"), 8.34);
        assert.equal(await figure(home, "On its way"), 4);
        await home.getByRole("listitem").filter({ hasText: "Requested" }).waitFor();

        await open(operator, /^Pay 4\.00\s€ to Casa 2…$/);
        await operator.getByText("IT60 X054 2811 1010 0000 0123 456").waitFor();
        await operator.getByText("Anna Olmo").waitFor();
        await operator.getByRole("button", { name: "It is paid…" }).click();
        await operator.getByRole("alert").filter({ hasText: "1 to 64 characters" }).waitFor();
        await operator.locator(".pay").getByRole("textbox").fill("TRN 42");
        await operator.getByRole("button", { name: "It is paid…" }).click();
        assert.match(await operator.locator(".pay dl").innerText(), /paid by bank\s+Reference\s+TRN 42/);
        await operator.getByRole("button", { name: "Sign: it is paid" }).click();
        await operator.getByRole("link", { name: /^4\.00\s€ to Casa 2 is paid, in block \d+\.$/ }).waitFor();
        await operator.getByText("No payout waits to be paid.").waitFor();

        // The home's page changes by itself.
        const paid = home.getByRole("listitem").filter({ hasText: "Paid" });
        await paid.getByText("TRN 42").waitFor();
        assert.equal(await figure(home, "On its way"), 0);
        assert.equal(await figure(home, "Available"), 8.34);
        await paid.getByRole("link", { name: /^Block \d+$/ }).click();
        await home.getByRole("heading", { name: /^Block \d+$/ }).waitFor();
      });
    });
  });

  test("the same bank reference is not booked twice, and nothing of it is lost", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page: operator, expect: expectProblem }) => {
      await enterAs(operator, "Contrada Olmo");
      await goTo(operator, "Bank");
      await book(operator, /^Casa 3, member /, "1", "IN 2");
      expectProblem(/409/);
      await book(operator, /^Casa 3, member /, "1", "IN 2", "NOT BOOKED");
      await operator.getByText("A payment of this reference is booked already.").waitFor();
    });
  });

  test("a refused payout is the home's money again; more than there is, is not asked for", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page: home }) => {
      await enterAs(home, "Casa 2");
      await goTo(home, "Money");
      await home.getByText("IT60 … 3456").first().waitFor();
      assert.equal((await home.content()).includes("0542811"), false, "the whole number is not in the page");
      for (const wrong of ["8.35", "0", "1.234", "much"]) {
        await home.getByRole("textbox", { name: "Amount to take out, €" }).fill(wrong);
        await home.getByRole("button", { name: "Review" }).click();
        await home.getByRole("alert").filter({ hasText: "An amount from 0.01 € to 8.34" }).waitFor();
      }
      await home.getByRole("button", { name: /^All of it/ }).click();
      await takeOut(home, undefined);
      await home.getByText("There is nothing to take out now.").waitFor();
      await at(1440, async ({ page: operator }) => {
        await enterAs(operator, "Contrada Olmo");
        await operator.getByRole("link", { name: "1 payout waits for the bank" }).click();
        await open(operator, /^Pay 8\.34\s€ to Casa 2…$/);
        await operator.getByRole("button", { name: "Refuse it…" }).click();
        assert.match(await operator.locator(".pay dl").innerText(), /Result\s+not paid/);
        await operator.getByRole("button", { name: "Sign: refused" }).click();
        await operator.getByRole("link", { name: /is refused, in block \d+\.$/ }).waitFor();
      });
      await home.getByRole("listitem").filter({ hasText: "Refused" }).waitFor();
      assert.equal(await figure(home, "Available"), 8.34);
    });
  });

  test("a wrong IBAN names no account, and an account can be forgotten", async (t) => {
    if (notStaged(t)) return;
    await at(1440, async ({ page: home }) => {
      await enterAs(home, "Casa 2");
      await goTo(home, "Money");
      await home.getByRole("button", { name: "Change it…" }).click();
      await home.getByRole("textbox", { name: /^Account holder/ }).fill("Anna Olmo");
      for (const [iban, says] of [
        ["IT61 X054 2811 1010 0000 0123 456", "The check digits do not fit"],
        ["IT60 X054 2811", "too long or too short"],
        ["US64 SVBK 0912 3456 7890 1234 5678", "cannot be paid in euro"],
        ["12345678", "begins with two letters"],
      ] as const) {
        await home.getByRole("textbox", { name: "IBAN" }).fill(iban);
        await home.getByRole("button", { name: "Sign and keep it" }).click();
        await home.getByRole("alert").filter({ hasText: says }).waitFor();
      }
      await home.getByRole("button", { name: "Not now" }).click();
      await home.getByRole("button", { name: "Have it forgotten" }).click();
      await home.getByText("None is named yet.").waitFor();
      await home.reload();
      await home.getByText("None is named yet.").waitFor();
    });
  });

  test("a supplier takes money out, and sees it apart from what its purchases reserve", async (t) => {
    if (notStaged(t)) return;
    await at(390, async ({ page: supplier }) => {
      await enterAs(supplier, "Alba Energia");
      await goTo(supplier, "Money");
      await nameAccount(supplier);
      await takeOut(supplier, "100,50");
      assert.equal(await figure(supplier, "On its way"), 100.5);
      await goTo(supplier, "Purchases");
      await supplier.getByText(/^100\.50\s€ of it on its way to your bank$/).waitFor();
    });
    assert.deepEqual(stage.town.complaints, []);
  });
});

/** A figure of the page by its title, €. */
async function figure(page: Page, title: string): Promise<number> {
  const box = page.locator(".figures > div").filter({ has: page.getByRole("heading", { name: title }) });
  return numberIn(await box.locator(".big").innerText());
}

async function nameAccount(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Name a bank account…" }).click();
  await page.getByRole("textbox", { name: /^Account holder/ }).fill("Anna Olmo");
  await page.getByRole("textbox", { name: "IBAN" }).fill("it60 x054 2811 1010 0000 0123 456");
  await page.getByRole("button", { name: "Sign and keep it" }).click();
  await page.getByText("IT60 … 3456").first().waitFor();
}

/** `undefined`: what stands there. */
async function takeOut(page: Page, amount: string | undefined): Promise<void> {
  if (amount !== undefined) {
    await page.getByRole("textbox", { name: "Amount to take out, €" }).fill(amount);
  }
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByText("This is exactly what you sign.").waitFor();
  await page.getByRole("button", { name: "Sign and ask for it" }).click();
  await page
    .getByRole("main")
    .getByRole("link", { name: /is asked for and reserved, in block \d+\.$/ })
    .waitFor();
}

async function open(operator: Page, name: RegExp): Promise<void> {
  await operator.getByRole("button", { name }).click();
  await operator.locator(".pay dl").waitFor();
}

async function book(
  operator: Page,
  member: RegExp,
  amount: string,
  reference: string,
  ends: "booked" | "NOT BOOKED" = "booked",
): Promise<void> {
  const form = operator.locator(".deposit");
  const option = form.getByRole("option").filter({ hasText: member });
  await form.getByRole("combobox", { name: "For" }).selectOption(await option.getAttribute("value"));
  await form.getByRole("textbox", { name: "Amount, €" }).fill(amount);
  await form.getByRole("textbox", { name: /^The bank’s reference/ }).fill(reference);
  await form.getByRole("button", { name: "Review" }).click();
  await form.getByText("This is exactly what you sign.").waitFor();
  await form.getByRole("button", { name: "Sign and book" }).click();
  if (ends === "booked") {
    await operator.getByRole("link", { name: /is booked for .*, in block \d+\.$/ }).waitFor();
  } else {
    await operator.getByRole("alert").filter({ hasText: ends }).waitFor();
  }
}
