/**
 * Bills at the end of each civil month, by themselves: an hour after its last day for every supplier, and for the
 * community once the market's days of that month are settled for good, or three days later as they stand; what changes
 * after that stands on the next bill. A month that went by while the platform stood still is made when it is open again,
 * the oldest first. What somebody made by hand is not made again; a crash in between leaves bills, not doubles.
 */
import type { DatabaseSync } from "node:sqlite";
import { about, type Note } from "#base/log.ts";
import {
  civilDate,
  type DayNumber,
  dayOf,
  dayStart,
  formatDay,
  type UnixSeconds,
  type Zone,
} from "#base/time.ts";
import type { Period } from "#billing/document.ts";
import type { ChainHost } from "#chain/host.ts";
import type { Archive } from "./archive.ts";
import type { Bills } from "./bills.ts";
import type { MarketBills } from "./market-bills.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

export const MONTHLY_BILLS_STEP = `
  CREATE TABLE billed_months (
    issuer INTEGER NOT NULL,
    first INTEGER NOT NULL,
    PRIMARY KEY (issuer, first)
  ) WITHOUT ROWID;
`;

/** After the month's last day, s: by then the head-end has looked at every reading. */
const AFTER_S = 3_600;
/** How long the market's statements wait for days that are not final, s after the month's last day. */
const PATIENCE_S = 3 * 86_400;
/** After a failure, s of the chain's clock. */
const AGAIN_AFTER_S = 3_600;

interface Options {
  readonly database: DatabaseSync;
  readonly host: Pick<ChainHost, "view" | "now">;
  readonly archive: Pick<Archive, "extent">;
  readonly numbers: Pick<Pseudonyms, "homeOf">;
  readonly bills: Bills;
  readonly market: MarketBills | undefined;
  /** The community's issuer. */
  readonly operator: number;
  readonly zone: Zone;
  readonly note: Note;
}

export class MonthlyBills {
  readonly #options: Options;
  #making: Promise<void> | undefined;
  /** The hour of the chain's clock in which nothing was due. */
  #looked: number | undefined;
  /** Whether a month has ended after which nothing was read yet. */
  #waitsForReadings = false;
  #again = 0;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Makes what is due; it may be asked as often as one likes. */
  advance(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** Waits for the issuer that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#making;
  }

  async #make(): Promise<void> {
    const { bills, host, note } = this.#options;
    const hour = Math.floor(host.now() / 3_600);
    if (host.now() < this.#again || hour === this.#looked) return;
    const due = this.#due();
    if (due.length === 0 && !this.#waitsForReadings) this.#looked = hour;
    for (const { issuer, month } of due) {
      if (this.#closed) return;
      const fields = { issuer, month: formatDay(month.from) };
      try {
        const made = await bills.make(issuer, month);
        this.#options.database
          .prepare("INSERT OR IGNORE INTO billed_months VALUES (?, ?)")
          .run(issuer, month.from);
        const event = about("platform", "month_billed", { ...fields, bills: made.length }, "info");
        note("a month's bills are made", undefined, event);
      } catch (cause) {
        this.#again = host.now() + AGAIN_AFTER_S;
        note("a month's bills were not made", cause, about("platform", "month_not_billed", fields, "error"));
        return;
      }
    }
  }

  /** The oldest month first. */
  #due(): { readonly issuer: number; readonly month: Period }[] {
    const { host, database, market, operator, zone } = this.#options;
    const now = host.now();
    const extent = this.#extent();
    this.#waitsForReadings = extent === undefined;
    if (extent === undefined) return [];
    const suppliers = host
      .view()
      .suppliers()
      .map(({ key }) => key);
    const isBilled = database.prepare("SELECT 1 FROM billed_months WHERE issuer = ? AND first = ?");
    return monthsEnded(extent.first, dayOf(zone, now)).flatMap((month) => {
      const ended = dayStart(zone, month.until);
      if (now < ended + AFTER_S) return [];
      // Who lives days that went by has readings of none after the month yet.
      if (extent.last < ended) this.#waitsForReadings = true;
      if (extent.last < ended) return [];
      const isSettled = market?.isSettled(month) && (market.isFinal(month) || now >= ended + PATIENCE_S);
      return [...suppliers, ...(isSettled ? [operator] : [])]
        .filter((issuer) => isBilled.get(issuer, month.from) === undefined)
        .map((issuer) => ({ issuer, month }));
    });
  }

  /** The first civil day of which any home was read from its beginning, and when the last reading began. */
  #extent(): { readonly first: DayNumber; readonly last: UnixSeconds } | undefined {
    const { host, archive, numbers, zone } = this.#options;
    const read = host
      .view()
      .plants()
      .flatMap(({ key }) => archive.extent(numbers.homeOf(key)) ?? []);
    if (read.length === 0) return undefined;
    const start = read.reduce((least, { first }) => Math.min(least, first), read[0]!.first);
    const day = dayOf(zone, start);
    return {
      first: dayStart(zone, day) === start ? day : day + 1,
      last: read.reduce((most, { last }) => Math.max(most, last), 0),
    };
  }
}

/** Civil months that have ended before a day, the first of them from a day within it on. */
export function monthsEnded(first: DayNumber, today: DayNumber): Period[] {
  const months: Period[] = [];
  let from = first;
  for (let day = first + 1; day <= today; day++) {
    if (civilDate(day).day !== 1) continue;
    months.push({ from, until: day });
    from = day;
  }
  return months;
}
