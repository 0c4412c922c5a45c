/**
 * The energy balance of a run: how much of the panels' energy stays in the homes, alone and shared with the
 * neighbours.
 *
 * Per slot t and home i with demand L and generation G: import M = max(0, L − G), export X = max(0, G − L),
 * or, with accumulators, what the counter measured. Own use is G − X (with an accumulator that includes what is
 * stored and what storing loses), own cover L − M. Shared energy is
 * S = min(ΣX, ΣM) per slot. "Alone" counts own use only; "shared" adds S. Sharing counted per hour (as the
 * Italian rule does) sums the quarter hours' imports and exports before matching; it can only be more.
 *
 * Any unit of energy will do, whole Wh from readings or float kWh from a file: the figures are in the same.
 */

/** Sums over a run. Energies in the unit they were fed in; shares from 0 to 1, NaN over nothing. */
export interface BalanceFigures {
  readonly generation: number;
  readonly demand: number;
  readonly imported: number;
  readonly exported: number;
  readonly selfConsumptionAlone: number;
  readonly selfSufficiencyAlone: number;
  readonly selfConsumptionShared: number;
  readonly selfSufficiencyShared: number;
  /** Matched slot by slot. */
  readonly sharedPerSlot: number;
  /** Matched hour by hour. */
  readonly sharedPerHour: number;
  /** Highest net flow out of and into the community in a slot, as energy of the slot. */
  readonly peakExport: number;
  readonly peakImport: number;
}

export class Balance {
  readonly #slotsPerHour: number;
  #generation = 0;
  #demand = 0;
  #imported = 0;
  #exported = 0;
  #ownUse = 0;
  #ownCover = 0;
  #sharedPerSlot = 0;
  #sharedPerHour = 0;
  #peakExport = 0;
  #peakImport = 0;
  #slotImport = 0;
  #slotExport = 0;
  #hourImport = 0;
  #hourExport = 0;
  #slotsInHour = 0;

  /** Slots of a quarter hour by default. The first slot fed begins an hour. */
  constructor(slotsPerHour = 4) {
    this.#slotsPerHour = slotsPerHour;
  }

  /**
   * One home's slot: what it generated, consumed, took from and gave to the MicroGrid. Between two calls of
   * `closeSlot` each home comes once.
   */
  add(generation: number, demand: number, imported: number, exported: number): void {
    this.#generation += generation;
    this.#demand += demand;
    this.#imported += imported;
    this.#exported += exported;
    this.#ownUse += generation - exported;
    this.#ownCover += demand - imported;
    this.#slotImport += imported;
    this.#slotExport += exported;
  }

  /** Matches the slot. */
  closeSlot(): void {
    const imported = this.#slotImport;
    const exported = this.#slotExport;
    this.#sharedPerSlot += Math.min(imported, exported);
    this.#peakExport = Math.max(this.#peakExport, exported - imported);
    this.#peakImport = Math.max(this.#peakImport, imported - exported);
    this.#hourImport += imported;
    this.#hourExport += exported;
    this.#slotImport = 0;
    this.#slotExport = 0;
    if (++this.#slotsInHour === this.#slotsPerHour) this.#closeHour();
  }

  /** The figures up to the last closed slot; an hour not yet full is matched as it stands. */
  figures(): BalanceFigures {
    const generation = this.#generation;
    const demand = this.#demand;
    const shared = this.#sharedPerSlot;
    return {
      generation,
      demand,
      imported: this.#imported,
      exported: this.#exported,
      selfConsumptionAlone: this.#ownUse / generation,
      selfSufficiencyAlone: this.#ownCover / demand,
      selfConsumptionShared: (this.#ownUse + shared) / generation,
      selfSufficiencyShared: (this.#ownCover + shared) / demand,
      sharedPerSlot: shared,
      sharedPerHour: this.#sharedPerHour + Math.min(this.#hourImport, this.#hourExport),
      peakExport: this.#peakExport,
      peakImport: this.#peakImport,
    };
  }

  #closeHour(): void {
    this.#sharedPerHour += Math.min(this.#hourImport, this.#hourExport);
    this.#hourImport = 0;
    this.#hourExport = 0;
    this.#slotsInHour = 0;
  }
}
