/**
 * The keys that follow the present ones when pseudonyms are renewed. A device makes its own early and names it here
 * in private, in a letter that both keys sign (`wire/next-key`). A code on paper cannot be asked each time, so the
 * device that makes it names its keys of many renewals at once. Which key follows which is as private as the map of
 * pseudonyms; it is forgotten with the renewal that uses it, and all of it with the member.
 */
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { keyProblem, verifySignature } from "#crypto/keys.ts";
import { KEYS } from "#ledger/member.ts";
import type { Guardian } from "#ledger/recovery.ts";
import { type NextKey, nextKeyHash } from "#wire/next-key.ts";
import { inTransaction } from "./database.ts";
import { Refused } from "./problems.ts";
import type { Numbers } from "./pseudonyms.ts";

export const NEXT_KEY_STEP = `
  CREATE TABLE next_keys (
    key BLOB PRIMARY KEY,
    account INTEGER NOT NULL,
    next BLOB NOT NULL UNIQUE,
    time INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX next_keys_by_account ON next_keys (account);
`;

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly numbers: Numbers;
}

export class NextKeys {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * From now on this key follows that one; an earlier choice is replaced. Refused, in this order: device_unknown (no
   * key of the member), key_malformed, key_small_order, key_torsioned, key_already_registered (the chain has had it,
   * or it shall follow another key), signature_wrong.
   */
  offer(member: number, letter: NextKey, now: UnixSeconds): void {
    if (this.#options.view().memberOfKey(fromHex(letter.publicKey)!) !== member) {
      throw new Refused("device_unknown", "The key is none of yours. No next key was kept.");
    }
    this.#check(letter);
    this.#keep(member, letter, now);
  }

  /**
   * From now on these keys follow a guardian's, one after the other: each letter goes on from the one before. All are
   * kept or none, and what was named for guardians who are none any more is forgotten. The first key need not be a
   * guardian's yet: the letters come before the transaction that makes it one. Refused, in this order, each letter by
   * itself: letters_unconnected (a letter names a key that the one before did not name), key_malformed,
   * key_small_order, key_torsioned, key_already_registered (the chain has had it as a member's or meter's, or it shall
   * follow another key), signature_wrong.
   */
  offerOfGuardian(member: number, letters: readonly NextKey[], now: UnixSeconds): void {
    const { database, numbers } = this.#options;
    inTransaction(database, () => {
      this.forget(numbers.accountOf(member), this.#inUse(member));
      letters.forEach((letter, i) => {
        const key = fromHex(letter.publicKey)!;
        if (i > 0 && letter.publicKey !== letters[i - 1]!.nextKey) throw new Refused("letters_unconnected");
        if (i === 0 && (this.wasUsed(key) || this.#followsAnother(key, key))) {
          throw new Refused("key_already_registered");
        }
        this.#check(letter);
        this.#keep(member, letter, now);
      });
    });
  }

  /**
   * For how many renewals more the bare keys among a member's guardians are followed by others: the least of them;
   * `undefined` where no guardian is a bare key.
   */
  renewalsOfGuardians(member: number): number | undefined {
    const keys = bareKeys(this.#options.view().guarded(member)?.guardians);
    return keys.length === 0 ? undefined : Math.min(...keys.map((key) => this.#following(key).length));
  }

  #check({ publicKey, nextKey, signature, proof }: NextKey): void {
    const key = fromHex(publicKey)!;
    const next = fromHex(nextKey)!;
    const problem = keyProblem(key) ?? keyProblem(next);
    if (problem !== undefined) throw new Refused(problem);
    if (equalBytes(key, next) || this.#followsAnother(next, key) || this.wasUsed(next)) {
      throw new Refused("key_already_registered");
    }
    const signed = nextKeyHash({ chain: this.#options.chain, key, next });
    if (
      !verifySignature(key, signed, fromHex(signature)!) ||
      !verifySignature(next, signed, fromHex(proof)!)
    ) {
      throw new Refused(
        "signature_wrong",
        "A signature does not fit the letter that names the next key. It was not kept. Sign it again with both keys.",
      );
    }
  }

  #followsAnother(next: Uint8Array, key: Uint8Array): boolean {
    const { database } = this.#options;
    return (
      database.prepare("SELECT 1 FROM next_keys WHERE next = ? AND key <> ?").get(next, key) !== undefined
    );
  }

  #keep(member: number, { publicKey, nextKey }: NextKey, now: UnixSeconds): void {
    const { database, numbers } = this.#options;
    database
      .prepare(
        `INSERT INTO next_keys (key, account, next, time) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET account = ?2, next = ?3, time = ?4`,
      )
      .run(fromHex(publicKey)!, numbers.accountOf(member), fromHex(nextKey)!, now);
  }

  /** The keys that follow one, the next one first. */
  #following(key: Uint8Array): Uint8Array[] {
    const found: Uint8Array[] = [];
    const seen = new Set([toHex(key)]);
    for (let next = this.after(key); next !== undefined && !seen.has(toHex(next)); next = this.after(next)) {
      seen.add(toHex(next));
      found.push(next);
    }
    return found;
  }

  /** A member's keys, and those of its guardians, of now and of those who are to take over. */
  #inUse(member: number): Uint8Array[] {
    const view = this.#options.view();
    const guarded = view.guarded(member);
    return [
      ...(view.member(member)?.keys ?? []),
      ...bareKeys(guarded?.guardians),
      ...bareKeys(guarded?.next?.guardians),
    ];
  }

  /** What follows a key, if it has been named. */
  after(key: Uint8Array): Uint8Array | undefined {
    const row = this.#options.database.prepare("SELECT next FROM next_keys WHERE key = ?").get(key);
    return row?.next as Uint8Array | undefined;
  }

  /** What follows a member's present keys: those that have no next one are left out. */
  ofMember(member: number): { readonly key: Uint8Array; readonly next: Uint8Array }[] {
    const keys = this.#options.view().member(member)?.keys ?? [];
    return keys.flatMap((key) => {
      const next = this.after(key);
      return next === undefined ? [] : [{ key, next }];
    });
  }

  /** Whether the chain knows a key, of whomever and since whenever: it cannot be registered again. */
  wasUsed(key: Uint8Array): boolean {
    return this.#options.view().proveRow(KEYS, encode(KEYS.key, key))?.row !== undefined;
  }

  /**
   * Forgets which key followed which of an account, but not what follows those that are in use from now on. To be
   * called in the transaction that used them.
   */
  forget(account: number, inUse: readonly Uint8Array[]): void {
    const kept = new Set(inUse.flatMap((key) => [key, ...this.#following(key)]).map(toHex));
    const rows = this.#options.database.prepare("SELECT key FROM next_keys WHERE account = ?").all(account);
    for (const { key } of rows as { key: Uint8Array }[]) {
      if (!kept.has(toHex(key))) this.forgetKey(key);
    }
  }

  /** A key is no member's any more. */
  forgetKey(key: Uint8Array): void {
    this.#options.database.prepare("DELETE FROM next_keys WHERE key = ?").run(key);
  }

  /** Forgets everything of members that were erased. */
  forgetErased(): void {
    const { database, view, numbers } = this.#options;
    const rows = database.prepare("SELECT DISTINCT account FROM next_keys").all();
    for (const { account } of rows as { account: number }[]) {
      if ((view().member(numbers.memberNow(account))?.closed ?? 1) > 0) this.forget(account, []);
    }
  }
}

function bareKeys(guardians: readonly Guardian[] = []): Uint8Array[] {
  return guardians.flatMap((guardian) => ("key" in guardian ? [guardian.key] : []));
}
