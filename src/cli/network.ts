/** `contrada network init|up|down|status`: several validators of one chain on this machine, under CometBFT. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { assert } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { about } from "#base/log.ts";
import { dayOf, dayStart, type UnixSeconds } from "#base/time.ts";
import { DEFAULT_PARAMETERS, type Founder, type Genesis } from "#chain/genesis.ts";
import type { Command } from "#cli/command.ts";
import { readLaws } from "#cli/laws-file.ts";
import { LOG_SETTINGS, logOf } from "#cli/log.ts";
import {
  cometIn,
  NETWORK_FILE,
  type NetworkNode,
  type NetworkTown,
  readNetwork,
  TOWN_FOLDER,
  townOfNetwork,
  townToMove,
  writeNetwork,
} from "#cli/network-file.ts";
import { JOIN_SETTINGS, joinHere, ORGANISATION_KEY_FILE } from "#cli/network-join.ts";
import { standingNodes, status } from "#cli/network-status.ts";
import { claimRun, runningIn } from "#cli/run-file.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { askedToStop } from "#cli/stop.ts";
import { MQTT_PORT, TOWN_SETTINGS } from "#cli/town-settings.ts";
import { SEED_BYTES, signerFromSeed } from "#crypto/keys.ts";
import { MEMBERS } from "#ledger/member.ts";
import type { State } from "#ledger/state.ts";
import type { Parameters } from "#market/parameters.ts";
import { PLANTS } from "#market/participant.ts";
import { type ChainClock, consensusTimeAt, readCometGenesis } from "#node/comet/app-state.ts";
import { continuingGenesis, fileHash, inheritedChain, openExport, STATE_FILE } from "#node/comet/growth.ts";
import { beginAt, freePorts, layOutNetwork, type NetworkHome } from "#node/comet/homes.ts";
import { NodeFault } from "#node/fault.ts";
import { disk } from "#node/storage.ts";
import { townGenesis } from "#sim/town.ts";
import { copyLife, TownFolderError } from "#sim/town-folder.ts";

const SETTINGS = {
  validators: {
    kind: "integer",
    value: "NUMBER",
    min: 1,
    max: 7,
    default: 4,
    help: "init: how many; fewer than 4 bear no failure",
  },
  speed: {
    kind: "integer",
    value: "FACTOR",
    min: 1,
    max: 120,
    default: 30,
    help: "init: seconds of the town per second; at 30 a quarter hour lasts 30 s",
  },
  count: {
    kind: "integer",
    value: "HOMES",
    min: 1,
    max: 1_000,
    default: 24,
    help: "init: homes of the town",
  },
  seed: {
    kind: "integer",
    value: "NUMBER",
    min: 0,
    max: 0xffff_ffff,
    default: TOWN_SETTINGS.seed.default,
    help: "init: same seed, same town",
  },
  town: {
    kind: "switch",
    default: true,
    help: "init: an empty chain of real time, with an operator's key of its own; up: no platform of the operator",
  },
  laws: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "init --no-town: the laws to begin with, a JSON object of those that are not the usual ones",
  },
  from: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "init: go on from the chain of an export-genesis",
  },
  townOf: {
    kind: "text",
    value: "FOLDER",
    default: undefined,
    help: "init --from: the town that this chain was of lives on, with its archive; without it time is real",
  },
  port: {
    kind: "integer",
    value: "PORT",
    min: 0,
    max: 65_535,
    default: 8080,
    help: "up: of the town's platform and app",
  },
  market: {
    kind: "switch",
    default: true,
    help: "up: no neighbours' market in the town: nobody takes part in auctions",
  },
  mqttPort: {
    ...MQTT_PORT,
    help: "up: where gateways of real homes reach the town's broker, opened when the first is expected",
  },
  renewMonthly: {
    kind: "switch",
    default: false,
    help: "up: homes of the town get new numbers on the ledger on the first day of each month",
  },
  json: { kind: "switch", default: false, help: "status, join: one JSON object" },
  ...JOIN_SETTINGS,
  ...LOG_SETTINGS,
} as const;

const OPERATOR_KEY_FILE = "operator.key";
/** Its member number, above those of a town. */
const FIRST_ORGANISATION = 900_001;
const PROGRAM = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));

export const network: Command = {
  usage: "network init|up|down|status|join FOLDER [flags]",
  about:
    "Several validators of one chain on this machine, each a process with its CometBFT beside it, and a simulated\n" +
    "town with platform and app at the first. `init` makes homes, keys and genesis, `up` runs them until Ctrl-C or\n" +
    "`down`, `status` says where each stands, also of the one node of a host. `join` makes the home of a node that\n" +
    "joins a network elsewhere: its keys are made there and stay there.",
  settings: SETTINGS,
  examples: [
    ["network init data/network", "homes of four validators and a town of 24 homes"],
    ["network up data/network", "runs all four; the app is at http://127.0.0.1:8080"],
    ["network status data/network --json", "height, app hash, peers and addresses of each"],
    ["network down data/network", "ends them, from another terminal"],
    ["network init data/empty --no-town", "an empty chain of real time"],
    ["network init data/grown --from town.rows", "goes on from the chain of an export-genesis"],
    ["network init data/grown --from town.rows --town-of data/town", "and the town lives on there"],
    [
      "network join /var/lib/contrada --rpc https://a.example,https://b.example --genesis-hash HEX",
      "a home for one more organisation, which the others then vote in",
    ],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment, TOWN_SETTINGS);
    const [verb, folder, more] = words;
    if (!isVerb(verb)) {
      throw new UsageError("network wants init, up, down, status or join after it, and then a folder.");
    }
    if (folder === undefined) throw new UsageError(`network ${verb} wants a folder, e.g. data/network.`);
    if (more !== undefined) throw new UsageError(`network takes one folder; "${more}" is one too many.`);
    if (verb === "init") return init(folder, values, environment);
    if (verb === "join") return joinHere(folder, values, cometIn(environment));
    if (verb === "status") return status(standingNodes(folder), values.json);
    const { nodes, town } = readNetwork(folder);
    if (verb === "down") return down(folder);
    cometIn(environment);
    return up(folder, nodes, town !== undefined && values.town, values);
  },
};

type NetworkValues = Values<typeof SETTINGS>;

const VERBS = ["init", "up", "down", "status", "join"] as const;

function isVerb(word: string | undefined): word is (typeof VERBS)[number] {
  return VERBS.some((verb) => verb === word);
}

/** When a town's clock comes to its own speed: the first morning, when accumulators have charged. */
const MORNING_S = 13 * 3600;
const FOUNDING_S = 30;
const FOUNDING_SPEED_MAX = 30;
const NIGHT_S = 100;

/** From the evening on, in which everybody is admitted, through the night to the late morning, and then by `speed`. */
export function townClock(evening: UnixSeconds, speed: number): ChainClock {
  const founding = { seconds: FOUNDING_S, speed: Math.min(speed, FOUNDING_SPEED_MAX) };
  const left = MORNING_S - founding.seconds * founding.speed;
  return {
    start: evening,
    speed,
    lead: [founding, { seconds: NIGHT_S, speed: Math.ceil(left / NIGHT_S) }],
  };
}

async function init(folder: string, values: NetworkValues, environment: NodeJS.ProcessEnv): Promise<number> {
  if (existsSync(join(folder, NETWORK_FILE))) throw new UsageError(`${folder} holds a network already.`);
  const binary = cometIn(environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { validators, seed, count, speed, from } = values;
  if (from === undefined && values.townOf !== undefined) {
    throw new UsageError("--town-of goes with --from, the export of that town's chain.");
  }
  const moved = values.townOf === undefined ? undefined : townToMove(values.townOf);
  const withTown = values.town && from === undefined;
  if (values.laws !== undefined && (withTown || from !== undefined)) {
    throw new UsageError(
      "--laws goes with --no-town: a town has its own, and a chain that goes on keeps them.",
    );
  }
  const laws = values.laws === undefined ? DEFAULT_PARAMETERS : readLaws(values.laws, DEFAULT_PARAMETERS);
  const chain = `${withTown || moved !== undefined ? "town" : "contrada"}-${toHex(new Uint8Array(randomBytes(4)))}`;
  const seeds = Array.from({ length: validators }, () => new Uint8Array(randomBytes(SEED_BYTES)));
  const made = { folder, binary, validators };
  let homes: NetworkHome[];
  if (from !== undefined) {
    if (values.townOf !== undefined) moveIn(values.townOf, join(folder, "node0", TOWN_FOLDER));
    homes = await grow(made, { chain, from, seeds, ...(moved && { town: moved, speed }) });
  } else {
    const { genesis, ...begun } = withTown ? simulated(chain, seed, count, speed) : real(chain, folder, laws);
    const founded = (keys: readonly Uint8Array[]) => ({
      ...genesis,
      founders: [...genesis.founders, ...organisations(FIRST_ORGANISATION, seeds, keys)],
    });
    homes = await layOutNetwork({ ...made, ...begun, genesis: founded });
  }
  for (const [i, { home }] of homes.entries()) {
    writeFileSync(join(home, ORGANISATION_KEY_FILE), `${toHex(seeds[i]!)}\n`, { mode: 0o600 });
  }
  const http = await freePorts(validators);
  const nodes = homes.map(({ rpc, p2p }, i) => ({ name: `node${i}`, rpc, p2p, http: http[i]! }));
  const town = moved ?? (withTown ? { seed, homes: count } : undefined);
  writeNetwork(folder, { chain, ...(town && { town }), nodes });
  console.log(
    `${validators} validators of the chain ${chain} in ${folder}; run them by: contrada network up ${folder}`,
  );
  return 0;
}

/** One of them runs each validator; its member key is in its home. */
function organisations(
  first: number,
  seeds: readonly Uint8Array[],
  validators: readonly Uint8Array[],
): Founder[] {
  return seeds.map((seed, i) => ({
    member: first + i,
    role: "organisation",
    keys: [signerFromSeed(seed).publicKey],
    validator: validators[i]!,
  }));
}

/** Homes of a network that goes on from the end of a producer's chain; says the roots of both. */
async function grow(
  made: { readonly folder: string; readonly binary: string; readonly validators: number },
  growth: {
    readonly chain: string;
    readonly from: string;
    readonly seeds: readonly Uint8Array[];
    /** The simulated town that lives on, and how fast. */
    readonly town?: NetworkTown;
    readonly speed?: number;
  },
): Promise<NetworkHome[]> {
  const { chain, from, seeds, town, speed = 1 } = growth;
  const old = openExport(disk, from);
  try {
    const { header } = old.snapshot.tip;
    if (town !== undefined) checkTown(old.state, header.chain, town);
    const time = town === undefined ? Math.floor(Date.now() / 1000) : header.time;
    const genesis = (keys: readonly Uint8Array[]) =>
      continuingGenesis(old, { chain, time, founders: organisations(old.nextMember, seeds, keys) });
    // A town's time goes on from where it ended; so does one that is ahead of this machine's, at the usual speed.
    const clock = town !== undefined || header.time > time ? { clock: { start: header.time, speed } } : {};
    const homes = await layOutNetwork({ ...made, ...clock, genesis, rows: from });
    const { genesis: begun } = readCometGenesis(homes[0]!.home).appState;
    const inherited = { path: join(homes[0]!.home, "config", STATE_FILE), sha256: fileHash(disk, from) };
    const { height, stateRoot } = inheritedChain(disk, begun, inherited);
    assert(equalBytes(stateRoot, header.stateRoot), "the new chain begins with another root");
    console.log(`block ${header.height} of ${header.chain}  state root ${toHex(header.stateRoot)}`);
    console.log(`block ${height} of ${chain}  first app hash ${toHex(stateRoot)}, the same`);
    console.log(
      `the old chain's last block was signed by ${toHex(header.producer)}; compare with what homes keep`,
    );
    return homes;
  } finally {
    old.snapshot.close();
  }
}

/** Throws `UsageError` where nobody can move. */
function moveIn(town: string, to: string): void {
  try {
    copyLife(town, to);
  } catch (error) {
    const told = error instanceof TownFolderError || error instanceof NodeFault;
    throw told ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Throws `UsageError` where the rows are not of this town. */
function checkTown(state: State, chain: string, town: NetworkTown): void {
  const { operator, homes } = townOfNetwork(town);
  const [key] = state.get(MEMBERS, operator.member)?.keys ?? [];
  const plants = homes.every(({ plant }) => state.get(PLANTS, plant) !== undefined);
  if (key !== undefined && equalBytes(key, operator.key.publicKey) && plants) return;
  throw new UsageError(`the export is of ${chain}, and not of the town of --town-of.`);
}

function simulated(chain: string, seed: number, homes: number, speed: number) {
  const plan = townOfNetwork({ seed, homes });
  const genesis = { ...townGenesis(plan, plan.start), chain };
  const evening = dayStart(plan.zone, dayOf(plan.zone, plan.start)) - 7200;
  return { genesis, clock: townClock(Math.max(evening, genesis.time), speed) };
}

function real(chain: string, folder: string, parameters: Parameters): { readonly genesis: Genesis } {
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  const operator = signerFromSeed(seed).publicKey;
  writeFileSync(join(folder, OPERATOR_KEY_FILE), `${toHex(seed)}\n`, { mode: 0o600 });
  const genesis: Genesis = {
    chain,
    time: Math.floor(Date.now() / 1000),
    producer: operator, // names no producer here: the validators decide
    founders: [{ member: 1, role: "operator", keys: [operator] }],
    parameters,
  };
  return { genesis };
}

/** A network that is begun now has its first block after so long: time for all to start. */
const BEGINS_AFTER_MS = 2_000;
const RESTART_MS = 1_000;

async function up(
  folder: string,
  nodes: readonly NetworkNode[],
  withTown: boolean,
  values: NetworkValues,
): Promise<number> {
  const { port, mqttPort, market, renewMonthly, log, logLevel } = values;
  const { tell } = logOf(values);
  const release = claimRun(folder);
  const homes = nodes.map(({ name }) => ({ home: join(folder, name) }));
  if (homes.every(({ home }) => !existsSync(join(home, "application")))) {
    beginAt(homes, consensusTimeAt(Date.now() + BEGINS_AFTER_MS));
  }
  const ending = new AbortController();
  const children = new Set<ChildProcess>();
  const ended = nodes.map(async ({ name, http }, i) => {
    const town = withTown && i === 0;
    const renewing = renewMonthly ? ["--renew-monthly"] : [];
    const trading = market ? [] : ["--no-market"];
    const broker = ["--mqtt-port", String(mqttPort)];
    const at = town
      ? ["--town", "--port", String(port), ...broker, ...trading, ...renewing]
      : ["--port", String(http)];
    const flags = [...at, "--log", log, "--log-level", logLevel];
    for (let first = true; !ending.signal.aborted; first = false) {
      if (!first) {
        tell("a node ended; starting it anew", undefined, about("cli", "node_restarts", { node: name }));
        await pause(RESTART_MS, undefined, { signal: ending.signal }).catch(() => {});
        if (ending.signal.aborted) return;
      }
      const child = spawn(process.execPath, [PROGRAM, "node", join(folder, name), ...flags], {
        // The channel tells the child when this process is gone.
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      children.add(child);
      const code = await new Promise<number | null>((resolve) => {
        child.once("exit", resolve);
        child.once("error", () => resolve(null));
      });
      children.delete(child);
      // What a person got wrong is wrong the next time, too.
      if (code === 2 && !ending.signal.aborted) throw new UsageError(`${name} cannot run; see above.`);
    }
  });
  try {
    await Promise.race([askedToStop(), Promise.all(ended)]);
    return 0;
  } finally {
    ending.abort();
    for (const child of children) child.kill("SIGTERM");
    await Promise.allSettled(ended);
    release();
  }
}

const DOWN_MAX_MS = 60_000;

async function down(folder: string): Promise<number> {
  const running = runningIn(folder);
  if (running === undefined) {
    console.log(`Nothing runs in ${folder}.`);
    return 0;
  }
  process.kill(running, "SIGTERM");
  for (const end = Date.now() + DOWN_MAX_MS; Date.now() < end; await pause(100)) {
    if (runningIn(folder) === undefined) {
      console.log(`The network in ${folder} has ended.`);
      return 0;
    }
  }
  throw new Error(`process ${running} did not end within ${DOWN_MAX_MS / 1000} s; look at its output.`);
}
