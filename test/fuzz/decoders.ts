/**
 * What reads bytes from outside: every codec (`codecs`), and the readers of files and sockets around them.
 * A reader that is no codec is entered here by hand.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Request } from "cosmjs-types/tendermint/abci/types";
import { concat, equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError, decode, encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { genesisHash } from "#chain/genesis.ts";
import { headerCodec } from "#ledger/block.ts";
import { signedDayCodec } from "#metering/signed-reading.ts";
import { HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { DecidedLog } from "#node/comet/decided-log.ts";
import { FrameError, FrameReader, framed } from "#node/comet/framing.ts";
import { NodeFault } from "#node/fault.ts";
import { headCodec, readHeads, SLOT_BYTES } from "#node/head.ts";
import { walkLog } from "#node/log-record.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { openSnapshot, SNAPSHOT_FOLDER, snapshotName } from "#node/snapshot.ts";
import { commitAll, GENESIS, Load, NOON, openLoaded, QUARTER } from "../support/node-load.ts";
import { everyCodec } from "./codecs.ts";
import { deviceDecoders } from "./device-decoders.ts";
import { drawnEncodings } from "./drawing-reader.ts";

export interface Decoder {
  readonly name: string;
  /** Valid inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Of an input. */
  readonly maxBytes: number;
  /** Of how many inputs this one takes one: readers of whole files are slow. */
  readonly oneOf: number;
  /**
   * The bytes that what was read is written as; `undefined` where the input is refused. Throws nothing,
   * whatever the input.
   */
  read(bytes: Uint8Array): Uint8Array | undefined;
}

const SEEDS = 32;
/** Above the largest seed, so that inputs can grow. */
const ROOM_BYTES = 200;

export async function everyDecoder(): Promise<readonly Decoder[]> {
  const codecs = [...(await everyCodec())].map(([name, codec]) => codecDecoder(name, codec));
  return [...codecs, abciFrames, abciRequests, ...deviceDecoders(), ...(await filesOfANode())];
}

export function codecDecoder(name: string, codec: Codec<unknown>): Decoder {
  const random = new Random(`seeds of ${name}`);
  const drawn = drawnEncodings(codec, random, SEEDS);
  return decoder(name, drawn.length > 0 ? drawn : (SEEDS_BY_HAND.get(codec) ?? []), (bytes) => {
    const value = decode(codec, bytes);
    if (value.ok) return encode(codec, value.value);
    if (!(value.error instanceof CodecError)) throw value.error;
    return undefined;
  });
}

function decoder(
  name: string,
  seeds: readonly Uint8Array[],
  read: Decoder["read"],
  oneOf: number = 1,
): Decoder {
  const longest = seeds.reduce((most, { length }) => Math.max(most, length), 0);
  return { name, seeds, maxBytes: Math.min(longest + ROOM_BYTES, 1 << 16), oneOf, read };
}

/** Of codecs that refuse nearly all that is drawn: readings of one plant in order of time. */
const SEEDS_BY_HAND: ReadonlyMap<unknown, readonly Uint8Array[]> = new Map<unknown, readonly Uint8Array[]>([
  [signedDayCodec, [1, 2, 4].map(daySeed)],
  [headCodec, [headSeed(undefined), headSeed("a chain")]],
]);

function headSeed(chain: string | undefined): Uint8Array {
  const bytes = drawnEncodings(headerCodec as Codec<unknown>, new Random("head"), 1)[0]!;
  const header = decode(headerCodec, bytes);
  const block =
    chain && header.ok ? { header: { ...header.value, chain }, signature: new Uint8Array(64) } : undefined;
  return encode(headCodec, { clean: chain === undefined, logEnd: 48, block });
}

function daySeed(count: number): Uint8Array {
  const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
  const readings = Array.from({ length: count }, (_, i) => ({
    plant: 7,
    intervalStart: NOON + i * QUARTER,
    flows: {
      solarToHome: 100,
      solarToAccumulator: i,
      solarToGrid: 0,
      accumulatorToHome: 0,
      accumulatorToGrid: 0,
      gridToHome: 3,
      gridToAccumulator: 0,
    },
    storedSolar: { ...still, chargedWh: i },
    storedGrid: still,
    closingSolarWh: 5,
    closingGridWh: 0,
  }));
  return encode(signedDayCodec, { readings, signature: new Uint8Array(64) });
}

const REQUESTS = [
  { echo: { message: "è" } },
  { flush: {} },
  { info: { version: "0.38.25", blockVersion: 11n, p2pVersion: 8n, abciVersion: "2.0.0" } },
  { query: { data: Uint8Array.of(1, 2), path: "/rows/accounts", height: 3n, prove: true } },
  { checkTx: { tx: new Uint8Array(250).fill(7), type: 1 } },
  {
    finalizeBlock: {
      txs: [new Uint8Array(40), Uint8Array.of(1)],
      height: 7n,
      time: { seconds: 1_790_000_000n, nanos: 5 },
      hash: new Uint8Array(32),
      proposerAddress: new Uint8Array(20),
      misbehavior: [{ type: 1, height: 5n, totalVotingPower: 4n }],
      decidedLastCommit: { round: 1, votes: [{ validator: { address: new Uint8Array(20), power: 1n } }] },
    },
  },
  { commit: {} },
  { applySnapshotChunk: { index: 1, chunk: new Uint8Array(60), sender: "n" } },
].map((request) => Request.encode(Request.fromPartial(request)).finish());

/** As the stream is cut: into pieces of the lengths that the first byte tells. */
const abciFrames = decoder(
  "node/comet/framing FrameReader",
  REQUESTS.map((request) => concat(Uint8Array.of(request.length), framed(request), framed(REQUESTS[1]!))),
  (bytes) => {
    const reader = new FrameReader(4_096);
    const piece = 1 + (bytes[0] ?? 0);
    const stream = bytes.subarray(1);
    const read: Uint8Array[] = [bytes.subarray(0, 1)];
    try {
      for (let at = 0; at < stream.length; at += piece) {
        for (const message of reader.push(stream.subarray(at, at + piece))) read.push(framed(message));
      }
    } catch (error) {
      if (error instanceof FrameError) return undefined;
      throw error;
    }
    return reader.idle && bytes.length > 0 ? concat(...read) : undefined;
  },
);

/**
 * Protobuf has many spellings of one message and its reader many errors; the server ends the connection at any
 * of them. That it ends at all, soon and without running out of stack or memory, is what counts.
 */
const abciRequests = decoder("node/comet/server Request", REQUESTS, (bytes) => {
  try {
    Request.decode(bytes);
    return bytes;
  } catch (error) {
    if (!(error instanceof Error) || /call stack|allocation|memory/i.test(error.message)) throw error;
    return undefined;
  }
});

/** Files that a node finds in its folder, as a real node left them. */
async function filesOfANode(): Promise<Decoder[]> {
  const folder = "/node";
  const storage = new MemoryStorage();
  let clock = GENESIS.time;
  const node = await openLoaded(folder, { storage, now: () => clock, blockIntervalMs: "manual" });
  const load = new Load();
  await commitAll(node, load.street(2));
  clock = NOON;
  await commitAll(node, [load.interval(NOON - QUARTER, 2)]);
  await commitAll(node, [load.sale(1), load.deposit()]);
  await node.close();
  const hash = genesisHash(GENESIS);
  const trusted = { genesisHash: hash, chain: GENESIS.chain, producer: GENESIS.producer };
  const height = node.view().height;
  const file = (bytes: Uint8Array, path: string) => {
    const at = new MemoryStorage();
    at.open(path, "create").write(0, bytes);
    return at;
  };
  const snapshot = storage.read(join(folder, SNAPSHOT_FOLDER, snapshotName(height)));
  const decided = new MemoryStorage();
  const decidedLog = new DecidedLog(decided, "/decided", hash);
  decidedLog.recover(() => false);
  for (let at = 1; at <= height; at++) {
    const { time, stateRoot, transactions } = node.block(at)!;
    await decidedLog.append({
      height: at,
      time,
      hash: new Uint8Array(32),
      stateRoot,
      misbehaviour: [{ kind: "duplicate_vote", address: new Uint8Array(20), height: at }],
      transactions: transactions.map(({ bytes }) => ({ bytes, status: 0 })),
    });
  }
  return [
    decoder("node/head readHeads", [storage.read(join(folder, HEAD_FILE))], (bytes) => {
      readHeads(bytes);
      return bytes.length === 2 * SLOT_BYTES ? bytes : undefined;
    }),
    decoder(
      "node/log-record walkLog",
      [storage.read(join(folder, LOG_FILE))],
      (bytes) => {
        const walk = walkLog(file(bytes, "/log").open("/log", "read"), hash);
        let step = walk.next();
        while (step.done !== true) step = walk.next();
        return step.value.broken === undefined ? bytes : undefined;
      },
      10,
    ),
    decoder(
      "node/comet/decided-log DecidedLog",
      [decided.read("/decided")],
      (bytes) => {
        if (!equalBytes(bytes.subarray(0, 52), decided.read("/decided").subarray(0, 52))) return undefined;
        const at = file(bytes, "/decided");
        try {
          return new DecidedLog(at, "/decided", hash).recover(inOrder()) === 0 ? bytes : undefined;
        } catch (error) {
          if (error instanceof NodeFault) return undefined; // what it begins after is lost: it stops and says so
          throw error;
        }
      },
      10,
    ),
    decoder(
      "node/snapshot openSnapshot",
      [snapshot],
      (bytes) => {
        // A right checksum, so that damage comes further than to it.
        const body = bytes.subarray(0, Math.max(0, bytes.length - 32));
        const whole = concat(body, new Uint8Array(createHash("sha256").update(body).digest()));
        const path = join(folder, SNAPSHOT_FOLDER, snapshotName(height));
        const opened = openSnapshot(file(whole, path), folder, height, trusted);
        if (typeof opened === "string") return undefined;
        try {
          for (const _ of opened.rows());
          return bytes;
        } catch (error) {
          if (error instanceof CodecError) return undefined;
          throw error;
        } finally {
          opened.close();
        }
      },
      50,
    ),
  ];
}

/** As an application believes: each height after the one before. */
function inOrder(): (block: { readonly height: number }) => boolean {
  let next = 1;
  return ({ height }) => height === next++;
}
