/**
 * Runs the simulation over many seeds, on as many cores as one likes, all unless told otherwise:
 * `node test/simulation/run.ts --seeds 10000 [--from 0] [--jobs 2] [--seconds 600]`, or one seed again with
 * everything that happens in it: `--seed 4711 --trace`. At the first seed that fails it prints the seed, the
 * event and the command that repeats it, and ends with 1.
 */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { KINDS } from "#chain/transactions.ts";
import { STATUS } from "#ledger/status.ts";
import { type RunReport, simulate } from "./simulation.ts";
import { SimulationFailure } from "./world.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    jobs: { type: "string", default: String(availableParallelism()) },
    /** Begins no further seed after so many. */
    seconds: { type: "string", default: "86400" },
    /** One of so many processes: takes every so-many-th seed and reports to its parent. */
    step: { type: "string" },
  },
});

interface Told {
  readonly events: number;
  /** Processor time, ms. */
  readonly spentMs: number;
  readonly counts: readonly (readonly [string, number])[];
  readonly failure?: { readonly message: string; readonly seed: string; readonly event: number };
}

const began = performance.now();

/** One seed; a failure is told, whatever else is thrown goes up. */
async function ran(seed: string): Promise<Told> {
  const before = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  try {
    const report: RunReport = await simulate(seed, {
      trace: values.trace ? (line) => console.log(line) : undefined,
    });
    if (values.seed !== undefined) console.log(`trace hash ${report.traceHash}`);
    return { events: report.events, spentMs: spent(), counts: [...report.counts] };
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    const { message, seed, event } = error;
    return { events: 0, spentMs: spent(), counts: [], failure: { message, seed, event } };
  }
}

async function* seedsOf(step: number): AsyncGenerator<Told> {
  const from = Number(values.from);
  for (let i = 0; i < Number(values.seeds); i += step) {
    if (performance.now() - began > 1000 * Number(values.seconds)) return;
    yield await ran(String(from + i));
  }
}

const totals = { seeds: 0, events: 0, spentMs: 0, counts: new Map<string, number>() };
let toldAt = began;

function take({ events, spentMs, counts, failure }: Told): void {
  if (failure !== undefined) {
    console.error(`\n${failure.message}\n`);
    console.error(`seed ${failure.seed}, event ${failure.event}; again, with everything that happens:`);
    console.error(`  node test/simulation/run.ts --seed ${failure.seed} --trace`);
    process.exitCode = 1;
    return;
  }
  totals.seeds += 1;
  totals.events += events;
  totals.spentMs += spentMs;
  for (const [what, count] of counts) totals.counts.set(what, (totals.counts.get(what) ?? 0) + count);
  if (performance.now() - toldAt < 5_000) return;
  toldAt = performance.now();
  console.error(`${totals.seeds} seeds, ${(totals.seeds / ((toldAt - began) / 1000)).toFixed(1)} a second`);
}

/** All seeds in processes of their own; the first failure ends the others. */
async function spread(jobs: number): Promise<void> {
  const children: ChildProcess[] = [];
  const ends = Array.from({ length: jobs }, (_, i) => {
    const { seconds } = values;
    const from = String(Number(values.from) + i);
    const seeds = String(Number(values.seeds) - i);
    const argv = ["--seeds", seeds, "--from", from, "--seconds", seconds, "--step", String(jobs)];
    // A run leaves much behind that nobody needs any more: a larger nursery spares a tenth of the time.
    const execArgv = ["--max-semi-space-size=64"];
    const child = fork(new URL(import.meta.url), argv, { execArgv });
    children.push(child);
    child.on("message", (told: Told) => {
      if (process.exitCode === 1) return;
      take(told);
      if (told.failure !== undefined) for (const other of children) other.kill();
    });
    return new Promise<void>((resolve) =>
      child.on("exit", (code) => {
        if (code !== 0) process.exitCode = 1;
        resolve();
      }),
    );
  });
  await Promise.all(ends);
}

if (values.step !== undefined) {
  for await (const told of seedsOf(Number(values.step))) {
    process.send?.(told);
    if (told.failure !== undefined) break;
  }
  process.disconnect?.();
} else {
  if (values.seed !== undefined) take(await ran(values.seed));
  else await spread(Number(values.jobs));
  if (process.exitCode !== 1) {
    const seconds = (performance.now() - began) / 1000;
    for (const [what, count] of [...totals.counts].sort())
      console.log(`${String(count).padStart(10)}  ${what}`);
    const missed = (prefix: string, names: Iterable<string>) =>
      [...names].filter((name) => !totals.counts.has(`${prefix} ${name}`)).join(", ") || "none";
    const kinds = [...KINDS.values()].map(({ name }) => name);
    console.log(`kinds that were never done: ${missed("kind", kinds)}`);
    console.log(`statuses that were never met: ${missed("status", Object.keys(STATUS))}`);
    const rate = (totals.seeds / seconds).toFixed(1);
    const each = (totals.spentMs / totals.seeds).toFixed(0);
    console.log(
      `${totals.seeds} seeds, ${totals.events} events in ${seconds.toFixed(1)} s: ${rate} seeds a second, ` +
        `${each} ms of processor time each, no failure`,
    );
  }
}
