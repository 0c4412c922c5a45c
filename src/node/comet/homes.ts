/**
 * The homes of a new network on one machine: per validator CometBFT's keys and configuration, and one genesis
 * for all, with ours inside. Settings are those found to give blocks of about 0.1 s among four validators.
 */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Genesis } from "#chain/genesis.ts";
import {
  appStateJson,
  type ChainClock,
  type ConsensusTime,
  cometGenesisFile,
  consensusTimeText,
} from "#node/comet/app-state.ts";

import { fileHash, STATE_FILE } from "#node/comet/growth.ts";
import { disk } from "#node/storage.ts";

export interface NetworkHome {
  readonly home: string;
  /** Ports of the loopback address: JSON-RPC, and the other validators. */
  readonly rpc: number;
  readonly p2p: number;
}

/** By key, in whichever section; `size` and `cache_size` are the mempool's. */
const SETTINGS: Readonly<Record<string, string>> = {
  timeout_propose: '"1s"',
  timeout_commit: '"200ms"',
  skip_timeout_commit: "true",
  peer_gossip_sleep_duration: '"10ms"',
  flush_throttle_timeout: '"10ms"',
  create_empty_blocks: "false",
  size: "50000",
  cache_size: "100000",
};
/** Several nodes behind one address, and addresses that no other machine can reach. */
const ON_ONE_MACHINE: Readonly<Record<string, string>> = {
  allow_duplicate_ip: "true",
  addr_book_strict: "false",
};
const BLOCK_MAX_BYTES = 1_048_576;
/** Where nothing is to be decided: deadlines need blocks, and a town's quarter hours are short. */
const EMPTY_BLOCKS_INTERVAL = '"30s"';
const EMPTY_BLOCKS_INTERVAL_OF_TOWN = '"1s"';

/** Makes `node0`, `node1`, … in a folder. Throws where CometBFT fails, or a setting is not where it was. */
export async function layOutNetwork(options: {
  readonly folder: string;
  readonly binary: string;
  readonly validators: number;
  /** Or how it follows from the validators' public keys, in the order of the homes. */
  readonly genesis: Genesis | ((validators: readonly Uint8Array[]) => Genesis);
  /** Of a simulated network. */
  readonly clock?: ChainClock;
  /** File of the rows that the chain begins with, where it continues another one. */
  readonly rows?: string;
}): Promise<NetworkHome[]> {
  const { folder, binary, validators, clock, rows } = options;
  const count = ["--v", String(validators), "--n", "0"];
  execFileSync(binary, ["testnet", ...count, "--o", folder, "--populate-persistent-peers=false"], {
    stdio: "ignore",
  });
  const ports = await freePorts(2 * validators);
  const nodes = Array.from({ length: validators }, (_, i) => {
    const home = join(folder, `node${i}`);
    const id = nodeIdOf(binary, home);
    return { home, id, rpc: ports[2 * i]!, p2p: ports[2 * i + 1]! };
  });
  const keys = nodes.map(({ home }) => validatorKey(home));
  const genesis = typeof options.genesis === "function" ? options.genesis(keys) : options.genesis;
  const state = rows === undefined ? undefined : { file: STATE_FILE, sha256: fileHash(disk, rows) };
  for (const { home, rpc, p2p } of nodes) {
    const genesisFile = cometGenesisFile(home);
    const made = JSON.parse(readFileSync(genesisFile, "utf8"));
    made.chain_id = genesis.chain;
    made.initial_height = String((genesis.origin?.header.height ?? 0) + 1);
    made.consensus_params.block.max_bytes = String(BLOCK_MAX_BYTES);
    made.app_state = appStateJson({ genesis, clock, ...(state !== undefined && { state }) });
    if (rows !== undefined) copyFileSync(rows, join(dirname(genesisFile), STATE_FILE));
    writeFileSync(genesisFile, `${JSON.stringify(made, undefined, 2)}\n`);
    const others = nodes.filter((other) => other.home !== home);
    configure(home, {
      rpc: `127.0.0.1:${rpc}`,
      p2p: `127.0.0.1:${p2p}`,
      peers: others.map((other) => `${other.id}@127.0.0.1:${other.p2p}`),
      simulated: clock !== undefined,
    });
  }
  return nodes.map(({ home, rpc, p2p }) => ({ home, rpc, p2p }));
}

export interface HomeSettings {
  /** `ADDRESS:PORT` where CometBFT answers, and where the other nodes reach this one. */
  readonly rpc: string;
  readonly p2p: string;
  /** `HOST:PORT` that others are told, where it is another one. */
  readonly external?: string | undefined;
  /** `ID@HOST:PORT` of each. */
  readonly peers: readonly string[];
  /** Of a town whose quarter hours are short. */
  readonly simulated: boolean;
  /** To begin with a snapshot of others, from a block that is trusted. */
  readonly sync?: StateSyncSettings | undefined;
}

export interface StateSyncSettings {
  /** Addresses of the JSON-RPC of nodes. */
  readonly servers: readonly string[];
  readonly height: number;
  /** Hexadecimal. */
  readonly hash: string;
}

/** Writes the settings into a home as CometBFT made it. Throws where a setting is not where it was. */
export function configure(home: string, settings: HomeSettings): void {
  const { rpc, p2p, external, peers, simulated, sync } = settings;
  const local = p2p.startsWith("127.") || p2p.startsWith("localhost:");
  const own: Readonly<Record<string, string>> = {
    create_empty_blocks_interval: simulated ? EMPTY_BLOCKS_INTERVAL_OF_TOWN : EMPTY_BLOCKS_INTERVAL,
    persistent_peers: `"${peers.join(",")}"`,
    ...(external !== undefined && { external_address: `"${external}"` }),
    ...(local && ON_ONE_MACHINE),
    ...(sync !== undefined && {
      enable: "true",
      rpc_servers: `"${atLeastTwo(sync.servers).join(",")}"`,
      trust_height: String(sync.height),
      trust_hash: `"${sync.hash}"`,
      discovery_time: '"5s"',
    }),
  };
  const file = join(home, "config", "config.toml");
  let config = readFileSync(file, "utf8");
  for (const [key, value] of Object.entries({ ...SETTINGS, ...own })) {
    config = replaced(config, new RegExp(`^${key} = .*$`, "m"), `${key} = ${value}`);
  }
  config = replaced(config, /^laddr = "tcp:\/\/127\.0\.0\.1:26657"$/m, `laddr = "tcp://${rpc}"`);
  config = replaced(config, /^laddr = "tcp:\/\/0\.0\.0\.0:26656"$/m, `laddr = "tcp://${p2p}"`);
  writeFileSync(file, config);
}

/** CometBFT holds the word of one server against that of another, and wants two even where there is one. */
function atLeastTwo(servers: readonly string[]): readonly string[] {
  return servers.length === 1 ? [...servers, ...servers] : servers;
}

/** Makes the keys of one node, which stay in its home, and its configuration as CometBFT has it. */
export function initHome(binary: string, home: string): void {
  execFileSync(binary, ["init", "--home", home], { stdio: "ignore" });
}

/** The name of a home's node among its peers. */
export function nodeIdOf(binary: string, home: string): string {
  return execFileSync(binary, ["show-node-id", "--home", home], { encoding: "utf8" }).trim();
}

/** The public key of a home's validator. Throws where it is no Ed25519 key. */
export function validatorKey(home: string): Uint8Array {
  const text = readFileSync(join(home, "config", "priv_validator_key.json"), "utf8");
  const { pub_key } = JSON.parse(text) as { pub_key: { value: string } };
  const key = new Uint8Array(Buffer.from(pub_key.value, "base64"));
  if (key.length !== 32) throw new Error(`the validator of ${home} has no Ed25519 key`);
  return key;
}

/** Lets a network that has not begun yet begin at a time. */
export function beginAt(homes: readonly Pick<NetworkHome, "home">[], time: ConsensusTime): void {
  for (const { home } of homes) {
    const file = cometGenesisFile(home);
    const made = JSON.parse(readFileSync(file, "utf8"));
    made.genesis_time = consensusTimeText(time);
    writeFileSync(file, `${JSON.stringify(made, undefined, 2)}\n`);
  }
}

function replaced(text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text)) throw new Error(`this CometBFT's configuration has no line ${pattern.source}`);
  return text.replace(pattern, by);
}

/**
 * Below the range from which systems take ports for outgoing connections: those could take one between this
 * look and the start of the node.
 */
const PORTS = { from: 10_000, below: 32_000 };

export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  await once(server.close(), "close");
  return true;
}
