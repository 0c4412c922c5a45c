/** When a load ran, from its quarter hours: the words beside its strip. */
import type { LoadHistory } from "#wire/load-schemas.ts";

export interface LoadRun {
  readonly from: number;
  readonly to: number;
}

/** Quarter hours one after the other in which it took something are one run. */
export function runsOf(
  { energyWh }: Pick<LoadHistory, "energyWh">,
  starts: readonly number[],
  end: number,
): readonly LoadRun[] {
  const runs: LoadRun[] = [];
  for (let i = 0; i < starts.length; i++) {
    if ((energyWh[i] ?? 0) <= 0) continue;
    const first = i;
    while (i + 1 < starts.length && (energyWh[i + 1] ?? 0) > 0) i++;
    runs.push({ from: starts[first]!, to: starts[i + 1] ?? end });
  }
  return runs;
}
