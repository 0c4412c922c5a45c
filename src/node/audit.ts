/**
 * The audit: everything that a data folder claims, checked from its genesis on, trusting nothing but the
 * genesis. In this order: format and genesis; the frames of the whole log (checksums, chain of hashes), which
 * takes seconds, so that rotten bytes are told at once; the head against the log; then every block anew
 * (producer's signature, every transaction's signature, every verdict, every state root, the books of each
 * block); the laws of the final state; and each snapshot against the log and its own root.
 *
 * It only reads, and may run beside a node that goes on: it audits what the head acknowledged when it began.
 */
import { join } from "node:path";
import { InvariantError } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { ChainApp, type ReplayProblem } from "#chain/app.ts";
import { type Genesis, genesisHash } from "#chain/genesis.ts";
import { verifySignature, verifySignatureAsync } from "#crypto/keys.ts";
import { type Block, blockCodec, headerHash } from "#ledger/block.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction, signingHash, type Transaction } from "#ledger/transaction.ts";
import {
  type AuditOptions,
  type AuditReport,
  type Begun,
  concluded,
  executeInOrder,
  Found,
  foundIn,
  holdBooks,
  Tally,
} from "#node/audit-frame.ts";
import { HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { NodeFault, type Place } from "#node/fault.ts";
import { FORMAT, FORMAT_FILE, GENESIS_FILE, readFormat, readGenesis } from "#node/folder.ts";
import { type Heads, heightOf, readHeads, SLOT_BYTES } from "#node/head.ts";
import { LOG_START, type LogRecord, openingProblem, walkLog } from "#node/log-record.ts";
import { openSnapshot, SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import { disk, type Storage, type StorageFile } from "#node/storage.ts";

/** Never throws for what stands in the folder; a disk that cannot be read throws as it does. */
export function auditFolder(path: string, options: AuditOptions = {}): Promise<AuditReport> {
  return concluded(new Audit(path, options));
}

interface DecodedBlock extends Begun {
  readonly offset: number;
  readonly block: Block;
  readonly transactions: readonly Transaction[];
}

class Audit {
  readonly tally: Tally;
  readonly #storage: Storage;
  readonly #path: string;
  #log: StorageFile | undefined;

  constructor(path: string, options: AuditOptions) {
    this.tally = new Tally(options);
    this.#storage = options.storage ?? disk;
    this.#path = path;
  }

  close(): void {
    this.#log?.close();
  }

  async run(): Promise<void> {
    const genesis = this.#genesis();
    const hash = genesisHash(genesis);
    // Snapshots, then the head, then the log: in a folder that lives, each is behind the next.
    const snapshots = snapshotHeights(this.#storage, this.#path);
    const log = this.#openLog(hash);
    const { end, hashes } = this.#frames(log, genesis, this.#heads());
    await this.#blocksAnew(log, genesis, hash, end, hashes.length);
    holdBooks(this.tally.chain!, LOG_FILE);
    for (const height of snapshots) this.#snapshot(height, genesis, hash, hashes);
  }

  #genesis(): Genesis {
    try {
      for (const file of [FORMAT_FILE, GENESIS_FILE]) {
        if (!this.#storage.exists(join(this.#path, file))) throw new Found({ file }, "the file is missing");
      }
      const format = readFormat(this.#storage, this.#path);
      if (format !== FORMAT) {
        throw new Found(
          { file: FORMAT_FILE },
          `format ${format}, where this program audits format ${FORMAT}`,
        );
      }
      const genesis = readGenesis(this.#storage, this.#path);
      this.tally.chain = new ChainApp(genesis);
      return genesis;
    } catch (error) {
      if (error instanceof InvariantError) throw new Found({ file: GENESIS_FILE }, error.message);
      if (error instanceof NodeFault && error.place !== undefined)
        throw new Found(error.place, error.message);
      throw error;
    }
  }

  #openLog(hash: Uint8Array): StorageFile {
    for (const file of [HEAD_FILE, LOG_FILE]) {
      if (!this.#storage.exists(join(this.#path, file))) throw new Found({ file }, "the file is missing");
    }
    this.#log = this.#storage.open(join(this.#path, LOG_FILE), "read");
    const problem = openingProblem(this.#log, hash);
    if (problem !== undefined) throw new Found({ file: LOG_FILE, offset: 0 }, problem);
    return this.#log;
  }

  #heads(): Heads {
    return readHeads(this.#storage.read(join(this.#path, HEAD_FILE)));
  }

  /** Every record of the log, and the head. Returns where the log ends and the hashes of its blocks. */
  #frames(log: StorageFile, genesis: Genesis, heads: Heads): { end: number; hashes: Uint8Array[] } {
    const { head, damaged, excess } = heads;
    if (head === undefined) throw new Found({ file: HEAD_FILE, offset: 0 }, "the head cannot be read");
    const hashes: Uint8Array[] = [];
    const walk = walkLog(log, genesisHash(genesis));
    let step = walk.next();
    for (; step.done !== true; step = walk.next()) hashes.push(step.value.hash);
    const { end, broken } = step.value;
    const acknowledged = heightOf(head);
    const place = { file: LOG_FILE, offset: end, height: hashes.length + 1 };
    if (end < head.logEnd) {
      throw new Found(place, broken ?? `the log ends before block ${acknowledged}, which was acknowledged`);
    }
    if (head.block !== undefined) {
      const { header, signature } = head.block;
      const hash = headerHash(header);
      const headPlace = { file: HEAD_FILE, height: acknowledged };
      if (!equalBytes(hash, hashes[acknowledged - 1]!)) throw new Found(headPlace, "it names another block");
      if (!verifySignature(genesis.producer, hash, signature)) throw new Found(headPlace, "it is not signed");
    }
    if (head.block === undefined && head.logEnd !== LOG_START) {
      throw new Found({ file: HEAD_FILE }, "it names an end of the log and no block");
    }
    if (excess > 0) throw new Found({ file: HEAD_FILE }, `${excess} bytes too many`);
    this.#ahead({ acknowledged, clean: head.clean, damaged, found: hashes.length, broken, place });
    return { end, hashes };
  }

  /** What lies beyond the head, or is missing of it: an unfinished write, or damage. */
  #ahead(tail: {
    readonly acknowledged: number;
    readonly clean: boolean;
    readonly damaged: readonly number[];
    readonly found: number;
    readonly broken: string | undefined;
    readonly place: Place;
  }): void {
    const { acknowledged, clean, damaged, found, broken, place } = tail;
    const beyond = found - acknowledged;
    const [slot] = damaged;
    // Block H + 1 goes into slot H + 1 mod 2, once its record is whole; closing at H rewrites that slot last.
    const begun = slot === (acknowledged + 1) % 2 && broken === undefined;
    const unfinished = begun && (beyond === 1 || (beyond === 0 && clean));
    if (slot !== undefined && !unfinished) {
      throw new Found({ file: HEAD_FILE, offset: slot * SLOT_BYTES }, `slot ${slot} cannot be read`);
    }
    if (slot !== undefined) this.tally.notes.push(`an unfinished write of the head in slot ${slot}`);
    if (beyond > 0) this.tally.notes.push(`${beyond} blocks after the head's, durable and not acknowledged`);
    if (broken !== undefined) {
      this.tally.notes.push(`an unfinished write after block ${found}, byte ${place.offset}: ${broken}`);
    }
  }

  async #blocksAnew(
    log: StorageFile,
    genesis: Genesis,
    hash: Uint8Array,
    end: number,
    of: number,
  ): Promise<void> {
    const execute = (block: DecodedBlock, signatures: readonly boolean[]) =>
      this.#execute(block, signatures, of);
    await executeInOrder(walkLog(log, hash, end), begin, execute);
    if (this.tally.chain!.height !== of) {
      throw new Found(
        { file: LOG_FILE, offset: end },
        `the log of ${genesis.chain} changed while it was read`,
      );
    }
  }

  #execute({ offset, block, transactions }: DecodedBlock, signatures: readonly boolean[], of: number): void {
    const chain = this.tally.chain!;
    const { height } = block.header;
    const place = { file: LOG_FILE, offset, height };
    const unsigned = new Set(signatures.flatMap((good, i) => (good ? [] : [nameOf(transactions[i]!)])));
    const isSigned = (transaction: Transaction) => unsigned.size === 0 || !unsigned.has(nameOf(transaction));
    try {
      const replayed = chain.replay(block, isSigned);
      if (!replayed.ok)
        throw new Found(placeIn(chain, block, isSigned, place, replayed.error), replayed.error);
    } catch (error) {
      if (error instanceof InvariantError) throw new Found(place, `the books: ${error.message}`);
      throw error;
    }
    this.tally.block(transactions.length, of);
  }

  #snapshot(height: number, genesis: Genesis, hash: Uint8Array, hashes: readonly Uint8Array[]): void {
    const name = join(SNAPSHOT_FOLDER, snapshotName(height));
    if (!this.#storage.exists(join(this.#path, name))) return; // a running node has replaced it
    const place = { file: name, height };
    const { chain, producer } = genesis;
    const snapshot = openSnapshot(this.#storage, this.#path, height, { genesisHash: hash, chain, producer });
    if (typeof snapshot === "string") throw new Found(place, snapshot);
    try {
      const logged = hashes[height - 1];
      if (logged === undefined) throw new Found(place, "the log ends before its block");
      if (!equalBytes(snapshot.tip.hash, logged)) throw new Found(place, "the log holds another block");
      new ChainApp(genesis, { tip: snapshot.tip, rows: snapshot.rows() });
      this.tally.snapshots += 1;
    } catch (error) {
      throw foundIn(place, error);
    } finally {
      snapshot.close();
    }
  }
}

/** Decodes a block and sets its signatures to be verified. */
function begin({ offset, bytes, header }: LogRecord): DecodedBlock | Found {
  const place = { file: LOG_FILE, offset, height: header.height };
  const block = decode(blockCodec, bytes);
  if (!block.ok) return new Found(place, `the block: ${block.error.message}`);
  const transactions: Transaction[] = [];
  for (const [i, { bytes }] of block.value.transactions.entries()) {
    const transaction = decodeTransaction(bytes);
    if (!transaction.ok) return new Found({ ...place, transaction: i }, transaction.error.message);
    transactions.push(transaction.value);
  }
  const signatures = transactions.map((t) => verifySignatureAsync(t.publicKey, signingHash(t), t.signature));
  return { offset, block: block.value, transactions, signatures };
}

/** Executes a refused block once more, to name the transaction whose verdict differs. */
function placeIn(
  chain: ChainApp,
  block: Block,
  signed: (transaction: Transaction) => boolean,
  place: Place,
  problem: ReplayProblem,
): Place {
  if (problem !== "wrong_status") return place;
  const open = chain.open(block.header.time);
  for (const [i, { bytes, status }] of block.transactions.entries()) {
    const transaction = decodeTransaction(bytes);
    if (!transaction.ok) return { ...place, transaction: i };
    const executed = open.execute(transaction.value, () => signed(transaction.value), "counts");
    if (STATUS[executed.status] !== status) return { ...place, transaction: i };
  }
  return place;
}

/** All that a signature's verdict depends on. */
function nameOf(transaction: Transaction): string {
  return toHex(encodeTransaction(transaction));
}
