/** What a screen reader hears when something changes without a click: one polite region for the whole app. */
import { createSignal } from "solid-js";

const [message, setMessage] = createSignal("");

/** Says a sentence politely. The same sentence twice is said twice. */
export function announce(text: string): void {
  setMessage("");
  setTimeout(() => setMessage(text), 50);
}

export function Announcer() {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {message()}
    </div>
  );
}
