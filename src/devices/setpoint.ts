/** What a step of a template's setpoint writes, whatever the driver: a constant, or the value in the device's unit. */
import type { PointValues } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import type { PointName } from "#devices/points.ts";

export interface SetpointStep {
  readonly value?: number;
  /** Raw units per unit of the point; of the step's own, unlike a point's. */
  readonly scale?: number;
  /** The value as a share of this point, at most 100 %: for devices that are limited in percent of their rating. */
  readonly percentOf?: string;
}

/** Throws `DeviceError` "out_of_range" where there is no number to write. */
export function stepValue(step: SetpointStep, value: number, known: PointValues): number {
  if (step.value !== undefined) return step.value;
  if (!Number.isFinite(value)) throw new DeviceError("out_of_range", `${value} is no setpoint`);
  const scale = step.scale ?? 1;
  if (step.percentOf === undefined) return value * scale;
  const whole = known[step.percentOf as PointName];
  if (whole === undefined || whole <= 0) {
    throw new DeviceError(
      "out_of_range",
      `the device does not tell ${step.percentOf}, of which this is a share`,
    );
  }
  return Math.min(100, (100 * value) / whole) * scale;
}
