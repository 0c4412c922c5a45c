/**
 * What a micro-CHP of the home makes, as its meter must know it: power from gas is never the sun's, and nobody is paid
 * for it ([ADR 33](../../docs/adr/0033-gas-power-is-no-suns.md)).
 *
 * It serves the house first. What the house does not use that second leaves: into the accumulator, beyond what the sun
 * and the MicroGrid charge, or out to the MicroGrid. Only these two parts are told apart here, by each second's powers;
 * for the time in which nobody looked, all that its register counted meanwhile is taken to have left. A reading then
 * holds neither of them.
 */
import { J_PER_WH } from "#plant/resolution.ts";

/** Mean powers since the last cycle, W ≥ 0. */
export interface GasFlows {
  readonly madeW: number;
  readonly toAccumulatorW: number;
  readonly toGridW: number;
}

/** What a cycle saw of a home's micro-CHPs. */
export interface GasSeen {
  /** The sum of their registers, Wh; `undefined` where one of them was not heard. */
  readonly registerWh: number | undefined;
  /** `undefined` where one of them, or another part of the home, was not heard. */
  readonly flowsW: GasFlows | undefined;
}

/** Between two closes. JSON. */
export interface GasState {
  readonly madeJ: number;
  readonly toAccumulatorJ: number;
  readonly toGridJ: number;
  /** The register at the last close, and its newest value, Wh. */
  readonly baseWh: number | null;
  readonly newestWh: number | null;
}

/** What left the house, J. */
export interface GasOut {
  readonly toAccumulatorJ: number;
  readonly toGridJ: number;
}

/** By what a register may be ahead of the powers that were seen, J, and of what it counted. */
const SLACK_J = 2 * J_PER_WH;
const SLACK_SHARE = 0.02;

export class GasPower {
  #madeJ: number;
  #toAccumulatorJ: number;
  #toGridJ: number;
  #baseWh: number | null;
  #newestWh: number | null;

  constructor(kept?: GasState) {
    this.#madeJ = kept?.madeJ ?? 0;
    this.#toAccumulatorJ = kept?.toAccumulatorJ ?? 0;
    this.#toGridJ = kept?.toGridJ ?? 0;
    this.#baseWh = kept?.baseWh ?? null;
    this.#newestWh = kept?.newestWh ?? null;
  }

  get state(): GasState {
    return {
      madeJ: this.#madeJ,
      toAccumulatorJ: this.#toAccumulatorJ,
      toGridJ: this.#toGridJ,
      baseWh: this.#baseWh,
      newestWh: this.#newestWh,
    };
  }

  see(seconds: number, { registerWh, flowsW }: GasSeen): void {
    if (flowsW !== undefined) {
      this.#madeJ += flowsW.madeW * seconds;
      this.#toAccumulatorJ += flowsW.toAccumulatorW * seconds;
      this.#toGridJ += flowsW.toGridW * seconds;
    }
    if (registerWh === undefined || !Number.isFinite(registerWh)) return;
    // One that fell back is another device's, or was reset: it counts from its new value on.
    if (this.#baseWh === null || registerWh < (this.#newestWh ?? this.#baseWh) - 0.5)
      this.#baseWh = registerWh;
    this.#newestWh = registerWh;
  }

  /** What left since the last close. */
  close(): GasOut {
    const countedJ = ((this.#newestWh ?? 0) - (this.#baseWh ?? 0)) * J_PER_WH;
    const unseenJ = countedJ - this.#madeJ;
    const isUnseen = unseenJ > SLACK_J + SLACK_SHARE * countedJ;
    const out = {
      toAccumulatorJ: this.#toAccumulatorJ,
      toGridJ: this.#toGridJ + (isUnseen ? unseenJ : 0),
    };
    this.#madeJ = 0;
    this.#toAccumulatorJ = 0;
    this.#toGridJ = 0;
    this.#baseWh = this.#newestWh;
    return out;
  }
}
