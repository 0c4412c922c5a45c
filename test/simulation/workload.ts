/**
 * What people ask of the chain in the simulation: a street of two suppliers and two homes that trades, reads
 * meters, pays in, changes keys and takes new members, and among it everything that a chain must refuse:
 * forged signatures, old and future nonces, expired requests, other chains, bodies that are none.
 */
import { toHex } from "#base/bytes.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { Genesis } from "#chain/genesis.ts";
import {
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerMemberKey,
  requestOwnPayout,
  revokeMemberKey,
  settleMemberPayout,
  submitIntervalTotals,
  withdrawEnergySale,
} from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import type { Signer } from "#crypto/keys.ts";
import { encodeTransaction, signingHash, type Transaction, transactionId } from "#ledger/transaction.ts";
import {
  ALBA,
  admission,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  memberSigner,
  OPERATOR,
  openStreet,
  type Request,
  registration,
  STILL,
  saleId,
  saleOf,
  signerOf,
} from "../support/chain-bench.ts";
import { standIn } from "./signatures.ts";
import type { World } from "./world.ts";

const HOMES = 2;
const PEOPLE = [OPERATOR, ALBA, BORA, citizenOf(1), citizenOf(2)];

/** Laws under which everything happens within a few blocks and quarter hours. */
const LAWS = {
  deliveryIntervals: 2,
  saleExpiryBlocks: 6,
  maxOpenSales: 2,
  minimumSale: Wh(10n),
  maxExpiryAhead: 20,
};

/** A street at its beginning: made once, the same in every run. */
export interface Street {
  readonly genesis: Genesis;
  readonly producer: Signer;
  /** Its first blocks: the members, plants, money and rates for a week. */
  readonly opening: readonly { readonly time: UnixSeconds; readonly transactions: readonly Uint8Array[] }[];
  /** When trade begins. */
  readonly noon: UnixSeconds;
}

const streets = new Map<boolean, Street>();

export function streetOf(gridEnergySellable: boolean): Street {
  let street = streets.get(gridEnergySellable);
  if (street === undefined) {
    const { bench, noon } = openStreet({
      chain: "simulated",
      homes: HOMES,
      funds: 400_000n,
      parameters: { ...LAWS, gridEnergySellable },
    });
    street = {
      genesis: bench.genesis,
      producer: bench.producer,
      opening: bench.blocks.map(({ header, transactions }) => ({
        time: header.time,
        transactions: transactions.map(({ bytes }) => bytes),
      })),
      noon,
    };
    streets.set(gridEnergySellable, street);
  }
  return street;
}

/** Where a transaction goes, what the chain holds there now, and what time it is. */
export interface Scene {
  readonly view: ChainView;
  readonly time: UnixSeconds;
}

export interface Asked {
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly sender: number;
  readonly what: string;
  /** Its signature is false. */
  readonly forged: boolean;
}

export class Workload {
  /** Every transaction that was ever made, by the text of its bytes: whether its signature is false. */
  readonly made = new Map<string, boolean>();
  readonly #world: World;
  readonly #street: Street;
  readonly #realSignatures: boolean;
  /** The last nonce given out, by sender. */
  readonly #given = new Map<number, number>();
  #number = 0;
  /** The last that was right, for who sends it again with another signature. */
  #last: { readonly asked: Asked; readonly transaction: Transaction } | undefined;

  constructor(world: World, street: Street, realSignatures: boolean) {
    this.#world = world;
    this.#street = street;
    this.#realSignatures = realSignatures;
    for (const { transactions } of street.opening) {
      for (const bytes of transactions) this.made.set(toHex(bytes), false);
    }
  }

  /** One more transaction of somebody. */
  next(scene: Scene): Asked {
    const world = this.#world;
    this.#number += 1;
    if (this.#last !== undefined && world.happens(1, 15)) return this.#copied(this.#last);
    const { request, what } = this.#request(scene);
    return this.#signed(scene, request, world.happens(1, 6) ? this.#odd(scene) : {}, what);
  }

  /** A deposit of an operator who counts anew: right, whatever came before. */
  plain(scene: Scene): Asked {
    this.#number += 1;
    const nonce = (scene.view.member(OPERATOR)?.nonce ?? 0) + 1;
    const request = ask(OPERATOR, depositMoney, {
      member: citizenOf(1),
      amount: MicroEur(1n),
      reference: `plain ${this.#number}`,
    });
    const signer = this.#registered(scene, OPERATOR);
    return this.#signed(
      scene,
      { ...request, signer },
      { nonce, expiryHeight: scene.view.height + 15 },
      "plain deposit",
    );
  }

  /** After a loss people look up which nonce is theirs. */
  forget(sender: number): void {
    this.#given.delete(sender);
  }

  /** A request of somebody else with a signature that is none: the same name, other bytes. */
  #copied({ asked, transaction }: { readonly asked: Asked; readonly transaction: Transaction }): Asked {
    const signature = transaction.signature.slice();
    signature[this.#world.pick([41, 51])]! ^= 1;
    const bytes = encodeTransaction({ ...transaction, signature });
    this.made.set(toHex(bytes), true);
    return { ...asked, bytes, what: `forged copy of ${asked.what}`, forged: true };
  }

  #odd({ view }: Scene): Odd {
    const world = this.#world;
    const { height } = view;
    switch (world.random.integer(8)) {
      case 0:
      case 1:
        return { forged: true };
      case 2:
        return { nonceShift: world.pick([-2, -1, 1, 2]) };
      case 3:
      case 4:
        return { expiryHeight: height + world.between(0, 3) };
      case 5:
        return { expiryHeight: height + world.between(20, 24) };
      case 6:
        return { chain: "another" };
      default:
        return { kind: 99 };
    }
  }

  #signed(scene: Scene, request: Request, odd: Odd, what: string): Asked {
    const world = this.#world;
    const { sender } = request;
    const inState = scene.view.member(sender)?.nonce ?? 0;
    const given = Math.max(inState, this.#given.get(sender) ?? 0);
    const nonce = odd.nonce ?? Math.max(0, given + 1 + (odd.nonceShift ?? 0));
    const spoilt = odd.forged === true || odd.chain !== undefined || odd.kind !== undefined;
    if (odd.nonceShift === undefined && !spoilt) this.#given.set(sender, nonce);
    const unsigned = {
      chain: odd.chain ?? this.#street.genesis.chain,
      kind: odd.kind ?? request.kind.number,
      sender,
      nonce,
      expiryHeight: odd.expiryHeight ?? scene.view.height + world.between(6, 18),
      body: request.body,
    };
    const signer = request.signer ?? this.#signerOf(scene, sender);
    const message = signingHash(unsigned);
    const signature = this.#realSignatures
      ? signer.sign(message).slice()
      : standIn(signer.publicKey, message, world.happens(1, 12));
    if (odd.forged === true) signature[world.pick([40, 50, 60])]! ^= 1;
    const transaction = { ...unsigned, publicKey: signer.publicKey, signature };
    const bytes = encodeTransaction(transaction);
    this.made.set(toHex(bytes), odd.forged === true);
    world.count("transactions made");
    const asked = {
      bytes,
      id: toHex(transactionId(unsigned)),
      sender,
      what: odd.forged === true ? `forged ${what}` : what,
      forged: odd.forged === true,
    };
    if (!asked.forged && !spoilt) this.#last = { asked, transaction };
    return asked;
  }

  /** A key that is registered; now and then one that may have been revoked. */
  #signerOf(scene: Scene, sender: number): Signer {
    return this.#world.happens(1, 12) ? spareSigner(sender) : this.#registered(scene, sender);
  }

  #registered({ view }: Scene, sender: number): Signer {
    const keys = new Set(view.member(sender)?.keys.map(toHex));
    const signers = [memberSigner(sender), spareSigner(sender)].filter(({ publicKey }) =>
      keys.has(toHex(publicKey)),
    );
    return signers.length === 0 ? memberSigner(sender) : this.#world.pick(signers);
  }

  #request(scene: Scene): { request: Request; what: string } {
    const world = this.#world;
    const { view, time } = scene;
    // What `saleOf` asks of a bench: its laws.
    const bench = { genesis: this.#street.genesis, view } as ChainBench;
    const plant = world.between(1, HOMES);
    const roll = world.random.integer(100);
    if (roll < 30) {
      const right = saleOf(bench, time, {
        sale: saleId(world.happens(1, 8) ? this.#number - 1 : this.#number),
        plant,
        supplier: world.pick([ALBA, BORA]),
        energy: Wh(BigInt(world.happens(1, 3) ? world.between(5, 1_500) : world.between(9, 120))),
      });
      const wrong = world.happens(1, 8)
        ? world.pick([
            { ...right, day: right.day + 1 },
            { ...right, rate: MicroEurPerKwh(right.rate + 1n) },
            { ...right, fee: MicroEurPerKwh(0n) },
            { ...right, plant: (plant % HOMES) + 1 },
          ])
        : right;
      return { request: ask(citizenOf(plant), authoriseEnergySale, wrong), what: "sale" };
    }
    if (roll < 40) {
      const sale = view.plant(plant)?.openSales[0] ?? saleId(this.#number);
      const owner = citizenOf(world.happens(1, 6) ? (plant % HOMES) + 1 : plant);
      return { request: ask(owner, withdrawEnergySale, { sale }), what: "withdrawal" };
    }
    if (roll < 65) return { request: this.#interval(scene), what: "interval" };
    if (roll < 69) {
      const payout = saleId(world.between(1, 40));
      if (world.happens(1, 2)) {
        const amount = MicroEur(BigInt(world.between(0, 20_000)));
        return { request: ask(world.pick(PEOPLE), requestOwnPayout, { payout, amount }), what: "payout" };
      }
      const reference = world.happens(1, 3) ? undefined : `out ${this.#number}`;
      return { request: ask(OPERATOR, settleMemberPayout, { payout, reference }), what: "settled payout" };
    }
    if (roll < 77) {
      const reference = world.happens(1, 4) ? `once ${world.between(1, 3)}` : `deposit ${this.#number}`;
      const member = world.happens(1, 10) ? 99 : world.pick(PEOPLE);
      const amount = MicroEur(BigInt(world.between(0, 50_000)));
      return { request: ask(OPERATOR, depositMoney, { member, amount, reference }), what: "deposit" };
    }
    if (roll < 84) {
      const day = saleOf(bench, time).day + world.between(0, 8);
      const rate = MicroEurPerKwh(BigInt(world.between(100_000, 2_200_000)));
      const supplier = world.happens(1, 8) ? citizenOf(1) : world.pick([ALBA, BORA]);
      return { request: ask(supplier, publishDayRate, { day, rate }), what: "rate" };
    }
    if (roll < 93) {
      const member = world.pick(PEOPLE);
      const sender = world.happens(1, 5) ? world.pick(PEOPLE) : member;
      const kind = world.happens(1, 2) ? registerMemberKey : revokeMemberKey;
      const key = world.happens(1, 6) ? memberSigner(member).publicKey : spareSigner(member).publicKey;
      return { request: ask(sender, kind, { key }), what: "key" };
    }
    // Members of a handful of numbers: their keys are judged once for all runs.
    const newcomer = 20 + world.between(0, 5);
    const what = "newcomer";
    switch (world.random.integer(3)) {
      case 0:
        return { request: admission(newcomer, newcomer % 2 === 0 ? "citizen" : "supplier"), what };
      case 1:
        return { request: registration(newcomer, newcomer), what };
      default:
        return {
          request: ask(OPERATOR, enrolEnergySupplier, { member: newcomer, name: `Supplier ${newcomer}` }),
          what,
        };
    }
  }

  #interval({ view, time }: Scene): Request {
    const world = this.#world;
    const quarter = Math.floor(time / QUARTER_HOUR_S) * QUARTER_HOUR_S;
    const intervalStart = quarter - (world.happens(1, 6) ? world.between(0, 3) : 1) * QUARTER_HOUR_S;
    const some = (chance: number, most: number) => (world.happens(chance, 10) ? world.between(1, most) : 0);
    const entries = Array.from({ length: HOMES }, (_, i) => ({
      plant: i + 1,
      storedSolar: {
        chargedWh: some(7, 1_300),
        usedWh: some(3, 300),
        exportedWh: some(6, 250),
        lostWh: some(5, 20),
      },
      storedGrid: { ...STILL, chargedWh: some(2, 300), exportedWh: some(2, 200) },
    }));
    const asIs = world.happens(1, 6);
    return ask(OPERATOR, submitIntervalTotals, {
      intervalStart: intervalStart + (world.happens(1, 20) ? 60 : 0),
      commitmentsRoot: new Uint8Array(32),
      // Most batches book what can be booked, as a head-end does; some are sent as they are.
      entries: asIs ? entries : entries.filter((entry) => view.checkEntry(intervalStart, entry) === "ok"),
    });
  }
}

interface Odd {
  readonly forged?: boolean;
  readonly nonceShift?: number;
  readonly nonce?: number;
  readonly expiryHeight?: number;
  readonly chain?: string;
  readonly kind?: number;
}

function spareSigner(member: number): Signer {
  return signerOf(`spare ${member}`);
}
