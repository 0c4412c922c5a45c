import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";
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

const CAR: LoadReport = {
  ...{ id: "car", kind: "car", name: null, powerW: 3_600, todayWh: 1_200, state: "running" },
  ...{ code: "charging_from_sun", numbers: { surplusW: 4_000, leftS: Number.POSITIVE_INFINITY } },
  ...{ nextRun: null, preferences: USUAL_PREFERENCES.car, change: 0 },
};
const AT_ONCE: LoadPreferences = { ...USUAL_PREFERENCES.car, mode: "now", targetPercent: 100 };

function letter(preferences: LoadPreferences, change: number, by = ANNA, issuedAt = NOON, load = "car") {
  const signer = keyOf(by);
  const of = { chain: "street", member: ANNA, home: PLANT_OF_ANNA, load, change, issuedAt, preferences };
  return {
    params: { id: "car" },
    body: {
      ...{ preferences, change, issuedAt, publicKey: toHex(signer.publicKey) },
      signature: toHex(signer.sign(loadPreferencesHash(of))),
    },
  };
}

test("a load's preferences are taken from its owner's key alone, kept on the disk, and told to the home", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const { platform, close } = await openStreet({ folder: folder.path, memory });
  const told: number[] = [];
  const stop = platform.loadLetters.onChange((home) => told.push(home));
  try {
    const anna = await clientFor(platform.url, ANNA);
    const PUT = "PUT /v1/home/loads/:id/preferences";
    const refused = (one: ReturnType<typeof letter>, code: string) =>
      assert.rejects(anna.call(PUT, one), refusedWith(code));
    assert.deepEqual(await anna.call("GET /v1/home/loads"), { home: PLANT_OF_ANNA, loads: [] });
    await refused(letter(AT_ONCE, 1), "load_unknown");

    platform.loadLetters.report(PLANT_OF_ANNA, () => [CAR]);
    const before = (await anna.call("GET /v1/home/loads")).loads[0]!;
    assert.deepEqual([before.powerW, before.code, before.changes, before.heard], [3_600, CAR.code, 0, true]);
    assert.deepEqual(before.numbers, { surplusW: 4_000 }, "JSON knows no infinity");
    assert.deepEqual(before.modes, ["sun", "cheapest", "now", "off"]);

    await refused(letter({ ...AT_ONCE, mode: "always" }, 1), "load_preferences_unfit");
    await refused(letter({ ...AT_ONCE, roomMinC: 20 }, 1), "load_preferences_unfit");
    await refused(letter(AT_ONCE, 2), "load_preferences_changed");
    await refused(letter(AT_ONCE, 1, ANNA, NOON - 901), "command_stale");
    await refused(letter(AT_ONCE, 1, ANNA, NOON + 61), "command_ahead");
    await refused(letter(AT_ONCE, 1, BRUNO), "device_unknown");
    await refused(letter(AT_ONCE, 1, ANNA, NOON, "boiler"), "signature_wrong");
    assert.equal(platform.loadLetters.wishes(PLANT_OF_ANNA).size, 0, "nothing of it reached the home");
    assert.deepEqual(told, []);

    const after = (await anna.call(PUT, letter(AT_ONCE, 1))).loads[0]!;
    assert.deepEqual([after.preferences, after.changes, after.heard], [AT_ONCE, 1, false]);
    assert.deepEqual(told, [PLANT_OF_ANNA]);

    const heard = { ...CAR, powerW: 0, change: 1 };
    platform.loadLetters.report(PLANT_OF_ANNA, () => [heard], "gateway");
    const real = (await anna.call("GET /v1/home/loads")).loads;
    assert.deepEqual(
      [real.length, real[0]!.powerW, real[0]!.heard],
      [1, 0, true],
      "a gateway's word goes first",
    );
    platform.loadRecord.hear(PLANT_OF_ANNA, NOON - 900, [{ ...CAR, todayWh: 300 }]);
    platform.loadRecord.hear(PLANT_OF_ANNA, NOON, [CAR]);
    platform.loadRecord.flush();
    const day = await anna.call("GET /v1/home/loads/archive", { query: { period: "day" } });
    const [took] = day.loads;
    assert.deepEqual(
      [took!.id, took!.totalWh, took!.states[day.starts.indexOf(NOON - 900)]],
      ["car", 900, "running"],
    );
    await assert.rejects(
      anna.call("GET /v1/home/loads/archive", { query: { period: "day", date: "1000-01-01" } }),
      refusedWith("day_invalid"),
    );

    platform.loadLetters.report(PLANT_OF_ANNA, undefined, "gateway");
    assert.equal((await anna.call("GET /v1/home/loads")).loads[0]!.powerW, CAR.powerW);
    await refused(letter(AT_ONCE, 1), "load_preferences_changed");
    const bruno = await clientFor(platform.url, BRUNO);
    assert.deepEqual((await bruno.call("GET /v1/home/loads")).loads, [], "a neighbour sees its own home");
    const theirs = await bruno.call("GET /v1/home/loads/archive", { query: { period: "day" } });
    assert.deepEqual(theirs.loads, [], "and its own past");
  } finally {
    stop();
    await close();
  }
  const again = await openStreet({ folder: folder.path, memory });
  try {
    const wish = again.platform.loadLetters.wishes(PLANT_OF_ANNA).get("car");
    assert.deepEqual(wish, { change: 1, preferences: AT_ONCE });
    const [kept] = again.platform.loadLetters.letters(PLANT_OF_ANNA);
    const { member, home, load, change, issuedAt, preferences } = kept!;
    const hash = loadPreferencesHash({ chain: "street", member, home, load, change, issuedAt, preferences });
    assert.equal(kept!.signature, toHex(keyOf(ANNA).sign(hash)), "the letter itself is kept");
  } finally {
    await again.close();
    folder.remove();
  }
});
