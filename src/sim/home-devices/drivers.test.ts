/** The simulated devices on their sockets, through the very drivers and templates that a gateway uses. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fromHex } from "#base/bytes.ts";
import { parseInstant } from "#base/time.ts";
import type { Device, DeviceError, PointValues } from "#devices/device.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { homeBroker } from "../../../test/support/home-broker.ts";
import { homesOnSockets } from "../../../test/support/homes-on-sockets.ts";
import { FAULT_KINDS, type FaultKind } from "./fault.ts";
import { type HomesSettings, runHomes } from "./running-homes.ts";

const START = parseInstant("2026-06-16T10:00Z")!;
/** So fast that the home is looked at every few milliseconds; its clock moves by hand. */
const SPEED = 50;
const LOOKED_MS = 60;

/** A home whose clock a test moves, and its devices by the drivers. */
async function stage(t: TestContext, change: Partial<HomesSettings> = {}) {
  const clock = { ms: 0 };
  const running = await runHomes(
    homesOnSockets({
      ...{ seed: 11, start: START, speed: SPEED, solarPeakKwp: 6, realMs: () => clock.ms },
      ...change,
    }),
  );
  const { home, addresses } = running.homes[0]!;
  const entries = equipmentOf("devices.json", JSON.stringify({ devices: addresses }), ".");
  const devices = new Map<string, Device>();
  for (const entry of entries)
    devices.set(entry.id, openDevice({ ...entry, options: { ...entry.options, timeoutMs: 1_500 } }));
  t.after(async () => {
    for (const device of devices.values()) await device.close();
    await running.close();
  });
  return {
    home,
    devices,
    /** Home time goes on, and everybody who pushes has pushed. */
    later: async (seconds: number) => {
      clock.ms += (1000 * seconds) / SPEED;
      await sleep(LOOKED_MS);
    },
    broken: (device: string, kind: FaultKind, forS: number) =>
      home.faults.wish({ device, kind, afterS: 0, forS }, home.now()),
  };
}

/** Waits for a telegram that the counter pushes; some machines are slow. */
async function told(counter: Device, measuredAt: number): Promise<void> {
  const newest = async () => (await counter.read().catch(() => undefined))?.measuredAt;
  for (let i = 0; i < 2_000 && (await newest()) !== measuredAt; i++) await sleep(15);
  assert.equal((await counter.read()).measuredAt, measuredAt);
}

/** Waits for what comes over a socket; some machines are slow. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    if (await holds()) return;
    await sleep(15);
  }
  assert.fail(what);
}

function near(actual: PointValues, truth: PointValues, names: readonly string[], step: number): void {
  for (const name of names as (keyof PointValues)[]) {
    const [a, b] = [actual[name], truth[name]];
    assert.ok(a !== undefined && b !== undefined && Math.abs(a - b) <= step, `${name}: ${a}, in truth ${b}`);
  }
}

test("what the drivers read is what the home is, to the last digit of each protocol", async (t) => {
  const { home, devices, later } = await stage(t);
  for (const device of devices.values()) await device.open();
  await later(1_200);
  // A telegram is as old as the meter says.
  await told(devices.get("counter")!, (START + 1_200) * 1000);
  const said = new Map<string, PointValues>();
  for (const [id, device] of devices) said.set(id, (await device.read()).values);
  const truth = (id: string) => home.voices.get(id)!.device.truth();
  assert.deepEqual([...devices.keys()], ["counter", "inverter", "solar-meter", "accumulator"]);
  for (const [id, kind] of [
    ["counter", "counter"],
    ["solar-meter", "solar_meter"],
  ] as const) {
    assert.equal(devices.get(id)!.kind, kind);
  }
  near(said.get("counter")!, truth("counter"), ["powerW", "powerL1W", "powerL2W", "powerL3W"], 1);
  near(said.get("counter")!, truth("counter"), ["importWh", "exportWh"], 0);
  near(said.get("counter")!, truth("counter"), ["voltageL1V", "voltageL3V"], 0.1);
  near(said.get("inverter")!, truth("inverter"), ["energyWh", "state", "ratedPowerW"], 0);
  near(said.get("inverter")!, truth("inverter"), ["powerW", "powerL2W", "voltageL2V"], 0.5);
  near(said.get("solar-meter")!, truth("solar-meter"), ["powerW", "energyWh"], 0.001);
  near(said.get("accumulator")!, truth("accumulator"), ["capacityWh", "chargedWh", "dischargedWh"], 0);
  near(said.get("accumulator")!, truth("accumulator"), ["socPercent", "temperatureC"], 0.05);
  near(said.get("accumulator")!, truth("accumulator"), ["chargePowerMaxW", "dischargePowerMaxW"], 0.5);
  const balance = (values: ReadonlyMap<string, PointValues>) =>
    values.get("counter")!.powerW! + values.get("inverter")!.powerW! + values.get("accumulator")!.powerW!;
  assert.ok(Math.abs(balance(said) - home.physics.loadW) <= 2, "what the devices say fits together");
  assert.equal(devices.get("inverter")!.sheet.model, "Simulated inverter");
});

test("setpoints reach the devices, and are over when nobody renews them", async (t) => {
  const { home, devices, later } = await stage(t);
  const [ea, inverter] = [devices.get("accumulator")!, devices.get("inverter")!];
  await ea.open();
  await inverter.open();
  // A limit in percent needs the rating, which comes with the first reading.
  await inverter.read();
  await ea.write("setpointHoldS", 5);
  assert.equal(
    home.physics.accumulator!.isHeld(home.physics.time),
    false,
    "a hold time alone asks for nothing",
  );
  await ea.write("setPowerW", -1_234);
  await inverter.write("powerMaxW", 600);
  await later(4);
  assert.equal((await ea.read()).values.powerW, -1_234);
  assert.equal((await ea.read()).values.state, 2);
  assert.equal((await inverter.read()).values.powerW, 600);
  assert.equal((await inverter.read()).values.state, 4);
  await later(2);
  assert.equal((await ea.read()).values.powerW, 0);
  await later(60);
  assert.notEqual((await inverter.read()).values.powerW, 600);
  await ea.write("setPowerW", 800);
  await later(1);
  assert.equal((await ea.read()).values.powerW, 800, "once more, after it was over");
});

test("each fault comes through the drivers as it would from a real device, and is over when it is over", async (t) => {
  const { home, devices, later, broken } = await stage(t);
  const counter = devices.get("counter")!;
  const inverter = devices.get("inverter")!;
  await counter.open();
  await inverter.open();
  await later(900);
  const problemOf = (device: Device) =>
    device.read().then(
      () => "none",
      (error: DeviceError) => error.problem,
    );
  const seen: Partial<Record<FaultKind, string>> = {};
  for (const kind of FAULT_KINDS) {
    if (kind === "stale" || kind === "clock-jump") continue;
    broken("inverter", kind, 100);
    await later(10);
    const problem = await problemOf(inverter);
    const values = problem === "none" ? (await inverter.read()).values : {};
    seen[kind] = problem === "none" ? `${Math.sign(values.powerW!)} ${values.energyWh! < 100}` : problem;
    home.faults.clear(home.now());
    await later(1);
    // What was lost or late is asked for anew.
    await inverter.close();
    await inverter.open();
    assert.equal(await problemOf(inverter), "none", kind);
  }
  assert.deepEqual(seen, {
    freeze: "1 false",
    drop: "unreachable",
    "wrong-sign": "-1 false",
    "out-of-range": "1 false",
    slow: "timeout",
    garbage: seen.garbage,
    reset: "1 true",
  });
  assert.ok(["malformed", "timeout", "unreachable"].includes(seen.garbage!), `garbage: ${seen.garbage}`);
  const last = Math.floor(home.now() / 1000) * 1000;
  await told(counter, last);
  broken("counter", "garbage", 30);
  await later(9);
  assert.equal((await counter.read()).measuredAt, last, "no telegram that is one comes any more");
  home.faults.clear(home.now());
  await later(2);
  broken("counter", "clock-jump", 30);
  await later(2);
  await told(counter, Math.floor(home.now() / 1000) * 1000 + 3_600_000);
});

test("the counter of a home can speak Modbus, and its plugs at a broker turn when they are told", async (t) => {
  const port = await homeBroker(t);
  const { home, devices, later, broken } = await stage(t, {
    counter: "modbus",
    broker: `mqtt://127.0.0.1:${port}`,
  });
  await later(600);
  for (const device of devices.values()) await device.open();
  await later(20);
  const truth = (id: string) => home.voices.get(id)!.device.truth();
  near(
    (await devices.get("counter")!.read()).values,
    truth("counter"),
    ["powerW", "importWh", "exportWh"],
    0.01,
  );
  for (const id of ["kitchen-plug", "bath-plug"]) {
    const plug = devices.get(id)!;
    near((await plug.read()).values, truth(id), ["powerW", "energyWh", "on"], 3);
    for (const on of [0, 1]) {
      await plug.write("on", on);
      await later(2);
      await until(() => truth(id).on === on, `${id} turns ${on}`);
      await until(async () => (await plug.read()).values.on === on, `${id} says ${on}`);
    }
  }
  broken("kitchen-plug", "garbage", 5);
  await later(2);
  home.obey("kitchen-plug", "on", 0);
  await later(1);
  const kitchen = devices.get("kitchen-plug")!;
  await until(
    () =>
      kitchen.read().then(
        () => false,
        ({ problem }: DeviceError) => problem === "malformed",
      ),
    "garbage is said",
  );
});

test("a counter that pushes by DLMS says what one with a customer port says, ciphered as well", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-keys-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "counter.keys");
  const [encryption, authentication] = ["00".repeat(15).concat("01"), "00".repeat(15).concat("02")];
  writeFileSync(file, `${encryption}\n${authentication}\n`);
  const keys = { encryptionKey: fromHex(encryption)!, authenticationKey: fromHex(authentication)!, file };
  const p1 = await stage(t);
  const plain = await stage(t, { counter: "dlms" });
  const secret = await stage(t, { counter: "dlms", meterKeys: keys });
  const homes = [p1, plain, secret];
  for (const { devices } of homes) await devices.get("counter")!.open();
  for (const { later, devices } of homes) {
    await later(30);
    await told(devices.get("counter")!, (START + 30) * 1000);
  }
  const [byP1, byDlms, bySecret] = await Promise.all(
    homes.map(({ devices }) => devices.get("counter")!.read()),
  );
  const { frequencyHz, ...same } = byDlms!.values;
  assert.ok(Math.abs(frequencyHz! - 50) < 0.1);
  assert.deepEqual(same, byP1!.values);
  assert.deepEqual([byDlms!.measuredAt, bySecret!.measuredAt], [byP1!.measuredAt, byP1!.measuredAt]);
  assert.deepEqual(bySecret!.values, byDlms!.values);
  assert.ok(byP1!.values.importWh! > 0 || byP1!.values.exportWh! > 0);
  secret.broken("counter", "garbage", 5);
  await secret.later(1);
  const counter = secret.devices.get("counter")!;
  await until(
    () =>
      counter.read().then(
        () => false,
        ({ problem }: DeviceError) => problem === "malformed",
      ),
    "garbage is said",
  );
  await secret.later(10);
  await until(
    () =>
      counter.read().then(
        ({ measuredAt }) => measuredAt > byP1!.measuredAt,
        () => false,
      ),
    "it is over",
  );
});
