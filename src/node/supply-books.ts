/**
 * The laws of supply contracts over a whole state, from its rows: money put aside is what the contracts say; what a
 * plant, a contract and a seller list or count is on record; an invoice is settled exactly when nothing is left of it;
 * and no procedure runs that nobody agreed to, against a protected plant, or about a settled invoice.
 */
import { toHex } from "#base/bytes.ts";
import {
  isRunning,
  type SupplyContract,
  type SupplyPoint,
  type SupplySeller,
} from "#market/contract/contract.ts";
import { restOf, type SupplyInvoice } from "#market/contract/invoice.ts";
import { isInProcedure } from "#market/contract/procedure.ts";

interface Rows<K, V> {
  readonly key: K;
  readonly row: V;
}

export interface SupplyRows {
  readonly contracts: readonly Rows<Uint8Array, SupplyContract>[];
  readonly invoices: readonly Rows<Uint8Array, SupplyInvoice>[];
  readonly points: readonly Rows<number, SupplyPoint>[];
  readonly sellers: readonly Rows<number, SupplySeller>[];
}

/** `prepaid` is what that account holds, in µEUR. */
export function supplyProblems(rows: SupplyRows, prepaid: bigint): string[] {
  return [...checkReserves(rows, prepaid), ...checkContracts(rows), ...checkSellers(rows)];
}

function checkReserves({ contracts }: SupplyRows, prepaid: bigint): string[] {
  let expected = 0n;
  for (const { row } of contracts) expected += row.reserve;
  return prepaid === expected ? [] : [`${prepaid} is put aside, the contracts say ${expected}`];
}

function checkContracts({ contracts, invoices, points }: SupplyRows): string[] {
  const problems: string[] = [];
  const bills = new Map(invoices.map(({ key, row }) => [toHex(key), row]));
  const pointOf = new Map(points.map(({ key, row }) => [key, row]));
  const unlisted = new Map<string, string>();
  for (const [id, row] of bills) {
    if ((row.state === "settled") !== (restOf(row) === 0n) || restOf(row) < 0n) {
      problems.push(`invoice ${id} is ${row.state} with ${restOf(row)} left`);
    }
    if (row.state !== "settled") unlisted.set(id, toHex(row.contract));
  }
  const suspendable = new Set<number>();
  for (const { key, row } of contracts) {
    const id = toHex(key);
    for (const unpaid of row.unpaid.map(toHex)) {
      if (unlisted.get(unpaid) !== id) problems.push(`contract ${id} lists ${unpaid}, which is not unpaid`);
      unlisted.delete(unpaid);
    }
    const point = pointOf.get(row.plant);
    const listed = point?.contracts.some((one) => toHex(one) === id) ?? false;
    if (listed !== (row.state !== "closed")) problems.push(`contract ${id} is ${row.state} at its plant`);
    if (isRunning(row) && row.terms.suspension !== undefined) {
      if (suspendable.has(row.plant)) problems.push(`plant ${row.plant} may be suspended twice`);
      suspendable.add(row.plant);
    }
    if (!isInProcedure(row)) {
      if (row.invoice !== undefined) problems.push(`contract ${id} is ${row.state} for an invoice`);
      continue;
    }
    const bill = row.invoice === undefined ? undefined : bills.get(toHex(row.invoice));
    const right =
      bill !== undefined &&
      toHex(bill.contract) === id &&
      bill.state === (row.state === "disputed" ? "disputed" : "open") &&
      row.terms.suspension !== undefined &&
      point?.protection === undefined;
    if (!right) problems.push(`contract ${id} is ${row.state} and must not be`);
  }
  for (const [invoice, contract] of unlisted) {
    problems.push(`contract ${contract} does not list its unpaid invoice ${invoice}`);
  }
  return problems;
}

function checkSellers({ contracts, invoices, sellers }: SupplyRows): string[] {
  const problems: string[] = [];
  const counts = new Map(sellers.map(({ key }) => [key, { contracts: 0, unpaid: 0 }]));
  const sellerOf = new Map<string, number>();
  for (const { key, row } of contracts) {
    sellerOf.set(toHex(key), row.seller);
    const count = counts.get(row.seller);
    if (count === undefined) problems.push(`seller ${row.seller} of a contract is not counted`);
    else if (row.state !== "closed") count.contracts += 1;
  }
  const numbers = new Set<string>();
  for (const { key, row } of invoices) {
    const seller = sellerOf.get(toHex(row.contract));
    const count = seller === undefined ? undefined : counts.get(seller);
    if (count === undefined) problems.push(`invoice ${toHex(key)} is of no contract`);
    else if (row.state !== "settled") count.unpaid += 1;
    const number = `${seller} ${row.year} ${row.number}`;
    if (numbers.has(number)) problems.push(`two invoices have the seller, year and number ${number}`);
    numbers.add(number);
  }
  for (const { key, row } of sellers) {
    const { contracts: running, unpaid } = counts.get(key)!;
    if (row.contracts !== running || row.unpaid !== unpaid) {
      problems.push(`seller ${key} counts ${row.contracts} and ${row.unpaid}, not ${running} and ${unpaid}`);
    }
    for (let number = 1; number <= row.number; number++) {
      if (!numbers.has(`${key} ${row.year} ${number}`)) {
        problems.push(`seller ${key} has no invoice ${number} of ${row.year}`);
      }
    }
  }
  return problems;
}
