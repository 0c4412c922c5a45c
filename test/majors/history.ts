/**
 * A history of a chain from a seed, told height by height: the verdicts and the state root. Asked are sales,
 * withdrawals, readings and deposits, bodies of every kind drawn at random, and signatures over which releases
 * of OpenSSL differ. Run under two releases of Node the telling must be the same, line by line.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, fromHex, toHex, utf8 } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { depositMoney, KINDS, withdrawEnergySale } from "#chain/transactions.ts";
import { SMALL_ORDER_ENCODINGS } from "#crypto/fixtures/ed25519-danger.ts";
import { hash } from "#crypto/hash.ts";
import { signingHash } from "#ledger/transaction.ts";
import { drawnEncodings } from "../fuzz/drawing-reader.ts";
import {
  ALBA,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  type Request,
  saleId,
  selling,
} from "../support/chain-bench.ts";

const HOMES = 3;
const LAWS = {
  deliveryIntervals: 2,
  saleExpiryBlocks: 6,
  maxOpenSales: 2,
  minimumSale: Wh(10n),
  maxExpiryAhead: 20,
};
const SENDERS = [OPERATOR, ALBA, BORA, citizenOf(1), citizenOf(2), citizenOf(3)];
/** Valid bodies of every kind, by number. */
const BODIES = new Map(
  [...KINDS.values()].map(({ number, codec }) => [
    number,
    drawnEncodings(codec as Codec<unknown>, new Random(`bodies ${number}`), 24),
  ]),
);
const { Point } = ed25519;
const TORSION = SMALL_ORDER_ENCODINGS.filter(({ canonical }) => canonical).map(({ hex }) =>
  Point.fromHex(hex),
);

/** "height time statuses root", then the same of the chain restored from a snapshot, which goes on with it. */
export function* tellHistory(seed: string, blocks: number): Generator<string> {
  const random = new Random(seed);
  const { bench, noon } = openStreet({ homes: HOMES, funds: 300_000n, parameters: LAWS });
  let restored = bench.fork();
  let time = noon;
  for (let i = 0; i < blocks; i++) {
    time += [0, 1, 300, 900, 900, 1800][random.integer(6)]!;
    const requests = Array.from({ length: random.integer(6) }, () => request(bench, time, random));
    const { statuses, block } = bench.block(time, requests, "counts");
    const again = restored.block(time, requests, "counts");
    const root = toHex(block.header.stateRoot);
    yield `${block.header.height} ${time} ${statuses.join(",")} ${root}`;
    yield `restored ${again.statuses.join(",")} ${toHex(again.block.header.stateRoot)}`;
    if (random.integer(4) === 0) restored = bench.fork();
  }
}

function request(bench: ChainBench, time: number, random: Random): Request {
  const plant = 1 + random.integer(HOMES);
  switch (random.integer(8)) {
    case 0:
    case 1:
      return selling(bench, time, {
        plant,
        supplier: random.integer(2) === 0 ? ALBA : BORA,
        sale: saleId(1 + random.integer(60)),
        energy: Wh(BigInt(random.integer(400))),
      });
    case 2:
      return ask(citizenOf(plant), withdrawEnergySale, {
        sale: bench.view.plant(plant)?.openSales[0] ?? saleId(1),
      });
    case 3:
    case 4: {
      const start = (Math.floor(time / QUARTER_HOUR_S) - 1) * QUARTER_HOUR_S;
      const solar = { chargedWh: random.integer(900), exportedWh: random.integer(400) };
      return interval(start, { plant, solar });
    }
    case 5:
      return ask(OPERATOR, depositMoney, {
        member: SENDERS[random.integer(SENDERS.length)]!,
        amount: MicroEur(BigInt(random.integer(100_000))),
        reference: `${seedless(random)}`,
      });
    case 6: {
      const kinds = [...BODIES.keys()];
      const number = kinds[random.integer(kinds.length)]!;
      const bodies = BODIES.get(number)!;
      const body = bodies[random.integer(Math.max(1, bodies.length))] ?? new Uint8Array(0);
      return { sender: SENDERS[random.integer(SENDERS.length)]!, kind: { number }, body };
    }
    default:
      return torsioned(bench, random);
  }
}

const seedless = (random: Random) => random.uint32();

/** A deposit whose signature has a point of small order in R: valid by ZIP-215, refused by some OpenSSL. */
function torsioned(bench: ChainBench, random: Random): Request {
  const body = { member: ALBA, amount: MicroEur(1n), reference: `torsion ${seedless(random)}` };
  const plain = ask(OPERATOR, depositMoney, body);
  const { publicKey, signature: _, ...unsigned } = bench.transaction(bench.app.open(bench.app.time), plain);
  const message = signingHash(unsigned);
  const { scalar } = ed25519.utils.getExtendedPublicKey(hash(utf8(`member ${OPERATOR}`)));
  const nonce = Point.Fn.create(BigInt(`0x${toHex(random.bytes(32))}`));
  const r = Point.BASE.multiply(nonce)
    .add(TORSION[1 + random.integer(7)]!)
    .toBytes();
  const challenge = BigInt(`0x${toHex(sha512(concat(r, publicKey, message)).reverse())}`);
  const s = Point.Fn.create(nonce + Point.Fn.create(challenge) * scalar);
  const signature = concat(r, fromHex(s.toString(16).padStart(64, "0"))!.reverse());
  // Bound to what was signed, so that it counts only where nothing else comes between.
  return { ...plain, nonce: unsigned.nonce, expiryHeight: unsigned.expiryHeight, signature };
}
