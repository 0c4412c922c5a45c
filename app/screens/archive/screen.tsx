/**
 * F4. `/archive/<period>/<day>`: the energy of a day, week, month, year or of all time, what was sold of it, and
 * the transactions. Chart, totals and tables always cover the same span.
 */
import { createMemo, onCleanup, Show, Suspense } from "solid-js";
import { dayOf, formatDay, parseDay, quarterHoursOf } from "#base/time.ts";
import type { Archive, Period } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { part } from "../../part.ts";
import { Head } from "../../parts/head.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { navigate, segments } from "../../router.ts";
import { now, onStream, reachable, session } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Figures } from "./figures.tsx";
import { PERIODS, shifted, spanOf } from "./period.ts";
import { EnergyTable, SalesTable } from "./tables.tsx";
import { UsedAndSold } from "./used-and-sold.tsx";
import { spanText } from "./words.ts";
import "../../parts/trading.css";
import "./archive.css";

const LoadsTaken = part(() => import("./loads-taken.tsx"));

export function ArchiveScreen() {
  const today = createMemo(() => dayOf(zone(), now()));
  const period = createMemo((): Period => PERIODS.find((one) => one === segments()[1]) ?? "month");
  const day = createMemo(() => Math.min(parseDay(segments()[2] ?? "") ?? today(), today()));
  /** "All" has no date; a period is named by its first day, so that one span is one document. */
  const date = createMemo(() => {
    const of = period();
    return of === "all" ? undefined : formatDay(spanOf(of, day()).first);
  });
  const view = createView(
    () => (session() == null ? undefined : `archive:${period()}:${date() ?? ""}`),
    (signal) =>
      platform.call("GET /v1/home/archive", {
        query: { period: period(), ...(date() === undefined ? {} : { date: date()! }) },
        signal,
      }),
  );
  // What is still running grows: with every sale, and with every quarter hour.
  onCleanup(onStream("sale", () => void view.refresh()));
  onCleanup(
    onStream(
      "block",
      quarterHourly(() => void view.refresh()),
    ),
  );

  const go = (to: Period, at: number) => navigate(`/archive/${to}/${formatDay(at)}`);
  const step = (by: -1 | 1) => {
    const of = period();
    if (of !== "all") go(of, shifted(of, day(), by));
  };
  const mayGoOn = () => {
    const of = period();
    return of !== "all" && spanOf(of, day()).last < today();
  };
  const mayGoBack = () => period() !== "all" && view.value()?.previous !== null;

  return (
    <>
      <Head title={t("archive.title")} sub={<Sub archive={view.value()} />}>
        <Segmented
          label={t("archive.span")}
          options={PERIODS.map((value) => ({ value, label: t(`archive.${value}`) }))}
          value={period()}
          onChange={(to) => go(to, day())}
        />
        <div class="steps-in-time">
          <button
            type="button"
            class="btn quiet square"
            aria-label={t("archive.earlier")}
            disabled={!mayGoBack()}
            onClick={() => step(-1)}
          >
            <Icon name="left" size={18} />
          </button>
          <input
            type="date"
            class="date"
            aria-label={t("archive.jump")}
            value={formatDay(day())}
            max={formatDay(today())}
            disabled={period() === "all"}
            onChange={(event) => {
              const at = parseDay(event.currentTarget.value);
              if (at !== undefined) go(period(), at);
            }}
          />
          <button
            type="button"
            class="btn quiet square"
            aria-label={t("archive.later")}
            disabled={!mayGoOn()}
            onClick={() => step(1)}
          >
            <Icon name="right" size={18} />
          </button>
          <Show when={reachable()}>
            <a
              class="btn quiet export"
              href={csvPath(period(), date())}
              download={`contrada-${period()}-${date() ?? "all"}.csv`}
            >
              <span class="with-icon">
                <Icon name="download" size={18} />
                <span class="word">{t("archive.export")}</span>
              </span>
            </a>
          </Show>
        </div>
      </Head>
      <Loaded view={view} heights={[56, 16, 260]}>
        {(archive) => (
          <>
            <Figures archive={archive()} today={today()} />
            <UsedAndSold archive={archive()} onOpen={(to, at) => go(to, at)} />
            <EnergyTable archive={archive()} onOpen={(to, at) => go(to, at)} />
            <Suspense>
              <LoadsTaken archive={archive()} date={date()} />
            </Suspense>
            <SalesTable sales={archive().sales} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Sub(props: { archive: Archive | undefined }) {
  const text = () => {
    const archive = props.archive;
    if (archive === undefined) return "\u00a0";
    const place = tCode(`zone.${zone().name}`, {}) ?? zone().name.split("/").at(-1)!.replaceAll("_", " ");
    const span = spanText(archive);
    const first = parseDay(archive.fromDay)!;
    const quarters = archive.period === "day" ? quarterHoursOf(zone(), first) : 96;
    return quarters === 96
      ? t("archive.sub", { span, zone: place })
      : t("archive.sub_changed", { span, zone: place, hours: local.number(quarters / 4) });
  };
  return <>{text()}</>;
}

function csvPath(period: Period, date: string | undefined): string {
  return `/v1/home/archive.csv?period=${period}${date === undefined ? "" : `&date=${date}`}`;
}

/** Calls at the first block of each quarter hour. */
function quarterHourly(call: () => void): (block: { readonly time: number }) => void {
  let last: number | undefined;
  return ({ time }) => {
    const quarter = Math.floor(time / 900);
    if (last !== undefined && quarter !== last) call();
    last = quarter;
  };
}
