/**
 * Every route of the wire, asked by nobody, a citizen, a supplier and the operator with whatever comes: values that
 * fit their schemas nearly, numbers at their edges, wrong types, broken JSON, long and odd texts. The platform
 * answers each with a success or with a problem document of the 4xx class, and none is its own fault (500).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { ALBA, ANNA, keyOf, OPERATOR, openStreet, tokenFor } from "#platform/test-street.ts";
import { ROUTES } from "#wire/routes.ts";
import { LONG } from "../support/counterparts.ts";

/** Of each route and role. */
const CASES = LONG ? Number(process.env.CONTRADA_REQUESTS ?? 120) : 4;
const SEED = process.env.CONTRADA_SEED ?? "api";
const TEXTS = [
  "",
  "0",
  "-1",
  "1",
  "1e9",
  "9007199254740993",
  "NaN",
  "null",
  "../..",
  "%00",
  "'",
  "è🌞",
  "2026-06-16",
  "day",
  "true",
  "[]",
];

function text(random: Random): string {
  const kind = random.integer(4);
  if (kind === 0) return toHex(random.bytes([16, 32, 64, 5][random.integer(4)]!));
  if (kind === 1) return String(random.integer(2_000_000_000));
  return TEXTS[random.integer(TEXTS.length)]!;
}

function value(random: Random, depth = 0): unknown {
  switch (random.integer(depth > 2 ? 6 : 8)) {
    case 0:
      return random.integer(100);
    case 1:
      return [-1, 1.5, 2 ** 53, 1e300][random.integer(4)];
    case 2:
      return random.integer(2) === 0;
    case 3:
      return null;
    case 4:
    case 5:
      return text(random);
    case 6:
      return Array.from({ length: random.integer(4) }, () => value(random, depth + 1));
    default:
      return { [text(random)]: value(random, depth + 1) };
  }
}

/** An object with the schema's own names and values of any kind. */
function nearly(schema: unknown, random: Random): Record<string, unknown> {
  const names = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
  const kept = names.filter(() => random.integer(6) > 0);
  return Object.fromEntries(kept.map((name) => [name, value(random)]));
}

test("whatever is asked of any route by whoever, no answer is a fault of the platform", async (t) => {
  const { platform, close, memory } = await openStreet({ note: () => {} });
  try {
    const roles: (string | undefined)[] = [undefined];
    for (const member of [ANNA, ALBA, OPERATOR])
      roles.push(await tokenFor(platform.url, memory.chain, keyOf(member)));
    const random = new Random(SEED);
    const statuses = new Map<number, number>();
    for (const [key, route] of Object.entries(ROUTES)) {
      const [method, path] = key.split(" ") as [string, string];
      // The stream goes on for ever, and a session that ends would end what is asked after it.
      if (key === "GET /v1/stream" || method === "DELETE") continue;
      for (const token of roles) {
        for (let i = 0; i < CASES; i++) {
          const schemas = route as { query?: unknown; body?: unknown };
          const place = path.replace(/:\w+/g, () => encodeURIComponent(text(random) || "-"));
          const query = new URLSearchParams(
            Object.entries(nearly(schemas.query, random)).map(([name, of]): [string, string] => [
              name,
              String(of),
            ]),
          );
          const broken = random.integer(10) === 0;
          const sent = JSON.stringify(random.integer(8) === 0 ? value(random) : nearly(schemas.body, random));
          const body = method === "GET" ? {} : { body: broken ? sent.slice(1) : sent };
          const response = await fetch(`${platform.url}${place}?${query}`, {
            method,
            headers: {
              ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
              ...(method === "GET" ? {} : { "content-type": "application/json" }),
            },
            ...body,
          });
          const answer = await response.text();
          const what = `seed ${SEED}: ${method} ${place}?${query} ${JSON.stringify(body)} → ${response.status} ${answer}`;
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          assert.ok(response.status < 500 || response.status === 503, what);
          if (response.status < 400) continue;
          assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/, what);
          assert.equal((JSON.parse(answer) as { status: number }).status, response.status, what);
        }
      }
    }
    const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    assert.ok((statuses.get(200) ?? 0) > 20 && (statuses.get(400) ?? 0) > 20, JSON.stringify([...statuses]));
    t.diagnostic(`${all} requests: ${JSON.stringify([...statuses].sort())}`);
  } finally {
    await close();
  }
});
