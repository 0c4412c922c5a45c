/**
 * The screens of a town in which things have happened: auctions cleared and a day of the neighbours' market settled, a
 * disputed bill of a supply contract, bills of a day made. The scenes of `scenes.ts` show them empty. As there, the
 * ways use no words.
 */
import type { Browser, Page } from "playwright-core";
import { dayOf, dayStart, formatDay, ROME } from "#base/time.ts";
import type { LoadKind } from "#wire/load-preferences.ts";
import type { HomeLoad } from "#wire/load-schemas.ts";
import { withVisit } from "../support/browser.ts";
import { openTestTown, type TestTown, type TestTownChoices } from "../support/live-town.ts";
import { at, HOME, PLAIN_HOME, type Scene, show } from "./scenes.ts";
import { enterAs } from "./steps.ts";

const SUPPLIER = "Alba Energia";
const OPERATOR = "Contrada Olmo";
/** The morning after, when panels have something to sell again, s after midnight. */
const NEXT_LOOK_S = 9 * 3600;

/** From an afternoon to the next morning: a day is settled, and both sides of the market have orders. */
export async function openFilledTown(browser: Browser, choices: TestTownChoices = {}): Promise<TestTown> {
  const market = {
    homes: 4,
    historyDays: 1,
    start: "2026-06-16T15:45Z",
    market: true,
    supplies: true,
    loads: true,
  };
  const town = await openTestTown({ ...market, ...choices });
  const day = dayOf(ROME, town.time);
  const asOne = (who: string, path: string, act: (page: Page) => Promise<void>) =>
    withVisit(browser, town.url, { width: 1440 }, async ({ page }) => {
      await enterAs(page, who);
      await page.goto(path);
      await act(page);
    });
  await asOne(SUPPLIER, "/contracts", async (page) => {
    await page.locator(".contract .invoices .btn").first().click();
    await signed(page);
  });
  await asOne(PLAIN_HOME, "/contracts", async (page) => {
    await page.locator(".contract .invoices .btn.quiet").first().click();
    await page.locator(".contract form.form button[type=submit]").click();
    await signed(page);
    await page.locator(".contract .state.disputed").first().waitFor();
  });
  await town.runTo(dayStart(ROME, day + 1) + NEXT_LOOK_S);
  for (const issuer of [SUPPLIER, OPERATOR]) {
    await asOne(issuer, "/bills", async (page) => {
      await page.locator(".make-bills input").first().fill(formatDay(day));
      await page.locator(".make-bills input").last().fill(formatDay(day));
      await page.locator(".make-bills button[type=submit]").click();
      await page.locator(".make-bills .note").waitFor();
    });
  }
  return town;
}

const WARM = { roomMinC: 19.5, tankMinC: 38, tankMaxC: 55 };
const heat = (id: string, kind: LoadKind, more: Pick<HomeLoad, "powerW" | "state" | "code" | "numbers">) => ({
  ...{ id, kind, name: null, todayWh: 4_100, nextRun: null, modes: ["cheapest"], changes: 0, heard: true },
  preferences: { ...WARM, mode: "cheapest", readyByMinute: null, targetPercent: null, priority: 7 },
  ...more,
});

/** What only a gateway steers: a micro-CHP, heat pumps that listen to contacts. */
const GATEWAY_HEAT = [
  heat("micro-chp", "chp", {
    ...{ powerW: -1_000, state: "running", code: "chp_pays" },
    numbers: { tankC: 52, roomC: 20.5, madeW: 1_000, usedW: 860 },
  }),
  heat("heat-pump", "heat_pump", {
    ...{ powerW: 0, state: "limited", code: "heat_limited", numbers: { sgState: 1, blocksLeft: 1 } },
  }),
  heat("heat-pump-2", "heat_pump", {
    ...{ powerW: 1_900, state: "running", code: "heat_from_sun" },
    numbers: { sgState: 3, blocksLeft: 3, surplusW: 1_900 },
  }),
];

/** A month with its advance, result and correction, and its year trued up, as no town of two days has them. */
const YEAR_TRUED_UP = (() => {
  const version = (version: number, stage: string, pool: number, amounts: readonly number[]) => ({
    ...{ version, stage, reason: `2026/${version}` },
    ...{ made: 1_781_604_000, poolMicroEur: pool, sharedWh: 5_600 + 800 * (version - 1), missing: 0 },
    parts: amounts.map((amountMicroEur, i) => ({
      ...{ name: `Casa ${i + 1}`, amountMicroEur, paidMicroEur: amountMicroEur, booked: version === 1 },
      ...{ reference: `${version}-${i}`, bill: amountMicroEur === 0 ? null : `1-2026-00000${i + 1}` },
    })),
  });
  const versions = [
    version(1, "advance", 610_000, [250_000, 360_000]),
    version(2, "correction", 700_000, [290_000, 410_000]),
  ];
  const year = {
    ...{ year: 2026, months: ["2026-05"], injectedWh: 7_200, thresholdPerMillion: 550_000 },
    ...{ excessWh: 1_640, tipMicroEur: 694_400, advancedMicroEur: 610_000 },
    versions: [version(1, "true_up", 0, [-121_000, 121_000])],
  };
  return { months: [{ month: "2026-05", versions }], years: [year], keptBackMicroEur: 121_000 };
})();

export const FILLED_SCENES: readonly Scene[] = [
  {
    name: "filled-sell",
    who: HOME,
    async open(page) {
      await show(page, "/sell");
      await unfold(page, ".outlets details");
    },
  },
  {
    name: "loads",
    who: HOME,
    async open(page) {
      await show(page, "/monitor");
      await page.locator(".day").scrollIntoViewIfNeeded();
      await page.locator(".load").first().click();
      await page.locator(".load-wish form").waitFor();
    },
  },
  {
    name: "loads-heat",
    who: "Casa 3",
    async open(page) {
      await show(page, "/monitor");
      await page.locator(".day").scrollIntoViewIfNeeded();
      await page.locator(".load").first().click();
      await page.locator(".load-wish form button[type=submit]").click();
      await page.locator(".load-wish dl").waitFor();
    },
  },
  {
    name: "loads-gateway-heat",
    who: HOME,
    async open(page) {
      await page.route("**/v1/home/loads", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), loads: GATEWAY_HEAT } });
      });
      await show(page, "/monitor");
      await page.locator(".day").scrollIntoViewIfNeeded();
      await page
        .locator(".load")
        .nth(GATEWAY_HEAT.length - 1)
        .waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  at("loads-day", HOME, "/archive/day", ".loads-taken .load-strip"),
  at("filled-market", HOME, "/market", ".day-list a"),
  {
    name: "filled-market-forms",
    who: HOME,
    async open(page) {
      await show(page, "/monitor");
      await show(page, "/market");
      await page.locator(".day-list a").first().waitFor();
      for (const step of await page.locator("section.step").all()) {
        await step.locator(".btn.quiet.small").first().click();
        await step.locator("form").waitFor();
      }
      await unfold(page, ".rule-form details");
    },
  },
  {
    name: "filled-market-day",
    who: HOME,
    async open(page) {
      await show(page, "/market");
      await page.locator(".day-list a").first().click();
      await page.locator(".verified").waitFor();
    },
  },
  at("filled-bills", HOME, "/bills", 'a[href^="/bills/"]'),
  {
    name: "filled-bill",
    who: HOME,
    async open(page) {
      await show(page, "/bills");
      await page.locator('a[href^="/bills/"]').first().click();
      await page.locator(".stack > button.btn").click();
      await page.locator(".note").last().waitFor();
    },
  },
  at("filled-contracts", PLAIN_HOME, "/contracts", ".contract .state.disputed"),
  at("filled-supplier-contracts", SUPPLIER, "/contracts", ".contract .state.disputed"),
  at("filled-supplier-bills", SUPPLIER, "/bills", "table a"),
  at("filled-operator-bills", OPERATOR, "/bills", "table a"),
  {
    name: "filled-contract-bill",
    who: PLAIN_HOME,
    async open(page) {
      await show(page, "/contracts");
      await page.locator(".contract .invoices summary").first().click();
      await page.locator(".contract .invoices .formula").first().waitFor();
    },
  },
  {
    name: "filled-contract-credit",
    who: SUPPLIER,
    async open(page) {
      await show(page, "/contracts");
      await page.locator(".contract .invoices .btn.quiet").last().click();
      await page.locator(".contract form.form button[type=submit]").click();
      await page.locator('.contract form.form [role="alert"]').first().waitFor();
    },
  },
  {
    name: "filled-incentive",
    who: OPERATOR,
    async open(page) {
      await show(page, "/settlements");
      await page.locator("section.incentive > div > .btn.quiet").first().click();
      await page.locator("section.incentive form button[type=submit]").click();
      await page.locator('section.incentive form [role="alert"]').first().waitFor();
    },
  },
  {
    name: "filled-true-up",
    who: OPERATOR,
    async open(page) {
      await page.route("**/v1/operator/incentive", (route) => route.fulfill({ json: YEAR_TRUED_UP }));
      await show(page, "/settlements");
      await page.locator("section.incentive .year table").last().waitFor();
      await page.unroute("**/v1/operator/incentive");
      await page.locator("section.incentive > div > .btn.quiet").last().click();
      await page.locator("section.incentive form button[type=submit]").click();
      await page.locator('section.incentive form [role="alert"]').first().waitFor();
    },
  },
  at("filled-rates", SUPPLIER, "/rates", ".rate-calendar .signed"),
  {
    name: "filled-settlements",
    who: OPERATOR,
    async open(page) {
      await show(page, "/settlements");
      await page.locator(".runs table").waitFor();
      await page.locator("section.split > div > .btn.quiet").first().click();
      await page.locator("section.split > form").last().waitFor();
    },
  },
  at("filled-arbiter", OPERATOR, "/suppliers", "form.step .reason"),
];

/** Signs what stands there; it is done once its block is told. */
async function signed(page: Page): Promise<void> {
  await page.locator(".contract details.bytes ~ .row-of .btn").first().click();
  await page.locator('a[href^="/ledger/block/"]').first().waitFor();
}

/** Opens what is folded, and what is folded within. */
async function unfold(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor();
  await page.locator(selector).evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
}
