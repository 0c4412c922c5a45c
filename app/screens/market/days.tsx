/** Days that were settled, newest first, each with the way to its statement. */
import { For, Show } from "solid-js";
import type { OwnMarket } from "#wire/market-schemas.ts";
import { setArrived } from "../../arrival.ts";
import { local } from "../../local.ts";
import { Icon } from "../../parts/icon.tsx";
import { Empty } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

export function Days(props: { own: OwnMarket }) {
  return (
    <section class="split">
      <h2>{t("market.days")}</h2>
      <Show
        when={props.own.days.length > 0}
        fallback={
          <Empty title={t("market.no_days")}>
            <p class="sub">{t("market.no_days_why")}</p>
          </Empty>
        }
      >
        <ul class="day-list">
          <For each={props.own.days}>
            {(day) => (
              <li>
                <a href={`/market/day/${day.day}`} onClick={() => setArrived(true)}>
                  <span>
                    <b>{local.dayText(day.day)}</b>
                    <small>
                      {day.final ? t("market.final") : t("market.provisional")}
                      <Show when={day.versions > 1}> · {t("market.versions", { count: day.versions })}</Show>
                    </small>
                  </span>
                  <b class="net">{local.soldMoney(day.netMicroEur)}</b>
                  <Icon name="right" size={18} />
                </a>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
