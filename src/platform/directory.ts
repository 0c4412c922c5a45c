/**
 * What the chain does not know: whom its numbers stand for. Names and addresses stay with the platform and are
 * shown to their owner, not to the neighbours.
 */
import type { Role } from "#wire/schemas.ts";

export interface DirectoryMember {
  readonly name: string;
  readonly address: string | null;
  readonly role: Role;
}

export interface DirectoryPlant {
  readonly name: string;
  readonly address: string;
  readonly microgrid: string;
  readonly feeder: number;
  /** What the owner wants kept in the accumulator, Wh; a fifth of its capacity where nothing is said. */
  readonly reserveWh?: number;
  /** Contracted power of its connection to the MicroGrid, W; 3 kW where nothing is said. */
  readonly contractedW?: number;
}

export interface Directory {
  member(number: number): DirectoryMember | undefined;
  plant(number: number): DirectoryPlant | undefined;
}

const RESERVE_SHARE = 0.2;

/** What a home keeps for itself, whole Wh. */
export function reserveOf(plant: DirectoryPlant | undefined, capacityWh: number): number {
  return Math.min(capacityWh, Math.round(plant?.reserveWh ?? capacityWh * RESERVE_SHARE));
}
