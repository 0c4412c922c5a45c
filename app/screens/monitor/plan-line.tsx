/** What the plan says in one line: when the accumulator will be full or down, and when the sun has most to spare. */
import { Show } from "solid-js";
import type { HomePlan } from "#wire/home-schemas.ts";
import type { Live } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { now } from "../../session.ts";
import { ahead } from "../../strings/ahead.ts";
import { area, t } from "../../strings/dictionary.ts";
import { nextTurn, stepAt, sunniestHours } from "./plan-ahead.ts";

area(ahead);

const FIVE_MINUTES_S = 300;
const rounded = (instant: number) => Math.ceil(instant / FIVE_MINUTES_S) * FIVE_MINUTES_S;

export default function PlanLine(props: { plan: HomePlan; accumulator: NonNullable<Live["accumulator"]> }) {
  const turn = () => {
    const next = nextTurn(props.plan, props.accumulator, now());
    if (next === undefined) return undefined;
    return next.code === "stays"
      ? t("ahead.stays", { energy: local.energy(next.storedWh) })
      : t(`ahead.${next.code}`, { time: local.when(rounded(next.at)) });
  };
  const sun = () => {
    const hours = sunniestHours(props.plan, now());
    if (hours === undefined) return undefined;
    return t("ahead.sun", { from: local.clockTime(rounded(hours.from)), to: local.clockTime(hours.to) });
  };
  const value = () => {
    const step = stepAt(props.plan, now());
    const worth = step === undefined ? undefined : props.plan.storedValueMicroEurPerKwh[step];
    return worth === undefined ? undefined : t("ahead.value", { value: `${local.rate(worth, 2)}\u00a0€` });
  };
  return (
    <p class="sub plan-line">
      <Show when={turn()}>{(text) => <b>{text()} </b>}</Show>
      {value()} {sun()}
    </p>
  );
}
