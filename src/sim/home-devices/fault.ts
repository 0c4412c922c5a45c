/**
 * What can go wrong with a simulated device on demand, from when, until when. Time is the home's: at 60× speed a
 * fault of 30 s is over after half a second of the wall. Each fault has an end, after which the device is what it
 * was before.
 *
 * In what a device says (`voice.ts`): `freeze` all values stand still, `wrong-sign` powers are turned round,
 * `out-of-range` no such device could measure that, `reset` registers of energy count from zero, `stale` the
 * device's own time stands, `clock-jump` it is an hour off. On its wire (`faulty-wire.ts`): `drop` connections
 * are closed and refused, `slow` answers come 4 s late, `garbage` bytes make no sense.
 */
import { ok, type Result, refuse } from "#base/result.ts";

export const FAULT_KINDS = [
  "freeze",
  "drop",
  "wrong-sign",
  "stale",
  "out-of-range",
  "slow",
  "garbage",
  "reset",
  "clock-jump",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Only a device that tells when it measured can be wrong about it. */
export const FAULTS_OF_TIME: ReadonlySet<FaultKind> = new Set(["stale", "clock-jump"]);

export interface Fault {
  readonly device: string;
  readonly kind: FaultKind;
  /** Home time, ms. */
  readonly from: number;
  readonly until: number;
}

/** What somebody asks for: from now on in so many seconds, for so many. */
export interface FaultWish {
  readonly device: string;
  readonly kind: FaultKind;
  readonly afterS: number;
  readonly forS: number;
}

/** Where nobody says how long. */
export const USUAL_FAULT_S = 30;
const USUAL_FAULT = `${USUAL_FAULT_S}s`;

/** The faults of one home. Times that have passed are kept until `forget`. */
export class FaultBoard {
  #faults: Fault[] = [];

  get faults(): readonly Fault[] {
    return this.#faults;
  }

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** From when a wish counts, `now` in home ms. */
  wish({ device, kind, afterS, forS }: FaultWish, now: number): Fault {
    const from = now + 1000 * afterS;
    const fault = { device, kind, from, until: from + 1000 * forS };
    this.add(fault);
    return fault;
  }

  /** The fault of a kind that a device has at an instant: the one that began last. */
  active(device: string, kind: FaultKind, at: number): Fault | undefined {
    if (this.#faults.length === 0) return undefined;
    return this.#faults.findLast(
      (fault) => fault.device === device && fault.kind === kind && fault.from <= at && at < fault.until,
    );
  }

  /** All that are active at an instant. */
  activeAt(at: number): Fault[] {
    return this.#faults.filter(({ from, until }) => from <= at && at < until);
  }

  /** Ends what is active or to come, of one device or of all; what was over before `now` is dropped. */
  clear(now: number, device?: string): void {
    this.#faults = this.#faults
      .filter((fault) => fault.until > now)
      .filter((fault) => device !== undefined && fault.device !== device);
  }

  /** Drops what was over before `now`. */
  forget(now: number): void {
    this.#faults = this.#faults.filter(({ until }) => until > now);
  }
}

/** `inverter:freeze@60s+30s`: what, from when after the start (0), for how long (30 s). Refuses with a sentence. */
export function parseFault(text: string): Result<FaultWish, string> {
  const parts = /^([a-z0-9-]+):([a-z-]+)(?:@([^+]+))?(?:\+(.+))?$/.exec(text.trim());
  if (parts === null) {
    return refuse(`a fault is written like inverter:freeze@60s+30s (device:what@from+for), not "${text}".`);
  }
  const [, device, kind, after = "0", lasting = USUAL_FAULT] = parts;
  if (!isFaultKind(kind!)) {
    return refuse(`there is no fault "${kind}"; there are ${FAULT_KINDS.join(", ")}.`);
  }
  const [afterS, forS] = [secondsOf(after), secondsOf(lasting)];
  if (afterS === undefined) return refuse(`"${after}" is no time of a fault; write it like 90s, 15m or 2h.`);
  if (forS === undefined || forS === 0) {
    return refuse(`"${lasting}" is no length of a fault; write it like 30s, 5m or 1h.`);
  }
  return ok({ device: device!, kind, afterS, forS });
}

export function isFaultKind(word: string): word is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(word);
}

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600 };

/** `90`, `90s`, `1.5m`, `2h`; `undefined` where the text is no such time. */
export function secondsOf(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text.trim());
  return parts === null ? undefined : Number(parts[1]) * UNITS[parts[2]!]!;
}
