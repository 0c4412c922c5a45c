/**
 * The neighbours' market. `/market`: the quarter hour that runs and the one that is traded next, prices of the day, the
 * book, one's own part; `/market/day/<day>`: the own statement of a settled day, checked on this device.
 */
import { Show } from "solid-js";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { segments } from "../../router.ts";
import { area, t } from "../../strings/dictionary.ts";
import { signing } from "../../strings/signing.ts";
import { Book } from "./book.tsx";
import { dayPrices, marketNow, ownMarket } from "./data.ts";
import { Days } from "./days.tsx";
import { OneDay } from "./one-day.tsx";
import { OrderByHand } from "./order-by-hand.tsx";
import { OwnOrders } from "./own-orders.tsx";
import { Participation } from "./participation.tsx";
import { Prices } from "./prices.tsx";
import { QuarterHour } from "./quarter-hour.tsx";
import { StandingRule } from "./standing-rule.tsx";
import "../../parts/trading.css";
import "./market.css";

area(signing);

export function MarketScreen() {
  const day = () => (segments()[1] === "day" ? segments()[2] : undefined);
  return (
    <Show when={day()} keyed fallback={<MarketNowPage />}>
      {(one) => <OneDay day={one} />}
    </Show>
  );
}

function MarketNowPage() {
  const market = marketNow();
  const own = ownMarket();
  const prices = dayPrices();
  return (
    <>
      <Head title={t("market.title")} sub={t("market.sub")} />
      <Show when={market.refused()?.code !== "market_not_open"} fallback={<NoMarket />}>
        <Loaded view={market} heights={[28, 56, 16, 200]}>
          {(now) => (
            <>
              <section class="two">
                <QuarterHour market={now()} own={own.value()} />
                <Loaded view={own} heights={[28, 16, 16, 44]}>
                  {(mine) => <Participation own={mine()} market={now()} refresh={own.refresh} />}
                </Loaded>
              </section>
              <Prices market={now()} prices={prices.value() ?? []} />
              <Show when={own.value()}>
                {(mine) => (
                  <section class="two">
                    <OwnOrders own={mine()} />
                    <div class="stack">
                      <StandingRule own={mine()} market={now()} refresh={own.refresh} />
                      <OrderByHand own={mine()} market={now()} refresh={own.refresh} />
                    </div>
                  </section>
                )}
              </Show>
              <section class="two">
                <Book market={now()} own={own.value()} />
                <Show when={own.value()}>{(mine) => <Days own={mine()} />}</Show>
              </section>
            </>
          )}
        </Loaded>
      </Show>
    </>
  );
}

function NoMarket() {
  return (
    <Empty title={t("market.closed")}>
      <p class="sub">{t("market.closed_why")}</p>
      <a class="btn quiet" href="/sell">
        {t("market.to_supplier")}
      </a>
    </Empty>
  );
}
