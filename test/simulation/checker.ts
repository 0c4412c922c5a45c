/**
 * What must hold of a chain's blocks, by a model of its own: which envelopes count, who may sign with what,
 * that nonces go up by one, that nothing stands in the chain twice, that a bank reference is booked once, and
 * after each block the audit of the books.
 */
import { toHex } from "#base/bytes.ts";
import { type Codec, decode } from "#base/codec.ts";
import type { ChainApp } from "#chain/app.ts";
import {
  admitMember,
  depositMoney,
  KINDS,
  registerMemberKey,
  requestOwnPayout,
  revokeMemberKey,
  settleMemberPayout,
} from "#chain/transactions.ts";
import { balanceOf } from "#ledger/account.ts";
import { isEnvelopeRefusal } from "#ledger/machine.ts";
import { type Status, statusOf } from "#ledger/status.ts";
import { decodeTransaction, type Transaction, transactionId } from "#ledger/transaction.ts";
import { MONEY, OUTSIDE } from "#market/books.ts";
import { auditBooks } from "../support/audit.ts";
import type { World } from "./world.ts";

export interface CheckedBlock {
  readonly height: number;
  readonly transactions: readonly { readonly bytes: Uint8Array; readonly status: number }[];
}

interface KnownMember {
  nonce: number;
  keys: Set<string>;
}

export class Checker {
  readonly #world: World;
  readonly #name: string;
  readonly #app: ChainApp;
  readonly #made: ReadonlyMap<string, boolean>;
  readonly #members = new Map<number, KnownMember>();
  #leaving: {
    readonly member: number;
    readonly key: string;
    readonly time: number;
    readonly height: number;
  }[] = [];
  readonly #counted = new Set<string>();
  readonly #references = new Set<string>();
  #deposited = 0n;
  readonly #asked = new Map<string, bigint>();

  /** `app` is the chain whose books are audited after each block; `made`: all transactions, and which are forged. */
  constructor(world: World, name: string, app: ChainApp, made: ReadonlyMap<string, boolean>) {
    this.#world = world;
    this.#name = name;
    this.#app = app;
    this.#made = made;
    for (const { key, row } of app.view().members()) {
      this.#members.set(key, { nonce: row.nonce, keys: new Set(row.keys.map(toHex)) });
    }
  }

  /** Whether a transaction of this id counted. */
  holds(id: string): boolean {
    return this.#counted.has(id);
  }

  /** After the block was executed on `app`. `audited`: whether the books are gone through as well. */
  check(block: CheckedBlock, audited: boolean): void {
    const { height } = block;
    this.#takeKeysAway(height);
    for (const [i, { bytes, status }] of block.transactions.entries()) {
      const told = statusOf(status)!;
      const where = () => `${this.#name}: block ${height}, transaction ${i}`;
      const name = toHex(bytes);
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
    }
    for (const { key, row } of this.#app.view().members()) {
      const known = this.#members.get(key);
      this.#world.expect(
        known?.nonce === row.nonce && [...known.keys].sort().join() === row.keys.map(toHex).sort().join(),
        () =>
          `${this.#name}: block ${height} leaves member ${key} with nonce ${row.nonce}, not ${known?.nonce}`,
      );
    }
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

  /** Keys whose revocation is due go as the block opens. */
  #takeKeysAway(height: number): void {
    this.#leaving = this.#leaving.filter((leaving) => {
      if (leaving.time > this.#app.time || leaving.height > height) return true;
      this.#members.get(leaving.member)!.keys.delete(leaving.key);
      return false;
    });
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
    this.#members.get(transaction.sender)!.nonce = transaction.nonce;
    if (told !== "ok") return;
    switch (transaction.kind) {
      case admitMember.number: {
        const { member, keys } = bodyOf(admitMember, transaction);
        this.#members.set(member, { nonce: 0, keys: new Set(keys.map(toHex)) });
        return;
      }
      case registerMemberKey.number: {
        const { key } = bodyOf(registerMemberKey, transaction);
        this.#members.get(transaction.sender)!.keys.add(toHex(key));
        return;
      }
      case revokeMemberKey.number: {
        const { key } = bodyOf(revokeMemberKey, transaction);
        const { keyDelayS, delayBlocks } = this.#app.view().parameters;
        const { time, height } = this.#app;
        this.#leaving.push({
          member: transaction.sender,
          key: toHex(key),
          time: time + keyDelayS,
          height: height + delayBlocks,
        });
        return;
      }
      case depositMoney.number: {
        const { reference, amount } = bodyOf(depositMoney, transaction);
        this.#world.expect(
          !this.#references.has(reference),
          () => `${where()}: ${reference} is booked twice`,
        );
        this.#references.add(reference);
        this.#deposited += amount;
        return;
      }
      case requestOwnPayout.number: {
        const { payout, amount } = bodyOf(requestOwnPayout, transaction);
        this.#asked.set(toHex(payout), amount);
        return;
      }
      case settleMemberPayout.number: {
        const { payout, reference } = bodyOf(settleMemberPayout, transaction);
        const amount = this.#asked.get(toHex(payout));
        this.#world.expect(amount !== undefined, () => `${where()}: nobody asked for it, or it is settled`);
        this.#asked.delete(toHex(payout));
        if (reference === undefined) return;
        this.#world.expect(
          !this.#references.has(reference),
          () => `${where()}: ${reference} is booked twice`,
        );
        this.#references.add(reference);
        this.#deposited -= amount ?? 0n;
      }
    }
  }
}

function bodyOf<B>(kind: { readonly codec: Codec<B> }, transaction: Transaction): B {
  const body = decode(kind.codec, transaction.body);
  if (!body.ok) throw body.error;
  return body.value;
}
