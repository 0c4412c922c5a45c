/** Devices by other hands for the drivers' tests, each a process of its own on a free port of loopback. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { skipped } from "../support/counterparts.ts";

const PYTHON = process.env.CONTRADA_ORACLES;
export const MOSQUITTO = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].find((path) =>
  existsSync(path),
);

/** The Python that has these packages; `undefined`, and the test skipped, where there is none. */
export function pythonWith(t: TestContext, ...packages: readonly string[]): string | undefined {
  const has = PYTHON !== undefined && spawnSync(PYTHON, ["-c", `import ${packages.join(", ")}`]).status === 0;
  const absent = has ? undefined : `${packages.join(" and ")} in the Python of CONTRADA_ORACLES`;
  return skipped(t, absent) ? undefined : PYTHON;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function startProcess(
  t: TestContext,
  program: string,
  args: readonly string[],
  cwd?: string,
): ChildProcess {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], ...(cwd !== undefined && { cwd }) });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  // Of a pipe that nobody empties the writer gets stuck.
  child.stderr?.resume();
  return child;
}

export interface ImageConfig {
  readonly unit: number;
  readonly first: number;
  readonly hex: string;
  readonly adopt?: {
    readonly request: number;
    readonly result: number;
    readonly curves: number;
    readonly words: number;
    readonly readOnly: number;
    readonly takes: boolean;
  };
}

/** Register image under pymodbus; `lines` fills with what it says of writes. */
export async function servedByPymodbus(
  t: TestContext,
  python: string,
  config: ImageConfig,
): Promise<{
  readonly port: number;
  readonly lines: { readonly written: number; readonly values: readonly number[] }[];
}> {
  const port = await freePort();
  const script = fileURLToPath(new URL("../oracles/modbus_image.py", import.meta.url));
  const child = startProcess(t, python, [script]);
  child.stdin!.write(`${JSON.stringify({ ...config, port })}\n`);
  const lines: { written: number; values: number[] }[] = [];
  const reader = createInterface({ input: child.stdout! });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`modbus_image.py ended with ${code}`)));
    reader.on("line", (line) => {
      const said = JSON.parse(line);
      if ("port" in said) resolve();
      else lines.push(said);
    });
  });
  return { port, lines };
}

/** Tries until it succeeds, at most a minute. */
export async function eventually<T>(what: () => Promise<T>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
