/**
 * Runs every `*.test.ts` under src, app and test with Node's own runner and ends with the line
 * `N passed, N failed, N skipped`. Arguments narrow the run: `npm test -- ledger` runs files whose path
 * contains "ledger". Files whose first paragraph ends with "The long form only." are begun with `CONTRADA_LONG=1`, or
 * when a word asks for them: loading what they need takes a second of each. With `--times` the slowest files and
 * tests are listed before that line.
 */
import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

// What Node makes of a TypeScript file is kept from one process to the next, in those that tests start, too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));

const frozen = new URL("./support/frozen.ts", import.meta.url).href;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const found = globSync(["src/**/*.test.ts", "app/**/*.test.ts", "test/**/*.test.ts"])
  .filter((file) => !file.includes("node_modules"))
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();
const files = found.filter((file) => process.env.CONTRADA_LONG === "1" || wanted.length > 0 || !isLong(file));

/** Whether all of a file is of the long form, as its first paragraph says. */
function isLong(file: string): boolean {
  const [paragraph = ""] = readFileSync(file, "utf8").split("*/", 1);
  return paragraph
    .replace(/\s+(\* )?/g, " ")
    .trimEnd()
    .endsWith("The long form only.");
}

const count = { passed: 0, failed: 0, skipped: 0 };
// Pure rooms find no clock and no chance while tests run: see test/support/frozen.ts.
const stream = run({ files, concurrency: 2, execArgv: ["--import", frozen] });
stream.on("test:pass", (event) => {
  if (event.details.type === "suite" || (event.nesting === 0 && files.includes(event.name))) return;
  if (event.skip !== undefined && event.skip !== false) count.skipped += 1;
  else count.passed += 1;
});
stream.on("test:fail", (event) => {
  if (event.details.type === "suite") return;
  count.failed += 1;
  // Said when it happens, too: who ends a long run early knows why.
  if (event.details.error.cause !== undefined) console.log(inspect(event.details.error.cause));
});
/** Seconds, of whole files and of single tests that take one or more. */
const times: { seconds: number; name: string }[] = [];
stream.on("test:complete", ({ name, nesting, file, details }) => {
  const seconds = details.duration_ms / 1000;
  const whole = nesting === 0 && files.includes(name);
  if (whole) times.push({ seconds, name });
  else if (seconds >= 1) times.push({ seconds, name: `  ${relative(process.cwd(), file ?? "")}: ${name}` });
});
stream.compose(spec).pipe(process.stdout);
stream.on("end", () => {
  process.stdout.write("\n");
  setImmediate(() => {
    if (process.argv.includes("--times")) {
      const slowest = times.sort((a, b) => b.seconds - a.seconds).slice(0, 80);
      for (const { seconds, name } of slowest) console.log(`${seconds.toFixed(1).padStart(6)} s  ${name}`);
    }
    const left = found.length - files.length;
    if (left > 0) console.log(`${left} files of the long form alone were left out: CONTRADA_LONG=1`);
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
  });
});
