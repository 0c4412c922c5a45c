/**
 * What a load held through a day, for the eye and in words: a car's charge of its whole battery; warmth on a scale of
 * its own, so wide at least that a degree looks like one.
 */
import type { LoadHistory } from "#wire/load-schemas.ts";

type Level = LoadHistory["levels"][number];

/** Least height of the drawing, K. */
const SPAN_LEAST_K = { tank: 15, room: 6 } as const;

export interface LevelLine {
  readonly of: Level["of"];
  /** Bucket and share of the height, in order; `null` where nothing was heard. */
  readonly points: readonly (readonly [at: number, share: number] | null)[];
}

/** As each quarter hour ended. What an earlier version kept for the offline view knows none. */
export function linesOf({ levels }: { readonly levels?: LoadHistory["levels"] }): readonly LevelLine[] {
  return (levels ?? []).map(({ of, values }) => {
    const [least, most] = scaleOf(of, values);
    return {
      of,
      points: values.map((value, i) => (value === null ? null : [i + 1, (value - least) / (most - least)])),
    };
  });
}

export interface LevelSpan {
  readonly of: Level["of"];
  /** As it was first and last heard of. */
  readonly first: number;
  readonly last: number;
  readonly least: number;
  readonly most: number;
}

/** Of each level that was heard of, how it went. */
export function spansOf({ levels }: { readonly levels?: LoadHistory["levels"] }): readonly LevelSpan[] {
  return (levels ?? []).flatMap(({ of, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return [];
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return [{ of, first: known[0]!, last: known.at(-1)!, least, most }];
  });
}

function scaleOf(of: Level["of"], values: Level["values"]): readonly [number, number] {
  if (of === "charge") return [0, 100];
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const half = Math.max(most - least, SPAN_LEAST_K[of]) / 2;
  const middle = (least + most) / 2;
  return [middle - half, middle + half];
}
