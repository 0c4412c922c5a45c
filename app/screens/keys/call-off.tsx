/** Somebody asks for this account with two guardians' signatures: the owner has days to say no. */
import { createSignal, Show } from "solid-js";
import { fromHex } from "#base/bytes.ts";
import { cancelMemberRecovery } from "#chain/transactions.ts";
import type { AccountKeys } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./screen.tsx";
import { fingerprint } from "./words.ts";

export function CallOff(props: {
  recovery: NonNullable<AccountKeys["recovery"]>;
  onDone: (done: Done) => void;
}) {
  const [open, setOpen] = createSignal(false);
  const key = () => <span class="code">{fingerprint(props.recovery.newKey)}</span>;
  return (
    <Note
      kind="warn"
      tag={t("keys.recovery_tag")}
      title={t("keys.recovery_title", { when: local.dateTime(props.recovery.due.time) })}
      meta={t("keys.recovery_why")}
    >
      <Show when={open()} fallback={<Button onClick={() => setOpen(true)}>{t("keys.call_off")}</Button>}>
        <SignAndSend
          kind={cancelMemberRecovery}
          body={{ key: fromHex(props.recovery.newKey)! }}
          rows={() => [{ term: t("keys.new_key"), value: key() }]}
          words={{ sign: t("keys.sign_call_off"), notDone: t("keys.not_done"), back: t("keys.not_now") }}
          onBack={() => setOpen(false)}
          onDone={(height) => {
            announce(t("keys.called_off"));
            props.onDone({ text: t("keys.called_off"), height });
          }}
        />
      </Show>
    </Note>
  );
}
