/** A button. Disabled with a reason it stays reachable by keyboard, and the reason is read with it. */
import { createUniqueId, type JSX, Show } from "solid-js";

export function Button(props: {
  children: JSX.Element;
  onClick?: (event: MouseEvent) => void;
  quiet?: boolean;
  small?: boolean;
  disabled?: boolean;
  /** Why it cannot be used now; shown under it. */
  reason?: string | undefined;
  busy?: boolean;
  type?: "button" | "submit";
  label?: string;
}) {
  const reasonId = createUniqueId();
  const off = () => props.disabled === true || props.reason !== undefined || props.busy === true;
  return (
    <>
      <button
        type={props.type ?? "button"}
        class="btn"
        classList={{ quiet: props.quiet === true, small: props.small === true }}
        aria-disabled={off()}
        aria-busy={props.busy === true}
        aria-label={props.label}
        aria-describedby={props.reason === undefined ? undefined : reasonId}
        onClick={(event) => {
          if (off()) event.preventDefault();
          else props.onClick?.(event);
        }}
      >
        {props.children}
      </button>
      <Show when={props.reason}>
        <p class="sub" id={reasonId}>
          {props.reason}
        </p>
      </Show>
    </>
  );
}
