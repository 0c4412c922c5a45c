import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { parseInstant } from "#base/time.ts";
import type { CycleResult } from "#gateway/cycle.ts";
import { type Ears, type Link, NO_LINK } from "#gateway/link.ts";
import { Meter } from "#gateway/meter.ts";
import { Outbox } from "#gateway/outbox.ts";
import type { SafeStateName } from "#gateway/safe-state.ts";
import type { FaultKind } from "#sim/home-devices/fault.ts";
import type { Source } from "#sim/sources.ts";
import { meterSigner } from "../../test/support/chain-bench.ts";
import { VirtualGateway } from "../../test/support/virtual-gateway.ts";

const START = parseInstant("2026-06-16T09:00Z")!;
const evening: Source = { loadW: () => 1_500, solarW: () => 0 };
const noon: Source = { loadW: () => 500, solarW: () => 3_000 };

function setpointOf({ outputs }: CycleResult): number {
  return outputs.find(({ point }) => point === "setPowerW")!.value;
}

/** A home that has found its way, and a fault of one device from then on. */
async function broken(source: Source, faults: readonly (readonly [device: string, kind: FaultKind])[]) {
  const box = new VirtualGateway({ start: START, source });
  for (let i = 0; i < 6; i++) await box.second();
  const until = Number.MAX_SAFE_INTEGER;
  for (const [device, kind] of faults)
    box.home.faults.add({ device, kind, from: box.time.now * 1000, until });
  return box;
}

const LOST: readonly {
  readonly title: string;
  readonly source: Source;
  readonly faults: readonly (readonly [string, FaultKind])[];
  readonly state: SafeStateName;
  /** Asked of the accumulator, W. */
  readonly setpointW: number;
}[] = [
  {
    title: "the counter is lost",
    source: evening,
    faults: [["counter", "drop"]],
    state: "counter_lost",
    setpointW: 0,
  },
  {
    title: "the counter says what cannot be",
    source: evening,
    faults: [["counter", "out-of-range"]],
    state: "counter_lost",
    setpointW: 0,
  },
  {
    title: "the counter's time stands still",
    source: evening,
    faults: [["counter", "stale"]],
    state: "counter_lost",
    setpointW: 0,
  },
  {
    title: "the accumulator is lost",
    source: evening,
    faults: [["accumulator", "slow"]],
    state: "accumulator_lost",
    setpointW: 0,
  },
  {
    title: "inverter and solar meter are lost",
    source: noon,
    faults: [
      ["inverter", "drop"],
      ["solar-meter", "garbage"],
    ],
    state: "inverter_lost",
    setpointW: -2_500,
  },
];

for (const { title, source, faults, state, setpointW } of LOST) {
  test(`${title}: the safe state is there within three seconds`, async () => {
    const box = await broken(source, faults);
    let result = await box.second();
    result = await box.second();
    result = await box.second();
    assert.equal(result.safeState, state);
    // The freezer of the home, too, wants its share.
    assert.ok(Math.abs(setpointOf(result) - setpointW) <= 150, `${setpointOf(result)} W`);
  });
}

test("all devices are lost: the accumulator rests by its own reversion, and everything comes back by itself", async () => {
  const ids = ["counter", "inverter", "solar-meter", "accumulator", "kitchen-plug", "bath-plug"];
  const box = await broken(
    evening,
    ids.map((id) => [id, "drop"] as const),
  );
  const unit = box.home.physics.accumulator!;
  assert.ok(unit.setpointAt(box.time.now) > 1_000);
  for (let i = 0; i < 3; i++) await box.second();
  assert.equal((await box.second()).safeState, "all_lost");
  assert.equal(unit.setpointAt(box.time.now), 0);
  box.home.faults.clear(box.time.now * 1000);
  for (let i = 0; i < 45; i++) await box.second();
  assert.equal((await box.second()).safeState, "link_lost", "and the accumulator is asked again");
  assert.ok(unit.setpointAt(box.time.now) > 1_000);
});

test("the gateway is killed: the accumulator rests after the hold of its last setpoint", async () => {
  const box = await broken(evening, []);
  const unit = box.home.physics.accumulator!;
  assert.ok(unit.setpointAt(box.time.now) > 1_000);
  box.time.now += 3;
  box.home.now();
  assert.equal(unit.setpointAt(box.time.now), 0);
});

test("without a platform and a plan the home is run by the self-consumption rule", async () => {
  const box = await broken(evening, []);
  const result = await box.second();
  assert.equal(result.safeState, "link_lost");
  assert.ok(Math.abs(box.home.physics.counter.powerW) < 20, "nothing crosses the connection");
});

test("what counts the wrong way round stands as a fault, with the device, and is told when it is over", async () => {
  const box = await broken(noon, []);
  const from = box.time.now;
  box.home.faults.add({
    device: "counter",
    kind: "wrong-sign",
    from: from * 1000,
    until: (from + 20) * 1000,
  });
  for (let i = 0; i < 20; i++) await box.second();
  const [fault] = box.gateway.faults;
  assert.ok(fault?.id.startsWith("counter"), JSON.stringify(box.gateway.faults));
  assert.equal(fault?.resolvedAt, null);
  // What once counted the wrong way is not believed for ten minutes.
  box.time.now += 590;
  for (let i = 0; i < 80; i++) await box.second();
  assert.notEqual(box.gateway.faults[0]!.resolvedAt, null);
});

test("a clock that somebody set, and readings that are refused for good, stand as faults of the gateway", async () => {
  let ears: Ears | undefined;
  const link: Link = {
    ...NO_LINK,
    isUp: true,
    open: (heard) => (ears = heard),
    sendReadings: async () => {},
  };
  const outbox = new Outbox(":memory:");
  const meter = meterSigner(7);
  const standing = {
    ...{ chain: "test", home: 7, meter, nextMeter: undefined },
    trust: { by: "producer" as const, chain: "test", producer: new Uint8Array(32) },
  };
  const quarter = START - (START % 900);
  outbox.keep({ meter: JSON.stringify(new Meter(7, { from: quarter, solarWh: 0, gridWh: 0 }).state) });
  const box = new VirtualGateway({ start: quarter + 890, source: evening, link, outbox, standing });
  for (let i = 0; i < 15; i++) await box.second();
  assert.equal(outbox.waiting, 1);
  const refused = [{ sequence: 1, intervalStart: quarter, reason: "bad_signature" as const }];
  ears!.acknowledged({ outbox: toHex(outbox.name), through: 1, refused });
  await box.second();
  const standingFaults = () => box.gateway.faults.map(({ code, resolvedAt }) => [code, resolvedAt]);
  assert.deepEqual(standingFaults(), [["readings_refused", null]]);
  const { wallMs, steadyMs } = box.ticks();
  await box.gateway.tick({ wallMs: wallMs + 3_600_000, steadyMs: steadyMs + 1_000 });
  assert.ok(standingFaults().some(([code]) => code === "clock_jumped"));
});
