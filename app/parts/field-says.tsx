/** Under a field: what is wrong with it, or else its hint. The field names this line as what describes it. */
import { Show } from "solid-js";

export function FieldSays(props: { id: string; hint: string | undefined; wrong: string | undefined }) {
  return (
    <Show when={props.wrong ?? props.hint}>
      {(text) => (
        <p
          class="sub"
          id={props.id}
          classList={{ wrong: props.wrong !== undefined }}
          role={props.wrong === undefined ? undefined : "alert"}
        >
          {text()}
        </p>
      )}
    </Show>
  );
}
