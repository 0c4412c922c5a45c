/**
 * Snapshots: the whole state after one block, so that a restart need not replay the chain from its beginning.
 * A snapshot is a convenience and never a truth of its own: its rows must give the state root of its header,
 * its header must be signed, and the log must hold that very block.
 *
 * A file is written under a temporary name, synced, renamed, and the folder synced; the two newest are kept.
 *
 * | field | form |
 * |---|---|
 * | mark | 20 bytes "contrada-snapshot" and the version, 3 digits |
 * | genesis hash | 32 |
 * | header | `headerCodec` |
 * | signature | 64: the producer's |
 * | rows | each u16 table (never 0xffff), u32 length and key, u32 length and row |
 * | end | u16 0xffff, u64 number of rows |
 * | checksum | 32: SHA-256 of everything before |
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { equalBytes, utf8 } from "#base/bytes.ts";
import { CodecError, Reader, Writer } from "#base/codec.ts";
import type { Tip } from "#chain/view.ts";
import { verifySignature } from "#crypto/keys.ts";
import { headerCodec, headerHash } from "#ledger/block.ts";
import type { RawRow } from "#ledger/state.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

export const SNAPSHOT_FOLDER = "snapshots";
const MARK = utf8("contrada-snapshot001");
const END = 0xffff;
const KEPT = 2;
const PIECE_BYTES = 1 << 18;
const CHECKSUM_BYTES = 32;
/** Of a key or a row; a list of expiring transfers can be long. */
const FIELD_MAX_BYTES = 1 << 28;

export interface SnapshotContent {
  readonly genesisHash: Uint8Array;
  readonly tip: Tip;
  readonly rows: Iterable<RawRow>;
}

/** "000000001234.snapshot". */
export function snapshotName(height: number): string {
  return `${String(height).padStart(12, "0")}.snapshot`;
}

/** Heights of the snapshots in a data folder, newest first; whether they are good is not said. */
export function snapshotHeights(storage: Storage, folder: string): number[] {
  const found: number[] = [];
  if (!storage.exists(join(folder, SNAPSHOT_FOLDER))) return found;
  for (const name of storage.list(join(folder, SNAPSHOT_FOLDER))) {
    const match = /^(\d{12,15})\.snapshot$/.exec(name);
    if (match !== null) found.push(Number(match[1]));
  }
  return found.sort((a, b) => b - a);
}

/**
 * Writes a snapshot and removes the older ones beyond two. It works in pieces and calls `pause` between them;
 * commits go on meanwhile, as the rows were taken before. The longest stretch without a pause puts the keys of
 * one table in order: about 1.5 s for a million rows. Rejects where the disk fails.
 */
export async function writeSnapshot(
  storage: Storage,
  folder: string,
  content: SnapshotContent,
  pause: () => Promise<void>,
): Promise<void> {
  const place = join(folder, SNAPSHOT_FOLDER);
  const path = join(place, snapshotName(content.tip.header.height));
  const temporary = `${path}.part`;
  for (const name of storage.list(place)) if (name.endsWith(".part")) storage.remove(join(place, name));
  const file = storage.open(temporary, "create");
  try {
    const checksum = createHash("sha256");
    let offset = 0;
    for (const piece of pieces(content)) {
      checksum.update(piece);
      file.write(offset, piece);
      offset += piece.length;
      await pause();
    }
    file.write(offset, new Uint8Array(checksum.digest()));
    await file.sync();
  } finally {
    file.close();
  }
  storage.rename(temporary, path);
  storage.syncFolder(place);
  for (const height of snapshotHeights(storage, folder).slice(KEPT)) {
    storage.remove(join(place, snapshotName(height)));
  }
}

function* pieces({ genesisHash, tip, rows }: SnapshotContent): Generator<Uint8Array> {
  let writer = new Writer(PIECE_BYTES);
  writer.fixed(MARK, MARK.length).fixed(genesisHash, 32);
  headerCodec.write(writer, tip.header);
  writer.fixed(tip.signature, 64);
  let held = 512;
  let count = 0;
  for (const { table, key, row } of rows) {
    writer.u16(table).bytes(key, FIELD_MAX_BYTES).bytes(row, FIELD_MAX_BYTES);
    count += 1;
    held += 10 + key.length + row.length;
    if (held < PIECE_BYTES) continue;
    yield writer.finish();
    writer = new Writer(PIECE_BYTES);
    held = 0;
  }
  yield writer.u16(END).uint(count).finish();
}

/** A snapshot whose checksum, mark, genesis and signed header are good. Its rows still have to give the root. */
export interface Snapshot {
  readonly tip: Tip;
  /** Read from the file as they are asked for; throws `CodecError` where they are not as written. */
  rows(): Iterable<RawRow>;
  close(): void;
}

/** Opens a snapshot; a text says why it cannot be believed. */
export function openSnapshot(
  storage: Storage,
  folder: string,
  height: number,
  trusted: { readonly genesisHash: Uint8Array; readonly chain: string; readonly producer: Uint8Array },
): Snapshot | string {
  const file = storage.open(join(folder, SNAPSHOT_FOLDER, snapshotName(height)), "read");
  let opened: Snapshot | string | undefined;
  try {
    return (opened = judge(file, height, trusted));
  } catch (error) {
    if (error instanceof CodecError) return (opened = error.message);
    throw error;
  } finally {
    if (typeof opened !== "object") file.close();
  }
}

function judge(
  file: StorageFile,
  height: number,
  trusted: { readonly genesisHash: Uint8Array; readonly chain: string; readonly producer: Uint8Array },
): Snapshot | string {
  const end = file.size() - CHECKSUM_BYTES;
  if (end < MARK.length) return "it ends within its first bytes";
  const checksum = createHash("sha256");
  for (let offset = 0; offset < end; offset += PIECE_BYTES) {
    checksum.update(file.read(offset, Math.min(PIECE_BYTES, end - offset)));
  }
  if (!equalBytes(checksum.digest(), file.read(end, CHECKSUM_BYTES))) return "its checksum is wrong";
  const input = new PieceReader(file, end);
  if (
    !equalBytes(
      input.read(MARK.length, (r) => r.fixed(MARK.length)),
      MARK,
    )
  )
    return "it is no snapshot";
  if (
    !equalBytes(
      input.read(32, (r) => r.fixed(32)),
      trusted.genesisHash,
    )
  )
    return "it is of another genesis";
  const header = input.read(512, (r) => headerCodec.read(r));
  const signature = input.read(64, (r) => r.fixed(64));
  const hash = headerHash(header);
  if (header.chain !== trusted.chain) return "it is of another chain";
  if (header.height !== height) return `it is of block ${header.height}`;
  if (!equalBytes(header.producer, trusted.producer)) return "its header names another producer";
  if (!verifySignature(trusted.producer, hash, signature)) return "its header is not signed";
  const start = input.offset;
  return {
    tip: { header, hash, signature },
    rows: () => rowsOf(new PieceReader(file, end, start)),
    close: () => file.close(),
  };
}

function* rowsOf(input: PieceReader): Generator<RawRow> {
  let count = 0;
  for (;;) {
    const table = input.read(2, (r) => r.u16());
    if (table === END) break;
    const key = input.bytes();
    const row = input.bytes();
    yield { table, key, row };
    count += 1;
  }
  if (input.read(8, (r) => r.uint()) !== count) throw new CodecError("rows are missing");
  if (input.offset !== input.end) throw new CodecError("bytes after the rows");
}

/** `Reader` over a file that is larger than memory should hold. */
class PieceReader {
  readonly end: number;
  offset: number;
  readonly #file: StorageFile;
  #start = 0;
  #held = new Uint8Array(0);

  constructor(file: StorageFile, end: number, offset = 0) {
    this.#file = file;
    this.end = end;
    this.offset = offset;
  }

  /** Reads something of at most `most` bytes. */
  read<T>(most: number, read: (reader: Reader) => T): T {
    const bytes = this.#peek(Math.min(most, this.end - this.offset));
    const reader = new Reader(bytes);
    const value = read(reader);
    this.offset += bytes.length - reader.remaining;
    return value;
  }

  bytes(): Uint8Array {
    const length = this.read(4, (r) => r.u32());
    if (length > FIELD_MAX_BYTES) throw new CodecError(`a field of ${length} bytes`);
    return this.read(length, (r) => r.fixed(length));
  }

  #peek(length: number): Uint8Array {
    const at = this.offset - this.#start;
    if (at + length <= this.#held.length) return this.#held.subarray(at, at + length);
    const wanted = Math.min(Math.max(length, PIECE_BYTES), this.end - this.offset);
    this.#held = new Uint8Array(this.#file.read(this.offset, wanted));
    this.#start = this.offset;
    return this.#held.subarray(0, length);
  }
}
