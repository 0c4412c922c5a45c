import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { dayNumber, dayStart, formatDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { signDay } from "#metering/signed-reading.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import {
  ALBA,
  ANNA,
  BREZZA,
  BRUNO,
  clientFor,
  foundStreet,
  keyOf,
  Meter,
  meterOf,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  saleOf,
  TODAY,
  temporaryFolder,
  tokenFor,
} from "./test-street.ts";

const DAY = { from: formatDay(TODAY), lastDay: formatDay(TODAY) };

/** A street whose homes have lived through a day, of which Anna sold some and Bruno's meter missed two quarters. */
async function livedADay(options: Parameters<typeof openStreet>[0] = {}) {
  const memory = options.memory ?? (await foundStreet());
  const street = await openStreet({ tariff: townTariff, ...options, memory });
  try {
    const { platform } = street;
    const start = dayStart(ROME, TODAY);
    const noon = memory.now();
    const anna = new Meter(PLANT_OF_ANNA, start);
    const until = (time: number) => {
      while (anna.next < time) {
        const charges = anna.next >= noon - 7_200 && anna.next < noon ? { solar: { chargedWh: 400 } } : {};
        const receipt = platform.headEnd.receive([
          anna.signed({ gridToHome: 120, solarToGrid: 30, ...charges }),
        ]);
        assert.deepEqual(receipt.refused, []);
      }
    };
    until(noon);
    assert.equal(await platform.headEnd.closeInterval(noon - QUARTER_HOUR_S), "ok");
    await memory.act(ANNA, saleOf(1_000, 1).kind, saleOf(1_000, 1).body);
    memory.time = noon + QUARTER_HOUR_S;
    platform.headEnd.receive([anna.signed({ solar: { exportedWh: 1_000 } })]);
    assert.equal(await platform.headEnd.closeInterval(noon), "ok");
    memory.time = dayStart(ROME, TODAY + 1) + 60;
    until(dayStart(ROME, TODAY + 1));
    const bruno = new Meter(PLANT_OF_BRUNO, start + 2 * QUARTER_HOUR_S);
    const readings = Array.from({ length: 94 }, () => bruno.reading({ gridToHome: 250 }));
    assert.deepEqual(
      platform.headEnd.receiveDays([signDay("street", readings, meterOf(PLANT_OF_BRUNO))]).refused,
      [],
    );
    memory.produce();
  } catch (error) {
    await street.close();
    throw error;
  }
  return { ...street, memory };
}

test("a supplier makes a day's bills, and their homes recompute every line", async () => {
  const { platform, memory, close } = await livedADay();
  try {
    const [alba, brezza, anna, bruno] = await Promise.all(
      [ALBA, BREZZA, ANNA, BRUNO].map((member) => clientFor(platform.url, member)),
    );
    const made = await alba!.call("POST /v1/supplier/invoices", { body: DAY });
    assert.deepEqual(
      made.bills.map(({ number, kind }) => [number, kind]),
      [
        ["4-2026-000001", "supply"],
        ["4-2026-000002", "sales"],
        ["4-2026-000003", "supply"],
      ],
    );
    assert.deepEqual((await alba!.call("POST /v1/supplier/invoices", { body: DAY })).bills, [], "made once");
    assert.deepEqual((await brezza!.call("POST /v1/supplier/invoices", { body: DAY })).bills, []);
    const own = await anna!.call("GET /v1/home/bills");
    assert.deepEqual(
      own.bills.map(({ number, recipient }) => [number, recipient]),
      [
        ["4-2026-000002", "Casa Anna"],
        ["4-2026-000001", "Casa Anna"],
      ],
    );
    assert.equal(
      own.statement.balanceCent,
      own.bills.reduce((sum, { payableCent }) => sum + payableCent, 0),
    );
    const { bills: sold } = await alba!.call("GET /v1/supplier/invoices");
    assert.match(sold.find(({ kind }) => kind === "sales")!.recipient, /^[0-9a-f]{10}$/);

    const trust = { chain: "street", producer: memory.producer };
    for (const { number, payableCent, documentHash, kind } of own.bills) {
      const document: unknown = await anna!.call("GET /v1/home/bills/:number", { params: { number } });
      const checked = verifyBill(document, { trust });
      assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
      assert.equal(Number(checked.value.bill.totals.payableCent), payableCent);
      assert.equal(checked.value.documentHash, documentHash);
      if (kind === "sales") assert.equal(payableCent, -14);
    }
    const missing = await bruno!.call("GET /v1/home/bills/:number", { params: { number: "4-2026-000003" } });
    const checked = verifyBill(missing, { trust });
    assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
    assert.deepEqual(checked.value.bill.coverage, { quarterHours: 96, missing: 2 });
    const strangers = bruno!.call("GET /v1/home/bills/:number", { params: { number: "4-2026-000001" } });
    await assert.rejects(strangers, refusedWith("bill_unknown"));
  } finally {
    await close();
  }
});

test("a credit note takes a bill back, whole and once, and a new bill follows", async () => {
  const { platform, memory, close } = await livedADay();
  try {
    const [alba, brezza, anna] = await Promise.all(
      [ALBA, BREZZA, ANNA].map((member) => clientFor(platform.url, member)),
    );
    await alba!.call("POST /v1/supplier/invoices", { body: DAY });
    const credit = (client: typeof alba, number: string) =>
      client!.call("POST /v1/supplier/invoices/:number/credit", {
        params: { number },
        body: { reason: "wrong tariff" },
      });
    await assert.rejects(credit(brezza, "4-2026-000001"), refusedWith("bill_unknown"));
    const note = await credit(alba, "4-2026-000001");
    assert.deepEqual([note.number, note.takesBack], ["4-2026-000004", "4-2026-000001"]);
    await assert.rejects(credit(alba, "4-2026-000001"), refusedWith("bill_taken_back"));
    await assert.rejects(credit(alba, "4-2026-000004"), refusedWith("bill_unknown"));
    const document = (await anna!.call("GET /v1/home/bills/:number", {
      params: { number: note.number },
    })) as unknown as { taken_back: { lines: { amount_micro_eur: number }[] } };
    const trust = { chain: "street", producer: memory.producer };
    const checked = verifyBill(document, { trust });
    assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
    document.taken_back.lines[0]!.amount_micro_eur += 1;
    const wrong = verifyBill(document, { trust });
    assert.equal(wrong.ok ? "" : wrong.error.place, "taken_back");
    const again = await alba!.call("POST /v1/supplier/invoices", { body: DAY });
    assert.deepEqual(
      again.bills.map(({ number, kind }) => [number, kind]),
      [["4-2026-000005", "supply"]],
    );
  } finally {
    await close();
  }
});

test("a bill comes on paper, in three languages", async () => {
  const { platform, close } = await livedADay();
  try {
    await (await clientFor(platform.url, ALBA)).call("POST /v1/supplier/invoices", { body: DAY });
    const token = await tokenFor(platform.url, "street", keyOf(ANNA));
    for (const language of ["en", "it", "de"]) {
      const answer = await fetch(`${platform.url}/v1/home/bills/4-2026-000001/pdf?language=${language}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(answer.headers.get("content-type"), "application/pdf");
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
      if (process.env.CONTRADA_PAPER !== undefined) {
        writeFileSync(`${process.env.CONTRADA_PAPER}/bill-${language}.pdf`, bytes);
      }
    }
  } finally {
    await close();
  }
});

test("days that are not over, or none, are not billed", async () => {
  const { platform, close } = await livedADay();
  try {
    const alba = await clientFor(platform.url, ALBA);
    const make = (from: number, last: number) =>
      alba.call("POST /v1/supplier/invoices", { body: { from: formatDay(from), lastDay: formatDay(last) } });
    await assert.rejects(make(TODAY, TODAY + 1), refusedWith("day_not_over"));
    await assert.rejects(make(TODAY, TODAY - 1), refusedWith("span_invalid"));
    assert.deepEqual((await make(TODAY - 9, TODAY - 8)).bills, []);
  } finally {
    await close();
  }
});

test("when a month has ended its bills are made by themselves, once, also after the platform stood still", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  try {
    // The street was founded in the middle of June; it stands still until a month has ended, and another one.
    const before = await livedADay({ memory, folder: folder.path });
    await before.close();
    const endOfJune = dayStart(ROME, dayNumber({ year: 2026, month: 7, day: 1 }));
    const endOfJuly = dayStart(ROME, dayNumber({ year: 2026, month: 8, day: 1 }));
    const own = async (options: { readonly billMonthly: boolean }, wanted = 0) => {
      const street = await openStreet({ tariff: townTariff, memory, folder: folder.path, ...options });
      try {
        const anna = await clientFor(street.platform.url, ANNA);
        const bills = async () => (await anna.call("GET /v1/home/bills")).bills;
        const meter = new Meter(PLANT_OF_ANNA, memory.time - QUARTER_HOUR_S);
        if (options.billMonthly) {
          street.platform.headEnd.receive([meter.signed({ gridToHome: 100 })]);
          await until(async () => (await bills()).length >= wanted);
        }
        return (await bills()).map(({ number, kind, from, lastDay }) => [number, kind, from, lastDay]);
      } finally {
        await street.close();
      }
    };
    memory.time = endOfJune + 3_600;
    assert.deepEqual(await own({ billMonthly: false }), []);
    const made = [
      ["4-2026-000002", "sales", "2026-06-16", "2026-06-30"],
      ["4-2026-000001", "supply", "2026-06-16", "2026-06-30"],
    ];
    assert.deepEqual(await own({ billMonthly: true }, 2), made);
    assert.deepEqual(await own({ billMonthly: true }), made, "made once");
    memory.time = endOfJuly + 3_600;
    const later = await own({ billMonthly: true }, 3);
    const july = ["4-2026-000004", "supply", "2026-07-01", "2026-07-31"];
    assert.deepEqual(later, [july, ...made]);
  } finally {
    folder.remove();
  }
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await holds()) return;
    await setTimeout(100);
  }
  throw new Error("it does not come");
}
