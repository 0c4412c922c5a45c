/**
 * What the audits of both kinds of folder share: how they report, that they end at the first problem, and that they
 * read on in a log while the signatures of what was read are verified on the thread pool. What is checked, and in
 * which order, is theirs.
 */

import { InvariantError } from "#base/assert.ts";
import { CodecError } from "#base/codec.ts";
import type { ChainApp } from "#chain/app.ts";
import { booksProblems } from "#node/books.ts";
import { NodeFault, type Place } from "#node/fault.ts";
import type { Storage } from "#node/storage.ts";

export interface AuditProblem {
  readonly place: Place;
  readonly what: string;
}

export interface AuditReport {
  /** Blocks and transactions that were executed anew and found right. */
  readonly blocks: number;
  readonly transactions: number;
  /** Of the last of them; 0 and the genesis state's root before the first. */
  readonly height: number;
  readonly stateRoot: Uint8Array | undefined;
  readonly snapshots: number;
  /** What is no fault: a write that a crash cut short and the next start will remove. */
  readonly notes: readonly string[];
  readonly firstProblem?: AuditProblem;
  /** The chain as far as it holds. */
  readonly chain: ChainApp | undefined;
}

export interface AuditProgress {
  readonly height: number;
  /** Height of the last block in the log. */
  readonly of: number;
  readonly transactions: number;
}

export interface AuditOptions {
  /** Called at most ten times a second. */
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly storage?: Storage;
}

/** Ends an audit at its first problem. */
export class Found extends Error {
  readonly problem: AuditProblem;

  constructor(place: Place, what: string) {
    super(what);
    this.problem = { place, what };
  }
}

/** What was thrown, as what an audit found where the folder is at fault; anything else as it is. */
export function foundIn(place: Place, error: unknown): unknown {
  if (error instanceof NodeFault) return new Found(error.place ?? place, error.message);
  if (error instanceof InvariantError || error instanceof CodecError) return new Found(place, error.message);
  return error;
}

const TOLD_EVERY_MS = 100;

/** What an audit has found right so far. */
export class Tally {
  /** The chain as far as it holds. */
  chain: ChainApp | undefined;
  snapshots = 0;
  readonly notes: string[] = [];
  readonly #onProgress: NonNullable<AuditOptions["onProgress"]>;
  #blocks = 0;
  #transactions = 0;
  #toldMs = 0;

  constructor({ onProgress = () => {} }: AuditOptions) {
    this.#onProgress = onProgress;
  }

  /** A block more, of a log whose last is `of`. */
  block(transactions: number, of: number): void {
    this.#blocks += 1;
    this.#transactions += transactions;
    const now = performance.now();
    if (now - this.#toldMs < TOLD_EVERY_MS) return;
    this.#toldMs = now;
    this.#onProgress({ height: this.chain!.height, of, transactions: this.#transactions });
  }

  report(firstProblem?: AuditProblem): AuditReport {
    return {
      blocks: this.#blocks,
      transactions: this.#transactions,
      height: this.chain?.height ?? 0,
      stateRoot: this.chain?.stateRoot,
      snapshots: this.snapshots,
      notes: this.notes,
      chain: this.chain,
      ...(firstProblem !== undefined && { firstProblem }),
    };
  }
}

/** Runs an audit to its end or its first problem. Throws what is no problem of the folder, as a disk that fails. */
export async function concluded(audit: {
  readonly tally: Tally;
  run(): Promise<void>;
  close(): void;
}): Promise<AuditReport> {
  try {
    await audit.run();
    return audit.tally.report();
  } catch (error) {
    if (error instanceof Found) return audit.tally.report(error.problem);
    throw error;
  } finally {
    audit.close();
  }
}

/** The laws of the final state. Throws `Found`, in the log's file. */
export function holdBooks(chain: ChainApp, file: string): void {
  const [problem] = booksProblems(chain.export(), chain.height);
  if (problem !== undefined) throw new Found({ file, height: chain.height }, problem);
}

/** Signatures on the thread pool or waiting for it while blocks before them are executed. */
const SIGNATURES_AHEAD = 512;

/** A block of a log with the verification of its signatures under way, one for each transaction. */
export interface Begun {
  readonly signatures: readonly Promise<boolean>[];
}

/**
 * Executes the blocks of a log one after the other, each with the verdicts on its signatures. What begins as a
 * problem is thrown in its turn, after all before it held.
 */
export async function executeInOrder<Record, Block extends Begun>(
  records: Iterator<Record>,
  begin: (record: Record) => Block | Found,
  execute: (block: Block, signatures: readonly boolean[]) => void,
): Promise<void> {
  const ahead: (Block | Found)[] = [];
  let signatures = 0;
  for (;;) {
    while (signatures < SIGNATURES_AHEAD) {
      const step = records.next();
      if (step.done === true) break;
      const begun = begin(step.value);
      ahead.push(begun);
      signatures += begun instanceof Found ? SIGNATURES_AHEAD : begun.signatures.length + 1;
    }
    const next = ahead.shift();
    if (next === undefined) return;
    if (next instanceof Found) throw next;
    signatures -= next.signatures.length + 1;
    execute(next, await Promise.all(next.signatures));
  }
}
