/**
 * The devices of a simulated home through the very port that a driver fills, without sockets: for tests that run a
 * gateway through thousands of faults in virtual time. Faults of the wire come out as a driver would report them.
 */
import { type Device, DeviceError, type Sample } from "#devices/device.ts";
import { type PointName, pointOf } from "#devices/points.ts";
import type { SimulatedHome } from "./simulated-home.ts";
import type { Voice } from "./voice.ts";

/** In the order of `SimulatedHome.voices`. */
export function devicesInProcess(home: SimulatedHome): Device[] {
  return [...home.voices.values()].map((voice) => new DeviceInProcess(home, voice));
}

class DeviceInProcess implements Device {
  readonly #home: SimulatedHome;
  readonly #voice: Voice;
  #open = false;

  constructor(home: SimulatedHome, voice: Voice) {
    this.#home = home;
    this.#voice = voice;
  }

  get id() {
    return this.#voice.device.id;
  }

  get kind() {
    return this.#voice.device.kind;
  }

  get template() {
    return "in-process";
  }

  get sheet() {
    return this.#voice.device.sheet;
  }

  async open(): Promise<void> {
    this.#reach();
    this.#open = true;
  }

  async read(): Promise<Sample> {
    const now = this.#connected();
    this.#answer(now);
    return this.#voice.say(now);
  }

  async write(point: PointName, value: number): Promise<void> {
    const now = this.#connected();
    if (pointOf(this.kind, point)?.writable !== true || !this.#voice.device.obey(point, value)) {
      throw new DeviceError("no_such_point", `${this.id} has no ${point} to set`);
    }
    // What was heard is obeyed even where the answer does not come.
    this.#answer(now);
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #reach(): number {
    const now = this.#home.now();
    if (this.#voice.has("drop", now)) {
      this.#open = false;
      throw new DeviceError("unreachable", `${this.id} refuses the connection`);
    }
    return now;
  }

  #connected(): number {
    const now = this.#reach();
    if (!this.#open) throw new DeviceError("unreachable", `${this.id} is not connected`);
    return now;
  }

  #answer(now: number): void {
    if (this.#voice.has("slow", now)) throw new DeviceError("timeout", `${this.id} gave no answer in time`);
    if (this.#voice.has("garbage", now)) throw new DeviceError("malformed", `${this.id} answered nonsense`);
  }
}
