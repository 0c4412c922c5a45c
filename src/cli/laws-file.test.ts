import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DEFAULT_PARAMETERS } from "#chain/genesis.ts";
import { readLaws } from "#cli/laws-file.ts";
import { temporaryFolder } from "../../test/support/node-load.ts";

test("a community begins with the laws of its file, and with the usual ones beside", (t) => {
  const file = join(temporaryFolder(t), "laws.json");
  const laws = (text: string) => {
    writeFileSync(file, text);
    return readLaws(file, DEFAULT_PARAMETERS);
  };
  const stated = '{"votingPeriodS": 86400, "saleFee": 5000, "operatorIsRegistrar": false}';
  assert.deepEqual(laws(stated), {
    ...DEFAULT_PARAMETERS,
    votingPeriodS: 86_400,
    saleFee: 5_000n,
    operatorIsRegistrar: false,
  });
  const wrong = [
    ["[]", /one JSON object/],
    ["{", /cannot be read/],
    ['{"votingDays": 1}', /"votingDays", which is no law/],
    ['{"zone": "Europe/Vienna"}', /"zone", which is no law/],
    ['{"votingPeriodS": "1 day"}', /must be a whole number/],
    ['{"operatorIsRegistrar": 1}', /must be true or false/],
    ['{"quorumPerMille": 0}', /do not hold: quorumPerMille/],
  ] as const;
  for (const [text, why] of wrong) assert.throws(() => laws(text), why, text);
});
