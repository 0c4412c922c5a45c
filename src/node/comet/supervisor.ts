/**
 * A node under CometBFT is two processes that cannot do without each other: when the application fails or its
 * socket closes, CometBFT ends itself, and without CometBFT the application has nothing to do. The supervisor
 * lives in the application's process, runs CometBFT beside it, and when either ends it ends the other and
 * starts both anew from what is durable, with pauses that grow while nothing holds.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { CommittedBlock } from "#chain/host.ts";
import { cometGenesisFile } from "#node/comet/app-state.ts";
import { CometApplication } from "#node/comet/application.ts";
import { type AbciServer, openAbciServer } from "#node/comet/server.ts";
import { type FaultCode, NodeFault } from "#node/fault.ts";

export interface SupervisorOptions {
  /** CometBFT's home; the application keeps its own in `application` within. */
  readonly home: string;
  /** The CometBFT program. */
  readonly binary: string;
  /** Told of each block when it is durable here. Must not throw. */
  readonly committed?: (block: CommittedBlock) => void;
  /** What CometBFT prints goes to this descriptor; without one, nowhere. */
  readonly output?: number;
  readonly note?: (sentence: string) => void;
  /** After the first end, ms; doubled up to half a minute while nothing holds for a minute. */
  readonly firstPauseMs?: number;
}

export interface SupervisedNode {
  /** Settles when the node has ended: by `close`, or rejects by what a new start cannot cure. */
  readonly ended: Promise<void>;
  /** Starts after the first. */
  readonly restarts: number;
  /** Process number of CometBFT; `undefined` between two starts. */
  readonly comet: number | undefined;
  close(): Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;
const HOLDS_AFTER_MS = 60_000;
/** CometBFT gets so long to end by itself. */
const PATIENCE_MS = 10_000;
/** A new start would find the same. */
const INCURABLE: ReadonlySet<FaultCode> = new Set(["folder_in_use", "genesis_differs", "genesis_unreadable"]);

/** Begins at once; what goes wrong shows in `ended`. */
export function superviseComet(options: SupervisorOptions): SupervisedNode {
  const { note = () => {}, firstPauseMs = 500 } = options;
  const stop = new AbortController();
  let restarts = 0;
  let comet: ChildProcess | undefined;

  const run = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const began = performance.now();
      const cause = await runOnce(options, stop.signal, (child) => {
        comet = child;
      });
      if (stop.signal.aborted) return;
      if (cause instanceof NodeFault && INCURABLE.has(cause.code)) throw cause;
      if (performance.now() - began > HOLDS_AFTER_MS) pauseMs = firstPauseMs;
      note(`${cause instanceof Error ? cause.message : cause}; starting anew in ${pauseMs} ms`);
      await pause(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      restarts += 1;
    }
  };

  const ended = run();
  ended.catch(() => {}); // whoever asks for `ended` hears of it
  return {
    ended,
    get restarts() {
      return restarts;
    },
    get comet() {
      return comet?.pid;
    },
    async close() {
      stop.abort();
      await ended;
    },
  };
}

/** Runs both until either ends or `signal` says so; returns why. Both have ended by then. */
async function runOnce(
  { home, binary, output, note, committed }: SupervisorOptions,
  signal: AbortSignal,
  running: (child: ChildProcess | undefined) => void,
): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const closed = () => resolve("closed");
  if (signal.aborted) return "closed";
  signal.addEventListener("abort", closed);
  let application: CometApplication | undefined;
  try {
    application = new CometApplication({
      folder: join(home, "application"),
      genesisFile: cometGenesisFile(home),
      ...(committed !== undefined && { committed }),
      ...(note !== undefined && { note }),
    });
    const server: AbciServer = await openAbciServer({ application, listen: { port: 0 }, failed: resolve });
    try {
      const child = spawn(binary, ["node", "--home", home, "--proxy_app", server.address], {
        stdio: ["ignore", output ?? "ignore", output ?? "ignore"],
      });
      child.on("error", resolve);
      child.on("exit", (code, by) => resolve(`CometBFT ended (${by ?? `code ${code}`})`));
      running(child);
      const cause = await promise;
      running(undefined);
      await endProcess(child);
      return cause;
    } finally {
      await server.close();
    }
  } finally {
    signal.removeEventListener("abort", closed);
    application?.close();
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  await exit;
  clearTimeout(late);
}
