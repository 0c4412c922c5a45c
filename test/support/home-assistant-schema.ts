/**
 * Discovery as Home Assistant documents it (integrations/mqtt, sensor.mqtt, switch.mqtt, number.mqtt, select.mqtt; entity
 * documentation of sensors), in our own words: topic, the fields that each component knows and requires, classes with the units that they may have, and
 * state classes with the device classes that exclude them.
 */
import assert from "node:assert/strict";

const TOPIC = /^homeassistant\/(sensor|switch|number|select)\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/;
const ENTITY = [
  "name",
  "unique_id",
  "state_topic",
  "value_template",
  "availability",
  "availability_mode",
  "device",
  "origin",
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  sensor: [...ENTITY, "device_class", "unit_of_measurement", "state_class"],
  switch: [...ENTITY, "command_topic", "payload_on", "payload_off", "state_on", "state_off"],
  number: [...ENTITY, "command_topic", "device_class", "unit_of_measurement", "min", "max", "step"],
  select: [...ENTITY, "command_topic", "options"],
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

/** Throws where a payload is none that Home Assistant's documentation knows. */
export function checkDocumented(topic: string, payload: Readonly<Record<string, unknown>>): void {
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
  if (component === "select") assert.ok(Array.isArray(payload.options) && payload.options.length > 0);
  // A list of topics, with a mode; the single topic would exclude it.
  const availability = payload.availability as readonly { readonly topic?: unknown }[];
  assert.ok(Array.isArray(availability) && availability.every((one) => typeof one.topic === "string"));
  assert.ok(["all", "any", "latest"].includes(payload.availability_mode as string));
  const device = payload.device as Record<string, unknown>;
  assert.ok(Array.isArray(device.identifiers) && device.identifiers.length > 0);
  for (const field of Object.keys(device)) assert.ok(DEVICE_FIELDS.includes(field), field);
  assert.equal(typeof (payload.origin as { name?: unknown }).name, "string");
}
