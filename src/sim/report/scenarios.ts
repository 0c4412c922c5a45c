/**
 * One street under each market that it could have: none, suppliers alone, the neighbours' auction, the Italian
 * community, a fixed split. No market, community, split and the auction of bidders without intelligence look at the
 * same meters; suppliers and the auction by battery-aware bidders move the accumulators, so those are lived through.
 */
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { italianBook } from "#rules/italy/community-book.ts";
import { staticKey, WHOLE_PPM } from "#rules/keys.ts";
import { linesAtPrice } from "#rules/neighbour-price.ts";
import {
  type Allocation,
  type Metered,
  netOf,
  type RuleBook,
  type RuleProblem,
  sharesBy,
} from "#rules/rule-book.ts";
import { DEFAULT_TERMS, LONG_AGO } from "#rules/terms.ts";
import type { Outside } from "#sim/auction/agents.ts";
import { type LivedStreet, liveStreet } from "#sim/auction/lived.ts";
import { type AuctionFigures, runAuctions } from "#sim/auction/run.ts";
import type { TownPlan } from "#sim/plan.ts";
import { bySlot, type Meters, type Scenario, sumOf } from "#sim/report/kpis.ts";

export interface StreetScenarios {
  readonly none: Scenario;
  readonly supplier: Scenario;
  /** By bidders who see forecast and store. */
  readonly auction: Scenario;
  /** By bidders without intelligence, the first of `runs`. */
  readonly chance: Scenario;
  readonly cer: Scenario;
  readonly split: Scenario;
  /** Share of the shareable energy traded and mean price of each run of chance. */
  readonly runs: readonly { readonly tradedShare: number; readonly meanPrice: number }[];
  readonly lived: {
    readonly none: LivedStreet;
    readonly supplier: LivedStreet;
    readonly auction: LivedStreet;
  };
}

export interface StreetTerms {
  readonly outside: Outside;
  /** Runs of bidders without intelligence. */
  readonly runs: number;
  /** µEUR/kWh at all hours. */
  readonly zonalPrice: number;
}

/** `slots`: whole hours. */
export function scenariosOf(plan: TownPlan, slots: number, terms: StreetTerms): StreetScenarios {
  const { outside } = terms;
  const lived = {
    none: liveStreet(plan, slots, "none", outside),
    supplier: liveStreet(plan, slots, "supplier", outside),
    auction: liveStreet(plan, slots, "auction", outside),
  };
  const { homes } = lived.none;
  const shareable = shareableOf(homes);
  const nothing = shareable.map(() => 0);
  const quarters = nothing.map((_, slot) => ({
    imported: homes.map(({ imported }) => imported[slot]!),
    exported: homes.map(({ exported }) => exported[slot]!),
  }));
  const drawn = Array.from({ length: terms.runs }, (_, i) =>
    runAuctions({
      quarters,
      mechanism: "uniform",
      agents: "zero-intelligence",
      outside,
      seed: i + 1,
      fallback: true,
    }),
  );
  const metered: Metered = {
    start: plan.start,
    slots,
    participants: homes.map(({ id, imported, exported }) => ({
      id,
      imported: whOf(imported),
      exported: whOf(exported),
    })),
  };
  return {
    none: plain(
      "none",
      homes,
      nothing,
      homes.map(() => 0),
    ),
    supplier: {
      ...plain("supplier", lived.supplier.homes, nothing, gainOf(lived.none, lived.supplier)),
      meanPrice: undefined,
    },
    auction: tradedScenario(lived.none, lived.auction),
    chance: {
      ...plain("chance", homes, shareable, drawn[0]!.savings),
      ...figuresOf(drawn[0]!),
    },
    cer: plain("cer", homes, shareable, fromBook(communityOf(plan, slots, terms), metered)),
    split: splitScenario(homes, metered, outside),
    runs: drawn.map(({ tradedWh, shareableWh, meanPrice }) => ({
      tradedShare: tradedWh / shareableWh,
      meanPrice,
    })),
    lived,
  };
}

function plain(
  name: string,
  homes: readonly Meters[],
  shared: readonly number[],
  benefit: readonly number[],
): Scenario {
  return {
    name,
    homes,
    shared,
    benefit,
    tradedWh: undefined,
    matchedWh: undefined,
    meanPrice: undefined,
    imbalanceWh: undefined,
    forecastErrorWh: undefined,
    weekBeforeErrorWh: undefined,
  };
}

function figuresOf({ tradedWh, fallbackWh, meanPrice }: AuctionFigures) {
  return { tradedWh, matchedWh: fallbackWh, meanPrice };
}

function tradedScenario(none: LivedStreet, street: LivedStreet): Scenario {
  const { homes, traded, delivered, matched, price, imbalanceWh, forecastError, weekBeforeError } = street;
  const shared = delivered.map((wh, slot) => wh + matched[slot]!);
  const value = sumOf(traded.map((wh, slot) => wh * (price[slot] ?? 0)));
  return {
    ...plain("auction", homes, shared, gainOf(none, street)),
    tradedWh: sumOf(delivered),
    matchedWh: sumOf(matched),
    meanPrice: value / sumOf(traded),
    imbalanceWh,
    forecastErrorWh: forecastError,
    weekBeforeErrorWh: weekBeforeError,
  };
}

function splitScenario(homes: readonly Meters[], metered: Metered, outside: Outside): Scenario {
  const parts = homes.map(() => WHOLE_PPM / BigInt(homes.length));
  const shares = sharesBy(metered, 900, staticKey(parts));
  const price = Math.round((outside.tariff + outside.feedIn) / 2);
  const lines = linesAtPrice(shares, MicroEurPerKwh(BigInt(price)), "the neighbours' agreement");
  const benefit = shares.map(({ id, received, given }) => {
    const replaced = Number(total(received)) * outside.tariff - Number(total(given)) * outside.feedIn;
    return replaced / 1000 + Number(netOf(lines, `home ${id}`));
  });
  const shared = metered.participants[0]!.imported.map((_, slot) =>
    sumOf(shares.map(({ received }) => Number(received[slot]!))),
  );
  return { ...plain("split", homes, shared, benefit), meanPrice: price };
}

function communityOf(plan: TownPlan, slots: number, { zonalPrice }: StreetTerms): RuleBook {
  const { region, grantPpm, producersPpm, trase, source } = DEFAULT_TERMS.italy;
  const withPanels = plan.homes.filter(({ solarPeakW }) => solarPeakW > 0);
  return italianBook({
    region,
    grantPpm,
    producersPpm,
    powerW: new Map(
      withPanels.map(({ plant, solarPeakW }) => [
        String(plant).padStart(2, "0"),
        BigInt(Math.round(solarPeakW)),
      ]),
    ),
    inOperation: LONG_AGO,
    zonalPrice: {
      step: "hour",
      start: Math.floor(plan.start / 3600) * 3600,
      values: new Array(Math.ceil(slots / 4) + 1).fill(MicroEurPerKwh(BigInt(zonalPrice))),
    },
    arera: { trase, btau: undefined, source },
  });
}

/** Of a book that leaves bills as they are: what each home nets by its lines. */
function fromBook(book: RuleBook, metered: Metered): number[] {
  const { lines } = allocated(book.allocate(metered));
  return metered.participants.map(({ id }) => Number(netOf(lines, `home ${id}`)));
}

function allocated(
  answer:
    | { readonly ok: true; readonly value: Allocation }
    | { readonly ok: false; readonly error: RuleProblem },
): Allocation {
  if (!answer.ok) throw new RangeError(`the rule book refuses this street: ${answer.error.code}`);
  return answer.value;
}

function gainOf(none: LivedStreet, street: LivedStreet): number[] {
  return street.homes.map(({ cost }, i) => none.homes[i]!.cost - cost);
}

/** Σ min(exports, imports) by quarter hour, Wh. */
export function shareableOf(homes: readonly Meters[]): number[] {
  const imports = bySlot(homes, ({ imported }) => imported);
  const exports = bySlot(homes, ({ exported }) => exported);
  return imports.map((wh, slot) => Math.min(wh, exports[slot]!));
}

function whOf(energies: readonly number[]): Wh[] {
  return energies.map((wh) => Wh(BigInt(wh)));
}

function total(energies: readonly Wh[]): bigint {
  let sum = 0n;
  for (const wh of energies) sum += wh;
  return sum;
}
