/** Kinds 23 and 24 as docs/spec/transactions.md has them. */
import type { Codec } from "#base/codec.ts";
import { MicroEur } from "#base/units.ts";
import type { SignableKind } from "../../wallet.ts";

const joinCodec: Codec<{ readonly plant: number; readonly cap: MicroEur }> = {
  write: (writer, { plant, cap }) => writer.u32(plant).u64(cap),
  read: (reader) => ({ plant: reader.u32(), cap: MicroEur(reader.u64()) }),
};
const leaveCodec: Codec<{ readonly plant: number }> = {
  write: (writer, { plant }) => writer.u32(plant),
  read: (reader) => ({ plant: reader.u32() }),
};
export const joinNeighbours: SignableKind<{ readonly plant: number; readonly cap: MicroEur }> = {
  number: 23,
  codec: joinCodec,
};
export const leaveNeighbours: SignableKind<{ readonly plant: number }> = { number: 24, codec: leaveCodec };
