/** F1: the home now, why it runs as it does, what today was made of, and the day on one timeline. */
import { createEffect, createMemo, createSignal, on, onCleanup, Show, Suspense } from "solid-js";
import type { PlanNow } from "#wire/home-schemas.ts";
import type { Live } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { part } from "../../part.ts";
import { Age } from "../../parts/age.tsx";
import { Head } from "../../parts/head.tsx";
import { Note } from "../../parts/note.tsx";
import { SplitBar } from "../../parts/split-bar.tsx";
import { Bones } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import {
  ageOf,
  connection,
  freshnessOf,
  hearLive,
  live,
  now,
  reachable,
  session,
  settled,
} from "../../session.ts";
import { share } from "../../share.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { Day } from "./day.tsx";
import { homeOf } from "./flow.ts";
import { FlowDiagram } from "./flow-diagram.tsx";
import { Reason } from "./reason.tsx";
import "./monitor.css";

const PLAN_S = 900;
/** The chart first; ms. */
const BELOW_AFTER_MS = 400;

/** These come after the first view. */
const PlanLine = part(() => import("./plan-line.tsx"));
const Loads = part(() => import("./loads/loads.tsx"));
const Reasons = part(() => import("./reasons.tsx"));
const OperatorNote = part(() => import("./operator-note.tsx"));
const OutletLine = part(async () => ({ default: (await import("../outlets/line.tsx")).OutletLine }));

export function MonitorScreen() {
  // The stream brings the next value within a second or so; a paused town sends none, so the first one is read, and
  // again after an absence.
  createEffect(() => {
    if (session()?.role !== "citizen" || !reachable()) return;
    void platform.call("GET /v1/home/live").then(hearLive, () => undefined);
  });
  // A plan holds for a quarter hour of the community's time.
  const plan = createView<PlanNow>(
    () => "plan",
    (signal) => platform.call("GET /v1/home/plan", { signal }),
  );
  createEffect(
    on(
      createMemo(() => Math.floor(now() / PLAN_S)),
      () => connection() === "live" && void plan.refresh(),
      { defer: true },
    ),
  );
  // What stands below the day comes once that is drawn.
  const [drawn, setDrawn] = createSignal(false);
  let later: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(later));
  const freshness = () => freshnessOf(ageOf(live()));
  const who = () => session()!;
  return (
    <>
      <Head
        title={t("monitor.title")}
        sub={[who().name, who().address].filter((part) => part !== null).join(", ")}
      >
        <Age received={live()} />
      </Head>
      <section
        class="two"
        aria-label={t("monitor.now")}
        classList={{ dim: live() !== undefined && (freshness() !== "fresh" || connection() !== "live") }}
      >
        <FlowDiagram live={live()?.value} />
        <Show when={live()?.value} fallback={<Bones heights={[28, 28, 16, 34, 14, 34, 14]} />}>
          {(value) => (
            <div class="stack">
              <Show when={freshness() === "last-known" && settled()}>
                <Note kind="warn" title={t("age.last_known", { span: local.span(ageOf(live()) ?? 0) })}>
                  {t("monitor.last_known")}
                </Note>
              </Show>
              <Show when={value().supply}>{(supply) => <LimitedSupply supply={supply()} />}</Show>
              <Show when={value().operatorLimit}>
                {(limit) => (
                  <Suspense>
                    <OperatorNote limit={limit()} />
                  </Suspense>
                )}
              </Show>
              <Reason decision={value().decision} panels={value().solarPeakW > 0} />
              <Show when={value().accumulator !== null && plan.value()}>
                {(known) => (
                  <Suspense>
                    <PlanLine plan={known()} accumulator={value().accumulator!} />
                  </Suspense>
                )}
              </Show>
              <Show when={value().solarPeakW > 0}>
                <Suspense>
                  <OutletLine />
                </Suspense>
              </Show>
              <Today
                today={value().today}
                panels={value().solarPeakW > 0}
                accumulator={value().accumulator !== null}
              />
            </div>
          )}
        </Show>
      </section>
      <Day
        plan={plan.value()}
        onStands={() => (later ??= setTimeout(() => setDrawn(true), BELOW_AFTER_MS))}
      />
      <Show when={drawn() && live()?.value}>
        {(value) => (
          <>
            <Suspense>
              <Loads />
            </Suspense>
            <Suspense>
              <Reasons panels={value().solarPeakW > 0} />
            </Suspense>
          </>
        )}
      </Show>
    </>
  );
}

/** What the supply contract does to the home now, and where to do something about it. */
function LimitedSupply(props: { supply: NonNullable<Live["supply"]> }) {
  return (
    <Note
      kind={props.supply.why === "reduced" ? "warn" : "fault"}
      title={t(`supply.${props.supply.why}`, { power: local.power(props.supply.powerMaxW) })}
    >
      {props.supply.unservedW > 0
        ? t("supply.unserved", { power: local.power(props.supply.unservedW) })
        : t("supply.served")}{" "}
      <Show when={props.supply.why === "vital_minimum"}>
        {t("supply.heard", { time: local.when(props.supply.heardAt) })}{" "}
      </Show>
      <a href="/contracts">{t("supply.contract")}</a>
    </Note>
  );
}

function Today(props: { today: Live["today"]; panels: boolean; accumulator: boolean }) {
  const flows = () => props.today.flowsWh;
  const used = () => homeOf(flows());
  return (
    <>
      <SplitBar
        title={t("monitor.used_today")}
        note={t("monitor.since_midnight")}
        aside={
          <Show when={used() > 0}>
            <b>{local.percent(share(used() - flows().gridToHome, used()))}</b> {t("monitor.own")}
          </Show>
        }
        shares
        parts={[
          ...(props.panels
            ? [{ energy: "solar", label: t("energy.panels"), wh: flows().solarToHome } as const]
            : []),
          ...(props.accumulator
            ? [
                {
                  energy: "accumulator",
                  label: t("energy.accumulator"),
                  wh: flows().accumulatorToHome,
                } as const,
              ]
            : []),
          { energy: "microgrid", label: t("energy.microgrid"), wh: flows().gridToHome },
        ]}
      />
      <Show when={props.panels}>
        <SplitBar
          title={t("monitor.produced_today")}
          note={
            props.today.soldWh > 0
              ? t("monitor.sold", { energy: local.soldEnergy(props.today.soldWh) })
              : t("monitor.nothing_sold")
          }
          aside={
            <Show when={props.today.earnedMicroEur > 0}>
              <b>{local.money(props.today.earnedMicroEur)}</b> {t("monitor.earned")}
            </Show>
          }
          shares
          parts={[
            { energy: "home", label: t("monitor.used_at_once"), wh: flows().solarToHome },
            { energy: "accumulator", label: t("monitor.stored"), wh: flows().solarToAccumulator },
            { energy: "microgrid", label: t("monitor.gone_out"), wh: flows().solarToGrid },
          ]}
        />
      </Show>
    </>
  );
}
