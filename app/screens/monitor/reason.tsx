/** Why the BEC does what it does: one sentence, then the numbers it compared. */
import { createEffect, createMemo, on, Show } from "solid-js";
import type { Live } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { clock } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { because, sentence } from "./decision-words.ts";

export function Reason(props: { decision: Live["decision"]; panels: boolean }) {
  // Said aloud when it changes, unless the town runs so fast that it would never stop talking.
  createEffect(
    on(
      createMemo(() => props.decision.code),
      () => {
        if ((clock()?.value.speed ?? 1) <= 1) announce(sentence(props.decision));
      },
      { defer: true },
    ),
  );
  return (
    <p class="reason">
      {sentence(props.decision)}
      <small>
        <Show when={because(props.decision, props.panels)}>
          {(why) => <>{t("monitor.why", { why: why() })} </>}
        </Show>
        {t("monitor.since", { time: local.when(props.decision.since) })}
      </small>
    </p>
  );
}
