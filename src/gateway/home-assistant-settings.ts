/**
 * What `home.json` says of Home Assistant: at which broker of the home the devices are shown, and what may be set from
 * there. Without this part nothing is published; without `commands` and `switch` everything is only shown.
 */
import { boolean, type Check, FileError, list, number, object, text } from "#devices/checked-json.ts";
import type { DeviceKind, PointName } from "#devices/points.ts";
import { pointOf } from "#devices/points.ts";

export interface AllowedCommand {
  readonly device: string;
  readonly point: PointName;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface HomeAssistantSettings {
  /** "mqtt://HOST:PORT". */
  readonly broker: string;
  readonly username: string | undefined;
  /** Its first line is the password; the path begins at the gateway's folder. */
  readonly passwordFile: string | undefined;
  /** Keeps homes apart at one broker: topics begin with `contrada/NAME`. */
  readonly name: string;
  /** Home Assistant's own, "homeassistant" as delivered. */
  readonly prefix: string;
  /** Between two states of a device, s. */
  readonly everyS: number;
  /** False: what was announced once is withdrawn, and nothing is published. */
  readonly announce: boolean;
  readonly commands: readonly AllowedCommand[];
  /** Whether the switch at the box may be thrown from there. */
  readonly switch: boolean;
}

const WORD = /^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$/;

const command = object(
  { device: text("the id of a device"), point: text("a point such as on") },
  { min: number(), max: number(), step: number(1e-3, 1e6) },
);
const settings = object(
  { broker: text('a broker such as "mqtt://192.168.1.5:1883"', /^mqtt:\/\/[^/\s]+\/?$/) },
  {
    username: text(),
    passwordFile: text(),
    name: text("letters, digits, dashes", WORD),
    prefix: text("a topic without wildcards, such as homeassistant", /^[^#+\s/]+(\/[^#+\s/]+)*$/),
    everyS: number(1, 3_600),
    announce: boolean,
    commands: list(command),
    switch: boolean,
  },
);

/** Throws `FileError`, which names the place. */
export const homeAssistantSettings: Check<HomeAssistantSettings> = (value, at) => {
  const { broker, username, passwordFile, ...checked } = settings(value, at);
  return {
    broker: broker.replace(/\/$/, ""),
    username,
    passwordFile,
    name: checked.name ?? "home",
    prefix: checked.prefix ?? "homeassistant",
    everyS: checked.everyS ?? 10,
    announce: checked.announce ?? true,
    switch: checked.switch ?? false,
    commands: (checked.commands ?? []).map(({ device, point, min = 0, max = 1, step = 1 }, i) => {
      const here = `${at}.commands[${i}]`;
      if (min >= max) throw new FileError(`${here}: min must be below max`);
      return { device, point: point as PointName, min, max, step };
    }),
  };
};

/** What the gateway itself sets each second: whoever else sets it fights with it. */
const STEERED: readonly string[] = ["setPowerW", "setpointHoldS", "powerMaxW"];

/** Whether the home has what may be set. Throws `FileError` for the first command that it has not. */
export function checkCommands(
  { commands }: HomeAssistantSettings,
  devices: readonly { readonly id: string; readonly kind: DeviceKind }[],
): void {
  for (const [i, { device, point }] of commands.entries()) {
    const here = `homeAssistant.commands[${i}]`;
    const kind = devices.find(({ id }) => id === device)?.kind;
    if (kind === undefined) {
      const ids = devices.map(({ id }) => id).join(", ");
      throw new FileError(`${here}.device: there is no device "${device}"; there are ${ids}`);
    }
    if (!pointOf(kind, point)?.writable) {
      throw new FileError(`${here}.point: nobody sets "${point}" of a ${kind.replaceAll("_", " ")}`);
    }
    if (STEERED.includes(point)) {
      throw new FileError(
        `${here}.point: the gateway sets ${point} itself, each second; "switch": true lets the switch at the box be thrown instead`,
      );
    }
  }
}
