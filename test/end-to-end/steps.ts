/**
 * What a person does with the app, as they would say it: enter as somebody, go to a place, set the clock. Every
 * step finds its control by role and name, as a screen reader does.
 */
import type { Locator, Page } from "playwright-core";
import type { DemoClock } from "#wire/schemas.ts";

/** One tap on the page that asks who you are. */
export async function enterAs(page: Page, name: string): Promise<void> {
  if (new URL(page.url()).pathname !== "/enter") await page.goto("/enter");
  const title = await page.getByRole("heading", { level: 1 }).innerText();
  await page
    .getByRole("listitem")
    .filter({ has: page.getByText(name, { exact: true }) })
    .getByRole("button")
    .click();
  // The step ends when the new page's title has the focus, so that it is read out and Tab starts there.
  await page.locator("h1:focus").filter({ hasNotText: title }).waitFor();
}

/** By rail or tabs; the ledger and whatever has no tab on a phone through the settings. */
export async function goTo(page: Page, place: string): Promise<void> {
  const link = page.getByRole("navigation").getByRole("link", { name: place, exact: true });
  const visible = link.filter({ visible: true });
  if ((await visible.count()) > 0) await visible.first().click();
  else {
    await openSettings(page);
    await page.getByRole("link", { name: place, exact: true }).filter({ visible: true }).click();
  }
  await page.getByRole("heading", { level: 1 }).waitFor();
}

export async function openSettings(page: Page): Promise<void> {
  await settingsButton(page).click();
}

function settingsButton(page: Page): Locator {
  return page.locator("button.account, .narrow button[aria-label]:has(svg)").filter({ visible: true }).last();
}

/** Sets the demo town's speed on its bar, which also lets a paused town run. */
export async function setSpeed(page: Page, speed: 1 | 60 | 600): Promise<void> {
  const bar = page.locator(".clock");
  const key = bar.getByRole("button", { name: `${speed}×`, exact: true }).filter({ visible: true });
  if ((await key.count()) === 0) await bar.getByRole("button", { name: /^Speed / }).click();
  await key.first().click();
}

export async function pause(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Pause the town" }).click();
  await page.getByRole("button", { name: "Let the town run" }).waitFor();
}

/** Jumps and waits until the town is there. */
export async function jumpTo(page: Page, moment: "Sunrise" | "Noon" | "Sunset" | "Midnight"): Promise<void> {
  const bar = page.locator(".clock");
  const clock = async () => (await (await page.request.get("/v1/demo/clock")).json()) as DemoClock;
  const { time } = await clock();
  await bar.getByRole("button", { name: "Jump to" }).click();
  await bar.getByRole("button", { name: moment, exact: true }).click();
  for (;;) {
    const now = await clock();
    if (now.time > time && now.seekingTo === null) break;
    await page.waitForTimeout(100);
  }
  await bar.getByText("jumping to").waitFor({ state: "hidden" });
}

/** From the desk to what is signed: the first offer, that many kWh. */
export async function composeSale(page: Page, kWh: number): Promise<Locator> {
  await goTo(page, "Sell");
  await page.getByRole("radio").first().waitFor();
  const bar = page.locator(".price-bar").getByRole("button", { name: "Continue" });
  if (await bar.isVisible()) await bar.click();
  const field = page.getByRole("textbox", { name: "Energy to sell, kWh" });
  await field.fill(String(kWh));
  await field.press("Tab");
  if (await bar.isVisible()) {
    await bar.click();
    await bar.click();
  } else await page.locator('[data-step="3"]').getByRole("button", { name: "Continue" }).click();
  const step = page.locator('[data-step="4"]');
  await step.getByText("This is exactly what you sign.").waitFor();
  return step;
}

/** Signs what stands there; returns the sale's number once its page is open. */
export async function authorise(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Authorise with this device" }).click();
  await page.waitForURL(/\/sell\/[0-9a-f]{32}$/);
  return page.url().slice(-32);
}

/** The value beside a term of a sheet. */
export function valueBeside(scope: Locator, term: string): Locator {
  const named = scope.page().getByText(term, { exact: true });
  return scope.locator("dl > div").filter({ has: named }).locator("dd");
}

/** A number as English text has it: `1,500 Wh` → 1500. */
export function numberIn(text: string | null): number {
  const found = /[−-]?[\d,]+(\.\d+)?/.exec(text ?? "");
  if (found === null) throw new Error(`no number in "${text}"`);
  return Number(found[0].replaceAll(",", "").replace("−", "-"));
}

/** Signs what stands there and waits for its block. */
export async function sign(page: Page, button: string, done: string): Promise<void> {
  await page.getByText("This is exactly what you sign.").waitFor();
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("main").getByRole("link", { name: done }).waitFor();
}

/** Two members and the code on paper, which is returned. */
export async function chooseGuardians(page: Page, names: readonly [string, string]): Promise<string> {
  await goTo(page, "Keys");
  await page.getByRole("button", { name: "Choose three…" }).click();
  await page.getByRole("combobox", { name: "Guardian 1" }).selectOption({ label: names[0] });
  await page.getByRole("combobox", { name: "Guardian 2" }).selectOption({ label: names[1] });
  const code = await page.locator(".paper-code").innerText();
  await page.getByRole("textbox", { name: "Type it from the paper" }).fill(code.toLowerCase());
  await page.getByRole("button", { name: "Review" }).last().click();
  await sign(page, "Sign: these three", "Your guardians are set.");
  return code;
}

/** Says that all keys are lost, on a device that knows nothing, and returns the text for the guardians. */
export async function pleaOf(page: Page, member: number | undefined, code: string): Promise<string> {
  await page.goto("/enter");
  await page.getByRole("button", { name: "I have lost my keys" }).click();
  if (member !== undefined) {
    await page.getByRole("textbox", { name: "Your member number" }).fill(String(member));
  }
  await page.getByRole("textbox", { name: /^Your code on paper/ }).fill(code);
  await page.getByRole("button", { name: "Make the plea" }).click();
  return page.locator(".plea").innerText();
}
