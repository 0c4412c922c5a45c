/** What to ask of the accumulator: mode, power, until when or how much by when, and what it will do. */
import { createMemo, createSignal, createUniqueId, For, Show } from "solid-js";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { HomeAccumulator, HomeCommand } from "#wire/home-schemas.ts";
import { local } from "../../../local.ts";
import { Button } from "../../../parts/button.tsx";
import { Segmented } from "../../../parts/segmented.tsx";
import { Slider } from "../../../parts/slider.tsx";
import { now } from "../../../session.ts";
import { t } from "../../../strings/dictionary.ts";
import { priceAt, prospectOf } from "./prospect.ts";

type Mode = HomeCommand["mode"];
const HOUR_S = 3600;
/** Ends that are offered: the full hours of a day ahead. */
const ENDS = 24;

export function CommandForm(props: {
  home: HomeAccumulator;
  mode: Mode;
  onMode: (mode: Mode) => void;
  onBack: () => void;
  onReview: (command: HomeCommand) => void;
}) {
  const begun = now();
  const ends = Array.from({ length: ENDS }, (_, i) => (Math.floor(begun / HOUR_S) + 1 + i) * HOUR_S);
  const [end, setEnd] = createSignal(ends[2]!);
  const [percent, setPercent] = createSignal(80);
  const most = () =>
    props.mode === "discharge" ? props.home.dischargePowerMaxW : props.home.chargePowerMaxW;
  /** In hundreds of watts; the last stands for all it can. */
  const [powerW, setPowerW] = createSignal<number>();
  const select = createUniqueId();
  const command = createMemo((): HomeCommand => {
    const power = powerW();
    const isPowered = props.mode === "charge" || props.mode === "discharge";
    return {
      mode: props.mode,
      powerW: !isPowered || power === undefined || power >= most() ? null : power,
      until: end(),
      reservePercent: null,
      target: props.mode === "auto" ? { socPercent: percent(), by: end() } : null,
    };
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        props.onReview(command());
      }}
    >
      <Segmented
        label={t("control.mode")}
        value={props.mode}
        onChange={props.onMode}
        options={(["hold", "charge", "discharge", "auto"] as const).map((mode) => ({
          value: mode,
          label: t(`control.${mode}`),
        }))}
      />
      <Show when={props.mode === "charge" || props.mode === "discharge"}>
        <Slider
          label={t("control.power")}
          min={100}
          max={most()}
          step={100}
          value={powerW() ?? most()}
          text={command().powerW === null ? t("control.all_it_can") : local.power(command().powerW!)}
          onInput={setPowerW}
        />
      </Show>
      <Show when={props.mode === "auto"}>
        <Slider
          label={t("control.target")}
          min={5}
          max={100}
          step={5}
          value={percent()}
          text={local.percent(percent() / 100)}
          onInput={setPercent}
        />
      </Show>
      <label for={select}>{t(props.mode === "auto" ? "control.by" : "control.until")}</label>
      <select id={select} class="field" onChange={(event) => setEnd(Number(event.currentTarget.value))}>
        <For each={ends}>
          {(at) => (
            <option value={at} selected={at === end()}>
              {local.when(at)}
            </option>
          )}
        </For>
      </select>
      <div class="will" aria-live="polite">
        <h3>{t("control.will")}</h3>
        <For each={prospectWords(command(), props.home)}>{(text) => <p>{text}</p>}</For>
        <p class="sub">{t("control.limits_first")}</p>
      </div>
      <div class="row-of">
        <Button type="submit">{t("control.review")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("control.back")}
        </Button>
      </div>
    </form>
  );
}

function prospectWords(command: HomeCommand, home: HomeAccumulator): string[] {
  const time = now();
  const { endWh, doneAt, movedWh, costMicroEur, spans } = prospectOf(command, home, time);
  const percent = local.percent(endWh / home.capacityWh);
  const energy = local.energy(movedWh);
  const cost = local.money(costMicroEur);
  const until = local.when(command.until);
  if (command.mode === "hold") {
    return [t("control.will_hold", { until, price: local.ratePerKwh(priceAt(home, time), 2) })];
  }
  if (command.mode === "charge") {
    return [
      t("control.will_charge", { energy, cost, percent }),
      ...(doneAt === undefined
        ? []
        : [t("control.will_be_full", { time: local.when(rounded(doneAt)), until })]),
    ];
  }
  if (command.mode === "discharge") {
    return [
      t("control.will_discharge", { energy, percent }),
      ...(doneAt === undefined ? [] : [t("control.will_be_empty", { time: local.when(rounded(doneAt)) })]),
      t("control.will_unsold"),
    ];
  }
  if (movedWh === 0) return [t("control.will_target_there")];
  const hours = spans.map(({ from, to }) => `${local.clockTime(from)}–${local.clockTime(to)}`).join(", ");
  return [
    t("control.will_target", { energy, cost, hours }),
    ...(doneAt === undefined ? [t("control.will_target_short", { percent })] : []),
  ];
}

/** To the next five minutes: it is told as about. */
function rounded(time: number): number {
  const step = QUARTER_HOUR_S / 3;
  return Math.ceil(time / step) * step;
}
