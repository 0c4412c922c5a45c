import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { depositMoney, requestOwnPayout, settleMemberPayout } from "#chain/transactions.ts";
import { ALBA, ANNA, BRUNO, clientFor, NOON, OPERATOR, openStreet } from "./test-street.ts";

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
