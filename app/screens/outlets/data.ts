/** The advice of the platform, read when a screen opens and now and then. */
import { onCleanup } from "solid-js";
import type { OutletAdvice } from "#wire/outlet-schemas.ts";
import { platform } from "../../platform.ts";
import { onStream, reachable, session } from "../../session.ts";
import { createView, type View } from "../../view.ts";

const REFRESH_MS = 10_000;

export function outletView(): View<OutletAdvice> {
  const view = createView(
    () => (session()?.role === "citizen" ? "outlets" : undefined),
    (signal) => platform.call("GET /v1/home/outlets", { signal }),
  );
  onCleanup(onStream("sale", () => void view.refresh()));
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  return view;
}
