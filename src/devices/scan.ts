/**
 * What answers in a network: for the installer who does not know the addresses. Each host is asked at the ports of
 * the protocols that a home's devices speak; a SunSpec device is recognised with the template that fits it, the rest
 * is said as what it is.
 */
import { connect } from "node:net";
import { DeviceError } from "#devices/device.ts";
import { ModbusConnection } from "#devices/modbus-client.ts";
import { readTelegram, TelegramReader } from "#devices/p1.ts";
import { type FoundModel, findModels, readSheet } from "#devices/sunspec-reader.ts";

export interface ScanPorts {
  readonly modbus: readonly number[];
  readonly mqtt: readonly number[];
  readonly p1: readonly number[];
}

/** As delivered; P1 readers on the network have no port of their own, these are the usual ones. */
export const USUAL_PORTS: ScanPorts = { modbus: [502], mqtt: [1_883], p1: [23, 2_000, 8_088] };

export interface Finding {
  readonly address: string;
  readonly protocol: "sunspec" | "modbus" | "mqtt" | "p1";
  /** The template that fits, as far as can be told from outside. */
  readonly template: string | undefined;
  readonly sheet: Readonly<Record<string, string>>;
  /** SunSpec: the numbers of its models. */
  readonly models?: readonly number[];
  readonly note?: string;
}

export interface ScanOptions {
  readonly ports: ScanPorts;
  /** Modbus units to ask behind one address. */
  readonly units: readonly number[];
  readonly timeoutMs: number;
  readonly atOnce: number;
  readonly progress?: (done: number, host: string) => void;
}

/** In the order of the hosts. What is not there is not mentioned. */
export async function scanHosts(hosts: readonly string[], options: ScanOptions): Promise<Finding[]> {
  const found: Finding[][] = hosts.map(() => []);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < hosts.length) {
      const index = next++;
      found[index] = await scanHost(hosts[index]!, options);
      options.progress?.(++done, hosts[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.atOnce, hosts.length) }, worker));
  return found.flat();
}

export async function scanHost(host: string, options: ScanOptions): Promise<Finding[]> {
  const { ports, timeoutMs } = options;
  const findings: Finding[] = [];
  for (const port of ports.modbus) {
    if (await answers(host, port, timeoutMs)) findings.push(...(await modbusAt(host, port, options)));
  }
  for (const port of ports.mqtt) {
    if (!(await answers(host, port, timeoutMs))) continue;
    const note = "a broker; say which device: mqtt://HOST/ITS-TOPIC-PREFIX";
    findings.push({
      address: `mqtt://${hostIn(host)}:${port}/`,
      protocol: "mqtt",
      template: undefined,
      sheet: {},
      note,
    });
  }
  for (const port of ports.p1) {
    const telegram = await telegramAt(host, port, timeoutMs);
    if (telegram === undefined) continue;
    const sheet = telegram === "" ? {} : { model: telegram };
    findings.push({ address: `tcp://${hostIn(host)}:${port}`, protocol: "p1", template: "dsmr-p1", sheet });
  }
  return findings;
}

async function modbusAt(host: string, port: number, { units, timeoutMs }: ScanOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const unit of units) {
    const connection = new ModbusConnection({ host, port, unit }, timeoutMs);
    const address = `modbus://${hostIn(host)}:${port}/${unit}`;
    try {
      await connection.open();
      const models = await findModels(connection);
      if (models === undefined) {
        if (!(await isThere(connection))) continue;
        const note = "speaks Modbus and is no SunSpec device; take the template of its make";
        findings.push({ address, protocol: "modbus", template: undefined, sheet: {}, note });
        continue;
      }
      const sheet = await readSheet(connection, models);
      const template = templateFor(models);
      findings.push({
        address,
        protocol: "sunspec",
        template,
        sheet,
        models: models.map(({ id }) => id),
        ...(template === undefined && { note: "no template fits its models" }),
      });
    } catch (error) {
      // A unit that keeps silent, or that the Modbus gateway does not reach, is not there.
      if (!(error instanceof DeviceError)) throw error;
    } finally {
      connection.close();
    }
  }
  return findings;
}

/** Any answer to a read of the first register, an exception too; not the gateway's own for a unit it cannot reach. */
async function isThere(connection: ModbusConnection): Promise<boolean> {
  try {
    await connection.read(0, 1);
    return true;
  } catch (error) {
    return error instanceof DeviceError && connection.isOpen && error.problem !== "unreachable";
  }
}

/** Storage before inverter: a hybrid inverter has both, and its accumulator is what is steered. */
export function templateFor(models: readonly FoundModel[]): string | undefined {
  const has = (...ids: readonly number[]) => models.some(({ id }) => ids.includes(id));
  if (has(713, 802)) return "sunspec-accumulator";
  if (has(701, 101, 102, 103)) return "sunspec-inverter";
  return undefined;
}

function answers(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (there: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(there);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

/** How long a P1 reader is listened to: its meter speaks every second, or every ten. */
const LISTEN_MS = 11_000;

/** The meter's identification, `undefined` where no telegram comes. */
function telegramAt(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const reader = new TelegramReader();
    const end = (found: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    let timer = setTimeout(() => end(undefined), timeoutMs);
    socket.once("connect", () => {
      clearTimeout(timer);
      timer = setTimeout(() => end(undefined), LISTEN_MS);
    });
    socket.on("error", () => end(undefined));
    socket.on("close", () => end(undefined));
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const bytes of reader.push(chunk)) {
          end(readTelegram(bytes).identification.trim());
          return;
        }
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
      }
    });
  });
}

function hostIn(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** At most a /22: more is no home. */
const HOSTS_MAX = 1_024;

/**
 * The hosts of "192.168.1.0/24", without network and broadcast address; `undefined` where it is no IPv4 network or
 * has more than a home.
 */
export function hostsOf(subnet: string): readonly string[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  if (size > HOSTS_MAX) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = Math.floor(address / size) * size;
  const hosts = size > 2 ? { from: first + 1, to: first + size - 2 } : { from: first, to: first + size - 1 };
  return Array.from({ length: hosts.to - hosts.from + 1 }, (_, i) => {
    const at = hosts.from + i;
    return [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join(".");
  });
}
