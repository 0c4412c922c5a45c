/**
 * How a chain begins: its name, its laws, who makes its blocks and who founds the community: an operator, who
 * may admit others, and whoever else begins with it, such as the organisations whose validators decide the
 * blocks. The genesis has one canonical encoding; its hash stands where the first block's previous hash would.
 */

import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ORIGIN, type Origin, originCodec } from "#chain/origin.ts";
import { taggedHash } from "#crypto/hash.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import { ACCOUNTS, openAccount } from "#ledger/account.ts";
import { AGENDA_CURSOR, AGENDA_HEIGHTS, AGENDA_SLOTS } from "#ledger/agenda.ts";
import { IDENTITIES, NULLIFIERS } from "#ledger/identity.ts";
import { countVoters, KEYS, MAX_KEYS, MEMBERS, type Role, roleCodec, VOTERS } from "#ledger/member.ts";
import { GUARDIANS, RECOVERIES } from "#ledger/recovery.ts";
import { REVOCATIONS } from "#ledger/revocation.ts";
import { type Draft, State, type Table } from "#ledger/state.ts";
import { TRANSFER_EXPIRIES, TRANSFERS } from "#ledger/transfer.ts";
import { SYSTEM_ACCOUNTS } from "#market/books.ts";
import { SUPPLY_CONTRACTS, SUPPLY_POINTS, SUPPLY_SELLERS } from "#market/contract/contract.ts";
import { SUPPLY_INVOICES } from "#market/contract/invoice.ts";
import { SUPPLY_OFFERS } from "#market/contract/offer.ts";
import { DEPOSITS, PAYOUT_REFERENCES } from "#market/deposit.ts";
import { EVIDENCE } from "#market/evidence.ts";
import { FEEDER_LIMITS } from "#market/feeder-limit.ts";
import { MARKET_CALENDAR } from "#market/market-calendar.ts";
import { MARKET_DAYS } from "#market/market-day.ts";
import { METERS } from "#market/meter.ts";
import {
  admitOrganisation,
  ORGANISATIONS,
  ROSTER,
  VALIDATORS,
  validatorCodec,
} from "#market/organisation.ts";
import { PARAMETERS, type Parameters, parametersCodec, parametersProblem } from "#market/parameters.ts";
import { admitFounder, HOMES, PLANTS, SUPPLIERS } from "#market/participant.ts";
import { PARTICIPATIONS } from "#market/participation.ts";
import { PAYOUTS } from "#market/payout.ts";
import { BALLOTS, DOCKET, PROPOSALS } from "#market/proposal.ts";
import { RATES } from "#market/rate.ts";
import { PERIOD } from "#market/renewal.ts";
import { SALE_EXPIRIES, SALES } from "#market/sale.ts";
import { BOOKS } from "#market/slot-book.ts";
import { foundValidatorSet, VALIDATOR_SET, wantedValidators } from "#market/validator-set.ts";

export interface Genesis {
  /** At most 32 bytes; part of every signature. */
  readonly chain: string;
  readonly time: UnixSeconds;
  /** Ed25519 public key that signs the headers. */
  readonly producer: Uint8Array;
  /** The first members, the first of them an operator. */
  readonly founders: readonly Founder[];
  /** Of a chain that begins with its own; one that has an origin goes on with those in the old state. */
  readonly parameters: Parameters;
  /** The end of the chain that this one continues: its first block is the one after. */
  readonly origin?: Origin;
}

export interface Founder {
  readonly member: number;
  readonly role: Role;
  readonly keys: readonly Uint8Array[];
  /** Ed25519, of its consensus validator: the founder is an organisation of the community. Never a citizen's. */
  readonly validator?: Uint8Array;
}

const founderCodec: Codec<Founder> = {
  write(writer, { member, role, keys, validator }) {
    writer.u32(member);
    roleCodec.write(writer, role);
    writer.list(keys, MAX_KEYS, publicKeyCodec.write);
    validatorCodec.write(writer, validator);
  },
  read(reader) {
    const founder = {
      member: reader.u32(),
      role: roleCodec.read(reader),
      keys: reader.list(MAX_KEYS, publicKeyCodec.read),
    };
    const validator = validatorCodec.read(reader);
    return validator === undefined ? founder : { ...founder, validator };
  },
};

const MAX_FOUNDERS = 1_000;

export const genesisCodec: Codec<Genesis> = {
  write(writer, genesis) {
    writer.text(genesis.chain, 32).uint(genesis.time).fixed(genesis.producer, 32);
    writer.list(genesis.founders, MAX_FOUNDERS, founderCodec.write);
    parametersCodec.write(writer, genesis.parameters);
    if (genesis.origin !== undefined) originCodec.write(writer, genesis.origin);
  },
  read(reader) {
    const genesis = {
      chain: reader.text(32),
      time: reader.uint(),
      producer: reader.fixed(32),
      founders: reader.list(MAX_FOUNDERS, founderCodec.read),
      parameters: parametersCodec.read(reader),
    };
    return reader.remaining === 0 ? genesis : { ...genesis, origin: originCodec.read(reader) };
  },
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
  PAYOUTS,
  PAYOUT_REFERENCES,
  HOMES,
  ORGANISATIONS,
  VALIDATORS,
  ROSTER,
  AGENDA_SLOTS,
  AGENDA_HEIGHTS,
  AGENDA_CURSOR,
  VALIDATOR_SET,
  EVIDENCE,
  VOTERS,
  PROPOSALS,
  BALLOTS,
  DOCKET,
  IDENTITIES,
  NULLIFIERS,
  REVOCATIONS,
  GUARDIANS,
  RECOVERIES,
  PERIOD,
  SUPPLY_OFFERS,
  SUPPLY_CONTRACTS,
  SUPPLY_INVOICES,
  SUPPLY_POINTS,
  SUPPLY_SELLERS,
  ORIGIN,
  PARTICIPATIONS,
  FEEDER_LIMITS,
  BOOKS,
  MARKET_DAYS,
  MARKET_CALENDAR,
  METERS,
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
  votingPeriodS: 7 * 86_400,
  enactmentDelayS: 3 * 86_400,
  delayBlocks: 20,
  quorumPerMille: 200,
  maxOpenProposals: 20,
  operatorIsRegistrar: true,
  keyDelayS: 86_400,
  recoveryDelayS: 259_200,
  renewalUnit: MicroEur(5_000_000n),
  renewalMinimum: 5,
  marketMechanism: "uniform",
  marketGateS: 900,
  marketForwardGateS: 86_400,
  marketClearingS: 900,
  marketFallback: true,
  marketCorrectionDays: 60,
  marketCapHighest: MicroEur(50_000_000n),
  marketFeeFeeder: MicroEurPerKwh(0n),
  marketFeeTransformer: MicroEurPerKwh(0n),
  marketFeeBeyond: MicroEurPerKwh(0n),
  // The practice in Italy for households in low voltage.
  supplyPayMinimumS: 20 * 86_400,
  supplyNoticeMinimumS: 25 * 86_400,
  supplyReducedMinimumS: 15 * 86_400,
  supplyReducedPerMille: 150,
  supplyVitalMinimumW: 500,
  supplyEndNoticeS: 30 * 86_400,
  supplyFinalBillS: 42 * 86_400,
};

export function genesisHash(genesis: Genesis): Uint8Array {
  return taggedHash("contrada/genesis/1", encode(genesisCodec, genesis));
}

/**
 * The state before the first block. Throws `InvariantError` where the parameters or a founder are refused: no
 * operator at the head, a member or key that comes twice, a citizen with a validator.
 */
export function genesisState(genesis: Genesis): State {
  const state = new State(TABLES);
  const draft = state.draft();
  const problem = parametersProblem(genesis.parameters);
  assert(problem === undefined, `the genesis parameters are refused: ${problem}`);
  draft.put(PARAMETERS, 0, genesis.parameters);
  for (const { id, overdraft } of SYSTEM_ACCOUNTS) openAccount(draft, id, overdraft);
  assert(genesis.origin === undefined, "a chain that continues another one begins with its rows");
  found(draft, genesis.founders, 0);
  foundValidatorSet(draft);
  countVoters(draft, 0);
  draft.seal().commit();
  return state;
}

/**
 * What the first block of a chain with an origin opens with: the origin, and the founders that the old state does
 * not know yet. Throws `InvariantError` where a founder is refused, or stands in the old state as somebody else, and
 * where validators of the old state would come in their way.
 */
export function openOrigin(draft: Draft, { founders, origin }: Genesis, height: number): void {
  if (origin === undefined || height !== origin.header.height + 1) return;
  draft.put(ORIGIN, 0, origin);
  assert(wantedValidators(draft).length === 0, "the old chain has validators of its own");
  found(draft, founders, height);
  foundValidatorSet(draft);
}

function found(draft: Draft, founders: readonly Founder[], height: number): void {
  assert(founders[0]?.role === "operator", "the first founder is not an operator");
  for (const { member, role, keys, validator } of founders) {
    const known = draft.get(MEMBERS, member);
    if (known === undefined) {
      const admitted = admitFounder(draft, { member, role, keys }, height);
      assert(admitted === "ok", `the founder ${member} is refused: ${admitted}`);
    } else {
      const same = known.admitted < height && known.role === role && sameKeys(known.keys, keys);
      assert(same, `the founder ${member} is refused: member_exists`);
    }
    if (validator === undefined) continue;
    const enrolled = admitOrganisation(draft, { member, validator }, height);
    assert(enrolled === "ok", `the validator of the founder ${member} is refused: ${enrolled}`);
  }
}

function sameKeys(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((key, i) => equalBytes(key, b[i]!));
}
