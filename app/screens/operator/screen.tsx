/**
 * The operator's console, first depth. `/overview`: the street's power, its transformer, what is stored and sold, the
 * ledger. `/suppliers`: who waits to be enrolled. No home by itself is shown.
 */
import { createSignal, onCleanup, Show } from "solid-js";
import type { OperatorOverview } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Age } from "../../parts/age.tsx";
import { Head } from "../../parts/head.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Note } from "../../parts/note.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { microgridState, onStream, reachable, session } from "../../session.ts";
import { area, t } from "../../strings/dictionary.ts";
import { plant } from "../../strings/plant.ts";
import { createView, type View } from "../../view.ts";
import { Hash } from "../explorer/hash.tsx";
import { MicrogridView, Pan } from "../plant/map.tsx";
import { Applications } from "./applications.tsx";
import { kept } from "./balance.ts";
import { Renewals } from "./renewals.tsx";
import { Figures, PowerBalance } from "./street.tsx";
import { Supplies } from "./supplies.tsx";
import { type Sample, Trend } from "./trend.tsx";
import "../../parts/trading.css";
import "../explorer/explorer.css";
import "../plant/plant.css";
import "./operator.css";

area(plant);

const REFRESH_MS = 2_000;
const TREND_S = 3 * 3600;
const TREND_MOST = 400;

export function OverviewScreen() {
  const view = overview();
  const map = createView(
    () => (session() == null ? undefined : "microgrid"),
    (signal) => platform.call("GET /v1/microgrid", { signal }),
  );
  const state = createView(
    () => (session() == null ? undefined : "microgrid-state"),
    (signal) => platform.call("GET /v1/microgrid/state", { signal }),
  );
  return (
    <>
      <Head
        title={t("operator.overview")}
        sub={view.value() === undefined ? "\u00a0" : t("operator.sub", { homes: view.value()!.homes })}
      >
        <Age received={view.received()} />
      </Head>
      <Loaded view={view} heights={[28, 56, 16, 200]}>
        {(value) => (
          <>
            <Show when={value().applications.length > 0}>
              <Note kind="warn" title={t("operator.waiting")}>
                <a href="/suppliers">
                  {value()
                    .applications.map((one) => one.name)
                    .join(", ")}
                </a>
              </Note>
            </Show>
            <Show when={value().payouts > 0}>
              <Note kind="warn" title={t("operator.payouts")}>
                <a href="/bank">{t("operator.payouts_count", { count: value().payouts })}</a>
              </Note>
            </Show>
            <PowerBalance overview={value()} />
            <Figures overview={value()} />
            <section class="two">
              <div class="split">
                <h2>{t("operator.map")}</h2>
                <Show when={map.value()}>
                  {(known) => (
                    <Pan at={undefined} width={known().width}>
                      <MicrogridView
                        map={known()}
                        state={microgridState()?.value ?? state.value()}
                        own={undefined}
                      />
                    </Pan>
                  )}
                </Show>
                <Legend
                  items={[
                    { energy: "solar", label: t("plant.giving") },
                    { energy: "accumulator", label: t("plant.own") },
                    { energy: "microgrid", label: t("plant.taking") },
                  ]}
                />
              </div>
              <div class="split">
                <h2>{t("operator.chain")}</h2>
                <ChainSheet chain={value().chain} />
                <Renewals />
              </div>
            </section>
            <StreetTrend overview={value()} />
          </>
        )}
      </Loaded>
    </>
  );
}

export function SuppliersScreen() {
  const view = overview();
  return (
    <>
      <Head title={t("operator.suppliers")} />
      <Loaded view={view} heights={[16, 56, 56]}>
        {(value) => <Applications applications={value().applications} refresh={view.refresh} />}
      </Loaded>
      <Supplies />
    </>
  );
}

function overview(): View<OperatorOverview> {
  const view = createView(
    () => (session() == null ? undefined : "overview"),
    (signal) => platform.call("GET /v1/operator/overview", { signal }),
  );
  onCleanup(onStream("block", () => void view.refresh()));
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  return view;
}

/** Samples outlive a visit to another place, so that coming back shows the line and not its first point. */
const [samples, setSamples] = createSignal<readonly Sample[]>([]);

function StreetTrend(props: { overview: OperatorOverview }) {
  const all = () => {
    const { time, generationW, demandW, importW, exportW } = props.overview;
    return kept(samples(), { time, generationW, demandW, exchangeW: importW - exportW }, TREND_S, TREND_MOST);
  };
  const timer = setInterval(() => setSamples(all()), REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <Show when={all().length > 2}>
      <Trend samples={all()} />
    </Show>
  );
}

function ChainSheet(props: { chain: OperatorOverview["chain"] }) {
  return (
    <Sheet
      rows={[
        {
          term: t("operator.chain_height"),
          value: <a href={`/ledger/block/${props.chain.height}`}>{local.number(props.chain.height)}</a>,
        },
        { term: t("operator.chain_last"), value: local.when(props.chain.time) },
        { term: t("operator.chain_transactions"), value: local.number(props.chain.transactions) },
        { term: t("operator.chain_waiting"), value: local.number(props.chain.waiting) },
        { term: t("operator.chain_root"), value: <Hash value={props.chain.stateRoot} /> },
      ]}
    />
  );
}
