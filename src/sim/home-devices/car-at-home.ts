/**
 * An electric car and the charge point that it stands at: it is driven as the cars of a simulated town are, is plugged
 * in as soon as it is home, and draws what the charge point lets it, a second late. Nobody decides here.
 *
 * The charge point forgets a limit that is not renewed and then gives its safe current, as one under two OCPP profiles.
 */
import { Random } from "#base/random.ts";
import type { UnixSeconds, Zone } from "#base/time.ts";
import { floorOnGrid, J_PER_WH } from "#plant/resolution.ts";
import { tripOf } from "#sim/loads/car.ts";
import { Daily } from "#sim/loads/load.ts";
import type { Consumer } from "./appliance.ts";

export interface CarAtHomeParameters {
  readonly batteryWh: number;
  readonly storedWh: number;
  readonly powerMinW: number;
  readonly powerMaxW: number;
  /** Into the battery ÷ out of the charge point. */
  readonly efficiency: number;
  /** What it may draw while nobody says anything, W. */
  readonly failsafeW: number;
  /** A limit stands so long, s of the home. */
  readonly holdS: number;
  /** Never driven: it stands at home all the time. */
  readonly stays: boolean;
}

export const USUAL_CAR: CarAtHomeParameters = {
  batteryWh: 42_000,
  storedWh: 18_900,
  powerMinW: 1_380,
  powerMaxW: 3_680,
  efficiency: 0.9,
  failsafeW: 1_380,
  holdS: 60,
  stays: false,
};

export class CarAtHome implements Consumer {
  readonly id: string;
  readonly parameters: CarAtHomeParameters;
  readonly #trips: Daily<ReturnType<typeof tripOf>>;
  #storedJ: number;
  #returned: UnixSeconds;
  #time: UnixSeconds;
  #limit: { readonly powerW: number; readonly until: UnixSeconds } | undefined;
  powerW = 0;
  energyJ = 0;

  constructor(id: string, parameters: CarAtHomeParameters, seed: number, zone: Zone, start: UnixSeconds) {
    const random = new Random(seed).fork("car");
    this.id = id;
    this.parameters = parameters;
    this.#trips = new Daily(zone, (day) => (parameters.stays ? undefined : tripOf(random, zone, day)));
    this.#storedJ = parameters.storedWh * J_PER_WH;
    this.#time = start;
    this.#returned = this.#trips.at(start)?.returns ?? 0;
  }

  get socPercent(): number {
    return (100 * this.#storedJ) / J_PER_WH / this.parameters.batteryWh;
  }

  get isHome(): boolean {
    const trip = this.#trips.at(this.#time);
    return trip === undefined || this.#time < trip.leaves || this.#time >= trip.returns;
  }

  /** By `devices/points`: 0 free, 2 charging, 3 held. */
  get state(): number {
    return !this.isHome ? 0 : this.powerW > 0 ? 2 : 3;
  }

  limitAt(time: UnixSeconds): number {
    return this.#limit !== undefined && time < this.#limit.until
      ? this.#limit.powerW
      : this.parameters.failsafeW;
  }

  setLimit(powerW: number, time: UnixSeconds, holdS = this.parameters.holdS): void {
    this.#limit = { powerW, until: time + holdS };
  }

  step(time: UnixSeconds, seconds: number): number {
    const { powerMinW, powerMaxW, batteryWh, efficiency } = this.parameters;
    this.#time = time;
    this.#comeHome(time);
    const limitW = this.limitAt(time);
    const roomJ = (batteryWh * J_PER_WH - this.#storedJ) / efficiency;
    const mayW = !this.isHome || limitW < powerMinW ? 0 : Math.min(limitW, powerMaxW, roomJ / seconds);
    this.powerW = floorOnGrid(Math.max(0, mayW));
    this.energyJ += this.powerW * seconds;
    this.#storedJ += this.powerW * seconds * efficiency;
    return this.powerW;
  }

  #comeHome(time: UnixSeconds): void {
    const trip = this.#trips.at(time);
    if (trip === undefined || time < trip.returns || trip.returns === this.#returned) return;
    this.#returned = trip.returns;
    this.#storedJ = Math.max(
      0.05 * this.parameters.batteryWh * J_PER_WH,
      this.#storedJ - trip.usedWh * J_PER_WH,
    );
  }
}
