/** The bills of a supplier, or the community's for its operator: makes those of days that have ended, lists them, says what they come to, takes one back. */
import { createSignal, Show } from "solid-js";
import type { BillEntry } from "#wire/bill-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty, Loaded, Refused } from "../../parts/states.tsx";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { BillTable, Statement } from "./bill-table.tsx";
import { Credit } from "./credit.tsx";
import { ISSUING, type Issuer, type Issuing } from "./issuing.ts";
import "../../parts/trading.css";

export function IssuedBills(props: { by: Issuer }) {
  const issuing = () => ISSUING[props.by];
  const view = createView(
    () => (session() == null ? undefined : `invoices-${props.by}`),
    (signal) => issuing().list(signal),
  );
  const [note, setNote] = createSignal<BillEntry>();
  return (
    <>
      <Head title={t("bills.title")} sub={t(`bills.${props.by}_sub`)} />
      <div class="stack">
        <Make make={issuing().make} onMade={() => void view.refresh()} />
        <Loaded view={view} heights={[16, 56, 56]}>
          {(list) => (
            <Show when={list().bills.length > 0} fallback={<Empty title={t("bills.none")} />}>
              <Statement statement={list().statement} party="recipient" />
              <BillTable bills={list().bills} party="recipient" paper={issuing().paper} />
              <Show when={note()}>
                {(made) => (
                  <Note
                    kind="done"
                    alert
                    title={t("bills.credit_made", { number: made().number, bill: made().takesBack ?? "" })}
                  />
                )}
              </Show>
              <Credit
                credit={issuing().credit}
                bills={list().bills}
                onMade={(made) => {
                  setNote(made);
                  void view.refresh();
                }}
              />
            </Show>
          )}
        </Loaded>
      </div>
    </>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function Make(props: { make: Issuing["make"]; onMade: () => void }) {
  const [from, setFrom] = createSignal("");
  const [lastDay, setLastDay] = createSignal("");
  const { busy, problem, attempt } = createAttempt();
  const [made, setMade] = createSignal<number>();
  const fits = () => DAY.test(from()) && DAY.test(lastDay());
  const make = () =>
    attempt(async () => {
      setMade(undefined);
      const { bills } = await props.make({ from: from(), lastDay: lastDay() });
      setMade(bills.length);
      props.onMade();
    });
  return (
    <form
      class="form make-bills"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits() && !busy()) void make();
      }}
    >
      <h2>{t("bills.make")}</h2>
      <LabelledInput
        label={t("bills.first_day")}
        value={from()}
        onInput={setFrom}
        hint={t("bills.day_hint")}
      />
      <LabelledInput label={t("bills.last_day")} value={lastDay()} onInput={setLastDay} />
      <Button type="submit" busy={busy()} reason={fits() ? undefined : t("bills.days_wanted")}>
        {t("bills.make")}
      </Button>
      <Show when={made() !== undefined}>
        <Note kind="done" alert title={t("bills.made", { count: made()! })} />
      </Show>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}
