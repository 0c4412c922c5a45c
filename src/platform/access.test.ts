import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { type Client, createClient, ProblemError } from "#wire/client.ts";
import { ROUTES, type Route, type RouteKey } from "#wire/routes.ts";
import { sampleOf } from "./test-live.ts";
import {
  ALBA,
  ANNA,
  BREZZA,
  BRUNO,
  CIMA,
  clientFor,
  Meter,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  saleOf,
} from "./test-street.ts";

const ANNAS_SALE = toHex(saleOf(300, 7).body.sale);

/** A well-formed call of each route; the sale is Anna's. */
const CALLS: { readonly [K in RouteKey]?: object } = {
  "GET /v1/home/series": { query: { from: NOON - 3600, to: NOON } },
  "GET /v1/home/sales/:id": { params: { id: ANNAS_SALE } },
  "GET /v1/home/sales/:id/receipt": { params: { id: ANNAS_SALE } },
  "GET /v1/home/archive": { query: { period: "day" } },
  "GET /v1/home/archive.csv": { query: { period: "day" } },
  "POST /v1/session/challenge": { body: { publicKey: "00".repeat(32) } },
  "POST /v1/session": {
    body: { publicKey: "00".repeat(32), challenge: "00".repeat(32), signature: "00".repeat(64) },
  },
  "POST /v1/transactions": { query: {}, body: { bytes: "00" } },
  "GET /v1/transactions/:id": { params: { id: "00".repeat(32) } },
  "GET /v1/blocks": { query: {} },
  "GET /v1/blocks/:height": { params: { height: 1 } },
  "GET /v1/account/payouts": { query: {} },
  "POST /v1/account/bank": {
    body: {
      holder: "Anna Olmo",
      iban: "IT60X0542811101000000123456",
      change: 1,
      publicKey: "00".repeat(32),
      signature: "00".repeat(64),
    },
  },
  "GET /v1/operator/payouts/:id/bank": { params: { id: "00".repeat(16) } },
  "POST /v1/supplier/application": { body: { name: "Alba Energia" } },
  "GET /v1/supplier/purchases": { query: {} },
};

/** What the door says before a handler looks at anything; "in" = it let them in. */
async function doorOf(client: Client, key: RouteKey): Promise<string> {
  try {
    await (client.call as (key: RouteKey, call: object) => Promise<unknown>)(key, CALLS[key] ?? {});
    return "in";
  } catch (error) {
    if (error instanceof SyntaxError) return "in";
    assert.ok(error instanceof ProblemError, String(error));
    const { code } = error.problem;
    return code === "not_signed_in" || code === "role_refused" || code === "home_unknown" ? code : "in";
  }
}

test("every route lets in exactly those whom its line in the table names", async () => {
  const { platform, close } = await openStreet();
  try {
    const nobody = createClient((input, init) => fetch(input, init), platform.url);
    for (const [key, route] of Object.entries(ROUTES) as [RouteKey, Route][]) {
      if (route.access === "demo" || key === "GET /v1/stream") continue;
      const visitors = [
        ["nobody", nobody],
        ["citizen", await clientFor(platform.url, ANNA)],
        ["supplier", await clientFor(platform.url, ALBA)],
        ["operator", await clientFor(platform.url, OPERATOR)],
      ] as const;
      for (const [who, client] of visitors) {
        const open: boolean = route.access === "public";
        const expected: string =
          open || (route.access === "session" && who !== "nobody") || route.access === who
            ? "in"
            : who === "nobody"
              ? "not_signed_in"
              : "role_refused";
        assert.equal(await doorOf(client, key), expected, `${key} for ${who}`);
      }
    }
  } finally {
    await close();
  }
});

test("no answer for Bruno holds anything of Anna's home", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ gridToHome: 777, solar: { chargedWh: 1240 } })]);
    await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S);
    memory.produce();
    const { kind, body } = saleOf(300, 7);
    await memory.act(ANNA, kind, body);
    platform.live.record(NOON, 5, [
      sampleOf(PLANT_OF_ANNA, { solarToHome: 777 }, 777),
      sampleOf(PLANT_OF_BRUNO, { solarToHome: 11 }),
    ]);

    const bruno = await clientFor(platform.url, BRUNO);
    assert.equal((await bruno.call("GET /v1/home/live")).flowsW.solarToHome, 11);
    assert.equal((await bruno.call("GET /v1/home/plant")).plant, PLANT_OF_BRUNO);
    for (const key of Object.keys(ROUTES) as RouteKey[]) {
      if (!key.startsWith("GET /v1/home/") && key !== "GET /v1/microgrid/state") continue;
      let text: string;
      try {
        text = JSON.stringify(
          await (bruno.call as (key: RouteKey, call: object) => Promise<unknown>)(key, CALLS[key] ?? {}),
        );
      } catch (error) {
        text = error instanceof ProblemError ? JSON.stringify(error.problem) : "";
      }
      assert.doesNotMatch(text, /777|1240|Anna/, key);
    }
    for (const key of ["GET /v1/home/sales/:id", "GET /v1/home/sales/:id/receipt"] as const) {
      await assert.rejects(bruno.call(key, { params: { id: ANNAS_SALE } }), (error: unknown) => {
        assert.ok(error instanceof ProblemError);
        assert.equal(error.problem.code, "sale_unknown", "as unknown as one that never was");
        return true;
      });
    }
    // The operator and the suppliers have no way into a home at all.
    for (const member of [OPERATOR, ALBA]) {
      const client = await clientFor(platform.url, member);
      for (const key of Object.keys(ROUTES) as RouteKey[]) {
        if (key.startsWith("GET /v1/home/")) assert.equal(await doorOf(client, key), "role_refused", key);
      }
    }
  } finally {
    await close();
  }
});

test("nobody hands in another member's transaction", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const { kind, body } = saleOf(300, 1);
    const bytes = memory.signed(ANNA, kind, body);
    const bruno = await clientFor(platform.url, BRUNO);
    await assert.rejects(
      bruno.call("POST /v1/transactions", { query: {}, body: { bytes } }),
      (error: unknown) => {
        assert.equal((error as ProblemError).problem.code, "not_the_sender");
        return true;
      },
    );
  } finally {
    await close();
  }
});

test("a supplier sees its own purchases; each supplier has another name for the same seller", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    platform.headEnd.receive([meter.signed({ solar: { chargedWh: 1240 } })]);
    await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S);
    memory.produce();
    const toAlba = saleOf(300, 7);
    await memory.act(ANNA, toAlba.kind, toAlba.body);
    const toBrezza = saleOf(200, 8);
    await memory.act(ANNA, toBrezza.kind, { ...toBrezza.body, supplier: BREZZA });
    const again = saleOf(100, 9);
    await memory.act(ANNA, again.kind, again.body);
    const of = async (member: number) =>
      (await clientFor(platform.url, member)).call("GET /v1/supplier/purchases", { query: {} });
    const alba = await of(ALBA);
    const brezza = await of(BREZZA);
    assert.deepEqual(alba.map(({ energyWh }) => energyWh).sort(), [100, 300]);
    assert.deepEqual(
      brezza.map(({ energyWh }) => energyWh),
      [200],
    );
    assert.equal(alba[0]!.seller, alba[1]!.seller, "the same all month");
    assert.notEqual(alba[0]!.seller, brezza[0]!.seller);
    assert.deepEqual(await of(CIMA), []);
  } finally {
    await close();
  }
});
