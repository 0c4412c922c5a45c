/** What the box itself suffers from, beside what a cycle finds odd of its devices (`suspicion`). */
import type { HomeClock } from "./clock.ts";
import type { WriteProblem } from "./device-bus.ts";
import type { Symptom } from "./fault-book.ts";

export interface BoxNow {
  readonly clock: Pick<HomeClock, "isRight" | "platformOffsetMs" | "jumps">;
  /** Since the platform was last heard, s; `undefined`: it is heard, or there is none. */
  readonly silentS: number | undefined;
  /** What is wrong with the orders that came last; `undefined` where they are believed. */
  readonly ordersFault: Symptom["code"] | undefined;
  /** The platform lets this gateway in no more. */
  readonly needsCode: boolean;
  readonly writeProblems: readonly WriteProblem[];
}

export class OwnSymptoms {
  /** Since the last look. */
  #refusedReadings = 0;
  #jumps = 0;

  readingRefused(): void {
    this.#refusedReadings += 1;
  }

  /** Everything odd of this instant; what happened once is told once. */
  look({ clock, silentS, ordersFault, needsCode, writeProblems }: BoxNow): Symptom[] {
    const all: Symptom[] = writeProblems.map(({ device }) => ({
      code: "write_refused",
      device,
      numbers: {},
    }));
    if (!clock.isRight) {
      all.push(ofBox("clock_wrong", { offsetS: Math.round((clock.platformOffsetMs ?? 0) / 1000) }));
    }
    if (silentS !== undefined) all.push(ofBox("link_lost", { silentS: Math.round(silentS) }));
    if (needsCode) all.push(ofBox("code_needed"));
    else if (ordersFault !== undefined) all.push(ofBox(ordersFault));
    if (clock.jumps !== this.#jumps) {
      this.#jumps = clock.jumps;
      all.push(ofBox("clock_jumped", { times: clock.jumps }));
    }
    if (this.#refusedReadings > 0) {
      all.push(ofBox("readings_refused", { readings: this.#refusedReadings }));
      this.#refusedReadings = 0;
    }
    return all;
  }
}

function ofBox(code: Symptom["code"], numbers: Symptom["numbers"] = {}): Symptom {
  return { code, device: "gateway", numbers };
}
