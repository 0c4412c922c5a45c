/**
 * What closed sales weigh, since they stay in the state for ever: bytes of memory per sale, and how long an export
 * of the state (a snapshot) holds up the chain. Ends with one JSON object; `--short` uses fewer sales. Run it with
 * `node --expose-gc`, as `bench/run.ts` does for whoever asks, or the memory is not measured.
 */
import { Random } from "#base/random.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { TABLES } from "#chain/genesis.ts";
import { State } from "#ledger/state.ts";
import { SALES, type Sale } from "#market/sale.ts";

const count = process.argv.includes("--short") ? 20_000 : 200_000;
const collect = (globalThis as { gc?: () => void }).gc;
const used = () => {
  collect?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
};

const random = new Random("closed sales");
const state = new State(TABLES);
const before = used();
for (let made = 0; made < count; ) {
  const draft = state.draft();
  for (let i = 0; i < 2_000; i++, made++) draft.put(SALES, random.bytes(16), closedSale(made));
  draft.seal().commit();
}
const perSale = Math.round((used() - before) / count);
const began = performance.now();
const rows = state.export();
const takenMs = performance.now() - began;
rows.next();
const orderedMs = performance.now() - began;
console.log(
  JSON.stringify({
    sales: count,
    bytes_in_memory_per_sale: collect === undefined ? null : perSale,
    export_taken_ms: Math.round(takenMs),
    export_ordered_ms: Math.round(orderedMs),
  }),
);

function closedSale(n: number): Sale {
  const energy = Wh(1_500n);
  return {
    plant: n % 1_000,
    seller: n % 1_000,
    supplier: 2,
    day: 20_620,
    rate: MicroEurPerKwh(142_000n),
    fee: MicroEurPerKwh(4_000n),
    energy,
    delivered: energy,
    state: "settled",
    height: n,
    time: 1_781_604_000 + n,
    firstInterval: 1_781_604_000,
    lastInterval: 1_781_611_200,
    expiryHeight: n + 50_000,
    closedHeight: n + 9,
    closedTime: 1_781_605_000 + n,
    gross: MicroEur(213_000n),
    feePaid: MicroEur(6_000n),
  };
}
