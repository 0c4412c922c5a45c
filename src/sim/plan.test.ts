import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { dayNumber, dayStart, formatInstant, parseInstant, ROME } from "#base/time.ts";
import { parseHomes } from "#sim/homes-file.ts";
import { importPriceAt, livedBefore, planTown, type TownChoices, type TownPlan } from "#sim/plan.ts";

const CHOICES: TownChoices = {
  seed: 1,
  homes: 24,
  measured: undefined,
  start: undefined,
  solarHomes: "default",
  solarPeakKwp: undefined,
  solarColumn: undefined,
  accumulatorKwh: undefined,
  accumulatorKw: undefined,
};

const DATED = `utc,load_W_a,load_W_b,pv1_pu,pv2_pu
2026-03-01T00:00Z,100,200,0,0
2026-03-01T00:15Z,110,210,0.1,0.5
2026-03-01T00:30Z,120,220,0.2,1.5
2026-03-01T00:45Z,130,230,0.3,0
`;
const UNDATED = `step,month,hour,day_type,load_kWh_1,solar_W_per_kWp_1,tou_price_usd_kWh
0,7,23,7,2.276,0,0.22
1,7,24,7,0.851,0,0.24
2,8,1,1,0.835,453,0.54
`;

const plan = (change: Partial<TownChoices> = {}): TownPlan => planTown({ ...CHOICES, ...change });

/** Everything of a town that can be written down, and what its sources give at some instants. */
function picture({ homes, suppliers, operator, producer, start, end, prices }: TownPlan) {
  return {
    start,
    end,
    operator: toHex(operator.key.publicKey),
    producer: toHex(producer.publicKey),
    suppliers: suppliers.map(({ member, name, key, rateOf }) => [
      member,
      name,
      toHex(key.publicKey),
      rateOf(20_620),
    ]),
    prices: [0, 9, 18].map((hours) => prices(start + hours * 3600)),
    homes: homes.map(({ source, faults, meter, ownerKey, ...rest }) => ({
      ...rest,
      keys: [toHex(meter.publicKey), toHex(ownerKey.publicKey)],
      loads: [0, 20_000, 90_000].map((s) => source.loadW(start + s, 60)),
      solar: [0, 20_000, 90_000].map((s) => source.solarW(start + s, 60)),
      faults: faults.at(start + 5 * 86_400, rest.site),
    })),
  };
}

test("the same choices give the same town, another seed another one", () => {
  assert.deepEqual(picture(plan()), picture(plan()));
  assert.notDeepEqual(picture(plan()), picture(plan({ seed: 2 })));
});

test("a home is the same in a smaller and in a larger town", () => {
  const [small, large] = [plan({ homes: 3 }), plan({ homes: 30 })].map((town) => picture(town).homes);
  assert.deepEqual(small, large!.slice(0, 3));
});

test("no two keys of a town are the same", () => {
  const { homes, suppliers, applicant, operator, producer } = plan();
  const keys = [
    ...homes.flatMap(({ meter, ownerKey }) => [meter, ownerKey]),
    ...[...suppliers, applicant].map(({ key }) => key),
    operator.key,
    producer,
  ].map(({ publicKey }) => toHex(publicKey));
  assert.equal(new Set(keys).size, keys.length);
});

test("two homes of three have panels of 3 to 6 kWp and an accumulator of 5 to 13.5 kWh", () => {
  const { homes } = plan({ homes: 300 });
  const withPanels = homes.filter(({ solarPeakW }) => solarPeakW > 0);
  assert.equal(withPanels.length, 200);
  for (const { solarPeakW, site, reserveWh } of withPanels) {
    const { capacityWh, chargePowerMaxW } = site.accumulator!;
    assert.ok(solarPeakW >= 3_000 && solarPeakW <= 6_000);
    assert.ok(capacityWh >= 5_000 && capacityWh <= 13_500);
    assert.ok(chargePowerMaxW >= 3_750 && chargePowerMaxW <= 5_000);
    assert.equal(reserveWh, capacityWh / 5);
  }
  assert.ok(homes.every(({ solarPeakW, site }) => solarPeakW > 0 || site.accumulator === undefined));
});

test("which homes have panels is said in words or numbers", () => {
  const chosen = (solarHomes: string) =>
    plan({ homes: 6, solarHomes }).homes.flatMap(({ plant, solarPeakW }) => (solarPeakW > 0 ? [plant] : []));
  assert.deepEqual(chosen("default"), [1, 3, 4, 6]);
  assert.deepEqual(chosen("every-second"), [1, 3, 5]);
  assert.deepEqual(chosen("all"), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(chosen("none"), []);
  assert.deepEqual(chosen("6, 2"), [2, 6]);
});

test("sizes that are chosen hold for each home with panels", () => {
  const { homes } = plan({ solarPeakKwp: 7.2, accumulatorKwh: 12, accumulatorKw: 3.5 });
  for (const { solarPeakW, site } of homes.filter((home) => home.solarPeakW > 0)) {
    assert.equal(solarPeakW, 7_200);
    assert.equal(site.accumulator!.capacityWh, 12_000);
    assert.equal(site.accumulator!.dischargePowerMaxW, 3_500);
  }
  assert.ok(plan({ accumulatorKwh: 0 }).homes.every(({ site }) => site.accumulator === undefined));
});

const measured = parseHomes(DATED);
const refusals: readonly [title: string, change: Partial<TownChoices>, message: string][] = [
  [
    "a word that names no homes",
    { solarHomes: "some" },
    'homes with panels are "default", "all", "none", "every-second" or numbers from 1 to 24 like 1,3,5; not "some".',
  ],
  [
    "a home that is not there",
    { solarHomes: "1,25" },
    'homes with panels are "default", "all", "none", "every-second" or numbers from 1 to 24 like 1,3,5; not "25".',
  ],
  [
    "a solar column that the file lacks",
    { measured, solarColumn: "pv3" },
    'the file has no solar column "pv3"; it has pv1, pv2.',
  ],
  [
    "a solar column without a file",
    { solarColumn: "pv1" },
    "a solar column is one of a file of measured homes.",
  ],
  [
    "a start that is no quarter hour",
    { start: parseInstant("2026-06-16T08:07Z")! },
    "a town starts at a quarter hour, not at 2026-06-16T08:07:00Z.",
  ],
  [
    "a start outside the file",
    { measured, start: parseInstant("2026-03-01T01:00Z")! },
    "the file holds 2026-03-01T00:00:00Z to 2026-03-01T01:00:00Z; there is no quarter hour at 2026-03-01T01:00:00Z in it.",
  ],
  [
    "an accumulator of a torch",
    { accumulatorKwh: 0.05 },
    "an accumulator holds 0.1 kWh or more, or 0 for none; not 0.05.",
  ],
  [
    "a negative accumulator",
    { accumulatorKwh: -1 },
    "an accumulator holds 0.1 kWh or more, or 0 for none; not -1.",
  ],
  [
    "an accumulator without power",
    { accumulatorKw: 0.01 },
    "an accumulator's power is 0.1 kW or more, not 0.01.",
  ],
  [
    "panels of a calculator",
    { solarPeakKwp: 0.001 },
    "the peak power of panels is 0.1 kW or more, not 0.001.",
  ],
];
for (const [title, change, message] of refusals) {
  test(`${title} is refused in one sentence`, () => {
    assert.throws(() => plan(change), { name: "RangeError", message });
  });
}

test("a dated file begins where it begins, or inside it, and its rows stay where they are", () => {
  const whole = plan({ measured, solarHomes: "all" });
  assert.equal(formatInstant(whole.start), "2026-03-01T00:00:00Z");
  assert.equal(formatInstant(whole.end), "2026-03-01T01:00:00Z");
  const later = plan({ measured, solarHomes: "all", start: whole.start + 1800 });
  for (const { start, homes } of [whole, later]) {
    const [home] = homes;
    assert.equal(home!.source.loadW(whole.start + 1800, 900), 120);
    assert.equal(home!.source.solarW(whole.start + 1800, 900), 1000, `from ${formatInstant(start)}`);
  }
  assert.equal(later.end, whole.end);
});

test("panels follow the column that is named, with or without its unit, and never give more than their peak", () => {
  const at = parseInstant("2026-03-01T00:15Z")!;
  for (const solarColumn of ["pv2", "pv2_pu"]) {
    const [home] = plan({ measured, solarHomes: "all", solarColumn, solarPeakKwp: 4 }).homes;
    assert.equal(home!.source.solarW(at, 900), 2_000);
    assert.equal(home!.source.solarW(at + 900, 900), 4_000);
  }
});

test("an undated file begins in the first year from 2020 on in which its day is of its kind", () => {
  const town = plan({ measured: parseHomes(UNDATED) });
  // 31 July was a Sunday in 2022; the file's hour 23 is from 22 to 23 o'clock in Rome.
  assert.equal(formatInstant(town.start), "2022-07-31T20:00:00Z");
  const start = dayStart(ROME, dayNumber({ year: 2026, month: 1, day: 1 }));
  assert.equal(plan({ measured: parseHomes(UNDATED), start }).start, start);
});

test("prices come from the file where it has some, also before its start and after its end", () => {
  const town = plan({ measured: parseHomes(UNDATED) });
  const price = (hours: number) => town.prices(town.start + hours * 3600).importPrice;
  assert.deepEqual([price(0), price(1), price(2.75)], [220_000, 240_000, 540_000]);
  assert.deepEqual([price(3), price(-1)], [220_000, 540_000]);
  assert.equal(town.prices(town.start).feedInPrice, 80_000);
});

test("without one they follow the civil hour", () => {
  const at = (text: string) => importPriceAt(ROME, parseInstant(text)!);
  assert.equal(at("2026-06-16T04:59Z"), 210_000, "6:59 in summer");
  assert.equal(at("2026-06-16T05:00Z"), 330_000);
  assert.equal(at("2026-06-16T15:00Z"), 410_000);
  assert.equal(at("2026-06-16T20:00Z"), 210_000);
  assert.equal(at("2026-12-16T05:30Z"), 210_000, "6:30 in winter");
});

test("a made-up town has lived the days before its start, a measured one the first of its file", () => {
  const made = plan();
  assert.deepEqual(livedBefore(made, 10), { from: made.start - 864_000, present: made.start });
  const town = plan({ measured });
  assert.deepEqual(livedBefore(town, 0), { from: town.start, present: town.start });
  assert.deepEqual(livedBefore(town, 10), { from: town.start, present: town.end });
});

test("a supplier's rate of a day is the same whenever it is asked, and three suppliers differ", () => {
  const { suppliers } = plan();
  const rates = suppliers.map(({ rateOf }) => [20_000, 20_001, 20_000].map(rateOf));
  for (const [first, next, again] of rates) {
    assert.equal(first, again);
    assert.ok(first! % 1_000n === 0n && first! > 100_000n && next! < 200_000n);
  }
  const means = suppliers.map(({ rateOf }) =>
    Array.from({ length: 200 }, (_, day) => Number(rateOf(day))).reduce((a, b) => a + b / 200, 0),
  );
  assert.ok(means[0]! > means[1]! && means[1]! > means[2]!);
});
