/**
 * A supply contract through every state, in two browsers at once: the supplier's and the home's. The bill that lies,
 * notice, reduction, suspension; what the counter lets in at each, by the meter's readings and on the home's own
 * screen; payment and restoration; a dispute, frozen and decided; a protected home; a lost link. The long form only.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { openBrowser, type Visit, visit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { enterAs, goTo } from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;
const HOME = 2;
const HOUR_S = 3_600;
/** No supply that this test drives takes longer from step to step, s. */
const PATIENCE_S = 8 * HOUR_S;
const VITAL_W = 500;

describe("a supply contract in the hands of both partners", () => {
  let town: TestTown;
  let browser: Browser;
  let home: Visit;
  let supplier: Visit;
  let operator: Visit;

  before(async () => {
    if (NO_BROWSER !== undefined || !LONG) return;
    town = await openTestTown({ homes: 2, historyDays: 1, supplies: true, trade: false });
    browser = await openBrowser();
    [home, supplier, operator] = await Promise.all([
      visit(browser, town.url, { width: 390 }),
      visit(browser, town.url, { width: 1440 }),
      visit(browser, town.url, { width: 1440 }),
    ]);
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  const standing = () => town.town.platform.supplyOrder(HOME);
  const live = () => town.town.platform.live.home(HOME)!;
  const importW = () => live().flowsW.gridToHome + live().flowsW.gridToAccumulator;
  const wantedW = () => importW() + (live().supply?.unservedW ?? 0);

  /** Runs the town, quarter hour by quarter hour, until the home's counter has another command. */
  async function until(kind: "none" | "reduced" | "disconnected"): Promise<void> {
    const last = town.time + PATIENCE_S;
    while (standing().command.kind !== kind) {
      assert.ok(town.time < last, `the command stays ${standing().command.kind}`);
      await town.runTo(town.time + QUARTER_HOUR_S);
    }
    // The counter has it from the next step on.
    await town.runTo(town.time + QUARTER_HOUR_S);
  }

  test("both look at the bill that lies", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await enterAs(home.page, "Casa 2");
    await goToContracts(home.page);
    await enterAs(supplier.page, "Alba Energia");
    await goToContracts(supplier.page);
    await contractOf(home.page)
      .getByText(/overdue since/)
      .waitFor();
    await contractOf(supplier.page)
      .getByText(/overdue since/)
      .waitFor();
    assert.equal(standing().command.kind, "none");
    assert.equal(live().supply, undefined);
  });

  test("after notice and its delay the home is reduced, and its counter lets in no more", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await act(
      supplier.page,
      "Give notice",
      "Sign and give notice",
      /^Notice of invoice \d+\/\d+ stands in block/,
    );
    await state(home.page, "Notice given");
    assert.equal(standing().command.kind, "none", "a notice takes nothing away");
    await until("reduced");
    await state(home.page, "Reduced");
    await state(supplier.page, "Reduced");
    assert.deepEqual(standing().command, { kind: "reduced", powerMaxW: VITAL_W });
    assert.ok(importW() <= VITAL_W, `${importW()} W come in`);
    await goTo(home.page, "Monitor");
    await home.page.getByText("Supply reduced: 500 W may come in").waitFor();
  });

  test("after the reduced time it is suspended: nothing comes in, by its meter too", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await until("disconnected");
    await home.page.getByText("Supply suspended: nothing comes in").waitFor();
    assert.equal(importW(), 0);
    assert.ok(wantedW() > 0, "a home that wants nothing shows nothing");
    // What stood half in the quarter hour before is behind a whole one.
    await town.runTo(Math.ceil(town.time / QUARTER_HOUR_S) * QUARTER_HOUR_S + QUARTER_HOUR_S);
    await goToContracts(home.page);
    await state(home.page, "Suspended");
    assert.equal(await meteredWh(home.page), 0, "the meter counted something");
  });

  test("a suspended home whose link is lost has the vital minimum", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const link = town.town.supplyLinks[HOME - 1]!;
    link.cut();
    await town.runTo(town.time + QUARTER_HOUR_S);
    assert.equal(live().supply?.why, "vital_minimum");
    assert.equal(importW(), Math.min(VITAL_W, wantedW()));
    await goTo(home.page, "Monitor");
    await home.page.getByText("Link lost: the vital minimum of 500 W comes in").waitFor();
    link.mend();
    await town.runTo(town.time + 60);
    assert.equal(live().supply?.why, "suspended");
  });

  test("a dispute freezes the procedure and gives the reduced supply back until it is decided", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await goToContracts(home.page);
    const contract = contractOf(home.page);
    await contract.getByRole("button", { name: "Dispute it" }).click();
    await contract.getByRole("combobox").selectOption({ label: "the price" });
    await contract.getByRole("button", { name: "Go on" }).click();
    await signed(home.page, "Sign and dispute", /is disputed, block/);
    await state(supplier.page, "Disputed: every step is frozen");
    const before = standing().command;
    assert.deepEqual(before, { kind: "reduced", powerMaxW: VITAL_W });
    await town.runTo(town.time + PATIENCE_S);
    assert.deepEqual(standing().command, before, "a frozen procedure went on");

    await enterAs(operator.page, "Contrada Olmo");
    await goTo(operator.page, "Suppliers");
    const asked = await operator.page.getByText(/^It asks for/).innerText();
    const amount = /([\d.,]+)\s€/.exec(asked)![1]!;
    await operator.page.getByRole("textbox", { name: "What stands, €" }).fill(amount);
    await operator.page.getByRole("button", { name: "Decide", exact: true }).click();
    await signed(operator.page, "Sign the decision", /^The decision stands in block/);
    await state(home.page, "Reduced");
  });

  test("paying restores the supply at once", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await until("disconnected");
    await state(home.page, "Suspended");
    await act(home.page, /^Pay /, "Sign and pay", /^Invoice \d+\/\d+ is paid, block/);
    await state(home.page, "Restored");
    await state(supplier.page, "Restored");
    assert.equal(standing().command.kind, "none");
    await town.runTo(town.time + 60);
    assert.equal(live().supply, undefined);
    assert.ok(importW() > 0);
    await town.runTo(town.time + PATIENCE_S);
    await state(home.page, "Active");
    const steps = await contractOf(home.page).locator(".track > li b").allInnerTexts();
    assert.deepEqual(
      steps.filter((step) => !/^Invoice over|paid$|^Invoice disputed|^Decided/.test(step)),
      [
        "Agreed by both",
        "Notice given",
        "Supply reduced",
        "Supply suspended",
        "Procedure frozen",
        "Supply reduced",
        "Supply suspended",
        "Supply restored",
        "Active again",
      ],
    );
  });

  test("a protected home is never cut, whatever it owes", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await bill(supplier.page);
    await town.runTo(town.time + HOUR_S);
    await supplier.page.reload();
    await act(supplier.page, "Give notice", "Sign and give notice", /^Notice of invoice/);
    await until("reduced");
    await operator.page.getByRole("button", { name: "Protect Casa 2" }).click();
    await signed(operator.page, "Sign", /^It stands in block/);
    await state(home.page, "Restored");
    await contractOf(home.page).getByText("Not to be disconnected").waitFor();
    assert.equal(standing().command.kind, "none");
    await town.runTo(town.time + PATIENCE_S);
    assert.equal(live().supply, undefined);
    assert.ok(importW() > 0);
    await supplier.page.reload();
    await contractOf(supplier.page)
      .getByText(/overdue since/)
      .waitFor();
    assert.equal(
      await contractOf(supplier.page)
        .getByRole("button", { name: /^Give notice/ })
        .count(),
      0,
    );
  });

  test("a home supplies another from its own plant", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const producer = supplier.page;
    await enterAs(producer, "Casa 1");
    await goToContracts(producer);
    await producer.getByText("Supply others from your own plant").click();
    await producer.getByRole("textbox", { name: "€ per kWh" }).fill("0.19");
    await producer.getByRole("button", { name: "never", exact: true }).click();
    await producer.getByRole("button", { name: "Review" }).click();
    await signed(producer, "Sign and offer", /^The offer stands in block/);
    await goToContracts(home.page);
    await home.page.getByRole("article", { name: "Casa 1 supplies you" }).getByRole("button").click();
    await signed(home.page, "Sign and accept", /^The contract with Casa 1 stands in block/);
    await goToContracts(producer);
    await contractOf(producer)
      .getByRole("heading", { name: /Casa 2/ })
      .waitFor();
    await state(producer, "Active");
    await town.runTo(town.time + HOUR_S);
    await bill(producer);
    await home.page.reload();
    await act(home.page, /^Pay /, "Sign and pay", /^Invoice \d+\/\d+ is paid, block/);
  });

  test("no page complained, and no message was refused", (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    for (const { problems } of [home, supplier, operator]) assert.deepEqual(problems, []);
    assert.deepEqual(town.complaints, []);
    assert.equal(town.town.refused.size, 0);
  });

  /** The energy of the newest quarter hour by the home's meter, from the archive that its owner sees. */
  async function meteredWh(page: Page): Promise<number> {
    const to = Math.floor(town.time / QUARTER_HOUR_S) * QUARTER_HOUR_S;
    const answer = await page.request.get(`/v1/home/series?from=${to - QUARTER_HOUR_S}&to=${to}`);
    const series = (await answer.json()) as { homeFromGridW: number[] };
    return series.homeFromGridW.reduce((sum, watts) => sum + watts, 0);
  }
});

async function goToContracts(page: Page): Promise<void> {
  await page.goto("/contracts");
  await page.getByRole("heading", { level: 1, name: "Supply contracts" }).waitFor();
}

function contractOf(page: Page) {
  return page.locator("article.contract").first();
}

async function state(page: Page, word: string): Promise<void> {
  if (!page.url().endsWith("/contracts")) await goToContracts(page);
  await contractOf(page).locator(".head .state").getByText(word, { exact: true }).waitFor();
}

async function signed(page: Page, button: string, done: RegExp): Promise<void> {
  await page.getByText("This is exactly what you sign.").waitFor();
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: done }).first().waitFor();
}

async function act(page: Page, button: string | RegExp, sign: string, done: RegExp): Promise<void> {
  const name = typeof button === "string" ? new RegExp(`^${button}`) : button;
  await contractOf(page).getByRole("button", { name }).first().click();
  await signed(page, sign, done);
}

/** An invoice over what the meter counted. */
async function bill(page: Page): Promise<void> {
  const contract = contractOf(page);
  await contract.getByRole("button", { name: "Issue an invoice" }).click();
  await contract.getByText(/by the meter/).waitFor();
  await contract.getByRole("button", { name: "Review" }).click();
  await signed(page, "Sign and issue", /^Invoice \d+\/\d+ stands in block/);
}
