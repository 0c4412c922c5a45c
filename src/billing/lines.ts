/**
 * The lines of a bill out of its evidence: one function per kind, the same for whoever makes a bill and whoever checks
 * it. Nothing here asks whether the evidence is genuine; that is `billing/evidence`.
 */

import { toHex } from "#base/bytes.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { dayStart, formatDay, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, type MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  type BillHead,
  type BillLine,
  type Coverage,
  type Evidence,
  numberText,
  type SignedBatch,
  type TakenBack,
} from "#billing/document.ts";
import { salesIn } from "#billing/evidence.ts";
import { type IncentiveProblem, incentiveLines } from "#billing/incentive.ts";
import { marketLines } from "#billing/market-days.ts";
import { trueUpLines } from "#billing/year-excess.ts";
import { quoteSale } from "#market/sale.ts";
import { importWh } from "#metering/reading.ts";
import { billOf, scheduleOf, type TariffProblem, type Usage } from "#tariff/bill.ts";
import type { Tariff } from "#tariff/tariff.ts";

export type LinesProblem =
  | {
      readonly code: "evidence_missing";
      readonly what: "tariff" | "market_days" | "incentive" | "true_up" | "bill";
    }
  | { readonly code: "tariff_unfit"; readonly problem: TariffProblem }
  | IncentiveProblem;

/** Fails, in this order: evidence_missing, tariff_unfit, months_unfit, statement_unfit, shares_unbalanced. */
export function linesOf(head: BillHead, evidence: Evidence): Result<readonly BillLine[], LinesProblem> {
  switch (head.kind) {
    case "supply":
    case "contract":
      return supplyLines(head, evidence);
    case "sales":
      return ok(salesLines(evidence));
    case "market":
      return evidence.marketDays === undefined
        ? refuse({ code: "evidence_missing", what: "market_days" })
        : ok(marketLines(evidence.marketDays));
    case "incentive":
      return evidence.incentive === undefined
        ? refuse({ code: "evidence_missing", what: "incentive" })
        : incentiveLines(head, evidence.incentive);
    case "true_up":
      return evidence.trueUp === undefined
        ? refuse({ code: "evidence_missing", what: "true_up" })
        : trueUpLines(head, evidence.trueUp);
    case "credit_note":
      return evidence.takenBack === undefined
        ? refuse({ code: "evidence_missing", what: "bill" })
        : ok(creditLines(evidence.takenBack));
  }
}

/** How much of what is billed the readings cover; only `supply` and `contract` count on them. */
export function coverageOf(head: BillHead, evidence: Evidence): Coverage {
  const { start, slots } = spanOf(head, evidence);
  const end = start + slots * QUARTER_HOUR_S;
  const within = evidence.readings
    .flatMap(({ readings }) => readings)
    .filter(({ intervalStart }) => intervalStart >= start && intervalStart < end);
  const counts = head.kind === "supply" || head.kind === "contract";
  return { quarterHours: slots, missing: counts ? slots - within.length : 0 };
}

/** The quarter hours that are billed: whole civil days, or of a contract the whole quarter hours of its span. */
function spanOf({ zone, period }: BillHead, { agreed }: Evidence): { start: number; slots: number } {
  const start =
    agreed === undefined
      ? dayStart(zone, period.from)
      : Math.ceil(agreed.from / QUARTER_HOUR_S) * QUARTER_HOUR_S;
  const end = agreed === undefined ? dayStart(zone, period.until) : agreed.to;
  return { start, slots: (end - start) / QUARTER_HOUR_S };
}

/**
 * Energy that was taken from the MicroGrid, by the tariff; where the tariff pays for energy given, it is what the
 * panels gave at once: what leaves the accumulator is sold otherwise.
 */
function supplyLines(head: BillHead, evidence: Evidence): Result<readonly BillLine[], LinesProblem> {
  const { tariffed } = evidence;
  if (tariffed === undefined) return refuse({ code: "evidence_missing", what: "tariff" });
  const { tariff, indices, contractedPowerW } = tariffed;
  const { start, slots } = spanOf(head, evidence);
  const schedule = scheduleOf(tariff, start, slots, indices);
  if (!schedule.ok) return refuse({ code: "tariff_unfit", problem: schedule.error });
  const { lines } = billOf(schedule.value, usageOf(evidence.readings, start, slots, contractedPowerW));
  return ok(
    lines
      .filter(({ part }) => part !== "vat")
      .map(({ component, part, label, source, energy, price, amount, formula }) => ({
        kind: part,
        label:
          source === "supplier" || source === "fixed"
            ? `${component}, ${label}`
            : `${component}, ${label}, ${source}`,
        quantity: energy,
        price,
        amount,
        vatPpm: vatOfComponent(tariff, component),
        rule: `tariff: ${component}`,
        formula,
      })),
  );
}

function vatOfComponent({ components }: Tariff, id: string): bigint {
  return components.find((component) => component.id === id)?.vatPpm ?? 0n;
}

/** Quarter hours without a reading count nothing: what nobody metered is not billed. */
function usageOf(
  batches: readonly SignedBatch[],
  start: number,
  slots: number,
  contractedPowerW: bigint,
): Usage {
  const supplied = new Array<Wh>(slots).fill(Wh(0n));
  const exported = new Array<Wh>(slots).fill(Wh(0n));
  for (const { readings } of batches) {
    for (const { intervalStart, flows } of readings) {
      const slot = (intervalStart - start) / QUARTER_HOUR_S;
      if (slot < 0 || slot >= slots) continue;
      supplied[slot] = Wh(BigInt(importWh(flows)));
      exported[slot] = Wh(BigInt(flows.solarToGrid));
    }
  }
  return { supplied, shared: {}, exported, contractedPowerW };
}

/** Of each sale what was delivered at the rate of its day, and the community's fee of it. */
function salesLines(evidence: Evidence): BillLine[] {
  return salesIn(evidence.rows).flatMap(({ id, sale }): BillLine[] => {
    const name = toHex(id);
    const quote = quoteSale({ rate: sale.rate, fee: sale.fee, storeMarginPerMille: 0 }, sale.delivered);
    const line = (kind: string, price: MicroEurPerKwh, amount: bigint): BillLine => ({
      kind,
      label: `${formatDay(sale.day)}, ${name.slice(0, 8)}`,
      quantity: sale.delivered,
      price,
      amount: MicroEur(amount),
      vatPpm: 0n,
      rule: `sale: ${name}`,
      formula: `${sale.delivered} Wh × ${price} µEUR/kWh ÷ 1000`,
    });
    const fee = quote.fee === 0n ? [] : [line("fee", sale.fee, quote.fee)];
    return [line("sale", sale.rate, -quote.gross), ...fee];
  });
}

/** All lines with the opposite sign; or what is taken off them, as the issuer decided. */
function creditLines({ number, lines, part }: TakenBack): BillLine[] {
  if (part === undefined) {
    return lines.map((line) => ({
      ...line,
      amount: MicroEur(-line.amount),
      formula: `taken back: ${line.formula}`,
    }));
  }
  const all = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const of = numberText(number);
  return [
    {
      kind: "credit",
      label: of,
      quantity: undefined,
      price: undefined,
      amount: MicroEur(-part),
      vatPpm: 0n,
      rule: `credit: ${of}`,
      formula: `${part} µEUR of ${all} µEUR`,
    },
  ];
}
