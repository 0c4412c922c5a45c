/** The registrar's part of the console: pseudonyms renewed, who would be left out, and renewing them now. */
import { createSignal, For, onCleanup, Show } from "solid-js";
import { ProblemError } from "#wire/client.ts";
import type { Renewals as Standing, Unready } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { platform } from "../../platform.ts";
import { onStream, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";

const MOST_SHOWN = 8;

export function Renewals() {
  const view = createView(
    () => (session() == null ? undefined : "renewals"),
    (signal) => platform.call("GET /v1/operator/renewals", { signal }),
  );
  onCleanup(onStream("block", () => void view.refresh()));
  return (
    <Show when={view.value()?.offered === true ? view.value() : undefined}>
      {(standing) => <State standing={standing()} refresh={view.refresh} />}
    </Show>
  );
}

function State(props: { standing: Standing; refresh: () => Promise<void> }) {
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSignal<string>();
  const one = () => props.standing;
  /** Why none can be begun now. */
  const kept = () => {
    const { underWay, ready, minimum } = one();
    if (underWay !== null && underWay.state !== "waiting")
      return t("operator.renewal_under_way", { until: local.when(underWay.until) });
    return ready < minimum ? t("operator.renewal_too_few", { ready, minimum }) : undefined;
  };

  async function begin(at: "morning" | "now"): Promise<void> {
    setBusy(true);
    setRefused(undefined);
    try {
      await platform.call("POST /v1/operator/renewals", { body: { at } });
      announce(t(at === "now" ? "operator.renewal_begun" : "operator.renewal_set"));
    } catch (error) {
      setRefused(error instanceof ProblemError ? error.problem.detail : t("operator.renewal_unreached"));
    }
    setBusy(false);
    await props.refresh();
  }

  return (
    <div class="split">
      <h2>{t("operator.renewals")}</h2>
      <p class="sub">{t("operator.renewals_why")}</p>
      <Sheet
        rows={[
          {
            term: t("operator.renewal_last"),
            value: lastText(one()),
          },
          {
            term: t("operator.renewal_next"),
            value: one().next === null ? t("operator.renewal_by_hand") : local.when(one().next!),
          },
          { term: t("operator.renewal_ready"), value: local.number(one().ready) },
        ]}
      />
      <Show when={one().underWay}>
        {(plan) => (
          <Note
            kind="plain"
            title={
              plan().state === "waiting"
                ? t("operator.renewal_waiting", {
                    from: local.when(plan().from),
                    until: local.when(plan().until),
                  })
                : t("operator.renewal_holding", { homes: plan().homes, until: local.when(plan().until) })
            }
          />
        )}
      </Show>
      <Show when={one().dropped}>
        {(dropped) => (
          <Note
            kind="warn"
            tag={<span class="code">{dropped().reason}</span>}
            title={t("operator.renewal_dropped", { when: local.when(dropped().time) })}
          />
        )}
      </Show>
      <Show when={refused()}>{(why) => <Note kind="fault" alert title={why()} />}</Show>
      <Show when={one().unready.length > 0}>
        <p class="sub">{t("operator.renewal_stay")}</p>
        <ul class="guardians">
          <For each={one().unready.slice(0, MOST_SHOWN)}>
            {({ name, reason }) => (
              <li>
                {name}: {reasonText(reason)}
              </li>
            )}
          </For>
          <Show when={one().unready.length > MOST_SHOWN}>
            <li>{t("operator.renewal_more", { count: one().unready.length - MOST_SHOWN })}</li>
          </Show>
        </ul>
      </Show>
      <p class="sub">{t("operator.renewal_when")}</p>
      <div class="row">
        <Show when={one().underWay?.state !== "waiting"}>
          <Button quiet busy={busy()} reason={kept()} onClick={() => void begin("morning")}>
            {t("operator.renew_morning")}
          </Button>
        </Show>
        <Button quiet busy={busy()} reason={kept()} onClick={() => void begin("now")}>
          {t("operator.renew_now")}
        </Button>
      </div>
    </div>
  );
}

function lastText({ last }: Standing): string {
  if (last === null) return t("operator.renewal_never");
  return t("operator.renewal_done", { when: local.when(last.time), homes: last.homes });
}

function reasonText(reason: Unready): string {
  if (reason === "no_next_key") return t("operator.stays_no_next_key");
  if (reason === "guardian_key") return t("operator.stays_guardian_key");
  if (reason === "guards_others") return t("operator.stays_guards_others");
  if (reason === "not_at_rest") return t("operator.stays_not_at_rest");
  if (reason === "supply_contract") return t("operator.stays_supply_contract");
  if (reason === "market_day") return t("operator.stays_market_day");
  return t("operator.stays_meter");
}
