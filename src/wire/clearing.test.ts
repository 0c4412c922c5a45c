/** Books and clearings as files: what is read, what is refused, and that no altered clearing passes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { drawBook } from "#market/auction/test-books.ts";
import { bookFrom, clearingFrom, clearNamed, wrongIn } from "#wire/clearing.ts";

const NAMES = Object.keys(MECHANISMS) as MechanismName[];

/** A random book as a file's JSON. */
function drawnFile(random: Random, most: number) {
  const { bids, asks } = drawBook(random, most);
  const orders = [
    ...[...bids.limit].map((limit, i) => ({ side: "bid", limit, energy: bids.energyWh[i]! })),
    ...[...asks.limit].map((limit, i) => ({ side: "ask", limit, energy: asks.energyWh[i]! })),
  ].map(({ side, limit, energy }, i) => ({
    id: `home-${random.integer(1_000)}-${i}`,
    side,
    energy_wh: energy,
    limit_micro_eur_per_kwh: limit,
  }));
  return { orders: shuffled(orders, random) };
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const rest = [...values];
  return values.map(() => rest.splice(random.integer(rest.length), 1)[0]!);
}

function cleared(json: unknown, mechanism: MechanismName) {
  const named = bookFrom(json, mechanism);
  assert.ok(named.ok, named.ok ? "" : named.error);
  return clearNamed(named.value, mechanism);
}

/** What a check says of a file: nothing, a problem, or that it cannot be read. */
function verdict(json: unknown): string | undefined {
  const read = clearingFrom(json);
  return read.ok ? wrongIn(read.value)?.problem : `unreadable: ${read.error}`;
}

test("the same orders in another order make the same file, to the byte, but for the continuous book", () => {
  const random = new Random("permutations");
  let differed = 0;
  for (let i = 0; i < 200; i++) {
    const file = drawnFile(random.fork(String(i)), 10);
    const other = { orders: shuffled(file.orders, random) };
    for (const name of NAMES) {
      const [one, two] = [JSON.stringify(cleared(file, name)), JSON.stringify(cleared(other, name))];
      if (name === "continuous") differed += one === two ? 0 : 1;
      else assert.equal(one, two, name);
    }
  }
  assert.ok(differed > 100);
});

test("what was cleared holds when it is read again, also under feeders' limits, keys and an agreed price", () => {
  const random = new Random("round trips");
  for (let i = 0; i < 200; i++) {
    const file = drawnFile(random.fork(String(i)), 8);
    const withTerms = {
      orders: file.orders.map((order, j) => ({
        ...order,
        ...(j % 3 === 0 ? { feeder: "Via Po" } : {}),
        ...(order.side === "bid" ? { key_per_mille: 50 } : {}),
      })),
      price_micro_eur_per_kwh: 150_000,
      feeders: [{ id: "Via Po", sells_at_most_wh: 700, buys_at_most_wh: 900 }],
    };
    for (const name of NAMES) {
      for (const json of [file, withTerms]) {
        assert.equal(verdict(JSON.parse(JSON.stringify(cleared(json, name)))), undefined, name);
      }
    }
  }
});

test("1,000 clearings of which one value, row or name was altered are refused, each by a name", () => {
  const random = new Random("tampering");
  const met = new Map<string, number>();
  for (let i = 0; i < 1_000; i++) {
    const one = random.fork(String(i));
    const file = JSON.parse(JSON.stringify(cleared(drawnFile(one, 8), NAMES[i % NAMES.length]!)));
    const told = tamper(file, one);
    const found = verdict(file);
    assert.notEqual(found, undefined, `tampering ${i} passed: ${told}`);
    const name = found!.split(":", 1)[0]!;
    met.set(name, (met.get(name) ?? 0) + 1);
  }
  assert.ok(met.size >= 8, JSON.stringify([...met]));
});

/** Alters one leaf, takes out one row, or exchanges two; returns what it did. */
function tamper(file: Record<string, unknown>, random: Random): string {
  const leaves: { owner: Record<string, unknown>; name: string; path: string }[] = [];
  const lists: { list: unknown[]; path: string }[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value) && value.length > 0) lists.push({ list: value, path });
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== "object" || inner === null) {
        leaves.push({ owner: value as Record<string, unknown>, name, path: `${path}.${name}` });
      } else walk(inner, `${path}.${name}`);
    }
  };
  walk(file, "");
  if (random.integer(5) === 0 && lists.length > 0) {
    const { list, path } = lists[random.integer(lists.length)]!;
    const at = random.integer(list.length);
    if (path !== ".payments" || (list[at] as { pays_micro_eur: number }).pays_micro_eur !== 0) {
      list.splice(at, 1);
      return `${path} without ${at}`;
    }
  }
  const { owner, name, path } = leaves[random.integer(leaves.length)]!;
  const before = owner[name];
  owner[name] = altered(before, random);
  return `${path}: ${before} became ${owner[name]}`;
}

function altered(value: unknown, random: Random): unknown {
  if (typeof value === "number") {
    const by = random.integer(2) === 0 ? 1 : 1 + random.integer(1_000);
    return random.integer(2) === 0 ? value + by : value - by;
  }
  if (value === null) return random.integer(300_000);
  const text = String(value);
  if (value === "bid" || value === "ask") return value === "bid" ? "ask" : "bid";
  if (/^-?\d+$/.test(text)) return String(BigInt(text) + 1n);
  const at = random.integer(text.length);
  return `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
}

/** One pair that trades 500 of 800 Wh, and what a forger does to it. */
const BOOK = {
  orders: [
    { id: "a", side: "ask", energy_wh: 500, limit_micro_eur_per_kwh: 100_000 },
    { id: "b", side: "bid", energy_wh: 400, limit_micro_eur_per_kwh: 200_000 },
    { id: "c", side: "bid", energy_wh: 200, limit_micro_eur_per_kwh: 160_000 },
    { id: "d", side: "bid", energy_wh: 200, limit_micro_eur_per_kwh: 160_000 },
  ],
};
// biome-ignore lint/suspicious/noExplicitAny: a forger is not held to types
type Forgery = (file: any) => void;
const FORGERIES: readonly (readonly [problem: string, forgery: Forgery])[] = [
  ["other_book", (file) => (file.certificate.book_sha256 = "00".repeat(32))],
  ["other_book", (file) => (file.book.orders[0].limit_micro_eur_per_kwh = 99_999)],
  ["fill_above_order", (file) => (file.fills[1].energy_wh = 401)],
  ["energy_unbalanced", (file) => (file.fills[1].energy_wh = 399)],
  ["wrong_volume", (file) => (file.traded_wh = 501)],
  ["wrong_marginal_pair", (file) => (file.certificate.marginal_bid_micro_eur_per_kwh = 170_000)],
  ["wrong_supporting_price", (file) => (file.certificate.supporting_price_micro_eur_per_kwh = null)],
  ["wrong_sums", (file) => (file.certificate.bids_at_wh = 500)],
  ["wrong_welfare", (file) => (file.certificate.welfare_nano_eur = "1")],
  ["wrong_welfare_bound", (file) => (file.certificate.welfare_bound_nano_eur = "1")],
  [
    "wrong_supporting_price",
    (file) => {
      // A price at which the sums are right, but demand and supply do not cross.
      Object.assign(file.certificate, {
        supporting_price_micro_eur_per_kwh: 100_000,
        bids_above_wh: 800,
        bids_at_wh: 0,
        asks_below_wh: 0,
        asks_at_wh: 500,
        welfare_bound_nano_eur: String(400 * 100_000 + 400 * 60_000),
      });
    },
  ],
  [
    "volume_not_highest",
    (file) => {
      file.fills = [
        { id: "a", energy_wh: 400 },
        { id: "b", energy_wh: 400 },
      ];
      file.traded_wh = 400;
      file.certificate.marginal_bid_micro_eur_per_kwh = 200_000;
      file.certificate.welfare_nano_eur = String(400 * 100_000);
    },
  ],
  [
    "better_order_unfilled",
    (file) => {
      file.fills[1].energy_wh = 300;
      file.fills[2].energy_wh = 150;
      file.certificate.welfare_nano_eur = String(300 * 100_000 + 200 * 60_000);
    },
  ],
  [
    "wrong_share_at_margin",
    (file) => {
      file.fills[2].energy_wh = 51;
      file.fills[3].energy_wh = 49;
    },
  ],
  ["wrong_price", (file) => (file.price_micro_eur_per_kwh = 130_001)],
  ["wrong_price", (file) => (file.price_micro_eur_per_kwh = null)],
  ["wrong_payment", (file) => (file.payments[0].pays_micro_eur += 1)],
  ["unreadable", (file) => (file.format = "contrada/clearing/2")],
  ["unreadable", (file) => (file.fills[0].id = "z")],
  ["unreadable", (file) => (file.fills[0].id = "b")],
  ["unreadable", (file) => (file.fills[0].energy_wh = 0)],
  ["unreadable", (file) => (file.traded_wh = 499.5)],
  ["unreadable", (file) => (file.certificate.welfare_nano_eur = "0x1")],
];
for (const [i, [problem, forgery]] of FORGERIES.entries()) {
  test(`forgery ${i + 1} is met as ${problem}`, () => {
    const file = JSON.parse(JSON.stringify(cleared(BOOK, "uniform")));
    assert.equal(verdict(file), undefined);
    forgery(file);
    assert.equal(verdict(file)?.split(":", 1)[0], problem);
  });
}

test("a clearing of another book is refused by who knows the book", () => {
  const read = clearingFrom(JSON.parse(JSON.stringify(cleared(BOOK, "uniform"))));
  const known = bookFrom({ orders: BOOK.orders.slice(1) }, "uniform");
  assert.ok(read.ok && known.ok);
  assert.equal(wrongIn(read.value, read.value.named.sha256), undefined);
  assert.deepEqual(wrongIn(read.value, known.value.sha256), {
    problem: "other_book",
    order: undefined,
    expected: known.value.sha256,
  });
});

const order = { id: "a", side: "ask", energy_wh: 500, limit_micro_eur_per_kwh: 100_000 };
const UNREADABLE: readonly (readonly [says: RegExp, json: unknown])[] = [
  [/^the book must be a JSON object\.$/, []],
  [/^"orders" must be a list\.$/, {}],
  [/^order 1 must be a JSON object\.$/, { orders: [null] }],
  [/^order 1: "id" must be a text of 1 to 128 characters\.$/, { orders: [{ ...order, id: "" }] }],
  [/^order a: "side" must be "bid" or "ask"\.$/, { orders: [{ ...order, side: "buy" }] }],
  [
    /^order a: "energy_wh" must be a whole number from 1 to 4294967295\.$/,
    { orders: [{ ...order, energy_wh: 0 }] },
  ],
  [/"energy_wh" must be a whole number/, { orders: [{ ...order, energy_wh: 1.5 }] }],
  [/"energy_wh" must be a whole number/, { orders: [{ ...order, energy_wh: "500" }] }],
  [
    /^order a: "limit_micro_eur_per_kwh" must be a whole number from -1000000000 to 1000000000\.$/,
    { orders: [{ ...order, limit_micro_eur_per_kwh: 1_000_000_001 }] },
  ],
  [/^order a stands there twice\.$/, { orders: [order, { ...order, side: "bid" }] }],
  [
    /^order 7 stands there twice\.$/,
    {
      orders: [
        { ...order, id: 7 },
        { ...order, id: "7" },
      ],
    },
  ],
  [/^order a: only bids have a "key_per_mille"\.$/, { orders: [{ ...order, key_per_mille: 5 }] }],
  [
    /^the keys come to 1200 per mille, which is above 1000\.$/,
    {
      orders: [
        { ...order, side: "bid", key_per_mille: 600 },
        { ...order, id: "b", side: "bid", key_per_mille: 600 },
      ],
    },
  ],
  [/^feeder f stands there twice\.$/, { orders: [], feeders: [{ id: "f" }, { id: "f" }] }],
  [/^feeder f: "sells_at_most_wh" must be/, { orders: [], feeders: [{ id: "f", sells_at_most_wh: -1 }] }],
];
for (const [says, json] of UNREADABLE) {
  test(`a book is refused: ${says.source}`, () => {
    const read = bookFrom(json, "uniform");
    assert.equal(read.ok, false);
    assert.match(read.ok ? "" : read.error, says);
  });
}
