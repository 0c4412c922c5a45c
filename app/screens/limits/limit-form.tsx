/** A limit is written: for which homes, how much, from when for how long, why, and what holds in silence. */
import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { LEAST_IMPORT_W, LIMIT_MAX_W, LIMIT_REASONS, type LimitReason } from "#control/operator-limit.ts";
import type { OperatorLimit } from "#wire/operator-limit-schemas.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { FieldSays } from "../../parts/field-says.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { beginnings, type Flaw, judge, type LimitDraft, UNITS, type Unit } from "./draft.ts";

/** One home, or a feeder with all of its homes. */
export type Target = { readonly home: number } | { readonly feeder: number };

const NONE: ReadonlySet<Flaw> = new Set<Flaw>();

type Home = MicrogridMap["homes"][number];

export function LimitForm(props: {
  homes: readonly Home[];
  target: Target;
  draft: LimitDraft;
  onTarget: (target: Target) => void;
  onDraft: (draft: LimitDraft) => void;
  onReview: (limit: OperatorLimit) => void;
  onBlank: () => void;
}) {
  const [flaws, setFlaws] = createSignal<ReadonlySet<Flaw>>(NONE);
  const change = (part: Partial<LimitDraft>) => {
    props.onDraft({ ...props.draft, ...part });
    setFlaws(NONE);
  };
  const bounds = { least: local.number(LEAST_IMPORT_W), most: local.number(LIMIT_MAX_W) };
  const wrong = (flaw: Flaw, text: () => string) => (flaws().has(flaw) ? text() : undefined);
  const begun = now();
  return (
    <form
      class="form"
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        const judged = judge(props.draft, now());
        if ("limit" in judged) return props.onReview(judged.limit);
        setFlaws(judged.flaws);
        const form = event.currentTarget;
        queueMicrotask(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      }}
    >
      <Choice
        label={t("limits.which")}
        value={wordOf(props.target)}
        onChange={(value) => props.onTarget(targetOf(value))}
      >
        <Targets homes={props.homes} target={props.target} />
      </Choice>
      <LabelledInput
        label={t("limits.import")}
        keyboard="numeric"
        value={props.draft.importText}
        hint={t("limits.import_hint", bounds)}
        wrong={
          wrong("import", () => t("limits.wrong.import", bounds)) ??
          wrong("neither", () => t("limits.wrong.neither"))
        }
        onInput={(importText) => change({ importText })}
      />
      <LabelledInput
        label={t("limits.export")}
        keyboard="numeric"
        value={props.draft.exportText}
        hint={t("limits.export_hint")}
        wrong={wrong("export", () => t("limits.wrong.export", bounds))}
        onInput={(exportText) => change({ exportText })}
      />
      <Choice
        label={t("limits.begins")}
        value={String(props.draft.from)}
        onChange={(value) => change({ from: value === "now" ? "now" : Number(value) })}
        wrong={wrong("begins", () => t("limits.wrong.begins"))}
      >
        <option value="now" selected={props.draft.from === "now"}>
          {t("limits.at_once")}
        </option>
        <For each={withChosen(beginnings(begun, zone()), props.draft.from)}>
          {(time) => (
            <option value={time} selected={props.draft.from === time}>
              {local.when(time)}
            </option>
          )}
        </For>
      </Choice>
      <div class="pair">
        <div class="form">
          <LabelledInput
            label={t("limits.lasts")}
            keyboard="numeric"
            value={props.draft.lasts}
            wrong={wrong("lasts", () => t("limits.wrong.lasts"))}
            onInput={(lasts) => change({ lasts })}
          />
        </div>
        <div class="form">
          <Choice
            label={t("limits.unit")}
            value={props.draft.unit}
            onChange={(unit) => change({ unit: unit as Unit })}
          >
            <For each={Object.keys(UNITS) as Unit[]}>
              {(unit) => (
                <option value={unit} selected={props.draft.unit === unit}>
                  {t(`limits.unit.${unit}`)}
                </option>
              )}
            </For>
          </Choice>
        </div>
      </div>
      <Choice
        label={t("limits.reason")}
        value={props.draft.reason}
        onChange={(reason) => change({ reason: reason as LimitReason })}
        hint={t("limits.owner_reads", { sentence: t(`operator_limit.${props.draft.reason}`) })}
      >
        <For each={LIMIT_REASONS}>
          {(reason) => (
            <option value={reason} selected={props.draft.reason === reason}>
              {t(`limits.reason.${reason}`)}
            </option>
          )}
        </For>
      </Choice>
      <label class="tick">
        <input
          type="checkbox"
          checked={props.draft.hasFailsafe}
          onChange={(event) => change({ hasFailsafe: event.currentTarget.checked })}
        />
        {t("limits.failsafe")}
      </label>
      <Show when={props.draft.hasFailsafe}>
        <fieldset class="form failsafe">
          <legend class="unseen">{t("limits.in_silence")}</legend>
          <p class="sub">{t("limits.failsafe_why")}</p>
          <LabelledInput
            label={t("limits.import")}
            keyboard="numeric"
            value={props.draft.failsafeImport}
            wrong={
              wrong("failsafe_import", () => t("limits.wrong.import", bounds)) ??
              wrong("failsafe_neither", () => t("limits.wrong.neither"))
            }
            onInput={(failsafeImport) => change({ failsafeImport })}
          />
          <LabelledInput
            label={t("limits.export")}
            keyboard="numeric"
            value={props.draft.failsafeExport}
            wrong={wrong("failsafe_export", () => t("limits.wrong.export", bounds))}
            onInput={(failsafeExport) => change({ failsafeExport })}
          />
          <div class="pair">
            <div class="form">
              <LabelledInput
                label={t("limits.silence")}
                keyboard="numeric"
                value={props.draft.silence}
                wrong={wrong("silence", () => t("limits.wrong.silence"))}
                onInput={(silence) => change({ silence })}
              />
            </div>
            <div class="form">
              <LabelledInput
                label={t("limits.holds")}
                keyboard="numeric"
                value={props.draft.holds}
                wrong={wrong("holds", () => t("limits.wrong.holds"))}
                onInput={(holds) => change({ holds })}
              />
            </div>
          </div>
        </fieldset>
      </Show>
      <div class="row-of">
        <Button type="submit">{t("limits.review")}</Button>
        <Button quiet onClick={props.onBlank}>
          {t("limits.blank")}
        </Button>
      </div>
    </form>
  );
}

function Targets(props: { homes: readonly Home[]; target: Target }) {
  const feeders = () => [...new Set(props.homes.map(({ feeder }) => feeder))].sort((a, b) => a - b);
  const on = (feeder: number) =>
    props.homes.filter((home) => home.feeder === feeder).sort((a, b) => a.plant - b.plant);
  const isChosen = (target: Target) => wordOf(target) === wordOf(props.target);
  return (
    <>
      <optgroup label={t("limits.feeders")}>
        <For each={feeders()}>
          {(feeder) => (
            <option value={wordOf({ feeder })} selected={isChosen({ feeder })}>
              {t("limits.feeder", { feeder, count: on(feeder).length })}
            </option>
          )}
        </For>
      </optgroup>
      <For each={feeders()}>
        {(feeder) => (
          <optgroup label={t("limits.on_feeder", { feeder })}>
            <For each={on(feeder)}>
              {({ plant, name }) => (
                <option value={wordOf({ home: plant })} selected={isChosen({ home: plant })}>
                  {t("limits.home", { name, home: plant })}
                </option>
              )}
            </For>
          </optgroup>
        )}
      </For>
    </>
  );
}

function Choice(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  wrong?: string | undefined;
  children: JSX.Element;
}) {
  const id = createUniqueId();
  return (
    <>
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="field"
        value={props.value}
        aria-invalid={props.wrong !== undefined}
        aria-describedby={(props.wrong ?? props.hint) === undefined ? undefined : `${id}-says`}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {props.children}
      </select>
      <FieldSays id={`${id}-says`} hint={props.hint} wrong={props.wrong} />
    </>
  );
}

function wordOf(target: Target): string {
  return "home" in target ? `home:${target.home}` : `feeder:${target.feeder}`;
}

function targetOf(value: string): Target {
  const [kind, number] = value.split(":");
  return kind === "home" ? { home: Number(number) } : { feeder: Number(number) };
}

/** What was chosen stays to be chosen, though time went on. */
function withChosen(times: readonly number[], chosen: number | "now"): readonly number[] {
  return chosen === "now" || times.includes(chosen) ? times : [chosen, ...times];
}
