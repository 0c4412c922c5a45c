/**
 * F1's loads, a line each: what it is, what it takes now and took today, why. A line opens how its owner wants it, which
 * is changed by a letter that this device signs.
 */
import { createEffect, createMemo, createSignal, For, Index, on, onCleanup, Show, Suspense } from "solid-js";
import { civilTime, dayOf, formatDay, QUARTER_HOUR_S } from "#base/time.ts";
import type { HomeLoad, HomeLoads, LoadArchive } from "#wire/load-schemas.ts";
import { local, zone } from "../../../local.ts";
import { part } from "../../../part.ts";
import { announce } from "../../../parts/announcer.tsx";
import { platform } from "../../../platform.ts";
import { connection, live, now } from "../../../session.ts";
import { area, t } from "../../../strings/dictionary.ts";
import { loads } from "../../../strings/loads.ts";
import { createView } from "../../../view.ts";
import { LevelWords } from "./level-words.tsx";
import { LoadStrip } from "./strip.tsx";
import { levelTexts, nameOf, ranText, whyOf } from "./words.ts";
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
  const today = () => formatDay(dayOf(zone(), now()));
  const history = createView<LoadArchive>(
    () => `loads:${today()}`,
    (signal) =>
      platform.call("GET /v1/home/loads/archive", { query: { period: "day", date: today() }, signal }),
  );
  // A quarter hour is over: it has its bar.
  createEffect(
    on(
      createMemo(() => Math.floor(now() / QUARTER_HOUR_S)),
      () => connection() === "live" && void history.refresh(),
      { defer: true },
    ),
  );
  const historyOf = (id: string) => history.value()?.loads.find((load) => load.id === id);
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
                  <Show when={historyOf(load().id)}>
                    {(took) => <Today load={load()} took={took()} day={history.value()!} />}
                  </Show>
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
          <Show when={(history.value()?.loads.length ?? 0) > 0 && history.value()}>
            {(day) => <Hours starts={day().starts} />}
          </Show>
        </section>
      )}
    </Show>
  );
}

/** Today's bars, and the same in words. */
function Today(props: { load: HomeLoad; took: LoadArchive["loads"][number]; day: LoadArchive }) {
  const words = () => ranText(props.took, props.day);
  const held = () => levelTexts(props.took);
  return (
    <>
      <div class="load-day" role="img" aria-label={`${nameOf(props.load)}: ${words()}`} title={words()}>
        <LoadStrip
          load={props.took}
          bucketS={QUARTER_HOUR_S}
          now={(now() - props.day.from) / QUARTER_HOUR_S}
        />
      </div>
      <Show when={held().length > 0}>
        <p class="load-held">
          <LevelWords texts={held()} />
        </p>
      </Show>
    </>
  );
}

/** Below the last strip, every six hours of the day: a day of 23 or 25 hours has them elsewhere. */
function Hours(props: { starts: readonly number[] }) {
  const marks = () =>
    props.starts.flatMap((start, i) => {
      const { hour, minute } = civilTime(zone(), start);
      const isMark = minute === 0 && hour % 6 === 0;
      return isMark ? [{ start, at: (100 * i) / props.starts.length }] : [];
    });
  return (
    <div class="load-hours" aria-hidden="true">
      <For each={marks()}>
        {({ start, at }) => <span style={{ left: `${at}%` }}>{local.clockTime(start)}</span>}
      </For>
    </div>
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
