/**
 * The desk: what is sellable and what it is best used for, then who buys, how much, what it brings, and the
 * authorisation. On wide screens the first three stand side by side and change together; on a phone one step fills
 * the screen and the price stays at the bottom.
 */
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from "solid-js";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { type Quote, quoteSale } from "#market/sale.ts";
import type { Community, SaleDesk, SupplierCard } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community, onStream, reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Authorise } from "./authorise.tsx";
import { Offers } from "./offers.tsx";
import { rankedSuppliers } from "./outlet.ts";
import { Preview } from "./preview.tsx";
import { clampWh, proposedWh } from "./quantity.ts";
import { QuantityStep } from "./quantity-step.tsx";
import { OutletReason, StoreBar } from "./store.tsx";
import { UnderWay } from "./under-way.tsx";

const REFRESH_MS = 10_000;

export function Desk() {
  const desk = createView(
    () => (session() == null ? undefined : "desk"),
    (signal) => platform.call("GET /v1/home/desk", { signal }),
  );
  onCleanup(onStream("sale", () => void desk.refresh()));
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") void desk.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));

  return (
    <Show when={desk.refused()?.code !== "no_accumulator"} fallback={<NoAccumulator />}>
      <Loaded view={desk} heights={[28, 56, 16, 180]}>
        {(value) => (
          <Show when={community()}>
            {(known) => <Compose desk={value()} law={known().parameters} refresh={desk.refresh} />}
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

function Compose(props: { desk: SaleDesk; law: Community["parameters"]; refresh: () => Promise<void> }) {
  const [member, setMember] = createSignal<number>();
  const [wantedWh, setWantedWh] = createSignal<number>();
  const [step, setStep] = createSignal<Step>(1);
  let steps: HTMLElement | undefined;

  const suppliers = createMemo(() => rankedSuppliers(props.desk.suppliers));
  const supplier = createMemo(
    () =>
      suppliers().find((one) => one.member === member() && one.rateMicroEurPerKwh !== null) ??
      suppliers().find((one) => one.rateMicroEurPerKwh !== null),
  );
  const bounds = createMemo(() => ({ minWh: props.law.minimumSaleWh, maxWh: props.desk.sellableWh }));
  const possible = () => props.desk.sellableWh >= props.law.minimumSaleWh && supplier() !== undefined;
  const energyWh = createMemo(() => clampWh(wantedWh() ?? proposedWh(bounds()), bounds()));
  const quoteOf = (rate: number, wh: number) =>
    quoteSale(
      {
        rate: MicroEurPerKwh(BigInt(rate)),
        fee: MicroEurPerKwh(BigInt(props.law.saleFeeMicroEurPerKwh)),
        storeMarginPerMille: props.law.storeMarginPerMille,
      },
      Wh(BigInt(wh)),
    );
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
        <OutletReason
          desk={props.desk}
          law={props.law}
          energyWh={energyWh()}
          netOf={(rate) => Number(quoteOf(rate, energyWh()).net)}
        />
      </section>
      <Show when={props.desk.suppliers.length > 0}>
        <section class="steps" aria-label={t("trade.steps")} ref={steps}>
          <Offers
            suppliers={suppliers()}
            chosen={supplier()?.member}
            sellableWh={props.desk.sellableWh}
            locked={step() === 4}
            onChoose={setMember}
          />
          <Show when={possible()}>
            <QuantityStep
              desk={props.desk}
              law={props.law}
              energyWh={energyWh()}
              bounds={bounds()}
              locked={step() === 4}
              onChange={setWantedWh}
              onBack={() => setStep(1)}
            />
          </Show>
          <Show when={order()}>
            {(one) => (
              <Show
                when={step() === 4}
                fallback={
                  <Preview
                    order={one()}
                    keepValueMicroEurPerKwh={props.desk.keepValueMicroEurPerKwh}
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
            <Button onClick={() => setStep((step() + 1) as Step)}>{t("trade.continue")}</Button>
          </div>
        )}
      </Show>
    </div>
  );
}
