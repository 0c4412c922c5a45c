/**
 * A town, a home's devices and their gateway, each as the process that a newcomer starts: `contrada town`, `contrada
 * devices`, `contrada gateway`. Everything that is asked of them goes over the ways that a person has: the command
 * line, the API under the owner's key, the control socket of the devices.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { toHex } from "#base/bytes.ts";
import { statusSocketOf } from "#gateway/box.ts";
import { askControl } from "#sim/home-devices/control-socket.ts";
import { type HomePlan, planTown, type TownPlan } from "#sim/plan.ts";
import { type Client, createClient } from "#wire/client.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";
import { homeCommandHash } from "#wire/home-letters.ts";
import type { HomeAccumulator, HomeCommand } from "#wire/home-schemas.ts";
import type { BodyOf } from "#wire/routes.ts";
import { eventually } from "../networks/agreement.ts";
import { signedIn } from "../networks/town-owner.ts";
import { choicesOf } from "../support/headless-town.ts";

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
const SEED = 16;
const HOMES = 3;
/** The first home of this town has panels. */
export const HOME = 1;

export const ACCUMULATOR = { kwh: 6.4, kw: 3 } as const;

export interface Scene {
  /** Seconds of the town in one of the wall. */
  readonly speed: number;
  /** Length of the town's own steps, s. */
  readonly stepS?: number;
  /** ISO 8601; otherwise the town's own. */
  readonly start?: string;
  /** That the town has lived before, so that its accumulators hold what may be sold; none otherwise. */
  readonly historyDays?: number;
}

/** What a gateway says of itself: `contrada gateway status --json`. */
export type GatewayStatus = StateMessage & {
  readonly clock: { readonly isRight: boolean; readonly isUnset: boolean };
  readonly link: { readonly isUp: boolean | null };
  readonly metering: { readonly stands: string; readonly from: number | null };
  readonly refusedReadings: readonly unknown[];
  readonly counts: { readonly cycles: number; readonly slowestMs: number };
};

/** What `contrada devices state` says of one device. */
interface DeviceState {
  readonly id: string;
  readonly truth: Readonly<Record<string, number>>;
}

/** One program of a scene, and everything that it said. */
export class Program {
  readonly child: ChildProcess;
  out = "";
  err = "";
  readonly #words: string;
  readonly #ended: Promise<number | null>;

  constructor(folder: string, args: readonly string[]) {
    this.#words = args.slice(0, 2).join(" ");
    this.child = spawn(process.execPath, [CONTRADA, ...args], {
      cwd: folder,
      env: environmentOf(folder),
      // By the channel devices notice when this process is no more.
      stdio: ["ignore", "pipe", "pipe", ...(args[0] === "devices" ? (["ipc"] as const) : [])],
    });
    this.child.stdout!.on("data", (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr!.on("data", (chunk: Buffer) => (this.err += chunk.toString()));
    this.#ended = new Promise((resolve) => this.child.once("exit", (code) => resolve(code)));
  }

  async says(words: RegExp): Promise<RegExpExecArray> {
    return eventually(`${this.#words} says ${words}`, () => {
      if (this.child.exitCode !== null) throw new Error(`${this.#words} ended: ${this.err}`);
      return words.exec(this.out + this.err) ?? undefined;
    });
  }

  /** Ends it and waits for that. Its exit code; `null` where the signal killed it. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.#ended;
  }
}

export class RealHome {
  readonly folder = mkdtempSync(join(tmpdir(), "contrada-real-home-"));
  readonly town = join(this.folder, "town");
  readonly home = join(this.folder, "home");
  readonly plan: TownPlan = planTown(choicesOf({ homes: HOMES, seed: SEED }));
  readonly #scene: Scene;
  readonly #programs = new Set<Program>();
  #ports: readonly [number, number] | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
    const app = appOf(this.folder);
    mkdirSync(app);
    writeFileSync(join(app, "index.html"), "<!doctype html><title>Contrada</title>");
  }

  get owner(): HomePlan {
    return this.plan.homes[HOME - 1]!;
  }

  /** Of the platform; where a gateway once came in it stays the same. */
  get url(): string {
    return `http://127.0.0.1:${this.#ports![0]}`;
  }

  /** At the scene's speed, or another one. */
  async startTown(speed = this.#scene.speed): Promise<Program> {
    this.#ports ??= [await freePort(), await freePort()];
    const [port, mqttPort] = this.#ports;
    const { stepS = 5, start, historyDays = 0 } = this.#scene;
    // What is built must be newer than the sources, or it is built anew.
    writeFileSync(join(appOf(this.folder), "sw.js"), "");
    const flags = {
      count: HOMES,
      seed: SEED,
      history: historyDays,
      step: stepS,
      speed,
      port,
      "mqtt-port": mqttPort,
    };
    const town = this.run([
      "town",
      "--data",
      this.town,
      "--no-trade",
      ...(start === undefined ? [] : ["--start", start]),
      ...flagsOf(flags),
    ]);
    await town.says(/The town lives/);
    return town;
  }

  async startDevices(chargePercent = 60): Promise<Program> {
    const devices = this.run([
      ...["devices", "--town", this.url, "--out", join(this.home, "devices.json"), "--control", this.control],
      ...flagsOf({
        "solar-peak-kwp": 5,
        "accumulator-kwh": ACCUMULATOR.kwh,
        "accumulator-kw": ACCUMULATOR.kw,
        charge: chargePercent,
      }),
    ]);
    await devices.says(/Its equipment is in/);
    return devices;
  }

  /** The operator makes a code, the installer types it at the box. */
  async enrol(): Promise<void> {
    const shown = await this.says(["gateways", "code", this.town, "--home", `${HOME}`, "--url", this.url]);
    const code = /: ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}),/.exec(shown)![1]!;
    await this.says(["gateway", "enrol", "--folder", this.home, "--url", this.url, "--code", code]);
  }

  startGateway(): Program {
    return this.run(["gateway", "--folder", this.home, "--clock", "platform", "--json"]);
  }

  /** What a command prints. Rejects where it fails. */
  says(args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [CONTRADA, ...args],
        { cwd: this.folder, env: environmentOf(this.folder) },
        (error, out, err) =>
          error === null
            ? resolve(out)
            : reject(new Error(`contrada ${args.join(" ")}: ${err}`, { cause: error })),
      );
    });
  }

  /** What `contrada gateway status --json` prints, from the socket that it asks. */
  async status(): Promise<GatewayStatus> {
    return JSON.parse(await textOf(connect(statusSocketOf(this.home)).setEncoding("utf8")));
  }

  /** Waits for what the gateway says of itself. */
  whenGateway(what: string, holds: (status: GatewayStatus) => boolean, withinMs = 120_000) {
    const look = async () => {
      const status = await this.status();
      return holds(status) ? status : undefined;
    };
    return eventually(what, look, withinMs);
  }

  /** What the devices know to be true, by their names. */
  async truth(): Promise<ReadonlyMap<string, DeviceState["truth"]>> {
    const { devices } = (await askControl(this.control, { do: "state", home: 1 })) as {
      devices: readonly DeviceState[];
    };
    return new Map(devices.map(({ id, truth }) => [id, truth]));
  }

  /** Waits for what the accumulator truly gives, W; what is taken is negative. */
  whenAccumulator(what: string, holds: (powerW: number) => boolean): Promise<number> {
    return eventually(what, async () => {
      const powerW = (await this.truth()).get("accumulator")!.powerW!;
      return holds(powerW) ? powerW : undefined;
    });
  }

  /** The demo bar. */
  async clock(body: BodyOf<"POST /v1/demo/clock"> = {}): Promise<number> {
    const client = createClient(fetch, this.url);
    return (await client.call("POST /v1/demo/clock", { body })).time;
  }

  signIn(): Promise<Client> {
    return signedIn(this.url, this.owner);
  }

  /** The owner asks for something until a time, in a letter that his key signs. */
  async ask(
    client: Client,
    asked: Pick<HomeCommand, "mode" | "powerW">,
    forS = 7_200,
  ): Promise<HomeAccumulator> {
    const { owner, ownerKey } = this.owner;
    const [{ time }, { changes, home }, { chain }] = await Promise.all([
      client.call("GET /v1/demo/clock"),
      client.call("GET /v1/home/accumulator"),
      client.call("GET /v1/community"),
    ]);
    const command: HomeCommand = { ...asked, until: time + forS, reservePercent: null, target: null };
    const letter = { chain, member: owner, home, change: changes + 1, issuedAt: time, command };
    const signature = toHex(ownerKey.sign(homeCommandHash(letter)));
    const { change, issuedAt } = letter;
    return client.call("PUT /v1/home/accumulator/command", {
      body: { command, change, issuedAt, publicKey: toHex(ownerKey.publicKey), signature },
    });
  }

  get control(): string {
    return join(this.folder, "d.sock");
  }

  run(args: readonly string[]): Program {
    const program = new Program(this.folder, args);
    this.#programs.add(program);
    return program;
  }

  /** Nothing of it stays, whatever happened. */
  async close(): Promise<void> {
    await Promise.all([...this.#programs].map((program) => program.end("SIGKILL")));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function appOf(folder: string): string {
  return join(folder, "app");
}

/** Without what this process was told by its own variables. */
function environmentOf(folder: string): NodeJS.ProcessEnv {
  const bare = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith("CONTRADA_") && name !== "NODE_TEST_CONTEXT",
    ),
  );
  return { ...bare, CONTRADA_APP: appOf(folder) };
}

function flagsOf(flags: Readonly<Record<string, number>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
}

/** A port that is free now, for whoever must be found there again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
