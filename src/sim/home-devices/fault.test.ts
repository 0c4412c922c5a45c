import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant, ROME } from "#base/time.ts";
import { DeviceError } from "#devices/device.ts";
import { planTown } from "#sim/plan.ts";
import { type FAULT_KINDS, parseFault, secondsOf } from "./fault.ts";
import { devicesInProcess } from "./in-process.ts";
import { SimulatedHome } from "./simulated-home.ts";

const START = parseInstant("2026-06-16T10:00Z")!;

function simulated() {
  const town = planTown({
    seed: 7,
    homes: 1,
    measured: undefined,
    start: undefined,
    solarHomes: "all",
    solarPeakKwp: 5,
    solarColumn: undefined,
    accumulatorKwh: 10,
    accumulatorKw: 5,
  });
  const clock = { ms: START * 1000 };
  const home = new SimulatedHome({
    plan: town.homes[0]!,
    zone: ROME,
    seed: 7,
    start: START,
    now: () => clock.ms,
  });
  const later = (seconds: number) => {
    clock.ms += 1000 * seconds;
  };
  const fault = (device: string, kind: (typeof FAULT_KINDS)[number], forS: number) =>
    home.faults.wish({ device, kind, afterS: 0, forS }, clock.ms);
  return { home, clock, later, fault };
}

test("a fault is read from words, and what is none is refused with a sentence", () => {
  assert.deepEqual(parseFault("inverter:freeze@60s+30s"), {
    ok: true,
    value: { device: "inverter", kind: "freeze", afterS: 60, forS: 30 },
  });
  assert.deepEqual(parseFault("kitchen-plug:wrong-sign"), {
    ok: true,
    value: { device: "kitchen-plug", kind: "wrong-sign", afterS: 0, forS: 30 },
  });
  assert.deepEqual(parseFault(" counter:drop@1.5m+2h"), {
    ok: true,
    value: { device: "counter", kind: "drop", afterS: 90, forS: 7_200 },
  });
  for (const [text, why] of [
    ["inverter", /written like/],
    ["inverter:melt", /no fault "melt"; there are freeze, drop/],
    ["inverter:drop@soon", /no time of a fault/],
    ["inverter:drop+0s", /no length of a fault/],
    ["inverter:drop+1d", /no length of a fault/],
  ] as const) {
    const parsed = parseFault(text);
    assert.ok(!parsed.ok && why.test(parsed.error), `${text}: ${JSON.stringify(parsed)}`);
  }
  assert.equal(secondsOf("-3s"), undefined);
});

test("a frozen device says the same over and over, and the truth again when it is over", () => {
  const { home, later, fault } = simulated();
  later(10);
  fault("counter", "freeze", 60);
  const first = home.say("counter");
  later(59);
  const last = home.say("counter");
  assert.deepEqual(last.values, first.values);
  assert.equal(last.measuredAt - first.measuredAt, 59_000, "its clock goes on");
  later(1);
  assert.notDeepEqual(home.say("counter").values, first.values);
});

test("turned round, a counter's import is an export; registers stay", () => {
  const { home, later, fault } = simulated();
  later(10);
  const right = home.say("counter").values;
  fault("counter", "wrong-sign", 5);
  const wrong = home.say("counter").values;
  assert.equal(wrong.powerW, -right.powerW!);
  assert.equal(wrong.powerL2W, -right.powerL2W!);
  assert.equal(wrong.importWh, right.importWh);
});

test("a device out of its mind says what cannot be", () => {
  const { home, later, fault } = simulated();
  later(10);
  fault("accumulator", "out-of-range", 5);
  assert.equal(home.say("accumulator").values.socPercent, 140);
  assert.equal(Math.abs(home.say("accumulator").values.powerW!), 99_999);
});

test("registers that were lost begin at nothing, and are found again in the end", () => {
  const { home, later, fault } = simulated();
  later(7_200);
  const before = home.say("solar-meter").values.energyWh!;
  assert.ok(before > 1_000, `${before} Wh by then`);
  fault("solar-meter", "reset", 600);
  assert.equal(home.say("solar-meter").values.energyWh, 0);
  later(599);
  const since = home.say("solar-meter").values.energyWh!;
  assert.ok(since > 0 && since < before);
  later(1);
  assert.ok(home.say("solar-meter").values.energyWh! >= before + since);
});

test("a device that tells the time can be late or an hour ahead; one that does not, cannot", () => {
  const { home, clock, later, fault } = simulated();
  later(10.4);
  fault("counter", "stale", 60);
  later(30);
  assert.equal(home.say("counter").measuredAt, (START + 10) * 1000);
  later(30);
  assert.equal(home.say("counter").measuredAt, (START + 70) * 1000);
  fault("kitchen-plug", "clock-jump", 60);
  assert.equal(home.say("kitchen-plug").measuredAt, (START + 70 + 3_600) * 1000);
  assert.equal(home.say("inverter").measuredAt, clock.ms);
});

test("in process, faults of the wire come out as a driver reports them, and a setpoint that was heard counts", async () => {
  const { home, later, fault } = simulated();
  const devices = new Map(devicesInProcess(home).map((device) => [device.id, device]));
  const ea = devices.get("accumulator")!;
  const problem = (name: string) => (error: unknown) =>
    error instanceof DeviceError && error.problem === name;
  await assert.rejects(ea.read(), problem("unreachable"), "nobody connected");
  await ea.open();
  assert.equal((await ea.read()).values.setPowerW, 0);
  fault("accumulator", "slow", 5);
  await assert.rejects(ea.write("setPowerW", 700), problem("timeout"));
  assert.equal(home.say("accumulator").values.setPowerW, 700, "the answer was late, not the order");
  later(5);
  fault("accumulator", "garbage", 5);
  await assert.rejects(ea.read(), problem("malformed"));
  later(5);
  fault("accumulator", "drop", 5);
  await assert.rejects(ea.read(), problem("unreachable"));
  await assert.rejects(ea.open(), problem("unreachable"));
  later(5);
  await assert.rejects(ea.read(), problem("unreachable"), "a connection that was lost is made again first");
  await ea.open();
  assert.equal((await ea.read()).values.powerW, 700);
  await assert.rejects(ea.write("powerW", 1), problem("no_such_point"));
  const inverter = devices.get("inverter")!;
  await inverter.open();
  await inverter.write("powerMaxW", 500);
  later(1);
  assert.equal((await inverter.read()).values.powerW, 500);
  const plug = devices.get("bath-plug")!;
  await plug.open();
  await plug.write("on", 0);
  later(1);
  assert.equal((await plug.read()).values.powerW, 0);
});

test("faults that are cleared are over at once, those of other devices go on", () => {
  const { home, clock, fault } = simulated();
  fault("counter", "drop", 60);
  fault("inverter", "drop", 60);
  home.faults.clear(clock.ms, "counter");
  assert.deepEqual(
    home.faults.activeAt(clock.ms).map(({ device }) => device),
    ["inverter"],
  );
  home.faults.clear(clock.ms);
  assert.deepEqual(home.faults.faults, []);
});
