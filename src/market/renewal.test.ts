import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur, Wh } from "#base/units.ts";
import {
  authoriseEnergySale,
  castVote,
  depositMoney,
  proposeMotion,
  renewManyMembers,
  setMemberGuardians,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import { IDENTITIES, NULLIFIERS } from "#ledger/identity.ts";
import { renewedSheet, standardSize } from "#market/renewal.ts";
import { booksProblems } from "#node/books.ts";
import { auditBooks } from "../../test/support/audit.ts";
import {
  ALBA,
  ask,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  SHEET,
  saleId,
  saleOf,
  totals,
} from "../../test/support/chain-bench.ts";
import { identityOf } from "../../test/support/identities.ts";
import { NOTHING, planRenewal } from "../../test/support/renewals.ts";

const HOMES = [1, 2, 3, 4, 5];
const CITIZENS = HOMES.map(citizenOf);

/**
 * Five homes with different stores and money, at rest; the gap is the quarter hour before noon + 1,800. Those of
 * `silent` never had an entry.
 */
function street(silent: readonly number[] = []) {
  const { bench, noon } = openStreet({
    homes: HOMES.length,
    signatures: false,
    parameters: { renewalUnit: MicroEur(1_000_000n) },
  });
  bench.accept(
    noon,
    interval(
      noon - 900,
      ...HOMES.filter((plant) => !silent.includes(plant)).map((plant) => ({
        plant,
        solar: { chargedWh: 100 * plant },
      })),
    ),
    ...HOMES.map((plant) =>
      ask(OPERATOR, depositMoney, {
        member: citizenOf(plant),
        amount: MicroEur(1_600_000n * BigInt(plant)),
        reference: `home ${plant}`,
      }),
    ),
  );
  const after = noon + 1_800;
  const plan = { period: 1, lastInterval: noon + 900, closed: CITIZENS };
  return { bench, noon, after, plan };
}

test("a renewal closes five homes and opens five others with what those had, the rest of a euro in the pool", () => {
  const { bench, after, plan } = street();
  const used = (plant: number, origin: "solar" | "grid") =>
    origin === "solar" ? { ...NOTHING, used: Wh(BigInt(10 * plant)) } : NOTHING;
  const { renewal, request, members, plants } = planRenewal(bench.view, { ...plan, moved: used });
  const before = [bench.view.member(citizenOf(3)), bench.view.plant(3)] as const;
  const { events } = bench.accept(after, request);
  const { view } = bench;
  for (const plant of HOMES) {
    const [member, other] = [members.get(citizenOf(plant))!, plants.get(plant)!];
    assert.deepEqual(view.store(other), {
      solar: 90n * BigInt(plant),
      grid: 0n,
      pending: 0n,
      free: 90n * BigInt(plant),
    });
    assert.equal(view.money(member).posted, ((1_600_000n * BigInt(plant)) / 1_000_000n) * 1_000_000n);
    assert.deepEqual([view.money(citizenOf(plant)).posted, view.store(plant).solar], [0n, 0n]);
    assert.equal(view.plant(other)?.lastInterval, plan.lastInterval);
    assert.deepEqual(view.plantsOf(member), [other]);
  }
  assert.equal(view.pool(), 15n * 1_600_000n - 22_000_000n);
  assert.equal(view.period, 1);
  // What was under the old number can still be read there.
  assert.deepEqual(view.member(citizenOf(3)), { ...before[0], keys: [], closed: view.height });
  assert.deepEqual(view.plant(3), { ...before[1], closed: view.height });
  assert.deepEqual(auditBooks(bench.app), []);
  assert.equal(events.filter(({ type }) => type === "key_revoked").length, 5);
  assert.deepEqual(events.at(-1), {
    type: "members_renewed",
    period: 1,
    lastInterval: plan.lastInterval,
    closed: CITIZENS,
    opened: renewal.opened.map(({ member }) => member),
  });
});

test("a plant that never had an entry counts from the newest of the others, and loosens nothing", () => {
  const cases = [
    { silent: [], quarters: 10n },
    { silent: [5], quarters: 10n },
    { silent: [1, 2, 3, 4], quarters: 10n },
    { silent: HOMES, quarters: 0n },
  ];
  for (const { silent, quarters } of cases) {
    const { bench, after, plan } = street(silent);
    const tolerance = BigInt(1000 + bench.view.parameters.meterTolerancePerMille);
    const most = quarters + (quarters * BigInt(SHEET.chargePowerMaxW) * tolerance) / 4000n;
    const { renewal } = planRenewal(bench.view, plan);
    const charging = (energy: bigint) =>
      ask(OPERATOR, renewManyMembers, {
        ...renewal,
        gapSolar: { ...NOTHING, charged: Wh(energy), lost: Wh(energy) },
      });
    const { statuses } = bench.block(after, [charging(most + 1n), charging(most)]);
    assert.deepEqual(statuses, ["exceeds_plant_limits", "ok"], `without entries: ${silent}`);
  }
});

test("what a renewal left in the pool comes back with a later one", () => {
  const { bench, after, plan } = street();
  const first = planRenewal(bench.view, plan);
  bench.accept(after, first.request);
  const people = [...first.members.entries()];
  const owed = new Map(people.map(([old, member]) => [member, first.rests.get(old)!]));
  bench.accept(
    after,
    ...people.map(([old, member]) =>
      ask(OPERATOR, depositMoney, { member, amount: MicroEur(800_000n), reference: `later ${old}` }),
    ),
  );
  const second = planRenewal(bench.view, {
    period: 2,
    lastInterval: plan.lastInterval,
    closed: people.map(([, member]) => member),
    owed: (member) => owed.get(member)!,
  });
  bench.accept(after, second.request);
  for (const [old, member] of people) {
    const all = 1_600_000n * BigInt(old - citizenOf(0)) + 800_000n;
    assert.equal(bench.view.money(second.members.get(member)!).posted, all - (all % 1_000_000n));
    assert.equal(second.rests.get(member), all % 1_000_000n);
  }
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a closed plant takes no reading and sells nothing; the new one goes on after the gap", () => {
  const { bench, after, plan } = street();
  const { request, members, plants } = planRenewal(bench.view, plan);
  bench.accept(after, request);
  const [member, plant] = [members.get(citizenOf(5))!, plants.get(5)!];
  const read = (number: number, start: number) =>
    bench.block(after + 900, [interval(start, { plant: number, solar: { usedWh: 1 } })]).statuses[0];
  assert.equal(read(5, after), "plant_unknown");
  assert.equal(read(plant, plan.lastInterval), "interval_already_submitted");
  assert.equal(read(plant, after), "ok");
  const sale = (seller: number, of: number) => {
    const terms = saleOf(bench, after + 900, { plant: of, energy: Wh(200n), sale: saleId(9) });
    return bench.block(after + 900, [ask(seller, authoriseEnergySale, terms)]).statuses[0];
  };
  assert.equal(sale(citizenOf(5), 5), "key_not_registered");
  assert.equal(sale(member, 5), "plant_unknown");
  assert.equal(sale(member, plant), "ok");
});

test("who voted keeps the vote and gets no second one; the count of voters stays", () => {
  const { bench, after, plan } = street();
  bench.accept(
    after,
    ask(citizenOf(1), proposeMotion, {
      purpose: "A bench",
      motion: { type: "pay", member: ALBA, amount: MicroEur(1n) },
    }),
  );
  bench.accept(after, ask(citizenOf(1), castVote, { proposal: 1, yes: true }));
  const { request, members } = planRenewal(bench.view, plan);
  const { statuses } = bench.block(after, [request]);
  assert.deepEqual(statuses, ["ok"]);
  const renewed = members.get(citizenOf(1))!;
  const again = bench.block(after, [ask(renewed, castVote, { proposal: 1, yes: true })]);
  assert.deepEqual(again.statuses, ["not_entitled"]);
  assert.equal(bench.view.proposal(1)?.yes, 1);
  bench.accept(
    after,
    ask(renewed, proposeMotion, {
      purpose: "Another bench",
      motion: { type: "pay", member: ALBA, amount: MicroEur(1n) },
    }),
  );
  assert.equal(bench.view.proposal(2)?.eligible, bench.view.proposal(1)?.eligible);
});

test("the old number keeps neither identity nor guardians; the new one has its own, by new numbers", () => {
  const { bench, after, plan } = street();
  const guardians = [{ member: ALBA }, { member: citizenOf(2) }, { member: OPERATOR }];
  bench.accept(after, ask(citizenOf(1), setMemberGuardians, { guardians }));
  const { renewal, members } = planRenewal(bench.view, plan);
  const [anna, helper] = [members.get(citizenOf(1))!, members.get(citizenOf(2))!];
  const opened = renewal.opened.map((member) =>
    member.member === anna
      ? { ...member, guardians: [{ member: ALBA }, { member: helper }, { member: OPERATOR }] }
      : member,
  );
  const { events } = bench.accept(after, ask(OPERATOR, renewManyMembers, { ...renewal, opened }));
  assert.equal(bench.view.guarded(citizenOf(1)), undefined);
  assert.deepEqual(bench.view.guarded(anna), {
    guardians: [{ member: ALBA }, { member: helper }, { member: OPERATOR }],
    round: 1,
    next: undefined,
  });
  assert.deepEqual(
    events.filter(({ type }) => type === "guardians_set"),
    [{ type: "guardians_set", member: anna }],
  );
  assert.deepEqual(booksProblems(bench.app.export(), bench.app.height), []);
  const { state } = bench.app.open(after);
  const own = opened.find(({ member }) => member === anna)!.identity;
  assert.deepEqual([state.get(IDENTITIES, citizenOf(1)), state.get(IDENTITIES, anna)], [undefined, own]);
  const old = identityOf(citizenOf(1), "citizen")!.nullifier;
  assert.deepEqual([state.get(NULLIFIERS, old), state.get(NULLIFIERS, own.nullifier)], [undefined, anna]);
});

test("standard sizes are 1, 2 and 5 times a power of ten from a thousand on, and round up", () => {
  assert.deepEqual(
    [0n, 1n, 1_000n, 1_001n, 2_001n, 5_000n, 6_400n, 10_001n, 100_000_000n].map(standardSize),
    [0n, 1_000n, 1_000n, 2_000n, 5_000n, 5_000n, 10_000n, 20_000n, 100_000_000n],
  );
  const once = renewedSheet(SHEET);
  assert.deepEqual(once, { capacity: 10_000n, chargePowerMaxW: 5_000, dischargePowerMaxW: 5_000 });
  assert.deepEqual(renewedSheet(once), once);
});

test("the genesis and snapshots know a renewed street: it is restored and replayed to the same root", () => {
  const { bench, after, plan } = street();
  const { request, plants } = planRenewal(bench.view, plan);
  bench.accept(after, request);
  const body = totals(
    after,
    ...[...plants.values()].sort((a, b) => a - b).map((plant) => ({ plant, solar: { usedWh: 7 } })),
  );
  bench.accept(after + 900, ask(OPERATOR, submitIntervalTotals, body));
  assert.deepEqual(bench.restored().stateRoot, bench.app.stateRoot);
  assert.deepEqual(bench.replayed().stateRoot, bench.app.stateRoot);
});
