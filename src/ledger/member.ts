/**
 * Who may ask for something: members by number, their role, their keys and the count of their transactions.
 * A member is a number and nothing else; whom it stands for is known outside the chain.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { keyProblem, publicKeyCodec } from "#crypto/keys.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";

/**
 * What a member does in the community. A registrar vouches for people; an organisation (a cooperative, an
 * auditor, a municipality) takes part without buying or selling.
 */
export const ROLES = ["operator", "citizen", "supplier", "registrar", "organisation"] as const;
export type Role = (typeof ROLES)[number];

export const MAX_KEYS = 16;

export interface Member {
  readonly role: Role;
  readonly suspended: boolean;
  /** Of the last transaction that counted; the next one takes `nonce` + 1. */
  readonly nonce: number;
  /** Height at which it was admitted. */
  readonly admitted: number;
  /** Height at which it was erased; 0 = it stands. An erased member has no keys. */
  readonly closed: number;
  /** Ed25519 and P-256, in the order of registration. */
  readonly keys: readonly Uint8Array[];
}

export const roleCodec: Codec<Role> = {
  write: (writer, role) => writer.u8(ROLES.indexOf(role)),
  read(reader) {
    const code = reader.u8();
    const role = ROLES[code];
    if (role === undefined) throw new CodecError(`role ${code}`);
    return role;
  },
};

export const u32Key: Codec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
};

export const MEMBERS: Table<number, Member> = {
  number: 4,
  name: "members",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, row) {
      roleCodec.write(writer, row.role);
      writer.boolean(row.suspended).uint(row.nonce).uint(row.admitted).uint(row.closed);
      writer.list(row.keys, MAX_KEYS, publicKeyCodec.write);
    },
    read: (reader) => ({
      role: roleCodec.read(reader),
      suspended: reader.boolean(),
      nonce: reader.uint(),
      admitted: reader.uint(),
      closed: reader.uint(),
      keys: reader.list(MAX_KEYS, publicKeyCodec.read),
    }),
  },
};

/** Key → whose it is. A key belongs to one member or one meter at most, for ever. */
export const KEYS: Table<Uint8Array, number> = {
  number: 5,
  name: "keys",
  key: publicKeyCodec,
  id: toHex,
  row: u32Key,
};

/** A member's row, or `undefined` where nobody has that number or it was erased. */
export function standingMember(state: StateReader, member: number): Member | undefined {
  const row = state.get(MEMBERS, member);
  return row === undefined || row.closed > 0 ? undefined : row;
}

/** Whether a member has a vote where members decide: a registrar holds an office and no vote. */
export function isVoter(row: Member): boolean {
  return row.role !== "registrar" && row.closed === 0 && !row.suspended;
}

/** How many members have a vote, after the last block. */
export const VOTERS: Table<0, number> = {
  number: 28,
  name: "voters",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: u32Key,
};

/** Brings the count of voters, `before` the draft, up to what the draft did to members. Repeating it does no harm. */
export function countVoters(draft: Draft, before: number): void {
  let count = before;
  for (const change of draft.changes(MEMBERS)) {
    if (change.before !== undefined && isVoter(change.before)) count -= 1;
    if (change.after !== undefined && isVoter(change.after)) count += 1;
  }
  if (count !== (draft.get(VOTERS, 0) ?? 0)) draft.put(VOTERS, 0, count);
}

/**
 * Whether these keys may be registered, together. Fails, in this order: key_malformed, key_small_order,
 * key_torsioned, key_already_registered.
 */
export function checkNewKeys(state: StateReader, keys: readonly Uint8Array[]): Status {
  const problems = keys.map((key) => keyProblem(key));
  for (const problem of ["key_malformed", "key_small_order", "key_torsioned"] as const) {
    if (problems.includes(problem)) return problem;
  }
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(toHex(key)) || state.get(KEYS, key) !== undefined) return "key_already_registered";
    seen.add(toHex(key));
  }
  return "ok";
}

/** Opens a member's row. The caller has checked number and keys. */
export function admitMember(
  draft: Draft,
  member: number,
  role: Role,
  keys: readonly Uint8Array[],
  height: number,
): void {
  draft.put(MEMBERS, member, { role, suspended: false, nonce: 0, admitted: height, closed: 0, keys });
  for (const key of keys) draft.put(KEYS, key, member);
}

/**
 * Adds a key. Fails, in this order: member_unknown, key_malformed, key_small_order, key_torsioned,
 * key_already_registered, too_many_keys.
 */
export function registerKey(draft: Draft, member: number, key: Uint8Array): Status {
  const row = draft.get(MEMBERS, member);
  if (row === undefined) return "member_unknown";
  const status = checkNewKeys(draft, [key]);
  if (status !== "ok") return status;
  if (row.keys.length >= MAX_KEYS) return "too_many_keys";
  draft.put(MEMBERS, member, { ...row, keys: [...row.keys, key] });
  draft.put(KEYS, key, member);
  return "ok";
}

/** Takes keys of a member away; they stay registered, so that nobody can register them again. */
export function removeKeys(draft: Draft, member: number, keys: readonly Uint8Array[]): void {
  const row = draft.get(MEMBERS, member);
  if (row === undefined) return;
  const kept = row.keys.filter((key) => !keys.some((gone) => equalBytes(gone, key)));
  draft.put(MEMBERS, member, { ...row, keys: kept });
}
