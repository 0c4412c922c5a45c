/**
 * How far an adversary follows homes across renewals that sees every row and every transaction. The traces of a
 * boundary alone (sheets, stores, money); what entries tell of a house's habits is measured by `bench/linking.ts`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import { renewedSheet } from "#market/renewal.ts";
import { ask, citizenOf, interval, OPERATOR, openStreet } from "../../test/support/chain-bench.ts";
import { assign, link, type Seen } from "../../test/support/linking.ts";
import { NOTHING, planRenewal } from "../../test/support/renewals.ts";

const HOMES = Array.from({ length: 20 }, (_, i) => i + 1);
const PERIODS = 3;
const TRACES = ["sheets", "stores", "money"] as const;

/**
 * Homes paired rightly, of twenty, the mean over the periods. At each renewal the homes have what they will and some
 * euros; `gap` says whether their stores move in it, from nearly empty to nearly full, each in its own way.
 */
function followed({ gap, unit }: { readonly gap: boolean; readonly unit: bigint }): number {
  const random = new Random("a street to follow");
  const { bench, noon } = openStreet({
    homes: HOMES.length,
    signatures: false,
    parameters: { renewalUnit: MicroEur(unit) },
  });
  let [members, plants] = [HOMES.map(citizenOf), [...HOMES]];
  let owed = new Map<number, bigint>();
  let right = 0;
  for (let period = 1; period <= PERIODS; period++) {
    const time = noon + period * 86_400;
    bench.accept(
      time,
      interval(
        time - 900,
        ...plants
          .map((plant) => {
            const { solar } = bench.view.store(plant);
            return { plant, solar: { chargedWh: random.integer(900), usedWh: Number(solar) } };
          })
          .filter(({ solar }) => solar.usedWh < 1_300)
          .sort((a, b) => a.plant - b.plant),
      ),
      ...members.map((member) =>
        ask(OPERATOR, depositMoney, {
          member,
          amount: MicroEur(BigInt(1 + random.integer(5_000_000))),
          reference: `income of ${member}`,
        }),
      ),
    );
    const old = members.map((member) => seen(bench.view, member));
    const plan = planRenewal(bench.view, {
      period,
      lastInterval: time + 7_200,
      closed: members,
      owed: (member) => owed.get(member) ?? 0n,
      moved: (plant, origin) => {
        if (!gap || origin === "grid") return NOTHING;
        const { solar } = bench.view.store(plant);
        return { ...NOTHING, used: solar, charged: Wh(BigInt(random.integer(1_000))) };
      },
    });
    bench.accept(time + 8_100, plan.request);
    owed = new Map([...plan.rests].map(([member, rest]) => [plan.members.get(member)!, rest]));
    const fresh = [...plan.members.values()].map((member) => seen(bench.view, member));
    // By number, as they stand in the transaction: no order tells.
    const pairs = link(
      old,
      fresh.sort((a, b) => a.number - b.number),
      TRACES,
      Number(unit),
    );
    for (const [was, is] of pairs) if (plan.members.get(was) === is) right += 1;
    members = members.map((member) => plan.members.get(member)!);
    plants = plants.map((plant) => plan.plants.get(plant)!);
  }
  return right / PERIODS;
}

function seen(view: ChainView, number: number): Seen {
  const [plant] = view.plantsOf(number);
  return {
    number,
    sheet: Object.values(renewedSheet(view.plant(plant!)!)).join(" "),
    storedWh: Number(view.store(plant!).solar),
    money: Number(view.money(number).posted),
  };
}

test("who reads the whole chain follows every home where nothing moves and money is exact", () => {
  assert.equal(followed({ gap: false, unit: 1n }), HOMES.length);
});

test("where stores move in the gap and money goes on in units, hardly more homes are followed than by guessing", () => {
  const right = followed({ gap: true, unit: 5_000_000n });
  assert.ok(right <= 4, `${right} of ${HOMES.length} homes are followed`);
});

test("a renewed plant's row says its standard sizes and nothing else of the installation", () => {
  const { bench, noon } = openStreet({ homes: 5, signatures: false });
  const plan = planRenewal(bench.view, {
    period: 1,
    lastInterval: noon - 900,
    closed: HOMES.slice(0, 5).map(citizenOf),
  });
  bench.accept(noon, plan.request);
  for (const [old, fresh] of plan.plants) {
    const { feeder, solarPeakW, meterKey, ...row } = bench.view.plant(fresh)!;
    assert.deepEqual([feeder, solarPeakW], [0, 0]);
    assert.notDeepEqual(meterKey, bench.view.plant(old)!.meterKey);
    assert.deepEqual(row.capacity, renewedSheet(bench.view.plant(old)!).capacity);
  }
});

test("the adversary's assignment is the cheapest of all", () => {
  const random = new Random("assignments");
  for (let run = 0; run < 50; run++) {
    const size = 1 + random.integer(5);
    const cost = Array.from({ length: size }, () => Array.from({ length: size }, () => random.integer(20)));
    const total = (columns: readonly number[]) =>
      columns.reduce((sum, column, row) => sum + cost[row]![column]!, 0);
    const best = Math.min(...permutations(size).map(total));
    assert.equal(total(assign(cost)), best);
  }
});

function permutations(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((shorter) =>
    Array.from({ length: size }, (_, at) => shorter.toSpliced(at, 0, size - 1)),
  );
}
