/**
 * Whom a device trusts, in the real browser: it meets who signs the ledger and lets its owner compare, it has
 * followed too long ago and asks anew, and strangers are no matter of asking. The town has one producer, so the
 * test decides the block of its receipt by validators of its own, in front of the app, which checks all of it. The
 * long form only.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { fingerprintOfProducer, fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { type RowProof, rowProofCodec } from "#ledger/proof.ts";
import type { Receipt } from "#wire/schemas.ts";
import { openBrowser, withVisit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { decidedBy } from "../support/decided.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { type Prepared, prepare } from "./scenes.ts";
import { enterAs, goTo } from "./steps.ts";

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;
const DAY_S = 86_400;
const FIRST = [31, 32, 33, 34];
const OTHERS = [41, 42, 43, 44];

describe("whom a device trusts", () => {
  let town: TestTown;
  let browser: Browser;
  let prepared: Prepared;

  before(async () => {
    if (NO_BROWSER !== undefined || !LONG) return;
    town = await openTestTown({ homes: 3, historyDays: 1 });
    browser = await openBrowser();
    prepared = await prepare(browser, town);
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  const shown = (page: Page) => page.locator(".receipt .fingerprint").innerText();

  test("at the first meeting the owner compares a fingerprint with what the operator reads out, once", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 390 }, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await page.goto(`/sell/${prepared.settled}`);
      await page.getByText("Verified by this device").waitFor();
      const { producer } = (await (
        await page.request.get(`/v1/home/sales/${prepared.settled}/receipt`)
      ).json()) as Receipt;
      const fingerprint = fingerprintOfProducer(fromHex(producer)!);
      assert.equal(await shown(page), fingerprint);
      await page.getByRole("button", { name: "It is another one" }).click();
      await page.getByText(/Then “verified” on this device says nothing/).waitFor();
      await page.reload();
      await page.getByRole("button", { name: "It is the same" }).click();
      await page.locator(".receipt .fingerprint").waitFor({ state: "detached" });
      await page.reload();
      await page.getByText("Verified by this device").waitFor();
      assert.equal(await page.locator(".receipt .fingerprint").count(), 0, "it is asked once");
      await page.goto("/ledger/network");
      await page.getByText(fingerprint).waitFor();
    });
  });

  test("who followed too long ago compares and trusts anew; strangers are an alarm and no question", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    await withVisit(browser, town.url, { width: 1440 }, async ({ page }) => {
      await enterAs(page, "Casa 1");
      const now = Math.floor(Date.now() / 1000);
      const decided = { seeds: FIRST as readonly number[], seconds: now - 100 * DAY_S };
      const { chain } = (await (await page.request.get("/v1/community")).json()) as { chain: string };
      await page.route("**/receipt", async (route) => {
        const answer = await route.fetch();
        const receipt = (await answer.json()) as Receipt;
        await route.fulfill({ response: answer, json: signedBy(receipt, chain, decided) });
      });
      const fingerprintOf = (seeds: readonly number[]) => {
        const at = { chain, height: 2, seconds: now, stateRoot: new Uint8Array(32) };
        return fingerprintOfValidators(decidedBy(seeds, at).validators);
      };
      const look = () => page.goto(`/sell/${prepared.settled}`);

      await look();
      await page.getByText("Verified by this device").waitFor();
      assert.equal(await shown(page), fingerprintOf(FIRST), "met a hundred days ago");
      await town.runTo(town.time + 900);
      decided.seeds = OTHERS;
      decided.seconds = now - 60;
      await look();
      await page.getByText(/has not followed the validators for three months/).waitFor();
      await page.getByRole("button", { name: "Compare and trust anew…" }).click();
      const dialog = page.getByRole("alert").filter({ hasText: "the validators now" });
      assert.equal(await dialog.locator(".fingerprint").innerText(), fingerprintOf(OTHERS));
      await dialog.getByRole("button", { name: "Not now" }).click();
      await page.getByText(/has not followed the validators/).waitFor();
      await page.reload();
      await page.getByRole("button", { name: "Compare and trust anew…" }).click();
      await page.getByRole("button", { name: "It is the same: trust them" }).click();
      await page.getByText("Verified by this device").waitFor();
      assert.equal(await page.locator(".receipt .fingerprint").count(), 0, "compared just now");

      await town.runTo(town.time + 900);
      decided.seeds = FIRST;
      decided.seconds = now - 30;
      await look();
      await page.getByText(/Too few of the validators that this device knows/).waitFor();
      assert.equal(await page.getByRole("button", { name: "Compare and trust anew…" }).count(), 0);
      await page.unrouteAll({ behavior: "wait" });
      await goTo(page, "Monitor");
    });
  });
});

/** The receipt under the commit of validators instead of the producer's header. */
function signedBy(
  receipt: Receipt,
  chain: string,
  { seeds, seconds }: { readonly seeds: readonly number[]; readonly seconds: number },
): Receipt {
  const proof = decode(rowProofCodec, fromHex(receipt.proof.bytes)!);
  assert.ok(proof.ok);
  const { height, stateRoot } = receipt.block;
  const at = { chain, height: height + 1, seconds, stateRoot: fromHex(stateRoot)! };
  const decided: RowProof = { ...proof.value, checkpoint: decidedBy(seeds, at) };
  return { ...receipt, proof: { ...receipt.proof, bytes: toHex(encode(rowProofCodec, decided)) } };
}
