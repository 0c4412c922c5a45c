/** The rates that this supplier published, with the block that fixed each. */
import { Show } from "solid-js";
import type { SupplierDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

type Rate = SupplierDesk["rates"][number];

export function OwnRates(props: { desk: SupplierDesk }) {
  const columns = (): readonly Column<Rate>[] => [
    {
      head: t("supplier.col_day"),
      cell: (rate) => (
        <>
          {local.dayText(rate.day)}
          <Show when={rate.day === props.desk.today}> · {t("supplier.is_today")}</Show>
          <Show when={rate.day === props.desk.tomorrow}> · {t("supplier.is_tomorrow")}</Show>
        </>
      ),
    },
    { head: t("supplier.col_rate"), cell: (rate) => local.rate(rate.rateMicroEurPerKwh) },
    { head: t("supplier.col_fixed"), cell: (rate) => local.dateTime(rate.time) },
    {
      head: t("supplier.col_block"),
      cell: (rate) => <a href={`/ledger/block/${rate.height}`}>{local.number(rate.height)}</a>,
    },
  ];
  return (
    <section class="split">
      <h2>{t("supplier.own_rates")}</h2>
      <Show when={props.desk.rates.length > 0} fallback={<Empty title={t("supplier.no_rates")} />}>
        <DataTable caption={t("supplier.own_rates")} columns={columns()} rows={props.desk.rates} />
      </Show>
    </section>
  );
}
