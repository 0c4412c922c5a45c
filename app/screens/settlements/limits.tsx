/**
 * Limits that the grid's operator set for feeders: every clearing of those quarter hours keeps within them. A new one is
 * signed on this device and stands in the place of earlier ones where they overlap; one without figures lifts them.
 */
import { createSignal, Match, Show, Switch } from "solid-js";
import { QUARTER_HOUR_S, quarterHourOf } from "#base/time.ts";
import { limitOneFeeder } from "#chain/transactions.ts";
import type { LimitFeeder } from "#market/feeder-limit.ts";
import type { MarketNow } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { typedKwh } from "../market/rule-form.ts";

type Limit = MarketNow["limits"][number];

export function Limits(props: { market: MarketNow; refresh: () => Promise<void> }) {
  const kwh = (wh: number | null) => (wh === null ? t("settlements.unlimited") : local.number(wh / 1000, 2));
  const columns = (): readonly Column<Limit>[] => [
    { head: t("settlements.col_feeder"), cell: (one) => String(one.feeder) },
    { head: t("settlements.col_from"), cell: (one) => local.when(one.from) },
    { head: t("settlements.col_to"), cell: (one) => local.when(one.to) },
    { head: t("settlements.col_sold"), cell: (one) => kwh(one.maxSoldWh) },
    { head: t("settlements.col_taken"), cell: (one) => kwh(one.maxBoughtWh) },
    { head: t("settlements.col_reason"), left: true, cell: (one) => one.reason },
  ];
  return (
    <section class="split">
      <h2>{t("settlements.limits")}</h2>
      <p class="sub">{t("settlements.limits_why")}</p>
      <Show when={props.market.limits.length > 0} fallback={<p>{t("settlements.no_limits")}</p>}>
        <DataTable caption={t("settlements.limits")} columns={columns()} rows={props.market.limits} />
      </Show>
      <SetLimit refresh={props.refresh} />
    </section>
  );
}

type Phase = { readonly at: "looking" | "writing" } | { readonly at: "signing"; readonly limit: LimitFeeder };

function SetLimit(props: { refresh: () => Promise<void> }) {
  const [phase, setPhase] = createSignal<Phase>({ at: "looking" });
  const signing = () => {
    const one = phase();
    return one.at === "signing" ? one.limit : undefined;
  };
  const kwh = (wh: number | undefined) =>
    wh === undefined ? t("settlements.unlimited") : local.number(wh / 1000, 3);
  return (
    <Switch>
      <Match when={signing()}>
        {(limit) => (
          <div class="step">
            <SignAndSend
              kind={limitOneFeeder}
              body={limit()}
              rows={(body) => [
                { term: t("settlements.col_feeder"), value: String(body.feeder) },
                { term: t("settlements.col_from"), value: local.dateTime(body.from) },
                { term: t("settlements.col_to"), value: local.dateTime(body.to) },
                { term: t("settlements.col_sold"), value: kwh(body.maxSoldWh) },
                { term: t("settlements.col_taken"), value: kwh(body.maxBoughtWh) },
                { term: t("settlements.col_reason"), value: body.reason },
              ]}
              words={{ sign: t("settlements.sign_limit"), notDone: t("settlements.not_limited") }}
              onBack={() => setPhase({ at: "writing" })}
              onDone={() => {
                setPhase({ at: "looking" });
                announce(t("settlements.limited"));
                void props.refresh();
              }}
            />
          </div>
        )}
      </Match>
      <Match when={phase().at === "writing"}>
        <LimitForm
          onBack={() => setPhase({ at: "looking" })}
          onReview={(limit) => setPhase({ at: "signing", limit })}
        />
      </Match>
      <Match when={true}>
        <div>
          <Button quiet onClick={() => setPhase({ at: "writing" })}>
            {t("settlements.set_limit")}
          </Button>
        </div>
      </Match>
    </Switch>
  );
}

function LimitForm(props: { onBack: () => void; onReview: (limit: LimitFeeder) => void }) {
  const [feeder, setFeeder] = createSignal("1");
  const [hours, setHours] = createSignal("2");
  const [sold, setSold] = createSignal("");
  const [bought, setBought] = createSignal("");
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const whole = (text: string, most: number) =>
    /^\s*\d+\s*$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined;
  /** `null`: no such number; `undefined`: no limit. */
  const most = (text: string) => (text.trim() === "" ? undefined : (typedKwh(text) ?? null));
  const reasonFits = () => reason().trim().length >= 3 && reason().trim().length <= 100;

  function review(): void {
    setTried(true);
    const [number, span, maxSoldWh, maxBoughtWh] = [
      whole(feeder(), 65_535),
      whole(hours(), 24 * 31),
      most(sold()),
      most(bought()),
    ];
    if (number === undefined || span === undefined || maxSoldWh === null || maxBoughtWh === null) return;
    if (!reasonFits()) return;
    const from = quarterHourOf(Math.floor(now())) + 2 * QUARTER_HOUR_S;
    props.onReview({
      feeder: number,
      from,
      to: from + span * 3600,
      maxSoldWh,
      maxBoughtWh,
      reason: reason().trim(),
    });
  }

  const wrong = (bad: boolean) => (tried() && bad ? t("settlements.limit_wrong") : undefined);
  return (
    <form
      class="form step"
      onSubmit={(event) => {
        event.preventDefault();
        review();
      }}
    >
      <LabelledInput
        label={t("settlements.col_feeder")}
        value={feeder()}
        keyboard="numeric"
        wrong={wrong(whole(feeder(), 65_535) === undefined)}
        onInput={setFeeder}
      />
      <LabelledInput
        label={t("settlements.hours")}
        value={hours()}
        keyboard="numeric"
        hint={t("settlements.hours_why")}
        wrong={wrong(whole(hours(), 24 * 31) === undefined)}
        onInput={setHours}
      />
      <LabelledInput
        label={t("settlements.col_sold")}
        value={sold()}
        keyboard="decimal"
        hint={t("settlements.empty_is_none")}
        wrong={wrong(most(sold()) === null)}
        onInput={setSold}
      />
      <LabelledInput
        label={t("settlements.col_taken")}
        value={bought()}
        keyboard="decimal"
        hint={t("settlements.empty_is_none")}
        wrong={wrong(most(bought()) === null)}
        onInput={setBought}
      />
      <LabelledInput
        label={t("settlements.reason")}
        value={reason()}
        wrong={wrong(!reasonFits())}
        onInput={setReason}
      />
      <div class="row-of">
        <Button type="submit">{t("market.review")}</Button>
        <Button quiet onClick={props.onBack}>
          {t("market.back")}
        </Button>
      </div>
    </form>
  );
}
