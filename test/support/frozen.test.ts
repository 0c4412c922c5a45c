/** That the frozen world bites where it should, and nowhere else: planted files, in a process of their own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./node-load.ts";

/** By name: what a file of a room does, hidden from whoever only reads for forbidden words. */
const DEEDS: Readonly<Record<string, string>> = {
  clock: "const { now } = Date; now()",
  date: "new Date()",
  "another clock": 'performance["n" + "ow"]()',
  chance: 'Math["ran" + "dom"]()',
  "strong chance": "crypto.getRandomValues(new Uint8Array(1))",
  timer: "setTimeout(() => {}, 1)",
  surroundings: "process.env.HOME",
  sine: 'Math["s" + "in"](1)',
  root: "Math.sqrt(2)",
  language: "new Intl.Collator()",
  order: '"a"["localeCompare"]("b")',
  text: "JSON.stringify({})",
  whole: "Math.floor(3.5) + Math.max(1, 2)",
};

/** The deeds that throw in a room. */
function refusedIn(folder: string, room: string, frozen: boolean): string[] {
  mkdirSync(join(folder, "src", room), { recursive: true });
  const deeds = Object.entries(DEEDS).map(
    ([name, code]) => `${JSON.stringify(name)}: (x: number) => { ${code}; return x; },`,
  );
  const planted = join(folder, "src", room, "planted.ts");
  writeFileSync(
    planted,
    `export const DEEDS = {\n${deeds.join("\n")}\n};\nexport const line = new Error().stack;\n`,
  );
  const main = join(folder, "main.ts");
  writeFileSync(
    main,
    `import { DEEDS, line } from ${JSON.stringify(planted)};
const refused: string[] = [];
for (const [name, deed] of Object.entries(DEEDS)) {
  try { deed(1); } catch (error) { if ((error as Error).name !== "FrozenWorld") throw error; refused.push(name); }
}
console.log(JSON.stringify({ refused, line: /planted\\.ts:(\\d+)/.exec(line!)![1] }));\n`,
  );
  const preload = fileURLToPath(new URL("./frozen.ts", import.meta.url));
  const flags = frozen ? ["--import", preload] : [];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, main], { encoding: "utf8" });
  assert.ok(stdout !== "", stderr);
  const { refused, line } = JSON.parse(stdout) as { refused: string[]; line: string };
  assert.equal(Number(line), deeds.length + 3, "every line keeps its number");
  return refused;
}

test("in a pure room clocks, chance and timers throw; in settlement floats and languages too; elsewhere nothing", (t) => {
  const folder = temporaryFolder(t);
  const world = ["clock", "date", "another clock", "chance", "strong chance", "timer", "surroundings"];
  for (const room of ["tariff", "ledger", "rules", "market", "chain"]) {
    assert.deepEqual(
      refusedIn(folder, room, true),
      [...world, "sine", "root", "language", "order", "text"],
      room,
    );
  }
  for (const room of ["base", "plant", "consensus"]) {
    assert.deepEqual(refusedIn(folder, room, true), [...world, "order"], room);
  }
  for (const room of ["node", "platform"]) assert.deepEqual(refusedIn(folder, room, true), [], room);
  assert.deepEqual(refusedIn(folder, "ledger", false), [], "the deeds themselves are fine");
});
