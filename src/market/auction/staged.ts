/**
 * Clearing a book whose orders say more than energy and limit: in stages, each of which is a clearing of its own of
 * what the stages before it left, by the community's mechanism and with its own certificate.
 *
 * 1. Gifts: an ask at 0 for a named home, shared among that home's bids, at 0.
 * 2. Partners: two homes that named each other trade with each other first, at the uniform price of their orders
 *    alone, midway between their limits where each has one. Who is named by one side only is not bound by it: see
 *    `attribute`.
 * 3. The neighbours of each feeder among themselves, then what is left under each transformer, then everybody.
 *
 * The buyer pays the fee of the stage's level on top: its limit counts less the fee, so nobody pays beyond it. In a
 * pool with bids that take solar energy only all are cleared together, and that holds where as much solar energy is
 * sold as those bids buy. Where it is not, solar asks and those bids clear by themselves, then the other bids with
 * the other asks. For a pool under `uniform` this is the best that any trades can do, not an approximation: if the
 * common clearing breaks the bound, then some best solution meets it exactly, and in that one the two parts do not
 * touch (`Σ solar-only bought = Σ solar sold`). A third pass gives what solar energy the others still want.
 *
 * The order of the stages is a rule and no optimum: nearest first may cost welfare where somebody far would have
 * paid more than the fee between, and a gift or a pair takes energy out of the book that others might have valued
 * more. `welfareBoundOf` says how much at most.
 */
import { divideHalfEven } from "#base/units.ts";
import { type Book, MAX_LIMIT, type Orders, totalWh } from "#market/auction/book.ts";
import type { Clearing, Fills } from "#market/auction/clearing.ts";
import { MECHANISMS, type MechanismName, type Terms } from "#market/auction/mechanism.ts";
import { assertParticulars, type Grid, levelBetween, type Particulars } from "#market/auction/particulars.ts";
import { shareOut } from "#market/auction/share.ts";
import { allocate } from "#market/auction/uniform.ts";
import { LEVELS, type Level } from "#tariff/tariff.ts";

/** What is cleared in one go. */
export interface Pool {
  readonly stage: "gift" | "partners" | "neighbours";
  readonly level: Level;
  /** The home that is given to, the buyer of a pair, the feeder, the transformer; −1: everybody. */
  readonly of: number;
  /** The seller of a pair, else −1. */
  readonly with: number;
  /** Which part of a pool that could not be cleared together. */
  readonly part: "whole" | "solar" | "other" | "rest";
  readonly mechanism: MechanismName;
  /** Places in the book, ascending. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** What is left of them; bids' limits less the fee. */
  readonly book: Book;
  readonly terms: Terms;
  /** µEUR/kWh. */
  readonly fee: number;
}

export interface Stage {
  readonly pool: Pool;
  readonly clearing: Clearing;
  /** µEUR by bid of the pool. */
  readonly fees: readonly number[];
}

/** Energy of which it is known who gave it to whom; of the rest nobody's name is known to anybody. */
export interface Attributed {
  readonly bid: number;
  readonly ask: number;
  readonly energyWh: number;
}

export interface StagedClearing {
  readonly mechanism: MechanismName;
  readonly tradedWh: number;
  /** µEUR/kWh that sellers receive: the mean over the stages, half to even; `undefined` where nothing traded. */
  readonly price: number | undefined;
  /** What bids pay holds their fees. */
  readonly bids: Fills;
  readonly asks: Fills;
  /** µEUR, of all bids together: what they pay and asks do not receive. */
  readonly fees: number;
  /** nEUR, less fees. */
  readonly welfare: bigint;
  readonly stages: readonly Stage[];
  readonly attributed: readonly Attributed[];
}

export interface StagedBook {
  readonly book: Book;
  readonly particulars: Particulars;
  readonly grid: Grid;
  readonly terms: Terms;
}

export function clearStaged(staged: StagedBook, mechanism: MechanismName): StagedClearing {
  const stages = stagesOf(staged, mechanism, ({ mechanism: by, book, terms }) => MECHANISMS[by](book, terms));
  return summed(staged, mechanism, stages);
}

/**
 * The stages in their sequence. `clear` says what a pool comes to: a clearing, or what somebody claims it to be.
 * Pools in which one side is missing are no stages.
 */
export function stagesOf(
  staged: StagedBook,
  mechanism: MechanismName,
  clear: (pool: Pool) => Clearing,
): Stage[] {
  assertParticulars(staged.book, staged.particulars, staged.grid);
  const left = {
    bids: staged.book.bids.energyWh.slice(),
    asks: staged.book.asks.energyWh.slice(),
  };
  const stages: Stage[] = [];
  const run = (pool: Pool): void => {
    const clearing = clear(pool);
    const { bids, asks } = clearing;
    pool.bids.forEach((order, i) => {
      left.bids[order]! -= bids.energyWh[i]!;
    });
    pool.asks.forEach((order, i) => {
      left.asks[order]! -= asks.energyWh[i]!;
    });
    stages.push({ pool, clearing, fees: feesOf(pool, clearing) });
  };
  for (const draft of draftsOf(staged)) {
    const whole = poolOf(staged, mechanism, draft, left, "whole");
    if (whole === undefined) continue;
    if (isTogether(staged, whole)) {
      run(whole);
      continue;
    }
    for (const part of ["solar", "other", "rest"] as const) {
      const pool = poolOf(staged, mechanism, draft, left, part);
      if (pool !== undefined) run(pool);
    }
  }
  return stages;
}

/** The results of all stages together. */
export function summed(
  { book, particulars }: StagedBook,
  mechanism: MechanismName,
  stages: readonly Stage[],
): StagedClearing {
  const empty = (count: number) => ({
    energyWh: new Uint32Array(count),
    amount: new Array<number>(count).fill(0),
  });
  const bids = empty(book.bids.limit.length);
  const asks = empty(book.asks.limit.length);
  let [tradedWh, fees, welfare, value] = [0, 0, 0n, 0n];
  for (const { pool, clearing, fees: ofBids } of stages) {
    pool.bids.forEach((order, i) => {
      bids.energyWh[order]! += clearing.bids.energyWh[i]!;
      bids.amount[order]! += clearing.bids.amount[i]! + ofBids[i]!;
      fees += ofBids[i]!;
    });
    pool.asks.forEach((order, i) => {
      asks.energyWh[order]! += clearing.asks.energyWh[i]!;
      asks.amount[order]! += clearing.asks.amount[i]!;
    });
    tradedWh += clearing.tradedWh;
    welfare += clearing.certificate.welfare;
    value += BigInt(clearing.tradedWh) * BigInt(clearing.price ?? 0);
  }
  const price = tradedWh === 0 ? undefined : Number(divideHalfEven(value, BigInt(tradedWh)));
  const attributed = stages.flatMap((stage) => attribute(stage, particulars));
  return { mechanism, tradedWh, price, bids, asks, fees, welfare, stages, attributed };
}

/**
 * nEUR: no trades of these orders whatever, with no wish heeded and the least of the fees paid for every kWh, are
 * worth more.
 */
export function welfareBoundOf({ book, grid }: StagedBook): bigint {
  return allocate({ bids: lowered(book.bids, grid.fees.feeder), asks: book.asks }).certificate.welfareBound;
}

/** The book with nobody's wishes, and with its grid: what wishes cost is the difference in welfare. */
export function withoutWishes({ particulars: { bids, asks }, ...staged }: StagedBook): StagedBook {
  const none = (count: number) => ({
    solar: new Uint8Array(count),
    partner: new Int32Array(count).fill(-1),
  });
  return {
    ...staged,
    particulars: {
      bids: { ...bids, ...none(bids.home.length) },
      asks: { ...asks, ...none(asks.home.length), gift: new Uint8Array(asks.home.length) },
    },
  };
}

/** Whether all of a pool may be cleared together: as much solar energy is sold as is wanted for its own sake. */
function isTogether({ particulars }: StagedBook, { bids, asks, mechanism, book, terms }: Pool): boolean {
  const wants = bids.filter((order) => particulars.bids.solar[order] === 1);
  if (wants.length === 0 || asks.every((order) => particulars.asks.solar[order] === 1)) return true;
  const together = MECHANISMS[mechanism](book, terms);
  const of = (orders: readonly number[], fills: Fills, solar: ArrayLike<number>) =>
    orders.reduce((sum, order, i) => sum + (solar[order] === 1 ? fills.energyWh[i]! : 0), 0);
  return of(bids, together.bids, particulars.bids.solar) <= of(asks, together.asks, particulars.asks.solar);
}

/** Who belongs to a pool, before it is asked what is left. */
interface Draft {
  readonly stage: Pool["stage"];
  readonly level: Level;
  readonly of: number;
  readonly with: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

function draftsOf(staged: StagedBook): Draft[] {
  const { particulars } = staged;
  const isWished = (side: { partner: ArrayLike<number> }) =>
    Array.from(side.partner).some((home) => home >= 0);
  const wished = isWished(particulars.bids) || isWished(particulars.asks);
  return [...(wished ? [...giftsOf(staged), ...pairsOf(staged)] : []), ...neighboursOf(staged)];
}

/** For each home that is given to, by number: from near first. */
function giftsOf({ particulars: { bids, asks }, grid }: StagedBook): Draft[] {
  const gifts = placesBy(asks.home.length, (order) => (asks.gift[order] === 1 ? asks.partner[order]! : -1));
  const bidsOf = placesBy(bids.home.length, (order) => bids.home[order]!);
  return inOrder(gifts).flatMap(([home, given]) => {
    const taking = bidsOf.get(home);
    if (taking === undefined) return [];
    const at = bids.feeder[taking[0]!]!;
    return LEVELS.map((level) => ({
      stage: "gift" as const,
      level,
      of: home,
      with: -1,
      bids: taking,
      asks: given.filter((order) => levelBetween(grid, asks.feeder[order]!, at) === level),
    }));
  });
}

/** Homes of which a bid of the one and an ask of the other name each other, by buyer and seller. */
function pairsOf({ particulars: { bids, asks }, grid }: StagedBook): Draft[] {
  const bidsOf = placesBy(bids.home.length, (order) => (bids.partner[order]! >= 0 ? bids.home[order]! : -1));
  const offers = placesBy(asks.home.length, (order) =>
    asks.partner[order]! >= 0 && asks.gift[order] !== 1 ? asks.partner[order]! : -1,
  );
  return inOrder(bidsOf).flatMap(([buyer, wanting]) => {
    const sellers = placesBy((offers.get(buyer) ?? []).length, (i) => asks.home[offers.get(buyer)![i]!]!);
    return inOrder(sellers).flatMap(([seller, at]) => {
      const pairAsks = at.map((i) => offers.get(buyer)![i]!);
      const pairBids = wanting.filter((order) => bids.partner[order] === seller);
      if (pairBids.length === 0) return [];
      const level = levelBetween(grid, asks.feeder[pairAsks[0]!]!, bids.feeder[pairBids[0]!]!);
      return [{ stage: "partners" as const, level, of: buyer, with: seller, bids: pairBids, asks: pairAsks }];
    });
  });
}

/** Each feeder by itself, each transformer, everybody. */
function neighboursOf({ particulars: { bids, asks }, grid }: StagedBook): Draft[] {
  const isOffered = (order: number) => asks.gift[order] !== 1;
  const drafts: Draft[] = [];
  const transformerOf = (feeder: number) => (feeder < 0 ? -1 : (grid.transformerOf[feeder] ?? -1));
  for (const [level, placeOf] of [
    ["feeder", (feeder: number) => feeder],
    ["transformer", transformerOf],
  ] as const) {
    const bidsAt = placesBy(bids.home.length, (order) => placeOf(bids.feeder[order]!));
    const asksAt = placesBy(asks.home.length, (order) =>
      isOffered(order) ? placeOf(asks.feeder[order]!) : -1,
    );
    for (const [of, buying] of inOrder(bidsAt)) {
      const selling = asksAt.get(of);
      if (selling !== undefined) {
        drafts.push({ stage: "neighbours", level, of, with: -1, bids: buying, asks: selling });
      }
    }
  }
  const all = (count: number) => Array.from({ length: count }, (_, order) => order);
  drafts.push({
    stage: "neighbours",
    level: "beyond",
    of: -1,
    with: -1,
    bids: all(bids.home.length),
    asks: all(asks.home.length).filter(isOffered),
  });
  return drafts;
}

/** What is left of a draft's orders; `undefined` where a side is missing. */
function poolOf(
  { book, particulars, grid, terms }: StagedBook,
  mechanism: MechanismName,
  draft: Draft,
  left: { readonly bids: Uint32Array; readonly asks: Uint32Array },
  part: Pool["part"],
): Pool | undefined {
  const wants = (order: number) => particulars.bids.solar[order] === 1;
  const gives = (order: number) => particulars.asks.solar[order] === 1;
  const fee = grid.fees[draft.level];
  // With less than the lowest of limits left for the energy itself a bid meets no ask.
  const isPayable = (order: number) => book.bids.limit[order]! - fee >= -MAX_LIMIT;
  const bids = draft.bids.filter(
    (order) =>
      left.bids[order]! > 0 && isPayable(order) && (part === "whole" || wants(order) === (part === "solar")),
  );
  const asks = draft.asks.filter(
    (order) =>
      left.asks[order]! > 0 && (part === "whole" || part === "rest" || gives(order) === (part === "solar")),
  );
  if (bids.length === 0 || asks.length === 0) return undefined;
  const gift = draft.stage === "gift";
  const by = gift ? "fixed-split" : draft.stage === "partners" ? "uniform" : mechanism;
  const { arrivals, split } = terms;
  return {
    ...draft,
    part,
    mechanism: by,
    bids,
    asks,
    fee,
    book: {
      bids: lowered(
        {
          energyWh: Uint32Array.from(bids, (order) => left.bids[order]!),
          limit: Int32Array.from(bids, (order) => book.bids.limit[order]!),
        },
        fee,
      ),
      asks: {
        energyWh: Uint32Array.from(asks, (order) => left.asks[order]!),
        limit: Int32Array.from(asks, (order) => book.asks.limit[order]!),
      },
    },
    terms: {
      arrivals:
        by === "continuous"
          ? {
              bids: bids.map((order) => arrivals.bids[order]!),
              asks: asks.map((order) => arrivals.asks[order]!),
            }
          : { bids: [], asks: [] },
      split: gift
        ? { price: 0, keysPerMille: undefined }
        : {
            price: split.price,
            keysPerMille: split.keysPerMille && bids.map((order) => split.keysPerMille![order]!),
          },
    },
  };
}

/** Fees of a pool come to traded × fee ÷ 1000, half to even, and are shared by what each bought (`share`). */
export function feesOf({ fee, bids }: Pool, { tradedWh, bids: { energyWh } }: Clearing): number[] {
  // What is claimed and not bought by the bids would be met by the check, and not here.
  if (fee === 0 || totalWh(energyWh) !== tradedWh) return bids.map(() => 0);
  const total = Number(divideHalfEven(BigInt(tradedWh) * BigInt(fee), 1000n));
  return shareOut({ factor: fee, divisor: 1000, total }, energyWh);
}

function lowered({ energyWh, limit }: Orders, fee: number): Orders {
  return { energyWh, limit: fee === 0 ? limit : limit.map((one) => Math.max(one - fee, -MAX_LIMIT)) };
}

/**
 * Who gave to whom, as far as one of the two named the other. In gifts and pairs that is all of it. In a pool of
 * neighbours price and fills are as if nobody had named anybody, so a wish costs nobody anything and nobody has to
 * consent to it: only of what both trade anyway it is said that it went from the one to the other, as far as solar
 * energy for those who take nothing else is left. Bids and asks in the order of the book.
 */
function attribute({ pool, clearing }: Stage, { bids: ofBids, asks: ofAsks }: Particulars): Attributed[] {
  const bidLeft = clearing.bids.energyWh.slice();
  const askLeft = clearing.asks.energyWh.slice();
  let spare = 0;
  for (const [i, bid] of pool.bids.entries()) if (ofBids.solar[bid] === 1) spare -= bidLeft[i]!;
  for (const [j, ask] of pool.asks.entries()) if (ofAsks.solar[ask] === 1) spare += askLeft[j]!;
  const candidates = pool.stage === "neighbours" ? namedAsks(pool, ofBids, ofAsks) : undefined;
  const attributed: Attributed[] = [];
  for (const [i, bid] of pool.bids.entries()) {
    for (const j of candidates === undefined ? pool.asks.keys() : candidates(bid)) {
      const ask = pool.asks[j]!;
      const [wants, gives] = [ofBids.solar[bid] === 1, ofAsks.solar[ask] === 1];
      if (wants && !gives) continue;
      const energyWh = Math.min(bidLeft[i]!, askLeft[j]!, gives && !wants ? spare : bidLeft[i]!);
      if (energyWh <= 0) continue;
      bidLeft[i]! -= energyWh;
      askLeft[j]! -= energyWh;
      if (gives && !wants) spare -= energyWh;
      attributed.push({ bid, ask, energyWh });
    }
  }
  return attributed;
}

/** Of a bid: the places in the pool of the asks that it names or that name it. */
function namedAsks({ asks }: Pool, ofBids: Particulars["bids"], ofAsks: Particulars["asks"]) {
  const byHome = placesBy(asks.length, (j) => ofAsks.home[asks[j]!]!);
  const byPartner = placesBy(asks.length, (j) => ofAsks.partner[asks[j]!]!);
  return (bid: number): number[] => {
    const named = byHome.get(ofBids.partner[bid]!) ?? [];
    const naming = byPartner.get(ofBids.home[bid]!) ?? [];
    return [...new Set([...named, ...naming])].sort((a, b) => a - b);
  };
}

/** Places by what they are told apart by, ascending; nothing below 0. */
function placesBy(count: number, keyOf: (place: number) => number): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (let place = 0; place < count; place++) {
    const key = keyOf(place);
    if (key < 0) continue;
    const at = places.get(key);
    if (at === undefined) places.set(key, [place]);
    else at.push(place);
  }
  return places;
}

function inOrder(places: ReadonlyMap<number, readonly number[]>): [number, readonly number[]][] {
  return [...places].sort(([a], [b]) => a - b);
}
