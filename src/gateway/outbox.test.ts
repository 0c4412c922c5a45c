import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { parseInstant } from "#base/time.ts";
import type { Ears, Link } from "#gateway/link.ts";
import { Meter } from "#gateway/meter.ts";
import { Outbox } from "#gateway/outbox.ts";
import { importWh } from "#metering/reading.ts";
import { verifyReading } from "#metering/signed-reading.ts";
import type { NumberedReading, ReadingsMessage } from "#wire/gateway-messages.ts";
import { meterSigner } from "../../test/support/chain-bench.ts";
import { LONG } from "../../test/support/counterparts.ts";
import { VirtualGateway } from "../../test/support/virtual-gateway.ts";

const START = parseInstant("2026-06-16T00:00Z")!;
const HOURS = process.env.CONTRADA_OFFLINE_DAYS
  ? 24 * Number(process.env.CONTRADA_OFFLINE_DAYS)
  : LONG
    ? 6
    : 0.5;
const MINUTES_TO_DELIVER = 10;

/** A platform behind a way that loses every third message and repeats what it liked. */
class LossyPlatform implements Link {
  isUp = false;
  readonly kept = new Map<number, NumberedReading>();
  readonly order: number[] = [];
  #ears: Ears | undefined;
  #messages = 0;

  open(ears: Ears): void {
    this.#ears = ears;
  }

  connect(): void {
    this.isUp = true;
    this.#ears!.connected(true);
  }

  async sendReadings({ outbox, readings }: ReadingsMessage): Promise<void> {
    this.#messages += 1;
    if (this.#messages % 3 === 1) return;
    for (const one of readings) {
      if (this.kept.has(one.sequence)) continue;
      this.kept.set(one.sequence, one);
      this.order.push(one.sequence);
    }
    // The acknowledgement, too, is lost now and then.
    if (this.#messages % 3 === 2) return;
    let through = 0;
    while (this.kept.has(through + 1)) through += 1;
    const ack = { outbox: toHex(outbox), through, refused: [] };
    queueMicrotask(() => this.#ears!.acknowledged(ack));
  }

  publishLive(): void {}
  publishState(): void {}
  async close(): Promise<void> {}
}

test(`${HOURS} hours offline, second by second: then each reading arrives once, in order, within ${MINUTES_TO_DELIVER} minutes`, async () => {
  const platform = new LossyPlatform();
  const outbox = new Outbox(":memory:");
  const meter = meterSigner(7);
  const standing = {
    chain: "test",
    home: 7,
    meter,
    nextMeter: undefined,
    trust: { by: "producer" as const, chain: "test", producer: new Uint8Array(32) },
  };
  const opening = new Meter(7, { from: START, solarWh: 0, gridWh: 0 });
  outbox.keep({ meter: JSON.stringify(opening.state) });
  const hourOf = (time: number) => ((time - START) / 3600) % 24;
  const box = new VirtualGateway({
    start: START,
    source: {
      loadW: (time) => 300 + 200 * Math.floor(2 * hourOf(time)) * (hourOf(time) % 1 < 0.5 ? 1 : 0),
      solarW: (time) => (hourOf(time) > 8 && hourOf(time) < 17 ? 2_500 : 0),
    },
    link: platform,
    outbox,
    standing,
  });
  for (let second = 0; second < HOURS * 3600; second++) await box.second();
  assert.equal(outbox.waiting, HOURS * 4);
  const register = box.home.physics.counter.importWh;
  platform.connect();
  let minutes = 0;
  for (; outbox.waiting > 0 && minutes < MINUTES_TO_DELIVER; minutes++) {
    for (let i = 0; i < 60; i++) await box.second();
  }
  assert.equal(outbox.waiting, 0, `after ${minutes} minutes`);
  assert.deepEqual(
    platform.order,
    [...platform.order].sort((a, b) => a - b),
    "in order",
  );
  const readings = platform.order.map((sequence) => platform.kept.get(sequence)!.signed);
  assert.ok(readings.length >= HOURS * 4);
  for (const [i, signed] of readings.entries()) {
    assert.equal(signed.reading.intervalStart, START + i * 900, "each once");
    assert.ok(verifyReading("test", signed, meter.publicKey));
  }
  // What the home's own registers counted is what the readings say.
  const counted = readings.reduce((sum, { reading }) => sum + importWh(reading.flows), 0);
  assert.ok(Math.abs(counted - register) <= register / 100 + 5, `${counted} of ${register} Wh`);
});

/** A disk that has no room for a while. */
class FullDisk extends Outbox {
  isFull = false;

  override add(...what: Parameters<Outbox["add"]>): void {
    if (this.isFull) throw new Error("the disk is full");
    super.add(...what);
  }
}

test("readings that the disk would not take wait, and are kept once, in order, when it does", async () => {
  const outbox = new FullDisk(":memory:");
  const meter = meterSigner(7);
  const trust = { by: "producer" as const, chain: "test", producer: new Uint8Array(32) };
  const opening = new Meter(7, { from: START, solarWh: 0, gridWh: 0 });
  outbox.keep({ meter: JSON.stringify(opening.state) });
  const box = new VirtualGateway({
    start: START,
    source: { loadW: () => 900, solarW: () => 0 },
    link: new LossyPlatform(),
    outbox,
    standing: { chain: "test", home: 7, meter, nextMeter: undefined, trust },
  });
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second++) await box.second();
  };
  outbox.isFull = true;
  await seconds(10);
  // Most of the quarter hour nobody looks: the registers count on.
  box.time.now = START + 895;
  await seconds(100);
  assert.equal(outbox.waiting, 0);
  outbox.isFull = false;
  await seconds(10);
  box.time.now = START + 1_795;
  await seconds(100);
  assert.deepEqual(
    outbox.next(10).map(({ sequence, signed }) => [sequence, signed.reading.intervalStart]),
    [
      [1, START],
      [2, START + 900],
    ],
  );
});

test("a platform that speaks of another outbox, or of readings that there are not, acknowledges nothing", () => {
  const outbox = new Outbox(":memory:");
  const name = toHex(outbox.name);
  assert.equal(outbox.acknowledge({ outbox: "00".repeat(8), through: 0, refused: [] }), false);
  assert.equal(outbox.acknowledge({ outbox: name, through: 1, refused: [] }), false);
  assert.equal(outbox.through, 0);
  outbox.close();
});
