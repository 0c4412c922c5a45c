/**
 * What each rule book makes of one street: the same metered quarter hours, the same tariff, other laws. A home's cost
 * is its bill plus what it pays, less what it receives under the book; its benefit is its cost without any book less
 * that. Every micro-euro that a home saves comes from somebody: the nets of all parties sum to zero.
 */
import { assert } from "#base/assert.ts";
import { ok, type Result } from "#base/result.ts";
import { MicroEur, Wh } from "#base/units.ts";
import {
  type Allocation,
  type Metered,
  netOf,
  type Participant,
  type Party,
  type RuleBook,
  type RuleProblem,
  type SharedFees,
  total,
} from "#rules/rule-book.ts";
import { type Bill, billOf, type Schedule, scheduleOf, type TariffProblem } from "#tariff/bill.ts";
import type { Indices } from "#tariff/index-series.ts";
import type { Level, Part, Tariff } from "#tariff/tariff.ts";

export interface StreetTerms {
  readonly tariff: Tariff;
  readonly indices: Indices;
  readonly contractedPowerW: bigint;
  /** How near the homes are to each other. */
  readonly level: Level;
}

export interface HomeOutcome {
  readonly id: string;
  readonly received: Wh;
  readonly given: Wh;
  /** What the home pays in all; below zero: what it receives. */
  readonly cost: MicroEur;
  readonly benefit: MicroEur;
}

export interface BookOutcome {
  readonly name: string;
  readonly title: string;
  readonly shared: Wh;
  readonly homes: readonly HomeOutcome[];
  readonly cost: MicroEur;
  readonly benefit: MicroEur;
  /** Homes whose benefit is above zero. */
  readonly gaining: number;
  /** What each party outside the homes nets, µEUR. */
  readonly parties: ReadonlyMap<Party, MicroEur>;
  readonly allocation: Allocation | undefined;
}

export type Refused = { readonly name: string; readonly title: string; readonly problem: RuleProblem };

export interface Comparison {
  /** Without any rule book: every home for itself. */
  readonly alone: BookOutcome;
  /** In the order of the books. */
  readonly books: readonly (BookOutcome | Refused)[];
}

const OUTSIDE: readonly Party[] = ["supplier", "grid", "state", "authority", "community"];
const PAID_TO: { readonly [P in Part | "vat"]: Party } = {
  energy: "supplier",
  network: "grid",
  levy: "state",
  vat: "state",
};

/** Fails as the tariff does over the period; a book that refuses is listed with its problem. */
export function compareRules(
  metered: Metered,
  books: readonly RuleBook[],
  terms: StreetTerms,
): Result<Comparison, TariffProblem> {
  const { start, slots, participants } = metered;
  const schedule = scheduleOf(terms.tariff, start, slots, terms.indices);
  if (!schedule.ok) return schedule;
  const bill = (
    of: Schedule,
    home: Participant,
    sharing?: { received: readonly Wh[]; given: readonly Wh[] },
  ) =>
    billOf(of, {
      supplied: less(home.imported, sharing?.received),
      shared: sharing === undefined ? {} : { [terms.level]: sharing.received },
      exported: less(home.exported, sharing?.given),
      contractedPowerW: terms.contractedPowerW,
    });
  const plain = participants.map((home) => bill(schedule.value, home));
  const alone = outcomeOf(
    { name: "alone", title: "Every home for itself" },
    participants,
    plain,
    undefined,
    plain,
  );
  const outcomes: (BookOutcome | Refused)[] = [];
  for (const book of books) {
    const allocation = book.allocate(metered);
    if (!allocation.ok) {
      outcomes.push({ name: book.name, title: book.title, problem: allocation.error });
      continue;
    }
    let bills = plain;
    if (allocation.value.supply === "replaced") {
      assert(allocation.value.slotS === 900, "what replaces supply is shared by quarter hour");
      const under = scheduleOf(withFees(terms.tariff, allocation.value.fees), start, slots, terms.indices);
      if (!under.ok) return under;
      bills = participants.map((home, i) => bill(under.value, home, allocation.value.shares[i]!));
    }
    outcomes.push(outcomeOf(book, participants, bills, allocation.value, plain));
  }
  return ok({ alone, books: outcomes });
}

function outcomeOf(
  { name, title }: { readonly name: string; readonly title: string },
  participants: readonly Participant[],
  bills: readonly Bill[],
  allocation: Allocation | undefined,
  plain: readonly Bill[],
): BookOutcome {
  const lines = allocation?.lines ?? [];
  const homes = participants.map(({ id }, i) => {
    const cost = bills[i]!.total - netOf(lines, `home ${id}`);
    return {
      id,
      received: total(allocation?.shares[i]?.received ?? []),
      given: total(allocation?.shares[i]?.given ?? []),
      cost: MicroEur(cost),
      benefit: MicroEur(plain[i]!.total - cost),
    };
  });
  const parties = new Map(OUTSIDE.map((party) => [party, netOf(lines, party)]));
  for (const { lines: billed } of bills) {
    for (const { part, amount } of billed) {
      const party = PAID_TO[part];
      parties.set(party, MicroEur(parties.get(party)! + amount));
    }
  }
  return {
    name,
    title,
    shared: total(homes.map(({ received }) => received)),
    homes,
    cost: sum(homes.map(({ cost }) => cost)),
    benefit: sum(homes.map(({ benefit }) => benefit)),
    gaining: homes.filter(({ benefit }) => benefit > 0n).length,
    parties,
    allocation,
  };
}

/** A tariff with the fees that a rule book sets for shared energy. */
function withFees(tariff: Tariff, fees: SharedFees | undefined): Tariff {
  if (fees === undefined) return tariff;
  const all = (ppm: bigint) => ({ feeder: ppm, transformer: ppm, beyond: ppm });
  return {
    ...tariff,
    components: tariff.components.map((component) =>
      component.part === "energy"
        ? component
        : { ...component, onSharedPpm: all(component.part === "network" ? fees.networkPpm : fees.levyPpm) },
    ),
  };
}

function less(energies: readonly Wh[], shared: readonly Wh[] | undefined): readonly Wh[] {
  return shared === undefined ? energies : energies.map((wh, i) => Wh(wh - shared[i]!));
}

function sum(amounts: readonly MicroEur[]): MicroEur {
  return MicroEur(amounts.reduce<bigint>((all, amount) => all + amount, 0n));
}
