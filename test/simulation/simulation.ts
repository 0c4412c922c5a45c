/** One run: a network of validators and an embedded node in one world, from one seed. */
import { Embedded } from "./embedded.ts";
import { Network } from "./network.ts";
import { drawProfile } from "./profile.ts";
import { streetOf } from "./street.ts";
import { World, type WorldOptions } from "./world.ts";

export interface RunReport {
  readonly seed: string;
  readonly events: number;
  /** SHA-256 over everything that happened. */
  readonly traceHash: string;
  readonly counts: ReadonlyMap<string, number>;
}

/** Throws `SimulationFailure` at the first invariant that does not hold. */
export async function simulate(seed: number | string, options: WorldOptions = {}): Promise<RunReport> {
  const world = new World(String(seed), options);
  const profile = drawProfile(world);
  world.note(`profile ${JSON.stringify(profile)}`);
  const street = streetOf(profile.gridEnergySellable);
  const network = new Network(world, street, profile);
  const embedded = new Embedded(world, street, profile);
  network.start();
  embedded.start();
  await world.run(() => network.done && embedded.done);
  const { events, counts } = world;
  return { seed: world.seed, events, traceHash: world.traceHash(), counts };
}
