/** What a process image says of the home as a whole: registers for the meter, values for whoever watches. */

import type { UnixSeconds } from "#base/time.ts";
import type { Commanded } from "#control/command.ts";
import { FLOW } from "#plant/flows.ts";
import type { LiveValues } from "#wire/gateway-messages.ts";
import type { CycleResult } from "./cycle.ts";
import type { HomeSettings } from "./home-settings.ts";
import { type Books, type Seen, solarShareOf } from "./meter.ts";
import { isLoad, ofKind, type ProcessImage, registerSum } from "./process-image.ts";

/** The registers of a quantity's devices together, Wh; `undefined` where one of them was not heard. */
export function registersOf(image: ProcessImage): Seen["registersWh"] {
  const counters = ofKind(image, "counter");
  const meters = ofKind(image, "solar_meter");
  const suns = meters.length > 0 ? meters : ofKind(image, "inverter");
  const accumulators = ofKind(image, "accumulator");
  return {
    import: registerSum(image, counters, "importWh"),
    export: registerSum(image, counters, "exportWh"),
    solar: registerSum(image, suns, "energyWh"),
    charged: registerSum(image, accumulators, "chargedWh"),
    discharged: registerSum(image, accumulators, "dischargedWh"),
  };
}

export function liveValuesOf(
  image: ProcessImage,
  { measuredW, storedWh }: CycleResult,
  at: {
    readonly time: UnixSeconds;
    readonly stepS: number;
    readonly books: Books | undefined;
    readonly soldReservedWh: number;
  },
): LiveValues {
  const flow = (index: number) => measuredW?.[index] ?? 0;
  const books = at.books ?? { solarWh: 0, gridWh: 0 };
  const content = storedWh ?? books.solarWh + books.gridWh;
  const solarShare = solarShareOf(books);
  return {
    time: at.time,
    stepS: at.stepS,
    flowsW: {
      solarToHome: flow(FLOW.solarToHome),
      solarToAccumulator: flow(FLOW.solarToAccumulator),
      solarToGrid: flow(FLOW.solarToGrid),
      accumulatorToHome: flow(FLOW.accumulatorToHome),
      accumulatorToGrid: flow(FLOW.accumulatorToGrid),
      gridToHome: flow(FLOW.gridToHome),
      gridToAccumulator: flow(FLOW.gridToAccumulator),
    },
    storedSolarWh: content * solarShare,
    storedGridWh: content * (1 - solarShare),
    soldReservedWh: at.soldReservedWh,
    appliancesW: Object.fromEntries(
      image.devices.flatMap(({ id, kind, values }) =>
        isLoad(kind) && kind !== "micro_chp" && values.powerW !== undefined ? [[id, values.powerW]] : [],
      ),
    ),
  };
}

/** What a command may ask of the accumulator; `undefined`: there is none, "unknown": it has not told yet. */
export function commandable(
  image: ProcessImage,
  { accumulator: sheet }: HomeSettings,
): Commanded | "unknown" | undefined {
  const [battery] = ofKind(image, "accumulator");
  if (battery === undefined) return undefined;
  const { values } = battery;
  const known = {
    capacityWh: sheet.capacityWh || (values.capacityWh ?? 0),
    chargePowerMaxW: sheet.chargePowerMaxW || (values.chargePowerMaxW ?? 0),
    dischargePowerMaxW: sheet.dischargePowerMaxW || (values.dischargePowerMaxW ?? 0),
  };
  return Object.values(known).every((value) => value > 0) ? known : "unknown";
}
