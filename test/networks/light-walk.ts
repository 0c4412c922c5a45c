/**
 * A light client's walk over a network as a stranger sees it: the genesis file, and what CometBFT's RPC answers.
 *
 * `node test/networks/light-walk.ts FOLDER` records a network that runs (`contrada network up FOLDER`) for
 * `src/consensus/fixtures/network-of-four.json`: its genesis without what the application is told, the validators
 * and the signed headers of its first blocks and of some later ones, as they came.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import { readNetwork } from "#cli/network-file.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import { advanceTrust, type TrustedState } from "#consensus/light-client.ts";
import { lightBlockFrom } from "#node/comet/light-block.ts";
import { CometRpc } from "#node/comet/rpc.ts";

export interface RecordedNetwork {
  /** Text of CometBFT's `genesis.json`. */
  readonly genesis: string;
  readonly blocks: readonly {
    readonly signedHeader: unknown;
    readonly validators: readonly { readonly publicKey: string; readonly power: string }[];
  }[];
}

export const RECORDED = new URL("../../src/consensus/fixtures/network-of-four.json", import.meta.url);
const DAY_S = 86_400;

export async function lightBlockAt(rpc: CometRpc, height: number): Promise<LightBlock> {
  const [{ header, commit }, validators] = await Promise.all([rpc.commit(height), rpc.validators(height)]);
  return lightBlockFrom({ header, commit }, validators);
}

/** What is trusted after each of some blocks. Throws where one is refused. */
export function walk(trusted: TrustedState, blocks: readonly LightBlock[]): TrustedState {
  let state = trusted;
  for (const block of blocks) {
    const { height, time } = block.header;
    const options = { now: time.seconds + 1, trustingPeriod: 14 * DAY_S, clockDrift: 10 };
    const advanced = advanceTrust(state, block, options);
    if (!advanced.ok) throw new Error(`block ${height} after ${state.height}: ${advanced.error}`);
    state = advanced.value;
  }
  return state;
}

/** At the start of its chain one by one, then further and further apart. */
const FIRST = 12;
const FACTOR = 2;

async function record(folder: string): Promise<RecordedNetwork> {
  const [node] = readNetwork(folder).nodes;
  const rpc = new CometRpc({ address: `http://127.0.0.1:${node!.rpc}` });
  const file = readFileSync(join(folder, node!.name, "config", "genesis.json"), "utf8");
  const { app_state: _, ...genesis } = JSON.parse(file) as Record<string, unknown>;
  const tip = (await rpc.status()).latestHeight - 1;
  const heights: number[] = [];
  for (let height = 1; height < tip; height = height < FIRST ? height + 1 : FACTOR * height)
    heights.push(height);
  const blocks: RecordedNetwork["blocks"][number][] = [];
  for (const height of [...heights, tip]) {
    const [{ header, commit }, validators] = await Promise.all([rpc.commit(height), rpc.validators(height)]);
    blocks.push({
      signedHeader: { header, commit },
      validators: validators.map(({ publicKey, power }) => ({
        publicKey: toHex(publicKey),
        power: String(power),
      })),
    });
  }
  return { genesis: JSON.stringify(genesis), blocks };
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("which network? node test/networks/light-walk.ts FOLDER");
  const recorded = await record(folder);
  writeFileSync(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
  console.log(`${recorded.blocks.length} light blocks`);
}
