/** A long hexadecimal in groups of eight, so that two can be compared by eye. */
import { For } from "solid-js";

export function Hash(props: { value: string }) {
  const groups = () => props.value.match(/.{1,8}/g) ?? [];
  return (
    <code class="hash">
      <For each={groups()}>
        {(group) => (
          <>
            <span>{group}</span>{" "}
          </>
        )}
      </For>
    </code>
  );
}
