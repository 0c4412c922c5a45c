import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import { LINK_TRUSTED_S, type SupplyCommand, type SupplyOrder } from "#control/supply-limit.ts";
import { importWh } from "#metering/reading.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";
import { Home } from "#sim/home.ts";
import { SupplyLink } from "#sim/supply-link.ts";

const START = parseInstant("2026-06-16T20:00Z")!;
const LOAD_W = 1200;
const VITAL_W = 500;
const SITE: Site = {
  panels: [],
  inverter: { ratedW: 0, nominalEfficiency: 0.96 },
  accumulator: undefined,
  connection: { importPowerMaxW: 6000, exportPowerMaxW: 6000 },
};

function order(command: SupplyCommand, height: number): SupplyOrder {
  return { command, height, isProtected: false, vitalW: VITAL_W };
}

/** One night hour of a home without panels, minute by minute; what its meter counted and what was not served, Wh. */
function hour(link: SupplyLink, orderAt: (minute: number) => SupplyOrder, before: (minute: number) => void) {
  const home = new Home({ plant: 1, site: SITE, start: START, importPrice: 300_000, feedInPrice: 80_000 });
  const metered: number[] = [];
  let unservedWh = 0;
  for (let minute = 0; minute < 60; minute++) {
    const time = START + 60 * minute;
    before(minute);
    link.say(orderAt(minute), time);
    home.limit(link.limitAt(time));
    home.step(time, 60, 0, LOAD_W);
    unservedWh += (home.unservedW * 60) / J_PER_WH;
    if (minute % 15 === 14) metered.push(importWh(home.closeInterval().flows));
  }
  return { metered, unservedWh };
}

test("the meter proves that a home was reduced, suspended and restored", () => {
  const commands: SupplyCommand[] = [
    { kind: "none" },
    { kind: "reduced", powerMaxW: 600 },
    { kind: "disconnected" },
    { kind: "none" },
  ];
  const quarterOf = (minute: number) => Math.floor(minute / 15);
  const { metered, unservedWh } = hour(
    new SupplyLink(START),
    (minute) => order(commands[quarterOf(minute)]!, 1 + quarterOf(minute)),
    () => undefined,
  );
  assert.deepEqual(metered, [300, 150, 0, 300]);
  assert.equal(unservedWh, 150 + 300);
});

test("a suspended home whose link is cut has the vital minimum once the silence is long enough", () => {
  const link = new SupplyLink(START);
  const { metered } = hour(
    link,
    () => order({ kind: "disconnected" }, 1),
    (minute) => {
      if (minute === 15) link.cut();
    },
  );
  // Heard last at minute 14, the sixth silent minute is the first beyond five.
  const firstFed = Math.floor(LINK_TRUSTED_S / 60) + 15;
  assert.deepEqual(metered, [0, ((30 - firstFed) * VITAL_W) / 60, 125, 125].map(Math.floor));
});

test("a payment that is told again when the link is back restores the home", () => {
  const link = new SupplyLink(START);
  const { metered } = hour(
    link,
    (minute) => (minute < 20 ? order({ kind: "disconnected" }, 1) : order({ kind: "none" }, 2)),
    (minute) => {
      if (minute === 15) link.cut();
      if (minute === 45) link.mend();
    },
  );
  assert.deepEqual([metered[0], metered[2], metered[3]], [0, 125, 300]);
});

test("a link that is cut before anything was said limits nothing", () => {
  const link = new SupplyLink(START);
  link.cut();
  const { metered, unservedWh } = hour(
    link,
    () => order({ kind: "disconnected" }, 1),
    () => undefined,
  );
  assert.deepEqual(metered, [300, 300, 300, 300]);
  assert.equal(unservedWh, 0);
});
