/** Settled days: one row each, and of the chosen one all versions, what they changed and why; settled again by hand. */
import { createMemo, createSignal, For, Show } from "solid-js";
import { dayOf, formatDay } from "#base/time.ts";
import { ProblemError } from "#wire/client.ts";
import type { SettlementRun } from "#wire/market-schemas.ts";
import { local, zone } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { now, reachable } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { versionReason } from "../market/words.ts";

type Version = SettlementRun["versions"][number];

export function Runs(props: { runs: readonly SettlementRun[]; refresh: () => Promise<void> }) {
  const [day, setDay] = createSignal<string>();
  /** Of itself the newest that is settled: above it stand days that are still traded. */
  const chosen = createMemo(
    () =>
      props.runs.find((one) => one.day === day()) ??
      props.runs.find(({ versions }) => versions.length > 0) ??
      props.runs[0],
  );
  return (
    <section class="two runs">
      <div class="split">
        <h2>{t("settlements.days")}</h2>
        <Show
          when={props.runs.length > 0}
          fallback={
            <Empty title={t("settlements.no_days")}>
              <p class="sub">{t("settlements.no_days_why")}</p>
            </Empty>
          }
        >
          <ul class="day-list">
            <For each={props.runs}>
              {(run) => (
                <li>
                  <button
                    type="button"
                    aria-pressed={run.day === chosen()?.day}
                    onClick={() => setDay(run.day)}
                  >
                    <span>
                      <b>{local.dayText(run.day)}</b>
                      <small>
                        {t(`settlements.state.${run.state}`)} ·{" "}
                        {t("settlements.books", { count: run.clearings })}
                        <Show when={run.missing > 0}>
                          {" "}
                          · {t("settlements.missing", { count: run.missing })}
                        </Show>
                        <Show when={run.late > 0}> · {t("settlements.late", { count: run.late })}</Show>
                      </small>
                    </span>
                    <b class="net">{local.soldEnergy(run.tradedWh)}</b>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
      <Show when={chosen()} keyed>
        {(run) => <OneRun run={run} refresh={props.refresh} />}
      </Show>
    </section>
  );
}

function OneRun(props: { run: SettlementRun; refresh: () => Promise<void> }) {
  const money = (microEur: number) => local.number(microEur / 1e6, 3);
  const kwh = (wh: number) => local.number(wh / 1000, 2);
  const columns = (): readonly Column<Version>[] => [
    { head: t("settlements.col_version"), cell: (one) => local.number(one.version) },
    { head: t("settlements.col_homes"), cell: (one) => local.number(one.homes) },
    { head: t("settlements.col_changed"), cell: (one) => local.number(one.changed) },
    { head: t("settlements.col_bought"), cell: (one) => kwh(one.boughtWh) },
    { head: t("settlements.col_fallback"), cell: (one) => kwh(one.fallbackWh) },
    { head: t("settlements.col_short"), cell: (one) => kwh(one.shortWh) },
    { head: t("settlements.col_long"), cell: (one) => kwh(one.longWh) },
    { head: t("settlements.col_fees"), cell: (one) => money(one.feesMicroEur) },
    { head: t("settlements.col_supplier"), cell: (one) => money(one.supplierMicroEur) },
    {
      head: t("settlements.col_block"),
      cell: (one) =>
        one.settled === null ? (
          "–"
        ) : (
          <a href={`/ledger/block/${one.settled.height}`}>{local.number(one.settled.height)}</a>
        ),
    },
    { head: t("settlements.col_reason"), left: true, cell: (one) => versionReason(one.reason) },
  ];
  return (
    <section class="split" aria-label={local.dayText(props.run.day)}>
      <h2>{t("settlements.versions_of", { day: local.dayText(props.run.day) })}</h2>
      <Show when={props.run.versions.length > 0} fallback={<Empty title={t("settlements.not_yet")} />}>
        <DataTable caption={t("settlements.versions")} columns={columns()} rows={props.run.versions} />
        <p class="sub">{t("settlements.versions_why")}</p>
      </Show>
      <Show when={isOver(props.run.day)}>
        <Again run={props.run} refresh={props.refresh} />
      </Show>
    </section>
  );
}

/** A day that is still traded, or lies ahead, has nothing to settle. */
function isOver(day: string): boolean {
  return day < formatDay(dayOf(zone(), Math.floor(now())));
}

function Again(props: { run: SettlementRun; refresh: () => Promise<void> }) {
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const [final, setFinal] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<{ readonly code: string; readonly detail: string }>();
  const fits = () => reason().trim().length >= 3 && reason().trim().length <= 200;

  async function run(): Promise<void> {
    setTried(true);
    if (!fits()) return;
    setBusy(true);
    setRefused(undefined);
    try {
      await platform.call("POST /v1/operator/settlements/:day", {
        params: { day: props.run.day },
        body: { reason: reason().trim(), final: final() },
      });
      announce(t("settlements.done"));
      setReason("");
      setTried(false);
    } catch (error) {
      setRefused(
        error instanceof ProblemError
          ? error.problem
          : { code: "unreached", detail: t("signing.refused.unreached") },
      );
    }
    setBusy(false);
    await props.refresh();
  }

  return (
    <form
      class="form step"
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <h3>{t("settlements.again")}</h3>
      <p class="sub">{t("settlements.again_why")}</p>
      <LabelledInput
        label={t("settlements.reason")}
        value={reason()}
        wrong={tried() && !fits() ? t("settlements.reason_wrong") : undefined}
        onInput={setReason}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={final()}
          onChange={(event) => setFinal(event.currentTarget.checked)}
        />
        {t("settlements.final")}
      </label>
      <Show when={refused()}>
        {(problem) => (
          <Note
            kind="fault"
            alert
            tag={
              <>
                {t("settlements.not_run")} · <span class="code">{problem().code}</span>
              </>
            }
            title={tCode(`settlements.refused.${problem().code}`, {}) ?? problem().detail}
          />
        )}
      </Show>
      <div>
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {t("settlements.run")}
        </Button>
      </div>
    </form>
  );
}
