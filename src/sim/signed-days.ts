/**
 * What the meters of a simulated town signed, kept as their bytes: a quarter of a hundred homes is some 70 MB. For
 * making bills; the platform has its archive.
 */

import { assert } from "#base/assert.ts";
import { decode, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { SignedBatch } from "#billing/document.ts";
import type { Reading } from "#metering/reading.ts";
import { signedDayCodec, signedReadingCodec } from "#metering/signed-reading.ts";
import {
  type KeptSignature,
  NO_ARCHIVE,
  type ReadingArchive,
  type StoredReading,
} from "#platform/archive.ts";

interface Kept {
  readonly start: UnixSeconds;
  readonly signed: KeptSignature["signed"];
  readonly bytes: Uint8Array;
}

export class SignedDays implements ReadingArchive {
  readonly find = NO_ARCHIVE.find;
  readonly before = NO_ARCHIVE.before;
  readonly after = NO_ARCHIVE.after;
  readonly booked = NO_ARCHIVE.booked;
  readonly newestBatch = NO_ARCHIVE.newestBatch;
  readonly report = NO_ARCHIVE.report;
  readonly #byPlant = new Map<number, Kept[]>();

  store(stored: readonly StoredReading[], signatures: readonly KeptSignature[] = []): void {
    const byPlant = new Map<number, Reading[]>();
    for (const { reading } of stored) {
      const own = byPlant.get(reading.plant);
      if (own === undefined) byPlant.set(reading.plant, [reading]);
      else own.push(reading);
    }
    for (const { plant, start, last, signed, signature } of signatures) {
      const readings = byPlant
        .get(plant)!
        .filter(({ intervalStart }) => intervalStart >= start && intervalStart <= last);
      const bytes =
        signed === "together"
          ? encode(signedDayCodec, { readings, signature })
          : encode(signedReadingCodec, { reading: readings[0]!, signature });
      const kept = this.#byPlant.get(plant) ?? [];
      kept.push({ start, signed, bytes });
      this.#byPlant.set(plant, kept);
    }
  }

  /** What a plant's meter signed of [from, until), in order of time. */
  batchesOf(plant: number, from: UnixSeconds, until: UnixSeconds): SignedBatch[] {
    const own = this.#byPlant.get(plant) ?? [];
    return own
      .filter(({ start }) => start >= from && start < until)
      .map(({ signed, bytes }) => {
        if (signed === "each") {
          const one = decode(signedReadingCodec, bytes);
          assert(one.ok, "a kept reading decodes");
          return { readings: [one.value.reading], signatures: [one.value.signature], signed };
        }
        const day = decode(signedDayCodec, bytes);
        assert(day.ok, "a kept day decodes");
        return { readings: day.value.readings, signatures: [day.value.signature], signed };
      });
  }
}
