/**
 * What the history of single loads weighs on the disk: a year of quarter hours of a car, a heat pump and a plug, each in
 * a file of its own, bytes for a row and MB (of 10^6 bytes) for a load and year. Ends with one JSON object; `--short`
 * writes a month and reckons the year from it.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "#base/random.ts";
import { QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { Archive } from "#platform/archive.ts";
import type { Levels } from "#platform/load-archive.ts";
import type { LoadKind } from "#wire/load-preferences.ts";

const YEAR = 365 * 96;
const quarters = process.argv.includes("--short") ? 30 * 96 : YEAR;
const begin = 1_767_222_000;
const random = new Random("loads on the disk");

const HELD: readonly (readonly [LoadKind, () => Levels])[] = [
  ["car", () => ({ charge: 20 + random.integer(80) })],
  ["heat_pump", () => ({ tank: 40 + random.integer(150) / 10, room: 19 + random.integer(30) / 10 })],
  ["appliance", () => ({})],
];

const folder = mkdtempSync(join(tmpdir(), "contrada-loads-"));
const found: Record<string, number> = {};
for (const [kind, levelsNow] of HELD) {
  const path = join(folder, `${kind}.sqlite`);
  const empty = weigh(path, 0, kind, levelsNow);
  const bytes = weigh(path, quarters, kind, levelsNow) - empty;
  found[`${kind}_bytes_per_row`] = Math.round((10 * bytes) / quarters) / 10;
  found[`${kind}_mb_per_year`] = Math.round((bytes * YEAR) / quarters / 1e4) / 100;
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ quarters, ...found }));

/** Of the file once its log is written back, bytes. */
function weigh(path: string, count: number, kind: LoadKind, levelsNow: () => Levels): number {
  const archive = new Archive(path, ROME, "off");
  const day = 96;
  for (let i = 0; i < count; i += day) {
    archive.loads.store(
      Array.from({ length: Math.min(day, count - i) }, (_, j) => ({
        ...{ home: 1, id: kind, kind, name: null, start: begin + (i + j) * QUARTER_HOUR_S },
        ...({
          energyWh: random.integer(2) * random.integer(900),
          state: "running",
          levels: levelsNow(),
        } as const),
      })),
    );
  }
  archive.close();
  return statSync(path).size;
}
