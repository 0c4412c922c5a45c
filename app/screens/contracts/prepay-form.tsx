/** Money put aside for a prepaid contract: an amount to the cent, before it is signed. */
import { createSignal } from "solid-js";
import type { SupplyContractView } from "#wire/contract-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { t } from "../../strings/dictionary.ts";
import { typedAmount } from "../money/amount.ts";
import type { Act } from "./act.tsx";
import { prepayment } from "./acts.tsx";

export function PrepayForm(props: {
  contract: SupplyContractView;
  most: number;
  onAct: (act: Act) => void;
  onBack: () => void;
}) {
  const [text, setText] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const amount = () => typedAmount(text()) ?? 0;
  const fits = () => amount() > 0 && amount() <= props.most;
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (fits()) props.onAct(prepayment(props.contract, amount()));
      }}
    >
      <LabelledInput
        label={t("contracts.amount")}
        value={text()}
        keyboard="decimal"
        onInput={setText}
        wrong={
          tried() && !fits() ? t("contracts.amount_wrong", { most: local.money(props.most) }) : undefined
        }
      />
      <div class="row-of">
        <Button type="submit">{t("contracts.go_on")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("contracts.cancel")}
        </Button>
      </div>
    </form>
  );
}
