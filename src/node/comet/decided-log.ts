/**
 * What an application under CometBFT keeps of the blocks that consensus decided: enough to come back to the
 * same state without asking anyone. A block is appended and synced at Commit, before Commit is answered.
 *
 * CometBFT keeps every block too and hands over again whatever the application says it lacks. So anything
 * broken in this log, at its end or before, is cured by cutting it off there: no block is lost.
 *
 * A file is the mark, the genesis hash, and then records: u32 length of the block, the block, its SHA-256.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { assert } from "#base/assert.ts";
import { concat, equalBytes, utf8 } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { BlockTransaction } from "#ledger/block.ts";
import { NodeFault } from "#node/fault.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

export interface DecidedBlock {
  readonly height: number;
  /** The chain's, not that of consensus. */
  readonly time: UnixSeconds;
  /** CometBFT's hash of the block. */
  readonly hash: Uint8Array;
  /** After the block: its app hash. */
  readonly stateRoot: Uint8Array;
  /** All that consensus put into the block, those that counted for nothing as well. */
  readonly transactions: readonly BlockTransaction[];
}

const MARK = utf8("contrada-decided-002");
const START = MARK.length + 32;
const DIGEST_BYTES = 32;
/** CometBFT allows blocks of up to 100 MB. */
const BLOCK_MAX_BYTES = 128 * 1024 * 1024;
const TRANSACTIONS_MAX = 1 << 24;

export const decidedBlockCodec: Codec<DecidedBlock> = {
  write(writer, { height, time, hash, stateRoot, transactions }) {
    writer.uint(height).uint(time).fixed(hash, 32).fixed(stateRoot, 32);
    writer.list(transactions, TRANSACTIONS_MAX, (w, { bytes, status }) =>
      w.bytes(bytes, BLOCK_MAX_BYTES).u16(status),
    );
  },
  read: (reader) => ({
    height: reader.uint(),
    time: reader.uint(),
    hash: reader.fixed(32),
    stateRoot: reader.fixed(32),
    transactions: reader.list(TRANSACTIONS_MAX, (r) => ({
      bytes: r.bytes(BLOCK_MAX_BYTES),
      status: r.u16(),
    })),
  }),
};

export class DecidedLog {
  readonly #file: StorageFile;
  /** Where each block begins, in bytes; the first is that of `#first`. */
  readonly #offsets: number[] = [];
  #first = 0;
  #end = START;
  #failure: NodeFault | undefined;

  /** Opens the log of a chain, or begins it where there is none or one of another genesis without blocks. */
  constructor(storage: Storage, path: string, genesisHash: Uint8Array) {
    const isNew = !storage.exists(path);
    this.#file = storage.open(path, isNew ? "create" : "write");
    const opening = concat(MARK, genesisHash);
    const found = this.#file.read(0, START);
    if (equalBytes(found, opening)) return;
    if (found.length === START) {
      this.#file.close();
      throw new NodeFault("genesis_differs", `The log ${path} is of another chain. Choose another folder`);
    }
    this.#file.truncate(0); // a crash cut its making short
    this.#file.write(0, opening);
    this.#file.syncNow();
    storage.syncFolder(dirname(path));
  }

  /** Bytes. */
  get size(): number {
    return this.#end;
  }

  /**
   * The blocks in order, to be read once and to the end before the first is appended. `believe` says whether
   * one follows from those before it; the log is cut off before the first that does not or is broken. Returns
   * how many bytes were cut off.
   */
  recover(believe: (block: DecidedBlock) => boolean): number {
    for (;;) {
      const next = this.#read(this.#end);
      if (next === undefined || !believe(next.block)) break;
      this.#remember(next.block.height);
      this.#end = next.end;
    }
    const cut = this.#file.size() - this.#end;
    if (cut > 0) this.#file.truncate(this.#end);
    // What a process that was killed had written and not yet synced shows here and may still be lost.
    this.#file.syncNow();
    return cut;
  }

  /** The block of a height; `undefined` where there is none, or its bytes went bad since the opening. */
  read(height: number): DecidedBlock | undefined {
    const offset = this.#offsets[height - this.#first];
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
      this.#remember(block.height);
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

  #remember(height: number): void {
    if (this.#offsets.length === 0) this.#first = height;
    this.#offsets.push(this.#end);
  }

  #read(offset: number): { block: DecidedBlock; end: number } | undefined {
    const prefix = this.#file.read(offset, 4);
    if (prefix.length < 4) return undefined;
    const length = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0);
    const end = offset + 4 + length + DIGEST_BYTES;
    if (length > BLOCK_MAX_BYTES || end > this.#file.size()) return undefined;
    const bytes = this.#file.read(offset + 4, length);
    if (!equalBytes(digestOf(bytes), this.#file.read(end - DIGEST_BYTES, DIGEST_BYTES))) return undefined;
    const block = decode(decidedBlockCodec, bytes);
    return block.ok ? { block: block.value, end } : undefined;
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
