/** A load in words: what it is, why it runs or waits, and what its owner wants of it. */
import type { HomeLoad, LoadArchive, LoadHistory, LoadPreferences } from "#wire/load-schemas.ts";
import { local } from "../../../local.ts";
import { t, tCode } from "../../../strings/dictionary.ts";
import { type LevelSpan, spansOf } from "./levels.ts";
import { runsOf } from "./runs.ts";

export function nameOf(load: Pick<HomeLoad, "kind" | "name">): string {
  return load.name ?? t(`loads.kind.${load.kind}`);
}

export function degrees(celsius: number): string {
  return `${local.number(celsius, Number.isInteger(celsius) ? 0 : 1)}\u00a0°C`;
}

export function minuteText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Why, in one sentence with its numbers, and when it is to run next; the code itself where the app does not know it. */
export function whyOf({ code, numbers, nextRun }: HomeLoad): string {
  const values: Record<string, string> = {};
  const say = (placeholder: string, name: string, words: (value: number) => string) => {
    const value = numbers[name];
    if (value !== undefined) values[placeholder] = words(value);
  };
  say("stored", "storedPercent", (value) => local.percent(value / 100));
  say("target", "targetPercent", (value) => local.percent(value / 100));
  say("ready", "readyBy", local.clockTime);
  say("surplus", "surplusW", (value) => local.power(value));
  say("usual", "usualW", (value) => local.power(value));
  say("price", "importPrice", (value) => local.ratePerKwh(value, 2));
  say("span", "missingS", (value) => local.span(value));
  say("room", "roomC", (value) => degrees(Math.round(value * 2) / 2));
  say("tank", "tankC", (value) => degrees(Math.round(value)));
  // Not every device tells its temperatures.
  const reason = tCode(`loads.why.${code}`, values) ?? tCode(`loads.why.${code}.untold`, values) ?? code;
  const why = [reason, contactsText(numbers)].filter((one) => one !== undefined).join(" ");
  if (nextRun === null) return why;
  const next = t("loads.next", { from: local.clockTime(nextRun.from), to: local.clockTime(nextRun.to) });
  return `${why} ${next}`;
}

/** How the contacts of a heat pump stand that listens to nothing else. */
function contactsText({ sgState, blocksLeft = 0 }: HomeLoad["numbers"]): string | undefined {
  return sgState === undefined ? undefined : tCode(`loads.sg.${sgState}`, { left: blocksLeft });
}

/** When it ran in a day: each time, or, of what goes on and off all day, how often and how long. */
export function ranText(took: LoadHistory, { starts, to }: LoadArchive): string {
  const runs = runsOf(took, starts, to);
  if (runs.length === 0) return t("loads.ran_not");
  if (runs.length > RUNS_TOLD) {
    const seconds = runs.reduce((sum, run) => sum + run.to - run.from, 0);
    return t("loads.ran_often", { times: local.number(runs.length), span: local.span(seconds) });
  }
  const spans = runs.map((run) => `${local.clockTime(run.from)}–${local.clockTime(run.to)}`);
  return t("loads.ran", { spans: spans.join(", ") });
}

const RUNS_TOLD = 4;

/** What it held in a day: a sentence for each level that was heard of. */
export function levelTexts(took: LoadHistory): readonly string[] {
  return spansOf(took).map((span) => levelText(span, took.kind));
}

function levelText({ of, first, last, least, most }: LevelSpan, kind: LoadHistory["kind"]): string {
  if (of === "charge") {
    const [from, to] = [local.percent(first / 100), local.percent(last / 100)];
    return from === to ? t("loads.charge_at", { percent: from }) : t("loads.charge_from", { from, to });
  }
  const what = levelName(of, kind);
  const [from, to] = [degrees(Math.round(least * 2) / 2), degrees(Math.round(most * 2) / 2)];
  return from === to ? t("loads.warm_at", { what, at: from }) : t("loads.warm_from", { what, from, to });
}

/** A boiler's store is its water. */
export function levelName(of: LevelSpan["of"], kind: LoadHistory["kind"]): string {
  return t(of === "tank" && kind === "boiler" ? "loads.level.water" : `loads.level.${of}`);
}

export function priorityText(priority: number): string {
  if (priority === 1) return t("loads.priority_first");
  if (priority === 9) return t("loads.priority_last");
  return t("loads.priority_of", { number: local.number(priority) });
}

/** What is signed, row by row; what a kind does not have is left out. */
export function preferenceRows(preferences: LoadPreferences): { term: string; value: string }[] {
  const { mode, readyByMinute, targetPercent, roomMinC, tankMinC, tankMaxC, priority } = preferences;
  const row = (term: string, value: string | undefined) => (value === undefined ? [] : [{ term, value }]);
  const said = <V>(value: V | null, say: (value: V) => string) => (value === null ? undefined : say(value));
  return [
    ...row(t("loads.mode"), t(`loads.mode.${mode}`)),
    ...row(
      t("loads.target"),
      said(targetPercent, (percent) => local.percent(percent / 100)),
    ),
    ...row(t("loads.ready_by"), said(readyByMinute, minuteText)),
    ...row(t("loads.room_min"), said(roomMinC, degrees)),
    ...row(t("loads.tank_min"), said(tankMinC, degrees)),
    ...row(t("loads.tank_max"), said(tankMaxC, degrees)),
    ...row(t("loads.priority"), priorityText(priority)),
  ];
}
