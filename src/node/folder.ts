/**
 * The data folder: what a node keeps on disk, and who may have it open.
 *
 * | file | holds |
 * |---|---|
 * | format | the folder's format version, in words |
 * | lock | nothing; held by the process that has the folder open |
 * | genesis | canonical bytes (`chain/genesis`) |
 * | producer.key | the producer's secret seed, hexadecimal; for the owner alone |
 * | blocks.log, head | the chain (`block-log`) |
 * | snapshots/ | states to restart from (`snapshot`) |
 *
 * `format` is written last: a folder without it is one whose making a crash cut short, and is made anew.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { equalBytes, fromHex, fromUtf8, toHex, utf8 } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { type Genesis, genesisCodec, genesisHash } from "#chain/genesis.ts";
import { SEED_BYTES, type Signer, signerFromSeed } from "#crypto/keys.ts";
import { createLog, HEAD_FILE } from "#node/block-log.ts";
import { NodeFault } from "#node/fault.ts";
import { heightOf, readHeads } from "#node/head.ts";
import { SNAPSHOT_FOLDER } from "#node/snapshot.ts";
import { disk, replaceFile, type Storage } from "#node/storage.ts";

export const FORMAT_FILE = "format";
export const LOCK_FILE = "lock";
export const GENESIS_FILE = "genesis";
export const PRODUCER_KEY_FILE = "producer.key";

/** The format that this program writes. */
export const FORMAT = 1;

/** Leads a folder from one format to the next. Must bear being run again after a crash in its middle. */
export type Migration = (storage: Storage, folder: string) => void | Promise<void>;

/** By the format that they lead from. */
export const MIGRATIONS: ReadonlyMap<number, Migration> = new Map();

export interface Formats {
  readonly current: number;
  readonly migrations: ReadonlyMap<number, Migration>;
}

const FORMATS: Formats = { current: FORMAT, migrations: MIGRATIONS };

export interface DataFolder {
  readonly path: string;
  readonly genesis: Genesis;
  readonly genesisHash: Uint8Array;
  /** What the opening did: a folder made, formats migrated. */
  readonly notes: readonly string[];
  /** Lets others in. */
  release(): void;
}

/**
 * Opens a data folder and keeps others out; makes it first where there is none and a genesis is given. Throws
 * `NodeFault`: folder_in_use, format_newer, format_unreadable, genesis_unreadable, genesis_differs.
 */
export async function openFolder(
  storage: Storage,
  path: string,
  genesis: Genesis | undefined,
  formats: Formats = FORMATS,
): Promise<DataFolder> {
  storage.makeFolder(path);
  const release = storage.lock(join(path, LOCK_FILE));
  try {
    const notes: string[] = [];
    if (!storage.exists(join(path, FORMAT_FILE))) {
      await makeFolder(storage, path, genesis, formats.current);
      notes.push("made the data folder");
    } else {
      // Of a process that was killed, names may show that are not yet durable; nothing is built on them.
      storage.syncFolder(path);
      notes.push(...(await bringToFormat(storage, path, formats)));
    }
    storage.makeFolder(join(path, SNAPSHOT_FOLDER)); // snapshots may be thrown away
    const found = readGenesis(storage, path);
    const hash = genesisHash(found);
    if (genesis !== undefined && !equalBytes(genesisHash(genesis), hash)) {
      throw new NodeFault(
        "genesis_differs",
        `The folder ${path} holds the chain "${found.chain}" with another genesis. Choose another folder`,
      );
    }
    return { path, genesis: found, genesisHash: hash, notes, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Throws `NodeFault` format_unreadable. */
export function readFormat(storage: Storage, path: string): number {
  const text = fromUtf8(storage.read(join(path, FORMAT_FILE)));
  const match = /^contrada data folder, format ([1-9]\d{0,8})\n$/.exec(text ?? "");
  if (match === null) {
    throw new NodeFault("format_unreadable", `The folder ${path} is no data folder of Contrada`, {
      place: { file: FORMAT_FILE },
    });
  }
  return Number(match[1]);
}

/** Throws `NodeFault` genesis_unreadable. */
export function readGenesis(storage: Storage, path: string): Genesis {
  const file = join(path, GENESIS_FILE);
  const genesis = storage.exists(file) ? decode(genesisCodec, storage.read(file)) : undefined;
  if (genesis?.ok === true) return genesis.value;
  throw new NodeFault(
    "genesis_unreadable",
    `The genesis is ${genesis === undefined ? "missing" : "damaged"}`,
    {
      place: { file: GENESIS_FILE },
    },
  );
}

/**
 * The producer's signer from the folder's key file, which is made, folder and all, where there is none: what
 * comes before a genesis can be written. Throws `NodeFault` producer_key_unreadable.
 */
export function producerKey(path: string, storage: Storage = disk): Signer {
  storage.makeFolder(path);
  const file = join(path, PRODUCER_KEY_FILE);
  if (!storage.exists(file)) {
    replaceFile(storage, file, utf8(`${toHex(randomBytes(SEED_BYTES))}\n`), "create secret");
  }
  const seed = fromHex((fromUtf8(storage.read(file)) ?? "?").trim());
  if (seed?.length !== SEED_BYTES) {
    throw new NodeFault("producer_key_unreadable", "The producer's key cannot be read", {
      place: { file: PRODUCER_KEY_FILE },
    });
  }
  return signerFromSeed(seed);
}

async function makeFolder(storage: Storage, path: string, genesis: Genesis | undefined, format: number) {
  if (genesis === undefined) {
    throw new NodeFault(
      "genesis_unreadable",
      `There is no chain in ${path} and no genesis to begin one with`,
    );
  }
  const headFile = join(path, HEAD_FILE);
  const { head } = readHeads(storage.exists(headFile) ? storage.read(headFile) : new Uint8Array(0));
  if (head !== undefined && heightOf(head) > 0) {
    throw new NodeFault(
      "format_unreadable",
      `The folder ${path} holds blocks, but its format file is missing`,
      {
        place: { file: FORMAT_FILE },
      },
    );
  }
  replaceFile(storage, join(path, GENESIS_FILE), encode(genesisCodec, genesis));
  await createLog(storage, path, genesisHash(genesis));
  writeFormat(storage, path, format);
}

async function bringToFormat(
  storage: Storage,
  path: string,
  { current, migrations }: Formats,
): Promise<string[]> {
  let format = readFormat(storage, path);
  if (format > current) {
    throw new NodeFault(
      "format_newer",
      `The folder ${path} has format ${format}; this version of Contrada reads formats up to ${current}. ` +
        "Start the version that wrote it, or choose another folder",
    );
  }
  const notes: string[] = [];
  while (format < current) {
    const migrate = migrations.get(format);
    if (migrate === undefined) {
      throw new NodeFault("format_unreadable", `Nothing leads from format ${format} to format ${format + 1}`);
    }
    await migrate(storage, path);
    format += 1;
    writeFormat(storage, path, format);
    notes.push(`brought the data folder to format ${format}`);
  }
  return notes;
}

function writeFormat(storage: Storage, path: string, format: number): void {
  replaceFile(storage, join(path, FORMAT_FILE), utf8(`contrada data folder, format ${format}\n`));
}
