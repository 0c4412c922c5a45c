/** The yearly true-up of the incentive: what of a year goes to consumers, in versions, and a form for one more. */
import { createSignal, For, onMount, Show } from "solid-js";
import type { IncentiveYear } from "#wire/bill-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Refused } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { partColumns, versionColumns } from "./incentive-columns.tsx";

/** As the platform takes them. */
const YEAR = /^2[01]\d{2}$/;
const REASON_LENGTH = { min: 3, max: 120 } as const;

export function Years(props: { years: readonly IncentiveYear[]; refresh: () => Promise<void> }) {
  const [opened, setOpened] = createSignal(false);
  return (
    <>
      <For each={props.years}>{(one) => <OneYear year={one} />}</For>
      <Show
        when={opened()}
        fallback={
          <div>
            <Button quiet onClick={() => setOpened(true)}>
              {t("settlements.year_open")}
            </Button>
          </div>
        }
      >
        <YearForm refresh={props.refresh} onBack={() => setOpened(false)} />
      </Show>
    </>
  );
}

function OneYear(props: { year: IncentiveYear }) {
  const threshold = () => `${local.number(props.year.thresholdPerMillion / 10_000)} %`;
  return (
    <section class="split year">
      <h3>{t("settlements.year", { year: String(props.year.year) })}</h3>
      <p class="sub">
        {props.year.excessWh > 0
          ? t("settlements.year_why", {
              threshold: threshold(),
              excess: local.number(props.year.excessWh / 1000, 2),
            })
          : t("settlements.year_below", { threshold: threshold() })}{" "}
        {t("settlements.year_advanced", {
          tip: local.money(props.year.tipMicroEur),
          advanced: local.money(props.year.advancedMicroEur),
        })}
      </p>
      <DataTable
        caption={t("settlements.year_versions", { year: String(props.year.year) })}
        columns={versionColumns("settlements.col_moves")}
        rows={props.year.versions}
      />
      <DataTable
        caption={t("settlements.year_parts", { year: String(props.year.year) })}
        columns={partColumns()}
        rows={props.year.versions.at(-1)!.parts}
      />
    </section>
  );
}

function YearForm(props: { refresh: () => Promise<void>; onBack: () => void }) {
  const [year, setYear] = createSignal("");
  const [reason, setReason] = createSignal("");
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
    if (!YEAR.test(year()) || !reasonFits() || busy()) return;
    await attempt(async () => {
      const body = { year: Number(year()), reason: reason().trim() };
      await platform.call("POST /v1/operator/incentive/true-up", { body });
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
      <h3>{t("settlements.year_run")}</h3>
      <LabelledInput
        label={t("settlements.year_field")}
        value={year()}
        onInput={setYear}
        keyboard="numeric"
        hint={t("settlements.year_hint")}
        wrong={tried() && !YEAR.test(year()) ? t("settlements.year_hint") : undefined}
      />
      <LabelledInput
        label={t("settlements.col_reason")}
        value={reason()}
        onInput={setReason}
        wrong={tried() && !reasonFits() ? t("settlements.incentive_reason_wrong") : undefined}
      />
      <div class="row-of">
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {t("settlements.year_run")}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("settlements.incentive_leave")}
        </Button>
      </div>
      <Show when={problem()}>{(what) => <Refused problem={what()} />}</Show>
    </form>
  );
}
