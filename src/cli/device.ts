/**
 * `contrada device scan|read|watch`: for the installer. Finds what answers in a network, asks devices for their
 * points, and shows them as they change; of the equipment file, or of one address with a template.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "#cli/command.ts";
import { ADVICE, jsonOf, lineOf, type Outcome, pageOf } from "#cli/device-page.ts";
import { startProgress } from "#cli/progress.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { FileError } from "#devices/checked-json.ts";
import { type Device, DeviceError } from "#devices/device.ts";
import { type DeviceEntry, readEquipment, templateNamed } from "#devices/equipment.ts";
import { openDevice } from "#devices/open-device.ts";
import { callersAt, type Finding, hostsOf, scanHosts, USUAL_PORTS } from "#devices/scan.ts";
import type { DriverName } from "#devices/template.ts";
import { builtInTemplate, builtInTemplateNames } from "#devices/template-shelf.ts";

const SETTINGS = {
  json: { kind: "switch", default: false, help: "answer in JSON; watch: one object a line" },
  subnet: {
    kind: "text",
    value: "NET",
    default: undefined,
    help: "scan: every host of this network, such as 192.168.1.0/24",
  },
  port: {
    kind: "text",
    value: "LIST",
    default: undefined,
    help: "scan: Modbus ports to ask instead of 502, separated by commas",
  },
  p1Port: {
    kind: "text",
    value: "LIST",
    default: undefined,
    help: `scan: ports of readers of P1 or DLMS meters to listen at instead of ${USUAL_PORTS.p1.join(", ")}`,
  },
  ocppPort: {
    kind: "integer",
    min: 1,
    max: 65_535,
    value: "PORT",
    default: undefined,
    help: "scan: port of this machine at which charge points call in, such as 9000; listened to for --listen-s",
  },
  listenS: {
    kind: "integer",
    min: 1,
    max: 600,
    unit: "s",
    default: 60,
    help: "scan: how long charge points are waited for",
  },
  mqttPort: {
    kind: "text",
    value: "LIST",
    default: undefined,
    help: "scan: ports of brokers instead of 1883",
  },
  units: {
    kind: "text",
    value: "LIST",
    default: "1",
    help: "scan: Modbus units to ask at each address, such as 1,2,247 or 1-10",
  },
  equipment: {
    kind: "text",
    value: "FILE",
    default: undefined,
    help: "read, watch: the home's equipment file (default devices.json)",
  },
  template: {
    kind: "text",
    value: "NAME",
    default: undefined,
    help: "read, watch: of one address: a template's name, or the path of your own file",
  },
  timeoutMs: { kind: "integer", min: 50, max: 60_000, default: 1_000, help: "to wait for an answer, ms" },
  everyS: {
    kind: "number",
    min: 0.2,
    max: 3_600,
    unit: "s",
    default: 1,
    help: "watch: between two readings",
  },
  points: {
    kind: "text",
    value: "LIST",
    default: undefined,
    help: "curve: writes and adopts these points, in percent, such as 92:60,98:0,102:0,108:-60",
  },
  reference: {
    kind: "text",
    value: "NAME",
    default: undefined,
    help: "curve: what the values of --points are percent of, such as W_MAX_PCT (default: as usual for the curve)",
  },
  responseS: {
    kind: "number",
    min: 0,
    max: 1_000,
    unit: "s",
    default: undefined,
    help: "curve: how soon the device follows (default: as it was)",
  },
  select: {
    kind: "integer",
    min: 1,
    max: 100,
    value: "N",
    default: undefined,
    help: "curve: lets the stored curve N hold",
  },
  off: { kind: "switch", default: false, help: "curve: switches the function off" },
  times: {
    kind: "integer",
    min: 1,
    max: 1_000_000,
    default: undefined,
    help: "watch: so often, then end (default: until Ctrl-C)",
  },
} as const;

type DeviceValues = Values<typeof SETTINGS>;

export const device: Command = {
  usage:
    "device scan [HOST…] | read [ID… | ADDRESS] | watch [ID… | ADDRESS] | curve ID|ADDRESS [CURVE] | templates [flags]",
  about:
    "For the installer: finds devices in a network (Modbus TCP with SunSpec, MQTT brokers, P1 and DLMS meters, charge\n" +
    "points that call in), reads their\n" +
    "points once, or watches them. read and watch take the devices of the equipment file, all or those named, or one\n" +
    "address with --template. curve shows or sets how an inverter holds the voltage: volt-var, volt-watt, watt-var. Exit code 1 where nothing was found or one of the devices could not be read.",
  settings: SETTINGS,
  examples: [
    ["device scan 192.168.1.20", "what answers at this host, and the template that fits"],
    [
      "device scan --subnet 192.168.1.0/24 --json",
      "the whole network, as the beginning of an equipment file",
    ],
    ["device read modbus://192.168.1.20/1 --template sunspec-inverter", "one device that is in no file yet"],
    ["device watch battery counter", "two devices of devices.json, every second"],
    ["device curve inverter volt-var --points 92:44,98:0,102:0,108:-44", "its volt-var curve from now on"],
    ["device templates", "the templates that come with Contrada"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [action, ...rest] = words;
    try {
      if (action === "scan") return await scan(rest, values);
      if (action === "read") return await read(rest, values);
      if (action === "watch") return await watch(rest, values);
      if (action === "curve") return await curves(rest, values);
      if (action === "templates") return templates(values);
    } catch (error) {
      // A file that a person wrote: one sentence, and no failure of the program.
      if (error instanceof FileError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
    throw new UsageError("device wants scan, read, watch, curve or templates after it.");
  },
};

async function scan(words: readonly string[], values: DeviceValues): Promise<number> {
  const hosts = [...words];
  if (values.subnet !== undefined) {
    const inside = hostsOf(values.subnet);
    if (inside === undefined) {
      throw new UsageError(
        `--subnet wants an IPv4 network of at most 1,024 addresses, such as 192.168.1.0/24; got "${values.subnet}".`,
      );
    }
    hosts.push(...inside);
  }
  if (hosts.length === 0 && values.ocppPort === undefined) {
    throw new UsageError("device scan wants a host after it, --subnet 192.168.1.0/24, or --ocpp-port 9000.");
  }
  const calling = values.ocppPort === undefined ? [] : callersAt(values.ocppPort, 1_000 * values.listenS);
  const progress = startProgress("scanning", hosts.length);
  const [answering, callers] = await Promise.all([
    scanHosts(hosts, {
      ports: {
        modbus: values.port === undefined ? USUAL_PORTS.modbus : numbersOf("--port", values.port, 65_535),
        mqtt:
          values.mqttPort === undefined
            ? USUAL_PORTS.mqtt
            : numbersOf("--mqtt-port", values.mqttPort, 65_535),
        p1: values.p1Port === undefined ? USUAL_PORTS.p1 : numbersOf("--p1-port", values.p1Port, 65_535),
      },
      units: numbersOf("--units", values.units, 255),
      timeoutMs: values.timeoutMs,
      atOnce: 32,
      progress: (done, host) => progress.show(done, host),
    }),
    calling,
  ]).catch((error: unknown) => {
    progress.end();
    throw error instanceof DeviceError
      ? new UsageError(`--ocpp-port: ${error.message}.`, { cause: error })
      : error;
  });
  progress.end();
  const findings = [...answering, ...callers];
  if (values.json) console.log(JSON.stringify({ devices: findings.map(entryOf) }, null, 2));
  else if (findings.length === 0) console.log(nothingFound(hosts));
  else for (const finding of findings) console.log(sentenceOf(finding));
  return findings.length === 0 ? 1 : 0;
}

/** "1,2,247" and "1-10", also mixed. */
function numbersOf(flag: string, text: string, max: number): number[] {
  const numbers = text.split(",").flatMap((part) => {
    const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || from > to || to > max) {
      throw new UsageError(`${flag} wants numbers up to ${max} such as 1,2,5-8; got "${text}".`);
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(numbers)];
}

/** An entry of an equipment file; what has no template yet says so where it is read. */
function entryOf({ template, protocol, address, sheet, note }: Finding, index: number) {
  const kind = template === undefined ? protocol : builtInTemplate(template)!.kind.replaceAll("_", "-");
  return {
    id: `${kind}-${index + 1}`,
    template: template ?? "NAME-ITS-TEMPLATE",
    address,
    options: { sheet: { ...sheet, ...(note !== undefined && { note }) } },
  };
}

function sentenceOf({ address, protocol, template, sheet, models, note }: Finding): string {
  const who = [sheet.manufacturer, sheet.model, sheet.serial && `no. ${sheet.serial}`]
    .filter(Boolean)
    .join(" ");
  const what = [
    protocol,
    who,
    models && `models ${models.join(", ")}`,
    template && `template ${template}`,
    note,
  ];
  return `${address.padEnd(34)} ${what.filter((part) => part !== undefined && part !== "").join(" · ")}`;
}

function nothingFound(hosts: readonly string[]): string {
  if (hosts.length === 0) {
    return "No charge point called in. In its settings the address of its backend must be ws://THIS-MACHINE:PORT, without TLS.";
  }
  const where = hosts.length === 1 ? hosts[0]! : `${hosts.length} addresses`;
  return [
    `Nothing answered at ${where}. Look whether`,
    "  – Modbus TCP is switched on in the device (many deliver it off), and on which port (--port 1502);",
    "  – this computer is in the same network as the device, and no guest network stands between;",
    "  – the device is slow (--timeout-ms 3000) or behind a Modbus gateway under another unit (--units 1-10).",
  ].join("\n");
}

function entriesOf(words: readonly string[], values: DeviceValues): DeviceEntry[] {
  const options = { timeoutMs: values.timeoutMs };
  if (words.length === 1 && words[0]!.includes("://")) {
    if (values.template === undefined) {
      throw new UsageError(`which template? --template with one of ${builtInTemplateNames().join(", ")}.`);
    }
    const template = templateNamed(values.template, process.cwd(), "--template");
    return [{ id: template.kind.replaceAll("_", "-"), template, address: words[0]!, options, load: {} }];
  }
  const file = values.equipment ?? "devices.json";
  const entries = readEquipment(file).map((entry) => ({
    ...entry,
    options: { ...options, ...entry.options },
  }));
  const unknown = words.find((word) => entries.every(({ id }) => id !== word));
  if (unknown !== undefined) {
    throw new UsageError(
      `${file} has no device "${unknown}"; it has ${entries.map(({ id }) => id).join(", ")}.`,
    );
  }
  return words.length === 0 ? entries : entries.filter(({ id }) => words.includes(id));
}

/** Devices that speak by themselves may need ten seconds to their first word. */
const FIRST_WORD_MS = 12_000;
const SPEAK_BY_THEMSELVES: ReadonlySet<DriverName> = new Set(["p1", "dlms", "mqtt", "ocpp"]);

async function spoken(one: Device): Promise<Outcome> {
  const sample = await one.read();
  return { device: one, sheet: one.sheet, sample };
}

async function outcomeOf(one: Device, waitMs: number): Promise<Outcome> {
  const end = Date.now() + waitMs;
  try {
    await one.open();
    for (;;) {
      try {
        return await spoken(one);
      } catch (error) {
        const isSilent = error instanceof DeviceError && error.problem === "timeout";
        if (!isSilent || Date.now() >= end) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { device: one, sheet: one.sheet, error };
  }
}

async function read(words: readonly string[], values: DeviceValues): Promise<number> {
  const entries = entriesOf(words, values);
  const devices = entries.map(openDevice);
  const outcomes = await Promise.all(devices.map((one, i) => outcomeOf(one, patienceOf(entries[i]!))));
  await Promise.all(devices.map((one) => one.close()));
  if (values.json) console.log(JSON.stringify({ devices: outcomes.map(jsonOf) }, null, 2));
  else console.log(outcomes.map(pageOf).join("\n\n"));
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

function patienceOf({ template }: DeviceEntry): number {
  return SPEAK_BY_THEMSELVES.has(template.driver) ? FIRST_WORD_MS : 0;
}

async function curves([who, ...words]: readonly string[], values: DeviceValues): Promise<number> {
  if (who === undefined)
    throw new UsageError("device curve wants a device after it: its id, or its address.");
  const { curve } = await import("#cli/device-curve.ts");
  const device = openDevice(entriesOf([who], values)[0]!);
  try {
    await curve(device, words, values);
    return 0;
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    // What does not fit was asked for here: nothing is wrong with the device.
    const advice = error.problem === "out_of_range" ? "" : `\n${ADVICE[error.problem]}`;
    console.error(`${device.id}: ${error.message}${advice}`);
    return 1;
  } finally {
    await device.close();
  }
}

async function watch(words: readonly string[], values: DeviceValues): Promise<number> {
  const devices = entriesOf(words, values).map(openDevice);
  const isOpen = new Set<Device>();
  let failed = false;
  try {
    for (let round = 0; values.times === undefined || round < values.times; round++) {
      const began = Date.now();
      const outcomes = await Promise.all(devices.map((one) => readAgain(one, isOpen)));
      failed = outcomes.some(({ error }) => error !== undefined);
      for (const outcome of outcomes) {
        console.log(values.json ? JSON.stringify(jsonOf(outcome)) : lineOf(outcome));
      }
      const isLast = values.times !== undefined && round === values.times - 1;
      if (!isLast) await sleep(Math.max(0, began + 1_000 * values.everyS - Date.now()));
    }
  } finally {
    await Promise.all(devices.map((one) => one.close()));
  }
  return failed ? 1 : 0;
}

/** Opens what is not open: a device that comes back is seen again. */
async function readAgain(one: Device, isOpen: Set<Device>): Promise<Outcome> {
  try {
    if (!isOpen.has(one)) await one.open();
    isOpen.add(one);
    return await spoken(one);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    if (error.problem === "unreachable" || error.problem === "timeout") isOpen.delete(one);
    return { device: one, sheet: one.sheet, error };
  }
}

function templates(values: DeviceValues): number {
  const all = builtInTemplateNames().map((name) => builtInTemplate(name)!);
  if (values.json)
    console.log(
      JSON.stringify(
        all.map(({ name, title, kind, driver }) => ({ name, title, kind, driver })),
        null,
        2,
      ),
    );
  else for (const { name, title, kind } of all) console.log(`${name.padEnd(22)} ${kind.padEnd(13)} ${title}`);
  return 0;
}
