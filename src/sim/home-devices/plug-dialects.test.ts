import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant, ROME } from "#base/time.ts";
import { type PlugState, shellyPlug, tasmotaPlug } from "./plug-dialects.ts";

const STATE: PlugState = {
  powerW: 93,
  energyWh: 1_234,
  isOn: true,
  voltageV: 230,
  time: parseInstant("2026-06-16T10:00:05Z")!,
  values: { powerW: 93, energyWh: 1_234, on: 1 },
};
const later = (seconds: number, change: Partial<PlugState> = {}) => ({
  ...STATE,
  ...change,
  time: STATE.time + seconds,
});

test("a Shelly tells its status when it changes and once a minute, in watts and watt-hours", () => {
  const plug = shellyPlug("home/plug");
  const [first] = plug.tell(STATE);
  assert.equal(first!.topic, "home/plug/status/switch:0");
  const status = JSON.parse(first!.payload);
  assert.equal(status.apower, 93);
  assert.equal(status.output, true);
  assert.equal(status.aenergy.total, 1_234);
  assert.equal(status.aenergy.minute_ts, parseInstant("2026-06-16T10:00Z"));
  assert.deepEqual(plug.tell(later(1)), []);
  assert.equal(plug.tell(later(2, { powerW: 95 })).length, 1);
  assert.deepEqual(plug.tell(later(61, { powerW: 95 })), []);
  assert.equal(plug.tell(later(62, { powerW: 95 })).length, 1);
});

test("a Shelly answers where the asker listens, and turns as it is told", () => {
  const plug = shellyPlug("home/plug");
  const call = (method: string, params: object) =>
    plug.hear("home/plug/rpc", JSON.stringify({ id: 7, src: "home/plug/contrada", method, params }));
  const [reply] = call("Switch.GetStatus", { id: 0 })!.answer(STATE);
  assert.equal(reply!.topic, "home/plug/contrada/rpc");
  assert.equal(JSON.parse(reply!.payload).id, 7);
  assert.equal(JSON.parse(reply!.payload).result.apower, 93);
  const off = call("Switch.Set", { id: 0, on: false })!;
  assert.equal(off.turn, false);
  assert.equal(off.answer(later(0, { isOn: false })).length, 2);
  assert.equal(JSON.parse(call("Sys.Reboot", {})!.answer(STATE)[0]!.payload).error.code, 404);
  assert.equal(plug.hear("home/plug/command/switch:0", "on")!.turn, true);
  assert.equal(plug.hear("home/plug/command/switch:0", "dance"), undefined);
  assert.equal(plug.hear("home/plug/rpc", "{"), undefined);
});

test("a Tasmota tells every ten seconds in its own time, in kilowatt-hours, and answers STATUS 8 and POWER", () => {
  const plug = tasmotaPlug("bath", ROME);
  const topics = plug.tell(STATE).map(({ topic }) => topic);
  assert.deepEqual(topics, ["stat/bath/RESULT", "stat/bath/POWER", "tele/bath/STATE", "tele/bath/SENSOR"]);
  assert.deepEqual(plug.tell(later(9)), []);
  const sensor = JSON.parse(plug.tell(later(10)).at(-1)!.payload);
  assert.equal(sensor.Time, "2026-06-16T12:00:15");
  assert.equal(sensor.ENERGY.Power, 93);
  assert.equal(sensor.ENERGY.Total, 1.234);
  const [status] = plug.hear("cmnd/bath/STATUS", "8")!.answer(STATE);
  assert.equal(status!.topic, "stat/bath/STATUS8");
  assert.equal(JSON.parse(status!.payload).StatusSNS.ENERGY.Power, 93);
  const off = plug.hear("cmnd/bath/POWER", "OFF")!;
  assert.equal(off.turn, false);
  assert.deepEqual(off.answer(later(0, { isOn: false })).at(-1), {
    topic: "stat/bath/POWER",
    payload: "OFF",
  });
  assert.equal(plug.hear("cmnd/bath/POWER", "")!.turn, undefined);
  assert.equal(plug.hear("cmnd/bath/POWER", "TOGGLE"), undefined);
});
