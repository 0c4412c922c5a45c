/**
 * Every screen of the app and its main states, each with the way there. The ways use no words, so that they are
 * the same in every language. Tests walk through them, and `screens.ts` photographs them.
 */

import type { Browser, Page } from "playwright-core";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import type { CollectionDesk, OwnMandate } from "#wire/collection-schemas.ts";
import type { HomeLimit, OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { proofIn } from "#wire/receipt.ts";
import type { MicrogridMap, Receipt } from "#wire/schemas.ts";
import { type Visit, type VisitChoices, visit } from "../support/browser.ts";
import { decidedBy } from "../support/decided.ts";
import type { TestTown } from "../support/live-town.ts";
import { authorise, composeSale, enterAs } from "./steps.ts";

/** What the town must have seen before: sales of home 1, one settled and one under way. */
export interface Prepared {
  readonly settled: string;
  readonly open: string;
  /** A block that holds transactions, and one of them. */
  readonly block: number;
  readonly transaction: string;
}

export interface Scene {
  readonly name: string;
  /** Undefined: nobody is signed in. */
  readonly who: string | undefined;
  open(page: Page, prepared: Prepared, seen: Visit): Promise<void>;
}

/** Whose scenes most are. */
export const HOME = "Casa 1";
export const PLAIN_HOME = "Casa 2";

const SEEDS = [1, 2, 3, 4];
const { validators: VALIDATORS } = decidedBy(SEEDS, {
  chain: "any",
  height: 1,
  seconds: 0,
  stateRoot: new Uint8Array(32),
});

/** Four validators of which one did not sign, as a town with one producer never has them. */
const FOUR = {
  engine: "cometbft",
  version: "0.38.25",
  consensus: { height: 1_130, time: "2026-06-16T11:45:00Z", catchingUp: false },
  self: { nodeId: "0".repeat(40), name: "Contrada Olmo", address: "A".repeat(40) },
  validators: ["Contrada Olmo", "Alba Energia", "CCCCCCCC", "Ponente Luce"].map((name, i) => ({
    name,
    member: i === 2 ? null : 90 + i,
    address: "ABCD"[i]!.repeat(40),
    publicKey: toHex(VALIDATORS[i]!.publicKey),
    power: 10,
    signedLast: i !== 3,
  })),
  peers: ["Alba Energia", "Tevere Power"].map((name) => ({ nodeId: name, name, address: "127.0.0.1:1" })),
};

/** Until the next scene that ends its routes: home 1 as a gateway with three devices tells of it, one of which is silent. */
async function withGateway(
  page: Page,
  path: string,
  selector: string,
  ordersRefused: string | null = null,
): Promise<void> {
  const { time } = (await (await page.request.get("/v1/home/live")).json()) as { time: number };
  const wall = Math.floor(Date.now() / 1000);
  const device = (kind: string, numbers: object, told: object, problem: string | null = null) => ({
    ...{ kind, numbers, lastSeen: problem === null ? time : time - 600 },
    sheet: { id: kind.replace("_", "-"), template: `sunspec-${kind}`, told, measuredAt: time, problem },
  });
  const devices = [
    device(
      "inverter",
      {
        powerW: 3_420,
        energyWh: 8_214_000,
        ratedPowerW: 5_000,
        temperatureC: 41.5,
        state: 3,
        voltageL1V: 236.4,
      },
      { manufacturer: "Sonnenwerk", model: "SW 5000", serial: "SW5-004711", version: "2.4.1" },
    ),
    device("accumulator", { powerW: -1_200, socPercent: 64, state: 2 }, { model: "Cella 10" }),
    device("micro_chp", { powerW: 1_000, energyWh: 1_204_000, bufferC: 52.5, state: 2, request: 1 }, {}),
    device("heat_pump", { powerW: 0, energyWh: 3_310_000, sgContact1: 1, sgContact2: 0 }, {}),
    device("plug", { powerW: 0, on: 0 }, {}, "timeout"),
    { kind: "gateway", numbers: { outbox: 0 }, lastSeen: time },
  ];
  const since = time - 600;
  const faults = [
    {
      ...{ id: `plug device_silent ${since}`, code: "device_silent", severity: "fault" },
      ...{ since, resolvedAt: null, numbers: {} },
    },
  ];
  const gateway = {
    ...{ gateway: "00f3a8b1c2d3e4f5", home: 1, state: "metering", version: "0.1.0" },
    ...{
      enrolledAt: wall - 86_400,
      certificateUntil: wall + 59 * 86_400,
      needsCode: false,
      heardAt: wall,
      reachable: true,
    },
    ...{ meteringFrom: time - 7_200, meteringUntil: null, acknowledged: 7, revokedAt: null },
    report: {
      ...{ time, clockOffsetS: 0, waiting: 0, waitingSince: null, safeState: "normal" },
      ...{ ordersRefused, meterFits: true, devices, faults },
    },
  };
  await page.route("**/v1/home/gateway", (route) => route.fulfill({ json: gateway }));
  await page.route("**/v1/home/plant", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), devices, faults } });
  });
  await show(page, "/monitor");
  await show(page, path);
  await page.locator(selector).first().waitFor();
}

/** Until the next scene that ends its routes: a limit in each state that one can be in. */
async function withLimits(page: Page): Promise<void> {
  const { time } = (await (await page.request.get("/v1/community")).json()) as { time: number };
  const map = (await (await page.request.get("/v1/microgrid")).json()) as MicrogridMap;
  const limit = {
    ...{ importPowerMaxW: 2_000, exportPowerMaxW: null, from: time - 1_200, until: time + 4_200 },
    ...{ reason: "congestion", failsafe: null },
  };
  const failsafe = { importPowerMaxW: null, exportPowerMaxW: 1_000, afterS: 120, durationS: 7_200 };
  const none = { limit: null };
  const states: readonly Partial<HomeLimit>[] = [
    { runBy: "simulation", answer: "heard" },
    { answer: "heard", limit: { ...limit, exportPowerMaxW: 0, failsafe } as OperatorLimit },
    { answer: "not_kept" },
    { answer: "unheard", silentSince: Math.floor(Date.now() / 1000) - 3_600 },
    { answer: "refused", refusal: "unknown_key" },
    { runBy: "nobody", answer: "unheard" },
    { answer: "heard", limit: { ...limit, from: time + 7_200, until: time + 9_000 } as OperatorLimit },
    { answer: "heard", limit: { ...limit, until: time - 60 } as OperatorLimit },
    none,
  ];
  const all = states.map((state, i) => ({
    ...{ home: map.homes[i]!.plant, feeder: map.homes[i]!.feeder, limit, issuedAt: time - 1_200 },
    ...{ by: { member: 1, name: "Contrada Olmo" }, runBy: "gateway", refusal: null, silentSince: null },
    ...state,
  }));
  await page.route("**/v1/operator/limits", (route) => route.fulfill({ json: all }));
}

/** A screen as one comes to it; with a selector, once something that it matches stands there. */
export const at = (
  name: string,
  who: string | undefined,
  path: string | ((prepared: Prepared) => string),
  selector?: string,
): Scene => ({
  name,
  who,
  async open(page, prepared) {
    await show(page, typeof path === "string" ? path : path(prepared));
    if (selector !== undefined) await page.locator(selector).first().waitFor();
  },
});

export const SCENES: readonly Scene[] = [
  at("enter", undefined, "/"),
  at("ledger-visitor", undefined, "/ledger"),
  at("network-visitor", undefined, "/ledger/network"),
  at("community-visitor", undefined, "/community"),
  {
    name: "network-of-four",
    who: undefined,
    async open(page) {
      await page.route("**/v1/network", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), ...FOUR } });
      });
      await show(page, "/ledger");
      await show(page, "/ledger/network");
      await page.locator(".validator-row").first().waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },

  at("monitor", HOME, "/monitor"),
  {
    name: "monitor-table",
    who: HOME,
    async open(page) {
      await show(page, "/monitor");
      await page.locator(".wire.carries").first().press("Enter");
      await page.locator(".day button.link").click();
      await page.locator(".day table").waitFor();
    },
  },
  {
    name: "monitor-hour",
    who: HOME,
    async open(page) {
      await show(page, "/monitor");
      await page.locator(".day .seg button").first().click();
    },
  },
  at("plant", HOME, "/plant"),
  at("sell", HOME, "/sell"),
  {
    name: "sell-quantity",
    who: HOME,
    async open(page) {
      await show(page, "/sell");
      await toStep(page, 2);
    },
  },
  {
    name: "sell-preview",
    who: HOME,
    async open(page) {
      await show(page, "/sell");
      await toStep(page, 3);
    },
  },
  {
    name: "sell-authorise",
    who: HOME,
    async open(page) {
      await show(page, "/sell");
      await toStep(page, 4);
      await page.locator("details.bytes summary").click();
    },
  },
  {
    name: "sell-refused",
    who: HOME,
    async open(page, _, seen) {
      await show(page, "/sell");
      await toStep(page, 4);
      const url = /\/v1\/transactions\?/;
      await page.route(url, (route) =>
        route.fulfill({
          status: 409,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "about:blank",
            title: "Refused",
            status: 409,
            detail: "The rate has ended.",
            code: "rate_expired",
          }),
        }),
      );
      seen.expect(/409/);
      await page.locator('[data-step="4"] .act .btn').first().click();
      await page.locator('[role="alert"]').waitFor();
      await page.unroute(url);
    },
  },
  {
    name: "market",
    who: HOME,
    async open(page, _, seen) {
      // A town may have no market yet; the page says so.
      seen.expect(/404.*\/v1\/(home\/)?market/);
      await show(page, "/market");
    },
  },
  at("contracts", HOME, "/contracts"),
  at("contracts-supplied", PLAIN_HOME, "/contracts", ".contract .invoices .btn"),
  {
    name: "contracts-pay",
    who: PLAIN_HOME,
    async open(page) {
      await show(page, "/monitor");
      await show(page, "/contracts");
      await page.locator(".contract .invoices .btn").first().click();
      await page.locator(".contract dl + details.bytes").waitFor();
    },
  },
  {
    name: "contracts-offer-own",
    who: PLAIN_HOME,
    async open(page) {
      await show(page, "/contracts");
      await page.locator(".offer-own > summary").click();
      await page.locator(".offer-own form").waitFor();
    },
  },
  {
    name: "contracts-seller",
    who: "Alba Energia",
    async open(page) {
      await show(page, "/contracts");
      await page.locator(".contract > .row-of .btn").first().click();
      await page.locator(".contract form.form b").waitFor();
    },
  },
  {
    name: "install",
    who: HOME,
    async open(page) {
      await show(page, "/install");
      await page.locator(".install .split .btn").first().click();
      await page.locator(".code-card .qr").waitFor();
    },
  },
  {
    name: "install-remove",
    who: HOME,
    async open(page) {
      await withGateway(page, "/install", ".checks [data-state=wrong]");
      await page.locator(".install > .stack > div > .btn").last().click();
      await page.locator("section.ask").waitFor();
    },
  },
  {
    name: "plant-gateway",
    who: HOME,
    async open(page) {
      await withGateway(page, "/plant", ".device-sheets details");
      await page.locator(".device-sheets summary").first().click();
    },
  },
  {
    name: "plant-validators",
    who: HOME,
    async open(page) {
      await withGateway(page, "/plant", ".device-sheets details", "trust_expired");
      await page.locator("section.validators .btn").waitFor();
    },
  },
  at("bills", HOME, "/bills"),
  at("notices", HOME, "/notices", ".notices form"),
  at("sale-under-way", HOME, ({ open }) => `/sell/${open}`),
  {
    name: "sale-withdraw",
    who: HOME,
    async open(page, { open }) {
      await show(page, `/sell/${open}`);
      await page.locator(".one-sale .stack > div > .btn.quiet").click();
      await page.locator("section.ask").waitFor();
    },
  },
  at("receipt", HOME, ({ settled }) => `/sell/${settled}`),
  {
    name: "receipt-of-four",
    who: HOME,
    async open(page, { settled }) {
      await page.route("**/v1/home/sales/*/receipt", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: signedByFour((await answer.json()) as Receipt) });
      });
      await page.route("**/v1/network", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), ...FOUR } });
      });
      await forgetChain(page);
      await page.goto(`/sell/${settled}`);
      await page.locator(".verified").waitFor();
      await page.unrouteAll({ behavior: "wait" });
      await forgetChain(page);
    },
  },
  ...(["day", "week", "month", "year", "all"] as const).map((period) =>
    at(`archive-${period}`, HOME, `/archive/${period}`),
  ),
  at("ledger", HOME, "/ledger"),
  at("ledger-block", HOME, ({ block }) => `/ledger/block/${block}`),
  at("ledger-transaction", HOME, ({ transaction }) => `/ledger/transaction/${transaction}`),
  {
    name: "ledger-unknown",
    who: HOME,
    async open(page, _, seen) {
      seen.expect(/404.*\/v1\/blocks\/99999999/);
      await show(page, "/ledger/block/99999999");
    },
  },
  {
    name: "settings",
    who: HOME,
    async open(page) {
      await show(page, "/plant");
      await page.locator("h1").waitFor();
      await page
        .locator("button.account, .clock .narrow:last-child button")
        .filter({ visible: true })
        .last()
        .click();
      await page.locator(".settings").waitFor();
    },
  },
  {
    name: "jump",
    who: HOME,
    async open(page) {
      await show(page, "/plant");
      await page.locator("h1").waitFor();
      await page.locator(".clock .keys > .popover > button").click();
      await page.locator(".clock .choices").waitFor();
    },
  },
  {
    name: "keys",
    who: HOME,
    async open(page) {
      await show(page, "/keys");
      await page.locator(".two > .stack:last-child .split:nth-last-child(2) .btn").click();
      await page.locator(".key-list .btn").first().click();
      await page.locator(".step dl").waitFor();
    },
  },
  at("money", HOME, "/money", ".payouts li"),
  {
    name: "money-review",
    who: HOME,
    async open(page) {
      await show(page, "/money");
      await page.locator(".iban").waitFor();
      await page.locator(".entry input").fill("0.02");
      await page.locator(".step button[type=submit]").click();
      await page.locator(".step dl").waitFor();
    },
  },
  {
    name: "money-wrong",
    who: HOME,
    async open(page) {
      await show(page, "/monitor");
      await show(page, "/money");
      await page.locator(".iban").waitFor();
      await page.locator(".entry input").fill("5000");
      await page.locator(".step button[type=submit]").click();
      await page.locator(".bank-account .row-of .btn").first().click();
      await page.locator("form.step .iban-entry").fill("IT61 X054 2811 1010 0000 0123 456");
      await page.locator("form.step button[type=submit]").click();
      await page.locator('form.step [role="alert"]').first().waitFor();
    },
  },
  {
    name: "money-states",
    who: HOME,
    async open(page) {
      // One of each, as a home has them only after weeks.
      await page.route("**/v1/account/payouts*", async (route) => {
        const answer = await route.fetch();
        const [one] = (await answer.json()) as [Record<string, unknown> & { asked: object }];
        const states = ["waiting", "paid", "unpaid", "expired"].map((state, i) => ({
          ...one,
          id: String(i).repeat(32),
          amountMicroEur: 12_340_000 * (i + 1),
          state,
          settled: state === "paid" || state === "unpaid" ? one.asked : null,
          reference: state === "paid" ? "TRN 2026-0617-0042" : null,
        }));
        await route.fulfill({ response: answer, json: states });
      });
      await show(page, "/monitor");
      await show(page, "/money");
      await page.locator(".payouts li").nth(3).waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  {
    name: "money-mandate",
    who: HOME,
    async open(page) {
      // As a community has it that collects: a mandate, one debit announced, one collected.
      const debit = { mandate: "CONTRADA-2-1", bills: ["102-2026-000017"], sequence: "FRST" };
      const own: OwnMandate = {
        creditor: { id: "IT66ZZZA1B2C3D4E5F6G7H8", name: "Contrada Olmo" },
        mandate: { reference: "CONTRADA-2-1", use: "recurrent", signed: "2026-05-11", fault: null },
        next: { change: 2, reference: "CONTRADA-2-2", account: 1, today: "2026-06-16" },
        debits: [
          {
            ...debit,
            id: "2".repeat(32),
            cents: 4_312,
            sequence: "RCUR",
            state: "pending",
            day: "2026-06-30",
          },
          {
            ...debit,
            id: "1".repeat(32),
            cents: 5_120,
            sequence: "FRST",
            state: "collected",
            day: "2026-05-29",
          },
        ],
      };
      await page.route("**/v1/account/mandate", (route) => route.fulfill({ json: own }));
      await show(page, "/monitor");
      await show(page, "/money");
      await page.locator(".mandate table").waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  at("community", HOME, "/community"),
  {
    name: "community-vote",
    who: HOME,
    async open(page) {
      await show(page, "/community");
      await page.locator(".ballot .btn").first().click();
      await page.locator(".ballot dl").waitFor();
    },
  },
  at("community-proposal", HOME, "/community/proposal/1"),
  at("community-laws", HOME, "/community/laws"),
  at("community-rules", HOME, "/community/rules", "table"),
  at("community-organisations", HOME, "/community/organisations"),
  at("community-treasury", HOME, "/community/treasury"),
  {
    name: "community-propose",
    who: HOME,
    async open(page) {
      await show(page, "/community/propose");
      await chooseLaws(page);
      // Out of its bounds, and without a purpose.
      await page.locator("fieldset.law input").first().fill("5000");
      await page.locator(".propose button[type=submit]").click();
      await page.locator('[role="alert"]').first().waitFor();
    },
  },
  {
    name: "community-review",
    who: HOME,
    async open(page) {
      await show(page, "/community/propose");
      await chooseLaws(page);
      await page.locator("fieldset.law input").first().fill("0.003");
      await page.locator("fieldset.law input").last().fill("5");
      await page.locator(".propose > form > input.wide").fill("Casa 1, Casa 3");
      await page.locator(".propose button[type=submit]").click();
      await page.locator(".propose dl").waitFor();
    },
  },
  {
    name: "community-payment",
    who: HOME,
    async open(page) {
      await show(page, "/community/propose");
      await page.locator(".propose .seg button").nth(1).click();
      await page.locator(".propose button[type=submit]").click();
      await page.locator('[role="alert"]').first().waitFor();
    },
  },
  {
    name: "community-organisation",
    who: HOME,
    async open(page) {
      await show(page, "/community/propose");
      await page.locator(".propose .seg button").nth(2).click();
    },
  },
  {
    name: "enter-lost",
    who: HOME,
    async open(page) {
      await show(page, "/enter");
      await page.locator(".other-ways .btn.small").click();
    },
  },
  at("not-found", HOME, "/nowhere"),
  {
    name: "monitor-offline",
    who: HOME,
    async open(page, _, seen) {
      await show(page, "/monitor");
      await page.locator(".reason").first().waitFor();
      await goOffline(seen);
      await page.locator(".unreached").waitFor();
    },
  },
  {
    name: "sell-offline",
    who: HOME,
    async open(page, _, seen) {
      await seen.context.setOffline(false);
      await show(page, "/sell");
      await toStep(page, 4);
      await goOffline(seen);
      await page.locator(".unreached").waitFor();
    },
  },

  {
    name: "money-offline",
    who: HOME,
    async open(page, _, seen) {
      await seen.context.setOffline(false);
      await show(page, "/money");
      await page.locator(".payouts li").first().waitFor();
      await goOffline(seen);
      await page.locator(".unreached").waitFor();
    },
  },

  at("money-nothing", PLAIN_HOME, "/money"),
  at("monitor-plain", PLAIN_HOME, "/monitor"),
  {
    name: "sell-nothing",
    who: PLAIN_HOME,
    async open(page, _, seen) {
      seen.expect(/404.*\/v1\/home\/desk/);
      await show(page, "/sell");
    },
  },
  at("plant-plain", PLAIN_HOME, "/plant"),
  at("archive-empty", PLAIN_HOME, "/archive/month"),

  // Its second string stands in the shade.
  at("plant-warning", "Casa 9", "/plant"),

  at("rates", "Alba Energia", "/rates"),
  {
    name: "rates-review",
    who: "Alba Energia",
    async open(page) {
      await show(page, "/rates");
      await page.locator(".tomorrow form button[type=submit]").click();
      await page.locator(".tomorrow dl").waitFor();
    },
  },
  at("purchases", "Alba Energia", "/purchases"),
  at("supplier-contracts", "Alba Energia", "/contracts"),
  at("supplier-bills", "Alba Energia", "/bills"),
  {
    name: "supplier-bills-credit",
    who: "Alba Energia",
    async open(page) {
      const bill = {
        number: "4-2026-000001",
        kind: "supply",
        issuer: { member: 4, name: "Alba Energia" },
        recipient: "Casa 2",
        from: "2026-06-01",
        lastDay: "2026-06-30",
        issued: "2026-07-01",
        payableCent: 4_213,
        documentHash: "ab".repeat(32),
        takenBack: null,
        takesBack: null,
      };
      const statement = { payCent: 4_213, receiveCent: 0, balanceCent: 4_213 };
      await page.route("**/v1/supplier/invoices", (route) =>
        route.fulfill({ json: { bills: [bill], statement } }),
      );
      await show(page, "/bills");
      await page.locator(".stack > div > .btn.quiet").click();
      await page.locator("form.credit button[type=submit]").click();
      await page.locator('form.credit [role="alert"]').waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  at("money-supplier", "Alba Energia", "/money"),
  {
    name: "supplier-not-enrolled",
    who: "Nuova Luce",
    async open(page) {
      await page.route("**/v1/supplier", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), applied: false } });
      });
      await show(page, "/rates");
      await page.locator("form").waitFor();
    },
  },
  {
    name: "supplier-waiting",
    who: "Nuova Luce",
    async open(page) {
      await page.unrouteAll();
      await show(page, "/rates");
      await page.locator(".reason, form").first().waitFor();
      const ask = page.locator("form button[type=submit]");
      if (await ask.isVisible()) await ask.click();
      await page.locator('.reason[role="status"]').waitFor();
    },
  },

  at("overview", "Contrada Olmo", "/overview"),
  {
    name: "overview-trend",
    who: "Contrada Olmo",
    async open(page) {
      // Half an hour goes by at each reading, for this page alone.
      let readings = 0;
      await page.route("**/v1/operator/overview", async (route) => {
        const answer = await route.fetch();
        const now = (await answer.json()) as { time: number; demandW: number };
        readings += 1;
        const then = { time: now.time + 1800 * readings, demandW: now.demandW * (1 + readings / 10) };
        await route.fulfill({ response: answer, json: { ...now, ...then } });
      });
      await show(page, "/overview");
      await page.locator(".trend svg").waitFor();
      await page.unrouteAll();
    },
  },
  at("limits", "Contrada Olmo", "/limits", ".limiting form"),
  {
    name: "limits-wrong",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/overview");
      await show(page, "/limits");
      await page.locator(".limiting form input").first().fill("499");
      await page.locator(".limiting .tick input").check();
      await page.locator(".limiting form button[type=submit]").click();
      await page.locator('.limiting form [role="alert"]').nth(1).waitFor();
    },
  },
  {
    name: "limits-review",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/overview");
      await show(page, "/limits");
      await page.locator(".limiting form select").first().selectOption({ index: 0 });
      await page.locator(".limiting form input").first().fill("2000");
      await page.locator(".limiting .tick input").check();
      await page.locator(".limiting .failsafe input").nth(1).fill("1000");
      await page.locator(".limiting form button[type=submit]").click();
      await page.locator(".limiting dl").waitFor();
    },
  },
  {
    name: "limits-standing",
    who: "Contrada Olmo",
    async open(page) {
      await withLimits(page);
      await show(page, "/overview");
      await show(page, "/limits");
      await page.locator("ul.limits.past").waitFor();
    },
  },
  at("suppliers", "Contrada Olmo", "/suppliers"),
  at("install-operator", "Contrada Olmo", "/install", ".install select"),
  {
    name: "settlements",
    who: "Contrada Olmo",
    async open(page, _, seen) {
      seen.expect(/404.*\/v1\/(operator\/settlements|market)/);
      await show(page, "/settlements");
    },
  },
  {
    name: "bank",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/bank");
      await page.locator(".to-pay li").first().waitFor();
      await page.locator(".deposit button[type=submit]").click();
      await page.locator('.deposit [role="alert"]').first().waitFor();
    },
  },
  {
    name: "bank-file",
    who: "Contrada Olmo",
    async open(page) {
      const account = { holder: "Contrada Olmo", iban: "IT60 … 3456", since: 1_781_604_000 };
      await page.route("**/v1/account/bank", (route) => route.fulfill({ json: { account, changes: 1 } }));
      await show(page, "/bank");
      await page.locator('a[href$="payouts.xml"]').waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  {
    name: "bank-collect",
    who: "Contrada Olmo",
    async open(page) {
      const bill = (count: number, cents: number) => ({ number: `102-2026-00000${count}`, cents });
      const debit = { mandate: "CONTRADA-2-1", bills: ["102-2026-000001"], cents: 5_120 };
      const desk: CollectionDesk = {
        creditor: "IT66ZZZA1B2C3D4E5F6G7H8",
        earliest: "2026-06-30",
        open: [
          { member: 2, name: "Casa 1", cents: 4_312, bills: [bill(4, 4_312)], fault: null, sequence: "RCUR" },
          {
            member: 3,
            name: "Casa 2",
            cents: 9_901,
            bills: [bill(2, 5_000), bill(5, 4_901)],
            fault: "no_mandate",
            sequence: null,
          },
        ],
        runs: [
          {
            message: `CONTRADA-${"a1".repeat(13)}`,
            created: 1_778_500_000,
            day: "2026-05-29",
            cents: 10_240,
            debits: [
              { ...debit, id: "1".repeat(32), name: "Casa 1", sequence: "FRST", state: "collected" },
              { ...debit, id: "2".repeat(32), name: "Casa 3", sequence: "OOFF", state: "pending" },
            ],
          },
        ],
      };
      await page.route("**/v1/operator/collections", (route) => route.fulfill({ json: desk }));
      await show(page, "/overview");
      await show(page, "/bank");
      await page.locator(".collect table").waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  {
    name: "bank-pay",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/bank");
      await page.locator(".to-pay .btn").first().click();
      await page.locator(".pay dl").waitFor();
    },
  },
  {
    name: "bank-paid",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/bank");
      await page.locator(".to-pay .btn").first().click();
      await page.locator(".pay input").fill("TRN 2026-0617-0042");
      await page.locator(".pay form button[type=submit]").click();
      await page.locator(".pay details.bytes").waitFor();
    },
  },
  {
    name: "bank-refuse",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/overview");
      await show(page, "/bank");
      await page.locator(".to-pay .btn").first().click();
      await page.locator(".pay dl").waitFor();
      await page.locator(".pay > .row-of .btn").first().click();
      await page.locator(".pay details.bytes").waitFor();
    },
  },
  {
    name: "bank-none",
    who: "Contrada Olmo",
    async open(page) {
      await page.route("**/v1/operator/payouts", (route) => route.fulfill({ json: [] }));
      await show(page, "/overview");
      await show(page, "/bank");
      await page.locator(".deposit form").waitFor();
      await page.unrouteAll({ behavior: "wait" });
    },
  },
  {
    name: "suppliers-enrol",
    who: "Contrada Olmo",
    async open(page) {
      await show(page, "/suppliers");
      await page.locator(".applications button").click();
      await page.locator(".step dl").waitFor();
    },
  },
];

/** Goes to a path as a link inside the app does; anew where the app is not there yet, or stands there already. */
export async function show(page: Page, path: string): Promise<void> {
  const now = new URL(page.url());
  if (!now.protocol.startsWith("http") || now.pathname === path) {
    await page.goto(path);
    return;
  }
  await page.keyboard.press("Escape");
  await page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** The receipt as a town on four validators hands it out, of whom the last did not sign. */
function signedByFour(receipt: Receipt): Receipt {
  const proof = proofIn(receipt)!;
  const { chain, height, time, stateRoot } = vouchedBy(proof.checkpoint);
  const checkpoint = decidedBy(SEEDS, { chain, height: height + 1, seconds: time, stateRoot });
  const bytes = toHex(encode(rowProofCodec, { ...proof, checkpoint }));
  return { ...receipt, proof: { ...receipt.proof, bytes } };
}

/** This device meets the chain for the first time again. */
function forgetChain(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const name of Object.keys(localStorage)) {
      // Also the receipts that it keeps to show at once: they are the town's own, by its producer.
      if (/^contrada:(validators|checkpoints|producer|last):/.test(name)) localStorage.removeItem(name);
    }
  });
}

/** Two laws in the form: a price, and a span with its unit. */
async function chooseLaws(page: Page): Promise<void> {
  await page.locator(".propose .seg button").first().click();
  const add = page.locator(".propose form > select").last();
  await add.selectOption("saleFee");
  await add.selectOption("votingPeriodS");
}

/** Sells as home 1 and lets the town live until the first sale is settled; then it stands still again. */
export async function prepare(browser: Browser, town: TestTown): Promise<Prepared> {
  const { page, close } = await visit(browser, town.url, { width: 1440 });
  await enterAs(page, HOME);
  await composeSale(page, 1.5);
  const settled = await authorise(page);
  await town.runTo(Math.ceil(town.time / 900) * 900 + 4 * 900);
  await proposeAndVote(page);
  await composeSale(page, 2);
  const open = await authorise(page);
  await askForMoney(page);
  const { authorised } = (await (await page.request.get(`/v1/home/sales/${settled}`)).json()) as {
    authorised: { height: number; transaction: string };
  };
  await close();
  return { settled, open, block: authorised.height, transaction: authorised.transaction };
}

/** Names a bank account and asks for some cents. */
async function askForMoney(page: Page): Promise<void> {
  await page.goto("/money");
  await page.locator(".bank-account .row-of .btn").first().click();
  await page.locator("form.step input").first().fill("Casa 1");
  await page.locator("form.step .iban-entry").fill("IT60 X054 2811 1010 0000 0123 456");
  await page.locator("form.step button[type=submit]").click();
  await page.locator(".iban").waitFor();
  await page.locator(".entry input").fill("0.05");
  await page.locator(".step button[type=submit]").click();
  await page.locator(".step .row-of .btn").first().click();
  await page.locator(".payouts li").first().waitFor();
}

/** A change of laws and a payment in the vote, the first with a vote of home 1. */
async function proposeAndVote(page: Page): Promise<void> {
  for (const form of [0, 1]) {
    await page.goto("/community/propose");
    await page.locator(".propose .seg button").nth(form).click();
    if (form === 0) {
      await page.locator(".propose form > select").last().selectOption("saleFee");
      await page.locator("fieldset.law input").fill("0.003");
    } else {
      await page.locator(".propose form input.field").nth(0).fill("5");
      await page.locator(".propose form input.field").nth(1).fill("0.5");
    }
    await page.locator(".propose > form > input.wide").fill(form === 0 ? "Casa 1" : "Via dell’Olmo 5");
    await page.locator(".propose button[type=submit]").click();
    await page.locator(".propose .step .btn").first().click();
    await page.locator(".proposals .proposal").first().waitFor();
  }
  await page.locator(".proposal").last().locator(".ballot .btn").first().click();
  await page.locator(".ballot .step .btn").first().click();
  await page.locator(".ballot b").waitFor();
}

/** Goes through all scenes, each identity on one device; `look` is called where a scene stands still. */
export async function walk(
  browser: Browser,
  town: TestTown,
  prepared: Prepared,
  choices: VisitChoices,
  look: (scene: Scene, page: Page) => Promise<void>,
  scenes: readonly Scene[] = SCENES,
): Promise<string[]> {
  const problems: string[] = [];
  for (const who of new Set(scenes.map((scene) => scene.who))) {
    const seen = await visit(browser, town.url, choices);
    try {
      if (who !== undefined) await enterAs(seen.page, who);
      for (const scene of scenes.filter((one) => one.who === who)) {
        try {
          await scene.open(seen.page, prepared, seen);
          await standStill(seen.page);
          await look(scene, seen.page);
        } catch (error) {
          await seen.page.screenshot({ path: `screens/failed-${scene.name}-${choices.width}.png` });
          throw new Error(`on the screen "${scene.name}"`, { cause: error });
        }
        problems.push(...seen.problems.splice(0).map((problem) => `${scene.name}: ${problem}`));
      }
    } finally {
      await seen.close();
    }
  }
  return problems;
}

/** Everything read, fonts there, nothing that moves for a moment only still on its way. */
export async function standStill(page: Page): Promise<void> {
  await page.locator("h1, .reason").first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector("[aria-busy=true]") === null &&
      document.getAnimations().every(({ effect, playState }) => {
        const { iterations } = effect?.getComputedTiming() ?? {};
        return iterations === Number.POSITIVE_INFINITY || playState !== "running";
      }),
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

async function goOffline(seen: Visit): Promise<void> {
  seen.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await seen.context.setOffline(true);
}

/** On a phone step by step with the button at the bottom; on a wide screen three stand side by side. */
async function toStep(page: Page, step: 2 | 3 | 4): Promise<void> {
  await page.locator(".offer").first().waitFor();
  const onward = page.locator(".price-bar .btn");
  if (await onward.isVisible()) {
    for (let now = 1; now < step; now++) await onward.click();
  } else if (step === 4) await page.locator('[data-step="3"] .wide-action .btn').click();
  if (step === 4) await page.locator('[data-step="4"] dl').waitFor();
}
