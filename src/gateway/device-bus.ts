/**
 * Asking and telling all devices of a home at once. Each has until the deadline; who does not answer by then has not
 * answered in this cycle, and is not asked again before that question is done with. A device that is lost is
 * connected anew after a pause that grows to half a minute; nobody waits for it.
 */
import { type Device, DeviceError, type DeviceProblem, type Sample } from "#devices/device.ts";
import type { Output } from "./cycle.ts";
import { type DeviceImage, freezeImage, isLoad, type ProcessImage } from "./process-image.ts";

/** How a device's time becomes the home's. */
export interface TimeOfRead {
  /** The home's time, ms. */
  readonly nowMs: number;
  /** The box's clock and one that nobody sets, ms. */
  readonly wallMs: number;
  readonly steadyMs: number;
  /** Of the home's time. */
  readonly speed: number;
}

interface Slot {
  readonly device: Device;
  isOpen: boolean;
  /** A question, or a connection, that is not done with. */
  pending: Promise<void> | undefined;
  /** Steady ms before which nobody tries to connect. */
  retryAt: number;
  failures: number;
  sample: Sample | undefined;
  /** Steady ms at which the device's own time last moved. */
  movedAt: number;
  readAt: number | undefined;
  problem: DeviceProblem | undefined;
  readonly written: Map<string, { readonly value: number; readonly at: number }>;
}

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** A setpoint of a load is renewed within this, s; a switch stays as it was put, by us or by a hand. */
const LOAD_HOLD_S = 180;
const AGAIN_MS = 5_000;
/** A device that tells when it measured may be so late, ms; what is later was not measured now. */
const LATE_MS = 10_000;
/** Of a demo's clock that runs faster than cycles can: a setpoint must outlast some of them, s of the wall. */
const HOLD_LEAST_S = 0.5;
/** From here on it is not late, its clock is another. */
const OTHER_CLOCK_MS = 600_000;

export interface WriteProblem {
  readonly device: string;
  readonly problem: DeviceProblem;
  readonly message: string;
}

export class DeviceBus {
  readonly #slots: Slot[];
  /** Setpoints of accumulators are renewed within this, s, and devices told that they are. */
  readonly #holdS: number;
  readonly #deadlineMs: number;

  constructor(devices: readonly Device[], holdS: number, deadlineMs = 800) {
    this.#holdS = holdS;
    this.#deadlineMs = deadlineMs;
    this.#slots = devices.map((device) => ({
      device,
      isOpen: false,
      pending: undefined,
      retryAt: 0,
      failures: 0,
      sample: undefined,
      movedAt: 0,
      readAt: undefined,
      problem: "unreachable",
      written: new Map(),
    }));
  }

  /** The image of this instant. Takes no longer than the deadline. */
  async read(time: TimeOfRead): Promise<ProcessImage> {
    const asked = this.#slots.map((slot) => this.#ask(slot, time));
    await this.#before(Promise.all(asked));
    for (const slot of this.#slots) if (slot.pending !== undefined) slot.problem = "timeout";
    return freezeImage(
      time.nowMs,
      this.#slots.map((slot) => imageOf(slot, time)),
    );
  }

  /** Writes what changed or must be renewed. Takes no longer than the deadline; what was refused is told. */
  async write(outputs: readonly Output[], { steadyMs, speed }: TimeOfRead): Promise<WriteProblem[]> {
    const problems: WriteProblem[] = [];
    const holdS = Math.max(this.#holdS, Math.ceil(HOLD_LEAST_S * speed));
    const holdMs = (holdS * 1000) / Math.max(1, speed);
    const writes = this.#slots.flatMap((slot) => {
      if (!slot.isOpen || slot.pending !== undefined) return [];
      const { id, kind, settable } = slot.device;
      const ofHomeMs = isLoad(kind) ? (LOAD_HOLD_S * 1000) / Math.max(1, speed) : holdMs;
      const heldMs = slot.device.holdS === undefined ? ofHomeMs : slot.device.holdS * 1000;
      const mine = outputs.filter(
        ({ device, point }) => device === id && (settable?.includes(point) ?? true),
      );
      const due = mine.filter(({ point, value, again }) => {
        // Whom nobody hears is not kept going: its own reversion is nearer than the next word of it.
        if (slot.problem !== undefined && point === "setPowerW" && value !== 0) return false;
        const before = slot.written.get(point);
        if (before === undefined || before.value !== value) return true;
        const sinceMs = steadyMs - before.at;
        return point === "on" ? again === true && sinceMs >= AGAIN_MS : sinceMs >= heldMs / 3;
      });
      if (due.length === 0) return [];
      slot.pending = this.#tell(slot, due, { steadyMs, holdS }, problems).finally(() => {
        slot.pending = undefined;
      });
      return [slot.pending];
    });
    if (writes.length > 0) await this.#before(Promise.all(writes));
    return problems;
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map(({ device }) => device.close()));
  }

  #ask(slot: Slot, time: TimeOfRead): Promise<void> | undefined {
    if (slot.pending !== undefined) return undefined;
    if (!slot.isOpen && time.steadyMs < slot.retryAt) return undefined;
    slot.pending = this.#question(slot, time).finally(() => {
      slot.pending = undefined;
    });
    return slot.pending;
  }

  async #question(slot: Slot, time: TimeOfRead): Promise<void> {
    const { device } = slot;
    try {
      if (!slot.isOpen) {
        await device.open();
        slot.isOpen = true;
        slot.written.clear();
      }
      const sample = await device.read();
      // A time that was set back tells nothing new before it moves on from there.
      if (slot.sample === undefined || sample.measuredAt > slot.sample.measuredAt) {
        slot.movedAt = time.steadyMs;
      }
      slot.sample = sample;
      slot.readAt = time.nowMs;
      slot.problem = undefined;
      slot.failures = 0;
    } catch (error) {
      const problem = error instanceof DeviceError ? error.problem : "malformed";
      slot.problem = problem;
      slot.failures += 1;
      // A wrong value or one late answer leaves the connection alone.
      const lost = problem === "unreachable" || slot.failures >= 3;
      if (!lost) return;
      slot.isOpen = false;
      // Nobody can call in where nobody listens.
      const pauseMs = device.callsIn ? RETRY_MS : RETRY_MS * 2 ** Math.min(5, slot.failures - 1);
      slot.retryAt = time.steadyMs + Math.min(RETRY_MAX_MS, pauseMs);
      if (device.callsIn) return;
      await device.close();
    }
  }

  async #tell(
    slot: Slot,
    outputs: readonly Output[],
    { steadyMs, holdS }: { readonly steadyMs: number; readonly holdS: number },
    problems: WriteProblem[],
  ): Promise<void> {
    const { device } = slot;
    for (const { point, value } of outputs) {
      try {
        if (point === "setPowerW" && slot.written.get("setpointHoldS")?.value !== holdS) {
          slot.written.set("setpointHoldS", { value: holdS, at: steadyMs });
          await device.write("setpointHoldS", holdS).catch((error: unknown) => {
            // A device without such a point keeps its own.
            if (!(error instanceof DeviceError && error.problem === "no_such_point")) throw error;
          });
        }
        await device.write(point, value);
        slot.written.set(point, { value, at: steadyMs });
      } catch (error) {
        slot.written.delete(point);
        const { problem, message } =
          error instanceof DeviceError ? error : { problem: "malformed" as const, message: String(error) };
        if (problem === "unreachable") slot.isOpen = false;
        problems.push({ device: device.id, problem, message });
      }
    }
  }

  async #before(work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#deadlineMs);
    });
    await Promise.race([work, deadline]);
    clearTimeout(timer);
  }
}

function imageOf({ device, sample, movedAt, readAt, problem }: Slot, time: TimeOfRead): DeviceImage {
  const { id, kind, template, sheet } = device;
  const about = { id, kind, template, sheet, problem };
  if (sample === undefined || readAt === undefined) {
    return { ...about, values: {}, measuredAt: undefined, readAt: undefined };
  }
  return {
    ...about,
    values: { ...sample.values },
    measuredAt: time.nowMs - ageMs(sample, movedAt, readAt, time),
    readAt,
  };
}

/**
 * How old a sample is, in the home's time: since the device's own time last moved; or by that time, where it says
 * that the device is late. A device whose clock is another is as old as what it said last.
 */
function ageMs(
  { measuredAt }: Sample,
  movedAt: number,
  readAt: number,
  { nowMs, wallMs, steadyMs, speed }: TimeOfRead,
): number {
  const sinceMoved = (steadyMs - movedAt) * speed;
  const sinceRead = nowMs - readAt;
  const byWall = (wallMs - measuredAt) * speed;
  const byHome = nowMs - measuredAt;
  const late = (Math.abs(byWall) < Math.abs(byHome) ? byWall : byHome) - sinceRead;
  // Where the home's time runs at another speed its devices' clocks have nothing to do with it.
  const isLate = speed === 1 && late > LATE_MS && late < OTHER_CLOCK_MS;
  return Math.max(0, isLate ? late + sinceRead : sinceMoved, sinceRead);
}
