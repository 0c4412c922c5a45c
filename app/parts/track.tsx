/** Stations of something on its way: what is behind, where it is now, what is still to come. */
import { For, type JSX, Show } from "solid-js";
import { Icon } from "./icon.tsx";

export interface Station {
  readonly state: "done" | "now" | "ahead" | "failed";
  readonly title: JSX.Element;
  readonly note?: JSX.Element;
  /** At the right: when, or how long still. */
  readonly time?: JSX.Element;
}

export function Track(props: { stations: readonly Station[] }) {
  return (
    <ol class="track">
      <For each={props.stations}>
        {(station) => (
          <li class={station.state} aria-current={station.state === "now" ? "step" : undefined}>
            <i>
              <Show when={station.state === "done"}>
                <Icon name="check" size={12} />
              </Show>
              <Show when={station.state === "failed"}>
                <Icon name="close" size={12} />
              </Show>
            </i>
            <span>
              <b>{station.title}</b>
              <Show when={station.note}>
                <small>{station.note}</small>
              </Show>
            </span>
            <Show when={station.time}>
              <span class="time">{station.time}</span>
            </Show>
          </li>
        )}
      </For>
    </ol>
  );
}
