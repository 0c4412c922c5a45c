/**
 * A gateway steers what heats a home over real sockets, in the home's time as fast as the sockets answer: a heat pump
 * by the two contacts of a relay, a micro-CHP on own topics beside panels and accumulator. The long form only.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { ROME } from "#base/time.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { Gateway } from "#gateway/gateway.ts";
import { type HomeSettings, USUAL_HOME } from "#gateway/home-settings.ts";
import { type Ears, NO_LINK } from "#gateway/link.ts";
import { Outbox } from "#gateway/outbox.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import { exportWh, generationWh, importWh } from "#metering/reading.ts";
import { USUAL_HOUSE, USUAL_PUMP } from "#sim/home-devices/heat-pump-at-home.ts";
import { USUAL_CHP } from "#sim/home-devices/micro-chp-at-home.ts";
import { openHome } from "#sim/home-devices/open-home.ts";
import { SimulatedHome, type SimulatedHomeSettings } from "#sim/home-devices/simulated-home.ts";
import type { Source } from "#sim/sources.ts";
import { meterSigner, openStreet } from "../support/chain-bench.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { homeBroker } from "../support/home-broker.ts";
import { loneGateway } from "../support/lone-gateway.ts";
import { SITE } from "../support/virtual-gateway.ts";

/** Of the home, between two cycles, s. */
const STEP_S = 30;
const PLANT = 1;

/** A home at a broker of its own with a gateway that has just been started, and a cycle of it. */
async function steeredHome(
  t: TestContext,
  what: Pick<SimulatedHomeSettings, "heatPump" | "microChp" | "stateOfCharge"> & {
    /** W, by the hours since the gateway was started. */
    readonly loadW: (hour: number) => number;
    readonly solarW: (hour: number) => number;
  },
  settings: Partial<HomeSettings>,
) {
  const { bench, noon } = openStreet();
  const start = noon - (noon % 3600);
  const hourOf = (at: number) => (at - start) / 3600;
  const { loadW, solarW, ...heated } = what;
  const source: Source = { loadW: (at) => loadW(hourOf(at)), solarW: (at) => solarW(hourOf(at)) };
  const time = { now: start };
  const home = new SimulatedHome({
    plan: { plant: PLANT, site: SITE, source },
    ...{ zone: ROME, seed: 3, start, now: () => time.now * 1000, ...heated },
  });
  const port = await homeBroker(t);
  const opened = await openHome({
    ...{ home, zone: ROME, speed: 1_000, host: "127.0.0.1", port: 0, seed: 3, counter: "modbus" },
    ...{ name: "heated", broker: `mqtt://127.0.0.1:${port}`, meterKeys: undefined },
  });
  const entries = equipmentOf("devices.json", JSON.stringify({ devices: opened.addresses }), ".");
  const ticks = () => ({ wallMs: time.now * 1000, steadyMs: time.now * 1000 });
  const reasons = new Set<string>();
  const failures: string[] = [];
  const outbox = new Outbox(":memory:");
  const hand: { ears?: Ears } = {};
  const gateway = new Gateway({
    ...loneGateway(entries.map(openDevice), ticks()),
    loads: new Map(entries.map(({ id, load }) => [id, load])),
    settings: { ...USUAL_HOME, ...settings },
    outbox,
    link: { ...NO_LINK, isUp: true, open: (ears) => (hand.ears = ears), sendReadings: async () => {} },
    standing: {
      ...{ chain: "test", home: PLANT, meter: meterSigner(PLANT), nextMeter: undefined },
      trust: { by: "producer", chain: "test", producer: bench.producer.publicKey },
    },
    note: (what) => {
      if (what.about === "load") reasons.add(`${what.load.id} ${what.load.code}`);
      else if (what.about !== "decision" && what.about !== "fault") failures.push(JSON.stringify(what));
    },
  });
  t.after(() => opened.close());
  gateway.open();
  hand.ears!.ordered({
    ...{ time: start, plant: PLANT, connectionW: 6_000, operatorLimits: [], obligations: [] },
    meter: {
      ...{ key: toHex(meterSigner(PLANT).publicKey), from: start + 900 },
      ...{ openingSolarWh: 0, openingGridWh: 0 },
    },
    proven: toHex(encode(provenRowsCodec, bench.view.proveAnswers((state) => homeOrdersOf(state, PLANT))!)),
    prices: { from: start, importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
    ...{ bookedThrough: start, reserveWh: 0 },
  });
  return {
    ...{ home, gateway, reasons, failures },
    readings: () => outbox.next(96, 0).map(({ signed }) => signed.reading),
    /** Hours of the home with the gateway. */
    async run(hours: number, look: (hour: number) => void) {
      for (let second = 0; second < hours * 3600; second += STEP_S) {
        time.now += STEP_S;
        await gateway.tick(ticks());
        await wait(4);
        look(hourOf(time.now));
      }
    },
    /** And without it. */
    async pass(seconds: number) {
      time.now += seconds;
      home.now();
      await wait(50);
    },
    /** Whether something comes about soon, while the home's time stands. */
    async comes(about: () => boolean) {
      for (let tries = 0; tries < 400 && !about(); tries++) await wait(25);
      return about();
    },
  };
}

test("a heat pump behind two contacts takes the sun, gives way to a limit for two hours at most, and is let go", async (t) => {
  if (skippedUnlessLong(t)) return;
  const { home, gateway, reasons, failures, run, pass, comes } = await steeredHome(
    t,
    {
      // Sun until noon; then an oven leaves the heat pump too little for five hours.
      loadW: (hour) => (hour > 2.5 ? 3_600 : 300),
      solarW: (hour) => (hour < 2 ? 4_500 : 0),
      stateOfCharge: 0.05,
      heatPump: {
        ...{ pump: USUAL_PUMP, house: USUAL_HOUSE, state: { tankC: 41, roomC: 20.4 } },
        ...{ tapW: () => 200, outdoorC: () => 2, listensTo: "contacts" },
      },
    },
    { connection: { importPowerMaxW: 4_000, exportPowerMaxW: 5_000 } },
  );
  const pump = home.heatPump!;
  const states = new Set<number>();
  const sunny = { energyJ: 0, hottestC: 0 };
  const blocked = { energyJ: 0 };
  await run(6.2, (hour) => {
    states.add(pump.sgState);
    if (hour <= 2) {
      sunny.energyJ = pump.energyJ;
      sunny.hottestC = Math.max(sunny.hottestC, pump.state.tankC);
    }
    if (hour <= 2.75) blocked.energyJ = pump.energyJ;
    else if (hour < 4.5) assert.ok(pump.energyJ - blocked.energyJ < 200 * 3600, `it runs at ${hour} h`);
  });
  const { loads = [] } = gateway.state(0);
  const report = loads.find(({ id }) => id === "heat-pump")!;
  const told = { sunny, longestBlockS: pump.longestBlockS, blocks: pump.blocks, states: [...states] };
  t.diagnostic(JSON.stringify({ ...told, reasons: [...reasons], numbers: report.numbers }));
  assert.deepEqual(failures, []);
  assert.ok(states.has(4), "the sun had more over than it draws");
  assert.ok(sunny.energyJ / 3600 > 1_500, `${sunny.energyJ / 3600} Wh from the sun`);
  assert.ok(sunny.hottestC > 48, `the tank came to ${sunny.hottestC} °C only`);
  assert.ok(
    pump.blocks >= 1 && pump.blocks <= 3 && pump.longestBlockS <= 2 * 3600 + 2 * STEP_S,
    JSON.stringify(told),
  );
  assert.ok(pump.energyJ > blocked.energyJ, "after two hours it heats again");
  for (const why of ["heat_from_sun", "heat_limited", "sg_no_block_left"]) {
    assert.ok(reasons.has(`heat-pump ${why}`), why);
  }
  assert.equal(report.numbers.sgState, pump.sgState);
  // A gateway that falls silent, and one that ends; what it said last has arrived.
  await wait(500);
  home.obey("heat-pump", "sgContact1", 1);
  await pass(240);
  assert.equal(pump.sgState, 1);
  await pass(90);
  assert.equal(pump.sgState, 2, "the relay opens what nobody renews");
  home.obey("heat-pump", "sgContact1", 1);
  await gateway.close();
  assert.ok(await comes(() => pump.sgState === 2), "told by a gateway that ends");
});

test("a micro-CHP runs for what it saves and for comfort, and not a watt-hour of its gas is sold", async (t) => {
  if (skippedUnlessLong(t)) return;
  const { home, gateway, reasons, failures, readings, run, pass, comes } = await steeredHome(
    t,
    {
      // A busy house, a sunny hour and a half, a quiet cold evening.
      loadW: (hour) => (hour < 1.5 ? 1_400 : 150),
      solarW: (hour) => (hour >= 1.5 && hour < 3 ? 2_500 : 0),
      stateOfCharge: 0.9,
      microChp: {
        ...{ chp: USUAL_CHP, house: USUAL_HOUSE, state: { tankC: 43, roomC: 20.4 } },
        ...{ tapW: () => 200, outdoorC: () => 9 },
      },
    },
    {},
  );
  const engine = home.microChp!;
  const { physics } = home;
  const coldest = { roomC: 99, tankC: 99 };
  const runs: number[] = [];
  let [byNoonJ, runS] = [0, 0];
  await run(5, (hour) => {
    coldest.roomC = Math.min(coldest.roomC, engine.state.roomC);
    coldest.tankC = Math.min(coldest.tankC, engine.state.tankC);
    if (engine.powerW > 0) runS += STEP_S;
    else if (runS > 0) runs.push(runS);
    if (engine.powerW === 0) runS = 0;
    if (hour <= 1.5) byNoonJ = engine.energyJ;
  });
  const { loads = [] } = gateway.state(0);
  const report = loads.find(({ id }) => id === "micro-chp")!;
  const all = readings();
  const endOf = (at: number) => physics.quarters.find((registers) => registers.at === at)!;
  const [first, last] = [endOf(all[0]!.intervalStart), endOf(all.at(-1)!.intervalStart + 900)];
  const sum = (of: (reading: (typeof all)[number]) => number) =>
    all.reduce((total, reading) => total + of(reading), 0);
  const wh = {
    made: engine.energyJ / 3600,
    sun: last.solarWh - first.solarWh,
    wentOut: last.exportWh - first.exportWh,
    cameIn: last.importWh - first.importWh,
    generated: sum(({ flows }) => generationWh(flows)),
    exported: sum(({ flows }) => exportWh(flows)),
    imported: sum(({ flows }) => importWh(flows)),
    soldSolar: sum(({ flows, storedSolar }) => flows.solarToGrid + storedSolar.exportedWh),
  };
  t.diagnostic(JSON.stringify({ wh, coldest, runs, starts: engine.starts, byNoonWh: byNoonJ / 3600 }));
  t.diagnostic(JSON.stringify({ reasons: [...reasons], numbers: report.numbers, todayWh: report.todayWh }));
  assert.deepEqual(failures, []);
  assert.ok(all.length >= 18, `${all.length} readings`);
  assert.ok(byNoonJ / 3600 > 900, "it serves the busy house");
  assert.ok(coldest.tankC > 38 - 4 && coldest.roomC > 19.2, JSON.stringify(coldest));
  assert.ok(engine.starts <= 4, `${engine.starts} starts`);
  for (const seconds of runs) assert.ok(seconds >= 1_700, `it ran for ${seconds} s only`);
  for (const why of ["chp_pays", "chp_too_dear", "comfort_needs_heat"]) {
    assert.ok(reasons.has(`micro-chp ${why}`), why);
  }
  assert.ok(wh.generated <= wh.sun + 10, "no more is the sun's than its meter says");
  assert.ok(wh.soldSolar <= wh.sun && wh.exported <= wh.wentOut + 10);
  assert.ok(Math.abs(wh.imported - wh.cameIn) <= 15, "what comes in is billed to the watt-hour");
  assert.equal(report.kind, "chp");
  assert.ok(Math.abs(report.todayWh - wh.made) < 40, `${report.todayWh} of ${wh.made} Wh today`);
  // A gateway that falls silent, and one that ends.
  await wait(500);
  home.obey("micro-chp", "request", 0);
  await pass(1_000);
  assert.equal(engine.request, 2, "it forgets what nobody renews");
  home.obey("micro-chp", "request", 0);
  await gateway.close();
  assert.ok(await comes(() => engine.request === 2), "told by a gateway that ends");
});
