/** Something to know, with a coloured edge: a tag in words, the fact in bold, its likely cause, what to do. */
import { type JSX, Show } from "solid-js";

export function Note(props: {
  kind: "warn" | "fault" | "done" | "plain";
  tag?: JSX.Element;
  title?: JSX.Element;
  children?: JSX.Element;
  /** Small print under it: what to do, what it costs. */
  meta?: JSX.Element;
  /** Read out at once; for what the user's own action brought about. */
  alert?: boolean;
}) {
  return (
    <div class={`note ${props.kind}`} role={props.alert === true ? "alert" : undefined}>
      <Show when={props.tag}>
        <span class={`tag ${props.kind}`}>{props.tag}</span>
      </Show>
      <Show when={props.title}>
        <b>{props.title}</b>
      </Show>
      <Show when={props.children}>
        <span>{props.children}</span>
      </Show>
      <Show when={props.meta}>
        <span class="meta">{props.meta}</span>
      </Show>
    </div>
  );
}
