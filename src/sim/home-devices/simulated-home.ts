/**
 * A simulated home and its devices: the physics, a clock that drives it, a voice for each device, and the board of
 * faults. Asking it anything first lets everything happen up to now, so nobody ever hears a second that is not over.
 */
import type { UnixSeconds, Zone } from "#base/time.ts";
import type { Sample } from "#devices/device.ts";
import type { PointName } from "#devices/points.ts";
import type { HomePlan } from "#sim/plan.ts";
import { type AccumulatorUnitParameters, usualUnit } from "./accumulator-unit.ts";
import { Appliance, FREEZER, GARDEN_PUMP, WATER_HEATER } from "./appliance.ts";
import { CarAtHome, type CarAtHomeParameters } from "./car-at-home.ts";
import { FaultBoard } from "./fault.ts";
import { HeatPumpAtHome, type HeatPumpParameters } from "./heat-pump-at-home.ts";
import { HomePhysics } from "./home-physics.ts";
import { MicroChpAtHome, type MicroChpParameters } from "./micro-chp-at-home.ts";
import { devicesOf } from "./simulated-devices.ts";
import { Voice } from "./voice.ts";

export interface SimulatedHomeSettings {
  readonly plan: Pick<HomePlan, "plant" | "site" | "source">;
  readonly zone: Zone;
  readonly seed: number;
  readonly start: UnixSeconds;
  /** Home time now, ms; never runs back. */
  readonly now: () => number;
  /** In place of `usualUnit` of the plan's accumulator. */
  readonly unit?: AccumulatorUnitParameters;
  /** 0 to 1 of the capacity at the start; half by default. */
  readonly stateOfCharge?: number;
  /** A car at a charge point, a heat pump, a pump in the garden behind a plug, where there are such. */
  readonly car?: CarAtHomeParameters;
  readonly heatPump?: HeatPumpParameters;
  readonly gardenPump?: boolean;
  /** In the stead of a heat pump. */
  readonly microChp?: MicroChpParameters;
}

const HALF = 0.5;

export class SimulatedHome {
  readonly physics: HomePhysics;
  readonly faults = new FaultBoard();
  /** By the device's id. */
  readonly voices: ReadonlyMap<string, Voice>;
  /** The plugs' appliances. */
  readonly appliances: readonly Appliance[];
  readonly car: CarAtHome | undefined;
  readonly heatPump: HeatPumpAtHome | undefined;
  readonly microChp: MicroChpAtHome | undefined;
  readonly #now: () => number;

  constructor(settings: SimulatedHomeSettings) {
    const { plan, zone, seed, start, now, stateOfCharge = HALF } = settings;
    const { site, source } = plan;
    const unit = settings.unit ?? (site.accumulator && usualUnit(site.accumulator));
    this.#now = now;
    this.appliances = [
      new Appliance("kitchen-plug", FREEZER, seed),
      new Appliance("bath-plug", WATER_HEATER, seed + 1),
      ...(settings.gardenPump === true ? [new Appliance("garden-plug", GARDEN_PUMP, seed + 3, false)] : []),
    ];
    const { car, heatPump, microChp } = settings;
    this.microChp = microChp && new MicroChpAtHome("micro-chp", microChp, start);
    this.heatPump = heatPump && new HeatPumpAtHome("heat-pump", heatPump, start);
    this.car = car && new CarAtHome("wallbox", car, seed + 2, zone, start);
    this.physics = new HomePhysics({
      site,
      source,
      accumulator: unit,
      storedWh: (unit?.cells.capacityWh ?? 0) * stateOfCharge,
      consumers: [...this.appliances, this.car, this.heatPump].filter((one) => one !== undefined),
      engine: this.microChp,
      zone,
      seed,
      start,
    });
    const devices = devicesOf(this.physics, this, String(plan.plant).padStart(4, "0"));
    this.voices = new Map(devices.map((device) => [device.id, new Voice(device, this.faults)]));
  }

  /** Home time, ms, with everything done that happens before its second. */
  now(): number {
    const now = this.#now();
    this.physics.advanceTo(Math.floor(now / 1000));
    return now;
  }

  /** What a device says now; throws where the home has none of that name. */
  say(id: string): Sample {
    const voice = this.#voice(id);
    return voice.say(this.now());
  }

  /** Hands a setpoint to a device; false where it has none of that name. */
  obey(id: string, point: PointName, value: number): boolean {
    this.now();
    return this.#voice(id).device.obey(point, value);
  }

  #voice(id: string): Voice {
    const voice = this.voices.get(id);
    if (voice === undefined) throw new RangeError(`this home has no device "${id}".`);
    return voice;
  }
}
