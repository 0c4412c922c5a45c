/**
 * Checks a clearing without clearing again: by sums, comparisons and one sharing at the margin. Nothing of how the
 * crossing is found is used, so a mistake there could not hide here. The mechanisms without a certificate of their
 * own kind (`continuous`, `fixed-split`) are checked for what holds of all, and then run once more and compared.
 *
 * The first problem that is met is told, in the order of `CLEARING_PROBLEMS`.
 */
import { divideHalfEven } from "#base/units.ts";
import { type Book, type Orders, totalWh } from "#market/auction/book.ts";
import {
  type Certificate,
  type Clearing,
  type Fills,
  marginalPair,
  sumsAt,
  welfareBoundAt,
  welfareOf,
} from "#market/auction/clearing.ts";
import { volumeOf } from "#market/auction/crossing.ts";
import { MECHANISMS, type Terms } from "#market/auction/mechanism.ts";
import { payAsBidFrom } from "#market/auction/pay-as-bid.ts";
import { shareOut } from "#market/auction/share.ts";
import { midPrice, paidAt } from "#market/auction/uniform.ts";

export const CLEARING_PROBLEMS = [
  "fill_above_order",
  "energy_unbalanced",
  "wrong_volume",
  "wrong_marginal_pair",
  "wrong_supporting_price",
  "wrong_sums",
  "wrong_welfare",
  "wrong_welfare_bound",
  "volume_not_highest",
  "better_order_unfilled",
  "wrong_share_at_margin",
  "welfare_not_highest",
  "wrong_price",
  "outside_limit",
  "wrong_payment",
  "money_unbalanced",
  "other_result",
] as const;
export type ClearingProblem = (typeof CLEARING_PROBLEMS)[number];

export interface Found {
  readonly problem: ClearingProblem;
  /** The order where it was met, by its side and place in the book; `undefined` where it is of the whole. */
  readonly at?: { readonly side: "bid" | "ask"; readonly order: number };
  /** What would be right, where one number says it. */
  readonly expected?: bigint | number | undefined;
}

/** The first problem, in the order of `CLEARING_PROBLEMS`; `undefined` where the clearing holds. */
export function clearingProblem(book: Book, clearing: Clearing, terms: Terms): Found | undefined {
  return (
    fillsProblem(book, clearing) ??
    figuresProblem(book, clearing) ??
    (isByMerit(clearing) ? meritProblem(book, clearing) : undefined) ??
    priceProblem(book, clearing) ??
    (isByMerit(clearing) ? undefined : otherResult(book, clearing, terms))
  );
}

function isByMerit({ mechanism }: Clearing): boolean {
  return mechanism === "uniform" || mechanism === "pay-as-bid";
}

/** No order has more than it wanted; as much is bought as sold. */
function fillsProblem({ bids, asks }: Book, clearing: Clearing): Found | undefined {
  for (const [side, orders] of [
    ["bid", bids],
    ["ask", asks],
  ] as const) {
    const { energyWh } = side === "bid" ? clearing.bids : clearing.asks;
    for (let i = 0; i < energyWh.length; i++) {
      if (energyWh[i]! > orders.energyWh[i]!) {
        return { problem: "fill_above_order", at: { side, order: i }, expected: orders.energyWh[i]! };
      }
    }
  }
  const bought = totalWh(clearing.bids.energyWh);
  const sold = totalWh(clearing.asks.energyWh);
  if (bought !== sold) return { problem: "energy_unbalanced", expected: bought };
  if (clearing.tradedWh !== bought) return { problem: "wrong_volume", expected: bought };
  return undefined;
}

/** Every figure of the certificate is what it says it is. */
function figuresProblem(book: Book, { bids, asks, certificate }: Clearing): Found | undefined {
  const pair = marginalPair(book, bids.energyWh, asks.energyWh);
  if (pair.marginalBid !== certificate.marginalBid) {
    return { problem: "wrong_marginal_pair", expected: pair.marginalBid };
  }
  if (pair.marginalAsk !== certificate.marginalAsk) {
    return { problem: "wrong_marginal_pair", expected: pair.marginalAsk };
  }
  const { supportingPrice } = certificate;
  const isEmpty = totalWh(book.bids.energyWh) + totalWh(book.asks.energyWh) === 0;
  if (isEmpty !== (supportingPrice === undefined)) return { problem: "wrong_supporting_price" };
  const sums = sumsAt(book, supportingPrice ?? 0);
  for (const name of ["bidsAboveWh", "bidsAtWh", "asksBelowWh", "asksAtWh"] as const) {
    if (certificate[name] !== sums[name]) return { problem: "wrong_sums", expected: sums[name] };
  }
  const welfare = welfareOf(book, bids.energyWh, asks.energyWh);
  if (certificate.welfare !== welfare) return { problem: "wrong_welfare", expected: welfare };
  const bound = supportingPrice === undefined ? 0n : welfareBoundAt(book, supportingPrice);
  if (certificate.welfareBound !== bound) return { problem: "wrong_welfare_bound", expected: bound };
  // A price that does not cross proves nothing: below it more would be offered, or above it more bid, than trades.
  const volume = volumeOf(sums);
  if (sums.bidsAboveWh > volume || sums.asksBelowWh > volume) return { problem: "wrong_supporting_price" };
  return undefined;
}

/** The most is traded, and the best orders trade: complementary slackness at the supporting price. */
function meritProblem(book: Book, { tradedWh, bids, asks, certificate }: Clearing): Found | undefined {
  const { supportingPrice, bidsAboveWh, asksBelowWh, welfare, welfareBound } = certificate;
  if (supportingPrice === undefined) return undefined;
  const volume = volumeOf({ price: supportingPrice, ...certificate });
  if (tradedWh !== volume) return { problem: "volume_not_highest", expected: volume };
  const problem =
    slacknessProblem("bid", book.bids, bids, supportingPrice, tradedWh - bidsAboveWh) ??
    slacknessProblem("ask", book.asks, asks, supportingPrice, tradedWh - asksBelowWh);
  if (problem !== undefined) return problem;
  // Follows from the rest; that both sides of the duality meet is the point of the certificate, so it is asked.
  if (welfare !== welfareBound) return { problem: "welfare_not_highest", expected: welfareBound };
  return undefined;
}

/** What is better than the supporting price trades whole, what is worse not at all, what is equal shares `atWh`. */
function slacknessProblem(
  side: "bid" | "ask",
  { limit, energyWh }: Orders,
  fills: Fills,
  price: number,
  atWh: number,
): Found | undefined {
  const better = side === "bid" ? -1 : 1;
  const marginal: number[] = [];
  for (let i = 0; i < limit.length; i++) {
    if (limit[i]! === price) {
      marginal.push(i);
      continue;
    }
    const expected = better * limit[i]! < better * price ? energyWh[i]! : 0;
    if (fills.energyWh[i]! !== expected)
      return { problem: "better_order_unfilled", at: { side, order: i }, expected };
  }
  const weights = marginal.map((i) => energyWh[i]!);
  const divisor = weights.reduce((sum, weight) => sum + weight, 0);
  if (divisor === 0) return undefined;
  const shares = shareOut({ factor: atWh, divisor, total: atWh }, weights);
  const wrong = marginal.findIndex((i, j) => fills.energyWh[i]! !== shares[j]!);
  if (wrong < 0) return undefined;
  return {
    problem: "wrong_share_at_margin",
    at: { side, order: marginal[wrong]! },
    expected: shares[wrong]!,
  };
}

function priceProblem(book: Book, clearing: Clearing): Found | undefined {
  const { mechanism, price, tradedWh, bids, asks, certificate } = clearing;
  if ((price === undefined) !== (tradedWh === 0)) return { problem: "wrong_price" };
  if (mechanism === "uniform") {
    const expected = midPrice(certificate);
    if (price !== expected) return { problem: "wrong_price", expected };
  }
  if (mechanism === "uniform" || mechanism === "fixed-split") {
    return (
      limitProblem(certificate, price) ??
      paymentProblem(clearing, paidAt(price, tradedWh, bids.energyWh, asks.energyWh))
    );
  }
  if (mechanism === "pay-as-bid") {
    const expected = payAsBidFrom(book, bids.energyWh, asks.energyWh);
    if (price !== expected.price) return { problem: "wrong_price", expected: expected.price };
    return paymentProblem(clearing, expected);
  }
  return ownLimitProblem(book, clearing) ?? moneyProblem(clearing);
}

/** The worst limits among those that trade admit the price, so all do. */
function limitProblem(
  { marginalBid, marginalAsk }: Certificate,
  price: number | undefined,
): Found | undefined {
  if (price === undefined) return undefined;
  const within = marginalAsk! <= price && price <= marginalBid!;
  return within ? undefined : { problem: "outside_limit" };
}

/** Where each pays a price of its own: no more than its limit, no less than it asks, but for half a µEUR a trade. */
function ownLimitProblem({ bids, asks }: Book, clearing: Clearing): Found | undefined {
  const trades = clearing.bids.energyWh.length + clearing.asks.energyWh.length;
  for (const [side, orders, { energyWh, amount }] of [
    ["bid", bids, clearing.bids],
    ["ask", asks, clearing.asks],
  ] as const) {
    for (let i = 0; i < energyWh.length; i++) {
      const atLimit = Number(divideHalfEven(BigInt(energyWh[i]!) * BigInt(orders.limit[i]!), 1000n));
      const over = side === "bid" ? amount[i]! - atLimit : atLimit - amount[i]!;
      if (over > trades) return { problem: "outside_limit", at: { side, order: i }, expected: atLimit };
    }
  }
  return undefined;
}

function paymentProblem(
  clearing: Clearing,
  expected: { readonly bids: Fills; readonly asks: Fills },
): Found | undefined {
  for (const [side, claimed, right] of [
    ["bid", clearing.bids.amount, expected.bids.amount],
    ["ask", clearing.asks.amount, expected.asks.amount],
  ] as const) {
    const order = claimed.findIndex((amount, i) => amount !== right[i]);
    if (order >= 0) return { problem: "wrong_payment", at: { side, order }, expected: right[order]! };
  }
  return moneyProblem(clearing);
}

function moneyProblem({ bids, asks }: Clearing): Found | undefined {
  const paid = sumOf(bids.amount);
  return paid === sumOf(asks.amount) ? undefined : { problem: "money_unbalanced", expected: paid };
}

function sumOf(amounts: readonly number[]): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += BigInt(amount);
  return sum;
}

function otherResult(book: Book, clearing: Clearing, terms: Terms): Found | undefined {
  const right = MECHANISMS[clearing.mechanism](book, terms);
  for (const side of ["bid", "ask"] as const) {
    const [claimed, expected] = side === "bid" ? [clearing.bids, right.bids] : [clearing.asks, right.asks];
    for (let order = 0; order < claimed.amount.length; order++) {
      if (claimed.energyWh[order] !== expected.energyWh[order]) {
        return { problem: "other_result", at: { side, order }, expected: expected.energyWh[order]! };
      }
      if (claimed.amount[order] !== expected.amount[order]) {
        return { problem: "wrong_payment", at: { side, order }, expected: expected.amount[order]! };
      }
    }
  }
  return clearing.price === right.price ? undefined : { problem: "wrong_price", expected: right.price };
}
