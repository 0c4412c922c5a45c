import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import {
  disputeOneInvoice,
  endOneSupply,
  giveOneNotice,
  issueOneInvoice,
  payOneInvoice,
  protectOnePlant,
  resolveOneDispute,
} from "#chain/supply-transactions.ts";
import { depositMoney, eraseOneMember } from "#chain/transactions.ts";
import { balanceOf } from "#ledger/account.ts";
import type { Draft } from "#ledger/state.ts";
import { MONEY, memberAccount, PREPAID } from "#market/books.ts";
import { SUPPLY_STATES, type SupplyState } from "#market/contract/contract.ts";
import { nextState, TRIGGERS } from "#market/contract/procedure.ts";
import { type SupplyStanding, supplyStandingOf } from "#market/contract/standing.ts";
import { PARAMETERS } from "#market/parameters.ts";
import { auditBooks } from "../../../test/support/audit.ts";
import {
  ALBA,
  ask,
  type ChainBench,
  citizenOf,
  OPERATOR,
  openStreet,
  saleId,
} from "../../../test/support/chain-bench.ts";
import {
  accepting,
  billing,
  invoiceOf,
  offering,
  prepaying,
  QUICK_SUPPLY,
  termsFrom,
} from "../../../test/support/supplies.ts";

const OFFER = saleId(500);
const CONTRACT = saleId(501);
const BUYER = citizenOf(1);

/** Every state × everything that may happen: where it leads, `·` = it cannot happen. */
const MACHINE = `
            notice    step       settled   disputed  upheld    protected  over   final
active      notified  ·          ·         ·         ·         ·          ended  ·
notified    ·         reduced    restored  disputed  ·         restored   ended  ·
reduced     ·         suspended  restored  disputed  ·         restored   ended  ·
suspended   ·         ·          restored  disputed  ·         restored   ended  ·
disputed    ·         ·          restored  ·         frozen    restored   ended  ·
restored    ·         active     ·         ·         ·         ·          ended  ·
ended       ·         ·          ·         ·         ·         ·          ·      closed
closed      ·         ·          ·         ·         ·         ·          ·      ·
`;

test("every state of a supply and everything that may happen to it leads where the table says, or nowhere", () => {
  const [head, ...rows] = MACHINE.trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  assert.deepEqual(head, TRIGGERS);
  assert.deepEqual(
    rows.map(([state]) => state),
    SUPPLY_STATES,
  );
  for (const [state, ...nexts] of rows as [SupplyState, ...string[]][]) {
    for (const [i, trigger] of TRIGGERS.entries()) {
      for (const frozen of ["notified", "reduced"] as const) {
        const leads: string | undefined = nexts[i];
        const expected = leads === "·" ? undefined : leads === "frozen" ? frozen : leads;
        assert.equal(nextState({ state, frozen }, trigger), expected, `${state}, ${trigger}`);
      }
    }
  }
});

/** A street with a suspendable contract of plant 1 with Alba, and 3 € for its buyer. */
function supplied(changes: Parameters<typeof termsFrom>[2] = {}): { bench: ChainBench; noon: number } {
  const { bench, noon } = openStreet({ parameters: QUICK_SUPPLY, signatures: false });
  const terms = termsFrom(noon - 86_400, bench.genesis.parameters, changes);
  bench.accept(
    noon,
    ask(OPERATOR, depositMoney, { member: BUYER, amount: MicroEur(3_000_000n), reference: "buyer" }),
    offering(ALBA, OFFER, terms),
    accepting(CONTRACT, OFFER, 1),
  );
  return { bench, noon };
}

const standing = (bench: ChainBench): SupplyStanding => bench.view.supplyStanding(1);

/** Blocks at a time until at least so many have been made. */
function blocks(bench: ChainBench, time: number, count: number): readonly ChainEvent[] {
  return Array.from({ length: count }, () => bench.block(time).events).flat();
}

/** An overdue invoice of which notice was given; `time` of the notice. */
function notified(bench: ChainBench, noon: number): number {
  bench.accept(noon + 900, billing(1, CONTRACT, noon + 900));
  const time = noon + 1801;
  bench.accept(time, ask(ALBA, giveOneNotice, { invoice: saleId(1_001) }));
  return time;
}

test("an unpaid supply is reduced after its notice and suspended after that, each in seconds and in blocks, and restored when it is paid", () => {
  const { bench, noon } = supplied();
  assert.deepEqual([standing(bench).state, standing(bench).limit], ["active", { type: "none" }]);
  const notice = notified(bench, noon);
  assert.equal(standing(bench).state, "notified");
  assert.equal(standing(bench).basis, "invoice_overdue");

  blocks(bench, notice + 1799, 5);
  assert.equal(standing(bench).state, "notified", "blocks alone are not enough");
  bench.block(notice + 1800);
  assert.equal(standing(bench).state, "reduced");
  assert.deepEqual(standing(bench).limit, { type: "reduced", perMille: 150, vitalW: 500 });

  bench.block(notice + 1800 + 900);
  assert.equal(standing(bench).state, "reduced", "seconds alone are not enough");
  bench.block(notice + 1800 + 900);
  assert.equal(standing(bench).state, "suspended");
  assert.deepEqual(standing(bench).limit, { type: "suspended" });

  const { events } = bench.accept(notice + 9_000, ask(BUYER, payOneInvoice, { invoice: saleId(1_001) }));
  assert.deepEqual(
    events.map(({ type }) => type),
    ["invoice_paid", "supply_changed"],
  );
  assert.deepEqual(
    [standing(bench).state, standing(bench).basis, standing(bench).limit],
    ["restored", "paid", { type: "none" }],
  );
  blocks(bench, notice + 9_000, 2);
  assert.equal(standing(bench).state, "active");
  const state = bench.app.open(0).state;
  assert.equal(balanceOf(state, memberAccount(BUYER), MONEY).posted, 2_000_000n);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a dispute freezes the procedure; who was suspended has the reduced supply until it is decided, and the step begins anew", () => {
  for (const step of ["notified", "reduced", "suspended"] as const) {
    const { bench, noon } = supplied();
    let time = notified(bench, noon);
    if (step !== "notified") blocks(bench, (time += 1800), 3);
    if (step === "suspended") blocks(bench, (time += 900), 3);
    assert.equal(standing(bench).state, step);
    bench.accept(time, ask(BUYER, disputeOneInvoice, { invoice: saleId(1_001), reason: "reading" }));
    const frozen = step === "notified" ? { type: "none" } : { type: "reduced", perMille: 150, vitalW: 500 };
    assert.equal(standing(bench).state, "disputed");
    assert.deepEqual(standing(bench).limit, frozen, step);
    blocks(bench, (time += 86_400), 10);
    assert.equal(standing(bench).state, "disputed", "nothing advances, however long it takes");

    const paid = bench.fork();
    paid.accept(time, ask(BUYER, payOneInvoice, { invoice: saleId(1_001) }));
    assert.equal(standing(paid).state, "restored", "paid in spite of the dispute");
    const dismissed = bench.fork();
    const resolve = (amount: bigint) =>
      ask(OPERATOR, resolveOneDispute, { invoice: saleId(1_001), amount: MicroEur(amount) });
    dismissed.accept(time, resolve(0n));
    assert.deepEqual([standing(dismissed).state, standing(dismissed).basis], ["restored", "claim_dismissed"]);

    bench.accept(time, resolve(400_000n));
    const back = step === "notified" ? "notified" : "reduced";
    assert.deepEqual([standing(bench).state, standing(bench).basis], [back, "claim_upheld"]);
    assert.equal(standing(bench).stepTime, time + (back === "notified" ? 1800 : 900), "its delay in full");
    bench.accept(time, ask(BUYER, payOneInvoice, { invoice: saleId(1_001) }));
    const state = bench.app.open(0).state;
    assert.equal(balanceOf(state, memberAccount(BUYER), MONEY).posted, 2_600_000n, "what stood of it");
    assert.deepEqual(auditBooks(bench.app), []);
  }
});

test("a plant that is not to be disconnected has its supply back at once, whatever the step", () => {
  for (const blocksOn of [0, 1, 2]) {
    const { bench, noon } = supplied();
    let time = notified(bench, noon);
    if (blocksOn > 0) blocks(bench, (time += 1800), 3);
    if (blocksOn > 1) blocks(bench, (time += 900), 3);
    bench.accept(time, ask(OPERATOR, protectOnePlant, { plant: 1, protected: true, reason: "registered" }));
    assert.deepEqual(
      [standing(bench).state, standing(bench).basis, standing(bench).protection],
      ["restored", "protected", "registered"],
    );
    blocks(bench, time, 3);
    const notice = ask(ALBA, giveOneNotice, { invoice: saleId(1_001) });
    assert.deepEqual(bench.block(time, [notice]).statuses, ["plant_protected"]);
    bench.accept(time, ask(OPERATOR, protectOnePlant, { plant: 1, protected: false, reason: "registered" }));
    bench.accept(time, notice);
    assert.equal(standing(bench).state, "notified", "protected no longer");
  }
});

test("money put aside pays invoices as they come, as far as it reaches, and a later payment into it restores the supply", () => {
  const { bench, noon } = supplied({ billing: "prepaid" });
  bench.accept(noon, prepaying(CONTRACT, 700_000n, BUYER));
  const issued = bench.accept(noon + 900, billing(1, CONTRACT, noon + 900));
  assert.deepEqual(
    issued.events.filter(({ type }) => type === "invoice_paid"),
    [
      {
        type: "invoice_paid",
        invoice: saleId(1_001),
        contract: CONTRACT,
        amount: 700_000n,
        from: "reserve",
        rest: 300_000n,
      },
    ],
  );
  const time = noon + 1801;
  bench.accept(time, ask(ALBA, giveOneNotice, { invoice: saleId(1_001) }));
  blocks(bench, time + 1800, 3);
  assert.equal(standing(bench).state, "reduced");
  bench.accept(time + 1800, prepaying(CONTRACT, 299_999n, BUYER));
  assert.equal(standing(bench).state, "reduced", "one µEUR is missing");
  bench.accept(time + 1800, prepaying(CONTRACT, 500_001n, BUYER));
  assert.deepEqual([standing(bench).state, standing(bench).basis], ["restored", "prepaid"]);
  assert.equal(balanceOf(bench.app.open(0).state, PREPAID, MONEY).posted, 500_000n);
  assert.deepEqual(auditBooks(bench.app), []);

  // Ended by the buyer: after the last invoice's time what is left comes back.
  bench.accept(time + 1800, ask(BUYER, endOneSupply, { contract: CONTRACT }));
  blocks(bench, time + 3600, 3);
  assert.equal(standing(bench).state, undefined, "no contract is running");
  const { events } = { events: blocks(bench, time + 4500, 3) };
  assert.deepEqual(
    events.filter(({ type }) => type === "reserve_returned"),
    [{ type: "reserve_returned", contract: CONTRACT, amount: 500_000n }],
  );
  const state = bench.app.open(0).state as Draft;
  assert.equal(balanceOf(state, PREPAID, MONEY).posted, 0n);
  assert.equal(balanceOf(state, memberAccount(BUYER), MONEY).posted, 2_000_000n);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a credit note takes off what is still to be paid, and gives back what was paid already", () => {
  const { bench, noon } = supplied();
  bench.accept(noon + 900, billing(1, CONTRACT, noon + 900));
  const credit = (number: number, amount: bigint) =>
    ask(
      ALBA,
      issueOneInvoice,
      invoiceOf(number, CONTRACT, noon + 900, { corrects: saleId(1_001), amount: MicroEur(amount) }),
    );
  bench.accept(noon + 900, credit(2, 250_000n));
  bench.accept(noon + 900, ask(BUYER, payOneInvoice, { invoice: saleId(1_001) }));
  const money = () => balanceOf(bench.app.open(0).state, memberAccount(BUYER), MONEY).posted;
  assert.equal(money(), 2_250_000n);
  bench.accept(noon + 900, credit(3, 750_000n));
  assert.equal(money(), 3_000_000n, "all of it, in the end");
  assert.deepEqual(bench.block(noon + 900, [credit(4, 1n)]).statuses, ["invoice_too_large"]);
  // The period is free again: a right invoice takes the wrong one's place.
  bench.accept(noon + 900, billing(4, CONTRACT, noon + 900, { amount: MicroEur(5n) }));
  assert.deepEqual(auditBooks(bench.app), []);
});

test("whoever buys or sells by a contract keeps its number until the contract is closed, and is not erased before", () => {
  const { bench, noon } = openStreet({ parameters: QUICK_SUPPLY, signatures: false });
  const [buyer, neighbour] = [citizenOf(1), citizenOf(2)];
  const resting = () => [buyer, neighbour].map((member) => bench.view.checkAtRest(member));
  const erased = () =>
    [buyer, neighbour].map((member) => {
      const request = ask(OPERATOR, eraseOneMember, { member });
      const open = bench.app.open(bench.app.time);
      return open.execute(bench.transaction(open, request), () => true, "leaves no trace").status;
    });
  assert.deepEqual([resting(), erased()], [Array(2).fill("ok"), Array(2).fill("ok")]);
  const terms = termsFrom(noon, bench.genesis.parameters);
  bench.accept(noon, offering(neighbour, OFFER, terms), accepting(CONTRACT, OFFER, 1));
  assert.deepEqual(resting(), Array(2).fill("member_not_at_rest"));
  assert.deepEqual(erased(), Array(2).fill("contracts_still_running"));
  bench.accept(noon + 900, billing(1, CONTRACT, noon + 900, { amount: MicroEur(1n) }, neighbour));
  bench.accept(noon + 900, ask(neighbour, endOneSupply, { contract: CONTRACT }));
  blocks(bench, noon + 2700, 3);
  assert.deepEqual(resting(), Array(2).fill("member_not_at_rest"), "ended, not yet closed");
  blocks(bench, noon + 3600, 3);
  assert.deepEqual(resting(), ["ok", "member_not_at_rest"], "somebody owes the seller something");
  const credit = invoiceOf(2, CONTRACT, noon + 900, { corrects: saleId(1_001), amount: MicroEur(1n) });
  bench.accept(noon + 3600, ask(neighbour, issueOneInvoice, credit));
  assert.deepEqual([resting(), erased()], [Array(2).fill("ok"), Array(2).fill("ok")]);
});

test("a law that has become milder to the buyer since counts at the next step", () => {
  const { bench, noon } = supplied();
  const time = notified(bench, noon);
  blocks(bench, time + 1800, 3);
  const laws = bench.genesis.parameters;
  const { state } = bench.app.open(time + 1800);
  const milder = { ...laws, supplyReducedPerMille: 300, supplyVitalMinimumW: 900 };
  (state as Draft).put(PARAMETERS, 0, milder);
  assert.deepEqual(supplyStandingOf(state, 1).limit, { type: "reduced", perMille: 300, vitalW: 900 });
});
