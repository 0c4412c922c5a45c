/**
 * The free auction as a rule book beside those of the law: in each quarter hour every home that takes energy bids and
 * every home that gives asks, all at limits that are handed in; the book is cleared at one price. With a fallback,
 * what is then still wanted and still left over is shared by need at one price of its own, as at the end of a slot.
 * What trades in neither stays with the supplier's tariff. Fees are those that the tariff has for shared energy.
 */
import { assert } from "#base/assert.ts";
import { ok, refuse } from "#base/result.ts";
import { MicroEur, type MicroEurPerKwh, Wh } from "#base/units.ts";
import { MAX_ENERGY_WH, type Orders } from "#market/auction/book.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { byName } from "#rules/apportion.ts";
import { dynamicKey } from "#rules/keys.ts";
import { linesAtPrice } from "#rules/neighbour-price.ts";
import { type MoneyLine, problemOf, type RuleBook, type Share, total } from "#rules/rule-book.ts";

export interface AuctionTerms {
  /** µEUR/kWh, whole: what a home bids at most, or asks at least, in a slot counted from 0. */
  readonly limitOf: (side: "bid" | "ask", home: string, slot: number) => number;
  /** `undefined`: no fallback. */
  readonly fallbackPrice: MicroEurPerKwh | undefined;
}

export function auctionBook({ limitOf, fallbackPrice }: AuctionTerms): RuleBook {
  return {
    name: "auction",
    title: fallbackPrice === undefined ? "Free auction" : "Free auction, the rest by need",
    slotS: 900,
    allocate(metered) {
      const problem = problemOf(metered, 900);
      if (problem !== undefined) return refuse(problem);
      const homes = metered.participants.toSorted(byName);
      const traded = homes.map(({ id }) => ({ id, received: [] as Wh[], given: [] as Wh[] }));
      const rest = homes.map(({ id }) => ({ id, received: [] as Wh[], given: [] as Wh[] }));
      const paid = homes.map(() => 0n);
      const earned = homes.map(() => 0n);
      for (let slot = 0; slot < metered.slots; slot++) {
        const imported = homes.map((home) => home.imported[slot]!);
        const exported = homes.map((home) => home.exported[slot]!);
        const limits = (side: "bid" | "ask") => homes.map(({ id }) => limitOf(side, id, slot));
        const cleared = clearSlot(imported, exported, limits("bid"), limits("ask"));
        const still = dynamicKey(less(imported, cleared.received), less(exported, cleared.given));
        for (const i of homes.keys()) {
          traded[i]!.received.push(Wh(cleared.received[i]!));
          traded[i]!.given.push(Wh(cleared.given[i]!));
          paid[i]! += cleared.paid[i]!;
          earned[i]! += cleared.earned[i]!;
          const falls = fallbackPrice !== undefined;
          rest[i]!.received.push(Wh(falls ? still.received[i]! : 0n));
          rest[i]!.given.push(Wh(falls ? still.given[i]! : 0n));
        }
      }
      const lines = homes.flatMap(({ id }, i) => [
        line(`bought by auction: ${id}`, id, "pays", paid[i]!, total(traded[i]!.received)),
        line(`sold by auction: ${id}`, id, "receives", earned[i]!, total(traded[i]!.given)),
      ]);
      const shares = new Map(homes.map(({ id }, i) => [id, joined(traded[i]!, rest[i]!)]));
      return ok({
        slotS: 900,
        shares: metered.participants.map(({ id }) => shares.get(id)!),
        lines: [
          ...lines.filter(({ energy }) => energy !== 0n),
          ...(fallbackPrice === undefined
            ? []
            : linesAtPrice(rest, fallbackPrice, "fallback at the slot's end")),
        ],
        supply: "replaced",
        fees: undefined,
      });
    },
  };
}

interface Cleared {
  readonly received: readonly bigint[];
  readonly given: readonly bigint[];
  readonly paid: readonly bigint[];
  readonly earned: readonly bigint[];
}

/** One quarter hour; homes without energy on a side have no order there. */
function clearSlot(
  imported: readonly bigint[],
  exported: readonly bigint[],
  bidLimits: readonly number[],
  askLimits: readonly number[],
): Cleared {
  const buyers = indicesOf(imported);
  const sellers = indicesOf(exported);
  const { bids, asks } = clearUniform({
    bids: ordersOf(buyers, imported, bidLimits),
    asks: ordersOf(sellers, exported, askLimits),
  });
  const spread = (at: readonly number[], values: ArrayLike<number>) => {
    const all = imported.map(() => 0n);
    for (const [i, home] of at.entries()) all[home] = BigInt(values[i]!);
    return all;
  };
  return {
    received: spread(buyers, bids.energyWh),
    given: spread(sellers, asks.energyWh),
    paid: spread(buyers, bids.amount),
    earned: spread(sellers, asks.amount),
  };
}

function indicesOf(energies: readonly bigint[]): number[] {
  return [...energies.keys()].filter((i) => energies[i]! > 0n);
}

function ordersOf(homes: readonly number[], energies: readonly bigint[], limits: readonly number[]): Orders {
  return {
    energyWh: Uint32Array.from(homes, (i) => {
      assert(energies[i]! <= BigInt(MAX_ENERGY_WH), "a home's energy of a quarter hour fits an order");
      return Number(energies[i]!);
    }),
    limit: Int32Array.from(homes, (i) => limits[i]!),
  };
}

function less(energies: readonly bigint[], taken: readonly bigint[]): bigint[] {
  return energies.map((wh, i) => wh - taken[i]!);
}

function joined(a: Share, b: Share): Share {
  const add = (x: readonly Wh[], y: readonly Wh[]) => x.map((wh, i) => Wh(wh + y[i]!));
  return { id: a.id, received: add(a.received, b.received), given: add(a.given, b.given) };
}

/** Below a price of zero who sells pays. */
function line(key: string, id: string, way: "pays" | "receives", sum: bigint, energy: Wh): MoneyLine {
  const out = (way === "pays") === sum >= 0n;
  return {
    key,
    from: out ? `home ${id}` : "community",
    to: out ? "community" : `home ${id}`,
    amount: MicroEur(sum < 0n ? -sum : sum),
    energy,
    formula: "Σ quarter hours: energy × the auction's price ÷ 1000",
    source: "uniform price, docs/spec/clearing.md",
  };
}
