import assert from "node:assert/strict";
import { test } from "node:test";
import { type Announced, discoveryOf, discoveryOfHome, withdrawalOf } from "#devices/home-assistant.ts";
import { DEVICE_KINDS, POINTS, type PointName } from "#devices/points.ts";
import { checkDocumented } from "../../test/support/home-assistant-schema.ts";

const TOPICS = {
  prefix: "homeassistant",
  availability: ["contrada/home/online", "contrada/home/battery/online"],
  state: "contrada/home/battery/state",
  set: "contrada/home/battery/set",
};
const BATTERY: Announced = {
  home: "7",
  id: "battery",
  kind: "accumulator",
  sheet: { manufacturer: "Sonnenwerk", model: "SW 10", serial: "4711", version: "1.2" },
  points: ["powerW", "socPercent", "chargedWh", "setPowerW"],
  settable: [{ point: "setPowerW", min: -5_000, max: 5_000, step: 50 }],
};

test("every point of every kind is announced as Home Assistant documents it", () => {
  let announced = 0;
  for (const kind of DEVICE_KINDS) {
    const points = Object.keys(POINTS[kind]) as PointName[];
    const settable = Object.entries(POINTS[kind])
      .filter(([, { writable }]) => writable)
      .map(([point, { unit }]) => ({
        point: point as PointName,
        min: 0,
        max: unit === "" ? 1 : 5_000,
        step: 1,
      }));
    for (const some of [[], settable]) {
      const messages = discoveryOf({ ...BATTERY, kind, points, settable: some }, TOPICS, "0.1.0");
      assert.equal(messages.length, points.length);
      assert.equal(new Set(messages.map(({ payload }) => payload.unique_id)).size, points.length);
      for (const { topic, payload } of messages) checkDocumented(topic, payload);
      announced += messages.length;
    }
  }
  assert.ok(announced > 100);
});

test("a battery's power is a sensor, its state of charge a battery, its setpoint a number with bounds", () => {
  const [power, soc, charged, setpoint] = discoveryOf(BATTERY, TOPICS, "0.1.0");
  assert.equal(power!.topic, "homeassistant/sensor/contrada_7_battery/powerW/config");
  assert.deepEqual(power!.payload, {
    availability: [{ topic: "contrada/home/online" }, { topic: "contrada/home/battery/online" }],
    availability_mode: "all",
    device: {
      identifiers: ["contrada_7_battery"],
      name: "battery",
      manufacturer: "Sonnenwerk",
      model: "SW 10",
      serial_number: "4711",
      sw_version: "1.2",
    },
    origin: { name: "Contrada", sw_version: "0.1.0" },
    name: "Power",
    unique_id: "contrada_7_battery_powerW",
    state_topic: "contrada/home/battery/state",
    value_template: "{{ value_json.powerW }}",
    device_class: "power",
    unit_of_measurement: "W",
    state_class: "measurement",
  });
  assert.equal(soc!.payload.device_class, "battery");
  assert.equal(charged!.payload.state_class, "total_increasing");
  assert.equal(setpoint!.topic, "homeassistant/number/contrada_7_battery/setPowerW/config");
  assert.deepEqual(
    [setpoint!.payload.command_topic, setpoint!.payload.min, setpoint!.payload.max],
    ["contrada/home/battery/set/setPowerW", -5_000, 5_000],
  );
});

test("the home itself says its decision, and its switch may be thrown where somebody allowed it", () => {
  for (const switchOptions of [undefined, ["none", "auto", "hold"]]) {
    const messages = discoveryOfHome({ home: "7", switchOptions }, TOPICS, "0.1.0");
    for (const { topic, payload } of messages) checkDocumented(topic, payload);
    assert.match(messages[1]!.topic, switchOptions === undefined ? /\/sensor\// : /\/select\//);
    assert.equal(messages[1]!.payload.command_topic, switchOptions && "contrada/home/battery/set/switch");
  }
});

test("a plug is a switch, whatever its id holds, and is withdrawn on the topics it was announced on", () => {
  const plug: Announced = {
    home: "7",
    id: "wäsche/1",
    kind: "plug",
    sheet: {},
    points: ["powerW", "on"],
    settable: [{ point: "on", min: 0, max: 1, step: 1 }],
  };
  const messages = discoveryOf(plug, TOPICS, "0.1.0");
  assert.equal(messages[1]!.topic, "homeassistant/switch/contrada_7_w_sche_1/on/config");
  assert.deepEqual(
    withdrawalOf(messages).map(({ topic, payload }) => [topic, payload]),
    messages.map(({ topic }) => [topic, ""]),
  );
});
