/** The day as a timeline, with the choice of its span and its table twin. */
import { createEffect, createMemo, createSignal, on, onCleanup, Show, Suspense } from "solid-js";
import type { HomePlan } from "#wire/home-schemas.ts";
import type { Series } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { part } from "../../part.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { Bones, Empty, Loaded } from "../../parts/states.tsx";
import { TableLink } from "../../parts/table-link.tsx";
import { platform } from "../../platform.ts";
import { live, now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { planRows, withPlan } from "./plan-ahead.ts";
import { endOf, growSeries, rangeOf, SPANS, type Span, tableRows } from "./timeline.ts";

const TimelineChart = part(async () => ({ default: (await import("./timeline-chart.tsx")).TimelineChart }));

/** At most this often the series is read again while live values fill its end, ms of this device's clock. */
const READ_EVERY = 5000;
const READ_SOON = 1000;

export function Day(props: {
  plan: HomePlan | null | undefined;
  /** Called when the day is drawn, or there is nothing of it to draw: what stands below may come now. */
  onStands: () => void;
}) {
  const [span, setSpan] = createSignal<Span>("day");
  const [asTable, setAsTable] = createSignal(false);
  const range = createMemo(() => rangeOf(span(), zone(), now()), undefined, {
    equals: (a, b) => a.from === b.from && a.to === b.to,
  });
  const view = createView<Series>(
    () => `series:${span()}`,
    (signal) => platform.call("GET /v1/home/series", { query: range(), signal }),
  );

  // Between two readings the newest live value carries the series on.
  const [series, setSeries] = createSignal<Series>();
  createEffect(on(view.value, (value) => setSeries(value)));
  let lastRead = Date.now();
  createEffect(
    on(live, (heard) => {
      const known = series();
      if (heard === undefined || known === undefined) return;
      const missing = heard.value.time - endOf(known) > 0;
      if (!missing || heard.value.time - endOf(known) <= known.stepS)
        setSeries(growSeries(known, heard.value));
      // After a jump there is a hole before the newest value, which should not be looked at for long.
      const pause = heard.value.time - endOf(known) > known.stepS ? READ_SOON : READ_EVERY;
      if ((missing || heard.value.time > endOf(view.value() ?? known)) && Date.now() - lastRead > pause) {
        lastRead = Date.now();
        void view.refresh();
      }
    }),
  );
  createEffect(
    on(
      () => range().to - (span() === "hour" ? range().to : 0),
      () => void view.refresh(),
      { defer: true },
    ),
  );
  onCleanup(() => setSeries(undefined));
  createEffect(() => {
    if (series()?.time.length === 0) props.onStands();
  });

  // The chart comes when it is about to be seen: on a phone it stands below the first view.
  const [near, setNear] = createSignal(false);
  let section: HTMLElement | undefined;
  createEffect(() => {
    // Before the first values the page is short, and everything on it seems near.
    if (near() || live() === undefined) return;
    const observer = new IntersectionObserver(
      (seen) => setNear(seen.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: "160px" },
    );
    observer.observe(section!);
    onCleanup(() => observer.disconnect());
  });

  /** What was measured and, from its end on, what is planned. */
  const shown = createMemo(() => {
    const known = series();
    if (known === undefined || props.plan == null || span() === "hour") return known;
    const from = known.time.length === 0 ? range().from : endOf(known);
    return withPlan(known, planRows(props.plan, known.stepS, from, range().to));
  });
  const title = () =>
    t(
      span() === "hour"
        ? "day.hour_title"
        : span() === "two"
          ? "day.two_title"
          : span() === "ahead"
            ? "day.ahead_title"
            : "day.title",
    );
  return (
    <section class="split day" ref={section}>
      <div class="head">
        <h2>{title()}</h2>
        <div class="right">
          <Legend
            items={[
              ...(live()?.value.solarPeakW === 0
                ? []
                : [{ energy: "solar", label: t("day.from_panels") } as const]),
              ...(live()?.value.accumulator === null
                ? []
                : [{ energy: "accumulator", label: t("day.from_accumulator") } as const]),
              { energy: "microgrid", label: t("day.from_microgrid") },
              ...(live()?.value.solarPeakW === 0
                ? []
                : [{ energy: "solar", label: t("day.production"), line: true } as const]),
            ]}
          />
          <Segmented
            label={t("day.span")}
            options={SPANS.filter((one) => one !== "ahead" || props.plan != null).map((value) => ({
              value,
              label: t(`day.${value}`),
            }))}
            value={span()}
            onChange={setSpan}
          />
        </div>
      </div>
      <Loaded view={view} heights={[210, 46, 30]}>
        {() => (
          <Show when={series()?.time.length} fallback={<Empty title={t("day.empty")} />}>
            <div class="timeline-room">
              <Show when={near()}>
                <Suspense fallback={<Bones heights={[210, 46, 30]} />}>
                  <TimelineChart
                    series={shown()!}
                    plan={span() === "hour" ? undefined : (props.plan ?? undefined)}
                    span={span()}
                    range={range()}
                    now={now()}
                    capacityWh={live()?.value.accumulator?.capacityWh}
                    reserveWh={live()?.value.accumulator?.reserveWh}
                    onStands={props.onStands}
                  />
                </Suspense>
              </Show>
            </div>
            <TableLink shown={asTable()} onChange={setAsTable} />
            <Show when={asTable()}>
              <Table series={shown()!} span={span()} range={range()} title={title()} />
            </Show>
          </Show>
        )}
      </Loaded>
    </section>
  );
}

function Table(props: { series: Series; span: Span; range: ReturnType<typeof rangeOf>; title: string }) {
  const kw = (watts: number) => local.number(watts / 1000, 2);
  const rows = () =>
    tableRows(props.series, props.range, props.span === "hour" ? Math.max(300, props.series.stepS) : 3600);
  return (
    <DataTable
      caption={props.title}
      rows={rows()}
      columns={[
        { head: t("day.time"), cell: (row) => local.when(row.from) },
        {
          head: t("day.col_used"),
          cell: (row) => kw(row.homeFromSolarW + row.homeFromAccumulatorW + row.homeFromGridW),
        },
        { head: t("day.col_panels"), cell: (row) => kw(row.homeFromSolarW) },
        { head: t("day.col_accumulator"), cell: (row) => kw(row.homeFromAccumulatorW) },
        { head: t("day.col_microgrid"), cell: (row) => kw(row.homeFromGridW) },
        { head: t("day.col_produced"), cell: (row) => kw(row.solarW) },
        { head: t("day.col_out"), cell: (row) => kw(row.exportW) },
        { head: t("day.col_stored"), cell: (row) => local.number(row.storedWh / 1000, 1) },
        { head: t("day.col_price"), cell: (row) => local.rate(row.importPriceMicroEurPerKwh, 2) },
      ]}
    />
  );
}
