/**
 * What is using power, and an owner's word about it, as a person gives it: the real town, the real browser, the built
 * app. The long form only.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { HomeLoad, HomeLoads } from "#wire/load-schemas.ts";
import type { Live } from "#wire/schemas.ts";
import { violations } from "./axe.ts";
import { notStaged, openStage } from "./stage.ts";
import { enterAs } from "./steps.ts";

describe("a home's loads run as their owner wants", () => {
  // Half past eight in the evening: the car is at home, and the dearest hours are not over.
  const stage = openStage({
    ...{ homes: 3, historyDays: 1, start: "2026-06-16T18:30Z", trade: false, speed: 60 },
    loads: true,
  });

  const list = (page: Page) => page.getByRole("region", { name: "What is using power" });
  const load = async (page: Page, id: string): Promise<HomeLoad> => {
    const { loads } = (await (await page.request.get("/v1/home/loads")).json()) as HomeLoads;
    return loads.find((one) => one.id === id)!;
  };
  const drawnW = async (page: Page) => {
    const { flowsW } = (await (await page.request.get("/v1/home/live")).json()) as Live;
    return flowsW.solarToHome + flowsW.accumulatorToHome + flowsW.gridToHome;
  };

  /** On a phone the list comes when the day above it is about to be seen. */
  async function look(page: Page, who: string): Promise<void> {
    await enterAs(page, who);
    await page.locator(".day").scrollIntoViewIfNeeded();
    await list(page).waitFor();
  }

  async function sign(page: Page): Promise<void> {
    await list(page).getByRole("button", { name: "Review" }).click();
    await list(page).getByText("This is exactly what you sign.").waitFor();
    assert.deepEqual(await violations(page), []);
    await list(page).getByRole("button", { name: "Sign with this device" }).click();
    await list(page).getByText("This is exactly what you sign.").waitFor({ state: "detached" });
  }

  test("a car that waits for cheap hours charges at once when it is told to", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(390, async ({ page }) => {
      await look(page, "Casa 1");
      await town.runTo(town.time + 60);
      const before = await load(page, "car");
      assert.deepEqual([before.powerW, before.code], [0, "waiting_for_cheap_hour"]);
      const homeBefore = await drawnW(page);
      const line = list(page).getByRole("button", { name: /^Car At .* waiting for a cheaper hour than/ });
      await line.click();
      assert.deepEqual(await violations(page), []);
      await list(page).getByRole("button", { name: "at once" }).click();
      await list(page).getByRole("slider", { name: "Charged to" }).fill("100");
      await sign(page);

      await town.runTo(town.time + 60);
      const after = await load(page, "car");
      assert.deepEqual([after.code, after.heard, after.changes], ["charging_at_once", true, 1]);
      assert.ok(after.powerW > 3_000, `${after.powerW} W`);
      const homeAfter = await drawnW(page);
      assert.ok(homeAfter > homeBefore + 2_000, `the home draws ${homeAfter} W and drew ${homeBefore}`);
      await list(page)
        .getByRole("button", { name: /^Car At .* charging at once to 100/ })
        .waitFor();
    });
  });

  test("whoever wants it warmer has the heat pump run in the dearest hour", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(1440, async ({ page }) => {
      await look(page, "Casa 3");
      await town.runTo(town.time + 60);
      assert.equal((await load(page, "heat-pump")).powerW, 0);
      await list(page)
        .getByRole("button", { name: /^Heat pump/ })
        .click();
      await list(page).getByRole("slider", { name: "Rooms never below" }).fill("24");
      assert.deepEqual(await violations(page), []);
      await sign(page);
      await town.runTo(town.time + 60);
      const { code, powerW } = await load(page, "heat-pump");
      assert.equal(code, "comfort_needs_heat");
      assert.ok(powerW > 0);
      await list(page)
        .getByText(/^Your comfort needs heat/)
        .waitFor();
    });
  });

  test("a page that stands open asks once a quarter hour for what changes once a quarter hour", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    await stage.at(1440, async ({ page }) => {
      await look(page, "Casa 1");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      town.town.live.control({ paused: false, speed: 1 });
      const from = town.time;
      await page.waitForTimeout(5_000);
      town.town.live.control({ paused: true, speed: 60 });
      const quarters = Math.floor(town.time / 900) - Math.floor(from / 900);
      for (const path of ["/v1/home/plan", "/v1/home/loads/archive"]) {
        const times = asked.filter((one) => one === path).length;
        assert.ok(times <= quarters + 1, `${times} times ${path} in ${quarters} quarter hours`);
      }
    });
  });

  test("what each load took stands in its line of the day and in the archive, with an export of its own", async (t) => {
    if (notStaged(t)) return;
    const { town } = stage;
    for (const width of [390, 1440] as const) {
      await stage.at(width, async ({ page }) => {
        await town.runTo(town.time + 3_600);
        await look(page, "Casa 1");
        await list(page)
          .getByRole("img", { name: /^Car: ran / })
          .waitFor();
        assert.deepEqual(await violations(page), []);
        await page.goto("/archive/day");
        const took = page.getByRole("region", { name: "What single loads took" }).first();
        await took.getByRole("row", { name: /^Car \d/ }).waitFor();
        assert.deepEqual(await violations(page), []);
        const href = await page.getByRole("link", { name: "Export single loads" }).getAttribute("href");
        const lines = (await (await page.request.get(href!)).text()).trim().split("\r\n");
        assert.match(lines[0]!, /^from,to,car \(car\) \[kWh\],car \(car\) state,/);
        assert.equal(lines.length, 97);
        assert.ok(lines.some((line) => /^[^,]+,[^,]+,0\.\d{3},running,/.test(line)));
      });
    }
  });
});
