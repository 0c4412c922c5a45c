/** One total and its parts, in the order panels, accumulator, MicroGrid; the legend holds the values. */
import { Index, type JSX, Show } from "solid-js";
import { local } from "../local.ts";
import { type Energy, fillOf } from "./energy.ts";
import { Legend } from "./legend.tsx";

export interface SplitPart {
  readonly energy: Energy;
  readonly label: string;
  readonly wh: number;
}

export function SplitBar(props: {
  title: string;
  parts: readonly SplitPart[];
  /** After the total, small: "since midnight". */
  note?: JSX.Element;
  /** At the right: the share or the money. */
  aside?: JSX.Element;
  /** Shows each part's share of the total beside its value. */
  shares?: boolean;
}) {
  const total = () => props.parts.reduce((sum, part) => sum + part.wh, 0);
  const unit = () => (total() >= 1e6 ? "MWh" : "kWh");
  const summary = () =>
    props.parts.map((part) => `${part.label} ${local.energy(part.wh, unit())}`).join(", ");
  return (
    <div class="split">
      <h2>{props.title}</h2>
      <div class="row">
        <b>{local.energy(total(), unit())}</b>
        <Show when={props.note}>
          <span>{props.note}</span>
        </Show>
        <Show when={props.aside}>
          <em>{props.aside}</em>
        </Show>
      </div>
      <div class="meter" role="img" aria-label={summary()} classList={{ none: total() === 0 }}>
        <Index each={props.parts}>
          {(part) => (
            <Show when={part().wh > 0}>
              <i style={{ background: fillOf(part().energy), "flex-grow": part().wh }} />
            </Show>
          )}
        </Index>
      </div>
      <Legend
        items={props.parts.map((part) => ({
          energy: part.energy,
          label: part.label,
          value: local.energyNumber(part.wh, unit()),
          ...(props.shares === true && total() > 0 ? { aside: local.percent(part.wh / total()) } : {}),
        }))}
      />
    </div>
  );
}
