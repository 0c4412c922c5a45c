/** Reads a document again and again while somebody looks: for what no event of the stream tells. */
import { onCleanup } from "solid-js";
import { reachable } from "./session.ts";
import type { View } from "./view.ts";

const REFRESH_MS = 2_000;

/** To be called where a component is set up; ends with it. */
export function keepReading(view: View<unknown>): void {
  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && reachable()) void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
}
