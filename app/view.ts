/**
 * One document of the platform as a screen shows it: loading, ready, the last one known while the platform is not
 * reached, or refused. The last one is kept for the offline view under the account's name.
 */
import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { ProblemError } from "#wire/client.ts";
import type { Problem } from "#wire/schemas.ts";
import { keepLast, type Received, readLast } from "./cache.ts";
import { onReturn, session } from "./session.ts";

export interface View<T> {
  /** The value to show: the newest, or the last one known. */
  value(): T | undefined;
  /** When it arrived, with it. */
  received(): Received<T> | undefined;
  /** Nothing to show yet and an answer is awaited. */
  loading(): boolean;
  /** The platform refused; the value, if any, is older than that. */
  refused(): Problem | undefined;
  /** The platform was not reached at the last try. */
  unreached(): boolean;
  /** Reads it again; what is shown stays until the answer is there. */
  refresh(): Promise<void>;
}

/**
 * Reads a document now, again whenever `key` changes, and again when the platform is reached after an absence.
 * `key` names it in the offline cache: the same key must mean the same document. `undefined` reads nothing yet.
 */
export function createView<T>(
  key: () => string | undefined,
  read: (signal: AbortSignal) => Promise<T>,
): View<T> {
  const [received, setReceived] = createSignal<Received<T>>();
  const [refused, setRefused] = createSignal<Problem>();
  const [unreached, setUnreached] = createSignal(false);
  const [pending, setPending] = createSignal(true);
  // The same key said again, because something that it is made from moved, is no news.
  const name = createMemo(key);
  let running: AbortController | undefined;

  async function refresh(): Promise<void> {
    const wanted = untrack(name);
    if (wanted === undefined) return;
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const value = await read(mine.signal);
      if (running !== mine) return;
      const fresh = { value, at: Date.now() };
      setReceived(() => fresh);
      setRefused(undefined);
      setUnreached(false);
      keepLast(cacheKey(wanted), fresh);
    } catch (error) {
      if (running !== mine) return;
      if (error instanceof ProblemError) setRefused(error.problem);
      else setUnreached(true);
    }
    setPending(false);
  }

  createEffect(
    on(name, (wanted) => {
      if (wanted === undefined) return;
      setReceived(() => readLast<T>(cacheKey(wanted)));
      setRefused(undefined);
      setPending(true);
      void refresh();
    }),
  );
  onCleanup(onReturn(() => void refresh()));
  onCleanup(() => {
    running?.abort();
    running = undefined;
  });
  return {
    value: () => received()?.value,
    received,
    loading: () => pending() && received() === undefined,
    refused,
    unreached,
    refresh,
  };
}

function cacheKey(name: string): string {
  return `${session()?.account ?? "public"}:${name}`;
}
