import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "#base/codec.ts";
import { QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { replaceHomeMeter, submitIntervalTotals } from "#chain/transactions.ts";
import type { Signer } from "#crypto/keys.ts";
import { merkleRoot } from "#crypto/merkle.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import type { IntervalTotals } from "#market/settlement.ts";
import type { Reading } from "#metering/reading.ts";
import { readingCommitment, signDay, signReading } from "#metering/signed-reading.ts";
import { Archive, NO_ARCHIVE, type ReadingArchive, type StoredReading } from "./archive.ts";
import { HeadEnd, type HeadEndOptions } from "./head-end.ts";
import { MemberAccount } from "./member-account.ts";
import {
  ANNA,
  foundStreet,
  keyOf,
  type MemoryChain,
  Meter,
  meterOf,
  NOON,
  OPERATOR,
  PLANT_OF_ANNA,
  PLANT_OF_BRUNO,
  saleOf,
} from "./test-street.ts";

const BEFORE = NOON - QUARTER_HOUR_S;
const salt = (plant: number, intervalStart: number) => {
  const bytes = new Uint8Array(32).fill(plant);
  new DataView(bytes.buffer).setUint32(0, intervalStart);
  return bytes;
};

async function bench(options: Partial<HeadEndOptions> = {}) {
  const memory = await foundStreet();
  memory.automatic = false;
  const archive = options.archive ?? new Archive(":memory:", ROME, "off");
  const operator = new MemberAccount(memory, { member: OPERATOR, signer: keyOf(OPERATOR) });
  const headEnd = new HeadEnd({ host: memory, operator, archive, salt, ...options });
  const close = async (intervalStart: number) => {
    const status = await headEnd.closeInterval(intervalStart);
    memory.produce();
    await new Promise(setImmediate);
    return status;
  };
  return {
    memory,
    archive: archive as Archive,
    operator,
    headEnd,
    close,
    anna: new Meter(PLANT_OF_ANNA, BEFORE),
    bruno: new Meter(PLANT_OF_BRUNO, BEFORE),
  };
}

/** What the operator submitted in the newest blocks. */
function submitted(memory: MemoryChain): IntervalTotals[] {
  return memory.blocks.flatMap(({ transactions }) =>
    transactions.flatMap(({ bytes }) => {
      const transaction = decodeTransaction(bytes);
      if (!transaction.ok || transaction.value.kind !== submitIntervalTotals.number) return [];
      const totals = decode(submitIntervalTotals.codec, transaction.value.body);
      return totals.ok ? [totals.value] : [];
    }),
  );
}

test("a quarter hour goes to the chain: movements of the stores, and a root over everyone's reading", async () => {
  const { memory, headEnd, close, anna, bruno, archive } = await bench();
  const readings = [anna.reading({ solar: { chargedWh: 800 } }), bruno.reading({ gridToHome: 120 })];
  const signed = readings.map((reading) => signReading("street", reading, meterOf(reading.plant)));
  assert.deepEqual(headEnd.receive(signed), { accepted: 2, repeated: 0, refused: [] });
  assert.equal(await close(BEFORE), "ok");
  const [totals, ...more] = submitted(memory);
  assert.deepEqual(more, []);
  assert.equal(totals?.intervalStart, BEFORE);
  assert.deepEqual(totals?.entries, [
    { plant: PLANT_OF_ANNA, storedSolar: readings[0]!.storedSolar, storedGrid: readings[0]!.storedGrid },
  ]);
  const leaves = readings.map((reading) => readingCommitment(salt(reading.plant, BEFORE), reading));
  assert.deepEqual(totals?.commitmentsRoot, merkleRoot(leaves));
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 800n);
  const [batch] = archive.batches(BEFORE);
  assert.deepEqual([batch?.plants, batch?.commitmentsRoot], [[1, 2], totals?.commitmentsRoot]);
  assert.equal(await close(BEFORE), "ok");
  assert.equal(submitted(memory).length, 1, "closing again has nothing to give");
});

test("a reading counts once: the same again is acknowledged, another content is refused", async () => {
  const { headEnd, anna, close, memory } = await bench();
  const before = { solarWh: anna.solarWh, next: anna.next };
  const reading = anna.signed({ solar: { chargedWh: 800 } });
  assert.equal(headEnd.receive([reading, reading]).repeated, 1, "twice in one delivery");
  assert.deepEqual(headEnd.receive([reading]), { accepted: 0, repeated: 1, refused: [] });
  await close(BEFORE);
  assert.equal(headEnd.receive([reading]).repeated, 1, "and after it was booked");
  Object.assign(anna, before);
  const other = anna.signed({ solar: { chargedWh: 801 } });
  const { refused } = headEnd.receive([other]);
  assert.deepEqual(
    refused.map(({ plant, intervalStart, reason }) => [plant, intervalStart, reason]),
    [[PLANT_OF_ANNA, BEFORE, "differs_from_earlier"]],
  );
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 800n);
});

test("a meter that was replaced counts for its own quarter hours: what came late by it is taken, what comes after is not", async () => {
  const { memory, headEnd, anna, operator } = await bench();
  const from = NOON + QUARTER_HOUR_S;
  const next = keyOf("the meter in Anna's gateway");
  const early = anna.signed({ solar: { chargedWh: 800 } });
  const replacing = operator.send(replaceHomeMeter, {
    plant: PLANT_OF_ANNA,
    meterKey: next.publicKey,
    from,
  });
  await new Promise(setImmediate);
  memory.produce();
  assert.equal((await replacing).admitted, true);
  memory.time = from + 2 * QUARTER_HOUR_S;
  assert.equal(headEnd.receive([early]).accepted, 1, "before it, by the former meter");
  assert.equal(headEnd.receive([anna.signed()]).accepted, 1, "until the next one begins");
  const reading = anna.reading();
  const by = (key: Signer) => headEnd.receive([signReading("street", reading, key)]);
  assert.deepEqual(
    by(meterOf(PLANT_OF_ANNA)).refused.map(({ reason }) => reason),
    ["bad_signature"],
  );
  assert.equal(by(next).accepted, 1);
});

test("what is not its meter's, not of this chain, not over, or not possible, is refused by name", async () => {
  const { headEnd, anna, memory, archive } = await bench();
  const reading = anna.reading({ solar: { chargedWh: 800 } });
  const rows: [string, ReturnType<typeof signReading>, string][] = [
    ["the neighbour's key", signReading("street", reading, meterOf(PLANT_OF_BRUNO)), "bad_signature"],
    ["another chain", signReading("other", reading, meterOf(PLANT_OF_ANNA)), "bad_signature"],
    ["an unknown plant", signReading("street", { ...reading, plant: 99 }, meterOf(99)), "plant_unknown"],
    [
      "a quarter hour that still runs",
      signReading("street", { ...reading, intervalStart: NOON }, meterOf(1)),
      "interval_in_future",
    ],
    [
      "a part of a watt-hour",
      { reading: { ...reading, closingSolarWh: 0.5 }, signature: new Uint8Array(64) },
      "bad_signature",
    ],
    [
      "a book that does not close",
      signReading("street", { ...reading, closingSolarWh: 700 }, meterOf(1)),
      "not_plausible",
    ],
    [
      "more than the panels give",
      signReading("street", { ...reading, flows: { ...reading.flows, solarToHome: 5000 } }, meterOf(1)),
      "not_plausible",
    ],
  ];
  for (const [what, signed, reason] of rows) {
    assert.deepEqual(
      headEnd.receive([signed]).refused.map((one) => one.reason),
      [reason],
      what,
    );
  }
  assert.equal(headEnd.receive([rows.at(-1)![1]]).refused[0]?.findings[0]?.code, "generation_above_limit");
  assert.deepEqual(
    archive.findings(10).map(({ plant, code }) => [plant, code]),
    [
      [1, "book_does_not_close"],
      [1, "generation_above_limit"],
    ],
  );
  assert.equal(archive.extent(PLANT_OF_ANNA), undefined, "none of them is archived");
  memory.time += QUARTER_HOUR_S;
});

test("a day under one signature is taken as its readings; one false bit refuses it whole", async () => {
  const { headEnd, anna, memory, close } = await bench({ archive: NO_ARCHIVE });
  memory.time = NOON + 86_400;
  const readings: Reading[] = Array.from({ length: 96 }, (_, i) =>
    anna.reading(i < 8 ? { solar: { chargedWh: 500 } } : { solar: { usedWh: 20 } }),
  );
  const day = signDay("street", readings, meterOf(PLANT_OF_ANNA));
  const forged = { ...day, signature: day.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) };
  const { refused } = headEnd.receiveDays([forged]);
  assert.deepEqual([refused.length, refused[0]?.reason], [96, "bad_signature"]);
  assert.equal(headEnd.receiveDays([day]).accepted, 96);
  assert.equal(headEnd.receiveDays([day]).repeated, 96);
  await close(readings.at(-1)!.intervalStart);
  assert.equal(submitted(memory).length, 96, "in order, one transaction a quarter hour");
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, BigInt(8 * 500 - 88 * 20));
});

test("one home's bad entry is held back with a finding and never holds up the others", async () => {
  const { headEnd, anna, bruno, memory, close, archive } = await bench({
    // The ledger's sheet allows 5 kW; this head-end was told of a larger accumulator.
    limitsOf: (plant) => ({
      plant,
      solarPowerMaxW: 90_000,
      capacityWh: 100_000,
      chargePowerMaxW: 90_000,
      dischargePowerMaxW: 90_000,
      importPowerMaxW: 90_000,
      exportPowerMaxW: 90_000,
    }),
  });
  headEnd.receive([anna.signed({ solar: { chargedWh: 9000 } }), bruno.signed({ solar: { chargedWh: 700 } })]);
  assert.equal(await close(BEFORE), "ok");
  assert.equal(memory.view().store(PLANT_OF_BRUNO).solar, 700n);
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 0n);
  assert.deepEqual(
    archive.findings(10).map(({ plant, code, intervalStart }) => [plant, code, intervalStart]),
    [[PLANT_OF_ANNA, "exceeds_plant_limits", BEFORE]],
  );
  const roots = submitted(memory).map(({ entries }) => entries.length);
  assert.deepEqual(roots.sort(), [0, 1], "her reading is committed to all the same");
});

test("after a missing reading a home waits; when it comes, everything is booked as it was", async () => {
  const { headEnd, anna, bruno, memory, close } = await bench();
  headEnd.receive([anna.signed({ solar: { chargedWh: 800 } }), bruno.signed({ solar: { chargedWh: 700 } })]);
  await close(BEFORE);
  const missing = anna.signed({ solar: { chargedWh: 500 } });
  memory.time = NOON + 2 * QUARTER_HOUR_S;
  bruno.reading();
  headEnd.receive([anna.signed({ solar: { usedWh: 30 } }), bruno.signed({ solar: { usedWh: 10 } })]);
  assert.equal(await close(NOON + QUARTER_HOUR_S), "ok");
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 800n, "she waits");
  assert.equal(memory.view().store(PLANT_OF_BRUNO).solar, 690n, "his books meet, so he does not");
  assert.equal(headEnd.receive([missing]).accepted, 1);
  await close(NOON + QUARTER_HOUR_S);
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 1270n);
  assert.deepEqual(
    submitted(memory).map(({ intervalStart, entries }) => [intervalStart, entries.map(({ plant }) => plant)]),
    [
      [BEFORE, [1, 2]],
      [NOON + QUARTER_HOUR_S, [2]],
      [NOON, [1]],
      [NOON + QUARTER_HOUR_S, [1]],
    ],
  );
});

test("a reading that never comes is bridged: what nobody measured is not exported, and comes late", async () => {
  const { headEnd, anna, memory, close, archive } = await bench({ patience: 2 });
  headEnd.receive([anna.signed({ solar: { chargedWh: 900 } })]);
  await close(BEFORE);
  const { kind, body } = saleOf(300, 7);
  await memory.act(ANNA, kind, body);
  const lost = anna.signed({ solar: { exportedWh: 250, lostWh: 10 } });
  memory.time = NOON + 2 * QUARTER_HOUR_S;
  headEnd.receive([anna.signed({ solar: { exportedWh: 40 } })]);
  await close(NOON + QUARTER_HOUR_S);
  await close(NOON + 2 * QUARTER_HOUR_S);
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 900n, "patience of two quarter hours");
  await close(NOON + 3 * QUARTER_HOUR_S);
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 600n, "the books meet the meter again");
  assert.equal(memory.view().sale(body.sale)?.delivered, 40n, "only what was measured was delivered");
  const late = headEnd.receive([lost]);
  assert.equal(late.accepted, 1, "kept for the screens");
  assert.equal(archive.find(PLANT_OF_ANNA, NOON)?.quality, "late");
  assert.ok(archive.findings(10).some(({ code }) => code === "late_for_settlement"));
  await close(NOON + 3 * QUARTER_HOUR_S);
  assert.equal(memory.view().sale(body.sale)?.delivered, 40n);
  assert.equal(archive.sumOf(PLANT_OF_ANNA, BEFORE, memory.time).flowsWh.accumulatorToGrid, 290);
});

test("a home with an open sale brings an entry even where nothing moved, so that the sale can end", async () => {
  const { headEnd, anna, memory, close } = await bench();
  headEnd.receive([anna.signed({ solar: { chargedWh: 900 } })]);
  await close(BEFORE);
  const { kind, body } = saleOf(300, 7);
  await memory.act(ANNA, kind, body);
  for (let i = 0; i < 9; i++) {
    memory.time += QUARTER_HOUR_S;
    headEnd.receive([anna.signed()]);
    await close(anna.next - QUARTER_HOUR_S);
  }
  assert.equal(memory.view().sale(body.sale)?.state, "voided");
  assert.equal(memory.view().money(4).pendingOut, 0n);
});

test("nothing is lost where the chain is too busy, or forgets a block", async () => {
  const { headEnd, anna, memory, close } = await bench();
  headEnd.receive([anna.signed({ solar: { chargedWh: 900 } })]);
  memory.refuse = "overloaded";
  assert.equal(await close(BEFORE), "overloaded");
  memory.refuse = undefined;
  assert.equal(await headEnd.closeInterval(BEFORE), "ok");
  memory.lose();
  await new Promise(setImmediate);
  assert.equal(await close(BEFORE), "ok");
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 900n);
  assert.equal(submitted(memory).length, 1);
});

test("what could not be written is not acknowledged, and is taken when it comes again", async () => {
  const archive = new Archive(":memory:", ROME, "off");
  let full = true;
  const failing: ReadingArchive = Object.create(archive, {
    store: {
      value: (readings: readonly StoredReading[]) => {
        if (full) throw new Error("the disk is full");
        archive.store(readings);
      },
    },
    ...Object.fromEntries(
      (["find", "before", "after", "booked", "newestBatch", "report"] as const).map((name) => [
        name,
        { value: archive[name].bind(archive) },
      ]),
    ),
  });
  const { headEnd, anna, memory, close } = await bench({ archive: failing });
  const reading = anna.signed({ solar: { chargedWh: 900 } });
  assert.throws(() => headEnd.receive([reading]), /the disk is full/);
  full = false;
  assert.deepEqual(headEnd.receive([reading]), { accepted: 1, repeated: 0, refused: [] });
  await close(BEFORE);
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 900n);
});

test("a head-end that begins anew gives the chain what its archive has and the chain has not", async () => {
  const { headEnd, anna, memory, close, archive, operator } = await bench();
  headEnd.receive([anna.signed({ solar: { chargedWh: 900 } })]);
  await close(BEFORE);
  memory.time = NOON + 2 * QUARTER_HOUR_S;
  const unbooked = anna.signed({ solar: { usedWh: 60 } });
  headEnd.receive([unbooked]);
  const again = new HeadEnd({ host: memory, operator, archive, salt });
  assert.equal(again.receive([unbooked]).repeated, 1, "it knows what it acknowledged");
  again.receive([anna.signed({ solar: { usedWh: 40 } })]);
  assert.equal(await again.closeInterval(NOON + QUARTER_HOUR_S), "ok");
  memory.produce();
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 800n);
  assert.deepEqual(
    submitted(memory).map(({ intervalStart }) => intervalStart),
    [BEFORE, NOON, NOON + QUARTER_HOUR_S],
  );
});

test("an interval that has just ended waits for the block after the open one", async () => {
  const { headEnd, anna, memory, operator } = await bench();
  headEnd.receive([anna.signed({ solar: { chargedWh: 900 } })]);
  await headEnd.closeInterval(BEFORE);
  // The block in progress was opened at noon; a quarter hour later the next interval is over, for the clock.
  memory.time = NOON + QUARTER_HOUR_S;
  headEnd.receive([anna.signed({ solar: { usedWh: 60 } })]);
  const closed = headEnd.closeInterval(NOON);
  await new Promise((resolve) => setTimeout(resolve, 20));
  memory.produce();
  assert.equal(await closed, "ok");
  memory.produce();
  assert.equal(memory.view().store(PLANT_OF_ANNA).solar, 840n);
  assert.equal(operator.member, OPERATOR);
});

test("the operator's transactions count on without gaps, whoever else used the key", async () => {
  const { memory, operator } = await bench();
  const { depositMoney } = await import("#chain/transactions.ts");
  const deposit = (reference: string) =>
    operator.send(depositMoney, { member: ANNA, amount: 1n as never, reference });
  const [first, second] = await Promise.all([deposit("a"), deposit("b")]);
  assert.ok(first.admitted && second.admitted, "two in one block");
  memory.produce();
  await memory.act(OPERATOR, depositMoney, { member: ANNA, amount: 1n as never, reference: "c" });
  assert.ok((await deposit("d")).admitted, "after somebody else's");
  memory.lose();
  assert.ok((await deposit("e")).admitted, "after one that was lost");
  memory.produce();
  assert.equal(memory.view().money(ANNA).posted, 4n);
});
