/**
 * Where the app is: the path of the address bar, no hash. Every plain link inside the page is followed without a
 * reload; screens read `segments()` for what comes after their own place.
 */
import { createSignal } from "solid-js";

const [path, setPath] = createSignal(globalThis.location?.pathname ?? "/");

/** The path now: `/monitor`, `/ledger/block/112`. */
export { path };

/** The parts of the path: `["ledger", "block", "112"]`. */
export function segments(): readonly string[] {
  return path()
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
}

/** Goes to a path of this app; `replace` leaves no step back. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.pathname) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  arrive();
  scrollTo(0, 0);
}

function arrive(): void {
  setPath(location.pathname);
}

/** Follows links and the browser's own back and forward. Call once. */
export function startRouter(): void {
  addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (link === null || link === undefined || link.target !== "" || link.hasAttribute("download")) return;
    // An SVG link's href is an object; only HTML links are followed here.
    if (typeof link.href !== "string" || link.getAttribute("href")?.startsWith("#") === true) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname.startsWith("/v1/")) return;
    event.preventDefault();
    navigate(url.pathname);
  });
}
