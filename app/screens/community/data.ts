/** What the community's pages read: open to everybody, and anew with every block. */
import { onCleanup } from "solid-js";
import type { LawView, ProposalView, Say } from "#wire/schemas.ts";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { createView, type View } from "../../view.ts";

/** Whoever is not signed in has no stream: then now and then. */
const REFRESH_MS = 5_000;

export function live<T>(view: View<T>): View<T> {
  onCleanup(onStream("block", () => void view.refresh()));
  const timer = setInterval(() => {
    if (session() === null && document.visibilityState === "visible") void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  return view;
}

export function proposalsView(): View<readonly ProposalView[]> {
  return live(
    createView(
      () => "proposals",
      (signal) => platform.call("GET /v1/proposals", { query: {}, signal }),
    ),
  );
}

export function lawsView(): View<readonly LawView[]> {
  return live(
    createView(
      () => "laws",
      (signal) => platform.call("GET /v1/laws", { signal }),
    ),
  );
}

/** Nothing where nobody is signed in. */
export function sayView(): View<Say> {
  return live(
    createView(
      () => (session() == null ? undefined : "say"),
      (signal) => platform.call("GET /v1/account/say", { signal }),
    ),
  );
}

/** What was done here, and in which block. */
export interface Done {
  readonly text: string;
  readonly height: number;
}
