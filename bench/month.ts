/**
 * A month of homes that trade with each other, on the chain: how long it takes and how it grows with their number.
 *
 * Real: the embedded node with its log in a folder on the project's disk, every block signed and synced; each home's
 * consent (`join_market`), a book sealed and, a block later, opened and cleared in each quarter hour, the orders made
 * by standing rule and forecast; each home's day signed by its meter and the signature verified; the quarter hours of
 * all stores booked, with a root over salted commitments; the day settled, a statement for each home under one root,
 * the money booked. Afterwards the folder is opened again, and audited from its genesis on: every signature, verdict,
 * clearing and root, and the books.
 *
 * Simulated: weather, people, panels, accumulators and BECs, in steps of a quarter hour; what owners want, paddles and
 * salts are drawn from a seed. Left out: the platform with its databases and devices, radio between home and head-end,
 * other trade, books of the day before. One process lives a month; the clock is the simulation's.
 *
 * `node bench/month.ts [--homes 100,300,1000] [--days 30] [--short]`, each number of homes in a process of its own;
 * short (100 and 200 homes, one day) takes a few seconds. `wall_s` is the month from its first quarter hour to the last
 * settlement; founding and audit stand beside it. One JSON object.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { equalBytes } from "#base/bytes.ts";
import { auditFolder } from "#node/audit.ts";
import { openNode } from "#node/node.ts";
import { foundMonth, MarketMonth, round, seconds } from "../test/support/market-month.ts";
import { GENESIS, Load, PRODUCER } from "../test/support/node-load.ts";

/** On the project's disk: a folder of temporary files may live in memory, where a sync costs nothing. */
const PLACE = fileURLToPath(new URL("../.cache/bench/", import.meta.url));
/** What an owner brings, µEUR. */
const MONEY = 200_000_000n;

const { values: flags } = parseArgs({
  options: {
    homes: { type: "string" },
    days: { type: "string" },
    short: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
  },
});
const sizes = (flags.homes ?? (flags.short ? "100,200" : "100,300,1000")).split(",").map(Number);
const days = Number(flags.days ?? (flags.short ? 1 : 30));

if (flags.alone) console.log(JSON.stringify(await liveMonth(sizes[0]!)));
else {
  const months: Month[] = [];
  // Short, on both cores at once: CI has better to do than to wait for its disk.
  if (flags.short) months.push(...(await Promise.all(sizes.map(inOwnProcess))));
  else for (const homes of sizes) months.push(await inOwnProcess(homes));
  console.log(JSON.stringify({ node: process.version, days, months, growth: growth(months) }, null, 2));
}

type Month = Awaited<ReturnType<typeof liveMonth>>;

/** So that its memory is its own. */
async function inOwnProcess(homes: number): Promise<Month> {
  const self = fileURLToPath(import.meta.url);
  const args = [self, "--alone", "--homes", String(homes), "--days", String(days)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Month;
}

/** Exponents from the least number of homes to the most: 1 is in proportion. */
function growth(months: readonly Month[]): object {
  const [least, most] = [months[0]!, months.at(-1)!];
  const exponent = (of: (month: Month) => number) =>
    least === most ? undefined : round(Math.log(of(most) / of(least)) / Math.log(most.homes / least.homes));
  return {
    wall: exponent(({ wall_s }) => wall_s),
    processor: exponent(({ processor_s }) => processor_s),
    memory: exponent(({ resident_mb_at_most }) => resident_mb_at_most),
    disk: exponent(({ bytes_on_disk }) => bytes_on_disk),
  };
}

async function liveMonth(homes: number) {
  mkdirSync(PLACE, { recursive: true });
  const folder = mkdtempSync(join(PLACE, "month-"));
  try {
    const began = performance.now();
    let clock = GENESIS.time;
    const node = await openNode({
      folder,
      genesis: GENESIS,
      producer: PRODUCER,
      now: () => clock,
      blockIntervalMs: "manual",
    });
    const load = new Load();
    await foundMonth(node, load, { homes, money: MONEY }, (time) => {
      clock = time;
    });
    const foundingS = seconds(began);

    const counted = { blocks: node.counters.blocks, transactions: node.counters.transactions };
    const market = new MarketMonth(homes, days, node, load);
    const [monthBegan, processorBegan] = [performance.now(), process.cpuUsage()];
    await market.run((time) => {
      clock = time;
    });
    const wallS = seconds(monthBegan);
    const { user, system } = process.cpuUsage(processorBegan);
    const { blocks, transactions } = node.counters;
    const root = node.view().stateRoot;
    market.check();
    await node.close();

    return {
      homes,
      days,
      wall_s: wallS,
      processor_s: round((user + system) / 1e6),
      ...market.figures(),
      blocks: blocks - counted.blocks,
      transactions: transactions - counted.transactions,
      resident_mb_at_most: Math.round(process.resourceUsage().maxRSS / 1024),
      bytes_on_disk: bytesIn(folder),
      founding_s: foundingS,
      ...(await audited(folder, root)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder opened again, then everything in it anew. Throws where anything differs. */
async function audited(folder: string, root: Uint8Array) {
  const reopening = performance.now();
  const again = await openNode({ folder, producer: PRODUCER, now: () => 0, blockIntervalMs: "manual" });
  const same = equalBytes(again.view().stateRoot, root);
  await again.close();
  const reopenS = seconds(reopening);
  if (!same) throw new Error("the folder opens with another state root");
  const auditing = performance.now();
  const { firstProblem, stateRoot, blocks } = await auditFolder(folder);
  if (firstProblem !== undefined) {
    throw new Error(`the audit finds ${firstProblem.what} at ${JSON.stringify(firstProblem.place)}`);
  }
  if (stateRoot === undefined || !equalBytes(stateRoot, root)) {
    throw new Error("the audit comes to another state root");
  }
  return { reopen_s: reopenS, audit_s: seconds(auditing), audited_blocks: blocks };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
