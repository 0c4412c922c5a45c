/**
 * A load's way through a span as a strip of bars, one for each bucket, on its own scale: what it took, or made. Where it
 * gave way the bar is of warning's colour; where nothing was heard of it the base line has a gap. What it holds, charge or
 * warmth, is a line over the bars. It is drawn for the eye; whoever shows it says the same in words or figures beside it.
 */
import { For } from "solid-js";
import type { LoadHistory } from "#wire/load-schemas.ts";
import { linesOf } from "./levels.ts";
import "./strip.css";

const HEIGHT = 20;
/** Below it a bar stays small: a freezer's lamp shall not look like an oven, W. */
const SCALE_LEAST_W = 100;

export function LoadStrip(props: {
  load: Pick<LoadHistory, "energyWh" | "states" | "levels">;
  /** Of a bucket, s. */
  bucketS: number;
  /** Where now is, in buckets; none where the span is over. */
  now?: number | undefined;
}) {
  const buckets = () => props.load.energyWh.length;
  const scale = () =>
    Math.max((SCALE_LEAST_W * props.bucketS) / 3600, ...props.load.energyWh.map((wh) => wh ?? 0));
  /** Bars of one colour as one path. */
  const bars = (limited: boolean) =>
    props.load.energyWh
      .map((wh, i) => {
        if (wh === null || wh <= 0 || (props.load.states[i] === "limited") !== limited) return "";
        const height = Math.max(1, (wh / scale()) * (HEIGHT - 1));
        return `M${i} ${HEIGHT}v${-height}h1v${height}z`;
      })
      .join("");
  const base = () => stretches(props.load.energyWh);
  return (
    <svg
      class="load-strip"
      viewBox={`0 0 ${buckets()} ${HEIGHT + 1}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <For each={base()}>
        {([from, to]) => <rect class="base" x={from} y={HEIGHT} width={to - from} height={1} />}
      </For>
      <path d={bars(false)} />
      <path class="limited" d={bars(true)} />
      <For each={linesOf(props.load)}>
        {({ of, points }) => (
          <>
            {/* Over a bar of its own colour it would be lost. */}
            <path class="level casing" d={pathOf(points)} />
            <path class={`level ${of}`} d={pathOf(points)} />
          </>
        )}
      </For>
      {props.now !== undefined && props.now > 0 && props.now < buckets() ? (
        <line class="now" x1={props.now} x2={props.now} y1={0} y2={HEIGHT + 1} />
      ) : null}
    </svg>
  );
}

/** From and to of the buckets that were heard of. */
function stretches(values: readonly (number | null)[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let from = 0; from < values.length; from++) {
    if (values[from] === null) continue;
    let to = from;
    while (to < values.length && values[to] !== null) to++;
    found.push([from, to]);
    from = to;
  }
  return found;
}

/** Stretches of points, each with a share of the height; a gap parts them. */
function pathOf(points: readonly (readonly [at: number, share: number] | null)[]): string {
  let isDown = false;
  return points
    .map((point) => {
      if (point === null) isDown = false;
      if (point === null) return "";
      const [at, share] = point;
      const step = `${isDown ? "L" : "M"}${at} ${(HEIGHT - 1) * (1 - share) + 0.5}`;
      isDown = true;
      return step;
    })
    .join("");
}
