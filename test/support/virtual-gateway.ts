/**
 * A gateway and the simulated home that it runs, in virtual time and without sockets: one call is one second. For
 * tests that put it through weeks and thousands of faults.
 */
import { UTC } from "#base/time.ts";
import type { Device } from "#devices/device.ts";
import { HomeClock } from "#gateway/clock.ts";
import type { CycleResult } from "#gateway/cycle.ts";
import { Gateway } from "#gateway/gateway.ts";
import type { GatewayOptions } from "#gateway/gateway-parts.ts";
import { type HomeSettings, USUAL_HOME } from "#gateway/home-settings.ts";
import type { Link } from "#gateway/link.ts";
import type { LiveRing } from "#gateway/live-ring.ts";
import { Outbox } from "#gateway/outbox.ts";
import type { Standing } from "#gateway/standing-orders.ts";
import type { Site } from "#plant/site.ts";
import type { CarAtHomeParameters } from "#sim/home-devices/car-at-home.ts";
import { devicesInProcess } from "#sim/home-devices/in-process.ts";
import { SimulatedHome } from "#sim/home-devices/simulated-home.ts";
import type { Source } from "#sim/sources.ts";
import { loneGateway } from "./lone-gateway.ts";

export const SITE: Site = {
  // The source says what the sun gives.
  panels: [],
  inverter: { ratedW: 5_000, nominalEfficiency: 0.96 },
  accumulator: {
    capacityWh: 6_400,
    chargePowerMaxW: 3_000,
    dischargePowerMaxW: 3_000,
    roundTripEfficiency: 0.9,
    standbyLossW: 0,
  },
  connection: { importPowerMaxW: 6_000, exportPowerMaxW: 3_000 },
};

export interface VirtualOptions {
  readonly start: number;
  readonly source: Source;
  readonly site?: Site;
  readonly seed?: number;
  readonly stateOfCharge?: number;
  readonly car?: CarAtHomeParameters;
  readonly loads?: GatewayOptions["loads"];
  readonly settings?: Partial<HomeSettings>;
  readonly link?: Link;
  readonly outbox?: Outbox;
  readonly standing?: Standing;
  readonly turnMeterKey?: () => Standing;
  /** What the home has lived, to plan by. */
  readonly ring?: LiveRing;
  /** Home to go on with, of a gateway that was killed. */
  readonly home?: SimulatedHome;
  readonly clockOf?: { now: number };
  /** Whose time the home goes by; the box's otherwise. */
  readonly follows?: "box" | "platform";
  /** How far the box's own clock is off, s: somebody may set it. */
  readonly boxClock?: { offS: number };
  readonly note?: GatewayOptions["note"];
  readonly override?: GatewayOptions["override"];
}

export class VirtualGateway {
  readonly home: SimulatedHome;
  readonly gateway: Gateway;
  readonly outbox: Outbox;
  readonly devices: readonly Device[];
  readonly time: { now: number };
  readonly #boxClock: { offS: number };

  constructor(options: VirtualOptions) {
    const { start, source, site = SITE, seed = 1 } = options;
    const time = options.clockOf ?? { now: start };
    this.time = time;
    this.#boxClock = options.boxClock ?? { offS: 0 };
    this.home =
      options.home ??
      new SimulatedHome({
        plan: { plant: 7, site, source },
        zone: UTC,
        seed,
        start,
        now: () => time.now * 1000,
        ...(options.car !== undefined && { car: options.car }),
        ...(options.stateOfCharge !== undefined && { stateOfCharge: options.stateOfCharge }),
      });
    this.devices = devicesInProcess(this.home);
    this.outbox = options.outbox ?? new Outbox(":memory:");
    const settings = { ...USUAL_HOME, connection: site.connection, ...options.settings };
    this.gateway = new Gateway({
      ...loneGateway(this.devices, this.ticks()),
      ...{ settings, outbox: this.outbox, ring: options.ring, standing: options.standing },
      ...(options.loads && { loads: options.loads }),
      ...(options.follows && { clock: new HomeClock(options.follows, this.ticks()) }),
      ...(options.link && { link: options.link }),
      ...(options.turnMeterKey && { turnMeterKey: options.turnMeterKey }),
      ...(options.note && { note: options.note }),
      ...(options.override && { override: options.override }),
    });
    this.gateway.open();
  }

  ticks() {
    const steadyMs = this.time.now * 1000;
    return { wallMs: steadyMs + this.#boxClock.offS * 1000, steadyMs };
  }

  /** One second passes, or some of a clock that runs faster, and a cycle runs. */
  async second(seconds = 1): Promise<CycleResult> {
    this.time.now += seconds;
    return this.gateway.tick(this.ticks());
  }
}
