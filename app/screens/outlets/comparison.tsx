/**
 * Where the next kWh goes best: one sentence, why, every outlet with what it is worth, and a tap to act on it. The sums
 * behind the worths stand under “How it is reckoned”.
 */
import { For, type JSX, Show } from "solid-js";
import type { OutletView } from "#wire/outlet-schemas.ts";
import { local } from "../../local.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { type Energy, fillOf } from "../../parts/energy.ts";
import { area, t } from "../../strings/dictionary.ts";
import { outletTable } from "../../strings/outlet-table.ts";
import { outlets as strings } from "../../strings/outlets.ts";
import { type Advice, barPerMille, bestOf } from "./advice.ts";
import { headline, nameOf, reasonText, riskTexts, why } from "./words.ts";
import "./outlets.css";

area(strings);
area(outletTable);

const ENERGY: Readonly<Record<OutletView["kind"], Energy>> = {
  keep: "accumulator",
  use: "home",
  neighbour: "neighbour",
  supplier: "accumulator",
  community: "microgrid",
};

/** The sentence, why, and what acts on it. */
export function BestOutlet(props: { advice: Advice; children?: (best: OutletView) => JSX.Element }) {
  return (
    <Show when={bestOf(props.advice)}>
      {(best) => (
        <div class="outlets">
          <p class="reason">
            {headline(best())}
            <small>{why(props.advice)}</small>
          </p>
          {props.children?.(best())}
        </div>
      )}
    </Show>
  );
}

/** All outlets beside each other; folded on a phone, where the steps of a sale come first. */
export function OutletComparison(props: { advice: Advice }) {
  return (
    <section class="outlets" aria-label={t("outlets.title")}>
      <details open={matchMedia("(min-width: 901px)").matches}>
        <summary>{t("outlets.compare")}</summary>
        <ul class="outlet-list">
          <For each={props.advice.outlets}>{(one) => <Row one={one} advice={props.advice} />}</For>
        </ul>
        <details>
          <summary>{t("outlets.how")}</summary>
          <Sums advice={props.advice} />
        </details>
      </details>
    </section>
  );
}

function Row(props: { one: OutletView; advice: Advice }) {
  const width = () => (props.one.rank === null ? 0 : barPerMille(props.one, props.advice));
  return (
    <li classList={{ shut: props.one.rank === null }}>
      <b>{nameOf(props.one)}</b>
      <span class="net">
        {props.one.worth === null ? "–" : local.ratePerKwh(props.one.worth.netMicroEurPerKwh)}
      </span>
      <Show when={props.one.rank !== null}>
        <span class="bar" aria-hidden="true">
          <i style={{ width: `${width() / 10}%`, background: fillOf(ENERGY[props.one.kind]) }} />
        </span>
      </Show>
      <small>{[`${reasonText(props.one)}.`, ...riskTexts(props.one)].join(" ")}</small>
    </li>
  );
}

function Sums(props: { advice: Advice }) {
  const amount = (of: (worth: NonNullable<OutletView["worth"]>) => number) => (one: OutletView) =>
    one.worth === null ? "–" : local.rate(of(one.worth));
  const columns = (): readonly Column<OutletView>[] => [
    { head: t("outlets.col_outlet"), cell: nameOf },
    { head: t("outlets.col_price"), cell: amount((worth) => worth.grossMicroEurPerKwh) },
    { head: t("outlets.col_fee"), cell: amount((worth) => -worth.feeMicroEurPerKwh) },
    { head: t("outlets.col_lost"), cell: amount((worth) => -worth.lostMicroEurPerKwh) },
    { head: t("outlets.col_wear"), cell: amount((worth) => -worth.wearMicroEurPerKwh) },
    { head: t("outlets.col_net"), cell: amount((worth) => worth.netMicroEurPerKwh) },
  ];
  return <DataTable caption={t("outlets.how")} columns={columns()} rows={props.advice.outlets} />;
}
