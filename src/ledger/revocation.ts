/**
 * Taking a key away takes time: a thief who holds one key of a member could otherwise lock its owner out at
 * once. The key goes on signing until its day has come, and any other key of the member may cancel.
 *
 * At least one key of a member is never under revocation, so that no member is left without.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { MEMBERS, removeKeys } from "#ledger/member.ts";
import type { Draft, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";

/** Of the agenda's deadlines. */
export const REVOCATION_DEADLINE = 11;

/** How long a change can be objected to: seconds, and blocks at least. */
export interface Delay {
  readonly delayS: number;
  readonly delayBlocks: number;
}

export interface Revocation {
  readonly member: number;
  /** The key is gone from the first block on that has reached both. */
  readonly time: UnixSeconds;
  readonly height: number;
}

/** Key → its revocation under way. */
export const REVOCATIONS: Table<Uint8Array, Revocation> = {
  number: 32,
  name: "revocations",
  key: publicKeyCodec,
  id: toHex,
  row: {
    write: (writer, row) => writer.u32(row.member).uint(row.time).uint(row.height),
    read: (reader) => ({ member: reader.u32(), time: reader.uint(), height: reader.uint() }),
  },
};

/** Where a change stands when its delay is over. */
export function dueAfter(now: Moment, { delayS, delayBlocks }: Delay): Moment {
  return { time: now.time + delayS, height: now.height + delayBlocks };
}

/** Whether a deadline that was called is this one: a later one of the same name may have replaced it. */
export function isDue(deadline: Moment, now: Moment): boolean {
  return deadline.time <= now.time && deadline.height <= now.height;
}

/**
 * Begins to take a key of a member away. Fails, in this order: key_unknown, last_key (no other key would
 * stay), revocation_pending.
 */
export function requestRevocation(
  draft: Draft,
  { member, key }: { readonly member: number; readonly key: Uint8Array },
  delay: Delay,
  now: Moment,
): Status {
  const keys = draft.get(MEMBERS, member)?.keys ?? [];
  if (!keys.some((other) => equalBytes(other, key))) return "key_unknown";
  const staying = keys.filter(
    (other) => !equalBytes(other, key) && draft.get(REVOCATIONS, other) === undefined,
  );
  if (staying.length === 0) return "last_key";
  if (draft.get(REVOCATIONS, key) !== undefined) return "revocation_pending";
  const due = dueAfter(now, delay);
  draft.put(REVOCATIONS, key, { member, ...due });
  schedule(draft, { ...due, kind: REVOCATION_DEADLINE, id: key }, now);
  return "ok";
}

/**
 * Keeps a key after all. `by` is the key that asks. Fails, in this order: revocation_unknown (none of that key
 * of that member), key_under_revocation (the key speaks for itself).
 */
export function cancelRevocation(
  draft: Draft,
  { member, key, by }: { readonly member: number; readonly key: Uint8Array; readonly by: Uint8Array },
): Status {
  if (draft.get(REVOCATIONS, key)?.member !== member) return "revocation_unknown";
  if (equalBytes(key, by)) return "key_under_revocation";
  draft.delete(REVOCATIONS, key);
  return "ok";
}

/** Called by the agenda: whose key went, or `undefined` where there was nothing to do. */
export function enforceRevocation(draft: Draft, key: Uint8Array, now: Moment): number | undefined {
  const row = draft.get(REVOCATIONS, key);
  if (row === undefined || !isDue(row, now)) return undefined;
  draft.delete(REVOCATIONS, key);
  removeKeys(draft, row.member, [key]);
  return row.member;
}
