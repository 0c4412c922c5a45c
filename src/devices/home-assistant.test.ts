import assert from "node:assert/strict";
import { test } from "node:test";
import { type Announced, discoveryOf, withdrawalOf } from "#devices/home-assistant.ts";
import { DEVICE_KINDS, POINTS, type PointName } from "#devices/points.ts";

const TOPICS = {
  prefix: "homeassistant",
  availability: "contrada/home/online",
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

/**
 * As Home Assistant documents it (integrations/mqtt, sensor.mqtt, switch.mqtt, number.mqtt; entity documentation of
 * sensors): topic, the fields that each component knows and requires, classes with the units that they may have, and
 * state classes with the device classes that exclude them.
 */
const TOPIC = /^homeassistant\/(sensor|switch|number)\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/;
const ENTITY = [
  "name",
  "unique_id",
  "state_topic",
  "value_template",
  "availability_topic",
  "device",
  "origin",
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  sensor: [...ENTITY, "device_class", "unit_of_measurement", "state_class"],
  switch: [...ENTITY, "command_topic", "payload_on", "payload_off", "state_on", "state_off"],
  number: [...ENTITY, "command_topic", "device_class", "unit_of_measurement", "min", "max", "step"],
};
const UNITS: Readonly<Record<string, readonly string[]>> = {
  power: ["mW", "W", "kW", "MW", "GW", "TW"],
  energy: ["J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh", "cal", "kcal", "Mcal", "Gcal"],
  energy_storage: [
    "J",
    "kJ",
    "MJ",
    "GJ",
    "mWh",
    "Wh",
    "kWh",
    "MWh",
    "GWh",
    "TWh",
    "cal",
    "kcal",
    "Mcal",
    "Gcal",
  ],
  voltage: ["V", "mV", "µV", "kV", "MV"],
  current: ["A", "mA"],
  frequency: ["Hz", "kHz", "MHz", "GHz"],
  temperature: ["°C", "°F", "K"],
  battery: ["%"],
  duration: ["d", "h", "min", "s", "ms", "µs"],
  reactive_power: ["mvar", "var", "kvar"],
  apparent_power: ["mVA", "VA", "kVA"],
};
const DEVICE_FIELDS = ["identifiers", "name", "manufacturer", "model", "serial_number", "sw_version"];

function checkDocumented(topic: string, payload: Readonly<Record<string, unknown>>): void {
  const component = TOPIC.exec(topic)?.[1];
  assert.ok(component !== undefined, topic);
  for (const field of Object.keys(payload))
    assert.ok(FIELDS[component]!.includes(field), `${component}.${field}`);
  for (const field of ["unique_id", "state_topic", "device", "origin"])
    assert.ok(payload[field], `${topic}: ${field}`);
  if (component !== "sensor") assert.equal(typeof payload.command_topic, "string");
  const { device_class: deviceClass, unit_of_measurement: unit, state_class: stateClass } = payload;
  if (deviceClass !== undefined) {
    assert.ok(UNITS[deviceClass as string]?.includes(unit as string), `${deviceClass} in ${unit}`);
  }
  // Energy counts up, or is a total; what is stored is measured.
  if (deviceClass === "energy") assert.equal(stateClass, "total_increasing", topic);
  if (stateClass === "measurement") assert.notEqual(unit, undefined, topic);
  if (component === "number") assert.ok((payload.min as number) < (payload.max as number));
  const device = payload.device as Record<string, unknown>;
  assert.ok(Array.isArray(device.identifiers) && device.identifiers.length > 0);
  for (const field of Object.keys(device)) assert.ok(DEVICE_FIELDS.includes(field), field);
  assert.equal(typeof (payload.origin as { name?: unknown }).name, "string");
}

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
    availability_topic: "contrada/home/online",
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
