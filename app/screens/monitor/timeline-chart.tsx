/**
 * The day's chart: use of the home stacked by source, production as a line, beneath it on the same time axis the
 * accumulator's charge and the price of the MicroGrid, over all of them the line of now. uPlot draws the areas;
 * axes, now and the reading under the pointer are text of the page, so that they scale, translate and select.
 * After now stands the plan: the same areas hatched, production dashed, with the band of nine days in ten where the
 * forecast says one.
 */
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { HomePlan } from "#wire/home-schemas.ts";
import type { Series } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { faded, paint } from "../../paint.ts";
import { Icon } from "../../parts/icon.tsx";
import { share } from "../../share.ts";
import { ahead } from "../../strings/ahead.ts";
import { area, t } from "../../strings/dictionary.ts";
import {
  powerMarks,
  priceBlocks,
  type Range,
  rowAt,
  type Span,
  stack,
  timeMarks,
  usedW,
} from "./timeline.ts";

area(ahead);

/** Room left and right of the time axis, so that its first and last label are whole; px. */
const SIDE = 16;
const POWER_HEIGHT = 210;
const CHARGE_HEIGHT = 46;
const READING_WIDTH = 250;

export function TimelineChart(props: {
  /** What was measured, and after it what is planned. */
  series: Series;
  plan: HomePlan | undefined;
  span: Span;
  range: Range;
  now: number;
  capacityWh: number | undefined;
  reserveWh: number | undefined;
  /** Called once it is drawn. */
  onStands: () => void;
}) {
  let scroller: HTMLDivElement | undefined;
  let inner: HTMLDivElement | undefined;
  let powerBox: HTMLDivElement | undefined;
  let chargeBox: HTMLDivElement | undefined;
  const [width, setWidth] = createSignal(0);
  const [at, setAt] = createSignal<number>();

  const stacked = createMemo(() => stack(props.series, props.range, props.now));
  const marks = createMemo(() => {
    const { toGrid, production } = stacked();
    return powerMarks([...toGrid, ...production].reduce<number>((max, one) => Math.max(max, one ?? 0), 0));
  });
  const top = () => marks().at(-1)!;
  const times = createMemo(() => timeMarks(props.span, zone(), props.range));
  const blocks = createMemo(() =>
    priceBlocks(props.series, {
      from: props.range.from,
      to: props.plan === undefined ? Math.min(props.range.to, props.now) : props.range.to,
    }),
  );
  const prices = createMemo(() => blocks().map((block) => block.price));
  const x = (time: number) =>
    SIDE + ((time - props.range.from) / (props.range.to - props.range.from)) * (width() - 2 * SIDE);
  const nowInside = () => props.now >= props.range.from && props.now <= props.range.to;
  const row = createMemo(() => {
    const time = at();
    return time === undefined ? undefined : rowAt(props.series, time);
  });
  const isAhead = (index: number) => props.series.time[index]! >= props.now;
  const rowTime = () => {
    const middle = props.series.time[row()!]! + props.series.stepS / 2;
    return isAhead(row()!) ? middle : Math.min(middle, Math.max(props.now, props.series.time[row()!]!));
  };

  const readAt = () => {
    const time = local.clockTime(props.series.time[row()!]!);
    return isAhead(row()!) ? t("ahead.expected", { time }) : time;
  };

  onMount(() => {
    props.onStands();
    const observer = new ResizeObserver(() => setWidth(inner!.clientWidth));
    observer.observe(inner!);
    onCleanup(() => observer.disconnect());

    const none = { show: false } as const;
    const common = {
      cursor: none,
      legend: none,
      padding: [4, SIDE, 1, SIDE] as uPlot.Padding,
      axes: [none, none],
    };
    const area = (
      name: keyof ReturnType<typeof paint>,
      edge: keyof ReturnType<typeof paint>,
    ): uPlot.Series => ({
      fill: () => paint()[name],
      stroke: () => paint()[edge],
      width: 0,
      points: none,
      spanGaps: false,
    });
    const power = new uPlot(
      {
        ...common,
        width: inner!.clientWidth,
        height: POWER_HEIGHT,
        scales: {
          x: { time: false, range: () => [props.range.from, props.range.to] },
          y: { range: () => [0, top()] },
        },
        // Drawn from the back: the whole use in MicroGrid's colour, over it what accumulator and panels cover.
        series: [
          {},
          area("microgrid-fill", "microgrid"),
          area("accumulator-fill", "accumulator"),
          area("solar-fill", "solar"),
          { stroke: () => paint().solar, width: 2.5, points: none, spanGaps: false },
          { stroke: () => paint().solar, width: 2, dash: [6, 5], points: none, spanGaps: false },
        ],
        hooks: {
          drawSeries: [
            // Over the areas and under the lines.
            (u, index) => {
              if (index !== 3) return;
              hatchAfterNow(u);
              band(u);
            },
          ],
          drawClear: [
            (u) => {
              const { ctx } = u;
              ctx.save();
              ctx.strokeStyle = paint().line;
              ctx.lineWidth = devicePixelRatio;
              ctx.beginPath();
              for (const mark of marks()) {
                const y = Math.round(u.valToPos(mark, "y", true)) - 0.5;
                ctx.moveTo(u.bbox.left, y);
                ctx.lineTo(u.bbox.left + u.bbox.width, y);
              }
              ctx.stroke();
              ctx.restore();
            },
          ],
        },
      },
      powerData(),
      powerBox,
    );
    const charge = new uPlot(
      {
        ...common,
        width: inner!.clientWidth,
        height: CHARGE_HEIGHT,
        scales: {
          x: { time: false, range: () => [props.range.from, props.range.to] },
          y: { range: () => [0, (props.capacityWh ?? 1000) / 1000] },
        },
        series: [
          {},
          {
            stroke: () => paint().accumulator,
            fill: () => faded(paint().accumulator, 0.18),
            width: 0,
            points: none,
            spanGaps: false,
          },
          { stroke: () => paint().accumulator, width: 2, points: none, spanGaps: false },
          { stroke: () => paint().accumulator, width: 2, dash: [6, 5], points: none, spanGaps: false },
        ],
        hooks: {
          drawSeries: [(u, index) => index === 1 && hatchAfterNow(u)],
          drawClear: [
            (u) => {
              const { ctx } = u;
              const line = (kwh: number, dash: number[]) => {
                const y = Math.round(u.valToPos(kwh, "y", true)) - 0.5;
                ctx.setLineDash(dash);
                ctx.beginPath();
                ctx.moveTo(u.bbox.left, y);
                ctx.lineTo(u.bbox.left + u.bbox.width, y);
                ctx.stroke();
              };
              ctx.save();
              ctx.strokeStyle = paint().line;
              ctx.lineWidth = devicePixelRatio;
              line(0, []);
              line((props.capacityWh ?? 1000) / 1000, []);
              ctx.strokeStyle = paint()["ink-2"];
              if ((props.reserveWh ?? 0) > 0)
                line(props.reserveWh! / 1000, [2 * devicePixelRatio, 4 * devicePixelRatio]);
              ctx.restore();
            },
          ],
        },
      },
      chargeData(),
      chargeBox,
    );

    function powerData(): uPlot.AlignedData {
      const s = stacked();
      const past = s.production.map((kw, i) => (s.x[i]! < props.now || s.row[i] === undefined ? kw : null));
      const next = s.production.map((kw, i) => (s.x[i]! >= props.now ? kw : null));
      return [s.x, s.toGrid, s.toAccumulator, s.fromSolar, past, next];
    }
    /** Stripes of the ground's colour over everything that is only planned. */
    function hatchAfterNow(u: uPlot): void {
      if (props.plan === undefined || props.now >= props.range.to) return;
      const { ctx, bbox } = u;
      const left = Math.max(bbox.left, u.valToPos(props.now, "x", true));
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
      ctx.clip();
      ctx.strokeStyle = paint().bg;
      ctx.lineWidth = 3 * devicePixelRatio;
      ctx.beginPath();
      const gap = 8 * devicePixelRatio;
      for (let at = left - bbox.height; at < bbox.left + bbox.width; at += gap) {
        ctx.moveTo(at, bbox.top + bbox.height);
        ctx.lineTo(at + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    }
    function band(u: uPlot): void {
      const { plan } = props;
      if (plan === undefined || plan.solarLowW.length !== plan.time.length) return;
      const { ctx } = u;
      const points = plan.time
        .map((start, i) => ({ at: start + plan.seconds[i]! / 2, i }))
        .filter(({ at }) => at >= props.now && at <= props.range.to);
      if (points.length < 2) return;
      const place = (at: number, watts: number) =>
        [u.valToPos(at, "x", true), u.valToPos(Math.min(top(), watts / 1000), "y", true)] as const;
      ctx.save();
      ctx.fillStyle = faded(paint().solar, 0.22);
      ctx.beginPath();
      for (const { at, i } of points) ctx.lineTo(...place(at, plan.solarHighW[i]!));
      for (const { at, i } of points.toReversed()) ctx.lineTo(...place(at, plan.solarLowW[i]!));
      ctx.fill();
      ctx.restore();
    }
    function chargeData(): uPlot.AlignedData {
      const { x, stored } = stacked();
      const past = stored.map((kwh, i) => (x[i]! < props.now ? kwh : null));
      const next = stored.map((kwh, i) => (x[i]! >= props.now ? kwh : null));
      return [x, stored, past, next];
    }

    createEffect(
      on(
        [
          stacked,
          marks,
          () => props.range,
          () => props.capacityWh,
          () => props.reserveWh,
          () => props.plan,
          paint,
        ],
        () => {
          power.setData(powerData());
          charge.setData(chargeData());
        },
        { defer: true },
      ),
    );
    createEffect(
      on(width, (w) => {
        if (w === 0) return;
        power.setSize({ width: w, height: POWER_HEIGHT });
        charge.setSize({ width: w, height: CHARGE_HEIGHT });
      }),
    );
    onCleanup(() => {
      power.destroy();
      charge.destroy();
    });
  });

  // On a phone the chart is wider than its window and opens with now at two thirds.
  createEffect(
    on([() => props.span, () => width() > 0], ([, measured]) => {
      if (!measured || scroller === undefined) return;
      scroller.scrollLeft = x(Math.min(props.now, props.range.to)) - (scroller.clientWidth * 2) / 3;
    }),
  );

  /** Beside the probe, on the side with room, inside the part of the chart that is seen. */
  function readingPlace(): { left: string } {
    const shown = x(rowTime());
    const from = scroller!.scrollLeft;
    const to = from + scroller!.clientWidth;
    const left = shown + 12 + READING_WIDTH > to ? shown - 12 - READING_WIDTH : shown + 12;
    return { left: `${Math.max(from, Math.min(left, to - READING_WIDTH))}px` };
  }

  function point(event: PointerEvent): void {
    const box = inner!.getBoundingClientRect();
    const part = (event.clientX - box.left - SIDE) / (width() - 2 * SIDE);
    setAt(props.range.from + part * (props.range.to - props.range.from));
  }

  function step(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 };
    const count = props.series.time.length;
    if (event.key === "Escape") setAt(undefined);
    const move = moves[event.key];
    if (move === undefined || count === 0) return;
    event.preventDefault();
    const next = Math.min(count - 1, Math.max(0, (row() ?? count) + move));
    setAt(props.series.time[next]! + props.series.stepS / 2);
    const shown = x(rowTime());
    const { scrollLeft, clientWidth } = scroller!;
    if (shown < scrollLeft + 40 || shown > scrollLeft + clientWidth - 40)
      scroller!.scrollLeft = shown - clientWidth / 2;
  }

  return (
    <>
      <div class="timeline" classList={{ storeless: props.capacityWh === undefined }}>
        <div class="axis" aria-hidden="true">
          <div class="power" style={{ height: `${POWER_HEIGHT}px` }}>
            <span class="unit">kW</span>
            <For each={marks()}>
              {(mark) => (
                <span class="mark" style={{ top: `${4 + (1 - mark / top()) * (POWER_HEIGHT - 5)}px` }}>
                  {local.number(mark, mark % 1 === 0 ? 0 : 1)}
                </span>
              )}
            </For>
          </div>
          <span class="charge-name">
            <span class="word">{t("energy.accumulator")}</span>
            <Icon name="accumulator" size={18} />
          </span>
          <span class="price-name">
            <span class="word">{t("day.price")}</span>
            <span class="sign">€</span>
          </span>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a chart that is read step by step with the arrow keys */}
        <div
          class="scroll"
          ref={scroller}
          role="group"
          tabindex="0"
          aria-label={t("day.chart")}
          onKeyDown={step}
          onBlur={() => setAt(undefined)}
        >
          <div
            class={`inner span-${props.span}`}
            ref={inner}
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={(event) => event.pointerType === "mouse" && setAt(undefined)}
          >
            <div ref={powerBox} style={{ height: `${POWER_HEIGHT}px` }} />
            <div class="times" aria-hidden="true">
              <For each={times()}>
                {(mark) => (
                  <span classList={{ midnight: mark.midnight }} style={{ left: `${x(mark.at)}px` }}>
                    {mark.label}
                  </span>
                )}
              </For>
            </div>
            <div class="charge" ref={chargeBox} style={{ height: `${CHARGE_HEIGHT}px` }} />
            <div class="prices" aria-hidden="true">
              <For each={blocks()}>
                {(block) => (
                  <span
                    style={{
                      left: `${x(block.from)}px`,
                      width: `${Math.max(1, x(block.to) - x(block.from) - 1)}px`,
                      background: `color-mix(in oklab, var(--microgrid-fill) ${priceShade(block.price, prices())}%, var(--bg))`,
                    }}
                  >
                    <Show when={x(block.to) - x(block.from) > 34}>{local.rate(block.price, 2)}</Show>
                  </span>
                )}
              </For>
            </div>
            <Show when={nowInside()}>
              <div
                class="now"
                classList={{ late: x(props.now) > width() - 96 }}
                style={{ left: `${x(props.now)}px` }}
              >
                <span>{t("day.now", { time: local.clockTime(props.now) })}</span>
              </div>
            </Show>
            <Show when={row() !== undefined}>
              <div class="probe" style={{ left: `${x(rowTime())}px` }} />
              <div class="reading" style={readingPlace()}>
                <b>{readAt()}</b> {sentence(props.series, row()!, props.capacityWh, isAhead(row()!))}
              </div>
            </Show>
          </div>
        </div>
        <p class="unseen" aria-live="polite">
          <Show when={row() !== undefined}>
            {readAt()}. {sentence(props.series, row()!, props.capacityWh, isAhead(row()!))}
          </Show>
        </p>
      </div>
      <Show when={props.plan}>
        {(plan) => (
          <p class="sub">{t(plan().solarLowW.length > 0 ? "ahead.legend" : "ahead.legend_plain")}</p>
        )}
      </Show>
    </>
  );
}

/** What stands under the pointer, as a sentence. */
function sentence(series: Series, row: number, capacityWh: number | undefined, isAhead: boolean): string {
  const used = usedW(series, row);
  const sources = (
    [
      [series.homeFromSolarW[row]!, "day.from_panels"],
      [series.homeFromAccumulatorW[row]!, "day.from_accumulator"],
      [series.homeFromGridW[row]!, "day.from_microgrid"],
    ] as const
  ).filter(([watts]) => watts >= 0.5);
  const parts = [
    t(isAhead ? "ahead.used" : "day.say_used", {
      power: local.power(used),
      sources:
        sources.length === 1
          ? t("day.say_all", { source: t(sources[0]![1]) })
          : sources
              .map(([watts, key]) => t("day.say_source", { power: local.power(watts), source: t(key) }))
              .join(", "),
    }),
  ];
  if (series.solarW[row]! >= 0.5)
    parts.push(
      t(isAhead ? "ahead.produced" : "day.say_produced", { power: local.power(series.solarW[row]!) }),
    );
  if (series.exportW[row]! >= 0.5)
    parts.push(t(isAhead ? "ahead.out" : "day.say_out", { power: local.power(series.exportW[row]!) }));
  if (capacityWh !== undefined) {
    parts.push(
      t(isAhead ? "ahead.state" : "day.say_state", {
        percent: local.percent(share(series.storedWh[row]!, capacityWh)),
      }),
    );
  }
  parts.push(
    t(isAhead ? "ahead.price" : "day.say_price", {
      price: local.ratePerKwh(series.importPriceMicroEurPerKwh[row]!, 2),
    }),
  );
  return parts.join(" ");
}

/** How strong a price block is tinted, percent: from the cheapest of the span to the dearest. */
function priceShade(price: number, all: readonly number[]): number {
  const low = Math.min(...all);
  const high = Math.max(...all);
  return high === low ? 45 : Math.round(25 + (65 * (price - low)) / (high - low));
}
