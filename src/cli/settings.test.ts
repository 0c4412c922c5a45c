import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { describe, flagOf, resolve, type Table, UsageError, variableOf } from "#cli/settings.ts";
import { ONLY_HEADLESS, ONLY_LIVE, TOWN_SETTINGS } from "#cli/town-settings.ts";

const TABLE = {
  count: { kind: "integer", min: 1, max: 100, default: 24, help: "how many", value: "HOMES" },
  peakKwp: {
    kind: "number",
    min: 0.1,
    max: 10,
    unit: "kWp",
    default: undefined,
    help: "panels",
    value: "KWP",
  },
  start: { kind: "date", default: undefined, help: "when", value: "DATE" },
  mode: { kind: "choice", choices: ["interval", "day"], default: "interval", help: "which" },
  data: { kind: "text", default: undefined, help: "where", value: "FOLDER" },
  trade: { kind: "switch", default: true, help: "nobody sells" },
  fresh: { kind: "switch", default: false, help: "begin anew" },
} as const satisfies Table;

const folder = mkdtempSync(join(tmpdir(), "contrada-settings-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(content: string): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, content);
  return path;
}

test("without words every setting has its default and says so", () => {
  const { values, origins, words } = resolve(TABLE, [], {});
  assert.deepEqual(values, {
    count: 24,
    peakKwp: undefined,
    start: undefined,
    mode: "interval",
    data: undefined,
    trade: true,
    fresh: false,
  });
  assert.ok(Object.values(origins).every((origin) => origin === "default"));
  assert.deepEqual(words, []);
});

test("a flag counts more than a variable, a variable more than the file, and each is remembered", () => {
  const file = fileOf('{"count": 1, "peak-kwp": 1, "data": "of-file", "trade": false}');
  const environment = {
    CONTRADA_COUNT: "2",
    CONTRADA_PEAK_KWP: "2",
    CONTRADA_FRESH: "1",
    CONTRADA_MODE: "",
    CONTRADA_SETTINGS: file,
  };
  const { values, origins } = resolve(TABLE, ["--count", "3"], environment);
  assert.deepEqual(
    [values.count, values.peakKwp, values.data, values.trade, values.fresh, values.mode],
    [3, 2, "of-file", false, true, "interval"],
  );
  assert.deepEqual(origins, {
    count: "flag",
    peakKwp: "variable",
    start: "default",
    mode: "default",
    data: "file",
    trade: "file",
    fresh: "variable",
  });
  const other = fileOf('{"count": 9}');
  assert.equal(resolve(TABLE, ["--settings", other], { CONTRADA_SETTINGS: file }).values.count, 9);
  assert.equal(resolve(TABLE, [`--settings=${other}`], {}).values.count, 9);
});

test("flags are written apart or together, the last one counts, other words are left", () => {
  const { values, words } = resolve(
    TABLE,
    [
      "--count=5",
      "FOLDER",
      "--peak-kwp",
      "2.5",
      "--no-trade",
      "--fresh",
      "--count",
      "6",
      "--start=2026-06-16",
      "-",
    ],
    {},
  );
  assert.deepEqual(
    [values.count, values.peakKwp, values.trade, values.fresh, values.start],
    [6, 2.5, false, true, "2026-06-16"],
  );
  assert.deepEqual(words, ["FOLDER", "-"]);
  assert.equal(resolve(TABLE, ["--trade=no"], {}).values.trade, false);
});

const file = (content: string) => ["--settings", fileOf(content)];
const refusals: readonly [
  title: string,
  args: () => readonly string[],
  message: RegExp,
  variable?: [string, string],
][] = [
  ["a flag that is none", () => ["--colour", "red"], /^there is no --colour\. --help shows every flag\.$/],
  ["a slip of the hand", () => ["--cuont", "3"], /^there is no --cuont; perhaps --count\. --help/],
  ["the beginning of a flag", () => ["--peak=3"], /^there is no --peak; perhaps --peak-kwp\. --help/],
  ["a single dash", () => ["-c", "3"], /^there is no -c\. --help/],
  ["a flag at the end without its value", () => ["--data"], /^--data wants FOLDER after it\.$/],
  ["a flag followed by another", () => ["--data", "--fresh"], /^--data wants FOLDER after it\.$/],
  ["a settings file that is not named", () => ["--settings"], /^--settings wants a file after it\.$/],
  ["no before a value", () => ["--no-count"], /^--no-count does not exist; --count takes a value\.$/],
  ["a value after a no", () => ["--no-trade=yes"], /^--no-trade takes no value, not "yes"\.$/],
  ["a word for a switch", () => ["--fresh=perhaps"], /^--fresh must be true or false, not "perhaps"\.$/],
  ["a half home", () => ["--count", "2.5"], /^--count must be a whole number, not "2\.5"\.$/],
  ["a word for a number", () => ["--peak-kwp", "much"], /^--peak-kwp must be a number of kWp, not "much"\.$/],
  ["a number in hexadecimal", () => ["--count", "0x10"], /^--count must be a whole number, not "0x10"\.$/],
  ["a number too large", () => ["--count", "101"], /^--count must lie between 1 and 100, not 101\.$/],
  ["a number too small", () => ["--peak-kwp", "0"], /^--peak-kwp must lie between 0\.1 and 10, not 0\.$/],
  [
    "a day that is none",
    () => ["--start", "2026-02-30"],
    /^--start must be a date like .*, not "2026-02-30"\.$/,
  ],
  ["a choice that is none", () => ["--mode", "week"], /^--mode must be interval or day, not "week"\.$/],
  [
    "a variable out of range",
    () => [],
    /^CONTRADA_COUNT must lie between 1 and 100, not 0\.$/,
    ["CONTRADA_COUNT", "0"],
  ],
  [
    "a file that is not there",
    () => ["--settings", "/nowhere"],
    /^the settings file \/nowhere cannot be read: ENOENT/,
  ],
  ["a file that is not JSON", () => file("{count: 3}"), /^the settings file .* is not JSON: /],
  [
    "a file of a list",
    () => file("[1]"),
    /^the settings file .* must hold one JSON object of setting names and values\.$/,
  ],
  [
    "a name in a file that is none",
    () => file('{"cont": 3}'),
    /^there is no setting "cont", which stands in .*; perhaps count\.$/,
  ],
  [
    "a value in a file that does not fit",
    () => file('{"count": "many"}'),
    /^"count" in .* must be a whole number, not "many"\.$/,
  ],
  [
    "an object in a file",
    () => file('{"count": {"of": 3}}'),
    /^"count" in .* must be a whole number, not "\{"of":3\}"\.$/,
  ],
];
for (const [title, args, message, variable] of refusals) {
  test(`${title} is one sentence`, () => {
    assert.throws(
      () => resolve(TABLE, args(), variable === undefined ? {} : { [variable[0]]: variable[1] }),
      (error: unknown) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });
}

test("a file may hold what another command knows", () => {
  const args = file('{"count": 3, "headless": true}');
  assert.throws(() => resolve(TABLE, args, {}), UsageError);
  assert.equal(resolve(TABLE, args, {}, TOWN_SETTINGS).values.count, 3);
});

test("names become flags and variables", () => {
  assert.equal(flagOf("solarPeakKwp"), "solar-peak-kwp");
  assert.equal(variableOf("solarPeakKwp"), "CONTRADA_SOLAR_PEAK_KWP");
  const flags = Object.keys(TOWN_SETTINGS).map(flagOf);
  assert.equal(new Set(flags).size, flags.length);
  assert.ok(!flags.some((flag) => flag.startsWith("no-")), "a no- would be taken for a denial");
  for (const name of [...ONLY_LIVE, ...ONLY_HEADLESS]) assert.ok(Object.hasOwn(TOWN_SETTINGS, name));
});

test("help shows every flag once, in lines that fit, with what it is and what it is by default", () => {
  const help = describe(TOWN_SETTINGS);
  for (const [name, setting] of Object.entries(TOWN_SETTINGS)) {
    const no = setting.kind === "switch" && setting.default ? "no-" : "";
    const shown = help.split("\n").filter((line) => line.startsWith(`  --${no}${flagOf(name)}`));
    assert.ok(
      shown.some((line) => new RegExp(`^  --${no}${flagOf(name)}( |$)`).test(line)),
      name,
    );
    assert.ok(setting.kind === "switch" || "value" in setting, `${name} says what it takes`);
  }
  assert.ok(help.split("\n").every((line) => line.length <= 111));
  assert.match(help, /--count HOMES +how many homes to make up \(default 24\)/);
});
