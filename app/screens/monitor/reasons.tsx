/** Why the home did what it did today: its decisions as they changed, newest first, one sentence with its numbers each. */
import { createMemo, createSignal, For, Show } from "solid-js";
import { dayOf, dayStart } from "#base/time.ts";
import type { Decision } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { live, now } from "../../session.ts";
import { ahead } from "../../strings/ahead.ts";
import { area, t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { because, sentence } from "./decision-words.ts";

area(ahead);

const SHOWN = 6;

export default function Reasons(props: { panels: boolean }) {
  const day = createMemo(() => dayStart(zone(), dayOf(zone(), now())));
  // Read again when the home decides something else.
  const view = createView<Decision[]>(
    () => `decisions:${day()}:${live()?.value.decision.code}`,
    (signal) => platform.call("GET /v1/home/decisions", { query: { from: day(), to: now() + 1 }, signal }),
  );
  const [all, setAll] = createSignal(false);
  return (
    <section class="split reasons">
      <h2>{t("reasons.title")}</h2>
      <p class="sub">{t("reasons.sub")}</p>
      <Loaded view={view} heights={[28, 28, 28]}>
        {(list) => (
          <>
            <Show when={list().length === 0}>
              <p>{t("reasons.none")}</p>
            </Show>
            <ol class="plain-list">
              <For each={all() ? list() : list().slice(0, SHOWN)}>
                {(decision) => (
                  <li>
                    <time>{local.when(decision.since)}</time>
                    <span>
                      {sentence(decision)}
                      <Show when={because(decision, props.panels)}>
                        {(why) => <small>{t("monitor.why", { why: why() })}</small>}
                      </Show>
                    </span>
                  </li>
                )}
              </For>
            </ol>
            <Show when={!all() && list().length > SHOWN}>
              <div>
                <button type="button" class="link" onClick={() => setAll(true)}>
                  {t("reasons.more", { count: list().length })}
                </button>
              </div>
            </Show>
          </>
        )}
      </Loaded>
    </section>
  );
}
