/**
 * What devices of a home measure and obey, in one vocabulary: a template maps a device's own registers, topics or
 * telegram lines onto these points, and the gateway knows nothing else. Signs follow the house: sources are positive.
 *
 * A counter's power is positive when energy comes in from the MicroGrid; an accumulator's when it discharges; an
 * inverter's, a solar meter's, a micro-CHP's when they give; of what only uses energy (plug, heat pump, charge point) when it uses.
 */

export const DEVICE_KINDS = [
  "inverter",
  "solar_meter",
  "accumulator",
  "counter",
  "plug",
  "heat_pump",
  "micro_chp",
  "charge_point",
] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

export interface Point {
  /** Of the value: W, Wh, V, A, Hz, %, °C, s, VA, var; "" for a state or a switch. */
  readonly unit: "W" | "Wh" | "V" | "A" | "Hz" | "%" | "°C" | "s" | "VA" | "var" | "";
  readonly writable: boolean;
  /** Where it never falls while the device lives: a register of energy. */
  readonly counts: boolean;
}

const measured = (unit: Point["unit"]): Point => ({ unit, writable: false, counts: false });
const counted: Point = { unit: "Wh", writable: false, counts: true };
const set = (unit: Point["unit"]): Point => ({ unit, writable: true, counts: false });

const LINES = {
  voltageL1V: measured("V"),
  voltageL2V: measured("V"),
  voltageL3V: measured("V"),
  currentL1A: measured("A"),
  currentL2A: measured("A"),
  currentL3A: measured("A"),
  powerL1W: measured("W"),
  powerL2W: measured("W"),
  powerL3W: measured("W"),
  frequencyHz: measured("Hz"),
} as const;

/** By kind of device. Not every device has every point of its kind; `powerW` every one has. */
export const POINTS = {
  /** The bidirectional energy counter's registers. */
  counter: { powerW: measured("W"), importWh: counted, exportWh: counted, ...LINES },
  solar_meter: { powerW: measured("W"), energyWh: counted, ...LINES },
  inverter: {
    powerW: measured("W"),
    energyWh: counted,
    /** Nameplate. */
    ratedPowerW: measured("W"),
    reactivePowerVar: measured("var"),
    temperatureC: measured("°C"),
    /** 0 off, 1 asleep, 2 starting, 3 feeding at its best point, 4 throttled, 5 shutting down, 6 fault, 7 standby. */
    state: measured(""),
    /** What it may give at most; it falls back to its rating when the limit is not renewed. */
    powerMaxW: set("W"),
    ...LINES,
  },
  accumulator: {
    powerW: measured("W"),
    socPercent: measured("%"),
    storedWh: measured("Wh"),
    capacityWh: measured("Wh"),
    chargePowerMaxW: measured("W"),
    dischargePowerMaxW: measured("W"),
    chargedWh: counted,
    dischargedWh: counted,
    temperatureC: measured("°C"),
    healthPercent: measured("%"),
    /** 0 off, 1 idle, 2 charging, 3 discharging, 4 fault. */
    state: measured(""),
    /** Discharge positive. It stops by itself when the setpoint is not renewed within `setpointHoldS`. */
    setPowerW: set("W"),
    setpointHoldS: set("s"),
  },
  plug: { powerW: measured("W"), energyWh: counted, on: set("") },
  heat_pump: {
    powerW: measured("W"),
    energyWh: counted,
    heatW: measured("W"),
    bufferC: measured("°C"),
    roomC: measured("°C"),
    outdoorC: measured("°C"),
    /** Its compressor's least, and its rating. */
    powerMinW: measured("W"),
    ratedPowerW: measured("W"),
    /**
     * What it may use at most; 0 holds it off within its comfort limits. It goes by its own thermostat again when the
     * limit is not renewed.
     */
    powerMaxW: set("W"),
    /** How warm it makes its buffer; above what it is, it runs. */
    bufferTargetC: set("°C"),
    /** Of one that listens to contacts alone (SG Ready): 1 closed. They open by themselves when not renewed. */
    sgContact1: set(""),
    sgContact2: set(""),
  },
  micro_chp: {
    powerW: measured("W"),
    energyWh: counted,
    heatW: measured("W"),
    bufferC: measured("°C"),
    roomC: measured("°C"),
    outdoorC: measured("°C"),
    ratedPowerW: measured("W"),
    /** 0 stands, 1 starting, 2 runs, 3 cooling down, 4 fault. */
    state: measured(""),
    /**
     * 0 stands still within its own comfort limits, 1 runs while its tank takes heat, 2 by its own thermostat: what it
     * does, too, when the request is not renewed.
     */
    request: set(""),
  },
  charge_point: {
    powerW: measured("W"),
    energyWh: counted,
    /** 0 free, 1 plugged in, 2 charging, 3 held, 4 fault. */
    state: measured(""),
    socPercent: measured("%"),
    /** Under it the car waits. */
    powerMinW: measured("W"),
    powerMaxW: set("W"),
  },
} as const satisfies Readonly<Record<DeviceKind, Readonly<Record<string, Point>>>>;

export type PointName = { [K in DeviceKind]: keyof (typeof POINTS)[K] }[DeviceKind];

/** Of a point that the kind has; `undefined` where it has none of that name. */
export function pointOf(kind: DeviceKind, name: string): Point | undefined {
  const points: Readonly<Record<string, Point>> = POINTS[kind];
  return Object.hasOwn(points, name) ? points[name] : undefined;
}
