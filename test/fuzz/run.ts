/**
 * Fuzzes the decoders on several threads, each decoder on one of them:
 * `node test/fuzz/run.ts [--inputs 10000000] [--codec NAME] [--seed TEXT] [--threads 2]`. A line for each
 * decoder, one JSON object at the end; exit code 1 where something was found. NAME is part of a decoder's name.
 */
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Decoder, everyDecoder } from "./decoders.ts";
import { type FuzzReport, fuzz } from "./fuzz.ts";

export interface Totals {
  readonly decoders: number;
  readonly inputs: number;
  readonly accepted: number;
  readonly found: number;
  readonly slowestMs: number;
  readonly seconds: number;
  /** Resident memory of the process at its end, MB. */
  readonly residentMb: number;
}

interface Job {
  readonly inputs: number;
  readonly seed: string;
}

/** Every decoder whose name holds the word, over so many threads. */
export async function fuzzOnThreads(
  names: readonly string[],
  job: Job,
  threads: number,
  each: (report: FuzzReport) => void = () => {},
): Promise<readonly FuzzReport[]> {
  const waiting = [...names];
  const reports: FuzzReport[] = [];
  const oneThread = async () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    let answer = Promise.withResolvers<FuzzReport>();
    worker.on("message", (report: FuzzReport) => answer.resolve(report));
    worker.on("error", (error) => answer.reject(error));
    try {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        answer = Promise.withResolvers();
        worker.postMessage(name);
        const report = await answer.promise;
        reports.push(report);
        each(report);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, names.length) }, oneThread));
  return reports;
}

export function totalsOf(reports: readonly FuzzReport[], seconds: number): Totals {
  const sum = (of: (report: FuzzReport) => number) => reports.reduce((all, one) => all + of(one), 0);
  return {
    decoders: reports.length,
    inputs: sum(({ inputs }) => inputs),
    accepted: sum(({ accepted }) => accepted),
    found: sum(({ found }) => found),
    slowestMs: Number(reports.reduce((most, { slowestMs }) => Math.max(most, slowestMs), 0).toFixed(1)),
    seconds: Number(seconds.toFixed(1)),
    residentMb: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

if (!isMainThread && parentPort !== null && typeof (workerData as Job | null)?.inputs === "number") {
  const port = parentPort;
  const { inputs, seed } = workerData as Job;
  const decoders = new Map(
    (await everyDecoder()).map((decoder): [string, Decoder] => [decoder.name, decoder]),
  );
  port.on("message", (name: string) => port.postMessage(fuzz(decoders.get(name)!, inputs, seed)));
} else if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "1000000" },
      codec: { type: "string", default: "" },
      seed: { type: "string", default: "fuzz" },
      threads: { type: "string", default: "2" },
    },
  });
  const names = (await everyDecoder()).map(({ name }) => name).filter((name) => name.includes(values.codec));
  const began = performance.now();
  const job = { inputs: Number(values.inputs), seed: values.seed };
  const reports = await fuzzOnThreads(names, job, Number(values.threads), (report) => {
    const perS = Math.round(report.inputs / report.seconds);
    console.log(
      `${report.decoder}: ${report.inputs} inputs, ${report.accepted} accepted, ${report.found} found, ` +
        `slowest ${report.slowestMs.toFixed(1)} ms, ${perS} a second`,
    );
    for (const finding of report.findings) console.log(JSON.stringify(finding));
  });
  const totals = totalsOf(reports, (performance.now() - began) / 1_000);
  console.log(JSON.stringify(totals, null, 2));
  process.exitCode = totals.found > 0 || names.length === 0 ? 1 : 0;
}
