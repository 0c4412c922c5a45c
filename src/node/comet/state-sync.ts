/**
 * State sync as CometBFT asks for it: what this node offers to others, and what it takes from them. A chunk that
 * does not have its hash is fetched again from somebody else, and its sender no longer asked; a state whose root
 * is not the app hash that the light client trusts is refused as a whole. Nothing lasts before that.
 */

import {
  type RequestApplySnapshotChunk,
  type RequestOfferSnapshot,
  ResponseApplySnapshotChunk_Result,
  ResponseOfferSnapshot_Result,
} from "cosmjs-types/tendermint/abci/types";
import { type Codec, CodecError } from "#base/codec.ts";
import { type About, about, type Note } from "#base/log.ts";
import { ChainApp } from "#chain/app.ts";
import { genesisHash } from "#chain/genesis.ts";
import type { ChainFolder } from "#node/comet/restart.ts";
import {
  offerProblem,
  openStateSnapshot,
  Refused,
  STATE_FORMAT,
  StateReceiver,
} from "#node/comet/state-snapshot.ts";
import { snapshotHeights } from "#node/snapshot.ts";

/** Blocks that must follow before the light client of others can know the root: it looks at two headers more. */
const BLOCKS_AFTER = 2;

/** The snapshots of a folder, as ListSnapshots names them, newest first. */
export function offeredSnapshots({ storage, folder, genesis }: ChainFolder, height: number) {
  const hash = genesisHash(genesis);
  return snapshotHeights(storage, folder)
    .filter((at) => at + BLOCKS_AFTER <= height)
    .flatMap((at) => {
      const snapshot = openStateSnapshot(storage, folder, at, hash);
      if (typeof snapshot === "string") return [];
      snapshot.close();
      const { chunks, hash: name, metadata } = snapshot.offer;
      return [{ height: BigInt(at), format: STATE_FORMAT, chunks, hash: name, metadata }];
    });
}

const OFFERED_MAX = 1_000;

/** Heights of the snapshots that a node offers, as `/snapshots` of Query answers. */
export const offeredHeightsCodec: Codec<readonly number[]> = {
  write: (writer, heights) => writer.list(heights, OFFERED_MAX, (w, height) => w.uint(height)),
  read: (reader) => reader.list(OFFERED_MAX, (r) => r.uint()),
};

/** A chunk; no bytes where there is none or it went bad. */
export function snapshotChunk(
  { storage, folder, genesis }: ChainFolder,
  height: number,
  format: number,
  index: number,
): Uint8Array {
  const none = new Uint8Array(0);
  if (format !== STATE_FORMAT) return none;
  const snapshot = openStateSnapshot(storage, folder, height, genesisHash(genesis));
  if (typeof snapshot === "string") return none;
  try {
    return snapshot.chunk(index) ?? none;
  } catch (error) {
    if (error instanceof CodecError) return none;
    throw error;
  } finally {
    snapshot.close();
  }
}

export const SNAPSHOT_REFUSED: About = about("node", "snapshot_refused");

/** One attempt to begin with a state of others. */
export class StateSync {
  readonly #place: ChainFolder;
  readonly #note: Note;
  #receiver: StateReceiver | undefined;
  #appHash = new Uint8Array(0);

  constructor(place: ChainFolder, note: Note) {
    this.#place = place;
    this.#note = note;
  }

  /** Takes the place of an offer that was under way. */
  offered({ snapshot, appHash }: RequestOfferSnapshot): ResponseOfferSnapshot_Result {
    this.drop();
    const { ACCEPT, REJECT, REJECT_FORMAT } = ResponseOfferSnapshot_Result;
    if (snapshot === undefined) return REJECT;
    if (snapshot.format !== STATE_FORMAT) return REJECT_FORMAT;
    const { chunks, hash, metadata } = snapshot;
    const offer = { height: Number(snapshot.height), chunks, hash, metadata };
    const problem = offerProblem(offer);
    if (problem !== undefined) {
      this.#note(`refused a snapshot: ${problem}`, undefined, SNAPSHOT_REFUSED);
      return REJECT;
    }
    const { storage, folder, genesis } = this.#place;
    this.#receiver = new StateReceiver(storage, folder, offer, genesisHash(genesis));
    this.#appHash = new Uint8Array(appHash);
    return ACCEPT;
  }

  /** `adopt` is given the chain of a snapshot whose root is the trusted one, when its file is durable. */
  async apply(
    { index, chunk, sender }: RequestApplySnapshotChunk,
    adopt: (chain: ChainApp) => void,
  ): Promise<{
    readonly result: ResponseApplySnapshotChunk_Result;
    readonly refetchChunks?: number[];
    readonly rejectSenders?: string[];
  }> {
    const { ACCEPT, ABORT, RETRY, REJECT_SNAPSHOT } = ResponseApplySnapshotChunk_Result;
    const receiver = this.#receiver;
    if (receiver === undefined) return { result: ABORT };
    if (!receiver.take(index, chunk)) {
      const what = about("node", "chunk_refused", { chunk: index });
      this.#note(`refused chunk ${index} from ${sender}: it does not have its hash`, undefined, what);
      return { result: RETRY, refetchChunks: [index], rejectSenders: sender === "" ? [] : [sender] };
    }
    if (!receiver.complete) return { result: ACCEPT };
    this.#receiver = undefined;
    const { height } = receiver.offer;
    const { genesis } = this.#place;
    const stateRoot = this.#appHash;
    const chain = await receiver.finish(
      // The block's time came from nobody who can be believed; the block after it says its own.
      ({ rows }) =>
        new ChainApp(genesis, { decided: { height, time: genesis.time }, stateRoot, rows: rows() }),
    );
    if (chain instanceof Refused) {
      this.#note(`refused the snapshot of block ${height}: ${chain.why}`, undefined, SNAPSHOT_REFUSED);
      return { result: REJECT_SNAPSHOT };
    }
    adopt(chain);
    return { result: ACCEPT };
  }

  /** Forgets what came in. */
  drop(): void {
    this.#receiver?.drop();
    this.#receiver = undefined;
  }
}
