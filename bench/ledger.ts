/**
 * What the rules themselves cost, without signatures, disk or network: one JSON object on standard output,
 * rates per second. `node bench/ledger.ts`; some ten seconds, a third of it with `--short`. Each figure is the median of its rounds, and
 * every round seals its block, so that the state root is part of the price.
 */

import { encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { dayOf, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ChainApp } from "#chain/app.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { BlockTransaction } from "#ledger/block.ts";
import type { Executed } from "#ledger/machine.ts";
import { STATUS } from "#ledger/status.ts";
import { encodeTransaction, type Transaction } from "#ledger/transaction.ts";
import type { StoreMovement } from "#market/settlement.ts";
import { identityOf } from "../test/support/identities.ts";

const START = 1_781_600_400;
const SUPPLIER = 2;
const FIRST_CITIZEN = 10;

const STILL: StoreMovement = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
const FILLING = { chargedWh: 300, lostWh: 10 };
const EMPTYING = { usedWh: 145, exportedWh: 145 };
const DELIVERING = { exportedWh: 130, lostWh: 10 };

interface AnyKind {
  readonly number: number;
  readonly codec: { write(writer: never, body: never): void };
}

/** A chain of `plants` homes, each with its own citizen, one supplier with money and a rate for every day. */
class Town {
  readonly app: ChainApp;
  readonly plants: number;
  readonly #random = new Random("bench ledger");
  readonly #producer = signerFromSeed(this.#random.bytes(32));
  readonly #nonces = new Map<number, number>();
  #time = START;

  constructor(plants: number) {
    this.plants = plants;
    const key = () => signerFromSeed(this.#random.bytes(32)).publicKey;
    const genesis: Genesis = {
      chain: "bench",
      time: START,
      producer: this.#producer.publicKey,
      founders: [{ member: 1, role: "operator", keys: [key()] }],
      parameters: DEFAULT_PARAMETERS,
    };
    this.app = new ChainApp(genesis);
    const day = dayOf(DEFAULT_PARAMETERS.zone, START);
    const requests: [number, AnyKind, unknown][] = [
      [
        1,
        admitMember,
        { member: SUPPLIER, role: "supplier", keys: [key()], identity: identityOf(SUPPLIER, "supplier") },
      ],
      [1, enrolEnergySupplier, { member: SUPPLIER, name: "Alba Energia" }],
      [1, depositMoney, { member: SUPPLIER, amount: MicroEur(10n ** 15n), reference: "" }],
    ];
    for (let i = 0; i < plants; i++) {
      const owner = FIRST_CITIZEN + i;
      requests.push([
        1,
        admitMember,
        { member: owner, role: "citizen", keys: [key()], identity: identityOf(owner, "citizen") },
      ]);
      const sheet = {
        owner,
        meterKey: key(),
        feeder: 1,
        solarPeakW: 6000,
        capacity: Wh(10_000n),
        chargePowerMaxW: 5000,
        dischargePowerMaxW: 5000,
      };
      requests.push([1, registerHomePlant, { plant: i + 1, sheet }]);
    }
    this.block(requests);
    this.block(
      Array.from({ length: 7 }, (_, i) => [SUPPLIER, publishDayRate, { day: day + 1 + i, rate: 142_000n }]),
    );
    this.#time += 86_400 - (START % QUARTER_HOUR_S);
  }

  get time(): number {
    return this.#time;
  }

  get today(): number {
    return dayOf(DEFAULT_PARAMETERS.zone, this.#time);
  }

  /** One block of requests that must all be accepted; returns the seconds that it took. */
  block(requests: readonly [number, AnyKind, unknown][]): number {
    const transactions = requests.map(([sender, kind, body]) => this.#transaction(sender, kind, body));
    const start = performance.now();
    const open = this.app.open(this.#time);
    const done: BlockTransaction[] = [];
    for (const transaction of transactions) {
      const { status }: Executed<unknown> = open.execute(transaction, () => true, "leaves no trace");
      if (status !== "ok") throw new Error(`transaction of kind ${transaction.kind} is refused: ${status}`);
      done.push({ bytes: encodeTransaction(transaction), status: STATUS[status] });
    }
    this.app.produce(open, done, this.#producer).commit();
    return (performance.now() - start) / 1000;
  }

  /** The next quarter hour of all plants, the same in each home, in batches. */
  quarterHour(batch: number, movement: Partial<StoreMovement>): number {
    const intervalStart = this.#time;
    this.#time += QUARTER_HOUR_S;
    const requests: [number, AnyKind, unknown][] = [];
    for (let first = 1; first <= this.plants; first += batch) {
      const count = Math.min(batch, this.plants - first + 1);
      const entries = Array.from({ length: count }, (_, i) => ({
        plant: first + i,
        storedSolar: { ...STILL, ...movement },
        storedGrid: STILL,
      }));
      const totals = { intervalStart, commitmentsRoot: this.#random.bytes(32), entries };
      requests.push([1, submitIntervalTotals, totals]);
    }
    return this.block(requests);
  }

  /** One sale of each plant, in one block. */
  sales(energy: bigint): number {
    return this.block(
      Array.from({ length: this.plants }, (_, i) => [
        FIRST_CITIZEN + i,
        authoriseEnergySale,
        {
          sale: this.#random.bytes(16),
          plant: i + 1,
          supplier: SUPPLIER,
          day: this.today,
          rate: MicroEurPerKwh(142_000n),
          fee: DEFAULT_PARAMETERS.saleFee,
          energy: Wh(energy),
        },
      ]),
    );
  }

  #transaction(sender: number, kind: AnyKind, body: unknown): Transaction {
    const nonce = (this.#nonces.get(sender) ?? this.app.view().member(sender)?.nonce ?? 0) + 1;
    this.#nonces.set(sender, nonce);
    return {
      chain: "bench",
      kind: kind.number,
      sender,
      nonce,
      expiryHeight: this.app.height + 10,
      body: encode(kind.codec as never, body),
      publicKey: (this.app.view().member(sender)?.keys ?? [new Uint8Array(32)])[0]!,
      signature: new Uint8Array(64),
    };
  }
}

const SHORT = process.argv.includes("--short");

export function benchLedger(): Record<string, number | string> {
  const town = new Town(500);
  const idle = rounds(40, (i) => 500 / town.quarterHour(500, i % 2 === 0 ? FILLING : EMPTYING));
  const selling: number[] = [];
  const authorising: number[] = [];
  for (let round = 0; round < (SHORT ? 3 : 8); round++) {
    for (let i = 0; i < 4; i++) town.quarterHour(500, FILLING);
    authorising.push(500 / town.sales(1000n));
    for (let i = 0; i < 8; i++) selling.push(500 / town.quarterHour(500, DELIVERING));
  }
  const large = new Town(SHORT ? 1_500 : 5_000);
  return {
    node: process.version,
    intervalEntriesPerS: median(idle),
    intervalEntriesWithAnOpenSalePerS: median(selling),
    salesAuthorisedPerS: median(authorising),
    plantsOfTheLargeTown: large.plants,
    intervalEntriesPerSOfTheLargeTown: median(
      rounds(20, (i) => large.plants / large.quarterHour(500, i % 2 === 0 ? FILLING : EMPTYING)),
    ),
    depositsPerS: median(
      rounds(12, (round) => {
        const deposit = (i: number) => ({
          member: SUPPLIER,
          amount: MicroEur(1n),
          reference: `${round} ${i}`,
        });
        return 2_000 / town.block(Array.from({ length: 2_000 }, (_, i) => [1, depositMoney, deposit(i)]));
      }),
    ),
  };
}

function rounds(count: number, work: (round: number) => number): number[] {
  return Array.from({ length: count }, (_, round) => work(round));
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!);
}

if (import.meta.main) console.log(JSON.stringify(benchLedger(), null, 2));
