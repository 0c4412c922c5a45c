/**
 * F1's loads, a line each: what it is, what it takes now and took today, why. A line opens how its owner wants it, which
 * is changed by a letter that this device signs.
 */
import { createEffect, createSignal, Index, on, onCleanup, Show, Suspense } from "solid-js";
import type { HomeLoad, HomeLoads } from "#wire/load-schemas.ts";
import { local } from "../../../local.ts";
import { part } from "../../../part.ts";
import { announce } from "../../../parts/announcer.tsx";
import { platform } from "../../../platform.ts";
import { connection, live } from "../../../session.ts";
import { area, t } from "../../../strings/dictionary.ts";
import { loads } from "../../../strings/loads.ts";
import { createView } from "../../../view.ts";
import { nameOf, whyOf } from "./words.ts";
import "./loads.css";

area(loads);

const Preferences = part(() => import("./preferences.tsx"));

/** Asked again so often while the home's values come in, ms of this device. */
const AGAIN_MS = 3_000;

export default function Loads() {
  const view = createView<HomeLoads>(
    () => "loads",
    (signal) => platform.call("GET /v1/home/loads", { signal }),
  );
  let asked = Date.now();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    asked = Date.now();
    waiting = undefined;
    void view.refresh();
  };
  createEffect(
    on(
      () => live()?.value.time,
      () => {
        if (connection() !== "live" || waiting !== undefined) return;
        waiting = setTimeout(ask, Math.max(0, asked + AGAIN_MS - Date.now()));
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(waiting));
  const [open, setOpen] = createSignal<string>();
  return (
    <Show when={(view.value()?.loads.length ?? 0) > 0 && view.value()}>
      {(known) => (
        <section class="split loads" aria-labelledby="loads-title">
          <h2 id="loads-title">{t("loads.title")}</h2>
          <p class="sub">{t("loads.sub")}</p>
          <ul>
            <Index each={known().loads}>
              {(load) => (
                <li>
                  <button
                    type="button"
                    class="load"
                    aria-expanded={open() === load().id}
                    onClick={() => setOpen(open() === load().id ? undefined : load().id)}
                  >
                    <span>
                      <b>{nameOf(load())}</b>
                      <small>{whyOf(load())}</small>
                    </span>
                    <span class="load-now" data-state={load().state}>
                      <b>{powerText(load())}</b>
                      <small>{todayText(load())}</small>
                    </span>
                  </button>
                  <Show when={open() === load().id}>
                    <Suspense>
                      <Preferences
                        home={known().home}
                        load={load()}
                        onClose={() => setOpen(undefined)}
                        onDone={() => {
                          announce(t("loads.done"));
                          setOpen(undefined);
                          void view.refresh();
                        }}
                      />
                    </Suspense>
                  </Show>
                </li>
              )}
            </Index>
          </ul>
        </section>
      )}
    </Show>
  );
}

function powerText({ powerW, state, code }: HomeLoad): string {
  if (powerW < 0) return t("loads.gives", { power: local.power(-powerW) });
  if (powerW > 0) return local.power(powerW);
  if (state === "away") return t("loads.away");
  return t(code === "always_on" ? "loads.rests" : "loads.off");
}

function todayText({ kind, todayWh }: HomeLoad): string {
  const energy = local.energy(todayWh);
  return t(kind === "chp" ? "loads.made_today" : "loads.today", { energy });
}
