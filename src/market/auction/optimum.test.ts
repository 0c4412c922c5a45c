/** The auction against linear programmes that HiGHS solved: with and without feeders' limits. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "#base/random.ts";
import { type Book, totalWh } from "#market/auction/book.ts";
import { admit, type Feeders } from "#market/auction/feeder.ts";
import { bookOf, drawBook, type Row, termsOf } from "#market/auction/test-books.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { clearingProblem } from "#market/auction/verify.ts";
import { skipped, skippedUnlessLong } from "../../../test/support/counterparts.ts";

interface Solved {
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
  readonly feeders?: readonly {
    readonly bids: readonly number[];
    readonly asks: readonly number[];
    readonly buys_at_most_wh: number;
    readonly sells_at_most_wh: number;
  }[];
  /** nEUR and Wh. */
  readonly welfare: number;
  readonly volume: number;
}

const SCRIPT = fileURLToPath(new URL("../../../test/oracles/auction_lp.py", import.meta.url));

function assertOptimal(solved: Solved): void {
  const whole = bookOf(solved.bids, solved.asks);
  const feeders = feedersOf(solved);
  const book = admit(whole, feeders);
  const clearing = clearUniform(book);
  assert.equal(clearing.certificate.welfare, BigInt(solved.welfare));
  assert.equal(clearing.tradedWh, solved.volume);
  assert.equal(clearingProblem(book, clearing, termsOf(book)), undefined);
  for (const [i, limit] of feeders.limits.entries()) {
    const bought = clearing.bids.energyWh.filter((_, order) => feeders.ofBids[order] === i);
    const sold = clearing.asks.energyWh.filter((_, order) => feeders.ofAsks[order] === i);
    assert.ok(totalWh(bought) <= limit.buysAtMostWh!);
    assert.ok(totalWh(sold) <= limit.sellsAtMostWh!);
  }
}

function feedersOf({ bids, asks, feeders = [] }: Solved): Feeders {
  const place = (side: "bids" | "asks") => (_: Row, order: number) =>
    feeders.findIndex((feeder) => feeder[side].includes(order));
  return {
    limits: feeders.map((feeder) => ({
      buysAtMostWh: feeder.buys_at_most_wh,
      sellsAtMostWh: feeder.sells_at_most_wh,
    })),
    ofBids: Int32Array.from(bids.map(place("bids"))),
    ofAsks: Int32Array.from(asks.map(place("asks"))),
  };
}

const fixtures: readonly Solved[] = JSON.parse(
  readFileSync(new URL("./fixtures/lp.json", import.meta.url), "utf8"),
);

test("200 books clear with the welfare and the volume of the linear programme, half of them under feeders' limits", () => {
  assert.equal(fixtures.length, 200);
  assert.equal(fixtures.filter(({ feeders }) => feeders !== undefined).length, 100);
  assert.ok(fixtures.filter(({ volume }) => volume > 0).length > 150);
  fixtures.forEach(assertOptimal);
});

test("10,000 books of this run clear as HiGHS solves them (CONTRADA_ORACLES: a Python with highspy)", (t) => {
  if (skippedUnlessLong(t)) return;
  const python = process.env.CONTRADA_ORACLES ?? "python3";
  const absent = spawnSync(python, ["-c", "import highspy"]).status !== 0;
  if (skipped(t, absent ? "highspy in the Python of CONTRADA_ORACLES" : undefined)) return;
  const random = new Random("books for HiGHS");
  const books = Array.from({ length: 10_000 }, (_, i) => {
    // Within what a solver in doubles can tell apart.
    const book = drawBook(random.fork(String(i)), 12, 400);
    return { bids: rowsOf(book.bids), asks: rowsOf(book.asks) };
  });
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT], {
    input: JSON.stringify(books),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  const solved: readonly Solved[] = JSON.parse(stdout);
  assert.equal(solved.length, books.length);
  solved.forEach((one, i) => {
    try {
      assertOptimal(one);
    } catch (error) {
      throw new Error(`book ${i}: ${JSON.stringify(one)}`, { cause: error });
    }
  });
});

function rowsOf({ energyWh, limit }: Book["bids"]): Row[] {
  return [...energyWh].map((wh, i): Row => [wh, limit[i]!]);
}
