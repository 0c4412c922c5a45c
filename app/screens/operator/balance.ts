/**
 * The street's power balance, W: what comes in equals where it goes. Some homes give while others take, and only the
 * difference passes the transformer; the rest flows from home to home. The accumulators' part is what panels, homes
 * and that difference leave: charging where more comes in than goes, discharging where less.
 */
import type { OperatorOverview } from "#wire/schemas.ts";

export interface StreetBalance {
  readonly in: { readonly panelsW: number; readonly accumulatorsW: number; readonly gridW: number };
  readonly out: { readonly homesW: number; readonly accumulatorsW: number; readonly gridW: number };
  /** From home to home, inside the street. */
  readonly sharedW: number;
}

type Powers = Pick<OperatorOverview, "generationW" | "demandW" | "importW" | "exportW">;

export function balanceOf({ generationW, demandW, importW, exportW }: Powers): StreetBalance {
  const storedW = generationW + importW - demandW - exportW;
  return {
    in: { panelsW: generationW, accumulatorsW: Math.max(0, -storedW), gridW: Math.max(0, importW - exportW) },
    out: { homesW: demandW, accumulatorsW: Math.max(0, storedW), gridW: Math.max(0, exportW - importW) },
    sharedW: Math.min(importW, exportW),
  };
}

export type Loading = "within" | "near" | "over";

/** From 80 % near, above 100 % over the rating. */
export function loadingOf(percent: number): Loading {
  if (percent > 100) return "over";
  return percent >= 80 ? "near" : "within";
}

/** Samples of the last `spanS` seconds, at most `most`; equal times replace each other, time never runs back. */
export function kept<S extends { readonly time: number }>(
  samples: readonly S[],
  next: S,
  spanS: number,
  most: number,
): readonly S[] {
  const before = samples.filter((sample) => sample.time < next.time && sample.time >= next.time - spanS);
  return [...before.slice(-(most - 1)), next];
}
