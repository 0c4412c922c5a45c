/** How old what stands here is: live, dimmed with its age, last known, paused, or offline. */
import { Show } from "solid-js";
import type { Received } from "../cache.ts";
import { local } from "../local.ts";
import { ageOf, clock, connection, freshnessOf, settled } from "../session.ts";
import { t } from "../strings/dictionary.ts";

export function Age(props: {
  received: Received<unknown> | undefined;
  /** Instead of "live". */
  word?: string;
  /** A document that is read now and then, not streamed: fresh as long as the platform is reached. */
  steady?: boolean;
}) {
  const age = () => ageOf(props.received);
  const state = () => {
    if (connection() === "offline") return "offline";
    if (props.received === undefined || connection() === "connecting") return "waiting";
    if (props.steady === true && connection() === "live") return "fresh";
    if (clock()?.value.paused === true && connection() === "live") return "paused";
    const state = freshnessOf(age());
    return state === "last-known" && connection() === "live" && !settled() ? "waiting" : state;
  };
  return (
    <span class={`age ${state()}`}>
      <i />
      <Show when={state() === "offline"}>{t("age.offline")}</Show>
      <Show when={state() === "waiting"}>{t("age.waiting")}</Show>
      <Show when={state() === "paused"}>{t("age.paused")}</Show>
      <Show when={state() === "fresh"}>{props.word ?? t("age.live")}</Show>
      <Show when={state() === "dim"}>{t("age.ago", { span: local.span(age() ?? 0) })}</Show>
      <Show when={state() === "last-known"}>{t("age.last_known", { span: local.span(age() ?? 0) })}</Show>
    </span>
  );
}
