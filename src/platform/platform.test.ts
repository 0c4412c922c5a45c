import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { proofProblem, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  clientFor,
  Meter,
  NOON,
  openStreet,
  PLANT_OF_ANNA,
  refusedWith,
  saleOf,
} from "./test-street.ts";

test("one sale through the platform: stored, offered, authorised, delivered, paid, proved, archived", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    const anna = await clientFor(platform.url, ANNA);
    const alba = await clientFor(platform.url, ALBA);
    const meter = new Meter(PLANT_OF_ANNA, NOON - QUARTER_HOUR_S);
    // Midday: the panels charge 1.2 kWh twice; the readings arrive one by one.
    const first = platform.headEnd.receive([meter.signed({ solarToHome: 150, solar: { chargedWh: 1200 } })]);
    assert.deepEqual([first.accepted, first.repeated, first.refused], [1, 0, []]);
    assert.equal(await platform.headEnd.closeInterval(NOON - QUARTER_HOUR_S), "ok");
    memory.produce();
    memory.time = NOON + QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ solarToHome: 150, solar: { chargedWh: 1200 } })]);
    await platform.headEnd.closeInterval(NOON);
    memory.produce();

    const desk = await anna.call("GET /v1/home/desk");
    assert.equal(desk.ledgerSolarWh, 2400);
    assert.equal(desk.reserveWh, 2000, "a fifth of the capacity where the owner says nothing");
    assert.equal(desk.sellableWh, 370, "(2400 − 2000) ÷ 1.08, rounded down");
    assert.equal(desk.keepValueMicroEurPerKwh, 294_500, "95 % of the dearest price of the coming day");
    assert.deepEqual(
      desk.suppliers.map(({ member, name, rateMicroEurPerKwh }) => [member, name, rateMicroEurPerKwh]),
      [
        [ALBA, "Alba Energia", 142_000],
        [5, "Brezza", 142_000],
      ],
    );

    const { kind, body } = saleOf(300, 7);
    const bytes = memory.signed(ANNA, kind, body);
    const submitted = await anna.call("POST /v1/transactions", { query: { wait: 10 }, body: { bytes } });
    assert.deepEqual([submitted.state, submitted.status], ["committed", "ok"]);
    const id = toHex(body.sale);
    const open = await anna.call("GET /v1/home/sales/:id", { params: { id } });
    assert.deepEqual(
      [open.state, open.energyWh, open.grossMicroEur, open.feeMicroEur, open.netMicroEur, open.settled],
      ["open", 300, 42_600, 1200, 41_400, null],
    );
    assert.equal(open.authorised.transaction, submitted.id);

    memory.time = NOON + 2 * QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ solar: { exportedWh: 200, lostWh: 10 } })]);
    await platform.headEnd.closeInterval(NOON + QUARTER_HOUR_S);
    memory.produce();
    assert.equal((await anna.call("GET /v1/home/sales/:id", { params: { id } })).deliveredWh, 200);
    await assert.rejects(
      anna.call("GET /v1/home/sales/:id/receipt", { params: { id } }),
      refusedWith("sale_not_settled"),
    );
    memory.time = NOON + 3 * QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ gridToHome: 40, solar: { exportedWh: 150, lostWh: 5 } })]);
    await platform.headEnd.closeInterval(NOON + 2 * QUARTER_HOUR_S);
    memory.produce();

    const receipt = await anna.call("GET /v1/home/sales/:id/receipt", { params: { id } });
    assert.deepEqual([receipt.sale.state, receipt.sale.netMicroEur], ["settled", 41_400]);
    const proof = decode(rowProofCodec, fromHex(receipt.proof.bytes)!);
    assert.ok(proof.ok);
    assert.equal(proofProblem(proof.value, { chain: "street", producer: memory.producer }), undefined);
    assert.equal(toHex(vouchedBy(proof.value.checkpoint).stateRoot), receipt.block.stateRoot);

    const day = await anna.call("GET /v1/home/archive", { query: { period: "day", date: "2026-06-16" } });
    assert.deepEqual(
      [day.totals.soldWh, day.totals.earnedMicroEur, day.totals.sales, day.totals.flowsWh.solarToAccumulator],
      [300, 41_400, 1, 2400],
      "of the 350 Wh exported, 300 were sold",
    );
    const noon = day.buckets.find(({ start }) => start === NOON)!;
    assert.deepEqual([noon.soldWh, noon.flowsWh.accumulatorToGrid], [300, 350]);
    assert.equal((await anna.call("GET /v1/account")).balanceMicroEur, 41_400);

    const [purchase] = await alba.call("GET /v1/supplier/purchases", { query: {} });
    assert.deepEqual([purchase!.id, purchase!.state, purchase!.deliveredWh], [id, "settled", 300]);
    assert.match(purchase!.seller, /^[0-9a-f]{10}$/);
    const bruno = await clientFor(platform.url, BRUNO);
    await assert.rejects(
      bruno.call("GET /v1/home/sales/:id", { params: { id } }),
      refusedWith("sale_unknown"),
    );

    const view = await bruno.call("GET /v1/transactions/:id", { params: { id: submitted.id } });
    assert.equal(view.kind, "authorise_sale");
    assert.deepEqual(view.fields.slice(2, 6), [
      { name: "supplier", value: "4" },
      { name: "day", value: "2026-06-16" },
      { name: "energy", value: "300 Wh" },
      { name: "rate", value: "0.142000 EUR/kWh" },
    ]);
  } finally {
    await close();
  }
});
