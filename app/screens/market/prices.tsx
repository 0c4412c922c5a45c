/** Prices of the past day as steps and what is expected ahead, between feed-in and tariff; with its table twin. */
import { createSignal, Show, Suspense } from "solid-js";
import type { MarketNow, PricePoint } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { part } from "../../part.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Bones, Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { slotText } from "./words.ts";

const PriceStrip = part(async () => ({ default: (await import("./price-strip.tsx")).PriceStrip }));

export function Prices(props: { market: MarketNow; prices: readonly PricePoint[] }) {
  const [asTable, setAsTable] = createSignal(false);
  const own = () => props.prices.filter(({ session }) => session === 0);
  const columns = (): readonly Column<PricePoint>[] => [
    { head: t("market.col_slot"), cell: (one) => `${local.date(one.slot)}, ${slotText(one.slot)}` },
    {
      head: t("market.col_price"),
      cell: (one) => (one.priceMicroEurPerKwh === null ? "–" : local.rate(one.priceMicroEurPerKwh)),
    },
    {
      head: t("market.col_expected"),
      cell: (one) => (one.indicatedMicroEurPerKwh === null ? "–" : local.rate(one.indicatedMicroEurPerKwh)),
    },
    { head: t("market.col_traded"), cell: (one) => local.number(one.tradedWh / 1000, 2) },
    { head: t("market.col_orders"), cell: (one) => local.number(one.orders) },
  ];
  return (
    <section class="split">
      <div class="head">
        <h2>{t("market.prices")}</h2>
        <div class="right">
          <button type="button" class="link" aria-pressed={asTable()} onClick={() => setAsTable(!asTable())}>
            {asTable() ? t("market.as_chart") : t("market.as_table")}
          </button>
        </div>
      </div>
      <Show when={own().length > 0} fallback={<Empty title={t("market.no_prices")} />}>
        <Show
          when={!asTable()}
          fallback={<DataTable caption={t("market.prices")} columns={columns()} rows={own().toReversed()} />}
        >
          <Suspense fallback={<Bones heights={[180]} />}>
            <PriceStrip market={props.market} prices={own()} />
          </Suspense>
          <Legend
            items={[
              { energy: "neighbour", label: t("market.line_price"), line: true },
              {
                energy: "microgrid",
                label: t("market.line_tariff"),
                line: true,
                value: local.rate(props.market.tariff.importMicroEurPerKwh),
              },
              {
                energy: "solar",
                label: t("market.line_feed_in"),
                line: true,
                value: local.rate(props.market.tariff.feedInMicroEurPerKwh),
              },
            ]}
          />
        </Show>
      </Show>
    </section>
  );
}
