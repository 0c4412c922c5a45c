/**
 * How the supplier keeps its word, as everybody can see it: a calendar of the past days with the rate that was signed
 * before each began, and the record beside the other suppliers'.
 */
import { createMemo, For, Show } from "solid-js";
import { civilDate, formatDay, parseDay, weekday } from "#base/time.ts";
import type { SupplierReliability } from "#wire/market-schemas.ts";
import type { SupplierDesk } from "#wire/schemas.ts";
import { weekdayName } from "../../format.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { platform } from "../../platform.ts";
import { language, t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";

/** Four weeks back, from a Monday on. */
const DAYS = 28;

export function SupplierRecord(props: { desk: SupplierDesk }) {
  const view = createView(
    () => "suppliers",
    (signal) => platform.call("GET /v1/suppliers", { signal }),
  );
  const own = () => view.value()?.find(({ member }) => member === props.desk.member);
  return (
    <section class="two">
      <div class="split">
        <h2>{t("supplier.calendar")}</h2>
        <Calendar desk={props.desk} countedFrom={firstCounted(props.desk, own())} />
        <p class="sub">{t("supplier.calendar_why")}</p>
      </div>
      <div class="split">
        <h2>{t("supplier.record")}</h2>
        <Show when={own()}>
          {(one) => (
            <p class="reason">
              {t("supplier.record_days", { signed: one().daysWithRate, days: one().days })}
              <small>{t("supplier.record_sales", { paid: one().salesPaid, sales: one().sales })}</small>
            </p>
          )}
        </Show>
        <Show when={view.value()}>{(all) => <Others all={all()} own={props.desk.member} />}</Show>
      </div>
    </section>
  );
}

/** The first day that the record looks at. */
function firstCounted({ today }: SupplierDesk, own: SupplierReliability | undefined): number {
  return parseDay(today)! - ((own?.days ?? 1) - 1);
}

function Calendar(props: { desk: SupplierDesk; countedFrom: number }) {
  const today = () => parseDay(props.desk.today)!;
  const rates = createMemo(
    () => new Map(props.desk.rates.map((rate) => [rate.day, rate.rateMicroEurPerKwh])),
  );
  const days = () => {
    const first = today() - DAYS + 1;
    const monday = first - (weekday(first) - 1);
    return Array.from({ length: today() + 2 - monday }, (_, i) => monday + i);
  };
  return (
    <ol class="rate-calendar" aria-label={t("supplier.calendar")}>
      <For each={[1, 2, 3, 4, 5, 6, 7]}>
        {(day) => (
          <li class="weekday" aria-hidden="true">
            {weekdayName(language(), day)}
          </li>
        )}
      </For>
      <For each={days()}>
        {(day) => {
          const rate = () => rates().get(formatDay(day));
          const state = () =>
            rate() !== undefined
              ? "signed"
              : day > today()
                ? "ahead"
                : day < props.countedFrom
                  ? "before"
                  : "none";
          return (
            <li class={state()} classList={{ today: day === today() }}>
              <small>{local.dayText(formatDay(day), false)}</small>
              <small class="day-only" aria-hidden="true">
                {civilDate(day).day}
              </small>
              <b>
                {rate() === undefined
                  ? t(`supplier.day_${state() as "ahead" | "before" | "none"}`)
                  : local.rate(rate()!)}
              </b>
            </li>
          );
        }}
      </For>
    </ol>
  );
}

function Others(props: { all: readonly SupplierReliability[]; own: number }) {
  const share = (part: number, whole: number) => (whole === 0 ? "–" : local.percent(part / whole));
  const columns = (): readonly Column<SupplierReliability>[] => [
    {
      head: t("supplier.col_supplier"),
      cell: (one) => (one.member === props.own ? t("supplier.you", { name: one.name }) : one.name),
    },
    { head: t("supplier.col_on_time"), cell: (one) => share(one.daysWithRate, one.days) },
    { head: t("supplier.col_paid_share"), cell: (one) => share(one.salesPaid, one.sales) },
    {
      head: t("supplier.col_mean"),
      cell: (one) => (one.meanRateMicroEurPerKwh === null ? "–" : local.rate(one.meanRateMicroEurPerKwh)),
    },
    { head: t("supplier.col_bought"), cell: (one) => local.number(one.boughtWh / 1000, 1) },
  ];
  return <DataTable caption={t("supplier.record")} columns={columns()} rows={props.all} />;
}
