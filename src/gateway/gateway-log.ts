/**
 * What a gateway tells the log of its box, and how a part of it may fail: the failure is told, and the home is run on.
 */
import type { Decision } from "#control/dispatch.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Fault } from "#wire/schemas.ts";

export type GatewayNote =
  | { readonly about: "decision"; readonly decision: Decision }
  | { readonly about: "load"; readonly load: LoadReport }
  | { readonly about: "fault"; readonly fault: Fault }
  | { readonly about: "orders_refused"; readonly reason: string }
  | { readonly about: "letter_refused"; readonly reason: string }
  | { readonly about: "reading_refused"; readonly sequence: number; readonly reason: string }
  | {
      readonly about: "failure";
      readonly part: "outbox" | "ring" | "link" | "plan" | "home_assistant";
      readonly error: unknown;
    };

type Part = Extract<GatewayNote, { readonly about: "failure" }>["part"];

export class GatewayLog {
  readonly #listener: ((what: GatewayNote) => void) | undefined;

  /** `listener`: whoever writes the log; `undefined` = nobody. */
  constructor(listener: ((what: GatewayNote) => void) | undefined) {
    this.#listener = listener;
  }

  note(what: GatewayNote): void {
    this.#listener?.(what);
  }

  failed(part: Part, error: unknown): void {
    this.note({ about: "failure", part, error });
  }

  /** What the work returns; `undefined` where it failed, which is told. */
  attempt<T>(part: Part, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.failed(part, error);
      return undefined;
    }
  }
}
