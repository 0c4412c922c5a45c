/** Stages: grid fees by level, solar energy alone, gifts, partners; against tables, properties and HiGHS. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import {
  areFees,
  feesByDistance,
  type Grid,
  NO_GRID,
  type Particulars,
  silent,
} from "#market/auction/particulars.ts";
import {
  clearStaged,
  type StagedBook,
  type StagedClearing,
  welfareBoundOf,
  withoutWishes,
} from "#market/auction/staged.ts";
import { bookOf, drawBook, termsOf } from "#market/auction/test-books.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { type ClaimedStages, stagedProblem } from "#market/auction/verify-staged.ts";
import { areWishes, wishesCodec } from "#market/auction/wishes.ts";
import { LONG } from "../../../test/support/counterparts.ts";

/** Who says nothing is home 100, 101, … (bids, then asks), far from everybody. */
interface Said {
  readonly home?: number;
  readonly feeder?: number;
  readonly solar?: true;
  readonly partner?: number;
  readonly gift?: true;
}
type Row = readonly [energyWh: number, limit: number, said?: Said];

function stagedOf(bids: readonly Row[], asks: readonly Row[], grid: Grid = NO_GRID): StagedBook {
  const book = bookOf(
    bids.map(([energy, limit]) => [energy, limit]),
    asks.map(([energy, limit]) => [energy, limit]),
  );
  const side = (rows: readonly Row[], from: number) => ({
    home: rows.map(([, , said], i) => said?.home ?? from + i),
    feeder: rows.map(([, , said]) => said?.feeder ?? -1),
    solar: rows.map(([, , said]) => (said?.solar ? 1 : 0)),
    partner: rows.map(([, , said]) => said?.partner ?? -1),
  });
  const particulars = {
    bids: side(bids, 100),
    asks: {
      ...side(asks, 100 + bids.length),
      gift: asks.map(([, , said]) => (said?.gift ? 1 : 0)),
    },
  };
  return { book, particulars, grid, terms: termsOf(book) };
}

function claimOf({ stages, ...rest }: StagedClearing): ClaimedStages {
  return {
    ...rest,
    stages: stages.map(({ pool, clearing, fees }) => ({
      pool,
      clearingOf: (own) =>
        own.bids.length === pool.bids.length && own.asks.length === pool.asks.length ? clearing : undefined,
      fees: fees.reduce((sum, fee) => sum + fee, 0),
    })),
  };
}

function cleared(staged: StagedBook, mechanism: MechanismName = "uniform"): StagedClearing {
  const clearing = clearStaged(staged, mechanism);
  assert.equal(stagedProblem(staged, mechanism, claimOf(clearing)), undefined);
  return clearing;
}

/** Two feeders at one transformer, a third at another; 5, 10 and 30 thousandths of a euro. */
const STREET: Grid = {
  transformerOf: [0, 0, 1],
  fees: { feeder: 5_000, transformer: 10_000, beyond: 30_000 },
};

test("without grid and wishes the stages are the one uniform clearing", () => {
  const random = new Random("silent books");
  for (let i = 0; i < 200; i++) {
    const book = drawBook(random.fork(String(i)), 10);
    const staged = { book, particulars: silent(book), grid: NO_GRID, terms: termsOf(book) };
    const plain = clearUniform(book);
    const clearing = cleared(staged);
    const { bids, asks, tradedWh, price, welfare, fees } = clearing;
    assert.deepEqual(
      [bids.energyWh, asks.energyWh, tradedWh, price],
      [plain.bids.energyWh, plain.asks.energyWh, plain.tradedWh, plain.price],
    );
    // −0 and 0 are one amount.
    for (const side of ["bids", "asks"] as const) {
      assert.ok(plain[side].amount.every((amount, order) => amount === clearing[side].amount[order]));
    }
    assert.equal(welfare, plain.certificate.welfare);
    assert.equal(fees, 0);
  }
});

test("neighbours of one feeder trade with each other first and pay the least fee; the rest goes further and pays more", () => {
  const { stages, bids, asks, fees, tradedWh } = cleared(
    stagedOf(
      [
        [1_000, 200_000, { feeder: 0 }],
        [1_000, 210_000, { feeder: 1 }],
        [1_000, 220_000, { feeder: 2 }],
      ],
      [[2_400, 100_000, { feeder: 0 }]],
      STREET,
    ),
  );
  assert.deepEqual(
    stages.map(({ pool, clearing }) => [pool.level, pool.of, clearing.tradedWh, clearing.price]),
    [
      ["feeder", 0, 1_000, 147_500],
      ["transformer", 0, 1_000, 150_000],
      ["beyond", -1, 400, 145_000],
    ],
  );
  // Each pays the price of its stage and the fee of its level.
  assert.deepEqual(bids.amount, [147_500 + 5_000, 150_000 + 10_000, 58_000 + 12_000]);
  assert.deepEqual(asks.amount, [147_500 + 150_000 + 58_000]);
  assert.equal(fees, 27_000);
  assert.equal(tradedWh, 2_400);
});

test("a fee that the limit does not bear keeps a trade from happening", () => {
  const near = stagedOf([[500, 120_000, { feeder: 0 }]], [[500, 115_000, { feeder: 0 }]], STREET);
  assert.equal(cleared(near).tradedWh, 500);
  const far = stagedOf([[500, 120_000, { feeder: 2 }]], [[500, 115_000, { feeder: 0 }]], STREET);
  assert.equal(cleared(far).tradedWh, 0);
});

test("fees by distance grow with the length of the way", () => {
  const fees = feesByDistance(4_000, { feeder: 250, transformer: 900, beyond: 6_300 });
  assert.deepEqual(fees, { feeder: 1_000, transformer: 3_600, beyond: 25_200 });
  assert.ok(areFees(fees));
  assert.ok(!areFees({ feeder: 2, transformer: 1, beyond: 3 }));
  assert.ok(!areFees({ feeder: -1, transformer: 1, beyond: 3 }));
});

test("who takes solar energy alone gets it at the common price while enough of it is sold", () => {
  const { stages } = cleared(
    stagedOf(
      [
        [300, 200_000, { solar: true }],
        [300, 200_000],
      ],
      [
        [300, 100_000, { solar: true }],
        [300, 120_000],
      ],
    ),
  );
  assert.deepEqual(
    stages.map(({ pool, clearing }) => [pool.part, clearing.tradedWh, clearing.price]),
    [["whole", 600, 160_000]],
  );
});

test("where solar energy is short it has a price of its own, above the other's, and nobody gets what the bid excludes", () => {
  const { stages, bids } = cleared(
    stagedOf(
      [
        [300, 260_000, { solar: true }],
        [300, 240_000, { solar: true }],
        [300, 200_000],
      ],
      [
        [400, 150_000, { solar: true }],
        [400, 100_000],
      ],
    ),
  );
  assert.deepEqual(
    stages.map(({ pool, clearing }) => [pool.part, clearing.tradedWh, clearing.price]),
    [
      ["solar", 400, 195_000],
      ["other", 300, 150_000],
    ],
  );
  assert.deepEqual([...bids.energyWh], [300, 100, 300]);
});

test("a gift goes to the named home for nothing, before everything else, and what it cannot use is not sold", () => {
  const { bids, asks, attributed } = cleared(
    stagedOf(
      [
        [200, 150_000, { home: 1 }],
        [500, 300_000, { home: 2 }],
      ],
      [
        [300, 0, { home: 3, partner: 1, gift: true }],
        [100, 50_000, { home: 4 }],
      ],
    ),
  );
  assert.deepEqual([...bids.energyWh], [200, 100]);
  assert.deepEqual(bids.amount, [0, 17_500]);
  assert.deepEqual([...asks.energyWh], [200, 100]);
  assert.deepEqual(asks.amount, [0, 17_500]);
  assert.deepEqual(attributed, [{ bid: 0, ask: 0, energyWh: 200 }]);
});

test("who is given to pays the grid's fee of the way alone", () => {
  const { bids, fees } = cleared(
    stagedOf(
      [[200, 150_000, { home: 1, feeder: 0 }]],
      [[300, 0, { home: 3, partner: 1, gift: true, feeder: 2 }]],
      STREET,
    ),
  );
  assert.deepEqual(bids.amount, [6_000]);
  assert.equal(fees, 6_000);
});

test("partners who name each other trade midway between their limits, and it costs welfare where others bid more", () => {
  const staged = stagedOf(
    [
      [400, 140_000, { home: 1, partner: 3 }],
      [400, 300_000, { home: 2 }],
    ],
    [[400, 100_000, { home: 3, partner: 1 }]],
  );
  const { bids, stages, welfare } = cleared(staged);
  assert.deepEqual([...bids.energyWh], [400, 0]);
  assert.deepEqual(
    stages.map(({ pool, clearing }) => [pool.stage, clearing.price]),
    [["partners", 120_000]],
  );
  // 400 Wh × (300,000 − 140,000) nEUR: what the higher bid would have been worth more.
  assert.equal(cleared(withoutWishes(staged)).welfare - welfare, 64_000_000n);
});

test("partners whose limits do not meet trade with whomever the book gives them", () => {
  const { bids, asks } = cleared(
    stagedOf(
      [[400, 90_000, { home: 1, partner: 3 }]],
      [
        [400, 100_000, { home: 3, partner: 1 }],
        [200, 50_000, { home: 4 }],
      ],
    ),
  );
  assert.deepEqual([...bids.energyWh], [200]);
  assert.deepEqual([...asks.energyWh], [0, 200]);
});

test("a partner whom only one side names changes neither price nor fill: of what both trade it is said who gave it", () => {
  const rows: readonly Row[] = [
    [300, 200_000, { home: 1, partner: 4 }],
    [300, 200_000, { home: 2 }],
  ];
  const asks: readonly Row[] = [
    [300, 100_000, { home: 3 }],
    [200, 100_000, { home: 4 }],
  ];
  const staged = stagedOf(rows, asks);
  const { attributed, ...named } = cleared(staged);
  const { attributed: none, ...unnamed } = cleared(withoutWishes(staged));
  assert.deepEqual({ ...named, stages: 0 }, { ...unnamed, stages: 0 });
  assert.deepEqual(none, []);
  assert.deepEqual(attributed, [{ bid: 0, ask: 1, energyWh: 200 }]);
});

test("wishes are sealed in one byte, with the partner's paddle where there is one", () => {
  const order = { paddle: 7, side: "ask", limit: 0 } as const;
  for (const [wishes, bytes, possible] of [
    [{ solar: false, partner: undefined, gift: false }, "00", true],
    [{ solar: true, partner: 9, gift: true }, "0700000009", true],
    [{ solar: false, partner: 7, gift: false }, "0200000007", false],
    [{ solar: false, partner: undefined, gift: true }, "04", false],
  ] as const) {
    assert.equal(Buffer.from(encode(wishesCodec, wishes)).toString("hex"), bytes);
    const read = decode(wishesCodec, Buffer.from(bytes, "hex"));
    assert.deepEqual(read.ok && read.value, wishes);
    assert.equal(areWishes(order, wishes), possible);
  }
  assert.equal(decode(wishesCodec, Buffer.from("08", "hex")).ok, false);
  assert.ok(!areWishes({ ...order, limit: 1 }, { solar: false, partner: 9, gift: true }));
  assert.ok(!areWishes({ ...order, side: "bid" }, { solar: false, partner: 9, gift: true }));
});

/** A drawn book whose orders have homes, feeders and wishes of every kind. */
function drawStaged(random: Random, most: number): StagedBook {
  const book = drawBook(random, most, 3_000);
  const grid: Grid =
    random.integer(3) === 0
      ? NO_GRID
      : { transformerOf: [0, 0, 1, -1], fees: { feeder: 0, transformer: 7_001, beyond: 20_003 } };
  const feeders = grid.transformerOf.length;
  const side = (count: number, from: number) => ({
    home: Array.from({ length: count }, () => from + random.integer(4)),
    feeder: Array.from({ length: count }, () => (feeders === 0 ? -1 : random.integer(feeders + 1) - 1)),
    solar: Array.from({ length: count }, () => random.integer(2)),
    partner: Array.from({ length: count }, () =>
      random.integer(2) === 0 ? -1 : 4 - from + random.integer(4),
    ),
  });
  const asks = side(book.asks.limit.length, 4);
  const gift = asks.partner.map((partner) => (partner >= 0 && random.integer(3) === 0 ? 1 : 0));
  book.asks.limit.forEach((_, i) => {
    if (gift[i] === 1) book.asks.limit[i] = 0;
  });
  const particulars: Particulars = { bids: side(book.bids.limit.length, 0), asks: { ...asks, gift } };
  return { book, particulars, grid, terms: termsOf(book) };
}

test("whatever orders say, energy and money balance, limits and wishes hold, and the check accepts it", () => {
  const random = new Random("staged books");
  for (let i = 0; i < (LONG ? 2_000 : 60); i++) {
    const staged = drawStaged(random.fork(String(i)), 10);
    const { book, particulars } = staged;
    for (const mechanism of Object.keys(MECHANISMS) as MechanismName[]) {
      const clearing = cleared(staged, mechanism);
      const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + BigInt(one), 0n);
      assert.equal(sum(clearing.bids.energyWh), BigInt(clearing.tradedWh));
      assert.equal(sum(clearing.asks.energyWh), BigInt(clearing.tradedWh));
      assert.equal(sum(clearing.bids.amount), sum(clearing.asks.amount) + BigInt(clearing.fees));
      assert.ok(clearing.fees >= 0 && clearing.welfare >= 0n);
      assert.ok(clearing.welfare <= welfareBoundOf(staged));
      for (const [side, sign] of [
        ["bids", 1],
        ["asks", -1],
      ] as const) {
        clearing[side].energyWh.forEach((energyWh, order) => {
          assert.ok(energyWh <= book[side].energyWh[order]!);
          // A micro-euro where payments are shared and one where fees are, in each of at most a dozen trades.
          const atLimit = (energyWh * book[side].limit[order]!) / 1000;
          assert.ok(sign * (clearing[side].amount[order]! - atLimit) <= 24, "beyond a limit");
        });
      }
      assertWishes(clearing, particulars);
    }
  }
});

function assertWishes({ stages, attributed, bids, asks }: StagedClearing, particulars: Particulars): void {
  const known = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (const { bid, ask, energyWh } of attributed) {
    assert.ok(energyWh > 0);
    assert.ok(particulars.bids.solar[bid] !== 1 || particulars.asks.solar[ask] === 1, "solar alone");
    known.bids.set(bid, (known.bids.get(bid) ?? 0) + energyWh);
    known.asks.set(ask, (known.asks.get(ask) ?? 0) + energyWh);
  }
  for (const [bid, energyWh] of known.bids) assert.ok(energyWh <= bids.energyWh[bid]!);
  for (const [ask, energyWh] of known.asks) assert.ok(energyWh <= asks.energyWh[ask]!);
  for (const { pool, clearing } of stages) {
    let spare = 0;
    pool.bids.forEach((bid, i) => {
      if (particulars.bids.solar[bid] === 1) spare -= clearing.bids.energyWh[i]!;
    });
    pool.asks.forEach((ask, i) => {
      if (particulars.asks.solar[ask] === 1) spare += clearing.asks.energyWh[i]!;
      const { gift, partner } = particulars.asks;
      if (gift[ask] === 1) {
        assert.equal(pool.stage, "gift");
        assert.equal(partner[ask], pool.of);
        assert.equal(clearing.asks.amount[i], 0);
      }
    });
    assert.ok(spare >= 0, "more solar energy bought for its own sake than sold");
    if (pool.stage === "neighbours") continue;
    const named = attributed.filter(({ bid, ask }) => pool.bids.includes(bid) && pool.asks.includes(ask));
    assert.ok(named.reduce((sum, { energyWh }) => sum + energyWh, 0) >= clearing.tradedWh);
  }
}

interface Solved {
  readonly bids: readonly (readonly [number, number, number, number])[];
  readonly asks: readonly (readonly [number, number, number, number])[];
  readonly fees: readonly [number, number, number];
  readonly bound_solar: number;
  readonly best: number;
}
const fixtures: readonly Solved[] = JSON.parse(
  readFileSync(new URL("./fixtures/staged-lp.json", import.meta.url), "utf8"),
);
const solvedRow = ([energy, limit, feeder, solar]: Solved["bids"][number]): Row => [
  energy,
  limit,
  { feeder, ...(solar === 1 ? { solar: true as const } : {}) },
];

test("in 150 books who takes solar energy alone costs exactly the welfare that the linear programme says it must", () => {
  let split = 0;
  const anywhere = (row: Solved["bids"][number]): Row => {
    const [energy, limit, { solar } = {}] = solvedRow(row);
    return [energy, limit, solar ? { solar } : {}];
  };
  for (const { bids, asks, bound_solar } of fixtures) {
    const { welfare, stages } = cleared(stagedOf(bids.map(anywhere), asks.map(anywhere)));
    assert.equal(welfare, BigInt(bound_solar));
    if (stages.some(({ pool }) => pool.part !== "whole")) split += 1;
  }
  assert.ok(split > 40, `${split} books had to be parted`);
});

test("clearing nearest first is never worth more than the best under the fees of the way, and gives up an eighth of it here", () => {
  let [reached, best] = [0, 0];
  for (const { bids, asks, fees, best: most } of fixtures) {
    const [feeder, transformer, beyond] = fees;
    const grid = { transformerOf: [0, 0, 1], fees: { feeder, transformer, beyond } };
    const staged = stagedOf(bids.map(solvedRow), asks.map(solvedRow), grid);
    const { welfare } = cleared(staged);
    assert.ok(welfare <= BigInt(most) && BigInt(most) <= welfareBoundOf(staged));
    reached += Number(welfare);
    best += most;
  }
  assert.equal(((100 * reached) / best).toFixed(1), "87.5");
});

type Forged = { -readonly [K in keyof ClaimedStages]: ClaimedStages[K] };
const FORGERIES: readonly (readonly [problem: string, forge: (claim: Forged) => void])[] = [
  ["other_stage", (claim) => (claim.stages = claim.stages.slice(1))],
  ["other_stage", (claim) => (claim.stages = [...claim.stages, claim.stages[0]!])],
  ["other_stage", (claim) => (claim.stages = claim.stages.toReversed())],
  ["wrong_fee", (claim) => (claim.stages = claim.stages.map((one) => ({ ...one, fees: one.fees + 1 })))],
  [
    "wrong_price",
    (claim) =>
      (claim.stages = claim.stages.map((one) => ({
        ...one,
        clearingOf: (pool) => ({ ...one.clearingOf(pool)!, price: 1 }),
      }))),
  ],
  ["wrong_fee", (claim) => (claim.fees += 1)],
  ["wrong_price", (claim) => (claim.price = 1)],
  ["wrong_welfare", (claim) => (claim.welfare += 1n)],
  ["wrong_volume", (claim) => (claim.tradedWh += 1)],
  [
    "wrong_payment",
    (claim) => (claim.bids = { ...claim.bids, amount: claim.bids.amount.map((one) => one + 1) }),
  ],
  [
    "other_result",
    (claim) => (claim.asks = { ...claim.asks, energyWh: claim.asks.energyWh.map((one) => one + 1) }),
  ],
  ["wrong_attribution", (claim) => (claim.attributed = [])],
];
for (const [i, [problem, forge]] of FORGERIES.entries()) {
  test(`a forged clearing in stages, ${i + 1}, is met as ${problem}`, () => {
    const staged = stagedOf(
      [
        [1_000, 200_000, { home: 1, feeder: 0, partner: 4 }],
        [1_000, 210_000, { home: 2, feeder: 1 }],
      ],
      [[1_400, 100_000, { home: 4, feeder: 0 }]],
      STREET,
    );
    const claim: Forged = claimOf(cleared(staged));
    forge(claim);
    assert.equal(stagedProblem(staged, "uniform", claim)?.problem, problem);
  });
}

test("a common clearing that leaves those who take solar energy alone with other energy is refused", () => {
  const staged = stagedOf(
    [
      [300, 260_000, { solar: true }],
      [300, 200_000],
    ],
    [
      [100, 150_000, { solar: true }],
      [500, 100_000],
    ],
  );
  const common = clearStaged(withoutWishes(staged), "uniform");
  assert.equal(common.tradedWh, 600);
  assert.equal(stagedProblem(staged, "uniform", claimOf(common))?.problem, "other_stage");
});
