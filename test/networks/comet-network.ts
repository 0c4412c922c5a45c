/**
 * Validators on this machine, for tests: per node one CometBFT and one application child, in folders, on
 * free ports of the loopback address, with the low-latency settings. Whoever starts a network ends it.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Genesis } from "#chain/genesis.ts";
import type { Misbehaviour } from "#market/evidence.ts";
import { COMET_INSTALL, findComet } from "#node/comet/binary.ts";
import { freePorts, layOutNetwork, type NetworkHome, validatorKey } from "#node/comet/homes.ts";
import { openWire, type Wire } from "./wires.ts";

const binary = findComet();

/** What `skipped` of `support/counterparts` wants to hear. */
export const cometAbsent = binary === undefined ? `cometbft; build it by: ${COMET_INSTALL}` : undefined;

export interface CheckedTx {
  readonly code: number;
  readonly hash: string;
}

/** Where an application stands. */
export interface Standing {
  readonly height: number;
  readonly appHash: string;
}

/** The application that a node runs: a program of this folder, handed the application's folder and `args`. */
export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
}

export class CometNode {
  readonly name: string;
  readonly home: string;
  readonly rpc: number;
  readonly p2p: number;
  /** "kvstore" is CometBFT's own, in its process. */
  program: Program | "kvstore" = { file: "application-child.ts" };
  #comet: ChildProcess | undefined;
  #application: ChildProcess | undefined;

  constructor(name: string, { home, rpc, p2p }: NetworkHome) {
    this.home = home;
    this.name = name;
    this.rpc = rpc;
    this.p2p = p2p;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.home, "processes.log"), "a");
    const address = this.program === "kvstore" ? "kvstore" : await this.#startApplication(this.program, log);
    this.#comet = spawn(binary!, ["node", "--home", this.home, "--proxy_app", address], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
  }

  /** Ends both processes at once, as a power cut does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends CometBFT, then the application, as an operator does. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Both processes stand still, as in a machine that is out of breath; `resume` lets them go on. */
  pause(): void {
    for (const child of this.#running()) child.kill("SIGSTOP");
  }

  resume(): void {
    for (const child of this.#running()) child.kill("SIGCONT");
  }

  /** Process numbers, of those that run. */
  get pids(): { readonly comet: number | undefined; readonly application: number | undefined } {
    return { comet: this.#comet?.pid, application: this.#application?.pid };
  }

  async #startApplication({ file, args = [] }: Program, log: number): Promise<string> {
    const child = fileURLToPath(new URL(file, import.meta.url));
    const application = spawn(process.execPath, [child, join(this.home, "application"), ...args], {
      stdio: ["ignore", "pipe", log],
    });
    this.#application = application;
    return firstLine(application);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    for (const child of this.#running()) {
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    }
  }

  #running(): ChildProcess[] {
    return [this.#comet, this.#application].filter(
      (child) => child !== undefined && child.exitCode === null && child.signalCode === null,
    ) as ChildProcess[];
  }

  /**
   * Resolves when CometBFT answers and is not behind the others: before that, 0.39 neither takes transactions nor
   * listens to those of its peers, who send each of them once. Rejects with the end of its log after a minute.
   */
  async ready(): Promise<void> {
    let said = "does not answer";
    for (const end = Date.now() + 60_000; Date.now() < end; await pause(100)) {
      const catchingUp = await this.catchingUp().catch(() => undefined);
      if (catchingUp === false) return;
      said = catchingUp === true ? "is still catching up" : "does not answer";
    }
    throw new Error(`${this.name} ${said}: ${this.log().slice(-4_000)}`);
  }

  async catchingUp(): Promise<boolean> {
    const { sync_info } = await this.call("status", {});
    return (sync_info as { catching_up: boolean }).catching_up;
  }

  log(): string {
    return readFileSync(join(this.home, "processes.log"), "utf8");
  }

  /** Rejects also where there is no answer for 10 s: the node may stand still. */
  async call(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.rpc}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(10_000),
    });
    const { result, error } = (await response.json()) as {
      result?: Record<string, unknown>;
      error?: unknown;
    };
    if (result === undefined) throw new Error(`${this.name}, ${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Hands a transaction in; answers after CheckTx. */
  async send(transaction: Uint8Array): Promise<CheckedTx> {
    const tx = Buffer.from(transaction).toString("base64");
    return (await this.call("broadcast_tx_sync", { tx })) as unknown as CheckedTx;
  }

  /** The application's own word, through CometBFT. */
  async application(): Promise<Standing> {
    const { response } = (await this.call("abci_info", {})) as {
      response: { last_block_height?: string; last_block_app_hash?: string };
    };
    const hash = Buffer.from(response.last_block_app_hash ?? "", "base64").toString("hex");
    return { height: Number(response.last_block_height ?? 0), appHash: hash };
  }

  /** A block: its hash, its time in Unix seconds, its transactions with the codes of their results. */
  async block(height: number): Promise<DecidedBlock> {
    const at = { height: String(height) };
    const { block, block_id } = (await this.call("block", at)) as {
      block_id: { hash: string };
      block: {
        header: { time: string };
        data: { txs: string[] | null };
        evidence: {
          evidence: { value: { vote_a?: { validator_address: string; height: string } } }[] | null;
        };
      };
    };
    const { txs_results, app_hash } = (await this.call("block_results", at)) as {
      txs_results: { code?: number }[] | null;
      app_hash: string;
    };
    return {
      hash: block_id.hash,
      misbehaviour: (block.evidence.evidence ?? []).map(({ value: { vote_a } }) => ({
        address: new Uint8Array(Buffer.from(vote_a!.validator_address, "hex")),
        height: Number(vote_a!.height),
        kind: "duplicate_vote",
      })),
      time: Math.floor(Date.parse(block.header.time) / 1000),
      appHash: Buffer.from(app_hash, "base64").toString("hex"),
      transactions: (block.data.txs ?? []).map((tx, i) => ({
        tx: new Uint8Array(Buffer.from(tx, "base64")),
        code: txs_results?.[i]?.code ?? 0,
      })),
    };
  }
}

export interface DecidedBlock {
  readonly hash: string;
  readonly time: number;
  /** Double signatures; nobody attacks light clients here. */
  readonly misbehaviour: readonly Misbehaviour[];
  /** What this node's application answered after the block. */
  readonly appHash: string;
  readonly transactions: readonly { readonly tx: Uint8Array; readonly code: number }[];
}

/** Makes the homes of a network of validators in a folder. */
export async function makeNetwork(
  folder: string,
  validators: number,
  genesis: Genesis | ((validators: readonly Uint8Array[]) => Genesis),
): Promise<CometNode[]> {
  const homes = await layOutNetwork({ folder, binary: binary!, validators, genesis });
  return homes.map((home, i) => new CometNode(`node ${i}`, home));
}

/** The home of a node that joins others: no validator yet, those as its peers, and settings of its own. */
export async function joining(
  folder: string,
  nodes: readonly CometNode[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CometNode> {
  const home = join(folder, "joining");
  execFileSync(binary!, ["init", "--home", home], { stdio: "ignore" });
  const [first] = nodes as [CometNode];
  copyFileSync(join(first.home, "config", "genesis.json"), join(home, "config", "genesis.json"));
  const [rpc, p2p] = (await freePorts(2)) as [number, number];
  const peers = nodes.map((node) => {
    const id = execFileSync(binary!, ["show-node-id", "--home", node.home], { encoding: "utf8" }).trim();
    return `${id}@127.0.0.1:${node.p2p}`;
  });
  let config = readFileSync(join(first.home, "config", "config.toml"), "utf8");
  for (const [key, value] of Object.entries({ ...settings, persistent_peers: `"${peers.join(",")}"` })) {
    const line = new RegExp(`^${key} = .*$`, "m");
    if (!line.test(config)) throw new Error(`this CometBFT's configuration has no ${key}`);
    config = config.replace(line, `${key} = ${value}`);
  }
  config = config.replace(`127.0.0.1:${first.rpc}"`, `127.0.0.1:${rpc}"`);
  config = config.replace(`laddr = "tcp://127.0.0.1:${first.p2p}"`, `laddr = "tcp://127.0.0.1:${p2p}"`);
  writeFileSync(join(home, "config", "config.toml"), config);
  return new CometNode("joining", { home, rpc, p2p });
}

/** Another home with the same validator key, nothing signed yet, and a name and ports of its own. */
export function twinOf({ home, rpc, p2p }: CometNode): CometNode {
  const twin = `${home}-twin`;
  mkdirSync(twin);
  cpSync(join(home, "config"), join(twin, "config"), { recursive: true });
  rmSync(join(twin, "config", "node_key.json"));
  rmSync(join(twin, "config", "addrbook.json"), { force: true });
  mkdirSync(join(twin, "data"));
  const nothing = { height: "0", round: 0, step: 0 };
  writeFileSync(join(twin, "data", "priv_validator_state.json"), JSON.stringify(nothing));
  const file = join(twin, "config", "config.toml");
  const [ownRpc, ownP2p] = [rpc + 20_000, p2p + 20_000]; // above the range that the homes' ports are of
  const config = readFileSync(file, "utf8")
    .replace(`tcp://127.0.0.1:${rpc}`, `tcp://127.0.0.1:${ownRpc}`)
    .replace(`tcp://127.0.0.1:${p2p}`, `tcp://127.0.0.1:${ownP2p}`);
  writeFileSync(file, config);
  return new CometNode("the twin", { home: twin, rpc: ownRpc, p2p: ownP2p });
}

/** Gives a home that stands still a new validator's key, which has signed nothing; returns its public half. */
export function renewValidatorKey({ home }: CometNode): Uint8Array {
  const fresh = `${home}-fresh-key`;
  execFileSync(binary!, ["init", "--home", fresh], { stdio: "ignore" });
  for (const file of ["config/priv_validator_key.json", "data/priv_validator_state.json"]) {
    copyFileSync(join(fresh, file), join(home, file));
  }
  return validatorKey(home);
}

/** Lets the nodes reach each other through cables that can be cut, and find nobody by other ways. Before they start. */
export async function wireUp(nodes: readonly CometNode[]): Promise<Wire[]> {
  const wires: Wire[] = [];
  for (const [from, node] of nodes.entries()) {
    const file = join(node.home, "config", "config.toml");
    let config = readFileSync(file, "utf8").replace(/^pex = .*$/m, "pex = false");
    for (const [to, other] of nodes.entries()) {
      if (to === from) continue;
      const wire = await openWire({ from, to }, other.p2p);
      wires.push(wire);
      config = config.replace(`@127.0.0.1:${other.p2p}`, `@127.0.0.1:${wire.port}`);
    }
    writeFileSync(file, config);
  }
  return wires;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const piece of child.stdout!) {
    text += piece;
    if (text.includes("\n")) break;
  }
  if (!text.includes("\n")) throw new Error("the application ended before it listened");
  return text.trim();
}
