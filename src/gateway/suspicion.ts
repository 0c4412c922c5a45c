/**
 * Which values of a process image are not to be believed, though they arrived: older than the cycle allows, outside
 * of what can be, frozen while the rest of the home moves, of the wrong sign, not following what was asked. Judged
 * from the image, the former ones and the setpoints that stand; what is doubted is treated as lost in this very cycle.
 *
 * The counter is tested by what the accumulators do: if they give 500 W more, 500 W less must come in. If nothing
 * comes of it, the counter is frozen; if more comes in, its sign is wrong. The home's own load hides this for one
 * cycle, hardly for two in a row with the same figure. Its registers tell besides: what goes out does not turn the
 * register of what comes in.
 *
 * Left out: suspicions that need days (a string in the shade, a battery that ages) or other homes (`anomaly`).
 */
import { POINTS, type PointName } from "#devices/points.ts";
import type { FaultCode } from "./fault-book.ts";
import type { HomeSettings } from "./home-settings.ts";
import { type DeviceImage, freshValue, maxAgeOf, type ProcessImage } from "./process-image.ts";

export interface Doubt {
  /** Of the device. */
  readonly id: string;
  readonly code: FaultCode;
  /** Whether its values are out; a doubt about registers leaves powers alone. */
  readonly isLost: boolean;
  readonly numbers: { readonly [name: string]: number };
}

/** A change of the accumulators that the counter must answer to, W. */
const MOVED_W = 300;
/** Two readings may be a second apart: parts of a home that must sum to something may miss by so much, W. */
const UNBALANCED_W = 200;
/** A micro-CHP that does not tell its rating gives no more than this, W. */
const UNTOLD_GAS_W = 6_000;
/** How long a doubt of the sign stands, ms: at rest nothing could clear it. */
const LATCHED_MS = 600_000;
/** Of the capacity, that went in or out without the state of charge moving. */
const UNMOVED_SHARE = 0.05;

interface Memory {
  readonly counters: Map<PointName, number>;
  powerW: number | undefined;
  /** What panels and accumulators gave when this device's power last changed. */
  givenThenW: number;
  readingsSince: number;
  measuredAt: number | undefined;
  /** Cycles in a row with more than was asked, and with the other sign. */
  excess: number;
  opposed: number;
  soc: number | undefined;
  throughputWh: number;
  /** Since a counter's power last changed its sign: energy by its power, and its registers then, Wh. */
  turned: { energyWh: number; readonly importWh: number; readonly exportWh: number } | undefined;
  /** Since a register of the counter moved last: their sum, the energy by its power, the finest step seen, Wh. */
  still: { sumWh: number; energyWh: number; stepWh: number } | undefined;
}

export class Suspicion {
  readonly #settings: HomeSettings;
  readonly #memory = new Map<string, Memory>();
  #wrongSign = 0;
  #unbalanced = 0;
  #latchedUntil = 0;
  #beforeW: { readonly counterW: number; readonly accumulatorsW: number } | undefined;
  #at = 0;

  constructor(settings: HomeSettings) {
    this.#settings = settings;
  }

  /** `setpointsW`: what stands at each accumulator since the last cycle. `maxAgeMs`: of values. */
  examine(image: ProcessImage, setpointsW: ReadonlyMap<string, number>, maxAgeMs: number): Doubt[] {
    const doubts: Doubt[] = [];
    const elapsedMs = this.#at === 0 ? 0 : Math.max(0, image.at - this.#at);
    this.#at = image.at;
    const accumulatorsW = totalW(image, "accumulator", maxAgeMs) ?? 0;
    const sunW = totalW(image, "inverter", maxAgeMs) ?? solarPowerW(image, maxAgeMs) ?? 0;
    const givenW = accumulatorsW + sunW;
    const ratedW = ratedSunW(image);
    for (const device of image.devices) {
      const memory = this.#of(device);
      const doubt = (code: FaultCode, numbers: Doubt["numbers"] = {}, isLost = true) =>
        void doubts.push({ id: device.id, code, isLost, numbers });
      const powerW = freshValue(image, device, "powerW", maxAgeOf(device.kind, maxAgeMs));
      if (device.problem === "out_of_range") doubt("value_out_of_range");
      else if (powerW === undefined) {
        const silentS = device.measuredAt === undefined ? 0 : (image.at - device.measuredAt) / 1000;
        doubt("device_silent", { silentS: Math.round(silentS) });
        continue;
      } else if (isImpossible(device, powerW, this.#settings, ratedW))
        doubt("value_out_of_range", { powerW });
      registersBackwards(device, memory, doubt);
      if (powerW === undefined) continue;
      if (device.kind === "accumulator") {
        this.#examineAccumulator(device, memory, powerW, setpointsW.get(device.id), elapsedMs, doubt);
      }
      if (device.kind === "counter") {
        this.#examineCounter(image, memory, powerW, { accumulatorsW, givenW }, doubt);
        if (countsOtherWay(device, memory, powerW, elapsedMs)) this.#latchedUntil = image.at + LATCHED_MS;
        if (standsStill(device, memory, powerW, elapsedMs)) doubt("value_frozen", { powerW });
      }
      const isNew = device.measuredAt !== memory.measuredAt;
      if (memory.powerW !== powerW) {
        memory.givenThenW = givenW;
        memory.readingsSince = 0;
      } else if (isNew) memory.readingsSince += 1;
      memory.powerW = powerW;
      memory.measuredAt = device.measuredAt;
    }
    this.#examineBalance(image, accumulatorsW, maxAgeMs, doubts);
    return doubts;
  }

  #examineAccumulator(
    device: DeviceImage,
    memory: Memory,
    powerW: number,
    setpointW: number | undefined,
    elapsedMs: number,
    doubt: (code: FaultCode, numbers?: Doubt["numbers"]) => void,
  ): void {
    const soc = device.values.socPercent;
    if (soc !== undefined && !(soc >= 0 && soc <= 100)) doubt("value_out_of_range", { socPercent: soc });
    const capacityWh = device.values.capacityWh ?? this.#settings.accumulator.capacityWh;
    if (soc === memory.soc) {
      memory.throughputWh += (powerW * elapsedMs) / 3_600_000;
      const restsAtEnd = soc !== undefined && (soc >= 99 || soc <= 1);
      if (capacityWh > 0 && !restsAtEnd && Math.abs(memory.throughputWh) > UNMOVED_SHARE * capacityWh) {
        doubt("value_frozen", { socPercent: soc ?? -1, movedWh: Math.round(memory.throughputWh) });
      }
    } else memory.throughputWh = 0;
    memory.soc = soc;
    if (setpointW === undefined) return;
    const high = Math.max(0, setpointW) + MOVED_W;
    const low = Math.min(0, setpointW) - MOVED_W;
    memory.excess = powerW > high || powerW < low ? memory.excess + 1 : 0;
    const isOpposed = Math.abs(setpointW) > MOVED_W && powerW * setpointW < 0 && Math.abs(powerW) > MOVED_W;
    memory.opposed = isOpposed ? memory.opposed + 1 : 0;
    if (memory.opposed >= 2) doubt("wrong_sign", { powerW, setpointW });
    else if (memory.excess >= 3) doubt("setpoint_not_kept", { powerW, setpointW });
  }

  #examineCounter(
    image: ProcessImage,
    memory: Memory,
    powerW: number,
    { accumulatorsW, givenW }: { readonly accumulatorsW: number; readonly givenW: number },
    doubt: (code: FaultCode, numbers?: Doubt["numbers"]) => void,
  ): void {
    const before = this.#beforeW;
    this.#beforeW = { counterW: powerW, accumulatorsW };
    const movedW = givenW - memory.givenThenW;
    if (memory.powerW === powerW && memory.readingsSince >= 1 && Math.abs(movedW) > MOVED_W) {
      doubt("value_frozen", { powerW, movedW: Math.round(movedW) });
    }
    if (before !== undefined) {
      const given = accumulatorsW - before.accumulatorsW;
      const answered = powerW - before.counterW;
      if (Math.abs(given) > MOVED_W) {
        if (Math.abs(answered - given) < Math.abs(given) / 5) this.#wrongSign += 1;
        else if (Math.abs(answered + given) < Math.abs(given) / 2) this.#wrongSign = 0;
      }
    }
    if (this.#wrongSign >= 2) {
      this.#latchedUntil = image.at + LATCHED_MS;
      this.#wrongSign = 0;
    }
    if (image.at < this.#latchedUntil) doubt("wrong_sign", { powerW });
  }

  /** A home cannot use less than nothing: then a counter counts the wrong way, or a device is not where it seems. */
  #examineBalance(image: ProcessImage, accumulatorsW: number, maxAgeMs: number, doubts: Doubt[]): void {
    const gridW = totalW(image, "counter", maxAgeMs);
    const solarW = solarPowerW(image, maxAgeMs);
    if (gridW === undefined || solarW === undefined || doubts.some(({ isLost }) => isLost)) {
      this.#unbalanced = 0;
      return;
    }
    const gasW = gasMostW(image);
    const loadW = gridW + solarW + accumulatorsW + gasW;
    const gross = Math.abs(gridW) + Math.abs(solarW) + Math.abs(accumulatorsW) + gasW;
    this.#unbalanced = loadW < -(UNBALANCED_W + gross / 20) ? this.#unbalanced + 1 : 0;
    if (this.#unbalanced < 2) return;
    const counter = image.devices.find(({ kind }) => kind === "counter")!;
    doubts.push({
      id: counter.id,
      code: "balance_impossible",
      isLost: true,
      numbers: { gridW, solarW, accumulatorW: accumulatorsW, loadW: Math.round(loadW) },
    });
  }

  #of({ id }: DeviceImage): Memory {
    let memory = this.#memory.get(id);
    if (memory === undefined) {
      memory = {
        counters: new Map(),
        powerW: undefined,
        givenThenW: 0,
        turned: undefined,
        still: undefined,
        readingsSince: 0,
        measuredAt: undefined,
        excess: 0,
        opposed: 0,
        soc: undefined,
        throughputWh: 0,
      };
      this.#memory.set(id, memory);
    }
    return memory;
  }
}

/** What a kind's devices measure together, W; `undefined` where one of them is not fresh, or there is none. */
export function totalW(image: ProcessImage, kind: DeviceImage["kind"], maxAgeMs: number): number | undefined {
  let sum: number | undefined;
  for (const device of image.devices) {
    if (device.kind !== kind) continue;
    const powerW = freshValue(image, device, "powerW", maxAgeMs);
    if (powerW === undefined) return undefined;
    sum = (sum ?? 0) + powerW;
  }
  return sum;
}

/** By the solar meter where there is one, by the inverters otherwise; 0 where there is neither. */
export function solarPowerW(image: ProcessImage, maxAgeMs: number): number | undefined {
  const kinds = new Set(image.devices.map(({ kind }) => kind));
  if (kinds.has("solar_meter")) {
    return totalW(image, "solar_meter", maxAgeMs) ?? totalW(image, "inverter", maxAgeMs);
  }
  return kinds.has("inverter") ? totalW(image, "inverter", maxAgeMs) : 0;
}

/** What micro-CHPs give, W; 0 where there are none, `undefined` where one of them is not heard. */
export function gasPowerW(image: ProcessImage, maxAgeMs: number): number | undefined {
  let sum = 0;
  for (const device of image.devices) {
    if (device.kind !== "micro_chp") continue;
    const powerW = freshValue(image, device, "powerW", maxAgeOf(device.kind, maxAgeMs));
    if (powerW === undefined) return undefined;
    sum += Math.max(0, powerW);
  }
  return sum;
}

/** What they may give at most, W: who just started tells it a moment later. */
function gasMostW(image: ProcessImage): number {
  let sum = 0;
  for (const { kind, values } of image.devices) {
    if (kind !== "micro_chp") continue;
    sum += Math.max(values.powerW ?? 0, values.ratedPowerW ?? UNTOLD_GAS_W);
  }
  return sum;
}

/** What the inverters are rated for together, W; `undefined` where one of them does not tell. */
function ratedSunW(image: ProcessImage): number | undefined {
  let sum: number | undefined;
  for (const { kind, values } of image.devices) {
    if (kind !== "inverter") continue;
    if (values.ratedPowerW === undefined) return undefined;
    sum = (sum ?? 0) + values.ratedPowerW;
  }
  return sum;
}

function isImpossible(
  device: DeviceImage,
  powerW: number,
  { connection }: HomeSettings,
  ratedSunW: number | undefined,
): boolean {
  const { values, kind } = device;
  if (kind === "counter") {
    return Math.abs(powerW) > 4 * Math.max(connection.importPowerMaxW, connection.exportPowerMaxW, 3_000);
  }
  if (kind === "accumulator") {
    const most = Math.max(values.chargePowerMaxW ?? 20_000, values.dischargePowerMaxW ?? 20_000);
    return Math.abs(powerW) > 1.5 * most + MOVED_W;
  }
  if (kind === "inverter") return powerW < -MOVED_W || powerW > 1.5 * (values.ratedPowerW ?? 50_000);
  // A meter behind the panels measures no more than their inverters give.
  const most = kind === "solar_meter" && ratedSunW !== undefined ? 1.5 * ratedSunW : 100_000;
  return powerW < -MOVED_W || powerW > most;
}

/** Energy by a counter's power, Wh, after which its registers must have moved the same way. */
const TURNED_WH = 2.5;

/** Whether a counter says that energy comes in while its register of what goes out runs, or the other way round. */
function countsOtherWay(device: DeviceImage, memory: Memory, powerW: number, elapsedMs: number): boolean {
  const { importWh, exportWh } = device.values;
  if (importWh === undefined || exportWh === undefined) return false;
  const { turned } = memory;
  if (turned === undefined || turned.energyWh * powerW < 0) {
    memory.turned = { energyWh: 0, importWh, exportWh };
    return false;
  }
  turned.energyWh += (powerW * elapsedMs) / 3_600_000;
  const energyWh = Math.abs(turned.energyWh);
  if (energyWh < TURNED_WH) return false;
  const [inWh, outWh] = [importWh - turned.importWh, exportWh - turned.exportWh];
  const [sameWh, otherWh] = powerW > 0 ? [inWh, outWh] : [outWh, inWh];
  const isOther = otherWh > energyWh / 2 && sameWh < energyWh / 4;
  memory.turned = { energyWh: 0, importWh, exportWh };
  return isOther;
}

/** Energy by a counter's power, Wh, and in steps of its registers, without one of them moving. */
const STILL_WH = 5;
const STILL_STEPS = 4;

/**
 * Whether a counter says that energy flows and its registers stand: then it says the same over and over. How fine its
 * registers are is learnt from how they move; before they did nothing is known.
 */
function standsStill(device: DeviceImage, memory: Memory, powerW: number, elapsedMs: number): boolean {
  const { importWh, exportWh } = device.values;
  if (importWh === undefined || exportWh === undefined) return false;
  const sumWh = importWh + exportWh;
  const still = memory.still;
  if (still === undefined) {
    memory.still = { sumWh, energyWh: 0, stepWh: Number.POSITIVE_INFINITY };
    return false;
  }
  if (sumWh !== still.sumWh) {
    const stepWh = sumWh > still.sumWh ? Math.min(still.stepWh, sumWh - still.sumWh) : still.stepWh;
    memory.still = { sumWh, energyWh: 0, stepWh };
    return false;
  }
  still.energyWh += (Math.abs(powerW) * elapsedMs) / 3_600_000;
  return still.energyWh > Math.max(STILL_WH, STILL_STEPS * still.stepWh);
}

/** Registers of energy never fall; one that does is told once, and counts from its new value on. */
function registersBackwards(
  device: DeviceImage,
  { counters }: Memory,
  doubt: (code: FaultCode, numbers: Doubt["numbers"], isLost: boolean) => void,
): void {
  const points: Readonly<Record<string, { readonly counts: boolean }>> = POINTS[device.kind];
  for (const [name, value] of Object.entries(device.values)) {
    if (value === undefined || points[name]?.counts !== true) continue;
    const point = name as PointName;
    const before = counters.get(point);
    if (before !== undefined && value < before - 0.5) {
      doubt("register_backwards", { fromWh: before, toWh: value }, false);
    }
    counters.set(point, value);
  }
}
