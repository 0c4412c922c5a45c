/** The bus in virtual time, with devices that answer when the test lets them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Device, DeviceError, type DeviceProblem, type Sample } from "#devices/device.ts";
import type { PointName } from "#devices/points.ts";
import { DeviceBus, type TimeOfRead } from "./device-bus.ts";

const NOON = Date.parse("2026-06-16T12:00:00Z");
const HOLD_S = 3;
/** A question that is not answered within this was not answered, ms of the real clock. */
const DEADLINE_MS = 20;

/** An accumulator that does as it is told, by whoever tests. */
class Told implements Device {
  readonly id = "accumulator";
  readonly kind = "accumulator";
  readonly template = "test";
  readonly sheet = {};
  opened = 0;
  asked = 0;
  closed = 0;
  /** Why it does not open, answer, or do. */
  problem: DeviceProblem | undefined;
  /** Steady ms of its own clock; `undefined`: the box's. */
  measuredAt: number | undefined;
  /** It answers when somebody calls this. */
  slow: (() => void) | undefined;
  isSlow = false;
  readonly written: [PointName, number][] = [];
  readonly refuses = new Set<PointName>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async open(): Promise<void> {
    this.opened += 1;
    this.#fail();
  }

  async read(): Promise<Sample> {
    this.asked += 1;
    if (this.isSlow) await new Promise<void>((resolve) => (this.slow = resolve));
    this.#fail();
    return { values: { powerW: 100 }, measuredAt: this.measuredAt ?? this.#now() };
  }

  async write(point: PointName, value: number): Promise<void> {
    if (this.refuses.has(point)) throw new DeviceError("no_such_point", `no ${point}`);
    this.#fail();
    this.written.push([point, value]);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  #fail(): void {
    if (this.problem !== undefined) throw new DeviceError(this.problem, this.problem);
  }
}

function bench() {
  let seconds = 0;
  const now = () => NOON + seconds * 1000;
  const device = new Told(now);
  const bus = new DeviceBus([device], HOLD_S, DEADLINE_MS);
  const time = (): TimeOfRead => ({ nowMs: now(), wallMs: now(), steadyMs: seconds * 1000, speed: 1 });
  return {
    device,
    bus,
    pass: (byS: number) => void (seconds += byS),
    /** A second passes, and all are asked; the one device's image. */
    async read() {
      seconds += 1;
      const image = await bus.read(time());
      const [one] = image.devices;
      return {
        ...one!,
        ageS: one!.measuredAt === undefined ? undefined : (image.at - one!.measuredAt) / 1000,
      };
    },
    ask: (value: number) => bus.write([{ device: "accumulator", point: "setPowerW", value }], time()),
  };
}

test("a device that answers is in the image as it is, and nobody changes it there", async () => {
  const { read } = bench();
  const { values, problem, ageS } = await read();
  assert.deepEqual([values, problem, ageS], [{ powerW: 100 }, undefined, 0]);
  assert.ok(Object.isFrozen(values));
});

test("a device that does not answer in time holds up nobody, and is not asked again before it has", async () => {
  const { device, read } = bench();
  await read();
  device.isSlow = true;
  const began = performance.now();
  assert.equal((await read()).problem, "timeout");
  const { problem, ageS, values } = await read();
  assert.deepEqual(
    [problem, ageS, values],
    ["timeout", 2, { powerW: 100 }],
    "its last values, and their age",
  );
  assert.ok(performance.now() - began < 5_000);
  assert.equal(device.asked, 2);
  device.isSlow = false;
  device.slow!();
  await new Promise(setImmediate);
  assert.equal((await read()).problem, undefined);
  assert.equal(device.asked, 3);
});

test("a device that is gone is tried after 1, 2, 4, 8, 16 and then each 30 seconds, and is there at once when it answers", async () => {
  const { device, read } = bench();
  device.problem = "unreachable";
  const tries: number[] = [];
  for (let second = 0; second < 130; second++) {
    const before = device.opened;
    assert.equal((await read()).problem, "unreachable");
    if (device.opened > before) tries.push(second);
  }
  assert.deepEqual(tries, [0, 1, 3, 7, 15, 31, 61, 91, 121]);
  device.problem = undefined;
  for (let second = 0; second < 30 && (await read()).problem !== undefined; second++);
  const { problem, ageS } = await read();
  assert.deepEqual([problem, ageS], [undefined, 0]);
});

test("one odd answer leaves the connection alone, three end it", async () => {
  const { device, read } = bench();
  await read();
  device.problem = "malformed";
  await read();
  await read();
  assert.equal(device.closed, 0);
  await read();
  assert.equal(device.closed, 1);
  device.problem = undefined;
  for (let second = 0; second < 5; second++) await read();
  assert.equal((await read()).problem, undefined);
  assert.equal(device.opened, 2);
});

test("a setpoint is written when it changes, and again within a third of its hold time", async () => {
  const { device, read, ask } = bench();
  await read();
  assert.deepEqual(await ask(500), []);
  assert.deepEqual(device.written, [
    ["setpointHoldS", HOLD_S],
    ["setPowerW", 500],
  ]);
  device.written.length = 0;
  await ask(500);
  assert.deepEqual(device.written, [], "not twice in one second");
  await read();
  await ask(500);
  await ask(600);
  assert.deepEqual(device.written, [
    ["setPowerW", 500],
    ["setPowerW", 600],
  ]);
});

test("a device that came back is told everything anew", async () => {
  const { device, read, ask } = bench();
  await read();
  await ask(500);
  device.problem = "unreachable";
  await read();
  device.problem = undefined;
  device.written.length = 0;
  await read();
  await ask(500);
  assert.deepEqual(device.written, [
    ["setpointHoldS", HOLD_S],
    ["setPowerW", 500],
  ]);
});

test("a device that keeps its own hold time is commanded all the same", async () => {
  const { device, read, ask } = bench();
  device.refuses.add("setpointHoldS");
  await read();
  assert.deepEqual(await ask(500), []);
  assert.deepEqual(device.written, [["setPowerW", 500]]);
});

test("whom nobody hears is not kept going, and may be told to rest", async () => {
  const { device, read, ask } = bench();
  await read();
  await ask(500);
  device.problem = "malformed";
  await read();
  device.problem = undefined;
  device.written.length = 0;
  await ask(500);
  assert.deepEqual(device.written, []);
  await ask(0);
  assert.deepEqual(device.written, [["setPowerW", 0]]);
});

test("a setpoint that is refused is told, and tried again", async () => {
  const { device, read, ask } = bench();
  await read();
  device.problem = "refused";
  assert.deepEqual(
    (await ask(500)).map(({ device: id, problem }) => [id, problem]),
    [["accumulator", "refused"]],
  );
  device.problem = undefined;
  assert.deepEqual(await ask(500), []);
  assert.deepEqual(device.written.at(-1), ["setPowerW", 500]);
});

test("a device whose own time stands still says old values, and one that measured late is that old", async () => {
  const { device, read } = bench();
  device.measuredAt = NOON;
  await read();
  for (let second = 0; second < 4; second++) await read();
  assert.equal((await read()).ageS, 5);
  device.measuredAt = NOON + 1_000;
  assert.equal((await read()).ageS, 0, "its time moved");
  const late = bench();
  late.pass(60);
  late.device.measuredAt = NOON + 31_000;
  assert.equal((await late.read()).ageS, 30, "half a minute late");
});

test("a device whose clock is another, by more than ten minutes, is as old as what it said last", async () => {
  const { device, pass, read } = bench();
  pass(3_600);
  device.measuredAt = NOON;
  assert.equal((await read()).ageS, 0);
});
