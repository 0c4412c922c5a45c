/**
 * How a chain begins: its name, its laws, who makes its blocks and who may admit others. The genesis has one
 * canonical encoding; its hash stands where the first block's previous hash would.
 */

import { assert } from "#base/assert.ts";
import { type Codec, encode } from "#base/codec.ts";
import { ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { taggedHash } from "#crypto/hash.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import { ACCOUNTS, openAccount } from "#ledger/account.ts";
import { KEYS, MAX_KEYS, MEMBERS } from "#ledger/member.ts";
import { State, type Table } from "#ledger/state.ts";
import { TRANSFER_EXPIRIES, TRANSFERS } from "#ledger/transfer.ts";
import { SYSTEM_ACCOUNTS } from "#market/books.ts";
import { DEPOSITS } from "#market/deposit.ts";
import { PARAMETERS, type Parameters, parametersCodec, parametersProblem } from "#market/parameters.ts";
import { admit, PLANTS, SUPPLIERS } from "#market/participant.ts";
import { RATES } from "#market/rate.ts";
import { SALE_EXPIRIES, SALES } from "#market/sale.ts";

export interface Genesis {
  /** At most 32 bytes; part of every signature. */
  readonly chain: string;
  readonly time: UnixSeconds;
  /** Ed25519 public key that signs the headers. */
  readonly producer: Uint8Array;
  /** The first member, an operator. */
  readonly operator: { readonly member: number; readonly keys: readonly Uint8Array[] };
  readonly parameters: Parameters;
}

export const genesisCodec: Codec<Genesis> = {
  write(writer, genesis) {
    writer.text(genesis.chain, 32).uint(genesis.time).fixed(genesis.producer, 32);
    writer.u32(genesis.operator.member);
    writer.list(genesis.operator.keys, MAX_KEYS, publicKeyCodec.write);
    parametersCodec.write(writer, genesis.parameters);
  },
  read: (reader) => ({
    chain: reader.text(32),
    time: reader.uint(),
    producer: reader.fixed(32),
    operator: { member: reader.u32(), keys: reader.list(MAX_KEYS, publicKeyCodec.read) },
    parameters: parametersCodec.read(reader),
  }),
};

/** Every table of the chain's state. */
export const TABLES: readonly Table<never, never>[] = [
  ACCOUNTS,
  TRANSFERS,
  TRANSFER_EXPIRIES,
  MEMBERS,
  KEYS,
  PARAMETERS,
  PLANTS,
  SUPPLIERS,
  RATES,
  SALES,
  SALE_EXPIRIES,
  DEPOSITS,
] as unknown as readonly Table<never, never>[];

export const DEFAULT_PARAMETERS: Parameters = {
  zone: ROME,
  saleFee: MicroEurPerKwh(4_000n),
  minimumSale: Wh(100n),
  deliveryIntervals: 8,
  saleExpiryBlocks: 50_000,
  maxOpenSales: 8,
  storeMarginPerMille: 80,
  gridEnergySellable: false,
  rateLowest: MicroEurPerKwh(0n),
  rateHighest: MicroEurPerKwh(2_000_000n),
  rateDaysAhead: 7,
  rateClosesS: 300,
  maxExpiryAhead: 100_000,
  meterTolerancePerMille: 100,
};

export function genesisHash(genesis: Genesis): Uint8Array {
  return taggedHash("contrada/genesis/1", encode(genesisCodec, genesis));
}

/** The state before the first block. Throws `InvariantError` where parameters or operator's keys are refused. */
export function genesisState(genesis: Genesis): State {
  const state = new State(TABLES);
  const draft = state.draft();
  const problem = parametersProblem(genesis.parameters);
  assert(problem === undefined, `the genesis parameters are refused: ${problem}`);
  draft.put(PARAMETERS, 0, genesis.parameters);
  for (const { id, overdraft } of SYSTEM_ACCOUNTS) openAccount(draft, id, overdraft);
  const { member, keys } = genesis.operator;
  const status = admit(draft, member, "operator", keys, 0);
  assert(status === "ok", `the genesis operator is refused: ${status}`);
  draft.seal().commit();
  return state;
}
