/** The street's power since the page was opened: panels and homes above the line, the grid above on both sides. */
import { createMemo, createSignal, For, onCleanup, onMount } from "solid-js";
import { local } from "../../local.ts";
import { strokeOf } from "../../parts/energy.ts";
import { Legend } from "../../parts/legend.tsx";
import { t } from "../../strings/dictionary.ts";
import { niceStep } from "../archive/bars.ts";

export interface Sample {
  readonly time: number;
  readonly generationW: number;
  readonly demandW: number;
  /** Import positive, export negative. */
  readonly exchangeW: number;
}

const LINES = [
  { of: (sample: Sample) => sample.generationW, energy: "solar" },
  { of: (sample: Sample) => sample.demandW, energy: "home" },
  { of: (sample: Sample) => sample.exchangeW, energy: "microgrid" },
] as const;

const GUTTER = 44;
const TOP = 22;
const BOTTOM = 26;
const HEIGHT = 240;

export function Trend(props: { samples: readonly Sample[] }) {
  const [width, setWidth] = createSignal(1100);
  let box: HTMLDivElement | undefined;
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(280, entry!.contentRect.width)));
    observer.observe(box!);
    onCleanup(() => observer.disconnect());
  });
  const scale = createMemo(() => {
    const values = props.samples.flatMap((sample) => LINES.map((line) => line.of(sample)));
    const most = Math.max(1000, ...values);
    const least = Math.min(0, ...values);
    const step = niceStep((most - least) / 5);
    const top = Math.ceil(most / step) * step;
    const bottom = Math.floor(least / step) * step;
    const from = props.samples[0]!.time;
    const lasts = Math.max(1, props.samples.at(-1)!.time - from);
    const ticks: number[] = [];
    for (let tick = bottom; tick <= top; tick += step) ticks.push(tick);
    return {
      ticks,
      x: (time: number) => GUTTER + ((time - from) / lasts) * (width() - GUTTER - 6),
      y: (watts: number) => TOP + ((top - watts) / (top - bottom)) * (HEIGHT - TOP - BOTTOM),
      times: timeTicks(from, from + lasts),
    };
  });
  const path = (of: (sample: Sample) => number) =>
    props.samples
      .map(
        (sample, i) =>
          `${i === 0 ? "M" : "L"}${scale().x(sample.time).toFixed(1)} ${scale().y(of(sample)).toFixed(1)}`,
      )
      .join("");
  const last = () => props.samples.at(-1)!;
  return (
    <section class="split trend">
      <div class="head">
        <h2>{t("operator.trend")}</h2>
        <div class="right">
          <Legend
            items={[
              { energy: "solar", label: t("operator.panels"), line: true },
              { energy: "home", label: t("operator.demand"), line: true },
              { energy: "microgrid", label: t("operator.exchange_key"), line: true },
            ]}
          />
        </div>
      </div>
      <div ref={box}>
        <svg
          width={width()}
          height={HEIGHT}
          viewBox={`0 0 ${width()} ${HEIGHT}`}
          role="img"
          aria-label={t("operator.trend_label", {
            from: local.clockTime(props.samples[0]!.time),
            generation: local.power(last().generationW),
            demand: local.power(last().demandW),
            exchange: local.power(last().exchangeW),
          })}
        >
          <text class="axis" x="0" y="12">
            kW
          </text>
          <For each={scale().ticks}>
            {(tick) => (
              <>
                <path class={tick === 0 ? "zero" : "grid"} d={`M${GUTTER} ${scale().y(tick)}H${width()}`} />
                <text class="axis" x={GUTTER - 8} y={scale().y(tick) + 4} text-anchor="end">
                  {local.number(Math.abs(tick) / 1000, Math.abs(tick) % 1000 === 0 ? 0 : 1)}
                </text>
              </>
            )}
          </For>
          <For each={scale().times}>
            {(time) => (
              <text class="axis" x={scale().x(time)} y={HEIGHT - 6} text-anchor="middle">
                {local.clockTime(time)}
              </text>
            )}
          </For>
          <For each={LINES}>
            {(line) => <path class="line" d={path(line.of)} stroke={strokeOf(line.energy)} />}
          </For>
        </svg>
      </div>
    </section>
  );
}

/** Round times inside a span, at most seven. */
function timeTicks(from: number, to: number): readonly number[] {
  const step = [60, 300, 600, 900, 1800, 3600].find((one) => (to - from) / one <= 7) ?? 7200;
  const ticks: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) ticks.push(time);
  return ticks;
}
