/** Why the BEC does what it does: one sentence, then the numbers it compared. */
import { createEffect, on, Show } from "solid-js";
import type { Live } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { clock } from "../../session.ts";
import { t, tCode } from "../../strings/dictionary.ts";

type Decision = Live["decision"];

export function Reason(props: { decision: Decision; panels: boolean }) {
  // Said aloud when it changes, unless the town runs so fast that it would never stop talking.
  createEffect(
    on(
      () => props.decision.code,
      () => {
        if ((clock()?.value.speed ?? 1) <= 1) announce(sentence(props.decision));
      },
      { defer: true },
    ),
  );
  return (
    <p class="reason">
      {sentence(props.decision)}
      <small>
        <Show when={because(props.decision, props.panels)}>
          {(why) => <>{t("monitor.why", { why: why() })} </>}
        </Show>
        {t("monitor.since", { time: local.when(props.decision.since) })}
      </small>
    </p>
  );
}

function sentence(decision: Decision): string {
  return tCode(`reason.${decision.code}`, {}) ?? t("reason.unknown");
}

/** The numbers behind the sentence; `undefined` for a code or a number that this app does not know. */
function because({ code, numbers }: Decision, panels: boolean): string | undefined {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (name.endsWith("MicroEurPerKwh")) {
      values[name.slice(0, -"MicroEurPerKwh".length)] = `${local.rate(value, 2)}\u00a0€`;
    } else if (name.endsWith("Wh")) values[name.slice(0, -2)] = local.energy(value);
    else if (name.endsWith("W")) values[name.slice(0, -1)] = local.power(value);
  }
  // Without panels there is one reason for everything but what the contract limits.
  const own = panels || "supplyPowerMaxW" in numbers;
  return tCode(own ? `why.${code}` : "why.no_panels", values);
}
