/** Takes one of the issuer's bills back, whole, with a reason that its home reads: a credit note is made. */
import { createSignal, createUniqueId, For, onMount, Show } from "solid-js";
import type { BillEntry } from "#wire/bill-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Refused } from "../../parts/states.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { kindOf } from "./bill-table.tsx";
import type { Issuing } from "./issuing.ts";

/** As the platform takes it. */
const REASON_LENGTH = { min: 3, max: 120 } as const;

export function Credit(props: {
  credit: Issuing["credit"];
  bills: readonly BillEntry[];
  onMade: (note: BillEntry) => void;
}) {
  const standing = () =>
    props.bills.filter(
      // A contract's credit note is signed by its seller, on the contract's screen.
      ({ kind, takenBack }) => kind !== "credit_note" && kind !== "contract" && takenBack === null,
    );
  const [opened, setOpened] = createSignal(false);
  return (
    <Show when={standing().length > 0}>
      <Show
        when={opened()}
        fallback={
          <div>
            <Button quiet onClick={() => setOpened(true)}>
              {t("bills.credit_open")}
            </Button>
          </div>
        }
      >
        <CreditForm
          credit={props.credit}
          bills={standing()}
          onBack={() => setOpened(false)}
          onMade={(note) => {
            setOpened(false);
            props.onMade(note);
          }}
        />
      </Show>
    </Show>
  );
}

function CreditForm(props: {
  credit: Issuing["credit"];
  bills: readonly BillEntry[];
  onBack: () => void;
  onMade: (note: BillEntry) => void;
}) {
  const [number, setNumber] = createSignal(props.bills[0]!.number);
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  const id = createUniqueId();
  let form: HTMLFormElement | undefined;
  onMount(() => form?.scrollIntoView({ block: "nearest" }));
  const fits = () => {
    const { length } = reason().trim();
    return length >= REASON_LENGTH.min && length <= REASON_LENGTH.max;
  };
  const credit = async () => {
    setTried(true);
    if (!fits() || busy()) return;
    await attempt(async () => {
      props.onMade(await props.credit(number(), reason().trim()));
    });
  };
  return (
    <form
      class="make-bills credit"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void credit();
      }}
    >
      <h2>{t("bills.credit")}</h2>
      <p class="sub">{t("bills.credit_why")}</p>
      <label for={id}>{t("bills.credit_which")}</label>
      <select
        id={id}
        class="field"
        value={number()}
        onChange={(event) => setNumber(event.currentTarget.value)}
      >
        <For each={props.bills}>
          {(bill) => (
            <option value={bill.number}>
              {bill.number} · {kindOf(bill)} · {bill.recipient}
            </option>
          )}
        </For>
      </select>
      <LabelledInput
        label={t("bills.credit_reason")}
        value={reason()}
        onInput={setReason}
        hint={t("bills.credit_hint")}
        wrong={tried() && !fits() ? t("bills.credit_reason_wrong") : undefined}
      />
      <div class="row-of">
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {t("bills.credit")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("bills.cancel")}
        </Button>
      </div>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}
