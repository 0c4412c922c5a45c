/**
 * The rules of the quantity in step 2, apart from its drawing: what a key or a drag makes of the energy, and how
 * a typed text is read. Whole Wh between the smallest sale and what is sellable.
 */
export interface Bounds {
  readonly minWh: number;
  readonly maxWh: number;
}

/** What the arrow keys move by, what Page keys move by, and what a drag snaps to, Wh. */
export const ARROW_WH = 50;
export const PAGE_WH = 500;
const DRAG_WH = 10;

export function clampWh(wh: number, { minWh, maxWh }: Bounds): number {
  return Math.min(maxWh, Math.max(Math.min(minWh, maxWh), Math.round(wh)));
}

/** Snaps a dragged value to 10 Wh; the ends are always reached exactly. */
export function draggedWh(wh: number, bounds: Bounds): number {
  if (wh >= bounds.maxWh - DRAG_WH / 2) return bounds.maxWh;
  return clampWh(Math.round(wh / DRAG_WH) * DRAG_WH, bounds);
}

/** What a key makes of the energy, or `undefined` for a key that means nothing here. */
export function keyedWh(key: string, wh: number, bounds: Bounds): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return clampWh(Math.floor(wh / ARROW_WH + 1) * ARROW_WH, bounds);
    case "ArrowLeft":
    case "ArrowDown":
      return clampWh(Math.ceil(wh / ARROW_WH - 1) * ARROW_WH, bounds);
    case "PageUp":
      return clampWh(wh + PAGE_WH, bounds);
    case "PageDown":
      return clampWh(wh - PAGE_WH, bounds);
    case "Home":
      return clampWh(bounds.minWh, bounds);
    case "End":
      return bounds.maxWh;
    default:
      return undefined;
  }
}

/** Wh of a text in kWh, comma or point: `1.5`, `1,50`, `,5`. `undefined` where it is no such number. */
export function typedWh(text: string): number | undefined {
  const parts = /^\s*(\d{0,4})(?:[.,](\d{0,3}))?\s*(?:kWh)?\s*$/i.exec(text);
  if (parts === null || (parts[1] === "" && (parts[2] ?? "") === "")) return undefined;
  return Number(parts[1] || "0") * 1000 + Number((parts[2] ?? "").padEnd(3, "0"));
}

/** Every amount that the arrow keys reach, and the end. */
export function steps(bounds: Bounds): readonly number[] {
  const found: number[] = [];
  for (let wh = Math.ceil(bounds.minWh / ARROW_WH) * ARROW_WH; wh < bounds.maxWh; wh += ARROW_WH)
    found.push(wh);
  if (bounds.maxWh >= bounds.minWh) found.push(bounds.maxWh);
  return found;
}

/** What the desk proposes where nothing speaks for an amount: about half, in whole steps of the arrow keys. */
export function proposedWh(bounds: Bounds): number {
  return clampWh(Math.round(bounds.maxWh / 2 / ARROW_WH) * ARROW_WH, bounds);
}
