/** The app begins: theme and language before the first paint, then the session, then the frame. */
import { render } from "solid-js/web";
import "./tokens.css";
import "./parts.css";
import "./frame.css";
import { Frame } from "./frame.tsx";
import { startRouter } from "./router.ts";
import { startSession } from "./session.ts";
import { language } from "./strings/dictionary.ts";
import { startTheme } from "./theme.ts";

startTheme();
document.documentElement.setAttribute("lang", language());
startRouter();
void startSession();
render(() => <Frame />, document.getElementById("root")!);
