/**
 * F2's remote control of the accumulator: what was asked and what became of it, and the way to ask for something else.
 * What is asked is a letter that this device signs; it is shown before, with what it will do.
 */
import { createEffect, createSignal, For, Match, on, onCleanup, Show, Switch } from "solid-js";
import { homeCommandHash, homePreferencesHash } from "#wire/home-letters.ts";
import type { GivenCommand, HomeAccumulator, HomeCommand, HomePreferences } from "#wire/home-schemas.ts";
import { local } from "../../../local.ts";
import { announce } from "../../../parts/announcer.tsx";
import { Button } from "../../../parts/button.tsx";
import { Letter } from "../../../parts/letter.tsx";
import { Note } from "../../../parts/note.tsx";
import { Sheet } from "../../../parts/sheet.tsx";
import { Loaded } from "../../../parts/states.tsx";
import { platform } from "../../../platform.ts";
import { ageOf, community, live, now, onStream, session } from "../../../session.ts";
import { control } from "../../../strings/control.ts";
import { area, t, tCode } from "../../../strings/dictionary.ts";
import { signing } from "../../../strings/signing.ts";
import { createView } from "../../../view.ts";
import { CommandForm } from "./command-form.tsx";
import { PreferencesForm } from "./preferences-form.tsx";
import { commandWords } from "./words.ts";
import "./control.css";

area(control);
area(signing);

type Mode = HomeCommand["mode"];
type Phase =
  | { readonly at: "looking" }
  | { readonly at: "asking"; readonly mode: Mode }
  | { readonly at: "signing"; readonly command: HomeCommand | null }
  | { readonly at: "preferring" }
  | { readonly at: "signing_preferences"; readonly preferences: HomePreferences };

export default function ControlCard() {
  const view = createView<HomeAccumulator>(
    () => "accumulator",
    (signal) => platform.call("GET /v1/home/accumulator", { signal }),
  );
  const [heard, setHeard] = createSignal<HomeAccumulator>();
  onCleanup(onStream("accumulator", setHeard));
  createEffect(on(view.received, () => setHeard(undefined)));
  const [phase, setPhase] = createSignal<Phase>({ at: "looking" });
  const back = () => setPhase({ at: "looking" });
  return (
    <Loaded view={view} heights={[24, 44]}>
      {(value) => (
        <Control
          home={heard() ?? value()}
          phase={phase()}
          onPhase={setPhase}
          onDone={(told) => {
            announce(told);
            back();
            void view.refresh();
          }}
        />
      )}
    </Loaded>
  );
}

function Control(props: {
  home: HomeAccumulator;
  phase: Phase;
  onPhase: (phase: Phase) => void;
  onDone: (told: string) => void;
}) {
  const at = <P extends Phase["at"]>(name: P) =>
    props.phase.at === name ? (props.phase as Extract<Phase, { at: P }>) : undefined;
  const look = () => props.onPhase({ at: "looking" });
  return (
    <section class="step control" aria-label={t("control.title")}>
      <h2>{t("control.title")}</h2>
      <Switch>
        <Match when={at("asking")}>
          {(one) => (
            <CommandForm
              home={props.home}
              mode={one().mode}
              onMode={(mode) => props.onPhase({ at: "asking", mode })}
              onBack={look}
              onReview={(command) => props.onPhase({ at: "signing", command })}
            />
          )}
        </Match>
        <Match when={at("signing")}>
          {(one) => <CommandLetter {...props} command={one().command} onBack={look} />}
        </Match>
        <Match when={at("preferring")}>
          <PreferencesForm
            home={props.home}
            onBack={look}
            onReview={(preferences) => props.onPhase({ at: "signing_preferences", preferences })}
          />
        </Match>
        <Match when={at("signing_preferences")}>
          {(one) => <PreferencesLetter {...props} preferences={one().preferences} onBack={look} />}
        </Match>
        <Match when={true}>
          <Standing home={props.home} onPhase={props.onPhase} />
          <div class="split">
            <h3>{t("control.preferences")}</h3>
            <PreferencesSheet home={props.home} preferences={props.home.preferences} />
            <div>
              <Button quiet small onClick={() => props.onPhase({ at: "preferring" })}>
                {t("control.change")}
              </Button>
            </div>
          </div>
        </Match>
      </Switch>
    </section>
  );
}

const ENDED: ReadonlySet<string> = new Set(["expired", "withdrawn", "refused"]);
const MODES = ["hold", "charge", "discharge", "auto"] as const satisfies readonly Mode[];
/** Above that the home has not been heard for long, seconds of this device's clock. */
const UNHEARD_S = 30;

/** What was asked and what became of it; then what may be asked. */
function Standing(props: { home: HomeAccumulator; onPhase: (phase: Phase) => void }) {
  const given = () => props.home.command;
  const holds = () => (given() !== null && !ENDED.has(given()!.state) ? given()! : undefined);
  const age = () => (live() === undefined ? undefined : ageOf(live()));
  return (
    <>
      <div aria-live="polite">
        <Show
          when={given()}
          fallback={
            <p class="asked">
              <b>{t("control.free")}</b>
            </p>
          }
        >
          {(one) => <Given given={one()} />}
        </Show>
      </div>
      <Show when={props.home.local}>
        {(set) => (
          <Note kind="warn" tag={t("control.local")}>
            {t("control.local_wins", {
              mode: t(`control.local.${set().mode}`),
              since: local.when(set().since),
            })}
            <Show when={set().reason}>
              {(reason) => (
                <>
                  {" "}
                  {t("control.local_reason")} “<span lang="zxx">{reason()}</span>”
                </>
              )}
            </Show>
          </Note>
        )}
      </Show>
      <Show when={(age() ?? 0) > UNHEARD_S}>
        <p class="sub">{t("control.unheard", { span: local.span(age()!) })}</p>
      </Show>
      <Show when={holds() === undefined}>
        <p class="sub">{t("control.free_why")}</p>
      </Show>
      <div class="row-of asks">
        <For each={MODES}>
          {(mode) => (
            <Button quiet small onClick={() => props.onPhase({ at: "asking", mode })}>
              {t(`control.${mode}`)}
            </Button>
          )}
        </For>
        <Show when={holds()}>
          <Button small onClick={() => props.onPhase({ at: "signing", command: null })}>
            {t("control.take_back")}
          </Button>
        </Show>
      </div>
    </>
  );
}

function Given(props: { given: GivenCommand }) {
  const since = () => ({ since: local.when(props.given.since) });
  const why = () => {
    const { bound, refusal } = props.given;
    if (bound !== null) return tCode(`control.bound.${bound}`, {});
    return refusal === null ? undefined : tCode(`control.refused.${refusal}`, {});
  };
  return (
    <p class="asked" data-state={props.given.state}>
      <b>{commandWords(props.given.command)}</b>
      <small>
        {tCode(`control.state.${props.given.state}`, since())} {why()}
      </small>
    </p>
  );
}

function CommandLetter(props: {
  home: HomeAccumulator;
  command: HomeCommand | null;
  onBack: () => void;
  onDone: (told: string) => void;
}) {
  const change = () => props.home.changes + 1;
  return (
    <Letter
      why="control.letter_why"
      refusals="control.refused"
      rows={[
        {
          term: t("control.asked"),
          value: props.command === null ? t("control.nothing_more") : commandWords(props.command),
        },
        ...(props.command === null
          ? []
          : [{ term: t("control.ends"), value: local.dateTime(props.command.until) }]),
        ...letterRows(props.home, change()),
      ]}
      give={async (sign) => {
        const body = { command: props.command, change: change(), issuedAt: now() };
        const signed = await sign(homeCommandHash({ ...party(props.home), ...body }));
        await platform.call("PUT /v1/home/accumulator/command", { body: { ...body, ...signed } });
      }}
      onBack={props.onBack}
      onDone={() => props.onDone(t(props.command === null ? "control.taken_back" : "control.done"))}
    />
  );
}

function PreferencesLetter(props: {
  home: HomeAccumulator;
  preferences: HomePreferences;
  onBack: () => void;
  onDone: (told: string) => void;
}) {
  const change = () => props.home.preferenceChanges + 1;
  return (
    <Letter
      why="control.letter_why"
      refusals="control.refused"
      rows={[...preferenceRows(props.home, props.preferences), ...letterRows(props.home, change())]}
      give={async (sign) => {
        const body = { preferences: props.preferences, change: change(), issuedAt: now() };
        const signed = await sign(homePreferencesHash({ ...party(props.home), ...body }));
        await platform.call("PUT /v1/home/accumulator/preferences", { body: { ...body, ...signed } });
      }}
      onBack={props.onBack}
      onDone={() => props.onDone(t("control.preferences_done"))}
    />
  );
}

function party(home: HomeAccumulator) {
  return { chain: community()?.chain ?? "", member: session()?.member ?? 0, home: home.home };
}

function letterRows(home: HomeAccumulator, change: number) {
  return [
    { term: t("control.home"), value: String(home.home) },
    { term: t("control.number"), value: local.number(change) },
    { term: t("signing.chain"), value: party(home).chain },
  ];
}

function preferenceRows(home: HomeAccumulator, preferences: HomePreferences) {
  const { reservePercent, communityFirst, wearMicroEurPerKwh, comfort } = preferences;
  return [
    {
      term: t("control.reserve"),
      value: t("control.reserve_text", {
        percent: local.percent(reservePercent / 100),
        energy: local.energy((home.capacityWh * reservePercent) / 100),
      }),
    },
    {
      term: t("control.surplus"),
      value: t(communityFirst ? "control.community_yes" : "control.community_no"),
    },
    { term: t("control.wear"), value: local.ratePerKwh(wearMicroEurPerKwh, 3) },
    { term: t("control.comfort"), value: t(`control.comfort.${comfort}`) },
  ];
}

function PreferencesSheet(props: { home: HomeAccumulator; preferences: HomePreferences }) {
  return <Sheet rows={preferenceRows(props.home, props.preferences)} />;
}
