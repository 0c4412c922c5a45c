import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { dayStart, formatDay, parseDay, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Signer } from "#crypto/keys.ts";
import { signDay } from "#metering/signed-reading.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { bankAccountHash } from "#wire/bank-account.ts";
import type { Client, ProblemError } from "#wire/client.ts";
import type { OwnMandate } from "#wire/collection-schemas.ts";
import { type MandateUse, mandateHash } from "#wire/debit-mandate.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  clientFor,
  foundStreet,
  keyOf,
  Meter,
  meterOf,
  OPERATOR,
  openStreet,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  refusedWith,
  TODAY,
  tokenFor,
} from "./test-street.ts";

const DAY = { from: formatDay(TODAY), lastDay: formatDay(TODAY) };
const NEXT = { from: formatDay(TODAY + 1), lastDay: formatDay(TODAY + 1) };
const IBANS = new Map([
  [OPERATOR, "IT60X0542811101000000123456"],
  [ANNA, "DE89370400440532013000"],
  [BRUNO, "AT611904300234573201"],
]);

/** Two homes whose meters counted two days, with a client for whoever plays a part. */
async function openCollecting() {
  const memory = await foundStreet();
  const street = await openStreet({ memory, tariff: townTariff });
  const { platform } = street;
  for (const [plant, wattHours] of [
    [PLANT_OF_ANNA, 90],
    [PLANT_OF_BRUNO, 250],
  ] as const) {
    const meter = new Meter(plant, dayStart(ROME, TODAY));
    memory.time = dayStart(ROME, TODAY + 2) + QUARTER_HOUR_S;
    for (const _ of [1, 2]) {
      const readings = Array.from({ length: 96 }, () => meter.reading({ gridToHome: wattHours }));
      const signed = signDay("street", readings, meterOf(plant));
      assert.deepEqual(platform.headEnd.receiveDays([signed]).refused, []);
    }
  }
  const [operator, alba, anna, bruno] = (await Promise.all(
    [OPERATOR, ALBA, ANNA, BRUNO].map((member) => clientFor(platform.url, member)),
  )) as [Client, Client, Client, Client];
  return { ...street, memory, operator, alba, anna, bruno };
}

async function nameAccount(client: Client, member: number, change = 1): Promise<void> {
  const letter = { chain: "street", member, change, holder: `Holder ${member}`, iban: IBANS.get(member)! };
  const signer: Signer = keyOf(member);
  const { chain: _, member: __, ...body } = letter;
  const signed = {
    publicKey: toHex(signer.publicKey),
    signature: toHex(signer.sign(bankAccountHash(letter))),
  };
  await client.call("POST /v1/account/bank", { body: { ...body, ...signed } });
}

/** As the app does: it signs what the platform proposes. */
async function giveMandate(
  client: Client,
  member: number,
  of: { readonly use?: MandateUse; readonly signer?: Signer; readonly creditor?: string } = {},
): Promise<OwnMandate> {
  const { creditor, next } = await client.call("GET /v1/account/mandate");
  const { change, reference, account, today } = next;
  const [use, signer, id] = [of.use ?? "recurrent", of.signer ?? keyOf(member), of.creditor ?? creditor!.id];
  const signed = parseDay(today)!;
  const hash = mandateHash({
    ...{ chain: "street", member, change, reference, use, signed, account },
    creditor: id,
  });
  const signature = { publicKey: toHex(signer.publicKey), signature: toHex(signer.sign(hash)) };
  const body = { change, creditor: id, use, signed: today, account, ...signature };
  return await client.call("POST /v1/account/mandate", { body });
}

const all = (pattern: RegExp, file: string) => [...file.matchAll(pattern)].map((match) => match[1]);

test("what members owe is collected to the cent by their mandates, booked to whom it is owed, and never twice", async () => {
  const { platform, memory, operator, alba, anna, bruno, close } = await openCollecting();
  try {
    const xml = async (message: string) => {
      const token = await tokenFor(platform.url, "street", keyOf(OPERATOR));
      const address = `${platform.url}/v1/operator/collections/${message}/xml`;
      return (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).text();
    };
    const desk = () => operator.call("GET /v1/operator/collections");
    const collect = (body = {}) => operator.call("POST /v1/operator/collections", { body });
    const close1 = (id: string, outcome: "collected" | "rejected" | "returned") =>
      operator.call("POST /v1/operator/debits/:id", { params: { id }, body: { outcome } });
    const albasMoney = () => Number(memory.view().money(ALBA).posted);

    // Nothing goes before creditor, account and something that is owed.
    assert.deepEqual((await anna.call("GET /v1/account/mandate")).creditor, null);
    await assert.rejects(collect(), refusedWith("creditor_unknown"));
    const wrong = operator.call("POST /v1/operator/creditor", { body: { id: "IT67ZZZA1B2C3D4E5F6G7H8" } });
    await assert.rejects(wrong, refusedWith("creditor_invalid"));
    await operator.call("POST /v1/operator/creditor", { body: { id: "it66 zzza1b2c3d4e5f6g7h8" } });
    await assert.rejects(collect(), refusedWith("bank_account_missing"));
    await nameAccount(operator, OPERATOR);
    await assert.rejects(collect(), refusedWith("nothing_to_collect"));
    const bills = (await alba.call("POST /v1/supplier/invoices", { body: DAY })).bills;
    const owed = bills.map(({ payableCent }) => payableCent);
    assert.ok(owed.every((cents) => cents > 0));

    // Each of whom nothing can be collected is named, and nothing is collected from the other.
    await assert.rejects(giveMandate(anna, ANNA), refusedWith("bank_account_missing"));
    await nameAccount(anna, ANNA);
    await giveMandate(anna, ANNA);
    const refused = await collect().then(
      () => assert.fail("Bruno has neither account nor mandate"),
      (error: unknown) => (error as ProblemError).problem,
    );
    assert.equal(refused.code, "debits_refused");
    assert.match(refused.detail, /Bruno[^;]*: no bank account named\./);
    assert.doesNotMatch(refused.detail, /Anna/);
    await nameAccount(bruno, BRUNO);
    await assert.rejects(collect(), (error: ProblemError) => /no mandate given/.test(error.problem.detail));
    assert.deepEqual((await desk()).runs, [], "nothing half-done");

    // Only the owner's key gives it, for the creditor that the community is.
    await assert.rejects(giveMandate(bruno, BRUNO, { signer: keyOf(ANNA) }), refusedWith("device_unknown"));
    const strange = giveMandate(bruno, BRUNO, { creditor: "DE98ZZZ09999999999" });
    await assert.rejects(strange, refusedWith("mandate_changed"));
    const given = await giveMandate(bruno, BRUNO, { use: "one_off" });
    assert.equal(given.mandate!.reference, `CONTRADA-${BRUNO}-1`);
    assert.equal((await desk()).earliest, "2026-07-02");
    for (const day of ["2026-07-01", "2026-07-04", "2027-01-04"])
      await assert.rejects(collect({ day }), refusedWith("collection_day_unfit"));
    await assert.rejects(collect({ bills: ["4-2026-000009"] }), refusedWith("bill_not_open"));

    const [run] = (await collect()).runs;
    assert.deepEqual(
      run!.debits.map(({ cents, sequence, state }) => [cents, sequence, state]),
      [
        [owed[0], "FRST", "pending"],
        [owed[1], "OOFF", "pending"],
      ],
    );
    const file = await xml(run!.message);
    const euros = owed.map((cents) => (cents / 100).toFixed(2));
    assert.deepEqual(all(/<InstdAmt Ccy="EUR">([^<]+)</g, file), euros);
    assert.deepEqual(all(/<IBAN>([^<]+)</g, file), [
      ...[IBANS.get(OPERATOR), IBANS.get(ANNA)],
      ...[IBANS.get(OPERATOR), IBANS.get(BRUNO)],
    ]);
    assert.equal(await xml(run!.message), file, "the same file however often");
    assert.deepEqual((await desk()).open, []);
    await assert.rejects(collect(), refusedWith("nothing_to_collect"));
    const own = await anna.call("GET /v1/account/mandate");
    assert.deepEqual(
      own.debits.map(({ cents, day, bills: [bill] }) => [cents, day, bill]),
      [[owed[0], "2026-07-02", bills[0]!.number]],
    );
    const back = { params: { number: bills[0]!.number }, body: { reason: "meter was wrong" } };
    await assert.rejects(
      alba.call("POST /v1/supplier/invoices/:number/credit", back),
      refusedWith("bill_in_collection"),
    );

    // Anna's bank pays, Bruno's does not take it: his is open again, and his mandate for one still serves.
    const [annas, brunos] = run!.debits;
    const before = albasMoney();
    memory.refuse = "overloaded";
    await assert.rejects(close1(annas!.id, "collected"), refusedWith("overloaded"));
    memory.refuse = undefined;
    await close1(annas!.id, "collected");
    await close1(annas!.id, "collected");
    assert.equal(albasMoney() - before, owed[0]! * 10_000);
    await close1(brunos!.id, "rejected");
    await assert.rejects(close1(brunos!.id, "collected"), refusedWith("debit_closed"));
    const [second] = (await collect()).runs;
    assert.deepEqual(
      second!.debits.map(({ cents, sequence, bills: [bill] }) => [cents, sequence, bill]),
      [[owed[1], "OOFF", bills[1]!.number]],
    );

    // Booked, then given back by the bank, then collected anew: the ledger books it once.
    await close1(second!.debits[0]!.id, "collected");
    await close1(second!.debits[0]!.id, "returned");
    assert.equal((await desk()).open[0]!.fault, "mandate_used");
    await giveMandate(bruno, BRUNO);
    const [third] = (await collect({ last: [BRUNO] })).runs;
    assert.deepEqual(
      [third!.debits[0]!.sequence, third!.debits[0]!.mandate],
      ["FNAL", `CONTRADA-${BRUNO}-2`],
    );
    await close1(third!.debits[0]!.id, "collected");
    assert.equal(albasMoney() - before, (owed[0]! + owed[1]!) * 10_000);

    // What was collected and taken back counts against what comes next.
    await alba.call("POST /v1/supplier/invoices/:number/credit", back);
    assert.deepEqual((await desk()).open, [], "a credit alone is nothing to collect");
    const again = (await alba.call("POST /v1/supplier/invoices", { body: DAY })).bills;
    const next = (await alba.call("POST /v1/supplier/invoices", { body: NEXT })).bills;
    const [annasAgain] = again.filter(({ recipient }) => recipient === "Casa Anna" || recipient === "Anna");
    const { open } = await desk();
    const [hers] = open;
    const sum = next[0]!.payableCent + again[0]!.payableCent - owed[0]!;
    assert.deepEqual([hers!.member, hers!.cents, hers!.sequence], [ANNA, sum, "RCUR"]);
    assert.equal(annasAgain?.payableCent ?? owed[0], owed[0]);
    assert.equal(open[1]!.fault, "mandate_used", "Bruno's was the last");

    // Another account, no mandate: whoever changes the one gives the other anew.
    await nameAccount(anna, ANNA, 2);
    assert.equal((await desk()).open[0]!.fault, "mandate_of_another_account");
    await giveMandate(anna, ANNA);
    assert.equal((await desk()).open[0]!.sequence, "FRST");
    await anna.call("DELETE /v1/account/mandate");
    assert.equal((await desk()).open[0]!.fault, "no_mandate");
  } finally {
    await close();
  }
});
