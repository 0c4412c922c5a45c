import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { STATUS } from "#ledger/status.ts";
import { PROBLEMS, problemOf } from "./problems.ts";
import { ANNA, clientFor, keyOf, openStreet, saleOf, tokenFor } from "./test-street.ts";

test("every status of the ledger has a document that says what happened and what to do", () => {
  for (const status of Object.keys(STATUS)) {
    if (status === "ok") continue;
    const problem = problemOf(status as keyof typeof PROBLEMS);
    assert.ok(
      problem.status >= 400 && problem.status < 500,
      `${status}: a refusal is no fault of the server`,
    );
    assert.equal(problem.type, `/docs#${status}`);
    assert.ok(problem.title.length > 5 && problem.detail.includes("."), status);
  }
});

test("titles and details are whole sentences, and no two codes are worded alike", () => {
  const details = new Set<string>();
  for (const [code, { title, detail }] of Object.entries(PROBLEMS)) {
    assert.match(title, /^[A-Z][^.]*$/, code);
    assert.match(detail, /^[A-Z].*[.]$/, code);
    assert.ok(!details.has(detail), `${code} says the same as another`);
    details.add(detail);
  }
});

test("whatever is wrong with a request, the answer is a problem document with its headers", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const token = await tokenFor(platform.url, "street", keyOf(ANNA));
    const signedIn = { authorization: `Bearer ${token}` };
    const json = { ...signedIn, "content-type": "application/json" };
    const rows: [string, RequestInit & { path: string }, number, string][] = [
      ["unknown address", { path: "/v1/nowhere" }, 404, "not_found"],
      ["unknown method", { path: "/v1/account", method: "PUT" }, 405, "method_not_allowed"],
      ["a demo route without a town", { path: "/v1/demo/clock" }, 404, "not_found"],
      ["nobody signed in", { path: "/v1/account" }, 401, "not_signed_in"],
      ["a bad token", { path: "/v1/account", headers: { authorization: "Bearer x" } }, 401, "not_signed_in"],
      ["query missing", { path: "/v1/home/series?from=1", headers: signedIn }, 400, "invalid_request"],
      [
        "query of a wrong kind",
        { path: "/v1/home/series?from=a&to=b", headers: signedIn },
        400,
        "invalid_request",
      ],
      ["an empty span", { path: "/v1/home/series?from=5&to=5", headers: signedIn }, 422, "span_invalid"],
      [
        "no such day",
        { path: "/v1/home/archive?period=day&date=2026-02-30", headers: signedIn },
        422,
        "day_invalid",
      ],
      [
        "no such period",
        { path: "/v1/home/archive?period=decade", headers: signedIn },
        400,
        "invalid_request",
      ],
      ["a short id", { path: "/v1/home/sales/abc", headers: signedIn }, 400, "invalid_request"],
      ["a block to come", { path: "/v1/blocks/99999" }, 404, "block_unknown"],
      ["a height that is no whole number", { path: "/v1/blocks/1.5" }, 400, "invalid_request"],
      ["a limit that is no number", { path: "/v1/blocks?limit=true" }, 400, "invalid_request"],
      ["a number spelled otherwise", { path: "/v1/blocks/0x1" }, 400, "invalid_request"],
      ["height zero", { path: "/v1/blocks/0" }, 400, "invalid_request"],
      [
        "body of a wrong kind",
        { path: "/v1/transactions", method: "POST", headers: json, body: '{"bytes":5}' },
        400,
        "invalid_request",
      ],
      [
        "body that is no JSON",
        { path: "/v1/transactions", method: "POST", headers: json, body: "{" },
        400,
        "invalid_request",
      ],
      [
        "body that is text",
        { path: "/v1/transactions", method: "POST", headers: signedIn, body: "00" },
        415,
        "unsupported_media_type",
      ],
      ["no body", { path: "/v1/transactions", method: "POST", headers: signedIn }, 400, "invalid_request"],
      [
        "body too large",
        {
          path: "/v1/transactions",
          method: "POST",
          headers: json,
          body: `{"bytes":"${"0".repeat(200_000)}"}`,
        },
        413,
        "body_too_large",
      ],
      [
        "bytes that are no transaction",
        { path: "/v1/transactions", method: "POST", headers: json, body: '{"bytes":"00"}' },
        400,
        "malformed",
      ],
    ];
    for (const [what, { path, ...init }, status, code] of rows) {
      const response = await fetch(platform.url + path, init);
      const problem = (await response.json()) as Record<string, unknown>;
      assert.equal(response.status, status, `${what}: ${JSON.stringify(problem)}`);
      assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/, what);
      assert.equal(response.headers.get("cache-control"), "no-store", what);
      assert.deepEqual([problem.code, problem.status], [code, status], what);
      assert.equal(problem.type, `/docs#${code}`, what);
    }
    const wrongMethod = await fetch(`${platform.url}/v1/account`, { method: "PUT" });
    assert.equal(wrongMethod.headers.get("allow"), "GET");

    memory.refuse = "overloaded";
    const anna = await clientFor(platform.url, ANNA);
    const { kind, body } = saleOf(300, 1);
    const response = await fetch(`${platform.url}/v1/transactions`, {
      method: "POST",
      headers: json,
      body: JSON.stringify({ bytes: memory.signed(ANNA, kind, body) }),
    });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "2");
    assert.equal(((await response.json()) as { retryAfterS: number }).retryAfterS, 2);
    assert.equal((await anna.call("GET /v1/account")).nonce, 0, "an overload changes nothing");
  } finally {
    await close();
  }
});

test("a refusal of the chain reaches the sender under its own name", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const anna = await clientFor(platform.url, ANNA);
    const { kind, body } = saleOf(300, 1);
    const bytes = memory.signed(ANNA, kind, body);
    await assert.rejects(
      anna.call("POST /v1/transactions", { query: {}, body: { bytes } }),
      (error: unknown) => {
        const { problem } = error as { problem: { code: string; status: number; detail: string } };
        assert.deepEqual([problem.code, problem.status], ["storage_too_low", 409]);
        assert.match(problem.detail, /Nothing was sold/);
        return true;
      },
    );
  } finally {
    await close();
  }
});

test("foreign hosts and foreign pages are turned away", async () => {
  const { platform, close } = await openStreet();
  try {
    const { port } = new URL(platform.url);
    const ask = (method: string, headers: Record<string, string>) =>
      new Promise<[number, string]>((resolve, reject) => {
        const asking = request(
          {
            host: "127.0.0.1",
            port,
            method,
            path: method === "GET" ? "/v1/community" : "/v1/session/challenge",
            headers,
          },
          (response) => {
            let text = "";
            response.on("data", (chunk) => (text += chunk));
            response.on("end", () =>
              resolve([response.statusCode!, (JSON.parse(text) as { code?: string }).code ?? ""]),
            );
          },
        );
        asking.on("error", reject);
        if (method === "POST") asking.write(JSON.stringify({ publicKey: "00".repeat(32) }));
        asking.end();
      });
    const json = { "content-type": "application/json" };
    const own = `127.0.0.1:${port}`;
    const rows: [string, string, Record<string, string>, number, string][] = [
      ["its own address", "GET", { host: own }, 200, ""],
      ["localhost", "GET", { host: `localhost:${port}` }, 200, ""],
      ["a rebound name", "GET", { host: `evil.example:${port}` }, 421, "host_refused"],
      [
        "a name that only begins like loopback",
        "GET",
        { host: "127.0.0.1.evil.example" },
        421,
        "host_refused",
      ],
      ["a program", "POST", { host: own, ...json }, 200, ""],
      [
        "the app",
        "POST",
        { host: own, origin: `http://${own}`, "sec-fetch-site": "same-origin", ...json },
        200,
        "",
      ],
      [
        "a foreign page",
        "POST",
        { host: own, origin: "https://evil.example", ...json },
        403,
        "origin_refused",
      ],
      [
        "another port of this machine",
        "POST",
        { host: own, origin: "http://127.0.0.1:1", ...json },
        403,
        "origin_refused",
      ],
      ["a sandboxed page", "POST", { host: own, origin: "null", ...json }, 403, "origin_refused"],
      [
        "a cross-site form",
        "POST",
        { host: own, "sec-fetch-site": "cross-site", ...json },
        403,
        "origin_refused",
      ],
      [
        "a same-site page",
        "POST",
        { host: own, "sec-fetch-site": "same-site", ...json },
        403,
        "origin_refused",
      ],
    ];
    for (const [what, method, headers, status, code] of rows) {
      assert.deepEqual(await ask(method, headers), [status, code], what);
    }
  } finally {
    await close();
  }
});

test("every answer carries the security headers and none shares with other origins", async () => {
  const { platform, close } = await openStreet();
  try {
    for (const path of ["/v1/community", "/docs", "/nowhere", "/livez"]) {
      const { headers } = await fetch(platform.url + path);
      assert.match(
        headers.get("content-security-policy") ?? "",
        /default-src 'none'.*script-src 'self'/,
        path,
      );
      assert.doesNotMatch(headers.get("content-security-policy")!, /unsafe-eval|script-src[^;]*unsafe/, path);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(headers.get("access-control-allow-origin"), null, path);
    }
  } finally {
    await close();
  }
});
