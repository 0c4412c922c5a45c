/** What travels between gateway and platform: everything comes back as it went, and nothing else is read. */
import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { signReading } from "#metering/signed-reading.ts";
import {
  decodeMessage,
  decodeReadings,
  encodeMessage,
  encodeReadings,
  everyGateways,
  type Messages,
  placeOf,
  topicOf,
} from "#wire/gateway-messages.ts";
import type { HomePlan } from "#wire/home-schemas.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";

const NAME = "00112233445566aa";
const NOON = 1_750_068_000;
const STILL = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
const FLOWS = {
  solarToHome: 1.5,
  solarToAccumulator: 2,
  solarToGrid: 3,
  accumulatorToHome: 4,
  accumulatorToGrid: 5,
  gridToHome: 6,
  gridToAccumulator: 7,
};
const DECISION = { code: "delivering_sale", numbers: { solarW: 12.5 }, since: NOON };

const PLAN: HomePlan = {
  ...{ made: NOON, until: NOON + 3_600, time: [NOON], seconds: [900], solarW: [10], loadW: [500] },
  ...{ solarLowW: [], solarHighW: [], accumulatorW: [-20], gridW: [510], storedWh: [4_000] },
  ...{ storedValueMicroEurPerKwh: [210_000], importPriceMicroEurPerKwh: [310_000] },
  ...{ exportPriceMicroEurPerKwh: [90_000], code: ["charging_from_sun"] },
};

const EXAMPLES: Messages = {
  ack: {
    outbox: "0102030405060708",
    through: 7,
    refused: [{ sequence: 3, intervalStart: NOON, reason: "bad_signature" }],
  },
  live: {
    values: [
      {
        time: NOON,
        stepS: 1,
        flowsW: FLOWS,
        storedSolarWh: 10.5,
        storedGridWh: 0,
        soldReservedWh: 1,
        appliancesW: { "garage-plug": 40 },
      },
    ],
    decision: DECISION,
    supply: { why: "reduced", powerMaxW: 500, unservedW: 20, heardAt: NOON },
  },
  state: {
    time: NOON,
    version: "0.1.0",
    devices: [
      {
        id: "inverter",
        kind: "inverter",
        template: "sunspec-inverter",
        sheet: { manufacturer: "Alfa" },
        values: { powerW: 1200.5 },
        measuredAt: NOON,
        problem: null,
      },
    ],
    faults: [{ id: "f", code: "device_lost", severity: "fault", since: NOON, resolvedAt: null, numbers: {} }],
    loads: [
      {
        ...{ id: "car", kind: "car", name: "Panda", powerW: 3_700, todayWh: 1_200, state: "running" },
        ...{
          code: "charging_from_sun",
          numbers: { surplusW: 3_900 },
          nextRun: { from: NOON, to: NOON + 900 },
        },
        ...{ preferences: USUAL_PREFERENCES.car, change: 2 },
      },
    ],
    decision: DECISION,
    mode: { commanded: "charge", override: "hold" },
    command: { change: 4, state: "overridden", bound: null, refusal: null, since: NOON },
    local: { mode: "hold", since: NOON, reason: null },
    plan: PLAN,
    safeState: "normal",
    limits: ["power"],
    limitLetter: { issuedAt: NOON, refused: null },
    outbox: { waiting: 3, oldest: NOON - 2700 },
    ordersRefused: null,
    meterKey: "12".repeat(32),
    nextMeterKey: "ab".repeat(32),
  },
  orders: {
    time: NOON,
    plant: 3,
    meter: { key: "cd".repeat(32), from: NOON, openingSolarWh: 4000, openingGridWh: 12 },
    proven: "0a0b",
    connectionW: 3000,
    prices: { from: NOON, importMicroEurPerKwh: [310_000], feedInMicroEurPerKwh: [-5] },
    operatorLimits: [
      {
        ...{ home: 3, member: 1, issuedAt: NOON, publicKey: "0a".repeat(32), signature: "0b".repeat(64) },
        limit: {
          ...{ importPowerMaxW: null, exportPowerMaxW: 0, from: NOON, until: NOON + 60 },
          ...{ reason: "voltage" },
          failsafe: { importPowerMaxW: 2_000, exportPowerMaxW: null, afterS: 60, durationS: 600 },
        },
      },
    ],
    obligations: [{ intervalStart: NOON, exportWh: 250 }],
    bookedThrough: NOON - 900,
    reserveWh: 500,
  },
  commands: { commands: [{ mode: "hold" }] },
  clock: { time: NOON + 0.25, speed: 60 },
};

test("every message comes back as it went", () => {
  for (const topic of Object.keys(EXAMPLES) as (keyof Messages)[]) {
    const back = decodeMessage(topic, encodeMessage(topic, EXAMPLES[topic]));
    deepEqual(back, { ok: true, value: EXAMPLES[topic] }, topic);
  }
});

test("a name that nobody knows yet is passed over", () => {
  const payload = utf8(JSON.stringify({ ...EXAMPLES.clock, leapSecond: true }));
  deepEqual(decodeMessage("clock", payload), { ok: true, value: EXAMPLES.clock });
});

test("a message that does not fit is refused by a sentence that names the place", () => {
  const bad: [keyof Messages, Uint8Array, RegExp][] = [
    ["clock", utf8("{"), /not JSON/],
    ["clock", Uint8Array.of(0xff), /not UTF-8/],
    ["clock", new Uint8Array(70_000), /above 65536 bytes/],
    ["clock", utf8('{"time":-1,"speed":1}'), /time must not be negative/],
    ["ack", utf8('{"outbox":"zz","through":1,"refused":[]}'), /outbox must be 16 hexadecimal digits/],
    ["live", utf8('{"values":[{"flowsW":{"solarToHome":-1}}]}'), /time must be a whole number/],
    ["orders", encodeMessage("orders", { ...EXAMPLES.orders, bookedThrough: NOON + 1 }), /bookedThrough/],
    ["state", encodeMessage("state", { ...EXAMPLES.state, version: "" }), /version must be a text/],
    ["state", encodeMessage("state", { ...EXAMPLES.state, plan: { ...PLAN, gridW: [] } }), /plan.gridW/],
  ];
  for (const [topic, payload, sentence] of bad) {
    const back = decodeMessage(topic, payload);
    equal(back.ok, false, topic);
    if (!back.ok) match(back.error, sentence);
  }
});

test("readings travel as the bytes that their meter signed, in the order of their numbers", () => {
  const meter = signerFromSeed(new Uint8Array(32).fill(7));
  const readings = [1, 2, 5].map((sequence) => ({
    sequence,
    signed: signReading(
      "town-1",
      {
        plant: 3,
        intervalStart: NOON + 900 * sequence,
        flows: { ...FLOWS, solarToHome: 1 },
        storedSolar: STILL,
        storedGrid: STILL,
        closingSolarWh: 0,
        closingGridWh: 0,
      },
      meter,
    ),
  }));
  const message = { outbox: new Uint8Array(8).fill(9), readings };
  const payload = encodeReadings(message);
  equal(payload.length, 1 + 8 + 4 + 3 * 153);
  deepEqual(decodeReadings(payload), { ok: true, value: message });
  const turned = { ...message, readings: [...readings].reverse() };
  equal(decodeReadings(encodeReadings(turned)).ok, false);
  equal(decodeReadings(payload.subarray(1)).ok, false);
});

test("a topic belongs to one gateway, and a pattern to none", () => {
  deepEqual(placeOf(topicOf(NAME, "orders")), { gateway: NAME, topic: "orders" });
  for (const topic of [
    everyGateways("readings"),
    "contrada/1/#",
    "contrada/1/00112233445566AA/live",
    `contrada/2/${NAME}/live`,
    `contrada/1/${NAME}/live/x`,
    `contrada/1/${NAME}/`,
    `contrada/1/${NAME}/toString`,
    "",
  ]) {
    equal(placeOf(topic), undefined, topic);
  }
});
