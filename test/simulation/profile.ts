/** What a seed plays with: each run breaks other things and leaves others whole, so that all combinations come up. */
import type { World } from "./world.ts";

export interface Profile {
  readonly validators: number;
  /** Blocks of the network. */
  readonly heights: number;
  /** Longest pause between two requests of clients, ms. */
  readonly clientMs: number;
  /** From the first transaction of a block of the embedded node to its sealing, ms. */
  readonly blockMs: number;
  /** Between two pieces of mischief, ms, on average. */
  readonly mischiefMs: number;
  /** Of 100 proposals, how many are of a proposer without honesty. */
  readonly byzantine: number;
  /** Of 100 messages of clients. */
  readonly loss: number;
  /** Disks fail. */
  readonly disk: boolean;
  /** Bits turn over at rest. */
  readonly rot: boolean;
  readonly realSignatures: boolean;
  /** Blocks from one snapshot of the validators to the next. */
  readonly snapshotEvery: number;
  /** Machines are replaced, and the new ones begin with a state of the others. */
  readonly stateSync: boolean;
  /** The height after which one machine is replaced for certain; 0 = none. */
  readonly replaceAt: number;
  readonly gridEnergySellable: boolean;
}

export function drawProfile(world: World): Profile {
  const calm = world.happens(1, 8);
  const stateSync = world.happens(1, 2);
  return {
    validators: world.pick([4, 4, 4, 5]),
    heights: world.between(5, 11),
    clientMs: world.pick([200, 500, 500, 900]),
    blockMs: world.pick([5, 20, 50, 50]),
    mischiefMs: calm ? 1_000_000 : world.pick([600, 1_500, 3_000]),
    byzantine: world.pick([0, 10, 30]),
    loss: world.pick([0, 5, 25]),
    disk: world.happens(1, 2),
    rot: world.happens(1, 2),
    realSignatures: world.happens(1, 25),
    snapshotEvery: world.pick([2, 3, 5]),
    stateSync,
    replaceAt: stateSync ? world.between(5, 9) : 0,
    gridEnergySellable: world.happens(1, 2),
  };
}
