/**
 * How long the neighbours' auction takes on one core: the uniform clearing with its certificate, with payments,
 * and the check of the certificate, for 100,000 and 1,000,000 random orders; beside each the time of one
 * typed-array sort of the same keys, which is what merit order would cost by sorting. With pymarket 0.7
 * (`CONTRADA_ORACLES` names a Python that has it; without, the row says so) the same 400 and 1,600 orders are
 * cleared side by side. Ends with one JSON object; `--short` leaves out the million and pymarket's 1,600.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Random } from "#base/random.ts";
import type { Book, Orders } from "#market/auction/book.ts";
import { allocate, clearUniform } from "#market/auction/uniform.ts";
import { clearingProblem } from "#market/auction/verify.ts";

const short = process.argv.includes("--short");
const ROUNDS = short ? 5 : 9;

const sizes = (short ? [100_000] : [100_000, 1_000_000]).map((orders) => {
  const book = drawnBook(orders);
  const keys = keysOf(book);
  const sortMs = medianMs(ROUNDS, () => keys.slice().sort());
  const copyMs = medianMs(ROUNDS, () => keys.slice());
  const clearMs = medianMs(ROUNDS, () => allocate(book));
  const withPaymentsMs = medianMs(ROUNDS, () => clearUniform(book));
  const clearing = clearUniform(book);
  const terms = {
    arrivals: { bids: [], asks: [] },
    split: { price: undefined, keysPerMille: undefined },
  };
  const verifyMs = medianMs(ROUNDS, () => {
    if (clearingProblem(book, clearing, terms) !== undefined) throw new Error("the clearing does not hold");
  });
  return {
    orders,
    traded_wh: clearing.tradedWh,
    sort_ms: rounded(sortMs - copyMs),
    clear_with_certificate_ms: rounded(clearMs),
    of_sort: rounded(clearMs / (sortMs - copyMs)),
    with_payments_ms: rounded(withPaymentsMs),
    with_payments_of_sort: rounded(withPaymentsMs / (sortMs - copyMs)),
    verify_ms: rounded(verifyMs),
  };
});

console.log(JSON.stringify({ sizes, pymarket: besidePymarket(short ? [400] : [400, 1_600]) }));

/** As many bids as asks, one kilowatt-hour on average, limits from 0.08 to 0.30 €/kWh. */
function drawnBook(orders: number): Book {
  const random = new Random(`bench of ${orders} orders`);
  const side = (): Orders => {
    const energyWh = new Uint32Array(orders / 2);
    const limit = new Int32Array(orders / 2);
    for (let i = 0; i < energyWh.length; i++) {
      energyWh[i] = 1 + random.integer(2_000);
      limit[i] = 80_000 + random.integer(220_001);
    }
    return { energyWh, limit };
  };
  return { bids: side(), asks: side() };
}

/** Limit and place of every order packed into one number, as one would sort them. */
function keysOf({ bids, asks }: Book): Float64Array {
  const keys = new Float64Array(bids.limit.length + asks.limit.length);
  for (const [from, { limit }] of [
    [0, bids],
    [bids.limit.length, asks],
  ] as const) {
    for (let i = 0; i < limit.length; i++) keys[from + i] = limit[i]! * 1_048_576 + from + i;
  }
  return keys;
}

/** Both clear the same orders; each is timed by itself, without starting and without reading them. */
function besidePymarket(counts: readonly number[]): object {
  const python = process.env.CONTRADA_ORACLES;
  if (python === undefined || spawnSync(python, ["-c", "import pymarket"]).status !== 0) {
    return { absent: "CONTRADA_ORACLES names no Python with pymarket 0.7" };
  }
  return counts.map((orders) => {
    const book = drawnBook(orders);
    const script = fileURLToPath(new URL("../test/oracles/pymarket_clearing.py", import.meta.url));
    const { status, stdout, stderr } = spawnSync(python, [script], {
      encoding: "utf8",
      input: JSON.stringify({ bids: rowsOf(book.bids), asks: rowsOf(book.asks) }),
    });
    if (status !== 0) throw new Error(`pymarket: ${stderr}`);
    const { huang_ms, huang_wh, muda_ms, muda_wh } = JSON.parse(stdout);
    const oursMs = medianMs(200, () => clearUniform(book));
    return {
      orders,
      ours_ms: rounded(oursMs),
      ours_wh: clearUniform(book).tradedWh,
      huang_ms: rounded(huang_ms),
      huang_wh,
      muda_ms: rounded(muda_ms),
      muda_wh,
      times_huang: Math.round(huang_ms / oursMs),
      times_muda: Math.round(muda_ms / oursMs),
    };
  });
}

function rowsOf({ energyWh, limit }: Orders): number[][] {
  return [...energyWh].map((wh, i) => [wh, limit[i]!]);
}

function medianMs(rounds: number, work: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < rounds + 2; i++) {
    const began = performance.now();
    work();
    if (i >= 2) times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[rounds >> 1]!;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
