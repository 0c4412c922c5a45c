/**
 * The head-end: where the meters' readings arrive, and from where each quarter hour goes to the chain.
 *
 * In: a reading counts once, by plant and interval. Its signature must be its meter's, it must be possible
 * (`metering/vee`) after the reading before it, and it is on the disk before it is acknowledged. The same
 * reading again is acknowledged again; another content for the same interval is refused.
 *
 * Out: `closeInterval` books what the stores of all homes did, as the operator, in batches: a Merkle root of
 * salted commitments to the readings, and the movement of each store that moved. Of a home the chain sees
 * nothing else. One home's bad entry is held back with a finding and never holds up the others.
 *
 * A home is booked in order of time. Where a reading is missing and the books do not meet the next one's
 * opening content, the home waits for it for `patience` quarter hours; then the difference is booked as
 * charged or used, never as exported: what nobody measured earns nothing. A reading that comes after that is
 * kept for the screens and marked late.
 */
import { equalBytes } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { AdmissionRefusal, ChainHost, Submission } from "#chain/host.ts";
import { submitIntervalTotals } from "#chain/transactions.ts";
import { merkleRoot } from "#crypto/merkle.ts";
import type { Status } from "#ledger/status.ts";
import type { Plant } from "#market/participant.ts";
import { type IntervalEntry, MAX_ENTRIES } from "#market/settlement.ts";
import { exportWh, type Reading, type StoreMovement, storeAfter } from "#metering/reading.ts";
import {
  encodeReading,
  readingCommitment,
  type SignedDay,
  type SignedReading,
  verifyDay,
  verifyReading,
} from "#metering/signed-reading.ts";
import { type Finding, isUnfit, openingWh, type PlantLimits, validateReading } from "#metering/vee.ts";
import type { KeptSignature, ReadingArchive, StoredFinding, StoredReading } from "./archive.ts";
import type { MemberAccount } from "./member-account.ts";
import { type Numbers, SAME_NUMBERS } from "./pseudonyms.ts";

/** Why a reading was not taken. */
export type ReadingRefusal =
  | "plant_unknown"
  | "interval_in_future"
  | "differs_from_earlier"
  | "bad_signature"
  | "not_plausible";

export interface RefusedReading {
  readonly plant: number;
  readonly intervalStart: UnixSeconds;
  readonly reason: ReadingRefusal;
  /** What was found where it is not plausible. */
  readonly findings: readonly Finding[];
}

/** What a meter may forget: everything accepted and everything repeated. */
export interface HeadEndReceipt {
  readonly accepted: number;
  readonly repeated: number;
  readonly refused: readonly RefusedReading[];
}

export type ReadingListener = (reading: {
  readonly plant: number;
  readonly intervalStart: UnixSeconds;
}) => void;

export interface HeadEndOptions {
  readonly host: Pick<ChainHost, "chain" | "view" | "now" | "onBlock">;
  readonly operator: MemberAccount;
  readonly archive: ReadingArchive;
  /** Turns home ids, which meters report by, into the chain's numbers; the same where nobody is renewed. */
  readonly numbers?: Numbers;
  /** Whether what a home did in a quarter hour is kept back for now (`renewals`); nothing is where it is absent. */
  readonly holdsBack?: (home: number, intervalStart: UnixSeconds) => boolean;
  /** Called when a quarter hour is closed, before `closeInterval` answers. */
  readonly closed?: (intervalStart: UnixSeconds) => Promise<void>;
  /** 32 bytes for a reading's commitment, the same whenever it is asked for the same reading. */
  readonly salt: (plant: number, intervalStart: UnixSeconds) => Uint8Array;
  /** What a plant can do; from its sheet on the ledger where it says nothing. */
  readonly limitsOf?: (plant: number, sheet: Plant) => PlantLimits;
  /** Quarter hours that a home waits for a missing reading before the gap is bridged. */
  readonly patience?: number;
}

const PATIENCE = 8;
/** How often an interval that has ended is tried again in the next block: the open one may be older than its end. */
const BLOCKS_TO_WAIT = 70;
const BLOCK_WAIT_MS = 500;

/** Refusals that speak of one entry of a batch. */
const OF_AN_ENTRY: ReadonlySet<string> = new Set([
  "plant_unknown",
  "interval_already_submitted",
  "store_overdrawn",
  "grid_energy_not_sellable",
  "exceeds_plant_limits",
]);

interface Home {
  /** The home id: what its meter reports by. */
  readonly plant: number;
  /** The plant's number on the chain, now. */
  readonly number: number;
  readonly limits: PlantLimits;
  /** The newest reading accepted. */
  last: Reading | undefined;
  /** Accepted and not yet given to the chain, ascending. */
  readonly waiting: Reading[];
  /** Up to which interval everything is given to the chain, or passed over. */
  through: UnixSeconds;
  /** The last interval with an entry of this home. */
  booked: UnixSeconds;
  /** Content of the store by the books, blocks in progress included. */
  solarWh: number;
  gridWh: number;
}

/** What one home brings into a batch. A bridge has no reading; a store that rests has no entry. */
interface Item {
  readonly home: Home;
  readonly reading: Reading | undefined;
  readonly entry: IntervalEntry | undefined;
}

export class HeadEnd {
  readonly #options: HeadEndOptions;
  readonly #patience: number;
  /** By home id. */
  readonly #homes = new Map<number, Home>();
  /** Ascending by plant. */
  #ordered: Home[] | undefined;
  readonly #listeners = new Set<ReadingListener>();
  #closing: Promise<unknown> = Promise.resolve();
  #opened = false;
  /** The latest interval that was closed. */
  #closedThrough = 0;

  constructor(options: HeadEndOptions) {
    this.#options = options;
    this.#patience = options.patience ?? PATIENCE;
  }

  /** Takes readings that are signed one by one. They are durable when this returns. */
  receive(signed: readonly SignedReading[]): HeadEndReceipt {
    const intake = new Intake();
    for (const one of signed) {
      const { reading, signature } = one;
      const before = intake.accepted.length;
      this.#take(reading, intake, (key) => verifyReading(this.#options.host.chain, one, key));
      if (intake.accepted.length > before) intake.signed([reading], "each", signature);
    }
    return this.#store(intake);
  }

  /** Takes days of readings, each under one signature. They are durable when this returns. */
  receiveDays(days: readonly SignedDay[]): HeadEndReceipt {
    const intake = new Intake();
    for (const day of days) {
      let verdict: boolean | undefined;
      const signed = (key: Uint8Array) => (verdict ??= verifyDay(this.#options.host.chain, day, key));
      const before = intake.accepted.length;
      for (const reading of day.readings) this.#take(reading, intake, signed);
      if (intake.accepted.length > before) intake.signed(day.readings, "together", day.signature);
    }
    return this.#store(intake);
  }

  /**
   * Gives the chain everything up to this quarter hour that it does not have yet. `ok` once all of it is
   * admitted; durable with the block. Any other status means that nothing was lost and the next call tries
   * again. One home's entry that the chain refuses is reported as a finding, not as a status.
   */
  closeInterval(intervalStart: UnixSeconds): Promise<Status | AdmissionRefusal> {
    const closed = this.#closing.then(() => this.#close(intervalStart));
    this.#closing = closed.catch(() => undefined);
    return closed;
  }

  /** The newest reading accepted of a home; `undefined` where there is none. */
  newestOf(plant: number): Reading | undefined {
    return this.#home(plant)?.last;
  }

  /** Homes have other numbers on the chain: where they stand is read anew. */
  takeAnew(homes: readonly number[]): void {
    for (const home of homes) this.#homes.delete(home);
    this.#ordered = undefined;
    this.#opened = false;
  }

  /** Called with each reading accepted; returns how to stop. */
  onReading(listener: ReadingListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #take(reading: Reading, intake: Intake, signed: (meterKey: Uint8Array) => boolean): void {
    const findings: Finding[] = [];
    const reason = this.#judge(reading, intake, signed, findings);
    const { plant, intervalStart } = reading;
    if (findings.length > 0) intake.note(reading, findings, this.#options.host.now());
    if (reason !== undefined) intake.refused.push({ plant, intervalStart, reason, findings });
  }

  /** Takes a reading in, or says why not; what was found besides goes into `findings`. */
  #judge(
    reading: Reading,
    intake: Intake,
    signed: (meterKey: Uint8Array) => boolean,
    findings: Finding[],
  ): ReadingRefusal | undefined {
    const { plant, intervalStart } = reading;
    const home = this.#home(plant);
    if (home === undefined) return "plant_unknown";
    if (intervalStart + QUARTER_HOUR_S > this.#options.host.now()) return "interval_in_future";
    const isNewest = home.last === undefined || intervalStart > home.last.intervalStart;
    const known = isNewest ? undefined : this.#known(home, intervalStart);
    if (known !== undefined && sameReading(known, reading)) {
      intake.repeated += 1;
      return undefined;
    }
    // By the meter that counts for the quarter hour, not for today: what waited in a box is signed by the one before.
    const meterKey = this.#options.host.view().meterKeyAt(home.number, intervalStart);
    if (meterKey === undefined || !verifies(() => signed(meterKey))) return "bad_signature";
    if (known !== undefined) return "differs_from_earlier";
    const previous = isNewest ? home.last : this.#before(home, intervalStart);
    const firstOpening = { solarWh: home.solarWh, gridWh: home.gridWh };
    findings.push(...validateReading(reading, home.limits, previous, { firstOpening }));
    if (isUnfit(findings)) return "not_plausible";
    this.#accept(home, reading, isNewest, intake);
    return undefined;
  }

  #accept(home: Home, reading: Reading, isNewest: boolean, intake: Intake): void {
    const { intervalStart } = reading;
    const received = this.#options.host.now();
    const quality = intervalStart <= this.#closedThrough ? "late" : "measured";
    intake.accepted.push({ reading, quality, received });
    if (isNewest) home.last = reading;
    if (intervalStart > home.through) {
      let at = home.waiting.length;
      while (at > 0 && home.waiting[at - 1]!.intervalStart > intervalStart) at -= 1;
      if (at === home.waiting.length) home.waiting.push(reading);
      else home.waiting.splice(at, 0, reading);
    } else if (moved(reading)) {
      const code = "late_for_settlement";
      intake.findings.push({
        plant: home.plant,
        intervalStart,
        code,
        numbers: { exportedWh: exportWh(reading.flows) },
        found: received,
      });
    }
  }

  #store({ accepted, signatures, repeated, refused, findings }: Intake): HeadEndReceipt {
    try {
      this.#options.archive.store(accepted, signatures);
    } catch (error) {
      // Nothing of it was acknowledged, so nothing of it may be taken for known.
      this.#forget();
      throw error;
    }
    if (findings.length > 0) this.#options.archive.report(findings);
    for (const listener of this.#listeners) for (const { reading } of accepted) listener(reading);
    return { accepted: accepted.length, repeated, refused };
  }

  async #close(intervalStart: UnixSeconds): Promise<Status | AdmissionRefusal> {
    this.#openAll();
    this.#closedThrough = Math.max(this.#closedThrough, intervalStart);
    for (;;) {
      const batch = this.#nextBatch(intervalStart);
      if (batch === undefined) break;
      for (let i = 0; i < batch.items.length; i += MAX_ENTRIES) {
        const status = await this.#submit(batch.intervalStart, batch.items.slice(i, i + MAX_ENTRIES));
        if (status !== "ok") return status;
      }
    }
    await this.#options.closed?.(intervalStart);
    return "ok";
  }

  /** Of everything that can be given to the chain up to `until`, what belongs to the earliest interval. */
  #nextBatch(
    until: UnixSeconds,
  ): { readonly intervalStart: UnixSeconds; readonly items: Item[] } | undefined {
    let earliest = Number.POSITIVE_INFINITY;
    let items: Item[] = [];
    for (const home of this.#inOrder()) {
      const reading = home.waiting[0];
      if (reading === undefined || reading.intervalStart > until) continue;
      if (this.#options.holdsBack?.(home.plant, reading.intervalStart) === true) continue;
      const bridge = this.#bridgeTo(home, reading, until);
      if (bridge === "wait") continue;
      const start = bridge === undefined ? reading.intervalStart : reading.intervalStart - QUARTER_HOUR_S;
      if (start > earliest) continue;
      if (start < earliest) {
        earliest = start;
        items = [];
      }
      items.push(
        bridge === undefined
          ? { home, reading, entry: this.#entryOf(home, reading) }
          : { home, reading: undefined, entry: bridge },
      );
    }
    return items.length === 0 ? undefined : { intervalStart: earliest, items };
  }

  /**
   * What must be booked before a reading so that the books meet its opening content: nothing, or an entry for
   * the quarter hour before it; or "wait" where a missing reading may still come.
   */
  #bridgeTo(home: Home, reading: Reading, until: UnixSeconds): IntervalEntry | "wait" | undefined {
    const gap = home.through > 0 && reading.intervalStart > home.through + QUARTER_HOUR_S;
    const solarWh = openingWh(reading.closingSolarWh, reading.storedSolar) - home.solarWh;
    const gridWh = openingWh(reading.closingGridWh, reading.storedGrid) - home.gridWh;
    const meets = solarWh === 0 && gridWh === 0;
    if (meets && !gap) return undefined;
    if (meets && this.#options.host.view().plant(home.number)?.openSales.length === 0) return undefined;
    if (until < reading.intervalStart + this.#patience * QUARTER_HOUR_S) return "wait";
    const free = reading.intervalStart - QUARTER_HOUR_S > home.booked;
    if (meets || !free) return undefined;
    return { plant: home.number, storedSolar: difference(solarWh), storedGrid: difference(gridWh) };
  }

  #entryOf({ number }: Home, reading: Reading): IntervalEntry | undefined {
    const { storedSolar, storedGrid } = reading;
    const needed = moved(reading) || (this.#options.host.view().plant(number)?.openSales.length ?? 0) > 0;
    return needed ? { plant: number, storedSolar, storedGrid } : undefined;
  }

  /** Submits items of one interval; where an entry is bad, halves them until it stands alone. */
  async #submit(intervalStart: UnixSeconds, items: readonly Item[]): Promise<Status | AdmissionRefusal> {
    const entries = items.flatMap(({ entry }) => entry ?? []).sort((a, b) => a.plant - b.plant);
    const readings = items.flatMap(({ reading }) => reading ?? []);
    const { salt, archive } = this.#options;
    const commitmentsRoot = merkleRoot(
      readings.map((reading) => readingCommitment(salt(reading.plant, reading.intervalStart), reading)),
    );
    const submission = await this.#send({ intervalStart, commitmentsRoot, entries });
    if (submission.admitted) {
      for (const item of items) pass(item, intervalStart);
      const plants = readings.map(({ plant }) => plant);
      submission.committed
        .then(({ id, height, status }) => {
          if (status === "ok")
            archive.booked({ intervalStart, commitmentsRoot, plants, transaction: id, height });
          else this.#forget();
        })
        .catch(() => this.#forget());
      return "ok";
    }
    if (!OF_AN_ENTRY.has(submission.status)) return submission.status;
    if (items.length > 1) {
      const half = items.length >>> 1;
      const status = await this.#submit(intervalStart, items.slice(0, half));
      return status === "ok" ? this.#submit(intervalStart, items.slice(half)) : status;
    }
    const { home, reading } = items[0]!;
    archive.report([
      {
        plant: home.plant,
        intervalStart,
        code: submission.status,
        numbers: { solarByBooksWh: home.solarWh, gridByBooksWh: home.gridWh },
        found: this.#options.host.now(),
      },
    ]);
    if (reading === undefined) {
      // The bridge itself is impossible: the books stay apart from the meter, and the home goes on.
      home.booked = Math.max(home.booked, intervalStart);
      return "ok";
    }
    return this.#submit(intervalStart, [{ home, reading, entry: undefined }]);
  }

  async #send(totals: {
    readonly intervalStart: UnixSeconds;
    readonly commitmentsRoot: Uint8Array;
    readonly entries: readonly IntervalEntry[];
  }): Promise<Submission> {
    const { host, operator } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const submission = await operator.send(submitIntervalTotals, totals);
      if (submission.admitted || submission.status !== "interval_in_future") return submission;
      if (host.now() < totals.intervalStart + QUARTER_HOUR_S || attempt === BLOCKS_TO_WAIT) return submission;
      await this.#nextBlock();
    }
  }

  #nextBlock(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, BLOCK_WAIT_MS);
      const stop = this.#options.host.onBlock(done);
    });
  }

  #known(home: Home, intervalStart: UnixSeconds): Reading | undefined {
    if (home.last?.intervalStart === intervalStart) return home.last;
    const waits = home.waiting.find((reading) => reading.intervalStart === intervalStart);
    return waits ?? this.#options.archive.find(home.plant, intervalStart)?.reading;
  }

  /** The reading before that interval: among those that wait, or in the archive. */
  #before(home: Home, intervalStart: UnixSeconds): Reading | undefined {
    const waits = home.waiting.findLast((reading) => reading.intervalStart < intervalStart);
    return waits ?? this.#options.archive.before(home.plant, intervalStart);
  }

  #home(plant: number): Home | undefined {
    const known = this.#homes.get(plant);
    if (known !== undefined) return known;
    const { archive, numbers = SAME_NUMBERS, limitsOf = limitsOfSheet } = this.#options;
    const number = numbers.plantNow(plant);
    const view = this.#options.host.view();
    const sheet = view.plant(number);
    if (sheet === undefined) return undefined;
    const { solar, grid } = view.store(number);
    const newest = archive.newestBatch();
    const home: Home = {
      plant,
      number,
      // By the sheet that was registered: a renewal rounds sheets up and leaves the panels out.
      limits: limitsOf(plant, view.plant(plant) ?? sheet),
      last: archive.before(plant, Number.MAX_SAFE_INTEGER),
      waiting: archive
        .after(plant, sheet.lastInterval)
        .filter((reading) => moved(reading) || reading.intervalStart > newest),
      through: sheet.lastInterval,
      booked: sheet.lastInterval,
      solarWh: Number(solar),
      gridWh: Number(grid),
    };
    this.#homes.set(plant, home);
    this.#ordered = undefined;
    return home;
  }

  /** Homes that sent readings before this process began may have some that the chain does not have. */
  #openAll(): void {
    if (this.#opened) return;
    this.#opened = true;
    const { numbers = SAME_NUMBERS } = this.#options;
    for (const { key } of this.#options.host.view().plants()) this.#home(numbers.homeOf(key));
  }

  #inOrder(): readonly Home[] {
    return (this.#ordered ??= [...this.#homes.values()].sort((a, b) => a.plant - b.plant));
  }

  /** Something that was admitted did not come to be: everything is read anew from chain and archive. */
  #forget(): void {
    this.#homes.clear();
    this.#ordered = undefined;
    this.#opened = false;
  }
}

/** What a call of `receive` gathers before it is stored at once. */
class Intake {
  readonly accepted: StoredReading[] = [];
  readonly signatures: KeptSignature[] = [];
  readonly refused: RefusedReading[] = [];
  readonly findings: StoredFinding[] = [];
  repeated = 0;

  signed(readings: readonly Reading[], signed: KeptSignature["signed"], signature: Uint8Array): void {
    const { plant, intervalStart: start } = readings[0]!;
    const last = readings.at(-1)!.intervalStart;
    this.signatures.push({ plant, start, last, count: readings.length, signed, signature });
  }

  note({ plant, intervalStart }: Reading, findings: readonly Finding[], found: UnixSeconds): void {
    for (const { code, numbers } of findings)
      this.findings.push({ plant, intervalStart, code, numbers, found });
  }
}

/** What the ledger's sheet says; it knows no connection limits. */
function limitsOfSheet(plant: number, sheet: Plant): PlantLimits {
  return {
    plant,
    solarPowerMaxW: sheet.solarPeakW,
    capacityWh: Number(sheet.capacity),
    chargePowerMaxW: sheet.chargePowerMaxW,
    dischargePowerMaxW: sheet.dischargePowerMaxW,
    importPowerMaxW: Number.POSITIVE_INFINITY,
    exportPowerMaxW: sheet.solarPeakW + sheet.dischargePowerMaxW,
  };
}

/** The home's item stands in the open block. */
function pass({ home, reading, entry }: Item, intervalStart: UnixSeconds): void {
  if (reading !== undefined) {
    home.waiting.splice(home.waiting.indexOf(reading), 1);
    home.through = Math.max(home.through, intervalStart);
  }
  if (entry === undefined) return;
  home.booked = intervalStart;
  home.solarWh = storeAfter(home.solarWh, entry.storedSolar);
  home.gridWh = storeAfter(home.gridWh, entry.storedGrid);
}

function moved({ storedSolar, storedGrid }: Reading): boolean {
  return movedIn(storedSolar) || movedIn(storedGrid);
}

function movedIn({ chargedWh, usedWh, exportedWh, lostWh }: StoreMovement): boolean {
  return chargedWh + usedWh + exportedWh + lostWh > 0;
}

/** A change of content that nobody measured. */
function difference(changeWh: number): StoreMovement {
  return { chargedWh: Math.max(0, changeWh), usedWh: Math.max(0, -changeWh), exportedWh: 0, lostWh: 0 };
}

/** What cannot even be encoded was signed by no meter. */
function verifies(signed: () => boolean): boolean {
  try {
    return signed();
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

function sameReading(a: Reading, b: Reading): boolean {
  return verifies(() => equalBytes(encodeReading(a), encodeReading(b)));
}
