/** The standing rule: what the platform orders in the home's name each quarter hour, until the owner says otherwise. */
import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js";
import { marketRuleHash } from "#wire/market-letters.ts";
import type { MarketNow, MarketRule, OwnMarket } from "#wire/market-schemas.ts";
import type { MicrogridMap } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Letter } from "../../parts/letter.tsx";
import { platform } from "../../platform.ts";
import { community, session } from "../../session.ts";
import { language, t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { EMPTY_RULE, formOf, type RuleField, type RuleForm, ruleOf } from "./rule-form.ts";
import { ruleTexts } from "./words.ts";

type Phase =
  | { readonly at: "looking" | "editing" }
  | { readonly at: "signing"; readonly rule: MarketRule | null };

export function StandingRule(props: { own: OwnMarket; market: MarketNow; refresh: () => Promise<void> }) {
  const [phase, setPhase] = createSignal<Phase>({ at: "looking" });
  const map = createView(
    () => "microgrid",
    (signal) => platform.call("GET /v1/microgrid", { signal }),
  );
  const nameOf = (home: number) =>
    map.value()?.homes.find(({ plant }) => plant === home)?.name ?? t("market.home", { number: home });
  const signing = () => {
    const now = phase();
    return now.at === "signing" ? now : undefined;
  };
  const letter = (rule: MarketRule | null) => ({
    chain: community()?.chain ?? "",
    member: props.own.member,
    change: props.own.rule.changes + 1,
    rule,
  });
  return (
    <section class="step" aria-label={t("market.rule")}>
      <h2>{t("market.rule")}</h2>
      <Switch>
        <Match when={signing()}>
          {(one) => (
            <Letter
              why="market.letter_why"
              refusals="market.refused"
              rows={[
                {
                  term: t("market.rule"),
                  value:
                    one().rule === null ? (
                      t("market.rule_none")
                    ) : (
                      <Lines texts={ruleTexts(one().rule!, nameOf)} />
                    ),
                },
                { term: t("market.letter_change"), value: local.number(letter(one().rule).change) },
                { term: t("market.letter_member"), value: String(props.own.member) },
                { term: t("signing.chain"), value: letter(null).chain },
              ]}
              give={async (sign) => {
                const { chain, member, ...body } = letter(one().rule);
                const signed = await sign(marketRuleHash({ chain, member, ...body }));
                await platform.call("PUT /v1/home/market/rule", { body: { ...body, ...signed } });
              }}
              onBack={() => setPhase({ at: "editing" })}
              onDone={() => {
                setPhase({ at: "looking" });
                announce(t("market.rule_done"));
                void props.refresh();
              }}
            />
          )}
        </Match>
        <Match when={phase().at === "editing"}>
          <RuleEditor
            rule={props.own.rule.rule ?? EMPTY_RULE}
            market={props.market}
            homes={map.value()?.homes.filter(({ plant }) => plant !== session()?.plant) ?? []}
            onBack={() => setPhase({ at: "looking" })}
            onReview={(rule) => setPhase({ at: "signing", rule })}
          />
        </Match>
        <Match when={true}>
          <Show when={props.own.rule.rule} fallback={<p>{t("market.rule_none_why")}</p>}>
            {(rule) => <Lines texts={ruleTexts(rule(), nameOf)} />}
          </Show>
          <Show when={props.own.rule.since}>
            {(since) => <p class="sub">{t("market.rule_since", { when: local.when(since()) })}</p>}
          </Show>
          <div>
            <Button quiet small onClick={() => setPhase({ at: "editing" })}>
              {props.own.rule.rule === null ? t("market.rule_set") : t("market.rule_change")}
            </Button>
          </div>
        </Match>
      </Switch>
    </section>
  );
}

function Lines(props: { texts: readonly string[] }) {
  return (
    <ul class="plain-list">
      <For each={props.texts}>{(text) => <li>{text}</li>}</For>
    </ul>
  );
}

function RuleEditor(props: {
  rule: MarketRule;
  market: MarketNow;
  homes: MicrogridMap["homes"];
  onBack: () => void;
  onReview: (rule: MarketRule | null) => void;
}) {
  const usual = () => ({
    feedIn: props.market.tariff.feedInMicroEurPerKwh,
    tariff: props.market.tariff.importMicroEurPerKwh,
  });
  const point = () => (language() === "en" ? "." : ",");
  const [form, setForm] = createSignal<RuleForm>(
    formOf(props.rule, usual(), (value, decimals) => value.toFixed(decimals).replace(".", point())),
  );
  const [wrong, setWrong] = createSignal<ReadonlySet<RuleField>>(new Set());
  const change = (part: Partial<RuleForm>) => setForm({ ...form(), ...part });
  const partner = createUniqueId();
  return (
    <form
      class="form rule-form"
      onSubmit={(event) => {
        event.preventDefault();
        const read = ruleOf(form());
        if ("wrong" in read) setWrong(read.wrong);
        else props.onReview(read.rule);
      }}
    >
      <Wish
        label={t("market.wish_surplus")}
        on={form().sellSurplus}
        onOn={(on) => change({ sellSurplus: on })}
      >
        <Figure
          label={t("market.from_price")}
          unit="€/kWh"
          value={form().surplusFrom}
          wrong={wrong().has("surplusFrom")}
          onInput={(text) => change({ surplusFrom: text })}
        />
      </Wish>
      <Wish label={t("market.wish_stored")} on={form().sellStored} onOn={(on) => change({ sellStored: on })}>
        <Figure
          label={t("market.from_price")}
          unit="€/kWh"
          value={form().storedFrom}
          wrong={wrong().has("storedFrom")}
          onInput={(text) => change({ storedFrom: text })}
        />
        <Figure
          label={t("market.keep")}
          unit="kWh"
          value={form().keep}
          wrong={wrong().has("keep")}
          onInput={(text) => change({ keep: text })}
        />
      </Wish>
      <Wish label={t("market.wish_buy")} on={form().buy} onOn={(on) => change({ buy: on })}>
        <Figure
          label={t("market.up_to_price")}
          unit="€/kWh"
          value={form().buyUpTo}
          wrong={wrong().has("buyUpTo")}
          onInput={(text) => change({ buyUpTo: text })}
        />
        <Tick label={t("market.solar_only")} on={form().solarOnly} onOn={(on) => change({ solarOnly: on })} />
      </Wish>
      <details class="bytes">
        <summary>{t("market.more_wishes")}</summary>
        <div class="form">
          <label for={partner}>{t("market.partner")}</label>
          <select
            id={partner}
            class="field"
            onChange={(event) => {
              const { value } = event.currentTarget;
              change({ partner: value === "" ? undefined : Number(value) });
            }}
          >
            <option value="" selected={form().partner === undefined}>
              {t("market.partner_any")}
            </option>
            <For each={props.homes}>
              {(home) => (
                <option value={home.plant} selected={home.plant === form().partner}>
                  {home.name}
                </option>
              )}
            </For>
          </select>
          <Show when={form().partner !== undefined}>
            <Tick label={t("market.gift")} on={form().gift} onOn={(on) => change({ gift: on })} />
          </Show>
          <Figure
            label={t("market.forward")}
            unit="%"
            value={form().forwardPercent}
            wrong={wrong().has("forwardPercent")}
            onInput={(text) => change({ forwardPercent: text })}
          />
        </div>
      </details>
      <Show when={wrong().size > 0}>
        <p class="sub wrong" role="alert">
          {t("market.rule_wrong")}
        </p>
      </Show>
      <div class="row-of">
        <Button type="submit">{t("market.review")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("market.back")}
        </Button>
      </div>
    </form>
  );
}

function Wish(props: { label: string; on: boolean; onOn: (on: boolean) => void; children: JSX.Element }) {
  return (
    <fieldset class="wish">
      <legend class="unseen">{props.label}</legend>
      <Tick label={props.label} on={props.on} onOn={props.onOn} />
      <Show when={props.on}>
        <div class="wish-figures">{props.children}</div>
      </Show>
    </fieldset>
  );
}

function Tick(props: { label: string; on: boolean; onOn: (on: boolean) => void }) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onOn(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}

function Figure(props: {
  label: string;
  unit: string;
  value: string;
  wrong: boolean;
  onInput: (text: string) => void;
}) {
  const id = createUniqueId();
  return (
    <p class="wish-figure">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        class="field"
        type="text"
        inputmode="decimal"
        autocomplete="off"
        value={props.value}
        aria-invalid={props.wrong}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <span>{props.unit}</span>
    </p>
  );
}
