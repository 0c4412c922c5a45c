/** An application under CometBFT in the hand of a test: requests as CometBFT makes them, without CometBFT. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { DeepPartial } from "cosmjs-types/helpers";
import {
  CheckTxType,
  type Misbehavior,
  Request,
  type Response,
  type ResponseInitChain,
} from "cosmjs-types/tendermint/abci/types";
import { toHex, utf8 } from "#base/bytes.ts";
import type { Genesis } from "#chain/genesis.ts";
import type { Block } from "#ledger/block.ts";
import { appStateJson, type InheritedState } from "#node/comet/app-state.ts";
import { type ApplicationOptions, CometApplication } from "#node/comet/application.ts";

/** An application spoken to as CometBFT does. */
export class Spoken {
  readonly notes: string[] = [];
  readonly app: CometApplication;

  constructor(folder: string, now: number, options: Partial<ApplicationOptions> = {}) {
    this.app = new CometApplication({
      folder,
      wallMs: () => now * 1000,
      note: (sentence) => this.notes.push(sentence),
      ...options,
    });
  }

  ask(request: DeepPartial<Request>): Promise<Response> {
    const whole = Request.decode(Request.encode(Request.fromPartial(request as Request)).finish());
    this.app.foresee(whole);
    return this.app.answer(whole);
  }

  async begin(genesis: Genesis, state?: InheritedState): Promise<Uint8Array> {
    return (await this.initChain(genesis, state)).appHash;
  }

  async initChain(genesis: Genesis, state?: InheritedState): Promise<ResponseInitChain> {
    const appState = { genesis, clock: undefined, ...(state !== undefined && { state }) };
    const appStateBytes = utf8(JSON.stringify(appStateJson(appState)));
    const initialHeight = BigInt((genesis.origin?.header.height ?? 0) + 1);
    const initChain = { chainId: genesis.chain, time: GENESIS_TIME, initialHeight, appStateBytes };
    return (await this.ask({ initChain })).initChain!;
  }

  finalize(
    height: number,
    time: number,
    txs: Uint8Array[],
    misbehavior: DeepPartial<Misbehavior>[] = [],
  ): Promise<Response> {
    const hash = hashOf(height);
    return this.ask({
      finalizeBlock: { height: BigInt(height), time: { seconds: BigInt(time) }, hash, txs, misbehavior },
    });
  }

  /** Decides a block of the embedded producer and says what became of it. */
  async decide({ header, transactions }: Block): Promise<{ codes: number[]; appHash: string }> {
    const txs = transactions.map(({ bytes }) => bytes);
    const done = (await this.finalize(header.height, header.time, txs)).finalizeBlock!;
    await this.ask({ commit: {} });
    return { codes: done.txResults.map(({ code }) => code), appHash: toHex(done.appHash) };
  }

  async check(tx: Uint8Array, type = CheckTxType.NEW): Promise<number> {
    return (await this.ask({ checkTx: { tx, type } })).checkTx!.code;
  }

  async info() {
    const { lastBlockHeight, lastBlockAppHash } = (await this.ask({ info: {} })).info!;
    return [Number(lastBlockHeight), toHex(lastBlockAppHash)];
  }
}

export const GENESIS_TIME = { seconds: 0n, nanos: 0 };

/** CometBFT's genesis file of a chain, as far as an application reads it. */
export function genesisFile(folder: string, genesis: Genesis, state?: InheritedState): string {
  const path = join(folder, "comet-genesis.json");
  const text = {
    chain_id: genesis.chain,
    genesis_time: "1970-01-01T00:00:00Z",
    initial_height: String((genesis.origin?.header.height ?? 0) + 1),
    app_state: appStateJson({ genesis, clock: undefined, ...(state !== undefined && { state }) }),
  };
  writeFileSync(path, JSON.stringify(text));
  return path;
}

/** What stands for CometBFT's hash of a block. */
export function hashOf(height: number): Uint8Array {
  return new Uint8Array(32).fill(height);
}

/** One that ends with the test. */
export function open(
  t: TestContext,
  folder: string,
  now: number,
  options: Partial<ApplicationOptions> = {},
): Spoken {
  const spoken = new Spoken(folder, now, options);
  t.after(() => spoken.app.close());
  return spoken;
}
