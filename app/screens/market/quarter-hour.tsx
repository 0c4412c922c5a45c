/** What runs now at which price, and the quarter hour for which orders are taken: until when, and what is expected. */
import { Match, Show, Switch } from "solid-js";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { MarketNow, OwnMarket } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { Note } from "../../parts/note.tsx";
import { now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { phaseOf, runningNow } from "./phase.ts";
import { reasonText, slotText } from "./words.ts";

export function QuarterHour(props: { market: MarketNow; own: OwnMarket | undefined }) {
  const running = () => runningNow(props.market, now());
  const phase = () => phaseOf(props.market, now());
  const expected = () => props.market.indication;
  const open = () => {
    const one = phase();
    return one.at === "open" ? one : undefined;
  };
  return (
    <div class="split quarter-hour">
      <div class="prices-now">
        <div>
          <h2>{t("market.now_price", { slot: slotText(quarterHourNow()) })}</h2>
          <p class="big">
            {running()?.priceMicroEurPerKwh == null ? "–" : local.rate(running()!.priceMicroEurPerKwh!)}
            <small>€/kWh</small>
          </p>
          <p class="sub">
            <Show
              when={running()?.priceMicroEurPerKwh != null}
              fallback={running() === null ? t("market.now_none") : t("market.now_nothing")}
            >
              {t("market.now_traded", { energy: local.soldEnergy(running()!.tradedWh) })}
            </Show>
          </p>
        </div>
        <div>
          <h2>{t("market.next_price", { slot: slotText(props.market.slot) })}</h2>
          <p class="big expected">
            {expected().priceMicroEurPerKwh === null ? "–" : local.rate(expected().priceMicroEurPerKwh!)}
            <small>€/kWh</small>
          </p>
          <p class="sub">{t(`market.source.${expected().source}`)}</p>
        </div>
      </div>
      <Switch>
        <Match when={open()}>
          {(one) => (
            <>
              <p class="reason">
                {t("market.open", { slot: slotText(props.market.slot), span: local.span(one().leftS) })}
                <small>
                  {t("market.book_so_far", {
                    bids: local.soldEnergy(expected().bidWh),
                    asks: local.soldEnergy(expected().askWh),
                    trade: local.soldEnergy(expected().wouldTradeWh),
                  })}
                </small>
              </p>
              <div
                class="gate"
                role="progressbar"
                aria-label={t("market.gate")}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(one().share * 100)}
                aria-valuetext={t("market.gate_left", { span: local.span(one().leftS) })}
              >
                <i style={{ width: `${Math.round(one().share * 100)}%` }} />
              </div>
            </>
          )}
        </Match>
        <Match when={true}>
          <p class="reason">
            {t("market.clearing", { slot: slotText(props.market.slot) })}
            <small>{t("market.clearing_why")}</small>
          </p>
        </Match>
      </Switch>
      <Show when={props.own?.participation.state === "joined" ? props.own.next[0] : undefined}>
        {(reason) => (
          <Note kind="plain" tag={t("market.your_next")}>
            {reasonText(reason())}
          </Note>
        )}
      </Show>
      <Show when={props.market.limits[0]}>
        {(limit) => (
          <Note
            kind="warn"
            tag={t("market.limit")}
            title={t("market.limit_of", {
              feeder: limit().feeder,
              from: local.when(limit().from),
              to: local.when(limit().to),
            })}
          >
            {limit().reason}
          </Note>
        )}
      </Show>
    </div>
  );
}

function quarterHourNow(): number {
  return Math.floor(now() / QUARTER_HOUR_S) * QUARTER_HOUR_S;
}
