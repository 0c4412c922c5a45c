/** Statements that another program reckoned from docs/spec/cer.md alone (test/oracles/cer_check.py), line by line. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { statementOf } from "#rules/italy/statement.ts";
import { statementInputFrom } from "#rules/italy/statement-file.ts";
import { total } from "#rules/rule-book.ts";
import { skipped } from "../../../test/support/counterparts.ts";

const ORACLES = new URL("../../../test/oracles/", import.meta.url);
const committed = readFileSync(new URL("cer/cases.json", ORACLES), "utf8");
const cases = JSON.parse(committed) as readonly {
  readonly statement: { readonly kind: string };
  readonly expected: {
    readonly shared_wh: number;
    readonly lines: { readonly [line: string]: number };
    readonly advances: { readonly [plant: string]: number };
    readonly used_wh: { readonly [point: string]: number };
  };
}[];

for (const { statement, expected } of cases) {
  test(`a ${statement.kind} comes line by line to what another program reckons`, () => {
    const input = statementInputFrom(statement);
    assert.ok(input.ok, input.ok ? "" : input.error.message);
    const found = statementOf(input.value);
    assert.ok(found.ok, found.ok ? "" : found.error.code);
    const { reckoning, advances } = found.value;
    assert.deepEqual(
      {
        shared_wh: Number(reckoning.shared),
        lines: Object.fromEntries(reckoning.lines.map(({ key, amount }) => [key, Number(amount)])),
        advances: Object.fromEntries(advances.map(({ plant, amount }) => [plant, Number(amount)])),
        used_wh: Object.fromEntries(reckoning.used.map(({ id, energy }) => [id, Number(total(energy))])),
      },
      expected,
    );
  });
}

test("what is committed is what the other program says", (t) => {
  const script = fileURLToPath(new URL("cer_check.py", ORACLES));
  const { error, status, stdout, stderr } = spawnSync("python3", [script], { encoding: "utf8" });
  if (skipped(t, error === undefined ? undefined : "python3")) return;
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), cases);
});
