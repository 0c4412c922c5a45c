/** A gateway that comes in: its checks, then its faults and devices, and the question before it is removed. */
import { createSignal, For, Index, Show } from "solid-js";
import type { GatewayView } from "#wire/gateway-schemas.ts";
import { createAttempt } from "../../attempt.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { Refused } from "../../parts/states.tsx";
import { reachable, wallNow } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";
import { DeviceSheets, GatewaySheet } from "../plant/device-sheets.tsx";
import { FaultNote } from "../plant/faults.tsx";
import { type Check, checksOf } from "./checks.ts";

const ICON: Readonly<Record<Check["state"], IconName>> = { done: "check", waits: "clock", wrong: "warning" };

export function Progress(props: { view: GatewayView | null }) {
  const checks = () => checksOf(props.view, wallNow() / 1000);
  const values = (count = 0) => ({
    gateway: props.view?.gateway ?? "",
    time: local.dateTime(props.view?.heardAt ?? props.view?.enrolledAt ?? 0),
    count,
  });
  const sentence = ({ name, says, count }: Check) => {
    if (says === undefined || props.view === null) return says && tCode(`check.${says}`, values());
    const enrolled = { ...values(count), time: local.dateTime(props.view.enrolledAt) };
    const from = { ...values(count), time: local.when(props.view.meteringFrom ?? 0) };
    return tCode(
      `check.${says}`,
      name === "enrolled" ? enrolled : name === "readings" ? from : values(count),
    );
  };
  return (
    <div class="split">
      <h2>{t("install.checks")}</h2>
      <Show when={checks().every(({ state }) => state === "done")}>
        <Note kind="done" title={t("install.ready")} />
      </Show>
      <ol class="checks">
        <Index each={checks()}>
          {(check) => (
            <li data-check={check().name} data-state={check().state}>
              <Icon name={ICON[check().state]} />
              <b>{t(`check.${check().name}`)}</b>
              <em>{t(`check.${check().state}`)}</em>
              <Show when={sentence(check())}>{(text) => <small>{text()}</small>}</Show>
            </li>
          )}
        </Index>
      </ol>
    </div>
  );
}

/** What it says of itself and of what stands behind it. */
export function Behind(props: { view: GatewayView }) {
  const open = () => props.view.report?.faults.filter(({ resolvedAt }) => resolvedAt === null) ?? [];
  return (
    <>
      <Show when={open().length > 0}>
        <div class="split">
          <h2>{t("plant.attention")}</h2>
          <For each={open()}>{(fault) => <FaultNote fault={fault} />}</For>
        </div>
      </Show>
      <div class="split">
        <h2>{t("box.title")}</h2>
        <GatewaySheet view={props.view} />
      </div>
      <Show when={props.view.report}>
        {(report) => (
          <div class="split">
            <h2>{t("plant.sheet")}</h2>
            <DeviceSheets devices={report().devices} time={report().time} />
          </div>
        )}
      </Show>
    </>
  );
}

export function Remove(props: { remove: () => Promise<void> }) {
  const [asking, setAsking] = createSignal(false);
  const { busy, problem, attempt } = createAttempt();
  const remove = () =>
    attempt(async () => {
      await props.remove();
      announce(t("install.removed"));
      setAsking(false);
    });
  return (
    <Show
      when={asking()}
      fallback={
        <div>
          <Button
            quiet
            reason={reachable() ? undefined : t("install.offline")}
            onClick={() => setAsking(true)}
          >
            {t("install.remove")}
          </Button>
        </div>
      }
    >
      <section class="stack tight ask" aria-label={t("install.remove_ask")}>
        <Note kind="warn" title={t("install.remove_ask")}>
          {t("install.remove_what")}
        </Note>
        <Show when={problem()}>{(one) => <Refused problem={one()} title={t("install.not_removed")} />}</Show>
        <div class="row-of">
          <Button busy={busy()} onClick={() => void remove()}>
            {t("install.remove_yes")}
          </Button>
          <Button quiet onClick={() => setAsking(false)}>
            {t("install.remove_no")}
          </Button>
        </div>
      </section>
    </Show>
  );
}
