/** A device's raw number as a point's value, or the reason why the reading is none. */
import { DeviceError } from "#devices/device.ts";
import { type Conversion, converted } from "#devices/template.ts";

/**
 * `undefined` where the device's state is none that the template knows.
 * Throws `DeviceError` "out_of_range" where the template's bounds exclude it.
 */
export function pointValue(
  device: string,
  name: string,
  raw: number,
  conversion: Conversion,
): number | undefined {
  const value = converted(raw, conversion);
  if (value !== "outside") return value;
  const { min, max } = conversion;
  throw new DeviceError(
    "out_of_range",
    `${device}: ${name} is ${raw} as the device says it, outside ${min ?? "−∞"} to ${max ?? "∞"}`,
  );
}
