/**
 * The real Chromium, and a visit with it: a fresh profile at one width, theme and language, that writes down
 * whatever goes wrong on the page. The device stands in another time zone than the community, so that a time
 * shown in the device's zone is seen.
 */
import assert from "node:assert/strict";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "./counterparts.ts";

export type Width = 390 | 1440;
export type Theme = "light" | "dark";
export type Language = "en" | "it" | "de";

export interface VisitChoices {
  readonly width: Width;
  readonly theme?: Theme;
  readonly language?: Language;
  readonly reducedMotion?: boolean;
  /** Whether the app may install itself; by default it may. */
  readonly serviceWorker?: boolean;
  /** Device pixels per CSS pixel; by default what such a device has. */
  readonly scale?: number;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, exceptions, requests that failed or were refused; but for what was announced by `expect`. */
  readonly problems: string[];
  /** From now on a problem that matches is no problem. */
  expect(pattern: RegExp): void;
  close(): Promise<void>;
}

const HEIGHT: Readonly<Record<Width, number>> = { 390: 844, 1440: 900 };
const LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", it: "it-IT", de: "de-DE" };

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Throws where there is no Chromium: ask `CHROMIUM` first. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: FLAGS });
}

/** A browser with one profile, in a folder of its own, that another program may drive beside us on a port. */
export function openProfile(folder: string, port: number): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath: executable(),
    args: [...FLAGS, `--remote-debugging-port=${port}`],
    locale: "en-GB",
  });
}

function executable(): string {
  if (CHROMIUM === undefined) throw new Error("no Chromium here");
  return CHROMIUM;
}

/**
 * A visit on which nothing may go wrong. Where the act fails, what was on the screen is kept in `screens/`, and the
 * page's own problems are said with the failure.
 */
export async function withVisit(
  browser: Browser,
  url: string,
  choices: VisitChoices,
  act: (seen: Visit) => Promise<void>,
): Promise<void> {
  const seen = await visit(browser, url, choices);
  try {
    await act(seen);
    assert.deepEqual(seen.problems, [], "problems on the page");
  } catch (error) {
    const path = `screens/failed-${choices.width}-${Date.now()}.png`;
    await seen.page.screenshot({ path }).catch(() => undefined);
    console.error(`On the page: ${seen.page.url()}, seen in ${path}`, seen.problems);
    throw error;
  } finally {
    await seen.close();
  }
}

export async function visit(browser: Browser, url: string, choices: VisitChoices): Promise<Visit> {
  const { width, theme = "light", language = "en", reducedMotion = false } = choices;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: HEIGHT[width] },
    deviceScaleFactor: choices.scale ?? (width === 390 ? 2 : 1),
    hasTouch: width === 390,
    colorScheme: theme,
    locale: LOCALE[language],
    timezoneId: "America/New_York",
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    acceptDownloads: true,
    serviceWorkers: choices.serviceWorker === false ? "block" : "allow",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const note = (problem: string) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  page.on("pageerror", (error) => note(`exception: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // The page itself gave up waiting: another step was taken, or the stream was closed.
    if (why !== "net::ERR_ABORTED") note(`failed: ${request.method()} ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400)
      note(`answer ${response.status()}: ${response.request().method()} ${response.url()}`);
  });
  return {
    page,
    context,
    problems,
    expect: (pattern) => void expected.push(pattern),
    close: () => context.close(),
  };
}
