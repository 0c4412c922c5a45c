/** A form for one more version of what the operator reckons: which month or year, and why. */
import { createSignal, type JSX, onMount, Show } from "solid-js";
import { createAttempt } from "../../attempt.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Refused } from "../../parts/states.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";

/** As the platform takes it. */
const REASON_LENGTH = { min: 3, max: 120 } as const;

export function RunForm(props: {
  title: string;
  /** What is to be reckoned, what that looks like, and when it does. */
  field: string;
  hint: string;
  pattern: RegExp;
  keyboard?: "numeric";
  run: (what: string, reason: string) => Promise<unknown>;
  refresh: () => Promise<void>;
  onBack: () => void;
  /** What else is asked, by what stands in the field. */
  children?: (what: string) => JSX.Element;
}) {
  const [what, setWhat] = createSignal("");
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
    if (!props.pattern.test(what()) || !reasonFits() || busy()) return;
    await attempt(async () => {
      await props.run(what(), reason().trim());
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
      <h3>{props.title}</h3>
      <LabelledInput
        label={props.field}
        value={what()}
        onInput={setWhat}
        {...(props.keyboard && { keyboard: props.keyboard })}
        hint={props.hint}
        wrong={tried() && !props.pattern.test(what()) ? props.hint : undefined}
      />
      <LabelledInput
        label={t("settlements.col_reason")}
        value={reason()}
        onInput={setReason}
        wrong={tried() && !reasonFits() ? t("settlements.incentive_reason_wrong") : undefined}
      />
      {props.children?.(what())}
      <div class="row-of">
        <Button type="submit" busy={busy()} reason={reachable() ? undefined : t("signing.offline")}>
          {props.title}
        </Button>
        <Button quiet onClick={props.onBack}>
          {t("settlements.incentive_leave")}
        </Button>
      </div>
      <Show when={problem()}>{(refused) => <Refused problem={refused()} />}</Show>
    </form>
  );
}
