/**
 * Gateways that fell silent, as faults of their homes in the shape that F2 shows: a gateway cannot say so itself. A
 * short loss of the link is none. What was noticed lasts as long as the process; a silence that goes on is noticed anew.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { Fault } from "#wire/schemas.ts";

/** As long as a gateway itself waits before a lost link is a fault, s of the wall clock. */
export const SILENT_S = 300;
const KEPT_MAX = 10;

interface Known {
  /** Wall clock. */
  heardAt: number;
  /** The community's time then. */
  heardTime: UnixSeconds | undefined;
  standing: Fault | undefined;
  past: readonly Fault[];
}

export class Silences {
  readonly #known = new Map<string, Known>();
  readonly #since: number;

  /** `since`: nobody could be heard before, wall clock. */
  constructor(since: number) {
    this.#since = since;
  }

  heard(gateway: string, wall: number, time: UnixSeconds): void {
    const known = this.#of(gateway);
    known.heardAt = wall;
    known.heardTime = time;
    if (known.standing === undefined) return;
    known.past = [{ ...known.standing, resolvedAt: time }, ...known.past].slice(0, KEPT_MAX);
    known.standing = undefined;
  }

  /** Answers whether it has been silent for too long from now on. */
  look(gateway: string, wall: number, time: UnixSeconds): boolean {
    const known = this.#of(gateway);
    if (known.standing !== undefined || wall - known.heardAt <= SILENT_S) return false;
    const since = known.heardTime ?? time;
    known.standing = {
      ...{ id: `gateway gateway_silent ${since}`, code: "gateway_silent", severity: "fault" },
      ...{ since, resolvedAt: null, numbers: {} },
    };
    return true;
  }

  isSilent(gateway: string): boolean {
    return this.#of(gateway).standing !== undefined;
  }

  /** The one that stands, then those that were; newest first. */
  faultsOf(gateway: string): Fault[] {
    const { standing, past } = this.#of(gateway);
    return [...(standing === undefined ? [] : [standing]), ...past];
  }

  forget(gateway: string): void {
    this.#known.delete(gateway);
  }

  #of(gateway: string): Known {
    let known = this.#known.get(gateway);
    if (known === undefined) {
      known = { heardAt: this.#since, heardTime: undefined, standing: undefined, past: [] };
      this.#known.set(gateway, known);
    }
    return known;
  }
}
