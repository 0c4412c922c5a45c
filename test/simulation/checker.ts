/**
 * What must hold of a chain's blocks, by a model of its own: which envelopes count, who may sign with what,
 * that nonces go up by one, that nothing stands in the chain twice, that a bank reference is booked once, that
 * money is paid out only while it waits; and after each block the audit of the books. What the community decides
 * and who decides it has a model of its own: `ballots.ts`; so have supply contracts, `supplies.ts`, and the
 * neighbours' market, `markets.ts`.
 */
import { toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import type { ChainApp } from "#chain/app.ts";
import {
  admitMember,
  cancelKeyRevocation,
  cancelMemberRecovery,
  depositMoney,
  eraseOneMember,
  KINDS,
  registerMemberKey,
  renewManyMembers,
  replaceHomeMeter,
  requestMemberRecovery,
  requestOwnPayout,
  revokeMemberKey,
  setMemberGuardians,
  settleMemberPayout,
} from "#chain/transactions.ts";
import { balanceOf } from "#ledger/account.ts";
import { isEnvelopeRefusal } from "#ledger/machine.ts";
import { type Status, statusOf } from "#ledger/status.ts";
import { decodeTransaction, type Transaction, transactionId } from "#ledger/transaction.ts";
import { MONEY, OUTSIDE } from "#market/books.ts";
import type { Misbehaviour } from "#market/evidence.ts";
import { auditBooks } from "../support/audit.ts";
import { Ballots, bodyOf } from "./ballots.ts";
import { Markets } from "./markets.ts";
import { nameOf } from "./signatures.ts";
import { Supplies } from "./supplies.ts";
import type { World } from "./world.ts";

export interface CheckedBlock {
  readonly height: number;
  readonly misbehaviour?: readonly Misbehaviour[];
  readonly transactions: readonly { readonly bytes: Uint8Array; readonly status: number }[];
}

interface KnownMember {
  nonce: number;
  keys: Set<string>;
}

/** A change of keys that comes by itself. */
interface Coming {
  readonly what: "revocation" | "recovery" | "guardians";
  readonly member: number;
  readonly key: string;
  readonly time: number;
  readonly height: number;
}

export class Checker {
  readonly #world: World;
  readonly #name: string;
  readonly #app: ChainApp;
  readonly #made: ReadonlyMap<string, boolean>;
  readonly #members = new Map<number, KnownMember>();
  #coming: readonly Coming[] = [];
  readonly #counted = new Set<string>();
  readonly #references = new Set<string>();
  readonly #approvals = new Set<string>();
  /** Member → the round of its guardians. */
  readonly #rounds = new Map<number, number>();
  /** Member → who they are. */
  readonly #guardians = new Map<number, string>();
  #deposited = 0n;
  readonly #asked = new Map<string, { readonly amount: bigint; readonly expiryHeight: number }>();
  /** Keys of meters that took another's place, and by plant from when on the last does. */
  readonly #meters = new Set<string>();
  readonly #metersFrom = new Map<number, number>();
  readonly #ballots: Ballots;
  readonly #supplies: Supplies;
  readonly #markets: Markets;

  /** `app` is the chain whose books are audited after each block; `made`: all transactions, and which are forged. */
  constructor(world: World, name: string, app: ChainApp, made: ReadonlyMap<string, boolean>) {
    this.#world = world;
    this.#name = name;
    this.#app = app;
    this.#made = made;
    this.#ballots = new Ballots(world, name, app);
    this.#supplies = new Supplies(world, name, app);
    this.#markets = new Markets(world, app);
    for (const { key, row } of app.view().members()) {
      this.#members.set(key, { nonce: row.nonce, keys: new Set(row.keys.map(toHex)) });
    }
  }

  /** Whether a transaction of this id counted. */
  holds(id: string): boolean {
    return this.#counted.has(id);
  }

  /** After the block was executed on `app`. `audited`: whether the books are gone through as well. */
  check({ height, misbehaviour = [], transactions }: CheckedBlock, audited: boolean): void {
    this.#changeKeys(height);
    for (const [i, { bytes, status }] of transactions.entries()) {
      const told = statusOf(status)!;
      const where = () => `${this.#name}: block ${height}, transaction ${i}`;
      const name = nameOf(bytes);
      this.#world.expect(this.#made.has(name), () => `${where()} was never sent`);
      const decoded = decodeTransaction(bytes);
      if (!decoded.ok) {
        this.#world.fail(new Error(`${where()} is no transaction`));
        continue;
      }
      const expected = this.#envelope(decoded.value, height, this.#made.get(name) === true);
      const seen = isEnvelopeRefusal(told) ? told : "ok";
      this.#world.expect(seen === expected, () => `${where()} is ${told} instead of ${expected}`);
      if (seen === "ok") this.#count(decoded.value, told, where);
      this.#world.count(told === "ok" ? "transactions ok" : "transactions refused in a block");
      this.#world.count(`status ${told}`);
      if (told === "ok") this.#world.count(`kind ${KINDS.get(decoded.value.kind)!.name}`);
    }
    const view = this.#app.view();
    for (const { key, row } of view.members()) {
      const known = this.#members.get(key);
      this.#world.expect(
        known?.nonce === row.nonce && [...known.keys].sort().join() === row.keys.map(toHex).sort().join(),
        () =>
          `${this.#name}: block ${height} leaves member ${key} with nonce ${row.nonce} and ${row.keys.length} keys, ` +
          `not ${known?.nonce} and ${known?.keys.size}`,
      );
    }
    for (const [member, round] of this.#rounds) {
      const there = view.guarded(member)?.round;
      this.#world.expect(
        there === round,
        () =>
          `${this.#name}: block ${height}: the guardians of ${member} are in round ${there}, not ${round}`,
      );
    }
    this.#ballots.check(height, misbehaviour);
    this.#supplies.check(height);
    if (!audited) return;
    const problems = auditBooks(this.#app);
    this.#world.expect(problems.length === 0, () => `${this.#name}: block ${height}: ${problems.join("; ")}`);
    const outside = -balanceOf(this.#app.open(0).state, OUTSIDE, MONEY).posted;
    this.#world.expect(
      outside === this.#deposited,
      () =>
        `${this.#name}: block ${height}: the bank holds ${outside}, ${this.#deposited} were paid in less out`,
    );
  }

  /** What is due as the block opens: keys that were revoked go, recovered accounts have their new key alone. */
  #changeKeys(height: number): void {
    const { time } = this.#app;
    const isDue = (one: Coming) => one.time <= time && one.height <= height;
    const due = this.#coming.filter(isDue);
    if (due.length === 0) return;
    this.#coming = this.#coming.filter((one) => !isDue(one));
    // Those of one moment as the agenda calls them.
    const order = ["revocation", "recovery", "guardians"];
    const called = due.sort(
      (a, b) => a.time - b.time || a.height - b.height || order.indexOf(a.what) - order.indexOf(b.what),
    );
    const off = new Set<Coming>();
    for (const one of called) {
      const { what, member, key } = one;
      if (off.has(one)) continue;
      if (what === "revocation") {
        this.#members.get(member)!.keys.delete(key);
        this.#world.count("keys gone");
        continue;
      }
      this.#rounds.set(member, this.#rounds.get(member)! + 1);
      if (what === "guardians") {
        this.#guardians.set(member, key);
        continue;
      }
      // The new key is the only one, and what was under way is off.
      this.#members.get(member)!.keys = new Set([key]);
      this.#coming = this.#coming.filter((other) => other.member !== member);
      for (const other of called) if (other.member === member) off.add(other);
      this.#world.count("accounts recovered");
    }
  }

  #envelope(transaction: Transaction, height: number, forged: boolean): Status {
    const kind = KINDS.get(transaction.kind);
    if (kind !== undefined && !decode(kind.codec, transaction.body).ok) return "malformed";
    if (transaction.chain !== this.#app.genesis.chain) return "wrong_chain";
    if (kind === undefined) return "unknown_kind";
    const member = this.#members.get(transaction.sender);
    if (member === undefined) return "unknown_sender";
    if (!member.keys.has(toHex(transaction.publicKey))) return "key_not_registered";
    if (forged) return "bad_signature";
    if (height > transaction.expiryHeight) return "expired";
    if (transaction.expiryHeight - height > this.#app.view().parameters.maxExpiryAhead)
      return "expiry_too_far";
    if (transaction.nonce < member.nonce + 1) return "nonce_already_used";
    return transaction.nonce > member.nonce + 1 ? "nonce_out_of_order" : "ok";
  }

  #count(transaction: Transaction, told: Status, where: () => string): void {
    const id = toHex(transactionId(transaction));
    this.#world.expect(!this.#counted.has(id), () => `${where()} counted before`);
    this.#counted.add(id);
    const { sender } = transaction;
    this.#members.get(sender)!.nonce = transaction.nonce;
    if (told !== "ok") return;
    this.#ballots.take(transaction);
    this.#supplies.take(transaction, where);
    this.#markets.take(transaction, where);
    const { time, height } = this.#app;
    const { keyDelayS, recoveryDelayS, delayBlocks, saleExpiryBlocks } = this.#app.view().parameters;
    switch (transaction.kind) {
      case admitMember.number: {
        const { member, keys } = bodyOf(admitMember, transaction);
        this.#members.set(member, { nonce: 0, keys: new Set(keys.map(toHex)) });
        return;
      }
      case registerMemberKey.number: {
        const { key } = bodyOf(registerMemberKey, transaction);
        this.#members.get(sender)!.keys.add(toHex(key));
        return;
      }
      case revokeMemberKey.number: {
        const key = toHex(bodyOf(revokeMemberKey, transaction).key);
        const due = { time: time + keyDelayS, height: height + delayBlocks };
        this.#coming = [...this.#coming, { what: "revocation", member: sender, key, ...due }];
        return;
      }
      case cancelKeyRevocation.number:
        this.#cancel("revocation", sender, bodyOf(cancelKeyRevocation, transaction).key, where);
        return;
      case requestMemberRecovery.number: {
        const { member, newKey, approvals } = bodyOf(requestMemberRecovery, transaction);
        this.#world.expect(approvals.length >= 2, () => `${where()}: too few helped`);
        for (const { signature } of approvals) {
          const name = toHex(signature);
          this.#world.expect(
            !this.#approvals.has(name),
            () => `${where()}: a guardian's signature counts twice`,
          );
          this.#approvals.add(name);
        }
        const due = { time: time + recoveryDelayS, height: height + delayBlocks };
        this.#coming = [...this.#coming, { what: "recovery", member, key: toHex(newKey), ...due }];
        return;
      }
      case cancelMemberRecovery.number:
        this.#cancel("recovery", sender, bodyOf(cancelMemberRecovery, transaction).key, where);
        this.#rounds.set(sender, this.#rounds.get(sender)! + 1);
        return;
      case eraseOneMember.number: {
        const { member } = bodyOf(eraseOneMember, transaction);
        this.#members.get(member)!.keys.clear();
        this.#coming = this.#coming.filter((one) => one.member !== member);
        this.#rounds.delete(member);
        this.#guardians.delete(member);
        return;
      }
      case setMemberGuardians.number: {
        const others = this.#coming.filter((one) => one.member !== sender || one.what !== "guardians");
        const named = toHex(transaction.body);
        const standing = this.#guardians.get(sender);
        const due = { time: time + recoveryDelayS, height: height + delayBlocks };
        this.#coming = others;
        if (standing === undefined) {
          this.#rounds.set(sender, 1);
          this.#guardians.set(sender, named);
        } else if (standing !== named) {
          this.#coming = [...others, { what: "guardians", member: sender, key: named, ...due }];
        }
        return;
      }
      case renewManyMembers.number: {
        const { closed, opened } = bodyOf(renewManyMembers, transaction);
        for (const member of closed) {
          this.#members.get(member)!.keys.clear();
          this.#rounds.delete(member);
          this.#guardians.delete(member);
        }
        this.#world.expect(
          closed.length === opened.length && this.#coming.every(({ member }) => !closed.includes(member)),
          () => `${where()}: somebody was renewed who was not at rest`,
        );
        for (const { member, keys } of opened) {
          this.#world.expect(!this.#members.has(member), () => `${where()}: ${member} was there before`);
          this.#members.set(member, { nonce: 0, keys: new Set(keys.map(toHex)) });
        }
        return;
      }
      case replaceHomeMeter.number: {
        const { plant, meterKey, from } = bodyOf(replaceHomeMeter, transaction);
        const before = this.#metersFrom.get(plant) ?? 0;
        this.#world.expect(
          from > time && before <= time && !this.#meters.has(toHex(meterKey)),
          () => `${where()}: a meter from ${from} on after one from ${before} on, at ${time}`,
        );
        this.#metersFrom.set(plant, from);
        this.#meters.add(toHex(meterKey));
        return;
      }
      case depositMoney.number: {
        const { reference, amount } = bodyOf(depositMoney, transaction);
        this.#book(reference, amount, where);
        return;
      }
      case requestOwnPayout.number: {
        const { payout, amount } = bodyOf(requestOwnPayout, transaction);
        this.#asked.set(toHex(payout), { amount, expiryHeight: height + saleExpiryBlocks });
        return;
      }
      case settleMemberPayout.number: {
        const { payout, reference } = bodyOf(settleMemberPayout, transaction);
        const asked = this.#asked.get(toHex(payout));
        this.#world.expect(
          asked !== undefined && height < asked.expiryHeight,
          () => `${where()}: nobody asked for it, or it is settled, or it has expired`,
        );
        this.#asked.delete(toHex(payout));
        if (reference !== undefined) this.#book(reference, -(asked?.amount ?? 0n), where);
      }
    }
  }

  #cancel(what: Coming["what"], member: number, key: Uint8Array, where: () => string): void {
    const name = toHex(key);
    const rest = this.#coming.filter((one) => one.what !== what || one.member !== member || one.key !== name);
    this.#world.expect(rest.length === this.#coming.length - 1, () => `${where()}: no ${what} is under way`);
    const { height } = this.#app;
    const gone = this.#coming.find((one) => !rest.includes(one));
    if (gone !== undefined && gone.height <= height + 1)
      this.#world.count(`${what} cancelled at its last block`);
    this.#coming = rest;
  }

  #book(reference: string, amount: bigint, where: () => string): void {
    this.#world.expect(!this.#references.has(reference), () => `${where()}: ${reference} is booked twice`);
    this.#references.add(reference);
    this.#deposited += amount;
  }
}
