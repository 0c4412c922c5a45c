/**
 * A chain driven by hand, for tests: one call makes one block. Every key is derived from a name, so that a
 * run repeats itself; nonces are read from the block in progress, so that a test states only what it is
 * about. `openStreet` builds the street most tests play in.
 */
import { utf8 } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { dayOf, parseInstant, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ChainApp, type ChainBlock, isSigned } from "#chain/app.ts";
import type { ChainEvent } from "#chain/events.ts";
import { DEFAULT_PARAMETERS, type Founder, type Genesis } from "#chain/genesis.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import type { Block, BlockTransaction } from "#ledger/block.ts";
import type { Kind } from "#ledger/machine.ts";
import { MEMBERS, type Role } from "#ledger/member.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import { encodeTransaction, signingHash, type Transaction } from "#ledger/transaction.ts";
import type { Parameters } from "#market/parameters.ts";
import type { PlantSheet } from "#market/participant.ts";
import type { SaleRequest } from "#market/sale.ts";
import type { IntervalTotals, StoreMovement } from "#market/settlement.ts";
import { identityOf } from "./identities.ts";

/** Tuesday 16 June 2026, noon in Rome; the start of a quarter hour. */
export const START: UnixSeconds = parseInstant("2026-06-16T10:00Z")!;
export const OPERATOR = 1;

/** What a transaction asks for, and what a test wants to be wrong with it. */
export interface Request {
  readonly sender: number;
  readonly kind: { readonly number: number };
  /** Canonical bytes of the body. */
  readonly body: Uint8Array;
  readonly chain?: string;
  readonly nonce?: number;
  readonly expiryHeight?: number;
  readonly signer?: Signer;
  readonly signature?: Uint8Array;
}

export function ask<B>(sender: number, kind: Kind<B, ChainEvent>, body: B): Request {
  return { sender, kind, body: encode(kind.codec, body) };
}

export interface BenchOptions {
  readonly chain?: string;
  readonly time?: UnixSeconds;
  readonly parameters?: Partial<Parameters>;
  /** Beside the operator. */
  readonly founders?: readonly Founder[];
  /** Whether signatures are made and verified; without, they are zeros and count as good. */
  readonly signatures?: boolean;
}

export interface BenchBlock {
  readonly block: Block;
  readonly statuses: readonly Status[];
  /** Of the opening and then of the transactions, in order. */
  readonly events: readonly ChainEvent[];
}

export class ChainBench {
  readonly genesis: Genesis;
  readonly app: ChainApp;
  readonly blocks: Block[] = [];
  readonly producer: Signer = signerOf("producer");
  readonly signatures: boolean;

  /** A chain at its genesis, or `app`, to go on with from where it is. */
  constructor(options: BenchOptions = {}, app?: ChainApp) {
    this.signatures = options.signatures ?? true;
    this.genesis = {
      chain: options.chain ?? "test",
      time: options.time ?? START,
      producer: this.producer.publicKey,
      founders: [
        { member: OPERATOR, role: "operator", keys: [memberSigner(OPERATOR).publicKey] },
        ...(options.founders ?? []),
      ],
      parameters: { ...DEFAULT_PARAMETERS, ...options.parameters },
    };
    this.app = app ?? new ChainApp(this.genesis);
  }

  get view(): ChainView {
    return this.app.view();
  }

  /** A request as the transaction that its sender would make of it in this block. */
  transaction(open: ChainBlock, request: Request): Transaction {
    const unsigned = {
      chain: request.chain ?? this.genesis.chain,
      kind: request.kind.number,
      sender: request.sender,
      nonce: request.nonce ?? (open.state.get(MEMBERS, request.sender)?.nonce ?? 0) + 1,
      expiryHeight: request.expiryHeight ?? open.height + 10,
      body: request.body,
    };
    const signer = request.signer ?? memberSigner(request.sender);
    const signature = this.signatures ? signer.sign(signingHash(unsigned)) : new Uint8Array(64);
    return { ...unsigned, publicKey: signer.publicKey, signature: request.signature ?? signature };
  }

  /**
   * One block at a time. Refused requests are left out of it, or stand in it with their verdict where
   * `refused` says that they count.
   */
  block(
    time: UnixSeconds,
    requests: readonly Request[] = [],
    refused: "counts" | "leaves no trace" = "leaves no trace",
  ): BenchBlock {
    const open = this.app.open(time);
    const transactions: BlockTransaction[] = [];
    const statuses: Status[] = [];
    const events: ChainEvent[] = [];
    for (const request of requests) {
      const transaction = this.transaction(open, request);
      const signed = () => !this.signatures || isSigned(transaction);
      const done = open.execute(transaction, signed, refused);
      statuses.push(done.status);
      events.push(...done.events);
      if (done.status !== "ok" && refused === "leaves no trace") continue;
      transactions.push({ bytes: encodeTransaction(transaction), status: STATUS[done.status] });
    }
    const produced = this.app.produce(open, transactions, this.producer);
    produced.commit();
    this.blocks.push(produced.block);
    return { block: produced.block, statuses, events: [...produced.events, ...events] };
  }

  /** One block of which every request must be accepted. */
  accept(time: UnixSeconds, ...requests: readonly Request[]): BenchBlock {
    const done = this.block(time, requests);
    const refused = done.statuses.findIndex((status) => status !== "ok");
    if (refused >= 0) throw new Error(`request ${refused} is refused: ${done.statuses[refused]}`);
    return done;
  }

  /** The chain anew from its genesis and the blocks made so far. */
  replayed(): ChainApp {
    const app = new ChainApp(this.genesis);
    for (const block of this.blocks) {
      const result = app.replay(block, this.signatures ? isSigned : () => true);
      if (!result.ok) throw new Error(`block ${block.header.height} does not replay: ${result.error}`);
    }
    return app;
  }

  /** The chain from a snapshot of its last block. */
  restored(): ChainApp {
    return new ChainApp(this.genesis, { tip: this.app.tip!, rows: this.app.export() });
  }

  /** Another bench that goes on from this one's last block, without its blocks. */
  fork(): ChainBench {
    const { chain, time, parameters, founders } = this.genesis;
    const others = founders.slice(1);
    return new ChainBench(
      { chain, time, parameters, founders: others, signatures: this.signatures },
      this.restored(),
    );
  }
}

const signers = new Map<string, Signer>();

/** The same signer for the same name, always. */
export function signerOf(name: string): Signer {
  let signer = signers.get(name);
  if (signer === undefined) signers.set(name, (signer = signerFromSeed(hash(utf8(name)))));
  return signer;
}

/** The first key of a member of the bench. */
export function memberSigner(member: number): Signer {
  return signerOf(`member ${member}`);
}

export function meterSigner(plant: number): Signer {
  return signerOf(`meter ${plant}`);
}

export function admission(member: number, role: Role): Request {
  return ask(OPERATOR, admitMember, {
    member,
    role,
    keys: [memberSigner(member).publicKey],
    identity: identityOf(member, role),
  });
}

export const SHEET: Omit<PlantSheet, "owner" | "meterKey"> = {
  feeder: 1,
  solarPeakW: 5_000,
  capacity: Wh(6_400n),
  chargePowerMaxW: 5_000,
  dischargePowerMaxW: 5_000,
};

export function registration(plant: number, owner: number, sheet: Partial<PlantSheet> = {}): Request {
  return ask(OPERATOR, registerHomePlant, {
    plant,
    sheet: { ...SHEET, owner, meterKey: meterSigner(plant).publicKey, ...sheet },
  });
}

export const STILL: StoreMovement = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };

export interface Moved {
  readonly plant: number;
  readonly solar?: Partial<StoreMovement>;
  readonly grid?: Partial<StoreMovement>;
}

export function totals(intervalStart: UnixSeconds, ...moved: readonly Moved[]): IntervalTotals {
  return {
    intervalStart,
    commitmentsRoot: new Uint8Array(32),
    entries: moved.map(({ plant, solar, grid }) => ({
      plant,
      storedSolar: { ...STILL, ...solar },
      storedGrid: { ...STILL, ...grid },
    })),
  };
}

export function interval(intervalStart: UnixSeconds, ...moved: readonly Moved[]): Request {
  return ask(OPERATOR, submitIntervalTotals, totals(intervalStart, ...moved));
}

/** Sixteen bytes of a number, for sales that a test can tell apart. */
export function saleId(number: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, number);
  return id;
}

/** The street: suppliers 3 and 4, citizens 11, 12, … with plants 1, 2, …; every day's rates known. */
export const ALBA = 3;
export const BORA = 4;
export const ALBA_RATE = MicroEurPerKwh(142_000n);
export const BORA_RATE = MicroEurPerKwh(150_500n);

export function citizenOf(plant: number): number {
  return 10 + plant;
}

export interface StreetOptions extends BenchOptions {
  readonly homes?: number;
  /** What each supplier has. */
  readonly funds?: bigint;
  readonly sheet?: Partial<PlantSheet>;
}

/**
 * A bench with two suppliers and some homes, and the clock at noon of the day after its start: `noon` is the
 * start of a quarter hour whose day has rates, as have the six days after it.
 */
export function openStreet(options: StreetOptions = {}): {
  readonly bench: ChainBench;
  readonly noon: number;
} {
  const { homes = 2, funds = 10_000_000n, sheet = {} } = options;
  const bench = new ChainBench(options);
  const { time, parameters } = bench.genesis;
  const plants = Array.from({ length: homes }, (_, i) => i + 1);
  bench.accept(
    time,
    admission(ALBA, "supplier"),
    admission(BORA, "supplier"),
    ask(OPERATOR, enrolEnergySupplier, { member: ALBA, name: "Alba Energia" }),
    ask(OPERATOR, enrolEnergySupplier, { member: BORA, name: "Bora Luce" }),
    ...[ALBA, BORA].map((member) =>
      ask(OPERATOR, depositMoney, { member, amount: MicroEur(funds), reference: `opening ${member}` }),
    ),
    ...plants.map((plant) => admission(citizenOf(plant), "citizen")),
    ...plants.map((plant) => registration(plant, citizenOf(plant), sheet)),
  );
  const today = dayOf(parameters.zone, time);
  const ahead = Array.from({ length: parameters.rateDaysAhead }, (_, i) => today + 1 + i);
  bench.accept(
    time,
    ...ahead.flatMap((day) => [
      ask(ALBA, publishDayRate, { day, rate: ALBA_RATE }),
      ask(BORA, publishDayRate, { day, rate: BORA_RATE }),
    ]),
  );
  return { bench, noon: time + 86_400 };
}

/** A sale of the street: of plant 1 to Alba, at today's rate, unless said otherwise. */
export function saleOf(
  bench: ChainBench,
  time: UnixSeconds,
  changes: Partial<SaleRequest> = {},
): SaleRequest {
  const supplier = changes.supplier ?? ALBA;
  return {
    sale: saleId(1),
    plant: 1,
    supplier,
    day: dayOf(bench.genesis.parameters.zone, time),
    rate: supplier === ALBA ? ALBA_RATE : BORA_RATE,
    fee: bench.genesis.parameters.saleFee,
    energy: Wh(1_000n),
    ...changes,
  };
}

/** `saleOf`, asked by the plant's owner. */
export function selling(bench: ChainBench, time: UnixSeconds, changes: Partial<SaleRequest> = {}): Request {
  const sale = saleOf(bench, time, changes);
  return ask(citizenOf(sale.plant), authoriseEnergySale, sale);
}

/** The start of the n-th quarter hour after an instant's own. */
export function quarterAfter(time: UnixSeconds, n: number): UnixSeconds {
  return (Math.floor(time / QUARTER_HOUR_S) + n) * QUARTER_HOUR_S;
}
