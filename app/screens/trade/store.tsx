/** What the accumulator holds and what of it may be sold; and what that is best used for now. */
import { For, Show } from "solid-js";
import type { Community, SaleDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";
import type { Outlet, Worth } from "./outlet.ts";

type Law = Community["parameters"];

export function StoreBar(props: { desk: SaleDesk; law: Law }) {
  /** From the bottom of the accumulator up; what nobody can name is the rest above the sellable. */
  const parts = () => {
    const { desk, law } = props;
    const stored = desk.ledgerSolarWh + desk.ledgerGridWh;
    const grid = law.gridEnergySellable ? 0 : Math.min(desk.ledgerGridWh, stored);
    const promised = Math.min(desk.pendingWh, stored - grid);
    const above = stored - grid - promised;
    const sellable = Math.min(desk.sellableWh, above);
    // What a sale of all would take beyond its energy stays aside for losses.
    const losses = Math.min(Math.ceil((sellable * law.storeMarginPerMille) / 1000), above - sellable);
    const reserve = Math.max(0, above - sellable - losses);
    return [
      { name: t("trade.reserve"), wh: reserve, class: "c-reserve" },
      { name: t("trade.grid_part"), wh: grid, class: "c-grid" },
      { name: t("trade.promised"), wh: promised, class: "c-promised" },
      { name: t("trade.losses_part"), wh: losses, class: "c-losses" },
      { name: t("trade.sellable_part"), wh: sellable, class: "c-ea" },
    ].filter((part) => part.wh > 0);
  };
  const stored = () => props.desk.ledgerSolarWh + props.desk.ledgerGridWh;
  const free = () => Math.max(0, props.desk.capacityWh - stored());
  return (
    <div class="split">
      <p class="big">
        {local.number(props.desk.sellableWh / 1000, 2)}
        <small>{t("trade.sellable")}</small>
      </p>
      <Show when={props.desk.capacityWh > 0}>
        <div
          class="meter store"
          role="img"
          aria-label={t("trade.store_bar", {
            stored: local.soldEnergy(stored()),
            reserve: local.soldEnergy(props.desk.reserveWh),
            sold: local.soldEnergy(props.desk.pendingWh),
            sellable: local.soldEnergy(props.desk.sellableWh),
            free: local.soldEnergy(free()),
          })}
        >
          <For each={parts()}>{(part) => <i class={part.class} style={{ "flex-grow": part.wh }} />}</For>
          <Show when={free() > 0}>
            <i class="c-free" style={{ "flex-grow": free() }} />
          </Show>
        </div>
        <ul class="key-list">
          <For each={parts()}>
            {(part) => (
              <li>
                <i class={part.class} />
                {part.name} <b>{local.number(part.wh / 1000, 2)}</b>
              </li>
            )}
          </For>
          <li>
            {t(props.desk.ledgerGridWh === 0 ? "trade.of_capacity_pure" : "trade.of_capacity", {
              capacity: local.energy(props.desk.capacityWh),
            })}
          </li>
        </ul>
      </Show>
    </div>
  );
}

/** One sentence, then the numbers compared. */
export function OutletReason(props: {
  desk: SaleDesk;
  law: Law;
  outlet: Outlet;
  /** The amount that is compared. */
  energyWh: number;
  worth: Worth;
  /** The worth at home comes from the home's past day, not from the platform's upper estimate. */
  likeYesterday: boolean;
}) {
  const sentence = (): { text: string; why: string } => {
    const found = props.outlet;
    if (found.kind === "no_rate") return { text: t("trade.no_rate"), why: t("trade.no_rate_why") };
    if (found.kind === "nothing") {
      return {
        text: t("trade.nothing"),
        why: t(`trade.nothing_${found.because}`, {
          reserve: local.soldEnergy(props.desk.reserveWh),
          sellable: local.soldEnergy(props.desk.sellableWh),
          minimum: local.soldEnergy(props.law.minimumSaleWh),
        }),
      };
    }
    const energyWh = found.kind === "sell" ? found.energyWh : props.energyWh;
    const values = {
      energy: local.soldEnergy(energyWh),
      keep: local.soldMoney(props.worth.keptOf(energyWh)),
      supplier: found.supplier.name,
      net: local.soldMoney(props.worth.netOf(found.supplier.rateMicroEurPerKwh ?? 0, energyWh)),
    };
    return {
      text:
        found.kind === "sell"
          ? t("trade.best_sell", { supplier: found.supplier.name, energy: values.energy })
          : t("trade.best_keep"),
      why: t(
        !props.likeYesterday
          ? "trade.best_why_at_most"
          : props.worth.keptOf(energyWh) === 0
            ? "trade.best_why_refilled"
            : "trade.best_why_yesterday",
        values,
      ),
    };
  };
  return (
    <p class="reason">
      {sentence().text}
      <small>{sentence().why}</small>
    </p>
  );
}
