/** How the home shall be run from now on: reserve, who gets surplus first, what ageing costs, comfort. */
import { createSignal } from "solid-js";
import type { HomeAccumulator, HomePreferences } from "#wire/home-schemas.ts";
import { local } from "../../../local.ts";
import { Button } from "../../../parts/button.tsx";
import { LabelledInput } from "../../../parts/labelled-input.tsx";
import { Segmented } from "../../../parts/segmented.tsx";
import { Slider } from "../../../parts/slider.tsx";
import { t } from "../../../strings/dictionary.ts";

export function PreferencesForm(props: {
  home: HomeAccumulator;
  onBack: () => void;
  onReview: (preferences: HomePreferences) => void;
}) {
  const [form, setForm] = createSignal<HomePreferences>(props.home.preferences);
  const change = (part: Partial<HomePreferences>) => setForm({ ...form(), ...part });
  const [wear, setWear] = createSignal(local.rate(props.home.preferences.wearMicroEurPerKwh, 3));
  const [wrong, setWrong] = createSignal(false);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = Number(wear().trim().replace(",", "."));
        if (wear().trim() === "" || !(typed >= 0 && typed <= 1)) return setWrong(true);
        props.onReview({ ...form(), wearMicroEurPerKwh: Math.round(typed * 1_000_000) });
      }}
    >
      <Slider
        label={t("control.reserve")}
        min={0}
        max={100}
        step={5}
        value={form().reservePercent}
        text={t("control.reserve_text", {
          percent: local.percent(form().reservePercent / 100),
          energy: local.energy((props.home.capacityWh * form().reservePercent) / 100),
        })}
        onInput={(reservePercent) => change({ reservePercent })}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={form().communityFirst}
          onChange={(event) => change({ communityFirst: event.currentTarget.checked })}
        />
        {t("control.community_first")}
      </label>
      <LabelledInput
        label={`${t("control.wear")}, €/kWh`}
        keyboard="decimal"
        value={wear()}
        hint={t("control.wear_hint")}
        wrong={wrong() ? t("control.wear_wrong") : undefined}
        onInput={(text) => {
          setWear(text);
          setWrong(false);
        }}
      />
      <Segmented
        label={t("control.comfort")}
        value={form().comfort}
        onChange={(comfort) => change({ comfort })}
        options={(["save", "balanced", "comfort"] as const).map((value) => ({
          value,
          label: t(`control.comfort.${value}`),
        }))}
      />
      <div class="row-of">
        <Button type="submit">{t("control.review")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("control.back")}
        </Button>
      </div>
    </form>
  );
}
