/**
 * The community's incentive, month by month: every version beside the others with what the authority pays by it, the
 * parts of the one that stands, and a form for one more version of a month that has ended.
 */
import { createMemo, createSignal, createUniqueId, For, onMount, Show } from "solid-js";
import type { IncentiveMonths } from "#wire/bill-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Empty, Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { partColumns, versionColumns } from "./incentive-columns.tsx";
import { Years } from "./true-up.tsx";

/** As the platform takes them. */
const MONTH = /^\d{4}-\d{2}$/;
const REASON_LENGTH = { min: 3, max: 120 } as const;

export function Incentive(props: { months: IncentiveMonths; refresh: () => Promise<void> }) {
  const [chosen, setChosen] = createSignal<string>();
  const id = createUniqueId();
  const month = createMemo(
    () => props.months.months.find((one) => one.month === chosen()) ?? props.months.months[0],
  );
  return (
    <section class="split incentive">
      <h2>{t("settlements.incentive")}</h2>
      <p class="sub">{t("settlements.incentive_why")}</p>
      <Show when={month()} fallback={<Empty title={t("settlements.incentive_none")} />} keyed>
        {(one) => (
          <>
            <Show when={props.months.months.length > 1}>
              <label for={id}>{t("settlements.incentive_month")}</label>
              <select
                id={id}
                class="field"
                value={one.month}
                onChange={(event) => setChosen(event.currentTarget.value)}
              >
                <For each={props.months.months}>
                  {({ month: name }) => <option value={name}>{name}</option>}
                </For>
              </select>
            </Show>
            <DataTable
              caption={t("settlements.incentive_versions", { month: one.month })}
              columns={versionColumns()}
              rows={one.versions}
            />
            <DataTable
              caption={t("settlements.incentive_parts", { month: one.month })}
              columns={partColumns()}
              rows={one.versions.at(-1)!.parts}
            />
          </>
        )}
      </Show>
      <Show when={props.months.keptBackMicroEur > 0}>
        <p class="sub">
          {t("settlements.incentive_kept", { amount: local.money(props.months.keptBackMicroEur) })}
        </p>
      </Show>
      <OneMore
        isFirst={(name) => !props.months.months.some((one) => one.month === name)}
        refresh={props.refresh}
      />
      <Years years={props.months.years} refresh={props.refresh} />
    </section>
  );
}

function OneMore(props: { isFirst: (month: string) => boolean; refresh: () => Promise<void> }) {
  const [opened, setOpened] = createSignal(false);
  return (
    <Show
      when={opened()}
      fallback={
        <div>
          <Button quiet onClick={() => setOpened(true)}>
            {t("settlements.incentive_open")}
          </Button>
        </div>
      }
    >
      <RunForm {...props} onBack={() => setOpened(false)} />
    </Show>
  );
}

function RunForm(props: {
  isFirst: (month: string) => boolean;
  refresh: () => Promise<void>;
  onBack: () => void;
}) {
  const [month, setMonth] = createSignal("");
  const [reason, setReason] = createSignal("");
  const [advance, setAdvance] = createSignal(false);
  const [tried, setTried] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  let form: HTMLFormElement | undefined;
  onMount(() => form?.scrollIntoView({ block: "nearest" }));
  const reasonFits = () => {
    const { length } = reason().trim();
    return length >= REASON_LENGTH.min && length <= REASON_LENGTH.max;
  };
  const run = async () => {
    setTried(true);
    if (!MONTH.test(month()) || !reasonFits() || busy()) return;
    await attempt(async () => {
      const body = { month: month(), reason: reason().trim(), advance: advance() && props.isFirst(month()) };
      await platform.call("POST /v1/operator/incentive", { body });
      announce(t("settlements.done"));
      props.onBack();
    });
    await props.refresh();
  };
  return (
    <form
      class="form step"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h3>{t("settlements.incentive_run")}</h3>
      <LabelledInput
        label={t("settlements.incentive_month")}
        value={month()}
        onInput={setMonth}
        hint={t("settlements.incentive_month_hint")}
        wrong={tried() && !MONTH.test(month()) ? t("settlements.incentive_month_hint") : undefined}
      />
      <LabelledInput
        label={t("settlements.col_reason")}
        value={reason()}
        onInput={setReason}
        wrong={tried() && !reasonFits() ? t("settlements.incentive_reason_wrong") : undefined}
      />
      <Show when={MONTH.test(month()) && props.isFirst(month())}>
        <label class="tick">
          <input
            type="checkbox"
            checked={advance()}
            onChange={(event) => setAdvance(event.currentTarget.checked)}
          />
          {t("settlements.incentive_advance")}
        </label>
      </Show>
      <div class="row-of">
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {t("settlements.incentive_run")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("settlements.incentive_leave")}
        </Button>
      </div>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}
