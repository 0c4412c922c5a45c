/**
 * The community's incentive, month by month: every version beside the others with what the authority pays by it, the
 * parts of the one that stands, and a form for one more version of a month that has ended.
 */
import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import type { IncentiveMonths } from "#wire/bill-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { t } from "../../strings/dictionary.ts";
import { partColumns, versionColumns } from "./incentive-columns.tsx";
import { RunForm } from "./run-form.tsx";
import { Years } from "./true-up.tsx";

/** As the platform takes it. */
const MONTH = /^\d{4}-\d{2}$/;

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
  const [advance, setAdvance] = createSignal(false);
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
      <RunForm
        title={t("settlements.incentive_run")}
        field={t("settlements.incentive_month")}
        hint={t("settlements.incentive_month_hint")}
        pattern={MONTH}
        run={(month, reason) =>
          platform.call("POST /v1/operator/incentive", {
            body: { month, reason, advance: advance() && props.isFirst(month) },
          })
        }
        refresh={props.refresh}
        onBack={() => {
          setOpened(false);
          setAdvance(false);
        }}
      >
        {(month) => (
          <Show when={MONTH.test(month) && props.isFirst(month)}>
            <label class="tick">
              <input
                type="checkbox"
                checked={advance()}
                onChange={(event) => setAdvance(event.currentTarget.checked)}
              />
              {t("settlements.incentive_advance")}
            </label>
          </Show>
        )}
      </RunForm>
    </Show>
  );
}
