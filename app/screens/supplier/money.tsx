/** A supplier's money: what is free, what is reserved for sales under way and payouts, what was paid for what was delivered. */
import { Show } from "solid-js";
import type { SupplierDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";

export function Money(props: { desk: SupplierDesk; stacked?: boolean }) {
  const availableMicroEur = () => props.desk.balanceMicroEur - props.desk.pendingMicroEur;
  const todays = () => props.desk.rates.find((rate) => rate.day === props.desk.today)?.rateMicroEurPerKwh;
  const covers = () => {
    const rate = todays();
    return rate === undefined || rate === 0
      ? "\u00a0"
      : t("supplier.available_note", { energy: local.energy((availableMicroEur() * 1000) / rate) });
  };
  const average = () =>
    props.desk.purchasedWh === 0
      ? "\u00a0"
      : t("supplier.bought_note", {
          rate: local.ratePerKwh(Math.round((props.desk.paidMicroEur * 1000) / props.desk.purchasedWh)),
        });
  return (
    <section
      class="figures money"
      classList={{ stacked: props.stacked === true }}
      aria-label={t("supplier.money")}
    >
      <Figure
        title={t("supplier.available")}
        value={local.number(availableMicroEur() / 1e6, 2)}
        unit="€"
        note={covers()}
      />
      <Figure
        title={t("supplier.reserved")}
        value={local.number(props.desk.pendingMicroEur / 1e6, 2)}
        unit="€"
        note={
          props.desk.payoutsMicroEur === 0
            ? t("supplier.reserved_note")
            : t("supplier.reserved_note_payouts", { amount: local.money(props.desk.payoutsMicroEur) })
        }
      />
      <Figure
        title={t("supplier.paid")}
        value={local.number(props.desk.paidMicroEur / 1e6, 2)}
        unit="€"
        note={t("supplier.paid_note")}
      />
      <Figure
        title={t("supplier.bought")}
        value={local.number(props.desk.purchasedWh / 1000, 1)}
        unit="kWh"
        note={average()}
      />
    </section>
  );
}

function Figure(props: { title: string; value: string; unit: string; note: string }) {
  return (
    <div>
      <h2>{props.title}</h2>
      <p class="big">
        {props.value}
        <small>{props.unit}</small>
      </p>
      <Show when={props.note}>
        <p class="sub">{props.note}</p>
      </Show>
    </div>
  );
}
