import assert from "node:assert/strict";
import { test } from "node:test";
import { enrolEnergySupplier } from "#chain/transactions.ts";
import { KEYS } from "#ledger/member.ts";
import {
  ALBA,
  admission,
  ask,
  ChainBench,
  citizenOf,
  meterSigner,
  OPERATOR,
  openStreet,
  registration,
  START,
} from "../../test/support/chain-bench.ts";

test("a supplier's name is 2 to 60 characters of any script, without blanks at its ends or controls", () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ["E", false],
    ["E2", true],
    ["Società Elettrica dell'Alto Adige", true],
    ["東京電力", true],
    ["🌞🌞", true],
    ["🌞", false],
    ["E".repeat(60), true],
    ["E".repeat(61), false],
    [" Alba", false],
    ["Alba ", false],
    ["Al\tba", false],
    ["Al\u0085ba", false],
    ["Al\u007fba", false],
  ];
  for (const [name, fine] of rows) {
    const bench = new ChainBench({ signatures: false });
    bench.accept(START, admission(ALBA, "supplier"));
    const request = ask(OPERATOR, enrolEnergySupplier, { member: ALBA, name });
    assert.deepEqual(bench.block(START, [request]).statuses, [fine ? "ok" : "name_invalid"], name);
  }
});

test("a plant begins empty, read by nobody and selling nothing; its meter's key is its owner's and signs nothing", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const plant = bench.view.plant(1)!;
  assert.deepEqual(
    [plant.owner, plant.registered, plant.lastInterval, plant.openSales],
    [citizenOf(1), 1, 0, []],
  );
  assert.deepEqual(bench.view.store(1), { solar: 0n, grid: 0n, pending: 0n, free: 0n });
  const open = bench.app.open(noon);
  assert.equal(open.state.get(KEYS, meterSigner(1).publicKey), citizenOf(1));
  assert.equal(bench.view.memberOfKey(meterSigner(1).publicKey), undefined);
  const signed = { ...admission(99, "citizen"), sender: citizenOf(1), signer: meterSigner(1) };
  assert.deepEqual(bench.block(noon, [signed]).statuses, ["key_not_registered"]);
});

test("a citizen may own several plants, each with a meter of its own", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const second = (meterKey: Uint8Array) => registration(2, citizenOf(1), { meterKey });
  assert.deepEqual(bench.block(noon, [second(meterSigner(1).publicKey)]).statuses, [
    "key_already_registered",
  ]);
  assert.deepEqual(bench.block(noon, [second(meterSigner(2).publicKey)]).statuses, ["ok"]);
});
