/**
 * The best an accumulator could have earned, as a linear program for HiGHS: what the planner and the exact optimum of
 * `control/foresight` are held to. Solar and MicroGrid energy are two books, of which only the first may go out
 * unless resale is allowed. Energies are Wh at the terminals, per step: a surplus charged, b bought, h (solar) and k
 * (grid) served to the home, x (solar) and y (grid) sent out; contents s and g at the end of a step.
 */
import * as highsModule from "highs";
import type { Lived } from "#control/foresight.ts";
import type { StoreModel, Terms } from "#control/outlook.ts";

/** Its types describe another module format than the one that Node loads. */
const loadHighs = highsModule.default as unknown as typeof highsModule.default.default;

/** The least cost over none, µEUR saved; the accumulator begins with `contentWh` from the panels. */
export async function highsSaving(
  store: StoreModel,
  { stepS, loadW, solarW }: Lived,
  { importPrice, exportPrice }: Terms,
  contentWh: number,
): Promise<number> {
  const highs = await loadHighs();
  const { oneWayEfficiency: e, wear, capacityWh, reserveWh, ceilingWh } = store;
  const hours = stepS / 3600;
  const objective: string[] = [];
  const rows: string[] = [];
  const bounds: string[] = [];
  for (let t = 0; t < loadW.length; t++) {
    const lacking = (loadW[t]! - solarW[t]!) * hours;
    const [deficit, surplus] = [Math.max(0, lacking), Math.max(0, -lacking)];
    const p = importPrice[t]!;
    const q = Math.min(p, exportPrice[t]!);
    objective.push(
      `+ ${q + wear} a${t} + ${p + wear} b${t} - ${p - wear} h${t} - ${p - wear} k${t} - ${q - wear} x${t} - ${q - wear} y${t}`,
    );
    const before = t === 0 ? "" : `- s${t - 1}`;
    const gridBefore = t === 0 ? "" : `- g${t - 1}`;
    rows.push(`s${t} ${before} - ${e} a${t} + ${1 / e} h${t} + ${1 / e} x${t} = ${t === 0 ? contentWh : 0}`);
    rows.push(`g${t} ${gridBefore} - ${e} b${t} + ${1 / e} k${t} + ${1 / e} y${t} = 0`);
    rows.push(`s${t} + g${t} <= ${Math.min(capacityWh, ceilingWh)}`);
    rows.push(`s${t} + g${t} >= ${reserveWh}`);
    rows.push(`a${t} + b${t} <= ${store.chargePowerMaxW * hours}`);
    rows.push(`h${t} + k${t} + x${t} + y${t} <= ${store.dischargePowerMaxW * hours}`);
    rows.push(`h${t} + k${t} <= ${deficit}`);
    bounds.push(`a${t} <= ${surplus}`);
    if (!store.feedsIn) bounds.push(`x${t} <= 0`);
    if (!store.feedsIn || !store.gridEnergySellable) bounds.push(`y${t} <= 0`);
  }
  const problem = `Minimize\n cost: ${objective.join("\n ")}\nSubject To\n ${rows
    .map((row, i) => `r${i}: ${row}`)
    .join("\n ")}\nBounds\n ${bounds.join("\n ")}\nEnd\n`;
  const solution = highs.solve(problem, { output_flag: false });
  if (solution.Status !== "Optimal") throw new Error(`HiGHS: ${solution.Status}`);
  return -solution.ObjectiveValue / 1000;
}
