/** The street as one: in and out on one scale, the transformer, what is stored and sold. */
import { For, Show } from "solid-js";
import type { OperatorOverview } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { type Energy, fillOf } from "../../parts/energy.ts";
import { t } from "../../strings/dictionary.ts";
import { balanceOf, loadingOf } from "./balance.ts";

/** Below this the street is in balance, W. */
const BALANCE_W = 500;

interface Part {
  readonly energy: Energy;
  readonly label: string;
  readonly watts: number;
}

export function PowerBalance(props: { overview: OperatorOverview }) {
  const balance = () => balanceOf(props.overview);
  const inParts = (): readonly Part[] => [
    { energy: "solar", label: t("operator.panels"), watts: balance().in.panelsW },
    { energy: "accumulator", label: t("operator.discharge"), watts: balance().in.accumulatorsW },
    { energy: "microgrid", label: t("operator.import"), watts: balance().in.gridW },
  ];
  const outParts = (): readonly Part[] => [
    { energy: "home", label: t("operator.demand"), watts: balance().out.homesW },
    { energy: "accumulator", label: t("operator.charge"), watts: balance().out.accumulatorsW },
    { energy: "microgrid", label: t("operator.export"), watts: balance().out.gridW },
  ];
  const exchangeW = () => props.overview.exportW - props.overview.importW;
  const sentence = () => {
    const power = local.power(Math.abs(exchangeW()));
    if (Math.abs(exchangeW()) < BALANCE_W) return t("operator.says_balance");
    return exchangeW() > 0 ? t("operator.says_export", { power }) : t("operator.says_import", { power });
  };
  return (
    <section class="two">
      <div class="stack balance">
        <Bar title={t("operator.gives")} parts={inParts()} />
        <Bar title={t("operator.takes")} parts={outParts()} />
      </div>
      <p class="reason">
        {sentence()}
        <small>
          {t("operator.says_why", {
            generation: local.power(props.overview.generationW),
            demand: local.power(props.overview.demandW),
            shared: local.power(balance().sharedW),
            loading: local.percent(props.overview.transformerLoadingPercent / 100),
          })}
        </small>
      </p>
    </section>
  );
}

function Bar(props: { title: string; parts: readonly Part[] }) {
  const total = () => props.parts.reduce((sum, part) => sum + part.watts, 0);
  return (
    <div class="split">
      <div class="row">
        <h2>{props.title}</h2>
        <em>
          <b>{local.power(total())}</b>
        </em>
      </div>
      <div
        class="meter"
        classList={{ none: total() === 0 }}
        role="img"
        aria-label={props.parts.map((part) => `${part.label} ${local.power(part.watts)}`).join(", ")}
      >
        <For each={props.parts}>
          {(part) => (
            <i
              hidden={part.watts <= 0}
              style={{ background: fillOf(part.energy), "flex-grow": Math.max(0, part.watts) }}
            />
          )}
        </For>
      </div>
      <ul class="key-list">
        <For each={props.parts}>
          {(part) => (
            <li>
              <i style={{ background: fillOf(part.energy) }} />
              {part.label} <b>{local.power(part.watts)}</b>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}

export function Figures(props: { overview: OperatorOverview }) {
  const loading = () => loadingOf(props.overview.transformerLoadingPercent);
  const storedMega = () => props.overview.storedWh >= 1e6;
  /** The bar ends at 120 %, so that an overload has somewhere to go. */
  const END = 120;
  return (
    <section class="figures">
      <div>
        <h2>{t("operator.transformer")}</h2>
        <p class="big">
          {local.number(props.overview.transformerLoadingPercent)}
          <small>%</small>
        </p>
        <div
          class={`meter thin loading ${loading()}`}
          role="img"
          aria-label={t("operator.loading_bar", {
            percent: local.percent(props.overview.transformerLoadingPercent / 100),
          })}
        >
          <i style={{ "flex-grow": Math.min(END, props.overview.transformerLoadingPercent) }} />
          <i
            class="c-free"
            style={{ "flex-grow": Math.max(0, END - props.overview.transformerLoadingPercent) }}
          />
          <span class="mark" style={{ left: `${(100 * 100) / END}%` }} />
        </div>
        <p class={`sub ${loading()}`}>{t(`operator.${loading()}`)}</p>
      </div>
      <div>
        <h2>{t("operator.stored")}</h2>
        <p class="big">
          {local.number(props.overview.storedWh / (storedMega() ? 1e6 : 1e3), storedMega() ? 2 : 1)}
          <small>{storedMega() ? "MWh" : "kWh"}</small>
        </p>
        <div class="meter thin" aria-hidden="true">
          <i class="c-ea" style={{ "flex-grow": props.overview.storedWh }} />
          <i
            class="c-free"
            style={{ "flex-grow": Math.max(0, props.overview.capacityWh - props.overview.storedWh) }}
          />
        </div>
        <p class="sub">
          {t("operator.of_capacity", { capacity: local.energy(props.overview.capacityWh) })}
          <Show when={props.overview.capacityWh > 0}>
            {`, ${local.percent(props.overview.storedWh / props.overview.capacityWh)}`}
          </Show>
        </p>
      </div>
      <div>
        <h2>{t("operator.sold_today")}</h2>
        <p class="big">
          {local.number(props.overview.soldTodayWh / 1e3, 1)}
          <small>kWh</small>
        </p>
        <p class="sub">{t("operator.open_sales", { count: props.overview.openSales })}</p>
      </div>
      <div>
        <h2>{t("operator.height")}</h2>
        <p class="big">
          {local.number(props.overview.chain.height)}
          <small>{t("operator.blocks")}</small>
        </p>
        <p class="sub">{local.when(props.overview.chain.time)}</p>
      </div>
    </section>
  );
}
