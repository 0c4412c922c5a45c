/** docs/operating/town.md says everything that can be asked and everything that is answered. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { flagOf } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { openTown } from "../support/headless-town.ts";

const MANUAL = readFileSync(new URL("../../docs/operating/town.md", import.meta.url), "utf8");
const rows = MANUAL.split("\n").filter((line) => line.startsWith("| `"));

test("every flag has a row, and every row of a flag is one", () => {
  const documented = rows
    .map((row) => /^\| `--([a-z-]+)/.exec(row)?.[1])
    .filter((flag) => flag !== undefined);
  const flags = Object.entries(TOWN_SETTINGS).map(([name, setting]) =>
    setting.kind === "switch" && setting.default ? `no-${flagOf(name)}` : flagOf(name),
  );
  assert.deepEqual(documented.sort(), flags.sort());
});

test("every figure of the JSON object has a row, and every row is one", async () => {
  const headless = await openTown({ homes: 1 });
  const fields = Object.keys(headless.report());
  await headless.close();
  const documented = rows
    .filter((row) => !row.startsWith("| `--"))
    .flatMap((row) => [...row.split("|")[1]!.matchAll(/`(\w+)`/g)].map((match) => match[1]!));
  assert.deepEqual(documented.sort(), fields.sort());
});
