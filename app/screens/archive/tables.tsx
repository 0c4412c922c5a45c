/** The archive in figures: energy by hour, day or month, and the sales with their way into the ledger. */
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { parseDay } from "#base/time.ts";
import type { Archive, FlowsWh, Sale } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { type Slot, slotsOf } from "./period.ts";
import { demandOf, isEmpty, ownShareOf, producedOf, sinceBeginning } from "./sums.ts";
import { slotText } from "./words.ts";

interface Row {
  readonly name: string;
  readonly missing: number;
  readonly open: (() => void) | undefined;
  readonly flowsWh: FlowsWh;
  readonly soldWh: number;
  readonly earnedMicroEur: number;
}

type Open = (period: "day" | "month", day: number) => void;

export function EnergyTable(props: { archive: Archive; onOpen: Open }) {
  const [everyDay, setEveryDay] = createSignal(false);
  const rows = createMemo((): readonly Row[] => {
    const { archive } = props;
    const span = { first: parseDay(archive.fromDay)!, last: parseDay(archive.toDay)! };
    const slots = new Map(slotsOf(zone(), archive.bucket, span).map((slot) => [slot.start, slot]));
    return [...sinceBeginning(archive.buckets)]
      .map((bucket) => {
        const slot: Slot = slots.get(bucket.start) ?? {
          start: bucket.start,
          label: 0,
          repeated: false,
          day: parseDay(bucket.day),
        };
        const { day } = slot;
        return {
          name: slotText(slot, archive.bucket),
          missing: bucket.missingIntervals,
          open:
            day === undefined
              ? undefined
              : () => props.onOpen(archive.bucket === "month" ? "month" : "day", day),
          ...bucket,
        };
      })
      .sort((a, b) => (archive.bucket === "hour" ? a.start - b.start : b.start - a.start));
  });
  const days = createMemo((): readonly Row[] =>
    props.archive.days
      .filter((one) => !isEmpty(one))
      .map((one) => ({
        name: local.dayText(one.day),
        missing: 0,
        open: () => props.onOpen("day", parseDay(one.day)!),
        ...one,
      }))
      .reverse(),
  );
  const title = () => t(`archive.by_${props.archive.bucket}`);
  return (
    <section class="split">
      <h2>
        {title()} <span class="sub">{t("archive.units")}</span>
      </h2>
      <Energies
        caption={title()}
        first={t(`archive.col_${props.archive.bucket}`)}
        rows={rows()}
        archive={props.archive}
      />
      <Show when={props.archive.bucket === "month" && days().length > 0}>
        <details onToggle={(event) => setEveryDay(event.currentTarget.open)}>
          <summary class="summary">{t("archive.every_day", { count: days().length })}</summary>
          <Show when={everyDay()}>
            <Energies
              caption={t("archive.by_day")}
              first={t("archive.col_day")}
              rows={days()}
              archive={props.archive}
            />
          </Show>
        </details>
      </Show>
    </section>
  );
}

function Energies(props: { caption: string; first: string; rows: readonly Row[]; archive: Archive }) {
  const figures = (flows: FlowsWh, soldWh: number, earnedMicroEur: number): readonly JSX.Element[] => {
    const own = ownShareOf(flows);
    return [
      kwh(producedOf(flows)),
      kwh(demandOf(flows)),
      kwh(flows.solarToHome),
      kwh(flows.accumulatorToHome),
      kwh(flows.gridToHome),
      own === undefined ? "" : local.percent(own),
      kwh(soldWh),
      local.number(earnedMicroEur / 1e6, 2),
    ];
  };
  const heads = () => [
    t("archive.produced"),
    t("archive.used"),
    t("energy.panels"),
    t("energy.accumulator"),
    t("energy.microgrid"),
    t("archive.col_own"),
    t("archive.sold"),
    "€",
  ];
  const columns = (): readonly Column<Row>[] => [
    {
      head: props.first,
      cell: (row) => (
        <>
          <Show when={row.open} fallback={row.name}>
            {(open) => (
              <button type="button" class="link name" onClick={() => open()()}>
                {row.name}
              </button>
            )}
          </Show>
          <Show when={row.missing > 0}>
            <small class="missing">{t("archive.missing", { count: row.missing })}</small>
          </Show>
        </>
      ),
    },
    ...heads().map((head, index) => ({
      head,
      cell: (row: Row) => figures(row.flowsWh, row.soldWh, row.earnedMicroEur)[index],
    })),
  ];
  return (
    <DataTable
      caption={props.caption}
      columns={columns()}
      rows={props.rows}
      foot={[
        t("archive.total"),
        ...figures(
          props.archive.totals.flowsWh,
          props.archive.totals.soldWh,
          props.archive.totals.earnedMicroEur,
        ),
      ]}
    />
  );
}

function kwh(wh: number): string {
  return local.number(wh / 1000, 1);
}

export function SalesTable(props: { sales: readonly Sale[] }) {
  const columns = (): readonly Column<Sale>[] => [
    { head: t("archive.col_when"), cell: (sale) => local.dateTime(sale.authorised.time) },
    {
      head: t("archive.col_what"),
      left: true,
      cell: (sale) => (
        <a href={`/sell/${sale.id}`}>{t("archive.sale_to", { supplier: sale.supplier.name })}</a>
      ),
    },
    {
      head: "kWh",
      cell: (sale) =>
        sale.settled === null || sale.deliveredWh === sale.energyWh
          ? local.number(sale.energyWh / 1000, 2)
          : t("sale_table.of", {
              delivered: local.number(sale.deliveredWh / 1000, 2),
              energy: local.number(sale.energyWh / 1000, 2),
            }),
    },
    { head: "€", cell: (sale) => local.number(sale.netMicroEur / 1e6, 3) },
    {
      head: t("archive.col_state"),
      left: true,
      cell: (sale) => <span class={`state ${sale.state}`}>{t(`archive.state_${sale.state}`)}</span>,
    },
    {
      head: t("archive.col_block"),
      cell: (sale) => {
        const height = sale.settled?.height ?? sale.authorised.height;
        return <a href={`/ledger/block/${height}`}>{local.number(height)}</a>;
      },
    },
  ];
  return (
    <section class="split">
      <h2>{t("archive.transactions")}</h2>
      <Show
        when={props.sales.length > 0}
        fallback={
          <Empty title={t("archive.no_sales")}>
            <a class="btn quiet" href="/sell">
              {t("archive.see_offers")}
            </a>
          </Empty>
        }
      >
        <DataTable caption={t("archive.transactions")} columns={columns()} rows={props.sales} />
      </Show>
    </section>
  );
}
