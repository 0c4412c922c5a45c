/** The own orders of the last two days, newest first: what was asked, why, and what came of it. */
import { Show } from "solid-js";
import type { OwnMarket, OwnMarketOrder } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";
import { reasonText, slotText, stateText } from "./words.ts";

const SHOWN = 12;

export function OwnOrders(props: { own: OwnMarket }) {
  const columns = (): readonly Column<OwnMarketOrder>[] => [
    {
      head: t("market.col_slot"),
      cell: (one) => (
        <>
          {slotText(one.slot)}
          <Show when={one.session === 1}> · {t("market.ahead")}</Show>
          <small class="order-why">{reasonText(one.reason)}</small>
        </>
      ),
    },
    { head: t("market.col_side"), left: true, cell: (one) => t(`market.side.${one.side}`) },
    { head: t("market.col_energy"), cell: (one) => local.number(one.energyWh / 1000, 2) },
    { head: t("market.col_limit"), cell: (one) => local.rate(one.limitMicroEurPerKwh) },
    {
      head: t("market.col_state"),
      left: true,
      cell: (one) => <span class={`state ${one.state}`}>{stateText(one)}</span>,
    },
    {
      head: t("market.col_filled"),
      cell: (one) => (one.filledWh === null ? "–" : local.number(one.filledWh / 1000, 2)),
    },
    {
      head: t("market.col_price"),
      cell: (one) => (one.priceMicroEurPerKwh === null ? "–" : local.rate(one.priceMicroEurPerKwh)),
    },
    {
      head: t("market.col_money"),
      cell: (one) =>
        one.amountMicroEur === null
          ? "–"
          : local.number((one.side === "bid" ? -1 : 1) * (one.amountMicroEur / 1e6), 3),
    },
  ];
  const today = () => props.own.today;
  return (
    <section class="split own-orders">
      <h2>{t("market.my_orders")}</h2>
      <p class="sub">
        {t("market.today", {
          sold: local.soldEnergy(today().soldWh),
          earned: local.soldMoney(today().earnedMicroEur),
          bought: local.soldEnergy(today().boughtWh),
          paid: local.soldMoney(today().paidMicroEur),
        })}
      </p>
      <Show
        when={props.own.orders.length > 0}
        fallback={
          <Empty title={t("market.no_orders")}>
            <p class="sub">{t("market.no_orders_why")}</p>
          </Empty>
        }
      >
        <DataTable
          caption={t("market.my_orders")}
          columns={columns()}
          rows={props.own.orders.slice(0, SHOWN)}
        />
      </Show>
    </section>
  );
}
