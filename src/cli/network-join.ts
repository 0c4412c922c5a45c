/** `contrada network join`: the home of one more organisation's node, made where it will run. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "#base/bytes.ts";
import { UsageError, type Values } from "#cli/settings.ts";
import { SEED_BYTES, signerFromSeed } from "#crypto/keys.ts";
import { cometGenesisHash } from "#node/comet/genesis-hash.ts";
import { genesisFrom, JoinError, joinNetwork, type NamedBlock } from "#node/comet/join.ts";
import { CometRpc } from "#node/comet/rpc.ts";
import { NodeFault } from "#node/fault.ts";

/** Secret seed of the organisation's member key, in its node's home. */
export const ORGANISATION_KEY_FILE = "organisation.key";

const GROUP = "Flags of join";

export const JOIN_SETTINGS = {
  rpc: {
    kind: "text",
    value: "URL,URL",
    default: undefined,
    group: GROUP,
    help: "JSON-RPC of running nodes, two of different organisations",
  },
  genesisHash: {
    kind: "text",
    value: "HEX",
    default: undefined,
    group: GROUP,
    help: "as an organisation told you by another way; network status prints it",
  },
  genesis: {
    kind: "text",
    value: "FILE",
    default: undefined,
    group: GROUP,
    help: "CometBFT's genesis, instead of asking the first of --rpc",
  },
  rows: {
    kind: "text",
    value: "FILE",
    default: undefined,
    group: GROUP,
    help: "config/state.rows of any node, of a chain that goes on from another",
  },
  peers: {
    kind: "text",
    value: "ID@HOST:PORT,…",
    default: undefined,
    group: GROUP,
    help: "whom it connects to; else those that --rpc names",
  },
  p2p: {
    kind: "text",
    value: "ADDRESS:PORT",
    default: "0.0.0.0:26656",
    group: GROUP,
    help: "where other nodes reach it",
  },
  external: {
    kind: "text",
    value: "HOST:PORT",
    default: undefined,
    group: GROUP,
    help: "what others are told of that, behind a router or a name",
  },
  ownRpc: {
    kind: "text",
    value: "ADDRESS:PORT",
    default: "127.0.0.1:26657",
    group: GROUP,
    help: "of its own JSON-RPC",
  },
  replay: {
    kind: "switch",
    default: false,
    group: GROUP,
    help: "execute all blocks since the genesis, even where others offer a snapshot",
  },
  trust: {
    kind: "text",
    value: "HEIGHT:HASH",
    default: undefined,
    group: GROUP,
    help: "a block that an organisation vouches for, where the genesis is older than two weeks",
  },
} as const;

type JoinValues = Values<typeof JOIN_SETTINGS> & { readonly json: boolean };

/** Throws `UsageError`. */
export async function joinHere(home: string, values: JoinValues, binary: string): Promise<number> {
  const servers = listed(values.rpc);
  if (servers.length === 0) {
    throw new UsageError(
      "network join wants --rpc, the JSON-RPC of a running node, e.g. https://node.example.",
    );
  }
  for (const server of servers) {
    if (!/^https?:$/.test(URL.parse(server)?.protocol ?? "")) {
      throw new UsageError(`--rpc wants addresses like https://node.example, not "${server}".`);
    }
  }
  const peers = listed(values.peers);
  for (const peer of peers) {
    if (!/^[0-9a-f]{40}@.+:\d+$/.test(peer))
      throw new UsageError(`--peers wants ID@HOST:PORT, not "${peer}".`);
  }
  for (const [flag, text] of Object.entries({
    p2p: values.p2p,
    "own-rpc": values.ownRpc,
    external: values.external,
  })) {
    if (text !== undefined && !/^[^\s"@/]+:\d{1,5}$/.test(text)) {
      throw new UsageError(`--${flag} wants an address and a port like 127.0.0.1:26656, not "${text}".`);
    }
  }
  const joined = await told(async () => {
    const genesis =
      values.genesis === undefined
        ? await genesisFrom(new CometRpc({ address: servers[0]!, maxBytes: 32 * 1024 * 1024 }))
        : readGenesis(values.genesis);
    return joinNetwork({
      home,
      binary,
      servers,
      genesis,
      genesisHash: statedHash(values.genesisHash, genesis),
      rows: values.rows,
      peers,
      p2p: values.p2p,
      external: values.external,
      rpc: values.ownRpc,
      replay: values.replay,
      trust: namedBlock(values.trust),
      nowMs: Date.now(),
    });
  });
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  writeFileSync(join(home, ORGANISATION_KEY_FILE), `${toHex(seed)}\n`, { mode: 0o600, flag: "wx" });
  const { chain, nodeId, from } = joined;
  const keys = { validator: toHex(joined.validator), organisation: toHex(signerFromSeed(seed).publicKey) };
  if (values.json) {
    console.log(JSON.stringify({ chain, node: nodeId, ...keys, peers: joined.peers, from: from ?? null }));
    return 0;
  }
  const begins =
    from === undefined
      ? "executes all blocks since the genesis"
      : `begins with a snapshot of the others; it trusts block ${from.height}, ${from.hash}`;
  console.log(
    [
      `${home} is the home of a node of ${chain}. Its keys were made here and stay here.`,
      `  it ${begins}`,
      `  node          ${nodeId}@${values.external ?? values.p2p}`,
      `  validator     ${keys.validator}   for the vote: admission of an organisation`,
      `  organisation  ${keys.organisation}   its member key, for whoever admits members`,
      `Run it by: contrada node ${home}. When it has caught up, let the organisations vote its validator in.`,
    ].join("\n"),
  );
  return 0;
}

function listed(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
}

function readGenesis(file: string): string {
  if (!existsSync(file)) throw new UsageError(`there is no genesis ${file}.`);
  return readFileSync(file, "utf8");
}

/** Nobody joins whatever an address answers: the hash comes from people. */
function statedHash(text: string | undefined, genesis: string): Uint8Array {
  const hash = text === undefined ? undefined : fromHex(text.trim().toLowerCase());
  if (hash?.length === 32) return hash;
  const found = toHex(cometGenesisHash(genesis));
  throw new UsageError(
    `${text === undefined ? "state" : "--genesis-hash wants 64 hexadecimal digits:"} the genesis hash that an organisation told you by another way (contrada network status). What came has the hash ${found}: compare, then repeat with --genesis-hash.`,
  );
}

function namedBlock(text: string | undefined): NamedBlock | undefined {
  if (text === undefined) return undefined;
  const [, height, hash] = /^(\d{1,15}):([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (height === undefined || hash === undefined) {
    throw new UsageError(`--trust wants HEIGHT:HASH, as network status prints it, not "${text}".`);
  }
  return { height: Number(height), hash };
}

/** What a person can mend is told as such. */
async function told<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const known = error instanceof JoinError || error instanceof NodeFault;
    throw known ? new UsageError(error.message, { cause: error }) : error;
  }
}
