/**
 * The devices of a simulated home on real sockets: each behind a wire of its own that can be cut, the counter's
 * customer port pushing a telegram every second of the home. Says where each is reached; closes without a trace.
 */
import type { Zone } from "#base/time.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { type ModbusServer, RegisterImage, serveModbus } from "#devices/modbus-server.ts";
import { type BrokerPlug, plugAtBroker } from "./broker-plug.ts";
import { type MeterKeys, messageOf } from "./dlms-message.ts";
import { type FaultyWire, openFaultyWire, type WireState } from "./faulty-wire.ts";
import { fillMeter } from "./meter-image.ts";
import { openLoads, sheetOf } from "./open-loads.ts";
import { telegramOf } from "./p1-telegram.ts";
import { shellyPlug, tasmotaPlug } from "./plug-dialects.ts";
import { servePushes } from "./push-server.ts";
import type { SimulatedHome } from "./simulated-home.ts";
import { type RegisterFace, sunSpecAccumulator, sunSpecInverter } from "./sunspec-image.ts";

export interface OpenHomeSettings {
  readonly home: SimulatedHome;
  readonly zone: Zone;
  /** Of the home's clock, for how often things are looked at. */
  readonly speed: number;
  readonly host: string;
  /** Of the first device, those of the others follow; 0: any free ports. */
  readonly port: number;
  readonly seed: number;
  /** How the counter speaks. */
  readonly counter: CounterVoice;
  /** With these a counter that speaks DLMS ciphers, and the equipment names the file that holds them. */
  readonly meterKeys: (MeterKeys & { readonly file: string }) | undefined;
  /** Where the plugs' broker is, `mqtt://HOST:PORT`; without one there are no plugs to speak with. */
  readonly broker: string | undefined;
  /** Keeps the plugs of several homes apart at one broker. */
  readonly name: string;
}

export const COUNTER_VOICES = ["p1", "modbus", "dlms"] as const;
export type CounterVoice = (typeof COUNTER_VOICES)[number];

/** Where a device is reached and what a gateway needs to know to speak with it. */
export interface DeviceAddress {
  readonly id: string;
  readonly template: string;
  readonly address: string;
  readonly options?: { readonly keyFile?: string; readonly meter?: string };
  /** What it is for whoever steers it. */
  readonly load?: LoadSheet;
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
  const { home, zone, speed, host, seed, broker, name } = settings;
  const wires: FaultyWire[] = [];
  const plugs: BrokerPlug[] = [];
  const servers: { close(): Promise<void> }[] = [];
  const addresses: DeviceAddress[] = [];
  let timer: NodeJS.Timeout | undefined;
  let port = settings.port;
  const wire = async (
    id: string,
    devicePort: number,
    template: string,
    address: (port: number) => string,
    options?: DeviceAddress["options"],
  ) => {
    const opened = await openFaultyWire(host, port, devicePort, stateOf(home, id), seed + wires.length);
    if (port !== 0) port += 1;
    wires.push(opened);
    addresses.push({ id, template, address: address(opened.port), ...(options && { options }) });
  };
  const modbus = async (id: string, template: string, show: (image: RegisterImage) => RegisterFace) => {
    const server = await serveFace(host, show);
    servers.push(server);
    await wire(id, server.port, template, (at) => `modbus://${host}:${at}/${UNIT}`);
  };
  const close = async () => {
    clearInterval(timer);
    await Promise.all([...wires, ...plugs].map((opened) => opened.close()));
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    const pushes = await servePushes(host, 0);
    servers.push(pushes);
    const { counter, meterKeys } = settings;
    if (counter === "modbus") {
      await modbus("counter", "eastron-sdm630", (image) => meterFace(home, "counter", image));
    } else {
      const template = counter === "p1" ? "dsmr-p1" : "dlms-push";
      const options = counter === "dlms" && meterKeys ? { keyFile: meterKeys.file } : undefined;
      await wire("counter", pushes.port, template, (at) => `tcp://${host}:${at}`, options);
    }
    if (home.voices.has("inverter")) {
      await modbus("inverter", "sunspec-inverter", (image) => sunSpecInverter(home, image));
      await modbus("solar-meter", "eastron-sdm630-solar", (image) => meterFace(home, "solar-meter", image));
    }
    if (home.voices.has("accumulator")) {
      await modbus("accumulator", "sunspec-accumulator", (image) => sunSpecAccumulator(home, image));
    }
    if (broker !== undefined) {
      const [shelly, tasmota] = home.appliances;
      for (const { id, template, dialect, topic } of [
        { ...shelly!, template: "shelly-plug", topic: `${name}/${shelly!.id}`, dialect: shellyPlug },
        { ...tasmota!, template: "tasmota-plug", topic: `${name}-${tasmota!.id}`, dialect: tasmotaPlug },
      ]) {
        plugs.push(plugAtBroker(home, id, dialect(topic, zone), broker, stateOf(home, id)));
        const load = sheetOf(home, id);
        const address = `${broker.replace(/\/$/, "")}/${topic}`;
        addresses.push({ id, template, address, ...(load && { load }) });
      }
    }
    const loads = await openLoads(home, { broker, host, port, name }, (id) => stateOf(home, id));
    plugs.push(...loads.voices);
    addresses.push(...loads.addresses);
    let said = Number.NaN;
    const look = () => {
      const second = Math.floor(home.now() / 1000);
      for (const opened of [...wires, ...plugs]) opened.look();
      if (second === said || !pushes.isHeard) return;
      said = second;
      pushes.push(counter === "dlms" ? message(home, zone, meterKeys) : telegram(home, zone));
    };
    timer = setInterval(look, Math.max(LOOK_MIN_MS, Math.min(LOOK_MAX_MS, 500 / speed)));
  } catch (error) {
    await close();
    throw error;
  }
  return { home, addresses, close };
}

function stateOf(home: SimulatedHome, id: string): () => WireState {
  const voice = home.voices.get(id)!;
  return () => {
    const now = home.now();
    return {
      isDropped: voice.has("drop", now),
      isSlow: voice.has("slow", now),
      isGarbage: voice.has("garbage", now),
    };
  };
}

function meterFace(home: SimulatedHome, id: string, image: RegisterImage): RegisterFace {
  const fill = () => fillMeter(image, home.say(id).values);
  fill();
  return { fill, written: () => undefined };
}

/** Its number is the home's second: it rises over a restart too, as a meter's does. */
function message(home: SimulatedHome, zone: Zone, keys: MeterKeys | undefined): Uint8Array {
  const { values, measuredAt } = home.say("counter");
  const serial = home.voices.get("counter")!.device.sheet.serialNumber!;
  const number = Math.floor(home.now() / 1000);
  return messageOf({ values, time: Math.floor(measuredAt / 1000), serial, number, keys }, zone);
}

function telegram(home: SimulatedHome, zone: Zone): Uint8Array {
  const { values, measuredAt } = home.say("counter");
  const { importWhByTariff, exportWhByTariff, tariff } = home.physics.counter;
  const text = telegramOf(
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
  return Buffer.from(text, "latin1");
}

/** What a fault makes of the total comes out of the tariff register that has it. */
function byTariff([first, second]: readonly [number, number], total: number | undefined): [number, number] {
  if (total === undefined || total === first + second) return [first, second];
  const kept = Math.min(first, total);
  return [kept, total - kept];
}

async function serveFace(host: string, show: (image: RegisterImage) => RegisterFace): Promise<ModbusServer> {
  const image = new RegisterImage();
  const face = show(image);
  return serveModbus(new Map([[UNIT, image]]), {
    host,
    before({ kind }) {
      if (kind === "read") face.fill();
      return undefined;
    },
    written({ first, count }) {
      face.written(first, count);
      return undefined;
    },
  });
}
