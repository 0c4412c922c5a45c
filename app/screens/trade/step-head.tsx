/** The heading of a step; on a phone with how far one has come and the way back. */
import { For, Show } from "solid-js";
import { Icon } from "../../parts/icon.tsx";
import { t } from "../../strings/dictionary.ts";

export function StepHead(props: { step: 1 | 2 | 3 | 4; title: string; id?: string; onBack?: () => void }) {
  return (
    <div class="step-head">
      <div class="way">
        <Show when={props.onBack}>
          {(back) => (
            <button type="button" class="key" aria-label={t("trade.back")} onClick={() => back()()}>
              <Icon name="left" />
            </button>
          )}
        </Show>
        <p class="sub">{t("trade.step_of", { step: props.step })}</p>
        <span class="dashes" aria-hidden="true">
          <For each={[1, 2, 3, 4]}>{(one) => <i classList={{ on: one <= props.step }} />}</For>
        </span>
      </div>
      <h2 tabindex="-1" id={props.id}>
        <span aria-hidden="true">{props.step}</span>
        {props.title}
      </h2>
    </div>
  );
}
