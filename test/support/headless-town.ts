/** Headless towns for tests: the whole production stack on a disk in memory. */
import { parseInstant } from "#base/time.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { type HeadlessOptions, HeadlessTown } from "#sim/headless.ts";
import { planTown, type TownChoices } from "#sim/plan.ts";

export type Choices = Omit<Partial<TownChoices>, "start"> & { readonly start?: string };

/** A made-up town of three homes where nothing else is said. */
export function choicesOf({ start, ...others }: Choices): TownChoices {
  return {
    seed: 7,
    homes: 3,
    measured: undefined,
    start: start === undefined ? undefined : parseInstant(start)!,
    solarHomes: "default",
    solarPeakKwp: undefined,
    solarColumn: undefined,
    accumulatorKwh: undefined,
    accumulatorKw: undefined,
    ...others,
  };
}

export function openTown(
  choices: Choices = {},
  options: Partial<HeadlessOptions> = {},
): Promise<HeadlessTown> {
  return HeadlessTown.open(planTown(choicesOf(choices)), {
    folder: "/town",
    stepS: 900,
    trade: true,
    signatures: "interval",
    storage: new MemoryStorage(),
    ...options,
  });
}
