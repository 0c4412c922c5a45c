/**
 * A gateway's devices at the broker of the home, as Home Assistant finds them: over a real broker of ours (aedes), and
 * over Mosquitto where it is there.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import type { Device, PointValues } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import type { DeviceKind } from "#devices/points.ts";
import { type Box, openBox } from "#gateway/box.ts";
import { eventually, freePort, MOSQUITTO, startProcess } from "../devices/counterparts.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { checkDocumented } from "../support/home-assistant-schema.ts";
import { homeBroker } from "../support/home-broker.ts";

async function ownBroker(t: TestContext): Promise<string> {
  return `mqtt://127.0.0.1:${await homeBroker(t)}`;
}

async function mosquitto(t: TestContext): Promise<string | undefined> {
  if (skipped(t, MOSQUITTO === undefined ? "mosquitto" : undefined)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "contrada-mosquitto-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  startProcess(t, MOSQUITTO!, ["-c", file]);
  return `mqtt://127.0.0.1:${port}`;
}

/** Who listens as Home Assistant does: what is retained, and what came last on each topic. */
async function listener(t: TestContext, url: string) {
  const client: MqttClient = await eventually(() => connectAsync(url, { reconnectPeriod: 0 }));
  client.on("error", () => {});
  t.after(() => client.endAsync(true));
  const heard = new Map<string, string>();
  client.on("message", (topic, payload) => {
    if (payload.length === 0) heard.delete(topic);
    else heard.set(topic, payload.toString());
  });
  await client.subscribeAsync("#", { qos: 1 });
  const announced = () =>
    [...heard].filter(([topic]) => /^homeassistant\/.*\/config$/.test(topic)).map(([topic]) => topic);
  return { client, heard, announced };
}

interface Played extends Device {
  values: PointValues;
  isGone: boolean;
  readonly written: [string, number][];
}

function played(id: string, kind: DeviceKind, values: PointValues): Played {
  return {
    id,
    kind,
    template: `a-${kind}`,
    sheet: { manufacturer: "Sonnenwerk" },
    values,
    isGone: false,
    written: [],
    open: async () => undefined,
    async read() {
      if (this.isGone) throw new DeviceError("unreachable", "it is gone");
      return { values: this.values, measuredAt: Date.now() };
    },
    async write(point, value) {
      this.written.push([point, value]);
      if (point === "on") this.values = { ...this.values, on: value };
    },
    close: async () => undefined,
  };
}

function folderWith(t: TestContext, homeAssistant: object): string {
  const folder = mkdtempSync(join(tmpdir(), "contrada-neighbour-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "home.json"), JSON.stringify({ homeAssistant }));
  return folder;
}

async function gatewayIn(t: TestContext, folder: string, devices: readonly Device[]): Promise<Box> {
  const box = await openBox({
    folder,
    devices,
    standing: undefined,
    link: undefined,
    clock: "box",
    version: "0.1.0",
    note: () => undefined,
    watchdogS: 0,
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= box.close();
    return closing;
  };
  t.after(close);
  return { ...box, close };
}

/** The whole way at one broker. */
async function discovered(t: TestContext, broker: string): Promise<void> {
  const there = await listener(t, broker);
  const freezer = played("freezer", "plug", { powerW: 80, energyWh: 1_200, on: 1 });
  const battery = played("battery", "accumulator", { powerW: 0, socPercent: 50, capacityWh: 10_000 });
  const folder = folderWith(t, {
    broker,
    everyS: 1,
    switch: true,
    commands: [{ device: "freezer", point: "on" }],
  });
  const box = await gatewayIn(t, folder, [freezer, battery]);
  await eventually(async () => {
    assert.equal(there.announced().length, 8);
    assert.equal(there.heard.get("contrada/home/freezer/online"), "online");
    assert.ok(there.heard.has("contrada/home/battery/state"));
  });
  for (const topic of there.announced()) checkDocumented(topic, JSON.parse(there.heard.get(topic)!));
  assert.equal(there.heard.get("contrada/home/online"), "online");
  const state = JSON.parse(there.heard.get("contrada/home/freezer/state")!);
  assert.deepEqual(state, { powerW: 80, energyWh: 1_200, on: 1 });
  // What may be set by the owner's leave is a switch; the accumulator's setpoint is nobody else's.
  const commands = there.announced().filter((topic) => !topic.startsWith("homeassistant/sensor/"));
  assert.deepEqual(commands.sort(), [
    "homeassistant/select/contrada_home_home/switch/config",
    "homeassistant/switch/contrada_home_freezer/on/config",
  ]);

  await there.client.publishAsync("contrada/home/battery/set/setPowerW", "5000", { qos: 1 });
  await there.client.publishAsync("contrada/home/freezer/set/on", "0", { qos: 1 });
  await there.client.publishAsync("contrada/home/freezer/set/on", "17", { qos: 1 });
  await eventually(async () => {
    assert.deepEqual(freezer.written, [["on", 0]]);
    assert.equal(JSON.parse(there.heard.get("contrada/home/freezer/state")!).on, 0);
  });
  assert.ok(battery.written.every(([, value]) => value !== 5_000));
  await there.client.publishAsync("contrada/home/home/set/switch", "hold", { qos: 1 });
  await eventually(async () => {
    assert.equal(JSON.parse(there.heard.get("contrada/home/home/state")!).switch, "hold");
  });
  assert.equal(box.gateway.state(0).mode.override, "hold");

  freezer.isGone = true;
  await eventually(async () => assert.equal(there.heard.get("contrada/home/freezer/online"), "offline"));
  await box.close();
  await eventually(async () => assert.equal(there.heard.get("contrada/home/online"), "offline"));
  assert.equal(there.announced().length, 8, "what was announced waits for the next start");
}

test("the devices of a home are announced, shown, set by leave, and told to be away", async (t) => {
  await discovered(t, await ownBroker(t));
});

test("the same over Mosquitto", async (t) => {
  if (skippedUnlessLong(t)) return;
  const broker = await mosquitto(t);
  if (broker !== undefined) await discovered(t, broker);
});

test("a device that went is withdrawn, and everything where nothing shall be announced any more", async (t) => {
  const broker = await ownBroker(t);
  const there = await listener(t, broker);
  const devices = [played("freezer", "plug", { powerW: 80, on: 1 }), played("boiler", "plug", { powerW: 5 })];
  const ofBoiler = "homeassistant/sensor/contrada_home_boiler/powerW/config";
  const first = await gatewayIn(t, folderWith(t, { broker }), devices);
  await eventually(async () => assert.equal(there.announced().length, 5));
  assert.ok(there.heard.has(ofBoiler));
  // A point that comes later is announced, one that is missing for a while stays.
  devices[1]!.values = { energyWh: 700 };
  const later = "homeassistant/sensor/contrada_home_boiler/energyWh/config";
  await eventually(async () => assert.ok(there.heard.has(later)));
  assert.ok(there.heard.has(ofBoiler));
  await first.close();
  // Somebody else's entry in our list is not ours to withdraw.
  await there.client.publishAsync("homeassistant/sensor/other/x/config", "{}", { qos: 1, retain: true });
  const list = JSON.parse(there.heard.get("contrada/home/announced")!);
  list.boiler.topics.push("homeassistant/sensor/other/x/config");
  await there.client.publishAsync("contrada/home/announced", JSON.stringify(list), { qos: 1, retain: true });
  // A command that somebody left behind is none.
  await there.client.publishAsync("contrada/home/freezer/set/on", "0", { qos: 1, retain: true });
  // Another folder, and a freezer that may be switched now: the sensor gives way to the switch.
  const commands = [{ device: "freezer", point: "on" }];
  const second = await gatewayIn(t, folderWith(t, { broker, commands }), devices.slice(0, 1));
  await eventually(async () => {
    assert.ok(!there.heard.has(ofBoiler) && !there.heard.has(later));
    assert.deepEqual(
      there.announced().filter((topic) => topic.includes("/on/")),
      ["homeassistant/switch/contrada_home_freezer/on/config"],
    );
  });
  assert.ok(there.heard.has("homeassistant/sensor/other/x/config"));
  await eventually(async () => assert.ok(second.counts.cycles > 2));
  await second.close();
  assert.deepEqual(devices[0]!.written, []);
  await gatewayIn(t, folderWith(t, { broker, announce: false }), devices);
  await eventually(async () => {
    assert.deepEqual(there.announced(), ["homeassistant/sensor/other/x/config"]);
    assert.ok(![...there.heard.keys()].some((topic) => topic.endsWith("/online")));
  });
});

test("a gateway that is gone without a word is said to be offline by the broker", async (t) => {
  const broker = await ownBroker(t);
  const there = await listener(t, broker);
  const { MqttLink } = await import("#devices/mqtt-link.ts");
  const link = new MqttLink(
    { url: broker, will: { topic: "contrada/home/online", payload: "offline" } },
    2_000,
  );
  await link.open(["contrada/home/announced"], () => undefined);
  await link.close();
  await eventually(async () => assert.equal(there.heard.get("contrada/home/online"), "offline"));
});

test("what the owner allows and the home has not is said before the gateway runs", async (t) => {
  const plug = played("freezer", "plug", { powerW: 1 });
  const battery = played("battery", "accumulator", { powerW: 1 });
  const broker = "mqtt://127.0.0.1:1";
  const refused = (homeAssistant: object, message: RegExp) =>
    assert.rejects(gatewayIn(t, folderWith(t, homeAssistant), [plug, battery]), { message });
  await refused({ broker: "http://x" }, /homeAssistant\.broker: expected a broker such as/);
  await refused({ broker, brokers: 1 }, /there is no "brokers" here/);
  await refused({ broker, prefix: "a/#" }, /homeAssistant\.prefix: expected a topic without wildcards/);
  await refused(
    { broker, commands: [{ device: "x", point: "on" }] },
    /no device "x"; there are freezer, battery/,
  );
  await refused(
    { broker, commands: [{ device: "freezer", point: "powerW" }] },
    /nobody sets "powerW" of a plug/,
  );
  await refused(
    { broker, commands: [{ device: "battery", point: "setPowerW" }] },
    /the gateway sets setPowerW itself, each second; "switch": true/,
  );
  await refused(
    { broker, commands: [{ device: "freezer", point: "on", min: 1, max: 1 }] },
    /commands\[0\]: min must be below max/,
  );
  await refused({ broker, passwordFile: "none" }, /homeAssistant\.passwordFile: .* cannot be read/);
});
