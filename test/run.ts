/**
 * Runs every `*.test.ts` under src, app and test with Node's own runner and ends with the line
 * `N passed, N failed, N skipped`. Arguments narrow the run: `npm test -- ledger` runs files whose path
 * contains "ledger". Files whose first paragraph ends with "The long form only." are begun with `CONTRADA_LONG=1`, or
 * when a word asks for them: loading what they need takes a second of each. With `--times` the slowest files and
 * tests are listed before that line.
 *
 * Files of src and app share processes, a dozen of a room each, since most of what they cost is to load what they
 * test; one that changes the process it runs in has its own. Those that mostly wait (for networks, browsers and
 * devices) run beside those that compute: two of the former and one of the latter, or two of the latter.
 */
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { PassThrough } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

// What Node makes of a TypeScript file is kept from one process to the next, in those that tests start, too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/node", import.meta.url));

const frozen = new URL("./support/frozen.ts", import.meta.url).href;
const together = fileURLToPath(new URL("./support/together.ts", import.meta.url));
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

/** Of those that wait, one of networks and homes and one of browsers and devices are to run beside one that computes. */
type Kind = "computes" | "waits for a network" | "waits for a browser";
/** What one process runs. */
type Piece = { readonly name: string; readonly files: readonly string[]; readonly kind: Kind };

const CORES = 2;
const TOGETHER = 12;
/** What a file does to its whole process: hooks around all tests, waiting before the first one, its exit code. */
const OWN_PROCESS =
  /^(before|after|beforeEach|afterEach)\(|^(const .*= )?await |process\.(exit|chdir\(|env\.\w+ = )/m;
/** Begun first, that none is left alone at the end. A line that is out of date costs seconds, nothing else. */
const LONGEST = [
  "test/end-to-end/accessibility.test.ts",
  "test/networks/town.test.ts",
  "test/homes/real-home.test.ts",
  "test/networks/away.test.ts",
  "test/networks/hosts.test.ts",
  "test/networks/faults.test.ts",
  "test/networks/organisations.test.ts",
  "test/networks/join.test.ts",
  "test/networks/comet.test.ts",
  "test/networks/byzantine.test.ts",
  "test/end-to-end/sale.test.ts",
  "test/majors/majors.test.ts",
  "test/faults/power-cut.test.ts",
  "test/faults/kill.test.ts",
  "src/cli/main.test.ts",
];

function kindOf(file: string): Kind {
  if (/^test\/(networks|homes)\//.test(file)) return "waits for a network";
  return /^test\/(end-to-end|devices|gateways)\//.test(file) ? "waits for a browser" : "computes";
}

function piecesOf(all: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  const rooms = new Map<string, string[]>();
  for (const file of all) {
    const shares = !file.startsWith("test/") && !OWN_PROCESS.test(readFileSync(file, "utf8"));
    const room = shares ? /^app|^src\/[^/]+/.exec(file)![0] : file;
    rooms.set(room, [...(rooms.get(room) ?? []), file]);
  }
  for (const [room, own] of rooms) {
    const processes = Math.ceil(own.length / TOGETHER);
    for (let i = 0; i < processes; i++) {
      const part = own.filter((_, at) => at % processes === i);
      pieces.push({
        name: part.length === 1 ? part[0]! : `${room} ${i + 1}`,
        files: part,
        kind: kindOf(part[0]!),
      });
    }
  }
  const place = ({ files: [first] }: Piece) => LONGEST.indexOf(first!) + 1 || LONGEST.length + 1;
  return pieces.sort((a, b) => place(a) - place(b));
}

const left = piecesOf(files);
const running: Piece[] = [];

/** The piece to begin now: of a kind that does not run yet, if one may; none while the cores have enough to do. */
function next(): Piece | undefined {
  const count = (holds: (kind: Kind) => boolean) => running.filter(({ kind }) => holds(kind)).length;
  const computing = count((kind) => kind === "computes");
  const waiting = running.length - computing;
  if (running.length > CORES) return undefined;
  const may = left.filter(({ kind }) =>
    kind === "computes"
      ? computing < (waiting > 0 ? CORES - 1 : CORES)
      : waiting < CORES && computing < CORES,
  );
  const piece = may.find(({ kind }) => count((other) => other === kind) === 0) ?? may[0];
  if (piece !== undefined) running.push(...left.splice(left.indexOf(piece), 1));
  return piece;
}

const count = { passed: 0, failed: 0, skipped: 0 };
/** Seconds, of whole pieces and of single tests that take one or more. */
const times: { seconds: number; name: string }[] = [];
const told = new PassThrough({ objectMode: true });
const printed = told.compose(spec);
printed.pipe(process.stdout);

/** Runs a piece to its end, and tells then all that happened in it: pieces do not mix in what is read. */
async function runPiece({ name: piece, files: own }: Piece): Promise<void> {
  const shares = own.length > 1;
  const entry = shares ? together : own[0]!;
  // Pure rooms find no clock and no chance while tests run: see test/support/frozen.ts.
  const stream = run({ files: [entry], argv: shares ? [...own] : [], execArgv: ["--import", frozen] });
  const events: { type: string; data: unknown }[] = [];
  const isWhole = (event: { name: string; nesting: number }) => event.nesting === 0 && event.name === entry;
  stream.on("test:pass", (event) => {
    if (event.details.type === "suite" || isWhole(event)) return;
    if (event.skip !== undefined && event.skip !== false) count.skipped += 1;
    else count.passed += 1;
  });
  stream.on("test:fail", (event) => {
    if (event.details.type === "suite") return;
    count.failed += 1;
    // Said when it happens, too: who ends a long run early knows why.
    if (event.details.error.cause !== undefined) console.log(inspect(event.details.error.cause));
  });
  stream.on("test:complete", (event) => {
    const seconds = event.details.duration_ms / 1000;
    if (isWhole(event)) times.push({ seconds, name: piece });
    else if (seconds >= 1) {
      times.push({ seconds, name: `  ${relative(process.cwd(), event.file ?? "")}: ${event.name}` });
    }
  });
  for await (const event of stream) {
    // What a runner says at its end is of this piece alone.
    const { nesting, file } = event.data as { nesting?: number; file?: string };
    const ofRunner = event.type === "test:summary" || (file === undefined && (nesting ?? 0) === 0);
    if (!ofRunner || event.type === "test:fail") events.push(event);
  }
  for (const event of events) told.write(event);
}

async function runAll(): Promise<void> {
  const begun = new Set<Promise<void>>();
  for (;;) {
    for (let piece = next(); piece !== undefined; piece = next()) {
      const own = piece;
      const ended: Promise<void> = runPiece(own).finally(() => {
        running.splice(running.indexOf(own), 1);
        begun.delete(ended);
      });
      begun.add(ended);
    }
    if (begun.size === 0) return;
    await Promise.race(begun);
  }
}

await runAll();
// Who failed is said once more, all together.
told.end({ type: "test:summary", data: {} });
await once(printed, "end");
process.stdout.write("\n");
if (process.argv.includes("--times")) {
  const slowest = times.sort((a, b) => b.seconds - a.seconds).slice(0, 80);
  for (const { seconds, name } of slowest) console.log(`${seconds.toFixed(1).padStart(6)} s  ${name}`);
}
const out = found.length - files.length;
if (out > 0) console.log(`${out} files of the long form alone were left out: CONTRADA_LONG=1`);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
