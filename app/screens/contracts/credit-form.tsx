/**
 * Takes an invoice back, or a part of what stands of it, with a reason that its buyer reads: the platform makes the
 * credit note and keeps it, its hash is what the seller signs.
 */
import { createSignal, onMount, Show } from "solid-js";
import type { SupplyContractView, SupplyInvoiceView } from "#wire/contract-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { t } from "../../strings/dictionary.ts";
import { typedAmount } from "../money/amount.ts";
import type { Act } from "./act.tsx";
import { crediting, numberOf } from "./acts.tsx";

/** As the platform takes it. */
const REASON_LENGTH = { min: 3, max: 120 } as const;

export function CreditForm(props: {
  contract: SupplyContractView;
  invoice: SupplyInvoiceView;
  onAct: (act: Act) => void;
  onBack: () => void;
}) {
  const stands = () => props.invoice.amountMicroEur - props.invoice.creditedMicroEur;
  const [amount, setAmount] = createSignal("");
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  let form: HTMLFormElement | undefined;
  onMount(() => form?.scrollIntoView({ block: "nearest" }));
  const isAll = () => amount().trim() === "";
  const part = () => typedAmount(amount()) ?? 0;
  const amountFits = () => isAll() || (part() > 0 && part() <= stands());
  const reasonFits = () => {
    const { length } = reason().trim();
    return length >= REASON_LENGTH.min && length <= REASON_LENGTH.max;
  };
  const make = async () => {
    setTried(true);
    if (!amountFits() || !reasonFits() || busy()) return;
    await attempt(async () => {
      const params = { id: props.contract.contract, invoice: props.invoice.invoice };
      const body = { reason: reason().trim(), ...(isAll() ? {} : { amountMicroEur: part() }) };
      const made = await platform.call("POST /v1/contracts/:id/invoices/:invoice/credit", { params, body });
      props.onAct(crediting(props.contract, props.invoice, made));
    });
  };
  return (
    <form
      class="form"
      ref={form}
      aria-label={t("contracts.credit")}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <p class="sub">
        {t("contracts.credit_why", { number: numberOf(props.invoice), amount: local.money(stands()) })}
      </p>
      <LabelledInput
        label={t("contracts.credit_amount")}
        value={amount()}
        keyboard="decimal"
        onInput={setAmount}
        hint={t("contracts.credit_amount_hint")}
        wrong={
          tried() && !amountFits() ? t("contracts.amount_wrong", { most: local.money(stands()) }) : undefined
        }
      />
      <LabelledInput
        label={t("contracts.reason")}
        value={reason()}
        onInput={setReason}
        hint={t("contracts.credit_hint")}
        wrong={tried() && !reasonFits() ? t("contracts.credit_reason_wrong") : undefined}
      />
      <div class="row-of">
        <Button type="submit" busy={busy()}>
          {t("contracts.review")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("contracts.cancel")}
        </Button>
      </div>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}
