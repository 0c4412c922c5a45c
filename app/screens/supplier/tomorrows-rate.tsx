/**
 * The rate of the day to come: a number within the community's bounds, before the deadline, signed on this device.
 * Once in a block it cannot change; then this shows what stands there.
 */
import { createMemo, createSignal, createUniqueId, Match, Show, Switch } from "solid-js";
import { formatDay, parseDay } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { publishDayRate } from "#chain/transactions.ts";
import type { SupplierDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { now, reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { Money } from "./money.tsx";
import { typedRate, withinBounds } from "./rate.ts";

export function TomorrowsRate(props: { desk: SupplierDesk; refresh: () => Promise<void> }) {
  const [reviewing, setReviewing] = createSignal<number>();
  const day = () => local.dayText(props.desk.tomorrow, false);
  const published = () => props.desk.rates.find((rate) => rate.day === props.desk.tomorrow);
  const todays = () => props.desk.rates.find((rate) => rate.day === props.desk.today);
  const leftS = () => props.desk.publishBefore - now();

  return (
    <section class="two">
      <div class="step tomorrow">
        <div class="head">
          <h2>{t("supplier.rate_for", { day: day() })}</h2>
          <p class="right sub">
            {todays() === undefined
              ? t("supplier.today_none")
              : t("supplier.today_is", { rate: local.ratePerKwh(todays()!.rateMicroEurPerKwh) })}
          </p>
        </div>
        <Switch>
          <Match when={published()}>
            {(rate) => (
              <>
                <p class="big">
                  {local.rate(rate().rateMicroEurPerKwh)}
                  <small>€/kWh</small>
                </p>
                <p>
                  {t("supplier.published", {
                    height: local.number(rate().height),
                    when: local.when(rate().time),
                  })}
                </p>
                <p>
                  <a href={`/ledger/block/${rate().height}`}>{t("supplier.see_block")}</a>
                </p>
              </>
            )}
          </Match>
          <Match when={reviewing()}>
            {(rate) => (
              <SignAndSend
                kind={publishDayRate}
                body={{ day: parseDay(props.desk.tomorrow)!, rate: MicroEurPerKwh(BigInt(rate())) }}
                rows={(body) => [
                  { term: t("supplier.sign_by"), value: `${props.desk.name}, ${props.desk.member}` },
                  { term: t("supplier.sign_day"), value: local.dayText(formatDay(body.day)) },
                  { term: t("supplier.sign_rate"), value: local.ratePerKwh(Number(body.rate), 6) },
                ]}
                words={{ sign: t("supplier.sign_publish"), notDone: t("supplier.not_published") }}
                onBack={() => setReviewing(undefined)}
                onDone={(height) => {
                  setReviewing(undefined);
                  announce(
                    t("supplier.published", { height: local.number(height), when: local.clockTime(now()) }),
                  );
                  void props.refresh();
                }}
              />
            )}
          </Match>
          <Match when={leftS() <= 0}>
            <p class="reason">
              {t("supplier.closed", { day: day() })}
              <small>{t("supplier.closed_why", { day: day() })}</small>
            </p>
          </Match>
          <Match when={true}>
            <RateForm
              desk={props.desk}
              day={day()}
              suggested={todays()?.rateMicroEurPerKwh}
              leftS={leftS()}
              onReview={setReviewing}
            />
          </Match>
        </Switch>
      </div>
      <Money desk={props.desk} stacked />
    </section>
  );
}

function RateForm(props: {
  desk: SupplierDesk;
  day: string;
  suggested: number | undefined;
  leftS: number;
  onReview: (rate: number) => void;
}) {
  const [text, setText] = createSignal(props.suggested === undefined ? "" : local.rate(props.suggested, 3));
  const [tried, setTried] = createSignal(false);
  const rate = createMemo(() => typedRate(text()));
  const fits = () => withinBounds(rate(), props.desk.rateBounds);
  const id = createUniqueId();
  const bounds = () => ({
    lowest: local.rate(props.desk.rateBounds.lowest, 2),
    highest: local.rate(props.desk.rateBounds.highest, 2),
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const value = rate();
        if (withinBounds(value, props.desk.rateBounds)) props.onReview(value);
      }}
    >
      <label class="big entry" for={id}>
        <span class="unseen">{t("supplier.rate_entry", { day: props.day })}</span>
        <input
          id={id}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          placeholder={local.rate(0)}
          value={text()}
          style={{ "--characters": Math.max(5, text().length) }}
          aria-invalid={tried() && !fits()}
          aria-describedby={`${id}-says`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <small aria-hidden="true">€/kWh</small>
      </label>
      <p
        id={`${id}-says`}
        classList={{ wrong: tried() && !fits() }}
        role={tried() && !fits() ? "alert" : undefined}
      >
        <Show
          when={fits()}
          fallback={tried() ? t("supplier.rate_wrong", bounds()) : t("supplier.bounds", bounds())}
        >
          {t("supplier.example", { gross: local.money((rate() ?? 0) * 100) })} {t("supplier.once")}
        </Show>
      </p>
      <p class="deadline" classList={{ soon: props.leftS < 3600 }}>
        {t("supplier.closes", {
          time: local.clockTime(props.desk.publishBefore),
          span: local.span(props.leftS),
        })}
      </p>
      <div>
        <Button type="submit" reason={reachable() ? undefined : t("signing.offline")}>
          {t("supplier.review")}
        </Button>
      </div>
    </form>
  );
}
