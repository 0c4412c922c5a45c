/** The prices of the neighbours' market, drawn by uPlot; what it says stands in the table beside it too. */
import { createEffect, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { MarketNow, PricePoint } from "#wire/market-schemas.ts";
import { local } from "../../local.ts";
import { paint } from "../../paint.ts";
import { language, t } from "../../strings/dictionary.ts";
import { type Strip, stripOf } from "./strip.ts";

const HEIGHT = 190;

export function PriceStrip(props: { market: MarketNow; prices: readonly PricePoint[] }) {
  let box: HTMLDivElement | undefined;
  const data = (): uPlot.AlignedData => {
    const strip: Strip = stripOf(props.market, props.prices);
    return [strip.time, strip.tariff, strip.feedIn, strip.price, strip.expected];
  };

  onMount(() => {
    const none = { show: false } as const;
    const steps = uPlot.paths.stepped!({ align: 1 });
    const font = "12px 'IBM Plex Sans Variable', sans-serif";
    const axis = { stroke: () => paint()["ink-2"], font, ticks: none } as const;
    const chart = new uPlot(
      {
        width: box!.clientWidth,
        height: HEIGHT,
        cursor: none,
        legend: none,
        padding: [8, 12, 0, 0],
        scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), high * 1.08] } },
        axes: [
          {
            ...axis,
            grid: none,
            space: 64,
            incrs: [3600, 2 * 3600, 3 * 3600, 6 * 3600],
            values: (_, times) => times.map((time) => local.clockTime(time)),
          },
          {
            ...axis,
            size: 44,
            space: 36,
            grid: { stroke: () => paint().line, width: 1 },
            values: (_, prices) => prices.map((price) => local.number(price, 2)),
          },
        ],
        series: [
          {},
          { stroke: () => paint().microgrid, width: 1, dash: [2, 4], points: none },
          { stroke: () => paint().solar, width: 1, dash: [2, 4], points: none },
          { stroke: () => paint().neighbour, width: 2.5, points: none, paths: steps, spanGaps: false },
          {
            stroke: () => paint().neighbour,
            width: 2,
            dash: [6, 4],
            points: none,
            paths: steps,
            spanGaps: false,
          },
        ],
      },
      data(),
      box,
    );
    createEffect(() => {
      chart.setData(data());
    });
    createEffect(() => {
      paint();
      language();
      chart.redraw(false, true);
    });
    const observer = new ResizeObserver(() => chart.setSize({ width: box!.clientWidth, height: HEIGHT }));
    observer.observe(box!);
    onCleanup(() => {
      observer.disconnect();
      chart.destroy();
    });
  });

  return <div class="price-strip" ref={box} role="img" aria-label={t("market.strip")} />;
}
