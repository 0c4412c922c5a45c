/**
 * The grid operator's limits on homes, in the operator's console: which stand and what each home makes of its own, and
 * the way to set, change and lift one, for a home or a whole feeder. Of a home nothing is shown but its place and that.
 */
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { HomeLimit } from "#wire/operator-limit-schemas.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { keepReading } from "../../keep-reading.ts";
import { local } from "../../local.ts";
import { Age } from "../../parts/age.tsx";
import { announce } from "../../parts/announcer.tsx";
import { Head } from "../../parts/head.tsx";
import { refusalText } from "../../parts/letter.tsx";
import { Note } from "../../parts/note.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { now, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { BLANK, draftOf, type LimitDraft } from "./draft.ts";
import { LimitForm, type Target } from "./limit-form.tsx";
import { type Asked, LimitLetters, type Outcome } from "./limit-letters.tsx";
import { Standing } from "./standing.tsx";
import "../../parts/trading.css";
import "./limits.css";

export function LimitsScreen() {
  const limits = createView<HomeLimit[]>(
    () => (session()?.role === "operator" ? "limits" : undefined),
    (signal) => platform.call("GET /v1/operator/limits", { signal }),
  );
  const map = createView<MicrogridMap>(
    () => (session() == null ? undefined : "microgrid"),
    (signal) => platform.call("GET /v1/microgrid", { signal }),
  );
  keepReading(limits);
  const homes = () => map.value()?.homes ?? [];
  const nameOf = (home: number) => homes().find(({ plant }) => plant === home)?.name ?? String(home);

  const [picked, setPicked] = createSignal<Target>();
  const target = (): Target => picked() ?? { home: homes()[0]?.plant ?? 0 };
  const [draft, setDraft] = createSignal<LimitDraft>(BLANK);
  const [asked, setAsked] = createSignal<Asked>();
  const [outcome, setOutcome] = createSignal<Outcome>();
  let acting: HTMLHeadingElement | undefined;
  /** What comes next stands elsewhere on a phone: there the eye and the keyboard go. */
  const lead = () => queueMicrotask(() => acting?.focus());
  createEffect(on(asked, lead, { defer: true }));

  const homesOf = (of: Target) =>
    "home" in of
      ? [of.home]
      : homes()
          .filter(({ feeder }) => feeder === of.feeder)
          .map(({ plant }) => plant)
          .sort((a, b) => a - b);

  return (
    <>
      <Head title={t("limits.title")} sub={t("limits.sub")}>
        <Age received={limits.received()} steady />
      </Head>
      <Loaded view={limits} heights={[34, 16, 56, 56]}>
        {(all) => (
          <section class="two limiting">
            <div class="stack">
              <Show when={outcome()}>{(what) => <Done outcome={what()} nameOf={nameOf} />}</Show>
              <Standing
                limits={all()}
                nameOf={nameOf}
                onSet={lead}
                onChange={(one) => {
                  setOutcome(undefined);
                  setAsked(undefined);
                  setPicked({ home: one.home });
                  setDraft(draftOf(one.limit!, now()));
                  lead();
                }}
                onLift={(those) => {
                  setOutcome(undefined);
                  setAsked({
                    homes: those.map(({ home }) => home),
                    feeder: those.length > 1 ? those[0]!.feeder : undefined,
                    limit: null,
                  });
                }}
              />
            </div>
            <section class="step" aria-label={t("limits.set")}>
              <h2 tabindex="-1" ref={acting}>
                {t(
                  asked() === undefined
                    ? "limits.set"
                    : asked()!.limit === null
                      ? "limits.sign_lift"
                      : "limits.sign_set",
                )}
              </h2>
              <Show
                when={asked()}
                keyed
                fallback={
                  <>
                    <p class="sub">{t("limits.set_why")}</p>
                    <Show when={homes().length > 0}>
                      <LimitForm
                        homes={homes()}
                        target={target()}
                        draft={draft()}
                        onTarget={setPicked}
                        onDraft={setDraft}
                        onBlank={() => setDraft(BLANK)}
                        onReview={(limit) => {
                          setOutcome(undefined);
                          const of = target();
                          setAsked({
                            homes: homesOf(of),
                            feeder: "feeder" in of ? of.feeder : undefined,
                            limit,
                          });
                        }}
                      />
                    </Show>
                  </>
                }
              >
                {(what) => (
                  <LimitLetters
                    asked={what}
                    standing={all()}
                    nameOf={nameOf}
                    onBack={() => setAsked(undefined)}
                    onDone={(done) => {
                      setAsked(undefined);
                      setDraft(BLANK);
                      setOutcome(done);
                      announce(doneText(done));
                      void limits.refresh();
                    }}
                  />
                )}
              </Show>
            </section>
          </section>
        )}
      </Loaded>
    </>
  );
}

function Done(props: { outcome: Outcome; nameOf: (home: number) => string }) {
  return (
    <Note kind={props.outcome.refused.length > 0 ? "warn" : "done"} alert title={doneText(props.outcome)}>
      <Show when={props.outcome.refused.length > 0}>
        {t("limits.not_done", { count: props.outcome.refused.length })}
        <ul>
          <For each={props.outcome.refused}>
            {({ home, code }) => (
              <li>
                {props.nameOf(home)}: {refusalText("limits.refused", code)}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Note>
  );
}

function doneText({ done, limit }: Outcome): string {
  return limit === null
    ? t("limits.done_lifted", { count: done.length })
    : t("limits.done_set", { count: done.length, until: local.when(limit.until) });
}
