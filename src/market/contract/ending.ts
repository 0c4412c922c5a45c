/**
 * How a supply ends: by its term, or by either party's word after the law's notice. It ends by itself in the first
 * block that has reached both time and height; then the last invoice may still come, until the contract is closed
 * and what the buyer had put aside goes back. What is unpaid then stays on record and can be paid; the procedure
 * is over.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { dueAfter, isDue } from "#ledger/revocation.ts";
import type { Draft } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { transfer } from "#ledger/transfer.ts";
import { MONEY, memberAccount, PREPAID } from "#market/books.ts";
import {
  isRunning,
  SUPPLY_CONTRACTS,
  SUPPLY_POINTS,
  SUPPLY_SELLERS,
  type SupplyContract,
  supplyPointOf,
  supplySellerOf,
} from "#market/contract/contract.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { contractOf, move, SUPPLY_DEADLINE, takeStep } from "#market/contract/procedure.ts";
import { parametersOf } from "#market/parameters.ts";

/**
 * Says that a supply is to end, `supplyEndNoticeS` and `delayBlocks` from now. Fails, in this order: not_the_owner
 * (neither seller nor buyer), contract_unknown, contract_ended (or it ends as soon already).
 */
export function endSupply(
  draft: Draft,
  id: Uint8Array,
  sender: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const contract = draft.get(SUPPLY_CONTRACTS, id);
  if (contract === undefined) return "contract_unknown";
  if (contract.buyer !== sender && contract.seller !== sender) return "not_the_owner";
  const { supplyEndNoticeS: delayS, delayBlocks } = parametersOf(draft);
  const due = dueAfter(now, { delayS, delayBlocks });
  if (!isRunning(contract) || contract.endsTime <= due.time) return "contract_ended";
  const by = contract.buyer === sender ? "buyer" : "seller";
  draft.put(SUPPLY_CONTRACTS, id, {
    ...contract,
    endsTime: due.time,
    endsHeight: due.height,
    endedBy: by,
  });
  schedule(draft, { ...due, kind: SUPPLY_DEADLINE, id }, now);
  emit({ type: "supply_ending", contract: id, by, endsTime: due.time });
  return "ok";
}

/** Called by the agenda, for whatever of the contract is due now: its end, its closing, or a step. */
export function supplyDue(draft: Draft, id: Uint8Array, now: Moment, emit: EmitSupply): void {
  const contract = contractOf(draft, id);
  const { state, endsTime, endsHeight, closesTime, closesHeight } = contract;
  if (isRunning(contract)) {
    if (isDue({ time: endsTime, height: endsHeight }, now)) end(draft, id, contract, now, emit);
    else takeStep(draft, id, now, emit);
  } else if (state === "ended" && isDue({ time: closesTime, height: closesHeight }, now)) {
    close(draft, id, contract, now, emit);
  }
}

function end(draft: Draft, id: Uint8Array, contract: SupplyContract, now: Moment, emit: EmitSupply): void {
  const { supplyFinalBillS: delayS, delayBlocks } = parametersOf(draft);
  const due = dueAfter(now, { delayS, delayBlocks });
  const { endedBy } = contract;
  const basis =
    endedBy === undefined ? "term_over" : endedBy === "buyer" ? "ended_by_buyer" : "ended_by_seller";
  const ended = { ...contract, closesTime: due.time, closesHeight: due.height };
  move(draft, id, ended, "over", basis, now, emit);
  schedule(draft, { ...due, kind: SUPPLY_DEADLINE, id }, now);
}

function close(draft: Draft, id: Uint8Array, contract: SupplyContract, now: Moment, emit: EmitSupply): void {
  const { plant, seller, buyer, reserve } = contract;
  if (reserve > 0n) {
    const to = memberAccount(buyer);
    const status = transfer(draft, { from: PREPAID, to, asset: MONEY, amount: reserve });
    assert(status === "ok", `what was put aside does not go back: ${status}`);
    emit({ type: "reserve_returned", contract: id, amount: reserve });
  }
  move(draft, id, { ...contract, reserve: MicroEur(0n) }, "final", "final_bill_over", now, emit);
  const point = supplyPointOf(draft, plant);
  const contracts = point.contracts.filter((other) => !equalBytes(other, id));
  if (contracts.length === 0 && point.protection === undefined) draft.delete(SUPPLY_POINTS, plant);
  else draft.put(SUPPLY_POINTS, plant, { ...point, contracts });
  const counted = supplySellerOf(draft, seller);
  draft.put(SUPPLY_SELLERS, seller, { ...counted, contracts: counted.contracts - 1 });
}
