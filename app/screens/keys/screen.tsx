/**
 * The keys of a member: which devices and passkeys may sign, taking one away, adding one, who helps back when
 * all are lost, and helping somebody else back.
 */
import { createSignal, onCleanup, Show } from "solid-js";
import type { AccountKeys } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { AddKey } from "./add-key.tsx";
import { CallOff } from "./call-off.tsx";
import { Guardians } from "./guardians.tsx";
import { Helping } from "./helping.tsx";
import { KeyList } from "./key-list.tsx";
import { Numbers } from "./numbers.tsx";
import "../../parts/trading.css";
import "./keys.css";

/** What was done here, and in which block. */
export interface Done {
  readonly text: string;
  readonly height: number;
}

export function KeysScreen() {
  const view = createView<AccountKeys>(
    () => (session() == null ? undefined : "keys"),
    (signal) => platform.call("GET /v1/account/keys", { signal }),
  );
  const [done, setDone] = createSignal<Done>();
  onCleanup(onStream("block", () => void view.refresh()));
  const onDone = (one: Done) => {
    setDone(one);
    void view.refresh();
  };
  return (
    <>
      <Head title={t("keys.title")} sub={t("keys.sub")} />
      <Show when={done()}>
        {(one) => (
          <Note kind="done" alert>
            <a href={`/ledger/block/${one().height}`}>
              {one().text} {t("keys.in_block", { height: local.number(one().height) })}
            </a>
          </Note>
        )}
      </Show>
      <Loaded view={view} heights={[56, 56, 160]}>
        {(keys) => (
          <>
            <Show when={keys().recovery}>
              {(recovery) => <CallOff recovery={recovery()} onDone={onDone} />}
            </Show>
            <section class="two">
              <div class="stack">
                <KeyList keys={keys()} onDone={onDone} />
                <AddKey onDone={onDone} />
              </div>
              <div class="stack">
                <Show when={keys().renewal}>
                  {(renewal) => (
                    <Numbers
                      renewal={renewal()}
                      guardians={keys().guardians?.chosen ?? []}
                      onNamed={() => void view.refresh()}
                    />
                  )}
                </Show>
                <Guardians keys={keys()} onDone={onDone} />
                <Helping onDone={onDone} />
              </div>
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}
