/**
 * The geometry of the archive's chart: energy used stands above the line by source, energy sold hangs below
 * it, and both share one scale, so that a kWh has the same length on either side. Lengths are pixels, energy
 * is Wh; nothing is drawn here.
 */
import type { FlowsWh } from "#wire/schemas.ts";

export interface Amounts {
  readonly panelsWh: number;
  readonly accumulatorWh: number;
  readonly microgridWh: number;
  readonly soldWh: number;
}

export interface Scale {
  readonly pxPerWh: number;
  /** Where the line stands, from the top. */
  readonly lineY: number;
  /** Gridlines above the line and below it, Wh, without 0. */
  readonly ticksUsedWh: readonly number[];
  readonly ticksSoldWh: readonly number[];
}

export interface Segment {
  readonly source: "panels" | "accumulator" | "microgrid";
  readonly y: number;
  readonly height: number;
}

export function amountsOf(flows: FlowsWh, soldWh: number): Amounts {
  return {
    panelsWh: flows.solarToHome,
    accumulatorWh: flows.accumulatorToHome,
    microgridWh: flows.gridToHome,
    soldWh,
  };
}

export function usedWh({ panelsWh, accumulatorWh, microgridWh }: Amounts): number {
  return panelsWh + accumulatorWh + microgridWh;
}

/**
 * The scale that fits the largest bar of each side into `height` less `gap` pixels between them. A side that
 * holds nothing gets no room; with nothing at all the upper side stands for 1 kWh.
 */
export function scaleOf(bars: readonly Amounts[], height: number, gap: number): Scale {
  const mostUsed = Math.max(0, ...bars.map(usedWh));
  const mostSold = Math.max(0, ...bars.map((bar) => bar.soldWh));
  const empty = mostUsed + mostSold === 0;
  const step = niceStep((empty ? 1000 : mostUsed + mostSold) / 6);
  const topWh = empty ? 1000 : mostUsed;
  const pxPerWh = (height - (mostSold > 0 ? gap : 0)) / (topWh + mostSold);
  return {
    pxPerWh,
    lineY: topWh * pxPerWh,
    ticksUsedWh: ticks(topWh, step),
    ticksSoldWh: ticks(mostSold, step),
  };
}

/** The parts of one bar above the line, from the line up, each `seam` pixels short of the next. */
export function segmentsOf(bar: Amounts, { pxPerWh, lineY }: Scale, seam: number): readonly Segment[] {
  const segments: Segment[] = [];
  let bottom = lineY;
  for (const source of ["panels", "accumulator", "microgrid"] as const) {
    const full = bar[`${source}Wh`] * pxPerWh;
    if (full <= 0) continue;
    const height = Math.max(0.75, full - seam);
    segments.push({ source, y: bottom - height, height });
    bottom -= full;
  }
  return segments;
}

/** 1, 2 or 5 times a power of ten, not below `least` > 0. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9))!;
}

function ticks(most: number, step: number): number[] {
  const found: number[] = [];
  for (let i = 1; i * step <= most; i++) found.push(i * step);
  return found;
}
