/**
 * The block log: every block of the chain in one append-only file, and the head beside it. Syncing the record
 * is the commit point of a block; the head is written and synced after it, and only then is the block
 * acknowledged. So a head never runs ahead of the log, and the log runs at most one block ahead of the head.
 *
 * What an opening finds after the head's block was never acknowledged: good records there are kept, a broken
 * one is the write that a crash cut short and is removed. Anything broken before that is damage, and the node
 * does not start on it.
 */
import { join } from "node:path";
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { type Block, blockCodec, headerHash } from "#ledger/block.ts";
import { diskFault, NodeFault } from "#node/fault.ts";
import { type Head, heightOf, readHeads, writeBothHeads, writeHead } from "#node/head.ts";
import {
  blockBytesOf,
  encodeRecord,
  LOG_START,
  type LogRecord,
  logOpening,
  openingProblem,
  walkLog,
} from "#node/log-record.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

export const LOG_FILE = "blocks.log";
export const HEAD_FILE = "head";

/** Makes the files of a chain without blocks. Safe to repeat until the first block. */
export async function createLog(storage: Storage, folder: string, genesisHash: Uint8Array): Promise<void> {
  const log = storage.open(join(folder, LOG_FILE), "create");
  const head = storage.open(join(folder, HEAD_FILE), "create");
  try {
    log.truncate(0);
    log.write(0, logOpening(genesisHash));
    log.syncNow();
    head.truncate(0);
    await writeBothHeads(head, { clean: true, logEnd: LOG_START, block: undefined });
    storage.syncFolder(folder);
  } finally {
    log.close();
    head.close();
  }
}

interface LoggedTip {
  readonly header: Block["header"];
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

export class BlockLog {
  /** What the opening repaired, in sentences. */
  readonly notes: readonly string[];
  readonly #log: StorageFile;
  readonly #head: StorageFile;
  /** Of block i + 1. */
  readonly #offsets: number[];
  #end: number;
  #tip: LoggedTip | undefined;
  #failure: NodeFault | undefined;
  #appending = false;

  private constructor(
    files: { readonly log: StorageFile; readonly head: StorageFile },
    found: {
      readonly offsets: number[];
      readonly end: number;
      readonly tip: LoggedTip | undefined;
      readonly notes: readonly string[];
    },
  ) {
    this.#log = files.log;
    this.#head = files.head;
    this.#offsets = found.offsets;
    this.#end = found.end;
    this.#tip = found.tip;
    this.notes = found.notes;
  }

  /** Reads the whole log. Throws `NodeFault`: log_damaged, log_cut_short, head_damaged. */
  static async open(storage: Storage, folder: string, genesisHash: Uint8Array): Promise<BlockLog> {
    for (const name of [LOG_FILE, HEAD_FILE]) {
      if (storage.exists(join(folder, name))) continue;
      const code = name === LOG_FILE ? "log_cut_short" : "head_damaged";
      throw new NodeFault(code, "The file is missing", { place: { file: name } });
    }
    const log = storage.open(join(folder, LOG_FILE), "write");
    const head = storage.open(join(folder, HEAD_FILE), "write");
    try {
      return new BlockLog({ log, head }, await recover(log, head, genesisHash));
    } catch (error) {
      log.close();
      head.close();
      throw error;
    }
  }

  get height(): number {
    return this.#offsets.length;
  }

  /** Bytes. */
  get size(): number {
    return this.#end;
  }

  get tip(): LoggedTip | undefined {
    return this.#tip;
  }

  /**
   * Appends the next block; resolves when it and the head are durable. Throws `disk_failed`, at once or
   * later; the log is then of no more use, and whether the block is part of it shows at the next opening.
   */
  async append(block: Block, hash: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    assert(!this.#appending, "blocks are appended one after the other");
    assert(
      block.header.height === this.height + 1,
      `block ${block.header.height} after block ${this.height}`,
    );
    const record = encodeRecord(block);
    this.#appending = true;
    const { header, signature } = block;
    const offset = this.#end;
    try {
      this.#log.write(offset, record);
      await this.#log.sync();
      const logEnd = offset + record.length;
      writeHead(this.#head, { clean: false, logEnd, block: { header, signature } });
      await this.#head.sync();
      this.#offsets.push(offset);
      this.#end = logEnd;
      this.#tip = { header, hash, signature };
    } catch (cause) {
      this.#failure = new NodeFault("disk_failed", "A block could not be made durable; the node stops", {
        place: { file: LOG_FILE, offset, height: header.height },
        cause,
      });
      throw this.#failure;
    } finally {
      this.#appending = false;
    }
  }

  /** `undefined` where there is no block of that height. Throws `log_damaged` where it rotted since the opening. */
  read(height: number): Block | undefined {
    const offset = this.#offsets[height - 1];
    if (offset === undefined) return undefined;
    const end = this.#offsets[height] ?? this.#end;
    const bytes = blockBytesOf(this.#log.read(offset, end - offset));
    const block = bytes && decode(blockCodec, bytes);
    if (block?.ok !== true || block.value.header.height !== height) {
      throw new NodeFault("log_damaged", "A block cannot be read any more", {
        place: { file: LOG_FILE, offset, height },
      });
    }
    return block.value;
  }

  /** Leaves a head that says so, and closes the files. Throws `disk_failed`: the chain is whole all the same. */
  async close(): Promise<void> {
    try {
      await writeBothHeads(this.#head, { clean: true, logEnd: this.#end, block: this.#tip });
    } catch (error) {
      throw diskFault(error, "The head could not be written at the end", { file: HEAD_FILE });
    } finally {
      this.abandon();
    }
  }

  /** Closes the files as they are. */
  abandon(): void {
    this.#log.close();
    this.#head.close();
  }
}

async function recover(log: StorageFile, headFile: StorageFile, genesisHash: Uint8Array) {
  const { head, damaged, excess } = readHeads(headFile.read(0, headFile.size()));
  if (head === undefined || excess > 0) {
    throw new NodeFault("head_damaged", "The head cannot be read", { place: { file: HEAD_FILE } });
  }
  const problem = openingProblem(log, genesisHash);
  if (problem !== undefined) {
    throw new NodeFault("log_damaged", problem, { place: { file: LOG_FILE, offset: 0 } });
  }
  const acknowledged = heightOf(head);
  const offsets: number[] = [];
  let last: LogRecord | undefined;
  let headHash: Uint8Array = genesisHash;
  const walk = walkLog(log, genesisHash);
  let step = walk.next();
  for (; step.done !== true; step = walk.next()) {
    last = step.value;
    offsets.push(last.offset);
    if (last.header.height === acknowledged) headHash = last.hash;
  }
  const { end, broken } = step.value;
  const place = { file: LOG_FILE, offset: end, height: offsets.length + 1 };
  if (end < head.logEnd) {
    if (broken !== undefined) throw new NodeFault("log_damaged", `Found ${broken}`, { place });
    throw new NodeFault(
      "log_cut_short",
      `The log ends before block ${acknowledged}, which was acknowledged`,
      {
        place,
      },
    );
  }
  if (head.block !== undefined && !equalBytes(headerHash(head.block.header), headHash)) {
    throw new NodeFault("head_damaged", "The head names another block than the log", {
      place: { file: HEAD_FILE, height: acknowledged },
    });
  }
  const notes: string[] = [];
  if (broken !== undefined) {
    // A head is begun only when its block's record is whole: a broken head beside a broken record is damage.
    if (damaged.length > 0) throw new NodeFault("log_damaged", `Found ${broken}`, { place });
    notes.push(
      `removed ${log.size() - end} bytes after block ${offsets.length}: ${broken}, never acknowledged`,
    );
    log.truncate(end);
  }
  // A process that was killed may have left bytes that are shown and not yet durable; nothing is built on them.
  log.syncNow();
  const tip = tipOf(last);
  if (offsets.length > acknowledged) notes.push(`kept block ${offsets.length}, durable but not acknowledged`);
  if (damaged.length > 0) notes.push(`rewrote slot ${damaged[0]} of the head`);
  if (damaged.length > 0 || offsets.length > acknowledged) {
    const repaired: Head = { clean: false, logEnd: end, block: tip };
    writeHead(headFile, repaired, offsets.length > acknowledged ? offsets.length % 2 : damaged[0]);
  }
  await headFile.sync();
  return { offsets, end, tip, notes };
}

function tipOf(record: LogRecord | undefined): LoggedTip | undefined {
  if (record === undefined) return undefined;
  const block = decode(blockCodec, record.bytes);
  if (!block.ok) {
    const { offset, header } = record;
    throw new NodeFault("log_damaged", `A block that cannot be read: ${block.error.message}`, {
      place: { file: LOG_FILE, offset, height: header.height },
    });
  }
  return { header: record.header, hash: record.hash, signature: block.value.signature };
}
