/**
 * Days without a link, second by second in virtual time, then the real platform: a town in its own process, its broker
 * over mutual TLS, its head-end and archive. What waited in the box's outbox is to stand there within ten minutes of
 * the wall, each reading once, in order. `CONTRADA_OFFLINE_DAYS=7` gives it in full: 672 readings, some four minutes.
 * The long form only.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { readIdentity, standingOf } from "#gateway/identity.ts";
import type { Ears, Link } from "#gateway/link.ts";
import { LiveRing } from "#gateway/live-ring.ts";
import { MqttLink } from "#gateway/mqtt-link.ts";
import { Outbox } from "#gateway/outbox.ts";
import { OUTBOX_FILE } from "#gateway/own-outbox.ts";
import { importWh } from "#metering/reading.ts";
import { eventually } from "../networks/agreement.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { VirtualGateway } from "../support/virtual-gateway.ts";
import { assertArrived } from "./arrived.ts";
import { RealHome } from "./real-home.ts";

const HOURS = process.env.CONTRADA_OFFLINE_DAYS ? 24 * Number(process.env.CONTRADA_OFFLINE_DAYS) : 3;
const MINUTES_TO_DELIVER = 10;
/** Of the town: a quarter hour at once. */
const STEP_S = QUARTER_HOUR_S;
const SPEED = 600;
const SEEK_MS = 20 * 60_000;

/** The real link, behind a plug that can be pulled. */
class Plug implements Link {
  readonly sent: number[] = [];
  /** Values of seconds that fly by faster than a broker bears are not sent. */
  isFlying = false;
  live = 0;
  #ears: Ears | undefined;
  #link: MqttLink | undefined;
  readonly #make: () => MqttLink;

  constructor(make: () => MqttLink) {
    this.#make = make;
  }

  get isUp(): boolean {
    return this.#link?.isUp ?? false;
  }

  open(ears: Ears): void {
    // Box and town go by turns: what time it is the test says.
    this.#ears = { ...ears, clock: () => undefined };
  }

  push(): void {
    this.#link = this.#make();
    this.#link.open(this.#ears!);
  }

  async pull(): Promise<void> {
    await this.#link!.close();
    this.#link = undefined;
    this.#ears!.connected(false);
  }

  sendReadings(message: Parameters<Link["sendReadings"]>[0]): Promise<void> {
    this.sent.push(...message.readings.map(({ sequence }) => sequence));
    return this.#link?.sendReadings(message) ?? Promise.reject(new Error("the plug is pulled"));
  }

  publishLive(message: Parameters<Link["publishLive"]>[0]): void {
    if (this.isFlying || !this.isUp) return;
    this.live += 1;
    this.#link!.publishLive(message);
  }

  publishState(message: Parameters<Link["publishState"]>[0]): void {
    this.#link?.publishState(message);
  }

  async close(): Promise<void> {
    await this.#link?.close();
  }
}

test(`${HOURS} hours offline, then the platform's own head-end: each reading once, in order, within ${MINUTES_TO_DELIVER} minutes`, async (t) => {
  if (skippedUnlessLong(t)) return;
  const scene = new RealHome({ speed: SPEED, stepS: STEP_S });
  try {
    await run(t, scene);
  } finally {
    await scene.close();
  }
});

async function run(t: TestContext, scene: RealHome): Promise<void> {
  const town = await scene.startTown();
  await scene.enrol();
  const identity = readIdentity(scene.home)!;
  const outbox = new Outbox(join(scene.home, OUTBOX_FILE));
  const plug = new Plug(
    () => new MqttLink({ identity, keep: () => undefined, backoffMs: { least: 100, most: 1_000 } }),
  );
  const hourOf = (time: number) => (time / 3_600) % 24;
  const box = new VirtualGateway({
    start: await scene.clock(),
    source: {
      loadW: (time) => 300 + 200 * Math.floor(2 * hourOf(time)) * (hourOf(time) % 1 < 0.5 ? 1 : 0),
      solarW: (time) => (hourOf(time) > 8 && hourOf(time) < 17 ? 2_500 : 0),
    },
    link: plug,
    outbox,
    standing: standingOf(identity),
    ring: new LiveRing(join(scene.home, "live.db")),
  });
  const register = () => box.home.physics.counter.importWh;
  /** When the meter began. */
  let registerThenWh: number | undefined;
  const liveTo = async (time: number) => {
    plug.isFlying = true;
    while (box.time.now < time) {
      await box.second();
      if (registerThenWh === undefined && box.gateway.metering.stands === "counts")
        registerThenWh = register();
    }
    plug.isFlying = false;
  };
  plug.push();
  await eventually(
    "two readings have arrived",
    async () => {
      // Where the town's step is over the box is told what is new before it lives on.
      const time = await scene.clock();
      await sleep(200);
      await liveTo(time);
      await box.second();
      return outbox.through >= 2 ? true : undefined;
    },
    180_000,
  );
  assert.equal(box.gateway.metering.stands, "counts");

  await plug.pull();
  const [cutAt, arrivedBefore] = [box.time.now, outbox.through];
  const until = cutAt + HOURS * 3_600;
  // From there on it waits for the box.
  await scene.clock({ speed: 1 });
  await scene.clock({ seekTo: until });
  await liveTo(until);
  const waited = outbox.waiting;
  assert.ok(waited >= HOURS * 4 - 1, `${waited} readings wait`);
  await eventually(
    "the town is there, too",
    async () => ((await scene.clock()) >= until ? true : undefined),
    SEEK_MS,
  );

  plug.sent.length = 0;
  plug.live = 0;
  plug.push();
  const began = performance.now();
  const secondsGone = () => (performance.now() - began) / 1_000;
  while (outbox.waiting > 0 && secondsGone() < MINUTES_TO_DELIVER * 60) {
    await box.second();
    await sleep(1_000);
  }
  const catchUpS = secondsGone();
  assert.equal(outbox.waiting, 0, `after ${Math.round(catchUpS)} s`);
  const repeated = plug.sent.length - new Set(plug.sent).size;
  const first = [...new Set(plug.sent)];
  assert.deepEqual(
    first,
    [...first].sort((a, b) => a - b),
    "in order",
  );

  const toldLive = plug.live;
  assert.ok(toldLive > 0, "the seconds, too, are told again");

  // The books take them at the end of the quarter hour that runs; the home goes on meanwhile.
  const next = box.time.now + 3 * QUARTER_HOUR_S;
  await scene.clock({ seekTo: next });
  const isThere = async () => ((await scene.clock()) >= next ? true : undefined);
  await eventually("three more quarter hours", isThere, SEEK_MS);
  await liveTo(next);
  for (let i = 0; i < 900 && outbox.waiting > 0; i++) {
    await box.second();
    await sleep(100);
  }
  assert.equal(outbox.waiting, 0);
  const registerWh = register() - registerThenWh!;
  await scene.clock({ seekTo: next + 2 * QUARTER_HOUR_S });
  await eventually("they are booked", async () =>
    (await scene.clock()) > next + QUARTER_HOUR_S ? true : undefined,
  );
  await box.gateway.close();
  assert.equal(await town.end(), 0);
  const readings = await assertArrived(scene);
  assert.equal(readings.length, arrivedBefore + waited + 3);
  const countedWh = readings.reduce((sum, { flows }) => sum + importWh(flows), 0);
  t.diagnostic(
    JSON.stringify({
      hoursOffline: HOURS,
      readingsBefore: arrivedBefore,
      readingsThatWaited: waited,
      catchUpS: Math.round(catchUpS * 10) / 10,
      sentAgain: repeated,
      liveValuesToldMeanwhile: toldLive,
      readingsInTheArchive: readings.length,
      importWhByReadings: countedWh,
      importWhByRegister: Math.round(registerWh),
    }),
  );
  // A running quarter hour, and what is below a watt-hour, is in the register alone.
  assert.ok(Math.abs(registerWh - countedWh) <= 150, `${countedWh} of ${registerWh} Wh`);
}
