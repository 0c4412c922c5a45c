import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber, dayStart, ROME } from "#base/time.ts";
import { linesOf } from "#billing/lines.ts";
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import { openIncentiveStreet } from "./test-incentive-street.ts";
import {
  ANNA,
  BRUNO,
  clientFor,
  Meter,
  OPERATOR,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
} from "./test-street.ts";

const JULY = dayNumber({ year: 2026, month: 7, day: 1 });

test("a month's incentive is advanced, reckoned and corrected in versions; what is paid is booked, and never twice", async () => {
  const { memory, street, platform, anna, bruno, live } = await openIncentiveStreet();
  try {
    live(8, 900, 700);
    const [operator, annas, brunos] = await Promise.all(
      [OPERATOR, ANNA, BRUNO].map((member) => clientFor(platform.url, member)),
    );
    const run = (reason: string, advance = false) =>
      operator!.call("POST /v1/operator/incentive", { body: { month: "2026-06", reason, advance } });
    await assert.rejects(run("too early"), refusedWith("day_not_over"));
    memory.time = dayStart(ROME, JULY) + 3_600;
    const money = (member: number) => Number(memory.view().money(member).posted);
    const before = [money(ANNA), money(BRUNO)] as const;
    const paid = () => [money(ANNA) - before[0], money(BRUNO) - before[1]];

    // The chain takes nothing for a while: what is advanced is booked when it does, under the same references.
    memory.refuse = "overloaded";
    const advanced = (await run("by the authority's rule", true)).months[0]!.versions[0]!;
    assert.deepEqual(
      advanced.parts.map(({ booked }) => booked),
      [false, false],
    );
    assert.deepEqual(paid(), [0, 0]);
    memory.refuse = undefined;
    const goOn = () => platform.incentives!.advance();
    await goOn();
    await goOn();
    // Of either home 6 kW × 1,050 h ÷ 12 × 0.6 × (80 + 20 + 4 €/MWh), shared half and half between one who gives and one who uses.
    assert.equal(advanced.poolMicroEur, 65_520_000);
    assert.deepEqual(paid(), [32_760_000, 32_760_000]);
    await assert.rejects(run("once more", true), refusedWith("incentive_advanced"));

    // The month comes to far less: nothing is taken from anybody, it is kept back from what is still to come.
    const result = await run("the month's result");
    const [, reckoned] = result.months[0]!.versions;
    assert.equal(reckoned!.stage, "result");
    assert.equal(reckoned!.sharedWh, 8 * 700);
    const sum = reckoned!.parts.reduce((all, { amountMicroEur }) => all + amountMicroEur, 0);
    assert.equal(sum, reckoned!.poolMicroEur);
    assert.ok(reckoned!.poolMicroEur > 0 && reckoned!.poolMicroEur < advanced.poolMicroEur);
    assert.deepEqual(paid(), [32_760_000, 32_760_000]);
    assert.equal(result.keptBackMicroEur, advanced.poolMicroEur - reckoned!.poolMicroEur);

    // Everybody recomputes its part out of the community's hours.
    const trust = { chain: "street", producer: memory.producer };
    const own = await brunos!.call("GET /v1/home/incentive");
    const [mine] = own.months[0]!.versions[1]!.parts;
    assert.equal(own.months[0]!.versions[1]!.parts.length, 1, "nothing of Anna's");
    const document: unknown = await brunos!.call("GET /v1/home/bills/:number", {
      params: { number: mine!.bill! },
    });
    const checked = verifyBill(document, { trust });
    assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
    assert.equal(Number(checked.value.bill.totals.total), -mine!.amountMicroEur);
    // Nor could its issuer have billed another month by the same hours.
    const { bill } = checked.value;
    const [from, until] = [bill.period.until, bill.period.until + 30] as const;
    const other = linesOf({ ...bill, period: { from, until } }, bill.evidence);
    assert.deepEqual(other, { ok: false, error: { code: "months_unfit" } });

    // A reading comes late: a correction stands beside the version before, and its bill in the stead of the other.
    const late = new Meter(PLANT_OF_BRUNO, bruno.next);
    const given = new Meter(PLANT_OF_ANNA, anna.next);
    const more = [given.signed({ solarToGrid: 900 }), late.signed({ gridToHome: 800 })];
    assert.deepEqual(platform.headEnd.receive(more).refused, []);
    const corrected = (await run("a reading came late")).months[0]!.versions;
    assert.deepEqual(
      corrected.map(({ stage, sharedWh }) => [stage, sharedWh]),
      [
        ["advance", 5_600],
        ["result", 5_600],
        ["correction", 6_400],
      ],
    );
    assert.deepEqual(corrected[1], reckoned, "what was reckoned before stands as it was");
    const bills = (await annas!.call("GET /v1/home/bills")).bills;
    assert.deepEqual(
      bills.map(({ kind, takenBack }) => [kind, takenBack !== null]),
      [
        ["incentive", false],
        ["credit_note", false],
        ["incentive", true],
      ],
    );
    assert.deepEqual(paid(), [32_760_000, 32_760_000]);
    // Each deposit carries the hash of its part.
    for (const { reference, paidMicroEur } of corrected[0]!.parts) {
      assert.equal(memory.view().deposit(reference)!.amount, BigInt(paidMicroEur));
    }
  } finally {
    await street.close();
  }
});

test("a month without an advance is paid by its result, and once more what a correction adds", async () => {
  const { memory, street, platform, read, live } = await openIncentiveStreet();
  try {
    live(4, 900, 700);
    memory.time = dayStart(ROME, JULY) + 3_600;
    const operator = await clientFor(platform.url, OPERATOR);
    const run = async (month: string, reason: string) =>
      (await operator.call("POST /v1/operator/incentive", { body: { month, reason } })).months[0]!.versions;
    await assert.rejects(run("2026-05", "nobody was here"), refusedWith("nothing_shared"));
    const money = () => Number(memory.view().money(ANNA).posted) + Number(memory.view().money(BRUNO).posted);
    const before = money();
    const [first] = await run("2026-06", "the month's result");
    assert.equal(money() - before, first!.poolMicroEur);
    read(900, 700);
    const [, second] = await run("2026-06", "a reading came late");
    assert.ok(second!.poolMicroEur > first!.poolMicroEur);
    assert.equal(money() - before, second!.poolMicroEur, "the difference, and no more");
    await run("2026-06", "nothing changed");
    assert.equal(money() - before, second!.poolMicroEur);
  } finally {
    await street.close();
  }
});
