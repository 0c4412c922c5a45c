/**
 * One home's installation as it stands on its technical sheet: panels behind an inverter, an accumulator, and
 * the connection that the bidirectional energy counter (BEC) guards. Also the way from a sky to alternating
 * current: irradiance on each field, direct current, inverter.
 */
import type { AccumulatorParameters } from "#plant/accumulator.ts";
import { type Inverter, inverterPowerW } from "#plant/inverter.ts";
import { type PanelField, panelPowerW } from "#plant/panel.ts";
import { onGrid } from "#plant/resolution.ts";
import { type Irradiance, onPlaneWm2, type SunPosition } from "#plant/sun.ts";

/** What the connection to the MicroGrid bears. */
export interface ConnectionLimits {
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
}

export interface Site {
  /** Empty where a home has no panels; then the inverter idles. */
  readonly panels: readonly PanelField[];
  readonly inverter: Inverter;
  readonly accumulator: AccumulatorParameters | undefined;
  readonly connection: ConnectionLimits;
}

/** The light over a site in one step. */
export interface Sky {
  readonly sun: SunPosition;
  readonly light: Irradiance;
  readonly airC: number;
}

/** Peak power of all fields, W. */
export function solarPeakW(site: Site): number {
  let peak = 0;
  for (const field of site.panels) peak += field.peakW;
  return peak;
}

/** What panels and inverter could give now, W of alternating current on the grid of `plant/resolution`. */
export function availableSolarW(site: Site, sky: Sky): number {
  if (sky.light.globalWm2 <= 0) return 0;
  let dcW = 0;
  for (const field of site.panels) {
    dcW += panelPowerW(field, onPlaneWm2(sky.sun, sky.light, field.plane), sky.airC);
  }
  return onGrid(inverterPowerW(site.inverter, dcW));
}
