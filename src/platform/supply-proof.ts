/**
 * The rows behind what is asked of a home, with what proves them, so that its gateway need not take the platform's
 * word (`gateway/proven-orders`): under the producer's last block, or the validators' next.
 */

import { equalBytes } from "#base/bytes.ts";
import type { ChainHost } from "#chain/host.ts";
import { vouchedBy } from "#ledger/proof.ts";
import type { ProvenRows } from "#ledger/proven-rows.ts";
import type { StateReader, Table } from "#ledger/state.ts";
import { homeOrdersOf } from "#market/home-orders.ts";

const ATTEMPTS = 3;

/** `undefined` where nobody vouches for a state yet, or the network is silent. `plant`: its number now. */
export async function proveHomeOrders(
  host: Pick<ChainHost, "view" | "proveRow">,
  plant: number,
): Promise<ProvenRows | undefined> {
  const question = (state: StateReader) => void homeOrdersOf(state, plant);
  if (host.proveRow === undefined) return host.view().proveAnswers(question);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const wanted: { readonly table: Table<unknown, unknown>; readonly key: unknown }[] = [];
    host.view().ask((state) =>
      question({
        get<K, V>(table: Table<K, V>, key: K): V | undefined {
          wanted.push({ table: table as unknown as Table<unknown, unknown>, key });
          return state.get(table, key);
        },
      }),
    );
    const proofs = await Promise.all(wanted.map(({ table, key }) => host.proveRow!(table, key))).catch(
      () => undefined,
    );
    const [first] = proofs ?? [];
    if (proofs === undefined || first === undefined) continue;
    const { stateRoot } = vouchedBy(first.checkpoint);
    // A block came in between: the rows are of two states.
    if (!proofs.every(({ checkpoint }) => equalBytes(vouchedBy(checkpoint).stateRoot, stateRoot))) continue;
    return {
      checkpoint: first.checkpoint,
      rows: proofs.map(({ table, key, row, path }) => ({ table, key, row, path })),
    };
  }
  return undefined;
}
