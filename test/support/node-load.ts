/**
 * Transactions for a running node, for tests and benchmarks: each sender counts its own nonces, so that many
 * of them can be in flight. Keys are derived from names, so that a run repeats itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { dayOf, parseInstant, QUARTER_HOUR_S, ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import type { Outcome } from "#chain/host.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
  submitIntervalTotals,
  withdrawEnergySale,
} from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import type { Kind } from "#ledger/machine.ts";
import type { Role } from "#ledger/member.ts";
import { encodeTransaction, signingHash } from "#ledger/transaction.ts";
import type { Admission } from "#market/participant.ts";
import { type EmbeddedNode, type NodeOptions, openNode } from "#node/node.ts";
import { identityOf } from "./identities.ts";

/** Noon in Rome, at the start of a quarter hour. */
export const NOON: UnixSeconds = parseInstant("2026-06-16T10:00Z")!;
export const OPERATOR = 1;
export const SUPPLIER = 2;
export const RATE = MicroEurPerKwh(142_000n);
/** Citizen of home n. */
export const citizen = (home: number) => 1_000 + home;
/** The i-th of the further operators. */
export const operator = (i: number) => 100_000 + i;
export const PRODUCER = signerOf("producer");

export const GENESIS: Genesis = {
  chain: "load",
  time: NOON - 86_400,
  producer: PRODUCER.publicKey,
  founders: [{ member: OPERATOR, role: "operator", keys: [signerOf(OPERATOR).publicKey] }],
  parameters: DEFAULT_PARAMETERS,
};

/** The signer of a member number, or of any other name. */
export function signerOf(name: number | string): Signer {
  return signerFromSeed(hash(utf8(`node load ${name}`)));
}

/** Makes transactions; knows the next nonce of every sender, taking it that all are accepted. */
export class Load {
  readonly nonces = new Map<number, number>();
  readonly #signers = new Map<number, Signer>();
  #deposits = 0;
  #sales = 0;

  transaction<B>(
    sender: number,
    kind: Kind<B, ChainEvent>,
    body: B,
    odd: { readonly nonce?: number; readonly expiryHeight?: number; readonly signature?: Uint8Array } = {},
  ): Uint8Array {
    const nonce = odd.nonce ?? (this.nonces.get(sender) ?? 0) + 1;
    if (odd.nonce === undefined) this.nonces.set(sender, nonce);
    const signer = this.#signers.get(sender) ?? signerOf(sender);
    this.#signers.set(sender, signer);
    const unsigned = {
      chain: GENESIS.chain,
      kind: kind.number,
      sender,
      nonce,
      expiryHeight: odd.expiryHeight ?? 90_000,
      body: encode(kind.codec, body),
    };
    const signature = odd.signature ?? signer.sign(signingHash(unsigned));
    return encodeTransaction({ ...unsigned, publicKey: signer.publicKey, signature });
  }

  deposit(amount = 1n, member = OPERATOR, sender = OPERATOR): Uint8Array {
    this.#deposits += 1;
    const reference = `deposit ${this.#deposits}`;
    return this.transaction(sender, depositMoney, { member, amount: MicroEur(amount), reference });
  }

  /** Admits further operators, so that deposits come from several senders, each with nonces of its own. */
  *operators(count: number): Generator<Uint8Array> {
    for (let i = 0; i < count; i++) {
      const member = operator(i);
      yield this.transaction(OPERATOR, admitMember, admission(member, "operator"));
    }
  }

  /** A supplier with money and rates, and homes with charged accumulators, as of `NOON`. */
  *street(homes: number): Generator<Uint8Array> {
    yield this.transaction(OPERATOR, admitMember, admission(SUPPLIER, "supplier"));
    yield this.transaction(OPERATOR, enrolEnergySupplier, { member: SUPPLIER, name: "Alba Energia" });
    yield this.deposit(1_000_000_000_000n, SUPPLIER);
    for (let home = 1; home <= homes; home++) {
      const member = citizen(home);
      yield this.transaction(OPERATOR, admitMember, admission(member, "citizen"));
      yield this.transaction(OPERATOR, registerHomePlant, {
        plant: home,
        sheet: {
          owner: member,
          meterKey: signerOf(`meter ${home}`).publicKey,
          feeder: 1,
          solarPeakW: 20_000,
          capacity: Wh(50_000n),
          chargePowerMaxW: 50_000,
          dischargePowerMaxW: 50_000,
        },
      });
    }
    const today = dayOf(ROME, GENESIS.time);
    for (let ahead = 1; ahead <= 7; ahead++) {
      yield this.transaction(SUPPLIER, publishDayRate, { day: today + ahead, rate: RATE });
    }
  }

  /** Further suppliers, enrolled; they publish no rates yet. */
  *suppliers(count: number): Generator<Uint8Array> {
    for (let i = 0; i < count; i++) {
      const member = SUPPLIER + 1 + i;
      yield this.transaction(OPERATOR, admitMember, admission(member, "supplier"));
      yield this.transaction(OPERATOR, enrolEnergySupplier, { member, name: `Supplier ${member}` });
    }
  }

  /** Their rates for the week after `NOON`. */
  *rates(suppliers: number): Generator<Uint8Array> {
    const today = dayOf(ROME, NOON);
    for (let i = 0; i < suppliers; i++) {
      for (let ahead = 1; ahead <= 7; ahead++) {
        yield this.transaction(SUPPLIER + 1 + i, publishDayRate, { day: today + ahead, rate: RATE });
      }
    }
  }

  /** What charges every home; needs a clock past that quarter hour. */
  interval(start: UnixSeconds, homes: number, chargedWh = 10_000): Uint8Array {
    const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
    return this.transaction(OPERATOR, submitIntervalTotals, {
      intervalStart: start,
      commitmentsRoot: new Uint8Array(32),
      entries: Array.from({ length: homes }, (_, i) => ({
        plant: i + 1,
        storedSolar: { ...still, chargedWh },
        storedGrid: still,
      })),
    });
  }

  /** What one home exported of its stored solar energy. */
  delivery(start: UnixSeconds, home: number, exportedWh: number): Uint8Array {
    const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
    return this.transaction(OPERATOR, submitIntervalTotals, {
      intervalStart: start,
      commitmentsRoot: new Uint8Array(32),
      entries: [{ plant: home, storedSolar: { ...still, exportedWh }, storedGrid: still }],
    });
  }

  sale(home: number, energy = 100n): Uint8Array {
    this.#sales += 1;
    const sale = new Uint8Array(16);
    new DataView(sale.buffer).setUint32(0, this.#sales);
    return this.transaction(citizen(home), authoriseEnergySale, {
      sale,
      plant: home,
      supplier: SUPPLIER,
      day: dayOf(ROME, NOON),
      rate: RATE,
      fee: DEFAULT_PARAMETERS.saleFee,
      energy: Wh(energy),
    });
  }

  withdrawal(home: number, sale: Uint8Array): Uint8Array {
    return this.transaction(citizen(home), withdrawEnergySale, { sale });
  }
}

export const QUARTER = QUARTER_HOUR_S;

/** Hands transactions in at once, has them sealed, and waits until they are durable. Throws where one is refused. */
export async function commitAll(node: EmbeddedNode, transactions: Iterable<Uint8Array>): Promise<Outcome[]> {
  const submitted = [...transactions].map((bytes) => node.submit(bytes));
  await node.produceNow();
  return Promise.all(
    submitted.map(async (answer, i) => {
      const submission = await answer;
      if (!submission.admitted) throw new Error(`transaction ${i} is refused: ${submission.status}`);
      return submission.committed;
    }),
  );
}

/** A folder that goes when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "contrada-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A node in a folder with the load's genesis and a standing clock, unless said otherwise. */
export function openLoaded(folder: string, options: Partial<NodeOptions> = {}): Promise<EmbeddedNode> {
  return openNode({ folder, genesis: GENESIS, producer: PRODUCER, now: () => NOON, ...options });
}

/** A member with the key of its number. */
export function admission(member: number, role: Role): Admission {
  return { member, role, keys: [signerOf(member).publicKey], identity: identityOf(member, role) };
}
