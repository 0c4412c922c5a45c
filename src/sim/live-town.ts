/**
 * A town that somebody watches: it runs as far as its clock allows, turn by turn, so that the platform in the
 * same process answers in between; it shows each step to the platform and takes the demo bar's commands.
 */
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { dayOf, dayStart, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Signer } from "#crypto/keys.ts";
import { FLOW } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { ROME_SITE, sunTimes } from "#plant/sun.ts";
import type { ClockCommand, DemoPerson, DemoPort } from "#platform/demo.ts";
import type { LiveSample } from "#platform/live.ts";
import { Refused } from "#platform/problems.ts";
import { type TownClock, VirtualClock } from "#sim/clock.ts";
import type { Home } from "#sim/home.ts";
import { ownerKeyAfter, type TownPlan } from "#sim/plan.ts";
import { addressOf } from "#sim/street.ts";
import type { SupplyLink } from "#sim/supply-link.ts";
import type { Town } from "#sim/town.ts";
import type { DemoClock } from "#wire/schemas.ts";

/** Real milliseconds of work before the platform gets its turn. */
const TURN_MS = 25;
const IDLE_MS = 20;
/** A clock this far ahead of the town, in real seconds, is set back to it. */
const FORGIVEN_S = 2;

/** Where a town that is only catching up with its present takes quarter hours whole. */
const COARSE_STEP_S = QUARTER_HOUR_S;

/** What runs: a town, step by step. */
export type Stepped = Pick<Town, "time" | "stepS" | "homes" | "step">;

/** What each step is shown to. */
export interface Watcher {
  /** The homes as they stand after a step. */
  onStep(time: UnixSeconds, stepS: number, homes: readonly Home[]): void;
  onQuarterHour(time: UnixSeconds): void;
}

export class LiveTown implements DemoPort {
  readonly #plan: TownPlan;
  readonly #clock: TownClock;
  readonly #stepS: number;
  readonly #present: UnixSeconds;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  /**
   * A town at `start` whose clock begins to count at `present`; up to there it runs as fast as it goes. One with
   * a clock of its own goes by that.
   */
  constructor(
    plan: TownPlan,
    start: UnixSeconds,
    present: UnixSeconds,
    pace: { readonly speed: number; readonly stepS: number; readonly clock?: TownClock },
  ) {
    this.#plan = plan;
    this.#clock = pace.clock ?? new VirtualClock(start, pace.speed, () => performance.now(), present);
    this.#stepS = pace.stepS;
    this.#present = present;
  }

  /** The town's time: of the chain, of the platform, of the screens. */
  get time(): UnixSeconds {
    return this.#clock.time;
  }

  /** Runs until `stop`. Rejects where the town breaks. */
  run(town: Stepped, watcher: Watcher): Promise<void> {
    this.#running = this.#run(town, watcher);
    return this.#running;
  }

  /**
   * Lets the town come to the end of its quarter hour, in one step: then every meter has reported, and whoever
   * opens the folder again goes on from there.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(town: Stepped, watcher: Watcher): Promise<void> {
    const clock = this.#clock;
    while (!this.#stopped) {
      const began = performance.now();
      let worked = false;
      while (!this.#stopped && town.time + this.#stepOf(town) <= clock.allowed) {
        await this.#step(town, watcher);
        worked = true;
        if (performance.now() - began > TURN_MS) break;
      }
      if (worked) await setImmediate();
      else await sleep(IDLE_MS);
      const behind = clock.allowed - town.time;
      if (
        clock.speed > 0 &&
        clock.seekingTo === undefined &&
        behind > FORGIVEN_S * clock.speed + this.#stepS
      ) {
        clock.forgive();
      }
    }
    const passed = town.time % QUARTER_HOUR_S;
    // A chain's own clock cannot be run ahead of: that quarter hour is lived anew.
    if (passed === 0 || clock.fixed) return;
    town.stepS = QUARTER_HOUR_S - passed;
    await this.#step(town, watcher);
  }

  async #step(town: Stepped, watcher: Watcher): Promise<void> {
    await town.step();
    this.#clock.advance(town.time);
    watcher.onStep(town.time, town.stepS, town.homes);
    if (town.time % QUARTER_HOUR_S === 0) watcher.onQuarterHour(town.time);
  }

  /** The length of the next step: it changes at a quarter hour only. */
  #stepOf(town: Stepped): number {
    if (town.time % QUARTER_HOUR_S === 0) {
      const coarse = this.#clock.fixed
        ? this.#clock.allowed - town.time >= 2 * COARSE_STEP_S
        : town.time < this.#present;
      town.stepS = coarse ? COARSE_STEP_S : this.#stepS;
    }
    return town.stepS;
  }

  identities(): DemoPerson[] {
    const { homes, suppliers, applicant } = this.#plan;
    const company = (id: string, role: "supplier" | "operator", name: string): DemoPerson => ({
      id,
      role,
      name,
      address: null,
      solarPeakW: null,
      capacityWh: null,
    });
    return [
      ...homes.map(
        ({ plant, site, solarPeakW }): DemoPerson => ({
          id: `home-${plant}`,
          role: "citizen",
          name: addressOf(plant - 1).name,
          address: addressOf(plant - 1).address,
          solarPeakW,
          capacityWh: site.accumulator?.capacityWh ?? 0,
        }),
      ),
      ...[...suppliers, applicant].map(({ member, name }) => company(`supplier-${member}`, "supplier", name)),
      company("operator", "operator", "Contrada Olmo"),
    ];
  }

  memberOf(identity: string): number | undefined {
    if (identity === "operator") return this.#plan.operator.member;
    const home = this.#plan.homes.find(({ plant }) => identity === `home-${plant}`);
    if (home !== undefined) return home.owner;
    const suppliers = [...this.#plan.suppliers, this.#plan.applicant];
    return suppliers.find(({ member }) => identity === `supplier-${member}`)?.member;
  }

  signerOf(account: number, renewals: number): Signer | undefined {
    const { operator, homes, suppliers, applicant, seed } = this.#plan;
    const home = homes.find(({ owner }) => owner === account);
    if (home !== undefined) return ownerKeyAfter(seed, home, renewals);
    return [operator, ...suppliers, applicant].find(({ member }) => member === account)?.key;
  }

  clock(): DemoClock {
    const { time, paused, speed, seekingTo, fixed } = this.#clock;
    return { time, paused, speed, seekingTo: seekingTo ?? null, fixed };
  }

  /** A command that says several things means the speed first, then the pause, then the jump. */
  control({ paused, speed, seekTo }: ClockCommand): DemoClock {
    if (this.#clock.fixed) throw new Refused("clock_fixed");
    if (speed !== undefined) this.#clock.setSpeed(speed);
    if (paused !== undefined) this.#clock.pause(paused);
    if (seekTo !== undefined) this.#clock.seek(this.#instantOf(seekTo));
    return this.clock();
  }

  onClock(listener: (clock: DemoClock) => void): () => void {
    return this.#clock.onChange(() => listener(this.clock()));
  }

  /** The next such moment after now, on a step's boundary. */
  #instantOf(moment: NonNullable<ClockCommand["seekTo"]>): UnixSeconds {
    const now = this.#clock.time;
    if (typeof moment === "number") return this.#onStep(moment);
    const { zone } = this.#plan;
    const today = dayOf(zone, now);
    if (moment === "midnight") return dayStart(zone, today + 1);
    for (let day = today; ; day++) {
      const sun = sunTimes(ROME_SITE, day);
      // Counted back from midnight: before noon the clocks may have changed.
      const at = moment === "noon" ? dayStart(zone, day + 1) - 12 * 3600 : sun?.[moment];
      if (at !== undefined && at > now + 60) return this.#onStep(at);
    }
  }

  #onStep(instant: UnixSeconds): UnixSeconds {
    return Math.ceil(instant / this.#stepS) * this.#stepS;
  }
}

/** What a home shows of its last step. */
export function sampleOf(home: Home, link?: SupplyLink): LiveSample {
  const w = home.flowsW;
  const { powerMaxW, why } = home.situation.supply;
  return {
    ...(why === "none" || link === undefined
      ? {}
      : { supply: { why, powerMaxW, unservedW: home.unservedW, heardAt: link.heardAt } }),
    plant: home.plant,
    flowsW: {
      solarToHome: w[FLOW.solarToHome]!,
      solarToAccumulator: w[FLOW.solarToAccumulator]!,
      solarToGrid: w[FLOW.solarToGrid]!,
      accumulatorToHome: w[FLOW.accumulatorToHome]!,
      accumulatorToGrid: w[FLOW.accumulatorToGrid]!,
      gridToHome: w[FLOW.gridToHome]!,
      gridToAccumulator: w[FLOW.gridToAccumulator]!,
    },
    storedSolarWh: (home.accumulator?.solarJ ?? 0) / J_PER_WH,
    storedGridWh: (home.accumulator?.gridJ ?? 0) / J_PER_WH,
    soldReservedWh: home.saleRemainingWh,
    decision: home.explanation,
    ...(home.commandReport === undefined ? {} : { command: home.commandReport }),
    local: home.local === null ? null : { ...home.local, reason: null },
  };
}
