/**
 * Days of the neighbours' market alone, right requests and wrong ones, by every mechanism and with and without fees
 * for the grid: after every block the books hold, and what `markets.ts` counts along; whoever reads the blocks again
 * comes to the same state. This is the market's part of `src/chain/books.test.ts`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { dayOf, dayStart } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { booksProblems } from "../../src/node/books.ts";
import { auditBooks } from "../support/audit.ts";
import { ask, citizenOf, memberSigner, OPERATOR, openStreet } from "../support/chain-bench.ts";
import { LONG } from "../support/counterparts.ts";
import { Markets } from "./markets.ts";
import { Requests } from "./requests.ts";
import { REGISTRAR } from "./street.ts";
import { World } from "./world.ts";

const HOMES = 3;
const HISTORIES = LONG ? 25 : 2;
const BLOCKS = 70;
const FEES = [0n, 5_000n, 12_000n, 30_000n];

/** A world whose first fault is the test's. */
class Histories extends World {
  override expect(holds: boolean, problem: () => string): void {
    assert.ok(holds, holds ? "" : `seed ${this.seed}: ${problem()}`);
  }
}

function streetOf(mechanism: MechanismName, fees: boolean) {
  const fee = (of: bigint) => MicroEurPerKwh(fees ? of : 0n);
  const street = openStreet({
    homes: HOMES,
    signatures: false,
    parameters: {
      delayBlocks: 2,
      marketGateS: 1_800,
      marketCorrectionDays: 2,
      marketMechanism: mechanism,
      marketFeeFeeder: fee(FEES[1]!),
      marketFeeTransformer: fee(FEES[2]!),
      marketFeeBeyond: fee(FEES[3]!),
    },
    founders: [{ member: REGISTRAR, role: "registrar", keys: [memberSigner(REGISTRAR).publicKey] }],
  });
  const deposits = Array.from({ length: HOMES }, (_, i) => citizenOf(i + 1)).map((member) =>
    ask(OPERATOR, depositMoney, { member, amount: MicroEur(90_000n), reference: `home ${member}` }),
  );
  street.bench.accept(street.noon, ...deposits);
  return street;
}

test("whatever orders wish and the law asks, a market's day makes and loses neither energy nor money, and nobody pays beyond its consent", () => {
  const seen = new Map<string, number>();
  for (const mechanism of Object.keys(MECHANISMS) as MechanismName[]) {
    for (const fees of [false, true]) {
      const { bench: street, noon } = streetOf(mechanism, fees);
      for (let seed = 0; seed < HISTORIES; seed++) {
        const world = new Histories(`market ${mechanism} ${fees} ${seed}`);
        const bench = street.fork();
        const requests = new Requests(world, bench.genesis);
        const model = new Markets(world, bench.app);
        let time = noon;
        for (let block = 0; block < BLOCKS; block++) {
          const { zone } = bench.view.parameters;
          time = world.happens(1, 12)
            ? dayStart(zone, dayOf(zone, time) + 1) + 60
            : time + world.pick([0, 60, 60, 300, 900]);
          const asked = Array.from({ length: world.between(1, 3) }, () =>
            requests.market({ view: bench.view, time }),
          );
          const done = bench.block(time, asked, "counts");
          const read = done.block.transactions.map(({ bytes }) => {
            const transaction = decodeTransaction(bytes);
            assert.ok(transaction.ok);
            return transaction.value;
          });
          for (const [i, transaction] of read.entries()) {
            world.count(`${done.statuses[i]}`);
            if (done.statuses[i] === "ok") model.take(transaction, () => `seed ${seed}, block ${block}`);
          }
          assert.deepEqual(auditBooks(bench.app), [], `seed ${seed}, block ${block}`);
        }
        assert.deepEqual(booksProblems(bench.app.export(), bench.app.height), []);
        const again = street.restored();
        for (const one of bench.blocks) assert.ok(again.replay(one, () => true).ok);
        assert.equal(toHex(again.stateRoot), toHex(bench.app.stateRoot));
        for (const [what, count] of world.counts) seen.set(what, (seen.get(what) ?? 0) + count);
      }
    }
  }
  // The histories were worth the while.
  for (const what of [
    ...["market books checked", "market books with wishes", "market books with fees", "market debits"],
    ...["seals_differ", "cap_exceeded", "money_unbalanced", "energy_unbalanced", "version_wrong"],
    ...["fees_not_lawful", "market fees of the fallback", "market feeders limited"],
  ]) {
    assert.ok((seen.get(what) ?? 0) > 0, `no history came to this: ${what}`);
  }
});
