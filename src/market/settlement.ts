/**
 * Interval totals: what left and entered each accumulator in one quarter hour, as its counter signed it. An
 * entry moves the plant's stored energy, gives what was exported to the plant's open sales in the order of
 * their authorisation, and closes the sales that are complete or at their last quarter hour.
 *
 * The readings themselves stay with the home and the head-end; the chain sees the movement of the store and a
 * Merkle root over salted commitments of the readings, by which a home can prove its own later.
 *
 * What a meter proved has happened, whatever was reserved: where a house used energy that was sold, the sale
 * keeps only what is left in the store, and ends partly delivered.
 */
import { type Codec, CodecError } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import { adjust, balanceOf } from "#ledger/account.ts";
import type { Draft, StateReader } from "#ledger/state.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import { CHARGED, GRID, LOST, memberAccount, SOLAR, storeAccount, UNSOLD, USED } from "#market/books.ts";
import type { Emit } from "#market/events.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";
import { PLANTS, type Plant, standingPlant } from "#market/participant.ts";
import { closeSale, holdEnergy, isDeliveredIn, releaseEnergy, SALES, type Sale } from "#market/sale.ts";

/** Stored energy of one origin, whole Wh, each ≥ 0; as in `metering/reading`. */
export interface StoreMovement {
  readonly chargedWh: number;
  readonly usedWh: number;
  readonly exportedWh: number;
  readonly lostWh: number;
}

export interface IntervalEntry {
  readonly plant: number;
  readonly storedSolar: StoreMovement;
  readonly storedGrid: StoreMovement;
}

export interface IntervalTotals {
  readonly intervalStart: UnixSeconds;
  /** Merkle root over the salted commitments of all readings of this batch, by plant. */
  readonly commitmentsRoot: Uint8Array;
  /** Ascending by plant; plants whose store did not move may be left out. */
  readonly entries: readonly IntervalEntry[];
}

export const MAX_ENTRIES = 1_700;
const ORIGINS = [
  { asset: SOLAR, of: (entry: IntervalEntry) => entry.storedSolar },
  { asset: GRID, of: (entry: IntervalEntry) => entry.storedGrid },
] as const;

const movementCodec: Codec<StoreMovement> = {
  write: (writer, m) => writer.u32(m.chargedWh).u32(m.usedWh).u32(m.exportedWh).u32(m.lostWh),
  read: (reader) => ({
    chargedWh: reader.u32(),
    usedWh: reader.u32(),
    exportedWh: reader.u32(),
    lostWh: reader.u32(),
  }),
};

export const intervalTotalsCodec: Codec<IntervalTotals> = {
  write(writer, totals) {
    writer.uint(totals.intervalStart).fixed(totals.commitmentsRoot, 32);
    writer.list(totals.entries, MAX_ENTRIES, (w, entry) => {
      w.u32(entry.plant);
      movementCodec.write(w, entry.storedSolar);
      movementCodec.write(w, entry.storedGrid);
    });
  },
  read(reader) {
    const intervalStart = reader.uint();
    if (intervalStart > 2 ** 48) throw new CodecError("interval beyond all calendars");
    return {
      intervalStart,
      commitmentsRoot: reader.fixed(32),
      entries: reader.list(MAX_ENTRIES, (r) => ({
        plant: r.u32(),
        storedSolar: movementCodec.read(r),
        storedGrid: movementCodec.read(r),
      })),
    };
  },
};

/**
 * Whether one entry can be booked, on its own. Fails, in this order: plant_unknown,
 * interval_already_submitted (this one or a later one was), store_overdrawn, grid_energy_not_sellable,
 * exceeds_plant_limits.
 */
export function checkEntry(state: StateReader, intervalStart: UnixSeconds, entry: IntervalEntry): Status {
  const plant = standingPlant(state, entry.plant);
  if (plant === undefined) return "plant_unknown";
  if (plant.lastInterval >= intervalStart) return "interval_already_submitted";
  const parameters = parametersOf(state);
  let stored = 0n;
  for (const { asset, of } of ORIGINS) {
    const { chargedWh, usedWh, exportedWh, lostWh } = of(entry);
    const closing =
      balanceOf(state, storeAccount(entry.plant), asset).posted +
      BigInt(chargedWh - usedWh - exportedWh - lostWh);
    if (closing < 0n) return "store_overdrawn";
    stored += closing;
  }
  if (entry.storedGrid.exportedWh > 0 && !parameters.gridEnergySellable) return "grid_energy_not_sellable";
  return withinLimits(plant, entry, stored, parameters) ? "ok" : "exceeds_plant_limits";
}

/**
 * Books the entries of a batch, all or none. Fails, in this order: plant_unknown, interval_misaligned,
 * interval_in_future (it has not ended), interval_already_submitted, entries_out_of_order (or twice the same
 * plant), store_overdrawn, grid_energy_not_sellable, exceeds_plant_limits.
 */
export function submitInterval(
  draft: Draft,
  totals: IntervalTotals,
  block: { readonly height: number; readonly time: UnixSeconds },
  emit: Emit,
): Status {
  const status = checkTotals(draft, totals, block.time);
  if (status !== "ok") return status;
  const sums = new Sums();
  for (const entry of totals.entries) bookEntry(draft, totals.intervalStart, entry, block, sums, emit);
  sums.post(draft);
  emit({
    type: "interval_submitted",
    intervalStart: totals.intervalStart,
    plants: totals.entries.length,
    commitmentsRoot: totals.commitmentsRoot,
  });
  return "ok";
}

function checkTotals(state: StateReader, totals: IntervalTotals, time: UnixSeconds): Status {
  const { intervalStart, entries } = totals;
  let worst: Status = "ok";
  const note = (status: Status) => {
    if (status !== "ok" && (worst === "ok" || STATUS[status] < STATUS[worst])) worst = status;
  };
  if (intervalStart % QUARTER_HOUR_S !== 0) note("interval_misaligned");
  if (intervalStart + QUARTER_HOUR_S > time) note("interval_in_future");
  let previous = -1;
  for (const entry of entries) {
    if (entry.plant <= previous) note("entries_out_of_order");
    previous = entry.plant;
    note(checkEntry(state, intervalStart, entry));
  }
  return worst;
}

/**
 * Energy over a quarter hour at the plant's powers, and what its accumulator can hold; with the meter's
 * tolerance and one watt-hour for its rounding. Whole numbers: watts and thousandths stay far below 2^53.
 */
function withinLimits(plant: Plant, entry: IntervalEntry, stored: bigint, parameters: Parameters): boolean {
  const { storedSolar, storedGrid } = entry;
  const tolerance = 1000 + parameters.meterTolerancePerMille;
  const charged = storedSolar.chargedWh + storedGrid.chargedWh;
  const discharged = storedSolar.usedWh + storedSolar.exportedWh + storedGrid.usedWh + storedGrid.exportedWh;
  return (
    (charged - 1) * 4000 <= plant.chargePowerMaxW * tolerance &&
    (discharged - 1) * 4000 <= plant.dischargePowerMaxW * tolerance &&
    (stored - 1n) * 1000n <= plant.capacity * BigInt(tolerance)
  );
}

function bookEntry(
  draft: Draft,
  intervalStart: UnixSeconds,
  entry: IntervalEntry,
  block: { readonly height: number; readonly time: UnixSeconds },
  sums: Sums,
  emit: Emit,
): void {
  const plant = draft.get(PLANTS, entry.plant)!;
  const open = plant.openSales.map((id) => ({ id, sale: draft.get(SALES, id)! }));
  for (const { id } of open) releaseEnergy(draft, id);

  const delivered = open.map(() => 0);
  for (const { asset, of } of ORIGINS) {
    const { chargedWh, usedWh, exportedWh, lostWh } = of(entry);
    const change = chargedWh - usedWh - exportedWh - lostWh;
    let unsold = exportedWh;
    for (const [i, { sale }] of open.entries()) {
      if (unsold === 0) break;
      if (!isDeliveredIn(sale, intervalStart)) continue;
      const rest = Number(sale.energy - sale.delivered) - delivered[i]!;
      const taken = Math.min(unsold, rest);
      if (taken === 0) continue;
      delivered[i]! += taken;
      unsold -= taken;
      adjust(draft, memberAccount(sale.supplier), asset, BigInt(taken));
    }
    if (chargedWh + usedWh + exportedWh + lostWh === 0) continue;
    adjust(draft, storeAccount(entry.plant), asset, BigInt(change));
    sums.add(asset, chargedWh, usedWh, lostWh, unsold);
  }
  draft.put(PLANTS, entry.plant, { ...plant, lastInterval: intervalStart });

  const staying: { id: Uint8Array; sale: Sale }[] = [];
  for (const [i, { id, sale: before }] of open.entries()) {
    const sale = { ...before, delivered: Wh(before.delivered + BigInt(delivered[i]!)) };
    if (delivered[i]! > 0) {
      emit({ type: "sale_progressed", sale: id, plant: entry.plant, delivered: sale.delivered });
    }
    if (sale.delivered === sale.energy || intervalStart >= sale.lastInterval) {
      closeSale(draft, id, sale, block, emit);
    } else {
      staying.push({ id, sale });
    }
  }
  if (staying.length === 0) return;
  const parameters = parametersOf(draft);
  for (const { id, sale } of staying) {
    draft.put(SALES, id, sale);
    holdEnergy(draft, id, sale, parameters, block.height);
  }
}

/** The far sides of a batch's movements, posted once for all plants. */
class Sums {
  readonly #sums = [SOLAR, GRID].map((asset) => ({ asset, charged: 0, used: 0, lost: 0, unsold: 0 }));

  add(asset: number, charged: number, used: number, lost: number, unsold: number): void {
    const sum = this.#sums.find((s) => s.asset === asset)!;
    sum.charged += charged;
    sum.used += used;
    sum.lost += lost;
    sum.unsold += unsold;
  }

  post(draft: Draft): void {
    for (const { asset, charged, used, lost, unsold } of this.#sums) {
      if (charged > 0) adjust(draft, CHARGED, asset, BigInt(-charged));
      if (used > 0) adjust(draft, USED, asset, BigInt(used));
      if (lost > 0) adjust(draft, LOST, asset, BigInt(lost));
      if (unsold > 0) adjust(draft, UNSOLD, asset, BigInt(unsold));
    }
  }
}
