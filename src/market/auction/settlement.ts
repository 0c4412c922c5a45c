/**
 * A day of the market, traded against metered. Per quarter hour and home:
 *
 * - *position* = bought − sold, over both sessions: who bought for tomorrow and sold a part of it again today owes
 *   and is owed only the difference;
 * - a seller delivers what it exported, a buyer uses what it imported, up to the position;
 * - what is sold and not delivered is *short*: bought for it at the balancing supplier's tariff; what is bought and
 *   not used is *long*: sold for it at that supplier's feed-in rate;
 * - what is exported beyond all that is matched with what is imported beyond all that, in proportion, midway between
 *   feed-in rate and tariff: the *fallback*. What remains is no business of the market's: it stays with everybody's
 *   own supplier.
 *
 * A quarter hour that nobody measured is taken as delivered and used as traded, and has no part in the fallback; its
 * reading brings a correction. Exports that a supplier bought (`market/sale`) are not handed in: they have their fate.
 *
 * Nobody pays more than it consented to. Whose net would come to less than the lowest that is allowed for it has no part
 * in the fallback of the day; what is still lacking then the balancing supplier bears (*waived*), which is anyway whoever
 * supplies the home.
 *
 * Conservation, in every version: bought = sold; fallback bought = fallback sold; delivered + short = used + long;
 * Σ nets + the supplier's + fees = 0. Every sum that two sides share is rounded once, half to even, and shared out by
 * largest remainders (`share`), so nothing is left over and no account keeps a rest.
 *
 * Columns: an entry for each home of each quarter hour, quarter hour by quarter hour. Whole numbers.
 */
import { assert } from "#base/assert.ts";
import { divideHalfEven } from "#base/units.ts";
import { totalWh } from "#market/auction/book.ts";
import { shareOut } from "#market/auction/share.ts";
import { paidAt } from "#market/auction/uniform.ts";

export interface SettlementTerms {
  /** Whether what is left is matched when a quarter hour is over. */
  readonly fallback: boolean;
  /** µEUR per kWh bought by fallback, for the community. */
  readonly fallbackFee: number;
}

export interface TradedDay {
  readonly homes: number;
  /** Wh bought and sold in all clearings of a quarter hour. */
  readonly boughtWh: Uint32Array;
  readonly soldWh: Uint32Array;
  /** µEUR. What all homes paid in a quarter hour beyond what all earned are fees for the grid, for the community. */
  readonly paid: readonly number[];
  readonly earned: readonly number[];
}

export interface MeteredDay {
  /** Wh from the MicroGrid, and to it without what a supplier bought. */
  readonly importedWh: Uint32Array;
  readonly exportedWh: Uint32Array;
  /** 1 where there is a reading. */
  readonly measured: Uint8Array;
}

/** The balancing supplier's, µEUR/kWh, an entry for each quarter hour. */
export interface BalancingPrices {
  readonly tariff: Int32Array;
  readonly feedIn: Int32Array;
}

export interface SettledDay {
  readonly fallbackBoughtWh: Uint32Array;
  readonly fallbackSoldWh: Uint32Array;
  readonly fallbackPaid: readonly number[];
  readonly fallbackEarned: readonly number[];
  readonly shortWh: Uint32Array;
  readonly longWh: Uint32Array;
  /** µEUR that a home owes and need not pay, by home. */
  readonly waived: readonly number[];
  /** µEUR that a home receives over the day less what it pays, by home. */
  readonly nets: readonly number[];
  readonly totals: SettlementTotals;
}

export interface SettlementTotals {
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly fallbackWh: number;
  readonly shortWh: number;
  readonly longWh: number;
  /** µEUR to the balancing supplier less what it pays. */
  readonly supplier: number;
  /** µEUR to the community. */
  readonly fees: number;
}

/**
 * `lowest`: µEUR, the least that each home's net may be; nobody is spared anything where it is left out. Asserts that
 * columns fit and that the clearings balance.
 */
export function settleDay(
  terms: SettlementTerms,
  traded: TradedDay,
  metered: MeteredDay,
  prices: BalancingPrices,
  lowest?: readonly number[],
): SettledDay {
  const apart = new Uint8Array(traded.homes);
  for (;;) {
    const settled = settleWithout(apart, terms, traded, metered, prices);
    if (lowest === undefined) return settled;
    let more = 0;
    for (const [home, net] of settled.nets.entries()) {
      if (net >= lowest[home]! || apart[home] === 1) continue;
      apart[home] = 1;
      more += 1;
    }
    // Whoever is set apart leaves energy to others, who may then come to their own limit.
    if (more === 0 || !terms.fallback) return waive(settled, lowest);
  }
}

/** Whose net is too low is spared the rest, and the balancing supplier goes without it. */
function waive(settled: SettledDay, lowest: readonly number[]): SettledDay {
  const waived = settled.nets.map((net, home) => Math.max(0, lowest[home]! - net));
  const sum = waived.reduce((all, one) => all + one, 0);
  if (sum === 0) return settled;
  return {
    ...settled,
    waived,
    nets: settled.nets.map((net, home) => net + waived[home]!),
    totals: { ...settled.totals, supplier: settled.totals.supplier - sum },
  };
}

/** `apart`: homes that have no part in the fallback. */
function settleWithout(
  apart: Uint8Array,
  terms: SettlementTerms,
  traded: TradedDay,
  metered: MeteredDay,
  prices: BalancingPrices,
): SettledDay {
  const { homes } = traded;
  const slots = prices.tariff.length;
  const places = homes * slots;
  for (const column of [...Object.values(metered), traded.boughtWh, traded.soldWh, traded.paid]) {
    assert(
      (column as ArrayLike<number>).length === places,
      "a column with an entry per home and quarter hour",
    );
  }
  const fallbackBoughtWh = new Uint32Array(places);
  const fallbackSoldWh = new Uint32Array(places);
  const fallbackPaid = new Array<number>(places).fill(0);
  const fallbackEarned = new Array<number>(places).fill(0);
  const shortWh = new Uint32Array(places);
  const longWh = new Uint32Array(places);
  const nets = new Array<number>(homes).fill(0);
  const restIn = new Uint32Array(homes);
  const restOut = new Uint32Array(homes);
  let [supplier, fees] = [0, 0];

  for (let slot = 0; slot < slots; slot++) {
    const from = slot * homes;
    let gridFees = 0;
    for (let home = 0; home < homes; home++) {
      const at = from + home;
      const position = positionOf(
        traded.boughtWh[at]!,
        traded.soldWh[at]!,
        metered.importedWh[at]!,
        metered.exportedWh[at]!,
        metered.measured[at] === 1,
      );
      shortWh[at] = position.shortWh;
      longWh[at] = position.longWh;
      restIn[home] = apart[home] === 1 ? 0 : position.restInWh;
      restOut[home] = apart[home] === 1 ? 0 : position.restOutWh;
      const short = amountOf(position.shortWh, prices.tariff[slot]!);
      const long = amountOf(position.longWh, prices.feedIn[slot]!);
      supplier += short - long;
      nets[home]! += traded.earned[at]! - traded.paid[at]! - short + long;
      gridFees += traded.paid[at]! - traded.earned[at]!;
    }
    assert(gridFees >= 0, "a clearing in which no more is received than paid");
    fees += gridFees;
    if (!terms.fallback) continue;
    const [inWh, outWh] = [totalWh(restIn), totalWh(restOut)];
    const matchedWh = Math.min(inWh, outWh);
    if (matchedWh === 0) continue;
    const price = fallbackPrice(prices.tariff[slot]!, prices.feedIn[slot]!);
    const boughtWh = shared(matchedWh, inWh, restIn);
    const soldWh = shared(matchedWh, outWh, restOut);
    const { bids, asks } = paidAt(price, matchedWh, boughtWh, soldWh);
    fallbackBoughtWh.set(boughtWh, from);
    fallbackSoldWh.set(soldWh, from);
    for (let home = 0; home < homes; home++) {
      // Below a price of zero a share of nothing is −0, which no encoding knows.
      const [paid, earned] = [bids.amount[home]! + 0, asks.amount[home]! + 0];
      const fee = amountOf(boughtWh[home]!, terms.fallbackFee);
      fallbackPaid[from + home] = paid;
      fallbackEarned[from + home] = earned;
      fees += fee;
      nets[home]! += earned - paid - fee;
    }
  }
  const totals = {
    boughtWh: totalWh(traded.boughtWh),
    soldWh: totalWh(traded.soldWh),
    fallbackWh: totalWh(fallbackBoughtWh),
    shortWh: totalWh(shortWh),
    longWh: totalWh(longWh),
    supplier,
    fees,
  };
  const sum = nets.reduce((all, net) => all + net, supplier + fees);
  assert(totals.boughtWh === totals.soldWh && sum === 0, "a settlement without rest");
  for (const net of nets) assert(Number.isSafeInteger(net), "nets within the whole numbers");
  return {
    fallbackBoughtWh,
    fallbackSoldWh,
    fallbackPaid,
    fallbackEarned,
    shortWh,
    longWh,
    waived: nets.map(() => 0),
    nets,
    totals,
  };
}

export interface Position {
  readonly shortWh: number;
  readonly longWh: number;
  /** Imported beyond what was bought, exported beyond what was sold: left to the fallback. */
  readonly restInWh: number;
  readonly restOutWh: number;
}

/** What a home's meter made of what it bought and sold in a quarter hour, Wh. */
export function positionOf(
  boughtWh: number,
  soldWh: number,
  importedWh: number,
  exportedWh: number,
  measured: boolean,
): Position {
  if (!measured) return { shortWh: 0, longWh: 0, restInWh: 0, restOutWh: 0 };
  const toUse = Math.max(0, boughtWh - soldWh);
  const toDeliver = Math.max(0, soldWh - boughtWh);
  const used = Math.min(toUse, importedWh);
  const delivered = Math.min(toDeliver, exportedWh);
  return {
    shortWh: toDeliver - delivered,
    longWh: toUse - used,
    restInWh: importedWh - used,
    restOutWh: exportedWh - delivered,
  };
}

/** µEUR/kWh: midway between what a supplier takes and gives, half to even. */
export function fallbackPrice(tariff: number, feedIn: number): number {
  return Number(divideHalfEven(BigInt(tariff) + BigInt(feedIn), 2n));
}

/** µEUR: energy [Wh] × price [µEUR/kWh] ÷ 1000, half to even. */
export function amountOf(energyWh: number, price: number): number {
  if (energyWh === 0 || price === 0) return 0;
  return Number(divideHalfEven(BigInt(energyWh) * BigInt(price), 1000n));
}

/**
 * What a version changes: for each party the difference to what is booked for it already, those without one left
 * out, ascending by party. Parties are numbers of any kind that stay the same from version to version.
 */
export function differenceOf(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): { readonly party: number; readonly net: number }[] {
  const parties = new Set([...before.keys(), ...after.keys()]);
  return [...parties]
    .sort((a, b) => a - b)
    .map((party) => ({ party, net: (after.get(party) ?? 0) - (before.get(party) ?? 0) }))
    .filter(({ net }) => net !== 0);
}

function shared(totalToShareWh: number, divisor: number, weights: Uint32Array): Uint32Array {
  return Uint32Array.from(shareOut({ factor: totalToShareWh, divisor, total: totalToShareWh }, weights));
}
