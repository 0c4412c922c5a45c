/**
 * What is worth a notice: faults of a plant's devices as they come and go, quarter hours of much use, sales that
 * closed, and the steps of a supply contract that a home must not learn from the dark.
 */
import { toHex } from "#base/bytes.ts";
import type { ChainEvent } from "#chain/events.ts";
import { demandWh, importWh } from "#metering/reading.ts";
import type { NoticeCode } from "#wire/notice-codes.ts";
import type { Fault } from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import { connectionOf } from "../supply-order.ts";
import { supplyStepOf } from "../supply-steps.ts";
import { excessIn } from "./excess.ts";
import type { Notices } from "./notices.ts";

const WEEK_S = 7 * 86_400;
/** Of much use a home is told once in so long. */
const QUIET_S = 6 * 3_600;
const USUAL_EXCESS = 0.9;

export function usualExcessW(directory: Parts["directory"], home: number): number {
  return Math.round(connectionOf(directory, home) * USUAL_EXCESS);
}

export class NoticeWatch {
  readonly #parts: Pick<Parts, "archive" | "directory" | "numbers" | "host">;
  readonly #notices: Notices;
  /** Of this run; the list knows the rest. */
  readonly #toldFaults = new Set<string>();
  /** When a home was last told of its use. */
  readonly #toldOfUse = new Map<number, number>();

  constructor(parts: Pick<Parts, "archive" | "directory" | "numbers" | "host">, notices: Notices) {
    this.#parts = parts;
    this.#notices = notices;
  }

  /** The faults that a home has now; of each its coming and its going are told once. */
  faults(home: number, faults: readonly Fault[]): void {
    for (const { id, code, severity, since, resolvedAt } of faults) {
      const about = { kind: "fault", about: code, path: "/plant" } as const;
      const isRecent = this.#parts.host.now() - (resolvedAt ?? since) < WEEK_S;
      if (!isRecent) continue;
      const key = `${home} ${id} ${since} ${resolvedAt === null}`;
      if (this.#toldFaults.has(key)) continue;
      this.#toldFaults.add(key);
      const stands = severity === "fault" ? "fault_stands" : "warning_stands";
      if (resolvedAt === null)
        this.#notices.tell(home, { ...about, code: stands, key: `fault ${id} ${since}` });
      else this.#notices.tell(home, { ...about, code: "fault_resolved", key: `resolved ${id} ${since}` });
    }
  }

  /** A quarter hour of a home has its reading. */
  reading(home: number, intervalStart: number): void {
    const told = this.#toldOfUse.get(home) ?? 0;
    // A reading of long ago is history and no news.
    if (intervalStart < this.#parts.host.now() - 3_600 || intervalStart < told + QUIET_S) return;
    const settings = this.#notices.settings(home);
    if (!settings.kinds.includes("excess")) return;
    const { archive, directory } = this.#parts;
    const used = (start: number) => {
      const flows = archive.find(home, start)?.reading.flows;
      return flows && { start, importWh: importWh(flows), demandWh: demandWh(flows) };
    };
    const last = used(intervalStart);
    if (last === undefined) return;
    const excess = excessIn(last, used, settings.excessW ?? usualExcessW(directory, home));
    if (excess === undefined) return;
    this.#toldOfUse.set(home, intervalStart);
    const { code, ...numbers } = excess;
    this.#notices.tell(home, {
      kind: "excess",
      code,
      numbers: { ...numbers },
      path: "/monitor",
      key: `excess ${intervalStart}`,
    });
  }

  event(event: ChainEvent): void {
    if (event.type === "sale_closed") {
      const sale = toHex(event.sale);
      const code: NoticeCode = `sale_${event.state}`;
      this.#notices.tell(this.#parts.numbers.homeOf(event.plant), {
        kind: "sale",
        code,
        numbers: {
          deliveredWh: Number(event.delivered),
          netMicroEur: Number(event.gross - event.fee),
        },
        path: `/sell/${sale}`,
        key: `sale ${sale}`,
      });
    }
    this.#contract(event);
  }

  #contract(event: ChainEvent): void {
    const step = supplyStepOf(event);
    const code = step === undefined ? undefined : CONTRACT_CODES[step.step];
    if (step === undefined || code === undefined) return;
    const { host, numbers } = this.#parts;
    const view = host.view();
    const row = view.supplyContract(step.contract);
    if (row === undefined) return;
    this.#notices.tell(numbers.homeOf(row.plant), {
      kind: "contract",
      code,
      path: "/contracts",
      key: `contract ${toHex(step.contract)} ${code} ${view.height}`,
    });
  }
}

const CONTRACT_CODES: Readonly<Record<string, NoticeCode>> = {
  notified: "supply_notice",
  reduced: "supply_reduced",
  suspended: "supply_suspended",
  restored: "supply_restored",
};
