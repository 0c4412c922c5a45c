import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reading } from "#metering/reading.ts";
import { type FindingCode, isUnfit, type PlantLimits, validateReading } from "#metering/vee.ts";

const LIMITS: PlantLimits = {
  plant: 3,
  solarPowerMaxW: 4000,
  capacityWh: 6400,
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 2000,
  importPowerMaxW: 6000,
  exportPowerMaxW: 4000,
};

const START = 1_781_568_000;
const PREVIOUS = reading({ intervalStart: START - 900 }, 3000, 0);

/** A reading whose book closes from the openings given. */
function reading(
  change: Partial<Reading> & { solar?: Partial<Reading["storedSolar"]>; flow?: Partial<Reading["flows"]> },
  openingSolarWh = 3000,
  openingGridWh = 0,
): Reading {
  const { solar, flow, ...rest } = change;
  const storedSolar = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0, ...solar };
  const { chargedWh, usedWh, exportedWh, lostWh } = storedSolar;
  return {
    plant: 3,
    intervalStart: START,
    flows: {
      solarToHome: 0,
      solarToAccumulator: chargedWh,
      solarToGrid: 0,
      accumulatorToHome: usedWh,
      accumulatorToGrid: exportedWh,
      gridToHome: 0,
      gridToAccumulator: 0,
      ...flow,
    },
    storedSolar,
    storedGrid: { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 },
    closingSolarWh: openingSolarWh + chargedWh - usedWh - exportedWh - lostWh,
    closingGridWh: openingGridWh,
    ...rest,
  };
}

const ROWS: readonly [
  title: string,
  reading: Reading,
  previous: Reading | undefined,
  findings: FindingCode[],
][] = [
  ["a plausible reading has no findings", reading({ solar: { chargedWh: 700, lostWh: 40 } }), PREVIOUS, []],
  ["full power all along is plausible", reading({ solar: { chargedWh: 751, lostWh: 1 } }), PREVIOUS, []],
  ["a reading of another plant", reading({ plant: 4 }), PREVIOUS, ["other_plant"]],
  [
    "an interval that starts anywhere",
    reading({ intervalStart: START + 60 }),
    PREVIOUS,
    ["interval_misaligned"],
  ],
  ["half a watt-hour", reading({ closingGridWh: 0.5 }), PREVIOUS, ["not_whole_wh"]],
  ["a negative flow", reading({ flow: { gridToHome: -1 } }), PREVIOUS, ["not_whole_wh"]],
  [
    "a flow into the store that the store does not know",
    reading({ flow: { solarToAccumulator: 5 } }),
    PREVIOUS,
    ["flows_disagree_with_store"],
  ],
  [
    "a store that gave more than it can have held",
    reading({ solar: { chargedWh: 500 }, closingSolarWh: 100 }),
    PREVIOUS,
    ["book_does_not_close"],
  ],
  ["the same quarter hour again", { ...PREVIOUS }, PREVIOUS, ["interval_repeated"]],
  ["an earlier quarter hour", reading({ intervalStart: START - 2700 }), PREVIOUS, ["interval_out_of_order"]],
  [
    "a gap, after which any opening is believed",
    reading({ intervalStart: START + 900 }, 2500),
    PREVIOUS,
    ["interval_missing"],
  ],
  ["an opening that is not the last closing", reading({}, 3001), PREVIOUS, ["opening_differs"]],
  ["a first reading that does not open empty", reading({}, 3000), undefined, ["opening_differs"]],
  ["a first reading that opens empty", reading({}, 0), undefined, []],
  [
    "more sun than the inverter has",
    reading({ flow: { solarToHome: 1025 } }),
    PREVIOUS,
    ["generation_above_limit"],
  ],
  [
    "more charged than the power allows",
    reading({ solar: { chargedWh: 770 } }),
    PREVIOUS,
    ["charge_above_limit"],
  ],
  [
    "more discharged than the power allows",
    reading({ solar: { usedWh: 200, exportedWh: 320 } }),
    PREVIOUS,
    ["discharge_above_limit"],
  ],
  [
    "more stored than fits",
    reading({}, 6600),
    reading({ intervalStart: START - 900 }, 6600),
    ["content_above_capacity"],
  ],
  [
    "more taken than the connection bears",
    reading({ flow: { gridToHome: 1540 } }),
    PREVIOUS,
    ["import_above_limit"],
  ],
  [
    "more given than the connection bears",
    reading({ flow: { solarToGrid: 1026 } }),
    PREVIOUS,
    ["generation_above_limit", "export_above_limit"],
  ],
  [
    "taking and giving that do not fit into one quarter hour",
    reading({ flow: { gridToHome: 1200, solarToGrid: 900 } }),
    PREVIOUS,
    ["both_directions_at_full_power"],
  ],
];

for (const [title, given, previous, codes] of ROWS) {
  test(title, () => {
    assert.deepEqual(
      validateReading(given, LIMITS, previous).map(({ code }) => code),
      codes,
    );
  });
}

test("gaps and strange mixtures are warnings, impossible energies are errors", () => {
  const fits = (given: Reading) => !isUnfit(validateReading(given, LIMITS, PREVIOUS));
  assert.ok(fits(reading({ intervalStart: START + 900 })));
  assert.ok(fits(reading({ flow: { gridToHome: 1540 } })));
  assert.ok(!fits(reading({ solar: { chargedWh: 770 } })));
  assert.ok(!fits(reading({}, 3001)));
});

test("a plant without an accumulator may not report one, not even a watt-hour", () => {
  const bare = { ...LIMITS, capacityWh: 0, chargePowerMaxW: 0, dischargePowerMaxW: 0 };
  const codes = validateReading(reading({ solar: { chargedWh: 1 } }, 0), bare, undefined).map(
    ({ code }) => code,
  );
  assert.deepEqual(codes, ["charge_above_limit", "content_above_capacity"]);
});

test("a finding carries what was compared", () => {
  assert.deepEqual(validateReading(reading({}, 3001), LIMITS, PREVIOUS), [
    { code: "opening_differs", severity: "error", numbers: { openedWh: 3001, expectedWh: 3000 } },
  ]);
});
