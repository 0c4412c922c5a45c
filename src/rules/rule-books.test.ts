/**
 * Every rule book by hand on one slot, and all of them by property on random streets: energy and money are conserved
 * whatever the law, the order of homes changes nothing, and versions never lose what changed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDay, parseInstant } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { apportion } from "#rules/apportion.ts";
import { austrianBook } from "#rules/austria.ts";
import { compareRules } from "#rules/compare.ts";
import { freeBook } from "#rules/free.ts";
import { germanBook } from "#rules/germany.ts";
import { italianBook } from "#rules/italy/community-book.ts";
import { dynamicKey, hybridKey, participating, staticKey } from "#rules/keys.ts";
import {
  type Allocation,
  faultsOf,
  type Metered,
  type MoneyLine,
  netOf,
  type RuleBook,
  total,
} from "#rules/rule-book.ts";
import { booksOf, DEFAULT_TERMS, type RuleTerms, termsFrom } from "#rules/terms.ts";
import { reopened, type Version } from "#rules/version.ts";
import italyHome from "#tariff/examples/italy-home.json" with { type: "json" };
import type { IndexSeries } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";

const START = parseInstant("2026-06-16T10:00Z")!;
const n = (...values: number[]) => values.map(BigInt);
const plain = ({ received, given }: ReturnType<typeof dynamicKey>) => [
  received.map(Number),
  given.map(Number),
];

/*
 * One slot: homes take 300, 100, 0 and 600 Wh, others give 500 and 200 (700).
 */
const TAKE = n(300, 100, 0, 600, 0);
const GIVE = n(0, 0, 500, 0, 200);

test("dynamic key: 700 Wh for 1,000 Wh of need, each seven tenths", () => {
  assert.deepEqual(plain(dynamicKey(TAKE, GIVE)), [
    [210, 70, 0, 420, 0],
    [0, 0, 500, 0, 200],
  ]);
});

test("static key: what a home cannot use of its part goes back to those who gave", () => {
  // Parts of 700: 210, 210 (needs 100), 140 (needs none), 70, 70 (needs none). Used 380; given 5 : 2.
  const key = staticKey(n(300_000, 300_000, 200_000, 100_000, 100_000));
  assert.deepEqual(plain(key(TAKE, GIVE)), [
    [210, 100, 0, 70, 0],
    [0, 0, 271, 0, 109],
  ]);
});

test("hybrid key: parts first, the rest by what each still needs", () => {
  // Fixed 350 to the second (needs 100): 600 left for needs of 300 and 600.
  const key = hybridKey(n(0, 500_000, 0, 0, 0));
  assert.deepEqual(plain(key(TAKE, GIVE)), [
    [200, 100, 0, 400, 0],
    [0, 0, 500, 0, 200],
  ]);
});

test("what a meter keeps for another community is not shared here", () => {
  const key = participating(n(500_000, 1_000_000, 0, 0, 1_000_000), dynamicKey);
  // Needs 150 and 100, 200 given: 120 and 80.
  assert.deepEqual(plain(key(TAKE, GIVE)), [
    [120, 80, 0, 0, 0],
    [0, 0, 0, 0, 200],
  ]);
});

test("a single watt-hour goes to the larger remainder, a tie to the smaller name", () => {
  assert.deepEqual(apportion(1n, n(1, 2, 1)), n(0, 1, 0));
  assert.deepEqual(apportion(1n, n(1, 1, 1)), n(1, 0, 0));
  assert.deepEqual(apportion(10n, n(0, 0)), n(0, 0));
});

const street = (homes: { readonly [id: string]: readonly [number[], number[]] }): Metered => ({
  start: START,
  slots: Object.values(homes)[0]![0].length,
  participants: Object.entries(homes).map(([id, [imported, exported]]) => ({
    id,
    imported: n(...imported).map(Wh),
    exported: n(...exported).map(Wh),
  })),
});

/** Ada takes 300 Wh, Ben 100; Cleo gives 200 Wh, in the first of four quarter hours. */
const SMALL = street({
  ada: [
    [300, 0, 0, 0],
    [0, 0, 0, 0],
  ],
  ben: [
    [100, 0, 0, 0],
    [0, 0, 0, 0],
  ],
  cleo: [
    [0, 0, 0, 60],
    [200, 0, 0, 0],
  ],
});

const price = MicroEurPerKwh(100_001n);
const FEES = { networkPpm: 430_000n, levyPpm: 0n };
const austrian = (changes: Partial<Parameters<typeof austrianBook>[0]> = {}) =>
  austrianBook({
    key: "dynamic",
    partsPpm: undefined,
    participationPpm: new Map(),
    price,
    fees: FEES,
    ...changes,
  });
const german = (changes: Partial<Parameters<typeof germanBook>[0]> = {}) =>
  germanBook({
    key: "dynamic",
    partsPpm: undefined,
    area: "a",
    areas: new Map(),
    price,
    asIfInForce: false,
    ...changes,
  });
const constant = (value: bigint): IndexSeries => ({
  step: "month",
  months: new Map([["2026-06", MicroEurPerKwh(value)]]),
});
const italian = (changes: Partial<Parameters<typeof italianBook>[0]> = {}) =>
  italianBook({
    region: "Lombardia",
    grantPpm: 0n,
    powerW: new Map([["cleo", 5000n]]),
    inOperation: parseDay("2025-01-01")!,
    zonalPrice: constant(120_000n),
    arera: { trase: MicroEurPerKwh(8_000n), btau: undefined, source: "a test" },
    producersPpm: 400_000n,
    ...changes,
  });

function allocated(book: RuleBook, metered: Metered): Allocation {
  const result = book.allocate(metered);
  assert.ok(result.ok, result.ok ? "" : result.error.code);
  return result.value;
}

const nets = ({ lines }: Allocation, metered: Metered) =>
  metered.participants.map(({ id }) => Number(netOf(lines, `home ${id}`)));

test("Austrian money: 150 and 50 Wh at 0.100001 €/kWh, all of it for who gave", () => {
  const found = allocated(austrian(), SMALL);
  // 150 × 100,001 ÷ 1000 = 15,000.15 and 5,000.05, half to even.
  assert.deepEqual(nets(found, SMALL), [-15_000, -5000, 20_000]);
  assert.deepEqual(found.fees, FEES);
});

test("German money is the same, fees stay whole", () => {
  const found = allocated(german(), SMALL);
  assert.deepEqual(nets(found, SMALL), [-15_000, -5000, 20_000]);
  assert.deepEqual(found.fees, { networkPpm: 1_000_000n, levyPpm: 1_000_000n });
});

test("Italian money comes from the authority and is passed on by the statute", () => {
  const found = allocated(italian(), SMALL);
  // An hour: 460 Wh taken, 200 given. TIP 130 × 0.2 kWh = 26,000, TRASE 1,600: 27,600 µEUR, 40 % for Cleo's giving;
  // 16,560 by use: Ada 300 ÷ 460 of 200 Wh = 130 Wh, Ben 44 (the largest remainder gets the last: 43.48), Cleo 26.
  assert.deepEqual(
    found.shares.map(({ received }) => Number(total(received))),
    [130, 44, 26],
  );
  assert.equal(netOf(found.lines, "authority"), -27_600n);
  assert.deepEqual(nets(found, SMALL), [10_764, 3643, 11_040 + 2153]);
});

const none = street({ ada: [[1], []] });
const twice: Metered = { ...SMALL, participants: [...SMALL.participants, SMALL.participants[0]!] };
const negative = street({
  ada: [
    [-1, 0, 0, 0],
    [0, 0, 0, 0],
  ],
});
const early: Metered = { ...SMALL, start: parseInstant("2026-05-31T21:00Z")! };
const refusals: readonly [code: string, book: RuleBook, metered: Metered][] = [
  ["no_participants", austrian(), { ...SMALL, participants: [] }],
  ["period_misaligned", italian(), { ...SMALL, start: START + 900 }],
  ["period_misaligned", freeBook({ partsPpm: undefined, price }), { ...SMALL, start: START + 60 }],
  ["duplicate_participant", german(), twice],
  ["readings_incomplete", austrian(), none],
  ["negative_energy", austrian(), negative],
  [
    "participation_above_whole",
    austrian({ participationPpm: new Map([["ben", { here: 600_000n, elsewhere: 400_001n }]]) }),
    SMALL,
  ],
  ["key_missing", austrian({ key: "static", partsPpm: new Map([["ada", 1n]]) }), SMALL],
  [
    "keys_above_whole",
    austrian({ key: "static", partsPpm: new Map(["ada", "ben", "cleo"].map((id) => [id, 333_334n])) }),
    SMALL,
  ],
  ["key_missing", freeBook({ partsPpm: new Map(), price }), SMALL],
  ["not_in_force", german(), early],
  ["outside_area", german({ areas: new Map([["cleo", "b"]]) }), SMALL],
  ["terms_refused", italian({ powerW: new Map() }), SMALL],
  ["terms_refused", italian({ grantPpm: 400_001n }), SMALL],
];

for (const [code, book, metered] of refusals) {
  test(`${book.name} refuses: ${code}`, () => {
    const result = book.allocate(metered);
    assert.equal(result.ok ? "accepted" : result.error.code, code);
  });
}

test("sharing is in force in Germany from the first of June 2026, or where one asks as if it were", () => {
  assert.ok(german().allocate({ ...SMALL, start: parseInstant("2026-05-31T22:00Z")! }).ok);
  assert.ok(german({ asIfInForce: true }).allocate(early).ok);
});

/** Random streets of one to eight hours, and terms for them. */
const energies = (slots: number) =>
  fc.array(fc.oneof(fc.constant(0n), fc.bigInt(0n, 3000n), fc.bigInt(0n, 5n)), {
    minLength: slots,
    maxLength: slots,
  });
const streets = fc.integer({ min: 1, max: 4 }).chain((hours) =>
  fc
    .array(fc.tuple(energies(4 * hours), energies(4 * hours), fc.integer({ min: 0, max: 1_000_000 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((homes) => ({
      metered: {
        start: START,
        slots: 4 * hours,
        participants: homes.map(([imported, exported], i) => ({
          id: `${(i * 7) % 10}-${i}`,
          imported: imported.map(Wh),
          exported: exported.map(Wh),
        })),
      } satisfies Metered,
      parts: homes.map(([, , part]) => BigInt(Math.floor(part / homes.length))),
    })),
);

function everyBook(metered: Metered, parts: readonly bigint[]): readonly RuleBook[] {
  const partsPpm = new Map(metered.participants.map(({ id }, i) => [id, parts[i]!]));
  const half = new Map(
    metered.participants.map(({ id }, i) => [id, { here: 10n * parts[i]!, elsewhere: 0n }]),
  );
  for (const [id, { here }] of half) if (here > 1_000_000n) half.delete(id);
  const terms: RuleTerms = {
    ...DEFAULT_TERMS,
    austria: { ...DEFAULT_TERMS.austria, parts: partsPpm },
    free: { ...DEFAULT_TERMS.free, parts: partsPpm },
  };
  const powerW = new Map(metered.participants.map(({ id }) => [id, 4000n]));
  return [
    ...booksOf(terms, { powerW, zonalPrice: constant(143_217n) }),
    austrian({ participationPpm: half }),
    german({ key: "static", partsPpm }),
  ];
}

test("energy to the Wh and money to the micro-euro are conserved under every book", () => {
  fc.assert(
    fc.property(streets, ({ metered, parts }) => {
      for (const book of everyBook(metered, parts)) {
        const allocation = allocated(book, metered);
        // What homes get from the authority comes to them, wherever nothing was shared it is nothing.
        assert.deepEqual(faultsOf(metered, allocation), [], book.name);
      }
    }),
    { numRuns: 60 },
  );
});

test("the order in which homes stand changes nothing", () => {
  fc.assert(
    fc.property(streets, ({ metered, parts }) => {
      const turned: Metered = { ...metered, participants: metered.participants.toReversed() };
      const books = everyBook(metered, parts);
      for (const book of books) {
        const [one, other] = [allocated(book, metered), allocated(book, turned)];
        assert.deepEqual(other.shares.toReversed(), one.shares, book.name);
        assert.deepEqual(other.lines, one.lines, book.name);
      }
    }),
    { numRuns: 40 },
  );
});

test("a dynamic key shares all that can be shared, a static one never more", () => {
  fc.assert(
    fc.property(streets, ({ metered, parts }) => {
      const shared = everyBook(metered, parts)
        .slice(0, 5)
        .map((book) => allocated(book, metered).shares.map(({ received }) => received));
      const [hourly, fixed, dynamic, german, free] = shared as [Wh[][], Wh[][], Wh[][], Wh[][], Wh[][]];
      for (let slot = 0; slot < metered.slots; slot++) {
        const of = (list: Wh[][]) => total(list.map((home) => home[slot]!));
        const surplus = total(metered.participants.map(({ exported }) => exported[slot]!));
        const need = total(metered.participants.map(({ imported }) => imported[slot]!));
        const most = surplus < need ? surplus : need;
        assert.deepEqual([of(dynamic), of(german), of(free)], [most, most, most]);
        assert.ok(of(fixed) <= most);
      }
      // Summed to hours first, never less is matched.
      assert.ok(total(hourly.flat()) >= total(dynamic.flat()));
    }),
    { numRuns: 40 },
  );
});

test("whatever a street gains somebody pays: the nets of all parties sum to zero under every book", () => {
  const tariff = tariffFrom(italyHome);
  assert.ok(tariff.ok);
  const pz: IndexSeries = {
    step: "hour",
    start: START,
    values: [90, 120, 150, 180].map((v) => MicroEurPerKwh(BigInt(v) * 1000n)),
  };
  fc.assert(
    fc.property(streets, ({ metered, parts }) => {
      const compared = compareRules(metered, everyBook(metered, parts), {
        tariff: tariff.value,
        indices: new Map([["pz", pz]]),
        contractedPowerW: 3000n,
        level: "feeder",
      });
      assert.ok(compared.ok);
      for (const outcome of [compared.value.alone, ...compared.value.books]) {
        assert.ok(!("problem" in outcome));
        const others = [...outcome.parties.values()].reduce((sum, net) => sum + net, 0n);
        assert.equal(others - outcome.cost, 0n, outcome.name);
        assert.equal(outcome.benefit, compared.value.alone.cost - outcome.cost);
      }
    }),
    { numRuns: 25 },
  );
});

const moneyLines = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.bigInt(0n, 10_000n)), { selector: ([key]) => key })
  .map((lines) =>
    lines.map(
      ([key, amount]): MoneyLine => ({
        key: `line ${key}`,
        from: "authority",
        to: "community",
        amount: MicroEur(amount),
        energy: undefined,
        formula: "",
        source: "",
      }),
    ),
  );

test("versions are never rewritten, and the differences of each sum to the change of its total", () => {
  fc.assert(
    fc.property(fc.array(moneyLines, { minLength: 1, maxLength: 6 }), (settlements) => {
      let versions: readonly Version[] = [];
      for (const [i, lines] of settlements.entries()) {
        const before = structuredClone(versions);
        versions = reopened(versions, { day: i, reason: "again", lines });
        assert.deepEqual(versions.slice(0, -1), before);
      }
      let total = 0n;
      for (const version of versions) {
        const sum = version.differences.reduce((all, { change }) => all + change, 0n);
        assert.equal(sum, version.change);
        total += version.change;
        assert.equal(version.total, total);
        assert.ok(
          version.differences.every(
            ({ before, after, change }) => change === after - before && change !== 0n,
          ),
        );
      }
    }),
    { numRuns: 100 },
  );
});

test("terms of a file stand beside what nobody said", () => {
  const terms = termsFrom({
    format: "contrada/rule-terms/1",
    italy: { region: "Puglia" },
    germany: { parts_per_million: { ada: 500_000 }, key: "static" },
  });
  assert.ok(terms.ok);
  assert.deepEqual(terms.value.italy, { ...DEFAULT_TERMS.italy, region: "Puglia" });
  assert.equal(terms.value.germany.parts?.get("ada"), 500_000n);
  assert.deepEqual(terms.value.free, DEFAULT_TERMS.free);
  for (const [wrong, says] of [
    [{ format: "x" }, /^terms\.format: one of contrada\/rule-terms\/1/],
    [{ format: "contrada/rule-terms/1", spain: {} }, /^terms\.spain: one of the names/],
    [{ format: "contrada/rule-terms/1", italy: { region: "Tirol" } }, /^terms\.italy\.region: one of /],
    [{ format: "contrada/rule-terms/1", free: { price_micro_eur_per_kwh: -1 } }, /from 0 to 10000000/],
  ] as const) {
    const refused = termsFrom(wrong);
    assert.ok(!refused.ok);
    assert.match(refused.error.message, says);
  }
});
