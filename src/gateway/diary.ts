/**
 * What happened in the home, since when: the BEC's decision and those of loads as they change, and faults as they come
 * and go. Everything goes to the log at once, and to the disk with what waits for it.
 */
import type { UnixSeconds } from "#base/time.ts";
import { DECISION_CODES, type Decision, type DecisionCode } from "#control/dispatch.ts";
import type { Fault } from "#wire/schemas.ts";
import type { CycleResult } from "./cycle.ts";
import { FaultBook, type Symptom } from "./fault-book.ts";
import type { GatewayLog } from "./gateway-log.ts";
import type { Outbox } from "./outbox.ts";
import type { WaitingForDisk } from "./waiting-for-disk.ts";

export class Diary {
  readonly #outbox: Pick<Outbox, "keep">;
  readonly #waiting: Pick<WaitingForDisk, "decisions" | "loads">;
  readonly #log: GatewayLog;
  readonly #faults: FaultBook;
  #code = -1;
  #since: UnixSeconds = 0;

  constructor(
    outbox: Pick<Outbox, "kept" | "keep">,
    waiting: Pick<WaitingForDisk, "decisions" | "loads">,
    log: GatewayLog,
  ) {
    this.#outbox = outbox;
    this.#waiting = waiting;
    this.#log = log;
    this.#faults = new FaultBook(JSON.parse(outbox.kept("faults") ?? "[]") as Fault[]);
  }

  /** Of the decision that was noted last; `undefined` before the first. */
  get code(): DecisionCode | undefined {
    return DECISION_CODES[this.#code];
  }

  get faults(): readonly Fault[] {
    return this.#faults.all();
  }

  /** The decision with its numbers as they are now. */
  decision(result: CycleResult | undefined): Decision {
    return result?.explain(this.#since) ?? { code: DECISION_CODES[0], numbers: {}, since: this.#since };
  }

  noteDecision(result: CycleResult, now: UnixSeconds): void {
    if (result.code === this.#code) return;
    this.#code = result.code;
    this.#since = now;
    const decision = result.explain(now);
    this.#waiting.decisions.push(decision);
    this.#log.note({ about: "decision", decision });
  }

  noteLoads({ loadsChanged }: Pick<CycleResult, "loadsChanged">, now: UnixSeconds): void {
    for (const load of loadsChanged) {
      this.#waiting.loads.push({ time: now, load: load.id, code: load.code, numbers: load.numbers });
      this.#log.note({ about: "load", load });
    }
  }

  /** Everything odd of this instant; whether a fault came or went by it. */
  noteFaults(symptoms: readonly Symptom[], now: UnixSeconds): boolean {
    const changed = this.#faults.note(symptoms, now);
    if (changed.length === 0) return false;
    this.#log.attempt("outbox", () => this.#outbox.keep({ faults: JSON.stringify(this.#faults.all()) }));
    for (const fault of changed) this.#log.note({ about: "fault", fault });
    return true;
  }
}
