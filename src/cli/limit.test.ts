import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toHex, utf8 } from "#base/bytes.ts";
import { limit } from "#cli/limit.ts";
import { hash } from "#crypto/hash.ts";
import { NOON, OPERATOR, openStreet, PLANT_OF_ANNA, temporaryFolder } from "#platform/test-street.ts";

test("a home is limited and let go again from the command line, by an operator's key file alone", async () => {
  const folder = temporaryFolder();
  const { memory, platform, close } = await openStreet();
  const key = join(folder.path, "operator.key");
  writeFileSync(key, `${toHex(hash(utf8(`street ${OPERATOR}`)))}\n`);
  const run = (...words: string[]) =>
    limit.run(["--url", platform.url, "--home", String(PLANT_OF_ANNA), "--key", key, ...words], {});
  try {
    await run("--import", "2000", "--minutes", "90", "--reason", "voltage", "--failsafe-export", "0");
    assert.deepEqual(platform.limits.limitAt(PLANT_OF_ANNA, NOON), {
      ...{
        importPowerMaxW: 2_000,
        exportPowerMaxW: null,
        from: NOON,
        until: NOON + 5_400,
        reason: "voltage",
      },
      failsafe: { importPowerMaxW: null, exportPowerMaxW: 0, afterS: 120, durationS: 7_200 },
    });
    memory.time += 1;
    await run("--lift");
    assert.equal(platform.limits.limitOf(PLANT_OF_ANNA), null);
    memory.time += 1;
    await assert.rejects(run("--import", "100"), /leaves at least 500 W/);
    await assert.rejects(run(), /wants --import, --export, both, or --lift/);
    await assert.rejects(run("--import", "900", "--member", "2"), /key that the chain has/);
  } finally {
    await close();
    folder.remove();
  }
});
