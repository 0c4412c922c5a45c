/**
 * Parts of the app that are loaded when they are needed. Where one does not come, either the platform does not answer,
 * and it is asked for again until it does; or a newer build is served, which no longer has it, and the page is loaded
 * anew: a page that is loaded anew while nothing answers would be lost.
 */
import { type Component, lazy } from "solid-js";

/** In milliseconds: between two tries, and between two loadings of the page, so that it is not done in circles. */
const TRY_MS = 2000;
const RELOAD_MS = 30_000;
const RELOADED = "contrada:reloaded";

/** A component of its own file, shown when it has come. */
// biome-ignore lint/suspicious/noExplicitAny: the bound of Solid's own `lazy`
export function part<C extends Component<any>>(load: () => Promise<{ default: C }>) {
  return lazy(() => arrived(load));
}

/**
 * What `load` brings, however long the platform is away.
 * @throws what `load` threw, where the platform answers and the page was loaded anew a moment ago
 */
export async function arrived<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await platformAnswers()) {
        // It may have come back between the two.
        const again = await load().catch(() => undefined);
        if (again !== undefined) return again;
        if (!mayReload()) throw error;
        location.reload();
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
}

/** Past the service worker, which answers for the shell alone. */
async function platformAnswers(): Promise<boolean> {
  return fetch("/livez", { cache: "no-store" }).then(
    (answer) => answer.ok,
    () => false,
  );
}

function mayReload(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last < RELOAD_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  return true;
}
