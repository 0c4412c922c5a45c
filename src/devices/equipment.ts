/**
 * The equipment file of a home, `devices.json`: its devices with template and address. Written by the installer,
 * by `contrada device scan --json`, or by the simulator; read by the gateway and by `contrada device`.
 * docs/spec/equipment.md says each field.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  boolean,
  type Checked,
  checkedFile,
  FileError,
  list,
  number,
  object,
  oneOf,
  record,
  text,
  whole,
} from "#devices/checked-json.ts";
import { readTemplate, type Template } from "#devices/template.ts";
import { builtInTemplate, builtInTemplateNames } from "#devices/template-shelf.ts";

const options = object(
  {},
  {
    /** Of one question until its answer, ms; 1,000 where nothing is said. */
    timeoutMs: whole(50, 60_000),
    /** Of a device that speaks by itself: older values are none, s; 60 where nothing is said. */
    silentMaxS: number(1, 86_400),
    username: text(),
    /** A file whose first line is the password, from the equipment file on. */
    passwordFile: text(),
    /** Of a device at a broker that another one there measures: what `{meter}` of its template stands for. */
    meter: text("an MQTT topic without wildcards", /^[^#+]+$/),
    /** Of a meter that ciphers: its keys, two lines of 32 hexadecimal digits: encryption, authentication. */
    keyFile: text(),
    /** Of a charge point: on how many phases it charges, 1 or 3. */
    phases: whole(1, 3),
    /** What a car may draw where nobody renews its limit, W. */
    failsafeW: number(0, 50_000),
    /** Whether a car that is plugged in charges without a card. */
    startsByItself: boolean,
    /** Overrides of the template's sheet. */
    sheet: record(text()),
  },
);
export type DeviceOptions = Checked<typeof options>;

/** What a flexible device is for whoever steers it: what the device does not say of itself. */
const load = object(
  {},
  {
    /** A charge point is a car and a heat pump one; a plug is an appliance where nothing is said. */
    kind: oneOf(["car", "heat_pump", "boiler", "washing_machine", "dishwasher", "freezer", "appliance"]),
    name: text("a name of at most 60 letters", /^[^\n\r]{1,60}$/),
    /** What it draws when it runs; of a plug learnt where nothing is said, W. */
    powerMaxW: number(1, 100_000),
    /** Below this it is off, W. */
    powerMinW: number(0, 100_000),
    /** Share of its power on L1, L2, L3. */
    phaseShares: list(number(0, 1), 1),
    /** Of a plug: how long it has to run each day; of a programme how long it lasts, s. */
    runsS: number(60, 86_400),
    /** Of a car: its battery, and how full it comes home where it does not say so. */
    batteryWh: number(1_000, 500_000),
    arrivesPercent: number(0, 100),
    /** Of a micro-CHP: its heat for each watt of power, what power and heat come out of its gas, what that costs. */
    heatPerWatt: number(0.5, 20),
    efficiency: number(0.3, 1.1),
    gasEurPerKwh: number(0, 5),
    /** How long its engine runs and rests at least, s. */
    runsLeastS: number(60, 86_400),
    restsLeastS: number(60, 86_400),
    /** Of a heat pump: its tank, and what the rooms lose. */
    tankLitres: number(10, 20_000),
    roomsLossWPerK: number(10, 5_000),
  },
);
export type LoadSheet = Checked<typeof load>;

const equipmentFile = object({
  devices: list(
    object(
      {
        id: text("an id of small letters, digits and dashes", /^[a-z0-9][a-z0-9-]{0,40}$/),
        template: text('the name of a template, or a file that ends in ".json"'),
        address: text('an address such as "modbus://192.168.1.20:502/1"', /^[a-z0-9+]+:\/\/\S+$/),
      },
      { options, load },
    ),
  ),
});

export interface DeviceEntry {
  readonly id: string;
  readonly template: Template;
  readonly address: string;
  readonly options: DeviceOptions;
  readonly load: LoadSheet;
}

/** Reads an equipment file with its templates. Throws `FileError`, which names file and place. */
export function readEquipment(path: string): DeviceEntry[] {
  return equipmentOf(path, textOf(path), dirname(resolve(path)));
}

/** The same of a file's content; paths in it begin at `folder`. */
export function equipmentOf(name: string, content: string, folder: string): DeviceEntry[] {
  const { devices } = checkedFile(name, content, equipmentFile);
  const seen = new Set<string>();
  return devices.map(({ id, template, address, options = {}, load = {} }, i) => {
    if (seen.has(id)) throw new FileError(`${name}.devices[${i}].id: "${id}" stands twice`);
    seen.add(id);
    return {
      id,
      template: templateNamed(template, folder, `${name}.devices[${i}].template`),
      address,
      options: withPaths(options, folder),
      load,
    };
  });
}

/** One of ours by name, or the file at that path. */
export function templateNamed(name: string, folder: string, at: string): Template {
  if (name.endsWith(".json")) {
    const path = resolve(folder, name);
    return readTemplate(path, textOf(path));
  }
  const template = builtInTemplate(name);
  if (template === undefined) {
    throw new FileError(
      `${at}: there is no template "${name}"; there are ${builtInTemplateNames().join(", ")}, or the path of your own file`,
    );
  }
  return template;
}

function withPaths(options: DeviceOptions, folder: string): DeviceOptions {
  const { passwordFile, keyFile } = options;
  return {
    ...options,
    ...(passwordFile !== undefined && { passwordFile: resolve(folder, passwordFile) }),
    ...(keyFile !== undefined && { keyFile: resolve(folder, keyFile) }),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FileError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
