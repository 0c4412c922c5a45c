/**
 * A plea for recovery on its way from the device that wants in, past two guardians, to the ledger: one line of
 * text that is copied, sent or shown as a code, and grows by a signature at each guardian. Nothing in it is
 * secret, and nothing in it counts without the guardians' signatures.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import {
  APPROVALS_NEEDED,
  type Approval,
  type RecoveryRequest,
  recoveryHash,
  recoveryRequestCodec,
} from "#ledger/recovery.ts";
import type { Guardian } from "#wire/schemas.ts";

export interface Plea extends RecoveryRequest {
  readonly chain: string;
  /** Which attempt of the member's this is. */
  readonly round: number;
}

const pleaCodec: Codec<Plea> = {
  write: (writer, plea) => recoveryRequestCodec.write(writer.text(plea.chain, 32).u32(plea.round), plea),
  read: (reader) => ({ chain: reader.text(32), round: reader.u32(), ...recoveryRequestCodec.read(reader) }),
};

const PREFIX = "contrada-recovery-1:";

export function pleaText(plea: Plea): string {
  return PREFIX + toHex(encode(pleaCodec, plea));
}

/** The plea of a text, spaces and line breaks left aside; `undefined` where it is none. */
export function pleaOf(text: string): Plea | undefined {
  const plain = text.replace(/\s+/g, "");
  const bytes = plain.startsWith(PREFIX) ? fromHex(plain.slice(PREFIX.length)) : undefined;
  const plea = bytes === undefined ? undefined : decode(pleaCodec, bytes);
  return plea?.ok === true ? plea.value : undefined;
}

/** The 32 bytes that each guardian signs. */
export function hashOfPlea(plea: Plea): Uint8Array {
  return recoveryHash(plea);
}

/** With one more approval, in the order of the guardians; one that was there of the same guardian is replaced. */
export function approved(plea: Plea, approval: Approval): Plea {
  const others = plea.approvals.filter(({ guardian }) => guardian !== approval.guardian);
  const approvals = [...others, approval].sort((a, b) => a.guardian - b.guardian);
  return { ...plea, approvals };
}

export function isComplete({ approvals }: Plea): boolean {
  return approvals.length >= APPROVALS_NEEDED;
}

/** Which of the guardians somebody is: by the member's number, or by a key of no member. */
export function placeAmong(
  guardians: readonly Guardian[],
  who: { readonly member: number } | { readonly key: Uint8Array },
): number | undefined {
  const place = guardians.findIndex((guardian) =>
    "member" in who ? guardian.member === who.member : guardian.key === toHex(who.key),
  );
  return place < 0 ? undefined : place;
}
