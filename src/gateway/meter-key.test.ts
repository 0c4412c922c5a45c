/** A home goes on under other numbers: what its gateway signs then, over the cycle, in virtual time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { quarterHourOf } from "#base/time.ts";
import { type Ears, type Link, NO_LINK } from "#gateway/link.ts";
import { Meter } from "#gateway/meter.ts";
import { Outbox } from "#gateway/outbox.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import { verifyReading } from "#metering/signed-reading.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";
import { meterSigner, openStreet } from "../../test/support/chain-bench.ts";
import { VirtualGateway } from "../../test/support/virtual-gateway.ts";

const PLANT = 1;

test("the key that followed is the meter's once the chain has it, and all that has not arrived is signed with it", async () => {
  const { bench, noon } = openStreet();
  const start = quarterHourOf(noon) + 900;
  const outbox = new Outbox(":memory:");
  outbox.keep({ meter: JSON.stringify(new Meter(PLANT, { from: start, solarWh: 0, gridWh: 0 }).state) });
  let ears: Ears | undefined;
  const states: StateMessage[] = [];
  const link: Link = {
    ...NO_LINK,
    open: (heard) => {
      ears = heard;
    },
    publishState: (state) => void states.push(state),
  };
  const [former, own, third] = [meterSigner(81), meterSigner(PLANT), meterSigner(82)];
  const trust = { by: "producer" as const, chain: "test", producer: bench.producer.publicKey };
  const standing = { chain: "test", home: PLANT, meter: former, nextMeter: own, trust };
  let turned = 0;
  const box = new VirtualGateway({
    ...{ start, link, outbox, standing },
    source: { loadW: () => 500, solarW: () => 0 },
    turnMeterKey() {
      turned += 1;
      return { ...standing, meter: own, nextMeter: third };
    },
  });
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 5) await box.second(5);
  };
  await pass(2_705);
  const name = toHex(outbox.name);
  // The chain's numbers are others; the platform refuses what the former key signed, before the box knows why.
  const refused = [{ sequence: 2, intervalStart: start + 900, reason: "bad_signature" as const }];
  ears!.acknowledged({ outbox: name, through: 2, refused });
  const isBy = (key: Uint8Array) => outbox.next(10).map(({ signed }) => verifyReading("test", signed, key));
  assert.deepEqual(isBy(former.publicKey), [true]);

  const proven = bench.view.proveAnswers((state) => homeOrdersOf(state, PLANT))!;
  ears!.ordered({
    ...{ time: start, plant: PLANT, connectionW: 6_000, operatorLimits: [], obligations: [] },
    meter: { key: toHex(own.publicKey), from: start, openingSolarWh: 0, openingGridWh: 0 },
    proven: toHex(encode(provenRowsCodec, proven)),
    prices: { from: start, importMicroEurPerKwh: [], feedInMicroEurPerKwh: [] },
    ...{ bookedThrough: start, reserveWh: 0 },
  });
  assert.equal(turned, 1);
  await pass(900);
  const waiting = outbox
    .next(10)
    .map(({ sequence, signed }) => [sequence, signed.reading.intervalStart - start]);
  assert.deepEqual(waiting, [
    [3, 1_800],
    [4, 900],
    [5, 2_700],
  ]);
  assert.deepEqual(isBy(own.publicKey), [true, true, true]);
  assert.deepEqual(outbox.refused(), []);
  assert.deepEqual(
    [box.gateway.state(box.time.now).meterKey, box.gateway.state(box.time.now).nextMeterKey],
    [toHex(own.publicKey), toHex(third.publicKey)],
  );
});
