/**
 * The keys that follow the present ones when pseudonyms are renewed. A device makes its own early and names it here
 * in private, in a letter that both keys sign (`wire/next-key`). Which key follows which is as private as the map
 * of pseudonyms, and is forgotten with the renewal that uses it.
 */
import type { DatabaseSync } from "node:sqlite";
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { keyProblem, verifySignature } from "#crypto/keys.ts";
import { KEYS } from "#ledger/member.ts";
import { nextKeyHash } from "#wire/next-key.ts";
import { Refused } from "./problems.ts";
import type { Numbers } from "./pseudonyms.ts";

/** As the wire brings it: keys and signatures in hexadecimal. */
export interface NextKey {
  readonly publicKey: string;
  readonly nextKey: string;
  /** By the present key. */
  readonly signature: string;
  /** By the next one. */
  readonly proof: string;
}

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
  offer(member: number, { publicKey, nextKey, signature, proof }: NextKey, now: UnixSeconds): void {
    const { database, chain, view, numbers } = this.#options;
    const key = fromHex(publicKey)!;
    const next = fromHex(nextKey)!;
    if (view().memberOfKey(key) !== member) {
      throw new Refused("device_unknown", "The key is none of yours. No next key was kept.");
    }
    const problem = keyProblem(next);
    if (problem !== undefined) throw new Refused(problem);
    const other = database.prepare("SELECT key FROM next_keys WHERE next = ? AND key <> ?").get(next, key);
    if (other !== undefined || this.wasUsed(next)) throw new Refused("key_already_registered");
    const signed = nextKeyHash({ chain, key, next });
    if (
      !verifySignature(key, signed, fromHex(signature)!) ||
      !verifySignature(next, signed, fromHex(proof)!)
    ) {
      throw new Refused(
        "signature_wrong",
        "A signature does not fit the letter that names the next key. It was not kept. Sign it again with both keys.",
      );
    }
    database
      .prepare(
        `INSERT INTO next_keys (key, account, next, time) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET next = ?3, time = ?4`,
      )
      .run(key, numbers.accountOf(member), next, now);
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
    const { database } = this.#options;
    const rows = database.prepare("SELECT key FROM next_keys WHERE account = ?").all(account);
    for (const { key } of rows as { key: Uint8Array }[]) {
      if (!inUse.some((other) => equalBytes(other, key))) this.forgetKey(key);
    }
  }

  /** A key is no member's any more. */
  forgetKey(key: Uint8Array): void {
    this.#options.database.prepare("DELETE FROM next_keys WHERE key = ?").run(key);
  }
}

/** How a letter is written by whoever holds both keys. */
export function nextKeyLetter(
  chain: string,
  key: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array },
  next: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array },
): NextKey {
  const signed = nextKeyHash({ chain, key: key.publicKey, next: next.publicKey });
  return {
    publicKey: toHex(key.publicKey),
    nextKey: toHex(next.publicKey),
    signature: toHex(key.sign(signed)),
    proof: toHex(next.sign(signed)),
  };
}
