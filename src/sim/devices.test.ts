import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { dayOf, dayStart, parseInstant, ROME } from "#base/time.ts";
import { panelField } from "#plant/panel.ts";
import type { Site } from "#plant/site.ts";
import { devicesOf, FaultLog, type Shade, shaded, shadeOf } from "#sim/devices.ts";

const START = parseInstant("2026-06-16T08:00Z")!;
const SITE: Site = {
  panels: [panelField(5_000, 30, 180)],
  inverter: { ratedW: 5_000, nominalEfficiency: 0.965 },
  accumulator: {
    capacityWh: 6_400,
    chargePowerMaxW: 4_800,
    dischargePowerMaxW: 4_800,
    roundTripEfficiency: 0.9,
    standbyLossW: 5,
  },
  connection: { importPowerMaxW: 10_000, exportPowerMaxW: 10_000 },
};
const SHADE: Shade = { lessPercent: 30, fromHour: 10, untilHour: 13 };

test("about one home of five has a shade, of some hours around noon", () => {
  const shades = Array.from({ length: 500 }, (_, i) => shadeOf(new Random(i))).filter(
    (shade) => shade !== undefined,
  );
  assert.ok(shades.length > 70 && shades.length < 130, `${shades.length} of 500`);
  for (const { lessPercent, fromHour, untilHour } of shades) {
    assert.ok(lessPercent >= 22 && lessPercent < 42);
    assert.ok(fromHour >= 9 && untilHour <= 15 && untilHour - fromHour >= 3);
  }
});

test("a shade takes half of its share, in its civil hours, in summer and winter, and leaves the load alone", () => {
  const source = shaded({ loadW: () => 500, solarW: () => 2_000 }, SHADE, ROME);
  const at = (text: string) => source.solarW(parseInstant(text)!, 60);
  assert.equal(at("2026-06-16T07:59Z"), 2_000, "9:59 in Rome");
  assert.equal(at("2026-06-16T08:00Z"), 1_700);
  assert.equal(at("2026-06-16T10:59Z"), 1_700);
  assert.equal(at("2026-06-16T11:00Z"), 2_000);
  assert.equal(at("2026-12-16T08:59Z"), 2_000);
  assert.equal(at("2026-12-16T09:00Z"), 1_700);
  assert.equal(source.loadW(START, 60), 500);
});

test("a shaded string stands as a warning from the morning it was found, with what it costs", () => {
  const log = new FaultLog(7, new Random("no silence"), ROME, SHADE, START);
  const strings = (time: number) => log.at(time, SITE).filter(({ code }) => code === "string_below");
  const found = dayStart(ROME, dayOf(ROME, START) - 7) + 10 * 3600 + 4800;
  assert.deepEqual(strings(found - 1), []);
  const [fault] = strings(START);
  assert.deepEqual(fault, {
    id: "7-string-2",
    code: "string_below",
    severity: "warning",
    since: found,
    resolvedAt: null,
    numbers: { string: 2, lessPercent: 30, fromHour: 10, untilHour: 13, lostWhPerDay: 1_600 },
  });
  assert.deepEqual(strings(START + 90 * 86_400), [fault]);
});

test("a solar meter falls silent for some minutes on one day of twelve, and the fault resolves", () => {
  const log = new FaultLog(3, new Random("silences"), ROME, undefined, START);
  const silences = new Map<string, { since: number; until: number }>();
  for (let day = 0; day < 365; day++) {
    for (const fault of log.at(START + day * 86_400, SITE)) {
      assert.equal(fault.code, "solar_meter_silent");
      if (fault.resolvedAt !== null) silences.set(fault.id, { since: fault.since, until: fault.resolvedAt });
    }
  }
  assert.ok(silences.size > 12 && silences.size < 48, `${silences.size} a year`);
  for (const [id, { since, until }] of silences) {
    assert.ok(until - since >= 240 && until - since <= 1_080, `${id}: ${until - since} s`);
    const named = (time: number) => log.at(time, SITE).find((fault) => fault.id === id);
    assert.equal(named(since + 239), undefined, "shorter silences are nobody's concern");
    assert.deepEqual(
      [named(since + 240)!.resolvedAt, named(since + 240)!.numbers.minutes],
      [null, 4],
      "it stands while it lasts",
    );
    assert.equal(named(until)!.resolvedAt, until);
    assert.equal(named(until + 15 * 86_400), undefined, "and is forgotten after two weeks");
  }
});

test("the same home has the same faults, another one others", () => {
  const year = (plant: number, seed: string) => {
    const log = new FaultLog(plant, new Random(seed), ROME, undefined, START);
    return Array.from({ length: 30 }, (_, week) => log.at(START + week * 7 * 86_400, SITE));
  };
  assert.deepEqual(year(1, "a"), year(1, "a"));
  assert.notDeepEqual(
    year(1, "a").map((faults) => faults.map(({ since }) => since)),
    year(1, "b").map((faults) => faults.map(({ since }) => since)),
  );
});

test("the technical sheet lists what is installed, and nothing else", () => {
  const kinds = (site: Site) => devicesOf(site, START, 1_000, 12_345, undefined).map(({ kind }) => kind);
  assert.deepEqual(kinds(SITE), ["panels", "inverter", "accumulator", "counter", "solar_meter", "gateway"]);
  const bare: Site = {
    panels: [],
    inverter: { ratedW: 0, nominalEfficiency: 0.965 },
    accumulator: undefined,
    connection: SITE.connection,
  };
  assert.deepEqual(kinds(bare), ["counter", "gateway"]);
});

test("devices say their numbers and when they were last heard", () => {
  const devices = devicesOf(SITE, START, 2_500, 12_345, START - 300);
  const of = (kind: string) => devices.find((device) => device.kind === kind)!;
  assert.deepEqual(of("panels").numbers, { peakW: 5_000, modules: 12, tiltDeg: 30, azimuthDeg: 180 });
  assert.deepEqual(of("inverter").numbers, { ratedVa: 5_000, temperatureC: 35 });
  assert.deepEqual(of("accumulator").numbers, { capacityWh: 6_400, powerMaxW: 4_800, efficiencyPercent: 90 });
  assert.deepEqual(
    [of("solar_meter").numbers, of("solar_meter").lastSeen],
    [{ producedWh: 12_345 }, START - 300],
  );
  assert.equal(of("inverter").lastSeen, START);
});

test("a home without panels has no meter of panels that could fall silent", () => {
  const plain: Site = { ...SITE, panels: [], accumulator: undefined };
  let faults = 0;
  for (let plant = 1; plant <= 20; plant++) {
    const log = new FaultLog(plant, new Random(`plant ${plant}`), ROME, undefined, START);
    faults += log.at(START, SITE).length;
    assert.deepEqual(log.at(START, plain), []);
  }
  assert.ok(faults > 5, "with panels there are such days");
});
