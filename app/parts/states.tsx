/** The same screen when something is missing: loading, empty, refused, offline. */
import { createSignal, For, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import type { Problem } from "#wire/schemas.ts";
import { local } from "../local.ts";
import { connection, reconnect, shownSince } from "../session.ts";
import { t, tCode } from "../strings/dictionary.ts";
import type { View } from "../view.ts";
import { Button } from "./button.tsx";
import { Note } from "./note.tsx";

/** Shapes where numbers will stand; after two seconds a word. `heights` in px, one bone each. */
export function Bones(props: { heights?: readonly number[] }) {
  const [late, setLate] = createSignal(false);
  const timer = setTimeout(() => setLate(true), 2000);
  onCleanup(() => clearTimeout(timer));
  return (
    <div class="bones" aria-busy="true">
      <For each={props.heights ?? [34, 16, 16]}>
        {(height, index) => (
          <div class="bone" style={{ height: `${height}px`, width: `${[55, 100, 80][index() % 3]}%` }} />
        )}
      </For>
      <p class="sub" role="status">
        {late() ? t("state.still_reading") : "\u00a0"}
      </p>
    </div>
  );
}

/** Nothing there yet, and what could be. */
export function Empty(props: { title: string; children?: JSX.Element }) {
  return (
    <div class="stack tight">
      <p class="reason">{props.title}</p>
      <Show when={props.children}>{props.children}</Show>
    </div>
  );
}

/** What did not happen, that nothing was lost, the next best action, and the code in small capitals. */
export function Refused(props: {
  problem: Problem;
  /** What did not happen: "Not sold". */
  title?: string;
  children?: JSX.Element;
}) {
  return (
    <div class="stack tight">
      <Note
        kind="fault"
        alert
        tag={
          <>
            {props.title ?? t("state.refused")} · <span class="code">{props.problem.code}</span>
          </>
        }
        title={tCode(`refusal.${props.problem.code}`, {}) ?? props.problem.detail}
      />
      {props.children}
    </div>
  );
}

/** Says that what is shown is the last view, and since when; nothing while the platform is reached. */
export function OfflineNote() {
  return (
    <Show when={connection() === "offline" || connection() === "silent"}>
      <div class="unreached">
        <Note
          kind="warn"
          title={connection() === "offline" ? t("state.offline") : t("state.silent")}
          meta={t("state.offline_meta")}
        >
          <Show when={shownSince()}>{(at) => t("state.view_of", { time: local.when(at()) })}</Show>
        </Note>
        <Button quiet small onClick={() => void reconnect()}>
          {t("state.try_again")}
        </Button>
      </div>
    </Show>
  );
}

/** A view as its state is: bones, the value, a refusal, or that it was never read. */
export function Loaded<T>(props: {
  view: View<T>;
  heights?: readonly number[];
  children: (value: () => T) => JSX.Element;
}) {
  return (
    <Switch>
      <Match when={props.view.value() !== undefined}>{props.children(() => props.view.value() as T)}</Match>
      <Match when={props.view.refused()}>
        {(problem) => (
          <Refused problem={problem()}>
            <Button quiet onClick={() => void props.view.refresh()}>
              {t("state.try_again")}
            </Button>
          </Refused>
        )}
      </Match>
      <Match when={props.view.unreached()}>
        <Empty title={t("state.never_read")}>
          <Button quiet onClick={() => void props.view.refresh()}>
            {t("state.try_again")}
          </Button>
        </Empty>
      </Match>
      <Match when={props.view.loading()}>
        <Bones {...(props.heights === undefined ? {} : { heights: props.heights })} />
      </Match>
    </Switch>
  );
}
