/** What a load held, one after the other; each a text of its own. */
import { For } from "solid-js";

export function LevelWords(props: { texts: readonly string[] }) {
  return (
    <For each={props.texts}>
      {(text, i) => (
        <>
          {i() > 0 ? ", " : ""}
          <span>{text}</span>
        </>
      )}
    </For>
  );
}
