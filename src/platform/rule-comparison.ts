/**
 * Before a rule changes: what each rule book would have made of this community's own last days, from the archive's
 * readings. Everybody sees the street; of the homes each sees its own. Reckoned once a day for a length, because it
 * takes a moment; between two homes others get their turn.
 */
import { setImmediate } from "node:timers/promises";
import { dayOf, dayStart, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { exportWh, importWh } from "#metering/reading.ts";
import { type BookOutcome, type Comparison, compareRules } from "#rules/compare.ts";
import { fairnessOf } from "#rules/fairness.ts";
import type { Metered, Participant } from "#rules/rule-book.ts";
import { booksOf, DEFAULT_TERMS } from "#rules/terms.ts";
import { hourlyIndex } from "#tariff/index-series.ts";
import { type Tariff, tariffFrom } from "#tariff/tariff.ts";
import type { HomeUnderRules, RuleComparison } from "#wire/rule-schemas.ts";
import type { Parts } from "./parts.ts";
import { Refused } from "./problems.ts";

type Ground = Pick<Parts, "host" | "zone" | "archive" | "numbers"> & {
  /** A tariff file's content; without one no home's bill can be laid under a rule. */
  readonly tariff: unknown;
  /** What unsold surplus brings, which stands for the zonal price, µEUR/kWh. */
  readonly feedIn: (time: UnixSeconds) => number;
};

interface Compared {
  readonly from: UnixSeconds;
  readonly until: UnixSeconds;
  /** Homes of which a quarter hour is missing. */
  readonly leftOut: number;
  readonly withPanels: ReadonlySet<string>;
  readonly comparison: Comparison;
}

export class RuleComparisons {
  readonly #ground: Ground;
  readonly #tariff: Tariff | undefined;
  /** By the number of days; for the civil day on which it was asked. */
  readonly #kept = new Map<number, { readonly today: number; readonly answer: Promise<Compared> }>();

  constructor(ground: Ground) {
    this.#ground = ground;
    const tariff = ground.tariff === undefined ? undefined : tariffFrom(ground.tariff);
    this.#tariff = tariff?.ok === true ? tariff.value : undefined;
  }

  /** The street. Fails with nothing_to_compare where no home has readings of whole days, or there is no tariff. */
  async ofStreet(days: number): Promise<RuleComparison> {
    const { from, until, leftOut, withPanels, comparison } = await this.#compared(days);
    return {
      from,
      until,
      homes: comparison.alone.homes.length,
      leftOut,
      aloneMicroEur: Number(comparison.alone.cost),
      books: comparison.books.map((book) => {
        if ("problem" in book) return { book: book.name, refused: book.problem.code, outcome: null };
        const { giniPpm, jainPpm, ...counted } = fairnessOf(book.homes, withPanels);
        return {
          book: book.name,
          refused: null,
          outcome: {
            sharedWh: Number(book.shared),
            costMicroEur: Number(book.cost),
            benefitMicroEur: Number(book.benefit),
            gaining: book.gaining,
            ...counted,
            gini: giniPpm === undefined ? null : Number(giniPpm) / 1e6,
            jain: jainPpm === undefined ? null : Number(jainPpm) / 1e6,
          },
        };
      }),
    };
  }

  /** One home of it; fails as `ofStreet`, and likewise where the home itself was left out. */
  async ofHome(home: number, days: number): Promise<HomeUnderRules> {
    const { from, until, comparison } = await this.#compared(days);
    const at = (book: BookOutcome) => book.homes.find(({ id }) => id === String(home));
    const alone = at(comparison.alone);
    if (alone === undefined) throw new Refused("nothing_to_compare");
    return {
      from,
      until,
      aloneMicroEur: Number(alone.cost),
      books: comparison.books.flatMap((book) =>
        "problem" in book ? [] : [{ book: book.name, benefitMicroEur: Number(at(book)!.benefit) }],
      ),
    };
  }

  #compared(days: number): Promise<Compared> {
    const { host, zone } = this.#ground;
    const today = dayOf(zone, host.now());
    const kept = this.#kept.get(days);
    if (kept?.today === today) return kept.answer;
    const answer = this.#compare(dayStart(zone, today - days), dayStart(zone, today));
    this.#kept.set(days, { today, answer });
    // What failed may succeed when readings have come.
    answer.catch(() => this.#kept.delete(days));
    return answer;
  }

  async #compare(wanted: UnixSeconds, until: UnixSeconds): Promise<Compared> {
    const { host, zone, numbers, archive } = this.#ground;
    const plants = host
      .view()
      .plants()
      .filter(({ row }) => row.closed === 0)
      .map(({ key, row }) => ({ home: numbers.homeOf(key), solarPeakW: row.solarPeakW }));
    const begun = plants.flatMap(({ home }) => archive.extent(home)?.first ?? []);
    const first = begun.length === 0 ? until : begun.reduce((one, other) => Math.min(one, other));
    // A community younger than the span: from its first whole day on.
    const from = first <= wanted ? wanted : dayStart(zone, dayOf(zone, first - 1) + 1);
    const slots = (until - from) / QUARTER_HOUR_S;
    const participants: Participant[] = [];
    for (const { home } of slots > 0 ? plants : []) {
      const readings = archive.span(home, from, until);
      if (readings.length === slots) {
        participants.push({
          id: String(home),
          imported: readings.map(({ reading }) => Wh(BigInt(importWh(reading.flows)))),
          exported: readings.map(({ reading }) => Wh(BigInt(exportWh(reading.flows)))),
        });
      }
      await setImmediate();
    }
    if (participants.length === 0 || this.#tariff === undefined) throw new Refused("nothing_to_compare");
    const ids = new Set(participants.map(({ id }) => id));
    const panels = plants.filter(({ home, solarPeakW }) => solarPeakW > 0 && ids.has(String(home)));
    const powerW = new Map(panels.map(({ home, solarPeakW }) => [String(home), BigInt(solarPeakW)]));
    const zonalPrice = hourlyIndex(from, until, (hour) =>
      MicroEurPerKwh(BigInt(Math.round(this.#ground.feedIn(hour)))),
    );
    const metered: Metered = { start: from, slots, participants };
    const { contractedPowerW, level } = DEFAULT_TERMS;
    const compared = compareRules(metered, booksOf(DEFAULT_TERMS, { powerW, zonalPrice }), {
      tariff: this.#tariff,
      indices: new Map([["pz", zonalPrice]]),
      contractedPowerW,
      level,
    });
    if (!compared.ok) throw new Refused("nothing_to_compare");
    const leftOut = plants.length - participants.length;
    return { from, until, leftOut, withPanels: new Set(powerW.keys()), comparison: compared.value };
  }
}
