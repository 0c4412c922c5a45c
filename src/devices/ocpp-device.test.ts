/** A charge point over OCPP 1.6: one made here, and one by another hand (the PyPI package `ocpp`). */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { RPCClient } from "ocpp-rpc";
import { DeviceError, type DeviceProblem } from "#devices/device.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { OcppDevice, type OcppOptions } from "#devices/ocpp-device.ts";
import { openDevice } from "#devices/open-device.ts";
import { skipped } from "../../test/support/counterparts.ts";

const OPTIONS: OcppOptions = {
  template: "ocpp-charge-point",
  phases: 1,
  password: "a long secret",
  failsafeW: 1_380,
  timeoutMs: 2_000,
  startsByItself: true,
};
const WAIT_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function opened(t: TestContext, identity: string, port: number, options = OPTIONS) {
  const device = new OcppDevice("wallbox", { host: "127.0.0.1", port, identity }, options);
  t.after(() => device.close());
  await device.open();
  return device;
}

async function until<T>(what: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await wait(20)) {
    const found = await what();
    if (found !== undefined) return found;
  }
  throw new Error("it did not come about");
}

const problemOf = (problem: DeviceProblem) => (error: unknown) =>
  error instanceof DeviceError && error.problem === problem;

/** What the package's types, stricter than it is, hide. */
interface OwnPoint {
  handle(method: string, answer: (message: { readonly params: unknown }) => object): void;
  call(method: string, params: object): Promise<unknown>;
  connect(): Promise<unknown>;
  close(how: { force: boolean }): Promise<unknown>;
}

interface Profile {
  readonly stackLevel: number;
  readonly chargingSchedule: {
    readonly chargingRateUnit: string;
    readonly duration?: number;
    readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
  };
}

/** A charge point of our own, which takes what it is asked to and remembers it. */
async function ownPoint(t: TestContext, port: number, identity: string, password = OPTIONS.password!) {
  const point = new RPCClient({
    endpoint: `ws://127.0.0.1:${port}`,
    identity,
    password,
    protocols: ["ocpp1.6"],
    strictMode: true,
    reconnect: false,
  } as ConstructorParameters<typeof RPCClient>[0]) as unknown as OwnPoint;
  t.after(() => point.close({ force: true }));
  const profiles: { unit: string; limit: number; level: number; duration: number | undefined }[] = [];
  let takes: readonly string[] = ["W", "A"];
  point.handle("SetChargingProfile", ({ params }) => {
    const { chargingSchedule, stackLevel } = (params as { csChargingProfiles: Profile }).csChargingProfiles;
    const { chargingRateUnit: unit, chargingSchedulePeriod, duration } = chargingSchedule;
    if (!takes.includes(unit)) return { status: "Rejected" };
    profiles.push({ unit, limit: chargingSchedulePeriod[0]!.limit, level: stackLevel, duration });
    return { status: "Accepted" };
  });
  point.handle("ChangeConfiguration", () => ({ status: "Accepted" }));
  point.handle("TriggerMessage", () => ({ status: "NotImplemented" }));
  point.handle("RemoteStartTransaction", () => ({ status: "Accepted" }));
  await point.connect();
  await point.call("BootNotification", { chargePointVendor: "Own", chargePointModel: "One" });
  return { point, profiles, takesOnly: (units: readonly string[]) => (takes = units) };
}

test("a charge point that calls in tells its state and its meter, and obeys limits that end by themselves", async (t) => {
  const port = await freePort();
  const device = await opened(t, "CP1", port);
  await assert.rejects(device.read(), problemOf("unreachable"), "nobody has called");
  await assert.rejects(device.write("powerMaxW", 2_000), problemOf("unreachable"));
  const { point, profiles } = await ownPoint(t, port, "CP1");
  await until(() => profiles[0]);
  assert.deepEqual(profiles[0], { unit: "W", limit: 1_380, level: 0, duration: undefined });
  assert.deepEqual(device.sheet, { manufacturer: "Own", model: "One" });

  await point.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging" });
  await point.call("StatusNotification", { connectorId: 0, errorCode: "NoError", status: "Available" });
  await point.call("MeterValues", {
    connectorId: 1,
    meterValue: [
      {
        timestamp: new Date().toISOString(),
        sampledValue: [
          { value: "12.5", unit: "kWh" },
          { value: "3.7", measurand: "Power.Active.Import", unit: "kW" },
          { value: "1.2", measurand: "Power.Active.Import", unit: "kW", phase: "L1" },
          { value: "oops", measurand: "SoC" },
        ],
      },
    ],
  });
  const { values } = await device.read();
  assert.deepEqual(values, { state: 2, energyWh: 12_500, powerW: 3_700, powerMinW: 1_380 });

  await device.write("powerMaxW", 2_345.678);
  assert.deepEqual(profiles.at(-1), { unit: "W", limit: 2_345.6, level: 1, duration: 60 });
  await assert.rejects(device.write("on", 1), problemOf("no_such_point"));
  await assert.rejects(device.write("powerMaxW", -1), problemOf("out_of_range"));
  await point.close({ force: true });
  await until(() =>
    device.read().then(
      () => undefined,
      () => true,
    ),
  );
});

test("an equipment file names a charge point by where it calls in", async (t) => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "contrada-ocpp-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "wallbox.txt"), `${OPTIONS.password}\n`);
  const entry = (address: string, options: object) =>
    JSON.stringify({ devices: [{ id: "wallbox", template: "ocpp-charge-point", address, options }] });
  const options = { passwordFile: "wallbox.txt", failsafeW: 2_070, phases: 3, startsByItself: false };
  const [read] = equipmentOf("devices.json", entry(`ocpp://127.0.0.1:${port}/CP%201`, options), folder);
  const device = openDevice(read!);
  t.after(() => device.close());
  assert.deepEqual([device.kind, device.template], ["charge_point", "ocpp-charge-point"]);
  await device.open();
  const { profiles } = await ownPoint(t, port, "CP 1");
  assert.equal((await until(() => profiles[0])).limit, 2_070);
  const wrong = (address: string, more: object, said: RegExp) =>
    assert.throws(() => openDevice(equipmentOf("devices.json", entry(address, more), folder)[0]!), said);
  wrong("ocpp://127.0.0.1:9000", {}, /lacks the charge point's name/);
  wrong("tcp://127.0.0.1:9000/CP1", {}, /no address of this driver/);
  wrong("ocpp://127.0.0.1/CP1", { phases: 2 }, /phases must be 1 or 3/);
});

test("a charge point that knows amperes only gets amperes, and one that takes nothing says so", async (t) => {
  const port = await freePort();
  const device = await opened(t, "CP2", port, { ...OPTIONS, phases: 3 });
  const { profiles, takesOnly } = await ownPoint(t, port, "CP2");
  takesOnly(["A"]);
  await until(() => profiles[0]);
  await device.write("powerMaxW", 11_000);
  assert.deepEqual(profiles.at(-1), { unit: "A", limit: 15.9, level: 1, duration: 60 });
  takesOnly([]);
  await assert.rejects(device.write("powerMaxW", 5_000), problemOf("refused"));
});

test("strangers and wrong passwords are turned away; two devices of one name are refused", async (t) => {
  const port = await freePort();
  await opened(t, "CP3", port);
  await assert.rejects(ownPoint(t, port, "CP4"));
  await assert.rejects(ownPoint(t, port, "CP3", "a wrong secret"));
  await assert.rejects(opened(t, "CP3", port), problemOf("refused"));
  await opened(t, "CP5", port);
  await ownPoint(t, port, "CP5");
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  await assert.rejects(
    opened(t, "CP6", (other.address() as { port: number }).port),
    problemOf("unreachable"),
    "somebody else listens there",
  );
});

test("a charge point by another hand starts, follows the limits, and slows down when nobody renews them", async (t) => {
  const python = process.env.CONTRADA_ORACLES ?? "python3";
  const absent = spawnSync(python, ["-c", "import ocpp, websockets"]).status !== 0;
  if (skipped(t, absent ? "ocpp and websockets in the Python of CONTRADA_ORACLES" : undefined)) return;
  const script = fileURLToPath(new URL("../../test/oracles/ocpp_charge_point.py", import.meta.url));
  for (const amperes of [[], ["--amperes-only"]]) {
    const port = await freePort();
    const device = await opened(t, "CP7", port);
    const child = spawn(
      python,
      [script, `ws://127.0.0.1:${port}`, "CP7", OPTIONS.password!, "7400", ...amperes],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    t.after(() => child.kill());
    const events: { event: string; [name: string]: unknown }[] = [];
    createInterface(child.stdout).on("line", (line) => events.push(JSON.parse(line)));
    const happened = (event: string) => until(() => events.findLast((one) => one.event === event));
    const power = (watts: number) =>
      until(async () => {
        const { values } = await device.read().catch(() => ({ values: undefined }));
        return values?.powerW === watts ? values : undefined;
      });
    assert.equal((await happened("started")).tag, "CONTRADA-HOME", "it charges without a card");
    const slow = amperes.length === 0 ? 1_380 : 6 * 230;
    const { state, socPercent, energyWh } = await power(slow);
    assert.deepEqual([state, socPercent], [2, 55]);
    await device.write("powerMaxW", 4_600);
    assert.ok((await power(4_600)).energyWh! > energyWh!);
    await device.write("powerMaxW", 0);
    await until(async () => (await power(0)).state === 3 || undefined);
    await device.write("powerMaxW", 9_000);
    await power(7_400);
    assert.deepEqual(device.sheet, {
      manufacturer: "Altrui",
      model: "Colonnina",
      serial: "CP-0042",
      version: "1.2.3",
    });
    child.stdin.end();
    await once(child, "exit");
    await device.close();
  }
});
