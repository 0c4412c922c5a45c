import assert from "node:assert/strict";
import { test } from "node:test";
import { ROUTES } from "#wire/routes.ts";
import { docsPage } from "./docs-page.ts";
import { openApi } from "./openapi.ts";
import { openStreet } from "./test-street.ts";

type Document = {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; responses: object; security: object[] }>>;
  components: { schemas: Record<string, unknown> };
};

test("the description has every route once, with its access, and every reference leads somewhere", () => {
  const document = openApi({ title: "Olmo", version: "1", demo: true }) as unknown as Document;
  assert.equal(document.openapi, "3.1.0");
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const keys = Object.keys(ROUTES).map((key) => key.replace(/:(\w+)/g, "{$1}"));
  assert.deepEqual(operations.map(({ key }) => key).sort(), keys.sort());
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length, "operation ids are unique");
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  assert.ok(references.length > 30);
  for (const name of references) assert.ok(name in document.components.schemas, name);
  assert.deepEqual(document.paths["/v1/community"]!.get!.security, []);
  assert.equal(document.paths["/v1/home/live"]!.get!.security.length, 2);
  assert.ok(!text.includes("undefined"));
});

test("without a town the demo routes are in no description", () => {
  const document = openApi({ title: "Olmo", version: "1", demo: false }) as unknown as Document;
  assert.ok(!Object.keys(document.paths).some((path) => path.includes("/demo/")));
  assert.ok(!docsPage({ title: "Olmo", version: "1", demo: false }).includes("/v1/demo/"));
});

test("the pages beside the routes answer, and the app takes over where people navigate", async () => {
  const { mkdirSync, writeFileSync } = await import("node:fs");
  const { temporaryFolder } = await import("./test-street.ts");
  const app = temporaryFolder();
  mkdirSync(`${app.path}/assets`);
  writeFileSync(`${app.path}/index.html`, "<!doctype html><title>app</title>");
  writeFileSync(`${app.path}/assets/a-1234.js`, "1");
  const { platform, close } = await openStreet({ appFolder: app.path });
  try {
    const get = async (path: string, accept = "*/*") => {
      const response = await fetch(platform.url + path, { headers: { accept } });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    for (const [path, type] of [
      ["/openapi.json", "application/json"],
      ["/docs", "text/html"],
      ["/docs.css", "text/css"],
      ["/livez", "text/plain"],
      ["/readyz", "text/plain"],
      ["/version", "application/json"],
      ["/", "text/html"],
    ] as const) {
      const { status, headers } = await get(path);
      assert.equal(status, 200, path);
      assert.ok(headers.get("content-type")?.startsWith(type), path);
    }
    const page = (await get("/docs")).text;
    assert.match(page, /storage_too_low/);
    assert.doesNotMatch(
      page,
      /<script|style=|https?:\/\//,
      "nothing from elsewhere, nothing that the policy forbids",
    );
    assert.match((await get("/assets/a-1234.js")).headers.get("cache-control")!, /immutable/);
    assert.equal((await get("/index.html")).headers.get("cache-control"), "no-cache");
    const deep = await get("/ledger/block/3", "text/html,application/xhtml+xml");
    assert.deepEqual([deep.status, deep.text.includes("<title>app</title>")], [200, true]);
    assert.equal((await get("/assets/b-5678.js", "text/html")).status, 404, "a file that is gone is no page");
    assert.equal((await get("/v1/nowhere", "text/html")).status, 404);
    assert.equal((await get("/ledger")).status, 404, "a program does not navigate");
    assert.equal((await get("/..%2f..%2fetc/passwd")).status, 404);
  } finally {
    await close();
    app.remove();
  }
});
