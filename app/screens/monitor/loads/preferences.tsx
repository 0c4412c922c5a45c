/** How the owner wants one load: looked at, changed, and signed on this device. */
import { createSignal, Match, Show, Switch } from "solid-js";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import { TANK_SPAN_MIN_K } from "#wire/load-preferences.ts";
import type { HomeLoad, LoadPreferences } from "#wire/load-schemas.ts";
import { local } from "../../../local.ts";
import { Button } from "../../../parts/button.tsx";
import { Letter } from "../../../parts/letter.tsx";
import { Segmented } from "../../../parts/segmented.tsx";
import { Slider } from "../../../parts/slider.tsx";
import { platform } from "../../../platform.ts";
import { community, now, session } from "../../../session.ts";
import { area, t } from "../../../strings/dictionary.ts";
import { signing } from "../../../strings/signing.ts";
import { degrees, minuteText, nameOf, preferenceRows, priorityText } from "./words.ts";
import "../../../parts/trading.css";

area(signing);

export default function Preferences(props: {
  home: number;
  load: HomeLoad;
  onClose: () => void;
  onDone: () => void;
}) {
  const [form, setForm] = createSignal<LoadPreferences>(props.load.preferences);
  const change = (part: Partial<LoadPreferences>) => setForm({ ...form(), ...part });
  const [signed, setSigned] = createSignal(false);
  return (
    <div class="step load-wish">
      <Show when={!props.load.heard}>
        <p class="sub">{t("loads.unheard")}</p>
      </Show>
      <Switch>
        <Match when={signed()}>
          <Wish {...props} preferences={form()} onBack={() => setSigned(false)} />
        </Match>
        <Match when={true}>
          <form
            class="form"
            aria-label={nameOf(props.load)}
            onSubmit={(event) => {
              event.preventDefault();
              setSigned(true);
            }}
          >
            <Show when={props.load.modes.length > 1}>
              <Segmented
                label={t("loads.mode")}
                value={form().mode}
                onChange={(mode) => change({ mode })}
                options={props.load.modes.map((value) => ({ value, label: t(`loads.mode.${value}`) }))}
              />
            </Show>
            <Wishes preferences={form()} onChange={change} />
            <div class="row-of">
              <Button type="submit">{t("loads.review")}</Button>
              <Button quiet onClick={props.onClose}>
                {t("loads.close")}
              </Button>
            </div>
          </form>
        </Match>
      </Switch>
    </div>
  );
}

/** What a kind does not have is not asked for. */
function Wishes(props: { preferences: LoadPreferences; onChange: (part: Partial<LoadPreferences>) => void }) {
  const of = () => props.preferences;
  return (
    <>
      <Show when={of().targetPercent !== null}>
        <Slider
          label={t("loads.target")}
          {...{ min: 20, max: 100, step: 5, value: of().targetPercent! }}
          text={local.percent(of().targetPercent! / 100)}
          onInput={(targetPercent) => props.onChange({ targetPercent })}
        />
      </Show>
      <Show when={of().readyByMinute !== null}>
        <Slider
          label={t("loads.ready_by")}
          {...{ min: 0, max: 1425, step: 15, value: of().readyByMinute! }}
          text={minuteText(of().readyByMinute!)}
          onInput={(readyByMinute) => props.onChange({ readyByMinute })}
        />
      </Show>
      <Show when={of().roomMinC !== null}>
        <Slider
          label={t("loads.room_min")}
          {...{ min: 14, max: 24, step: 0.5, value: of().roomMinC! }}
          text={degrees(of().roomMinC!)}
          onInput={(roomMinC) => props.onChange({ roomMinC })}
        />
      </Show>
      <Show when={of().tankMinC !== null && of().tankMaxC !== null}>
        <Slider
          label={t("loads.tank_min")}
          {...{ min: 25, max: 55, step: 1, value: of().tankMinC! }}
          text={degrees(of().tankMinC!)}
          onInput={(tankMinC) =>
            props.onChange({ tankMinC, tankMaxC: Math.max(of().tankMaxC!, tankMinC + TANK_SPAN_MIN_K) })
          }
        />
        <Slider
          label={t("loads.tank_max")}
          {...{ min: 30, max: 75, step: 1, value: of().tankMaxC! }}
          text={degrees(of().tankMaxC!)}
          onInput={(tankMaxC) =>
            props.onChange({ tankMaxC, tankMinC: Math.min(of().tankMinC!, tankMaxC - TANK_SPAN_MIN_K) })
          }
        />
      </Show>
      <Slider
        label={t("loads.priority")}
        {...{ min: 1, max: 9, step: 1, value: of().priority }}
        text={priorityText(of().priority)}
        onInput={(priority) => props.onChange({ priority })}
      />
    </>
  );
}

function Wish(props: {
  home: number;
  load: HomeLoad;
  preferences: LoadPreferences;
  onBack: () => void;
  onDone: () => void;
}) {
  // The list goes on being read while somebody looks at the letter: what is signed stays what is shown.
  const change = props.load.changes + 1;
  const { id } = props.load;
  const chain = community()?.chain ?? "";
  return (
    <Letter
      why="loads.letter_why"
      refusals="loads.refused"
      rows={[
        { term: t("loads.load"), value: signedName(nameOf(props.load), id) },
        ...preferenceRows(props.preferences),
        { term: t("loads.number"), value: local.number(change) },
        { term: t("signing.chain"), value: chain },
      ]}
      give={async (sign) => {
        const { home, preferences } = props;
        const body = { preferences, change, issuedAt: now() };
        const member = session()?.member ?? 0;
        const signed = await sign(loadPreferencesHash({ chain, member, home, load: id, ...body }));
        await platform.call("PUT /v1/home/loads/:id/preferences", {
          params: { id },
          body: { ...body, ...signed },
        });
      }}
      onBack={props.onBack}
      onDone={props.onDone}
    />
  );
}

/** The letter names the load by its id, which belongs to no language. */
function signedName(name: string, id: string) {
  return (
    <>
      {name} <span lang="zxx">({id})</span>
    </>
  );
}
