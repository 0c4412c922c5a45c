/**
 * Suppliers' rates of the day. A rate is published for one civil day before that day begins, once, and is
 * never changed: who sells at noon can know at breakfast what it brings.
 */

import type { Codec } from "#base/codec.ts";
import { type DayNumber, dayOf, dayStart, type UnixSeconds } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import type { Draft, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { parametersOf } from "#market/parameters.ts";
import { SUPPLIERS } from "#market/participant.ts";

export interface RateKey {
  readonly supplier: number;
  readonly day: DayNumber;
}

export interface Rate {
  readonly rate: MicroEurPerKwh;
  /** Height and time of the block that fixed it. */
  readonly height: number;
  readonly time: UnixSeconds;
}

export const rateKeyCodec: Codec<RateKey> = {
  write: (writer, key) => writer.u32(key.supplier).u32(key.day),
  read: (reader) => ({ supplier: reader.u32(), day: reader.u32() }),
};

export const RATES: Table<RateKey, Rate> = {
  number: 13,
  name: "rates",
  key: rateKeyCodec,
  id: (key) => `${key.supplier}/${key.day}`,
  row: {
    write: (writer, row) => writer.u64(row.rate).uint(row.height).uint(row.time),
    read: (reader) => ({ rate: MicroEurPerKwh(reader.u64()), height: reader.uint(), time: reader.uint() }),
  },
};

/**
 * Fixes a supplier's rate for a day. Fails, in this order: supplier_unknown, supplier_suspended,
 * rate_out_of_range, rate_too_late (the day has begun, or begins within `rateClosesS`), rate_too_early,
 * rate_already_published.
 */
export function publishRate(
  draft: Draft,
  key: RateKey,
  rate: MicroEurPerKwh,
  block: { readonly height: number; readonly time: UnixSeconds },
): Status {
  const parameters = parametersOf(draft);
  const supplier = draft.get(SUPPLIERS, key.supplier);
  if (supplier === undefined) return "supplier_unknown";
  if (supplier.suspended) return "supplier_suspended";
  if (rate < parameters.rateLowest || rate > parameters.rateHighest) return "rate_out_of_range";
  if (block.time + parameters.rateClosesS >= dayStart(parameters.zone, key.day)) return "rate_too_late";
  if (key.day > dayOf(parameters.zone, block.time) + parameters.rateDaysAhead) return "rate_too_early";
  if (draft.get(RATES, key) !== undefined) return "rate_already_published";
  draft.put(RATES, key, { rate, height: block.height, time: block.time });
  return "ok";
}
