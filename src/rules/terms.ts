/**
 * Terms of all rule books for a comparison, `contrada/rule-terms/1` (docs/spec/rule-terms.md): prices that neighbours
 * agreed, keys, the region, parameters of authorities. What a file leaves out has the values below, which are
 * figures to begin with and no law's.
 */
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { type DayNumber, dayNumber } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { austrianBook } from "#rules/austria.ts";
import { freeBook } from "#rules/free.ts";
import { germanBook } from "#rules/germany.ts";
import { italianBook } from "#rules/italy/community-book.ts";
import { MAX_GRANT_PPM, REGIONS, type Region } from "#rules/italy/tip.ts";
import { WHOLE_PPM } from "#rules/keys.ts";
import type { RuleBook } from "#rules/rule-book.ts";
import type { IndexSeries } from "#tariff/index-series.ts";
import { LEVELS, type Level } from "#tariff/tariff.ts";

type Parts = ReadonlyMap<string, bigint> | undefined;

export interface RuleTerms {
  readonly contractedPowerW: bigint;
  readonly level: Level;
  readonly italy: {
    readonly region: Region;
    readonly grantPpm: bigint;
    readonly producersPpm: bigint;
    readonly trase: MicroEurPerKwh;
    readonly source: string;
  };
  readonly austria: {
    readonly price: MicroEurPerKwh;
    readonly networkPpm: bigint;
    readonly levyPpm: bigint;
    readonly parts: Parts;
  };
  readonly germany: {
    readonly price: MicroEurPerKwh;
    readonly key: "static" | "dynamic";
    readonly parts: Parts;
    readonly asIfInForce: boolean;
  };
  readonly free: { readonly price: MicroEurPerKwh; readonly parts: Parts };
  /** Limits drawn by `sim/limits`; the book itself stands in `market/auction/rule-book`. */
  readonly auction: {
    readonly seed: number;
    readonly lowest: MicroEurPerKwh;
    readonly highest: MicroEurPerKwh;
    readonly fallbackPrice: MicroEurPerKwh | undefined;
  };
}

export const DEFAULT_TERMS: RuleTerms = {
  contractedPowerW: 3000n,
  level: "feeder",
  italy: {
    region: "Lazio",
    grantPpm: 0n,
    producersPpm: 500_000n,
    trase: MicroEurPerKwh(8_500n),
    source: "a figure to begin with; ARERA publishes TRASE",
  },
  austria: { price: MicroEurPerKwh(135_000n), networkPpm: 430_000n, levyPpm: 0n, parts: undefined },
  germany: { price: MicroEurPerKwh(135_000n), key: "dynamic", parts: undefined, asIfInForce: true },
  free: { price: MicroEurPerKwh(135_000n), parts: undefined },
  auction: {
    seed: 1,
    lowest: MicroEurPerKwh(80_000n),
    highest: MicroEurPerKwh(300_000n),
    fallbackPrice: MicroEurPerKwh(135_000n),
  },
};

/** The street as the Italian book wants it. */
export interface StreetPlants {
  readonly powerW: ReadonlyMap<string, bigint>;
  readonly zonalPrice: IndexSeries;
}

/** When the panels of a compared street began. */
export const LONG_AGO: DayNumber = dayNumber({ year: 2020, month: 1, day: 1 });

/** Every rule book of the law and the free allocation on these terms, in the order in which they are shown. */
export function booksOf(terms: RuleTerms, { powerW, zonalPrice }: StreetPlants): readonly RuleBook[] {
  const { italy, austria, germany, free } = terms;
  const austrian = (key: "static" | "dynamic") =>
    austrianBook({
      key,
      partsPpm: austria.parts,
      participationPpm: new Map(),
      price: austria.price,
      fees: { networkPpm: austria.networkPpm, levyPpm: austria.levyPpm },
    });
  return [
    italianBook({
      region: italy.region,
      grantPpm: italy.grantPpm,
      powerW,
      inOperation: LONG_AGO,
      zonalPrice,
      arera: { trase: italy.trase, btau: undefined, source: italy.source },
      producersPpm: italy.producersPpm,
    }),
    austrian("static"),
    austrian("dynamic"),
    germanBook({
      key: germany.key,
      partsPpm: germany.parts,
      area: "the street's",
      areas: new Map(),
      price: germany.price,
      asIfInForce: germany.asIfInForce,
    }),
    freeBook({ partsPpm: free.parts, price: free.price }),
  ];
}

export function termsFrom(content: unknown): Result<RuleTerms, FieldError> {
  try {
    return ok(readTerms(new Field(content, "terms")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

function readTerms(file: Field): RuleTerms {
  file.object(["format", "contracted_power_w", "level", "italy", "austria", "germany", "free", "auction"]);
  file.at("format").choice(["contrada/rule-terms/1"]);
  const { italy, austria, germany, free, auction } = DEFAULT_TERMS;
  const section = (name: string, names: readonly string[]) => {
    const field = file.at(name);
    return (field.absent ? new Field({}, field.path) : field).object(names);
  };
  const it = section("italy", [
    "region",
    "grant_per_million",
    "producers_per_million",
    "trase_micro_eur_per_kwh",
    "source",
  ]);
  const at = section("austria", [
    "price_micro_eur_per_kwh",
    "network_per_million",
    "levy_per_million",
    "parts_per_million",
  ]);
  const de = section("germany", ["price_micro_eur_per_kwh", "key", "parts_per_million", "as_if_in_force"]);
  const own = section("free", ["price_micro_eur_per_kwh", "parts_per_million"]);
  const bids = section("auction", [
    "seed",
    "lowest_micro_eur_per_kwh",
    "highest_micro_eur_per_kwh",
    "fallback",
    "fallback_micro_eur_per_kwh",
  ]);
  const lowest = either(bids.at("lowest_micro_eur_per_kwh"), auction.lowest, price);
  const highest = either(bids.at("highest_micro_eur_per_kwh"), auction.highest, price);
  if (highest < lowest) bids.at("highest_micro_eur_per_kwh").fail(`a price not below ${lowest}`);
  const fallback = either(bids.at("fallback"), true, (field) => field.truth());
  const level = file.at("level");
  return {
    contractedPowerW: either(file.at("contracted_power_w"), DEFAULT_TERMS.contractedPowerW, (field) =>
      field.whole(1n, 10_000_000n, "W"),
    ),
    level: level.absent ? DEFAULT_TERMS.level : level.choice(LEVELS),
    italy: {
      region: either(it.at("region"), italy.region, (field) =>
        field.choice([...REGIONS.north, ...REGIONS.centre, ...REGIONS.south]),
      ),
      grantPpm: either(it.at("grant_per_million"), italy.grantPpm, (field) =>
        field.whole(0n, MAX_GRANT_PPM, "millionths"),
      ),
      producersPpm: either(it.at("producers_per_million"), italy.producersPpm, share),
      trase: either(it.at("trase_micro_eur_per_kwh"), italy.trase, price),
      source: either(it.at("source"), italy.source, (field) => field.text()),
    },
    austria: {
      price: either(at.at("price_micro_eur_per_kwh"), austria.price, price),
      networkPpm: either(at.at("network_per_million"), austria.networkPpm, share),
      levyPpm: either(at.at("levy_per_million"), austria.levyPpm, share),
      parts: either(at.at("parts_per_million"), austria.parts, parts),
    },
    germany: {
      price: either(de.at("price_micro_eur_per_kwh"), germany.price, price),
      key: either(de.at("key"), germany.key, (field) => field.choice(["static", "dynamic"])),
      parts: either(de.at("parts_per_million"), germany.parts, parts),
      asIfInForce: either(de.at("as_if_in_force"), germany.asIfInForce, (field) => field.truth()),
    },
    free: {
      price: either(own.at("price_micro_eur_per_kwh"), free.price, price),
      parts: either(own.at("parts_per_million"), free.parts, parts),
    },
    auction: {
      seed: Number(
        either(bids.at("seed"), BigInt(auction.seed), (field) => field.whole(0n, 0xffff_ffffn, "seeds")),
      ),
      lowest,
      highest,
      fallbackPrice: fallback
        ? either(bids.at("fallback_micro_eur_per_kwh"), auction.fallbackPrice!, price)
        : undefined,
    },
  };
}

function either<T>(field: Field, usual: T, read: (field: Field) => T): T {
  return field.absent ? usual : read(field);
}

function share(field: Field): bigint {
  return field.whole(0n, WHOLE_PPM, "millionths");
}

function price(field: Field): MicroEurPerKwh {
  return MicroEurPerKwh(field.whole(0n, 10_000_000n, "µEUR/kWh"));
}

function parts(field: Field): ReadonlyMap<string, bigint> {
  return new Map(field.names().map((id) => [id, share(field.at(id))]));
}
