/**
 * A gateway steers what heats a home over real sockets, in the home's time as fast as the sockets answer: a heat pump
 * by the two contacts of a relay. The long form only.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Aedes } from "aedes";
import { ROME } from "#base/time.ts";
import { equipmentOf } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { HomeClock } from "#gateway/clock.ts";
import { Gateway } from "#gateway/gateway.ts";
import { type HomeSettings, USUAL_HOME } from "#gateway/home-settings.ts";
import { NO_LINK } from "#gateway/link.ts";
import { Outbox } from "#gateway/outbox.ts";
import { USUAL_HOUSE, USUAL_PUMP } from "#sim/home-devices/heat-pump-at-home.ts";
import { openHome } from "#sim/home-devices/open-home.ts";
import { SimulatedHome, type SimulatedHomeSettings } from "#sim/home-devices/simulated-home.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { SITE } from "../support/virtual-gateway.ts";

/** Of the home, between two cycles, s. */
const STEP_S = 30;
/** 2026-01-16, 10:00 in Rome. */
const START = 1_768_554_000;

/** A home at a broker of its own with a gateway that has just been started, and a cycle of it. */
async function steeredHome(
  t: TestContext,
  what: Pick<SimulatedHomeSettings, "heatPump" | "stateOfCharge"> & SimulatedHomeSettings["plan"]["source"],
  settings: Partial<HomeSettings>,
) {
  const { loadW, solarW, ...heated } = what;
  const time = { now: START };
  const home = new SimulatedHome({
    plan: { plant: 1, site: SITE, source: { loadW, solarW } },
    ...{ zone: ROME, seed: 3, start: START, now: () => time.now * 1000, ...heated },
  });
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const opened = await openHome({
    ...{ home, zone: ROME, speed: 1_000, host: "127.0.0.1", port: 0, seed: 3, counter: "modbus" },
    ...{ name: "heated", broker: `mqtt://127.0.0.1:${port}`, meterKeys: undefined },
  });
  const entries = equipmentOf("devices.json", JSON.stringify({ devices: opened.addresses }), ".");
  const ticks = () => ({ wallMs: time.now * 1000, steadyMs: time.now * 1000 });
  const reasons = new Set<string>();
  const failures: string[] = [];
  const gateway = new Gateway({
    devices: entries.map(openDevice),
    loads: new Map(entries.map(({ id, load }) => [id, load])),
    settings: { ...USUAL_HOME, ...settings },
    clock: new HomeClock("box", ticks()),
    ...{
      link: NO_LINK,
      outbox: new Outbox(":memory:"),
      ring: undefined,
      version: "test",
      standing: undefined,
    },
    note: (what) => {
      if (what.about === "load") reasons.add(`${what.load.id} ${what.load.code}`);
      else if (what.about !== "decision" && what.about !== "fault") failures.push(JSON.stringify(what));
    },
  });
  t.after(async () => {
    await opened.close();
    server.close();
    broker.close();
  });
  gateway.open();
  return {
    ...{ home, gateway, reasons, failures },
    /** Hours of the home with the gateway. */
    async run(hours: number, look: (hour: number) => void) {
      for (let second = 0; second < hours * 3600; second += STEP_S) {
        time.now += STEP_S;
        await gateway.tick(ticks());
        await wait(4);
        look((time.now - START) / 3600);
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
  const hourOf = (time: number) => (time - START) / 3600;
  const { home, gateway, reasons, failures, run, pass, comes } = await steeredHome(
    t,
    {
      // Sun until noon; then an oven leaves the heat pump too little for five hours.
      loadW: (time) => (hourOf(time) > 2.5 ? 3_600 : 300),
      solarW: (time) => (hourOf(time) < 2 ? 4_500 : 0),
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
