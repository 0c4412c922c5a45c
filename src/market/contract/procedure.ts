/**
 * What happens to a supply whose invoice is not paid, step by step:
 *
 *   active → notified → reduced → suspended, each after its delay, and from any of them back as soon as it is paid.
 *
 * It begins with the seller's notice and only where both agreed to it, for one invoice that is overdue and that
 * nobody disputes; a plant that is protected has no procedure at all. A dispute freezes it: who was suspended has
 * the reduced supply again until it is decided, and a decision begins the step's delay anew. Every step has its
 * reason, and its event.
 *
 * The steps by themselves are deadlines of the agenda, in seconds and in blocks both.
 */
import { assert } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { type Delay, dueAfter } from "#ledger/revocation.ts";
import type { Draft } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import {
  type Basis,
  isRunning,
  type Protection,
  SUPPLY_CONTRACTS,
  SUPPLY_POINTS,
  type SupplyContract,
  type SupplyState,
  supplyPointOf,
} from "#market/contract/contract.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { SUPPLY_INVOICES } from "#market/contract/invoice.ts";
import { suspensionInForce } from "#market/contract/terms.ts";
import { parametersOf } from "#market/parameters.ts";
import { standingPlant } from "#market/participant.ts";

/** Of the agenda's deadlines; its id is the contract's. */
export const SUPPLY_DEADLINE = 51;

/** What may happen to a contract. */
export const TRIGGERS = [
  "notice",
  "step",
  "settled",
  "disputed",
  "upheld",
  "protected",
  "over",
  "final",
] as const;
export type Trigger = (typeof TRIGGERS)[number];

const NEXT: Readonly<Record<SupplyState, Partial<Record<Trigger, SupplyState>>>> = {
  active: { notice: "notified", over: "ended" },
  notified: {
    step: "reduced",
    settled: "restored",
    disputed: "disputed",
    protected: "restored",
    over: "ended",
  },
  reduced: {
    step: "suspended",
    settled: "restored",
    disputed: "disputed",
    protected: "restored",
    over: "ended",
  },
  suspended: { settled: "restored", disputed: "disputed", protected: "restored", over: "ended" },
  disputed: { settled: "restored", upheld: "notified", protected: "restored", over: "ended" },
  restored: { step: "active", over: "ended" },
  ended: { final: "closed" },
  closed: {},
};

/** Where a contract goes from its state, or `undefined` where that cannot happen to it. */
export function nextState(
  { state, frozen }: Pick<SupplyContract, "state" | "frozen">,
  trigger: Trigger,
): SupplyState | undefined {
  return trigger === "upheld" && state === "disputed" ? frozen : NEXT[state][trigger];
}

/** Whether it has a procedure: an invoice that could lead to its suspension. */
export function isInProcedure({ state }: Pick<SupplyContract, "state">): boolean {
  return state === "notified" || state === "reduced" || state === "suspended" || state === "disputed";
}

/**
 * Begins the procedure. Fails, in this order: not_the_owner (not the seller's invoice), contract_ended,
 * invoice_unknown, invoice_closed, invoice_not_due, invoice_disputed, suspension_not_agreed, plant_protected,
 * procedure_running (also of a supply that was restored just now).
 */
export function giveNotice(
  draft: Draft,
  invoice: Uint8Array,
  seller: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const row = draft.get(SUPPLY_INVOICES, invoice);
  if (row === undefined) return "invoice_unknown";
  const contract = contractOf(draft, row.contract);
  if (contract.seller !== seller) return "not_the_owner";
  if (!isRunning(contract)) return "contract_ended";
  if (row.state === "settled") return "invoice_closed";
  if (now.time <= row.dueTime) return "invoice_not_due";
  if (row.state === "disputed") return "invoice_disputed";
  if (contract.terms.suspension === undefined) return "suspension_not_agreed";
  if (supplyPointOf(draft, contract.plant).protection !== undefined) return "plant_protected";
  if (contract.state !== "active") return "procedure_running";
  move(draft, row.contract, { ...contract, invoice }, "notice", "invoice_overdue", now, emit);
  return "ok";
}

/** A deadline of the procedure has come: the next step, as far as the row still says so. */
export function takeStep(draft: Draft, id: Uint8Array, now: Moment, emit: EmitSupply): void {
  const contract = contractOf(draft, id);
  const { state, stepHeight, stepTime } = contract;
  if (stepHeight === 0 || stepHeight > now.height || stepTime > now.time) return;
  if (state === "restored") {
    move(draft, id, contract, "step", "restoration_over", now, emit);
    return;
  }
  assert(state === "notified" || state === "reduced", `a step of a contract that is ${state}`);
  const invoice = draft.get(SUPPLY_INVOICES, contract.invoice!);
  const { protection } = supplyPointOf(draft, contract.plant);
  assert(invoice?.state === "open" && protection === undefined, `contract ${toHex(id)} must not advance`);
  move(draft, id, contract, "step", state === "notified" ? "notice_over" : "reduction_over", now, emit);
}

/** Ends the procedure where it was about this invoice, of which nothing is left to pay. */
export function restore(
  draft: Draft,
  invoice: Uint8Array,
  basis: Basis,
  now: Moment,
  emit: EmitSupply,
): void {
  const { contract: id } = draft.get(SUPPLY_INVOICES, invoice)!;
  const contract = contractOf(draft, id);
  if (contract.invoice === undefined || !equalBytes(contract.invoice, invoice)) return;
  move(draft, id, contract, "settled", basis, now, emit);
}

/** Freezes the procedure where it is about this invoice, or goes on with it: `upheld`. */
export function holdProcedure(
  draft: Draft,
  invoice: Uint8Array,
  trigger: "disputed" | "upheld",
  now: Moment,
  emit: EmitSupply,
): void {
  const { contract: id } = draft.get(SUPPLY_INVOICES, invoice)!;
  const contract = contractOf(draft, id);
  if (contract.invoice === undefined || !equalBytes(contract.invoice, invoice)) return;
  const frozen = contract.state === "notified" ? "notified" : "reduced";
  if (trigger === "upheld") move(draft, id, contract, trigger, "claim_upheld", now, emit);
  else move(draft, id, { ...contract, frozen }, trigger, "disputed", now, emit);
}

/**
 * Protects a plant from being disconnected, whatever was agreed, and ends a procedure that is under way; or no
 * longer does, where `reason` is `undefined`. Saying the same twice changes nothing. Fails: plant_unknown.
 */
export function protectPlant(
  draft: Draft,
  plant: number,
  reason: Protection | undefined,
  now: Moment,
  emit: EmitSupply,
): Status {
  if (standingPlant(draft, plant) === undefined) return "plant_unknown";
  const point = supplyPointOf(draft, plant);
  if (point.protection?.reason === reason) return "ok";
  const { height, time } = now;
  const protection = reason === undefined ? undefined : { reason, height, time };
  if (protection === undefined && point.contracts.length === 0) draft.delete(SUPPLY_POINTS, plant);
  else draft.put(SUPPLY_POINTS, plant, { ...point, protection });
  emit(
    reason === undefined ? { type: "protection_ended", plant } : { type: "plant_protected", plant, reason },
  );
  if (reason === undefined) return "ok";
  for (const id of point.contracts) {
    const contract = contractOf(draft, id);
    if (isInProcedure(contract)) move(draft, id, contract, "protected", "protected", now, emit);
  }
  return "ok";
}

/** Brings a contract, as it is given, into the state that a trigger leads to, and enters its next step. */
export function move(
  draft: Draft,
  id: Uint8Array,
  contract: SupplyContract,
  trigger: Trigger,
  basis: Basis,
  now: Moment,
  emit: EmitSupply,
): void {
  const state = nextState(contract, trigger);
  assert(state !== undefined, `contract ${toHex(id)} is ${contract.state}: no ${trigger}`);
  const delay = delayOf(draft, contract, state);
  const step = delay === undefined ? { time: 0, height: 0 } : dueAfter(now, delay);
  const { invoice, seller, buyer, plant } = contract;
  const moved: SupplyContract = {
    ...contract,
    state,
    basis,
    since: now.time,
    sinceHeight: now.height,
    invoice: isInProcedure({ state }) ? invoice : undefined,
    frozen: state === "disputed" ? contract.frozen : undefined,
    stepTime: step.time,
    stepHeight: step.height,
  };
  draft.put(SUPPLY_CONTRACTS, id, moved);
  if (delay !== undefined) schedule(draft, { ...step, kind: SUPPLY_DEADLINE, id }, now);
  const { stepTime, stepHeight } = moved;
  emit({
    type: "supply_changed",
    contract: id,
    seller,
    buyer,
    plant,
    state,
    basis,
    invoice,
    stepTime,
    stepHeight,
  });
}

/** How long a state lasts by itself; `undefined` = until something is done. */
function delayOf(draft: Draft, { terms }: SupplyContract, state: SupplyState): Delay | undefined {
  const laws = parametersOf(draft);
  const { delayBlocks } = laws;
  if (state === "restored") return { delayS: 0, delayBlocks };
  if (state !== "notified" && state !== "reduced") return undefined;
  const agreed = suspensionInForce(terms, laws);
  assert(agreed !== undefined, "a procedure that nobody agreed to");
  return { delayS: state === "notified" ? agreed.noticeS : agreed.reducedS, delayBlocks };
}

export function contractOf(draft: Draft, id: Uint8Array): SupplyContract {
  const contract = draft.get(SUPPLY_CONTRACTS, id);
  assert(contract !== undefined, `contract ${toHex(id)} is not on record`);
  return contract;
}
