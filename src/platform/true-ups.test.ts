import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber, dayStart, ROME } from "#base/time.ts";
import type { IncentiveMonths } from "#wire/bill-schemas.ts";
import type { Client } from "#wire/client.ts";
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import { openIncentiveStreet } from "./test-incentive-street.ts";
import { ANNA, BRUNO, clientFor, OPERATOR, refusedWith } from "./test-street.ts";

test("what a year shared above 55 % is taken from those who received it, given to consumers, and sums to nothing", async () => {
  const { memory, street, platform, anna, bruno, live } = await openIncentiveStreet();
  try {
    live(8, 900, 700);
    const [operator, annas, brunos] = (await Promise.all(
      [OPERATOR, ANNA, BRUNO].map((member) => clientFor(platform.url, member)),
    )) as [Client, Client, Client];
    const month = (reason: string, advance = false) =>
      operator.call("POST /v1/operator/incentive", { body: { month: "2026-06", reason, advance } });
    const trueUp = (reason = "the year 2026"): Promise<IncentiveMonths> =>
      operator.call("POST /v1/operator/incentive/true-up", { body: { year: 2026, reason } });
    const money = (member: number) => Number(memory.view().money(member).posted);

    await assert.rejects(trueUp(), refusedWith("day_not_over"));
    memory.time = dayStart(ROME, dayNumber({ year: 2027, month: 1, day: 1 })) + 3_600;
    await assert.rejects(trueUp(), refusedWith("nothing_shared"));
    await month("by the authority's rule", true);
    await assert.rejects(trueUp(), refusedWith("months_open"));
    const result = (await month("the month's result")).months[0]!.versions[1]!;
    const before = [money(ANNA), money(BRUNO)] as const;

    // 5,600 Wh were shared of 7,200: 1,640 above 3,960, and of the TIP as much.
    const [year] = (await trueUp()).years;
    assert.deepEqual(
      [year!.injectedWh, year!.thresholdPerMillion, year!.excessWh, year!.months, year!.advancedMicroEur],
      [7_200, 550_000, 1_640, ["2026-06"], 65_520_000],
    );
    const [first] = year!.versions;
    // 5.6 kWh at min(120; 80 + 60) + 4 €/MWh.
    assert.equal(year!.tipMicroEur, Math.round(5.6 * 124_000));
    const pool = Math.round((year!.tipMicroEur * 1_640) / 5_600);
    assert.equal(first!.poolMicroEur, pool);
    const amounts = first!.parts.map(({ amountMicroEur }) => amountMicroEur);
    assert.equal(amounts[0]! + amounts[1]!, 0, "nothing comes from outside, nothing is left");
    // Bruno used everything; Anna received her part of the month for giving it.
    const [annasPart, brunosPart] = result.parts.map(({ amountMicroEur }) => amountMicroEur);
    assert.ok(Math.abs(amounts[1]! - (pool * annasPart!) / (annasPart! + brunosPart!)) <= 1);

    // The advance was far more than all of it: nothing is booked, and less of it is kept back from Bruno.
    assert.deepEqual([money(ANNA), money(BRUNO)], before);
    const kept = async (client: Client) => (await client.call("GET /v1/home/incentive")).keptBackMicroEur;
    assert.deepEqual(
      [await kept(annas), await kept(brunos)],
      [32_760_000 - annasPart! + amounts[1]!, 32_760_000 - brunosPart! - amounts[1]!],
    );
    assert.deepEqual((await trueUp("once more")).years, [year], "where nothing changed, nothing is made");

    // Each recomputes it out of the year's hours, and what is altered is named.
    const trust = { chain: "street", producer: memory.producer };
    const own = (await brunos.call("GET /v1/home/incentive")).years[0]!.versions[0]!.parts;
    assert.equal(own.length, 1, "nothing of Anna's");
    const document = (number: string) =>
      brunos.call("GET /v1/home/bills/:number", { params: { number } }) as Promise<unknown>;
    const bill = (await document(own[0]!.bill!)) as { lines: { amount_micro_eur: number }[] };
    const checked = verifyBill(bill, { trust });
    assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
    assert.equal(Number(checked.value.bill.totals.total), -amounts[1]!);
    assert.deepEqual(
      checked.value.bill.lines.map(({ kind, amount }) => [kind, amount < 0n]),
      [
        ["excess", false],
        ["excess", true],
      ],
    );
    const altered = structuredClone(bill);
    altered.lines[1]!.amount_micro_eur -= 1;
    const wrong = verifyBill(altered, { trust });
    assert.deepEqual([wrong.ok, wrong.ok || wrong.error.place], [false, "lines[1]"]);
    const without = structuredClone(bill) as { true_up?: { months: unknown[] } };
    without.true_up!.months = [];
    const empty = verifyBill(without, { trust });
    assert.deepEqual([empty.ok, empty.ok || empty.error.place], [false, "true_up"]);

    // A correction of the month is a second version of the year; the first stands as it was.
    const more = [anna.signed({ solarToGrid: 900 }), bruno.signed({ gridToHome: 800 })];
    assert.deepEqual(platform.headEnd.receive(more).refused, []);
    await month("a reading came late");
    const [corrected] = (await trueUp("after the correction")).years;
    assert.deepEqual(corrected!.versions[0], first);
    const [, second] = corrected!.versions;
    assert.notEqual(second!.poolMicroEur, pool);
    assert.equal(
      second!.parts.reduce((sum, { amountMicroEur }) => sum + amountMicroEur, 0),
      0,
    );
    const bills = (await brunos.call("GET /v1/home/bills")).bills.filter(({ from }) => from === "2026-01-01");
    assert.deepEqual(
      bills.map(({ kind, takenBack }) => [kind, takenBack !== null]),
      [
        ["true_up", false],
        ["credit_note", false],
        ["true_up", true],
      ],
    );
  } finally {
    await street.close();
  }
});

test("what the true-up gives is booked once, under the hash of its part, and the giver's is kept back", async () => {
  const { memory, street, platform, live } = await openIncentiveStreet();
  try {
    live(4, 900, 900);
    memory.time = dayStart(ROME, dayNumber({ year: 2027, month: 1, day: 1 })) + 3_600;
    const operator = await clientFor(platform.url, OPERATOR);
    await operator.call("POST /v1/operator/incentive", { body: { month: "2026-06", reason: "result" } });
    const money = (member: number) => Number(memory.view().money(member).posted);
    const before = [money(ANNA), money(BRUNO)] as const;
    const paid = () => [money(ANNA) - before[0], money(BRUNO) - before[1]];
    memory.refuse = "overloaded";
    const body = { year: 2026, reason: "the year" };
    const waiting = await operator.call("POST /v1/operator/incentive/true-up", { body });
    assert.deepEqual(paid(), [0, 0]);
    memory.refuse = undefined;
    await platform.incentives!.advance();
    await platform.incentives!.advance();
    const [given, taken] = [1, 0].map((at) => waiting.years[0]!.versions[0]!.parts[at]!);
    assert.ok(given!.amountMicroEur > 0);
    assert.deepEqual(paid(), [0, given!.amountMicroEur]);
    assert.equal(memory.view().deposit(given!.reference)!.amount, BigInt(given!.amountMicroEur));
    const { keptBackMicroEur } = await operator.call("GET /v1/operator/incentive");
    assert.equal(keptBackMicroEur, given!.amountMicroEur, "what Anna is to give comes from payments to come");
    assert.equal(taken!.paidMicroEur, 0);
  } finally {
    await street.close();
  }
});
