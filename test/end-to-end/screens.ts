/**
 * `npm run screens`: a picture of every screen and state, on a phone and on a wide screen, in light and dark, into
 * `screens/`. With `--docs` also the four of the README, small enough for it (pngquant, where it is installed).
 * Words narrow: `npm run screens -- monitor 390 dark`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { openBrowser, type Theme, type VisitChoices, type Width } from "../support/browser.ts";
import { openTestTown, type TestTown } from "../support/live-town.ts";
import { FILLED_SCENES, openFilledTown } from "./filled-scenes.ts";
import { type Prepared, prepare, SCENES, type Scene, standStill, walk } from "./scenes.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = `${ROOT}screens/`;
const PICTURES = `${ROOT}docs/pictures/`;
const README: Readonly<Record<string, string>> = {
  monitor: "monitor",
  plant: "plant",
  sell: "sell",
  "archive-month": "archive",
};
const README_MAX_BYTES = 120 * 1024;

const args = process.argv.slice(2);
const docs = args.includes("--docs");
const words = args.filter((argument) => !argument.startsWith("--"));
const wanted = (all: readonly string[]) => {
  const named = all.filter((one) => words.includes(one));
  return named.length > 0 ? named : all;
};

/** Of these scenes those that are named; all where no scene is. */
function chosenOf(scenes: readonly Scene[]): readonly Scene[] {
  const names = wanted([...SCENES, ...FILLED_SCENES].map(({ name }) => name));
  return scenes.filter(({ name }) => names.includes(name));
}

mkdirSync(FOLDER, { recursive: true });
const town = await openTestTown({
  homes: 24,
  historyDays: 10,
  supplies: true,
  start: "2026-06-16T10:45Z",
  ownChoice: true,
});
const browser = await openBrowser();
let filled: TestTown | undefined;
try {
  const prepared = await prepare(browser, town);
  if (docs) {
    // A sale is on its way out of the accumulator.
    await town.runTo(town.time + 20 * 60);
    town.town.live.control({ speed: 1 });
    await photographReadme(browser, town, prepared);
  } else {
    if (chosenOf(FILLED_SCENES).length > 0) filled = await openFilledTown(browser, { homes: 12 });
    for (const width of wanted(["390", "1440"]).map(Number) as Width[]) {
      for (const theme of wanted(["light", "dark"]) as Theme[]) {
        await photograph(browser, town, prepared, { width, theme }, chosenOf(SCENES));
        if (filled !== undefined) {
          await photograph(browser, filled, prepared, { width, theme }, chosenOf(FILLED_SCENES));
        }
      }
    }
  }
} finally {
  await browser.close();
  await town.close();
  await filled?.close();
}

async function photograph(
  browser: Browser,
  town: TestTown,
  prepared: Prepared,
  choices: VisitChoices,
  scenes: readonly Scene[],
): Promise<void> {
  await walk(
    browser,
    town,
    prepared,
    choices,
    async (scene, page) => {
      const path = `${FOLDER}${scene.name}-${choices.width}-${choices.theme}.png`;
      // What is drawn when it is about to be seen is seen once.
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await page.waitForTimeout(200);
      await standStill(page);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    },
    scenes,
  );
}

/** The wide screen's first view, a little higher than usual, at two thirds of its size, in 256 colours. */
async function photographReadme(browser: Browser, town: TestTown, prepared: Prepared): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const scenes = SCENES.filter(({ name }) => README[name] !== undefined);
  await walk(
    browser,
    town,
    prepared,
    { width: 1440, theme: "light", scale: 2 / 3 },
    async (scene, page) => {
      const path = `${PICTURES}${README[scene.name]}.png`;
      await page.setViewportSize({ width: 1440, height: 1110 });
      await standStill(page);
      const whole = await page.screenshot({ animations: "disabled" });
      const small = spawnSync("pngquant", ["--quality", "70-95", "--speed", "1", "-"], { input: whole });
      const picture = small.status === 0 ? small.stdout : whole;
      writeFileSync(path, picture);
      if (picture.length > README_MAX_BYTES)
        throw new Error(`${path} has ${statSync(path).size} bytes, more than ${README_MAX_BYTES}`);
      console.log(`${path}: ${picture.length} bytes`);
    },
    scenes,
  );
}
