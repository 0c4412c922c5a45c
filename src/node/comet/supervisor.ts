/**
 * A node under CometBFT is two processes that cannot do without each other: when the application fails or its
 * socket closes, CometBFT ends itself, and without CometBFT the application has nothing to do. The supervisor
 * lives in the application's process, runs CometBFT beside it, and starts it anew when it ends, with pauses
 * that grow while nothing holds. The application outlives its CometBFT, so that its state can be read all the
 * while; only one that failed itself is closed, and opened again from what is durable.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { about } from "#base/log.ts";
import { cometGenesisFile } from "#node/comet/app-state.ts";
import { type ApplicationOptions, CometApplication } from "#node/comet/application.ts";
import { type Abci, type AbciServer, openAbciServer } from "#node/comet/server.ts";
import { type FaultCode, NodeFault } from "#node/fault.ts";

export interface SupervisorOptions
  extends Pick<ApplicationOptions, "wallMs" | "note" | "committed" | "checked" | "snapshotEvery"> {
  /** CometBFT's home; the application keeps its own in `application` within. */
  readonly home: string;
  /** The CometBFT program. */
  readonly binary: string;
  /** What CometBFT prints goes to this descriptor; without one, nowhere. */
  readonly output?: number;
  /** After the first end, ms; doubled up to half a minute while nothing holds for a minute. */
  readonly firstPauseMs?: number;
  /** Called at each start of CometBFT, the first too. */
  readonly started?: () => void;
}

export interface SupervisedNode {
  /** Settles when the node has ended: by `close`, or rejects by what a new start cannot cure. */
  readonly ended: Promise<void>;
  /** Starts after the first. */
  readonly restarts: number;
  /** Process number of CometBFT; `undefined` between two starts. */
  readonly comet: number | undefined;
  /** The application that runs, or ran last; `undefined` where none could be opened. */
  readonly application: CometApplication | undefined;
  close(): Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;
const HOLDS_AFTER_MS = 60_000;
/** CometBFT gets so long to end by itself. */
const PATIENCE_MS = 10_000;
/** A new start would find the same. */
const INCURABLE: ReadonlySet<FaultCode> = new Set(["folder_in_use", "genesis_differs", "genesis_unreadable"]);

/** Opens the application and begins at once; what goes wrong shows in `ended`. */
export function superviseComet(options: SupervisorOptions): SupervisedNode {
  const { note = () => {}, firstPauseMs = 500 } = options;
  const stop = new AbortController();
  let restarts = 0;
  let comet: ChildProcess | undefined;
  let application: CometApplication | undefined;
  let usable = false;

  const opened = (): CometApplication => {
    if (application !== undefined && usable) {
      application.beginAnew();
      return application;
    }
    application?.close();
    application = undefined;
    application = openApplication(options);
    usable = true;
    return application;
  };
  const run = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const began = performance.now();
      let cause: unknown;
      try {
        const abci = watched(opened(), () => {
          usable = false;
        });
        cause = await runOnce(options, abci, stop.signal, (child) => {
          comet = child;
        });
      } catch (error) {
        cause = error;
      }
      if (stop.signal.aborted) return;
      if (cause instanceof NodeFault && INCURABLE.has(cause.code)) throw cause;
      if (performance.now() - began > HOLDS_AFTER_MS) pauseMs = firstPauseMs;
      note(
        `${cause instanceof Error ? cause.message : cause}; starting anew in ${pauseMs} ms`,
        undefined,
        about("node", "comet_restarts", { restarts: restarts + 1, pause_ms: pauseMs }),
      );
      await pause(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      restarts += 1;
    }
  };

  const ended = run().finally(() => application?.close());
  ended.catch(() => {}); // whoever asks for `ended` hears of it
  return {
    ended,
    get restarts() {
      return restarts;
    },
    get comet() {
      return comet?.pid;
    },
    get application() {
      return application;
    },
    async close() {
      stop.abort();
      await ended;
    },
  };
}

function openApplication(options: SupervisorOptions): CometApplication {
  const { home, wallMs, note, committed, checked, snapshotEvery } = options;
  return new CometApplication({
    folder: join(home, "application"),
    genesisFile: cometGenesisFile(home),
    ...(wallMs !== undefined && { wallMs }),
    ...(snapshotEvery !== undefined && { snapshotEvery }),
    ...(note !== undefined && { note }),
    ...(committed !== undefined && { committed }),
    ...(checked !== undefined && { checked }),
  });
}

/** The application, with word of a request that it could not answer: its state is then not to be trusted. */
function watched(application: CometApplication, failed: () => void): Abci {
  return {
    foresee: (request) => application.foresee(request),
    answer: (request) =>
      application.answer(request).catch((error) => {
        failed();
        throw error;
      }),
  };
}

/** Runs CometBFT until either ends or `signal` says so; returns why. It has ended by then. */
async function runOnce(
  { home, binary, output, started, note }: SupervisorOptions,
  application: Abci,
  signal: AbortSignal,
  running: (child: ChildProcess | undefined) => void,
): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const closed = () => resolve("closed");
  if (signal.aborted) return "closed";
  signal.addEventListener("abort", closed);
  try {
    const server: AbciServer = await openAbciServer({ application, listen: { port: 0 }, failed: resolve });
    try {
      const child = spawn(binary, ["node", "--home", home, "--proxy_app", server.address], {
        stdio: ["ignore", output ?? "ignore", output ?? "ignore"],
      });
      child.on("error", resolve);
      child.on("exit", (code, by) => resolve(`CometBFT ended (${by ?? `code ${code}`})`));
      running(child);
      started?.();
      note?.("CometBFT is started", undefined, about("node", "comet_started", {}, "info"));
      const cause = await promise;
      running(undefined);
      await endProcess(child);
      return cause;
    } finally {
      await server.close();
    }
  } finally {
    signal.removeEventListener("abort", closed);
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
