/** The best outlet in a line, for the monitor: where, why, and the way to act on it. */
import { Show } from "solid-js";
import { area, t } from "../../strings/dictionary.ts";
import { outlets as strings } from "../../strings/outlets.ts";
import { bestOf, mainAdvice } from "./advice.ts";
import { outletView } from "./data.ts";
import { headline, why } from "./words.ts";
import "./outlets.css";

area(strings);

export function OutletLine() {
  const view = outletView();
  const advice = () => (view.value() === undefined ? undefined : mainAdvice(view.value()!));
  const best = () => (advice() === undefined ? undefined : bestOf(advice()!));
  return (
    <Show when={best()}>
      {(one) => (
        <p class="reason outlet-line">
          {headline(one())}
          <small>
            {why(advice()!)}{" "}
            <a href={one().kind === "neighbour" ? "/market" : "/sell"}>{t("outlets.do_compare")}</a>
          </small>
        </p>
      )}
    </Show>
  );
}
