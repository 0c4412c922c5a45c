/**
 * Runs the simulation over many seeds: `node test/simulation/run.ts --seeds 1000 [--from 0]`, or one again with
 * everything that happens in it: `--seed 4711 --trace`. At the first seed that fails it prints the seed, the
 * event and the command that repeats it, and ends with 1.
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulation.ts";
import { SimulationFailure } from "./world.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    /** Ends after so many seconds, whatever is left. */
    seconds: { type: "string", default: "86400" },
  },
});
const seeds =
  values.seed !== undefined
    ? [values.seed]
    : Array.from({ length: Number(values.seeds) }, (_, i) => String(Number(values.from) + i));
const totals = new Map<string, number>();
const began = performance.now();
let events = 0;
let done = 0;
let told = began;
for (const seed of seeds) {
  if (performance.now() - began > 1000 * Number(values.seconds)) break;
  try {
    const report = await simulate(seed, { trace: values.trace ? (line) => console.log(line) : undefined });
    events += report.events;
    done += 1;
    for (const [what, count] of report.counts) totals.set(what, (totals.get(what) ?? 0) + count);
    if (values.seed !== undefined) console.log(`trace hash ${report.traceHash}`);
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    console.error(`\n${error.message}\n`);
    console.error(`seed ${error.seed}, event ${error.event}; again, with everything that happens:`);
    console.error(`  node test/simulation/run.ts --seed ${error.seed} --trace`);
    process.exit(1);
  }
  if (performance.now() - told > 5_000) {
    told = performance.now();
    console.error(`${done} seeds, ${(done / ((told - began) / 1000)).toFixed(1)} a second`);
  }
}
const seconds = (performance.now() - began) / 1000;
for (const [what, count] of [...totals].sort()) console.log(`${String(count).padStart(10)}  ${what}`);
console.log(
  `${done} seeds, ${events} events in ${seconds.toFixed(1)} s: ${(done / seconds).toFixed(1)} seeds a second, no failure`,
);
