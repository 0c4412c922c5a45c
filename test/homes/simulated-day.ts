/**
 * A gateway and a home of simulated devices in a process of its own, over real sockets, for some hours of the home at
 * some speed: what the gateway signed, what the devices' registers said when it closed each quarter hour, and what the
 * simulator knows to be true.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { formatInstant } from "#base/time.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { PointValues } from "#devices/device.ts";
import { readEquipment } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import type { CycleResult } from "#gateway/cycle.ts";
import { Gateway } from "#gateway/gateway.ts";
import { type HomeSettings, USUAL_HOME } from "#gateway/home-settings.ts";
import { Meter } from "#gateway/meter.ts";
import { Outbox } from "#gateway/outbox.ts";
import { exportWh, generationWh, importWh, type Reading } from "#metering/reading.ts";
import { askControl } from "#sim/home-devices/control-socket.ts";
import type { Registers } from "#sim/home-devices/home-physics.ts";
import { loneGateway } from "../support/lone-gateway.ts";

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));
export const HOME = 7;
const CAPACITY_WH = 10_000;

/** Five energies, Wh. */
export interface Energies {
  readonly imported: number;
  readonly exported: number;
  readonly solar: number;
  readonly charged: number;
  readonly discharged: number;
}

export interface SimulatedDay {
  readonly readings: readonly Reading[];
  /** Of each reading, what the devices' registers had moved by when it was closed, since the first; the gateway's view. */
  readonly seen: readonly Energies[];
  /** The simulator's own registers at the ends of the same quarter hours, since the same instant. */
  readonly truth: readonly Energies[];
  readonly decisions: number;
  readonly cycles: number;
  /** Between two cycles, home seconds. */
  readonly longestCycleS: number;
  readonly violations: readonly string[];
  readonly truthReadings: readonly Reading[];
}

export interface DaySettings {
  readonly start: number;
  readonly hours: number;
  readonly speed: number;
  readonly seed: number;
}

export async function liveDay({ start, hours, speed, seed }: DaySettings): Promise<SimulatedDay> {
  const folder = mkdtempSync(join(tmpdir(), "contrada-day-"));
  const control = join(folder, "c.sock");
  const equipment = join(folder, "equipment.json");
  const flags = {
    json: "",
    seed: String(seed),
    start: formatInstant(start),
    speed: String(speed),
    "solar-peak-kwp": "5",
    "accumulator-kwh": String(CAPACITY_WH / 1000),
    "accumulator-kw": "4",
    out: equipment,
    control,
  };
  const child = spawn(
    process.execPath,
    [
      CONTRADA,
      "devices",
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value].filter((word) => word !== "")),
    ],
    { stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).once("line", () => resolve());
      child.once("exit", () => reject(new Error("the devices ended before they were ready")));
    });
    return await drive({ control, equipment, start, hours, speed });
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

interface Drive {
  readonly control: string;
  readonly equipment: string;
  readonly start: number;
  readonly hours: number;
  readonly speed: number;
}

async function drive({ control, equipment, start, hours, speed }: Drive): Promise<SimulatedDay> {
  const settings: HomeSettings = {
    ...USUAL_HOME,
    connection: { importPowerMaxW: 6_000, exportPowerMaxW: 4_000 },
    accumulator: {
      ...USUAL_HOME.accumulator,
      // As long as some of the gateway's cycles take at this speed.
      setpointHoldS: Math.max(3, Math.ceil(speed / 10)),
    },
  };
  const devices = readEquipment(equipment).map(openDevice);
  const { time } = (await askControl(control, { do: "state" })) as { time: number };
  const since = performance.now();
  const homeMs = () => time * 1000 + (performance.now() - since) * speed;
  const ticks = () => {
    const ms = homeMs();
    return { wallMs: ms, steadyMs: ms };
  };
  const outbox = new Outbox(":memory:");
  // What the platform would have told it: what the books hold at the quarter hour in which it begins.
  const opening = { from: start, solarWh: CAPACITY_WH / 2, gridWh: 0 };
  outbox.keep({ meter: JSON.stringify(new Meter(HOME, opening).state) });
  let decisions = 0;
  const meter = signerFromSeed(new Uint8Array(32).fill(7));
  const gateway = new Gateway({
    ...loneGateway(devices, ticks()),
    ...{ settings, outbox, standing: standingOf(meter) },
    note: (what) => {
      if (what.about === "decision") decisions += 1;
    },
  });
  gateway.open();
  const seen: Energies[] = [];
  const watch = new LimitWatch(settings);
  let [cycles, longestCycleS, last] = [0, 0, homeMs()];
  const end = start + hours * 3600 + 30;
  while (homeMs() < end * 1000) {
    const at = homeMs();
    longestCycleS = Math.max(longestCycleS, (at - last) / 1000);
    last = at;
    const before = outbox.waiting;
    const result = await gateway.tick(ticks());
    cycles += 1;
    const { devices } = gateway.state(Math.floor(at / 1000));
    const image = new Map(devices.map(({ id, values }) => [id, values as PointValues]));
    watch.look(result, image, at / 1000);
    for (let n = before; n < outbox.waiting; n++) seen.push(energiesOf(image));
    const next = (Math.floor(at / 1000) + 1) * 1000;
    const waitMs = (next - homeMs()) / speed;
    if (waitMs > 0) await sleep(waitMs);
  }
  const { registers, readings: truthReadings } = (await askControl(control, { do: "quarters" })) as {
    registers: Registers[];
    readings: Reading[];
  };
  const readings = outbox.next(10_000, 0).map(({ signed }) => signed.reading);
  await gateway.close();
  const truth = readings.map(({ intervalStart }) => {
    const found = registers.find(({ at }) => at === intervalStart + 900);
    if (found === undefined) throw new Error(`the simulator knows no quarter hour from ${intervalStart}`);
    return {
      imported: found.importWh,
      exported: found.exportWh,
      solar: found.solarWh,
      charged: found.chargedWh,
      discharged: found.dischargedWh,
    };
  });
  return {
    readings,
    seen,
    truth,
    truthReadings,
    decisions,
    cycles,
    longestCycleS,
    violations: watch.violations,
  };
}

function energiesOf(image: ReadonlyMap<string, PointValues>): Energies {
  const [counter, solar, ea] = ["counter", "solar-meter", "accumulator"].map((id) => image.get(id) ?? {});
  return {
    imported: counter!.importWh ?? Number.NaN,
    exported: counter!.exportWh ?? Number.NaN,
    solar: solar!.energyWh ?? Number.NaN,
    charged: ea!.chargedWh ?? Number.NaN,
    discharged: ea!.dischargedWh ?? Number.NaN,
  };
}

/** What a reading states of the same five. */
export function energiesOfReading({ flows }: Reading): Energies {
  return {
    imported: importWh(flows),
    exported: exportWh(flows),
    solar: generationWh(flows),
    charged: flows.solarToAccumulator + flows.gridToAccumulator,
    discharged: flows.accumulatorToHome + flows.accumulatorToGrid,
  };
}

/** Limits by what the devices measured: a limit may be overrun for as long as a cycle and an answer need. */
class LimitWatch {
  readonly violations: string[] = [];
  readonly #settings: HomeSettings;
  #over = 0;

  constructor(settings: HomeSettings) {
    this.#settings = settings;
  }

  look({ outputs }: CycleResult, image: ReadonlyMap<string, PointValues>, at: number): void {
    const { connection } = this.#settings;
    const when = formatInstant(Math.floor(at));
    const asked = outputs.find(({ point }) => point === "setPowerW")?.value ?? 0;
    const ea = image.get("accumulator");
    if (ea !== undefined && Math.abs(asked) > 4_000) this.violations.push(`${when}: asked for ${asked} W`);
    const soc = ea?.socPercent ?? 50;
    if (soc < 4 - 0.05 || soc > 98 + 0.05) this.violations.push(`${when}: ${soc} %`);
    const gridW = image.get("counter")?.powerW ?? 0;
    const isOver =
      gridW < -connection.exportPowerMaxW - 50 ||
      (gridW > connection.importPowerMaxW + 50 && (ea?.powerW ?? 0) < -50);
    this.#over = isOver ? this.#over + 1 : 0;
    if (this.#over === 6) this.violations.push(`${when}: ${gridW} W through the connection for six cycles`);
  }
}

function standingOf(meter: ReturnType<typeof signerFromSeed>) {
  return {
    chain: "simulated day",
    home: HOME,
    meter,
    nextMeter: undefined,
    trust: { kind: "none" },
  } as never;
}
