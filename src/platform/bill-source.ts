/**
 * Where a bill's evidence comes from: meter keys and rows from the chain, signed readings from the archive.
 */
import { toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { dayStart, type Zone } from "#base/time.ts";
import type { Evidence, MeterKey, Period, ProvenRow, SignedBatch } from "#billing/document.ts";
import { rowsFor } from "#billing/make.ts";
import type { ChainHost } from "#chain/host.ts";
import { type Checkpoint, type RowProof, vouchedBy } from "#ledger/proof.ts";
import type { Table } from "#ledger/state.ts";
import type { Archive } from "./archive.ts";
import { Refused } from "./problems.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

interface Ground {
  readonly host: ChainHost;
  readonly archive: Archive;
  readonly numbers: Pseudonyms;
  /** Whoever seals. */
  readonly operator: { readonly member: number } | undefined;
  readonly zone: Zone;
}

export class BillSource {
  readonly #options: Ground;

  constructor(ground: Ground) {
    this.#options = ground;
  }

  /** Of all numbers that the home's plant has had and all meters of each, the present one last. */
  metersOf(home: number): MeterKey[] {
    const { host, numbers } = this.#options;
    const view = host.view();
    return numbers.plantsOf(home).flatMap((plant) =>
      view
        .metersOf(plant)
        .map(({ key }) => ({ plant, key }))
        .toReversed(),
    );
  }

  /** Civil day by civil day; a signature whose readings are not all there vouches for none. */
  signedReadings(home: number, { from, until }: Period): SignedBatch[] {
    const { archive, zone } = this.#options;
    const batches: SignedBatch[] = [];
    for (let day = from; day < until; day++) {
      const [start, end] = [dayStart(zone, day), dayStart(zone, day + 1)];
      const kept = archive.signaturesOf(home, start, end);
      if (kept.length === 0) continue;
      const readings = archive.span(home, start, end).map(({ reading }) => reading);
      const at = new Map(readings.map((reading) => [reading.intervalStart, reading]));
      const each = kept.flatMap(({ signed, start: first, signature }) => {
        const reading = signed === "each" ? at.get(first) : undefined;
        return reading === undefined ? [] : [{ reading, signature }];
      });
      for (const { signed, start: first, last, count, signature } of kept) {
        if (signed !== "together") continue;
        const all = readings.filter(({ intervalStart }) => intervalStart >= first && intervalStart <= last);
        if (all.length === count) batches.push({ readings: all, signatures: [signature], signed });
      }
      if (each.length === 0) continue;
      batches.push({
        readings: each.map(({ reading }) => reading),
        signatures: each.map(({ signature }) => signature),
        signed: "each",
      });
    }
    return batches.toSorted((a, b) => a.readings[0]!.intervalStart - b.readings[0]!.intervalStart);
  }

  /** The rows of a bill under one checkpoint: the producer's last block, or the validators' next. */
  async prove(
    of: Omit<Parameters<typeof rowsFor>[1], "sealer">,
  ): Promise<Pick<Evidence, "checkpoint" | "rows">> {
    const { host, operator } = this.#options;
    const view = host.view();
    const wanted: { readonly table: Table<unknown, unknown>; readonly key: Uint8Array }[] = [];
    const rows = rowsFor(
      (table, key) => {
        wanted.push({ table: table as unknown as Table<unknown, unknown>, key });
        return view.proveRow(table, key);
      },
      { sealer: operator!.member, ...of },
    );
    if (host.proveRow === undefined) {
      const { header, signature } = view.tip!;
      return { checkpoint: { by: "producer", header, signature }, rows };
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const proofs = await Promise.all(
        wanted.map(({ table, key }) => host.proveRow!(table, decodedKey(table, key))),
      ).catch(() => undefined);
      const proven = proofs && ofOneState(proofs);
      if (proven !== undefined) return proven;
    }
    throw new Refused("network_silent");
  }
}

const ATTEMPTS = 3;

export const NOTHING: Evidence = {
  checkpoint: undefined,
  rows: [],
  meters: [],
  readings: [],
  tariffed: undefined,
  incentive: undefined,
  takenBack: undefined,
};

function decodedKey(table: Table<unknown, unknown>, bytes: Uint8Array): unknown {
  const key = decode(table.key, bytes);
  if (!key.ok) throw key.error;
  return key.value;
}

/** `undefined` where a block came in between. */
function ofOneState(proofs: readonly RowProof[]): { checkpoint: Checkpoint; rows: ProvenRow[] } | undefined {
  const roots = new Set(proofs.map(({ checkpoint }) => toHex(vouchedBy(checkpoint).stateRoot)));
  if (roots.size !== 1) return undefined;
  const rows = proofs.flatMap(({ table, key, row, path }) =>
    row === undefined ? [] : [{ table, key, row, path }],
  );
  return { checkpoint: proofs[0]!.checkpoint, rows };
}
