/**
 * What happens in one home whose devices only measure and obey: sun and household from `sim/sources`, an inverter, an
 * accumulator, appliances, and the counter that sees what is left. Nobody decides here: that is the gateway's, over
 * the wire. Everything steps together by whole seconds, so what the devices say of one second fits together:
 * counter = load − inverter − accumulator − micro-CHP, on the grid of `plant/resolution` exactly.
 *
 * The home also keeps what is true of each quarter hour, by the very `metering/load-profile` that a reading comes
 * from, and the registers at its ends: with these a test compares what a gateway made of its devices.
 */
import { assert } from "#base/assert.ts";
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds, type Zone } from "#base/time.ts";
import { LoadProfile, NO_MOVEMENT } from "#metering/load-profile.ts";
import type { Reading } from "#metering/reading.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";
import type { Source } from "#sim/sources.ts";
import { AccumulatorUnit, type AccumulatorUnitParameters } from "./accumulator-unit.ts";
import type { Consumer } from "./appliance.ts";
import { CounterUnit } from "./counter-unit.ts";
import { InverterUnit } from "./inverter-unit.ts";
import type { MicroChpAtHome } from "./micro-chp-at-home.ts";

export interface HomePhysicsSettings {
  readonly site: Site;
  readonly source: Source;
  /** `undefined` where the home has none. */
  readonly accumulator: AccumulatorUnitParameters | undefined;
  readonly storedWh: number;
  readonly consumers: readonly Consumer[];
  /** A micro-CHP, where the home has one. */
  readonly engine?: MicroChpAtHome | undefined;
  readonly zone: Zone;
  readonly seed: number;
  /** Whole seconds. */
  readonly start: UnixSeconds;
}

/** The devices' registers at an instant, whole Wh as they show them. */
export interface Registers {
  readonly at: UnixSeconds;
  readonly importWh: number;
  readonly exportWh: number;
  readonly solarWh: number;
  readonly chargedWh: number;
  readonly dischargedWh: number;
}

/** Quarter hours whose ends are kept: three days. */
const QUARTERS_KEPT = 288;

export class HomePhysics {
  readonly inverter: InverterUnit;
  readonly accumulator: AccumulatorUnit | undefined;
  readonly consumers: readonly Consumer[];
  readonly counter: CounterUnit;
  readonly #engine: MicroChpAtHome | undefined;
  /** Of the last step, W, by `plant/flows`. */
  readonly flowsW = new Float64Array(FLOWS);
  /** What the home draws, appliances included, throughout the last step. */
  loadW = 0;
  readonly #source: Source;
  #time: UnixSeconds;
  #profile: LoadProfile | undefined;
  readonly #readings: Reading[] = [];
  readonly #quarters: Registers[] = [];

  constructor(settings: HomePhysicsSettings) {
    const { site, source, accumulator, storedWh, consumers, engine, zone, seed, start } = settings;
    assert(Number.isSafeInteger(start), "a home's devices begin at a whole second");
    this.inverter = new InverterUnit(site.inverter.ratedW);
    this.accumulator = accumulator && new AccumulatorUnit(accumulator, storedWh);
    this.consumers = consumers;
    this.#engine = engine;
    this.counter = new CounterUnit(zone, seed);
    this.#source = source;
    this.#time = start;
    if (quarterHourOf(start) === start) this.#begin();
  }

  /** Until when everything has happened. */
  get time(): UnixSeconds {
    return this.#time;
  }

  /** True readings of the last full quarter hours, oldest first. */
  get readings(): readonly Reading[] {
    return this.#readings;
  }

  /** The registers at the ends of the same quarter hours, and at the start of the first. */
  get quarters(): readonly Registers[] {
    return this.#quarters;
  }

  registers(): Registers {
    return {
      at: this.#time,
      importWh: this.counter.importWh,
      exportWh: this.counter.exportWh,
      solarWh: Math.floor(this.inverter.energyJ / J_PER_WH),
      chargedWh: Math.floor((this.accumulator?.chargedJ ?? 0) / J_PER_WH),
      dischargedWh: Math.floor((this.accumulator?.dischargedJ ?? 0) / J_PER_WH),
    };
  }

  /** Lets everything happen that happens before `until`, second by second; a time that has passed is none. */
  advanceTo(until: UnixSeconds): void {
    while (this.#time + 1 <= until) this.#step();
  }

  #step(): void {
    const time = this.#time;
    let loadW = this.#source.loadW(time, 1);
    for (const consumer of this.consumers) loadW += consumer.step(time, 1);
    const solarW = this.inverter.step(time, 1, this.#source.solarW(time, 1));
    // Power from gas serves the house first; what is left of it leaves beside the flows of a reading.
    const gasW = this.#engine?.step(time, 1) ?? 0;
    const servedW = Math.min(loadW, gasW);
    const restW = loadW - servedW;
    const accumulatorW = this.accumulator?.step(time, 1, solarW, restW) ?? 0;
    this.loadW = loadW;
    this.counter.step(time, 1, loadW - gasW, solarW, accumulatorW);
    this.#flow(restW, solarW, accumulatorW);
    this.#profile?.add(1, this.flowsW, this.accumulator?.cells.movement ?? NO_MOVEMENT);
    this.#time = time + 1;
    if (this.#time % QUARTER_HOUR_S === 0) this.#closeQuarter();
  }

  #flow(loadW: number, solarW: number, accumulatorW: number): void {
    const flows = this.flowsW;
    const direct = Math.min(loadW, solarW);
    const [surplus, deficit] = [solarW - direct, loadW - direct];
    const [charge, discharge] = [Math.max(0, -accumulatorW), Math.max(0, accumulatorW)];
    flows[FLOW.solarToHome] = direct;
    flows[FLOW.solarToAccumulator] = Math.min(charge, surplus);
    flows[FLOW.solarToGrid] = surplus - flows[FLOW.solarToAccumulator]!;
    flows[FLOW.accumulatorToHome] = Math.min(discharge, deficit);
    flows[FLOW.accumulatorToGrid] = discharge - flows[FLOW.accumulatorToHome]!;
    flows[FLOW.gridToHome] = deficit - flows[FLOW.accumulatorToHome]!;
    flows[FLOW.gridToAccumulator] = charge - flows[FLOW.solarToAccumulator]!;
  }

  #begin(): void {
    const cells = this.accumulator?.cells;
    this.#profile = new LoadProfile(1, this.#time, cells?.solarJ, cells?.gridJ);
    this.#quarters.push(this.registers());
  }

  #closeQuarter(): void {
    if (this.#profile === undefined) {
      this.#begin();
      return;
    }
    this.#readings.push(this.#profile.close());
    this.#quarters.push(this.registers());
    if (this.#readings.length > QUARTERS_KEPT) {
      this.#readings.shift();
      this.#quarters.shift();
    }
  }
}
