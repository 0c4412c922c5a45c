/**
 * Organisations: the members that vouch for the chain itself (supplier, grid operator, cooperative, auditor),
 * each with at most one consensus validator of one unit of power. Homes are members and never organisations.
 *
 * An organisation is admitted and removed by the others' vote. One whose validator was seen to misbehave keeps
 * its row and loses its power, until another vote admits it anew.
 */
import { assert } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { checkNewKeys, KEYS, standingMember, u32Key } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { bytesKey } from "#ledger/transfer.ts";

/** More than any consensus of validators carries well. */
export const MAX_ORGANISATIONS = 100;
export const VALIDATOR_KEY_BYTES = 32;
export const ADDRESS_BYTES = 20;

export interface Organisation {
  /** Ed25519, of its consensus validator; `undefined` where it runs none, as on a chain of one producer. */
  readonly validator: Uint8Array | undefined;
  /** Whether its validator has power; taken away by evidence of misbehaviour. */
  readonly active: boolean;
  /** Height at which it was admitted, last. */
  readonly since: number;
  /** Evidence against its validators so far. */
  readonly misbehaviours: number;
}

export const validatorCodec: Codec<Uint8Array | undefined> = {
  write(writer, key) {
    writer.boolean(key !== undefined);
    if (key !== undefined) writer.fixed(key, VALIDATOR_KEY_BYTES);
  },
  read: (reader) => (reader.boolean() ? reader.fixed(VALIDATOR_KEY_BYTES) : undefined),
};

/** Member number → organisation. Removed ones have no row. */
export const ORGANISATIONS: Table<number, Organisation> = {
  number: 20,
  name: "organisations",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, row) {
      validatorCodec.write(writer, row.validator);
      writer.boolean(row.active).uint(row.since).u32(row.misbehaviours);
    },
    read: (reader) => ({
      validator: validatorCodec.read(reader),
      active: reader.boolean(),
      since: reader.uint(),
      misbehaviours: reader.u32(),
    }),
  },
};

export interface ValidatorOwner {
  readonly member: number;
  readonly key: Uint8Array;
}

/** Consensus address → whose validator it is or was; it stays, for evidence that comes late. */
export const VALIDATORS: Table<Uint8Array, ValidatorOwner> = {
  number: 21,
  name: "validators",
  key: bytesKey(ADDRESS_BYTES),
  id: toHex,
  row: {
    write: (writer, { member, key }) => writer.u32(member).fixed(key, VALIDATOR_KEY_BYTES),
    read: (reader) => ({ member: reader.u32(), key: reader.fixed(VALIDATOR_KEY_BYTES) }),
  },
};

/** The organisations' member numbers, ascending: one row, so that rules can go through them. */
export const ROSTER: Table<0, readonly number[]> = {
  number: 22,
  name: "roster",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: {
    write: (writer, members) => writer.list(members, MAX_ORGANISATIONS, (w, member) => w.u32(member)),
    read: (reader) => reader.list(MAX_ORGANISATIONS, (r) => r.u32()),
  },
};

/** CometBFT's address of an Ed25519 validator: the first 20 bytes of the key's SHA-256. */
export function validatorAddress(key: Uint8Array): Uint8Array {
  return hash(key).slice(0, ADDRESS_BYTES);
}

/** The organisations' member numbers, ascending. */
export function rosterOf(state: StateReader): readonly number[] {
  return state.get(ROSTER, 0) ?? [];
}

export interface Candidate {
  readonly member: number;
  readonly validator: Uint8Array | undefined;
}

/**
 * Whether a member may become an organisation, or one that lost its power may have it back. Fails, in this
 * order: member_unknown (nobody of that number, or a citizen), key_malformed, key_small_order, key_torsioned,
 * key_already_registered (to anybody but itself as a validator), organisation_exists, too_many_organisations.
 */
export function checkCandidate(state: StateReader, { member, validator }: Candidate): Status {
  const role = standingMember(state, member)?.role;
  if (role === undefined || role === "citizen") return "member_unknown";
  const status = checkValidatorKey(state, member, validator);
  if (status !== "ok") return status;
  if (state.get(ORGANISATIONS, member)?.active) return "organisation_exists";
  const roster = rosterOf(state);
  if (!roster.includes(member) && roster.length >= MAX_ORGANISATIONS) return "too_many_organisations";
  return "ok";
}

/** Admits an organisation, or gives one its power back. Fails as `checkCandidate`. */
export function admitOrganisation(draft: Draft, candidate: Candidate, height: number): Status {
  const status = checkCandidate(draft, candidate);
  if (status !== "ok") return status;
  const { member, validator } = candidate;
  const misbehaviours = draft.get(ORGANISATIONS, member)?.misbehaviours ?? 0;
  draft.put(ORGANISATIONS, member, { validator, active: true, since: height, misbehaviours });
  const roster = rosterOf(draft);
  if (!roster.includes(member))
    draft.put(
      ROSTER,
      0,
      [...roster, member].sort((a, b) => a - b),
    );
  if (validator !== undefined) recordValidator(draft, member, validator);
  return "ok";
}

/** Fails as `checkNewKeys`; a member's own validator key of earlier is good again. */
export function checkValidatorKey(
  state: StateReader,
  member: number,
  validator: Uint8Array | undefined,
): Status {
  if (validator === undefined) return "ok";
  const known = state.get(VALIDATORS, validatorAddress(validator));
  if (known !== undefined && equalBytes(known.key, validator)) {
    return known.member === member ? "ok" : "key_already_registered";
  }
  return checkNewKeys(state, [validator]);
}

function recordValidator(draft: Draft, member: number, key: Uint8Array): void {
  const address = validatorAddress(key);
  const known = draft.get(VALIDATORS, address);
  assert(known === undefined || known.member === member, `validator ${toHex(address)} is another member's`);
  draft.put(VALIDATORS, address, { member, key });
  draft.put(KEYS, key, member);
}

/** The organisations that have a say, ascending. */
export function activeOrganisations(state: StateReader): readonly number[] {
  return rosterOf(state).filter((member) => state.get(ORGANISATIONS, member)?.active);
}

/** Fails, in this order: organisation_unknown, last_organisation (none of the others is active). */
export function checkRemoval(state: StateReader, member: number): Status {
  if (state.get(ORGANISATIONS, member) === undefined) return "organisation_unknown";
  return activeOrganisations(state).every((other) => other === member) ? "last_organisation" : "ok";
}

/** Takes an organisation off the roster. Fails as `checkRemoval`. */
export function removeOrganisation(draft: Draft, member: number): Status {
  const status = checkRemoval(draft, member);
  if (status !== "ok") return status;
  draft.delete(ORGANISATIONS, member);
  const rest = rosterOf(draft).filter((other) => other !== member);
  draft.put(ROSTER, 0, rest);
  return "ok";
}

/**
 * Whether an active organisation may run another validator, or none. Fails, in this order: key_malformed,
 * key_small_order, key_torsioned, key_already_registered, organisation_unknown.
 */
export function checkValidatorChange(state: StateReader, { member, validator }: Candidate): Status {
  const status = checkValidatorKey(state, member, validator);
  if (status !== "ok") return status;
  return state.get(ORGANISATIONS, member)?.active ? "ok" : "organisation_unknown";
}

/** Gives an organisation another validator. Fails as `checkValidatorChange`. */
export function changeValidator(draft: Draft, candidate: Candidate): Status {
  const status = checkValidatorChange(draft, candidate);
  if (status !== "ok") return status;
  const { member, validator } = candidate;
  draft.put(ORGANISATIONS, member, { ...draft.get(ORGANISATIONS, member)!, validator });
  if (validator !== undefined) recordValidator(draft, member, validator);
  return "ok";
}
