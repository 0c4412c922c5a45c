/** The app begins: theme and language before the first paint, then the session, then the frame. */
import { render } from "solid-js/web";
import "./tokens.css";
import "./parts.css";
import "./frame.css";
import { Frame } from "./frame.tsx";
import { ENTER } from "./places.ts";
import { segments, startRouter } from "./router.ts";
import { session, startSession } from "./session.ts";
import { language } from "./strings/dictionary.ts";
import { startTheme } from "./theme.ts";

// The shell for the offline view is fetched when the first view stands, not beside it.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  addEventListener("load", () => {
    const install = () => void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
    if ("requestIdleCallback" in globalThis) requestIdleCallback(install, { timeout: 5000 });
    else setTimeout(install, 2000);
  });
}

startTheme();
document.documentElement.setAttribute("lang", language());
startRouter();
void startSession();
// Who comes to enter, or comes for the first time, is asked who they are: not only once the platform says so.
const first = segments()[0] ?? "";
if (first === ENTER.path || (first === "" && session() == null)) {
  void ENTER.screen.preload?.().catch(() => undefined);
}
render(() => <Frame />, document.getElementById("root")!);
