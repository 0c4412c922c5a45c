/**
 * What is wrong in a home, since when and until when, in the shape that F2 shows (`wire/schemas`). A symptom becomes a
 * fault when it has stood for a while, and is resolved when it has been gone for a while: snow, dawn and a lost packet
 * are no faults, and one that flickers is one fault, not a hundred. Resolved ones are kept for two weeks.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { Fault } from "#wire/schemas.ts";

/** Seconds that a symptom must stand, and be gone. */
interface Patience {
  readonly severity: Fault["severity"];
  readonly afterS: number;
  readonly goneS: number;
}

const soon = (severity: Fault["severity"]): Patience => ({ severity, afterS: 3, goneS: 30 });

/** docs/home/gateway.md says of each what it is, its likely cause and what to do. */
export const FAULTS = {
  device_silent: { severity: "fault", afterS: 10, goneS: 10 },
  value_out_of_range: soon("fault"),
  value_frozen: soon("fault"),
  wrong_sign: soon("fault"),
  balance_impossible: soon("fault"),
  setpoint_not_kept: soon("fault"),
  write_refused: soon("fault"),
  register_backwards: { severity: "warning", afterS: 0, goneS: 600 },
  limit_not_kept: { severity: "warning", afterS: 10, goneS: 60 },
  clock_wrong: { severity: "fault", afterS: 0, goneS: 10 },
  clock_jumped: { severity: "warning", afterS: 0, goneS: 600 },
  link_lost: { severity: "warning", afterS: 300, goneS: 10 },
  orders_refused: { severity: "warning", afterS: 0, goneS: 60 },
  validators_unknown: { severity: "fault", afterS: 0, goneS: 10 },
  code_needed: { severity: "fault", afterS: 0, goneS: 10 },
  readings_refused: { severity: "fault", afterS: 0, goneS: 3_600 },
} as const satisfies Readonly<Record<string, Patience>>;
export type FaultCode = keyof typeof FAULTS;

export interface Symptom {
  readonly code: FaultCode;
  /** Of the device; "gateway" where it is none. */
  readonly device: string;
  readonly numbers: { readonly [name: string]: number };
}

interface Standing {
  readonly symptom: Symptom;
  since: UnixSeconds;
  lastSeen: UnixSeconds;
  numbers: Symptom["numbers"];
  isFault: boolean;
}

const KEPT_S = 14 * 86_400;
const KEPT_MAX = 60;

export class FaultBook {
  readonly #standing = new Map<string, Standing>();
  #resolved: Fault[];

  /** With what was resolved, or stood, when the gateway last ran; what stood is resolved unless it shows again. */
  constructor(former: readonly Fault[] = []) {
    this.#resolved = former.filter(({ resolvedAt }) => resolvedAt !== null);
  }

  /** The symptoms of this instant, all of them. Returns what became a fault by it, and what is resolved. */
  note(symptoms: readonly Symptom[], now: UnixSeconds): Fault[] {
    const changed: Fault[] = [];
    for (const symptom of symptoms) {
      const key = `${symptom.code} ${symptom.device}`;
      const known = this.#standing.get(key);
      if (known === undefined) {
        this.#standing.set(key, {
          symptom,
          since: now,
          lastSeen: now,
          numbers: symptom.numbers,
          isFault: false,
        });
        continue;
      }
      // Before a clock that was set back nothing began that is there now.
      if (!known.isFault && now < known.since) known.since = now;
      known.lastSeen = now;
      known.numbers = symptom.numbers;
    }
    for (const [key, standing] of this.#standing) {
      const { afterS, goneS } = FAULTS[standing.symptom.code];
      const { since, lastSeen } = standing;
      if (!standing.isFault && lastSeen - since >= afterS) {
        standing.isFault = true;
        changed.push(shown(standing, null));
      }
      if (lastSeen === now) continue;
      // A clock that was set back tells nothing of how long it is gone.
      if (now < lastSeen) standing.lastSeen = now;
      else if (now - lastSeen >= (standing.isFault ? goneS : Math.min(goneS, 3))) {
        this.#standing.delete(key);
        if (!standing.isFault) continue;
        const fault = shown(standing, lastSeen);
        changed.push(fault);
        this.#resolved = [
          fault,
          ...this.#resolved.filter(({ resolvedAt }) => now - resolvedAt! < KEPT_S),
        ].slice(0, KEPT_MAX);
      }
    }
    return changed;
  }

  /** What stands, then what was resolved, the newest first. */
  all(): Fault[] {
    const standing = [...this.#standing.values()].filter(({ isFault }) => isFault);
    return [...standing.map((one) => shown(one, null)).sort((a, b) => b.since - a.since), ...this.#resolved];
  }
}

function shown({ symptom, since, numbers }: Standing, resolvedAt: UnixSeconds | null): Fault {
  const { code, device } = symptom;
  return {
    id: `${device} ${code} ${since}`,
    code,
    severity: FAULTS[code].severity,
    since,
    resolvedAt,
    numbers,
  };
}
