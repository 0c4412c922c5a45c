/**
 * What single loads took in the span that the archive shows: each with its energy, its part of what the home used and its
 * strip, the figures behind the strips on demand, and an export of its own. A home without such loads has none of it.
 */
import { createEffect, createSignal, on, Show } from "solid-js";
import { parseDay } from "#base/time.ts";
import type { LoadArchive } from "#wire/load-schemas.ts";
import type { Archive } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Icon } from "../../parts/icon.tsx";
import { TableLink } from "../../parts/table-link.tsx";
import { platform } from "../../platform.ts";
import { now, reachable } from "../../session.ts";
import { share } from "../../share.ts";
import { area, t } from "../../strings/dictionary.ts";
import { loads } from "../../strings/loads.ts";
import { createView } from "../../view.ts";
import { LevelWords } from "../monitor/loads/level-words.tsx";
import { LoadStrip } from "../monitor/loads/strip.tsx";
import { degrees, levelName, levelTexts, nameOf, ranText } from "../monitor/loads/words.ts";
import { slotsOf } from "./period.ts";
import { demandOf } from "./sums.ts";
import { slotText } from "./words.ts";

area(loads);

type Load = LoadArchive["loads"][number];

export default function LoadsTaken(props: { archive: Archive; date: string | undefined }) {
  const [asTable, setAsTable] = createSignal(false);
  const query = () => {
    const { period } = props.archive;
    return { period, ...(period === "all" || props.date === undefined ? {} : { date: props.date }) };
  };
  const view = createView<LoadArchive>(
    () => `loads:${query().period}:${query().date ?? ""}`,
    (signal) => platform.call("GET /v1/home/loads/archive", { query: query(), signal }),
  );
  // The archive above was read anew.
  createEffect(
    on(
      () => props.archive,
      () => void view.refresh(),
      { defer: true },
    ),
  );
  const shown = () => {
    const known = view.value();
    return known?.period === props.archive.period && known.loads.length > 0 ? known : undefined;
  };
  const bucketS = (of: LoadArchive) => (of.to - of.from) / of.starts.length;
  const usedWh = () => demandOf(props.archive.totals.flowsWh);
  return (
    <Show when={shown()}>
      {(taken) => (
        <section class="split loads-taken">
          <div class="head">
            <div>
              <h2>
                {t("loads.took")} <span class="sub">{t("archive.units")}</span>
              </h2>
              <p class="sub">{t("loads.took_sub")}</p>
            </div>
            <Show when={reachable()}>
              <div class="right">
                <a
                  class="btn quiet"
                  href={csvPath(query())}
                  download={`contrada-loads-${taken().period}.csv`}
                >
                  <span class="with-icon">
                    <Icon name="download" size={18} />
                    {t("loads.export")}
                  </span>
                </a>
              </div>
            </Show>
          </div>
          <DataTable
            caption={t("loads.took")}
            rows={taken().loads}
            columns={[
              { head: t("loads.col_load"), cell: nameOf },
              { head: "kWh", cell: (load) => kwh(load.totalWh) },
              {
                head: t("loads.col_share"),
                cell: (load) =>
                  load.kind === "chp" ? t("loads.made") : local.percent(share(load.totalWh, usedWh())),
              },
              {
                head: t("loads.col_when"),
                left: true,
                cell: (load) => (
                  <div class="taken-when">
                    <LoadStrip
                      load={load}
                      bucketS={bucketS(taken())}
                      now={(now() - taken().from) / bucketS(taken())}
                    />
                    <Show when={taken().period === "day"}>
                      <small>{ranText(load, taken())}</small>
                      <Show when={levelTexts(load).length > 0}>
                        <br />
                        <small>
                          <LevelWords texts={levelTexts(load)} />
                        </small>
                      </Show>
                    </Show>
                  </div>
                ),
              },
            ]}
          />
          <TableLink shown={asTable()} onChange={setAsTable} />
          <Show when={asTable()}>
            <Figures taken={taken()} archive={props.archive} />
          </Show>
        </section>
      )}
    </Show>
  );
}

/** The buckets that were heard of, a column for each load. */
function Figures(props: { taken: LoadArchive; archive: Archive }) {
  const names = () => {
    const { bucket, fromDay, toDay } = props.archive;
    const span = { first: parseDay(fromDay)!, last: parseDay(toDay)! };
    return new Map(slotsOf(zone(), bucket, span).map((slot) => [slot.start, slotText(slot, bucket)]));
  };
  const nameAt = (start: number) =>
    props.taken.period === "day" ? local.clockTime(start) : (names().get(start) ?? local.date(start));
  const rows = () =>
    props.taken.starts
      .map((start, i) => ({ start, i }))
      .filter(({ i }) => props.taken.loads.some(({ energyWh }) => energyWh[i] != null));
  return (
    <DataTable
      caption={`${t("loads.took")}: ${t("loads.col_when")}`}
      rows={rows()}
      columns={[
        { head: t("loads.col_when"), cell: ({ start }) => nameAt(start) },
        ...props.taken.loads.flatMap((load: Load) => [
          {
            head: nameOf(load),
            cell: ({ i }: { i: number }) => {
              const wh = load.energyWh[i];
              return wh == null ? "" : kwh(wh, props.taken.period === "day" ? 2 : 1);
            },
          },
          ...(load.levels ?? []).map(({ of, values }) => ({
            head: (
              <>
                <span>{nameOf(load)}</span>, <span>{levelName(of, load.kind)}</span>
              </>
            ),
            cell: ({ i }: { i: number }) => {
              const value = values[i];
              if (value == null) return "";
              return of === "charge" ? local.percent(value / 100) : degrees(Math.round(value * 2) / 2);
            },
          })),
        ]),
      ]}
    />
  );
}

function kwh(wh: number, decimals = 1): string {
  return local.number(wh / 1000, decimals);
}

function csvPath({ period, date }: { period: string; date?: string }): string {
  return `/v1/home/loads/archive.csv?period=${period}${date === undefined ? "" : `&date=${date}`}`;
}
