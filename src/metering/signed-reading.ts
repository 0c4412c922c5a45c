/**
 * A reading as it leaves the home: canonical bytes, the meter's signature over them, and the salted commitment
 * by which a home can later prove its reading against the chain without anybody else having seen it.
 *
 * One form for one reading, one for all readings of a home and a civil day under a single signature (a Merkle
 * root, RFC 6962), for meters that report once a day: each reading of the batch is provable on its own. The
 * meter's key is the plant's on the ledger, so it is not repeated here.
 *
 * | field of a reading | form |
 * |---|---|
 * | version | u8, 1 |
 * | plant | u32 |
 * | intervalStart | u64, a multiple of 900 |
 * | the seven flows | 7 × u32, in the order of `EnergyFlows` |
 * | storedSolar, storedGrid | each 4 × u32: charged, used, exported, lost |
 * | closingSolarWh, closingGridWh | u32, u32 |
 *
 * 81 bytes, always.
 */

import { assert } from "#base/assert.ts";
import { concat, utf8 } from "#base/bytes.ts";
import { type Codec, CodecError, encode, type Reader, type Writer, withEncoding } from "#base/codec.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { type PublicKey, SIGNATURE_BYTES, type Signer, verifySignature } from "#crypto/keys.ts";
import { merkleLeaf, merkleProof, merkleRoot, merkleRootOf, verifyMerkleProof } from "#crypto/merkle.ts";
import type { Reading, StoreMovement } from "#metering/reading.ts";

export interface SignedReading {
  readonly reading: Reading;
  /** 64 bytes, by the plant's meter key over `readingHash`. */
  readonly signature: Uint8Array;
}

/** Readings of one plant in order of time, at most a long day of 100 quarter hours; gaps allowed. */
export interface SignedDay {
  readonly readings: readonly Reading[];
  /** 64 bytes, by the plant's meter key over `dayHash`. */
  readonly signature: Uint8Array;
}

export const READING_BYTES = 81;
export const SALT_BYTES = 32;
/** Of a day with the clock set back. */
export const READINGS_OF_A_DAY_MAX = 100;
const VERSION = 1;
/** Year 2242: later instants are mistakes. */
const INSTANT_MAX = 0x1_ffff_ffff;

export const readingCodec: Codec<Reading> = {
  write(writer, reading) {
    const { flows } = reading;
    if (!plausibleInstant(reading.intervalStart)) throw new CodecError("interval not at a quarter hour");
    writer.u8(VERSION).u32(reading.plant).uint(reading.intervalStart);
    writer.u32(flows.solarToHome).u32(flows.solarToAccumulator).u32(flows.solarToGrid);
    writer.u32(flows.accumulatorToHome).u32(flows.accumulatorToGrid);
    writer.u32(flows.gridToHome).u32(flows.gridToAccumulator);
    writeMovement(writer, reading.storedSolar);
    writeMovement(writer, reading.storedGrid);
    writer.u32(reading.closingSolarWh).u32(reading.closingGridWh);
  },
  read(reader) {
    const version = reader.u8();
    if (version !== VERSION) throw new CodecError(`reading version ${version}`);
    const plant = reader.u32();
    const intervalStart = reader.uint();
    if (!plausibleInstant(intervalStart)) throw new CodecError("interval not at a quarter hour");
    return {
      plant,
      intervalStart,
      flows: {
        solarToHome: reader.u32(),
        solarToAccumulator: reader.u32(),
        solarToGrid: reader.u32(),
        accumulatorToHome: reader.u32(),
        accumulatorToGrid: reader.u32(),
        gridToHome: reader.u32(),
        gridToAccumulator: reader.u32(),
      },
      storedSolar: readMovement(reader),
      storedGrid: readMovement(reader),
      closingSolarWh: reader.u32(),
      closingGridWh: reader.u32(),
    };
  },
};

export const signedReadingCodec: Codec<SignedReading> = {
  write(writer, { reading, signature }) {
    readingCodec.write(writer, reading);
    writer.fixed(signature, SIGNATURE_BYTES);
  },
  read: (reader) => ({ reading: readingCodec.read(reader), signature: reader.fixed(SIGNATURE_BYTES) }),
};

/** Refuses, while reading, a day that `dayProblem` objects to. */
export const signedDayCodec: Codec<SignedDay> = {
  write(writer, { readings, signature }) {
    writer.list(readings, READINGS_OF_A_DAY_MAX, (w, reading) => readingCodec.write(w, reading));
    writer.fixed(signature, SIGNATURE_BYTES);
  },
  read(reader) {
    const readings = reader.list(READINGS_OF_A_DAY_MAX, (r) => readingCodec.read(r));
    const problem = dayProblem(readings);
    if (problem !== undefined) throw new CodecError(problem);
    return { readings, signature: reader.fixed(SIGNATURE_BYTES) };
  },
};

export function encodeReading(reading: Reading): Uint8Array {
  return encode(readingCodec, reading);
}

/** The 32 bytes that a meter signs for one reading; bound to the chain it is meant for. */
export function readingHash(chain: string, reading: Reading): Uint8Array {
  const prefix = chainPrefix(chain);
  return withEncoding(readingCodec, reading, (bytes) => taggedHash("contrada/reading/1", prefix, bytes));
}

export function signReading(chain: string, reading: Reading, meter: Signer): SignedReading {
  return { reading, signature: meter.sign(readingHash(chain, reading)) };
}

export function verifyReading(chain: string, signed: SignedReading, meterKey: PublicKey): boolean {
  return verifySignature(meterKey, readingHash(chain, signed.reading), signed.signature);
}

/** The 32 bytes that a meter signs for a day: plant, count and Merkle root of the readings' bytes. */
export function dayHash(chain: string, readings: readonly Reading[]): Uint8Array {
  const problem = dayProblem(readings);
  assert(problem === undefined, problem ?? "");
  const count = Uint8Array.of(readings.length);
  const root = merkleRootOf(readings.map((reading) => withEncoding(readingCodec, reading, merkleLeaf)));
  return taggedHash("contrada/reading/day/1", chainPrefix(chain), count, root);
}

export function signDay(chain: string, readings: readonly Reading[], meter: Signer): SignedDay {
  return { readings, signature: meter.sign(dayHash(chain, readings)) };
}

/** False also where the readings are no day of one plant. */
export function verifyDay(chain: string, day: SignedDay, meterKey: PublicKey): boolean {
  if (dayProblem(day.readings) !== undefined) return false;
  return verifySignature(meterKey, dayHash(chain, day.readings), day.signature);
}

/** One reading of a signed day with what proves it, for whoever shall not see the others. */
export interface DayExtract {
  readonly reading: Reading;
  readonly index: number;
  readonly count: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

export function extractReading(day: SignedDay, index: number): DayExtract {
  const leaves = day.readings.map(encodeReading);
  return {
    reading: day.readings[index]!,
    index,
    count: leaves.length,
    root: merkleRoot(leaves),
    proof: merkleProof(leaves, index),
    signature: day.signature,
  };
}

export function verifyExtract(chain: string, extract: DayExtract, meterKey: PublicKey): boolean {
  const { reading, index, count, root, proof, signature } = extract;
  if (count < 1 || count > READINGS_OF_A_DAY_MAX || root.length !== HASH_BYTES) return false;
  if (!verifyMerkleProof(root, encodeReading(reading), index, count, proof)) return false;
  const signed = taggedHash("contrada/reading/day/1", chainPrefix(chain), Uint8Array.of(count), root);
  return verifySignature(meterKey, signed, signature);
}

/**
 * What stands on the chain in a reading's place (a leaf of the interval's commitments root). The salt, 32
 * random bytes known to home and head-end, keeps anybody from trying out likely readings; deleting it erases
 * the reading from the chain for good.
 */
export function readingCommitment(salt: Uint8Array, reading: Reading): Uint8Array {
  assert(salt.length === SALT_BYTES, `a salt has ${SALT_BYTES} bytes, got ${salt.length}`);
  return withEncoding(readingCodec, reading, (bytes) =>
    taggedHash("contrada/reading/commitment/1", salt, bytes),
  );
}

/** Why readings are not the day of one plant, or `undefined`: none or too many, mixed plants, not in order. */
function dayProblem(readings: readonly Reading[]): string | undefined {
  const first = readings[0];
  if (first === undefined) return "a day without readings";
  if (readings.length > READINGS_OF_A_DAY_MAX) return "more readings than a day has quarter hours";
  let before = Number.NEGATIVE_INFINITY;
  for (const reading of readings) {
    if (reading.plant !== first.plant) return "readings of several plants in one day";
    if (reading.intervalStart <= before) return "readings not in order of time";
    if (reading.intervalStart >= first.intervalStart + READINGS_OF_A_DAY_MAX * QUARTER_HOUR_S) {
      return "readings further apart than a day";
    }
    before = reading.intervalStart;
  }
  return undefined;
}

/** Length and text, so that no chain's name runs into the reading. The last one is kept: a meter has one chain. */
function chainPrefix(chain: string): Uint8Array {
  if (lastPrefix?.chain === chain) return lastPrefix.bytes;
  const name = utf8(chain);
  assert(name.length <= 32, "a chain's name has at most 32 bytes");
  lastPrefix = { chain, bytes: concat(Uint8Array.of(name.length), name) };
  return lastPrefix.bytes;
}

let lastPrefix: { readonly chain: string; readonly bytes: Uint8Array } | undefined;

function plausibleInstant(instant: number): boolean {
  return instant % QUARTER_HOUR_S === 0 && instant >= 0 && instant <= INSTANT_MAX;
}

function writeMovement(writer: Writer, movement: StoreMovement): void {
  writer.u32(movement.chargedWh).u32(movement.usedWh).u32(movement.exportedWh).u32(movement.lostWh);
}

function readMovement(reader: Reader): StoreMovement {
  return {
    chargedWh: reader.u32(),
    usedWh: reader.u32(),
    exportedWh: reader.u32(),
    lostWh: reader.u32(),
  };
}
