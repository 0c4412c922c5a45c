/** Step 1: the suppliers with their rate of today, how reliably they paid, and since when the rate is signed. */
import { createUniqueId, For, Show } from "solid-js";
import type { SupplierCard } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";
import { coveredWh } from "./outlet.ts";
import { StepHead } from "./step-head.tsx";

export function Offers(props: {
  suppliers: readonly SupplierCard[];
  chosen: number | undefined;
  sellableWh: number;
  minimumWh: number;
  locked: boolean;
  onChoose: (member: number) => void;
}) {
  const heading = createUniqueId();
  const group = createUniqueId();
  return (
    <div class="step" data-step="1" classList={{ locked: props.locked }}>
      <StepHead step={1} title={t("trade.who")} id={heading} />
      <div class="offers" role="radiogroup" aria-labelledby={heading}>
        <For each={props.suppliers}>
          {(supplier) => (
            <Offer
              supplier={supplier}
              group={group}
              chosen={supplier.member === props.chosen}
              sellableWh={props.sellableWh}
              minimumWh={props.minimumWh}
              locked={props.locked}
              onChoose={() => props.onChoose(supplier.member)}
            />
          )}
        </For>
      </div>
      <p class="sub">{t("trade.rates_fixed")}</p>
    </div>
  );
}

function Offer(props: {
  supplier: SupplierCard;
  group: string;
  chosen: boolean;
  sellableWh: number;
  minimumWh: number;
  locked: boolean;
  onChoose: () => void;
}) {
  const rate = () => props.supplier.rateMicroEurPerKwh;
  /** How much its account covers, where that is less than what there is to sell. */
  const shortWh = () => {
    const wh = coveredWh(props.supplier);
    return rate() !== null && wh < props.sellableWh ? wh : undefined;
  };
  const buys = () => coveredWh(props.supplier) >= props.minimumWh;
  return (
    <label class="offer" classList={{ chosen: props.chosen, none: !buys() }}>
      <input
        type="radio"
        name={props.group}
        checked={props.chosen}
        disabled={!buys() || props.locked}
        onChange={() => props.onChoose()}
      />
      <b>{props.supplier.name}</b>
      <Show
        when={rate()}
        fallback={
          <>
            <span class="rate none">—</span>
            <small>{t("trade.rate_missing")}</small>
            <small />
          </>
        }
      >
        {(price) => (
          <>
            <span class="rate">{local.rate(price())}</span>
            <small>
              {props.supplier.sales === 0
                ? t("trade.no_sale_yet")
                : t("trade.paid_all", { paid: props.supplier.salesPaid, sales: props.supplier.sales })}
            </small>
            <small>{t("trade.per_kwh_today")}</small>
          </>
        )}
      </Show>
      <Show when={shortWh() !== undefined}>
        <small class="funds">
          {buys() ? t("trade.funds_for", { energy: local.soldEnergy(shortWh() ?? 0) }) : t("trade.no_funds")}
        </small>
      </Show>
    </label>
  );
}
