/**
 * A field of panels: from irradiance on its plane to direct-current power.
 *
 * P [W] = peak × (irradiance ÷ 1000 W/m²) × (1 + γ (cell − 25 °C)) × (1 − losses): PVWatts version 5 (Dobos,
 * NREL 2014), with the cell's temperature by Faiman 2008 at the standard's wind of 1 m/s. Left out: angle of
 * incidence and spectrum (part of `lossShare`), shading, ageing, panels' own variance.
 */
import { type Plane, planeOf } from "#plant/sun.ts";

export interface PanelField {
  /** Direct-current power at 1000 W/m² and a cell of 25 °C, W. */
  readonly peakW: number;
  /** From the horizontal, degrees. */
  readonly tiltDeg: number;
  /** Where the plane faces, clockwise from north: 180 is south. */
  readonly azimuthDeg: number;
  /** Change of power per kelvin, negative: −0.0035 for ordinary crystalline panels. */
  readonly temperatureCoefficient: number;
  /** Soiling, mismatch, wiring, reflection: 0.14 is PVWatts' default. */
  readonly lossShare: number;
  /** Computed once, by `panelField`. */
  readonly plane: Plane;
}

export function panelField(
  peakW: number,
  tiltDeg: number,
  azimuthDeg: number,
  { temperatureCoefficient = -0.0035, lossShare = 0.1 } = {},
): PanelField {
  return {
    peakW,
    tiltDeg,
    azimuthDeg,
    temperatureCoefficient,
    lossShare,
    plane: planeOf(tiltDeg, azimuthDeg),
  };
}

/** Faiman's heat-loss factors: constant, and per m/s of wind. */
const LOSS_CONSTANT = 25;
const LOSS_WIND = 6.84;
const WIND_MS = 1;

/** Temperature of the cell in an air of `airC`, °C. */
export function cellTemperatureC(planeWm2: number, airC: number): number {
  return airC + planeWm2 / (LOSS_CONSTANT + LOSS_WIND * WIND_MS);
}

/** Direct-current power of a field, W, not rounded. */
export function panelPowerW(field: PanelField, planeWm2: number, airC: number): number {
  const heat = 1 + field.temperatureCoefficient * (cellTemperatureC(planeWm2, airC) - 25);
  return Math.max(0, field.peakW * (planeWm2 / 1000) * heat * (1 - field.lossShare));
}
