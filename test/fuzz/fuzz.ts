/**
 * One decoder against many inputs. Held against it: an error that is not its own refusal, bytes that are
 * accepted and would be written otherwise, an input that takes longer than 50 ms, memory that stays. Inputs
 * that are accepted become corpus for further ones. All is drawn from a seed; what is found stands there as
 * hexadecimal too.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import type { Decoder } from "./decoders.ts";
import { Mutator } from "./mutations.ts";

export const SLOW_MS = 50;

export interface Finding {
  readonly kind: "uncaught" | "not canonical" | "slow";
  readonly what: string;
  /** The input, hexadecimal. */
  readonly input: string;
}

export interface FuzzReport {
  readonly decoder: string;
  readonly seed: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** At most a few; `found` counts all. */
  readonly findings: readonly Finding[];
  readonly found: number;
}

const CORPUS = 512;
const FINDINGS = 5;

export function fuzz(decoder: Decoder, wanted: number, seed: string): FuzzReport {
  const random = new Random(`${seed}/${decoder.name}`);
  const mutator = new Mutator(random, decoder.maxBytes);
  const corpus = [...decoder.seeds];
  const inputs = Math.ceil(wanted / decoder.oneOf);
  const findings: Finding[] = [];
  let found = 0;
  let accepted = 0;
  let slowestMs = 0;
  const note = (kind: Finding["kind"], what: string, input: Uint8Array) => {
    found += 1;
    if (findings.length < FINDINGS) findings.push({ kind, what, input: toHex(input) });
  };
  // A refusal is an error, and most of its price is the list of who called whom.
  const frames = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const began = performance.now();
  let now = began;
  for (let i = 0; i < inputs; i++) {
    const input = i < decoder.seeds.length ? decoder.seeds[i]! : mutator.mutated(corpus);
    try {
      const written = decoder.read(input);
      if (written !== undefined) {
        accepted += 1;
        if (!equalBytes(written, input)) note("not canonical", `is written as ${toHex(written)}`, input);
        else if (accepted % 16 === 0) {
          if (corpus.length < CORPUS) corpus.push(input.slice());
          else
            corpus[decoder.seeds.length + (random.uint32() % (CORPUS - decoder.seeds.length))] =
              input.slice();
        }
      } else if (i < decoder.seeds.length) note("not canonical", "a valid input is refused", input);
    } catch (error) {
      note("uncaught", String(error instanceof Error ? error.stack : error), input);
    }
    const after = performance.now();
    let took = after - now;
    // A machine that does something else takes long, too: then the thread's own time counts, of the same input.
    for (let again = 0; again < 3 && took > SLOW_MS; again++) took = Math.min(took, threadMs(decoder, input));
    if (took > SLOW_MS) note("slow", `${took.toFixed(0)} ms`, input);
    slowestMs = Math.max(slowestMs, took);
    now = performance.now();
  }
  Error.stackTraceLimit = frames;
  const seconds = (performance.now() - began) / 1_000;
  return { decoder: decoder.name, seed, inputs, accepted, seconds, slowestMs, findings, found };
}

/** What the processor takes for it on this thread, ms. */
function threadMs(decoder: Decoder, input: Uint8Array): number {
  const began = process.threadCpuUsage();
  try {
    decoder.read(input);
  } catch {
    // Found already.
  }
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1_000;
}
