/** For tests: a chain of one producer whose state says how old fifty numbers are, 20 + i each, with its checkpoint. */
import { utf8 } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type Header, headerHash } from "#ledger/block.ts";
import type { Checkpoint } from "#ledger/proof.ts";
import { State, type Table } from "#ledger/state.ts";

export const numberCodec: Codec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
};
export const AGES: Table<number, number> = {
  number: 7,
  name: "ages",
  key: numberCodec,
  id: (key) => key,
  row: numberCodec,
};
export const producer = signerFromSeed(hash(utf8("producer")));
export const trusted = { chain: "test", producer: producer.publicKey };

export const state = new State([AGES] as unknown as readonly Table<never, never>[]);
const draft = state.draft();
for (let i = 0; i < 50; i++) draft.put(AGES, i, 20 + i);
draft.seal().commit();
export const header: Header = {
  chain: "test",
  height: 3,
  time: 1000,
  previousHash: new Uint8Array(32),
  stateRoot: state.root,
  transactionsRoot: new Uint8Array(32),
  producer: producer.publicKey,
};
export const signature = producer.sign(headerHash(header));
export const checkpoint: Checkpoint = { by: "producer", header, signature };
