import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { EnergyFlows, Reading, StoreMovement } from "#metering/reading.ts";
import {
  encodeReading,
  extractReading,
  READING_BYTES,
  readingCodec,
  readingCommitment,
  readingHash,
  signDay,
  signedDayCodec,
  signedReadingCodec,
  signReading,
  verifyDay,
  verifyExtract,
  verifyReading,
} from "#metering/signed-reading.ts";

const random = new Random("signed readings");
const meter = signerFromSeed(random.bytes(32));
const stranger = signerFromSeed(random.bytes(32));
const CHAIN = "contrada-test";

const READING: Reading = {
  plant: 3,
  intervalStart: 1_781_568_000,
  flows: {
    solarToHome: 1,
    solarToAccumulator: 2,
    solarToGrid: 3,
    accumulatorToHome: 4,
    accumulatorToGrid: 5,
    gridToHome: 6,
    gridToAccumulator: 7,
  },
  storedSolar: { chargedWh: 2, usedWh: 3, exportedWh: 5, lostWh: 8 },
  storedGrid: { chargedWh: 7, usedWh: 1, exportedWh: 0, lostWh: 9 },
  closingSolarWh: 4096,
  closingGridWh: 255,
};

const plain = { noNullPrototype: true } as const;
const wh = fc.nat({ max: 0xffff_ffff });
const movement = fc.record({ chargedWh: wh, usedWh: wh, exportedWh: wh, lostWh: wh }, plain);
const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    plant: wh,
    intervalStart: fc.nat({ max: 9_000_000 }).map((quarterHour) => quarterHour * 900),
    flows: fc.record(
      Object.fromEntries(Object.keys(READING.flows).map((name) => [name, wh])) as Record<
        keyof EnergyFlows,
        fc.Arbitrary<number>
      >,
      plain,
    ),
    storedSolar: movement as fc.Arbitrary<StoreMovement>,
    storedGrid: movement as fc.Arbitrary<StoreMovement>,
    closingSolarWh: wh,
    closingGridWh: wh,
  },
  plain,
);

test("the canonical bytes of a reading are these", () => {
  assert.equal(
    toHex(encodeReading(READING)),
    [
      "01",
      "00000003",
      "000000006a309200",
      "00000001000000020000000300000004000000050000000600000007",
      "00000002000000030000000500000008",
      "00000007000000010000000000000009",
      "00001000000000ff",
    ].join(""),
  );
});

test("every reading has one encoding of 81 bytes, and it decodes to itself", () => {
  fc.assert(
    fc.property(anyReading, (reading) => {
      const bytes = encodeReading(reading);
      assert.equal(bytes.length, READING_BYTES);
      assert.deepEqual(decode(readingCodec, bytes), { ok: true, value: reading });
    }),
    { numRuns: 200 },
  );
});

test("bytes that are no reading are refused", () => {
  const bytes = encodeReading(READING);
  const refused = (change: (b: Uint8Array) => Uint8Array) => !decode(readingCodec, change(bytes.slice())).ok;
  const set = (at: number, value: number) => (b: Uint8Array) => {
    b[at] = value;
    return b;
  };
  assert.ok(refused((b) => b.subarray(0, 80)));
  assert.ok(refused((b) => new Uint8Array([...b, 0])));
  assert.ok(refused(set(0, 2)), "another version");
  assert.ok(refused(set(12, 1)), "not at a quarter hour");
  assert.ok(refused(set(7, 9)), "beyond all calendars");
  assert.throws(() => encodeReading({ ...READING, closingGridWh: -1 }), /whole number/);
  assert.throws(() => encodeReading({ ...READING, closingGridWh: 0.5 }), /whole number/);
  assert.throws(() => encodeReading({ ...READING, intervalStart: 901 }), /quarter hour/);
});

test("a signature holds for its reading, its chain and its meter, and for nothing else", () => {
  const signed = signReading(CHAIN, READING, meter);
  assert.ok(verifyReading(CHAIN, signed, meter.publicKey));
  assert.ok(!verifyReading("another-chain", signed, meter.publicKey));
  assert.ok(!verifyReading(CHAIN, signed, stranger.publicKey));
  for (const change of [
    { plant: 4 },
    { intervalStart: READING.intervalStart + 900 },
    { closingSolarWh: 4097 },
  ]) {
    assert.ok(!verifyReading(CHAIN, { ...signed, reading: { ...READING, ...change } }, meter.publicKey));
  }
  assert.deepEqual(decode(signedReadingCodec, encode(signedReadingCodec, signed)), {
    ok: true,
    value: signed,
  });
});

test("a chain's name cannot run into the reading", () => {
  assert.notEqual(toHex(readingHash("a", READING)), toHex(readingHash("a\u0001", READING)));
  assert.throws(() => readingHash("x".repeat(33), READING), /32 bytes/);
});

test("one signature covers a day, and each reading of it is provable without the others", () => {
  const readings = Array.from({ length: 96 }, (_, i) => ({
    ...READING,
    intervalStart: READING.intervalStart + 900 * i,
    closingSolarWh: i,
  }));
  const day = signDay(CHAIN, readings, meter);
  assert.ok(verifyDay(CHAIN, day, meter.publicKey));
  assert.ok(!verifyDay("another-chain", day, meter.publicKey));
  assert.ok(!verifyDay(CHAIN, { ...day, readings: readings.slice(1) }, meter.publicKey));
  assert.ok(!verifyDay(CHAIN, { ...day, readings: [...readings].reverse() }, meter.publicKey));
  assert.deepEqual(decode(signedDayCodec, encode(signedDayCodec, day)), { ok: true, value: day });
  for (const index of [0, 41, 95]) {
    const extract = extractReading(day, index);
    assert.ok(verifyExtract(CHAIN, extract, meter.publicKey));
    assert.ok(!verifyExtract(CHAIN, { ...extract, index: (index + 1) % 96 }, meter.publicKey));
    assert.ok(!verifyExtract(CHAIN, { ...extract, reading: READING }, meter.publicKey));
    assert.ok(!verifyExtract(CHAIN, extract, stranger.publicKey));
  }
  assert.ok(!verifyReading(CHAIN, { reading: readings[0]!, signature: day.signature }, meter.publicKey));
});

test("a day holds readings of one plant, in order, at most a hundred within a day", () => {
  const at = (i: number, plant = 3) => ({
    ...READING,
    plant,
    intervalStart: READING.intervalStart + 900 * i,
  });
  assert.throws(() => signDay(CHAIN, [], meter), /without readings/);
  assert.throws(() => signDay(CHAIN, [at(0), at(1, 4)], meter), /several plants/);
  assert.throws(() => signDay(CHAIN, [at(0), at(0)], meter), /not in order/);
  assert.throws(() => signDay(CHAIN, [at(0), at(100)], meter), /further apart/);
  const long = Array.from({ length: 101 }, (_, i) => at(i));
  assert.throws(() => signDay(CHAIN, long, meter), /more readings/);
  assert.ok(verifyDay(CHAIN, signDay(CHAIN, long.slice(0, 100), meter), meter.publicKey));
});

test("a commitment is fixed by salt and reading and tells nothing without the salt", () => {
  const salt = new Uint8Array(32).fill(7);
  const commitment = toHex(readingCommitment(salt, READING));
  assert.equal(commitment, toHex(readingCommitment(salt.slice(), { ...READING })));
  assert.notEqual(commitment, toHex(readingCommitment(new Uint8Array(32), READING)));
  assert.notEqual(commitment, toHex(readingCommitment(salt, { ...READING, closingGridWh: 256 })));
  assert.throws(() => readingCommitment(new Uint8Array(31), READING), /32 bytes/);
});
