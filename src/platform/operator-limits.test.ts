import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { createClient } from "#wire/client.ts";
import type { OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { operatorLimitHash } from "#wire/operator-limits.ts";
import { sampleOf } from "./test-live.ts";
import {
  ANNA,
  clientFor,
  foundStreet,
  keyOf,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  refusedWith,
  temporaryFolder,
} from "./test-street.ts";

const LIMIT: OperatorLimit = {
  ...{ importPowerMaxW: 2_000, exportPowerMaxW: 0, from: NOON, until: NOON + 600 },
  ...{ reason: "congestion", failsafe: null },
};

/** A street without gateways and without a simulation: nobody is there to hear it. */
const SHOWN = {
  ...{ home: PLANT_OF_ANNA, feeder: 1, limit: LIMIT, issuedAt: NOON },
  ...{ by: { member: OPERATOR, name: "Contrada Olmo" }, runBy: "nobody", answer: "unheard" },
  ...{ refusal: null, silentSince: null },
};

function letter(limit: OperatorLimit | null, issuedAt = NOON, member = OPERATOR) {
  const signer = keyOf(member);
  const signed = { chain: "street", member, home: PLANT_OF_ANNA, issuedAt, limit };
  return {
    params: { home: PLANT_OF_ANNA },
    body: {
      ...{ limit, member, issuedAt, publicKey: toHex(signer.publicKey) },
      signature: toHex(signer.sign(operatorLimitHash(signed))),
    },
  };
}

test("an operator's signature limits a home, its owner sees it while it stands, and it is kept on the disk", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const { platform, close } = await openStreet({ folder: folder.path, memory });
  try {
    const nobody = createClient(fetch, platform.url);
    const PUT = "PUT /v1/grid/homes/:home/limit";
    const refused = (one: ReturnType<typeof letter>, code: string) =>
      assert.rejects(nobody.call(PUT, one), refusedWith(code));
    await refused(letter(LIMIT, NOON, ANNA), "limit_not_authorised");
    const other = letter(LIMIT);
    await refused(
      { ...other, body: { ...other.body, limit: { ...LIMIT, exportPowerMaxW: 1 } } },
      "signature_wrong",
    );
    await refused({ ...other, params: { home: 9_999 } }, "home_unknown");
    await refused(letter(LIMIT, NOON - 901), "limit_stale");
    await refused(letter({ ...LIMIT, importPowerMaxW: 0 }), "limit_power_invalid");
    assert.deepEqual(await nobody.call(PUT, letter(LIMIT)), SHOWN);
    await refused(letter(null), "limit_superseded");

    platform.live.record(NOON, 60, [sampleOf(PLANT_OF_ANNA, {}, 4_000)]);
    const anna = await clientFor(platform.url, ANNA);
    const { operatorLimit } = await anna.call("GET /v1/home/live");
    const { importPowerMaxW, exportPowerMaxW, until, reason } = LIMIT;
    assert.deepEqual(operatorLimit, { importPowerMaxW, exportPowerMaxW, until, reason });
    memory.time = LIMIT.until;
    assert.equal((await anna.call("GET /v1/home/live")).operatorLimit, null, "it ends by itself");
  } finally {
    await close();
  }
  const again = await openStreet({ folder: folder.path, memory });
  const operator = await clientFor(again.platform.url, OPERATOR);
  assert.deepEqual(await operator.call("GET /v1/operator/limits"), [SHOWN]);
  await again.close();
  folder.remove();
});
