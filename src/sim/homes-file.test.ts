import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatInstant } from "#base/time.ts";
import { GAP_HOURS, HomesFileError, type HomesFileProblem, parseHomes, readHomes } from "#sim/homes-file.ts";

const DATED = `utc,load_W_2012_3,load_W_2262_0,pv1_pu,note
2021-02-14T23:00Z,159,155.5,0,7
2021-02-14T23:15Z,142,184,0.25,7
2021-02-14T23:30Z,130,181,1e-3,7
`;

const UNDATED = `step,month,hour,day_type,load_kWh_1,load_kWh_7,solar_W_per_kWp_1,tou_price_usd_kWh,carbon_kgCO2_kWh
0,7,23,7,2.276,0,0,0.22,0.1707
1,7,24,7,0.851,0.5,0,0.22,0.1573
2,8,1,1,0.835,0,453,0.54,0.1545
`;

test("dated homes: loads in W, panels per unit, start and step from the instants", () => {
  const homes = parseHomes(DATED);
  assert.equal(homes.layout, "dated");
  assert.equal(homes.stepS, 900);
  assert.equal(homes.steps, 3);
  assert.equal(formatInstant(homes.start!), "2021-02-14T23:00:00Z");
  assert.deepEqual(homes.loads, [
    { name: "2012_3", powerW: Float64Array.of(159, 142, 130), gaps: 0 },
    { name: "2262_0", powerW: Float64Array.of(155.5, 184, 181), gaps: 0 },
  ]);
  assert.deepEqual(homes.solar, [{ name: "pv1", perUnit: Float64Array.of(0, 0.25, 0.001) }]);
  assert.equal(homes.pricePerKwh, undefined);
  assert.deepEqual(homes.ignored, ["note"]);
});

test("undated homes: kWh per hour become W, W per kWp a share, hours stand in their year", () => {
  const homes = parseHomes(UNDATED);
  assert.equal(homes.layout, "undated");
  assert.equal(homes.stepS, 3600);
  assert.equal(homes.start, undefined);
  assert.deepEqual(homes.firstHour, { month: 7, hour: 23, dayType: 7, hoursLeftInMonth: 2 });
  assert.deepEqual(
    homes.loads.map(({ name, gaps }) => [name, gaps]),
    [
      ["1", 0],
      ["7", 0],
    ],
  );
  assert.deepEqual(homes.loads[0]!.powerW, Float64Array.of(2276, 851, 835));
  assert.deepEqual(homes.solar[0]!.perUnit, Float64Array.of(0, 0, 0.453));
  assert.deepEqual(homes.pricePerKwh, { currency: "USD", values: Float64Array.of(0.22, 0.22, 0.54) });
  assert.deepEqual(homes.ignored, ["carbon_kgCO2_kWh"]);
});

test("a meter that reports exactly nothing for weeks has gaps, one that does so now and then has not", () => {
  const rows = Array.from(
    { length: GAP_HOURS + 1 },
    (_, i) => `${i},7,${(i % 24) + 1},1,0,${i === 0 ? 1 : 0},5`,
  );
  const homes = parseHomes(
    ["step,month,hour,day_type,load_kWh_a,load_kWh_b,solar_W_per_kWp_1", ...rows].join("\n"),
  );
  assert.equal(homes.loads[0]!.gaps, GAP_HOURS + 1);
  assert.ok(homes.loads[0]!.powerW.every(Number.isNaN));
  assert.equal(homes.loads[1]!.gaps, 0);
  assert.equal(homes.loads[1]!.powerW[1], 0);
});

test("line ends and byte order marks of other editors are accepted", () => {
  assert.deepEqual(parseHomes(`\uFEFF${DATED.replaceAll("\n", "\r\n")}`), parseHomes(DATED));
});

const refusals: readonly [title: string, text: string, HomesFileProblem, message: string][] = [
  [
    "a file of something else",
    "account,role\nA01,prosumer\n",
    "not_a_homes_file",
    'x.csv: line 1 must begin with "utc," (dated homes) or "step," (hourly homes without dates), got "account,role"',
  ],
  [
    "an empty file",
    "",
    "not_a_homes_file",
    'x.csv: line 1 must begin with "utc," (dated homes) or "step," (hourly homes without dates), got ""',
  ],
  ["a header alone", "utc,load_W_1,pv1_pu\n", "no_rows", "x.csv: no rows after the header"],
  [
    "no loads",
    DATED.replace(/load_W_/g, "power_"),
    "missing_column",
    "x.csv: line 1: no column load_W_<home>",
  ],
  ["no panels", DATED.replace("pv1_pu", "sun"), "missing_column", "x.csv: line 1: no column pv<number>_pu"],
  ["no month", UNDATED.replace("month", "moon"), "missing_column", "x.csv: line 1: no column month"],
  [
    "loads in kW",
    DATED.replace("load_W_2262_0", "load_kW_2262_0"),
    "wrong_unit",
    'x.csv: line 1: column "load_kW_2262_0" where load_W_<home> was expected',
  ],
  [
    "panels in W",
    UNDATED.replace("solar_W_per_kWp_1", "solar_W_1"),
    "wrong_unit",
    'x.csv: line 1: column "solar_W_1" where solar_W_per_kWp_<number> was expected',
  ],
  [
    "the same home twice",
    DATED.replace("load_W_2262_0", "load_W_2012_3"),
    "duplicate_column",
    'x.csv: line 1: column "load_W_2012_3" stands twice',
  ],
  [
    "a row cut short",
    DATED.replace(",184,0.25,7", ",184"),
    "bad_row",
    "x.csv: line 3: 3 cells where the header has 5",
  ],
  [
    "a word for a power",
    DATED.replace("184", "n/a"),
    "bad_cell",
    'x.csv: line 3, column load_W_2262_0: "n/a" where a power in W, 0 or more was expected',
  ],
  [
    "an empty cell",
    DATED.replace("184", ""),
    "bad_cell",
    'x.csv: line 3, column load_W_2262_0: "" where a power in W, 0 or more was expected',
  ],
  [
    "a negative energy",
    UNDATED.replace("0.851", "-0.851"),
    "bad_cell",
    'x.csv: line 3, column load_kWh_1: "-0.851" where an energy in kWh, 0 or more was expected',
  ],
  [
    "a local time",
    DATED.replace("2021-02-14T23:15Z", "2021-02-14 23:15"),
    "bad_cell",
    'x.csv: line 3, column utc: "2021-02-14 23:15" where an instant like 2021-02-14T23:00Z was expected',
  ],
  [
    "a missing quarter hour",
    DATED.replace("23:30Z", "23:45Z"),
    "uneven_steps",
    "x.csv: line 4: 2021-02-14T23:45Z where rows 900 s apart were expected",
  ],
  [
    "rows that stand still",
    DATED.replace("23:15Z", "23:00Z"),
    "uneven_steps",
    "x.csv: line 3: 2021-02-14T23:00Z where rows that go forward in time were expected",
  ],
  [
    "a missing step",
    UNDATED.replace("\n1,7,24", "\n2,7,24"),
    "uneven_steps",
    "x.csv: line 3: step 2 where 1 was expected",
  ],
  [
    "an hour that does not follow",
    UNDATED.replace("2,8,1,", "2,8,2,"),
    "bad_cell",
    'x.csv: line 4, column hour: "2" where hour 1 was expected',
  ],
];

for (const [title, text, problem, message] of refusals) {
  test(`${title} is refused in one line`, () => {
    assert.throws(
      () => parseHomes(text, "x.csv"),
      (error: unknown) => {
        assert.ok(error instanceof HomesFileError);
        assert.equal(error.message, message);
        assert.equal(error.problem, problem);
        return true;
      },
    );
  });
}

test("a file that is not there is refused with its path and the reason", () => {
  assert.throws(
    () => readHomes("/nowhere/homes.csv"),
    /^HomesFileError: \/nowhere\/homes.csv: cannot be read \(ENOENT/,
  );
});

for (const [file, homes, steps, solar] of [
  ["homes-hamlet/hamlet_households_pv_15min.csv", 16, 4316, ["pv1", "pv2", "pv3"]],
  ["homes-citylearn/citylearn2022_homes_hourly.csv", 9, 8760, ["1", "4"]],
] as const) {
  test(`the measured file ${file} is read whole`, (t) => {
    const url = new URL(`../../../shared/data/${file}`, import.meta.url);
    if (!existsSync(url)) {
      assert.notEqual(process.env.CONTRADA_REQUIRE, "all", `shared data absent: ${file}`);
      return t.skip(`shared data absent: ${file}`);
    }
    const read = readHomes(fileURLToPath(url));
    assert.equal(read.loads.length, homes);
    assert.equal(read.steps, steps);
    assert.deepEqual(
      read.solar.map(({ name }) => name),
      solar,
    );
    const gaps = read.loads.filter((load) => load.gaps > 0).map((load) => [load.name, load.gaps]);
    assert.deepEqual(gaps, homes === 9 ? [["7", 1150]] : []);
  });
}
