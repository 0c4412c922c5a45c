/** The yearly true-up of the incentive: what of a year goes to consumers, in versions, and a form for one more. */
import { createSignal, For, Show } from "solid-js";
import type { IncentiveYear } from "#wire/bill-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { platform } from "../../platform.ts";
import { t } from "../../strings/dictionary.ts";
import { partColumns, versionColumns } from "./incentive-columns.tsx";
import { RunForm } from "./run-form.tsx";

/** As the platform takes it. */
const YEAR = /^2[01]\d{2}$/;

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
        <RunForm
          title={t("settlements.year_run")}
          field={t("settlements.year_field")}
          hint={t("settlements.year_hint")}
          pattern={YEAR}
          keyboard="numeric"
          run={(year, reason) =>
            platform.call("POST /v1/operator/incentive/true-up", { body: { year: Number(year), reason } })
          }
          refresh={props.refresh}
          onBack={() => setOpened(false)}
        />
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
