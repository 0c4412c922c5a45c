import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { homeCommandHash, homePreferencesHash } from "#wire/home-letters.ts";
import type { HomeCommand, HomePreferences } from "#wire/home-schemas.ts";
import { sampleOf } from "./test-live.ts";
import {
  ANNA,
  BRUNO,
  clientFor,
  foundStreet,
  keyOf,
  NOON,
  openStreet,
  PLANT_OF_ANNA,
  refusedWith,
  temporaryFolder,
} from "./test-street.ts";

const HOLD: HomeCommand = {
  ...{ mode: "hold", powerW: null, until: NOON + 3600, reservePercent: null, target: null },
};

function letter(command: HomeCommand | null, change: number, by = ANNA, issuedAt = NOON) {
  const signer = keyOf(by);
  const signed = { chain: "street", member: ANNA, home: PLANT_OF_ANNA, change, issuedAt, command };
  return {
    body: {
      ...{ command, change, issuedAt, publicKey: toHex(signer.publicKey) },
      signature: toHex(signer.sign(homeCommandHash(signed))),
    },
  };
}

const PREFERENCES: HomePreferences = {
  ...{ reservePercent: 35, communityFirst: true, wearMicroEurPerKwh: 30_000, comfort: "save" },
};

test("a command is taken from its owner's key alone, kept on the disk, and told to the home and its screens", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const { platform, close } = await openStreet({ folder: folder.path, memory });
  const told: number[] = [];
  const stop = platform.homeCommands.onChange((home) => told.push(home));
  try {
    const anna = await clientFor(platform.url, ANNA);
    const before = await anna.call("GET /v1/home/accumulator");
    assert.deepEqual([before.command, before.changes, before.runBy], [null, 0, "simulation"]);

    const PUT = "PUT /v1/home/accumulator/command";
    const refused = (one: ReturnType<typeof letter>, code: string) =>
      assert.rejects(anna.call(PUT, one), refusedWith(code));
    await refused(letter(HOLD, 1, BRUNO), "device_unknown");
    const other = letter(HOLD, 1);
    await refused({ body: { ...other.body, command: { ...HOLD, mode: "discharge" } } }, "signature_wrong");
    await refused(letter(HOLD, 1, ANNA, NOON - 901), "command_stale");
    await refused(letter({ ...HOLD, until: NOON }, 1), "command_expired");
    await refused(letter({ ...HOLD, mode: "charge", powerW: 999_999 }, 1), "command_power_invalid");
    await refused(letter(HOLD, 2), "command_superseded");
    assert.equal(platform.homeOrders(PLANT_OF_ANNA).heard.change, 0, "nothing of it reached the home");

    const given = await anna.call(PUT, letter(HOLD, 1));
    assert.equal(given.command?.state, "pending");
    assert.deepEqual(platform.homeOrders(PLANT_OF_ANNA).heard, {
      change: 1,
      command: { ...HOLD, issuedAt: NOON },
    });
    await refused(letter(HOLD, 1), "command_superseded");

    const orders = platform.homeOrders(PLANT_OF_ANNA);
    assert.equal(platform.homeOrders(PLANT_OF_ANNA), orders, "the same until something changes");
    const obeyed = { change: 1, state: "obeyed", bound: null, refusal: null, since: NOON + 5 } as const;
    platform.live.record(NOON, 60, [{ ...sampleOf(PLANT_OF_ANNA, {}, 4000), command: obeyed }]);
    const now = await anna.call("GET /v1/home/accumulator");
    assert.deepEqual([now.command?.state, now.command?.since, now.storedWh], ["obeyed", NOON + 5, 4000]);
    assert.deepEqual(told, [PLANT_OF_ANNA, PLANT_OF_ANNA]);

    const bruno = await clientFor(platform.url, BRUNO);
    assert.equal((await bruno.call("GET /v1/home/accumulator")).changes, 0, "a neighbour's home is another");

    await anna.call(PUT, letter(null, 2));
    const after = await anna.call("GET /v1/home/accumulator");
    assert.deepEqual([after.command, after.changes], [null, 2]);
    const [last] = await anna.call("GET /v1/home/accumulator/commands");
    assert.equal(last?.state, "withdrawn");
  } finally {
    stop();
    await close();
  }
  const again = await openStreet({ folder: folder.path, memory });
  assert.deepEqual(again.platform.homeOrders(PLANT_OF_ANNA).heard, { change: 2, command: null });
  assert.equal(again.platform.homeCommands.letter(PLANT_OF_ANNA)?.change, 2);
  await again.close();
  folder.remove();
});

test("a command whose time is over is expired, even where the home says nothing", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const anna = await clientFor(platform.url, ANNA);
    await anna.call("PUT /v1/home/accumulator/command", letter(HOLD, 1));
    memory.time = HOLD.until;
    const { command } = await anna.call("GET /v1/home/accumulator");
    assert.deepEqual([command?.state, command?.since], ["expired", HOLD.until]);
  } finally {
    await close();
  }
});

test("how the home shall be run is signed, kept, and the reserve counts at once on every screen", async () => {
  const { platform, close } = await openStreet();
  try {
    const anna = await clientFor(platform.url, ANNA);
    const letterOf = (change: number, preferences = PREFERENCES) => {
      const signer = keyOf(ANNA);
      const signed = { chain: "street", member: ANNA, home: PLANT_OF_ANNA, change, issuedAt: NOON };
      return {
        body: {
          ...{ preferences, change, issuedAt: NOON, publicKey: toHex(signer.publicKey) },
          signature: toHex(signer.sign(homePreferencesHash({ ...signed, preferences: PREFERENCES }))),
        },
      };
    };
    const PUT = "PUT /v1/home/accumulator/preferences";
    const { preferences, capacityWh } = await anna.call("GET /v1/home/accumulator");
    assert.equal(preferences.reservePercent, 20);
    await assert.rejects(anna.call(PUT, letterOf(2)), refusedWith("preferences_changed"));
    const bent = { ...PREFERENCES, reservePercent: 0 };
    await assert.rejects(anna.call(PUT, letterOf(1, bent)), refusedWith("signature_wrong"));
    const after = await anna.call(PUT, letterOf(1));
    assert.deepEqual([after.preferences, after.preferenceChanges], [PREFERENCES, 1]);
    const desk = await anna.call("GET /v1/home/desk");
    assert.equal(desk.reserveWh, Math.round(capacityWh * 0.35));
    assert.deepEqual(platform.homeOrders(PLANT_OF_ANNA).preferences, PREFERENCES);
  } finally {
    await close();
  }
});
