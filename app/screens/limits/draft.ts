/**
 * A limit as it is being written: texts and choices, what is wrong with each, and the limit that they come to. The
 * bounds are those of `control/operator-limit`, by which platform and home judge the letter.
 */
import { dayOf, dayStart, QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import {
  FAILSAFE_MAX_S,
  LEAST_IMPORT_W,
  LIMIT_MAX_S,
  LIMIT_MAX_W,
  type LimitReason,
  type OperatorLimit,
} from "#control/operator-limit.ts";

export const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
export type Unit = keyof typeof UNITS;

export interface LimitDraft {
  /** W; empty: not limited. */
  readonly importText: string;
  readonly exportText: string;
  readonly from: UnixSeconds | "now";
  readonly lasts: string;
  readonly unit: Unit;
  readonly reason: LimitReason;
  readonly hasFailsafe: boolean;
  readonly failsafeImport: string;
  readonly failsafeExport: string;
  /** Seconds of silence, then minutes that it holds. */
  readonly silence: string;
  readonly holds: string;
}

export const BLANK: LimitDraft = {
  ...{ importText: "", exportText: "", from: "now", lasts: "60", unit: "minutes", reason: "congestion" },
  ...{ hasFailsafe: false, failsafeImport: "", failsafeExport: "", silence: "120", holds: "120" },
};

/** What may be wrong, each with its sentence. */
export const FLAWS = [
  "import",
  "export",
  "neither",
  "begins",
  "lasts",
  "failsafe_import",
  "failsafe_export",
  "failsafe_neither",
  "silence",
  "holds",
] as const;
export type Flaw = (typeof FLAWS)[number];

export type Judged = { readonly limit: OperatorLimit } | { readonly flaws: ReadonlySet<Flaw> };

/** `now`: a limit that begins now begins then, and one that is over by then is none. */
export function judge(draft: LimitDraft, now: UnixSeconds): Judged {
  const flaws = new Set<Flaw>();
  const powers = (into: string, out: string, name: "" | "failsafe_") => {
    const importPowerMaxW = wattsOf(into, LEAST_IMPORT_W);
    const exportPowerMaxW = wattsOf(out, 0);
    if (importPowerMaxW === undefined) flaws.add(`${name}import`);
    if (exportPowerMaxW === undefined) flaws.add(`${name}export`);
    if (importPowerMaxW === null && exportPowerMaxW === null) flaws.add(`${name}neither`);
    return { importPowerMaxW: importPowerMaxW ?? null, exportPowerMaxW: exportPowerMaxW ?? null };
  };
  const bounds = powers(draft.importText, draft.exportText, "");
  const from = draft.from === "now" ? now : draft.from;
  const seconds = spanOf(draft.lasts, UNITS[draft.unit], LIMIT_MAX_S);
  if (seconds === undefined) flaws.add("lasts");
  else if (from + seconds <= now || from > now + LIMIT_MAX_S) flaws.add("begins");
  let failsafe: OperatorLimit["failsafe"] = null;
  if (draft.hasFailsafe) {
    const afterS = spanOf(draft.silence, 1, FAILSAFE_MAX_S);
    const durationS = spanOf(draft.holds, UNITS.minutes, FAILSAFE_MAX_S);
    if (afterS === undefined) flaws.add("silence");
    if (durationS === undefined) flaws.add("holds");
    const least = powers(draft.failsafeImport, draft.failsafeExport, "failsafe_");
    failsafe = { ...least, afterS: afterS ?? 0, durationS: durationS ?? 0 };
  }
  if (flaws.size > 0) return { flaws };
  return { limit: { ...bounds, from, until: from + seconds!, reason: draft.reason, failsafe } };
}

/** What stands, to be changed: it begins at once and lasts as long as was left. */
export function draftOf(limit: OperatorLimit, now: UnixSeconds): LimitDraft {
  const text = (watts: number | null | undefined) => (watts == null ? "" : String(watts));
  const { failsafe } = limit;
  return {
    ...BLANK,
    importText: text(limit.importPowerMaxW),
    exportText: text(limit.exportPowerMaxW),
    from: limit.from > now ? limit.from : "now",
    lasts: String(Math.max(1, Math.ceil((limit.until - Math.max(limit.from, now)) / UNITS.minutes))),
    reason: limit.reason,
    ...(failsafe !== null && {
      hasFailsafe: true,
      failsafeImport: text(failsafe.importPowerMaxW),
      failsafeExport: text(failsafe.exportPowerMaxW),
      silence: String(failsafe.afterS),
      holds: String(Math.max(1, Math.round(failsafe.durationS / UNITS.minutes))),
    }),
  };
}

const QUARTERS = 8;
const HOURS = 24;
const DAYS = 6;

/** When a limit may begin, beside at once: the coming quarter hours, then full hours, then midnights. Ascending. */
export function beginnings(now: UnixSeconds, zone: Zone): UnixSeconds[] {
  const times = new Set<UnixSeconds>();
  const quarter = Math.floor(now / QUARTER_HOUR_S) * QUARTER_HOUR_S;
  for (let i = 1; i <= QUARTERS; i++) times.add(quarter + i * QUARTER_HOUR_S);
  const hour = Math.floor(now / UNITS.hours) * UNITS.hours;
  for (let i = 1; i <= HOURS; i++) times.add(hour + i * UNITS.hours);
  for (let i = 1; i <= DAYS; i++) times.add(dayStart(zone, dayOf(zone, now) + i));
  return [...times].sort((a, b) => a - b);
}

/** Whole watts; `null` of nothing written, `undefined` of what is no such number. */
function wattsOf(text: string, least: number): number | null | undefined {
  const written = text.replace(/\s/g, "");
  if (written === "") return null;
  if (!/^\d{1,9}$/.test(written)) return undefined;
  const watts = Number(written);
  return watts >= least && watts <= LIMIT_MAX_W ? watts : undefined;
}

function spanOf(text: string, unitS: number, mostS: number): number | undefined {
  const written = text.replace(/\s/g, "");
  if (!/^\d{1,9}$/.test(written)) return undefined;
  const seconds = Number(written) * unitS;
  return seconds > 0 && seconds <= mostS ? seconds : undefined;
}
