/**
 * A town as fast as it goes: the real node with its fsynced log, the real head-end that verifies each meter's
 * signature, no platform around them. Ends with figures that name their units.
 */
import { toHex } from "#base/bytes.ts";
import { formatInstant, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { ChainEvent } from "#chain/events.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import type { Storage } from "#node/storage.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { NO_ARCHIVE, type ReadingArchive } from "#platform/archive.ts";
import { HeadEnd } from "#platform/head-end.ts";
import { MemberAccount } from "#platform/member-account.ts";
import type { TownPlan } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { Town, townGenesis } from "#sim/town.ts";

export interface HeadlessOptions {
  /** An empty or absent folder, for the ledger. */
  readonly folder: string;
  readonly stepS: number;
  readonly trade: boolean;
  readonly signatures: "interval" | "day";
  /** Another disk than the machine's, for tests. */
  readonly storage?: Storage;
  /** Where accepted readings go; by default nowhere. */
  readonly archive?: ReadingArchive;
}

/** Energies in kWh, shares from 0 to 1, money in euro; rounded only for people to read. */
export interface HeadlessReport {
  readonly homes: number;
  readonly homes_with_panels: number;
  readonly homes_with_accumulator: number;
  readonly from: string;
  readonly until: string;
  readonly days: number;
  readonly generation_kwh: number;
  readonly demand_kwh: number;
  /** What homes would have used besides and their supply contracts did not let in. */
  readonly unserved_kwh: number;
  readonly import_kwh: number;
  readonly export_kwh: number;
  readonly self_consumption_alone: number;
  readonly self_sufficiency_alone: number;
  readonly self_consumption_shared: number;
  readonly self_sufficiency_shared: number;
  readonly shared_quarter_hour_kwh: number;
  readonly shared_hour_kwh: number;
  readonly peak_export_kw: number;
  readonly peak_import_kw: number;
  readonly sales: number;
  readonly sales_settled: number;
  readonly sales_partly_delivered: number;
  readonly sales_voided: number;
  readonly sold_kwh: number;
  readonly paid_eur: number;
  readonly fees_eur: number;
  /** What the town itself asked for and was refused, by status; empty in a healthy run. */
  readonly refused: { readonly [status: string]: number };
  /** Acknowledged by the head-end: signature verified, content possible. */
  readonly readings: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly state_rows: number;
  readonly state_root: string;
  readonly wall_s: number;
  readonly home_intervals_per_s: number;
}

/** A headless run begins at the beginning. */
export class FolderNotEmptyError extends Error {
  override readonly name = "FolderNotEmptyError";

  constructor(folder: string) {
    super(`${folder} holds a chain already; a headless run wants an empty folder.`);
  }
}

/** A founded town that runs when it is told to. */
export class HeadlessTown {
  readonly town: Town;
  readonly node: EmbeddedNode;
  readonly #ended = { settled: 0, partly_delivered: 0, voided: 0, soldWh: 0n, paid: 0n, fees: 0n };
  #wallS = 0;

  /** Founds the town in an empty folder. Throws `FolderNotEmptyError`, `NodeFault`. */
  static async open(plan: TownPlan, options: HeadlessOptions): Promise<HeadlessTown> {
    const { folder, storage, archive = NO_ARCHIVE } = options;
    const genesis = townGenesis(plan, plan.start);
    let now = () => genesis.time;
    const node = await openNode({
      folder,
      genesis,
      producer: plan.producer,
      now: () => now(),
      blockIntervalMs: "manual",
      ...(storage === undefined ? {} : { storage }),
    });
    try {
      if (node.view().height > 0) throw new FolderNotEmptyError(folder);
      const operator = new MemberAccount(node, { member: plan.operator.member, signer: plan.operator.key });
      const headEnd = new HeadEnd({ host: node, operator, archive, salt: saltsOf(plan.seed) });
      const town = new Town(plan, node, headEnd, operator, {
        ...options,
        stores: new Map(),
        start: plan.start,
      });
      await town.found();
      now = () => town.time;
      return new HeadlessTown(town, node);
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  private constructor(town: Town, node: EmbeddedNode) {
    this.town = town;
    this.node = node;
    node.onBlock((block) => {
      for (const event of block.events) this.#count(event);
      for (const { events } of block.transactions) for (const event of events) this.#count(event);
    });
  }

  /** Lives quarter hours; what meters of daily signatures still hold at the end is reported, too. */
  async run(intervals: number, onInterval?: (time: UnixSeconds) => void): Promise<void> {
    const began = performance.now();
    await this.town.runUntil(this.town.time + intervals * QUARTER_HOUR_S, (time) => onInterval?.(time));
    await this.town.flushDay();
    await this.node.produceNow();
    this.#wallS += (performance.now() - began) / 1000;
  }

  /** The figures up to now. */
  report(): HeadlessReport {
    const { town, node } = this;
    const { plan } = town;
    const figures = town.balance.figures();
    const ended = this.#ended;
    const kwh = (joules: number) => round(joules / (J_PER_WH * 1000), 3);
    return {
      homes: plan.homes.length,
      homes_with_panels: plan.homes.filter(({ solarPeakW }) => solarPeakW > 0).length,
      homes_with_accumulator: plan.homes.filter(({ site }) => site.accumulator !== undefined).length,
      from: formatInstant(plan.start),
      until: formatInstant(town.time),
      days: round((town.time - plan.start) / 86_400, 4),
      generation_kwh: kwh(figures.generation),
      demand_kwh: kwh(figures.demand),
      unserved_kwh: kwh(town.unservedJ),
      import_kwh: kwh(figures.imported),
      export_kwh: kwh(figures.exported),
      self_consumption_alone: share(figures.selfConsumptionAlone),
      self_sufficiency_alone: share(figures.selfSufficiencyAlone),
      self_consumption_shared: share(figures.selfConsumptionShared),
      self_sufficiency_shared: share(figures.selfSufficiencyShared),
      shared_quarter_hour_kwh: kwh(figures.sharedPerSlot),
      shared_hour_kwh: kwh(figures.sharedPerHour),
      peak_export_kw: round(figures.peakExport / QUARTER_HOUR_S / 1000, 3),
      peak_import_kw: round(figures.peakImport / QUARTER_HOUR_S / 1000, 3),
      sales: town.sales,
      sales_settled: ended.settled,
      sales_partly_delivered: ended.partly_delivered,
      sales_voided: ended.voided,
      sold_kwh: Number(ended.soldWh) / 1000,
      paid_eur: Number(ended.paid) / 1_000_000,
      fees_eur: Number(ended.fees) / 1_000_000,
      refused: Object.fromEntries(town.refused),
      readings: town.readings,
      blocks: node.counters.blocks,
      transactions: node.counters.transactions,
      state_rows: node.view().rows,
      state_root: toHex(node.view().stateRoot),
      wall_s: round(this.#wallS, 3),
      home_intervals_per_s: this.#wallS === 0 ? 0 : Math.round(town.readings / this.#wallS),
    };
  }

  async close(): Promise<void> {
    this.town.close();
    await this.node.close();
  }

  #count(event: ChainEvent): void {
    if (event.type !== "sale_closed") return;
    this.#ended[event.state] += 1;
    this.#ended.soldWh += event.delivered;
    this.#ended.paid += event.gross;
    this.#ended.fees += event.fee;
  }
}

/** Founds, runs and closes a town. */
export async function runHeadless(
  plan: TownPlan,
  intervals: number,
  options: HeadlessOptions,
  onInterval?: (time: UnixSeconds) => void,
): Promise<HeadlessReport> {
  const headless = await HeadlessTown.open(plan, options);
  try {
    await headless.run(intervals, onInterval);
    return headless.report();
  } finally {
    await headless.close();
  }
}

/** NaN over nothing generated or used becomes 0. */
function share(value: number): number {
  return Number.isNaN(value) ? 0 : round(value, 6);
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
