/**
 * The validators that consensus has been told of, and what it is told next. Who should be a validator follows
 * from the organisations: each active one with a key, one unit of power. The set of the consensus engine follows
 * that in steps: per block at most a third of its validators leave or come (one at the least, or a small set
 * could never change), because a light client that knows the old set must still recognise the new one. Those
 * that leave go first. The last validator never leaves: a chain without any could not even vote itself another.
 */
import { compareBytes, equalBytes } from "#base/bytes.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { MAX_ORGANISATIONS, ORGANISATIONS, rosterOf, VALIDATOR_KEY_BYTES } from "#market/organisation.ts";

export interface ValidatorUpdate {
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  /** 1 where it comes, 0 where it leaves. */
  readonly power: 0 | 1;
}

/** The keys that consensus knows of, ascending; each has one unit of power. No row where it never knew any. */
export const VALIDATOR_SET: Table<0, readonly Uint8Array[]> = {
  number: 26,
  name: "validator_set",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: {
    // Two sets at once at the most: all leave while others come.
    write: (writer, keys) =>
      writer.list(keys, 2 * MAX_ORGANISATIONS, (w, key) => w.fixed(key, VALIDATOR_KEY_BYTES)),
    read: (reader) => reader.list(2 * MAX_ORGANISATIONS, (r) => r.fixed(VALIDATOR_KEY_BYTES)),
  },
};

export function validatorSetOf(state: StateReader): readonly Uint8Array[] {
  return state.get(VALIDATOR_SET, 0) ?? [];
}

/** The keys that should be in the set, ascending. */
export function wantedValidators(state: StateReader): Uint8Array[] {
  const keys = rosterOf(state).flatMap((member) => {
    const organisation = state.get(ORGANISATIONS, member);
    return organisation?.active && organisation.validator !== undefined ? [organisation.validator] : [];
  });
  return keys.sort(compareBytes);
}

/** The set of a chain that begins: all at once. */
export function foundValidatorSet(draft: Draft): void {
  const wanted = wantedValidators(draft);
  if (wanted.length > 0) draft.put(VALIDATOR_SET, 0, wanted);
}

/** Run when a block opens, after whatever changes organisations: takes the set one step further. */
export function stepValidatorSet(draft: Draft): void {
  const known = validatorSetOf(draft);
  const wanted = wantedValidators(draft);
  const leaving = known.filter((key) => !includes(wanted, key));
  const coming = wanted.filter((key) => !includes(known, key));
  if (leaving.length === 0 && coming.length === 0) return;
  const most = Math.max(1, Math.floor(known.length / 3));
  const gone = leaving.slice(0, Math.min(most, known.length - 1));
  const come = coming.slice(0, most - gone.length);
  if (gone.length === 0 && come.length === 0) return;
  const next = [...known.filter((key) => !includes(gone, key)), ...come].sort(compareBytes);
  draft.put(VALIDATOR_SET, 0, next);
}

/** What consensus is told of the step from one state to the next: changes only, ascending by key. */
export function validatorUpdates(before: StateReader, after: StateReader): readonly ValidatorUpdate[] {
  const [old, next] = [validatorSetOf(before), validatorSetOf(after)];
  if (old === next) return [];
  const gone = old.filter((key) => !includes(next, key)).map((key) => ({ key, power: 0 as const }));
  const come = next.filter((key) => !includes(old, key)).map((key) => ({ key, power: 1 as const }));
  return [...gone, ...come].sort((a, b) => compareBytes(a.key, b.key));
}

function includes(keys: readonly Uint8Array[], key: Uint8Array): boolean {
  return keys.some((other) => equalBytes(other, key));
}
