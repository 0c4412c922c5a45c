/** Step 2: how much, by slider, keys or number, and what the accumulator holds afterwards. */
import { createSignal, createUniqueId, Show } from "solid-js";
import type { SaleDesk } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { now } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { deliveryS } from "./outlet.ts";
import { ARROW_WH, type Bounds, clampWh, draggedWh, keyedWh, typedWh } from "./quantity.ts";
import { StepHead } from "./step-head.tsx";

export function QuantityStep(props: {
  desk: SaleDesk;
  energyWh: number;
  /** The energy and the allowance for losses. */
  takenWh: number;
  bounds: Bounds;
  /** The amount that gains most over keeping it. */
  bestWh: number | undefined;
  locked: boolean;
  onChange: (wh: number) => void;
  onBack: () => void;
}) {
  const heading = createUniqueId();
  const storedWh = () => props.desk.ledgerSolarWh + props.desk.ledgerGridWh - props.desk.pendingWh;
  const share = (wh: number) => (props.desk.capacityWh === 0 ? 0 : Math.max(0, wh) / props.desk.capacityWh);
  const after = () => share(storedWh() - props.takenWh);
  /** Sales before this one are delivered first. */
  const delivery = () => {
    const waitS = deliveryS(props.desk.pendingWh, props.desk.exportPowerW);
    const lastsS = deliveryS(props.energyWh, props.desk.exportPowerW);
    if (waitS === undefined || lastsS === undefined) return undefined;
    return { from: now() + waitS, to: now() + waitS + lastsS };
  };
  return (
    <div class="step" data-step="2" classList={{ locked: props.locked }}>
      <StepHead step={2} title={t("trade.how_much")} id={heading} onBack={props.onBack} />
      <div class="entry-row">
        <Entry wh={props.energyWh} bounds={props.bounds} locked={props.locked} onChange={props.onChange} />
        <div class="picks">
          <Show when={props.bestWh}>
            {(best) => (
              <button
                type="button"
                class="key"
                aria-pressed={props.energyWh === best()}
                disabled={props.locked}
                onClick={() => props.onChange(best())}
              >
                {t("trade.best")}
              </button>
            )}
          </Show>
          <button
            type="button"
            class="key"
            disabled={props.locked}
            onClick={() => props.onChange(clampWh(Math.round(props.bounds.maxWh / 2), props.bounds))}
          >
            {t("trade.half")}
          </button>
          <button
            type="button"
            class="key"
            disabled={props.locked}
            onClick={() => props.onChange(props.bounds.maxWh)}
          >
            {t("trade.all")}
          </button>
        </div>
      </div>
      <div class="slider">
        <input
          type="range"
          min={Math.min(props.bounds.minWh, props.bounds.maxWh)}
          max={props.bounds.maxWh}
          step="1"
          value={props.energyWh}
          disabled={props.locked}
          style={{ "--at": sliderShare(props.energyWh, props.bounds) }}
          aria-label={t("trade.quantity")}
          aria-valuetext={t("trade.quantity_text", {
            energy: local.soldEnergy(props.energyWh),
            sellable: local.soldEnergy(props.bounds.maxWh),
            soc: local.percent(after()),
          })}
          onInput={(event) => {
            const wh = draggedWh(event.currentTarget.valueAsNumber, props.bounds);
            event.currentTarget.valueAsNumber = wh;
            props.onChange(wh);
          }}
          onKeyDown={(event) => {
            const wh = keyedWh(event.key, props.energyWh, props.bounds);
            if (wh === undefined) return;
            event.preventDefault();
            props.onChange(wh);
          }}
        />
        <p class="ends" aria-hidden="true">
          <span>{local.number(props.bounds.minWh / 1000, 2)}</span>
          <span>{t("trade.max_sellable", { energy: local.soldEnergy(props.bounds.maxWh) })}</span>
        </p>
      </div>
      <div class="soc">
        <p>
          <span>{t("trade.soc_after")}</span>
          <b>{local.percent(after())}</b>
        </p>
        <div
          class="meter store thin"
          role="img"
          aria-label={t("trade.soc_bar", {
            before: local.percent(share(storedWh())),
            after: local.percent(after()),
            reserve: local.percent(share(props.desk.reserveWh)),
          })}
        >
          <i class="c-ea" style={{ "flex-grow": Math.max(0, storedWh() - props.takenWh) }} />
          <i class="c-leaving" style={{ "flex-grow": props.takenWh }} />
          <i class="c-free" style={{ "flex-grow": Math.max(0, props.desk.capacityWh - storedWh()) }} />
          <span class="mark" style={{ left: `${share(props.desk.reserveWh) * 100}%` }} />
        </div>
      </div>
      <div class="sum">
        <div>
          <span>{t("trade.taken")}</span>
          <b>{t("trade.at_most", { energy: local.soldEnergy(props.takenWh) })}</b>
        </div>
        <Show when={delivery()}>
          {(span) => (
            <div>
              <span>{t("trade.delivered")}</span>
              <b>
                {t("trade.from_to", { from: local.clockTime(span().from), to: local.clockTime(span().to) })}
              </b>
            </div>
          )}
        </Show>
      </div>
    </div>
  );
}

/** The number itself, ready to be typed over. */
function Entry(props: { wh: number; bounds: Bounds; locked: boolean; onChange: (wh: number) => void }) {
  const [draft, setDraft] = createSignal<string>();
  const text = () => draft() ?? local.number(props.wh / 1000, 2);
  function take(typed: string): void {
    const wh = typedWh(typed);
    if (wh !== undefined) props.onChange(clampWh(wh, props.bounds));
  }
  return (
    <label class="big entry">
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        value={text()}
        size="1"
        disabled={props.locked}
        style={{ "--characters": text().length }}
        aria-label={t("trade.quantity_entry")}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          take(event.currentTarget.value);
        }}
        onChange={(event) => {
          take(event.currentTarget.value);
          setDraft(undefined);
          event.currentTarget.value = text();
        }}
        onBlur={() => setDraft(undefined)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          event.preventDefault();
          setDraft(undefined);
          props.onChange(clampWh(props.wh + (event.key === "ArrowUp" ? ARROW_WH : -ARROW_WH), props.bounds));
        }}
      />
      <small>kWh</small>
    </label>
  );
}

/** Where the thumb stands, 0 to 1. */
function sliderShare(wh: number, { minWh, maxWh }: Bounds): number {
  const low = Math.min(minWh, maxWh);
  return maxWh === low ? 1 : (wh - low) / (maxWh - low);
}
