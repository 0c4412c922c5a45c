/** What leaves the server: only what a route's schema names, whoever answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteKey } from "#wire/routes.ts";
import type { Call, Handlers } from "./server.ts";
import { createServer } from "./server.ts";

const CLOCK = { time: 0, paused: false, speed: 60, seekingTo: null, fixed: true };

test("what a schema does not name does not leave the house, and nothing goes past the schema", async () => {
  const told: string[] = [];
  const answers: Record<string, (call: Call<RouteKey>) => unknown> = {
    "GET /v1/demo/clock": () => ({ ...CLOCK, secret: "of the house" }),
    "GET /v1/community": ({ reply }) => reply.send({ secret: "of the house" }),
    "GET /v1/session": () => null,
  };
  const open = () =>
    createServer({
      handlers: new Proxy(answers, {
        get: (all, key) => all[key as string] ?? (() => undefined),
      }) as never as Handlers<RouteKey>,
      sessions: undefined as never,
      demo: true,
      app: false,
      hostNames: new Set(),
      cookieName: () => "none",
      note: (sentence) => void told.push(sentence),
    });
  for (const server of [await open(), await open()]) {
    const asked = (url: string) => server.inject({ url, headers: { host: "localhost" } });
    const clock = await asked("/v1/demo/clock");
    assert.deepEqual(clock.json(), CLOCK);
    assert.equal(clock.headers["content-type"], "application/json; charset=utf-8");
    const past = await asked("/v1/community");
    assert.equal(past.statusCode, 500);
    assert.doesNotMatch(past.body, /of the house/);
    assert.equal((await asked("/v1/session")).body, "null");
    await server.close();
  }
  assert.equal(told.filter((sentence) => sentence === "GET /v1/community failed").length, 2);
});
