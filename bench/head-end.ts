/**
 * How many readings a head-end takes, verifies, commits to and gives to the chain in a second, on one core, when
 * a meter signs once a day: without an archive as the headless simulation runs it, and with the platform's own.
 * The chain is left out; `bench/ledger` measures it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseInstant, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import { hash, taggedHash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type SignedDay, signDay } from "#metering/signed-reading.ts";
import { Archive, NO_ARCHIVE, type ReadingArchive } from "#platform/archive.ts";
import { HeadEnd } from "#platform/head-end.ts";

const short = process.argv.includes("--short");
const HOMES = short ? 100 : 1_000;
const QUARTERS = 96;
const START = parseInstant("2026-06-16T22:00Z")!;

const meters = Array.from({ length: HOMES }, (_, i) =>
  signerFromSeed(hash(Uint8Array.of(i >>> 8, i & 0xff))),
);
const days = meters.map((meter, i) => signDay("bench", readingsOf(i + 1), meter));

const bare = await rate(NO_ARCHIVE);
const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
const archive = new Archive(join(folder, "readings.sqlite"), ROME);
const archived = await rate(archive);
archive.close();
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    homes: HOMES,
    readings: HOMES * QUARTERS,
    home_intervals_per_s: Math.round(bare),
    with_archive_home_intervals_per_s: Math.round(archived),
  }),
);

function readingsOf(plant: number): SignedDay["readings"] {
  const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
  let stored = 0;
  return Array.from({ length: QUARTERS }, (_, i) => {
    const chargedWh = i < QUARTERS / 2 ? 100 : 0;
    const usedWh = 100 - chargedWh;
    stored += chargedWh - usedWh;
    return {
      plant,
      intervalStart: START + i * QUARTER_HOUR_S,
      flows: {
        solarToHome: 50,
        solarToAccumulator: chargedWh,
        solarToGrid: 10,
        accumulatorToHome: usedWh,
        accumulatorToGrid: 0,
        gridToHome: 20,
        gridToAccumulator: 0,
      },
      storedSolar: { ...still, chargedWh, usedWh },
      storedGrid: still,
      closingSolarWh: stored,
      closingGridWh: 0,
    };
  });
}

/** Readings a second, from the signed day to the submitted interval. */
async function rate(archive: ReadingArchive): Promise<number> {
  const sheets = new Map(
    meters.map(({ publicKey }, i) => [
      i + 1,
      {
        owner: i + 1,
        meterKey: publicKey,
        feeder: 1,
        solarPeakW: 5000,
        capacity: Wh(10_000n),
        chargePowerMaxW: 5000,
        dischargePowerMaxW: 5000,
        registered: 1,
        lastInterval: 0,
        openSales: [],
      },
    ]),
  );
  const view = {
    plant: (plant: number) => sheets.get(plant),
    meterKeyAt: (plant: number) => sheets.get(plant)?.meterKey,
    plants: () => [],
    store: () => ({ solar: 0n, grid: 0n, pending: 0n, free: 0n }),
  };
  const outcome = { id: new Uint8Array(32), height: 1, index: 0, status: "ok" };
  const headEnd = new HeadEnd({
    host: {
      chain: "bench",
      view: () => view,
      now: () => START + 2 * 86_400,
      onBlock: () => () => undefined,
    } as never,
    operator: {
      send: async () => ({ admitted: true, ...outcome, committed: Promise.resolve(outcome) }),
    } as never,
    archive,
    salt: (plant, intervalStart) => {
      const place = new Uint8Array(8);
      new DataView(place.buffer).setUint32(0, plant);
      new DataView(place.buffer).setUint32(4, intervalStart);
      return taggedHash("contrada/bench/salt/1", place);
    },
  });
  const began = performance.now();
  const { accepted } = headEnd.receiveDays(days);
  if (accepted !== HOMES * QUARTERS) throw new Error(`${accepted} readings accepted`);
  for (let i = 0; i < QUARTERS; i++) {
    const status = await headEnd.closeInterval(START + i * QUARTER_HOUR_S);
    if (status !== "ok") throw new Error(status);
  }
  return (HOMES * QUARTERS) / ((performance.now() - began) / 1000);
}
