import assert from "node:assert/strict";
import { test } from "node:test";
import { ROME } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { DEFAULT_PARAMETERS } from "#chain/genesis.ts";
import type { Parameters } from "#market/parameters.ts";
import { community } from "../../strings/community.ts";
import {
  CHANGEABLE,
  differences,
  hasRoom,
  LAWS,
  type LawName,
  lawText,
  ledgerValue,
  parametersFrom,
  problemOf,
  typedOf,
} from "./laws.ts";

const NAMES = Object.keys(LAWS) as LawName[];
const texts = (parameters: Parameters) => NAMES.map((name) => ({ name, value: lawText(parameters, name) }));

test("the laws read from their texts are the laws of the ledger", () => {
  assert.deepEqual(parametersFrom(texts(DEFAULT_PARAMETERS), ROME), DEFAULT_PARAMETERS);
  assert.equal(parametersFrom(texts(DEFAULT_PARAMETERS).slice(1), ROME), undefined);
});

test("a law that is shown and left alone is typed as it was", () => {
  for (const name of CHANGEABLE) {
    const value = lawText(DEFAULT_PARAMETERS, name);
    assert.equal(ledgerValue(name, typedOf(name, value)), value, name);
  }
  assert.deepEqual(typedOf("votingPeriodS", "604800"), { text: "7", unit: "d" });
  assert.deepEqual(typedOf("rateClosesS", "90"), { text: "90", unit: "s" });
  assert.equal(typedOf("saleFee", "4000").text, "0.004");
  assert.equal(typedOf("quorumPerMille", "205").text, "20.5");
});

test("a value is typed in people's units, with the comma or the point, and nothing else", () => {
  const typed = (name: LawName, text: string, unit: "s" | "h" = "s") => ledgerValue(name, { text, unit });
  assert.equal(typed("saleFee", "0,0035"), "3500");
  assert.equal(typed("saleFee", "0.0000001"), undefined);
  assert.equal(typed("quorumPerMille", "20,5"), "205");
  assert.equal(typed("keyDelayS", "36", "h"), "129600");
  assert.equal(typed("maxOpenSales", "1.5"), undefined);
  assert.equal(typed("maxOpenSales", "-1"), undefined);
  assert.equal(typed("gridEnergySellable", "perhaps"), undefined);
});

test("a law out of its bounds is found by name, and its bound can be said", () => {
  const zero = { ...DEFAULT_PARAMETERS };
  for (const name of CHANGEABLE) {
    for (const value of ["0", "1000000001", "4294967295"]) {
      const changed = texts(zero).map((one) => (one.name === name ? { name, value } : one));
      const found = problemOf(parametersFrom(changed, ROME)!);
      if (found !== undefined) assert.ok(`law_bound.${found}` in community, found);
    }
  }
  assert.equal(problemOf(DEFAULT_PARAMETERS), undefined);
  assert.equal(problemOf({ ...zero, quorumPerMille: 1001 }), "quorumPerMille");
  assert.equal(problemOf({ ...zero, rateLowest: MicroEurPerKwh(3_000_000n) }), "rateLowest");
});

test("a number that the ledger has no room for is seen before it is signed", () => {
  assert.equal(hasRoom(DEFAULT_PARAMETERS, "maxOpenSales", "65535"), true);
  assert.equal(hasRoom(DEFAULT_PARAMETERS, "maxOpenSales", "65536"), false);
  assert.equal(hasRoom(DEFAULT_PARAMETERS, "deliveryIntervals", "4294967296"), false);
});

test("what changes is said law by law", () => {
  const changed = { ...DEFAULT_PARAMETERS, saleFee: MicroEurPerKwh(3_000n), maxOpenSales: 4 };
  assert.deepEqual(differences(DEFAULT_PARAMETERS, changed), [
    { name: "saleFee", from: "4000", to: "3000" },
    { name: "maxOpenSales", from: "8", to: "4" },
  ]);
});

test("every law has a name", () => {
  for (const name of NAMES) assert.ok(`law.${name}` in community, name);
});
