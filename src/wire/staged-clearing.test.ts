/** Clearings in stages as files: there and back, forged in every field, and books that cannot be read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MechanismName } from "#market/auction/mechanism.ts";
import { bookFrom } from "#wire/clearing.ts";
import { checkStaged, clearStagedNamed, stagedBookOf } from "#wire/staged-clearing.ts";

const order = (id: string, side: string, energy_wh: number, limit_micro_eur_per_kwh: number, more = {}) => ({
  id,
  side,
  energy_wh,
  limit_micro_eur_per_kwh,
  ...more,
});
const BOOK = {
  orders: [
    order("a", "ask", 900, 100_000, { feeder: "olmo", home: "Anna", source: "solar" }),
    order("b", "bid", 400, 200_000, { feeder: "olmo", home: "Bruno", partner: "Anna" }),
    order("c", "bid", 600, 190_000, { feeder: "pozzo", home: "Carla", source: "solar" }),
    order("d", "ask", 500, 90_000, { feeder: "fonte", home: "Dario" }),
    order("e", "ask", 100, 0, { feeder: "olmo", home: "Anna", partner: "Emma", gift: true }),
    order("f", "bid", 300, 180_000, { feeder: "fonte", home: "Emma" }),
  ],
  feeders: [
    { id: "olmo", transformer: "nord", sells_at_most_wh: 950 },
    { id: "pozzo", transformer: "nord" },
    { id: "fonte", transformer: "sud" },
  ],
  fees_by_distance: { micro_eur_per_kwh_km: 5_000, metres: { feeder: 200, transformer: 800, beyond: 4_000 } },
};

function cleared(book: unknown, mechanism: MechanismName = "uniform") {
  const named = bookFrom(book, mechanism);
  assert.ok(named.ok, named.ok ? "" : named.error);
  return JSON.parse(JSON.stringify(clearStagedNamed(named.value, stagedBookOf(named.value)!, mechanism)));
}

function verdict(file: unknown, known?: string) {
  const read = checkStaged(file, () => known);
  return read.ok ? read.value.wrong?.problem : "unreadable";
}

test("a clearing in stages says where each kilowatt-hour went and what the wishes cost, and holds when read again", () => {
  for (const mechanism of ["uniform", "pay-as-bid", "continuous", "fixed-split"] as const) {
    assert.equal(verdict(cleared(BOOK, mechanism)), undefined, mechanism);
  }
  const file = cleared(BOOK);
  assert.deepEqual(
    file.stages.map((one: { stage: string; level: string; traded_wh: number }) => [
      one.stage,
      one.level,
      one.traded_wh,
    ]),
    [
      ["gift", "beyond", 100],
      ["neighbours", "feeder", 200],
      ["neighbours", "feeder", 400],
      ["neighbours", "transformer", 450],
    ],
  );
  const pays = file.payments.reduce(
    (sum: number, one: { pays_micro_eur: number }) => sum + one.pays_micro_eur,
    0,
  );
  assert.equal(pays, file.fees_micro_eur);
  assert.deepEqual(file.attributed, [
    { bid: "f", ask: "e", energy_wh: 100 },
    { bid: "b", ask: "a", energy_wh: 400 },
  ]);
});

/** Every number and every text of a result, by its path. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]));
}

test("whatever figure of it is altered, it holds no more", () => {
  const leaves = leavesOf(cleared(BOOK)).filter(([first]) => first !== "book");
  assert.ok(leaves.length > 120);
  for (const path of leaves) {
    const file = cleared(BOOK);
    const last = path.at(-1)!;
    const owner = path.slice(0, -1).reduce((of: never, key) => of[key], file as never) as {
      [key: string]: unknown;
    };
    const before = owner[last];
    owner[last] =
      typeof before === "number"
        ? before + 1
        : before === null
          ? 1
          : /^-?\d+$/.test(String(before))
            ? `${BigInt(String(before)) + 1n}`
            : "zz";
    // The format is asked for by whoever opens the file.
    if (last !== "format") assert.notEqual(verdict(file), undefined, path.join("."));
  }
});

test("a clearing in stages of another book is refused by who knows the book", () => {
  const file = cleared(BOOK);
  assert.equal(verdict(file, file.certificate.book_sha256), undefined);
  assert.equal(verdict(file, "00".repeat(32)), "other_book");
});

test("a book without fees and wishes has no stages, whatever feeders it names", () => {
  const { fees_by_distance: _, ...limits } = BOOK;
  const orders = BOOK.orders.map(({ id, side, energy_wh, limit_micro_eur_per_kwh }) =>
    order(id, side, energy_wh, limit_micro_eur_per_kwh, { feeder: "olmo" }),
  );
  const named = bookFrom({ ...limits, orders }, "uniform");
  assert.ok(named.ok && named.value.staged === undefined);
});

const ask = (more: object) => ({ orders: [order("a", "ask", 5, 0, more)] });
const UNREADABLE: readonly (readonly [says: RegExp, json: object])[] = [
  [/^order a: "source" must be "solar"/, ask({ source: "wind" })],
  [/^order a: "gift" must be true/, ask({ gift: 1 })],
  [/^order a: a gift is an ask with limit 0 and a partner\.$/, ask({ gift: true })],
  [/^order a: a home is not its own partner\.$/, ask({ home: "Anna", partner: "Anna" })],
  [/not both\.$/, { ...BOOK, fees_micro_eur_per_kwh: { feeder: 0, transformer: 0, beyond: 0 } }],
  [/^fees must not fall/, { orders: [], fees_micro_eur_per_kwh: { feeder: 2, transformer: 1, beyond: 3 } }],
  [
    /^"fees_micro_eur_per_kwh": "beyond" must be/,
    { orders: [], fees_micro_eur_per_kwh: { feeder: 2, transformer: 3 } },
  ],
];
for (const [says, json] of UNREADABLE) {
  test(`a book with wishes or fees is refused: ${says.source}`, () => {
    const read = bookFrom(json, "uniform");
    assert.match(read.ok ? "" : read.error, says);
  });
}
