/**
 * Every screen for everybody: no violation of axe-core's rules, in light and dark, on a phone and on a wide
 * screen, none wider than it; a sale without a mouse; no movement for whom it makes sick; every word in the language
 * chosen. What a sale passes by is asked by `sale.test.ts`, too. The long form only.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Language, openBrowser, type Width, withVisit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { violations } from "./axe.ts";
import { FILLED_SCENES, openFilledTown } from "./filled-scenes.ts";
import { type Prepared, prepare, type Scene, standStill, walk } from "./scenes.ts";
import { enterAs, goTo } from "./steps.ts";
import { foreign, textsOf } from "./words.ts";

/** Of each town one walk, the fresh one on a wide screen and the filled one on a phone; otherwise both on both. */
const HALF = process.env.CONTRADA_WALKS === "half";
const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;

describe("every screen for everybody", () => {
  let town: TestTown;
  let filled: TestTown | undefined;
  let browser: Browser;
  let prepared: Prepared;

  before(async () => {
    if (NO_BROWSER !== undefined || !LONG) return;
    town = await openTestTown({ homes: 9, historyDays: 2, supplies: true });
    browser = await openBrowser();
    prepared = await prepare(browser, town);
  });
  after(async () => {
    await browser?.close();
    await town?.close();
    await filled?.close();
  });

  // Words and colours are looked at on one walk; English is what `sale.test.ts` walks in.
  for (const [width, language] of [
    [390, "it"],
    [1440, "de"],
  ] as const satisfies [Width, Language][]) {
    const found: string[] = [];
    const look = async (scene: Scene, page: Page) => {
      assert.equal(await page.getAttribute("html", "lang"), language);
      const texts = await textsOf(page);
      assert.ok(texts.length > 10, `only ${texts.length} texts`);
      for (const text of foreign(texts, language)) found.push(`${scene.name}: ${text}`);
      for (const one of await violations(page)) found.push(`${scene.name}: ${one}`);
      const over = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      if (over > 0) found.push(`${scene.name}: the page is ${over} px wider than the screen`);
      // The other theme has the same page in other colours.
      await page.emulateMedia({ colorScheme: "dark" });
      await standStill(page);
      for (const one of await violations(page, "colours")) found.push(`${scene.name}, dark: ${one}`);
      await page.emulateMedia({ colorScheme: "light" });
    };

    if (!HALF || width === 1440)
      test(`every screen at ${width} px and in ${language}: axe-core finds nothing in light and dark, no word is foreign`, async (t) => {
        if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
        found.length = 0;
        const problems = await walk(browser, town, prepared, { width, language }, look);
        assert.deepEqual([...new Set(found)], []);
        assert.deepEqual(problems, []);
      });

    if (!HALF || width === 390)
      test(`a town in which things happened, at ${width} px and in ${language}, likewise`, async (t) => {
        if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
        filled ??= await openFilledTown(browser);
        found.length = 0;
        const problems = await walk(browser, filled, prepared, { width, language }, look, FILLED_SCENES);
        assert.deepEqual([...new Set(found)], []);
        assert.deepEqual(problems, []);
      });
  }

  test("a sale without a mouse, each step seen where the focus is", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    for (const width of [1440, 390] as const) {
      await withVisit(browser, town.url, { width }, async ({ page }) => {
        await page.goto("/enter");
        await page.getByRole("button", { name: /^Casa 4 / }).waitFor();
        await page.keyboard.press("Tab");
        assert.equal(await focused(page), "Skip to content", "the first stop leads past the frame");
        await tabTo(page, /^Casa 4 /);
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "Monitor", level: 1 }).waitFor();
        await page.waitForFunction(() => document.activeElement?.textContent === "Monitor");
        // The frame stands before the page, the tabs of a phone after it.
        await tabTo(page, /^Sell$/, width === 1440 ? "Shift+Tab" : "Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("radio").first().waitFor();
        await page.waitForFunction(() => document.activeElement?.tagName === "H1");
        await tabTo(page, /^(Alba Energia|Ponente Luce|Tevere Power)/);
        const first = await focused(page);
        await page.keyboard.press("ArrowDown");
        assert.notEqual(await focused(page), first, "arrows choose another supplier");
        if (width === 390) await goOn(page, /^Continue$/);
        await tabTo(page, /^Energy to sell$/);
        await page.keyboard.press("Home");
        for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowUp");
        const wh = await page.getByRole("slider").inputValue();
        await goOn(page, /^Continue$/);
        if (width === 390) await goOn(page, /^Continue$/);
        await page.getByText("This is exactly what you sign.").waitFor();
        assert.match(await focused(page), /Authorise$/, "the new step is read out");
        await goOn(page, /^Authorise with this device$/);
        await page.waitForURL(/\/sell\/[0-9a-f]{32}$/);
        await page.getByRole("heading", { name: /^Sale to / }).waitFor();
        const sold = Number(wh) / 1000;
        await page.getByText(`of ${sold.toFixed(2)}\u00a0kWh`).waitFor();
      });
    }
  });

  test("nothing moves for whom movement is unwelcome", async (t) => {
    if (skippedUnlessLong(t) || skipped(t, NO_BROWSER)) return;
    const moving = (page: Page) =>
      page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);
    for (const reducedMotion of [false, true]) {
      await withVisit(browser, town.url, { width: 1440, reducedMotion }, async ({ page }) => {
        await enterAs(page, "Casa 1");
        await page.locator(".wire.carries .arrow").first().waitFor();
        await page.waitForTimeout(800);
        const count = await moving(page);
        if (reducedMotion) assert.equal(count, 0, "the flow stands still, its arrows remain");
        else assert.ok(count > 0, "the flow moves");
        await page.locator(".seg button").first().click();
        await goTo(page, "Sell");
        await page.getByRole("radio").first().waitFor();
        if (reducedMotion) assert.equal(await moving(page), 0);
      });
    }
  });
});

/** The name of what has the focus, as far as its own text tells. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    const label = element?.closest("label");
    const text = element?.getAttribute("aria-label") ?? (label ?? element)?.innerText ?? "";
    return text.replace(/\s+/g, " ").trim();
  });
}

/** Presses Tab until something of that name has the focus, and sees that the focus shows. */
async function tabTo(page: Page, name: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const met: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (name.test(now)) {
      assert.ok(await focusShows(page), `nothing shows the focus on "${now}"`);
      return;
    }
    met.push(now);
  }
  assert.fail(`${key} never came to ${name}, only to ${met.join(" | ")}`);
}

async function goOn(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

/** Whether the picture around the focused control differs from the one without focus. */
async function focusShows(page: Page): Promise<boolean> {
  const box = await page.evaluate(() => {
    const element = document.activeElement!;
    const { x, y, width, height } = (element.closest("label") ?? element).getBoundingClientRect();
    return { x: x - 6, y: y - 6, width: width + 12, height: height + 12 };
  });
  const { width, height } = page.viewportSize()!;
  const x = Math.max(0, box.x);
  const y = Math.max(0, box.y);
  const clip = { x, y, width: Math.min(box.width, width - x), height: Math.min(box.height, height - y) };
  const style = { animations: "disabled", caret: "hide" } as const;
  const having = await page.screenshot({ clip, ...style });
  const element = await page.evaluateHandle(() => {
    const had = document.activeElement as HTMLElement;
    had.blur();
    return had;
  });
  const lacking = await page.screenshot({ clip, ...style });
  await element.evaluate((had) => had.focus({ focusVisible: true } as FocusOptions));
  return !having.equals(lacking);
}
