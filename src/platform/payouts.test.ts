import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { depositMoney, eraseOneMember, requestOwnPayout, settleMemberPayout } from "#chain/transactions.ts";
import type { Signer } from "#crypto/keys.ts";
import { bankAccountHash } from "#wire/bank-account.ts";
import { BankAccounts } from "./bank-accounts.ts";
import { PlatformStore } from "./store.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  CIMA,
  clientFor,
  foundStreet,
  keyOf,
  type MemoryChain,
  NOON,
  OPERATOR,
  openStreet,
  refusedWith,
  tokenFor,
} from "./test-street.ts";

const id = (byte: number) => new Uint8Array(16).fill(byte);

test("a member sees its own payouts, the operator those that wait, with names", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    await memory.act(OPERATOR, depositMoney, {
      member: ANNA,
      amount: MicroEur(9_000_000n),
      reference: "opening Anna",
    });
    await memory.act(ANNA, requestOwnPayout, { payout: id(1), amount: MicroEur(4_000_000n) });
    await memory.act(ALBA, requestOwnPayout, { payout: id(2), amount: MicroEur(1_000_000n) });
    await memory.act(ANNA, requestOwnPayout, { payout: id(3), amount: MicroEur(5_000_000n) });
    const anna = await clientFor(platform.url, ANNA);
    const operator = await clientFor(platform.url, OPERATOR);
    const own = async () =>
      (await anna.call("GET /v1/account/payouts", { query: {} })).map(({ id, state, amountMicroEur }) => [
        id,
        state,
        amountMicroEur,
      ]);
    const waiting = async () =>
      (await operator.call("GET /v1/operator/payouts")).map(({ member, name, amountMicroEur }) => [
        member,
        name,
        amountMicroEur,
      ]);
    assert.deepEqual(await own(), [
      [toHex(id(3)), "waiting", 5_000_000],
      [toHex(id(1)), "waiting", 4_000_000],
    ]);
    const names = (await waiting()).map(([, name]) => name);
    assert.deepEqual(await waiting(), [
      [ANNA, names[0], 4_000_000],
      [ALBA, names[1], 1_000_000],
      [ANNA, names[0], 5_000_000],
    ]);
    assert.ok(names.every((name) => typeof name === "string" && name.length > 1));

    await memory.act(OPERATOR, settleMemberPayout, { payout: id(1), reference: "TRN 1" });
    await memory.act(OPERATOR, settleMemberPayout, { payout: id(3), reference: undefined });
    assert.deepEqual(await own(), [
      [toHex(id(3)), "unpaid", 5_000_000],
      [toHex(id(1)), "paid", 4_000_000],
    ]);
    const [unpaid, paid] = await anna.call("GET /v1/account/payouts", { query: {} });
    assert.deepEqual([unpaid!.reference, paid!.reference, paid!.settled?.time], [null, "TRN 1", NOON]);
    assert.deepEqual(
      (await waiting()).map(([member]) => member),
      [ALBA],
    );
    assert.equal((await anna.call("GET /v1/account")).balanceMicroEur, 5_000_000);
    assert.deepEqual(
      await (await clientFor(platform.url, BRUNO)).call("GET /v1/account/payouts", { query: {} }),
      [],
      "nobody else's",
    );
  } finally {
    await close();
  }
});

const IBAN = "IT60X0542811101000000123456";
const OTHER = "DE89370400440532013000";

const letterOf = (
  member: number,
  { change = 1, holder = "Anna Olmo", iban = IBAN, chain = "street", signer = keyOf(member) as Signer } = {},
) => ({
  holder,
  iban,
  change,
  publicKey: toHex(signer.publicKey),
  signature: toHex(signer.sign(bankAccountHash({ chain, member, change, holder, iban }))),
});

async function deposit(memory: MemoryChain, member: number): Promise<void> {
  const amount = MicroEur(9_000_000n);
  await memory.act(OPERATOR, depositMoney, { member, amount, reference: `opening of ${member}` });
}

test("what is reserved for payouts is told apart, to a citizen and to a supplier", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    await deposit(memory, ANNA);
    const [anna, alba, operator] = [
      await clientFor(platform.url, ANNA),
      await clientFor(platform.url, ALBA),
      await clientFor(platform.url, OPERATOR),
    ];
    const state = async () => {
      const account = await anna.call("GET /v1/account");
      const desk = await alba.call("GET /v1/supplier");
      const { payouts } = await operator.call("GET /v1/operator/overview");
      return [
        [account.balanceMicroEur, account.availableMicroEur, account.payoutsMicroEur],
        [desk.balanceMicroEur, desk.pendingMicroEur, desk.payoutsMicroEur],
        payouts,
      ];
    };
    await memory.act(ANNA, requestOwnPayout, { payout: id(1), amount: MicroEur(4_000_000n) });
    await memory.act(ALBA, requestOwnPayout, { payout: id(2), amount: MicroEur(1_000_000n) });
    await memory.act(ALBA, requestOwnPayout, { payout: id(3), amount: MicroEur(2_000_000n) });
    assert.deepEqual(await state(), [
      [9_000_000, 5_000_000, 4_000_000],
      [10_000_000, 3_000_000, 3_000_000],
      3,
    ]);
    await memory.act(OPERATOR, settleMemberPayout, { payout: id(1), reference: "TRN 1" });
    await memory.act(OPERATOR, settleMemberPayout, { payout: id(2), reference: undefined });
    assert.deepEqual(await state(), [[5_000_000, 5_000_000, 0], [10_000_000, 2_000_000, 2_000_000], 1]);
  } finally {
    await close();
  }
});

test("a member names its bank account in a signed letter; only the operator sees all of it, while a payout waits", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    await deposit(memory, ANNA);
    const [anna, bruno, operator] = [
      await clientFor(platform.url, ANNA),
      await clientFor(platform.url, BRUNO),
      await clientFor(platform.url, OPERATOR),
    ];
    assert.deepEqual(await anna.call("GET /v1/account/bank"), { account: null, changes: 0 });
    await memory.act(ANNA, requestOwnPayout, { payout: id(1), amount: MicroEur(4_000_000n) });
    const payTo = (payout = id(1)) =>
      operator.call("GET /v1/operator/payouts/:id/bank", { params: { id: toHex(payout) } });
    await assert.rejects(payTo(), refusedWith("bank_account_missing"));

    const named = await anna.call("POST /v1/account/bank", { body: letterOf(ANNA) });
    const since = named.account!.since;
    assert.deepEqual(named, { account: { holder: "Anna Olmo", iban: "IT60 … 3456", since }, changes: 1 });
    const [waiting] = await operator.call("GET /v1/operator/payouts");
    assert.deepEqual(waiting!.bank, named.account);
    assert.deepEqual(await payTo(), { holder: "Anna Olmo", iban: IBAN, since });
    assert.deepEqual(await bruno.call("GET /v1/account/bank"), { account: null, changes: 0 });
    await assert.rejects(
      anna.call("GET /v1/operator/payouts/:id/bank", { params: { id: toHex(id(1)) } }),
      refusedWith("role_refused"),
    );

    await anna.call("POST /v1/account/bank", { body: letterOf(ANNA, { change: 2, iban: OTHER }) });
    assert.equal((await payTo()).iban, OTHER, "where it goes is what the member named last");
    await memory.act(OPERATOR, settleMemberPayout, { payout: id(1), reference: "TRN 1" });
    await assert.rejects(payTo(), refusedWith("payout_closed"));
    await assert.rejects(payTo(id(9)), refusedWith("payout_unknown"));
    assert.deepEqual(await anna.call("DELETE /v1/account/bank"), { account: null, changes: 2 });
  } finally {
    await close();
  }
});

test("waiting payouts are a file for the operator's bank; asked for twice it names the same payments", async () => {
  const { memory, platform, close } = await openStreet();
  try {
    for (const member of [ANNA, BRUNO]) {
      await deposit(memory, member);
      await memory.act(member, requestOwnPayout, { payout: id(member), amount: MicroEur(4_005_000n) });
    }
    const token = await tokenFor(platform.url, "street", keyOf(OPERATOR));
    const file = async () => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${platform.url}/v1/operator/payouts.xml`, { headers });
      const text = await answer.text();
      const of = (name: string) =>
        [...text.matchAll(new RegExp(`<${name}>([^<]+)<`, "g"))].map((match) => match[1]);
      return { answer, text, payments: of("PmtInfId"), ibans: of("IBAN"), sums: of("CtrlSum") };
    };
    const refused = async () => (JSON.parse((await file()).text) as { code: string }).code;
    const operator = await clientFor(platform.url, OPERATOR);
    assert.equal(await refused(), "bank_account_missing", "the operator has named no account to pay from");
    await operator.call("POST /v1/account/bank", {
      body: letterOf(OPERATOR, { holder: "Olmo", iban: OTHER }),
    });
    assert.equal(await refused(), "no_payouts", "nobody has named an account to be paid to");
    const anna = await clientFor(platform.url, ANNA);
    await anna.call("POST /v1/account/bank", { body: letterOf(ANNA) });

    const first = await file();
    assert.match(
      first.answer.headers.get("content-disposition")!,
      /^attachment; filename="CONTRADA-\w+\.xml"$/,
    );
    assert.deepEqual(first.payments, [toHex(id(ANNA))], "Bruno has named no account");
    assert.deepEqual(first.ibans, [OTHER, IBAN]);
    assert.deepEqual(first.sums, ["4.00", "4.00"]);
    memory.time += 60;
    assert.deepEqual((await file()).payments, first.payments);
    const bruno = await clientFor(platform.url, BRUNO);
    await bruno.call("POST /v1/account/bank", { body: letterOf(BRUNO) });
    assert.deepEqual((await file()).payments, [toHex(id(ANNA)), toHex(id(BRUNO))]);
    await memory.act(OPERATOR, settleMemberPayout, { payout: id(ANNA), reference: "TRN 1" });
    assert.deepEqual((await file()).payments, [toHex(id(BRUNO))], "what is settled is paid no more");
  } finally {
    await close();
  }
});

test("a letter that is not good names no bank account", async () => {
  const { platform, close } = await openStreet();
  try {
    const anna = await clientFor(platform.url, ANNA);
    const name = (body: ReturnType<typeof letterOf>) => anna.call("POST /v1/account/bank", { body });
    const bad: [string, ReturnType<typeof letterOf>][] = [
      ["iban_invalid", letterOf(ANNA, { iban: "IT61X0542811101000000123456" })],
      ["iban_invalid", letterOf(ANNA, { iban: "US64SVBK09123456789012345678" })],
      ["holder_invalid", letterOf(ANNA, { holder: " Anna" })],
      ["holder_invalid", letterOf(ANNA, { holder: "An\nna" })],
      ["bank_account_changed", letterOf(ANNA, { change: 2 })],
      ["device_unknown", letterOf(ANNA, { signer: keyOf("nobody") })],
      ["device_unknown", letterOf(ANNA, { signer: keyOf(BRUNO) })],
      ["signature_wrong", letterOf(ANNA, { chain: "another street" })],
      ["signature_wrong", { ...letterOf(ANNA), iban: OTHER }],
      ["signature_wrong", { ...letterOf(ANNA), holder: "Bruno Olmo" }],
    ];
    for (const [code, letter] of bad) await assert.rejects(name(letter), refusedWith(code), code);
    assert.deepEqual(await anna.call("GET /v1/account/bank"), { account: null, changes: 0 });

    const first = letterOf(ANNA);
    await name(first);
    await assert.rejects(name(first), refusedWith("bank_account_changed"), "an old letter counts no more");
    await anna.call("DELETE /v1/account/bank");
    await assert.rejects(name(first), refusedWith("bank_account_changed"), "nor once it is forgotten");
  } finally {
    await close();
  }
});

test("a bank account outlives the platform, and goes with its member", async () => {
  const memory = await foundStreet();
  const store = new PlatformStore(":memory:");
  const open = () =>
    new BankAccounts({ database: store.database, chain: "street", view: () => memory.view() });
  open().name(CIMA, letterOf(CIMA), NOON);
  open().name(BRUNO, letterOf(BRUNO), NOON);
  open().forgetErased();
  assert.equal(open().of(CIMA)?.iban, IBAN);
  await memory.act(OPERATOR, eraseOneMember, { member: CIMA });
  open().forgetErased();
  assert.equal(open().of(CIMA), undefined);
  assert.equal(open().of(BRUNO)?.iban, IBAN);
  const rows = store.database.prepare("SELECT * FROM bank_accounts WHERE member = ?").all(CIMA);
  assert.doesNotMatch(JSON.stringify(rows), /Anna|IT60/, "nothing of it is left");
  store.close();
});

test("the operator sees by name who may have money, and nobody else's", async () => {
  const { platform, close } = await openStreet();
  try {
    const operator = await clientFor(platform.url, OPERATOR);
    const members = await operator.call("GET /v1/operator/members");
    assert.deepEqual(
      members.map(({ member, name }) => [member, name]),
      [
        [ANNA, "Casa Anna"],
        [BRUNO, "Casa Bruno"],
        [ALBA, "Alba Energia"],
        [5, "Brezza"],
        [CIMA, `Member ${CIMA}`],
      ],
    );
  } finally {
    await close();
  }
});
