/**
 * Signing in without a password: a device proves that it holds a registered key by signing a challenge. The
 * session it gets lives as long as its key stays registered, at most thirty days, and is known to the platform
 * only by the hash of its token.
 *
 * Times here are the wall clock's, Unix seconds: a demo town may run through a month in an hour, and nobody
 * wants to sign in again for it.
 */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import type { ChainView } from "#chain/view.ts";
import { hash } from "#crypto/hash.ts";
import { verifySignature } from "#crypto/keys.ts";
import { P256_KEY_BYTES } from "#crypto/p256.ts";
import type { Role } from "#wire/schemas.ts";
import { signInHash } from "#wire/sign-in.ts";
import { Refused } from "./problems.ts";
import type { Numbers } from "./pseudonyms.ts";

export const CHALLENGE_S = 60;
export const SESSION_S = 30 * 86_400;
/** Of one member; the oldest goes. */
const SESSIONS_MAX = 32;
/** Challenges that wait for their signature; beyond it nobody can ask for one until some have expired. */
const CHALLENGES_MAX = 20_000;

/** Who is signed in. */
export interface Visitor {
  /** The number on the chain, now. */
  readonly member: number;
  /** The account id: the number that it was admitted with. */
  readonly account: number;
  readonly role: Role;
  /** The home of a citizen, by its home id, if one is registered. */
  readonly plant: number | undefined;
  /** Wall clock. */
  readonly expiresAt: number;
  /** Hash of the token, as hexadecimal: names the session, opens nothing. */
  readonly session: string;
  /** That began it. */
  readonly key: Uint8Array;
}

/** By the key that signs, or by the account of whose passkeys one does: a passkey does not say which key it is. */
export interface SignInProof {
  readonly publicKey?: string;
  readonly member?: number;
  readonly challenge: string;
  readonly signature: string;
}

interface Stored {
  readonly account: number;
  readonly key: Uint8Array;
  readonly expires: number;
}

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly numbers: Numbers;
  /** Takes in what the chain has changed of numbers and keys; asked before a session is ended for it. */
  readonly settle?: () => void;
  /** Wall clock, Unix seconds. */
  readonly wallNow: () => number;
}

export class Sessions {
  readonly #options: Options;
  readonly #challenges = new Map<string, { publicKey: string | undefined; expiresAt: number }>();
  /** By hash of the token. */
  readonly #sessions = new Map<string, Stored>();
  readonly #ended = new Set<(session: string) => void>();

  constructor(options: Options) {
    this.#options = options;
    const rows = options.database
      .prepare("SELECT token_hash, member AS account, key, expires FROM sessions")
      .all();
    for (const row of rows) {
      const { token_hash, account, key, expires } = row as unknown as Stored & { token_hash: Uint8Array };
      this.#sessions.set(toHex(token_hash), { account, key, expires });
    }
    this.expire();
  }

  /** 32 random bytes to sign within a minute, once, by this key alone if one is named. Refused: overloaded. */
  challenge(publicKey?: string): { challenge: string; expiresAt: number } {
    const now = this.#options.wallNow();
    if (this.#challenges.size >= CHALLENGES_MAX) this.#expireChallenges(now);
    if (this.#challenges.size >= CHALLENGES_MAX) throw new Refused("overloaded");
    const challenge = toHex(randomBytes(32));
    const expiresAt = now + CHALLENGE_S;
    this.#challenges.set(challenge, { publicKey, expiresAt });
    return { challenge, expiresAt };
  }

  /**
   * Begins a session. Whatever the outcome, the challenge is used up. Refused, in this order:
   * challenge_unknown, device_unknown, signature_wrong.
   */
  signIn(proof: SignInProof): { token: string; visitor: Visitor } {
    const now = this.#options.wallNow();
    const given = this.#challenges.get(proof.challenge);
    this.#challenges.delete(proof.challenge);
    if (given === undefined || given.expiresAt <= now) throw new Refused("challenge_unknown");
    if ((given.publicKey ?? proof.publicKey) !== proof.publicKey) throw new Refused("challenge_unknown");
    const keys = this.#keysOf(proof);
    const message = signInHash(this.#options.chain, fromHex(proof.challenge)!);
    const signature = fromHex(proof.signature)!;
    const publicKey = keys.find((key) => verifySignature(key, message, signature));
    if (publicKey === undefined) throw new Refused("signature_wrong");
    const account = this.#options.numbers.accountOf(this.#options.view().memberOfKey(publicKey)!);

    const token = randomBytes(32).toString("base64url");
    const name = nameOf(token);
    const stored = { account, key: publicKey, expires: now + SESSION_S };
    this.#dropOldest(account);
    this.#sessions.set(name, stored);
    this.#options.database
      .prepare("INSERT INTO sessions (token_hash, member, key, created, expires) VALUES (?, ?, ?, ?, ?)")
      .run(fromHex(name)!, account, publicKey, now, stored.expires);
    return { token, visitor: this.#visitor(name, stored)! };
  }

  /** Who a token stands for; `undefined` where it is unknown, expired, or its key is no longer registered. */
  visitorOf(token: string): Visitor | undefined {
    const name = nameOf(token);
    const stored = this.#sessions.get(name);
    if (stored === undefined) return undefined;
    const visitor = this.#visitor(name, stored);
    if (visitor === undefined) this.end(name);
    return visitor;
  }

  /** Whether a session goes on: what a live stream asks before it sends. */
  lives(session: string): boolean {
    const stored = this.#sessions.get(session);
    return stored !== undefined && this.#visitor(session, stored) !== undefined;
  }

  end(session: string): void {
    if (!this.#sessions.delete(session)) return;
    this.#options.database.prepare("DELETE FROM sessions WHERE token_hash = ?").run(fromHex(session)!);
    for (const listener of this.#ended) listener(session);
  }

  /**
   * Whoever signed in with these keys stays signed in by those that follow them. To be called in the transaction of
   * the database that renews pseudonyms.
   */
  followKeys(pairs: readonly { readonly key: Uint8Array; readonly next: Uint8Array }[]): void {
    const update = this.#options.database.prepare("UPDATE sessions SET key = ? WHERE key = ?");
    for (const { key, next } of pairs) {
      update.run(next, key);
      for (const [name, stored] of this.#sessions) {
        if (equalBytes(stored.key, key)) this.#sessions.set(name, { ...stored, key: next });
      }
    }
  }

  /** Ends every session that this key began: it was revoked. */
  endOfKey(key: Uint8Array): void {
    for (const [name, stored] of this.#sessions) if (equalBytes(stored.key, key)) this.end(name);
  }

  /** Forgets what has expired. */
  expire(): void {
    const now = this.#options.wallNow();
    this.#expireChallenges(now);
    for (const [name, stored] of this.#sessions) if (stored.expires <= now) this.end(name);
  }

  /** Calls `listener` with the name of each session that ends; returns how to stop. */
  onEnd(listener: (session: string) => void): () => void {
    this.#ended.add(listener);
    return () => void this.#ended.delete(listener);
  }

  /** The registered keys that may have signed. Refused: device_unknown. */
  #keysOf({ publicKey, member }: SignInProof): readonly Uint8Array[] {
    const view = this.#options.view();
    if (publicKey !== undefined) {
      const key = fromHex(publicKey)!;
      if (view.memberOfKey(key) !== undefined) return [key];
    } else if (member !== undefined) {
      const passkeys =
        view
          .member(this.#options.numbers.memberNow(member))
          ?.keys.filter((key) => key.length === P256_KEY_BYTES) ?? [];
      if (passkeys.length > 0) return passkeys;
    }
    throw new Refused("device_unknown");
  }

  #visitor(session: string, stored: Stored): Visitor | undefined {
    const { account, expires } = stored;
    if (expires <= this.#options.wallNow()) return undefined;
    const view = this.#options.view();
    const { numbers, settle } = this.#options;
    if (view.memberOfKey(stored.key) !== numbers.memberNow(account)) settle?.();
    const { key } = this.#sessions.get(session) ?? stored;
    const member = numbers.memberNow(account);
    if (view.memberOfKey(key) !== member) return undefined;
    const role = view.member(member)!.role;
    const plant = role === "citizen" ? this.#homeOf(account) : undefined;
    return { member, account, role, plant, expiresAt: expires, session, key };
  }

  /** By account. Homes never change hands, and the first one is its home; only "none yet" is asked again. */
  readonly #homes = new Map<number, number>();

  #homeOf(account: number): number | undefined {
    const known = this.#homes.get(account);
    if (known !== undefined) return known;
    const { numbers, view } = this.#options;
    for (const { key, row } of view().plants()) {
      const owner = numbers.accountOf(row.owner);
      if (!this.#homes.has(owner)) this.#homes.set(owner, numbers.homeOf(key));
    }
    return this.#homes.get(account);
  }

  #dropOldest(account: number): void {
    const rows = this.#options.database
      .prepare("SELECT token_hash FROM sessions WHERE member = ? ORDER BY created DESC LIMIT -1 OFFSET ?")
      .all(account, SESSIONS_MAX - 1);
    for (const row of rows) this.end(toHex(row.token_hash as Uint8Array));
  }

  #expireChallenges(now: number): void {
    for (const [challenge, { expiresAt }] of this.#challenges) {
      if (expiresAt <= now) this.#challenges.delete(challenge);
    }
  }
}

function nameOf(token: string): string {
  return toHex(hash(new TextEncoder().encode(token)));
}
