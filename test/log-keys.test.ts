/** The keys of the log, by which machines tell events apart, are those that docs/operating/observing.md explains. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

test("every event that the log can hold stands in the documentation, with its room and level, and none that it cannot", () => {
  const told = globSync("src/**/*.ts", { cwd: ROOT })
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [
      ...readFileSync(`${ROOT}/${file}`, "utf8").matchAll(/\babout\(\s*"(\w+)",\s*"(\w+)"/g),
    ])
    .map(([, room, key]) => `${room} ${key}`);
  const page = readFileSync(`${ROOT}/docs/operating/observing.md`, "utf8");
  const section = page.slice(page.indexOf("## The log"), page.indexOf("## In the code"));
  const documented = [...section.matchAll(/^\| (\w+) \| `(\w+)` \|/gm)].map(
    ([, room, key]) => `${room} ${key}`,
  );
  assert.ok(documented.length > 10);
  assert.deepEqual([...new Set(told)].sort(), [...documented].sort());
});
