/**
 * One kWh, from the panels to the receipt, as a person sees it: the real town, the real browser, the built app.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { dayOf, formatDay, ROME } from "#base/time.ts";
import { authoriseEnergySale } from "#chain/transactions.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { checkReceipt } from "#wire/receipt.ts";
import type { Community, Receipt, Sale, SaleDesk } from "#wire/schemas.ts";
import { openBrowser, type Visit, type Width, withVisit } from "../support/browser.ts";
import { CHROMIUM, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { violations } from "./axe.ts";
import {
  authorise,
  composeSale,
  enterAs,
  goTo,
  jumpTo,
  numberIn,
  pause,
  setSpeed,
  valueBeside,
} from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;

/** A refusal is an answer of its own kind, which the browser writes to its console. */
const REFUSED = /(answer 409: POST |status of 409 .*)\S+\/v1\/transactions\?wait=/;
/** After a nonce was used meanwhile the wallet asks whether it was by itself. */
const LOOKED_UP = /(answer 404: GET |status of 404 .*)\S+\/v1\/transactions\/[0-9a-f]{64}/;

describe("a sale, seen", () => {
  let town: TestTown;
  let browser: Browser;

  before(async () => {
    if (NO_BROWSER !== undefined) return;
    town = await openTestTown({ homes: 6, historyDays: 1 });
    browser = await openBrowser();
  });
  beforeEach(() => void town?.town.live.control({ paused: true }));
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  for (const [width, home] of [
    [390, "Casa 1"],
    [1440, "Casa 3"],
  ] as const) {
    test(`1.5 kWh go from the accumulator to a supplier and come back as a receipt, at ${width} px`, async (t) => {
      if (skipped(t, NO_BROWSER) || (width === 1440 && skippedUnlessLong(t))) return;
      await withVisit(browser, town.url, { width }, (seen) => sellOneAndAHalf(seen, width, home, town));
    });
  }

  test("a sale stopped under way is paid for what the meter proved, and the rest was never taken", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 390 }, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await composeSale(page, 4);
      const sale = await authorise(page);
      const delivered = page.locator(".one-sale .big").first();
      await setSpeed(page, 600);
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLElement>(".one-sale .big")!.innerText.slice(0, 4)) > 0,
      );
      await pause(page);
      const before = numberIn(await delivered.innerText());
      assert.ok(before < 4, "stopped too late to be partly delivered");
      await page.getByRole("button", { name: "Stop this sale…" }).click();
      await page.getByRole("button", { name: "Stop this sale", exact: true }).click();
      await page.getByText("Nothing more goes out;").waitFor();
      await setSpeed(page, 600);
      const outcome = page.locator(".reason", { hasText: "Stopped before its end." });
      await outcome.waitFor();
      await pause(page);
      await page.getByText("Verified by this device").waitFor();
      const proved = numberIn(await delivered.innerText());
      assert.ok(proved >= before && proved < 4, `${proved} kWh proved after ${before}`);
      assert.match(await delivered.innerText(), /of 4\.00\skWh/);
      const said = await outcome.innerText();
      const amounts = [...said.matchAll(/(\d+\.\d{3})\s€/g)].map((match) => Number(match[1]));
      const known = (await (await page.request.get(`/v1/home/sales/${sale}`)).json()) as Sale;
      assert.equal(known.state, "partly_delivered");
      const whole = (known.energyWh * known.rateMicroEurPerKwh) / 1000;
      assert.deepEqual(
        amounts,
        [known.netMicroEur, whole - known.grossMicroEur].map((amount) => Number((amount / 1e6).toFixed(3))),
      );
      await goTo(page, "Archive");
      await page.getByRole("row", { name: /partly delivered/ }).waitFor();
    });
  });

  test("what another tab sold meanwhile is refused, with less as the next best", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 1440 }, async ({ page, context, expect }) => {
      expect(REFUSED);
      expect(LOOKED_UP);
      await enterAs(page, "Casa 4");
      await composeSale(page, 3);
      const desk = async () => (await (await page.request.get("/v1/home/desk")).json()) as SaleDesk;
      const { sellableWh: before, openSales } = await desk();
      assert.ok(before >= 3000, `only ${before} Wh to sell`);
      const other = await context.newPage();
      await other.goto("/sell");
      await composeSale(other, (before - 1000) / 1000);
      await authorise(other);
      await page.getByRole("button", { name: "Authorise with this device" }).click();
      const refusal = page.getByRole("alert");
      await refusal.waitFor();
      assert.match(await refusal.innerText(), /^NOT SOLD · storage_too_low/i);
      assert.match(await refusal.innerText(), /no longer holds that much above its reserve and open sales\./);
      assert.match(await refusal.innerText(), /Nothing left your accumulator and no money moved\./);
      const after = await desk();
      assert.equal(after.openSales.length, openSales.length + 1, "only the other tab's sale is open");
      const less = page.getByRole("button", { name: /^Sell .* instead$/ });
      assert.equal(numberIn((await less.innerText()).slice(5)), Math.floor(after.sellableWh / 10) / 100);
      await less.click();
      await page.getByText("This is exactly what you sign.").waitFor();
      await authorise(page);
      assert.equal((await desk()).openSales.length, openSales.length + 2);
    });
  });

  test("yesterday's rate buys nothing; today's is one tap away", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const evening = await openTestTown({
      homes: 3,
      historyDays: 1,
      start: "2026-06-16T21:30Z",
      trade: false,
    });
    t.after(() => evening.close());
    await withVisit(browser, evening.url, { width: 390 }, async ({ page, expect }) => {
      expect(REFUSED);
      await enterAs(page, "Casa 3");
      const step = await composeSale(page, 0.5);
      const yesterday = await valueBeside(step, "Sell to").innerText();
      await jumpTo(page, "Midnight");
      await step.getByRole("button", { name: "Authorise with this device" }).click();
      const refusal = page.getByRole("alert");
      await refusal.waitFor();
      const supplier = yesterday.split(",")[0]!;
      assert.match(await refusal.innerText(), /^NOT SOLD · rate_expired/i);
      assert.ok((await refusal.innerText()).includes(`${supplier}’s rate ended at midnight.`));
      assert.match(await refusal.innerText(), /Nothing left your accumulator and no money moved\./);
      const account = await page.request.get("/v1/home/desk");
      const { suppliers, openSales } = (await account.json()) as SaleDesk;
      assert.deepEqual(openSales, []);
      const rate = suppliers.find(({ name }) => name === supplier)!.rateMicroEurPerKwh! / 1e6;
      await page.getByRole("button", { name: `Use today’s rate, ${rate.toFixed(3)}` }).click();
      await step.getByText("This is exactly what you sign.").waitFor();
      const today = formatDay(dayOf(ROME, evening.time));
      assert.equal(numberIn(await valueBeside(step, `Rate of ${dayName(today)}`).innerText()), rate);
      await authorise(page);
    });
  });

  test("the town had nothing to complain of", (t) => {
    if (skipped(t, NO_BROWSER)) return;
    assert.deepEqual(town.complaints, []);
  });
});

/** `2026-06-17` → `17 June`. */
function dayName(day: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${day}T00:00Z`),
  );
}

async function sellOneAndAHalf(seen: Visit, width: Width, home: string, town: TestTown): Promise<void> {
  const { page } = seen;
  // For everybody, on each screen that it passes by; all screens are walked by accessibility.test.ts.
  const forEverybody = async (screen: string) => assert.deepEqual(await violations(page), [], screen);
  await page.goto("/");
  await page.getByRole("listitem").first().waitFor();
  await forEverybody("enter");
  await enterAs(page, home);
  await page.getByRole("heading", { name: "Monitor", level: 1 }).waitFor();

  // F1 lives.
  await setSpeed(page, 60);
  const flow = page.locator("main section").first();
  const [clock, values] = [await page.locator(".clock b").innerText(), await flow.innerText()];
  await page.waitForFunction(
    ([clockBefore, before]) =>
      document.querySelector<HTMLElement>(".clock b")!.innerText !== clockBefore &&
      document.querySelector<HTMLElement>("main section")!.innerText !== before,
    [clock, values],
  );
  await pause(page);
  await forEverybody("monitor");

  // Who, how much.
  await goTo(page, "Sell");
  const offers = page.getByRole("radio");
  await offers.first().waitFor();
  await forEverybody("sell");
  const chosen = page.locator("label.offer").nth(1);
  const supplier = await chosen.locator("b").innerText();
  const rate = Math.round(numberIn(await chosen.locator(".rate").innerText()) * 1e6);
  await chosen.click();
  assert.equal(await offers.nth(1).isChecked(), true);
  await onward(page, width);
  const slider = page.getByRole("slider", { name: "Energy to sell" });
  const field = page.getByRole("textbox", { name: "Energy to sell, kWh" });
  await slider.focus();
  await slider.press("Home");
  assert.equal(await slider.inputValue(), "100");
  await slider.press("ArrowRight");
  const keyed = Number(await slider.inputValue());
  assert.ok(keyed > 100 && keyed <= 200, `one key from 0.10 kWh came to ${keyed} Wh`);
  assert.equal(numberIn(await field.inputValue()) * 1000, keyed);
  await field.fill("1.5");
  await field.press("Tab");
  assert.equal(await field.inputValue(), "1.50");
  assert.equal(await slider.inputValue(), "1500");
  await onward(page, width);

  // What it brings, counted here: rate times energy, less the community's fee. Rates are whole thousandths of a
  // euro, so nothing is rounded before the screen rounds to three decimals.
  const { parameters } = (await (await fetch(`${town.url}/v1/community`)).json()) as Community;
  const feeRate = parameters.saleFeeMicroEurPerKwh;
  const gross = (1500 * rate) / 1000;
  const fee = (1500 * feeRate) / 1000;
  const net = Number(((gross - fee) / 1e6).toFixed(3));
  const preview = page.locator('[data-step="3"]');
  assert.equal(numberIn(await preview.locator(".big").innerText()), net);
  await (width === 390 ? page.locator(".price-bar") : preview)
    .getByRole("button", { name: "Continue" })
    .click();

  // Exactly what is signed.
  const step = page.locator('[data-step="4"]');
  await step.getByText("This is exactly what you sign.").waitFor();
  await forEverybody("authorise");
  const sheet = await sheetOf(step);
  const today = formatDay(dayOf(ROME, town.time));
  assert.match(sheet.get("Sell to")!, new RegExp(`^${supplier}, member \\d+$`));
  assert.match(sheet.get("Energy")!, /^1,500\sWh, stored solar$/);
  assert.equal(numberIn(sheet.get("Fee")!), feeRate / 1e6);
  const handedIn = page.waitForRequest(
    (request) => request.method() === "POST" && /\/v1\/transactions\?/.test(request.url()),
  );
  await step.getByRole("button", { name: "Authorise with this device" }).click();
  const { bytes } = (await handedIn).postDataJSON() as { bytes: string };
  const transaction = decodeTransaction(fromHex(bytes)!);
  assert.ok(transaction.ok);
  assert.equal(transaction.value.kind, authoriseEnergySale.number);
  assert.equal(transaction.value.chain, sheet.get("On the ledger"));
  const signed = decode(authoriseEnergySale.codec, transaction.value.body);
  assert.ok(signed.ok);
  const { plant, day } = signed.value;
  assert.deepEqual(
    [signed.value.energy, signed.value.fee, signed.value.rate, formatDay(day), `Casa ${plant}`],
    [1500n, BigInt(feeRate), BigInt(rate), today, home],
  );
  assert.equal(signed.value.supplier, numberIn(/member (\d+)/.exec(sheet.get("Sell to")!)![1]!));
  assert.equal(transaction.value.expiryHeight, numberIn(sheet.get("Valid until")!));

  // On its way.
  const id = toHex(signed.value.sale);
  await page.waitForURL(`**/sell/${id}`);
  await page.getByRole("heading", { name: `Sale to ${supplier}` }).waitFor();
  await page.locator(".track li.now", { hasText: "Delivering" }).waitFor();
  await setSpeed(page, 600);
  await page.getByText(/\d\skW into the MicroGrid\./).waitFor();

  // Delivered, settled, verified on the device.
  await page.getByText("Delivered in full and paid.").waitFor();
  await page.getByText("Verified by this device").waitFor();
  const behindS = town.time - timeShown(await page.locator(".clock b").innerText());
  assert.ok(behindS < 3 * 600 + 60, `the time on the screen is ${behindS} s behind the town's at 600×`);
  await pause(page);
  await forEverybody("receipt");
  const receipt = page.locator(".receipt");
  assert.equal(numberIn(await receipt.locator(".big").innerText()), net);
  assert.match(await valueBeside(receipt, "Delivered").innerText(), /^1,500 Wh by /);
  const saved = await savedBy(page, () => receipt.getByRole("button", { name: "Save receipt" }).click());
  const kept = JSON.parse(saved) as Receipt & { trusted: { producer: string } };
  const checked = checkReceipt(kept, {
    chain: transaction.value.chain,
    producer: fromHex(kept.trusted.producer)!,
  });
  assert.ok(checked.ok, "the saved receipt verifies outside the browser");
  assert.equal(kept.sale.state, "settled");

  // In the explorer: the block that accepted it, then the transaction.
  const block = kept.sale.authorised.height;
  await page
    .locator(".track")
    .getByRole("link", { name: `block ${block.toLocaleString("en")}` })
    .click();
  await page.getByText("This device computed the hash again from these fields: it fits.").waitFor();
  await forEverybody("block");
  await page.getByRole("link", { name: new RegExp(`Plant ${plant} sells 1,500\\sWh`) }).click();
  await page.getByRole("heading", { name: "Sale authorised", level: 1 }).waitFor();
  assert.match(await page.locator("main").innerText(), /1,500\sWh/);
  await page.getByRole("link", { name: "Your sale and its receipt" }).click();
  await page.waitForURL(`**/sell/${id}`);
  await goTo(page, "Ledger");
  await page.getByRole("heading", { name: "Ledger", level: 1 }).waitFor();
  await page.getByRole("textbox", { name: "Block height or transaction id" }).fill(String(block));
  await page.getByRole("button", { name: "Find" }).click();
  await page.waitForURL(`**/ledger/block/${block}`);

  // In the archive, and in its table as a file.
  await goTo(page, "Archive");
  await page.getByRole("heading", { name: "Archive", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Day", exact: true }).click();
  await page.waitForURL("**/archive/day/*");
  const row = page.getByRole("row", { name: new RegExp(`Sale to ${supplier}`) });
  await row.waitFor();
  await forEverybody("archive");
  const cells = await row.getByRole("cell").allInnerTexts();
  assert.equal(numberIn(cells[1]!), 1.5);
  assert.equal(numberIn(cells[2]!), net);
  const csv = await savedBy(page, () => page.getByRole("link", { name: "Export" }).click());
  checkCsv(csv, id, { gross, fee });
}

/** `Tue 16 June, 13:50` of the town's first summer, in Rome → Unix seconds. */
function timeShown(text: string): number {
  const [, day, month, time] = /^\w+ (\d+) (\w+), (\d\d:\d\d)$/.exec(text)!;
  return Date.parse(`${day} ${month} 2026 ${time} GMT+0200`) / 1000;
}

/** On a phone one step fills the screen; on a wide one they stand side by side. */
async function onward(page: Page, width: Width): Promise<void> {
  if (width === 390) await page.locator(".price-bar").getByRole("button", { name: "Continue" }).click();
}

async function sheetOf(scope: Locator): Promise<Map<string, string>> {
  const [terms, values] = [scope.locator("dl dt"), scope.locator("dl dd")];
  const [names, texts] = [await terms.allInnerTexts(), await values.allInnerTexts()];
  return new Map(names.map((name, i) => [name, texts[i]!]));
}

async function savedBy(page: Page, act: () => Promise<void>): Promise<string> {
  const download = page.waitForEvent("download");
  await act();
  return readFile(await (await download).path(), "utf8");
}

/** RFC 4180, as far as this file goes: no field here holds a quote or a line break. */
function checkCsv(csv: string, sale: string, { gross, fee }: { gross: number; fee: number }): void {
  assert.ok(csv.endsWith("\r\n"));
  const rows = csv.split("\r\n").map((line) => line.split(","));
  const end = rows.findIndex((row) => row.length === 1 && row[0] === "");
  const [head, ...buckets] = rows.slice(0, end);
  const column = (name: string) => {
    const at = head!.indexOf(name);
    assert.ok(at >= 0, `no column "${name}" in ${head!.join(" | ")}`);
    return buckets.map((row) => Number(row[at]));
  };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  assert.ok(buckets.length > 12 && buckets.length <= 24, `${buckets.length} hours`);
  const energies = head!.filter((name) => name.endsWith("[kWh]"));
  assert.equal(energies.length, 8);
  for (const name of energies) {
    for (const value of column(name)) assert.ok(value >= 0 && Number.isFinite(value), `${name}: ${value}`);
  }
  assert.ok(sum(column("panels to accumulator [kWh]")) > 1);
  assert.ok(sum(column("accumulator to MicroGrid [kWh]")) >= 1.5 - 1e-9);

  const [titles, ...sales] = rows.slice(end + 1).filter((row) => row.length > 1);
  const found = sales.find((row) => row[0] === sale);
  assert.ok(found !== undefined, "the sale has no row");
  const sold = (name: string) => sum(sales.map((row) => Number(row[titles!.indexOf(name)])));
  assert.equal(sum(column("sold [kWh]")).toFixed(3), sold("delivered [kWh]").toFixed(3));
  assert.equal(sum(column("earned [EUR]")).toFixed(6), sold("net [EUR]").toFixed(6));
  const field = (name: string) => found[titles!.indexOf(name)];
  assert.equal(field("delivered [kWh]"), "1.500");
  assert.equal(field("sold [kWh]"), "1.500");
  assert.equal(field("gross [EUR]"), (gross / 1e6).toFixed(6));
  assert.equal(field("fee [EUR]"), (fee / 1e6).toFixed(6));
  assert.equal(field("net [EUR]"), ((gross - fee) / 1e6).toFixed(6));
  assert.equal(field("state"), "settled");
}
