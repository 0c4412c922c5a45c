/** What can wait until the page is quiet: the browser's idle time, or two seconds where it has none. */
const LATEST_MS = 2000;

export function soon(act: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, LATEST_MS);
}
