/** New values for one or several laws, each held against its bounds while it is typed. */
import { createSignal, createUniqueId, For, Show } from "solid-js";
import type { Parameters } from "#market/parameters.ts";
import type { LawView } from "#wire/schemas.ts";
import { zone } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { t, tCode } from "../../strings/dictionary.ts";
import {
  CHANGEABLE,
  CHOICES,
  hasRoom,
  LAWS,
  type LawKind,
  type LawName,
  ledgerValue,
  parametersFrom,
  problemOf,
  SPAN_UNITS,
  type SpanUnit,
  type Typed,
  typedOf,
} from "./laws.ts";
import { lawName, lawValue } from "./words.ts";

export function LawsForm(props: {
  laws: readonly LawView[];
  parameters: Parameters;
  tried: boolean;
  onLaws: (laws: Parameters | undefined) => void;
}) {
  const [names, setNames] = createSignal<readonly LawName[]>([]);
  const [typed, setTyped] = createSignal<Readonly<Partial<Record<LawName, Typed>>>>({});
  const id = createUniqueId();
  const now = (name: LawName) => props.laws.find((law) => law.name === name)?.value ?? "";

  function put(next: readonly LawName[], values: Readonly<Partial<Record<LawName, Typed>>>): void {
    // What a law's field shows must be there before the field.
    setTyped(values);
    setNames(next);
    props.onLaws(next.some((name) => problem(name) !== undefined) ? undefined : made());
  }

  /** All laws as they would be; `undefined` where a value is none, or nothing would change. */
  function made(): Parameters | undefined {
    const changed = new Map(names().map((name) => [name as string, ledgerValue(name, typed()[name]!)]));
    if (changed.size === 0 || [...changed.values()].includes(undefined)) return undefined;
    const texts = props.laws.map(({ name, value }) => ({ name, value: changed.get(name) ?? value }));
    return parametersFrom(texts, zone());
  }

  /** Why a value that was typed does not do. */
  function problem(name: LawName): string | undefined {
    const value = ledgerValue(name, typed()[name]!);
    if (value === undefined) return t("community.no_number");
    if (value === now(name)) return t("community.same");
    if (!hasRoom(props.parameters, name, value)) return t("community.too_large");
    const all = made();
    if (all === undefined || problemOf(all) !== name) return undefined;
    return bound(name) ?? t("community.no_number");
  }

  const bound = (name: LawName) => tCode(`law_bound.${name}`, {});

  return (
    <>
      <For each={names()}>
        {(name) => (
          <fieldset class="law">
            <legend>{lawName(name)}</legend>
            <div class="row-of">
              <Value
                name={name}
                typed={typed()[name]!}
                wrong={props.tried && problem(name) !== undefined}
                describedBy={`${id}-${name}`}
                onTyped={(value) => put(names(), { ...typed(), [name]: value })}
              />
              <Button
                quiet
                small
                label={`${t("community.leave")}: ${lawName(name)}`}
                onClick={() =>
                  put(
                    names().filter((other) => other !== name),
                    typed(),
                  )
                }
              >
                {t("community.leave")}
              </Button>
            </div>
            <p class="sub" id={`${id}-${name}`}>
              {t("community.now_is", { value: lawValue(name, now(name)) })}{" "}
              <Show
                when={props.tried || problem(name) !== t("community.same") ? problem(name) : undefined}
                fallback={bound(name)}
              >
                {(said) => (
                  <span class="wrong" role={props.tried ? "alert" : undefined}>
                    {said()}
                  </span>
                )}
              </Show>
            </p>
          </fieldset>
        )}
      </For>
      <label for={`${id}-add`}>{t("community.add_law")}</label>
      <select
        id={`${id}-add`}
        class="field"
        aria-describedby={props.tried && names().length === 0 ? `${id}-none` : undefined}
        onChange={(event) => {
          const name = CHANGEABLE.find((one) => one === event.currentTarget.value);
          event.currentTarget.value = "";
          if (name !== undefined) put([...names(), name], { ...typed(), [name]: typedOf(name, now(name)) });
        }}
      >
        <option value="">{t("community.pick")}</option>
        <For each={CHANGEABLE.filter((name) => !names().includes(name))}>
          {(name) => <option value={name}>{lawName(name)}</option>}
        </For>
      </select>
      <Show when={props.tried && names().length === 0}>
        <p class="sub wrong" id={`${id}-none`} role="alert">
          {t("community.none_changed")}
        </p>
      </Show>
    </>
  );
}

/** What stands behind the field. */
const SIGNS: { readonly [kind in LawKind]?: string } = {
  price: "€/kWh",
  money: "€",
  share: "%",
  energy: "Wh",
  power: "W",
};

/** What a law is chosen from, where it is not typed. */
const OPTIONS: { readonly [kind in LawKind]?: readonly string[] } = {
  yes: ["true", "false"],
  choice: CHOICES,
};

function Value(props: {
  name: LawName;
  typed: Typed;
  wrong: boolean;
  describedBy: string;
  onTyped: (typed: Typed) => void;
}) {
  const kind = () => LAWS[props.name];
  const sign = () => SIGNS[kind()] ?? "";
  const options = () => OPTIONS[kind()] ?? [];
  return (
    <Show
      when={options().length > 0}
      fallback={
        <>
          <input
            class="field figure"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            aria-label={t("community.new_value", { law: lawName(props.name) })}
            aria-invalid={props.wrong}
            aria-describedby={props.describedBy}
            value={props.typed.text}
            onInput={(event) => props.onTyped({ ...props.typed, text: event.currentTarget.value })}
          />
          <Show when={kind() === "span"} fallback={<span class="sign">{sign()}</span>}>
            <select
              class="field figure"
              aria-label={t("community.unit", { law: lawName(props.name) })}
              onChange={(event) =>
                props.onTyped({ ...props.typed, unit: event.currentTarget.value as SpanUnit })
              }
            >
              <For each={Object.keys(SPAN_UNITS) as SpanUnit[]}>
                {(unit) => (
                  <option value={unit} selected={unit === props.typed.unit}>
                    {t(`community.unit_${unit}`)}
                  </option>
                )}
              </For>
            </select>
          </Show>
        </>
      }
    >
      <select
        class="field figure"
        aria-label={t("community.new_value", { law: lawName(props.name) })}
        aria-describedby={props.describedBy}
        onChange={(event) => props.onTyped({ ...props.typed, text: event.currentTarget.value })}
      >
        <For each={options()}>
          {(value) => (
            <option value={value} selected={value === props.typed.text}>
              {lawValue(props.name, value)}
            </option>
          )}
        </For>
      </select>
    </Show>
  );
}
