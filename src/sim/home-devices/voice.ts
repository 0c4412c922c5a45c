/**
 * What a simulated device says at an instant: its points as they truly are, bent by the faults that it has then.
 * Every way to hear a device goes through here, over sockets and in process.
 */

import type { PointValues, Sample } from "#devices/device.ts";
import { type DeviceKind, type PointName, pointOf } from "#devices/points.ts";
import type { FaultBoard, FaultKind } from "./fault.ts";

/** A device as the home's physics knows it. */
export interface SimulatedDevice {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly sheet: Readonly<Record<string, string>>;
  /** Whether it says when it measured. */
  readonly tellsTime: boolean;
  /** What it would say without a fault, of the last full second. */
  truth(): PointValues;
  /** Obeys a setpoint at the home's present; false where it has none of that name. */
  obey(point: PointName, value: number): boolean;
}

const ABSURD_W = 99_999;
const ABSURD_PERCENT = 140;
const ABSURD_V = 999;
const JUMP_MS = 3_600_000;

export class Voice {
  readonly device: SimulatedDevice;
  readonly #faults: FaultBoard;
  /** What a frozen device goes on saying. */
  #frozen: { readonly since: number; readonly values: PointValues } | undefined;
  /** What its registers had counted when it lost them. */
  #forgotten: { readonly since: number; readonly values: PointValues } | undefined;

  constructor(device: SimulatedDevice, faults: FaultBoard) {
    this.device = device;
    this.#faults = faults;
  }

  has(kind: FaultKind, now: number): boolean {
    return this.#faults.active(this.device.id, kind, now) !== undefined;
  }

  /** At `now`, home ms, up to which the physics has come. `measuredAt` is the device's own time where it has one. */
  say(now: number): Sample {
    return { values: this.#values(now), measuredAt: this.#measuredAt(now) };
  }

  #values(now: number): PointValues {
    const { id, kind } = this.device;
    let values = this.device.truth();
    const reset = this.#faults.active(id, "reset", now);
    if (reset === undefined) this.#forgotten = undefined;
    else {
      if (this.#forgotten?.since !== reset.from) this.#forgotten = { since: reset.from, values };
      const before = this.#forgotten.values;
      values = mapped(values, (name, value) =>
        pointOf(kind, name)?.counts === true ? value - (before[name] ?? 0) : value,
      );
    }
    const freeze = this.#faults.active(id, "freeze", now);
    if (freeze === undefined) this.#frozen = undefined;
    else {
      if (this.#frozen?.since !== freeze.from) this.#frozen = { since: freeze.from, values };
      values = this.#frozen.values;
    }
    if (this.has("wrong-sign", now))
      values = mapped(values, (name, value) => (isFlow(name) ? -value : value));
    if (this.has("out-of-range", now)) values = mapped(values, absurd);
    return values;
  }

  #measuredAt(now: number): number {
    if (!this.device.tellsTime) return now;
    const second = Math.floor(now / 1000) * 1000;
    const stale = this.#faults.active(this.device.id, "stale", now);
    if (stale !== undefined) return Math.floor(stale.from / 1000) * 1000;
    return this.has("clock-jump", now) ? second + JUMP_MS : second;
  }
}

function mapped(values: PointValues, change: (name: PointName, value: number) => number): PointValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, change(name as PointName, value)]),
  );
}

function isFlow(name: PointName): boolean {
  return /^(power|current)(W|L\d[WA])$/.test(name);
}

function absurd(name: PointName, value: number): number {
  if (/^power(W|L\dW)$/.test(name)) return value < 0 ? -ABSURD_W : ABSURD_W;
  if (name === "socPercent") return ABSURD_PERCENT;
  return name.startsWith("voltage") ? ABSURD_V : value;
}
