/**
 * One simulated home: its installation, the BEC's choice and the meter, stepped together. What it draws and
 * what its panels could give are handed in, so generated and measured homes are the same to it.
 */
import type { UnixSeconds } from "#base/time.ts";
import {
  type Command,
  type CommandReport,
  type Directive,
  directiveOf,
  type Heard,
  heedCommand,
  NOTHING_HEARD,
  refusalOf,
  reportOf,
} from "#control/command.ts";
import { decide, explainObeyed, type Obeyed } from "#control/commanded.ts";
import type { Decision, Situation } from "#control/dispatch.ts";
import { NO_SUPPLY_LIMIT, type SupplyLimit } from "#control/supply-limit.ts";
import { LoadProfile, NO_MOVEMENT } from "#metering/load-profile.ts";
import type { Reading } from "#metering/reading.ts";
import { Accumulator, MOVEMENT } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";

export interface HomeSettings {
  /** The plant's number on the ledger. */
  readonly plant: number;
  readonly site: Site;
  /** A quarter hour. */
  readonly start: UnixSeconds;
  readonly storedSolarWh?: number;
  readonly storedGridWh?: number;
  readonly reserveWh?: number;
  readonly gridEnergySellable?: boolean;
  /** µEUR/kWh. */
  readonly importPrice: number;
  readonly feedInPrice: number;
  /** µEUR per kWh through the accumulator's terminals; 0 by default, i.e. unpriced. */
  readonly wear?: number;
  /** µEUR/kWh of the MicroGrid at an instant: what a command with a target looks ahead by. Flat without it. */
  importPriceAt?(time: UnixSeconds): number;
}

export class Home {
  readonly plant: number;
  readonly site: Site;
  readonly accumulator: Accumulator | undefined;
  /** What the BEC weighs: prices, reserve and plan may be changed between steps. */
  readonly situation: Situation;
  /** Of the last step, W, by `plant/flows`. */
  readonly flowsW = new Float64Array(FLOWS);
  #profile: LoadProfile;
  /** Exported from the accumulator and not yet in a reading, J. */
  #exportedJ = 0;
  readonly #outcome: Obeyed = { code: -1, bound: null };
  #since: UnixSeconds;
  #decision: Decision | undefined;
  readonly #importPriceAt: (time: UnixSeconds) => number;
  /** What its owner keeps inside as a rule, Wh. */
  #reserveWh: number;
  #heard: Heard = NOTHING_HEARD;
  #local: Command | null = null;
  #localSince: UnixSeconds = 0;
  #directive: Directive | undefined;
  /** Since the directive was asked for. */
  #newsHeard = false;
  #report: CommandReport | undefined;

  constructor(settings: HomeSettings) {
    const { plant, site, start, storedSolarWh = 0, storedGridWh = 0 } = settings;
    this.plant = plant;
    this.site = site;
    this.accumulator =
      site.accumulator === undefined
        ? undefined
        : new Accumulator(site.accumulator, storedSolarWh, storedGridWh);
    this.situation = {
      seconds: 0,
      solarW: 0,
      loadW: 0,
      accumulator: this.accumulator,
      connection: site.connection,
      supply: NO_SUPPLY_LIMIT,
      reserveWh: settings.reserveWh ?? 0,
      saleRemainingJ: 0,
      gridEnergySellable: settings.gridEnergySellable ?? false,
      importPrice: settings.importPrice,
      feedInPrice: settings.feedInPrice,
      storedValue: Number.NaN,
      wear: settings.wear ?? 0,
    };
    this.#profile = new LoadProfile(plant, start, this.accumulator?.solarJ, this.accumulator?.gridJ);
    this.#since = start;
    this.#reserveWh = settings.reserveWh ?? 0;
    this.#importPriceAt = settings.importPriceAt ?? (() => this.situation.importPrice);
  }

  /** Why the BEC did what it did in the last step, and since when it has. */
  get decision(): Decision {
    this.#decision ??= this.explanation;
    return this.#decision;
  }

  /** The same decision with the numbers as they stand now: what a screen shows. Allocates. */
  get explanation(): Decision {
    const { code, bound } = this.#outcome;
    const outcome = { code: Math.max(0, code), bound };
    return explainObeyed(outcome, this.situation, this.#directiveAt(this.#since), this.#since);
  }

  /** Content in whole Wh at the last quarter hour, as the meter states it. */
  get meteredSolarWh(): number {
    return this.#profile.storedSolarWh;
  }

  get meteredGridWh(): number {
    return this.#profile.storedGridWh;
  }

  /** Sold and not yet out of the terminals, Wh. */
  get saleRemainingWh(): number {
    return this.situation.saleRemainingJ / J_PER_WH;
  }

  /** What has left the accumulator for the MicroGrid and stands in no reading yet, J. */
  get unreadExportJ(): number {
    return this.#exportedJ;
  }

  /** What the home would have used in the last step and was not served, W. */
  get unservedW(): number {
    return this.flowsW[FLOW.unserved]!;
  }

  /** What the BEC has to deliver from now on, J: see `gateway/delivery`. */
  order(joules: number): void {
    this.situation.saleRemainingJ = joules;
  }

  /** What the supply contract lets in from now on: see `sim/supply-link`. */
  limit(supply: SupplyLimit): void {
    this.situation.supply = supply;
  }

  /** What the grid operator lets through its connection from now on, W. */
  restrict(bounds: Situation["demandResponse"]): void {
    this.situation.demandResponse = bounds;
  }

  /** Whether its owner lets the neighbours have surplus before the accumulator. */
  communityFirst = false;

  /** What its owner keeps inside as a rule from now on, what ageing costs, and who gets surplus first. */
  prefer({
    reserveWh,
    wear,
    communityFirst,
  }: {
    readonly reserveWh: number;
    readonly wear: number;
    readonly communityFirst: boolean;
  }): void {
    this.communityFirst = communityFirst;
    if (!communityFirst) this.situation.communityW = undefined;
    this.#reserveWh = reserveWh;
    this.situation.reserveWh = reserveWh;
    this.#newsHeard = true;
    this.situation.wear = wear;
  }

  /** A command of its owner arrives, perhaps not for the first time. */
  hear(heard: Heard, time: UnixSeconds): void {
    const standing = this.#heard;
    if (heedCommand(standing, heard) === standing) return;
    const refusal = refusalOf(heard, { standing, accumulator: this.site.accumulator, now: time });
    if (refusal !== undefined) {
      this.#report = { change: heard.change, state: "refused", bound: null, refusal, since: time };
      this.#heard = { change: heard.change, command: standing.command };
      return;
    }
    this.#heard = heard;
    this.#newsHeard = true;
    this.#report = {
      ...{ change: heard.change, bound: null, refusal: null, since: time },
      state: heard.command === null ? "withdrawn" : "accepted",
    };
  }

  /** Somebody sets the switch at the gateway, or lets go of it. */
  override(local: Command | null, time: UnixSeconds): void {
    this.#local = local;
    this.#localSince = time;
    this.#newsHeard = true;
  }

  /** What is set at the gateway now, and since when. */
  get local(): { readonly mode: Command["mode"]; readonly since: UnixSeconds } | null {
    return this.#local === null ? null : { mode: this.#local.mode, since: this.#localSince };
  }

  /** What the last command that it heard has come to; `undefined` before the first. */
  get commandReport(): CommandReport | undefined {
    return this.#report;
  }

  /**
   * One step of whole seconds within a quarter hour; `solarW` what panels and inverter could give, `loadW` what
   * the home draws, both on the grid of `plant/resolution`.
   */
  step(start: UnixSeconds, seconds: number, solarW: number, loadW: number): void {
    const situation = this.situation;
    const flowsW = this.flowsW;
    situation.seconds = seconds;
    situation.solarW = solarW;
    situation.loadW = loadW;
    const outcome = this.#outcome;
    const before = outcome.code;
    const directive = this.#directiveAt(start);
    decide(situation, directive, flowsW, outcome);
    if (outcome.code !== before) {
      this.#since = start;
      this.#decision = explainObeyed(outcome, situation, directive, start);
    }
    this.#tell(directive, start);
    const accumulator = this.accumulator;
    if (accumulator === undefined) {
      this.#profile.add(seconds, flowsW, NO_MOVEMENT);
      return;
    }
    accumulator.step(
      seconds,
      flowsW[FLOW.solarToAccumulator]!,
      flowsW[FLOW.gridToAccumulator]!,
      flowsW[FLOW.accumulatorToHome]!,
      flowsW[FLOW.accumulatorToGrid]!,
    );
    const movement = accumulator.movement;
    const delivered = movement[MOVEMENT.exportedSolar]! + movement[MOVEMENT.exportedGrid]!;
    if (delivered > 0) {
      situation.saleRemainingJ = Math.max(0, situation.saleRemainingJ - delivered);
      this.#exportedJ += delivered;
    }
    this.#profile.add(seconds, flowsW, movement);
  }

  /** Goes on metering at a quarter hour, after another meter, with what that one left in the accumulator, Wh. */
  resume(start: UnixSeconds, stored: { readonly solarWh: number; readonly gridWh: number }): void {
    const accumulator = this.accumulator;
    accumulator?.restate(stored.solarWh, stored.gridWh);
    this.#profile = new LoadProfile(this.plant, start, accumulator?.solarJ, accumulator?.gridJ);
    this.#exportedJ = 0;
  }

  /** The reading of the quarter hour that just became full. */
  closeInterval(): Reading {
    const reading = this.#profile.close();
    this.#exportedJ -= (reading.storedSolar.exportedWh + reading.storedGrid.exportedWh) * J_PER_WH;
    return reading;
  }

  /** What is asked of the accumulator at an instant; asked again only when that may have changed. */
  #directiveAt(time: UnixSeconds): Directive {
    const known = this.#directive;
    if (known !== undefined && !this.#newsHeard && time < known.until) return known;
    this.#newsHeard = false;
    if (this.#local !== null && this.#local.until <= time) this.#local = null;
    const { accumulator, situation } = this;
    this.#directive = directiveOf(
      { heard: this.#heard, local: this.#local },
      {
        now: time,
        capacityWh: accumulator?.parameters.capacityWh ?? 0,
        chargePowerMaxW: accumulator?.parameters.chargePowerMaxW ?? 0,
        dischargePowerMaxW: accumulator?.parameters.dischargePowerMaxW ?? 0,
        storedWh: accumulator?.storedWh ?? 0,
        oneWayEfficiency: accumulator?.oneWayEfficiency ?? 1,
        reserveWh: this.#reserveWh,
        importPriceAt: this.#importPriceAt,
      },
    );
    if (known !== undefined && known.by !== "nobody") situation.reserveWh = this.#reserveWh;
    return this.#directive;
  }

  #tell(directive: Directive, time: UnixSeconds): void {
    const report = this.#report;
    if (report === undefined || report.refusal !== null || report.state === "expired") return;
    const { state, bound } = reportOf(this.#heard, directive, this.#outcome.bound, time);
    if (state !== report.state || bound !== report.bound) {
      this.#report = { ...report, state, bound, since: time };
    }
  }
}
