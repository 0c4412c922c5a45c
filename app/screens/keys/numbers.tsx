/** The owner's number on the ledger, and whether the next renewal of pseudonyms gives it another one. */
import { Show } from "solid-js";
import type { AccountKeys } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";

type Renewal = NonNullable<AccountKeys["renewal"]>;

export function Numbers(props: { renewal: Renewal }) {
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
    </div>
  );
}

function reasonText(reason: NonNullable<Renewal["reason"]>): string {
  if (reason === "no_next_key") return t("keys.stays_no_next_key");
  if (reason === "guardian_key") return t("keys.stays_guardian_key");
  if (reason === "guards_others") return t("keys.stays_guards_others");
  if (reason === "not_at_rest") return t("keys.stays_not_at_rest");
  return t("keys.stays_meter");
}
