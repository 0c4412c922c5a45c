/**
 * The chain as an application under CometBFT (ABCI 2.0): consensus decides which transactions stand in which
 * block; this says what they do. The same transactions at the same times give the same state root here and
 * under the embedded producer.
 *
 * What is promised to CometBFT: FinalizeBlock computes and changes nothing that lasts; Commit makes the block
 * durable, then answers; Info names the last durable block, so that after a crash CometBFT hands over what is
 * missing. Codes of results are numbers of `ledger/status`; texts never enter them. Vote extensions are not
 * used. How it restarts is in `restart`, how a new node gets the state of others in `state-sync`.
 */

import { dirname, join } from "node:path";
import {
  CheckTxType,
  type ExecTxResult,
  MisbehaviorType,
  type Request,
  type RequestCheckTx,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestOfferSnapshot,
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
import { fromUtf8, toHex, utf8 } from "#base/bytes.ts";
import { encode, Writer } from "#base/codec.ts";
import { about, type Note } from "#base/log.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainApp, ChainBlock, ExecutedTransaction, SealedStep } from "#chain/app.ts";
import { genesisHash, TABLES } from "#chain/genesis.ts";
import type { CommittedBlock, StoredBlock } from "#chain/host.ts";
import type { ChainView } from "#chain/view.ts";
import { hash } from "#crypto/hash.ts";
import { sparseProofCodec } from "#crypto/sparse-tree.ts";
import { STATUS, statusOf } from "#ledger/status.ts";
import { decodeTransaction, transactionId } from "#ledger/transaction.ts";
import type { Misbehaviour, MisbehaviourKind } from "#market/evidence.ts";
import { ADDRESS_BYTES } from "#market/organisation.ts";
import type { ValidatorUpdate } from "#market/validator-set.ts";
import {
  appStateJson,
  type CometGenesis,
  chainTime,
  cometGenesisOf,
  consensusTimeAt,
  consensusTimeText,
  readAppState,
  speedAt,
} from "#node/comet/app-state.ts";
import { type DecidedBlock, DecidedLog } from "#node/comet/decided-log.ts";
import { KnownTransactions } from "#node/comet/known.ts";
import {
  type ChainFolder,
  chainUpTo,
  DECIDED_LOG_FILE,
  execute,
  executeAgain,
  MALFORMED,
  restart,
} from "#node/comet/restart.ts";
import { writeStateSnapshot } from "#node/comet/state-snapshot.ts";
import {
  offeredHeightsCodec,
  offeredSnapshots,
  SNAPSHOT_REFUSED,
  StateSync,
  snapshotChunk,
} from "#node/comet/state-sync.ts";
import { Verdicts } from "#node/comet/verdicts.ts";
import { SNAPSHOT_FAILED } from "#node/events.ts";
import { NodeFault } from "#node/fault.ts";
import { LOCK_FILE } from "#node/folder.ts";
import { SignatureGate, type SlowPathLimits } from "#node/signature-gate.ts";
import { disk, replaceFile, type Storage } from "#node/storage.ts";
import { machine, type Surroundings } from "#node/surroundings.ts";

/** CometBFT's genesis as InitChain told it, kept where the genesis file of a home is not named. */
export const TOLD_GENESIS_FILE = "genesis.json";
/** Code of a CheckTx that this node put off: nothing is wrong with the transaction. Above every status. */
export const OVERLOADED = 1_000;
/** Codes of Query. */
export const QUERY = { ok: 0, no_chain: 1, unknown_path: 2, malformed_key: 3, height_not_kept: 4 } as const;
/** Type of the proof of a row; its data is `sparseProofCodec`, its key u16 table ‖ key bytes. */
export const ROW_PROOF = "contrada:row/1";

export interface ApplicationOptions {
  readonly folder: string;
  /** CometBFT's genesis file; without one, InitChain says what stands in it. */
  readonly genesisFile?: string;
  /** This machine's clock, ms since 1970. */
  readonly wallMs?: () => number;
  readonly storage?: Storage;
  /** Verdicts on signatures that are remembered. */
  readonly verdicts?: number;
  readonly slowPath?: SlowPathLimits;
  /** Signatures on the thread pool at a time. */
  readonly verifying?: number;
  /** Above which CheckTx puts off what is new: transactions that wait for a block, signatures to be verified. */
  readonly most?: { readonly waiting: number; readonly unverified: number };
  /** A snapshot is taken at each height that this divides; all nodes of a network want the same number. */
  readonly snapshotEvery?: number;
  /** Clock, timers and threads; the machine's own unless a simulation stands in. */
  readonly surroundings?: Surroundings;
  /** Told of repairs. */
  readonly note?: Note;
  /** Called at each Commit when the block is durable, before Commit is answered. Must not throw. */
  readonly committed?: (block: CommittedBlock) => void;
  /** Called with each verdict of CheckTx, before it is answered. Must not throw. */
  readonly checked?: (check: Checked) => void;
}

/** What CheckTx said of a transaction. */
export interface Checked {
  readonly bytes: Uint8Array;
  /** A number of `ledger/status`, or `OVERLOADED`. */
  readonly code: number;
  /** Whether it waited already and was looked at again after a block. */
  readonly again: boolean;
}

interface Finalized {
  readonly step: SealedStep;
  readonly decided: DecidedBlock;
  readonly executed: readonly ExecutedTransaction[];
}

interface Opened {
  readonly genesis: CometGenesis;
  readonly chain: ChainApp;
  readonly log: DecidedLog;
}

/**
 * About a second's worth on two cores: more waiting would commit no more, but be looked at again after each
 * block, and who is told to come back at once is served better than who waits.
 */
const MOST = { waiting: 1_500, unverified: 1_000 };

export class CometApplication {
  readonly verdicts: Verdicts;
  readonly #known = new KnownTransactions();
  /** Whether what is to be checked was let in when it arrived. */
  readonly #arrivals = new WeakMap<RequestCheckTx, boolean>();
  readonly #options: ApplicationOptions;
  readonly #storage: Storage;
  readonly #unlock: () => void;
  #opened: Opened | undefined;
  /** What FinalizeBlock computed and Commit will make last. */
  #finalized: Finalized | undefined;
  /** The block that transactions waiting in the mempool would make. */
  #waiting: ChainBlock | undefined;
  /** When the proposals at the next height were seen, by block hash: the next block's time is not before. */
  readonly #proposedMs = new Map<string, number>();
  #nextTime: UnixSeconds = 0;
  #sync: StateSync | undefined;
  #snapshotting = false;
  #closed = false;

  /** Restores the last durable state. Throws `NodeFault`: folder_in_use, genesis_unreadable, genesis_differs, state_lost. */
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
      const file = this.#genesisFile;
      if (this.#storage.exists(file)) {
        this.#open(cometGenesisOf(fromUtf8(this.#storage.read(file)) ?? ""));
      } else if (options.genesisFile !== undefined) {
        throw new NodeFault("genesis_unreadable", `There is no genesis ${options.genesisFile}`);
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

  /** CometBFT's genesis; `undefined` before it is known. */
  get genesis(): CometGenesis | undefined {
    return this.#opened?.genesis;
  }

  /** Committed state; `undefined` before the genesis is known. */
  view(): ChainView | undefined {
    return this.#opened?.chain.view();
  }

  /** The chain's time by this machine's clock. */
  now(): UnixSeconds {
    return this.#timeAt(this.#wallMs());
  }

  /** Seconds of the chain per second of this machine's clock, now. */
  get speed(): number {
    if (this.#opened === undefined) return 1;
    const { appState, time } = this.#opened.genesis;
    return speedAt(appState.clock, time, consensusTimeAt(this.#wallMs()));
  }

  /** A decided block, or `undefined` where this node has none of that height. */
  block(height: number): StoredBlock | undefined {
    const block = this.#opened?.log.read(height);
    return block === undefined ? undefined : this.#stored(block);
  }

  /**
   * The blocks from a height to the last with their events; executes the chain anew from the newest snapshot
   * before, beside the running one. A node that began with a state of others has no blocks before that.
   */
  *replay(fromHeight: number): Generator<CommittedBlock> {
    const { chain: running, log } = this.#opened ?? {};
    if (running === undefined || log === undefined) return;
    const { chain } = chainUpTo(this.#place()!, log, fromHeight - 1);
    while (chain.height < running.height) {
      const decided = log.read(chain.height + 1);
      assert(decided !== undefined, `there is no block ${chain.height + 1}`);
      const again = executeAgain(chain, decided);
      assert(again !== undefined, `block ${decided.height} does not follow from those before it`);
      again.step.commit();
      if (decided.height >= fromHeight) yield this.#withEvents(decided, again);
    }
  }

  /** Another CometBFT will dial in: what the last one had not decided is nobody's any more. */
  beginAnew(): void {
    this.#finalized = undefined;
    this.#waiting = undefined;
    this.#proposedMs.clear();
  }

  /** May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sync?.drop();
    this.#opened?.log.close();
    this.#unlock();
  }

  /** Begins to verify a transaction that is about to come to the door. Must not change afterwards. */
  expect(bytes: Uint8Array): void {
    const known = this.#known.of(bytes);
    if (known !== undefined) void this.verdicts.atTheDoor(known);
  }

  /** Begins what a request will need, while requests before it are still being answered. */
  foresee({ checkTx }: Request): void {
    if (checkTx === undefined || checkTx.type !== CheckTxType.NEW) return;
    if (!this.#letIn(checkTx)) return;
    const known = this.#known.of(checkTx.tx);
    if (known !== undefined) void this.verdicts.atTheDoor(known);
  }

  /** Whether it may come in, decided once; what was expected may, also where there is no room for more. */
  #letIn(request: RequestCheckTx): boolean {
    const decided = this.#arrivals.get(request);
    if (decided !== undefined) return decided;
    const may = this.room() > 0 || this.#isExpected(request.tx);
    this.#arrivals.set(request, may);
    return may;
  }

  #isExpected(bytes: Uint8Array): boolean {
    const known = this.#known.kept(bytes);
    return known !== undefined && this.verdicts.isAsked(known);
  }

  /** Rejects where the application cannot go on: a request out of place, a failed disk, books that are wrong. */
  async answer(request: Request): Promise<Response> {
    if (request.echo !== undefined) return Response.fromPartial({ echo: { message: request.echo.message } });
    if (request.flush !== undefined) return FLUSHED;
    if (request.info !== undefined) return Response.fromPartial({ info: this.#info() });
    if (request.checkTx !== undefined) {
      const { tx, type } = request.checkTx;
      const code = await this.#checkTx(request.checkTx);
      this.#options.checked?.({ bytes: tx, code, again: type === CheckTxType.RECHECK });
      return checked(code);
    }
    if (request.query !== undefined) return Response.fromPartial({ query: this.#query(request.query) });
    if (request.initChain !== undefined) {
      return Response.fromPartial({ initChain: this.#initChain(request.initChain) });
    }
    if (request.prepareProposal !== undefined) {
      return this.#propose(request.prepareProposal);
    }
    if (request.processProposal !== undefined) {
      return this.#judge(request.processProposal);
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
    if (request.listSnapshots !== undefined) {
      const place = this.#place();
      const snapshots = place === undefined ? [] : offeredSnapshots(place, this.height);
      return Response.fromPartial({ listSnapshots: { snapshots } });
    }
    if (request.loadSnapshotChunk !== undefined) {
      const { height, format, chunk: index } = request.loadSnapshotChunk;
      const place = this.#place();
      const chunk = place === undefined ? NOTHING : snapshotChunk(place, Number(height), format, index);
      return Response.fromPartial({ loadSnapshotChunk: { chunk } });
    }
    if (request.offerSnapshot !== undefined) {
      return Response.fromPartial({ offerSnapshot: { result: this.#offered(request.offerSnapshot) } });
    }
    if (request.applySnapshotChunk !== undefined) {
      const applied = await this.#sync?.apply(request.applySnapshotChunk, (chain) => this.#adopt(chain));
      const { ABORT } = ResponseApplySnapshotChunk_Result;
      return Response.fromPartial({ applySnapshotChunk: applied ?? { result: ABORT } });
    }
    throw new Error("a request of a kind that ABCI 2.0.0 does not have");
  }

  #info() {
    const begun = this.#begun;
    return {
      data: "contrada",
      appVersion: 1n,
      lastBlockHeight: begun ? BigInt(this.height) : 0n,
      lastBlockAppHash: begun ? this.#chain().stateRoot : NOTHING,
    };
  }

  /**
   * CometBFT's genesis: the one of the file, where it was read already. The first validators are the founders'; a
   * chain whose founders have none goes by those of CometBFT's genesis.
   */
  #initChain({ chainId, initialHeight, time, appStateBytes }: RequestInitChain) {
    assert(time !== undefined, "InitChain without a time");
    const told: CometGenesis = {
      chain: chainId,
      time,
      initialHeight: Number(initialHeight),
      appState: readAppState(appStateBytes),
    };
    const text = genesisText(told);
    const { folder } = this.#options;
    if (this.#opened === undefined) {
      this.#open(cometGenesisOf(text));
      replaceFile(this.#storage, this.#genesisFile, utf8(text));
    }
    const { chain, genesis } = this.#opened!;
    if (genesisText(genesis) !== text) {
      throw new NodeFault(
        "genesis_differs",
        `The folder ${folder} holds another chain. Choose another folder`,
      );
    }
    assert(!this.#begun, `a chain at block ${chain.height} is begun anew`);
    const { founders } = chain.genesis;
    const keys = founders.flatMap(({ validator }) => validator ?? []);
    const validators = keys.map((key) => asValidatorUpdate({ key, power: 1 }));
    return { appHash: chain.stateRoot, validators };
  }

  /**
   * NEW verifies the signature; RECHECK, after each block, only looks whether the rest still holds. Too much at
   * once is put off before it costs a signature.
   */
  async #checkTx(request: RequestCheckTx): Promise<number> {
    const isNew = request.type !== CheckTxType.RECHECK;
    if (isNew && !this.#letIn(request)) return OVERLOADED;
    const known = this.#known.of(request.tx);
    if (known === undefined || this.#opened === undefined) return STATUS.malformed;
    const verdict = isNew ? await this.verdicts.atTheDoor(known) : "valid";
    if (verdict === "undecided") return OVERLOADED;
    this.#waiting ??= this.#chain().open(this.#nextTime);
    return STATUS[execute(this.#waiting, known.transaction, verdict === "valid", "leaves no trace").status];
  }

  /**
   * How many new ones would be let in now, where so many wait: what is not let in is put off without a look at it.
   * Without a number, as many wait as were looked at since the last block.
   */
  room(waiting = 0): number {
    const most = this.#options.most ?? MOST;
    if (this.verdicts.underWay >= most.unverified) return 0;
    return Math.max(0, most.waiting - Math.max(waiting, this.#waiting?.executed ?? 0));
  }

  /** As many of the mempool's transactions, in its order, as go into the block; a transaction costs its frame too. */
  async #propose({ txs, maxTxBytes }: RequestPrepareProposal): Promise<Response> {
    const good = await this.#signed(txs);
    const chosen: Uint8Array[] = [];
    let left = Number(maxTxBytes);
    for (const [i, bytes] of txs.entries()) {
      const cost = 1 + varintBytes(bytes.length) + bytes.length;
      if (cost > left) break;
      if (good[i] !== true) continue;
      chosen.push(bytes);
      left -= cost;
    }
    return Response.fromPartial({ prepareProposal: { txs: chosen } });
  }

  /**
   * A block of signed transactions is accepted; one that its rules refuse stands in it with its verdict. Bytes
   * that are no transaction, or one that nobody signed, stand in no block of an honest proposer: the first of
   * them ends the work on the block, so that a dishonest one makes nobody refute thousands.
   */
  async #judge(request: RequestProcessProposal): Promise<Response> {
    this.#seen(request);
    const { ACCEPT, REJECT } = ResponseProcessProposal_ProposalStatus;
    const good = (await this.#signed(request.txs, "until the first bad one")).every((one) => one === true);
    return Response.fromPartial({ processProposal: { status: good ? ACCEPT : REJECT } });
  }

  /** Of each whether it is a transaction with a good signature: known verdicts first, the others some at a time. */
  async #signed(txs: readonly Uint8Array[], until?: "until the first bad one"): Promise<boolean[]> {
    const known = txs.map((bytes) => this.#known.of(bytes));
    if (until !== undefined && known.includes(undefined)) return [false];
    const good: boolean[] = [];
    for (let from = 0; from < known.length; from += TOGETHER) {
      const some = known.slice(from, from + TOGETHER);
      good.push(...(await Promise.all(some.map((one) => one !== undefined && this.verdicts.inBlock(one)))));
      if (until !== undefined && good.includes(false)) break;
    }
    return good;
  }

  /** All signatures that are not known yet first and at once; then the transactions, one after the other. */
  async #finalizeBlock(request: RequestFinalizeBlock): Promise<Response> {
    const { height, time, txs, hash } = request;
    const known = txs.map((bytes) => this.#known.of(bytes));
    const signed = await this.#signed(txs);
    assert(this.#opened !== undefined, "a request before InitChain");
    const { chain, genesis } = this.#opened;
    assert(Number(height) === chain.height + 1, `block ${height} is decided after block ${chain.height}`);
    assert(time !== undefined, `block ${height} has no time`);
    const misbehaviour = misbehaviourOf(request);
    const block = chain.open(chainTime(genesis.appState.clock, genesis.time, time), misbehaviour);
    const executed = known.map(
      (one, i): ExecutedTransaction =>
        one === undefined ? MALFORMED : execute(block, one.transaction, signed[i]!, "counts"),
    );
    const step = chain.seal(block);
    const transactions = txs.map((bytes, i) => ({ bytes, status: STATUS[executed[i]!.status] }));
    const { stateRoot, validatorUpdates } = step;
    const decided = { height: step.height, time: step.time, hash, stateRoot, misbehaviour, transactions };
    this.#finalized = { step, decided, executed };
    const txResults = transactions.map(({ status }): Partial<ExecTxResult> => ({ code: status }));
    return Response.fromPartial({
      finalizeBlock: {
        txResults,
        appHash: stateRoot,
        validatorUpdates: validatorUpdates.map(asValidatorUpdate),
      },
    });
  }

  async #commit(): Promise<void> {
    const finalized = this.#finalized;
    assert(finalized !== undefined, "Commit without FinalizeBlock");
    this.#finalized = undefined;
    const { decided, step } = finalized;
    await this.#opened!.log.append(decided);
    step.commit();
    this.#waiting = undefined;
    this.#foreseeTime(decided);
    this.#snapshotWhereDue();
    this.#options.committed?.(this.#withEvents(decided, finalized));
  }

  /**
   * A proposal is voted on after it was seen, and the votes say the time of the block after it (BFT time). So
   * the chain's time when the proposal of the last block was seen is what the next block's will hardly be
   * before, and what waits is checked at that time: not now, where nothing was decided for a while.
   */
  #foreseeTime({ hash, time }: DecidedBlock): void {
    const seenMs = this.#proposedMs.get(toHex(hash));
    this.#proposedMs.clear();
    this.#nextTime = Math.max(time, seenMs === undefined ? 0 : this.#timeAt(seenMs));
  }

  #seen({ hash }: RequestProcessProposal): void {
    const name = toHex(hash);
    if (this.#proposedMs.size >= PROPOSALS_MAX || this.#proposedMs.has(name)) return;
    this.#proposedMs.set(name, this.#wallMs());
  }

  #wallMs(): number {
    return this.#options.wallMs?.() ?? Date.now();
  }

  #timeAt(wallMs: number): UnixSeconds {
    const at = consensusTimeAt(wallMs);
    if (this.#opened === undefined) return Number(at.seconds);
    const { appState, time } = this.#opened.genesis;
    return chainTime(appState.clock, time, at);
  }

  get #genesisFile(): string {
    const { folder, genesisFile } = this.#options;
    return genesisFile ?? join(folder, TOLD_GENESIS_FILE);
  }

  #stored({ height, time, hash, stateRoot, transactions }: DecidedBlock): StoredBlock {
    const { log, chain } = this.#opened!;
    return {
      height,
      time,
      hash,
      previousHash: log.read(height - 1)?.hash ?? genesisHash(chain.genesis),
      stateRoot,
      transactions: transactions.map(({ bytes, status }) => ({
        id: idOf(bytes),
        bytes,
        status: statusOf(status) ?? "malformed",
      })),
      seal: { by: "validators" },
    };
  }

  #withEvents(decided: DecidedBlock, { step, executed }: Omit<Finalized, "decided">): CommittedBlock {
    const stored = this.#stored(decided);
    const transactions = stored.transactions.map((one, i) => ({ ...one, events: executed[i]!.events }));
    return { ...stored, events: step.events, transactions };
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
    if (path === "/snapshots") {
      const heights = offeredSnapshots(this.#place()!, chain.height).map(({ height }) => Number(height));
      return { code: QUERY.ok, value: encode(offeredHeightsCodec, heights), height: at };
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

  #open(genesis: CometGenesis): void {
    const { chain, log, restoredFrom } = restart(this.#placeOf(genesis), this.#note);
    if (restoredFrom > 0) {
      const what = about("node", "snapshot_restored", { height: restoredFrom }, "info");
      this.#note(`went on from the snapshot of block ${restoredFrom}`, undefined, what);
    }
    this.#opened = { genesis, chain, log };
    this.#nextTime = chain.time;
  }

  #place(): ChainFolder | undefined {
    return this.#opened && this.#placeOf(this.#opened.genesis);
  }

  #placeOf({ appState: { genesis, state } }: CometGenesis): ChainFolder {
    const place = { storage: this.#storage, folder: this.#options.folder, genesis };
    if (state === undefined) return place;
    const path = join(dirname(this.#genesisFile), state.file);
    return { ...place, inherited: { path, sha256: state.sha256 } };
  }

  /** Whether a block was decided since the genesis, or the state of a later one taken over. */
  get #begun(): boolean {
    const { chain, genesis } = this.#opened ?? {};
    return chain !== undefined && chain.height >= genesis!.initialHeight;
  }

  #offered(request: RequestOfferSnapshot): ResponseOfferSnapshot_Result {
    const place = this.#place();
    if (place === undefined) return ResponseOfferSnapshot_Result.REJECT;
    if (this.#begun) {
      this.#note(
        `refused a snapshot: this node has block ${this.height} already`,
        undefined,
        SNAPSHOT_REFUSED,
      );
      return ResponseOfferSnapshot_Result.ABORT;
    }
    this.#sync ??= new StateSync(place, this.#note);
    return this.#sync.offered(request);
  }

  /** Goes on from a state of others, which is a durable snapshot of this folder by now. */
  #adopt(chain: ChainApp): void {
    const { genesis, log } = this.#opened!;
    log.close();
    const path = join(this.#options.folder, DECIDED_LOG_FILE);
    const base = { height: chain.height, stateRoot: chain.stateRoot };
    const begun = DecidedLog.begin(this.#storage, path, genesisHash(chain.genesis), base);
    this.#opened = { genesis, chain, log: begun };
    this.#waiting = undefined;
    this.#nextTime = Math.max(chain.time, this.now());
    const what = about("node", "state_synced", { height: chain.height }, "info");
    this.#note(`began with the state of block ${chain.height} (${toHex(chain.stateRoot)})`, undefined, what);
  }

  /** Beside the running chain: the rows are taken at once, written later. */
  #snapshotWhereDue(): void {
    const { snapshotEvery = SNAPSHOT_EVERY, folder, surroundings = machine } = this.#options;
    const { chain, log } = this.#opened!;
    const { height, stateRoot } = chain;
    if (height % snapshotEvery !== 0 || this.#snapshotting) return;
    const content = { genesisHash: genesisHash(chain.genesis), height, stateRoot, rows: chain.export() };
    this.#snapshotting = true;
    writeStateSnapshot(this.#storage, folder, content, log.base.height, async () => {
      await surroundings.turn();
      return !this.#closed;
    })
      .catch((error) => {
        if (!this.#closed) {
          const why = error instanceof Error ? error.message : error;
          this.#note(`a snapshot failed: ${why}`, undefined, SNAPSHOT_FAILED);
        }
      })
      .finally(() => {
        this.#snapshotting = false;
      });
  }

  readonly #note: Note = (...told) => this.#options.note?.(...told);

  #chain(): ChainApp {
    assert(this.#opened !== undefined, "a request before InitChain");
    return this.#opened.chain;
  }
}

/** Blocks from one snapshot to the next, unless said otherwise. */
export const SNAPSHOT_EVERY = 1_000;
const NOTHING = new Uint8Array(0);

/** Proposals of one height whose times are remembered; a height rarely has more than one. */
const PROPOSALS_MAX = 100;

/** Signatures of a block that are verified at once. */
const TOGETHER = 64;

const FLUSHED = Response.fromPartial({ flush: {} });
const answersOfCheckTx = new Map<number, Response>();

/** One object per code: the server encodes it once. */
function checked(code: number): Response {
  const known = answersOfCheckTx.get(code) ?? Response.fromPartial({ checkTx: { code } });
  answersOfCheckTx.set(code, known);
  return known;
}

/** The transaction's name; bytes that are none go by their hash. */
function idOf(bytes: Uint8Array): Uint8Array {
  const transaction = decodeTransaction(bytes);
  return transaction.ok ? transactionId(transaction.value) : hash(bytes);
}

/** The evidence in a block, in its order; what has no name here speaks against nobody. */
function misbehaviourOf({ misbehavior }: RequestFinalizeBlock): Misbehaviour[] {
  return misbehavior.flatMap(({ type, validator, height }) => {
    const kind = MISBEHAVIOUR_KINDS.get(type);
    const address = validator?.address;
    if (kind === undefined || address?.length !== ADDRESS_BYTES) return [];
    return [{ kind, address, height: Number(height) }];
  });
}

const MISBEHAVIOUR_KINDS: ReadonlyMap<MisbehaviorType, MisbehaviourKind> = new Map([
  [MisbehaviorType.DUPLICATE_VOTE, "duplicate_vote"],
  [MisbehaviorType.LIGHT_CLIENT_ATTACK, "light_client_attack"],
]);

/** CometBFT's form of a validator's key and power. */
function asValidatorUpdate({ key, power }: ValidatorUpdate) {
  return { pubKey: { ed25519: key }, power: BigInt(power) };
}

/** What InitChain says, in the words of a genesis file. */
function genesisText({ chain, time, initialHeight, appState }: CometGenesis): string {
  return JSON.stringify({
    chain_id: chain,
    genesis_time: consensusTimeText(time),
    initial_height: String(initialHeight),
    app_state: appStateJson(appState),
  });
}

function varintBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
