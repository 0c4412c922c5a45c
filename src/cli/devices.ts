/** `contrada devices`: homes of simulated devices that speak the real protocols, and faults for them. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, parse, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { formatInstant, parseDay, parseInstant } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { flagOf, resolve, UsageError, type Values } from "#cli/settings.ts";
import { askedToStop } from "#cli/stop.ts";
import { FileError } from "#devices/checked-json.ts";
import { keysIn } from "#devices/open-device.ts";
import { askControl } from "#sim/home-devices/control-socket.ts";
import { FAULT_KINDS, type FaultWish, parseFault, secondsOf } from "#sim/home-devices/fault.ts";
import { COUNTER_VOICES } from "#sim/home-devices/open-home.ts";
import { HEAT_SOURCES, type RunningHome, runHomes } from "#sim/home-devices/running-homes.ts";
import { followTown, type TownTime } from "#sim/home-devices/town-clock.ts";

const SETTINGS = {
  seed: {
    kind: "integer",
    min: 0,
    max: 2 ** 31,
    default: 1,
    value: "N",
    group: "Homes",
    help: "who lives there, under which sky",
  },
  homes: {
    kind: "integer",
    min: 1,
    max: 1_000,
    default: 1,
    value: "N",
    group: "Homes",
    help: "how many homes",
  },
  home: {
    kind: "integer",
    min: 1,
    max: 1_000,
    default: undefined,
    value: "N",
    group: "Homes",
    help: "only this one of them; of a command for a running home, which one",
  },
  ownProcesses: { kind: "switch", default: false, group: "Homes", help: "each home in a process of its own" },
  start: {
    kind: "date",
    default: undefined,
    value: "INSTANT",
    group: "Homes",
    help: "what time it is there in the beginning, e.g. 2026-06-16T10:00Z; now where nothing is said",
  },
  speed: {
    kind: "number",
    min: 0.1,
    max: 3_600,
    unit: "seconds of the home in one of the clock",
    default: 1,
    value: "N",
    group: "Homes",
    help: "how fast time passes there",
  },
  town: {
    kind: "text",
    default: undefined,
    value: "URL",
    group: "Homes",
    help: "live by the clock of this simulated town, e.g. http://127.0.0.1:8080: its time, its speed",
  },
  solarPeakKwp: {
    kind: "number",
    min: 0,
    max: 30,
    unit: "kWp",
    default: undefined,
    value: "KWP",
    group: "Homes",
    help: "panels of each home; 3 to 6 by seed where nothing is said",
  },
  accumulatorKwh: {
    kind: "number",
    min: 0,
    max: 60,
    unit: "kWh",
    default: undefined,
    value: "KWH",
    group: "Homes",
    help: "0 for none; 5 to 13.5 by seed where nothing is said",
  },
  accumulatorKw: {
    kind: "number",
    min: 0,
    max: 30,
    unit: "kW",
    default: undefined,
    value: "KW",
    group: "Homes",
    help: "of the accumulator; three quarters of its kWh, at most 5, where nothing is said",
  },
  charge: {
    kind: "number",
    min: 4,
    max: 98,
    unit: "%",
    default: 50,
    value: "PERCENT",
    group: "Homes",
    help: "state of charge in the beginning",
  },
  address: { kind: "text", default: "127.0.0.1", group: "Where", help: "where the devices are reached" },
  port: {
    kind: "integer",
    min: 0,
    max: 65_000,
    default: 0,
    value: "N",
    group: "Where",
    help: "the first home's first port, others follow, ten a home; 0 takes free ones",
  },
  counter: {
    kind: "choice",
    choices: COUNTER_VOICES,
    default: "p1",
    group: "Where",
    help: "how the counter speaks: p1 (DSMR telegrams over TCP), modbus (registers of an Eastron SDM630), dlms (pushed HDLC frames over TCP)",
  },
  counterKeys: {
    kind: "text",
    value: "FILE",
    default: undefined,
    group: "Where",
    help: "with --counter dlms: ciphers under the keys in this file; two lines of 32 hexadecimal digits: encryption, authentication",
  },
  loads: {
    kind: "switch",
    default: false,
    group: "Homes",
    help: "with a car at a charge point (OCPP) and, at a broker, what heats and a garden pump: what a gateway steers",
  },
  heat: {
    kind: "choice",
    choices: HEAT_SOURCES,
    default: "heat-pump",
    group: "Homes",
    help: "with --loads: what heats, a heat-pump that takes limits, one behind a relay of two contacts (sg-ready), a micro-chp",
  },
  mqtt: {
    kind: "text",
    default: undefined,
    value: "URL",
    group: "Where",
    help: "the broker of the home's plugs, e.g. mqtt://127.0.0.1:1883; without one they keep silent",
  },
  out: {
    kind: "text",
    default: undefined,
    value: "FILE",
    group: "Where",
    help: "the equipment file for gateway and device; of several homes the number is added: equipment-2.json",
  },
  control: {
    kind: "text",
    default: join("data", "devices.sock"),
    value: "FILE",
    group: "Where",
    help: "the socket by which running homes are told of faults",
  },
  fault: {
    kind: "text",
    default: undefined,
    value: "LIST",
    group: "Faults",
    help: `device:what@from+for, separated by commas, in time of the home; what is ${FAULT_KINDS.join(", ")}`,
  },
  for: { kind: "text", default: "30s", group: "Faults", help: "how long, e.g. 30s, 5m, 1h" },
  after: { kind: "text", default: "0s", group: "Faults", help: "from when on, counted from now" },
  json: { kind: "switch", default: false, help: "one JSON object a line" },
} as const;
type DevicesValues = Values<typeof SETTINGS>;

export const devices: Command = {
  usage: "devices [fault DEVICE WHAT | clear [DEVICE] | state | quarters] [flags]",
  about:
    "A home of simulated devices that speak the real protocols over real sockets: inverter and accumulator by SunSpec\n" +
    "over Modbus TCP, a bidirectional counter by DSMR P1, Modbus or DLMS, a solar meter by Modbus, two plugs at an MQTT\n" +
    "broker as Shelly and Tasmota. Sun, weather and household come from the\n" +
    "simulation, and all devices share one physics. --out writes the file that contrada gateway and contrada device\n" +
    "take. While it runs, fault breaks a device for a while, clear mends, state shows what is true and what the\n" +
    "devices say, quarters what every quarter hour really came to. docs/home/simulator.md says what each fault is.",
  settings: SETTINGS,
  examples: [
    [
      "devices --out equipment.json --speed 60",
      "a home whose minutes are seconds, and the file for its gateway",
    ],
    [
      "devices --town http://127.0.0.1:8080 --out equipment.json",
      "a home in the demo town, for a gateway there",
    ],
    ["devices fault inverter freeze --for 30s", "its inverter says the same for half a minute"],
    ["devices --fault counter:drop@60s+30s,accumulator:slow@2m+10s", "faults by schedule"],
    ["devices --homes 50 --own-processes --out equipment.json", "fifty homes for fifty gateways"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [action, ...rest] = words;
    if (action !== undefined) return tell(values, action, rest);
    return values.ownProcesses && values.home === undefined ? runApart(values) : runHere(values);
  },
};

async function runHere(values: DevicesValues): Promise<number> {
  const numbers =
    values.home === undefined ? Array.from({ length: values.homes }, (_, i) => i + 1) : [values.home];
  if (numbers.some((number) => number > values.homes)) {
    throw new UsageError(`there are ${values.homes} homes; --home ${values.home} is none of them.`);
  }
  const stopped = Promise.race([askedToStop(), orphaned()]);
  mkdirSync(dirname(values.control), { recursive: true });
  const town = values.town === undefined ? undefined : await townTimeOf(values.town);
  const running = await runHomes({
    seed: values.seed,
    homes: values.homes,
    numbers,
    start: town === undefined ? startOf(values) : Math.floor(town.now() / 1000),
    speed: town?.speed ?? values.speed,
    ...(town !== undefined && { now: town.now }),
    solarPeakKwp: values.solarPeakKwp,
    accumulatorKwh: values.accumulatorKwh,
    accumulatorKw: values.accumulatorKw,
    stateOfCharge: values.charge / 100,
    host: values.address,
    port: values.port,
    counter: values.counter,
    meterKeys: meterKeysOf(values),
    broker: brokerOf(values.mqtt),
    loads: values.loads,
    heat: values.heat,
    control: controlOf(values, values.home),
    faults: wishesOf(values.fault),
    realMs: () => performance.now(),
  }).catch((error: unknown) => {
    town?.close();
    throw problemOf(error, values);
  });
  try {
    for (const home of running.homes) announce(home, { ...values, speed: town?.speed ?? values.speed });
    await stopped;
    return 0;
  } finally {
    town?.close();
    await running.close();
  }
}

async function townTimeOf(url: string): Promise<TownTime> {
  try {
    return await followTown(url, () => performance.now());
  } catch (cause) {
    throw new UsageError(
      `no simulated town says its time at ${url}: is it the address that "contrada town" prints?`,
      {
        cause,
      },
    );
  }
}

/** A process for each home; ends when it is asked to, or when one of them fails. */
async function runApart(values: DevicesValues): Promise<number> {
  const stopped = askedToStop();
  const children = Array.from({ length: values.homes }, (_, i) =>
    spawn(process.execPath, [CONTRADA, "devices", ...flagsOf(values), "--home", String(i + 1)], {
      // By the channel a home notices when this process is no more.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    }),
  );
  const ends = children.map(
    (child) => new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1))),
  );
  const first = await Promise.race([stopped, ...ends]);
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(ends);
  return first === "stopped" ? 0 : first;
}

/** Resolves when the process that began this one, and wants to know of its end, is gone. */
function orphaned(): Promise<"orphaned"> {
  return new Promise((resolve) => {
    process.on("disconnect", () => resolve("orphaned"));
    // Whoever listens to it would otherwise never end by itself.
    process.channel?.unref();
  });
}

const CONTRADA = fileURLToPath(new URL("../../bin/contrada.js", import.meta.url));

/** Everything that was not left to its default, as flags for another process. */
function flagsOf(values: DevicesValues): string[] {
  return (Object.keys(SETTINGS) as (keyof typeof SETTINGS)[])
    .filter((name) => name !== "home" && name !== "ownProcesses" && values[name] !== SETTINGS[name].default)
    .flatMap((name) => {
      const value = values[name];
      return value === true ? [`--${flagOf(name)}`] : [`--${flagOf(name)}`, String(value)];
    });
}

function announce({ number, addresses, home }: RunningHome, values: DevicesValues): void {
  const file = values.out === undefined ? undefined : numbered(values.out, values, number);
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ devices: addresses }, null, 2)}\n`);
  }
  const time = formatInstant(home.physics.time);
  if (values.json) {
    const control = controlOf(values, values.home);
    console.log(
      JSON.stringify({ ready: number, time, speed: values.speed, control, file, devices: addresses }),
    );
    return;
  }
  const width = Math.max(...addresses.map(({ id }) => id.length)) + 2;
  const name = values.homes === 1 ? "The home's devices speak" : `The devices of home ${number} speak`;
  console.log(
    [
      `${name}; it is ${time} there${values.speed === 1 ? "" : `, ${values.speed} times as fast as here`}.`,
      ...addresses.map(({ id, template, address }) => `  ${id.padEnd(width)}${address}  (${template})`),
      ...(file === undefined ? [] : [`Its equipment is in ${file}.`]),
    ].join("\n"),
  );
}

/** A word for a home that runs already. */
async function tell(values: DevicesValues, action: string, words: readonly string[]): Promise<number> {
  const path = values.home === undefined ? values.control : liveControl(values, values.home);
  const home = values.home ?? 1;
  const [device, kind, ...more] = words;
  const takes = { fault: 2, clear: 1, state: 0, quarters: 0 }[action];
  if (takes === undefined) {
    throw new UsageError(`devices knows fault, clear, state and quarters, not "${action}".`);
  }
  if (words.length > takes) throw new UsageError(`"${more[0] ?? words.at(-1)}" is one word too many.`);
  switch (action) {
    case "fault": {
      if (device === undefined || kind === undefined) {
        throw new UsageError(`fault wants a device and what it has: ${FAULT_KINDS.join(", ")}.`);
      }
      const [afterS, forS] = [secondsOf(values.after), secondsOf(values.for)];
      if (afterS === undefined)
        throw new UsageError(`--after must be a time like 90s or 5m, not "${values.after}".`);
      if (!forS) throw new UsageError(`--for must be a time like 30s or 5m, not "${values.for}".`);
      const fault = (await askControl(path, { do: "fault", home, device, kind, afterS, forS })) as {
        from: number;
        until: number;
      };
      const at = (ms: number) => formatInstant(Math.floor(ms / 1000));
      console.log(
        values.json
          ? JSON.stringify(fault)
          : `${device}: ${kind} from ${at(fault.from)} to ${at(fault.until)} of the home.`,
      );
      return 0;
    }
    case "clear":
      await askControl(path, { do: "clear", home, device });
      if (!values.json) console.log(`${device ?? "Every device"} is well again.`);
      return 0;
    default: {
      const answer = await askControl(path, { do: action, home });
      console.log(JSON.stringify(answer, null, values.json ? 0 : 2));
      return 0;
    }
  }
}

/** Of a home in a process of its own the socket has its number, too. */
function controlOf(values: DevicesValues, home: number | undefined): string {
  return home === undefined ? values.control : numbered(values.control, values, home);
}

function liveControl(values: DevicesValues, home: number): string {
  return values.ownProcesses ? numbered(values.control, { homes: 2 }, home) : values.control;
}

function numbered(path: string, { homes }: { readonly homes: number }, number: number): string {
  if (homes === 1) return path;
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${number}${ext}`);
}

function brokerOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (/^mqtt:\/\/[^/\s]+\/?$/.test(url)) return url.replace(/\/$/, "");
  throw new UsageError(`--mqtt must be a broker like mqtt://127.0.0.1:1883, not "${url}".`);
}

function meterKeysOf({ counter, counterKeys: file }: DevicesValues) {
  if (file === undefined) return undefined;
  if (counter !== "dlms") throw new UsageError("--counter-keys is for --counter dlms.");
  const path = resolvePath(file);
  try {
    const { encryptionKey, authenticationKey } = keysIn("--counter-keys", path);
    if (authenticationKey === undefined) throw new FileError(`--counter-keys: ${file} lacks the second key`);
    return { encryptionKey, authenticationKey, file: path };
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function startOf({ start }: DevicesValues): number {
  if (start === undefined) return Math.floor(Date.now() / 1000);
  const day = parseDay(start);
  return day === undefined ? parseInstant(start)! : day * 86_400;
}

function wishesOf(list: string | undefined): FaultWish[] {
  if (list === undefined) return [];
  return list.split(",").map((text) => {
    const parsed = parseFault(text);
    if (!parsed.ok) throw new UsageError(`--fault: ${parsed.error}`);
    return parsed.value;
  });
}

function problemOf(error: unknown, { address, port }: DevicesValues): unknown {
  if (error instanceof RangeError) return new UsageError(error.message, { cause: error });
  const { code, message } = error as NodeJS.ErrnoException;
  const sentences: { readonly [code: string]: string } = {
    EADDRINUSE: `a port from ${port} on is in use: choose others with --port, or 0 for any free ones.`,
    EACCES: `ports from ${port} on may not be opened by you: choose some above 1023 with --port.`,
    EADDRNOTAVAIL: `this machine has no address ${address}: choose one with --address, e.g. 127.0.0.1.`,
  };
  const sentence = sentences[code ?? ""];
  if (sentence !== undefined) return new UsageError(sentence, { cause: error });
  return message.includes("--control") ? new UsageError(message, { cause: error }) : error;
}
