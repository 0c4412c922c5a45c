/** One more key: a passkey of this or another device, or a second device by the key that it shows. */
import { createSignal, Match, Show, Switch } from "solid-js";
import { fromHex, toHex } from "#base/bytes.ts";
import { registerMemberKey } from "#chain/transactions.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Note } from "../../parts/note.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { makePasskey } from "../../passkey.ts";
import { NoPasskeyError, passkeysOffered } from "../../passkeys-offered.ts";
import { community, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./screen.tsx";
import { fingerprint } from "./words.ts";

type Adding = { readonly key: Uint8Array; readonly name: string };

export function AddKey(props: { onDone: (done: Done) => void }) {
  const [adding, setAdding] = createSignal<Adding>();
  const [typed, setTyped] = createSignal("");
  const [wrong, setWrong] = createSignal(false);
  const [failed, setFailed] = createSignal(false);
  const [busy, setBusy] = createSignal(false);

  async function addPasskey(): Promise<void> {
    const [who, known] = [session(), community()];
    if (who == null || known === undefined) return;
    setBusy(true);
    setFailed(false);
    try {
      const owner = { chain: known.chain, member: who.account, name: who.name, community: known.name };
      setAdding({ key: await makePasskey(owner), name: t("keys.passkey") });
    } catch (error) {
      if (!(error instanceof NoPasskeyError)) throw error;
      setFailed(true);
    } finally {
      setBusy(false);
    }
  }

  function addDevice(): void {
    const key = fromHex(typed().replace(/\s+/g, "").toLowerCase());
    setWrong(key === undefined || key.length !== 32);
    if (!wrong()) setAdding({ key: key!, name: t("keys.other_device") });
  }

  return (
    <div class="split">
      <h2>{t("keys.add")}</h2>
      <Switch>
        <Match when={adding()} keyed>
          {(one) => (
            <div class="step">
              <p class="sub">{t("keys.add_why")}</p>
              <SignAndSend
                kind={registerMemberKey}
                body={{ key: one.key }}
                rows={(body) => [
                  { term: t("keys.key"), value: <span class="code">{fingerprint(toHex(body.key))}</span> },
                  { term: t("keys.kind"), value: one.name },
                ]}
                words={{ sign: t("keys.sign_add"), notDone: t("keys.not_done"), back: t("keys.not_now") }}
                onBack={() => setAdding(undefined)}
                onDone={(height) => {
                  setAdding(undefined);
                  setTyped("");
                  announce(t("keys.added"));
                  props.onDone({ text: t("keys.added"), height });
                }}
              />
            </div>
          )}
        </Match>
        <Match when={true}>
          <div class="stack tight">
            <p class="sub">{t("keys.passkey_why")}</p>
            <Show when={failed()}>
              <Note kind="fault" alert tag={t("keys.not_done")} title={t("keys.no_passkey")} />
            </Show>
            <div>
              <Button
                busy={busy()}
                reason={passkeysOffered() ? undefined : t("keys.no_host_name")}
                onClick={() => void addPasskey()}
              >
                {t("keys.add_passkey")}
              </Button>
            </div>
            <form
              class="form"
              onSubmit={(event) => {
                event.preventDefault();
                addDevice();
              }}
            >
              <LabelledInput
                label={t("keys.device_key")}
                code
                value={typed()}
                hint={t("keys.device_key_why")}
                wrong={wrong() ? t("keys.device_key_wrong") : undefined}
                onInput={(text) => {
                  setTyped(text);
                  setWrong(false);
                }}
              />
              <div>
                <Button quiet type="submit">
                  {t("keys.add_device")}
                </Button>
              </div>
            </form>
          </div>
        </Match>
      </Switch>
    </div>
  );
}
