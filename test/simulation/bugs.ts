/**
 * Plants each bug of `planted.ts` in a copy of the tree and lets the simulation run there: does it find it, and
 * with which seed? Where the bug is of the neighbours' market or of supply contracts, their histories run first, under
 * the same models (`*-histories.test.ts`): there they meet whom they need more often. `node test/simulation/bugs.ts [--seeds 300] [--seconds 60] [--only WORD]`; prints the table
 * of README.md.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PLANTED_BUGS, type PlantedBug } from "./planted.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "300" },
    seconds: { type: "string", default: "60" },
    only: { type: "string", default: "" },
  },
});

const HISTORIES = [
  ["src/market/contract/", "test/simulation/supply-histories.test.ts"],
  ["src/market/", "test/simulation/market-histories.test.ts"],
] as const;

const place = mkdtempSync(join(tmpdir(), "contrada-bugs-"));
let found = 0;
let planted = 0;
try {
  for (const part of ["src", "test", "package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, part), join(place, part), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
  console.log("| planted | found | seed | first sentence |\n|---|---|---|---|");
  for (const bug of PLANTED_BUGS) {
    if (!bug.name.includes(values.only)) continue;
    planted += 1;
    const result = tried(bug);
    if (result.startsWith("yes")) found += 1;
    console.log(`| ${bug.name} | ${result} |`);
  }
  console.log(`\n${found} of ${planted} found`);
  process.exitCode = found < planted ? 1 : 0;
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** What a test of histories says of the copy; `undefined` where it finds nothing. */
function inHistory(history: string): string | undefined {
  const run = spawnSync(process.execPath, ["--test", history], {
    cwd: place,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (run.status === 0) return undefined;
  const said =
    /(?:AssertionError|NodeFault|Error)[^:\n]*: (.*)/.exec(run.stdout)?.[1] ?? run.stdout.slice(0, 200);
  return `yes | a history | ${said.replaceAll("|", "/").slice(0, 110)}`;
}

function tried({ file, edits }: PlantedBug): string {
  const path = join(place, file);
  const text = readFileSync(path, "utf8");
  let changed = text;
  for (const [search, replace] of edits) {
    if (changed.split(search).length !== 2) return "no longer fits | | ";
    changed = changed.replace(search, () => replace);
  }
  writeFileSync(path, changed);
  try {
    const history = HISTORIES.find(([where]) => file.startsWith(where));
    const found = history && inHistory(history[1]);
    if (found !== undefined) return found;
    const { seeds, seconds } = values;
    const run = spawnSync(
      process.execPath,
      ["test/simulation/run.ts", "--seeds", seeds, "--seconds", seconds, "--jobs", "2"],
      { cwd: place, encoding: "utf8", timeout: 1000 * (Number(seconds) + 60) },
    );
    if (run.status === 0) return `**no** | | ${run.stdout.trim().split("\n").at(-1)}`;
    const failure = /seed (\S+), event \d+: (?:\w+: )?(.*)/.exec(run.stderr);
    if (failure === null) return `**broke** | | ${run.stderr.slice(0, 300).replaceAll("\n", " ")}`;
    return `yes | ${failure[1]} | ${failure[2]!.slice(0, 110)}`;
  } finally {
    writeFileSync(path, text);
  }
}
