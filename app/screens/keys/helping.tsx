/** A guardian helps somebody back: reads the plea, signs it, passes it on or hands it in. */
import { createSignal, createUniqueId, Match, Show, Switch } from "solid-js";
import { toHex } from "#base/bytes.ts";
import { requestMemberRecovery } from "#chain/transactions.ts";
import type { RecoveryInfo } from "#wire/schemas.ts";
import { deviceKey } from "../../device-key.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { platform } from "../../platform.ts";
import { approved, hashOfPlea, isComplete, type Plea, placeAmong, pleaOf, pleaText } from "../../recovery.ts";
import { community, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./screen.tsx";
import { duration, fingerprint } from "./words.ts";

type Problem = "no_plea" | "other_chain" | "unreached" | "no_guardian" | "old_plea";

export function Helping(props: { onDone: (done: Done) => void }) {
  const [text, setText] = createSignal("");
  const [plea, setPlea] = createSignal<Plea>();
  const [info, setInfo] = createSignal<RecoveryInfo>();
  const [problem, setProblem] = createSignal<Problem>();
  const id = createUniqueId();

  const place = () => {
    const [who, known] = [session(), info()];
    return who == null || known === undefined ? undefined : placeAmong(known.guardians, who);
  };

  async function read(): Promise<void> {
    const found = pleaOf(text());
    setProblem(undefined);
    setPlea(undefined);
    if (found === undefined) return void setProblem("no_plea");
    if (found.chain !== community()?.chain) return void setProblem("other_chain");
    const params = { member: found.member };
    const known = await platform.call("GET /v1/members/:member/recovery", { params }).catch(() => undefined);
    if (known === undefined) return void setProblem("unreached");
    if (known.round !== found.round || found.expiryHeight < known.height) return void setProblem("old_plea");
    setInfo(known);
    if (place() === undefined && !isComplete(found)) return void setProblem("no_guardian");
    setPlea(found);
  }

  async function sign(open: Plea): Promise<void> {
    const key = await deviceKey();
    const signature = await key.sign(hashOfPlea(open));
    setPlea(approved(open, { guardian: place()!, key: key.publicKey, signature }));
    announce(t("keys.plea_signed"));
  }

  const mine = (open: Plea) => open.approvals.some(({ guardian }) => guardian === place());

  return (
    <div class="split">
      <h2>{t("keys.help")}</h2>
      <p class="sub">{t("keys.help_why")}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void read();
        }}
      >
        <label for={id}>{t("keys.plea")}</label>
        <textarea
          id={id}
          class="field code"
          rows={3}
          spellcheck={false}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Show when={problem()}>
          {(what) => (
            <p class="sub wrong" role="alert">
              {t(`keys.problem_${what()}`)}
            </p>
          )}
        </Show>
        <div>
          <Button quiet type="submit">
            {t("keys.read_plea")}
          </Button>
        </div>
      </form>
      <Show when={plea()} keyed>
        {(open) => (
          <div class="step">
            <Switch>
              <Match when={!mine(open) && place() !== undefined && !isComplete(open)}>
                <Note kind="warn" title={t("keys.sure")} />
                <Sheet
                  rows={[
                    { term: t("keys.member"), value: String(open.member) },
                    {
                      term: t("keys.new_key"),
                      value: <span class="code">{fingerprint(toHex(open.newKey))}</span>,
                    },
                    { term: t("keys.takes"), value: duration(info()?.recoveryDelayS ?? 0) },
                  ]}
                />
                <div>
                  <Button onClick={() => void sign(open)}>{t("keys.sign_plea")}</Button>
                </div>
              </Match>
              <Match when={isComplete(open)}>
                <SignAndSend
                  kind={requestMemberRecovery}
                  body={open}
                  rows={(body) => [
                    { term: t("keys.member"), value: String(body.member) },
                    {
                      term: t("keys.new_key"),
                      value: <span class="code">{fingerprint(toHex(body.newKey))}</span>,
                    },
                    { term: t("keys.signatures"), value: String(body.approvals.length) },
                  ]}
                  words={{ sign: t("keys.hand_in"), notDone: t("keys.not_done"), back: t("keys.not_now") }}
                  onBack={() => setPlea(undefined)}
                  onDone={(height) => {
                    setPlea(undefined);
                    setText("");
                    announce(t("keys.handed_in"));
                    props.onDone({ text: t("keys.handed_in"), height });
                  }}
                />
              </Match>
              <Match when={true}>
                <p class="sub">{t("keys.pass_on")}</p>
                <output class="plea">{pleaText(open)}</output>
              </Match>
            </Switch>
          </div>
        )}
      </Show>
    </div>
  );
}
