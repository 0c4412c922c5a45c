/**
 * Histories of supply contracts alone, right requests and wrong ones: after every block the books hold, and no step of
 * a procedure came but by its rules (`supplies.ts` counts along); whoever reads the blocks again comes to the same
 * state. Runs of the simulation are too short for whole procedures; these are not.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { booksProblems } from "../../src/node/books.ts";
import { auditBooks } from "../support/audit.ts";
import { ask, citizenOf, memberSigner, OPERATOR, openStreet } from "../support/chain-bench.ts";
import { LONG } from "../support/counterparts.ts";
import { QUICK_SUPPLY } from "../support/supplies.ts";
import { REGISTRAR } from "./street.ts";
import { Supplies } from "./supplies.ts";
import { SupplyRequests } from "./supply-requests.ts";
import { World } from "./world.ts";

const HOMES = [1, 2].map((plant) => ({ plant, owner: citizenOf(plant) }));
const HISTORIES = LONG ? 200 : 12;
const BLOCKS = 80;

/** A world whose first fault is the test's. */
class Histories extends World {
  override expect(holds: boolean, problem: () => string): void {
    assert.ok(holds, holds ? "" : `seed ${this.seed}: ${problem()}`);
  }
}

test("no supply is reduced or suspended but by the rules, whatever is asked, and no money is made or lost", () => {
  const { bench: street, noon } = openStreet({
    homes: HOMES.length,
    signatures: false,
    parameters: QUICK_SUPPLY,
    founders: [{ member: REGISTRAR, role: "registrar", keys: [memberSigner(REGISTRAR).publicKey] }],
  });
  street.accept(
    noon,
    ...HOMES.map(({ owner: member }) =>
      ask(OPERATOR, depositMoney, { member, amount: MicroEur(40_000n), reference: `home ${member}` }),
    ),
  );
  const seen = new Map<string, number>();
  for (let seed = 0; seed < HISTORIES; seed++) {
    const world = new Histories(`supplies ${seed}`);
    const bench = street.fork();
    const requests = new SupplyRequests(world);
    const model = new Supplies(world, "the chain", bench.app);
    let time = noon;
    for (let block = 0; block < BLOCKS; block++) {
      time += world.pick([0, 1, 300, 900, 900, 1800]);
      const scene = { view: bench.view, time };
      const asked = Array.from({ length: world.between(0, 3) }, () => requests.next(scene, HOMES));
      const done = bench.block(time, asked, "counts");
      for (const [i, { bytes }] of done.block.transactions.entries()) {
        const transaction = decodeTransaction(bytes);
        assert.ok(transaction.ok);
        world.count(`${done.statuses[i]}`);
        if (done.statuses[i] === "ok") model.take(transaction.value, () => `seed ${seed}, block ${block}`);
      }
      model.check(bench.app.height);
      assert.deepEqual(auditBooks(bench.app), [], `seed ${seed}, block ${block}`);
    }
    assert.deepEqual(booksProblems(bench.app.export(), bench.app.height), []);
    assert.equal(toHex(bench.restored().stateRoot), toHex(bench.app.stateRoot));
    const again = street.restored();
    for (const one of bench.blocks) assert.ok(again.replay(one, () => true).ok);
    assert.equal(toHex(again.stateRoot), toHex(bench.app.stateRoot));
    for (const [what, count] of world.counts) seen.set(what, (seen.get(what) ?? 0) + count);
  }
  // The histories were worth the while.
  for (const what of [
    ...["active", "notified", "reduced", "suspended", "disputed", "restored", "ended", "closed"].map(
      (state) => `supply ${state}`,
    ),
    "supply restored by a payment",
    "plant_protected",
    "procedure_running",
    "invoice_not_due",
    "invoice_disputed",
    "plant_supplied",
    "offer_closed",
    "period_invalid",
  ]) {
    assert.ok((seen.get(what) ?? 0) > 0, `no history came to this: ${what}`);
  }
});
