/**
 * Proof of Identity: a registrar attests that a member is a real person or company and that nobody is a member
 * twice, and the chain learns nothing else. On the chain stand two hashes of 32 bytes:
 *
 * - the **commitment**, over a random salt and the fields that the registrar saw: with the salt it can be opened
 *   and proves what was attested; once the salt is destroyed it is a random number;
 * - the **nullifier**, over the identity's number under a key that only the registrar has: the same number gives
 *   the same nullifier, so a second membership is noticed; without the key nobody can try numbers out.
 *
 * The hashes are made outside the chain by the pure functions here; the chain only compares them.
 *
 * | role | identity |
 * |---|---|
 * | citizen | the person's tax number |
 * | supplier, organisation | the number in the companies' register |
 * | operator, registrar | none: offices, held by whom the genesis or a vote names in public |
 */
import { concat, toHex } from "#base/bytes.ts";
import { type Codec, CodecError, encode } from "#base/codec.ts";
import { taggedHash } from "#crypto/hash.ts";
import { type Role, u32Key } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { bytesKey } from "#ledger/transfer.ts";

/** What an admission carries. */
export interface Identity {
  readonly commitment: Uint8Array;
  readonly nullifier: Uint8Array;
}

/** What a registrar saw. Never on the chain. */
export interface IdentityFields {
  /** "person" or "organisation". */
  readonly of: "person" | "organisation";
  /** ISO 3166-1, two capital letters: whose number it is. */
  readonly country: string;
  /** Tax number of a person, register number of a company, as `identityNumber` writes it. */
  readonly number: string;
  /** As in the document that was shown. */
  readonly name: string;
}

export const IDENTITY_HASH_BYTES = 32;
/** Of the salt and of the registrar's nullifier key: random bytes. */
export const IDENTITY_SECRET_BYTES = 32;
const NUMBER_MAX_BYTES = 40;
const PERSON_NAME_MAX_BYTES = 200;

export const identityCodec: Codec<Identity> = {
  write(writer, { commitment, nullifier }) {
    writer.fixed(commitment, IDENTITY_HASH_BYTES).fixed(nullifier, IDENTITY_HASH_BYTES);
  },
  read: (reader) => ({
    commitment: reader.fixed(IDENTITY_HASH_BYTES),
    nullifier: reader.fixed(IDENTITY_HASH_BYTES),
  }),
};

/** Member → its identity. Founders and offices have none. */
export const IDENTITIES: Table<number, Identity> = {
  number: 30,
  name: "identities",
  key: u32Key,
  id: (member) => member,
  row: identityCodec,
};

/** Nullifier → whose it is. */
export const NULLIFIERS: Table<Uint8Array, number> = {
  number: 31,
  name: "nullifiers",
  key: bytesKey(IDENTITY_HASH_BYTES),
  id: toHex,
  row: u32Key,
};

const identityNumberCodec: Codec<Omit<IdentityFields, "name">> = {
  write(writer, { of, country, number }) {
    writer
      .u8(of === "person" ? 0 : 1)
      .text(country, 2)
      .text(number, NUMBER_MAX_BYTES);
  },
  read(reader) {
    const of = reader.u8();
    if (of > 1) throw new CodecError(`identity of kind ${of}`);
    return {
      of: of === 0 ? "person" : "organisation",
      country: reader.text(2),
      number: reader.text(NUMBER_MAX_BYTES),
    };
  },
};

export const identityFieldsCodec: Codec<IdentityFields> = {
  write(writer, fields) {
    identityNumberCodec.write(writer, fields);
    writer.text(fields.name, PERSON_NAME_MAX_BYTES);
  },
  read: (reader) => ({ ...identityNumberCodec.read(reader), name: reader.text(PERSON_NAME_MAX_BYTES) }),
};

/** A number as it is hashed: capital letters and digits only, however it was typed. */
export function identityNumber(typed: string): string {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** The commitment to what was seen, under a salt of 32 random bytes. Throws `CodecError` where a field is too long. */
export function identityCommitment(salt: Uint8Array, fields: IdentityFields): Uint8Array {
  if (salt.length !== IDENTITY_SECRET_BYTES) throw new CodecError(`a salt of ${salt.length} bytes`);
  return taggedHash("contrada/identity/commitment/1", salt, encode(identityFieldsCodec, fields));
}

/**
 * The nullifier of a number under the registrar's key of 32 random bytes: hashed twice, as in HMAC, so that
 * a nullifier cannot be extended to that of a longer number. The name does not count: people change it.
 *
 * Each period has another one for the same number, so that whoever reads the chain cannot follow a member from one
 * period to the next; period 0 is the time before the first renewal.
 */
export function identityNullifier(
  key: Uint8Array,
  fields: Pick<IdentityFields, "of" | "country" | "number">,
  period = 0,
): Uint8Array {
  if (key.length !== IDENTITY_SECRET_BYTES) throw new CodecError(`a nullifier key of ${key.length} bytes`);
  const inner = taggedHash("contrada/identity/number/1", concat(key, encode(identityNumberCodec, fields)));
  if (period === 0) return taggedHash("contrada/identity/nullifier/1", key, inner);
  return taggedHash("contrada/identity/period-nullifier/1", key, inner, encode(u32Key, period));
}

/**
 * Under which nullifier a number is a member, if it is, in a period or one before: a member whose numbers were not
 * changed keeps that of its period. What a registrar asks before it attests somebody; the chain compares no periods.
 */
export function membershipOf(
  state: StateReader,
  key: Uint8Array,
  fields: Pick<IdentityFields, "of" | "country" | "number">,
  period: number,
): { readonly member: number; readonly period: number } | undefined {
  for (let of = period; of >= 0; of--) {
    const member = state.get(NULLIFIERS, identityNullifier(key, fields, of));
    if (member !== undefined) return { member, period: of };
  }
  return undefined;
}

/** Whether a member of this role is admitted on an identity. */
export function needsIdentity(role: Role): boolean {
  return role === "citizen" || role === "supplier" || role === "organisation";
}

/** Fails, in this order: identity_missing, identity_unexpected, identity_already_member. */
export function checkIdentity(state: StateReader, role: Role, identity: Identity | undefined): Status {
  if (identity === undefined) return needsIdentity(role) ? "identity_missing" : "ok";
  if (!needsIdentity(role)) return "identity_unexpected";
  return state.get(NULLIFIERS, identity.nullifier) === undefined ? "ok" : "identity_already_member";
}

/** Books a member's identity. The caller has checked it. */
export function bookIdentity(draft: Draft, member: number, identity: Identity): void {
  draft.put(IDENTITIES, member, identity);
  draft.put(NULLIFIERS, identity.nullifier, member);
}

/** Takes a member's identity out of the state, if it has one: its nullifier is free again. */
export function removeIdentity(draft: Draft, member: number): void {
  const identity = draft.get(IDENTITIES, member);
  if (identity === undefined) return;
  draft.delete(IDENTITIES, member);
  draft.delete(NULLIFIERS, identity.nullifier);
}
