/**
 * The home's meter: what flowed in each quarter hour, from the devices' own registers, split into the seven flows and
 * the store's two books, and given off in whole Wh by `metering/load-profile`.
 *
 * Five energies are measured: what came in and went out (counter), what the panels gave, what went into the
 * accumulator and came out. Each counts by its register's difference where the device has one, by adding up its power
 * otherwise. Of the seven flows two stay open, what the accumulator took from the MicroGrid and what it gave to it;
 * each second's powers tell them, and the registers bound them. So a gateway that was off knows what flowed meanwhile:
 * the registers' difference is spread evenly over the quarter hours that it missed, nothing of it is lost.
 *
 * A register that cannot be read at the end of a quarter hour is stood in for by added-up power; when it can be read
 * again the difference is counted against what was given off since. One that fell back (a device was replaced) counts
 * from its new value on.
 *
 * Import and export follow the counter exactly, since they are billed. Where the registers contradict each other (each
 * is read at its own instant and in its own resolution) the panels' energy gives way, and makes up for it later.
 *
 * What a micro-CHP makes is no quantity of a reading: the house's own use of it lessens what the house draws, and what
 * leaves (`gas-power`) is taken out of what was charged and exported. What of it was stored serves the house before
 * anything else does. In a home with one the sun's energy is what its own meter says and no more: there the panels do
 * not make up for registers that contradict each other, since it might be gas.
 *
 * The content follows the state of charge: what it lacks against the books is lost; what it has too much is not
 * invented, so the books may be behind a coarse state of charge by its resolution, never ahead for long. Discharge
 * beyond the books is not counted: what nobody can account for earns nothing.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { type Carried, LoadProfile } from "#metering/load-profile.ts";
import type { Reading } from "#metering/reading.ts";
import { MOVEMENT, MOVEMENTS } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { type GasOut, GasPower, type GasSeen, type GasState } from "./gas-power.ts";

/** In the order in which they are kept. */
export const QUANTITIES = ["import", "export", "solar", "charged", "discharged"] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** Content of the store by the meter's books, by origin, Wh. */
export interface Books {
  readonly solarWh: number;
  readonly gridWh: number;
  /** Out of a micro-CHP, beside the books of the ledger. */
  readonly gasWh?: number;
}

/** What a cycle saw. `undefined` where nobody knows it. */
export interface Seen {
  /** The sum of the devices' registers, Wh. */
  readonly registersWh: { readonly [quantity in Quantity]: number | undefined };
  /** Mean flows of the seconds since the last cycle, W by `plant/flows`. */
  readonly flowsW: Float64Array | undefined;
  /** By the state of charge, Wh. */
  readonly storedWh: number | undefined;
  /** Absent in a home without a micro-CHP. */
  readonly gas?: GasSeen | undefined;
}

/** Where one quantity stands. */
interface Account {
  /** The register's value from which it counts, Wh; `null` before the first. */
  baseWh: number | null;
  /** What was given off since, J. */
  givenJ: number;
  /** Added up from powers since the register was last read, J. */
  addedJ: number;
  /** The newest value of the register, Wh. */
  newestWh: number | null;
}

/** All that a meter must keep to go on after a restart. JSON. */
export interface MeterState {
  readonly version: 1;
  readonly intervalStart: UnixSeconds;
  readonly accounts: readonly Account[];
  /** Added up since the last close, J: MicroGrid to accumulator, accumulator to MicroGrid. */
  readonly gridToAccumulatorJ: number;
  readonly accumulatorToGridJ: number;
  /** Content by the books, J. */
  readonly solarJ: number;
  readonly gridJ: number;
  readonly storedWh: number | null;
  /** Stored out of gas, J, and what a micro-CHP did since the last close; absent in a home without one. */
  readonly storedGasJ?: number;
  readonly gas?: GasState;
  /** Of the load profile: below a whole Wh. */
  readonly carried: Carried;
  /** Of the time since the last close, what went by before its quarter hour began by the clock, s; absent: none. */
  readonly overdueS?: number;
}

export interface Closed {
  readonly reading: Reading;
  /** Spread over quarter hours in which nobody looked. */
  readonly isSpread: boolean;
}

/** Energies of a quarter hour are multiples of this, J: the power that they make is then on the grid. */
const GRAIN_J = QUARTER_HOUR_S / 1024;
/** Quarter hours; the energy of a longer absence is spread over its last ones. */
const SPREAD_MAX = 96 * 120;
/** A cycle that comes later after the end of a quarter hour than this has missed it. */
const LATE_S = 10;

export class Meter {
  readonly plant: number;
  #profile: LoadProfile;
  #intervalStart: UnixSeconds;
  readonly #accounts: { readonly [quantity in Quantity]: Account };
  #gridToAccumulatorJ = 0;
  #accumulatorToGridJ = 0;
  #solarJ: number;
  #gridJ: number;
  #storedWh: number | undefined;
  #gas: GasPower | undefined;
  #gasJ: number;
  #overdueS: number;

  /** Opens at a quarter hour with what the books hold, Wh; or goes on from what was kept. */
  constructor(
    plant: number,
    opening: { readonly from: UnixSeconds; readonly solarWh: number; readonly gridWh: number } | MeterState,
  ) {
    this.plant = plant;
    const kept = "version" in opening ? opening : undefined;
    this.#intervalStart = kept?.intervalStart ?? (opening as { from: UnixSeconds }).from;
    this.#solarJ = kept?.solarJ ?? (opening as { solarWh: number }).solarWh * J_PER_WH;
    this.#gridJ = kept?.gridJ ?? (opening as { gridWh: number }).gridWh * J_PER_WH;
    this.#gridToAccumulatorJ = kept?.gridToAccumulatorJ ?? 0;
    this.#accumulatorToGridJ = kept?.accumulatorToGridJ ?? 0;
    this.#storedWh = kept?.storedWh ?? undefined;
    this.#gas = kept?.gas && new GasPower(kept.gas);
    this.#gasJ = kept?.storedGasJ ?? 0;
    this.#overdueS = kept?.overdueS ?? 0;
    this.#accounts = Object.fromEntries(
      QUANTITIES.map((quantity, i) => [
        quantity,
        { ...(kept?.accounts[i] ?? { baseWh: null, givenJ: 0, addedJ: 0, newestWh: null }) },
      ]),
    ) as unknown as { readonly [quantity in Quantity]: Account };
    this.#profile =
      kept === undefined
        ? new LoadProfile(plant, this.#intervalStart, this.#solarJ, this.#gridJ)
        : LoadProfile.resume(plant, this.#intervalStart, kept.carried);
  }

  /** Start of the quarter hour that runs. */
  get intervalStart(): UnixSeconds {
    return this.#intervalStart;
  }

  get books(): Books {
    const gasWh = this.#gasJ / J_PER_WH;
    return {
      solarWh: this.#solarJ / J_PER_WH,
      gridWh: this.#gridJ / J_PER_WH,
      ...(gasWh > 0 && { gasWh }),
    };
  }

  /** What left the accumulator for the MicroGrid in the quarter hour that runs, J. */
  get exportedJ(): number {
    return this.#accumulatorToGridJ;
  }

  get state(): MeterState {
    return {
      version: 1,
      intervalStart: this.#intervalStart,
      accounts: QUANTITIES.map((quantity) => ({ ...this.#accounts[quantity] })),
      gridToAccumulatorJ: this.#gridToAccumulatorJ,
      accumulatorToGridJ: this.#accumulatorToGridJ,
      solarJ: this.#solarJ,
      gridJ: this.#gridJ,
      storedWh: this.#storedWh ?? null,
      ...(this.#gas && { gas: this.#gas.state, storedGasJ: this.#gasJ }),
      carried: this.#profile.carried,
      ...(this.#overdueS > 0 && { overdueS: this.#overdueS }),
    };
  }

  /**
   * Counts what a cycle saw at an instant; `seconds` since the one before. Returns the quarter hours that ended with
   * it, oldest first. An instant before the quarter hour that runs closes nothing: a clock that was set back makes no
   * reading twice. What flows in a time that is lived again belongs to the quarter hours to come, to each as much
   * again as its own at most, so that none holds more than a home can draw.
   */
  see(now: UnixSeconds, seconds: number, seen: Seen): Closed[] {
    const closed: Closed[] = [];
    // What ends with this very cycle is closed with its registers: they are the nearest to the end.
    const runs = quarterHourOf(now);
    if (runs > this.#intervalStart) {
      this.#count(0, seen);
      closed.push(...this.#close(runs, now));
    }
    this.#count(seconds, seen);
    if (runs < this.#intervalStart) this.#overdueS += seconds;
    return closed;
  }

  #count(seconds: number, { registersWh, flowsW, storedWh, gas }: Seen): void {
    if (gas !== undefined) {
      this.#gas ??= new GasPower();
      this.#gas.see(seconds, gas);
    }
    for (const quantity of QUANTITIES) {
      const account = this.#accounts[quantity];
      const register = registersWh[quantity];
      if (flowsW !== undefined) account.addedJ += powerOf(quantity, flowsW) * seconds;
      if (register === undefined || !Number.isFinite(register)) continue;
      if (account.baseWh === null) {
        // What was added up before its first value is not in its difference.
        account.baseWh = register;
        account.givenJ = -account.addedJ;
      } else if (register < (account.newestWh ?? account.baseWh) - 0.5) {
        const before = (account.newestWh ?? account.baseWh) - account.baseWh;
        account.givenJ -= before * J_PER_WH;
        account.baseWh = register;
      }
      account.newestWh = register;
      account.addedJ = 0;
    }
    if (flowsW !== undefined) {
      this.#gridToAccumulatorJ += flowsW[FLOW.gridToAccumulator]! * seconds;
      this.#accumulatorToGridJ += flowsW[FLOW.accumulatorToGrid]! * seconds;
    }
    if (storedWh !== undefined) this.#storedWh = storedWh;
  }

  /** Closes every quarter hour before `runs`; those that were missed share with each other what flowed. */
  #close(runs: UnixSeconds, now: UnixSeconds): Closed[] {
    const count = (runs - this.#intervalStart) / QUARTER_HOUR_S;
    const spread = Math.min(count, SPREAD_MAX);
    // Who looks long after the end: part of a register's difference belongs to the quarter hour that runs.
    const lateShare = now - runs > LATE_S ? (now - runs) / (now - this.#intervalStart) : 0;
    const dueJ = QUANTITIES.map((quantity) => {
      const account = this.#accounts[quantity];
      return due(account) * (account.newestWh === null || account.addedJ > 0 ? 1 : 1 - lateShare);
    });
    if (count > spread) {
      this.#intervalStart += (count - spread) * QUARTER_HOUR_S;
      this.#profile = LoadProfile.resume(this.plant, this.#intervalStart, this.#profile.carried);
    }
    const ownS = spread * QUARTER_HOUR_S;
    const share = Math.min(1, (2 * ownS) / (ownS + this.#overdueS));
    this.#overdueS = Math.max(0, this.#overdueS - ownS);
    for (let q = 0; q < dueJ.length; q++) dueJ[q]! *= share;
    const contentJ = this.#solarJ + this.#gridJ + this.#gasJ;
    const changeJ = this.#storedWh === undefined ? undefined : (this.#storedWh * J_PER_WH - contentJ) * share;
    const hints = {
      gridToAccumulatorJ: (this.#gridToAccumulatorJ * share) / spread,
      accumulatorToGridJ: (this.#accumulatorToGridJ * share) / spread,
      gas: shareOf(this.#gas?.close(), spread),
    };
    const closed: Closed[] = [];
    for (let i = 0; i < spread; i++) {
      const energies = dueJ.map((joules) => Math.max(0, grain(joules / (spread - i))));
      const targetJ = changeJ === undefined ? undefined : contentJ + (changeJ * (i + 1)) / spread;
      const booked = this.#book(energies as [number, number, number, number, number], { ...hints, targetJ });
      for (const [q, quantity] of QUANTITIES.entries()) {
        dueJ[q]! -= booked.energies[q]!;
        this.#accounts[quantity].givenJ += booked.energies[q]!;
      }
      this.#profile.add(QUARTER_HOUR_S, booked.flowsW, booked.movementJ);
      closed.push({ reading: this.#profile.close(), isSpread: spread > 1 || share < 1 });
      this.#intervalStart += QUARTER_HOUR_S;
    }
    this.#gridToAccumulatorJ *= 1 - share;
    this.#accumulatorToGridJ *= 1 - share;
    for (const quantity of QUANTITIES) {
      const account = this.#accounts[quantity];
      if (account.baseWh === null) account.addedJ = Math.max(0, account.addedJ - account.givenJ);
      if (account.baseWh === null) account.givenJ = 0;
    }
    return closed;
  }

  /** One quarter hour: the flows that its energies allow, and the store's movements. */
  #book(
    [importJ, exportJ, sunJ, chargedJ, dischargedJ]: [number, number, number, number, number],
    hints: {
      readonly gridToAccumulatorJ: number;
      readonly accumulatorToGridJ: number;
      /** What left of a micro-CHP's; `undefined` where the home has none. */
      readonly gas: GasOut | undefined;
      readonly targetJ: number | undefined;
    },
  ): { readonly flowsW: Float64Array; readonly movementJ: Float64Array; readonly energies: number[] } {
    const { gas } = hints;
    const gasIn = clamp(grain(gas?.toAccumulatorJ ?? 0), 0, chargedJ);
    const gasOut = clamp(grain(gas?.toGridJ ?? 0), 0, exportJ);
    // Of what was stored out of gas, all that the house took.
    const gasUsed = clamp(
      grain(dischargedJ - hints.accumulatorToGridJ),
      0,
      Math.min(dischargedJ, grain(this.#gasJ)),
    );
    const content = this.#solarJ + this.#gridJ;
    const [booked, out] = [chargedJ - gasIn, exportJ - gasOut];
    const givenJ = Math.min(dischargedJ - gasUsed, grain(content + booked));
    // How much of the accumulator's energy crossed the connection, within what each register allows.
    const fromGrid = clamp(grain(hints.gridToAccumulatorJ), 0, Math.min(importJ, booked));
    const toGrid = clamp(grain(hints.accumulatorToGridJ), 0, Math.min(out, givenJ));
    const mostSunJ = gas === undefined ? Number.POSITIVE_INFINITY : sunJ;
    const fromSun = Math.min(booked - fromGrid, mostSunJ);
    const sunOut = Math.min(out - toGrid, mostSunJ - fromSun);
    const sun = Math.max(sunJ, fromSun + sunOut);
    const sunHome = sun - fromSun - sunOut;
    const toHome = givenJ - toGrid;
    const flowsW = new Float64Array(FLOWS);
    flowsW[FLOW.solarToHome] = sunHome / QUARTER_HOUR_S;
    flowsW[FLOW.solarToAccumulator] = fromSun / QUARTER_HOUR_S;
    flowsW[FLOW.solarToGrid] = sunOut / QUARTER_HOUR_S;
    flowsW[FLOW.accumulatorToHome] = toHome / QUARTER_HOUR_S;
    flowsW[FLOW.accumulatorToGrid] = toGrid / QUARTER_HOUR_S;
    flowsW[FLOW.gridToHome] = (importJ - fromGrid) / QUARTER_HOUR_S;
    flowsW[FLOW.gridToAccumulator] = fromGrid / QUARTER_HOUR_S;

    const movementJ = new Float64Array(MOVEMENTS);
    let solar = this.#solarJ + fromSun;
    let grid = this.#gridJ + fromGrid;
    // The home takes grid energy first, so that what may be sold stays; a sale takes solar energy first.
    const usedGrid = Math.min(toHome, grid);
    const usedSolar = toHome - usedGrid;
    grid -= usedGrid;
    solar -= usedSolar;
    const soldSolar = Math.min(toGrid, solar);
    const soldGrid = toGrid - soldSolar;
    solar -= soldSolar;
    grid -= soldGrid;
    const { targetJ } = hints;
    // What went in beside the books is nobody's: gas.
    let stored = this.#gasJ - gasUsed + (booked - fromGrid - fromSun) + gasIn;
    const lostAll =
      targetJ === undefined ? 0 : clamp(solar + grid + stored - targetJ, 0, solar + grid + stored);
    const lostGas = solar + grid + stored > 0 ? (lostAll * stored) / (solar + grid + stored) : 0;
    stored -= lostGas;
    const lost = lostAll - lostGas;
    const lostSolar = solar + grid > 0 ? grain((lost * solar) / (solar + grid)) : 0;
    const lostGrid = Math.min(grid, grain(lost - lostSolar));
    movementJ[MOVEMENT.chargedSolar] = fromSun;
    movementJ[MOVEMENT.usedSolar] = usedSolar;
    movementJ[MOVEMENT.exportedSolar] = soldSolar;
    movementJ[MOVEMENT.lostSolar] = lostSolar;
    movementJ[MOVEMENT.chargedGrid] = fromGrid;
    movementJ[MOVEMENT.usedGrid] = usedGrid;
    movementJ[MOVEMENT.exportedGrid] = soldGrid;
    movementJ[MOVEMENT.lostGrid] = lostGrid;
    this.#solarJ = solar - lostSolar;
    this.#gridJ = grid - lostGrid;
    this.#gasJ = stored;
    // What was given beyond the books counts as given: it is not asked for again.
    return { flowsW, movementJ, energies: [importJ, exportJ, sun, chargedJ, dischargedJ] };
  }
}

/** What is still to be given off, J: the register's difference, and what was added up since it was last read. */
function due({ baseWh, givenJ, addedJ, newestWh }: Account): number {
  if (baseWh === null || newestWh === null) return addedJ;
  return (newestWh - baseWh) * J_PER_WH - givenJ + addedJ;
}

/** W of a quantity in a set of flows. */
function powerOf(quantity: Quantity, flowsW: Float64Array): number {
  switch (quantity) {
    case "import":
      return flowsW[FLOW.gridToHome]! + flowsW[FLOW.gridToAccumulator]!;
    case "export":
      return flowsW[FLOW.solarToGrid]! + flowsW[FLOW.accumulatorToGrid]!;
    case "solar":
      return flowsW[FLOW.solarToHome]! + flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.solarToGrid]!;
    case "charged":
      return flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.gridToAccumulator]!;
    case "discharged":
      return flowsW[FLOW.accumulatorToHome]! + flowsW[FLOW.accumulatorToGrid]!;
  }
}

function grain(joules: number): number {
  return Math.floor(joules / GRAIN_J) * GRAIN_J;
}

function shareOf(out: GasOut | undefined, of: number): GasOut | undefined {
  return out && { toAccumulatorJ: out.toAccumulatorJ / of, toGridJ: out.toGridJ / of };
}

/** Of a content, by the books; what was stored out of gas is never the sun's. */
export function solarShareOf({ solarWh, gridWh, gasWh = 0 }: Books): number {
  const allWh = solarWh + gridWh + gasWh;
  return allWh > 0 ? solarWh / allWh : 0;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
