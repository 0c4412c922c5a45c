/** The owner's number on the ledger, and whether the next renewal of pseudonyms gives it another one. */
import { createSignal, Show } from "solid-js";
import { PAPER_CODE_RENEWALS } from "#crypto/paper-code.ts";
import { ProblemError } from "#wire/client.ts";
import type { AccountKeys, Guardian } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { paperAmong } from "../../paper-code.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { offerPaperKeys } from "./offer-code.ts";

type Renewal = NonNullable<AccountKeys["renewal"]>;

/** A code with keys for fewer renewals than this asks to be replaced. */
const FEW_RENEWALS = 6;

export function Numbers(props: { renewal: Renewal; guardians: readonly Guardian[]; onNamed: () => void }) {
  const few = () => {
    const left = props.renewal.guardianRenewals;
    return left !== null && left > 0 && left < FEW_RENEWALS ? left : undefined;
  };
  return (
    <div class="split">
      <h2>{t("keys.number")}</h2>
      <p class="sub">{t("keys.number_why")}</p>
      <Sheet
        rows={[
          { term: t("keys.number_now"), value: String(session()?.member ?? "") },
          { term: t("keys.number_changed"), value: t("keys.number_times", { count: props.renewal.times }) },
          ...(props.renewal.waitingMicroEur > 0
            ? [{ term: t("keys.number_waiting"), value: local.money(props.renewal.waitingMicroEur) }]
            : []),
        ]}
      />
      <Show
        when={props.renewal.reason}
        fallback={<Note kind="plain" title={t("keys.number_ready")} meta={t("keys.number_ready_why")} />}
      >
        {(reason) => <Note kind="warn" title={t("keys.number_stays")} meta={reasonText(reason())} />}
      </Show>
      <Show when={props.renewal.reason === "guardian_key"}>
        <PaperCode guardians={props.guardians} onNamed={props.onNamed} />
      </Show>
      <Show when={few()}>
        {(count) => (
          <Note kind="warn" title={t("keys.code_few", { count: count() })} meta={t("keys.code_anew")} />
        )}
      </Show>
    </div>
  );
}

/** Names the keys that follow for a code that is among the guardians already. */
function PaperCode(props: { guardians: readonly Guardian[]; onNamed: () => void }) {
  const [code, setCode] = createSignal("");
  const [wrong, setWrong] = createSignal<string>();
  const [naming, setNaming] = createSignal(false);

  async function name(): Promise<void> {
    if (naming()) return;
    setWrong(undefined);
    const paper = paperAmong(props.guardians, code());
    if (paper === undefined) return void setWrong(t("keys.code_wrong"));
    if (paper.renewals === PAPER_CODE_RENEWALS) return void setWrong(t("keys.code_used_up"));
    setNaming(true);
    try {
      await offerPaperKeys(code(), paper.renewals);
      announce(t("keys.code_named"));
      props.onNamed();
    } catch (error) {
      setWrong(error instanceof ProblemError ? error.problem.detail : t("keys.problem_unreached"));
    } finally {
      setNaming(false);
    }
  }

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void name();
      }}
    >
      <LabelledInput
        label={t("keys.type_code")}
        code
        capitals
        value={code()}
        wrong={wrong()}
        onInput={setCode}
      />
      <div>
        <Button quiet type="submit" busy={naming()}>
          {t("keys.name_code")}
        </Button>
      </div>
    </form>
  );
}

function reasonText(reason: NonNullable<Renewal["reason"]>): string {
  if (reason === "no_next_key") return t("keys.stays_no_next_key");
  if (reason === "guardian_key") return t("keys.stays_guardian_key");
  if (reason === "guards_others") return t("keys.stays_guards_others");
  if (reason === "not_at_rest") return t("keys.stays_not_at_rest");
  if (reason === "supply_contract") return t("keys.stays_supply_contract");
  if (reason === "market_day") return t("keys.stays_market_day");
  return t("keys.stays_meter");
}
