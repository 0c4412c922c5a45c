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
 * | rows | as in `row-stream` |
 * | checksum | 32: SHA-256 of everything before |
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { equalBytes, utf8 } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import type { Tip } from "#chain/view.ts";
import { verifySignature } from "#crypto/keys.ts";
import { headerCodec, headerHash } from "#ledger/block.ts";
import type { RawRow } from "#ledger/state.ts";
import { type ByteSource, rowPieces, StreamReader } from "#node/row-stream.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

export const SNAPSHOT_FOLDER = "snapshots";
const MARK = utf8("contrada-snapshot001");
const KEPT = 2;
const PIECE_BYTES = 1 << 18;
const CHECKSUM_BYTES = 32;

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
  for (const name of storage.list(place)) if (name.endsWith(".part")) storage.remove(join(place, name));
  await writeSnapshotFile(storage, join(place, snapshotName(content.tip.header.height)), content, pause);
  for (const height of snapshotHeights(storage, folder).slice(KEPT)) {
    storage.remove(join(place, snapshotName(height)));
  }
}

/** Writes one snapshot to a file, whole or not at all. */
export async function writeSnapshotFile(
  storage: Storage,
  path: string,
  content: SnapshotContent,
  pause: () => Promise<void>,
): Promise<void> {
  const temporary = `${path}.part`;
  if (storage.exists(temporary)) storage.remove(temporary);
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
  } catch (error) {
    storage.remove(temporary); // on a full disk the blocks need the room
    throw error;
  } finally {
    file.close();
  }
  storage.rename(temporary, path);
  storage.syncFolder(dirname(path));
}

function pieces({ genesisHash, tip, rows }: SnapshotContent): Iterable<Uint8Array> {
  return rowPieces((writer) => {
    writer.fixed(MARK, MARK.length).fixed(genesisHash, 32);
    headerCodec.write(writer, tip.header);
    writer.fixed(tip.signature, 64);
  }, rows);
}

/** A snapshot whose checksum, mark, genesis and signed header are good. Its rows still have to give the root. */
export interface Snapshot {
  readonly tip: Tip;
  readonly genesisHash: Uint8Array;
  /** Read from the file as they are asked for; throws `CodecError` where they are not as written. */
  rows(): Iterable<RawRow>;
  close(): void;
}

/** Who a snapshot must be of. */
export interface SnapshotTrust {
  readonly genesisHash: Uint8Array;
  readonly chain: string;
  readonly producer: Uint8Array;
}

/** Opens a snapshot of a data folder; a text says why it cannot be believed. */
export function openSnapshot(
  storage: Storage,
  folder: string,
  height: number,
  trusted: SnapshotTrust,
): Snapshot | string {
  const path = join(folder, SNAPSHOT_FOLDER, snapshotName(height));
  return openSnapshotFile(storage, path, { ...trusted, height });
}

/**
 * Opens a snapshot wherever it is; a text says why it cannot be believed. Without `trusted` it must be signed by
 * the producer that its own header names: whether that is the right one is for the caller to say.
 */
export function openSnapshotFile(
  storage: Storage,
  path: string,
  trusted?: SnapshotTrust & { readonly height: number },
): Snapshot | string {
  const file = storage.open(path, "read");
  let opened: Snapshot | string | undefined;
  try {
    return (opened = judge(file, trusted));
  } catch (error) {
    if (error instanceof CodecError) return (opened = error.message);
    throw error;
  } finally {
    if (typeof opened !== "object") file.close();
  }
}

function judge(
  file: StorageFile,
  trusted: (SnapshotTrust & { readonly height: number }) | undefined,
): Snapshot | string {
  const end = file.size() - CHECKSUM_BYTES;
  if (end < MARK.length) return "it ends within its first bytes";
  const checksum = createHash("sha256");
  for (let offset = 0; offset < end; offset += PIECE_BYTES) {
    checksum.update(file.read(offset, Math.min(PIECE_BYTES, end - offset)));
  }
  if (!equalBytes(checksum.digest(), file.read(end, CHECKSUM_BYTES))) return "its checksum is wrong";
  const source: ByteSource = { size: end, read: (offset, length) => file.read(offset, length) };
  const input = new StreamReader(source);
  const mark = input.read(MARK.length, (r) => r.fixed(MARK.length));
  if (!equalBytes(mark, MARK)) return "it is no snapshot";
  const genesisHash = input.read(32, (r) => r.fixed(32));
  if (trusted !== undefined && !equalBytes(genesisHash, trusted.genesisHash))
    return "it is of another genesis";
  const header = input.read(512, (r) => headerCodec.read(r));
  const signature = input.read(64, (r) => r.fixed(64));
  const hash = headerHash(header);
  const { chain, height, producer } = trusted ?? header;
  if (header.chain !== chain) return "it is of another chain";
  if (header.height !== height) return `it is of block ${header.height}`;
  if (!equalBytes(header.producer, producer)) return "its header names another producer";
  if (!verifySignature(producer, hash, signature)) return "its header is not signed";
  const start = input.offset;
  return {
    tip: { header, hash, signature },
    genesisHash,
    rows: () => new StreamReader(source, start).rows(),
    close: () => file.close(),
  };
}
