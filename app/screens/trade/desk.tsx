/**
 * The desk: what is sellable and what it is best used for, then who buys, how much, what it brings, and the
 * authorisation. On wide screens the first three stand side by side and change together; on a phone one step fills
 * the screen and the price stays at the bottom.
 */
import { createEffect, createMemo, createSignal, Match, on, onCleanup, Show, Switch } from "solid-js";
import { dayOf, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { type DayStep, keptWorth, pastDay } from "#control/kept-worth.ts";
import { type Quote, quoteSale } from "#market/sale.ts";
import type { Community, SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community, now, onStream, reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { mainAdvice } from "../outlets/advice.ts";
import { BestOutlet, OutletComparison } from "../outlets/comparison.tsx";
import { outletView } from "../outlets/data.ts";
import { Authorise } from "./authorise.tsx";
import { Offers } from "./offers.tsx";
import { bestOutlet, coveredWh, rankedSuppliers, type Worth } from "./outlet.ts";
import { Preview } from "./preview.tsx";
import { clampWh, proposedWh } from "./quantity.ts";
import { QuantityStep } from "./quantity-step.tsx";
import { OutletReason, StoreBar } from "./store.tsx";
import { UnderWay } from "./under-way.tsx";

const REFRESH_MS = 10_000;
const DAY_S = 86_400;

export function Desk() {
  const desk = createView(
    () => (session() == null ? undefined : "desk"),
    (signal) => platform.call("GET /v1/home/desk", { signal }),
  );
  // The past day tells what the energy would be worth at home; read once for a visit.
  const opened = now();
  const day = createView(
    () => (session() == null ? undefined : "past-day"),
    (signal) =>
      platform.call("GET /v1/home/series", {
        query: {
          from: Math.max(0, Math.floor((opened - DAY_S) / QUARTER_HOUR_S) * QUARTER_HOUR_S),
          to: opened,
        },
        signal,
      }),
  );
  onCleanup(onStream("sale", () => void desk.refresh()));
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") void desk.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  // With a new day come new rates.
  const today = createMemo(() => dayOf(zone(), now()));
  createEffect(on(today, () => void desk.refresh(), { defer: true }));

  return (
    <Show when={desk.refused()?.code !== "no_accumulator"} fallback={<NoAccumulator />}>
      <Show when={desk.value() === undefined}>
        <Head title={t("trade.title")} />
      </Show>
      <Loaded view={desk} heights={[28, 56, 16, 180]}>
        {(value) => (
          <Show when={community()}>
            {(known) => (
              <Compose
                desk={value()}
                law={known().parameters}
                pastDay={day.value() === undefined ? undefined : pastDay(day.value()!)}
                refresh={desk.refresh}
              />
            )}
          </Show>
        )}
      </Loaded>
    </Show>
  );
}

function NoAccumulator() {
  return (
    <>
      <Head title={t("trade.title")} />
      <Empty title={t("trade.nothing")}>
        <p class="sub">{t("trade.nothing_no_accumulator")}</p>
        <a class="btn quiet" href="/monitor">
          {t("trade.see_monitor")}
        </a>
      </Empty>
    </>
  );
}

/** What the seller has put together so far, and what follows from it. */
export interface Order {
  readonly supplier: SupplierCard;
  readonly rateMicroEurPerKwh: number;
  readonly energyWh: number;
  readonly quote: Quote;
}

type Step = 1 | 2 | 3 | 4;

function Compose(props: {
  desk: SaleDesk;
  law: Community["parameters"];
  pastDay: readonly DayStep[] | undefined;
  refresh: () => Promise<void>;
}) {
  const [member, setMember] = createSignal<number>();
  const [wantedWh, setWantedWh] = createSignal<number>();
  const [step, setStep] = createSignal<Step>(1);
  let steps: HTMLElement | undefined;

  const suppliers = createMemo(() => rankedSuppliers(props.desk.suppliers));
  const all = createMemo(() => ({ minWh: props.law.minimumSaleWh, maxWh: props.desk.sellableWh }));
  const quoteOf = (rate: number, wh: number) =>
    quoteSale(
      {
        rate: MicroEurPerKwh(BigInt(rate)),
        fee: MicroEurPerKwh(BigInt(props.law.saleFeeMicroEurPerKwh)),
        storeMarginPerMille: props.law.storeMarginPerMille,
      },
      Wh(BigInt(wh)),
    );
  const worth = createMemo((): Worth => {
    const { pastDay: day, desk } = props;
    const store = {
      contentWh: desk.ledgerSolarWh + desk.ledgerGridWh - desk.pendingWh,
      reserveWh: desk.reserveWh,
      capacityWh: desk.capacityWh,
    };
    const most = (wh: number) => Math.round((wh * desk.keepValueMicroEurPerKwh) / 1000);
    return {
      netOf: (rate, wh) => Number(quoteOf(rate, wh).net),
      keptOf: (wh) => (day === undefined ? most(wh) : Math.min(most(wh), keptWorth(day, store, wh))),
    };
  });
  const outlet = createMemo(() => bestOutlet(props.desk, all(), worth()));
  /** The one chosen, else the one advised, else the best rate. */
  const supplier = createMemo(() => {
    const found = outlet();
    const advised = found.kind === "sell" || found.kind === "keep" ? found.supplier.member : undefined;
    const buying = suppliers().filter((one) => coveredWh(one) >= props.law.minimumSaleWh);
    return (
      buying.find((one) => one.member === member()) ??
      buying.find((one) => one.member === advised) ??
      buying[0]
    );
  });
  /** No more than is sellable, and no more than the buyer's account covers. */
  const bounds = createMemo(() => {
    const buyer = supplier();
    return buyer === undefined ? all() : { ...all(), maxWh: Math.min(all().maxWh, coveredWh(buyer)) };
  });
  const possible = () => props.desk.sellableWh >= props.law.minimumSaleWh && supplier() !== undefined;
  const bestWh = () => {
    const found = outlet();
    return found.kind === "sell" && found.supplier.member === supplier()?.member ? found.energyWh : undefined;
  };
  const energyWh = createMemo(() => clampWh(wantedWh() ?? bestWh() ?? proposedWh(bounds()), bounds()));
  const order = createMemo((): Order | undefined => {
    const chosen = supplier();
    const rate = chosen?.rateMicroEurPerKwh;
    if (!possible() || chosen === undefined || rate === undefined || rate === null) return undefined;
    return {
      supplier: chosen,
      rateMicroEurPerKwh: rate,
      energyWh: energyWh(),
      quote: quoteOf(rate, energyWh()),
    };
  });
  // Where nothing can be sold any more there is nothing to authorise.
  createEffect(() => {
    if (order() === undefined && step() !== 4) setStep(1);
  });
  /** What is being authorised: it stays, with what came of it, where meanwhile nothing is left to sell. */
  const authorised = createMemo((before: Order | undefined) =>
    step() === 4 ? (order() ?? before) : order(),
  );
  // A step reached by a button is announced by its heading.
  createEffect(
    on(
      step,
      (now) => {
        scrollTo({ top: 0 });
        steps?.querySelector<HTMLElement>(`[data-step="${now}"] h2`)?.focus({ preventScroll: true });
      },
      { defer: true },
    ),
  );
  const outlets = outletView();
  const advice = createMemo(() => (outlets.value() === undefined ? undefined : mainAdvice(outlets.value()!)));
  /** The supplier advised: chosen with the amount that gains most, one tap from its authorisation. */
  function sellTo(member: number): void {
    setMember(member);
    if (order() !== undefined) setStep(4);
  }
  const reserve = () =>
    local.percent(props.desk.capacityWh === 0 ? 0 : props.desk.reserveWh / props.desk.capacityWh);

  return (
    <div class="desk" data-at={step()}>
      <Head
        title={t("trade.title")}
        sub={
          props.desk.capacityWh === 0
            ? undefined
            : t(props.law.gridEnergySellable ? "trade.sub_any" : "trade.sub_solar", { reserve: reserve() })
        }
      />
      <UnderWay sales={props.desk.openSales} />
      <section class="two overview">
        <StoreBar desk={props.desk} law={props.law} />
        <Show
          when={advice()}
          fallback={
            <OutletReason
              desk={props.desk}
              law={props.law}
              outlet={outlet()}
              energyWh={energyWh()}
              worth={worth()}
              likeYesterday={props.pastDay !== undefined}
            />
          }
        >
          {(known) => (
            <BestOutlet advice={known()}>
              {(best) => (
                <Switch>
                  <Match when={best.kind === "supplier" && step() < 4 && order() !== undefined}>
                    <div>
                      <Button onClick={() => sellTo(best.supplier?.member ?? 0)}>
                        {t("outlets.do_sell", {
                          energy: local.soldEnergy(energyWh()),
                          supplier: best.supplier?.name ?? "",
                        })}
                      </Button>
                    </div>
                  </Match>
                  <Match when={best.kind === "neighbour"}>
                    <div>
                      <a class="btn" href="/market">
                        {t("outlets.do_market")}
                      </a>
                    </div>
                  </Match>
                </Switch>
              )}
            </BestOutlet>
          )}
        </Show>
      </section>
      <Show when={advice()}>{(known) => <OutletComparison advice={known()} />}</Show>
      <Show when={props.desk.suppliers.length > 0}>
        <section class="steps" aria-label={t("trade.steps")} ref={steps}>
          <Offers
            suppliers={suppliers()}
            chosen={supplier()?.member}
            sellableWh={props.desk.sellableWh}
            minimumWh={props.law.minimumSaleWh}
            locked={step() === 4}
            onChoose={setMember}
          />
          <Show when={possible()}>
            <QuantityStep
              desk={props.desk}
              takenWh={Number(order()?.quote.reserved ?? 0n)}
              energyWh={energyWh()}
              bounds={bounds()}
              bestWh={bestWh()}
              locked={step() === 4}
              onChange={setWantedWh}
              onBack={() => setStep(1)}
            />
          </Show>
          <Show when={authorised()}>
            {(one) => (
              <Show
                when={step() === 4}
                fallback={
                  <Preview
                    order={one()}
                    keptMicroEur={worth().keptOf(one().energyWh)}
                    likeYesterday={props.pastDay !== undefined}
                    onBack={() => setStep(2)}
                    onContinue={() => setStep(4)}
                  />
                }
              >
                <Authorise
                  order={one()}
                  desk={props.desk}
                  law={props.law}
                  onBack={() => setStep(3)}
                  onOrder={(change) => {
                    if (change.supplier !== undefined) setMember(change.supplier);
                    if (change.energyWh !== undefined) setWantedWh(change.energyWh);
                  }}
                  refresh={props.refresh}
                />
              </Show>
            )}
          </Show>
        </section>
      </Show>
      <Show when={step() < 4 ? order() : undefined}>
        {(one) => (
          <div class="price-bar">
            <p>
              <b>{local.soldMoney(Number(one().quote.net))}</b>
              <span>
                {local.soldEnergy(one().energyWh)} {t("trade.to", { supplier: one().supplier.name })}
              </span>
            </p>
            <Button disabled={step() === 3 && !reachable()} onClick={() => setStep((step() + 1) as Step)}>
              {t("trade.continue")}
            </Button>
          </div>
        )}
      </Show>
    </div>
  );
}
