/**
 * Bills out of evidence. Which rows of the chain each kind needs is said here once, so that whoever makes a bill, the
 * platform or a simulation, only says how a row is proved.
 */

import { encode } from "#base/codec.ts";
import { ok, type Result } from "#base/result.ts";
import { dayOf } from "#base/time.ts";
import type { Bill, BillHead, Evidence, MeterKey, ProvenRow } from "#billing/document.ts";
import { coverageOf, type LinesProblem, linesOf } from "#billing/lines.ts";
import { totalsOf, vatOf } from "#billing/totals.ts";
import type { SparseProof } from "#crypto/sparse-tree.ts";
import { MEMBERS } from "#ledger/member.ts";
import type { Table } from "#ledger/state.ts";
import { SUPPLY_CONTRACTS } from "#market/contract/contract.ts";
import { METERS } from "#market/meter.ts";
import { PLANTS } from "#market/participant.ts";
import { RATES } from "#market/rate.ts";
import { isOpen, SALES, type Sale } from "#market/sale.ts";

/** Lines, taxes and totals as they follow from the evidence. Fails as `linesOf` does. */
export function makeBill(head: BillHead, evidence: Evidence): Result<Bill, LinesProblem> {
  const lines = linesOf(head, evidence);
  if (!lines.ok) return lines;
  const vat = vatOf(lines.value);
  return ok({
    ...head,
    coverage: coverageOf(head, evidence),
    lines: lines.value,
    vat,
    totals: totalsOf(lines.value, vat),
    evidence,
  });
}

/** How a row of the state is proved; `undefined` where there is none. */
export type Prove = <K, V>(
  table: Table<K, V>,
  key: Uint8Array,
) => { readonly row: Uint8Array | undefined; readonly path: SparseProof } | undefined;

/** The rows that a bill needs: who seals it, whose meter it is and since when, the contract, and of sales these and their days' rates. */
export function rowsFor(
  prove: Prove,
  of: {
    readonly sealer: number;
    readonly meters: readonly MeterKey[];
    readonly contract?: Uint8Array;
    readonly sales?: readonly { readonly id: Uint8Array; readonly sale: Sale }[];
  },
): ProvenRow[] {
  const rows = new Map<string, ProvenRow>();
  const add = <K, V>(table: Table<K, V>, key: K) => {
    const name = `${table.name} ${table.id(key)}`;
    if (rows.has(name)) return;
    const bytes = encode(table.key, key);
    const proved = prove(table, bytes);
    if (proved?.row === undefined) return;
    rows.set(name, { table: table.number, key: bytes, row: proved.row, path: proved.path });
  };
  add(MEMBERS, of.sealer);
  for (const { plant } of of.meters) add(PLANTS, plant);
  for (const { key } of of.meters) add(METERS, key);
  if (of.contract !== undefined) add(SUPPLY_CONTRACTS, of.contract);
  for (const { sale } of of.sales ?? []) add(RATES, { supplier: sale.supplier, day: sale.day });
  for (const { id } of of.sales ?? []) add(SALES, id);
  return [...rows.values()];
}

/** Whether a sale is one of a bill's: closed in its period, between its two. */
export function isBilled(
  { number, zone, period }: Pick<BillHead, "number" | "zone" | "period">,
  sale: Sale,
  sellers: ReadonlySet<number>,
): boolean {
  if (isOpen(sale) || sale.delivered === 0n) return false;
  const day = dayOf(zone, sale.closedTime);
  const within = day >= period.from && day < period.until;
  return within && sale.supplier === number.issuer && sellers.has(sale.seller);
}
