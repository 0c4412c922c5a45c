/**
 * A device of a home as its gateway uses it, whatever it speaks. A driver turns a template and an address into one
 * of these; the gateway reads all of them into its process image and writes setpoints back.
 */
import type { DeviceKind, PointName } from "./points.ts";

export type PointValues = { readonly [name in PointName]?: number };

/** What a device said, and when it measured it. */
export interface Sample {
  readonly values: PointValues;
  /** Unix milliseconds; of a device that tells no time, when its answer came. */
  readonly measuredAt: number;
}

export interface Device {
  /** Within its home: "inverter", "garage-plug". */
  readonly id: string;
  readonly kind: DeviceKind;
  /** Its template's name. */
  readonly template: string;
  /** Of this very device, as far as it told: manufacturer, model, serial number, version. */
  readonly sheet: Readonly<Record<string, string>>;
  /** It connects to us: whoever hears nothing of it goes on listening, and does not close. */
  readonly callsIn?: true;
  /** Which points it takes; absent: nobody knows before it is tried. */
  readonly settable?: readonly PointName[];
  /** A setpoint of it must be renewed within this to stand, s of the wall; absent: as its kind has it. */
  readonly holdS?: number;
  /** Connects. Called again after a loss; the gateway spaces the tries. */
  open(): Promise<void>;
  /** Asks for all points, or gives the newest of a device that speaks by itself. */
  read(): Promise<Sample>;
  /** One setpoint, in the point's unit. */
  write(point: PointName, value: number): Promise<void>;
  /** Never fails; may be called twice. */
  close(): Promise<void>;
}

/**
 * Why a device could not be read or written: nobody at the address, no answer in time, an answer that is none, a
 * value outside what the template allows, a refusal by the device, a point that it has not or that cannot be set.
 */
export type DeviceProblem =
  | "unreachable"
  | "timeout"
  | "malformed"
  | "out_of_range"
  | "refused"
  | "no_such_point";

export class DeviceError extends Error {
  override readonly name = "DeviceError";
  readonly problem: DeviceProblem;

  constructor(problem: DeviceProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
