/**
 * A new node of a network that runs: its keys are made in a home of its own and never leave it; the genesis and
 * the addresses of the others come from the others, and are believed only where the genesis is the one that a
 * person stated. The block that state sync begins with follows from the genesis, by the signatures of the
 * validators (`walk`), unless a person states one; all nodes that are asked must have the same.
 *
 * Nothing is written before all of that is known.
 */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { equalBytes, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import { type CometGenesis, cometGenesisFile, cometGenesisOf } from "#node/comet/app-state.ts";
import { cometGenesisHash } from "#node/comet/genesis-hash.ts";
import { fileHash } from "#node/comet/growth.ts";
import { configure, initHome, nodeIdOf, type StateSyncSettings, validatorKey } from "#node/comet/homes.ts";
import { genesisTrustFrom, LightBlockError } from "#node/comet/light-block.ts";
import { CometRpc, CometRpcError } from "#node/comet/rpc.ts";
import { offeredHeightsCodec } from "#node/comet/state-sync.ts";
import { lightBlockAt, TRUSTING_PERIOD_S, WalkError, walkTo } from "#node/comet/walk.ts";
import { disk } from "#node/storage.ts";

/** Why nobody joins, in a sentence that says what to do. */
export class JoinError extends Error {
  override readonly name = "JoinError";
}

export interface NamedBlock {
  readonly height: number;
  /** Hexadecimal. */
  readonly hash: string;
}

export interface JoinOptions {
  /** Folder that holds no home yet. */
  readonly home: string;
  /** The CometBFT program. */
  readonly binary: string;
  /** Addresses of the JSON-RPC of running nodes, best of different organisations; at least one. */
  readonly servers: readonly string[];
  /** Text of the genesis, where a person has it already. */
  readonly genesis?: string | undefined;
  /** Hash of the genesis (`cometGenesisHash`), as a person heard it from the organisations. */
  readonly genesisHash: Uint8Array;
  /** The rows that a chain goes on from which continues another one. */
  readonly rows?: string | undefined;
  /** `ID@HOST:PORT`; where none is named, those that the servers know. */
  readonly peers: readonly string[];
  /** `ADDRESS:PORT` of this node. */
  readonly p2p: string;
  readonly external?: string | undefined;
  readonly rpc: string;
  /** Executes every block since the genesis. */
  readonly replay: boolean;
  /** A block that a person vouches for, where the genesis is too old to follow from. */
  readonly trust?: NamedBlock | undefined;
  readonly nowMs: number;
}

export interface Joined {
  readonly chain: string;
  readonly nodeId: string;
  /** Public key. */
  readonly validator: Uint8Array;
  readonly peers: readonly string[];
  /** The block whose state it begins with or before; `undefined` where it executes all blocks. */
  readonly from: NamedBlock | undefined;
}

/** Makes the home. Throws `JoinError`. */
export async function joinNetwork(options: JoinOptions): Promise<Joined> {
  const { home, binary, replay, rpc, p2p, external } = options;
  if (existsSync(join(home, "config"))) {
    throw new JoinError(`${home} holds a node already; its keys are not touched. Choose another folder.`);
  }
  const servers = options.servers.map((address) => new CometRpc({ address, maxBytes: GENESIS_MAX_BYTES }));
  const text = options.genesis ?? (await genesisFrom(servers[0]!));
  const genesis = checkGenesis(text, options.genesisHash);
  checkRows(genesis, options.rows);
  const peers = options.peers.length > 0 ? options.peers : await peersOf(servers, genesis.chain);
  const from = replay ? undefined : await beginning(servers, text, options);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  initHome(binary, home);
  const file = cometGenesisFile(home);
  writeFileSync(file, text);
  const { state, clock } = genesis.appState;
  if (state !== undefined) copyFileSync(options.rows!, join(dirname(file), state.file));
  const sync: StateSyncSettings | undefined = from && { servers: options.servers, ...from };
  configure(home, { rpc, p2p, external, peers, simulated: clock !== undefined, sync });
  return {
    chain: genesis.chain,
    nodeId: nodeIdOf(binary, home),
    validator: validatorKey(home),
    peers,
    from,
  };
}

/** CometBFT hands a genesis out in pieces of 16 MB, which come as base64. */
const GENESIS_MAX_BYTES = 32 * 1024 * 1024;

/** The text of the genesis that a node has. Throws `JoinError`. */
export async function genesisFrom(rpc: CometRpc): Promise<string> {
  const pieces: Buffer[] = [];
  for (let chunk = 0, total = 1; chunk < total; chunk++) {
    const piece = await asked(rpc, () => rpc.call("genesis_chunked", { chunk: String(chunk) }));
    total = Number(piece.total);
    pieces.push(Buffer.from(String(piece.data), "base64"));
  }
  return Buffer.concat(pieces).toString("utf8");
}

function checkGenesis(text: string, stated: Uint8Array): CometGenesis {
  const found = cometGenesisHash(text);
  if (!equalBytes(found, stated)) {
    throw new JoinError(
      `this genesis has the hash ${toHex(found)}, not the one that you stated: it is of another network, or somebody changed it. Nothing was made.`,
    );
  }
  return cometGenesisOf(text);
}

function checkRows({ chain, appState: { state } }: CometGenesis, rows: string | undefined): void {
  if (state === undefined) return;
  if (rows === undefined) {
    throw new JoinError(
      `${chain} goes on from another chain: give its rows by --rows, the file config/${state.file} of any node.`,
    );
  }
  if (!existsSync(rows) || !equalBytes(fileHash(disk, rows), state.sha256)) {
    throw new JoinError(
      `${rows} does not hold the rows that the genesis names (SHA-256 ${toHex(state.sha256)}).`,
    );
  }
}

/** Those that were asked, and whom they are connected with. */
async function peersOf(servers: readonly CometRpc[], chain: string): Promise<string[]> {
  const found = new Map<string, string>();
  for (const rpc of servers) {
    const { node_info } = await asked(rpc, () => rpc.call("status", {}));
    const own = nodeOf(node_info);
    if (own.chain !== chain)
      throw new JoinError(`${rpc.address} is of the chain ${own.chain}, not of ${chain}.`);
    found.set(own.id, at(own.listens, new URL(rpc.address).hostname));
  }
  for (const rpc of servers) {
    const { peers } = await asked(rpc, () => rpc.call("net_info", {}));
    for (const peer of Array.isArray(peers) ? peers : []) {
      const other = nodeOf(peer.node_info);
      // Whoever connected to that node from within its machine can be reached there alone.
      const host = String(peer.remote_ip);
      const address = isLoopback(host) ? new URL(rpc.address).hostname : host;
      if (other.id !== "" && !found.has(other.id)) found.set(other.id, at(other.listens, address));
    }
  }
  return [...found].map(([id, address]) => `${id}@${address}`);
}

function nodeOf(info: unknown): { id: string; chain: string; listens: string } {
  const { id, network, listen_addr } = (info ?? {}) as Record<string, unknown>;
  return { id: String(id ?? ""), chain: String(network ?? ""), listens: String(listen_addr ?? "") };
}

/** `HOST:PORT` of what a node says of itself, `tcp://0.0.0.0:26656`, where it names no host by that of `host`. */
function at(listens: string, host: string): string {
  const [, named = "", port = "26656"] = /^(?:tcp:\/\/)?(.*):(\d+)$/.exec(listens) ?? [];
  const anywhere = named === "" || named === "0.0.0.0" || named === "[::]" || isLoopback(named);
  return `${anywhere ? host : named}:${port}`;
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "localhost" || host === "::1";
}

/** The block from which state sync trusts; `undefined` where nobody has a snapshot yet. */
async function beginning(
  servers: readonly CometRpc[],
  genesis: string,
  { trust, nowMs }: JoinOptions,
): Promise<NamedBlock | undefined> {
  const offered = await Promise.all(servers.map(snapshotsAt));
  const newest = Math.max(0, ...offered.flat());
  if (newest === 0) return undefined;
  // A node that itself began with a snapshot has no blocks before that.
  const earliest = await Promise.all(servers.map(earliestAt));
  const block = trust ?? (await followed(servers[0]!, genesis, Math.max(newest, ...earliest), nowMs));
  for (const rpc of servers) {
    const { header } = await asked(rpc, () => lightBlockAt(rpc, block.height));
    const hash = toHex(consensusHeaderHash(header));
    if (hash !== block.hash.toLowerCase()) {
      throw new JoinError(
        `block ${block.height} has the hash ${hash} at ${rpc.address}, where ${block.hash} is trusted. Nothing was made; ask the organisations.`,
      );
    }
  }
  return block;
}

/** The heights of the snapshots that a node offers. */
async function snapshotsAt(rpc: CometRpc): Promise<number[]> {
  const { value } = await asked(rpc, () => rpc.abciQuery("/snapshots", new Uint8Array(0)));
  if (typeof value !== "string") return [];
  const heights = decode(offeredHeightsCodec, new Uint8Array(Buffer.from(value, "base64")));
  return heights.ok ? [...heights.value] : [];
}

async function earliestAt(rpc: CometRpc): Promise<number> {
  const { sync_info } = await asked(rpc, () => rpc.call("status", {}));
  return Number((sync_info as { earliest_block_height?: unknown } | undefined)?.earliest_block_height ?? 1);
}

async function followed(rpc: CometRpc, genesis: string, height: number, nowMs: number): Promise<NamedBlock> {
  try {
    const now = Math.floor(nowMs / 1000);
    const state = await asked(rpc, () => walkTo(genesisTrustFrom(genesis), rpc, height, now));
    return { height, hash: toHex(state.headerHash!) };
  } catch (error) {
    if (!(error instanceof WalkError)) throw error;
    const why =
      error.refusal === "trust_expired"
        ? `the genesis is older than ${TRUSTING_PERIOD_S / 86_400} days, and those who founded the network answer for nothing any more`
        : error.message;
    throw new JoinError(
      `${why}. Have an organisation that you trust tell you a block (contrada network status) and state it by --trust HEIGHT:HASH, or execute all blocks by --replay.`,
      { cause: error },
    );
  }
}

/** What a node answers. Throws `JoinError` where it does not. */
async function asked<T>(rpc: CometRpc, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CometRpcError || error instanceof LightBlockError)) throw error;
    throw new JoinError(`${rpc.address} does not answer as a node of CometBFT does: ${error.message}`, {
      cause: error,
    });
  }
}
