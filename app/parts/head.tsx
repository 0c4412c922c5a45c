/** The head of a page: its title, one line of where and when, and on the right its state or actions. */
import { createEffect, type JSX, on, Show } from "solid-js";
import { arrived } from "../arrival.ts";

export function Head(props: { title: string; sub?: JSX.Element; children?: JSX.Element }) {
  let heading: HTMLHeadingElement | undefined;
  createEffect(() => {
    document.title = `${props.title} · Contrada`;
  });
  // After a step from another page the focus goes to the new title, so that it is read and Tab starts there.
  // `on` keeps out of its dependencies what listeners of the focus read.
  createEffect(
    on(arrived, (stepped) => {
      if (stepped) heading?.focus({ preventScroll: true });
    }),
  );
  return (
    <div class="head">
      <div>
        <h1 tabindex="-1" ref={heading}>
          {props.title}
        </h1>
        <Show when={props.sub}>
          <p class="sub">{props.sub}</p>
        </Show>
      </div>
      <Show when={props.children}>
        <div class="right">{props.children}</div>
      </Show>
    </div>
  );
}
