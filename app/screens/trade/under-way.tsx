/** Sales that are still being delivered, each a link to its own page. */
import { For, Show } from "solid-js";
import type { Sale } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Icon } from "../../parts/icon.tsx";
import { t } from "../../strings/dictionary.ts";

export function UnderWay(props: { sales: readonly Sale[] }) {
  return (
    <Show when={props.sales.length > 0}>
      <section class="under-way" id="under-way" aria-label={t("trade.under_way")}>
        <h2>{t("trade.under_way")}</h2>
        <ul>
          <For each={props.sales}>
            {(sale) => (
              <li>
                <a href={`/sell/${sale.id}`}>
                  <span class="what">
                    <b>
                      {t("trade.under_way_item", {
                        delivered: local.number(sale.deliveredWh / 1000, 2),
                        energy: local.soldEnergy(sale.energyWh),
                        supplier: sale.supplier.name,
                      })}
                    </b>
                    <small>
                      {sale.state === "withdrawing"
                        ? t("sale.withdrawing")
                        : t("trade.closes_at", { time: local.when(sale.deadline) })}
                    </small>
                  </span>
                  <span class="meter" aria-hidden="true">
                    <i
                      class="c-ea"
                      style={{ "flex-grow": sale.deliveredWh }}
                      hidden={sale.deliveredWh === 0}
                    />
                    <i
                      class="c-free"
                      style={{ "flex-grow": sale.energyWh - sale.deliveredWh }}
                      hidden={sale.deliveredWh >= sale.energyWh}
                    />
                  </span>
                  <Icon name="right" size={18} />
                </a>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
