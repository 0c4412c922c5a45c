/**
 * Clocks that jump while a gateway runs: the platform's, which a demo's home goes by and every other home hears, and the
 * box's own. Whatever they do, no quarter hour is signed twice, none is left out, what the counter counted is in the
 * readings, no reading is more than a home can draw, what happened is told, and the home is run on. Virtual time.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { QUARTER_HOUR_S, quarterHourOf } from "#base/time.ts";
import type { Ears, Link } from "#gateway/link.ts";
import { NO_LINK } from "#gateway/link.ts";
import { Meter } from "#gateway/meter.ts";
import { Outbox } from "#gateway/outbox.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import { importWh } from "#metering/reading.ts";
import type { Site } from "#plant/site.ts";
import type { OrdersMessage } from "#wire/gateway-messages.ts";
import { meterSigner, openStreet } from "../../test/support/chain-bench.ts";
import { skippedUnlessLong } from "../../test/support/counterparts.ts";
import { SITE, VirtualGateway } from "../../test/support/virtual-gateway.ts";

const PLANT = 1;
const HOUR_S = 3_600;
const STEP_S = 30;
const LOAD_W = 600;
const { bench, noon } = openStreet();
const START = quarterHourOf(noon) + QUARTER_HOUR_S;

const WITHOUT_STORE: Site = { ...SITE, accumulator: undefined };

interface Clocks {
  /** The platform's time less the true one, s. */
  platformS: number;
  speed: number;
  readonly box: { offS: number };
}

/** A home whose counter is right and whose clocks are in this hand. */
async function openHome(follows: "box" | "platform") {
  const clocks: Clocks = { platformS: 0, speed: 1, box: { offS: 0 } };
  const hand: { ears?: Ears } = {};
  const link: Link = { ...NO_LINK, isUp: true, open: (ears) => (hand.ears = ears) };
  const outbox = new Outbox(":memory:");
  outbox.keep({ meter: JSON.stringify(new Meter(PLANT, { from: START, solarWh: 0, gridWh: 0 }).state) });
  const trust = { by: "producer" as const, chain: "test", producer: bench.producer.publicKey };
  const told = new Set<string>();
  /** By the counter itself at each true quarter hour, Wh. */
  const counted = [0];
  const states = new Set<string>();
  const box = new VirtualGateway({
    ...{ start: START, link, outbox, follows, boxClock: clocks.box, site: WITHOUT_STORE },
    source: { loadW: () => LOAD_W, solarW: () => 0 },
    standing: { chain: "test", home: PLANT, meter: meterSigner(PLANT), nextMeter: undefined, trust },
    note: (note) =>
      void (note.about === "fault" && note.fault.resolvedAt === null && told.add(note.fault.code)),
  });
  const says = () => {
    const time = box.time.now + clocks.platformS;
    hand.ears!.clock({ time, speed: clocks.speed });
  };
  await box.second(0);
  says();
  return {
    ...{ box, outbox, clocks, told, says, states },
    order: (message: OrdersMessage) => hand.ears!.ordered(message),
    /** True seconds pass; the platform says what time it is as often as it does. */
    async pass(seconds: number, isHeard = true) {
      for (let left = seconds; left > 0; left -= STEP_S) {
        if (isHeard) says();
        const { safeState } = await box.second(STEP_S);
        if (box.time.now % QUARTER_HOUR_S === 0) counted.push(box.home.physics.counter.importWh);
        states.add(safeState);
      }
    },
    /** What the home truly drew in its hungriest quarter hour, Wh. */
    mostWh: () => Math.max(...counted.slice(1).map((wh, i) => wh - counted[i]!)),
    readings: () => outbox.next(1_000, 0).map(({ signed }) => signed.reading),
  };
}

type Home = Awaited<ReturnType<typeof openHome>>;

interface Jump {
  readonly name: string;
  readonly follows: "box" | "platform";
  readonly happens: (home: Home) => Promise<void> | void;
  readonly tells: string;
  /** Its like is tried in the short form. */
  readonly isLong?: boolean;
}

const JUMPS: readonly Jump[] = [
  {
    name: "the platform's time jumps ahead by an hour, and a demo's home goes by it",
    isLong: true,
    ...{ follows: "platform", tells: "clock_jumped" },
    happens: ({ clocks }) => void (clocks.platformS += HOUR_S),
  },
  {
    name: "the platform's time falls back by an hour, across quarter hours that are signed",
    ...{ follows: "platform", tells: "clock_jumped" },
    happens: ({ clocks }) => void (clocks.platformS -= HOUR_S),
  },
  {
    name: "the platform's time is an hour ahead for a while, and right again",
    ...{ follows: "platform", tells: "clock_jumped" },
    async happens({ clocks, pass }) {
      clocks.platformS += HOUR_S;
      await pass(990);
      clocks.platformS -= HOUR_S;
    },
  },
  {
    name: "a town is stopped for two minutes and comes back slower, while the home went on at its former speed",
    ...{ follows: "platform", tells: "clock_jumped" },
    async happens({ clocks, says, pass, box }) {
      clocks.speed = 30;
      says();
      const stoppedAt = box.time.now;
      await pass(120, false);
      clocks.speed = 1;
      clocks.platformS -= box.time.now - stoppedAt;
    },
  },
  {
    name: "the platform's time is an hour ahead for a while, and a home that goes by its own hears of it",
    ...{ follows: "box", tells: "clock_wrong" },
    async happens({ clocks, pass }) {
      clocks.platformS += HOUR_S;
      await pass(990);
      clocks.platformS -= HOUR_S;
    },
  },
  {
    name: "the platform's time is an hour behind for a while, and a home that goes by its own hears of it",
    isLong: true,
    ...{ follows: "box", tells: "clock_wrong" },
    async happens({ clocks, pass }) {
      clocks.platformS -= HOUR_S;
      await pass(990);
      clocks.platformS += HOUR_S;
    },
  },
  {
    name: "the box's clock is set ahead by an hour, against the platform's",
    isLong: true,
    ...{ follows: "box", tells: "clock_jumped" },
    happens: ({ clocks }) => void (clocks.box.offS += HOUR_S),
  },
  {
    name: "the box's clock is set back by an hour, against the platform's",
    ...{ follows: "box", tells: "clock_jumped" },
    happens: ({ clocks }) => void (clocks.box.offS -= HOUR_S),
  },
];

for (const { name, follows, happens, tells, isLong = false } of JUMPS) {
  test(name, async (t) => {
    if (isLong && skippedUnlessLong(t)) return;
    const home = await openHome(follows);
    await home.pass(QUARTER_HOUR_S + 300);
    await happens(home);
    // Long enough for a repeated hour, and for what flowed in it.
    await home.pass(2.5 * HOUR_S);
    const readings = home.readings();
    for (const [i, { intervalStart }] of readings.entries()) {
      assert.equal(
        intervalStart,
        START + i * QUARTER_HOUR_S,
        "each quarter hour once, in order, none left out",
      );
    }
    const counted = home.box.home.physics.counter.importWh;
    const read = readings.reduce((sum, reading) => sum + importWh(reading.flows), 0);
    const mostWh = home.mostWh();
    assert.ok(
      read <= counted + 1 && read >= counted - mostWh - 10,
      `${read} Wh of the ${counted} Wh that the counter counted, but for the quarter hour that runs`,
    );
    const most = Math.max(...readings.map((reading) => importWh(reading.flows)));
    assert.ok(
      most <= 2 * mostWh + 4,
      `${most} Wh in a quarter hour, of a home that drew ${mostWh} Wh at most`,
    );
    assert.ok(home.told.has(tells), `told: ${[...home.told]}`);
    const lost = [...home.states].filter((state) => !["normal", "plan_lost", "clock_wrong"].includes(state));
    assert.deepEqual(lost, [], "the home is run on");
  });
}

function ordersAt(time: number, reserveWh: number): OrdersMessage {
  const proven = bench.view.proveAnswers((state) => homeOrdersOf(state, PLANT))!;
  return {
    ...{ time, plant: PLANT, meter: null, connectionW: 6_000, operatorLimits: [], obligations: [] },
    proven: toHex(encode(provenRowsCodec, proven)),
    prices: { from: quarterHourOf(time), importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
    ...{ bookedThrough: START, reserveWh },
  };
}

test("what the chain says now counts though a platform that was set back dates it earlier; an old message does not", async () => {
  const { order, box, outbox } = await openHome("platform");
  const old = ordersAt(START - 60, 1);
  order(ordersAt(START + HOUR_S, 2));
  const kept = () => (JSON.parse(outbox.kept("orders")!) as OrdersMessage).reserveWh;
  order(old);
  assert.equal(kept(), 2, "a message that comes late");
  bench.block(noon + 2 * QUARTER_HOUR_S);
  order(ordersAt(START, 3));
  assert.equal(kept(), 3, "of a later block");
  assert.equal(box.gateway.state(START).ordersRefused, null);
});
