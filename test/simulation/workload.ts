/**
 * The transactions of the simulation: what people ask for (`requests.ts`) in an envelope that is right, or wrong as a
 * chain must refuse it: forged signatures, old and future nonces, expired requests, other chains, kinds that are none.
 */
import { toHex } from "#base/bytes.ts";
import type { Signer } from "#crypto/keys.ts";
import { encodeTransaction, signingHash, type Transaction, transactionId } from "#ledger/transaction.ts";
import { memberSigner, OPERATOR, type Request } from "../support/chain-bench.ts";
import { Requests, type Scene } from "./requests.ts";
import { nameOf, standIn } from "./signatures.ts";
import { recoveredSigner, type Street, spareSigner } from "./street.ts";
import type { World } from "./world.ts";

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
  readonly #requests: Requests;
  /** The last nonce given out, by sender. */
  readonly #given = new Map<number, number>();
  /** The last that was right, for who sends it again with another signature. */
  #last: { readonly asked: Asked; readonly transaction: Transaction } | undefined;

  constructor(world: World, street: Street, realSignatures: boolean) {
    this.#world = world;
    this.#street = street;
    this.#realSignatures = realSignatures;
    this.#requests = new Requests(world, street.genesis);
    for (const { transactions } of street.opening) {
      for (const bytes of transactions) this.made.set(nameOf(bytes), false);
    }
  }

  /** One more transaction of somebody. */
  next(scene: Scene): Asked {
    const world = this.#world;
    if (this.#last !== undefined && world.happens(1, 15)) return this.#copied(this.#last);
    const { request, what } = this.#requests.next(scene);
    return this.#signed(scene, request, world.happens(1, 6) ? this.#odd(scene) : {}, what);
  }

  /** A deposit of an operator who counts anew: right, whatever came before. */
  plain(scene: Scene): Asked {
    const nonce = (scene.view.member(OPERATOR)?.nonce ?? 0) + 1;
    const request = this.#requests.plain();
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
    this.made.set(nameOf(bytes), true);
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
    let given = Math.max(inState, this.#given.get(sender) ?? 0);
    // Who hears nothing of three looks up where the chain is.
    if (given > inState + 2 && world.happens(1, 2)) given = inState;
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
    this.made.set(nameOf(bytes), odd.forged === true);
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
    const recovered = view.guarded(sender) === undefined ? [] : ROUNDS;
    const signers = [
      memberSigner(sender),
      spareSigner(sender),
      ...recovered.map((round) => recoveredSigner(sender, round)),
    ].filter(({ publicKey }) => keys.has(toHex(publicKey)));
    if (signers.length > 0) return this.#world.pick(signers);
    const borrowed = [...keys].map((key) => this.#requests.borrowed.get(key));
    return borrowed.find((signer) => signer !== undefined) ?? memberSigner(sender);
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

/** Rounds of recovery whose keys people have at hand. */
const ROUNDS = [0, 1, 2, 3, 4, 5, 6];
