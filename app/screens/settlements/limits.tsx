/** Limits that the grid's operator set for feeders: every clearing of those quarter hours keeps within them. */
import { Show } from "solid-js";
import type { MarketNow } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { t } from "../../strings/dictionary.ts";

type Limit = MarketNow["limits"][number];

export function Limits(props: { market: MarketNow; refresh: () => Promise<void> }) {
  const kwh = (wh: number | null) => (wh === null ? t("settlements.unlimited") : local.number(wh / 1000, 2));
  const columns = (): readonly Column<Limit>[] => [
    { head: t("settlements.col_feeder"), cell: (one) => String(one.feeder) },
    { head: t("settlements.col_from"), cell: (one) => local.when(one.from) },
    { head: t("settlements.col_to"), cell: (one) => local.when(one.to) },
    { head: t("settlements.col_sold"), cell: (one) => kwh(one.maxSoldWh) },
    { head: t("settlements.col_taken"), cell: (one) => kwh(one.maxBoughtWh) },
    { head: t("settlements.col_reason"), left: true, cell: (one) => one.reason },
  ];
  return (
    <section class="split">
      <h2>{t("settlements.limits")}</h2>
      <p class="sub">{t("settlements.limits_why")}</p>
      <Show when={props.market.limits.length > 0} fallback={<p>{t("settlements.no_limits")}</p>}>
        <DataTable caption={t("settlements.limits")} columns={columns()} rows={props.market.limits} />
      </Show>
    </section>
  );
}
