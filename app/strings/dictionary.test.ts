import assert from "node:assert/strict";
import { test } from "node:test";
import { DECISION_CODES } from "#control/dispatch.ts";
import { POINTS } from "#devices/points.ts";
import { FAULTS } from "#gateway/fault-book.ts";
import { ahead } from "./ahead.ts";
import { archive } from "./archive.ts";
import { bills } from "./bills.ts";
import { community } from "./community.ts";
import { contracts } from "./contracts.ts";
import { control } from "./control.ts";
import { debits } from "./debits.ts";
import { decisions } from "./decisions.ts";
import { devices } from "./devices.ts";
import { area, fill, LANGUAGES, placeholdersOf, type Strings, setLanguage, t, tCode } from "./dictionary.ts";
import { enter } from "./enter.ts";
import { explorer } from "./explorer.ts";
import { frame } from "./frame.ts";
import { install } from "./install.ts";
import { keys } from "./keys.ts";
import { limits } from "./limits.ts";
import { loads } from "./loads.ts";
import { market } from "./market.ts";
import { money } from "./money.ts";
import { monitor } from "./monitor.ts";
import { notices } from "./notices.ts";
import { operator } from "./operator.ts";
import { outletTable } from "./outlet-table.ts";
import { outlets } from "./outlets.ts";
import { plant } from "./plant.ts";
import { settlements } from "./settlements.ts";
import { signing } from "./signing.ts";
import { supplier } from "./supplier.ts";
import { trade } from "./trade.ts";

const AREAS: Readonly<Record<string, Strings>> = {
  ahead,
  archive,
  bills,
  community,
  contracts,
  control,
  debits,
  decisions,
  notices,
  devices,
  enter,
  explorer,
  frame,
  install,
  keys,
  limits,
  loads,
  market,
  money,
  monitor,
  operator,
  outlets,
  outletTable,
  plant,
  settlements,
  signing,
  supplier,
  trade,
};

test("every text needs the same values in every language", () => {
  for (const strings of Object.values(AREAS)) {
    for (const [key, text] of Object.entries(strings)) {
      const wanted = [...new Set(placeholdersOf(text.en))].sort();
      for (const language of LANGUAGES) {
        assert.deepEqual(
          [...new Set(placeholdersOf(text[language]))].sort(),
          wanted,
          `${key} in ${language}`,
        );
        assert.notEqual(text[language].trim(), "", `${key} in ${language}`);
        // A brace that belongs to no placeholder would be shown to people.
        assert.equal(
          fill(text[language], Object.fromEntries(wanted.map((name) => [name, 1]))).search(/[{}]/),
          -1,
          key,
        );
      }
    }
  }
});

test("no key stands in two areas", () => {
  const seen = new Map<string, string>();
  for (const [name, strings] of Object.entries(AREAS)) {
    for (const key of Object.keys(strings)) {
      assert.equal(seen.get(key), undefined, `${key} stands in ${seen.get(key)} and ${name}`);
      seen.set(key, name);
    }
  }
});

test("every choice of the bidirectional counter has its sentence", () => {
  const said = { ...monitor, ...decisions };
  for (const code of DECISION_CODES) assert.ok(`reason.${code}` in said, code);
});

test("every number that a reason names comes with the decision", () => {
  const given = [
    "solar",
    "load",
    "stored",
    "capacity",
    "reserve",
    "storedValue",
    "importPrice",
    "feedInPrice",
  ];
  const limited = DECISION_CODES.filter((code) => /^(supply|vital)_/.test(code));
  const sometimes: Record<string, string> = {
    ...Object.fromEntries(limited.map((code) => [code, "supplyPowerMax"])),
    panels_curtailed_export_limit: "exportPowerMax",
    delivering_sale: "saleRemaining",
    microgrid_charges_for_target: "target",
    community_takes_surplus_first: "community",
    microgrid_supplies_home_energy_sold: "saleRemaining",
    import_limit_exceeded: "importPowerMax",
    accumulator_keeps_import_limit: "importPowerMax",
  };
  for (const [key, text] of Object.entries({ ...monitor, ...decisions } as Strings)) {
    if (!key.startsWith("why.")) continue;
    for (const name of placeholdersOf(text.en)) {
      assert.ok(given.includes(name) || sometimes[key.slice(4)] === name, `${key}: ${name}`);
    }
  }
});

test("a word follows its number", () => {
  const text = "{homes} {homes:home|homes}";
  assert.equal(fill(text, { homes: 1 }), "1 home");
  assert.equal(fill(text, { homes: 24 }), "24 homes");
  assert.equal(fill("{n:casa|case}", { n: 0 }), "case");
});

test("a code that the app does not know, or that lacks a number, has no sentence", () => {
  area(plant);
  setLanguage("en");
  assert.equal(tCode("fault.made_up", {}), undefined);
  assert.equal(tCode("fault.string_below", { string: "2" }), undefined);
  assert.equal(
    tCode("fault.string_below", { string: "2", lessPercent: "31 %" }),
    "String 2 gives 31 % less than the other.",
  );
  setLanguage("de");
  assert.equal(t("plant.title"), "Anlage");
  setLanguage("en");
});

test("every fault of a gateway has its sentence, cause, advice and past, every point its name", () => {
  const known: Strings = { ...plant, ...devices };
  for (const code of Object.keys(FAULTS)) {
    for (const part of ["fault", "cause", "todo", "past"])
      assert.ok(known[`${part}.${code}`], `${part}.${code}`);
  }
  for (const name of Object.values(POINTS).flatMap((points) => Object.keys(points))) {
    const line = /^(voltage|current|power)L[123]/.exec(name);
    assert.ok(known[`point.${line?.[1] ?? name}`], name);
  }
});
