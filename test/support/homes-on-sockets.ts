/** Simulated homes for a test, run as `contrada devices` runs them: on free ports of this machine. */
import type { HomesSettings } from "#sim/home-devices/running-homes.ts";

/** One home with 5 kWp and a half full accumulator, its counter pushing telegrams, at the speed of the wall. */
export function homesOnSockets(
  own: Pick<HomesSettings, "start" | "realMs"> & Partial<HomesSettings>,
): HomesSettings {
  return {
    seed: 3,
    homes: 1,
    numbers: [1],
    speed: 1,
    solarPeakKwp: 5,
    accumulatorKwh: 10,
    accumulatorKw: 5,
    stateOfCharge: 0.5,
    host: "127.0.0.1",
    port: 0,
    counter: "p1",
    broker: undefined,
    control: undefined,
    faults: [],
    ...own,
  };
}
