/** The community's law in numbers: one row of the state, set at genesis, the same for everybody. */

import { assert } from "#base/assert.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { QUARTER_HOUR_S, type Zone } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { StateReader, Table } from "#ledger/state.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";
import type { LevelFees } from "#market/auction/particulars.ts";

export interface Parameters {
  /** Whose midnight begins a day of rates. */
  readonly zone: Zone;
  /** What the community keeps of a sale to a supplier. */
  readonly saleFee: MicroEurPerKwh;
  readonly minimumSale: Wh;
  /** Quarter hours after the one of its authorisation in which a sale may be delivered. */
  readonly deliveryIntervals: number;
  /** Blocks after which a sale closes even if its meter never speaks again. */
  readonly saleExpiryBlocks: number;
  readonly maxOpenSales: number;
  /** What is reserved beside the energy sold for conversion losses, in thousandths of it. */
  readonly storeMarginPerMille: number;
  readonly gridEnergySellable: boolean;
  readonly rateLowest: MicroEurPerKwh;
  readonly rateHighest: MicroEurPerKwh;
  /** How many days ahead a rate may be published. */
  readonly rateDaysAhead: number;
  /** Seconds before midnight at which publishing for the next day ends: block times are not exact clocks. */
  readonly rateClosesS: number;
  /** Blocks that a transaction's expiry may lie ahead. */
  readonly maxExpiryAhead: number;
  /** What a reading may exceed a plant's limits by, in thousandths. */
  readonly meterTolerancePerMille: number;
  /** Seconds for which a proposal may be voted on. */
  readonly votingPeriodS: number;
  /** Seconds between a proposal's decision and its enactment, in which whoever disagrees may act or leave. */
  readonly enactmentDelayS: number;
  /** Blocks that each of these two takes at the least: a block's time alone is never trusted. */
  readonly delayBlocks: number;
  /** Of those who may vote, in thousandths, how many must have voted. */
  readonly quorumPerMille: number;
  /** Proposals in the vote or awaiting enactment at once. */
  readonly maxOpenProposals: number;
  /** Whether an operator may attest identities, as in a community too small for a registrar of its own. */
  readonly operatorIsRegistrar: boolean;
  /** Seconds before a key that its owner revoked is gone, or guardians are replaced: time to object. */
  readonly keyDelayS: number;
  /** Seconds before an account that its guardians recover has its new key. */
  readonly recoveryDelayS: number;
  /** Whole multiples of it are what a member has whose numbers have just changed; its rest waits in the pool. */
  readonly renewalUnit: MicroEur;
  /** How many members' numbers change at once, at the least: among so many each hides. */
  readonly renewalMinimum: number;
  /** How the neighbours' books are cleared. */
  readonly marketMechanism: MechanismName;
  /** Seconds before a quarter hour at which its own book is closed: from then on it may be sealed. */
  readonly marketGateS: number;
  /** The same of its book of the day before, which is sealed before `marketGateS`. */
  readonly marketForwardGateS: number;
  /** Seconds within which a sealed book is cleared, or never. */
  readonly marketClearingS: number;
  /** Whether what is left after the clearings is matched by what was metered, when the quarter hour is over. */
  readonly marketFallback: boolean;
  /** Days after its end in which a day may be settled, or corrected; then it is closed as it stands. */
  readonly marketCorrectionDays: number;
  /** The most that a citizen may let the market take from it in a day. */
  readonly marketCapHighest: MicroEur;
  /** What a buyer pays for the grid, by how far its neighbour is: on one feeder, at one transformer, beyond. */
  readonly marketFeeFeeder: MicroEurPerKwh;
  readonly marketFeeTransformer: MicroEurPerKwh;
  readonly marketFeeBeyond: MicroEurPerKwh;
  /** Seconds that a supply's invoice leaves for paying it, at the least. */
  readonly supplyPayMinimumS: number;
  /** Seconds from the notice of an unpaid invoice to the reduction of the supply, at the least. */
  readonly supplyNoticeMinimumS: number;
  /** Seconds for which a supply is reduced before it is suspended, at the least. */
  readonly supplyReducedMinimumS: number;
  /** Of the connection's power, in thousandths, what a reduced supply leaves, at the least. */
  readonly supplyReducedPerMille: number;
  /** W that a reduced supply leaves in any case. */
  readonly supplyVitalMinimumW: number;
  /** Seconds from a party's word to the end of a supply. */
  readonly supplyEndNoticeS: number;
  /** Seconds after its end in which the last invoice of a supply may come. */
  readonly supplyFinalBillS: number;
}

/** By code; a code never changes its meaning. */
export const MECHANISM_NAMES: readonly MechanismName[] = [
  "uniform",
  "pay-as-bid",
  "continuous",
  "fixed-split",
];

export function mechanismOf(code: number): MechanismName {
  const name = MECHANISM_NAMES[code];
  if (name === undefined) throw new CodecError(`mechanism ${code}`);
  return name;
}

const zoneCodec: Codec<Zone> = {
  write: (writer, zone) =>
    writer
      .text(zone.name, 64)
      .i64(BigInt(zone.standardOffsetS))
      .boolean(zone.daylight === "eu"),
  read: (reader) => ({
    name: reader.text(64),
    standardOffsetS: Number(reader.i64()),
    daylight: reader.boolean() ? "eu" : "none",
  }),
};

export const parametersCodec: Codec<Parameters> = {
  write(writer, p) {
    zoneCodec.write(writer, p.zone);
    writer.u64(p.saleFee).u64(p.minimumSale).u32(p.deliveryIntervals).u32(p.saleExpiryBlocks);
    writer.u16(p.maxOpenSales).u16(p.storeMarginPerMille).boolean(p.gridEnergySellable);
    writer.u64(p.rateLowest).u64(p.rateHighest).u16(p.rateDaysAhead).u32(p.rateClosesS);
    writer.u32(p.maxExpiryAhead).u16(p.meterTolerancePerMille);
    writer.u32(p.votingPeriodS).u32(p.enactmentDelayS).u32(p.delayBlocks);
    writer.u16(p.quorumPerMille).u16(p.maxOpenProposals);
    writer.boolean(p.operatorIsRegistrar).u32(p.keyDelayS).u32(p.recoveryDelayS);
    writer.u64(p.renewalUnit).u16(p.renewalMinimum);
    writer.u8(MECHANISM_NAMES.indexOf(p.marketMechanism));
    writer.u32(p.marketGateS).u32(p.marketForwardGateS).u32(p.marketClearingS).boolean(p.marketFallback);
    writer.u16(p.marketCorrectionDays).u64(p.marketCapHighest);
    writer.u64(p.marketFeeFeeder).u64(p.marketFeeTransformer).u64(p.marketFeeBeyond);
    writer.u32(p.supplyPayMinimumS).u32(p.supplyNoticeMinimumS).u32(p.supplyReducedMinimumS);
    writer.u16(p.supplyReducedPerMille).u32(p.supplyVitalMinimumW);
    writer.u32(p.supplyEndNoticeS).u32(p.supplyFinalBillS);
  },
  read: (reader) => ({
    zone: zoneCodec.read(reader),
    saleFee: MicroEurPerKwh(reader.u64()),
    minimumSale: Wh(reader.u64()),
    deliveryIntervals: reader.u32(),
    saleExpiryBlocks: reader.u32(),
    maxOpenSales: reader.u16(),
    storeMarginPerMille: reader.u16(),
    gridEnergySellable: reader.boolean(),
    rateLowest: MicroEurPerKwh(reader.u64()),
    rateHighest: MicroEurPerKwh(reader.u64()),
    rateDaysAhead: reader.u16(),
    rateClosesS: reader.u32(),
    maxExpiryAhead: reader.u32(),
    meterTolerancePerMille: reader.u16(),
    votingPeriodS: reader.u32(),
    enactmentDelayS: reader.u32(),
    delayBlocks: reader.u32(),
    quorumPerMille: reader.u16(),
    maxOpenProposals: reader.u16(),
    operatorIsRegistrar: reader.boolean(),
    keyDelayS: reader.u32(),
    recoveryDelayS: reader.u32(),
    renewalUnit: MicroEur(reader.u64()),
    renewalMinimum: reader.u16(),
    marketMechanism: mechanismOf(reader.u8()),
    marketGateS: reader.u32(),
    marketForwardGateS: reader.u32(),
    marketClearingS: reader.u32(),
    marketFallback: reader.boolean(),
    marketCorrectionDays: reader.u16(),
    marketCapHighest: MicroEur(reader.u64()),
    marketFeeFeeder: MicroEurPerKwh(reader.u64()),
    marketFeeTransformer: MicroEurPerKwh(reader.u64()),
    marketFeeBeyond: MicroEurPerKwh(reader.u64()),
    supplyPayMinimumS: reader.u32(),
    supplyNoticeMinimumS: reader.u32(),
    supplyReducedMinimumS: reader.u32(),
    supplyReducedPerMille: reader.u16(),
    supplyVitalMinimumW: reader.u32(),
    supplyEndNoticeS: reader.u32(),
    supplyFinalBillS: reader.u32(),
  }),
};

export const PARAMETERS: Table<0, Parameters> = {
  number: 10,
  name: "parameters",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: parametersCodec,
};

/** Prices above 1,000 €/kWh are a slip of the pen; below, no amount of a home's energy leaves the integers. */
export const PRICE_MAX = 1_000_000_000n;
/** 1,000 €: no home waits for more than that. */
const RENEWAL_UNIT_MAX = 1_000_000_000n;
/** As many as one transaction opens. */
const RENEWAL_MINIMUM_MAX = 200;
/** A law whose change took longer could as well not be changed at all. */
export const DELAY_MAX_S = 366 * 86_400;
const DELAY_MAX_BLOCKS = 10_000_000;
/** A week ahead nobody knows the weather. */
const FORWARD_MAX_S = 7 * 86_400;
/** Each day that may be corrected has a row in every participant's row. */
const CORRECTION_MAX_DAYS = 400;
/** 10,000 € a day: no home. */
const CAP_MAX = 10_000_000_000n;
/** 10 €/kWh. */
const FEE_MAX = 10_000_000n;
/** W; no home needs more to live. */
export const VITAL_MAX_W = 1_000_000;

/**
 * What makes parameters unfit to be a community's law, or `undefined` where nothing does: a chain begins only
 * with laws under which every rule can be kept.
 */
export function parametersProblem(p: Parameters): string | undefined {
  const { standardOffsetS } = p.zone;
  if (standardOffsetS % QUARTER_HOUR_S !== 0 || standardOffsetS < -50_400 || standardOffsetS > 50_400) {
    return "zone: a standard offset of whole quarter hours, at most 14 h";
  }
  if (p.minimumSale < 1n) return "minimumSale: at least 1 Wh";
  if (p.saleExpiryBlocks < 1) return "saleExpiryBlocks: at least 1";
  if (p.maxOpenSales < 1) return "maxOpenSales: at least 1";
  if (p.maxExpiryAhead < 1) return "maxExpiryAhead: at least 1";
  if (p.rateHighest > PRICE_MAX) return `rateHighest: at most ${PRICE_MAX} µEUR/kWh`;
  if (p.saleFee > PRICE_MAX) return `saleFee: at most ${PRICE_MAX} µEUR/kWh`;
  if (p.rateLowest > p.rateHighest) return "rateLowest: not above rateHighest";
  if (p.rateDaysAhead < 1) return "rateDaysAhead: at least 1, or no rate could ever be published";
  if (p.votingPeriodS < 1 || p.votingPeriodS > DELAY_MAX_S) {
    return "votingPeriodS: from 1 s to 366 days";
  }
  if (p.enactmentDelayS > DELAY_MAX_S) return "enactmentDelayS: at most 366 days";
  if (p.delayBlocks < 1 || p.delayBlocks > DELAY_MAX_BLOCKS) {
    return `delayBlocks: from 1 to ${DELAY_MAX_BLOCKS}`;
  }
  if (p.quorumPerMille < 1 || p.quorumPerMille > 1000) return "quorumPerMille: from 1 to 1000";
  if (p.maxOpenProposals < 1 || p.maxOpenProposals > 1000) return "maxOpenProposals: from 1 to 1000";
  if (p.keyDelayS < 1 || p.keyDelayS > DELAY_MAX_S) return "keyDelayS: from 1 s to 366 days";
  if (p.recoveryDelayS < 1 || p.recoveryDelayS > DELAY_MAX_S) return "recoveryDelayS: from 1 s to 366 days";
  if (p.renewalUnit < 1n || p.renewalUnit > RENEWAL_UNIT_MAX) {
    return `renewalUnit: from 1 to ${RENEWAL_UNIT_MAX} µEUR`;
  }
  if (p.renewalMinimum < 2 || p.renewalMinimum > RENEWAL_MINIMUM_MAX) {
    return `renewalMinimum: from 2 to ${RENEWAL_MINIMUM_MAX}`;
  }
  return marketProblem(p) ?? supplyProblem(p);
}

function marketProblem(p: Parameters): string | undefined {
  if (p.marketGateS < 1 || p.marketGateS > FORWARD_MAX_S) return "marketGateS: from 1 s to 7 days";
  if (p.marketForwardGateS <= p.marketGateS || p.marketForwardGateS > FORWARD_MAX_S) {
    return "marketForwardGateS: above marketGateS, at most 7 days";
  }
  if (p.marketClearingS < 1 || p.marketClearingS > QUARTER_HOUR_S) {
    return "marketClearingS: from 1 s to a quarter hour";
  }
  if (p.marketCorrectionDays < 1 || p.marketCorrectionDays > CORRECTION_MAX_DAYS) {
    return `marketCorrectionDays: from 1 to ${CORRECTION_MAX_DAYS}`;
  }
  if (p.marketCapHighest < 1n || p.marketCapHighest > CAP_MAX) {
    return `marketCapHighest: from 1 to ${CAP_MAX} µEUR`;
  }
  if (p.marketFeeFeeder > p.marketFeeTransformer) return "marketFeeFeeder: not above marketFeeTransformer";
  if (p.marketFeeTransformer > p.marketFeeBeyond) return "marketFeeTransformer: not above marketFeeBeyond";
  if (p.marketFeeBeyond > FEE_MAX) return `marketFeeBeyond: at most ${FEE_MAX} µEUR/kWh`;
  return undefined;
}

function supplyProblem(p: Parameters): string | undefined {
  const delays = [
    "supplyPayMinimumS",
    "supplyNoticeMinimumS",
    "supplyReducedMinimumS",
    "supplyEndNoticeS",
    "supplyFinalBillS",
  ] as const;
  const name = delays.find((delay) => p[delay] < 1 || p[delay] > DELAY_MAX_S);
  if (name !== undefined) return `${name}: from 1 s to 366 days`;
  if (p.supplyReducedPerMille < 1 || p.supplyReducedPerMille > 1000) {
    return "supplyReducedPerMille: from 1 to 1000";
  }
  if (p.supplyVitalMinimumW < 1 || p.supplyVitalMinimumW > VITAL_MAX_W) {
    return `supplyVitalMinimumW: from 1 to ${VITAL_MAX_W} W`;
  }
  return undefined;
}

/** What a buyer pays for the grid by the law, µEUR/kWh. */
export function gridFeesOf(laws: Parameters): LevelFees {
  return {
    feeder: Number(laws.marketFeeFeeder),
    transformer: Number(laws.marketFeeTransformer),
    beyond: Number(laws.marketFeeBeyond),
  };
}

/** Every chain has them from its genesis on. */
export function parametersOf(state: StateReader): Parameters {
  const parameters = state.get(PARAMETERS, 0);
  assert(parameters !== undefined, "a state without parameters");
  return parameters;
}
