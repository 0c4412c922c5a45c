import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { disk } from "#node/storage.ts";
import { claimFolder, forgetTown, TownFolderError, townIn } from "#sim/town-folder.ts";

const IDENTITY = { seed: 7, homes: 3, start: "2026-06-16T08:00:00Z", solarColumn: undefined };
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "contrada-folder-"));
  folder = join(parent, "town");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function refuses(work: () => void, message: string): void {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof TownFolderError, String(error));
    assert.equal(error.message, message.replaceAll("FOLDER", folder));
    return true;
  });
}

test("a new folder becomes the town's, and is the same town's again", () => {
  assert.equal(townIn(folder), undefined);
  claimFolder(folder, IDENTITY);
  assert.deepEqual(townIn(folder), { seed: 7, homes: 3, start: "2026-06-16T08:00:00Z" });
  claimFolder(folder, { ...IDENTITY });
  mkdirSync(join(parent, "empty"));
  claimFolder(join(parent, "empty"), IDENTITY);
});

test("another town is told by what it differs in, whichever of the two says it", () => {
  claimFolder(folder, IDENTITY);
  const advice = "start it as it was, choose another --data folder, or begin anew with --fresh.";
  refuses(
    () => claimFolder(folder, { ...IDENTITY, seed: 8 }),
    `FOLDER holds a town with seed 7, not 8: ${advice}`,
  );
  refuses(
    () => claimFolder(folder, { ...IDENTITY, solarColumn: "pv2" }),
    `FOLDER holds a town with solarColumn null, not "pv2": ${advice}`,
  );
  const { start: _, ...startless } = IDENTITY;
  refuses(
    () => claimFolder(folder, startless),
    `FOLDER holds a town with start "2026-06-16T08:00:00Z", not null: ${advice}`,
  );
});

test("a folder with other things in it is nobody's town and stays as it is", () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "thesis.tex"), "x");
  refuses(
    () => claimFolder(folder, IDENTITY),
    "FOLDER holds thesis.tex and no town; choose an empty or a new --data folder.",
  );
  refuses(() => forgetTown(folder), "FOLDER holds no town, so --fresh does not remove it.");
  assert.deepEqual(readdirSync(folder), ["thesis.tex"]);
  rmSync(join(folder, "thesis.tex"));
  writeFileSync(join(folder, "format"), "contrada data folder, format 1\n");
  refuses(
    () => claimFolder(folder, IDENTITY),
    "FOLDER holds a chain and no town; choose an empty or a new --data folder.",
  );
});

test("a claim that was cut short is made anew, a broken one is told", () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "town.json.part"), '{"see');
  claimFolder(folder, IDENTITY);
  for (const [text, complaint] of [
    ['{"seed": 7', "cannot be read"],
    ["7", "describes no town"],
  ] as const) {
    writeFileSync(join(folder, "town.json"), text);
    refuses(
      () => claimFolder(folder, IDENTITY),
      `${join(folder, "town.json")} ${complaint}; choose another --data folder.`,
    );
  }
});

test("forgetting removes what a town made, and nothing else", () => {
  const made = [
    "format",
    "lock",
    "genesis",
    "producer.key",
    "blocks.log",
    "head",
    ...["platform", "readings", "ring", "index", "market", "decisions"].flatMap((name) =>
      ["", "-wal", "-shm"].map((end) => `${name}.sqlite${end}`),
    ),
  ];
  const make = () => {
    claimFolder(folder, IDENTITY);
    // The lock is a database of its own: an empty file is one.
    for (const name of made) writeFileSync(join(folder, name), "");
    mkdirSync(join(folder, "snapshots"));
    writeFileSync(join(folder, "snapshots", "000000000001.snapshot"), "");
  };
  make();
  forgetTown(folder);
  assert.equal(existsSync(folder), false);
  make();
  writeFileSync(join(folder, "notes.txt"), "mine");
  mkdirSync(join(folder, "blocks"));
  forgetTown(folder);
  assert.deepEqual(readdirSync(folder).sort(), ["blocks", "notes.txt"]);
});

test("forgetting what is not there, or empty, is nothing to do", () => {
  forgetTown(folder);
  mkdirSync(folder);
  forgetTown(folder);
  assert.equal(existsSync(folder), true);
});

test("a town that a process has open is not forgotten", () => {
  claimFolder(folder, IDENTITY);
  const release = disk.lock(join(folder, "lock"));
  try {
    assert.throws(() => forgetTown(folder), { code: "folder_in_use" });
    assert.ok(townIn(folder) !== undefined);
  } finally {
    release();
  }
  forgetTown(folder);
  assert.equal(existsSync(folder), false);
});
