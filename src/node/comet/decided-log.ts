/**
 * What an application under CometBFT keeps of the blocks that consensus decided: enough to come back to the
 * same state without asking anyone. A block is appended and synced at Commit, before Commit is answered.
 *
 * CometBFT keeps every block too and hands over again whatever the application says it lacks. So any record
 * that is broken, at the end or before, is cured by cutting the log off there: no block is lost. The opening is
 * another matter: the blocks before its base nobody has. Where it is damaged and the first record is not the
 * chain's first block, the node stops and says so.
 *
 * It begins with the first block of the chain, or, where the state came from others (state sync), with the block
 * after that state: its base. A file is
 *
 * | field | form |
 * |---|---|
 * | mark | 20 bytes "contrada-decided-" and the version, 3 digits |
 * | genesis hash | 32 |
 * | base | u64 height, 32 its state root; the root of a base that the genesis gives is zeros |
 * | checksum | 32: SHA-256 of everything before |
 * | records | each u32 length of the block, the block, its SHA-256 |
 */
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { assert } from "#base/assert.ts";
import { concat, equalBytes, utf8 } from "#base/bytes.ts";
import { type Codec, CodecError, decode, encode, Reader, Writer } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { BlockTransaction } from "#ledger/block.ts";
import { EVIDENCE, type Misbehaviour } from "#market/evidence.ts";
import { NodeFault, type Place } from "#node/fault.ts";
import { replaceFile, type Storage, type StorageFile } from "#node/storage.ts";

export interface DecidedBlock {
  readonly height: number;
  /** The chain's, not that of consensus. */
  readonly time: UnixSeconds;
  /** CometBFT's hash of the block. */
  readonly hash: Uint8Array;
  /** After the block: its app hash. */
  readonly stateRoot: Uint8Array;
  readonly misbehaviour: readonly Misbehaviour[];
  /** All that consensus put into the block, those that counted for nothing as well. */
  readonly transactions: readonly BlockTransaction[];
}

const MARK = utf8("contrada-decided-003");
const DIGEST_BYTES = 32;
const ZEROS = new Uint8Array(32);
const NAMED = MARK.length + 32;
const START = NAMED + 8 + 32 + DIGEST_BYTES;
/** A vote says once at most that another validator misbehaved. */
const MISBEHAVIOUR_MAX = 1 << 16;
/** CometBFT allows blocks of up to 100 MB. */
const BLOCK_MAX_BYTES = 128 * 1024 * 1024;
const TRANSACTIONS_MAX = 1 << 24;

export const decidedBlockCodec: Codec<DecidedBlock> = {
  write(writer, { height, time, hash, stateRoot, misbehaviour, transactions }) {
    writer.uint(height).uint(time).fixed(hash, 32).fixed(stateRoot, 32);
    writer.list(misbehaviour, MISBEHAVIOUR_MAX, EVIDENCE.key.write);
    writer.list(transactions, TRANSACTIONS_MAX, (w, { bytes, status }) =>
      w.bytes(bytes, BLOCK_MAX_BYTES).u16(status),
    );
  },
  read: (reader) => ({
    height: reader.uint(),
    time: reader.uint(),
    hash: reader.fixed(32),
    stateRoot: reader.fixed(32),
    misbehaviour: reader.list(MISBEHAVIOUR_MAX, EVIDENCE.key.read),
    transactions: reader.list(TRANSACTIONS_MAX, (r) => ({
      bytes: r.bytes(BLOCK_MAX_BYTES),
      status: r.u16(),
    })),
  }),
};

/** The state after which a log begins. */
export interface LogBase {
  readonly height: number;
  /** `undefined` where the genesis gives that state. */
  readonly stateRoot: Uint8Array | undefined;
}

export class DecidedLog {
  readonly base: LogBase;
  readonly #file: StorageFile;
  /** Where each block begins, in bytes; the first is the one after the base. */
  readonly #offsets: number[] = [];
  #end = START;
  #failure: NodeFault | undefined;

  /**
   * Opens the log of a chain, or begins it after the base `fresh` where there is none. Throws `NodeFault`:
   * genesis_differs, state_lost.
   */
  constructor(storage: Storage, path: string, genesisHash: Uint8Array, fresh = 0) {
    if (!storage.exists(path))
      writeOpening(storage, path, genesisHash, { height: fresh, stateRoot: undefined });
    // Of a process that was killed, names may show that are not yet durable, the log's own and the genesis's
    // beside it; nothing is built on them.
    storage.syncFolder(dirname(path));
    this.#file = storage.open(path, "write");
    const found = this.#file.read(0, START);
    if (found.length >= NAMED && !isNamed(found, genesisHash)) {
      this.#file.close();
      throw new NodeFault("genesis_differs", `The log ${path} is of another chain. Choose another folder`);
    }
    const base = baseOf(found);
    this.base = base ?? { height: fresh, stateRoot: undefined };
    if (base === undefined) {
      // A state of others has its opening whole before any block follows it; only the first block shows that
      // there was none.
      if (this.#read(START)?.block.height !== fresh + 1) {
        this.#file.close();
        throw stateLost("the block that its log begins after cannot be read", dirname(path), {
          file: basename(path),
          offset: 0,
        });
      }
      this.#file.write(0, openingOf(genesisHash, this.base));
      this.#file.syncNow();
    }
    this.#index();
  }

  /** Begins the log anew after a state that came from others, in the place of what was there. */
  static begin(storage: Storage, path: string, genesisHash: Uint8Array, base: LogBase): DecidedLog {
    writeOpening(storage, path, genesisHash, base);
    return new DecidedLog(storage, path, genesisHash);
  }

  /** Of the last block; of the base where there is none. */
  get height(): number {
    return this.base.height + this.#offsets.length;
  }

  /** Bytes. */
  get size(): number {
    return this.#end;
  }

  /**
   * The blocks after the height `after` in order, to be read once before the first is appended. `believe` says
   * whether one follows from those before it; the log is cut off before the first that does not, and behind its
   * last whole record. Returns how many bytes were cut off.
   */
  recover(believe: (block: DecidedBlock) => boolean, after = this.base.height): number {
    for (let height = after + 1; height <= this.height; height++) {
      const block = this.read(height);
      if (block !== undefined && believe(block)) continue;
      const kept = height - 1 - this.base.height;
      this.#end = this.#offsets[kept]!;
      this.#offsets.length = kept;
    }
    const cut = this.#file.size() - this.#end;
    if (cut > 0) this.#file.truncate(this.#end);
    // What a process that was killed had written and not yet synced shows here and may still be lost.
    this.#file.syncNow();
    return cut;
  }

  /** The block of a height; `undefined` where there is none, or its bytes went bad since the opening. */
  read(height: number): DecidedBlock | undefined {
    const offset = this.#offsets[height - this.base.height - 1];
    return offset === undefined ? undefined : this.#read(offset)?.block;
  }

  /** Resolves when the block is durable. Throws `disk_failed`; the log is then of no more use. */
  async append(block: DecidedBlock): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = encode(decidedBlockCodec, block);
    assert(bytes.length <= BLOCK_MAX_BYTES, `a block of ${bytes.length} bytes`);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    const record = concat(length, bytes, digestOf(bytes));
    try {
      this.#file.write(this.#end, record);
      await this.#file.sync();
      this.#offsets.push(this.#end);
      this.#end += record.length;
    } catch (cause) {
      const place = { file: this.#file.path, offset: this.#end, height: block.height };
      this.#failure = new NodeFault("disk_failed", "A block could not be made durable; the node stops", {
        place,
        cause,
      });
      throw this.#failure;
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Where the blocks stand, up to the first record that is broken or not of the height that is due. */
  #index(): void {
    for (;;) {
      const next = this.#read(this.#end);
      if (next?.block.height !== this.height + 1) break;
      this.#offsets.push(this.#end);
      this.#end = next.end;
    }
  }

  #read(offset: number): DecidedRecord | undefined {
    const record = recordAt(this.#file, offset, this.#file.size());
    return typeof record === "string" ? undefined : record;
  }
}

export interface DecidedRecord {
  readonly offset: number;
  /** Offset after it. */
  readonly end: number;
  readonly block: DecidedBlock;
}

/** The record at an offset of a log of a size; a text says why it is none. */
function recordAt(file: StorageFile, offset: number, size: number): DecidedRecord | string {
  const prefix = file.read(offset, 4);
  if (prefix.length < 4) return CUT_SHORT;
  const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0);
  const end = offset + 4 + length + DIGEST_BYTES;
  if (length > BLOCK_MAX_BYTES) return `a record that claims a block of ${length} bytes`;
  if (end > size) return CUT_SHORT;
  const bytes = file.read(offset + 4, length);
  const digest = file.read(end - DIGEST_BYTES, DIGEST_BYTES);
  if (!equalBytes(digestOf(bytes), digest)) return "a record with a wrong digest";
  const block = decode(decidedBlockCodec, bytes);
  return block.ok ? { offset, end, block: block.value } : `a record without a block: ${block.error.message}`;
}

const CUT_SHORT = "a record that the end of the log cuts short";

/** Where a walk ended. */
export interface DecidedEnd {
  /** Offset after the last good record. */
  readonly end: number;
  /** What is wrong with the bytes there; `undefined` where the log ends there too. */
  readonly broken: string | undefined;
  /** Whether a write that did not come to its end leaves such bytes. */
  readonly unfinished: boolean;
}

/** Walks over the records after a base, up to a size, until they end or one is not good. Only reads. */
export function* walkDecided(
  file: StorageFile,
  base: LogBase,
  size: number,
): Generator<DecidedRecord, DecidedEnd> {
  let end = START;
  for (let due = base.height + 1; end < size; due++) {
    const record = recordAt(file, end, size);
    if (typeof record === "string") {
      const unfinished = record === CUT_SHORT && !isWholeBeyondItsLength(file, end, size);
      return { end, broken: record, unfinished };
    }
    if (record.block.height !== due) {
      return { end, broken: `block ${record.block.height} in the place of ${due}`, unfinished: false };
    }
    yield record;
    ({ end } = record);
  }
  return { end, broken: undefined, unfinished: false };
}

/** Whether a record that seems to be cut short is there with its digest: then it is its length that is wrong. */
function isWholeBeyondItsLength(file: StorageFile, offset: number, size: number): boolean {
  const rest = file.read(offset + 4, Math.min(size - offset, BLOCK_MAX_BYTES));
  const reader = new Reader(rest);
  try {
    decidedBlockCodec.read(reader);
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
  const length = rest.length - reader.remaining;
  const digest = rest.subarray(length, length + DIGEST_BYTES);
  return equalBytes(digestOf(rest.subarray(0, length)), digest);
}

/** What a log begins with; a text says why it cannot be read, or is not this chain's. */
export function openingOfLog(file: StorageFile, genesisHash: Uint8Array): LogBase | string {
  const found = file.read(0, START);
  if (found.length < START) return "the log ends within its first bytes";
  const base = baseOf(found);
  if (base === undefined) return "its first bytes are damaged";
  return isNamed(found, genesisHash) ? base : "the log is of another chain";
}

function isNamed(opening: Uint8Array, genesisHash: Uint8Array): boolean {
  return equalBytes(opening.subarray(0, NAMED), concat(MARK, genesisHash));
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

function openingOf(genesisHash: Uint8Array, { height, stateRoot }: LogBase): Uint8Array {
  const writer = new Writer(START).fixed(MARK, MARK.length).fixed(genesisHash, 32).uint(height);
  const opening = writer.fixed(stateRoot ?? ZEROS, 32).finish();
  return concat(opening, digestOf(opening));
}

/** `undefined` where the opening is not whole. */
function baseOf(opening: Uint8Array): LogBase | undefined {
  const body = opening.subarray(0, START - DIGEST_BYTES);
  if (opening.length < START || !equalBytes(digestOf(body), opening.subarray(body.length))) return undefined;
  const reader = new Reader(body.subarray(NAMED));
  const height = reader.uint();
  const stateRoot = reader.fixed(32);
  return { height, stateRoot: equalBytes(stateRoot, ZEROS) ? undefined : stateRoot };
}

/** What this node began with is gone, and it cannot make it anew. */
export function stateLost(what: string, folder: string, place: Place): NodeFault {
  return new NodeFault(
    "state_lost",
    `This node cannot go on from what it keeps: ${what}. Let it begin anew: remove ${folder} and the state of ` +
      "CometBFT (cometbft reset-state), and start it, with state sync where it began so",
    { place },
  );
}

function writeOpening(storage: Storage, path: string, genesisHash: Uint8Array, base: LogBase): void {
  replaceFile(storage, path, openingOf(genesisHash, base));
}
