/**
 * Several simulated homes in one process: who lives in them by seed, their devices on sockets, one control socket for
 * all, and home time that runs as fast as it was asked to.
 */
import { civilTime, ROME, type UnixSeconds } from "#base/time.ts";
import { type HomePlan, planTown } from "#sim/plan.ts";
import { USUAL_CAR } from "./car-at-home.ts";
import { type ControlSocket, openControl, type Request } from "./control-socket.ts";
import { FAULTS_OF_TIME, type FaultWish } from "./fault.ts";
import { USUAL_HOUSE, USUAL_PUMP } from "./heat-pump-at-home.ts";
import { USUAL_CHP } from "./micro-chp-at-home.ts";
import { type DeviceAddress, type OpenHome, type OpenHomeSettings, openHome } from "./open-home.ts";
import { SimulatedHome } from "./simulated-home.ts";

/** A heat pump that takes limits, one that listens to contacts alone, a micro-CHP. */
export const HEAT_SOURCES = ["heat-pump", "sg-ready", "micro-chp"] as const;
export type HeatSource = (typeof HEAT_SOURCES)[number];

export interface HomesSettings {
  readonly seed: number;
  /** Homes of the street, of which `numbers` are run here. */
  readonly homes: number;
  readonly numbers: readonly number[];
  readonly start: UnixSeconds;
  /** Seconds of the home in one of the wall. */
  readonly speed: number;
  readonly solarPeakKwp: number | undefined;
  /** 0: none. */
  readonly accumulatorKwh: number | undefined;
  readonly accumulatorKw: number | undefined;
  readonly stateOfCharge: number;
  readonly host: string;
  readonly port: number;
  readonly counter: OpenHomeSettings["counter"];
  readonly meterKeys?: OpenHomeSettings["meterKeys"];
  /** The plugs' broker; without one there are no plugs to speak with. */
  readonly broker: string | undefined;
  /** With a car, a heat pump and a pump in the garden. */
  readonly loads?: boolean;
  /** What heats it then. */
  readonly heat?: HeatSource;
  readonly control: string | undefined;
  readonly faults: readonly FaultWish[];
  /** A monotonic clock, ms. */
  readonly realMs: () => number;
  /** Where the homes live by another's clock: their time, ms, that never runs back, in the stead of `start` on. */
  readonly now?: () => number;
}

export interface RunningHome {
  readonly number: number;
  readonly addresses: readonly DeviceAddress[];
  readonly home: SimulatedHome;
}

export interface RunningHomes {
  readonly homes: readonly RunningHome[];
  close(): Promise<void>;
}

/** Ports kept for one home, where ports are asked for. */
export const PORTS_PER_HOME = 10;

/** Rejects where a port or the control socket cannot be had, and with `RangeError` for a fault of no device. */
export async function runHomes(settings: HomesSettings): Promise<RunningHomes> {
  const { seed, start, speed, host, port, realMs } = settings;
  const town = planTown({
    seed,
    homes: settings.homes,
    measured: undefined,
    start: undefined,
    solarHomes: "all",
    solarPeakKwp: settings.solarPeakKwp,
    solarColumn: undefined,
    accumulatorKwh: settings.accumulatorKwh,
    accumulatorKw: settings.accumulatorKw,
  });
  const since = realMs();
  const now = settings.now ?? (() => start * 1000 + (realMs() - since) * speed);
  const open: OpenHome[] = [];
  let control: ControlSocket | undefined;
  const close = async () => {
    await control?.close();
    await Promise.all(open.map((home) => home.close()));
  };
  try {
    const homes: RunningHome[] = [];
    for (const number of settings.numbers) {
      const home = new SimulatedHome({
        plan: town.homes[number - 1]!,
        zone: ROME,
        seed: seed + number,
        start,
        now,
        stateOfCharge: settings.stateOfCharge,
        ...(settings.loads === true && loadsOf(town.homes[number - 1]!, settings.heat ?? "heat-pump")),
      });
      for (const wish of settings.faults) breakDevice(home, wish);
      const opened = await openHome({
        home,
        zone: ROME,
        speed,
        host,
        port: port === 0 ? 0 : port + PORTS_PER_HOME * (number - 1),
        seed: seed + number,
        counter: settings.counter,
        meterKeys: settings.meterKeys,
        broker: settings.broker,
        name: `home-${number}`,
      });
      open.push(opened);
      homes.push({ number, addresses: opened.addresses, home });
    }
    if (settings.control !== undefined) {
      control = await openControl(settings.control, (request) => answerOf(homes, request));
    }
    return { homes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Showers at seven and in the evening, W. */
function tapW(time: UnixSeconds): number {
  const { hour, minute } = civilTime(ROME, time);
  return (hour === 7 || hour === 20) && minute < 30 ? 3_000 : 0;
}

function loadsOf({ source }: HomePlan, heat: HeatSource) {
  const outdoorC = (time: UnixSeconds) => source.generated?.airC(time, 1) ?? 10;
  const state = { tankC: 44, roomC: 20.5 };
  return {
    car: USUAL_CAR,
    gardenPump: true,
    ...(heat === "micro-chp"
      ? { microChp: { chp: USUAL_CHP, house: USUAL_HOUSE, state, outdoorC, tapW } }
      : {
          heatPump: {
            ...{ pump: USUAL_PUMP, house: USUAL_HOUSE, state, outdoorC, tapW },
            ...(heat === "sg-ready" && { listensTo: "contacts" as const }),
          },
        }),
  };
}

function breakDevice(home: SimulatedHome, wish: FaultWish) {
  const voice = home.voices.get(wish.device);
  if (voice === undefined) {
    const names = [...home.voices.keys()].join(", ");
    throw new RangeError(`this home has no device "${wish.device}"; it has ${names}.`);
  }
  if (FAULTS_OF_TIME.has(wish.kind) && !voice.device.tellsTime) {
    throw new RangeError(`the ${wish.device} does not tell the time, so its time cannot be wrong.`);
  }
  return home.faults.wish(wish, home.now());
}

function answerOf(homes: readonly RunningHome[], request: Request): unknown {
  const found = homes.find(({ number }) => number === request.home);
  if (found === undefined) throw new RangeError(`home ${request.home} does not run here.`);
  const { home } = found;
  const now = home.now();
  switch (request.do) {
    case "fault":
      return breakDevice(home, request);
    case "clear":
      home.faults.clear(now, request.device);
      return { faults: home.faults.faults };
    case "state":
      return {
        home: found.number,
        time: now / 1000,
        devices: [...home.voices.values()].map(({ device }) => ({
          id: device.id,
          kind: device.kind,
          truth: device.truth(),
          says: home.say(device.id).values,
        })),
        registers: home.physics.registers(),
        faults: home.faults.activeAt(now),
      };
    case "quarters":
      return { home: found.number, registers: home.physics.quarters, readings: home.physics.readings };
  }
}
