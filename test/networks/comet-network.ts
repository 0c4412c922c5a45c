/**
 * Validators on this machine, for tests: per node one CometBFT and one application child, in folders, on
 * free ports of the loopback address, with the low-latency settings. Whoever starts a network ends it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Genesis } from "#chain/genesis.ts";
import { COMET_INSTALL, findComet } from "#node/comet/binary.ts";
import { layOutNetwork } from "#node/comet/homes.ts";

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

export class CometNode {
  readonly name: string;
  readonly home: string;
  readonly #ports: { readonly rpc: number; readonly p2p: number };
  #comet: ChildProcess | undefined;
  #application: ChildProcess | undefined;

  constructor(home: string, name: string, ports: { readonly rpc: number; readonly p2p: number }) {
    this.home = home;
    this.name = name;
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.home, "processes.log"), "a");
    const child = fileURLToPath(new URL("application-child.ts", import.meta.url));
    const application = spawn(process.execPath, [child, join(this.home, "application")], {
      stdio: ["ignore", "pipe", log],
    });
    this.#application = application;
    const address = await firstLine(application);
    this.#comet = spawn(binary!, ["node", "--home", this.home, "--proxy_app", address], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
  }

  /** Ends both processes at once, as a power cut does. */
  async kill(): Promise<void> {
    for (const child of [this.#comet, this.#application]) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
  }

  /** Resolves when CometBFT answers; rejects with the end of its log when it does not within 30 s. */
  async ready(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(100)) {
      if ((await this.call("status", {}).catch(() => undefined)) !== undefined) return;
    }
    throw new Error(`${this.name} does not answer: ${this.log()}`);
  }

  log(): string {
    return readFileSync(join(this.home, "processes.log"), "utf8").slice(-4_000);
  }

  async call(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.#ports.rpc}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
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

  /** A block: its time in Unix seconds, its transactions with the codes of their results. */
  async block(height: number): Promise<{
    readonly time: number;
    readonly transactions: readonly { readonly tx: Uint8Array; readonly code: number }[];
  }> {
    const at = { height: String(height) };
    const { block } = (await this.call("block", at)) as {
      block: { header: { time: string }; data: { txs: string[] | null } };
    };
    const { txs_results } = (await this.call("block_results", at)) as {
      txs_results: { code?: number }[] | null;
    };
    return {
      time: Math.floor(Date.parse(block.header.time) / 1000),
      transactions: (block.data.txs ?? []).map((tx, i) => ({
        tx: new Uint8Array(Buffer.from(tx, "base64")),
        code: txs_results?.[i]?.code ?? 0,
      })),
    };
  }
}

/** Makes the homes of a network of validators in a folder. */
export async function makeNetwork(
  folder: string,
  validators: number,
  genesis: Genesis,
): Promise<CometNode[]> {
  const homes = await layOutNetwork({ folder, binary: binary!, validators, genesis });
  return homes.map((home, i) => new CometNode(home.home, `node ${i}`, home));
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
