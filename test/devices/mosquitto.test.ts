/** The MQTT driver through a broker by another hand, Mosquitto, with plugs that speak as Shelly and Tasmota do. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { skipped } from "../support/counterparts.ts";
import { eventually, freePort, MOSQUITTO, startProcess } from "./counterparts.ts";

async function broker(t: TestContext, configuration = "allow_anonymous true"): Promise<number | undefined> {
  if (skipped(t, MOSQUITTO === undefined ? "mosquitto" : undefined)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "contrada-mosquitto-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, `listener ${port} 127.0.0.1\n${configuration}\n`);
  startProcess(t, MOSQUITTO!, ["-c", file]);
  return port;
}

async function plugSide(t: TestContext, port: number): Promise<MqttClient> {
  const client = await eventually(() => connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }));
  client.on("error", () => {});
  t.after(() => client.endAsync(true));
  return client;
}

function device(t: TestContext, port: number, template: string, path: string, options: object = {}) {
  const file = {
    devices: [
      {
        id: "washer",
        template,
        address: `mqtt://127.0.0.1:${port}/${path}`,
        options: { timeoutMs: 3_000, ...options },
      },
    ],
  };
  const opened = openDevice(equipmentOf("devices.json", JSON.stringify(file), ".")[0]!);
  t.after(() => opened.close());
  return opened;
}

test("a Shelly plug is asked, read and switched", async (t) => {
  const port = await broker(t);
  if (port === undefined) return;
  const plug = await plugSide(t, port);
  const heard: unknown[] = [];
  await plug.subscribeAsync("shellyplugsg3-1/rpc");
  plug.on("message", (_, payload) => {
    const { src, method, params } = JSON.parse(payload.toString());
    heard.push([method, params]);
    const status = { id: 0, output: true, apower: 812.4, voltage: 231, aenergy: { total: 1234.567 } };
    if (method === "Switch.GetStatus") {
      plug.publish(`${src}/rpc`, JSON.stringify({ id: 1, src: "shellyplugsg3-1", dst: src, result: status }));
    }
    if (method === "Switch.Set") {
      plug.publish(
        "shellyplugsg3-1/status/switch:0",
        JSON.stringify({ ...status, output: params.on, apower: 0 }),
      );
    }
  });
  const washer = device(t, port, "shelly-plug", "shellyplugsg3-1");
  await washer.open();
  assert.deepEqual((await washer.read()).values, { powerW: 812.4, energyWh: 1234.567, on: 1 });
  await washer.write("on", 0);
  await eventually(async () =>
    assert.deepEqual((await washer.read()).values, { powerW: 0, energyWh: 1234.567, on: 0 }),
  );
  assert.deepEqual(heard, [
    ["Switch.GetStatus", { id: 0 }],
    ["Switch.Set", { id: 0, on: false }],
  ]);
  await assert.rejects(washer.write("on", 0.5), { problem: "out_of_range" });
  await assert.rejects(washer.write("setPowerW", 1), { problem: "no_such_point" });
});

test("a Tasmota plug is asked, read and switched", async (t) => {
  const port = await broker(t);
  if (port === undefined) return;
  const plug = await plugSide(t, port);
  await plug.subscribeAsync("cmnd/washer/#");
  let on = "OFF";
  const energy = { ENERGY: { TotalStartTime: "2026-01-01T00:00:00", Total: 3.185, Power: 7, Voltage: 230 } };
  plug.on("message", (topic, payload) => {
    if (topic === "cmnd/washer/STATUS" && payload.toString() === "8") {
      plug.publish(
        "stat/washer/STATUS8",
        JSON.stringify({ StatusSNS: { Time: "2026-11-26T10:00:00", ...energy } }),
      );
    }
    if (topic === "cmnd/washer/POWER") {
      if (payload.length > 0) on = payload.toString();
      plug.publish("stat/washer/POWER", on);
    }
  });
  const washer = device(t, port, "tasmota-plug", "washer");
  await washer.open();
  await eventually(async () => {
    assert.deepEqual((await washer.read()).values, { powerW: 7, energyWh: 3_185, on: 0 });
  });
  await washer.write("on", 1);
  await eventually(async () => assert.equal((await washer.read()).values.on, 1));
});

test("what is no message of the plug is said, and the next right one mends it", async (t) => {
  const port = await broker(t);
  if (port === undefined) return;
  const plug = await plugSide(t, port);
  const washer = device(t, port, "mqtt-plug", "contrada/washer", { timeoutMs: 300, silentMaxS: 1 });
  await washer.open();
  await assert.rejects(washer.read(), { problem: "timeout" });
  await plug.publishAsync("contrada/washer/state", "{", { qos: 1 });
  await eventually(async () => assert.rejects(washer.read(), { problem: "malformed" }));
  await plug.publishAsync("contrada/washer/state", '{"powerW": 5, "energyWh": 10, "on": true}', { qos: 1 });
  await eventually(async () =>
    assert.deepEqual((await washer.read()).values, { powerW: 5, energyWh: 10, on: 1 }),
  );
  // Silence is no value.
  await eventually(async () => assert.rejects(washer.read(), { problem: "timeout" }));
});

test("a broker that does not know us refuses, and one that is gone is unreachable", async (t) => {
  const port = await broker(t, "allow_anonymous false");
  if (port === undefined) return;
  const washer = device(t, port, "mqtt-plug", "contrada/washer");
  await eventually(async () => assert.rejects(washer.open(), { problem: "refused" }));
  const nobody = device(t, await freePort(), "mqtt-plug", "contrada/washer");
  await assert.rejects(nobody.open(), { problem: "unreachable" });
  await assert.rejects(nobody.read(), { problem: "unreachable" });
});
