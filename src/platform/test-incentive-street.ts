/** For tests: the street with the community's incentive, where Anna gives to the grid what Bruno draws from it. */
import assert from "node:assert/strict";
import { dayStart, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { DEFAULT_TERMS } from "#rules/terms.ts";
import { foundStreet, Meter, openStreet, PLANT_OF_ANNA, PLANT_OF_BRUNO, TODAY } from "./test-street.ts";

export async function openIncentiveStreet() {
  const memory = await foundStreet();
  const incentive = { terms: DEFAULT_TERMS.italy, zonalPrice: () => 120_000 };
  const street = await openStreet({ incentive, memory, note: () => {} });
  const noon = dayStart(ROME, TODAY) + 12 * 3_600;
  const anna = new Meter(PLANT_OF_ANNA, noon);
  const bruno = new Meter(PLANT_OF_BRUNO, noon);
  /** The next quarter hour of both meters, Wh; it is over already. */
  const read = (given: number, used: number) => {
    const readings = [anna.signed({ solarToGrid: given }), bruno.signed({ gridToHome: used })];
    assert.deepEqual(street.platform.headEnd.receive(readings).refused, []);
  };
  /** So many quarter hours from noon on, each read at its end. */
  const live = (quarterHours: number, given: number, used: number) => {
    for (let i = 0; i < quarterHours; i++) {
      memory.time = anna.next + QUARTER_HOUR_S;
      read(given, used);
    }
  };
  return { memory, street, platform: street.platform, anna, bruno, read, live };
}
