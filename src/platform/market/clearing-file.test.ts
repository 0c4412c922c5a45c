/** The file that anybody checks says the same as the chain, whatever orders wish and the law asks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { NO_GRID } from "#market/auction/particulars.ts";
import type { BookOrder } from "#market/auction/seal.ts";
import { NO_WISHES, type Wishes } from "#market/auction/wishes.ts";
import { openedResult } from "#market/slot-book.ts";
import { clearingFrom, wrongIn } from "#wire/clearing.ts";
import { checkStaged } from "#wire/staged-clearing.ts";
import { clearingFile } from "./clearing-file.ts";

const SLOT = 1_800_000_000;

function draw(random: Random, wishing: boolean): BookOrder[] {
  return Array.from({ length: 2 + random.integer(14) }, (_, i) => {
    const side = random.integer(2) === 0 ? "bid" : "ask";
    const partner = (i + 1 + random.integer(4)) * 7;
    const gift = side === "ask" && random.integer(5) === 0;
    const wishes: Wishes = {
      solar: random.integer(2) === 0,
      partner: gift || random.integer(2) === 0 ? partner : undefined,
      gift,
    };
    return {
      paddle: i * 7,
      number: 0,
      side,
      energyWh: 1 + random.integer(400),
      limit: wishing && gift ? 0 : 100_000 + 10_000 * random.integer(12) + (side === "bid" ? 40_000 : 0),
      feeder: [0, 1, 2, 300, 301][random.integer(5)]!,
      wishes: wishing && partner !== i * 7 ? wishes : NO_WISHES,
      salt: new Uint8Array(16),
    };
  });
}

test("the file of a book on the chain holds, and says of every order what the chain made of it", () => {
  const random = new Random("clearing files");
  const seen = new Map<string, number>();
  for (let i = 0; i < 240; i++) {
    const mechanism = Object.keys(MECHANISMS)[i % 4] as MechanismName;
    const [wishing, priced, limited] = [
      random.integer(3) > 0,
      random.integer(2) === 0,
      random.integer(3) === 0,
    ];
    const orders = draw(random, wishing);
    const terms = {
      mechanism,
      fees: priced ? { feeder: 0, transformer: 11_111, beyond: 30_007 } : NO_GRID.fees,
      limits: limited ? [{ feeder: 2, maxSoldWh: 300, maxBoughtWh: undefined }] : [],
    };
    const root = new Uint8Array(32).fill(i);
    const chain = openedResult({ orders }, root, terms);
    const { price, tradedWh } = chain.clearing;
    const moment = { height: 1, time: SLOT };
    const cleared = { ...moment, transaction: root, orders: orders.length, mechanism, price, tradedWh };
    const file = clearingFile(terms, { root, cleared }, { orders }) as {
      format: string;
      fills: { id: string; energy_wh: number }[];
      payments: { id: string; pays_micro_eur: number }[];
    };
    assert.ok(file !== null, `book ${i}: no file`);
    seen.set(file.format, (seen.get(file.format) ?? 0) + 1);
    if (file.format.includes("staged")) {
      const verdict = checkStaged(JSON.parse(JSON.stringify(file)), () => undefined);
      assert.ok(verdict.ok);
      assert.equal(verdict.value.wrong, undefined);
    } else {
      const read = clearingFrom(JSON.parse(JSON.stringify(file)));
      assert.ok(read.ok);
      assert.equal(wrongIn(read.value), undefined);
    }
    const name = (place: number) => `${String(orders[place]!.paddle).padStart(10, "0")}/000`;
    const told = new Map(file.fills.map(({ id, energy_wh }) => [id, energy_wh]));
    const paid = new Map(file.payments.map(({ id, pays_micro_eur }) => [id, pays_micro_eur]));
    for (const [places, side, sign] of [
      [chain.bids, chain.clearing.bids, 1],
      [chain.asks, chain.clearing.asks, -1],
    ] as const) {
      for (const [at, place] of places.entries()) {
        assert.equal(told.get(name(place)) ?? 0, side.energyWh[at], `book ${i}, ${name(place)}`);
        assert.equal(paid.get(name(place)) ?? 0, sign * side.amount[at]! || 0, `book ${i}, ${name(place)}`);
      }
    }
  }
  assert.ok(seen.size === 2, "files of both formats");
});
