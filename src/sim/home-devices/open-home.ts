/**
 * The devices of a simulated home on real sockets: each behind a wire of its own that can be cut, the counter's
 * customer port pushing a telegram every second of the home. Says where each is reached; closes without a trace.
 */
import type { Zone } from "#base/time.ts";
import { type ModbusServer, RegisterImage, serveModbus } from "#devices/modbus-server.ts";
import { type FaultyWire, openFaultyWire } from "./faulty-wire.ts";
import { serveP1 } from "./p1-server.ts";
import { telegramOf } from "./p1-telegram.ts";
import type { SimulatedHome } from "./simulated-home.ts";
import { type SunSpecFace, sunSpecAccumulator, sunSpecInverter } from "./sunspec-image.ts";

export interface OpenHomeSettings {
  readonly home: SimulatedHome;
  readonly zone: Zone;
  /** Of the home's clock, for how often things are looked at. */
  readonly speed: number;
  readonly host: string;
  /** Of the first device, those of the others follow; 0: any free ports. */
  readonly port: number;
  readonly seed: number;
}

/** Where a device is reached and what a gateway needs to know to speak with it. */
export interface DeviceAddress {
  readonly id: string;
  readonly template: string;
  readonly address: string;
}

export interface OpenHome {
  readonly home: SimulatedHome;
  readonly addresses: readonly DeviceAddress[];
  close(): Promise<void>;
}

const UNIT = 1;
/** Real time between two looks at the home: no shorter, however fast it lives. */
const LOOK_MIN_MS = 8;
const LOOK_MAX_MS = 250;

export async function openHome(settings: OpenHomeSettings): Promise<OpenHome> {
  const { home, zone, speed, host, seed } = settings;
  const wires: FaultyWire[] = [];
  const closing: (() => Promise<void>)[] = [];
  const addresses: DeviceAddress[] = [];
  let port = settings.port;
  const wire = async (id: string, devicePort: number, template: string, scheme: string) => {
    const voice = home.voices.get(id)!;
    const state = () => {
      const now = home.now();
      return {
        isDropped: voice.has("drop", now),
        isSlow: voice.has("slow", now),
        isGarbage: voice.has("garbage", now),
      };
    };
    const opened = await openFaultyWire(host, port, devicePort, state, seed + wires.length);
    if (port !== 0) port += 1;
    wires.push(opened);
    addresses.push({ id, template, address: `${scheme}://${host}:${opened.port}` });
  };
  const close = async () => {
    await Promise.all(wires.map((opened) => opened.close()));
    await Promise.all(closing.map((end) => end()));
  };
  try {
    const p1 = await serveP1(host, 0);
    closing.push(() => p1.close());
    await wire("counter", p1.port, "dsmr-p1", "tcp");
    if (home.voices.has("inverter")) {
      const server = await serveSunSpec(host, (image) => sunSpecInverter(home, image), home);
      closing.push(() => server.close());
      await wire("inverter", server.port, "sunspec-inverter", "modbus");
    }
    if (home.voices.has("accumulator")) {
      const server = await serveSunSpec(host, (image) => sunSpecAccumulator(home, image), home);
      closing.push(() => server.close());
      await wire("accumulator", server.port, "sunspec-accumulator", "modbus");
    }
    let said = Number.NaN;
    const look = () => {
      const second = Math.floor(home.now() / 1000);
      for (const opened of wires) opened.look();
      if (second === said || !p1.isHeard) return;
      said = second;
      p1.push(telegram(home, zone));
    };
    const every = Math.max(LOOK_MIN_MS, Math.min(LOOK_MAX_MS, 500 / speed));
    const timer = setInterval(look, every);
    closing.push(async () => clearInterval(timer));
  } catch (error) {
    await close();
    throw error;
  }
  return { home, addresses, close };
}

function telegram(home: SimulatedHome, zone: Zone): string {
  const { values, measuredAt } = home.say("counter");
  const { importWhByTariff, exportWhByTariff, tariff } = home.physics.counter;
  return telegramOf(
    {
      values,
      importWh: byTariff(importWhByTariff, values.importWh),
      exportWh: byTariff(exportWhByTariff, values.exportWh),
      tariff,
      time: Math.floor(measuredAt / 1000),
      serial: home.voices.get("counter")!.device.sheet.serialNumber!,
    },
    zone,
  );
}

/** What a fault makes of the total comes out of the tariff register that has it. */
function byTariff([first, second]: readonly [number, number], total: number | undefined): [number, number] {
  if (total === undefined || total === first + second) return [first, second];
  const kept = Math.min(first, total);
  return [kept, total - kept];
}

async function serveSunSpec(
  host: string,
  show: (image: RegisterImage) => SunSpecFace,
  home: SimulatedHome,
): Promise<ModbusServer> {
  const image = new RegisterImage();
  const face = show(image);
  return serveModbus(new Map([[UNIT, image]]), {
    host,
    before({ kind }) {
      home.now();
      if (kind === "read") face.fill();
      return undefined;
    },
    written({ first, count }) {
      face.written(first, count);
      return undefined;
    },
  });
}
