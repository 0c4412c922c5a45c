/**
 * Home Assistant's MQTT discovery (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery): for each point
 * of a device a retained message that tells Home Assistant what it is and on which topic its values come. Made here,
 * published by the gateway. Values come as one JSON object per device, with the points by name.
 *
 * Only points that the device has are announced; a switch or number only where the owner lets it be set. What Home
 * Assistant sends is a wish: the gateway's own setpoints and limits go first.
 */
import type { DeviceKind, Point, PointName } from "#devices/points.ts";
import { pointOf } from "#devices/points.ts";

export interface Announced {
  /** Unique among everything that Home Assistant knows: letters, digits, dashes. */
  readonly home: string;
  readonly id: string;
  readonly kind: DeviceKind;
  readonly sheet: Readonly<Record<string, string>>;
  readonly points: readonly PointName[];
  /** Of these those that somebody may set, with their bounds. */
  readonly settable: readonly {
    readonly point: PointName;
    readonly min: number;
    readonly max: number;
    readonly step: number;
  }[];
}

export interface DiscoveryTopics {
  /** "homeassistant" as delivered. */
  readonly prefix: string;
  /** Each carries "online" or "offline"; all must say "online" for the values to count. */
  readonly availability: readonly string[];
  /** Carries the device's values, JSON. */
  readonly state: string;
  /** Takes a number for the point: `${set}/${point}`. */
  readonly set: string;
}

export interface DiscoveryMessage {
  readonly topic: string;
  /** Retained, so that Home Assistant finds it when it starts. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What Home Assistant calls a quantity, and in which unit it takes it. */
const CLASSES: Readonly<Record<Point["unit"], readonly [deviceClass: string, unit: string] | undefined>> = {
  W: ["power", "W"],
  Wh: ["energy", "Wh"],
  V: ["voltage", "V"],
  A: ["current", "A"],
  Hz: ["frequency", "Hz"],
  "%": undefined,
  "°C": ["temperature", "°C"],
  s: ["duration", "s"],
  VA: ["apparent_power", "VA"],
  var: ["reactive_power", "var"],
  "": undefined,
};

/** Messages in the order of the points. */
export function discoveryOf(device: Announced, topics: DiscoveryTopics, version: string): DiscoveryMessage[] {
  const node = nodeOf(device);
  const common = commonOf(topics, aboutDevice(device, node), version);
  return device.points.flatMap((name) => {
    const point = pointOf(device.kind, name);
    if (point === undefined) return [];
    const settable = device.settable.find((one) => one.point === name);
    const isSwitch = point.unit === "" && settable !== undefined && settable.max === 1;
    const component = settable === undefined ? "sensor" : isSwitch ? "switch" : "number";
    const entity = {
      ...common,
      name: wordsOf(name),
      unique_id: `${node}_${name}`,
      state_topic: topics.state,
      value_template: `{{ value_json.${name} }}`,
    };
    const payload =
      settable === undefined
        ? { ...entity, ...quantityOf(name, point), ...stateClassOf(point) }
        : {
            ...entity,
            command_topic: `${topics.set}/${name}`,
            ...(isSwitch
              ? { payload_on: "1", payload_off: "0", state_on: "1", state_off: "0" }
              : { ...quantityOf(name, point), min: settable.min, max: settable.max, step: settable.step }),
          };
    return [{ topic: `${topics.prefix}/${component}/${node}/${name}/config`, payload }];
  });
}

/** What a home itself says: its decision, and the switch at the box; the latter may be thrown where somebody allowed it. */
export interface AnnouncedHome {
  readonly home: string;
  /** Of the switch, `undefined` where it is only shown. */
  readonly switchOptions: readonly string[] | undefined;
}

/** The home's own two entities: their state has the fields "decision" and "switch". */
export function discoveryOfHome(
  { home, switchOptions }: AnnouncedHome,
  topics: DiscoveryTopics,
  version: string,
): DiscoveryMessage[] {
  const node = nodeOf({ home, id: "home" });
  const about = {
    identifiers: [node],
    name: `Contrada ${home}`,
    manufacturer: "Contrada",
    sw_version: version,
  };
  const entity = (name: string, label: string) => ({
    ...commonOf(topics, about, version),
    name: label,
    unique_id: `${node}_${name}`,
    state_topic: topics.state,
    value_template: `{{ value_json.${name} }}`,
  });
  const decision = entity("decision", "Decision");
  const box = entity("switch", "Switch at the box");
  return [
    { topic: `${topics.prefix}/sensor/${node}/decision/config`, payload: decision },
    switchOptions === undefined
      ? { topic: `${topics.prefix}/sensor/${node}/switch/config`, payload: box }
      : {
          topic: `${topics.prefix}/select/${node}/switch/config`,
          payload: { ...box, command_topic: `${topics.set}/switch`, options: switchOptions },
        },
  ];
}

/** What makes Home Assistant forget the device: empty payloads on the same topics. */
export function withdrawalOf(
  messages: readonly DiscoveryMessage[],
): { readonly topic: string; readonly payload: "" }[] {
  return messages.map(({ topic }) => ({ topic, payload: "" }));
}

function commonOf(topics: DiscoveryTopics, device: Readonly<Record<string, unknown>>, version: string) {
  return {
    availability: topics.availability.map((topic) => ({ topic })),
    availability_mode: "all",
    device,
    origin: { name: "Contrada", sw_version: version },
  };
}

/** What stands for the device in Home Assistant's topics and ids. */
export function nodeOf({ home, id }: { readonly home: string; readonly id: string }): string {
  return `contrada_${home}_${id}`.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

function aboutDevice({ id, sheet }: Announced, node: string) {
  const { manufacturer, model, serial, version } = sheet;
  return {
    identifiers: [node],
    name: id,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(serial !== undefined && { serial_number: serial }),
    ...(version !== undefined && { sw_version: version }),
  };
}

function quantityOf(name: PointName, { unit }: Point): Record<string, string> {
  if (name === "socPercent") return { device_class: "battery", unit_of_measurement: "%" };
  // What is stored rises and falls, which Home Assistant has a class of its own for.
  if (name === "storedWh" || name === "capacityWh")
    return { device_class: "energy_storage", unit_of_measurement: "Wh" };
  const known = CLASSES[unit];
  if (known !== undefined) return { device_class: known[0], unit_of_measurement: known[1] };
  return unit === "%" ? { unit_of_measurement: "%" } : {};
}

function stateClassOf({ unit, counts }: Point): Record<string, string> {
  if (counts) return { state_class: "total_increasing" };
  return unit === "" ? {} : { state_class: "measurement" };
}

/** "chargePowerMaxW" as "Charge power max". */
function wordsOf(name: PointName): string {
  const bare = name.replace(/(Wh|W|V|A|Hz|C|S|Percent|Var)$/, "");
  const words = bare.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
