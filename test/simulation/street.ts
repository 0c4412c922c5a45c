/**
 * The community that the simulation plays in: an operator, a registrar, three organisations with validators, two
 * suppliers and three homes with something in their accumulators, one of them with two supply contracts. Its first blocks are made once and are the same
 * in every run. The laws let everything happen within a few blocks and quarter hours.
 */
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import type { Genesis } from "#chain/genesis.ts";
import { depositMoney, registerMemberKey, setMemberGuardians } from "#chain/transactions.ts";
import type { Signer } from "#crypto/keys.ts";
import {
  ALBA,
  ask,
  BORA,
  citizenOf,
  interval,
  memberSigner,
  OPERATOR,
  openStreet,
  quarterAfter,
  saleId,
  signerOf,
} from "../support/chain-bench.ts";
import { accepting, offering, prepaying, termsFrom } from "../support/supplies.ts";

const HOMES = 3;
export const REGISTRAR = 2;
/** Cooperative, grid operator, auditor: each with a validator. */
export const ORGANISATIONS = [5, 6, 7];
/** Whoever keeps its number. */
export const STEADY = [OPERATOR, REGISTRAR, ALBA, BORA, ...ORGANISATIONS];

const LAWS = {
  deliveryIntervals: 2,
  saleExpiryBlocks: 5,
  maxOpenSales: 2,
  minimumSale: Wh(10n),
  rateDaysAhead: 3,
  maxExpiryAhead: 20,
  keyDelayS: 1_000,
  recoveryDelayS: 1_200,
  delayBlocks: 2,
  votingPeriodS: 1_000,
  enactmentDelayS: 300,
  quorumPerMille: 120,
  maxOpenProposals: 3,
  renewalUnit: MicroEur(10_000n),
  renewalMinimum: 2,
  marketGateS: 1_800,
  marketCorrectionDays: 1,
  // Midnight one hour after trade begins, so that runs come to days that are over.
  zone: { name: "Simulated", standardOffsetS: 46_800, daylight: "none" as const },
  supplyPayMinimumS: 300,
  supplyNoticeMinimumS: 600,
  supplyReducedMinimumS: 300,
  supplyEndNoticeS: 900,
  supplyFinalBillS: 300,
};

/** A street at its beginning: made once, the same in every run. */
export interface Street {
  readonly genesis: Genesis;
  readonly producer: Signer;
  /** Its first blocks: the members, plants, money, guardians and the rates of some days. */
  readonly opening: readonly { readonly time: UnixSeconds; readonly transactions: readonly Uint8Array[] }[];
  /** When trade begins. */
  readonly noon: UnixSeconds;
}

const streets = new Map<boolean, Street>();

export function streetOf(gridEnergySellable: boolean): Street {
  let street = streets.get(gridEnergySellable);
  if (street === undefined) streets.set(gridEnergySellable, (street = opened(gridEnergySellable)));
  return street;
}

function opened(gridEnergySellable: boolean): Street {
  const { bench, noon } = openStreet({
    chain: "simulated",
    homes: HOMES,
    funds: 400_000n,
    parameters: { ...LAWS, gridEnergySellable },
    founders: [
      { member: REGISTRAR, role: "registrar", keys: [memberSigner(REGISTRAR).publicKey] },
      ...ORGANISATIONS.map((member) => ({
        member,
        role: "organisation" as const,
        keys: [memberSigner(member).publicKey],
        validator: validatorSigner(member).publicKey,
      })),
    ],
  });
  const [one, other] = [citizenOf(1), citizenOf(2)];
  const { time } = bench.genesis;
  const laws = bench.genesis.parameters;
  const terms = termsFrom(time, laws, { until: noon + 86_400 });
  const [invoiced, prepaid] = [saleId(40_001), saleId(40_002)];
  const stored = Array.from({ length: HOMES }, (_, i) => ({ plant: i + 1, solar: { chargedWh: 1_200 } }));
  bench.accept(
    time,
    interval(quarterAfter(time, -1), ...stored),
    ask(OPERATOR, depositMoney, { member: one, amount: MicroEur(30_000n), reference: "opening home" }),
    ask(one, registerMemberKey, { key: spareSigner(one).publicKey }),
    ask(one, setMemberGuardians, {
      guardians: [{ member: OPERATOR }, { member: other }, { key: paperSigner(one).publicKey }],
    }),
    ask(other, setMemberGuardians, {
      guardians: [{ member: ALBA }, { member: BORA }, { key: paperSigner(other).publicKey }],
    }),
  );
  // Home 3 is supplied, and has put something aside.
  bench.accept(
    time,
    ask(OPERATOR, depositMoney, {
      member: citizenOf(3),
      amount: MicroEur(20_000n),
      reference: "opening home 3",
    }),
    offering(ALBA, saleId(40_003), terms),
    offering(BORA, saleId(40_004), { ...terms, billing: "prepaid", suspension: undefined }),
    accepting(invoiced, saleId(40_003), 3),
    accepting(prepaid, saleId(40_004), 3),
    prepaying(prepaid, 3_000n, citizenOf(3)),
  );
  return {
    genesis: bench.genesis,
    producer: bench.producer,
    opening: bench.blocks.map(({ header, transactions }) => ({
      time: header.time,
      transactions: transactions.map(({ bytes }) => bytes),
    })),
    noon,
  };
}

/** A second key of a member. */
export function spareSigner(member: number): Signer {
  return signerOf(`spare ${member}`);
}

/** The key of the code on a member's paper. */
export function paperSigner(member: number): Signer {
  return signerOf(`paper ${member}`);
}

/** The key that a member is to have after its recovery of a round. */
export function recoveredSigner(member: number, round: number): Signer {
  return signerOf(`recovered ${member} ${round}`);
}

/** The consensus key of a member's n-th validator. */
export function validatorSigner(member: number, nth = 0): Signer {
  return signerOf(`validator ${member} ${nth}`);
}
