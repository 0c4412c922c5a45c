import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { OVERRIDE_FILE, overrideIn, writeOverride } from "./override.ts";

const folder = mkdtempSync(join(tmpdir(), "contrada-switch-"));
after(() => rmSync(folder, { recursive: true }));

test("the switch at the box is seen when it is thrown, and when it is off again", () => {
  const read = overrideIn(folder);
  assert.equal(read(), null);
  writeOverride(folder, "hold");
  assert.equal(read()?.mode, "hold");
  writeOverride(folder, "auto");
  assert.equal(read()?.mode, "auto");
  writeOverride(folder, undefined);
  assert.equal(read(), null);
  writeOverride(folder, undefined);
  assert.equal(read(), null);
  assert.deepEqual(readdirSync(folder), [], "and nothing is left");
});

test("a switch that was thrown stays so for the next start, with no end and no power of its own", () => {
  writeOverride(folder, "hold");
  const { mode, powerW, issuedAt, until, target } = overrideIn(folder)()!;
  assert.deepEqual([mode, powerW, issuedAt, until, target], ["hold", null, 0, Number.MAX_SAFE_INTEGER, null]);
});

for (const text of ["", "hold", "{}", "null", '{"override":"charge"}', '{"override":"auto"']) {
  test(`a file that makes no sense holds: ${JSON.stringify(text)}`, () => {
    writeFileSync(join(folder, OVERRIDE_FILE), text);
    assert.equal(overrideIn(folder)()?.mode, "hold");
  });
}
