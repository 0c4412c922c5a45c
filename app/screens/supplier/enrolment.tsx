/** Before a supplier may buy: it asks, the operator signs, it publishes its first rate. */
import { createSignal, createUniqueId, Show } from "solid-js";
import { ProblemError } from "#wire/client.ts";
import type { Problem, SupplierDesk } from "#wire/schemas.ts";
import { Button } from "../../parts/button.tsx";
import { Refused } from "../../parts/states.tsx";
import { type Station, Track } from "../../parts/track.tsx";
import { platform } from "../../platform.ts";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";

export function Enrolment(props: { desk: SupplierDesk; refresh: () => Promise<void> }) {
  const stations = (): readonly Station[] => [
    props.desk.applied
      ? { state: "done", title: t("supplier.asked"), note: t("supplier.asked_note") }
      : { state: "now", title: t("supplier.ask") },
    { state: props.desk.applied ? "now" : "ahead", title: t("supplier.enrolment") },
    { state: "ahead", title: t("supplier.first_rate") },
  ];
  return (
    <section class="two">
      <div class="stack">
        <Show
          when={props.desk.applied}
          fallback={
            <>
              <p class="reason">
                {t("supplier.not_enrolled")}
                <small>{t("supplier.not_enrolled_why")}</small>
              </p>
              <Application desk={props.desk} refresh={props.refresh} />
            </>
          }
        >
          <p class="reason" role="status">
            {t("supplier.applied")}
            <small>{t("supplier.applied_why")}</small>
          </p>
        </Show>
      </div>
      <div class="split">
        <h2>{t("supplier.way")}</h2>
        <Track stations={stations()} />
      </div>
    </section>
  );
}

function Application(props: { desk: SupplierDesk; refresh: () => Promise<void> }) {
  const [name, setName] = createSignal(props.desk.name);
  const [wrong, setWrong] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const id = createUniqueId();

  async function apply(): Promise<void> {
    const length = [...name()].length;
    setWrong(length < 2 || length > 60 || name().trim() !== name());
    if (wrong()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await platform.call("POST /v1/supplier/application", { body: { name: name() } });
      await props.refresh();
    } catch (error) {
      if (error instanceof ProblemError) setProblem(error.problem);
    }
    setBusy(false);
  }

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <label for={id}>{t("supplier.name")}</label>
      <input
        id={id}
        class="field"
        type="text"
        autocomplete="organization"
        value={name()}
        aria-invalid={wrong()}
        aria-describedby={wrong() ? `${id}-wrong` : undefined}
        onInput={(event) => {
          setName(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <Show when={wrong()}>
        <p class="sub" id={`${id}-wrong`} role="alert">
          {t("supplier.name_wrong")}
        </p>
      </Show>
      <Show when={problem()}>{(one) => <Refused problem={one()} title={t("supplier.not_applied")} />}</Show>
      <div>
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {busy() ? t("supplier.applying") : t("supplier.apply")}
        </Button>
      </div>
    </form>
  );
}
