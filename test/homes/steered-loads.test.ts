/**
 * A gateway steers the loads of a home over real sockets: a car over OCPP 1.6, a heat pump and a garden pump at a
 * broker, counter, panels and accumulator over Modbus; from noon to night of a cold day, in the home's time as fast as
 * the sockets answer. What its owner wants comes in signed letters. The long form only.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { ROME } from "#base/time.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { Gateway } from "#gateway/gateway.ts";
import { USUAL_HOME } from "#gateway/home-settings.ts";
import { type Ears, NO_LINK } from "#gateway/link.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import { USUAL_CAR } from "#sim/home-devices/car-at-home.ts";
import { USUAL_HOUSE, USUAL_PUMP } from "#sim/home-devices/heat-pump-at-home.ts";
import { openHome } from "#sim/home-devices/open-home.ts";
import { SimulatedHome } from "#sim/home-devices/simulated-home.ts";
import type { Source } from "#sim/sources.ts";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import { USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences } from "#wire/load-schemas.ts";
import { memberSigner, meterSigner, openStreet } from "../support/chain-bench.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { homeBroker } from "../support/home-broker.ts";
import { loneGateway } from "../support/lone-gateway.ts";
import { SITE } from "../support/virtual-gateway.ts";

const PLANT = 1;
/** Of the home, between two cycles, s. */
const STEP_S = 30;
const HOURS = 7;

test("a gateway charges the car from the sun and to a target by a time, pumps in the sun, keeps rooms warm", async (t) => {
  if (skippedUnlessLong(t)) return;
  const { bench, noon } = openStreet();
  const owner = bench.view.plant(PLANT)!.owner;
  const start = noon - (noon % 3600);
  const hoursOf = (time: number) => (time - start) / 3600;
  // Sun until half past three, then a cold evening.
  const source: Source = {
    loadW: () => 350,
    solarW: (time) => Math.round(Math.max(0, 5_000 * Math.cos((hoursOf(time) / 3.5) * (Math.PI / 2)))),
  };
  const time = { now: start };
  const home = new SimulatedHome({
    plan: { plant: PLANT, site: SITE, source },
    ...{ zone: ROME, seed: 3, start, now: () => time.now * 1000, stateOfCharge: 0.9 },
    car: { ...USUAL_CAR, stays: true, storedWh: 22_000 },
    gardenPump: true,
    heatPump: {
      ...{ pump: USUAL_PUMP, house: USUAL_HOUSE, state: { tankC: 42, roomC: 20.4 }, tapW: () => 200 },
      outdoorC: (at) => Math.max(-9, 6 - 3 * hoursOf(at)),
    },
  });
  const port = await homeBroker(t);
  const opened = await openHome({
    ...{
      home,
      zone: ROME,
      speed: 1_000,
      host: "127.0.0.1",
      port: 0,
      seed: 3,
      counter: "modbus",
      name: "steered",
    },
    broker: `mqtt://127.0.0.1:${port}`,
    meterKeys: undefined,
  });
  const entries = equipmentOf("devices.json", JSON.stringify({ devices: opened.addresses }), ".");
  const ticks = () => ({ wallMs: time.now * 1000, steadyMs: time.now * 1000 });
  const hand: { ears?: Ears } = {};
  const reasons: string[] = [];
  const failures: string[] = [];
  const gateway = new Gateway({
    ...loneGateway(entries.map(openDevice), ticks()),
    loads: new Map(entries.map(({ id, load }) => [id, load])),
    settings: {
      ...USUAL_HOME,
      connection: { importPowerMaxW: 6_000, exportPowerMaxW: 5_000 },
      // Cheap when the sun is gone.
      importPrice: Array.from({ length: 24 }, (_, hour) => (hour >= 15 || hour < 6 ? 150_000 : 350_000)),
    },
    link: { ...NO_LINK, isUp: true, open: (ears) => (hand.ears = ears) },
    standing: {
      ...{ chain: "test", home: PLANT, meter: meterSigner(PLANT), nextMeter: undefined },
      trust: { by: "producer", chain: "test", producer: bench.producer.publicKey },
    },
    note: (what) => {
      if (what.about === "load") reasons.push(`${what.load.id} ${what.load.code}`);
      else if (what.about !== "decision" && what.about !== "fault") failures.push(JSON.stringify(what));
    },
  });
  t.after(async () => {
    await gateway.close();
    await opened.close();
  });
  gateway.open();
  hand.ears!.ordered({
    ...{ time: start, plant: PLANT, meter: null, connectionW: 6_000, operatorLimits: [], obligations: [] },
    proven: toHex(encode(provenRowsCodec, bench.view.proveAnswers((state) => homeOrdersOf(state, PLANT))!)),
    prices: { from: start, importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
    ...{ bookedThrough: start, reserveWh: 1_000 },
  });
  const letter = (load: string, preferences: LoadPreferences) => {
    const signer = memberSigner(owner);
    const said = { chain: "test", member: owner, home: PLANT, load, change: 1, issuedAt: start, preferences };
    return {
      ...{ ...said, publicKey: toHex(signer.publicKey) },
      signature: toHex(signer.sign(loadPreferencesHash(said))),
    };
  };
  hand.ears!.commanded({
    commands: [],
    loads: [
      letter("wallbox", { ...USUAL_PREFERENCES.car, readyByMinute: 19 * 60, targetPercent: 80, priority: 8 }),
      letter("garden-plug", { ...USUAL_PREFERENCES.appliance, mode: "sun", priority: 9 }),
    ],
  });

  const { car, heatPump, physics } = home;
  const [, , garden] = home.appliances;
  const coldest = { roomC: 99, tankC: 99 };
  const atDusk = { carWh: 0, gardenWh: 0 };
  /** Of what the car took before dusk, what came in for it. */
  let boughtWh = 0;
  let overS = 0;
  for (let second = 0; second < HOURS * 3600; second += STEP_S) {
    time.now = start + second;
    await gateway.tick(ticks());
    await wait(4);
    coldest.roomC = Math.min(coldest.roomC, heatPump!.state.roomC);
    coldest.tankC = Math.min(coldest.tankC, heatPump!.state.tankC);
    overS = physics.counter.powerW > 6_000 + 100 ? overS + STEP_S : 0;
    // The answer of a car may take a minute of a home that lives so fast.
    assert.ok(
      overS <= 12 * STEP_S,
      `${physics.counter.powerW} W come in for ${overS} s, ${hoursOf(time.now)} h`,
    );
    if (second < 3 * 3600) {
      const importedW = Math.max(0, physics.counter.powerW - heatPump!.powerW);
      boughtWh += (Math.min(car!.powerW, importedW) * STEP_S) / 3600;
    }
    if (second === 3 * 3600) {
      atDusk.carWh = car!.energyJ / 3600;
      atDusk.gardenWh = garden!.energyJ / 3600;
    }
  }
  t.diagnostic(
    JSON.stringify({
      atDusk,
      boughtWh,
      socPercent: car!.socPercent,
      coldest,
      starts: heatPump!.starts,
      reasons: reasons.length,
    }),
  );
  assert.deepEqual(failures, []);
  assert.ok(atDusk.carWh > 5_000, "most of what the sun had over went into the car");
  assert.ok(boughtWh < 0.1 * atDusk.carWh, `${boughtWh} of ${atDusk.carWh} Wh came in`);
  assert.ok(atDusk.gardenWh > 1_400, "the pump ran in the sun");
  assert.ok(
    Math.abs(garden!.energyJ / 3600 - 1_600) < 150,
    "for the two hours that it has to, and no longer",
  );
  assert.ok(car!.socPercent > 79.5 && car!.socPercent < 81.5, `${car!.socPercent} % by the time`);
  assert.ok(coldest.roomC > 19.5 - 0.3, `rooms at ${coldest.roomC} °C`);
  assert.ok(coldest.tankC > 38 - 4, `the tank at ${coldest.tankC} °C`);
  assert.ok(heatPump!.starts <= 20, `${heatPump!.starts} starts of the compressor`);
  for (const why of ["wallbox charging_from_sun", "garden-plug on_from_sun", "garden-plug done_for_today"]) {
    assert.ok(reasons.includes(why), why);
  }
  const reports = gateway.state(time.now).loads!;
  assert.deepEqual(
    reports.map(({ id, kind, change }) => `${id} ${kind} ${change}`),
    [
      "kitchen-plug freezer 0",
      "bath-plug boiler 0",
      "garden-plug appliance 1",
      "heat-pump heat_pump 0",
      "wallbox car 1",
    ],
  );
});
