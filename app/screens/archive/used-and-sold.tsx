/**
 * The archive's chart: energy used stands above the line by source, energy sold hangs below it, on one scale. A
 * pointer or the arrow keys read one bar after the other; the legend then holds its values, so nothing covers the
 * bars and nothing jumps.
 */
import { createMemo, createSignal, For, onCleanup, onMount, Show } from "solid-js";
import { parseDay } from "#base/time.ts";
import type { Archive } from "#wire/schemas.ts";
import { local, zone } from "../../local.ts";
import { fillOf } from "../../parts/energy.ts";
import { Legend } from "../../parts/legend.tsx";
import { Note } from "../../parts/note.tsx";
import { t } from "../../strings/dictionary.ts";
import { type Amounts, amountsOf, scaleOf, segmentsOf, usedWh } from "./bars.ts";
import { type Slot, slotsOf } from "./period.ts";
import { axisText, periodTitle, slotText } from "./words.ts";

const GUTTER = 44;
const RIGHT = 6;
const TOP = 22;
const BOTTOM = 30;
const GAP = 10;
const COLORS = {
  panels: fillOf("solar"),
  accumulator: fillOf("accumulator"),
  microgrid: fillOf("microgrid"),
} as const;

interface Bar extends Amounts {
  readonly slot: Slot;
  readonly known: boolean;
  readonly missing: number;
}

export function UsedAndSold(props: {
  archive: Archive;
  onOpen: (period: "day" | "month", day: number) => void;
}) {
  const [width, setWidth] = createSignal(1100);
  const [at, setAt] = createSignal<number>();
  let box: HTMLDivElement | undefined;

  const bars = createMemo((): readonly Bar[] => {
    const known = new Map(props.archive.buckets.map((bucket) => [bucket.start, bucket]));
    const span = { first: parseDay(props.archive.fromDay)!, last: parseDay(props.archive.toDay)! };
    return slotsOf(zone(), props.archive.bucket, span).map((slot) => {
      const bucket = known.get(slot.start);
      return bucket === undefined
        ? { slot, known: false, missing: 0, panelsWh: 0, accumulatorWh: 0, microgridWh: 0, soldWh: 0 }
        : {
            slot,
            known: true,
            missing: bucket.missingIntervals,
            ...amountsOf(bucket.flowsWh, bucket.soldWh),
          };
    });
  });
  const height = () => (width() < 560 ? 260 : 330);
  const scale = createMemo(() => scaleOf(bars(), height() - TOP - BOTTOM, GAP));
  const mega = () => Math.max(0, ...bars().map(usedWh), ...bars().map((bar) => bar.soldWh)) >= 1e6;
  const slotWidth = () => (width() - GUTTER - RIGHT) / Math.max(1, bars().length);
  const barWidth = () => Math.max(2, Math.min(34, slotWidth() * 0.78));
  const xOf = (index: number) => GUTTER + (index + 0.5) * slotWidth();
  const missing = () => bars().reduce((sum, bar) => sum + bar.missing, 0);
  const chosen = () => (at() === undefined ? undefined : bars()[at()!]);
  const totals = createMemo(() => amountsOf(props.archive.totals.flowsWh, props.archive.totals.soldWh));
  const shown = (): Amounts => chosen() ?? totals();
  /** The last bar with something in it: where the arrow keys begin. */
  const lastKnown = () => bars().findLastIndex((bar) => bar.known);

  onMount(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(280, entry!.contentRect.width)));
    observer.observe(box!);
    onCleanup(() => observer.disconnect());
  });

  const sentence = (bar: Bar) => {
    const slot = slotText(bar.slot, props.archive.bucket);
    if (!bar.known) return t("archive.reader_empty", { slot });
    const said = t("archive.reader", {
      slot,
      used: local.energy(usedWh(bar)),
      panels: local.energy(bar.panelsWh),
      accumulator: local.energy(bar.accumulatorWh),
      microgrid: local.energy(bar.microgridWh),
      sold: local.energy(bar.soldWh),
    });
    return bar.missing === 0 ? said : `${said}. ${t("archive.missing", { count: bar.missing })}`;
  };

  function point(event: PointerEvent): void {
    const x = event.clientX - box!.getBoundingClientRect().left - GUTTER;
    const index = Math.floor(x / slotWidth());
    setAt(index >= 0 && index < bars().length ? index : undefined);
  }

  function open(bar: Bar | undefined): void {
    if (bar?.slot.day === undefined || !bar.known) return;
    props.onOpen(props.archive.bucket === "month" ? "month" : "day", bar.slot.day);
  }

  function key(event: KeyboardEvent): void {
    const last = bars().length - 1;
    const from = at() ?? lastKnown();
    const to = {
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - 7,
      PageUp: from + 7,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) setAt(Math.min(last, Math.max(0, to)));
    else if (event.key === "Enter") open(chosen());
    else if (event.key === "Escape") setAt(undefined);
    else return;
    event.preventDefault();
  }

  return (
    <section class="split chart">
      <div class="head">
        <h2>
          {chosen() === undefined
            ? periodTitle(props.archive)
            : slotText(chosen()!.slot, props.archive.bucket)}
        </h2>
        <div class="right">
          <Legend
            items={[
              { energy: "solar", label: t("energy.panels"), value: local.energyNumber(shown().panelsWh) },
              {
                energy: "accumulator",
                label: t("energy.accumulator"),
                value: local.energyNumber(shown().accumulatorWh),
              },
              {
                energy: "microgrid",
                label: t("energy.microgrid"),
                value: local.energyNumber(shown().microgridWh),
              },
              {
                energy: "neighbour",
                label: t("archive.sold_key"),
                value: local.energyNumber(shown().soldWh),
              },
            ]}
          />
        </div>
      </div>
      <div
        ref={box}
        class="bars"
        role="slider"
        tabIndex={0}
        aria-label={t("archive.chart")}
        aria-valuemin="1"
        aria-valuemax={bars().length}
        aria-valuenow={(at() ?? lastKnown()) + 1}
        aria-valuetext={chosen() === undefined ? t("archive.reader_hint") : sentence(chosen()!)}
        onKeyDown={key}
        onBlur={() => setAt(undefined)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => {
          if (event.pointerType === "mouse") setAt(undefined);
        }}
        onDblClick={() => open(chosen())}
      >
        <svg width={width()} height={height()} viewBox={`0 0 ${width()} ${height()}`} aria-hidden="true">
          <defs>
            <pattern
              id="gap-hatch"
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path d="M0 0V5" stroke="var(--warn)" stroke-width="2.4" />
            </pattern>
          </defs>
          <g transform={`translate(0 ${TOP})`}>
            <text class="axis" x="0" y={-10}>
              {t(bars().some((bar) => bar.soldWh > 0) ? "archive.axis_both" : "archive.axis_used", {
                unit: mega() ? "MWh" : "kWh",
              })}
            </text>
            <For each={scale().ticksUsedWh}>
              {(tick) => (
                <Gridline
                  y={scale().lineY - tick * scale().pxPerWh}
                  wh={tick}
                  mega={mega()}
                  width={width()}
                />
              )}
            </For>
            <For each={scale().ticksSoldWh}>
              {(tick) => (
                <Gridline
                  y={scale().lineY + GAP + tick * scale().pxPerWh}
                  wh={tick}
                  mega={mega()}
                  width={width()}
                />
              )}
            </For>
            <Show when={chosen()}>
              <rect
                class="chosen"
                x={xOf(at()!) - slotWidth() / 2}
                y={-4}
                width={slotWidth()}
                height={height() - TOP - BOTTOM + 8}
                rx="4"
              />
            </Show>
            <path class="zero" d={`M${GUTTER} ${scale().lineY}H${width()}`} />
            <For each={bars()}>
              {(bar, index) => (
                <>
                  <For each={segmentsOf(bar, scale(), 1)}>
                    {(segment) => (
                      <rect
                        x={xOf(index()) - barWidth() / 2}
                        y={segment.y}
                        width={barWidth()}
                        height={segment.height}
                        rx="1.5"
                        fill={COLORS[segment.source]}
                      />
                    )}
                  </For>
                  <Show when={bar.soldWh > 0}>
                    <rect
                      x={xOf(index()) - barWidth() / 2}
                      y={scale().lineY + GAP}
                      width={barWidth()}
                      height={Math.max(0.75, bar.soldWh * scale().pxPerWh)}
                      rx="1.5"
                      fill={fillOf("neighbour")}
                    />
                  </Show>
                  <Show when={bar.missing > 0}>
                    <rect
                      x={xOf(index()) - barWidth() / 2}
                      y={scale().lineY + GAP / 2 - 2.5}
                      width={barWidth()}
                      height="5"
                      fill="url(#gap-hatch)"
                    />
                  </Show>
                </>
              )}
            </For>
            <text class="axis" x={GUTTER - 8} y={scale().lineY + 4} text-anchor="end">
              0
            </text>
            <For each={bars()}>
              {(bar, index) => (
                <Show when={isLabelled(index(), bars(), props.archive, slotWidth())}>
                  <text class="axis" x={xOf(index())} y={height() - TOP - 8} text-anchor="middle">
                    {axisText(bar.slot, props.archive, slotWidth() < 56)}
                  </text>
                </Show>
              )}
            </For>
          </g>
        </svg>
      </div>
      <div class="read">
        <p class="sub">{chosen() === undefined ? t("archive.reader_hint") : sentence(chosen()!)}</p>
        <Show when={chosen()?.known === true && chosen()?.slot.day !== undefined}>
          <button
            type="button"
            class="link"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => open(chosen())}
          >
            {t(props.archive.bucket === "month" ? "archive.open_month" : "archive.open_day")}
          </button>
        </Show>
      </div>
      <Show when={missing() > 0}>
        <Note kind="warn">{t("archive.missing_note", { count: missing() })}</Note>
      </Show>
    </section>
  );
}

function Gridline(props: { y: number; wh: number; mega: boolean; width: number }) {
  const value = () => props.wh / (props.mega ? 1e6 : 1e3);
  return (
    <>
      <path class="grid" d={`M${GUTTER} ${props.y}H${props.width}`} />
      <text class="axis" x={GUTTER - 8} y={props.y + 4} text-anchor="end">
        {local.number(value(), Number.isInteger(value()) ? 0 : value() < 0.1 ? 2 : 1)}
      </text>
    </>
  );
}

/** Whether there is room for the label of a slot: every one, or every third hour, or the 1st, 5th, 10th … */
function isLabelled(index: number, bars: readonly Bar[], archive: Archive, slotWidth: number): boolean {
  const { slot } = bars[index]!;
  if (archive.bucket === "hour") return slotWidth >= 30 || (slot.label % 3 === 0 && !slot.repeated);
  if (archive.period === "week") return true;
  if (archive.bucket === "day") return slotWidth >= 26 || slot.label === 1 || slot.label % 5 === 0;
  const every = Math.ceil(30 / slotWidth);
  return index % every === 0;
}
