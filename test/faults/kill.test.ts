import assert from "node:assert/strict";
import { test } from "node:test";
import { killAgainAndAgain } from "./kill.ts";

/** A thousand: CONTRADA_KILLS=1000 npm test -- faults/kill. */
const KILLS = Number(process.env.CONTRADA_KILLS ?? (process.env.CONTRADA_LONG === "1" ? 200 : 3));
const SEED = process.env.CONTRADA_SEED ?? "kill";

test("a node killed at any instant loses and doubles no acknowledged transaction, and starts again", async () => {
  const { kills, acknowledged, blocks, ...rest } = await killAgainAndAgain(KILLS, SEED);
  assert.equal(kills, KILLS);
  assert.ok(acknowledged > 20 * KILLS, `only ${acknowledged} were acknowledged`);
  console.log(
    `${kills} kills: ${acknowledged} acknowledged in ${blocks} blocks, none lost, none doubled`,
    rest,
  );
});
