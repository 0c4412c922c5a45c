/** Which colour is which energy, in words; with the values where a bar or chart carries no labels. */
import { Index, type JSX, Show } from "solid-js";
import { type Energy, fillOf, strokeOf } from "./energy.ts";

export interface LegendItem {
  readonly energy: Energy;
  readonly label: string;
  readonly value?: JSX.Element;
  /** Small, after the value: a share. */
  readonly aside?: JSX.Element;
  /** Drawn as a line in the chart, not as an area. */
  readonly line?: boolean;
}

export function Legend(props: { items: readonly LegendItem[] }) {
  return (
    <ul class="key-list">
      <Index each={props.items}>
        {(item) => (
          <li>
            <i
              classList={{ line: item().line === true }}
              style={{ background: item().line === true ? strokeOf(item().energy) : fillOf(item().energy) }}
            />
            {item().label}
            <Show when={item().value !== undefined}>
              <b>{item().value}</b>
            </Show>
            <Show when={item().aside !== undefined}>
              <small>{item().aside}</small>
            </Show>
          </li>
        )}
      </Index>
    </ul>
  );
}
