/** A line to type in, under its label, with what is wrong or a hint under it, which is read out with it. */
import { createUniqueId } from "solid-js";
import { FieldSays } from "./field-says.tsx";

export function LabelledInput(props: {
  label: string;
  onInput: (text: string) => void;
  /** Left to the browser where the form does not set it. */
  value?: string;
  /** Digits and letters that stand apart: a key, a code. */
  code?: boolean;
  capitals?: boolean;
  keyboard?: "decimal" | "numeric";
  hint?: string | undefined;
  wrong?: string | undefined;
}) {
  const id = createUniqueId();
  return (
    <>
      <label for={id}>{props.label}</label>
      <input
        id={id}
        class="field"
        classList={{ code: props.code === true }}
        type="text"
        inputmode={props.keyboard ?? "text"}
        autocomplete="off"
        autocapitalize={props.capitals === true ? "characters" : undefined}
        spellcheck={false}
        value={props.value ?? ""}
        aria-invalid={props.wrong !== undefined}
        aria-describedby={(props.wrong ?? props.hint) === undefined ? undefined : `${id}-says`}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <FieldSays id={`${id}-says`} hint={props.hint} wrong={props.wrong} />
    </>
  );
}
