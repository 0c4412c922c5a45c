/**
 * The real processes together: a town, a home's devices, a gateway that comes in by a code, is told to hold, to charge
 * and to give, delivers a sale, is killed, and outlives its town. In the end everything that the box signed stands in
 * the platform's archive, once, in order, and on the chain. The long form only.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { HomeAccumulator } from "#wire/home-schemas.ts";
import { eventually } from "../networks/agreement.ts";
import { sellable, sellKilowattHour, settledSale } from "../networks/town-owner.ts";
import { LONG, skippedUnlessLong } from "../support/counterparts.ts";
import { assertArrived } from "./arrived.ts";
import { type Program, RealHome } from "./real-home.ts";

/** A quarter hour in seven seconds: on a busy machine a faster home's devices are read too far apart to be believed. */
const SPEED = 128;
/** Of the town when it comes back. */
const SLOWER = 64;
/** Of what was asked for; the home's own load moves meanwhile. */
const NEAR_W = 50;

const scene = new RealHome({ speed: SPEED, start: "2026-06-16T13:00Z", historyDays: 1 });
let town: Program;
let gateway: Program;
const gateways: Program[] = [];

function startGateway(): Program {
  const program = scene.startGateway();
  gateways.push(program);
  return program;
}

/** Numbers that the platform has on its disk. */
async function acknowledged(): Promise<number> {
  return (await (await scene.signIn()).call("GET /v1/home/gateway"))!.acknowledged;
}

function whenAcknowledged(least: number): Promise<number> {
  const look = async () => {
    const now = await acknowledged();
    return now >= least ? now : undefined;
  };
  return eventually(`${least} readings are on the platform's disk`, look, 120_000);
}

before(async () => {
  if (!LONG) return;
  town = await scene.startTown();
  await scene.startDevices();
});
after(() => scene.close());

test("a box comes in by a code and takes the place of the simulated home at a quarter hour", async (t) => {
  if (skippedUnlessLong(t)) return;
  await scene.enrol();
  gateway = startGateway();
  const { metering } = await scene.whenGateway(
    "its meter counts",
    ({ metering }) => metering.stands === "counts",
  );
  assert.equal(metering.from! % QUARTER_HOUR_S, 0);
  await whenAcknowledged(2);
  assert.match(
    await scene.says(["gateway", "status", "--folder", scene.home]),
    /^link +up$[\s\S]*^meter +counts since [\s\S]*^outbox +0 readings wait$/m,
  );
  assert.match(await scene.says(["gateways", "list", scene.town]), /^[0-9a-f]{16} +home 1 +metering +until /);
  const owner = await scene.signIn();
  const view = await owner.call("GET /v1/home/gateway");
  assert.deepEqual([view?.state, view?.reachable, view?.meteringFrom], ["metering", true, metering.from]);
  assert.deepEqual(
    view?.report?.devices.map(({ kind }) => kind),
    ["counter", "inverter", "solar_meter", "accumulator", "gateway"],
  );
});

test("the owner's letters are obeyed by the accumulator, and the switch at the box wins over them", async (t) => {
  if (skippedUnlessLong(t)) return;
  const owner = await scene.signIn();
  await scene.ask(owner, { mode: "charge", powerW: 1_500 });
  await scene.whenAccumulator("it charges 1500 W", (powerW) => Math.abs(powerW + 1_500) < NEAR_W);
  await eventually("the home's screen shows it", async () => {
    const { flowsW, decision } = await owner.call("GET /v1/home/live");
    const charged = flowsW.solarToAccumulator + flowsW.gridToAccumulator;
    return decision.code === "command_charges" && Math.abs(charged - 1_500) < NEAR_W ? true : undefined;
  });
  const answers = (what: string, holds: (told: HomeAccumulator) => boolean) =>
    eventually(what, async () => {
      const told = await owner.call("GET /v1/home/accumulator");
      return holds(told) ? told : undefined;
    });
  const { runBy } = await answers(
    "that it is obeyed comes back",
    ({ command }) => command?.state === "obeyed",
  );
  assert.equal(runBy, "gateway");
  await scene.says(["gateway", "override", "--hold", "--folder", scene.home]);
  await scene.ask(owner, { mode: "discharge", powerW: 1_000 });
  await scene.whenGateway("it is held at the box", ({ mode }) => mode.override === "hold");
  await answers("the owner sees that the box holds it", ({ local }) => local?.mode === "hold");
  await scene.whenAccumulator("nothing leaves it", (powerW) => powerW <= 0);
  await scene.says(["gateway", "override", "--end", "--folder", scene.home]);
  await scene.whenAccumulator("it gives 1000 W", (powerW) => Math.abs(powerW - 1_000) < NEAR_W);
  await scene.ask(owner, { mode: "auto", powerW: null });
  await scene.whenGateway("it decides by itself", ({ mode }) => mode.commanded === "auto");
  // They are written down with the next cycle.
  await eventually("what was decided can be read again", async () => {
    const decisions = await scene.says(["gateway", "decisions", "--folder", scene.home, "--last", "100"]);
    return ["command charges", "command discharges"].every((one) => decisions.includes(one)) || undefined;
  });
});

test("what the owner sells leaves the accumulator and is paid", async (t) => {
  if (skippedUnlessLong(t)) return;
  const owner = await scene.signIn();
  await sellable(owner);
  const { sale } = await sellKilowattHour(owner, scene.owner);
  await settledSale(owner, sale);
});

test("a gateway that is killed, and one whose platform is away, lose no reading", async (t) => {
  if (skippedUnlessLong(t)) return;
  const before = await acknowledged();
  assert.equal(await gateway.end("SIGKILL"), null);
  // More than a quarter hour without it.
  await sleep((QUARTER_HOUR_S / SPEED) * 1_500);
  gateway = startGateway();
  await whenAcknowledged(before + 3);

  assert.equal(await town.end(), 0);
  await scene.whenGateway("readings wait", ({ outbox, link }) => link.isUp === false && outbox.waiting > 1);
  town = await scene.startTown(SLOWER);
  const { outbox } = await scene.whenGateway("none waits", ({ outbox }) => outbox.waiting === 0);
  assert.equal(outbox.oldest, null);
  await whenAcknowledged((await acknowledged()) + 1);
});

test("a town that jumps ahead by an hour takes its home along, and no reading is lost or made twice", async (t) => {
  if (skippedUnlessLong(t)) return;
  const before = await acknowledged();
  await scene.clock({ seekTo: (await scene.clock()) + 4 * QUARTER_HOUR_S });
  await whenAcknowledged(before + 4);
  const jumped = await scene.whenGateway("it tells of the jump", ({ faults }) =>
    faults.some(({ code }) => code === "clock_jumped"),
  );
  assert.equal(jumped.clock.isRight, true);
});

test("in the end the archive has what the box signed, once and in order, and the chain has it under the box's key", async (t) => {
  if (skippedUnlessLong(t)) return;
  assert.equal(await gateway.end(), 0);
  assert.equal(await town.end(), 0);
  const readings = await assertArrived(scene);
  assert.ok(readings.length > 8, `${readings.length} readings`);
  // At this speed devices are read half a minute of the home apart: what compares them with each other may doubt them.
  const faults = gateways.flatMap(({ out }) => [...out.matchAll(/"about":"fault".*?"code":"(\w+)"/g)]);
  const told = new Set(faults.map(([, code]) => code));
  assert.ok(told.has("link_lost"));
  // A town that was stopped comes back with an earlier time than the box had come to: that is told as a jump.
  for (const code of ["clock_wrong", "orders_refused", "readings_refused", "write_refused"]) {
    assert.ok(!told.has(code), code);
  }
});
