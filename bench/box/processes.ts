/**
 * The box of a home as it runs in a house, for measuring it from outside: `contrada gateway` with five devices of
 * `contrada devices` (inverter and accumulator by SunSpec, counter and solar meter by registers over Modbus TCP, a plug
 * at a broker), enrolled at a town of its own where that is asked for. Every process is real; what is told of them
 * stands in Linux's /proc.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
/** USER_HZ: what Linux tells of processor time on every machine that Node runs on. */
const TICKS_PER_S = 100;
const DEVICES = 5;

/**
 * Loaded into a box whose heap is looked at: on SIGUSR2 everything that nobody holds is let go of, twice, because what
 * has a finalizer goes with the second, and a line says what is left. Not TypeScript: a box loads no compiler for it.
 */
const LOOKS_INTO_HEAP = `
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  import { appendFileSync } from "node:fs";
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  process.on("SIGUSR2", () => {
    collect();
    setImmediate(() => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      appendFileSync(process.env.CONTRADA_HEAP_FILE, JSON.stringify({ heapUsed, external }) + "\\n");
    });
  });`;

export interface Town {
  readonly folder: string;
  readonly url: string;
}

export class Box {
  readonly #gateway: ChildProcess;
  readonly #home: string;
  readonly #heapFile: string;

  constructor(gateway: ChildProcess, home: string, heapFile: string) {
    this.#gateway = gateway;
    this.#home = home;
    this.#heapFile = heapFile;
  }

  /** MB of 10^6 bytes. */
  get rssMb(): number {
    return rssOf(String(this.#gateway.pid));
  }

  /** Of the shell that watches over it. */
  get watchdogMb(): number {
    const children = childrenOf(String(this.#gateway.pid));
    return children.reduce((sum, pid) => sum + rssOf(pid), 0);
  }

  /** Processor time of the process and of what it waited for, s; the shell's is far below one per cent of it. */
  get processorS(): number {
    const fields = procOf(String(this.#gateway.pid), "stat")
      .replace(/^.*\) /, "")
      .split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_S;
  }

  /** What objects and buffers take that somebody holds, MB. Only where the box was begun so. */
  async liveMb(): Promise<number> {
    const before = this.#looks().length;
    this.#gateway.kill("SIGUSR2");
    for (let tries = 0; ; tries++) {
      const looks = this.#looks();
      if (looks.length > before) {
        const { heapUsed, external } = JSON.parse(looks.at(-1)!) as { heapUsed: number; external: number };
        return (heapUsed + external) / 1e6;
      }
      assert.ok(tries < 100, "the box says what its heap holds");
      await passed(100);
    }
  }

  async status(): Promise<BoxStatus> {
    return JSON.parse(await said("gateway", "status", "--folder", this.#home, "--json")) as BoxStatus;
  }

  #looks(): string[] {
    return existsSync(this.#heapFile) ? readFileSync(this.#heapFile, "utf8").trim().split("\n") : [];
  }
}

export interface BoxStatus {
  readonly devices: readonly { readonly problem: string | null }[];
  readonly faults: readonly { readonly code: string; readonly resolvedAt: number | null }[];
  readonly outbox: { readonly waiting: number; readonly acknowledged?: number };
}

/** Processes and a broker for plugs; all of them end with `close`. */
export class Processes {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  readonly #broker: Aedes;
  readonly #server: Server;
  #homes = 0;

  private constructor(folder: string, broker: Aedes, server: Server) {
    this.#folder = folder;
    this.#broker = broker;
    this.#server = server;
  }

  static async open(folder: string): Promise<Processes> {
    const broker = await Aedes.createBroker();
    const server = createServer(broker.handle);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Processes(folder, broker, server);
  }

  /** A town that lives as fast as we do. */
  async town(): Promise<Town> {
    const folder = join(this.#folder, "town");
    const [port, mqttPort] = [await freePort(), await freePort()];
    const flags = ["--log-level", "warn", "--count", "3", "--speed", "1", "--history", "1", "--data", folder];
    this.#run({}, "town", ...flags, "--port", String(port), "--mqtt-port", String(mqttPort));
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`${url}/v1/town`).catch(() => undefined);
      if (answer !== undefined) return { folder, url };
      assert.ok(tries < 600, "the town begins");
      await passed(100);
    }
  }

  /** A box with its devices. `looksIntoHeap`: it can be asked for `liveMb`. */
  async box(options: { readonly town?: Town; readonly looksIntoHeap?: boolean }): Promise<Box> {
    this.#homes += 1;
    const home = join(this.#folder, `home-${this.#homes}`);
    mkdirSync(home);
    await this.#devicesFor(home);
    const { town, looksIntoHeap = false } = options;
    if (town !== undefined) {
      const shown = await said(
        "gateways",
        "code",
        town.folder,
        "--home",
        String(this.#homes),
        "--url",
        town.url,
      );
      const code = /^Code for home \d+: (\S+),/m.exec(shown)?.[1];
      assert.ok(code !== undefined, `the town gives a code: ${shown}`);
      await said("gateway", "enrol", "--folder", home, "--url", town.url, "--code", code);
    }
    const heapFile = join(home, "heap.txt");
    const gateway = this.#run(
      {
        environment: { CONTRADA_HEAP_FILE: heapFile },
        ...(looksIntoHeap && {
          flags: ["--import", `data:text/javascript,${encodeURIComponent(LOOKS_INTO_HEAP)}`],
        }),
      },
      ...["gateway", "--folder", home, ...(town === undefined ? [] : ["--clock", "platform"])],
    );
    return new Box(gateway, home, heapFile);
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill("SIGTERM");
    await Promise.all(
      this.#children.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")),
    );
    this.#server.close();
    this.#broker.close();
  }

  /** Starts a home's devices and writes its equipment file with one plug of its two. */
  async #devicesFor(home: string): Promise<void> {
    const all = join(home, "all.json");
    const { port } = this.#server.address() as AddressInfo;
    const [control, mqtt] = [join(home, "devices.sock"), `mqtt://127.0.0.1:${port}`];
    this.#run({}, "devices", "--counter", "modbus", "--out", all, "--control", control, "--mqtt", mqtt);
    for (let tries = 0; !existsSync(all); tries++) {
      assert.ok(tries < 300, "the devices begin");
      await passed(100);
    }
    await passed(200);
    const { devices } = JSON.parse(readFileSync(all, "utf8")) as { devices: readonly object[] };
    writeFileSync(join(home, "devices.json"), JSON.stringify({ devices: devices.slice(0, DEVICES) }));
  }

  #run(
    { flags = [], environment = {} }: { flags?: readonly string[]; environment?: Record<string, string> },
    ...args: readonly string[]
  ): ChildProcess {
    const child = spawn(process.execPath, [...flags, CONTRADA, ...args], {
      // What is told at its start is no use here; what goes wrong is.
      stdio: ["ignore", "ignore", args.includes("warn") ? "inherit" : "ignore"],
      env: { ...process.env, ...environment },
    });
    this.#children.push(child);
    return child;
  }
}

/** What a command that ends says. Throws where it fails. */
async function said(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [CONTRADA, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const part of child.stdout) text += String(part);
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  assert.equal(code, 0, `contrada ${args.join(" ")}`);
  return text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function rssOf(pid: string): number {
  return (Number(/VmRSS:\s+(\d+)/.exec(procOf(pid, "status"))?.[1] ?? 0) * 1024) / 1e6;
}

function childrenOf(pid: string): string[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => procOf(pid, `task/${thread}/children`).trim().split(" "))
    .filter((one) => one !== "");
}

function procOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
