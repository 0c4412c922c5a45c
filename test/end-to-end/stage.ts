/**
 * The stage of tests in the real browser: a town and a Chromium, opened before the first test of a `describe` and
 * closed after its last, where the long form is wanted and a browser is there.
 */
import { after, before, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { openBrowser, type Visit, type Width, withVisit } from "../support/browser.ts";
import { CHROMIUM, LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { openTestTown, type TestTown, type TestTownChoices } from "../support/live-town.ts";

export interface Stage {
  /** Of the tests alone: it is opened before the first of them. */
  readonly town: TestTown;
  /** A visit with a profile of its own. */
  at(width: Width, act: (seen: Visit) => Promise<void>): Promise<void>;
}

const NO_BROWSER = CHROMIUM === undefined ? "Chromium" : undefined;

/** To be called in a `describe`. The host is the name by which the browser calls: passkeys belong to a name. */
export function openStage(choices: TestTownChoices, host: "127.0.0.1" | "localhost" = "127.0.0.1"): Stage {
  let town: TestTown;
  let browser: Browser;
  before(async () => {
    if (NO_BROWSER !== undefined || !LONG) return;
    town = await openTestTown(choices);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });
  return {
    get town() {
      return town;
    },
    at: (width, act) => withVisit(browser, town.url.replace("127.0.0.1", host), { width }, act),
  };
}

/** True where a test should end here: no long form is wanted, or there is no browser. */
export function notStaged(t: TestContext): boolean {
  return skippedUnlessLong(t) || skipped(t, NO_BROWSER);
}
