/**
 * Snapshots of the state under CometBFT, for two uses. A node that starts again goes on from its newest one and
 * executes only the blocks after it; a node that is new gets one from the others (state sync), chunk by chunk.
 * All nodes take them at the same heights, and equal states give equal bytes, so that chunks of one node go on
 * with those of another.
 *
 * Nothing in a snapshot is believed because of where it came from. Its chunks have hashes; its rows must give a
 * state root; and that root must be the one in the node's own log, or the app hash that CometBFT's light client
 * found signed by the validators. The block's time and hash are not in it: nobody signs them together with the
 * state, so a node that was given a snapshot learns the time from the block after it.
 *
 * | field | form |
 * |---|---|
 * | mark | 20 bytes "contrada-state-snap" and the version, 1 digit |
 * | genesis hash | 32 |
 * | height | u64 |
 * | state root | 32 |
 * | rows | as in `row-stream` |
 * | chunk hashes | 32 each: SHA-256 of every MiB of all before; the last chunk may be shorter |
 * | hash | 32: SHA-256 of the chunk hashes; the snapshot's name among nodes |
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { InvariantError } from "#base/assert.ts";
import { concat, equalBytes, utf8 } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import type { RawRow } from "#ledger/state.ts";
import { type ByteSource, rowPieces, StreamReader } from "#node/row-stream.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

/** The one format that there is, as CometBFT numbers formats. */
export const STATE_FORMAT = 1;
export const CHUNK_BYTES = 1 << 20;
/** 16 GiB. CometBFT itself takes metadata of up to 4 MB. */
export const CHUNKS_MAX = 1 << 14;
const MARK = utf8("contrada-state-snap1");
const DIGEST_BYTES = 32;
const HEAD_BYTES = MARK.length + 32 + 8 + 32;
const KEPT = 2;

export interface StateContent {
  readonly genesisHash: Uint8Array;
  readonly height: number;
  readonly stateRoot: Uint8Array;
  /** By table and key, as `State.export` gives them. */
  readonly rows: Iterable<RawRow>;
}

/** What a node says of a snapshot before it sends the first chunk. */
export interface StateOffer {
  readonly height: number;
  readonly chunks: number;
  /** Of `metadata`. */
  readonly hash: Uint8Array;
  /** The chunks' hashes one after the other. */
  readonly metadata: Uint8Array;
}

/**
 * Writes a snapshot, and removes the older ones beyond two; `keep` is never removed. It works in pieces and calls
 * `pause` between them; it gives up, and leaves nothing, where `pause` says false. Rejects where the disk fails.
 */
export async function writeStateSnapshot(
  storage: Storage,
  folder: string,
  content: StateContent,
  keep: number,
  pause: () => Promise<boolean>,
): Promise<boolean> {
  const { genesisHash, height, stateRoot, rows } = content;
  const place = join(folder, SNAPSHOT_FOLDER);
  storage.makeFolder(place);
  const path = join(place, snapshotName(height));
  const temporary = `${path}.part`;
  if (storage.exists(temporary)) storage.remove(temporary);
  const file = storage.open(temporary, "create");
  let whole = false;
  try {
    const chunks = new ChunkHashes();
    let offset = 0;
    for (const piece of rowPieces((writer) => {
      writer.fixed(MARK, MARK.length).fixed(genesisHash, 32).uint(height).fixed(stateRoot, 32);
    }, rows)) {
      chunks.add(piece);
      file.write(offset, piece);
      offset += piece.length;
      if (!(await pause())) return false;
    }
    file.write(offset, trailerOf(chunks.finish()));
    await file.sync();
    whole = true;
  } finally {
    file.close();
    if (!whole) storage.remove(temporary);
  }
  storage.rename(temporary, path);
  storage.syncFolder(place);
  dropOldSnapshots(storage, folder, keep);
  return true;
}

/** Keeps the newest two, and the one of the height `keep`. */
export function dropOldSnapshots(storage: Storage, folder: string, keep: number): void {
  for (const height of snapshotHeights(storage, folder).slice(KEPT)) {
    if (height !== keep) storage.remove(join(folder, SNAPSHOT_FOLDER, snapshotName(height)));
  }
}

/** A snapshot of this genesis whose chunk hashes are good. Chunks are checked as they are read, the root by whoever has one. */
export interface StateSnapshot {
  readonly height: number;
  /** As it is stated; the rows still have to give it. */
  readonly stateRoot: Uint8Array;
  readonly offer: StateOffer;
  /** Read from the file as they are asked for; throws `CodecError` where they are not as written. */
  rows(): Iterable<RawRow>;
  /** Throws `CodecError` where it is not as it was written; `undefined` where there is none such. */
  chunk(index: number): Uint8Array | undefined;
  close(): void;
}

/** Opens a snapshot of a folder; a text says why it cannot be believed. */
export function openStateSnapshot(
  storage: Storage,
  folder: string,
  height: number,
  genesisHash: Uint8Array,
): StateSnapshot | string {
  const path = join(folder, SNAPSHOT_FOLDER, snapshotName(height));
  if (!storage.exists(path)) return "there is none";
  return openStateFile(storage, path, height, genesisHash);
}

function openStateFile(
  storage: Storage,
  path: string,
  height: number,
  genesisHash: Uint8Array,
): StateSnapshot | string {
  const file = storage.open(path, "read");
  let opened: StateSnapshot | string | undefined;
  try {
    return (opened = judge(file, height, genesisHash));
  } catch (error) {
    if (error instanceof CodecError) return (opened = error.message);
    throw error;
  } finally {
    if (typeof opened !== "object") file.close();
  }
}

function judge(file: StorageFile, height: number, genesisHash: Uint8Array): StateSnapshot | string {
  const chunks = Math.ceil((file.size() - DIGEST_BYTES) / (CHUNK_BYTES + DIGEST_BYTES));
  const size = file.size() - DIGEST_BYTES - chunks * DIGEST_BYTES;
  if (chunks < 1 || size < HEAD_BYTES) return "it ends within its first bytes";
  if (size <= (chunks - 1) * CHUNK_BYTES) return "its length is that of no snapshot";
  const metadata = file.read(size, chunks * DIGEST_BYTES);
  const hash = file.read(size + metadata.length, DIGEST_BYTES);
  if (!equalBytes(digestOf(metadata), hash)) return "its hashes are damaged";
  const source = new ChunkSource(file, size, metadata);
  const input = new StreamReader(source);
  const mark = input.read(MARK.length, (r) => r.fixed(MARK.length));
  if (!equalBytes(mark, MARK)) return "it is no snapshot";
  const genesis = input.read(32, (r) => r.fixed(32));
  if (!equalBytes(genesis, genesisHash)) return "it is of another genesis";
  const stated = input.read(8, (r) => r.uint());
  if (stated !== height) return `it is of block ${stated}`;
  const stateRoot = input.read(32, (r) => r.fixed(32));
  return {
    height,
    stateRoot,
    offer: { height, chunks, hash, metadata },
    rows: () => new StreamReader(source, HEAD_BYTES).rows(),
    chunk: (index) => source.chunk(index),
    close: () => file.close(),
  };
}

/** The bytes of a file, each chunk against its hash; holds one chunk at a time. */
class ChunkSource implements ByteSource {
  readonly size: number;
  readonly #file: StorageFile;
  readonly #metadata: Uint8Array;
  #held: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(file: StorageFile, size: number, metadata: Uint8Array) {
    this.size = size;
    this.#file = file;
    this.#metadata = metadata;
  }

  read(offset: number, length: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let at = offset; at < offset + length; ) {
      const index = Math.floor(at / CHUNK_BYTES);
      const from = at - index * CHUNK_BYTES;
      const piece = this.chunk(index)?.subarray(from, from + offset + length - at);
      if (piece === undefined || piece.length === 0) throw new CodecError("it ends too early");
      pieces.push(piece);
      at += piece.length;
    }
    return pieces.length === 1 ? pieces[0]! : concat(...pieces);
  }

  chunk(index: number): Uint8Array | undefined {
    if (this.#held?.index === index) return this.#held.bytes;
    const offset = index * CHUNK_BYTES;
    if (index < 0 || offset >= this.size) return undefined;
    const bytes = this.#file.read(offset, Math.min(CHUNK_BYTES, this.size - offset));
    if (!equalBytes(digestOf(bytes), hashAt(this.#metadata, index))) {
      throw new CodecError(`chunk ${index} is damaged`);
    }
    this.#held = { index, bytes };
    return bytes;
  }
}

/** What is wrong with an offer by itself; `undefined` where it may be taken. */
export function offerProblem({ height, chunks, hash, metadata }: StateOffer): string | undefined {
  if (!Number.isSafeInteger(height) || height < 1) return "it is of no height";
  if (chunks < 1 || chunks > CHUNKS_MAX) return `it has ${chunks} chunks, where 1 to ${CHUNKS_MAX} may be`;
  if (metadata.length !== chunks * DIGEST_BYTES) return "its metadata are not one hash per chunk";
  if (!equalBytes(digestOf(metadata), hash)) return "its metadata do not have its hash";
  return undefined;
}

/** A snapshot that comes in from others. Only the chunk at hand is in memory; nothing is believed before the end. */
export class StateReceiver {
  readonly offer: StateOffer;
  readonly #storage: Storage;
  readonly #path: string;
  readonly #genesisHash: Uint8Array;
  readonly #file: StorageFile;
  readonly #missing: Set<number>;
  #size = 0;

  /** For an offer without a problem. */
  constructor(storage: Storage, folder: string, offer: StateOffer, genesisHash: Uint8Array) {
    this.#storage = storage;
    this.#genesisHash = genesisHash;
    this.offer = offer;
    storage.makeFolder(join(folder, SNAPSHOT_FOLDER));
    this.#path = join(folder, SNAPSHOT_FOLDER, snapshotName(offer.height));
    if (storage.exists(this.#temporary)) storage.remove(this.#temporary);
    this.#file = storage.open(this.#temporary, "create");
    this.#missing = new Set(Array.from({ length: offer.chunks }, (_, index) => index));
  }

  /** False where the bytes are not those of the offer's chunk, and have to be fetched from somebody else. */
  take(index: number, chunk: Uint8Array): boolean {
    const { chunks, metadata } = this.offer;
    const last = index === chunks - 1;
    if (index < 0 || index >= chunks || chunk.length > CHUNK_BYTES) return false;
    if (chunk.length === 0 || (!last && chunk.length !== CHUNK_BYTES)) return false;
    if (!equalBytes(digestOf(chunk), hashAt(metadata, index))) return false;
    this.#file.write(index * CHUNK_BYTES, chunk);
    this.#missing.delete(index);
    if (last) this.#size = index * CHUNK_BYTES + chunk.length;
    return true;
  }

  get complete(): boolean {
    return this.#missing.size === 0;
  }

  /**
   * Once it is complete: gives the snapshot to `restore`, which builds the state and throws where it is not the
   * trusted one, and makes it a snapshot of the folder. A text says why it is not.
   */
  async finish<T>(restore: (snapshot: StateSnapshot) => T): Promise<T | Refused> {
    this.#file.write(this.#size, trailerOf(this.offer.metadata));
    await this.#file.sync();
    const snapshot = openStateFile(this.#storage, this.#temporary, this.offer.height, this.#genesisHash);
    if (typeof snapshot === "string") return this.#refused(snapshot);
    let restored: T;
    try {
      restored = restore(snapshot);
    } catch (error) {
      if (error instanceof InvariantError || error instanceof CodecError) return this.#refused(error.message);
      throw error;
    } finally {
      snapshot.close();
    }
    this.#file.close();
    this.#storage.rename(this.#temporary, this.#path);
    this.#storage.syncFolder(dirname(this.#path));
    return restored;
  }

  /** Forgets what came in. */
  drop(): void {
    this.#file.close();
    if (this.#storage.exists(this.#temporary)) this.#storage.remove(this.#temporary);
  }

  #refused(why: string): Refused {
    this.drop();
    return new Refused(why);
  }

  get #temporary(): string {
    return `${this.#path}.part`;
  }
}

/** Why a snapshot that came in is none. */
export class Refused {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** Hashes of chunks of a stream that comes in pieces of other lengths. */
class ChunkHashes {
  readonly #done: Uint8Array[] = [];
  #hash = createHash("sha256");
  #filled = 0;

  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + CHUNK_BYTES - this.#filled);
      this.#hash.update(part);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === CHUNK_BYTES) this.#close();
    }
  }

  finish(): Uint8Array {
    if (this.#filled > 0) this.#close();
    return concat(...this.#done);
  }

  #close(): void {
    this.#done.push(new Uint8Array(this.#hash.digest()));
    this.#hash = createHash("sha256");
    this.#filled = 0;
  }
}

function trailerOf(metadata: Uint8Array): Uint8Array {
  return concat(metadata, digestOf(metadata));
}

function hashAt(metadata: Uint8Array, index: number): Uint8Array {
  return metadata.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
}

function digestOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
