/**
 * The chain as an application under CometBFT (ABCI 2.0): consensus decides which transactions stand in which
 * block; this says what they do. The same transactions at the same times give the same state root here and
 * under the embedded producer.
 *
 * What is promised to CometBFT: FinalizeBlock computes and changes nothing that lasts; Commit makes the block
 * durable, then answers; Info names the last durable block, so that after a crash CometBFT hands over what is
 * missing. Codes of results are numbers of `ledger/status`; texts never enter them. Snapshots, vote extensions
 * and changes of validators are not offered yet: the first two are answered with "none".
 */
import { join } from "node:path";
import {
  CheckTxType,
  type ExecTxResult,
  type Request,
  type RequestCheckTx,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestPrepareProposal,
  type RequestProcessProposal,
  type RequestQuery,
  Response,
  ResponseApplySnapshotChunk_Result,
  ResponseOfferSnapshot_Result,
  ResponseProcessProposal_ProposalStatus,
  ResponseVerifyVoteExtension_VerifyStatus,
} from "cosmjs-types/tendermint/abci/types";
import { assert } from "#base/assert.ts";
import { equalBytes, fromHex, fromUtf8, toHex } from "#base/bytes.ts";
import { decode, encode, Writer } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp, type ChainBlock, type SealedStep } from "#chain/app.ts";
import { type Genesis, genesisCodec, genesisHash, TABLES } from "#chain/genesis.ts";
import type { ChainView } from "#chain/view.ts";
import { sparseProofCodec } from "#crypto/sparse-tree.ts";
import type { BlockTransaction } from "#ledger/block.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import { decodeTransaction, type Transaction } from "#ledger/transaction.ts";
import { DecidedLog } from "#node/comet/decided-log.ts";
import { Verdicts } from "#node/comet/verdicts.ts";
import { NodeFault } from "#node/fault.ts";
import { GENESIS_FILE, LOCK_FILE, readGenesis } from "#node/folder.ts";
import { SignatureGate, type SlowPathLimits } from "#node/signature-gate.ts";
import { disk, replaceFile, type Storage } from "#node/storage.ts";
import { machine, type Surroundings } from "#node/surroundings.ts";

export const DECIDED_LOG_FILE = "decided.log";
/** Code of a CheckTx that this node put off: nothing is wrong with the transaction. Above every status. */
export const OVERLOADED = 1_000;
/** Codes of Query. */
export const QUERY = { ok: 0, no_chain: 1, unknown_path: 2, malformed_key: 3, height_not_kept: 4 } as const;
/** Type of the proof of a row; its data is `sparseProofCodec`, its key u16 table ‖ key bytes. */
export const ROW_PROOF = "contrada:row/1";

export interface ApplicationOptions {
  readonly folder: string;
  /** What CheckTx takes the time of the next block for. */
  readonly now: () => UnixSeconds;
  readonly storage?: Storage;
  /** Verdicts on signatures that are remembered. */
  readonly verdicts?: number;
  readonly slowPath?: SlowPathLimits;
  /** Signatures on the thread pool at a time. */
  readonly verifying?: number;
  /** Clock, timers and threads; the machine's own unless a simulation stands in. */
  readonly surroundings?: Surroundings;
  /** Told of repairs. */
  readonly note?: (sentence: string) => void;
}

interface Finalized {
  readonly step: SealedStep;
  readonly transactions: readonly BlockTransaction[];
}

interface Opened {
  readonly chain: ChainApp;
  readonly log: DecidedLog;
}

export class CometApplication {
  readonly verdicts: Verdicts;
  readonly #options: ApplicationOptions;
  readonly #storage: Storage;
  readonly #unlock: () => void;
  #opened: Opened | undefined;
  /** What FinalizeBlock computed and Commit will make last. */
  #finalized: Finalized | undefined;
  /** The block that transactions waiting in the mempool would make. */
  #waiting: ChainBlock | undefined;

  /** Restores the last durable state. Throws `NodeFault`: folder_in_use, genesis_unreadable, genesis_differs. */
  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#storage = options.storage ?? disk;
    const slowPath = options.slowPath ?? { ofOneSender: 8, ofAll: 80 };
    const { surroundings = machine } = options;
    const { clockMs } = surroundings;
    const gate = new SignatureGate(options.verifying ?? 32, slowPath, clockMs, surroundings);
    this.verdicts = new Verdicts(gate, options.verdicts ?? 100_000);
    this.#storage.makeFolder(options.folder);
    this.#unlock = this.#storage.lock(join(options.folder, LOCK_FILE));
    try {
      if (this.#storage.exists(join(options.folder, GENESIS_FILE))) {
        this.#open(readGenesis(this.#storage, options.folder));
      }
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** Of the last durable block. */
  get height(): number {
    return this.#opened?.chain.height ?? 0;
  }

  /** Committed state; `undefined` before the genesis is known. */
  view(): ChainView | undefined {
    return this.#opened?.chain.view();
  }

  close(): void {
    this.#opened?.log.close();
    this.#unlock();
  }

  /** Begins what a request will need, while requests before it are still being answered. */
  foresee({ checkTx }: Request): void {
    if (checkTx === undefined || checkTx.type !== CheckTxType.NEW) return;
    const transaction = decodeTransaction(checkTx.tx);
    if (transaction.ok) void this.verdicts.atTheDoor(checkTx.tx, transaction.value);
  }

  /** Rejects where the application cannot go on: a request out of place, a failed disk, books that are wrong. */
  async answer(request: Request): Promise<Response> {
    if (request.echo !== undefined) return Response.fromPartial({ echo: { message: request.echo.message } });
    if (request.flush !== undefined) return Response.fromPartial({ flush: {} });
    if (request.info !== undefined) return Response.fromPartial({ info: this.#info() });
    if (request.checkTx !== undefined) {
      return Response.fromPartial({ checkTx: { code: await this.#checkTx(request.checkTx) } });
    }
    if (request.query !== undefined) return Response.fromPartial({ query: this.#query(request.query) });
    if (request.initChain !== undefined) {
      return Response.fromPartial({ initChain: { appHash: this.#initChain(request.initChain) } });
    }
    if (request.prepareProposal !== undefined) {
      return Response.fromPartial({ prepareProposal: { txs: proposalOf(request.prepareProposal) } });
    }
    if (request.processProposal !== undefined) {
      return Response.fromPartial({ processProposal: { status: judgeProposal(request.processProposal) } });
    }
    if (request.finalizeBlock !== undefined) return this.#finalizeBlock(request.finalizeBlock);
    if (request.commit !== undefined) {
      await this.#commit();
      return Response.fromPartial({ commit: {} });
    }
    if (request.extendVote !== undefined) return Response.fromPartial({ extendVote: {} });
    if (request.verifyVoteExtension !== undefined) {
      const { ACCEPT, REJECT } = ResponseVerifyVoteExtension_VerifyStatus;
      const status = request.verifyVoteExtension.voteExtension.length === 0 ? ACCEPT : REJECT;
      return Response.fromPartial({ verifyVoteExtension: { status } });
    }
    if (request.listSnapshots !== undefined) return Response.fromPartial({ listSnapshots: {} });
    if (request.offerSnapshot !== undefined) {
      return Response.fromPartial({ offerSnapshot: { result: ResponseOfferSnapshot_Result.REJECT } });
    }
    if (request.loadSnapshotChunk !== undefined) return Response.fromPartial({ loadSnapshotChunk: {} });
    if (request.applySnapshotChunk !== undefined) {
      const result = ResponseApplySnapshotChunk_Result.ABORT;
      return Response.fromPartial({ applySnapshotChunk: { result } });
    }
    throw new Error("a request of a kind that ABCI 2.0.0 does not have");
  }

  #info() {
    const height = this.height;
    return {
      data: "contrada",
      appVersion: 1n,
      lastBlockHeight: BigInt(height),
      lastBlockAppHash: height === 0 ? new Uint8Array(0) : this.#chain().stateRoot,
    };
  }

  /** The genesis stands in CometBFT's genesis as `app_state`: a JSON text of its canonical bytes in hexadecimal. */
  #initChain({ chainId, initialHeight, appStateBytes }: RequestInitChain): Uint8Array {
    const hex = /^\s*"((?:[0-9a-f]{2})+)"\s*$/.exec(fromUtf8(appStateBytes) ?? "")?.[1];
    const genesis = hex === undefined ? undefined : decode(genesisCodec, fromHex(hex)!);
    if (genesis?.ok !== true) {
      throw new NodeFault(
        "genesis_unreadable",
        "The app_state of CometBFT's genesis is no genesis of a chain",
      );
    }
    const { folder } = this.#options;
    if (genesis.value.chain !== chainId) {
      throw new NodeFault(
        "genesis_differs",
        `CometBFT's genesis is of "${chainId}", its app_state of "${genesis.value.chain}"`,
      );
    }
    assert(initialHeight === 1n, `a chain that begins at height ${initialHeight}`);
    if (this.#opened === undefined) {
      this.#open(genesis.value);
      replaceFile(this.#storage, join(folder, GENESIS_FILE), encode(genesisCodec, genesis.value));
    }
    const chain = this.#chain();
    if (!equalBytes(genesisHash(chain.genesis), genesisHash(genesis.value))) {
      throw new NodeFault(
        "genesis_differs",
        `The folder ${folder} holds another chain. Choose another folder`,
      );
    }
    assert(chain.height === 0, `a chain of ${chain.height} blocks is begun anew`);
    return chain.stateRoot;
  }

  /** NEW verifies the signature; RECHECK, after each block, only looks whether the rest still holds. */
  async #checkTx({ tx, type }: RequestCheckTx): Promise<number> {
    const transaction = decodeTransaction(tx);
    if (!transaction.ok || this.#opened === undefined) return STATUS.malformed;
    const verdict =
      type === CheckTxType.RECHECK ? "valid" : await this.verdicts.atTheDoor(tx, transaction.value);
    if (verdict === "undecided") return OVERLOADED;
    this.#waiting ??= this.#chain().open(this.#options.now());
    return STATUS[execute(this.#waiting, transaction.value, verdict === "valid", "leaves no trace")];
  }

  /** All signatures that are not known yet first and at once; then the transactions, one after the other. */
  async #finalizeBlock({ height, time, txs }: RequestFinalizeBlock): Promise<Response> {
    const decoded = txs.map((bytes) => decodeTransaction(bytes));
    const signed = await Promise.all(
      decoded.map((found, i) => (found.ok ? this.verdicts.inBlock(txs[i]!, found.value) : false)),
    );
    const chain = this.#chain();
    assert(Number(height) === chain.height + 1, `block ${height} is decided after block ${chain.height}`);
    const block = chain.open(Number(time.seconds));
    const statuses = decoded.map(
      (found, i): Status => (found.ok ? execute(block, found.value, signed[i]!, "counts") : "malformed"),
    );
    const step = chain.seal(block);
    const transactions = txs.map((bytes, i) => ({ bytes, status: STATUS[statuses[i]!] }));
    this.#finalized = { step, transactions };
    const txResults = transactions.map(({ status }): Partial<ExecTxResult> => ({ code: status }));
    return Response.fromPartial({ finalizeBlock: { txResults, appHash: step.stateRoot } });
  }

  async #commit(): Promise<void> {
    const finalized = this.#finalized;
    assert(finalized !== undefined, "Commit without FinalizeBlock");
    this.#finalized = undefined;
    const { height, time, stateRoot, commit } = finalized.step;
    await this.#opened!.log.append({ height, time, stateRoot, transactions: finalized.transactions });
    commit();
    this.#waiting = undefined;
  }

  /** "/state": u64 height ‖ state root. "/rows/TABLE", data = key: a row, or nothing, with its proof. */
  #query({ path, data, height, prove }: RequestQuery) {
    const chain = this.#opened?.chain;
    if (chain === undefined) return { code: QUERY.no_chain };
    if (height !== 0n && Number(height) !== chain.height) return { code: QUERY.height_not_kept };
    const at = BigInt(chain.height);
    if (path === "/state") {
      const value = new Writer().uint(chain.height).fixed(chain.stateRoot, 32).finish();
      return { code: QUERY.ok, value, height: at };
    }
    const table = TABLES.find(({ name }) => path === `/rows/${name}`);
    if (table === undefined) return { code: QUERY.unknown_path };
    const proved = chain.view().proveRow(table, data);
    if (proved === undefined) return { code: QUERY.malformed_key };
    const answer = { code: QUERY.ok, key: data, value: proved.row ?? new Uint8Array(0), height: at };
    if (!prove) return answer;
    const key = new Writer().u16(table.number).fixed(data, data.length).finish();
    const op = { type: ROW_PROOF, key, data: encode(sparseProofCodec, proved.path) };
    return { ...answer, proofOps: { ops: [op] } };
  }

  #open(genesis: Genesis): void {
    const chain = new ChainApp(genesis);
    const path = join(this.#options.folder, DECIDED_LOG_FILE);
    const log = new DecidedLog(this.#storage, path, genesisHash(genesis));
    const cut = log.recover(({ height, time, stateRoot, transactions }) => {
      if (height !== chain.height + 1) return false;
      const block = chain.open(time);
      for (const { bytes, status } of transactions) {
        const transaction = decodeTransaction(bytes);
        // Its own log: a signature was good exactly where the verdict does not say that it was not.
        const again = transaction.ok
          ? execute(block, transaction.value, status !== STATUS.bad_signature, "counts")
          : "malformed";
        if (STATUS[again] !== status) return false;
      }
      const step = chain.seal(block);
      if (!equalBytes(step.stateRoot, stateRoot)) return false;
      step.commit();
      return true;
    });
    if (cut > 0) {
      this.#options.note?.(
        `cut off ${cut} bytes after block ${chain.height} (${toHex(chain.stateRoot)}); CometBFT hands them over again`,
      );
    }
    this.#opened = { chain, log };
  }

  #chain(): ChainApp {
    assert(this.#opened !== undefined, "a request before InitChain");
    return this.#opened.chain;
  }
}

function execute(
  block: ChainBlock,
  transaction: Transaction,
  signed: boolean,
  refused: "counts" | "leaves no trace",
): Status {
  return block.execute(transaction, () => signed, refused).status;
}

/** As many of the mempool's transactions, in its order, as go into the block; a transaction costs its frame too. */
function proposalOf({ txs, maxTxBytes }: RequestPrepareProposal): Uint8Array[] {
  const chosen: Uint8Array[] = [];
  let left = Number(maxTxBytes);
  for (const bytes of txs) {
    const cost = 1 + varintBytes(bytes.length) + bytes.length;
    if (cost > left) break;
    if (!decodeTransaction(bytes).ok) continue;
    chosen.push(bytes);
    left -= cost;
  }
  return chosen;
}

/** Any block of transactions is accepted; a refused one stands in it with its verdict. Bytes that are none are not. */
function judgeProposal({ txs }: RequestProcessProposal): ResponseProcessProposal_ProposalStatus {
  const { ACCEPT, REJECT } = ResponseProcessProposal_ProposalStatus;
  return txs.every((bytes) => decodeTransaction(bytes).ok) ? ACCEPT : REJECT;
}

function varintBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
