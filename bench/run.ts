/**
 * Runs every benchmark of this folder, one after the other in a process of its own; each ends with
 * one JSON object. `npm run bench` runs them whole, `npm run bench -- --short` briefly, and a word narrows:
 * `npm run bench -- town`. What a figure means stands in docs/operating/figures.md.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";

const args = process.argv.slice(2);
const short = args.includes("--short");
const wanted = args.filter((argument) => !argument.startsWith("--"));
const files = globSync("bench/*.ts")
  .filter((file) => basename(file) !== "run.ts")
  .filter((file) => wanted.length === 0 || wanted.some((word) => basename(file).includes(word)))
  .sort();
let failed = 0;
for (const file of files) {
  const began = performance.now();
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--expose-gc", file, ...(short ? ["--short"] : [])],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0) {
    failed += 1;
    console.error(`${file}: exit code ${status}\n${stdout}`);
    continue;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    JSON.stringify({ bench: basename(file, ".ts"), took_s: Number(seconds), ...lastObject(stdout) }),
  );
}
process.exitCode = failed > 0 || files.length === 0 ? 1 : 0;

function lastObject(output: string): object {
  const text = output.trimEnd();
  const begins = Math.max(text.lastIndexOf("\n{") + 1, 0);
  return JSON.parse(text.slice(begins)) as object;
}
