/** The keys that may sign for the member, and taking one away: slowly, so that a thief cannot do it at once. */
import { createSignal, For, Show } from "solid-js";
import { fromHex } from "#base/bytes.ts";
import { cancelKeyRevocation, revokeMemberKey } from "#chain/transactions.ts";
import type { AccountKeys } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./screen.tsx";
import { duration, fingerprint } from "./words.ts";

type Key = AccountKeys["keys"][number];

export function KeyList(props: { keys: AccountKeys; onDone: (done: Done) => void }) {
  const [taking, setTaking] = createSignal<string>();
  const key = () => props.keys.keys.find((one) => one.publicKey === taking());
  const staying = () => props.keys.keys.filter((one) => one.revocation === null);
  const finish = (text: string) => (height: number) => {
    setTaking(undefined);
    announce(text);
    props.onDone({ text, height });
  };
  /** Why a key cannot be taken away now. */
  const kept = (one: Key) => (staying().length === 1 && one.revocation === null ? t("keys.last") : undefined);

  return (
    <div class="split">
      <h2>{t("keys.yours")}</h2>
      <ul class="key-list">
        <For each={props.keys.keys}>
          {(one) => (
            <li>
              <Icon name="key" />
              <span>
                <b>{nameOf(one)}</b>
                <small class="code">{fingerprint(one.publicKey)}</small>
                <Show when={props.keys.renewal != null && one.next === null && one.revocation === null}>
                  <small class="going">{t("keys.no_next")}</small>
                </Show>
                <Show when={one.revocation}>
                  {(due) => (
                    <small class="going">{t("keys.going", { when: local.dateTime(due().time) })}</small>
                  )}
                </Show>
              </span>
              <Show
                when={one.revocation !== null && one.inUse}
                fallback={
                  <Button
                    quiet
                    small
                    label={`${one.revocation === null ? t("keys.take_away") : t("keys.keep")}: ${nameOf(one)} ${fingerprint(one.publicKey)}`}
                    reason={kept(one)}
                    onClick={() => setTaking(one.publicKey)}
                  >
                    {one.revocation === null ? t("keys.take_away") : t("keys.keep")}
                  </Button>
                }
              >
                <small>{t("keys.not_by_itself")}</small>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={key()} keyed>
        {(one) => (
          <div class="step">
            <h2>{one.revocation === null ? t("keys.take_title") : t("keys.keep_title")}</h2>
            <p class="sub">
              {one.revocation === null
                ? t("keys.take_why", { delay: duration(props.keys.keyDelayS) })
                : t("keys.keep_why")}
            </p>
            <SignAndSend
              kind={one.revocation === null ? revokeMemberKey : cancelKeyRevocation}
              body={{ key: fromHex(one.publicKey)! }}
              rows={() => [
                { term: t("keys.key"), value: <span class="code">{fingerprint(one.publicKey)}</span> },
                { term: t("keys.kind"), value: nameOf(one) },
              ]}
              words={{
                sign: one.revocation === null ? t("keys.sign_take") : t("keys.sign_keep"),
                notDone: t("keys.not_done"),
                back: t("keys.not_now"),
              }}
              onBack={() => setTaking(undefined)}
              onDone={finish(one.revocation === null ? t("keys.taken") : t("keys.kept"))}
            />
          </div>
        )}
      </Show>
    </div>
  );
}

function nameOf({ publicKey, inUse }: Key): string {
  if (inUse) return t("keys.this_device");
  return publicKey.length === 64 ? t("keys.other_device") : t("keys.passkey");
}
