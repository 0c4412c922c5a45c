/**
 * An auction in every quarter hour among homes whose flows are known: agents bid, the mechanism clears, and what is
 * left over may be matched at slot end, at a price midway between feed-in and tariff, in proportion. Reports the
 * figures by which local markets are compared: what share of the shareable energy was traded and at which price,
 * what each home saves, and how evenly.
 *
 * Shareable is min(Σ exports, Σ imports) per quarter hour. Savings are against buying everything at the supplier's
 * tariff and selling everything at the feed-in price. Neither fees nor forecast errors: homes bid what they then
 * meter.
 */
import { assert } from "#base/assert.ts";
import { Random } from "#base/random.ts";
import type { Book, Orders } from "#market/auction/book.ts";
import type { Clearing, Fills } from "#market/auction/clearing.ts";
import { clearBySplit } from "#market/auction/fixed-split.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { clearingProblem } from "#market/auction/verify.ts";
import { AGENTS, type AgentName, type Outside } from "#sim/auction/agents.ts";

/** What each home took from and gave to the MicroGrid in a quarter hour, Wh. */
export interface Quarter {
  readonly imported: ArrayLike<number>;
  readonly exported: ArrayLike<number>;
}

export interface AuctionRun {
  readonly quarters: readonly Quarter[];
  readonly mechanism: MechanismName;
  readonly agents: AgentName;
  readonly outside: Outside;
  readonly seed: number;
  /** Whether what is left is matched at slot end. */
  readonly fallback: boolean;
}

export interface AuctionFigures {
  readonly shareableWh: number;
  readonly tradedWh: number;
  readonly fallbackWh: number;
  /** µEUR/kWh, weighted by energy; NaN where nothing was traded. */
  readonly meanPrice: number;
  /** Quarter hours in which something was traded. */
  readonly clearedSlots: number;
  /** µEUR by home, against no market. */
  readonly savings: readonly number[];
}

export function runAuctions({
  quarters,
  mechanism,
  agents,
  outside,
  seed,
  fallback,
}: AuctionRun): AuctionFigures {
  const homes = quarters[0]?.imported.length ?? 0;
  const random = new Random(seed);
  const bidders = Array.from({ length: homes }, (_, home) =>
    AGENTS[agents](outside, random.fork(`home ${home}`)),
  );
  const arriving = random.fork("arrivals");
  const savings = new Array<number>(homes).fill(0);
  let [shareableWh, tradedWh, fallbackWh, clearedSlots, paid] = [0, 0, 0, 0, 0];
  for (const { imported, exported } of quarters) {
    const buyers = whoHas(imported);
    const sellers = whoHas(exported);
    const book: Book = {
      bids: ordersOf(buyers, imported, (home) => bidders[home]!.limit("bid")),
      asks: ordersOf(sellers, exported, (home) => bidders[home]!.limit("ask")),
    };
    shareableWh += Math.min(sumOf(book.bids.energyWh), sumOf(book.asks.energyWh));
    const terms = {
      arrivals: arrivalsOf(buyers.length, sellers.length, arriving),
      split: { price: undefined, keysPerMille: undefined },
    };
    const clearing = MECHANISMS[mechanism](book, terms);
    assert(clearingProblem(book, clearing, terms) === undefined, "every clearing of a run holds");
    if (clearing.tradedWh > 0) clearedSlots += 1;
    tradedWh += clearing.tradedWh;
    paid += sumOf(clearing.bids.amount);
    const gains = gainsOf(clearing, outside);
    for (const [side, homesOfSide, orders] of [
      ["bid", buyers, book.bids],
      ["ask", sellers, book.asks],
    ] as const) {
      const fills = side === "bid" ? clearing.bids : clearing.asks;
      homesOfSide.forEach((home, i) => {
        const gain = gains[side][i]!;
        savings[home]! += gain;
        const energyWh = orders.energyWh[i]!;
        bidders[home]!.learn(side, { energyWh, tradedWh: fills.energyWh[i]!, gain });
      });
    }
    if (!fallback) continue;
    const rest = clearBySplit(
      {
        bids: restOf(book.bids, clearing.bids, outside.tariff),
        asks: restOf(book.asks, clearing.asks, outside.feedIn),
      },
      { price: Math.round((outside.feedIn + outside.tariff) / 2), keysPerMille: undefined },
    );
    fallbackWh += rest.tradedWh;
    const restGains = gainsOf(rest, outside);
    for (const [i, home] of buyers.entries()) savings[home]! += restGains.bid[i]!;
    for (const [i, home] of sellers.entries()) savings[home]! += restGains.ask[i]!;
  }
  return { shareableWh, tradedWh, fallbackWh, meanPrice: (paid / tradedWh) * 1000, clearedSlots, savings };
}

/** Σᵢ Σⱼ |bᵢ − bⱼ| ÷ (2 n² × mean): 0 where all have the same, near 1 where one has everything. */
export function giniOf(benefits: readonly number[]): number {
  const mean = sumOf(benefits) / benefits.length;
  let differences = 0;
  for (const one of benefits) for (const other of benefits) differences += Math.abs(one - other);
  return differences / (2 * benefits.length ** 2 * mean);
}

/** (Σ b)² ÷ (n × Σ b²): 1 where all have the same, 1 ÷ n where one has everything. */
export function jainOf(benefits: readonly number[]): number {
  return sumOf(benefits) ** 2 / (benefits.length * sumOf(benefits.map((benefit) => benefit ** 2)));
}

/** µEUR that each order gains against the outside price. */
function gainsOf({ bids, asks }: Clearing, { tariff, feedIn }: Outside) {
  return {
    bid: bids.amount.map((pays, i) => (bids.energyWh[i]! * tariff) / 1000 - pays),
    ask: asks.amount.map((gets, i) => gets - (asks.energyWh[i]! * feedIn) / 1000),
  };
}

function whoHas(energyWh: ArrayLike<number>): number[] {
  return Array.from(energyWh, (wh, home) => (wh > 0 ? home : -1)).filter((home) => home >= 0);
}

function ordersOf(
  homes: readonly number[],
  energyWh: ArrayLike<number>,
  limit: (home: number) => number,
): Orders {
  return {
    energyWh: Uint32Array.from(homes, (home) => energyWh[home]!),
    limit: Int32Array.from(homes, limit),
  };
}

/** What did not trade, at a limit that accepts every price between feed-in and tariff. */
function restOf({ energyWh }: Orders, fills: Fills, limit: number): Orders {
  return {
    energyWh: energyWh.map((wh, i) => wh - fills.energyWh[i]!),
    limit: new Int32Array(energyWh.length).fill(limit),
  };
}

/** A drawn sequence. */
function arrivalsOf(bids: number, asks: number, random: Random) {
  const places = Array.from({ length: bids + asks }, (_, place) => place);
  for (let i = places.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return { bids: places.slice(0, bids), asks: places.slice(bids) };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
