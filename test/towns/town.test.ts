/** Whole towns: what a seed fixes, and what must hold after every quarter hour whatever happens in it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dayOf, parseInstant } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  authoriseEnergySale,
  registerMemberKey,
  replaceHomeMeter,
  withdrawEnergySale,
} from "#chain/transactions.ts";
import type { OperatorLimit } from "#control/operator-limit.ts";
import type { Reading } from "#metering/reading.ts";
import { signReading } from "#metering/signed-reading.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { openNode } from "#node/node.ts";
import { FLOW } from "#plant/flows.ts";
import { NO_ARCHIVE } from "#platform/archive.ts";
import { HeadEnd } from "#platform/head-end.ts";
import { MemberAccount } from "#platform/member-account.ts";
import type { HeadlessOptions, HeadlessReport, HeadlessTown } from "#sim/headless.ts";
import { planTown } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { isFounded, Town, townGenesis } from "#sim/town.ts";
import { saleId, signerOf } from "../support/chain-bench.ts";
import { LONG } from "../support/counterparts.ts";
import { type Choices, choicesOf, openTown } from "../support/headless-town.ts";

async function reportOf(
  choices: Choices,
  options: Partial<HeadlessOptions>,
  quarterHours: number,
): Promise<HeadlessReport> {
  const headless = await openTown(choices, options);
  try {
    await headless.run(quarterHours);
    return headless.report();
  } finally {
    await headless.close();
  }
}

/** Every store by the books is what its meter says it is. */
function assertStores({ town, node }: HeadlessTown): void {
  for (const { plant, meteredSolarWh, meteredGridWh, accumulator } of town.homes) {
    const { solar, grid } = node.view().store(plant);
    assert.deepEqual(
      [solar, grid],
      [BigInt(meteredSolarWh), BigInt(meteredGridWh)],
      `plant ${plant} at ${town.time}`,
    );
    const physicalWh = accumulator?.storedWh ?? 0;
    assert.ok(Math.abs(meteredSolarWh + meteredGridWh - physicalWh) < 2, `plant ${plant} at ${town.time}`);
  }
}

/** What everybody has, and what the suppliers brought, µEUR. */
function moneyOf({ town, node }: HeadlessTown) {
  const { suppliers, homes } = town.plan;
  const of = (member: number) => node.view().money(member).posted;
  return {
    suppliers: suppliers.reduce((sum, { member }) => sum + of(member), 0n),
    owners: homes.reduce((sum, { owner }) => sum + of(owner), 0n),
    brought: BigInt(suppliers.length) * 2_500_000_000n * BigInt(homes.length),
  };
}

/*
 * The pin holds the whole stack in place: weather, loads, dispatch, metering, market, encodings, hashes. Where a
 * rule or an encoding changes on purpose, run the command in pinned.json, put what it prints there, and say in the
 * commit why the root moved.
 */
test("the pinned town ends with the pinned root, in this process, again, and in another one", async () => {
  const pinned = JSON.parse(readFileSync(new URL("pinned.json", import.meta.url), "utf8"));
  const picture = ({ state_root, sales, blocks, transactions }: HeadlessReport) => ({
    state_root,
    sales,
    blocks,
    transactions,
  });
  const first = picture(await reportOf({}, {}, 192));
  assert.deepEqual({ command: pinned.command, ...first }, pinned);
  assert.deepEqual(picture(await reportOf({}, {}, 192)), first);
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const [name, ...args] = pinned.command.split(" ");
  assert.equal(name, "contrada");
  const other = spawnSync(process.execPath, ["bin/contrada.js", ...args], { cwd: root, encoding: "utf8" });
  assert.equal(other.status, 0, other.stderr);
  assert.deepEqual(picture(JSON.parse(other.stdout)), first);
});

test("another seed and another step end with other roots", async () => {
  const roots = [];
  for (const [seed, stepS] of [
    [7, 900],
    [8, 900],
    [7, 300],
  ] as const) {
    roots.push((await reportOf({ seed }, { stepS }, 48)).state_root);
  }
  assert.equal(new Set(roots).size, 3);
});

const DAYS = LONG ? 30 : 8;

for (const [what, start, quarterHours] of [
  ["spring, with the day of 23 hours", "2026-03-26T23:00Z", DAYS * 96 - 4],
  ["autumn, with the day of 25 hours", "2026-10-22T22:00Z", DAYS * 96 + 4],
] as const) {
  test(`${DAYS} days of ${what}: nothing is refused, books and meters agree, every sale ends and is paid`, async () => {
    const headless = await openTown({ start, homes: 3 });
    const { town, node } = headless;
    try {
      let checked = 0;
      await headless.run(quarterHours, () => {
        assertStores(headless);
        checked += 1;
      });
      assert.equal(checked, quarterHours);
      const report = headless.report();
      assert.equal(report.readings, 3 * quarterHours);
      assert.deepEqual(report.refused, {});
      assert.equal(report.until.slice(11), start.startsWith("2026-03") ? "22:00:00Z" : "23:00:00Z");
      const { zone } = town.plan;
      for (let day = dayOf(zone, parseInstant(start)!); day <= dayOf(zone, town.time); day++) {
        for (const { member, rateOf } of town.plan.suppliers) {
          assert.equal(node.view().rate(member, day)?.rate, MicroEurPerKwh(rateOf(day)));
        }
      }
      assert.ok(report.sales > DAYS / 3, `${report.sales} sales`);
      assert.equal(report.sales_settled + report.sales_partly_delivered + report.sales_voided, report.sales);
      const micro = (eur: number) => BigInt(Math.round(eur * 1_000_000));
      const money = moneyOf(headless);
      assert.equal(money.brought - money.suppliers, micro(report.paid_eur));
      assert.equal(money.owners, micro(report.paid_eur) - micro(report.fees_eur));
      const bought = town.plan.suppliers.reduce(
        (sum, { member }) => sum + node.view().boughtEnergy(member),
        0n,
      );
      assert.equal(bought, BigInt(Math.round(report.sold_kwh * 1000)));
    } finally {
      await headless.close();
    }
  });
}

test("meters that sign by the day report the same energy as those that sign each quarter hour", async () => {
  const ends = [];
  for (const signatures of ["interval", "day"] as const) {
    const headless = await openTown({ start: "2026-03-28T05:00Z" }, { signatures, trade: false });
    try {
      await headless.run(3 * 96 + 7);
      assertStores(headless);
      const {
        blocks: _,
        transactions: __,
        state_root: ___,
        wall_s: ____,
        home_intervals_per_s: _____,
        ...same
      } = headless.report();
      ends.push({ ...same, stores: headless.town.homes.map((home) => home.meteredSolarWh) });
    } finally {
      await headless.close();
    }
  }
  assert.deepEqual(ends[1], ends[0]);
  assert.deepEqual(ends[0]!.refused, {});
});

/** One home with a full accumulator at 20:00 of a June evening, no habits, steps of a minute. */
async function eveningTown(signatures: "interval" | "day" = "interval") {
  const headless = await openTown(
    { homes: 1, start: "2026-06-16T03:00Z", accumulatorKwh: 10, accumulatorKw: 3, solarHomes: "all" },
    { trade: false, stepS: 60, signatures },
  );
  const { town, node } = headless;
  await headless.run(15 * 4);
  const [home] = town.plan.homes;
  const [supplier] = town.plan.suppliers;
  const owner = new MemberAccount(node, { member: home!.owner, signer: home!.ownerKey });
  return {
    headless,
    town,
    async sell(id: number, energyWh: number) {
      const day = dayOf(town.plan.zone, town.time);
      const submission = await owner.send(authoriseEnergySale, {
        sale: saleId(id),
        plant: 1,
        supplier: supplier!.member,
        day,
        rate: node.view().rate(supplier!.member, day)!.rate,
        fee: node.view().parameters.saleFee,
        energy: Wh(BigInt(energyWh)),
      });
      assert.ok(submission.admitted, submission.admitted ? "" : submission.status);
      await node.produceNow();
    },
    async withdraw(id: number) {
      assert.ok((await owner.send(withdrawEnergySale, { sale: saleId(id) })).admitted);
      await node.produceNow();
    },
    async minutes(count: number) {
      for (let i = 0; i < count; i++) await town.step();
    },
    saleState(id: number) {
      const { state, delivered } = node.view().sale(saleId(id))!;
      return [state, Number(delivered)];
    },
  };
}

test("a sale withdrawn while another is open gets no more, and the other one is delivered whole", async () => {
  const evening = await eveningTown();
  const { headless, town } = evening;
  const [home] = town.homes;
  try {
    await evening.sell(1, 2_000);
    await evening.minutes(15);
    const [, early] = evening.saleState(1) as [string, number];
    assert.ok(early > 300 && early < 1_000, `${early} Wh in the first quarter hour`);
    await evening.sell(2, 1_500);
    await evening.minutes(7);
    const left = Math.floor(home!.unreadExportJ / 3600);
    assert.ok(left > 100, `${left} Wh since`);
    await evening.withdraw(1);
    await evening.minutes(8);
    assert.deepEqual(evening.saleState(1), ["partly_delivered", early + left]);
    assert.ok(Math.abs(home!.saleRemainingWh - 1_500) < 1);
    await evening.minutes(60);
    assert.deepEqual(evening.saleState(2), ["settled", 1_500]);
    assert.equal(home!.saleRemainingWh, 0);
    assertStores(headless);
    assert.equal(headless.report().sold_kwh, (early + left + 1_500) / 1000, "the exact Wh of the two");
  } finally {
    await headless.close();
  }
});

test("a sale withdrawn before anything left is voided, and what is sold next is not booked for it", async () => {
  const evening = await eveningTown();
  try {
    await evening.sell(1, 1_000);
    await evening.withdraw(1);
    await evening.sell(2, 500);
    await evening.minutes(60);
    assert.deepEqual(evening.saleState(1), ["voided", 0]);
    assert.deepEqual(evening.saleState(2), ["settled", 500]);
    assert.equal(evening.headless.report().sold_kwh, 0.5);
  } finally {
    await evening.headless.close();
  }
});

test("with daily signatures a BEC knows what it delivered before the books do, and stops in time", async () => {
  const evening = await eveningTown("day");
  const { headless, town } = evening;
  try {
    await headless.run(36); // to the next morning: the books have the day
    await evening.sell(1, 800);
    await evening.minutes(60);
    assert.equal(evening.saleState(1)[0], "open", "nobody has heard of it");
    assert.equal(town.homes[0]!.saleRemainingWh, 0);
    await evening.sell(2, 300);
    assert.equal(town.homes[0]!.saleRemainingWh, 300);
    await evening.minutes(60);
    await headless.run(15 * 4);
    assert.deepEqual(evening.saleState(1), ["settled", 800]);
    assert.deepEqual(evening.saleState(2), ["settled", 300]);
    assertStores(headless);
  } finally {
    await headless.close();
  }
});

test("a BEC stops when a sale's last quarter hour is over, also where the books do not know yet", async () => {
  for (const signatures of ["interval", "day"] as const) {
    const evening = await eveningTown(signatures);
    const { headless, town } = evening;
    const [home] = town.homes;
    try {
      await evening.sell(1, 7_000);
      await evening.minutes(9 * 15 - 1);
      assert.ok(home!.saleRemainingWh > 100, "3 kW are too few for it");
      await evening.minutes(1);
      assert.equal(home!.saleRemainingWh, 0, signatures);
      assert.equal(evening.saleState(1)[0], signatures === "day" ? "open" : "partly_delivered");
      await evening.minutes(15);
      assert.ok(home!.unreadExportJ < 3600, "nothing leaves any more");
      await headless.run(4);
      const [state, delivered] = evening.saleState(1) as [string, number];
      assert.equal(state, "partly_delivered");
      assert.ok(delivered > 2_000 && delivered < 6_900, `${delivered} Wh`);
      assert.equal(headless.report().sold_kwh, delivered / 1000);
      assertStores(headless);
    } finally {
      await headless.close();
    }
  }
});

test("a home into which somebody has moved sells nothing by habit", async () => {
  for (const movesIn of [false, true]) {
    const headless = await openTown({ homes: 1 });
    const { town, node } = headless;
    try {
      if (movesIn) {
        const { owner, ownerKey } = town.plan.homes[0]!;
        const account = new MemberAccount(node, { member: owner, signer: ownerKey });
        const sent = await account.send(registerMemberKey, { key: signerOf("a device").publicKey });
        await node.produceNow();
        assert.equal(sent.admitted && (await sent.committed).status, "ok");
      }
      await headless.run(2 * 96);
      assert.equal(town.sales > 0, !movesIn);
      assert.deepEqual(headless.report().refused, {});
    } finally {
      await headless.close();
    }
  }
});

test("a founding that was cut short is taken up where it was", async () => {
  const storage = new MemoryStorage();
  const plan = planTown(choicesOf({ homes: 5 }));
  const open = async (homes: number) => {
    const genesis = townGenesis(plan, plan.start);
    const node = await openNode({
      folder: "/town",
      genesis,
      producer: plan.producer,
      now: () => genesis.time,
      blockIntervalMs: "manual",
      storage,
    });
    const operator = new MemberAccount(node, { member: plan.operator.member, signer: plan.operator.key });
    const headEnd = new HeadEnd({ host: node, operator, archive: NO_ARCHIVE, salt: saltsOf(plan.seed) });
    const town = new Town(plan, node, headEnd, operator, {
      stepS: 900,
      trade: true,
      signatures: "interval",
      stores: new Map(),
      start: plan.start,
    });
    let left = homes;
    await town.found(() => left-- > 0);
    const founded = isFounded(plan, plan.start, node.view());
    const end = { founded, plants: node.view().plants().length, height: node.view().height };
    town.close();
    await node.close();
    return end;
  };
  assert.deepEqual(await open(2), { founded: false, plants: 2, height: 1 });
  const whole = await open(9);
  assert.deepEqual([whole.founded, whole.plants], [true, 5]);
  assert.deepEqual(await open(9), whole, "what is founded stays as it is");
});

test("a home whose meter is replaced is left to its gateway: the town reports the others alone", async () => {
  const headless = await openTown({ homes: 3, start: "2026-06-16T10:00Z" });
  try {
    await headless.run(4);
    const { town, node } = headless;
    const { member, key: signer } = town.plan.operator;
    const operator = new MemberAccount(node, { member, signer });
    const from = town.time + 1_800;
    const meterKey = signerOf("the meter in a gateway").publicKey;
    const submission = await operator.send(replaceHomeMeter, { plant: 1, meterKey, from });
    assert.equal(submission.admitted, true);
    await node.produceNow();
    assert.deepEqual([...town.handedOver(from - 900)], []);
    assert.deepEqual([...town.handedOver(from)], [1]);
    const before = town.readings;
    await headless.run(4);
    assert.equal(town.readings - before, 2 * 3 + 2 * 2);
    assert.deepEqual([...town.refused], []);
  } finally {
    await headless.close();
  }
});

test("a home whose gateway has gone comes back: with a meter of its own and what the gateway's left", async () => {
  const plan = planTown(choicesOf({ homes: 3, start: "2026-06-16T10:00Z" }));
  const genesis = townGenesis(plan, plan.start);
  let now = genesis.time;
  const node = await openNode({
    ...{ folder: "town", genesis, producer: plan.producer, now: () => now },
    storage: new MemoryStorage(),
  });
  const { member, key: signer } = plan.operator;
  const operator = new MemberAccount(node, { member, signer });
  const headEnd = new HeadEnd({ host: node, operator, archive: NO_ARCHIVE, salt: saltsOf(plan.seed) });
  let gateways: ReadonlySet<number> = new Set();
  const town = new Town(plan, node, headEnd, operator, {
    ...{ stepS: 900, trade: false, signatures: "interval", stores: new Map(), start: plan.start },
    hasGateway: (plant) => gateways.has(plant),
  });
  now = plan.start;
  await town.found();
  const live = async (quarters: number) => {
    for (let i = 0; i < quarters; i++) {
      now = town.time + 900;
      await town.runUntil(town.time + 900);
    }
  };
  const boxes = ["the first gateway", "the second gateway"].map(signerOf);
  await live(8);
  for (const box of boxes) {
    gateways = new Set([1]);
    const from = town.time + 900;
    await operator.send(replaceHomeMeter, { plant: 1, meterKey: box.publicKey, from });
    await node.produceNow();
    await live(3);
    assert.deepEqual([...town.handedOver(town.time)], [1]);
    // What the gateway's meter says last is another content than the simulation's.
    const last = headEnd.newestOf(1)!;
    const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
    const [solarWh, lostWh] = [last.closingSolarWh, Math.min(40, last.closingSolarWh)];
    const reading: Reading = {
      ...{ plant: 1, intervalStart: town.time - 900, flows: NOTHING },
      ...{ storedSolar: { ...still, lostWh }, storedGrid: still },
      ...{ closingSolarWh: solarWh - lostWh, closingGridWh: last.closingGridWh },
    };
    assert.equal(headEnd.receive([signReading(genesis.chain, reading, box)]).accepted, 1);
    gateways = new Set();
    await live(1);
    assert.deepEqual(
      [...town.handedOver(town.time)],
      [1],
      "the quarter hour that has begun is the gateway's",
    );
    await live(1);
    assert.deepEqual([...town.handedOver(town.time)], []);
    const { meteredSolarWh } = town.homes[0]!;
    assert.equal(meteredSolarWh, reading.closingSolarWh);
    await live(4);
    assert.equal(headEnd.newestOf(1)!.intervalStart, town.time - 900);
    assert.deepEqual([...town.refused], []);
    const { solar } = node.view().store(1);
    assert.equal(solar, BigInt(town.homes[0]!.meteredSolarWh), "by the books, too");
  }
  assert.equal(node.view().metersOf(1).length, 5);
  town.close();
  await node.close();
});

test("a simulated home keeps to the grid operator's limit while it stands, and whoever does not hear goes by the last", async () => {
  const plan = planTown(choicesOf({ homes: 2, start: "2026-06-16T10:00Z" }));
  const genesis = townGenesis(plan, plan.start);
  const node = await openNode({
    ...{ folder: "town", genesis, producer: plan.producer, now: () => plan.start },
    storage: new MemoryStorage(),
  });
  const { member, key: signer } = plan.operator;
  const operator = new MemberAccount(node, { member, signer });
  const headEnd = new HeadEnd({ host: node, operator, archive: NO_ARCHIVE, salt: saltsOf(plan.seed) });
  let limit: OperatorLimit | null = null;
  const town = new Town(plan, node, headEnd, operator, {
    ...{ stepS: 60, trade: false, signatures: "interval", stores: new Map(), start: plan.start },
    operatorLimit: (plant) => (plant === 1 ? limit : null),
  });
  await town.found();
  const bounds = async () => {
    await town.step();
    return town.homes.map(({ situation }) => situation.demandResponse?.exportPowerMaxW);
  };
  assert.deepEqual(await bounds(), [undefined, undefined]);
  const from = town.time;
  limit = {
    ...{ importPowerMaxW: null, exportPowerMaxW: 0, from, until: from + 180, reason: "voltage" },
    failsafe: null,
  };
  assert.deepEqual(await bounds(), [0, undefined]);
  const [first] = town.homes;
  assert.equal(first!.flowsW[FLOW.solarToGrid]! + first!.flowsW[FLOW.accumulatorToGrid]!, 0);
  assert.ok(town.homes[0]!.site.panels.length > 0, "one with panels, at noon");
  town.supplyLinks[0]!.cut();
  limit = null;
  assert.deepEqual(await bounds(), [0, undefined], "it does not hear that it is lifted");
  await town.step();
  assert.deepEqual(await bounds(), [undefined, undefined], "and its end is its own");
  town.close();
  await node.close();
});

const NOTHING = {
  ...{ solarToHome: 0, solarToAccumulator: 0, solarToGrid: 0, accumulatorToHome: 0 },
  ...{ accumulatorToGrid: 0, gridToHome: 0, gridToAccumulator: 0 },
};
