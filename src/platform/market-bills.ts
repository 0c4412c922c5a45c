/**
 * What a bill of the neighbours' market is made of: a home's statements of settled days, each with the ledger's row of
 * its version, and which bill has which day already. A day that is corrected after its bill stands on the next one, by
 * its difference; what the ledger booked is never billed twice, and no bill is rewritten.
 */
import type { DatabaseSync } from "node:sqlite";
import { decode, encode } from "#base/codec.ts";
import type { DayNumber } from "#base/time.ts";
import {
  type BilledDay,
  type BillNumber,
  numberText,
  type Period,
  type ProvenStatement,
  parseNumber,
} from "#billing/document.ts";
import { marketLines, saysTheSame } from "#billing/market-days.ts";
import type { ChainHost } from "#chain/host.ts";
import { type RowProof, rowProofCodec } from "#ledger/proof.ts";
import { proveStatements, type StatementProof, statementCodec } from "#market/auction/statement.ts";
import { MARKET_DAYS } from "#market/market-day.ts";
import type { MarketStore } from "./market/store.ts";
import { Refused } from "./problems.ts";

export const MARKET_BILLS_STEP = `
  CREATE TABLE billed_days (
    number TEXT NOT NULL,
    home INTEGER NOT NULL,
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    base TEXT,
    PRIMARY KEY (number, day)
  ) WITHOUT ROWID;
  CREATE INDEX billed_days_by_home ON billed_days (home, day, version);
  CREATE INDEX billed_days_by_base ON billed_days (base);
`;

interface Options {
  readonly database: DatabaseSync;
  readonly host: Pick<ChainHost, "view" | "proveRow">;
  readonly store: MarketStore;
}

/** By day and version, the proof of each home's statement. */
export type StatementProofs = Map<string, readonly StatementProof[]>;

/** Days before a bill's period that are looked at for corrections, beside those in which the law allows them. */
const LOOKED_BACK = 62;

export class MarketBills {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether each day of the period that had a book is settled, or closed unsettled for ever. */
  isSettled({ from, until }: Period): boolean {
    const view = this.#options.host.view();
    for (let day = from; day < until; day++) {
      const row = view.marketDay(day);
      if (row !== undefined && row.versions === 0 && !row.closed) return false;
    }
    return true;
  }

  /** Whether nothing of the period changes any more but by a correction. */
  isFinal({ from, until }: Period): boolean {
    const view = this.#options.host.view();
    for (let day = from; day < until; day++) if (view.marketDay(day)?.final === false) return false;
    return true;
  }

  /**
   * Days of the period that no bill has, and earlier ones that changed since; refused: network_silent. `proofs` keeps
   * what is reckoned once for all homes.
   */
  async daysOf(home: number, period: Period, proofs: StatementProofs): Promise<BilledDay[]> {
    const { host, store } = this.#options;
    const first = period.from - host.view().parameters.marketCorrectionDays - LOOKED_BACK;
    const days = new Set(store.statementsOf(home, first, period.until - 1).map(({ day }) => day));
    const billed: BilledDay[] = [];
    for (const day of [...days].sort((a, b) => a - b)) {
      const base = this.#billed(home, day);
      if (base === undefined && day < period.from) continue;
      const versions = await this.#versions(home, day, base?.version ?? 1, proofs);
      if (versions.length === 0 || (base !== undefined && versions[0]!.statement.version !== base.version)) {
        continue;
      }
      const one = { day, billedBy: base?.number, versions: differing(versions) };
      if (marketLines([one]).length > 0) billed.push(one);
    }
    return billed;
  }

  /** In the commit that keeps the bill. */
  keep(number: string, home: number, days: readonly BilledDay[]): void {
    const insert = this.#options.database.prepare("INSERT INTO billed_days VALUES (?, ?, ?, ?, ?)");
    for (const { day, billedBy, versions } of days) {
      const base = billedBy === undefined ? null : numberText(billedBy);
      insert.run(number, home, day, versions.at(-1)!.statement.version, base);
    }
  }

  /** Whether a bill that stands counts on from this one. */
  isFollowed(number: string): boolean {
    return this.#options.database
      .prepare("SELECT DISTINCT number FROM billed_days WHERE base = ?")
      .all(number)
      .some(({ number: later }) => this.#stands(later as string));
  }

  /** The last version of the day that a bill which stands has. */
  #billed(
    home: number,
    day: DayNumber,
  ): { readonly number: BillNumber; readonly version: number } | undefined {
    return this.#options.database
      .prepare("SELECT number, version FROM billed_days WHERE home = ? AND day = ? ORDER BY version DESC")
      .all(home, day)
      .filter(({ number }) => this.#stands(number as string))
      .map(({ number, version }) => ({
        number: parseNumber(number as string)!,
        version: version as number,
      }))[0];
  }

  #stands(number: string): boolean {
    const { issuer, year, count } = parseNumber(number)!;
    const row = this.#options.database
      .prepare("SELECT taken_back FROM bills WHERE issuer = ? AND year = ? AND count = ?")
      .get(issuer, year, count);
    return row !== undefined && row.taken_back === null;
  }

  /** Booked ones from a version on that can be proved. */
  async #versions(
    home: number,
    day: DayNumber,
    from: number,
    proofs: StatementProofs,
  ): Promise<ProvenStatement[]> {
    const { store } = this.#options;
    const own = store.statementsOf(home, day, day);
    const proven: ProvenStatement[] = [];
    for (const { version, booked } of store.versions(day)) {
      const kept = own.find((one) => one.version === version);
      if (version < from || booked === undefined || kept === undefined) continue;
      const proof = await this.#booked(day, version);
      if (proof === undefined) continue;
      const statement = decode(statementCodec, kept.bytes);
      if (!statement.ok) throw statement.error;
      const key = `${day}/${version}`;
      const all =
        proofs.get(key) ?? proveStatements(store.statements(day, version).map(({ bytes }) => bytes));
      proofs.set(key, all);
      proven.push({ statement: statement.value, proof: all[kept.place]!, booked: proof });
    }
    return proven;
  }

  /** The day's row when that version was its last: as it was kept then, or as it still is. */
  async #booked(day: DayNumber, version: number): Promise<RowProof | undefined> {
    const { store } = this.#options;
    const kept = store.proofOf(day, version);
    if (kept !== undefined) {
      const read = decode(rowProofCodec, kept);
      if (!read.ok) throw read.error;
      return read.value;
    }
    const proof = await provenVersion(this.#options.host, day, version).catch(() => {
      throw new Refused("network_silent");
    });
    if (proof !== undefined) store.keepProof(day, version, encode(rowProofCodec, proof));
    return proof;
  }
}

/** The row of a day, where that version is its last; rejects where the network does not answer. */
export async function provenVersion(
  host: Pick<ChainHost, "view" | "proveRow">,
  day: DayNumber,
  version: number,
): Promise<RowProof | undefined> {
  const proof =
    host.proveRow === undefined ? host.view().proveMarketDay(day) : await host.proveRow(MARKET_DAYS, day);
  const row = proof?.row === undefined ? undefined : decode(MARKET_DAYS.row, proof.row);
  return row?.ok && row.value.versions === version ? proof : undefined;
}

/** Without those that the next one only repeats; the first and the last stay. */
function differing(versions: readonly ProvenStatement[]): ProvenStatement[] {
  const last = versions.length - 1;
  return versions.filter(
    ({ statement }, i) => i === 0 || i === last || !saysTheSame(statement, versions[i - 1]!.statement),
  );
}
