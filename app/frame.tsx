/**
 * What stands around every page: on wide screens a rail at the left, on a phone tabs at the bottom; on top the
 * community's time and, in a demo town, the keys of its clock.
 */
import { createEffect, ErrorBoundary, For, type JSX, on, Show, Suspense } from "solid-js";
import { Dynamic } from "solid-js/web";
import { setArrived } from "./arrival.ts";
import { ClockBar } from "./clock-bar.tsx";
import { Announcer } from "./parts/announcer.tsx";
import { Button } from "./parts/button.tsx";
import { Icon, Mark } from "./parts/icon.tsx";
import { Bones, OfflineNote } from "./parts/states.tsx";
import {
  COMMUNITY,
  ENTER,
  hasGateways,
  hasMoney,
  INSTALL,
  KEYS,
  LEDGER,
  MONEY,
  NOTICES,
  type Place,
  placesOf,
  rowOf,
} from "./places.ts";
import { path, segments } from "./router.ts";
import { session } from "./session.ts";
import { Settings } from "./settings.tsx";
import { t } from "./strings/dictionary.ts";

/** The place that the path names, for whoever is here now; `undefined` where it names none of theirs. */
function placeNow(): Place | undefined {
  const first = segments()[0] ?? "";
  if (first === LEDGER.path) return LEDGER;
  if (first === COMMUNITY.path) return COMMUNITY;
  if (first === ENTER.path || session() === null) return ENTER;
  if (first === KEYS.path) return KEYS;
  if (first === NOTICES.path && session()?.role === "citizen") return NOTICES;
  if (first === INSTALL.path && hasGateways(session()?.role)) return INSTALL;
  if (first === MONEY.path && hasMoney(session()?.role)) return MONEY;
  const places = placesOf(session()?.role);
  if (first === "") return places[0];
  return places.flatMap((place) => [place, ...besides(place)]).find((place) => place.path === first);
}

function besides(place: Place | undefined): readonly Place[] {
  return rowOf(place, session()?.role);
}

export function Frame() {
  // Who is not known yet and comes to enter will hardly be somebody: what stands around the page shall not jump then.
  const isBare = () =>
    session() === null || (session() === undefined && ["", ENTER.path].includes(segments()[0] ?? ""));
  const signedIn = () => session() !== undefined && session() !== null;
  return (
    <div class="shell" classList={{ bare: isBare() }}>
      <a class="skip" href="#content">
        {t("frame.skip")}
      </a>
      <header class="rail">
        <a class="brand" href="/">
          <Mark />
          Contrada
        </a>
        <nav aria-label={t("frame.navigation")}>
          <For each={placesOf(session()?.role)}>{(place) => <PlaceLink place={place} />}</For>
          <div class="apart">
            <Show when={hasMoney(session()?.role) && !placesOf(session()?.role).includes(MONEY)}>
              <PlaceLink place={MONEY} />
            </Show>
            <PlaceLink place={COMMUNITY} />
            <PlaceLink place={LEDGER} />
          </div>
        </nav>
        <div class="who">
          <Settings side="above" />
        </div>
      </header>
      <div class="page">
        <ClockBar />
        <main id="content" tabindex="-1">
          <OfflineNote />
          <PlaceRow />
          <Show when={session() !== undefined} fallback={<Bones />}>
            <ErrorBoundary fallback={(_, reset) => <Broken reset={reset} />}>
              <Suspense fallback={<Bones />}>
                <Show when={placeNow()} fallback={<NotFound />} keyed>
                  {(place) => <Dynamic component={place.screen} />}
                </Show>
              </Suspense>
            </ErrorBoundary>
          </Show>
        </main>
      </div>
      <Show when={signedIn()}>
        <nav class="tabs" aria-label={t("frame.navigation")}>
          <For each={placesOf(session()?.role)}>{(place) => <PlaceLink place={place} />}</For>
          <Show when={placesOf(session()?.role).length < 4}>
            <PlaceLink place={LEDGER} />
          </Show>
        </nav>
      </Show>
      <Announcer />
    </div>
  );
}

/** The places beside this one: ways to trade, of which the first stands in the tabs. */
function PlaceRow() {
  return (
    <Show when={besides(placeNow()).length > 0}>
      <nav class="parts" aria-label={t("frame.beside")}>
        <For each={besides(placeNow())}>
          {(place) => (
            <a
              href={`/${place.path}`}
              aria-current={placeNow() === place ? "page" : undefined}
              onClick={() => setArrived(path() !== `/${place.path}`)}
            >
              {t(place.rowName ?? place.name)}
            </a>
          )}
        </For>
      </nav>
    </Show>
  );
}

function PlaceLink(props: { place: Place }): JSX.Element {
  const current = () =>
    placeNow() === props.place ? "page" : besides(props.place).includes(placeNow()!) ? "true" : undefined;
  return (
    <a
      href={`/${props.place.path}`}
      aria-current={current()}
      onClick={() => setArrived(path() !== `/${props.place.path}`)}
    >
      <Icon name={props.place.icon} />
      <span>{t(props.place.name)}</span>
    </a>
  );
}

function NotFound() {
  return (
    <div class="stack tight">
      <h1>{t("frame.not_found")}</h1>
      <p>
        <a href="/">{t("frame.go_start")}</a>
      </p>
    </div>
  );
}

function Broken(props: { reset: () => void }) {
  createEffect(on(path, () => props.reset(), { defer: true }));
  return (
    <div class="stack tight" role="alert">
      <h1>{t("state.broken")}</h1>
      <div>
        <Button quiet onClick={() => location.reload()}>
          {t("state.try_again")}
        </Button>
      </div>
    </div>
  );
}
