/** What a supplier bought, newest first; sellers are pseudonyms. */
import { createSignal, Show } from "solid-js";
import type { Purchase } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

/** Rows shown before more are asked for. */
const FIRST = 25;

export function Purchases(props: { purchases: readonly Purchase[] }) {
  const [all, setAll] = createSignal(false);
  const shown = () => (all() ? props.purchases : props.purchases.slice(0, FIRST));
  const columns = (): readonly Column<Purchase>[] => [
    { head: t("supplier.col_when"), cell: (one) => local.dateTime(one.authorised.time) },
    { head: t("supplier.col_seller"), left: true, cell: (one) => <code>{one.seller}</code> },
    { head: t("supplier.col_delivered"), cell: (one) => local.number(one.deliveredWh / 1000, 2) },
    { head: t("supplier.col_of"), cell: (one) => local.number(one.energyWh / 1000, 2) },
    { head: t("supplier.col_rate"), cell: (one) => local.rate(one.rateMicroEurPerKwh) },
    {
      head: t("supplier.col_paid"),
      cell: (one) =>
        one.settled === null ? (
          <span class="sub">
            {t("supplier.open_reserved", { amount: local.number(one.grossMicroEur / 1e6, 3) })}
          </span>
        ) : (
          local.number(one.grossMicroEur / 1e6, 3)
        ),
    },
    {
      head: t("supplier.col_state"),
      left: true,
      cell: (one) => <span class={`state ${one.state}`}>{t(`supplier.state_${one.state}`)}</span>,
    },
    {
      head: t("supplier.col_block"),
      cell: (one) => {
        const height = one.settled?.height ?? one.authorised.height;
        return <a href={`/ledger/block/${height}`}>{local.number(height)}</a>;
      },
    },
  ];
  return (
    <section class="split">
      <h2>{t("supplier.purchases")}</h2>
      <p class="sub">{t("supplier.purchases_why")}</p>
      <Show
        when={props.purchases.length > 0}
        fallback={
          <Empty title={t("supplier.no_purchases")}>
            <p class="sub">{t("supplier.no_purchases_why")}</p>
          </Empty>
        }
      >
        <DataTable caption={t("supplier.purchases")} columns={columns()} rows={shown()} />
        <Show when={shown().length < props.purchases.length}>
          <div>
            <Button quiet onClick={() => setAll(true)}>
              {t("supplier.show_all", { count: props.purchases.length })}
            </Button>
          </div>
        </Show>
      </Show>
    </section>
  );
}
