/**
 * Turns what homes say of their loads, now and again, into quarter hours for the archive: whoever runs a home, the
 * simulation or a gateway, is heard alike. A report counts energy since midnight; the difference of two of them is what
 * the load took between, spread evenly over the quarter hours that it touches. Where nothing was heard for more than an
 * hour nobody knows when it was, and those quarter hours stay empty. What a load holds (a car's charge, the warmth of a
 * store and of rooms) is among the numbers of a report and is kept as each quarter hour ends, in proportion between two.
 */
import { dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds, type Zone } from "#base/time.ts";
import { LOAD_LEVELS, type LoadState } from "#wire/load-preferences.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import { type Levels, LOADS_MAX, type LoadArchive, type LoadQuarter } from "./load-archive.ts";

const SILENCE_S = 3_600;
/** A box may begin its day a little late. */
const MIDNIGHT_S = 120;
/** From so much on, a load ran in a quarter hour, Wh: less is a lamp on its front. */
const RUNS_WH = 1;

interface Followed {
  report: LoadReport;
  time: UnixSeconds;
  /** The quarter hour that is not over. */
  start: UnixSeconds;
  /** Of it, with what rounding left over before. */
  wh: number;
  /** At `time`. */
  levels: Levels;
}

export class LoadRecord {
  readonly #archive: LoadArchive;
  readonly #zone: Zone;
  /** By home and load. */
  readonly #followed = new Map<number, Map<string, Followed>>();
  #ended: LoadQuarter[] = [];

  constructor(archive: LoadArchive, zone: Zone) {
    this.#archive = archive;
    this.#zone = zone;
  }

  /** What a home's loads stand at; a report that is older than the last one is passed over. */
  hear(home: number, time: UnixSeconds, reports: readonly LoadReport[]): void {
    let loads = this.#followed.get(home);
    if (loads === undefined) this.#followed.set(home, (loads = new Map()));
    for (const report of reports) {
      const known = loads.get(report.id);
      if (known === undefined || time - known.time > SILENCE_S) {
        if (known !== undefined) this.#end(home, known);
        else if (loads.size >= LOADS_MAX) continue;
        loads.set(report.id, { report, time, start: quarterHourOf(time), wh: 0, levels: levelsOf(report) });
      } else if (time > known.time) {
        this.#follow(home, known, time, report);
      }
    }
  }

  /** Hands the quarter hours that are over to the archive. */
  flush(): void {
    const ended = this.#ended;
    this.#ended = [];
    this.#archive.store(ended);
  }

  /** Keeps what is known of the running quarter hour, too. */
  close(): void {
    for (const [home, loads] of this.#followed) for (const known of loads.values()) this.#end(home, known);
    this.#followed.clear();
    this.flush();
  }

  #follow(home: number, known: Followed, time: UnixSeconds, report: LoadReport): void {
    const wh = this.#between(known, time, report.todayWh);
    const seconds = time - known.time;
    const [before, after] = [{ time: known.time, levels: known.levels }, levelsOf(report)];
    known.report = report;
    for (let from = known.time; from < time; ) {
      const to = Math.min(time, known.start + QUARTER_HOUR_S);
      known.wh += (wh * (to - from)) / seconds;
      known.time = to;
      known.levels = between(before.levels, after, (to - before.time) / seconds);
      from = to;
      if (to < known.start + QUARTER_HOUR_S) continue;
      this.#end(home, known);
      known.start += QUARTER_HOUR_S;
    }
  }

  /** Energy since the last report, Wh: the count begins anew at midnight. */
  #between(known: Followed, time: UnixSeconds, todayWh: number): number {
    const more = todayWh - known.report.todayWh;
    // The last second before an instant tells which day it ends.
    const isNewDay = dayOf(this.#zone, time - 1) !== dayOf(this.#zone, known.time - 1);
    const surelyAnew = isNewDay && dayOf(this.#zone, time - 1 - MIDNIGHT_S) === dayOf(this.#zone, time - 1);
    return more < 0 || surelyAnew ? todayWh : more;
  }

  /** What is less than a watt-hour goes on into the next. */
  #end(home: number, known: Followed): void {
    const { id, kind, name, state } = known.report;
    if (known.time <= known.start) return;
    const energyWh = Math.max(0, Math.round(known.wh));
    known.wh -= energyWh;
    this.#ended.push({
      ...{ home, id, kind, name, start: known.start, energyWh },
      ...{ state: stateIn(state, energyWh), levels: known.levels },
    });
  }
}

/** By what it took: the state at its end alone may be that of the last second. */
function stateIn(atEnd: LoadState, energyWh: number): LoadState {
  if (energyWh >= RUNS_WH) return atEnd === "limited" ? "limited" : "running";
  return atEnd === "running" ? "idle" : atEnd;
}

/** By the names of `docs/home/loads.md`; of a car that is away nobody knows it. */
function levelsOf({ state, numbers }: LoadReport): Levels {
  const { storedPercent, tankC, waterC = tankC, roomC } = numbers;
  return {
    ...(storedPercent !== undefined && state !== "away" && { charge: storedPercent }),
    ...(waterC !== undefined && { tank: waterC }),
    ...(roomC !== undefined && { room: roomC }),
  };
}

/** `share` of the way from one to the other; what only the later one tells is as there. */
function between(before: Levels, after: Levels, share: number): Levels {
  return Object.fromEntries(
    LOAD_LEVELS.flatMap((level) => {
      const [from, to] = [before[level], after[level]];
      return to === undefined ? [] : [[level, from === undefined ? to : from + (to - from) * share]];
    }),
  );
}
