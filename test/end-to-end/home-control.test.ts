/**
 * An owner's say over the accumulator, as a person gives it: the real town, the real browser, the built app. The long
 * form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { toHex } from "#base/bytes.ts";
import { OPERATOR, townKey } from "#sim/plan.ts";
import { createClient } from "#wire/client.ts";
import type { HomeAccumulator } from "#wire/home-schemas.ts";
import { operatorLimitHash } from "#wire/operator-limits.ts";
import type { Live } from "#wire/schemas.ts";
import type { TestTown } from "../support/live-town.ts";
import { violations } from "./axe.ts";
import { notStaged, openStage } from "./stage.ts";
import { enterAs, goTo } from "./steps.ts";

const HOUR = 3600;
/** A refusal is an answer of its own kind, which the browser writes to its console. */
const REFUSED = /(answer 409: PUT |status of 409 .*)\S+\/v1\/home\/accumulator\/command/;

describe("a home is run from afar", () => {
  // Ten in the evening: what the home uses comes from the accumulator.
  const stage = openStage({ homes: 3, historyDays: 1, start: "2026-06-16T20:00Z", trade: false, speed: 60 });

  const card = (page: Page) => page.getByRole("region", { name: "Your say" });
  const accumulator = async (page: Page) =>
    (await (await page.request.get("/v1/home/accumulator")).json()) as HomeAccumulator;
  const live = async (page: Page) => (await (await page.request.get("/v1/home/live")).json()) as Live;

  async function sign(page: Page): Promise<void> {
    await card(page).getByRole("button", { name: "Review" }).click();
    await card(page).getByText("This is exactly what you sign.").waitFor();
    await card(page).getByRole("button", { name: "Sign with this device" }).click();
  }

  test("held, given and left to itself again: the flows follow", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(390, async ({ page }) => {
      await enterAs(page, "Casa 1");
      await town.runTo(town.time + 60);
      const before = await live(page);
      assert.ok(before.flowsW.accumulatorToHome > 0, "the home lives from its accumulator");

      await goTo(page, "Plant");
      await card(page).getByText("It decides by itself.").waitFor();
      await card(page).getByRole("button", { name: "Hold" }).click();
      await card(page).getByText("Nothing leaves the accumulator until").waitFor();
      await sign(page);
      await card(page).getByText("On its way to your home…").waitFor();
      await town.runTo(town.time + 60);
      await card(page).getByText("Your home does it since").waitFor();
      const held = await live(page);
      assert.equal(held.flowsW.accumulatorToHome, 0);
      assert.ok(held.flowsW.gridToHome > 0);
      assert.equal(held.decision.code, "command_holds");
      await goTo(page, "Monitor");
      await page
        .locator(".reason")
        .getByText(/^Held by you until/)
        .waitFor();
      assert.deepEqual(await violations(page), []);

      await goTo(page, "Plant");
      await card(page).getByRole("button", { name: "Give", exact: true }).click();
      const power = card(page).getByRole("slider", { name: "Power" });
      await power.fill("2000");
      await sign(page);
      await town.runTo(town.time + 60);
      await card(page)
        .getByText(/^Gives 2\.00\skW until/)
        .waitFor();
      await card(page).getByText("Your home does it since").waitFor();
      const giving = await live(page);
      const given = giving.flowsW.accumulatorToHome + giving.flowsW.accumulatorToGrid;
      assert.ok(Math.abs(given - 2000) < 1, `${given} W`);
      assert.deepEqual(await violations(page), []);

      const { command } = await accumulator(page);
      await town.runTo(command!.command.until + 60);
      await card(page).getByText("Over since").waitFor();
      const after = await live(page);
      assert.equal(after.flowsW.accumulatorToGrid, 0, "a command that is over moves nothing");
    });
  });

  test("a letter that was kept back for too long is refused, and nothing moves", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(390, async ({ page, expect }) => {
      expect(REFUSED);
      await enterAs(page, "Casa 1");
      await goTo(page, "Plant");
      let kept: string | undefined;
      await page.route("**/v1/home/accumulator/command", async (route) => {
        kept ??= route.request().postData() ?? "";
        await town.runTo(town.time + HOUR / 2);
        await route.continue();
      });
      await card(page).getByRole("button", { name: "Charge", exact: true }).click();
      await sign(page);
      await card(page).getByText("It was signed too long ago.", { exact: false }).waitFor();
      assert.ok(kept !== undefined);
      assert.notEqual((await accumulator(page)).command?.command.mode, "charge");
    });
  });

  test("the reserve is set by hand and keeps the accumulator from serving the home", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(390, async ({ page }) => {
      await enterAs(page, "Casa 3");
      await goTo(page, "Plant");
      await card(page).getByRole("button", { name: "Change…" }).click();
      await card(page).getByRole("slider", { name: "Reserve for the home" }).fill("100");
      assert.deepEqual(await violations(page), []);
      await sign(page);
      await card(page)
        .getByText(/^100\s%/)
        .waitFor();
      await town.runTo(town.time + 60);
      assert.equal((await live(page)).flowsW.accumulatorToHome, 0);
      await page.getByText(/stay in reserve for the home/).waitFor();
    });
  });

  test("a limit of the grid's operator is read with its reason and end, and the home keeps to it", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    for (const width of [390, 1440] as const) {
      await stage.at(width, async ({ page }) => {
        await enterAs(page, "Casa 2");
        await town.runTo(town.time + 60);
        assert.equal((await live(page)).operatorLimit, null);
        const { plant: home } = (await (await page.request.get("/v1/session")).json()) as { plant: number };
        await limitHome(town, home, "congestion");
        await town.runTo(town.time + 60);
        const note = page.getByText("The grid operator lets in at most", { exact: false });
        await note.waitFor();
        assert.match(await note.innerText(), /2\.00\skW until/);
        await page.getByText("The line is full.", { exact: false }).waitFor();
        assert.equal((await live(page)).operatorLimit?.reason, "congestion");
        assert.deepEqual(await violations(page), []);
        await limitHome(town, home, null);
        await town.runTo(town.time + 60);
        await note.waitFor({ state: "hidden" });
      });
    }
  });
});

/** As the town's operator signs it; without a reason what stands is lifted. */
async function limitHome({ url, time }: TestTown, home: number, reason: "congestion" | null): Promise<void> {
  const platform = createClient(fetch, url);
  const { chain } = await platform.call("GET /v1/community");
  const signer = townKey(16, "operator");
  const bounds = { importPowerMaxW: 2_000, exportPowerMaxW: null, failsafe: null };
  const limit = reason === null ? null : { ...bounds, from: time, until: time + HOUR, reason };
  const letter = { member: OPERATOR, issuedAt: time, limit };
  const signature = toHex(signer.sign(operatorLimitHash({ chain, home, ...letter })));
  const body = { ...letter, publicKey: toHex(signer.publicKey), signature };
  await platform.call("PUT /v1/grid/homes/:home/limit", { params: { home }, body });
}
