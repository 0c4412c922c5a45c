/**
 * Templates: what a device of some make says where, as data. A template names its kind, its driver, and for each of
 * the kind's points where the driver finds it and how the raw value becomes one in the point's unit and sign. A new
 * device is one such file, of ours in `templates/` or the installer's own. docs/spec/equipment.md says each field.
 */
import {
  type Check,
  type Checked,
  checkedFile,
  either,
  FileError,
  list,
  number,
  object,
  oneOf,
  record,
  text,
  whole,
} from "#devices/checked-json.ts";
import {
  DEVICE_KINDS,
  type DeviceKind,
  POINTS,
  type Point,
  type PointName,
  pointOf,
} from "#devices/points.ts";

/** How a raw value becomes a point's, in this order: `map`, times `scale`, plus `offset`; then the bounds. */
const CONVERSION = {
  scale: number(),
  offset: number(),
  /** Raw state to the point's state; one that is not in it makes the point absent. */
  map: record(number()),
  /** What a value outside of makes the whole reading "out_of_range". */
  min: number(),
  max: number(),
};
const conversion = object({}, CONVERSION);
export type Conversion = Checked<typeof conversion>;

/** "701.W", "714.Prt.0.DCW". */
const sunSpecPath = text('a SunSpec model and point such as "103.W"', /^\d+(\.\w+)+$/);
/** The first of these that the device has and fills; one that counts otherwise says how. */
const sunSpecSource = either(sunSpecPath, object({ at: sunSpecPath }, CONVERSION));
const sunSpecPoint = object({ from: list(sunSpecSource, 1) }, CONVERSION);
const sunSpecStep = object(
  { to: sunSpecPath },
  { value: number(), scale: number(), percentOf: text("the name of a point") },
);

export const REGISTER_TYPES = [
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];
const ORDERS = ["big", "little"] as const;

const REGISTER = {
  /** The first register, as it stands in the request: counted from 0. */
  register: whole(0, 65_535),
  type: oneOf(REGISTER_TYPES),
};
const ORDER = { wordOrder: oneOf(ORDERS), byteOrder: oneOf(ORDERS) };
const TABLES = ["holding", "input"] as const;
const registerPoint = object(REGISTER, {
  ...CONVERSION,
  ...ORDER,
  table: oneOf(TABLES),
  /** The raw value that means none. */
  absent: number(),
});
const registerStep = object(REGISTER, {
  ...ORDER,
  value: number(),
  scale: number(),
  percentOf: text("the name of a point"),
});
const registerText = object({ register: whole(0, 65_535), words: whole(1, 64) }, { table: oneOf(TABLES) });

/** `{device}` stands for the path of the address, `{meter}` for that of another device which measures this one. */
const topic = text("an MQTT topic without wildcards", /^[^#+]+$/);
const messageSource = object(
  { topic },
  {
    /** Field by field into JSON: "aenergy.total". Absent: the whole payload is the value. */
    field: text('the fields into the payload, such as "apower"', /^[^.]+(\.[^.]+)*$/),
    /** What texts mean: {"ON": 1, "OFF": 0}; true and false are 1 and 0 by themselves. */
    words: record(number()),
  },
);
/** The newest of what these say. */
const messagePoint = object({ from: list(messageSource, 1) }, CONVERSION);
const messageStep = object(
  { topic },
  {
    /** `{value}` stands for the value. */
    payload: text("a payload", /^[\s\S]*$/),
    /** By value, where the payload is no number: {"1": "ON", "0": "OFF"}. */
    words: record(text("a payload", /^[\s\S]*$/)),
    scale: number(),
  },
);

const obis = text('an OBIS code such as "1-0:1.8.0"', /^\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}$/);
/** The first of these whose lines all stand in the telegram: a total, or the sum of its tariffs. */
const telegramPoint = object(
  { from: list(object({}, { plus: list(obis, 1), minus: list(obis, 1) }), 1) },
  CONVERSION,
);

const HEAD = {
  name: text("a name of small letters, digits and dashes", /^[a-z0-9][a-z0-9-]*$/),
  title: text(),
  kind: oneOf(DEVICE_KINDS),
};
const MORE = { sheet: record(text()), notes: text() };

const FORMS = {
  sunspec: object(
    { ...HEAD, driver: oneOf(["sunspec"]), points: record(sunSpecPoint) },
    { ...MORE, set: record(list(sunSpecStep, 1)) },
  ),
  modbus: object(
    { ...HEAD, driver: oneOf(["modbus"]), points: record(registerPoint) },
    {
      ...MORE,
      set: record(list(registerStep, 1)),
      /** Texts of the sheet that the device tells. */
      told: record(registerText),
      /** Registers between points that may be read over: as many may be asked for needlessly. */
      gapMax: whole(0, 120),
    },
  ),
  mqtt: object(
    { ...HEAD, driver: oneOf(["mqtt"]), points: record(messagePoint) },
    {
      ...MORE,
      set: record(list(messageStep, 1)),
      /** Published once connected, and when nothing came for a while: what makes the device speak. */
      ask: list(object({ topic, payload: text("a payload", /^[\s\S]*$/) })),
    },
  ),
  p1: object({ ...HEAD, driver: oneOf(["p1"]), points: record(telegramPoint) }, MORE),
  dlms: object({ ...HEAD, driver: oneOf(["dlms"]), points: record(telegramPoint) }, MORE),
  /** The standard says where everything is: there is nothing to find. */
  ocpp: object({ ...HEAD, kind: oneOf(["charge_point"]), driver: oneOf(["ocpp"]) }, MORE),
} as const;

export type DriverName = keyof typeof FORMS;
export const DRIVERS = Object.keys(FORMS) as readonly DriverName[];

export type SunSpecTemplate = Checked<typeof FORMS.sunspec>;
export type ModbusTemplate = Checked<typeof FORMS.modbus>;
export type MqttTemplate = Checked<typeof FORMS.mqtt>;
export type P1Template = Checked<typeof FORMS.p1>;
export type DlmsTemplate = Checked<typeof FORMS.dlms>;
export type OcppTemplate = Checked<typeof FORMS.ocpp>;
export type Template =
  | SunSpecTemplate
  | ModbusTemplate
  | MqttTemplate
  | P1Template
  | DlmsTemplate
  | OcppTemplate;

export type RegisterPoint = Checked<typeof registerPoint>;
export type RegisterStep = Checked<typeof registerStep>;
export type SunSpecPoint = Checked<typeof sunSpecPoint>;
export type SunSpecStep = Checked<typeof sunSpecStep>;
export type MessageSource = Checked<typeof messageSource>;
export type MessagePoint = Checked<typeof messagePoint>;
export type MessageStep = Checked<typeof messageStep>;
export type TelegramPoint = Checked<typeof telegramPoint>;

const driverOf = (value: unknown, at: string): DriverName => {
  const driver =
    typeof value === "object" && value !== null ? (value as { driver?: unknown }).driver : undefined;
  return oneOf(DRIVERS)(driver, `${at}.driver`);
};

/** A template of any driver, its points and setpoints those of its kind. */
export const templateCheck: Check<Template> = (value, at) => {
  const template = (FORMS[driverOf(value, at)] as Check<Template>)(value, at);
  if (template.driver === "ocpp") return template;
  for (const name of Object.keys(template.points)) pointFor(template.kind, name, `${at}.points.${name}`);
  const set = "set" in template && template.set !== undefined ? template.set : {};
  for (const [name, steps] of Object.entries(set) as [string, readonly { percentOf?: string }[]][]) {
    if (!pointFor(template.kind, name, `${at}.set.${name}`).writable) {
      throw new FileError(`${at}.set.${name}: nobody sets this point of ${aKind(template.kind)}`);
    }
    for (const [i, { percentOf }] of steps.entries()) {
      if (percentOf !== undefined && !Object.hasOwn(template.points, percentOf)) {
        throw new FileError(`${at}.set.${name}[${i}].percentOf: the template has no point "${percentOf}"`);
      }
    }
  }
  return template;
};

function pointFor(kind: DeviceKind, name: string, at: string): Point {
  const point = pointOf(kind, name);
  if (point === undefined) throw new FileError(`${at}: ${aKind(kind)} has no point "${name}"`);
  return point;
}

function aKind(kind: DeviceKind): string {
  const words = kind.replaceAll("_", " ");
  return `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;
}

/** Throws `FileError`; `name` is the file's. */
export function readTemplate(name: string, content: string): Template {
  return checkedFile(name, content, templateCheck);
}

/**
 * A raw value in the point's unit and sign; `undefined` where a state is none that the template knows.
 * "outside" where the template's bounds do not allow it.
 */
export function converted(raw: number, conversion: Conversion): number | undefined | "outside" {
  const mapped = conversion.map === undefined ? raw : ownOf(conversion.map, String(raw));
  if (mapped === undefined) return undefined;
  const value = mapped * (conversion.scale ?? 1) + (conversion.offset ?? 0);
  if (!Number.isFinite(value)) return "outside";
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = conversion;
  return value < min || value > max ? "outside" : value;
}

function ownOf<T>(fields: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The points that a template reads, of its kind's. */
export function pointsOf(template: Template): readonly PointName[] {
  if (template.driver === "ocpp") return Object.keys(POINTS.charge_point) as PointName[];
  return Object.keys(template.points) as PointName[];
}
