/**
 * What answers in a network: for the installer who does not know the addresses. Each host is asked at the ports of
 * the protocols that a home's devices speak; a SunSpec device is recognised with the template that fits it, the rest
 * is said as what it is.
 */
import { createServer } from "node:http";
import { connect } from "node:net";
import { DeviceError } from "#devices/device.ts";
import { DlmsReader } from "#devices/dlms-push.ts";
import { ModbusConnection } from "#devices/modbus-client.ts";
import { MqttLink } from "#devices/mqtt-link.ts";
import { P1Reader } from "#devices/p1.ts";
import { CipheredTelegramReader } from "#devices/p1-ciphered.ts";
import type { Pushed } from "#devices/pushed-device.ts";
import { type FoundModel, findModels, readSheet } from "#devices/sunspec-reader.ts";

export interface ScanPorts {
  readonly modbus: readonly number[];
  readonly mqtt: readonly number[];
  readonly p1: readonly number[];
}

/** As delivered; readers of meters on the network have no port of their own, these are the usual ones. */
export const USUAL_PORTS: ScanPorts = { modbus: [502], mqtt: [1_883], p1: [23, 2_000, 8_088] };

export interface Finding {
  readonly address: string;
  readonly protocol: "sunspec" | "modbus" | "mqtt" | "p1" | "dlms" | "ocpp";
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
  /** How long brokers are listened to, ms; 11,000 where nothing is said. */
  readonly listenMs?: number;
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
  // Each is listened to for a while: all at once.
  const [plugs, meters] = await Promise.all([
    Promise.all(ports.mqtt.map((port) => plugsAt(host, port, options))),
    Promise.all(ports.p1.map((port) => meterAt(host, port, timeoutMs))),
  ]);
  return [...findings, ...plugs.flat(), ...meters.filter((meter) => meter !== undefined)];
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
        const note =
          "speaks Modbus and is no SunSpec device; take the template of its make (contrada device templates)";
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

/** What plugs say by themselves, or have left at the broker: whether they are there, what they measure. */
const PLUG_TOPICS: readonly {
  readonly topics: readonly string[];
  readonly pattern: RegExp;
  readonly template: string;
}[] = [
  {
    topics: ["tele/+/LWT", "tele/+/SENSOR", "tele/+/STATE"],
    pattern: /^tele\/([^/]+)\/(?:LWT|SENSOR|STATE)$/,
    template: "tasmota-plug",
  },
  {
    topics: ["+/online", "+/+/online", "+/status/switch:0", "+/+/status/switch:0"],
    pattern: /^([^/]+(?:\/[^/]+)?)\/(?:online|status\/switch:0)$/,
    template: "shelly-plug",
  },
];
/** What a gateway of ours says of itself is no plug. */
const OWN_TOPIC = /^contrada\//;

/** The plugs at a broker as far as they show themselves, or the broker alone. */
async function plugsAt(
  host: string,
  port: number,
  { timeoutMs, listenMs = LISTEN_MS }: ScanOptions,
): Promise<Finding[]> {
  if (!(await answers(host, port, timeoutMs))) return [];
  const base = `mqtt://${hostIn(host)}:${port}`;
  const broker = { address: `${base}/`, protocol: "mqtt", template: undefined, sheet: {} } as const;
  const found = new Map<string, Finding>();
  const link = new MqttLink({ url: base }, timeoutMs);
  try {
    await link.open(
      PLUG_TOPICS.flatMap(({ topics }) => topics),
      (topic) => {
        for (const { pattern, template } of OWN_TOPIC.test(topic) ? [] : PLUG_TOPICS) {
          const device = pattern.exec(topic)?.[1];
          if (device === undefined || device === "tele") continue;
          found.set(device, { address: `${base}/${device}`, protocol: "mqtt", template, sheet: {} });
        }
      },
    );
    await new Promise((resolve) => setTimeout(resolve, listenMs));
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    if (error.problem === "refused") {
      return [
        {
          ...broker,
          note: "a broker that wants a name and a password: options.username, options.passwordFile",
        },
      ];
    }
  } finally {
    await link.close();
  }
  if (found.size > 0) return [...found.values()];
  return [{ ...broker, note: "a broker; say which device: mqtt://HOST/ITS-TOPIC-PREFIX" }];
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

/** How long a meter that speaks by itself is listened to: every second, or every ten. */
const LISTEN_MS = 11_000;

/** What a meter that speaks by itself is, telegrams or pushed messages; `undefined` where nothing whole comes. */
function meterAt(host: string, port: number, timeoutMs: number): Promise<Finding | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const address = `tcp://${hostIn(host)}:${port}`;
    const telegrams = new P1Reader();
    const messages = new DlmsReader(undefined, new Map());
    const end = (found: Finding | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    let timer = setTimeout(() => end(undefined), timeoutMs);
    // Ciphered telegrams show themselves within other messages too: they count where nothing else came.
    const sealed = new CipheredTelegramReader(undefined, new Map());
    let last: Finding | undefined;
    socket.once("connect", () => {
      clearTimeout(timer);
      timer = setTimeout(() => end(last), LISTEN_MS);
    });
    socket.on("error", () => end(undefined));
    socket.on("close", () => end(undefined));
    socket.on("data", (chunk: Buffer) => {
      for (const [protocol, reader] of [
        ["p1", telegrams],
        ["dlms", messages],
      ] as const) {
        const found = reader
          .push(chunk)
          .map((one) => meterOf(protocol, address, one))
          .find(Boolean);
        if (found !== undefined) return end(found);
      }
      last ??= sealed
        .push(chunk)
        .map((one) => meterOf("p1", address, one))
        .find(Boolean);
    });
  });
}

/** Of one thing that it said; what is no telegram and no message says nothing. */
function meterOf(protocol: "p1" | "dlms", address: string, said: Pushed | DeviceError): Finding | undefined {
  if (said instanceof DeviceError) {
    if (said.problem !== "refused") return undefined;
    const note = "the meter ciphers: options.keyFile with the keys of the grid's operator";
    return { address, protocol, template: protocol === "p1" ? "dsmr-p1" : "dlms-push", sheet: {}, note };
  }
  const sheet = said.model === undefined || said.model === "" ? {} : { model: said.model };
  const template =
    protocol === "p1"
      ? "dsmr-p1"
      : said.quantityAt(KAMSTRUP_POWER) === undefined
        ? "dlms-push"
        : "kamstrup-han";
  return { address, protocol, template, sheet };
}

/** This make's own channel. */
const KAMSTRUP_POWER = "1-1:1.7.0";

/**
 * Charge points that call in at a port of this machine within a while, each once: none of them is let in. Rejects with
 * `DeviceError` "unreachable" where the port cannot be had.
 */
export async function callersAt(port: number, listenMs: number): Promise<Finding[]> {
  const found = new Map<string, Finding>();
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on("upgrade", (request, socket) => {
    const path = new URL(request.url ?? "/", "ws://here").pathname;
    const identity = decodedEnd(path);
    const host = (request.socket.localAddress ?? "0.0.0.0").replace(/^::ffff:/, "");
    const protocols = request.headers["sec-websocket-protocol"] ?? "";
    if (identity !== "" && protocols.includes("ocpp")) {
      const notes = [
        ...(protocols.includes("ocpp1.6") ? [] : [`it speaks ${protocols}, and only ocpp1.6 is spoken here`]),
        ...(request.headers.authorization === undefined ? [] : ["it says a password: options.passwordFile"]),
      ];
      found.set(identity, {
        address: `ocpp://${hostIn(host)}:${port}/${encodeURIComponent(identity)}`,
        protocol: "ocpp",
        template: protocols.includes("ocpp1.6") ? "ocpp-charge-point" : undefined,
        sheet: {},
        ...(notes.length > 0 && { note: notes.join("; ") }),
      });
    }
    socket.on("error", () => undefined);
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new DeviceError("unreachable", `no charge point can call in at port ${port}: ${cause.message}`, {
          cause,
        }),
      ),
    );
    server.listen(port, () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, listenMs));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return [...found.values()];
}

/** The last part of a path; "" where it makes no sense. */
function decodedEnd(path: string): string {
  try {
    return decodeURIComponent(path.split("/").at(-1) ?? "");
  } catch {
    return "";
  }
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
