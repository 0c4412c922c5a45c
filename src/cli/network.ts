/** `contrada network init|up|status`: several validators of one chain on this machine, under CometBFT. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { SEED_BYTES, signerFromSeed } from "#crypto/keys.ts";
import { COMET_INSTALL, findComet } from "#node/comet/binary.ts";
import { layOutNetwork, type NetworkHome } from "#node/comet/homes.ts";
import { superviseComet } from "#node/comet/supervisor.ts";

const SETTINGS = {
  validators: {
    kind: "integer",
    value: "NUMBER",
    min: 1,
    max: 7,
    default: 4,
    help: "init: how many; fewer than 4 bear no failure",
  },
  json: { kind: "switch", default: false, help: "status: one JSON object" },
} as const;

const NETWORK_FILE = "network.json";
const OPERATOR_KEY_FILE = "operator.key";
const now = () => Math.floor(Date.now() / 1000);

export const network: Command = {
  usage: "network init|up|status FOLDER [flags]",
  about:
    "Several validators of one chain on this machine, each a CometBFT with its application beside it. `init` makes\n" +
    "homes, keys and genesis, `up` runs them until Ctrl-C, `status` says where each stands.",
  settings: SETTINGS,
  examples: [
    ["network init data/network", "homes of four validators, and the operator's key"],
    ["network up data/network", "runs all four; Ctrl-C ends them"],
    ["network status data/network --json", "height, app hash and peers of each"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment, TOWN_SETTINGS);
    const [verb, folder, more] = words;
    if (verb !== "init" && verb !== "up" && verb !== "status") {
      throw new UsageError("network wants init, up or status after it, and then a folder.");
    }
    if (folder === undefined) throw new UsageError(`network ${verb} wants a folder, e.g. data/network.`);
    if (more !== undefined) throw new UsageError(`network takes one folder; "${more}" is one too many.`);
    if (verb === "init") return init(folder, values.validators, environment);
    const homes = homesIn(folder);
    return verb === "up" ? up(homes, environment) : status(homes, values.json);
  },
};

function cometIn(environment: NodeJS.ProcessEnv): string {
  const binary = findComet(environment);
  if (binary === undefined) throw new UsageError(`there is no cometbft here; build it by: ${COMET_INSTALL}`);
  return binary;
}

function homesIn(folder: string): NetworkHome[] {
  const file = join(folder, NETWORK_FILE);
  if (!existsSync(file))
    throw new UsageError(`${folder} holds no network; make one by: contrada network init`);
  const { nodes } = JSON.parse(readFileSync(file, "utf8")) as { nodes: (NetworkHome & { name: string })[] };
  return nodes.map(({ name, rpc, p2p }) => ({ home: join(folder, name), rpc, p2p }));
}

async function init(folder: string, validators: number, environment: NodeJS.ProcessEnv): Promise<number> {
  if (existsSync(join(folder, NETWORK_FILE))) throw new UsageError(`${folder} holds a network already.`);
  const binary = cometIn(environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  const operator = signerFromSeed(seed).publicKey;
  writeFileSync(join(folder, OPERATOR_KEY_FILE), `${toHex(seed)}\n`, { mode: 0o600 });
  const genesis: Genesis = {
    chain: `contrada-${toHex(new Uint8Array(randomBytes(4)))}`,
    time: now(),
    producer: operator, // names no producer here: the validators decide
    founders: [{ member: 1, role: "operator", keys: [operator] }],
    parameters: DEFAULT_PARAMETERS,
  };
  const homes = await layOutNetwork({ folder, binary, validators, genesis });
  const nodes = homes.map(({ rpc, p2p }, i) => ({ name: `node${i}`, rpc, p2p }));
  writeFileSync(
    join(folder, NETWORK_FILE),
    `${JSON.stringify({ chain: genesis.chain, nodes }, undefined, 2)}\n`,
  );
  console.log(
    `${validators} validators of the chain ${genesis.chain} in ${folder}; run them by: contrada network up ${folder}`,
  );
  return 0;
}

async function up(homes: readonly NetworkHome[], environment: NodeJS.ProcessEnv): Promise<number> {
  const binary = cometIn(environment);
  const nodes = homes.map(({ home, rpc }, i) => {
    const output = openSync(join(home, "comet.log"), "a");
    const note = (sentence: string) => console.error(`node${i}: ${sentence}`);
    const node = superviseComet({ home, binary, output, note });
    console.log(`node${i}: http://127.0.0.1:${rpc}`);
    return { node, output };
  });
  const close = () => Promise.all(nodes.map(({ node }) => node.close().catch(() => {})));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, close);
  try {
    await Promise.all(nodes.map(({ node }) => node.ended));
    return 0;
  } finally {
    await close();
    for (const { output } of nodes) closeSync(output);
  }
}

interface Standing {
  readonly name: string;
  readonly rpc: string;
  readonly p2p: string;
  readonly running: boolean;
  readonly height: number | null;
  readonly app_hash: string | null;
  readonly peers: number | null;
}

async function status(homes: readonly NetworkHome[], json: boolean): Promise<number> {
  const nodes = await Promise.all(homes.map(standing));
  if (json) console.log(JSON.stringify({ nodes }));
  for (const { name, rpc, running, height, app_hash, peers } of json ? [] : nodes) {
    console.log(
      running
        ? `${name}  ${rpc}  height ${height}, app hash ${app_hash}, ${peers} peers`
        : `${name}  ${rpc}  does not answer`,
    );
  }
  return nodes.every(({ running }) => running) ? 0 : 1;
}

async function standing({ rpc, p2p }: NetworkHome, i: number): Promise<Standing> {
  const at = { name: `node${i}`, rpc: `http://127.0.0.1:${rpc}`, p2p: `127.0.0.1:${p2p}` };
  const ask = async (path: string) => {
    const response = await fetch(`${at.rpc}/${path}`, { signal: AbortSignal.timeout(5_000) });
    return ((await response.json()) as { result: unknown }).result;
  };
  try {
    const { response } = (await ask("abci_info")) as {
      response: { last_block_height?: string; last_block_app_hash?: string };
    };
    const { n_peers } = (await ask("net_info")) as { n_peers: string };
    const hash = Buffer.from(response.last_block_app_hash ?? "", "base64");
    const height = Number(response.last_block_height ?? 0);
    return { ...at, running: true, height, app_hash: hash.toString("hex"), peers: Number(n_peers) };
  } catch {
    return { ...at, running: false, height: null, app_hash: null, peers: null };
  }
}
