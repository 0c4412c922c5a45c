/** The limits that stand or are to come, each with what its home makes of it, and those that are over. */
import { For, Show } from "solid-js";
import type { HomeLimit } from "#wire/operator-limit-schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/states.tsx";
import { now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { answerTag, answerText, failsafeText, limitText, type Time, timeOf } from "./words.ts";

const PAST_SHOWN = 12;

interface Props {
  limits: readonly HomeLimit[];
  nameOf: (home: number) => string;
  onSet: () => void;
  onChange: (limit: HomeLimit) => void;
  onLift: (limits: readonly HomeLimit[]) => void;
}

export function Standing(props: Props) {
  const at = (time: Time) => props.limits.filter((limit) => timeOf(limit, now()) === time);
  return (
    <>
      <Summary standing={at("standing")} />
      <Lifts {...props} limits={[...at("standing"), ...at("coming")]} />
      <Group {...props} limits={at("standing")} time="standing" />
      <Group {...props} limits={at("coming")} time="coming" />
      <Show when={at("past").length > 0}>
        <Past limits={at("past")} nameOf={props.nameOf} />
      </Show>
    </>
  );
}

function Summary(props: { standing: readonly HomeLimit[] }) {
  const count = () => props.standing.length;
  const kept = () => props.standing.filter(({ answer }) => answer === "heard").length;
  return (
    <Show
      when={count() > 0}
      fallback={
        <Empty title={t("limits.none")}>
          <p class="sub">{t("limits.none_why")}</p>
        </Empty>
      }
    >
      <p class="reason" role="status">
        {t("limits.count", { count: count() })}
        <small>{kept() === count() ? t("limits.kept_all") : t("limits.kept_some", { kept: kept() })}</small>
      </p>
    </Show>
  );
}

/** A feeder's limits are lifted as they were set: all at once. */
function Lifts(props: Props) {
  const feeders = () =>
    [...new Set(props.limits.map(({ feeder }) => feeder))]
      .map((feeder) => props.limits.filter((limit) => limit.feeder === feeder))
      .filter(({ length }) => length > 1);
  return (
    <Show when={props.limits.length > 0}>
      <div class="row-of" classList={{ "to-form": feeders().length === 0 }}>
        <span class="to-form">
          <Button small onClick={props.onSet}>
            {t("limits.to_form")}
          </Button>
        </span>
        <For each={feeders()}>
          {(of) => (
            <Button quiet small onClick={() => props.onLift(of)}>
              {t("limits.lift_feeder", { count: of.length, feeder: of[0]!.feeder })}
            </Button>
          )}
        </For>
      </div>
    </Show>
  );
}

function Group(props: Props & { time: "standing" | "coming" }) {
  // By home: what is looked at stays while the list is read anew.
  const homes = () => props.limits.map(({ home }) => home);
  return (
    <Show when={homes().length > 0}>
      <section class="split">
        <h2>{t(`limits.${props.time}`)}</h2>
        <ul class="limits">
          <For each={homes()}>
            {(home) => (
              <Show when={props.limits.find((one) => one.home === home)}>
                {(one) => <Row {...props} limit={one()} />}
              </Show>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}

function Row(props: Props & { limit: HomeLimit; time: "standing" | "coming" }) {
  const asked = () => props.limit.limit!;
  const name = () => props.nameOf(props.limit.home);
  const tag = () => answerTag(props.limit, props.time);
  return (
    <li data-answer={props.limit.answer}>
      <p class="who">
        <b>{name()}</b>
        <span class="sub">{t("limits.place", { home: props.limit.home, feeder: props.limit.feeder })}</span>
        <span class={`tag ${tag().kind}`}>{tag().text}</span>
      </p>
      <p class="what">{limitText(asked(), props.time)}.</p>
      <p class="sub">
        {t(`limits.reason.${asked().reason}`)}.{" "}
        {t("limits.signed", { name: props.limit.by.name, time: local.when(props.limit.issuedAt) })}{" "}
        {answerText(props.limit, props.time)}
        <Show when={props.limit.silentSince}>
          {(since) => <> {t("limits.silent", { time: local.dateTime(since()) })}</>}
        </Show>
        <Show when={asked().failsafe}>{(failsafe) => <> {failsafeText(failsafe())}</>}</Show>
      </p>
      <div class="row-of">
        <Button
          quiet
          small
          label={t("limits.change_label", { home: name() })}
          onClick={() => props.onChange(props.limit)}
        >
          {t("limits.change")}
        </Button>
        <Button
          quiet
          small
          label={t("limits.lift_label", { home: name() })}
          onClick={() => props.onLift([props.limit])}
        >
          {t("limits.lift")}
        </Button>
      </div>
    </li>
  );
}

function Past(props: { limits: readonly HomeLimit[]; nameOf: (home: number) => string }) {
  const newest = () =>
    [...props.limits].sort((a, b) => endOf(b) - endOf(a) || a.home - b.home).slice(0, PAST_SHOWN);
  return (
    <section class="split">
      <h2>{t("limits.past")}</h2>
      <ul class="limits past">
        <For each={newest()}>
          {(one) => (
            <li>
              <b>{props.nameOf(one.home)}</b>{" "}
              <span class="sub">
                {one.limit === null
                  ? t("limits.lifted", { name: one.by.name, time: local.when(one.issuedAt) })
                  : t("limits.over", { time: local.when(one.limit.until) })}
              </span>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

function endOf({ limit, issuedAt }: HomeLimit): number {
  return limit?.until ?? issuedAt;
}
