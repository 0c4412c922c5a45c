/** What is wrong with an invoice: one reason, before it is signed. */
import { createSignal, createUniqueId, For } from "solid-js";
import { DISPUTE_REASONS, type DisputeReason } from "#market/contract/invoice.ts";
import type { SupplyInvoiceView } from "#wire/contract-schemas.ts";
import { Button } from "../../parts/button.tsx";
import { t } from "../../strings/dictionary.ts";
import type { Act } from "./act.tsx";
import { dispute } from "./acts.tsx";

export function DisputeForm(props: {
  invoice: SupplyInvoiceView;
  onAct: (act: Act) => void;
  onBack: () => void;
}) {
  const [reason, setReason] = createSignal<DisputeReason>("reading");
  const id = createUniqueId();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        props.onAct(dispute(props.invoice, reason()));
      }}
    >
      <label for={id}>{t("contracts.dispute_why")}</label>
      <select
        id={id}
        class="field"
        value={reason()}
        onChange={(event) => setReason(event.currentTarget.value as DisputeReason)}
      >
        <For each={DISPUTE_REASONS}>
          {(one) => <option value={one}>{t(`contracts.reason.${one}`)}</option>}
        </For>
      </select>
      <div class="row-of">
        <Button type="submit">{t("contracts.go_on")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("contracts.cancel")}
        </Button>
      </div>
    </form>
  );
}
