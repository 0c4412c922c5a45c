/** The commands of `contrada` as an organisation's people call them, with a snapshot at each fifth block. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CLI = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
const ENVIRONMENT = { ...process.env, CONTRADA_SNAPSHOT_EVERY: "5" };

/** Of this process too: whom the proxies' certificates are from. */
export const TRUSTED: Record<string, string> = {};

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly told: string;
}

export async function contrada(...args: readonly string[]): Promise<Ran> {
  const run = promisify(execFile)(process.execPath, [CLI, ...args], { env: { ...ENVIRONMENT, ...TRUSTED } });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, told: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, told: stderr }),
  );
}

/** What it printed. Fails where it did. */
export async function done(...args: readonly string[]): Promise<string> {
  const { code, out, told } = await contrada(...args);
  assert.equal(code, 0, `contrada ${args.join(" ")}: ${told}`);
  return out;
}

/** A command that goes on; it is ended with the test. */
export function running(t: TestContext, ...args: readonly string[]): ChildProcess {
  return runningBy(CLI, t, ...args);
}

/** The same by another release's program. */
export function runningBy(program: string, t: TestContext, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...ENVIRONMENT, ...TRUSTED },
    stdio: "ignore",
  });
  t.after(() => end(child));
  return child;
}

/** A command that goes on and is listened to; it is ended with the test. */
export interface Speaking {
  readonly child: ChildProcess;
  /** On either of its outputs until now. */
  readonly said: () => string;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** The commands' usual settings: snapshots as rarely as outside tests. */
export function speaking(t: TestContext, ...args: readonly string[]): Speaking {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece: Buffer) => (said += piece.toString()));
  }
  const ended = once(child, "exit").then(([code]) => code as number | null);
  t.after(() => end(child));
  return { child, said: () => said, ended };
}

export interface Status {
  readonly genesis_hash: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly rpc: string;
    /** Other nodes that it is connected with. */
    readonly peers: number;
    readonly running: boolean;
    readonly height: number;
    readonly app_hash: string;
  }[];
}

export async function statusOf(folder: string): Promise<Status> {
  return JSON.parse((await contrada("network", "status", folder, "--json")).out) as Status;
}

/** Ends what `running` began. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}
