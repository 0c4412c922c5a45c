/**
 * One random sequence of faults in a simulated home under the gateway's own cycle, in virtual time, without sockets:
 * what went wrong is drawn from a seed, what must hold is looked at in what truly happened each second, never in what
 * the devices say.
 *
 * What must hold, whatever fails:
 * - nothing is asked of the accumulator beyond its sheet, and its content stays in the window of its battery
 *   management; in the gateway's own narrower window, but for what a state of charge that stands still may hide;
 * - the accumulator is not asked for longer than `REACTION_S` for what makes the connection take or give more than
 *   it may; then it goes to rest as fast as it can, which is its own business;
 * - the panels do not break the limit either, while the inverter can be reached;
 * - where the counter is lost in a way that shows, the accumulator is asked to rest within `REACTION_S`; where it is
 *   lost itself, it rests by itself in the same time.
 * A counter that stands still or is turned round while nothing moves is found out by its registers: `FOUND_OUT_S`.
 */
import { Random } from "#base/random.ts";
import { parseInstant, ROME } from "#base/time.ts";
import { NOTHING_HEARD } from "#control/command.ts";
import { NO_SUPPLY_ORDER } from "#control/supply-limit.ts";
import { Cycle } from "#gateway/cycle.ts";
import { DeviceBus } from "#gateway/device-bus.ts";
import { type HomeSettings, USUAL_HOME } from "#gateway/home-settings.ts";
import { FAULT_KINDS, FAULTS_OF_TIME, type FaultKind } from "#sim/home-devices/fault.ts";
import { devicesInProcess } from "#sim/home-devices/in-process.ts";
import { SimulatedHome } from "#sim/home-devices/simulated-home.ts";
import { planTown } from "#sim/plan.ts";

/** Within which a home that lost something must be safe, s. */
export const REACTION_S = 3;
/** A watt-hour and some must flow until a register contradicts a power, s. */
const FOUND_OUT_S = 6;
/** An inverter follows its limit later than an accumulator its setpoint, and panels are let loose step by step, s. */
const PANELS_S = 4;
const SETTLED_S = 6;
const DAY_S = 86_400;

export interface FaultRun {
  readonly violations: readonly string[];
  /** The longest time from a loss that shows until the accumulator rested, s. */
  readonly slowestRestS: number;
  readonly faults: number;
  readonly kinds: ReadonlySet<FaultKind>;
  readonly seconds: number;
}

/** Faults by which a device shows at once that it is lost. */
const SHOWN: ReadonlySet<FaultKind> = new Set(["drop", "slow", "garbage", "out-of-range"]);
/** By these it says something that may be. */
const LIES: ReadonlySet<FaultKind> = new Set(["freeze", "wrong-sign"]);

export async function faultRun(seed: number, seconds = 90, tell?: (line: string) => void): Promise<FaultRun> {
  const random = new Random(`faults ${seed}`);
  const start = parseInstant("2026-01-01T00:00Z")! + random.integer(365 * DAY_S);
  const [plan] = planTown({
    seed,
    homes: 1,
    measured: undefined,
    start: undefined,
    solarHomes: "all",
    solarPeakKwp: 3 + random.integer(8),
    solarColumn: undefined,
    accumulatorKwh: 5 + random.integer(9),
    accumulatorKw: 2 + random.integer(4),
  }).homes;
  const clock = { ms: start * 1000 };
  const home = new SimulatedHome({
    plan: plan!,
    zone: ROME,
    seed,
    start,
    now: () => clock.ms,
    stateOfCharge: 0.05 + 0.92 * random.float(),
  });
  const settings = drawnSettings(random);
  const gateway = new TestGateway(home, settings, random);
  await gateway.run(clock, SETTLED_S);
  const watch = new Watch(home, settings);
  const kinds = new Set<FaultKind>();
  let faults = 0;
  for (let second = 0; second < seconds; second++) {
    if (random.float() < 0.06) {
      const devices = [...home.voices.values()].filter(({ device }) => device.kind !== "plug");
      const { device } = devices[random.integer(devices.length)]!;
      const kind = FAULT_KINDS[random.integer(FAULT_KINDS.length)]!;
      if (!FAULTS_OF_TIME.has(kind) || device.tellsTime) {
        home.faults.wish({ device: device.id, kind, afterS: 0, forS: 1 + random.integer(30) }, clock.ms);
        kinds.add(kind);
        faults += 1;
      }
    }
    const asked = await gateway.run(clock, 1);
    watch.look(asked, clock.ms, gateway.reachesInverter);
    tell?.(watch.said(asked));
  }
  return {
    violations: watch.violations.map((what) => `seed ${seed}: ${what}`),
    slowestRestS: watch.slowestRestS,
    faults,
    kinds,
    seconds,
  };
}

function drawnSettings(random: Random): HomeSettings {
  return {
    ...USUAL_HOME,
    connection: {
      importPowerMaxW: 3_000 + 500 * random.integer(8),
      exportPowerMaxW: 1_000 + 500 * random.integer(10),
    },
    accumulator: {
      ...USUAL_HOME.accumulator,
      socMinPercent: 10,
      socMaxPercent: 95,
      setpointHoldS: REACTION_S,
    },
    feedInPrice: random.float() < 0.5 ? 60_000 : 400_000,
  };
}

/** The gateway's own bus and cycle, once a second of the home. */
class TestGateway {
  readonly #bus: DeviceBus;
  readonly #cycle: Cycle;
  readonly #home: SimulatedHome;
  readonly #importPrice: number;
  readonly #feedInPrice: number;
  /** Whether the inverter could be asked in the last cycle. */
  reachesInverter = true;

  constructor(home: SimulatedHome, settings: HomeSettings, random: Random) {
    this.#home = home;
    this.#bus = new DeviceBus(devicesInProcess(home), settings.accumulator.setpointHoldS);
    this.#cycle = new Cycle(settings);
    this.#importPrice = 100_000 + random.integer(400_000);
    this.#feedInPrice = settings.feedInPrice as number;
  }

  /** Returns the last setpoint that was asked of the accumulator, W. */
  async run(clock: { ms: number }, cycles: number): Promise<number> {
    let askedW = 0;
    for (let i = 0; i < cycles; i++) {
      const time = { nowMs: clock.ms, wallMs: clock.ms, steadyMs: clock.ms, speed: 1 };
      const image = await this.#bus.read(time);
      this.reachesInverter = image.devices.some(({ kind, problem }) => kind === "inverter" && !problem);
      const { outputs } = this.#cycle.run({
        image,
        seconds: 1,
        books: { solarWh: 1_000, gridWh: 0 },
        supply: NO_SUPPLY_ORDER,
        failsafe: undefined,
        silentS: 0,
        isLinkUp: true,
        isClockRight: true,
        saleRemainingJ: 0,
        gridEnergySellable: false,
        operator: [],
        importPriceAt: () => this.#importPrice,
        feedInPrice: this.#feedInPrice,
        reserveWh: 500,
        values: undefined,
        heard: NOTHING_HEARD,
        local: null,
      });
      askedW = outputs.find(({ point }) => point === "setPowerW")?.value ?? askedW;
      await this.#bus.write(outputs, time);
      clock.ms += 1_000;
      this.#home.now();
    }
    return askedW;
  }
}

/** What must hold, looked at in the truth. */
class Watch {
  readonly violations: string[] = [];
  slowestRestS = 0;
  readonly #home: SimulatedHome;
  readonly #settings: HomeSettings;
  readonly #start: number;
  /** Seconds in a row. */
  readonly #held = new Map<string, number>();
  /** Of these, what was told already. */
  readonly #told = new Set<string>();
  /** Seconds in a row by what is lost. */
  readonly #lost = new Map<string, number>();

  constructor(home: SimulatedHome, settings: HomeSettings) {
    this.#home = home;
    this.#settings = settings;
    this.#start = home.physics.time;
  }

  look(askedW: number, now: number, reachesInverter: boolean): void {
    const { physics, voices } = this.#home;
    const ea = physics.accumulator!;
    const { connection, accumulator } = this.#settings;
    const { cells, windowMin, windowMax } = ea.parameters;
    const gridW = physics.counter.powerW;
    const has = (id: string, kinds: Iterable<FaultKind>) =>
      [...kinds].some((kind) => voices.get(id)!.has(kind, now - 1));
    if (askedW > cells.dischargePowerMaxW + 1 || askedW < -cells.chargePowerMaxW - 1) {
      this.#violate(`${askedW} W were asked of an accumulator of ${cells.dischargePowerMaxW} W`);
    }
    const soc = ea.socPercent;
    if (soc < 100 * windowMin - 0.01 && ea.powerW > 0) this.#violate(`discharged at ${soc} %`);
    if (soc > 100 * windowMax + 0.01) this.#violate(`charged to ${soc} %`);
    // A state of charge that stands still hides up to 5 % of the capacity before it is doubted.
    const hiddenPercent = 5.5;
    if (ea.powerW > 100 && soc < accumulator.socMinPercent - hiddenPercent)
      this.#violate(`reserve used: ${soc} %`);
    const lies = has("counter", LIES) ? FOUND_OUT_S - REACTION_S : 0;
    const { importPowerMaxW, exportPowerMaxW } = connection;
    this.#forLong("imports by charging", gridW > importPowerMaxW + 50 && ea.powerW < -50 && askedW < 0, lies);
    this.#forLong(
      "exports by discharging",
      -gridW > exportPowerMaxW + 50 && ea.powerW > 50 && askedW > 0,
      lies,
    );
    const overW = -gridW - exportPowerMaxW;
    const isByPanels = overW > 100 && physics.inverter.powerW > overW && reachesInverter;
    this.#forLong("exports by panels", isByPanels, PANELS_S + lies);
    const isOut = has("accumulator", ["drop"]);
    this.#rest("counter", has("counter", SHOWN) && !isOut, askedW);
    this.#rest("accumulator", isOut, ea.setpointAt(physics.time - 1));
  }

  /** One line of what truly is, for a person who looks into a seed. */
  said(askedW: number): string {
    const { counter, inverter, accumulator, loadW, time } = this.#home.physics;
    const faults = this.#home.faults
      .activeAt(this.#home.now() - 1)
      .map(({ device, kind }) => `${device} ${kind}`);
    const [load, grid, sun, ea] = [loadW, counter.powerW, inverter.powerW, accumulator!.powerW].map(
      Math.round,
    );
    return `${time - this.#start} load ${load} grid ${grid} sun ${sun} ea ${ea} asked ${askedW} soc ${accumulator!.socPercent.toFixed(2)} | ${faults.join(", ")}`;
  }

  /** Within so many seconds nothing may be asked of the accumulator any more. */
  #rest(what: string, isLost: boolean, setpointW: number): void {
    const lostS = isLost ? (this.#lost.get(what) ?? 0) + 1 : 0;
    this.#lost.set(what, lostS);
    if (!isLost || Math.abs(setpointW) < 1) return;
    this.slowestRestS = Math.max(this.slowestRestS, lostS);
    if (lostS === REACTION_S + 1)
      this.#violate(`${setpointW} W asked after ${REACTION_S} s without the ${what}`);
  }

  #forLong(what: string, isSo: boolean, graceS: number): void {
    const seconds = isSo ? (this.#held.get(what) ?? 0) + 1 : 0;
    this.#held.set(what, seconds);
    if (!isSo) this.#told.delete(what);
    if (seconds <= REACTION_S + graceS || this.#told.has(what)) return;
    this.#told.add(what);
    this.#violate(`${what} for more than ${REACTION_S + graceS} s`);
  }

  #violate(what: string): void {
    const now = this.#home.now();
    const faults = this.#home.faults
      .activeAt(now - 1)
      .map(({ device, kind, from }) => `${device} ${kind} for ${Math.round((now - from) / 1000)} s`);
    const second = this.#home.physics.time - this.#start;
    this.violations.push(`second ${second}: ${what}; ${faults.join(", ") || "nothing wrong"}`);
  }
}
