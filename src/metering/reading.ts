/**
 * One home, one quarter hour: what flowed where, in whole watt-hours, as its bidirectional energy counter
 * (BEC) states and signs it. The seven directed flows are all a home can have; every other energy is a sum
 * of them, so the parts of a screen or a bill add up exactly.
 *
 * The stored energy is kept apart by where it came from: `…Solar` from the home's own panels, `…Grid` from
 * the MicroGrid. A reading is a closed book: opening store + charged − taken out − lost = closing store, for
 * each origin (`storeAfter`).
 *
 * Plain numbers here are whole watt-hours below 2^32; money and ledger balances are bigints (`base/units`).
 */

/** Energy by connection in one interval, whole Wh, each ≥ 0. */
export interface EnergyFlows {
  readonly solarToHome: number;
  readonly solarToAccumulator: number;
  readonly solarToGrid: number;
  readonly accumulatorToHome: number;
  readonly accumulatorToGrid: number;
  readonly gridToHome: number;
  readonly gridToAccumulator: number;
}

/** What happened to the stored energy of one origin in one interval, whole Wh, each ≥ 0. */
export interface StoreMovement {
  /** Into the accumulator's terminals. */
  readonly chargedWh: number;
  /** Out of the terminals, to the home's appliances. */
  readonly usedWh: number;
  /** Out of the terminals, through the BEC, into the MicroGrid. */
  readonly exportedWh: number;
  /** Conversion and standby losses. */
  readonly lostWh: number;
}

export interface Reading {
  /** The plant's number on the ledger. */
  readonly plant: number;
  /** Unix seconds, a multiple of 900: the interval is [start, start + 900). */
  readonly intervalStart: number;
  readonly flows: EnergyFlows;
  readonly storedSolar: StoreMovement;
  readonly storedGrid: StoreMovement;
  /** Content of the accumulator at the end of the interval. */
  readonly closingSolarWh: number;
  readonly closingGridWh: number;
}

export function storeAfter(openingWh: number, movement: StoreMovement): number {
  return openingWh + movement.chargedWh - movement.usedWh - movement.exportedWh - movement.lostWh;
}

export function generationWh(flows: EnergyFlows): number {
  return flows.solarToHome + flows.solarToAccumulator + flows.solarToGrid;
}

export function demandWh(flows: EnergyFlows): number {
  return flows.solarToHome + flows.accumulatorToHome + flows.gridToHome;
}

export function importWh(flows: EnergyFlows): number {
  return flows.gridToHome + flows.gridToAccumulator;
}

export function exportWh(flows: EnergyFlows): number {
  return flows.solarToGrid + flows.accumulatorToGrid;
}

/** What a reading says of its quarter hour, Wh, in the order in which archive and bills keep it in columns. */
export function columnsOf({ flows, storedSolar, storedGrid, ...closing }: Reading): number[] {
  return [
    flows.solarToHome,
    flows.solarToAccumulator,
    flows.solarToGrid,
    flows.accumulatorToHome,
    flows.accumulatorToGrid,
    flows.gridToHome,
    flows.gridToAccumulator,
    storedSolar.chargedWh,
    storedSolar.usedWh,
    storedSolar.exportedWh,
    storedSolar.lostWh,
    storedGrid.chargedWh,
    storedGrid.usedWh,
    storedGrid.exportedWh,
    storedGrid.lostWh,
    closing.closingSolarWh,
    closing.closingGridWh,
  ];
}
