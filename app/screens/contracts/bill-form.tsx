/**
 * What can be invoiced now: the energy by the buyer's meter and what it comes to at the price of the terms. Where the
 * price follows an index the seller says the amount; where nothing was counted there is nothing to invoice.
 */
import { createSignal, onMount, Show } from "solid-js";
import type { SupplyContractView } from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { community } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { typedAmount } from "../money/amount.ts";
import type { Act } from "./act.tsx";
import { billing } from "./acts.tsx";

export function BillForm(props: {
  contract: SupplyContractView;
  onAct: (act: Act) => void;
  onBack: () => void;
}) {
  const id = () => props.contract.contract;
  const billable = createView(
    () => `billable-${id()}`,
    (signal) => platform.call("GET /v1/contracts/:id/billable", { params: { id: id() }, signal }),
  );
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  let form: HTMLFormElement | undefined;
  onMount(() => form?.scrollIntoView({ block: "nearest" }));
  const amount = () => billable.value()?.amountMicroEur ?? typedAmount(text()) ?? 0;
  const chain = () => community()?.chain;
  return (
    <form
      class="form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const what = billable.value();
        const name = chain();
        if (what !== undefined && name !== undefined && what.energyWh > 0 && amount() > 0) {
          props.onAct(billing(props.contract, name, what, amount()));
        }
      }}
    >
      <Loaded view={billable} heights={[16, 16]}>
        {(value) => (
          <Show when={value().energyWh > 0} fallback={<p class="sub">{t("contracts.bill_nothing")}</p>}>
            <p>
              {t("contracts.bill_from_meter", {
                energy: local.soldEnergy(value().energyWh),
                from: local.dateTime(value().from),
                to: local.dateTime(value().to),
              })}
              <Show when={value().amountMicroEur}>
                {(microEur) => (
                  <>
                    {" · "}
                    <b>{local.money(microEur())}</b>
                  </>
                )}
              </Show>
            </p>
            <Show when={value().missing > 0}>
              <p class="sub">{t("contracts.bill_missing", { count: value().missing })}</p>
            </Show>
            <Show when={value().amountMicroEur === null}>
              <LabelledInput
                label={t("contracts.amount")}
                value={text()}
                keyboard="decimal"
                onInput={setText}
                wrong={
                  tried() && amount() === 0
                    ? t("contracts.amount_wrong", { most: local.money(999_999_999_000_000) })
                    : undefined
                }
              />
            </Show>
          </Show>
        )}
      </Loaded>
      <div class="row-of">
        <Show when={(billable.value()?.energyWh ?? 0) > 0}>
          <Button type="submit">{t("contracts.review")}</Button>
        </Show>
        <Button quiet onClick={props.onBack}>
          {t("contracts.cancel")}
        </Button>
      </div>
    </form>
  );
}
