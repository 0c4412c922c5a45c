/** A button that opens a small panel under or over it; Escape, a click outside or leaving it by Tab closes it. */
import { createSignal, createUniqueId, type JSX, onCleanup, Show } from "solid-js";

export function Popover(props: {
  /** Names the button where `trigger` is an icon. */
  label?: string | undefined;
  trigger: JSX.Element;
  class?: string;
  /** Where the panel opens: below the button's right edge, or above its left edge. */
  side?: "below" | "above";
  children: (close: () => void) => JSX.Element;
}) {
  const [open, setOpen] = createSignal(false);
  const id = createUniqueId();
  let box: HTMLDivElement | undefined;
  let button: HTMLButtonElement | undefined;

  function close(): void {
    setOpen(false);
    button?.focus();
  }
  function outside(event: Event): void {
    if (open() && box !== undefined && !event.composedPath().includes(box)) setOpen(false);
  }
  document.addEventListener("pointerdown", outside);
  document.addEventListener("focusin", outside);
  onCleanup(() => {
    document.removeEventListener("pointerdown", outside);
    document.removeEventListener("focusin", outside);
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape from anywhere inside closes the panel
    <div
      class="popover"
      ref={box}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open()) {
          event.stopPropagation();
          close();
        }
      }}
    >
      <button
        type="button"
        ref={button}
        class={props.class ?? "key"}
        aria-label={props.label}
        aria-expanded={open()}
        aria-controls={open() ? id : undefined}
        onClick={() => setOpen(!open())}
      >
        {props.trigger}
      </button>
      <Show when={open()}>
        <div class={`panel ${props.side ?? "below"}`} id={id}>
          {props.children(close)}
        </div>
      </Show>
    </div>
  );
}
