/** A refused sale: what did not happen, that nothing was lost, the next best action, and the code. */
import { Show } from "solid-js";
import type { Community, SaleDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { t, tCode } from "../../strings/dictionary.ts";
import type { Failure } from "./authorise.tsx";
import type { Order } from "./desk.tsx";
import { type NextStep, nextStep } from "./refusals.ts";

export function SaleRefusal(props: {
  failure: Failure;
  order: Order;
  desk: SaleDesk;
  law: Community["parameters"];
  onNext: (next: NextStep) => void;
}) {
  const values = () => ({
    supplier: props.order.supplier.name,
    minimum: local.soldEnergy(props.law.minimumSaleWh),
  });
  const next = () =>
    nextStep(
      props.failure.code,
      { member: props.order.supplier.member, energyWh: props.order.energyWh },
      props.desk,
      props.law.minimumSaleWh,
    );
  return (
    <>
      <Note
        kind="fault"
        alert
        tag={
          <>
            {t(props.failure.code === "unreached" ? "sale.no_answer" : "sale.not_sold").toUpperCase()} ·{" "}
            <span class="code">{props.failure.code}</span>
          </>
        }
        title={tCode(`sale.refused.${props.failure.code}`, values()) ?? t("sale.refused.other")}
      >
        {props.failure.code === "unreached" ? t("sale.unreached_note") : t("sale.nothing_lost")}
      </Note>
      <Button onClick={() => props.onNext(next())}>{label(next())}</Button>
      <Show when={next().do !== "desk"}>
        <Button quiet onClick={() => props.onNext({ do: "desk" })}>
          {t("sale.do_desk")}
        </Button>
      </Show>
    </>
  );
}

function label(next: NextStep): string {
  switch (next.do) {
    case "today_rate":
      return t("sale.do_today_rate", { rate: local.rate(next.supplier.rateMicroEurPerKwh ?? 0) });
    case "other_supplier":
      return t("sale.do_other_supplier", {
        supplier: next.supplier.name,
        rate: local.rate(next.supplier.rateMicroEurPerKwh ?? 0),
      });
    case "less":
      return t("sale.do_less", { energy: local.soldEnergy(next.energyWh) });
    case "again":
      return t("sale.do_again");
    case "under_way":
      return t("sale.do_under_way");
    case "enter":
      return t("sale.do_enter");
    case "desk":
      return t("sale.do_desk");
  }
}
