/**
 * The bidirectional energy counter as a device of its own: it adds up what comes in and what goes out, second by
 * second, and shows whole watt-hours. What comes in counts besides into one of two tariff registers, as on Dutch
 * meters (1 by night and on weekends, 2 else): each whole Wh goes to the tariff in which it became full, so that
 * both always add up to the total.
 *
 * On three phases: panels and accumulator feed all alike, the home's load lies on them unevenly. The mains tremble
 * a little from second to second, as measured values do; two seconds that read alike to the last digit are rare.
 */
import { civilTime, dayOf, type UnixSeconds, weekday, type Zone } from "#base/time.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";
import { hashUniform } from "#sim/noise.ts";

/** Where the home's own load lies. */
const LOAD_SHARES = [0.5, 0.3, 0.2] as const;
const MAINS_V = 231;
/** Of the line between transformer and home: how far a phase sinks per W that it draws. */
const SAG_V_PER_W = 0.0006;

export interface Phases {
  readonly powerW: readonly [number, number, number];
  readonly voltageV: readonly [number, number, number];
  readonly currentA: readonly [number, number, number];
  readonly frequencyHz: number;
}

export class CounterUnit {
  readonly #zone: Zone;
  readonly #seed: number;
  /** Import positive, throughout the last step. */
  powerW = 0;
  importJ = 0;
  exportJ = 0;
  /** Whole Wh by tariff: 1 and 2. */
  readonly importWhByTariff: [number, number] = [0, 0];
  readonly exportWhByTariff: [number, number] = [0, 0];
  #time: UnixSeconds = 0;
  #loadW = 0;
  #ownW = 0;
  #tariff: 1 | 2 = 2;
  #tariffUntil: UnixSeconds = Number.NEGATIVE_INFINITY;

  constructor(zone: Zone, seed: number) {
    this.#zone = zone;
    this.#seed = seed;
  }

  get importWh(): number {
    return Math.floor(this.importJ / J_PER_WH);
  }

  get exportWh(): number {
    return Math.floor(this.exportJ / J_PER_WH);
  }

  /** The tariff of the last step. */
  get tariff(): 1 | 2 {
    return this.#tariff;
  }

  /** One step of whole seconds, powers on the grid of `plant/resolution`; returns what comes in, W. */
  step(time: UnixSeconds, seconds: number, loadW: number, solarW: number, accumulatorW: number): number {
    this.#time = time;
    this.#loadW = loadW;
    this.#ownW = solarW + accumulatorW;
    this.powerW = loadW - solarW - accumulatorW;
    const place = this.#tariffAt(time) - 1;
    const [importWh, exportWh] = [this.importWh, this.exportWh];
    if (this.powerW > 0) this.importJ += this.powerW * seconds;
    else this.exportJ -= this.powerW * seconds;
    this.importWhByTariff[place]! += this.importWh - importWh;
    this.exportWhByTariff[place]! += this.exportWh - exportWh;
    return this.powerW;
  }

  /** Of the last step. The phases' powers add up to the counter's exactly. */
  phases(): Phases {
    const own = onGrid(this.#ownW / 3);
    const first = onGrid(this.#loadW * LOAD_SHARES[0]) - own;
    const second = onGrid(this.#loadW * LOAD_SHARES[1]) - own;
    const powerW = [first, second, this.powerW - first - second] as const;
    const voltage = (phase: 0 | 1 | 2) =>
      MAINS_V + 3 * (this.#noise(phase) - 0.5) - SAG_V_PER_W * powerW[phase];
    const voltageV = [voltage(0), voltage(1), voltage(2)] as const;
    const current = (phase: 0 | 1 | 2) => powerW[phase] / voltageV[phase];
    return {
      powerW,
      voltageV,
      currentA: [current(0), current(1), current(2)],
      frequencyHz: 50 + 0.04 * (this.#noise(3) - 0.5),
    };
  }

  #noise(channel: number): number {
    return hashUniform(this.#seed, channel, this.#time);
  }

  #tariffAt(time: UnixSeconds): 1 | 2 {
    if (time >= this.#tariffUntil) {
      const { hour } = civilTime(this.#zone, time);
      const weekend = weekday(dayOf(this.#zone, time)) >= 6;
      this.#tariff = weekend || hour < 7 || hour >= 23 ? 1 : 2;
      this.#tariffUntil = (Math.floor(time / 3600) + 1) * 3600;
    }
    return this.#tariff;
  }
}
