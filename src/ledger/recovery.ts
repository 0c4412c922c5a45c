/**
 * Coming back without any key: three guardians whom the member chose, of whom two sign for a new key. The
 * account has it after a delay of days in which every key of the member may object; then all old keys go.
 *
 * A guardian is a member (a supplier, the operator, a friend) or a bare key, such as the one that is written on
 * paper (`crypto/paper-code`). Suppliers alone never suffice: at least one of the two is none. Anybody may
 * hand the signatures in. They hold for one attempt: each cancelled or finished one begins a new round, and
 * choosing other guardians takes as long as a recovery, so that a thief cannot put friends of its own there.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import { type Codec, CodecError, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";
import { keyProblem, publicKeyCodec, signatureCodec, verifySignature } from "#crypto/keys.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { checkNewKeys, KEYS, MEMBERS, standingMember, u32Key } from "#ledger/member.ts";
import { type Delay, dueAfter, isDue, REVOCATIONS } from "#ledger/revocation.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";

/** Of the agenda's deadlines. */
export const RECOVERY_DEADLINE = 12;
export const GUARDIANS_DEADLINE = 13;

export const GUARDIANS_COUNT = 3;
export const APPROVALS_NEEDED = 2;

/** A member, by its number, or whoever has a key. */
export type Guardian = { readonly member: number } | { readonly key: Uint8Array };

export const guardianCodec: Codec<Guardian> = {
  write(writer, guardian) {
    if ("member" in guardian) writer.u8(0).u32(guardian.member);
    else publicKeyCodec.write(writer.u8(1), guardian.key);
  },
  read(reader) {
    const kind = reader.u8();
    if (kind > 1) throw new CodecError(`guardian of kind ${kind}`);
    return kind === 0 ? { member: reader.u32() } : { key: publicKeyCodec.read(reader) };
  },
};

export const guardiansCodec: Codec<readonly Guardian[]> = {
  write: (writer, guardians) => writer.list(guardians, GUARDIANS_COUNT, guardianCodec.write),
  read: (reader) => reader.list(GUARDIANS_COUNT, guardianCodec.read),
};

export interface Guarded {
  readonly guardians: readonly Guardian[];
  /** Which attempt at recovery comes next: signatures of an earlier one no longer count. */
  readonly round: number;
  /** Those who take over when both are reached, unless the member sets others before. */
  readonly next: ({ readonly guardians: readonly Guardian[] } & Moment) | undefined;
}

/** Member → its guardians. */
export const GUARDIANS: Table<number, Guarded> = {
  number: 33,
  name: "guardians",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, { guardians, round, next }) {
      guardiansCodec.write(writer, guardians);
      writer.u32(round).boolean(next !== undefined);
      if (next === undefined) return;
      guardiansCodec.write(writer, next.guardians);
      writer.uint(next.time).uint(next.height);
    },
    read: (reader) => ({
      guardians: guardiansCodec.read(reader),
      round: reader.u32(),
      next: reader.boolean()
        ? { guardians: guardiansCodec.read(reader), time: reader.uint(), height: reader.uint() }
        : undefined,
    }),
  },
};

export interface Recovery {
  readonly newKey: Uint8Array;
  /** The account has its new key from the first block on that has reached both. */
  readonly time: UnixSeconds;
  readonly height: number;
}

/** Member → its recovery under way. */
export const RECOVERIES: Table<number, Recovery> = {
  number: 34,
  name: "recoveries",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, row) {
      publicKeyCodec.write(writer, row.newKey);
      writer.uint(row.time).uint(row.height);
    },
    read: (reader) => ({
      newKey: publicKeyCodec.read(reader),
      time: reader.uint(),
      height: reader.uint(),
    }),
  },
};

/**
 * Sets a member's guardians: at once where it has none, after the delay where it has. Setting those who stand
 * calls off a change under way. Fails, in this order: guardians_invalid (not three different ones; the member
 * itself or a key of its own among them; nobody of that number; no public key).
 */
export function setGuardians(
  draft: Draft,
  { member, guardians }: { readonly member: number; readonly guardians: readonly Guardian[] },
  delay: Delay,
  now: Moment,
): Status {
  const chosen = areGuardians(guardians, {
    stands: (other) => other !== member && standingMember(draft, other) !== undefined,
    isOwn: (key) => draft.get(KEYS, key) === member,
  });
  if (!chosen) return "guardians_invalid";
  const standing = draft.get(GUARDIANS, member);
  if (standing === undefined) {
    draft.put(GUARDIANS, member, { guardians, round: 1, next: undefined });
    return "ok";
  }
  if (equalBytes(encode(guardiansCodec, standing.guardians), encode(guardiansCodec, guardians))) {
    draft.put(GUARDIANS, member, { ...standing, next: undefined });
    return "ok";
  }
  const due = dueAfter(now, delay);
  draft.put(GUARDIANS, member, { ...standing, next: { guardians, ...due } });
  schedule(draft, { ...due, kind: GUARDIANS_DEADLINE, id: encode(u32Key, member) }, now);
  return "ok";
}

/** Called by the agenda: whether other guardians took over. */
export function replaceGuardians(draft: Draft, member: number, now: Moment): boolean {
  const row = draft.get(GUARDIANS, member);
  if (row?.next === undefined || !isDue(row.next, now)) return false;
  draft.put(GUARDIANS, member, { guardians: row.next.guardians, round: row.round + 1, next: undefined });
  return true;
}

/** Whether three different guardians can help whom they guard: others who stand, and keys that are not its own. */
export function areGuardians(
  guardians: readonly Guardian[],
  who: { stands(other: number): boolean; isOwn(key: Uint8Array): boolean },
): boolean {
  const names = new Set(guardians.map((guardian) => toHex(encode(guardianCodec, guardian))));
  if (names.size !== GUARDIANS_COUNT) return false;
  return guardians.every((guardian) =>
    "member" in guardian
      ? who.stands(guardian.member)
      : keyProblem(guardian.key) === undefined && !who.isOwn(guardian.key),
  );
}

/** What a guardian signs for. */
export interface RecoveryTerms {
  readonly chain: string;
  readonly member: number;
  readonly newKey: Uint8Array;
  readonly round: number;
  /** Last block height at which the recovery may be requested. */
  readonly expiryHeight: number;
}

const recoveryTermsCodec: Codec<RecoveryTerms> = {
  write(writer, terms) {
    writer.text(terms.chain, 32).u32(terms.member);
    publicKeyCodec.write(writer, terms.newKey);
    writer.u32(terms.round).uint(terms.expiryHeight);
  },
  read: (reader) => ({
    chain: reader.text(32),
    member: reader.u32(),
    newKey: publicKeyCodec.read(reader),
    round: reader.u32(),
    expiryHeight: reader.uint(),
  }),
};

/** The 32 bytes that a guardian signs. */
export function recoveryHash(terms: RecoveryTerms): Uint8Array {
  return taggedHash("contrada/recovery/approve/1", encode(recoveryTermsCodec, terms));
}

export interface Approval {
  /** Which of the guardians, from 0. */
  readonly guardian: number;
  /** The guardian's key, or one of the guardian's keys. */
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

export interface RecoveryRequest {
  readonly member: number;
  readonly newKey: Uint8Array;
  readonly expiryHeight: number;
  /** Ascending by guardian. */
  readonly approvals: readonly Approval[];
}

export const recoveryRequestCodec: Codec<RecoveryRequest> = {
  write(writer, request) {
    publicKeyCodec.write(writer.u32(request.member), request.newKey);
    writer.uint(request.expiryHeight).list(request.approvals, GUARDIANS_COUNT, (w, approval) => {
      publicKeyCodec.write(w.u8(approval.guardian), approval.key);
      signatureCodec.write(w, approval.signature);
    });
  },
  read: (reader) => ({
    member: reader.u32(),
    newKey: publicKeyCodec.read(reader),
    expiryHeight: reader.uint(),
    approvals: reader.list(GUARDIANS_COUNT, (r) => ({
      guardian: r.u8(),
      key: publicKeyCodec.read(r),
      signature: signatureCodec.read(r),
    })),
  }),
};

/**
 * Begins a recovery; the new key is the member's from now on, and signs when it is due. Fails, in this order:
 * member_unknown, key_malformed, key_small_order, key_torsioned, key_already_registered, guardians_missing,
 * recovery_pending, approvals_expired, approvals_too_few (fewer than two, not ascending, or of keys that are
 * none of the guardians'), approvals_of_suppliers_only, approval_signature_bad.
 */
export function requestRecovery(
  draft: Draft,
  chain: string,
  request: RecoveryRequest,
  delay: Delay,
  now: Moment,
): Status {
  const { member, newKey, expiryHeight, approvals } = request;
  if (standingMember(draft, member) === undefined) return "member_unknown";
  const status = checkNewKeys(draft, [newKey]);
  if (status !== "ok") return status;
  const guarded = draft.get(GUARDIANS, member);
  if (guarded === undefined) return "guardians_missing";
  if (draft.get(RECOVERIES, member) !== undefined) return "recovery_pending";
  if (expiryHeight < now.height) return "approvals_expired";
  const { guardians, round } = guarded;
  if (approvals.length < APPROVALS_NEEDED || !areTheirs(draft, guardians, approvals)) {
    return "approvals_too_few";
  }
  if (approvals.every((approval) => isSupplier(draft, guardians[approval.guardian]!))) {
    return "approvals_of_suppliers_only";
  }
  const hash = recoveryHash({ chain, member, newKey, round, expiryHeight });
  if (!approvals.every(({ key, signature }) => verifySignature(key, hash, signature))) {
    return "approval_signature_bad";
  }
  const due = dueAfter(now, delay);
  draft.put(KEYS, newKey, member);
  draft.put(RECOVERIES, member, { newKey, ...due });
  schedule(draft, { ...due, kind: RECOVERY_DEADLINE, id: encode(u32Key, member) }, now);
  return "ok";
}

/** Calls a recovery to a key off. Fails, in this order: recovery_unknown. */
export function cancelRecovery(draft: Draft, member: number, newKey: Uint8Array): Status {
  const recovery = draft.get(RECOVERIES, member);
  if (recovery === undefined || !equalBytes(recovery.newKey, newKey)) return "recovery_unknown";
  endRound(draft, member, draft.get(GUARDIANS, member)?.next);
  return "ok";
}

/** What a finished recovery did. */
export interface Recovered {
  readonly newKey: Uint8Array;
  readonly oldKeys: readonly Uint8Array[];
}

/**
 * Called by the agenda: all old keys go, the new one stands; revocations and a change of guardians that were
 * under way are off. `undefined` where there was nothing to do.
 */
export function finishRecovery(draft: Draft, member: number, now: Moment): Recovered | undefined {
  const recovery = draft.get(RECOVERIES, member);
  const row = standingMember(draft, member);
  if (recovery === undefined || row === undefined || !isDue(recovery, now)) return undefined;
  endRound(draft, member, undefined);
  for (const key of row.keys) draft.delete(REVOCATIONS, key);
  draft.put(MEMBERS, member, { ...row, keys: [recovery.newKey] });
  return { newKey: recovery.newKey, oldKeys: row.keys };
}

function endRound(draft: Draft, member: number, next: Guarded["next"]): void {
  draft.delete(RECOVERIES, member);
  const guarded = draft.get(GUARDIANS, member);
  if (guarded === undefined) return;
  draft.put(GUARDIANS, member, { ...guarded, round: guarded.round + 1, next });
}

function areTheirs(
  state: StateReader,
  guardians: readonly Guardian[],
  approvals: readonly Approval[],
): boolean {
  return approvals.every(({ guardian, key }, i) => {
    if (i > 0 && guardian <= approvals[i - 1]!.guardian) return false;
    const who = guardians[guardian];
    if (who === undefined) return false;
    const keys = "member" in who ? (standingMember(state, who.member)?.keys ?? []) : [who.key];
    return keys.some((other) => equalBytes(other, key));
  });
}

function isSupplier(state: StateReader, guardian: Guardian): boolean {
  return "member" in guardian && state.get(MEMBERS, guardian.member)?.role === "supplier";
}
