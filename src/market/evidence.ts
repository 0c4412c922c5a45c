/**
 * Evidence of a validator's misbehaviour, as consensus hands it over with a block. It is kept once for an
 * address, height and kind, and takes the power of the organisation whose validator it is or was; only a vote of
 * the others gives it back.
 */
import { toHex } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import type { Moment } from "#ledger/agenda.ts";
import type { Draft, Table } from "#ledger/state.ts";

import { ADDRESS_BYTES, ORGANISATIONS, VALIDATORS } from "#market/organisation.ts";

export const MISBEHAVIOURS = ["duplicate_vote", "light_client_attack"] as const;
export type MisbehaviourKind = (typeof MISBEHAVIOURS)[number];

export interface Misbehaviour {
  /** Consensus address, 20 bytes. */
  readonly address: Uint8Array;
  /** Height at which it happened. */
  readonly height: number;
  readonly kind: MisbehaviourKind;
}

export interface Evidence {
  /** Height of the block that brought it. */
  readonly recorded: number;
  /** Whose validator it is or was; `undefined` where the address is nobody's. */
  readonly member: number | undefined;
}

const misbehaviourCodec: Codec<Misbehaviour> = {
  write: (writer, { address, height, kind }) =>
    writer.fixed(address, ADDRESS_BYTES).uint(height).u8(MISBEHAVIOURS.indexOf(kind)),
  read: (reader) => ({
    address: reader.fixed(ADDRESS_BYTES),
    height: reader.uint(),
    kind: kindOf(reader.u8()),
  }),
};

export const EVIDENCE: Table<Misbehaviour, Evidence> = {
  number: 27,
  name: "evidence",
  key: misbehaviourCodec,
  id: ({ address, height, kind }) => `${toHex(address)} ${height} ${kind}`,
  row: {
    write(writer, { recorded, member }) {
      writer.uint(recorded).boolean(member !== undefined);
      if (member !== undefined) writer.u32(member);
    },
    read: (reader) => ({
      recorded: reader.uint(),
      member: reader.boolean() ? reader.u32() : undefined,
    }),
  },
};

export type EvidenceEvent = {
  readonly type: "misbehaviour_recorded";
  readonly address: Uint8Array;
  readonly kind: MisbehaviourKind;
  /** Height at which it happened. */
  readonly height: number;
  readonly member: number | undefined;
};

/** Keeps what is new and takes the power of those it speaks against. Order and repetition do not matter. */
export function recordMisbehaviour(
  draft: Draft,
  misbehaviour: readonly Misbehaviour[],
  block: Moment,
  emit: (event: EvidenceEvent) => void,
): void {
  for (const { address, height, kind } of misbehaviour) {
    const key = { address, height, kind };
    if (draft.get(EVIDENCE, key) !== undefined) continue;
    const member = draft.get(VALIDATORS, address)?.member;
    draft.put(EVIDENCE, key, { recorded: block.height, member });
    emit({ type: "misbehaviour_recorded", ...key, member });
    const organisation = member === undefined ? undefined : draft.get(ORGANISATIONS, member);
    if (member === undefined || organisation === undefined) continue;
    const misbehaviours = organisation.misbehaviours + 1;
    draft.put(ORGANISATIONS, member, { ...organisation, active: false, misbehaviours });
  }
}

function kindOf(code: number): MisbehaviourKind {
  const kind = MISBEHAVIOURS[code];
  if (kind === undefined) throw new CodecError(`misbehaviour ${code}`);
  return kind;
}
