import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { dayStart, formatDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  acceptOneSupply,
  disputeOneInvoice,
  giveOneNotice,
  issueOneInvoice,
  offerOneSupply,
  payOneInvoice,
  protectOnePlant,
} from "#chain/supply-transactions.ts";
import { depositMoney } from "#chain/transactions.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { sealed } from "#wire/bill-seal.ts";
import type { SupplyContractView } from "#wire/contract-schemas.ts";
import { sentenceOf, verifyBill } from "#wire/verify-bill.ts";
import {
  ALBA,
  ANNA,
  act,
  BREZZA,
  BRUNO,
  clientFor,
  foundStreet,
  keyOf,
  type MemoryChain,
  Meter,
  NOON,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  TODAY,
} from "./test-street.ts";

const id = (fill: number) => new Uint8Array(16).fill(fill);
const [OFFER, CONTRACT, INVOICE] = [id(1), id(2), id(3)];
const DAY_S = 86_400;

const TERMS: SupplyTerms = {
  price: { type: "flat", price: MicroEurPerKwh(250_000n) },
  billing: "invoiced",
  payWithinS: 20 * DAY_S,
  suspension: { noticeS: 25 * DAY_S, reducedS: 15 * DAY_S, reducedPerMille: 200, vitalW: 500 },
  from: NOON,
  until: NOON + 300 * DAY_S,
  text: new Uint8Array(32).fill(9),
};

async function supplied() {
  const street = await openStreet();
  const { memory: host } = street;
  const amount = MicroEur(50_000_000n);
  await act(host, OPERATOR, depositMoney, { member: BRUNO, amount, reference: "bruno" });
  await act(host, ALBA, offerOneSupply, { offer: OFFER, to: 0, acceptBy: NOON + DAY_S, terms: TERMS });
  await act(host, BRUNO, acceptOneSupply, { contract: CONTRACT, offer: OFFER, plant: PLANT_OF_BRUNO });
  return { ...street, host, pass: passer(host) };
}

/** Lets time and blocks pass until the chain has taken a step that was due. */
function passer(host: MemoryChain) {
  return async (seconds: number) => {
    host.time += seconds;
    for (let i = 0; i <= host.view().parameters.delayBlocks; i++) {
      const amount = MicroEur(1n);
      await act(host, OPERATOR, depositMoney, { member: ALBA, amount, reference: `${host.time} ${i}` });
      host.time += 1;
    }
  };
}

test("a contract is shown to its two partners and the arbiter, and to nobody else", async () => {
  const { platform, close } = await supplied();
  try {
    const params = { id: toHex(CONTRACT) };
    const roles = await Promise.all(
      [ALBA, BRUNO, OPERATOR].map(async (member) => {
        const client = await clientFor(platform.url, member);
        return (await client.call("GET /v1/contracts/:id", { params })).role;
      }),
    );
    assert.deepEqual(roles, ["seller", "buyer", "arbiter"]);
    for (const stranger of [ANNA, BREZZA]) {
      const client = await clientFor(platform.url, stranger);
      await assert.rejects(client.call("GET /v1/contracts/:id", { params }), refusedWith("contract_unknown"));
      assert.deepEqual((await client.call("GET /v1/contracts")).contracts, []);
    }
    const anna = await (await clientFor(platform.url, ANNA)).call("GET /v1/contracts");
    assert.equal(anna.offers.length, 1, "an offer to whoever accepts is open to her");
  } finally {
    await close();
  }
});

test("what can be invoiced is what the meter counted since, at the price of the terms", async () => {
  const { platform, host, close } = await supplied();
  try {
    const meter = new Meter(PLANT_OF_BRUNO, NOON);
    for (let i = 0; i < 4; i++) {
      host.time = meter.next + QUARTER_HOUR_S;
      platform.headEnd.receive([meter.signed({ gridToHome: 333 })]);
    }
    const alba = await clientFor(platform.url, ALBA);
    const billable = await alba.call("GET /v1/contracts/:id/billable", { params: { id: toHex(CONTRACT) } });
    // 4 × 333 Wh × 0.25 €/kWh = 333,000 µEUR.
    assert.equal(billable.energyWh, 1332);
    assert.equal(billable.amountMicroEur, 333_000);
    assert.deepEqual([billable.readings, billable.missing, billable.number], [4, 0, 1]);
  } finally {
    await close();
  }
});

test("an invoice has a bill whose hash it carries; the buyer recomputes it, and what is altered is named", async () => {
  const { platform, host, close } = await supplied();
  try {
    const meter = new Meter(PLANT_OF_BRUNO, NOON);
    for (let i = 0; i < 4; i++) {
      host.time = meter.next + QUARTER_HOUR_S;
      platform.headEnd.receive([meter.signed({ gridToHome: 333 })]);
    }
    const [alba, bruno, anna] = await Promise.all(
      [ALBA, BRUNO, ANNA].map((member) => clientFor(platform.url, member)),
    );
    const params = { id: toHex(CONTRACT) };
    const make = (client = alba!) => client.call("POST /v1/contracts/:id/bill", { params, body: {} });
    await assert.rejects(make(bruno), refusedWith("role_refused"));
    await assert.rejects(make(anna), refusedWith("contract_unknown"));
    const made = await make();
    assert.deepEqual([made.year, made.number, made.energyWh, made.amountMicroEur], [2026, 1, 1332, 333_000]);
    const document = fromHex(made.documentHash)!;
    const issued = await act(host, ALBA, issueOneInvoice, {
      invoice: INVOICE,
      contract: CONTRACT,
      number: made.number,
      corrects: undefined,
      energy: Wh(BigInt(made.energyWh)),
      amount: MicroEur(BigInt(made.amountMicroEur)),
      periodFrom: made.from,
      periodTo: made.to,
      document,
    });
    assert.equal(issued.status, "ok");
    await assert.rejects(make(), refusedWith("nothing_to_bill"), "no energy is invoiced twice");
    const [contract] = (await bruno!.call("GET /v1/contracts")).contracts;
    assert.equal(contract!.invoices[0]!.hasBill, true);

    const at = { params: { ...params, invoice: toHex(INVOICE) } };
    const open = (client = bruno!) => client.call("GET /v1/contracts/:id/invoices/:invoice", at);
    await assert.rejects(open(alba), refusedWith("role_refused"), "the load profile stays with the home");
    await assert.rejects(open(anna), refusedWith("contract_unknown"));
    const bill = (await open()) as unknown as {
      lines: { amount_micro_eur: number; quantity_wh: number }[];
      contract: { from: number };
      tariff: { components: { price: { micro_eur_per_kwh: number } }[] };
      readings: { intervals: number[][] }[];
      rows: { what: string; row: string }[];
    };
    const known = { trust: { chain: "street", producer: host.producer }, documentHash: document };
    const checked = verifyBill(bill, known);
    assert.ok(checked.ok, checked.ok ? "" : sentenceOf(checked.error));
    assert.equal(checked.value.bill.totals.total, 333_000n);
    assert.deepEqual(checked.value.bill.coverage, { quarterHours: 4, missing: 0 });

    const tampered = (change: (copy: typeof bill) => void) => {
      const copy = structuredClone(bill);
      change(copy);
      const found = verifyBill(copy, known);
      return found.ok ? "" : `${found.error.place} ${found.error.problem}`;
    };
    assert.equal(
      tampered(({ lines }) => {
        lines[0]!.amount_micro_eur += 1;
      }),
      "lines[0] differs",
    );
    assert.equal(
      tampered(({ readings }) => {
        readings[0]!.intervals[0]![6]! += 1;
      }),
      "readings[0] bad_signature",
    );
    assert.equal(
      tampered((copy) => {
        copy.contract.from -= 900;
      }),
      "contract not_as_sealed",
    );
    // Whoever seals anew with the issuer's key at other terms is found by the contract's row.
    const resealed = (change: (copy: typeof bill) => void) => {
      const { seal: _, ...copy } = structuredClone(bill) as typeof bill & { seal: unknown };
      change(copy);
      const found = verifyBill(sealed(copy, { member: OPERATOR, signer: keyOf(OPERATOR) }), {
        trust: known.trust,
      });
      return found.ok ? "" : `${found.error.place} ${found.error.problem}`;
    };
    assert.equal(
      resealed(() => undefined),
      "",
    );
    assert.equal(
      resealed(({ tariff }) => {
        tariff.components[0]!.price.micro_eur_per_kwh += 1;
      }),
      "tariff other_tariff",
    );
    assert.equal(
      resealed((copy) => {
        copy.contract.from -= 1;
      }),
      "contract outside_contract",
    );
    const other = verifyBill(bill, { ...known, documentHash: new Uint8Array(32) });
    assert.equal(other.ok ? "" : other.error.problem, "other_document");
  } finally {
    await close();
  }
});

test("one series of numbers has supply, contracts and their credit notes, without a gap and none twice", async () => {
  const memory = await foundStreet();
  const street = await openStreet({ tariff: townTariff, memory });
  const { platform } = street;
  try {
    const amount = MicroEur(50_000_000n);
    await act(memory, OPERATOR, depositMoney, { member: BRUNO, amount, reference: "bruno" });
    await act(memory, ALBA, offerOneSupply, { offer: OFFER, to: 0, acceptBy: NOON + DAY_S, terms: TERMS });
    await act(memory, BRUNO, acceptOneSupply, { contract: CONTRACT, offer: OFFER, plant: PLANT_OF_BRUNO });
    const meter = new Meter(PLANT_OF_BRUNO, NOON);
    const counts = (until: number) => {
      while (meter.next < until) {
        memory.time = meter.next + QUARTER_HOUR_S;
        platform.headEnd.receive([meter.signed({ gridToHome: 333 })]);
      }
    };
    const [alba, bruno] = await Promise.all([ALBA, BRUNO].map((member) => clientFor(platform.url, member)));
    const params = { id: toHex(CONTRACT) };
    const make = () => alba!.call("POST /v1/contracts/:id/bill", { params, body: {} });
    const sign = (
      made: Omit<Awaited<ReturnType<typeof make>>, "contract" | "readings" | "missing">,
      invoice: Uint8Array,
      corrects?: Uint8Array,
    ) =>
      act(memory, ALBA, issueOneInvoice, {
        ...{ invoice, contract: CONTRACT, corrects, number: made.number },
        energy: Wh(BigInt(made.energyWh)),
        amount: MicroEur(BigInt(made.amountMicroEur)),
        periodFrom: made.from,
        periodTo: made.to,
        document: fromHex(made.documentHash)!,
      });
    counts(NOON + 4 * QUARTER_HOUR_S);
    const left = await make();
    assert.equal(left.billNumber, "4-2026-000001");
    // Nobody signs it for an hour: another bill takes its number.
    counts(dayStart(ROME, TODAY + 1));
    const supply = { from: formatDay(TODAY), lastDay: formatDay(TODAY) };
    const made = await alba!.call("POST /v1/supplier/invoices", { body: supply });
    assert.deepEqual(
      made.bills.map(({ number, kind }) => [number, kind]),
      [["4-2026-000001", "supply"]],
    );
    const bill = await make();
    assert.deepEqual([bill.billNumber, bill.number], ["4-2026-000002", 1]);
    // Within the hour another bill leaves it its number.
    const back = { params: { number: "4-2026-000001" }, body: { reason: "wrong tariff" } };
    assert.equal(
      (await alba!.call("POST /v1/supplier/invoices/:number/credit", back)).number,
      "4-2026-000003",
    );
    assert.equal((await make()).billNumber, "4-2026-000002", "of two documents one only can be issued");
    assert.equal((await sign(bill, INVOICE)).status, "ok");
    const credit = (body: { reason: string; amountMicroEur?: number }) =>
      alba!.call("POST /v1/contracts/:id/invoices/:invoice/credit", {
        params: { ...params, invoice: toHex(INVOICE) },
        body,
      });
    const reason = "the counter of a neighbour";
    await assert.rejects(credit({ reason, amountMicroEur: 90_000_000 }), refusedWith("credit_too_large"));
    const part = await credit({ reason, amountMicroEur: 1_000 });
    assert.deepEqual([part.billNumber, part.number, part.energyWh], ["4-2026-000004", 2, 0]);
    assert.equal((await sign(part, id(4), INVOICE)).status, "ok");
    const rest = await credit({ reason });
    assert.deepEqual([rest.billNumber, rest.amountMicroEur], ["4-2026-000005", bill.amountMicroEur - 1_000]);
    assert.equal((await sign(rest, id(5), INVOICE)).status, "ok");
    await assert.rejects(credit({ reason }), refusedWith("bill_taken_back"));
    const { bills } = await bruno!.call("GET /v1/home/bills");
    assert.deepEqual(
      bills.map(({ number, kind, takesBack }) => [number, kind, takesBack]),
      [
        ["4-2026-000005", "credit_note", "4-2026-000002"],
        ["4-2026-000004", "credit_note", "4-2026-000002"],
        ["4-2026-000003", "credit_note", "4-2026-000001"],
        ["4-2026-000002", "contract", null],
        ["4-2026-000001", "supply", null],
      ],
    );
    const trust = { chain: "street", producer: memory.producer };
    for (const { number, documentHash } of bills) {
      const document: unknown = await bruno!.call("GET /v1/home/bills/:number", { params: { number } });
      const checked = verifyBill(document, { trust, documentHash: fromHex(documentHash)! });
      assert.ok(checked.ok, checked.ok ? "" : `${number}: ${sentenceOf(checked.error)}`);
      if (number === part.billNumber) {
        assert.equal(checked.value.bill.totals.total, -1_000n);
        const more = structuredClone(document) as { taken_back: { part_micro_eur: number } };
        more.taken_back.part_micro_eur += 1;
        const wrong = verifyBill(more, { trust });
        assert.deepEqual(wrong.ok || [wrong.error.problem, wrong.error.place], [
          "not_as_sealed",
          "taken_back",
        ]);
      }
    }
    const [contract] = (await bruno!.call("GET /v1/contracts")).contracts;
    const numbers = contract!.invoices.map(({ billNumber }) => billNumber);
    assert.deepEqual(numbers.toSorted(), ["4-2026-000002", "4-2026-000004", "4-2026-000005"]);
    const sold = (await alba!.call("GET /v1/supplier/invoices")).bills;
    assert.equal(sold.find(({ kind }) => kind === "contract")!.recipient, "Casa Bruno");
  } finally {
    await street.close();
  }
});

test("notice, reduction, suspension and payment reach the home's counter, and stand in the contract's steps", async () => {
  const { platform, host, close, pass } = await supplied();
  try {
    const meter = new Meter(PLANT_OF_BRUNO, NOON);
    host.time = meter.next + QUARTER_HOUR_S;
    platform.headEnd.receive([meter.signed({ gridToHome: 400 })]);
    const amount = MicroEur(100_000n);
    await act(host, ALBA, issueOneInvoice, {
      invoice: INVOICE,
      contract: CONTRACT,
      number: 1,
      corrects: undefined,
      energy: Wh(400n),
      amount,
      periodFrom: NOON,
      periodTo: NOON + QUARTER_HOUR_S,
      document: new Uint8Array(32),
    });
    const order = () => platform.supplyOrder(PLANT_OF_BRUNO).command;
    assert.deepEqual(order(), { kind: "none" });
    await pass(21 * DAY_S);
    await act(host, ALBA, giveOneNotice, { invoice: INVOICE });
    assert.deepEqual(order(), { kind: "none" }, "a notice takes nothing away");
    await pass(25 * DAY_S);
    // A fifth of the usual 3 kW.
    assert.deepEqual(order(), { kind: "reduced", powerMaxW: 600 });
    await pass(15 * DAY_S);
    assert.deepEqual(order(), { kind: "disconnected" });
    assert.equal(platform.supplyOrder(PLANT_OF_BRUNO).vitalW, 500);
    assert.deepEqual(platform.supplyOrder(PLANT_OF_ANNA).command, { kind: "none" });
    await act(host, BRUNO, payOneInvoice, { invoice: INVOICE });
    assert.deepEqual(order(), { kind: "none" });

    const bruno = await clientFor(platform.url, BRUNO);
    const [contract] = (await bruno.call("GET /v1/contracts")).contracts as [SupplyContractView];
    assert.deepEqual(
      contract.steps.map(({ step, basis }) => [step, basis]),
      [
        ["agreed", "agreed"],
        ["invoice_issued", null],
        ["notified", "invoice_overdue"],
        ["reduced", "notice_over"],
        ["suspended", "reduction_over"],
        ["invoice_paid", null],
        ["restored", "paid"],
      ],
    );
  } finally {
    await close();
  }
});

test("the arbiter sees what is disputed, and a protected home has no limit", async () => {
  const { platform, host, close, pass } = await supplied();
  try {
    host.time = NOON + 3600;
    await act(host, ALBA, issueOneInvoice, {
      invoice: INVOICE,
      contract: CONTRACT,
      number: 1,
      corrects: undefined,
      energy: Wh(400n),
      amount: MicroEur(100_000n),
      periodFrom: NOON,
      periodTo: NOON + QUARTER_HOUR_S,
      document: new Uint8Array(32),
    });
    const operator = await clientFor(platform.url, OPERATOR);
    assert.deepEqual((await operator.call("GET /v1/operator/supplies")).disputed, []);
    await pass(21 * DAY_S);
    await act(host, ALBA, giveOneNotice, { invoice: INVOICE });
    await pass(25 * DAY_S);
    assert.equal(platform.supplyOrder(PLANT_OF_BRUNO).command.kind, "reduced");
    await act(host, BRUNO, disputeOneInvoice, { invoice: INVOICE, reason: "reading" });
    const { disputed } = await operator.call("GET /v1/operator/supplies");
    assert.deepEqual(
      disputed.map(({ invoices, state }) => [invoices[0]!.dispute, state]),
      [["reading", "disputed"]],
    );
    await act(host, OPERATOR, protectOnePlant, {
      plant: PLANT_OF_BRUNO,
      protected: true,
      reason: "registered",
    });
    assert.deepEqual(platform.supplyOrder(PLANT_OF_BRUNO).command, { kind: "none" });
    assert.equal(platform.supplyOrder(PLANT_OF_BRUNO).isProtected, true);
    const { homes } = await operator.call("GET /v1/operator/supplies");
    assert.deepEqual(
      homes.map(({ plant, protection, state }) => [plant, protection, state]),
      [[PLANT_OF_BRUNO, "registered", "restored"]],
    );
  } finally {
    await close();
  }
});
