/**
 * `contrada network status`: where the nodes of a network on this machine stand, or the one node of a host. It also
 * says what people compare: the hash of the genesis, the last block, and the fingerprint of the validators that the
 * app shows as well.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { toHex } from "#base/bytes.ts";
import { NETWORK_FILE, readNetwork } from "#cli/network-file.ts";
import { fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { cometGenesisFile } from "#node/comet/app-state.ts";
import { cometGenesisHash } from "#node/comet/genesis-hash.ts";
import { p2pAddress, rpcAddress } from "#node/comet/host.ts";
import { CometRpc } from "#node/comet/rpc.ts";

export interface StandingNode {
  readonly name: string;
  readonly home: string;
  /** Of its public side, where this machine's network says so; the town's is where `up` says. */
  readonly http?: string;
}

interface Standing {
  readonly name: string;
  readonly rpc: string;
  readonly p2p: string;
  readonly http?: string;
  readonly running: boolean;
  /** Of the application. */
  readonly height: number | null;
  readonly app_hash: string | null;
  readonly peers: number | null;
  /** The last block that consensus decided, as `HEIGHT:HASH`. */
  readonly block: string | null;
}

/** The nodes of a network's folder, or the one whose home it is. Throws `UsageError` where it is neither. */
export function standingNodes(folder: string): readonly StandingNode[] {
  if (!existsSync(join(folder, NETWORK_FILE)) && existsSync(join(folder, "config", "config.toml"))) {
    return [{ name: basename(resolve(folder)), home: folder }];
  }
  return readNetwork(folder).nodes.map(({ name, http }) => ({
    name,
    home: join(folder, name),
    http: `http://127.0.0.1:${http}`,
  }));
}

export async function status(nodes: readonly StandingNode[], json: boolean): Promise<number> {
  const genesis = toHex(cometGenesisHash(readFileSync(cometGenesisFile(nodes[0]!.home), "utf8")));
  const found = await Promise.all(nodes.map(standing));
  const fingerprint = await fingerprintAt(found);
  if (json)
    console.log(JSON.stringify({ genesis_hash: genesis, fingerprint: fingerprint ?? null, nodes: found }));
  else console.log(`genesis hash ${genesis}`);
  if (!json && fingerprint !== undefined) {
    console.log(`validators ${fingerprint}   compare with what a phone shows that meets this network`);
  }
  for (const { name, rpc, running, height, app_hash, peers, block } of json ? [] : found) {
    console.log(
      running
        ? `${name}  ${rpc}  height ${height}, app hash ${app_hash}, ${peers} peers, block ${block}`
        : `${name}  ${rpc}  does not answer`,
    );
  }
  return found.every(({ running }) => running) ? 0 : 1;
}

/** Of the validators of now, as the first node that answers has them. */
async function fingerprintAt(nodes: readonly Standing[]): Promise<string | undefined> {
  for (const { rpc } of nodes.filter(({ running }) => running)) {
    try {
      return fingerprintOfValidators(await new CometRpc({ address: rpc }).validators());
    } catch {
      // The next one may answer.
    }
  }
  return undefined;
}

async function standing({ name, home, http }: StandingNode): Promise<Standing> {
  const at = { name, rpc: rpcAddress(home), p2p: p2pAddress(home), ...(http !== undefined && { http }) };
  const client = new CometRpc({ address: at.rpc });
  try {
    const [{ response }, peers, { sync_info }] = await Promise.all([
      client.call("abci_info", {}),
      client.netInfo(),
      client.call("status", {}),
    ]);
    const { last_block_height = "0", last_block_app_hash = "" } = response as Record<string, string>;
    const { latest_block_height, latest_block_hash } = sync_info as Record<string, string>;
    return {
      ...at,
      running: true,
      height: Number(last_block_height),
      app_hash: Buffer.from(last_block_app_hash, "base64").toString("hex"),
      peers: peers.length,
      block: latest_block_hash === "" ? null : `${latest_block_height}:${latest_block_hash}`,
    };
  } catch {
    return { ...at, running: false, height: null, app_hash: null, peers: null, block: null };
  }
}
