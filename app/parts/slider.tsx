/** A value to drag or key, with what it means beside its name; its style is that of `trading.css`. */
import { createUniqueId } from "solid-js";

export function Slider(props: {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** The value as it is read. */
  text: string;
  onInput: (value: number) => void;
}) {
  const id = createUniqueId();
  const share = () => (props.max === props.min ? 1 : (props.value - props.min) / (props.max - props.min));
  return (
    <div class="slider">
      <p class="ends">
        <label for={id}>{props.label}</label>
        <b aria-hidden="true">{props.text}</b>
      </p>
      <input
        id={id}
        type="range"
        min={props.min}
        max={props.max}
        step={props.step}
        value={props.value}
        style={{ "--at": share() }}
        aria-valuetext={props.text}
        onInput={(event) => props.onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
