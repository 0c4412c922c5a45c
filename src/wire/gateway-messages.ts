/**
 * What a home's gateway and the platform say to each other: topics, payloads and the acknowledgement.
 * docs/spec/gateway-messages.md is this file in prose.
 *
 * MQTT carries the messages and proves nothing about them: a broker that acknowledged a reading may have dropped it.
 * So each reading has a sequence number, and the gateway forgets it only when the platform says that everything up
 * to there is on its disk. Readings go as the canonical bytes that their meter signed; the rest as JSON, whose unknown
 * names are passed over, so that gateways and platforms of different ages understand each other.
 */
import { fromHex, fromUtf8, utf8 } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { CodecError, decode, encode } from "#base/codec.ts";
import type { Result } from "#base/result.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { SUPPLY_LIMITS, type SupplyOrder } from "#control/supply-limit.ts";
import { DEVICE_KINDS, type DeviceKind } from "#devices/points.ts";
import { type SignedReading, signedReadingCodec } from "#metering/signed-reading.ts";
import {
  listOf,
  objectOf,
  reading,
  textOf,
  type Unreadable,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";
import type { Decision, Fault, FlowsW, SupplyLimitState } from "#wire/schemas.ts";

/** From the gateway to the platform. */
export const UP_TOPICS = ["readings", "live", "state"] as const;
/** From the platform to the gateway. */
export const DOWN_TOPICS = ["ack", "orders", "commands", "clock"] as const;
export type UpTopic = (typeof UP_TOPICS)[number];
export type DownTopic = (typeof DOWN_TOPICS)[number];

/** Which messages a broker keeps for whoever comes later: those that say how things stand. */
export const RETAINED: ReadonlySet<UpTopic | DownTopic> = new Set(["state", "ack", "orders", "commands"]);
/** Of every message, bytes. */
export const PAYLOAD_MAX_BYTES = 64 * 1024;

const ROOT = "contrada/1";
/** A gateway's name: 16 hexadecimal digits that the platform drew. */
const GATEWAY = /^[0-9a-f]{16}$/;

export function isGatewayName(name: string): boolean {
  return GATEWAY.test(name);
}

export function topicOf(gateway: string, topic: UpTopic | DownTopic): string {
  return `${ROOT}/${gateway}/${topic}`;
}

/** Every gateway's messages of one kind: what the platform subscribes to. */
export function everyGateways(topic: UpTopic): string {
  return `${ROOT}/+/${topic}`;
}

/** Whose topic that is, and which; `undefined` for every other topic and for every pattern. */
export function placeOf(
  topic: string,
): { readonly gateway: string; readonly topic: UpTopic | DownTopic } | undefined {
  const [contrada, version, gateway, kind, ...more] = topic.split("/");
  if (`${contrada}/${version}` !== ROOT || more.length > 0 || !isGatewayName(gateway ?? "")) return undefined;
  const known = [...UP_TOPICS, ...DOWN_TOPICS].find((one) => one === kind);
  return known === undefined ? undefined : { gateway: gateway!, topic: known };
}

export const READINGS_OF_A_MESSAGE_MAX = 200;

export interface NumberedReading {
  /** From 1 on, one more for each reading; a reading keeps its number however often it is sent. */
  readonly sequence: number;
  readonly signed: SignedReading;
}

/** `…/readings`: ascending by sequence. */
export interface ReadingsMessage {
  /** 8 bytes drawn when the outbox was made: a gateway with a new outbox counts anew. */
  readonly outbox: Uint8Array;
  readonly readings: readonly NumberedReading[];
}

export const OUTBOX_BYTES = 8;
const VERSION = 1;

/** u8 version 1, outbox, list of: u64 sequence, the signed reading (145 bytes). */
export const readingsMessageCodec: Codec<ReadingsMessage> = {
  write(writer, { outbox, readings }) {
    writer.u8(VERSION).fixed(outbox, OUTBOX_BYTES);
    writer.list(readings, READINGS_OF_A_MESSAGE_MAX, (w, { sequence, signed }) => {
      w.uint(sequence);
      signedReadingCodec.write(w, signed);
    });
  },
  read(reader) {
    const version = reader.u8();
    if (version !== VERSION) throw new CodecError(`readings of version ${version}`);
    const outbox = reader.fixed(OUTBOX_BYTES);
    let before = 0;
    const readings = reader.list(READINGS_OF_A_MESSAGE_MAX, (r) => {
      const sequence = r.uint();
      if (sequence <= before) throw new CodecError("sequence numbers not ascending from 1");
      before = sequence;
      return { sequence, signed: signedReadingCodec.read(r) };
    });
    return { outbox, readings };
  },
};

export function encodeReadings(message: ReadingsMessage): Uint8Array {
  return encode(readingsMessageCodec, message);
}

export function decodeReadings(payload: Uint8Array): Result<ReadingsMessage, CodecError> {
  return decode(readingsMessageCodec, payload);
}

/** Why a reading will never be taken: repeating it is of no use. */
export const FINAL_REFUSALS = [
  "plant_unknown",
  "other_plant",
  "differs_from_earlier",
  "bad_signature",
  "not_plausible",
] as const;
export type FinalRefusal = (typeof FINAL_REFUSALS)[number];

/** `…/ack`: what the gateway may forget. */
export interface AckMessage {
  /** The outbox that is spoken of, hexadecimal: an answer to another one counts nothing. */
  readonly outbox: string;
  /** Every reading up to this number is on the platform's disk, or was refused for good; 0 = none yet. */
  readonly through: number;
  /** Of those in the message that is answered. `bad_signature`: `orders.meter` says which key counts. */
  readonly refused: readonly {
    readonly sequence: number;
    readonly intervalStart: UnixSeconds;
    readonly reason: FinalRefusal;
  }[];
}

/** `…/live`: mean values over [time, time + stepS). */
export interface LiveMessage {
  readonly time: UnixSeconds;
  readonly stepS: number;
  readonly flowsW: FlowsW;
  readonly storedSolarWh: number;
  readonly storedGridWh: number;
  /** Of it, sold and not yet delivered. */
  readonly soldReservedWh: number;
  readonly decision: Decision;
  readonly supply?: SupplyLimitState;
}

export const DEVICE_STATES = ["ok", "stale", "lost"] as const;

/** A device as the gateway knows it. */
export interface GatewayDevice {
  /** Within the home: "inverter", "garage-plug". */
  readonly id: string;
  readonly kind: DeviceKind;
  readonly template: string;
  readonly state: (typeof DEVICE_STATES)[number];
  /** Manufacturer, model, serial number, version. */
  readonly sheet: Readonly<Record<string, string>>;
  /** Its newest values, by the points of `devices/points`. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly lastSeen: UnixSeconds;
}

/** `…/state`: how the gateway and everything behind it stand. */
export interface StateMessage {
  readonly time: UnixSeconds;
  readonly software: string;
  readonly startedAt: UnixSeconds;
  readonly devices: readonly GatewayDevice[];
  readonly faults: readonly Fault[];
  readonly decision: Decision;
  /** "auto", or what a command or the local switch asks for. */
  readonly mode: string;
  /** Whether somebody at the gateway decides, whatever commands say. */
  readonly localOverride: boolean;
  readonly outbox: { readonly waiting: number; readonly oldest: UnixSeconds | null };
  /** Of its clock against the platform's, ms; `null` before it heard one. */
  readonly clockOffsetMs: number | null;
  /** The key that follows its meter's when the home goes on under other numbers, hexadecimal. */
  readonly nextMeterKey: string;
}

/** `…/orders`: what the platform asks of the home, whole each time. */
export interface OrdersMessage {
  /** When it was made; a gateway keeps the newest. */
  readonly time: UnixSeconds;
  /** `null` until the chain has the gateway's key as the plant's: before that no reading counts. */
  readonly meter: {
    /** The plant's key on the chain now, hexadecimal. */
    readonly key: string;
    /** The first quarter hour that this gateway meters. */
    readonly from: UnixSeconds;
    /** Content of the store when it began, by the meter before. */
    readonly openingSolarWh: number;
    readonly openingGridWh: number;
  } | null;
  readonly supply: SupplyOrder;
  /** The row behind `supply` under the chain's root: a `RowProof`, hexadecimal; `null` where nothing is ordered. */
  readonly supplyProof: string | null;
  /** Open sales in the order of their authorisation, as the books stand after the interval `bookedThrough`. */
  readonly sales: readonly {
    readonly id: string;
    readonly lacksWh: number;
    /** Start of the first and of the last quarter hour in which it may be delivered. */
    readonly firstInterval: UnixSeconds;
    readonly lastInterval: UnixSeconds;
    /** `false`: being withdrawn; what leaves is still booked for it until its quarter hour ends. */
    readonly open: boolean;
  }[];
  readonly bookedThrough: UnixSeconds;
  /** What the neighbours bought of the store, by quarter hour. */
  readonly market: readonly { readonly slot: UnixSeconds; readonly storedWh: number }[];
  /** Each from its instant to the next one's, µEUR per kWh. */
  readonly prices: readonly {
    readonly from: UnixSeconds;
    readonly importPrice: number;
    readonly feedInPrice: number;
  }[];
  readonly reserveWh: number;
  readonly gridEnergySellable: boolean;
}

/** `…/commands`: the owner's signed letters that stand; each is checked where it is obeyed. */
export interface CommandsMessage {
  readonly commands: readonly unknown[];
}

/** `…/clock`: the community's time. */
export interface ClockMessage {
  /** Unix seconds with a fraction. */
  readonly time: number;
  /** Of it per real second: 1, or a demo's; 0 while it stands still. */
  readonly speed: number;
}

export interface Messages {
  readonly ack: AckMessage;
  readonly live: LiveMessage;
  readonly state: StateMessage;
  readonly orders: OrdersMessage;
  readonly commands: CommandsMessage;
  readonly clock: ClockMessage;
}

/** A message of any topic but `readings` as it travels. */
export function encodeMessage<T extends keyof Messages>(_topic: T, message: Messages[T]): Uint8Array {
  return utf8(JSON.stringify(message));
}

/** The message, or the sentence that says what is wrong with it and where. */
export function decodeMessage<T extends keyof Messages>(
  topic: T,
  payload: Uint8Array,
): Result<Messages[T], Unreadable> {
  return reading(() => {
    if (payload.length > PAYLOAD_MAX_BYTES)
      throw new UnreadableError(`The message is above ${PAYLOAD_MAX_BYTES} bytes.`);
    return (READERS[topic] as (value: unknown) => Messages[T])(jsonOf(payload));
  });
}

function jsonOf(payload: Uint8Array): unknown {
  const text = fromUtf8(payload);
  if (text === undefined) throw new UnreadableError("The message is not UTF-8.");
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableError("The message is not JSON.");
  }
}

const READERS: { readonly [T in keyof Messages]: (value: unknown) => Messages[T] } = {
  ack(value) {
    const ack = objectOf(value, "The acknowledgement");
    return {
      outbox: hexOf(ack.outbox, "outbox", OUTBOX_BYTES),
      through: wholeOf(ack.through, "through", 0, Number.MAX_SAFE_INTEGER),
      refused: shortList(ack.refused, "refused", READINGS_OF_A_MESSAGE_MAX).map((item) => {
        const one = objectOf(item, "refused");
        return {
          sequence: wholeOf(one.sequence, "refused.sequence", 1, Number.MAX_SAFE_INTEGER),
          intervalStart: instantOf(one.intervalStart, "refused.intervalStart"),
          reason: oneOf(one.reason, "refused.reason", FINAL_REFUSALS),
        };
      }),
    };
  },
  live(value) {
    const live = objectOf(value, "The live values");
    const flows = objectOf(live.flowsW, "flowsW");
    const flow = (name: keyof FlowsW) => amountOf(flows[name], `flowsW.${name}`);
    return {
      time: instantOf(live.time, "time"),
      stepS: wholeOf(live.stepS, "stepS", 1, QUARTER_HOUR_S),
      flowsW: {
        solarToHome: flow("solarToHome"),
        solarToAccumulator: flow("solarToAccumulator"),
        solarToGrid: flow("solarToGrid"),
        accumulatorToHome: flow("accumulatorToHome"),
        accumulatorToGrid: flow("accumulatorToGrid"),
        gridToHome: flow("gridToHome"),
        gridToAccumulator: flow("gridToAccumulator"),
      },
      storedSolarWh: amountOf(live.storedSolarWh, "storedSolarWh"),
      storedGridWh: amountOf(live.storedGridWh, "storedGridWh"),
      soldReservedWh: amountOf(live.soldReservedWh, "soldReservedWh"),
      decision: decisionOf(live.decision),
      ...(live.supply === undefined ? {} : { supply: supplyStateOf(live.supply) }),
    };
  },
  state(value) {
    const state = objectOf(value, "The state");
    const outbox = objectOf(state.outbox, "outbox");
    return {
      time: instantOf(state.time, "time"),
      software: textOf(state.software, "software"),
      startedAt: instantOf(state.startedAt, "startedAt"),
      devices: shortList(state.devices, "devices", 64).map((item) => {
        const device = objectOf(item, "devices");
        return {
          id: textOf(device.id, "devices.id"),
          kind: oneOf(device.kind, "devices.kind", DEVICE_KINDS),
          template: textOf(device.template, "devices.template"),
          state: oneOf(device.state, "devices.state", DEVICE_STATES),
          sheet: recordOf(device.sheet, "devices.sheet", textOf),
          numbers: recordOf(device.numbers, "devices.numbers", numberOf),
          lastSeen: instantOf(device.lastSeen, "devices.lastSeen"),
        };
      }),
      faults: shortList(state.faults, "faults", 64).map((item) => {
        const fault = objectOf(item, "faults");
        return {
          id: textOf(fault.id, "faults.id"),
          code: textOf(fault.code, "faults.code"),
          severity: oneOf(fault.severity, "faults.severity", ["warning", "fault"]),
          since: instantOf(fault.since, "faults.since"),
          resolvedAt: fault.resolvedAt === null ? null : instantOf(fault.resolvedAt, "faults.resolvedAt"),
          numbers: recordOf(fault.numbers, "faults.numbers", numberOf),
        };
      }),
      decision: decisionOf(state.decision),
      mode: textOf(state.mode, "mode"),
      localOverride: truthOf(state.localOverride, "localOverride"),
      outbox: {
        waiting: wholeOf(outbox.waiting, "outbox.waiting", 0, Number.MAX_SAFE_INTEGER),
        oldest: outbox.oldest === null ? null : instantOf(outbox.oldest, "outbox.oldest"),
      },
      clockOffsetMs: state.clockOffsetMs === null ? null : numberOf(state.clockOffsetMs, "clockOffsetMs"),
      nextMeterKey: hexOf(state.nextMeterKey, "nextMeterKey", 32),
    };
  },
  orders(value) {
    const orders = objectOf(value, "The orders");
    const meter = orders.meter === null ? null : objectOf(orders.meter, "meter");
    return {
      time: instantOf(orders.time, "time"),
      meter:
        meter === null
          ? null
          : {
              key: hexOf(meter.key, "meter.key", 32),
              from: quarterOf(meter.from, "meter.from"),
              openingSolarWh: wholeOf(meter.openingSolarWh, "meter.openingSolarWh", 0, 0xffff_ffff),
              openingGridWh: wholeOf(meter.openingGridWh, "meter.openingGridWh", 0, 0xffff_ffff),
            },
      supply: supplyOrderOf(orders.supply),
      supplyProof: orders.supplyProof === null ? null : hexTextOf(orders.supplyProof, "supplyProof"),
      sales: shortList(orders.sales, "sales", 200).map((item) => {
        const sale = objectOf(item, "sales");
        return {
          id: hexOf(sale.id, "sales.id", 16),
          lacksWh: wholeOf(sale.lacksWh, "sales.lacksWh", 0, 0xffff_ffff),
          firstInterval: quarterOf(sale.firstInterval, "sales.firstInterval"),
          lastInterval: quarterOf(sale.lastInterval, "sales.lastInterval"),
          open: truthOf(sale.open, "sales.open"),
        };
      }),
      bookedThrough: quarterOf(orders.bookedThrough, "bookedThrough"),
      market: shortList(orders.market, "market", 200).map((item) => {
        const one = objectOf(item, "market");
        return {
          slot: quarterOf(one.slot, "market.slot"),
          storedWh: wholeOf(one.storedWh, "market.storedWh", 0, 0xffff_ffff),
        };
      }),
      prices: shortList(orders.prices, "prices", 300).map((item) => {
        const price = objectOf(item, "prices");
        return {
          from: instantOf(price.from, "prices.from"),
          importPrice: numberOf(price.importPrice, "prices.importPrice"),
          feedInPrice: numberOf(price.feedInPrice, "prices.feedInPrice"),
        };
      }),
      reserveWh: amountOf(orders.reserveWh, "reserveWh"),
      gridEnergySellable: truthOf(orders.gridEnergySellable, "gridEnergySellable"),
    };
  },
  commands(value) {
    return { commands: shortList(objectOf(value, "The commands").commands, "commands", 32) };
  },
  clock(value) {
    const clock = objectOf(value, "The clock");
    return { time: amountOf(clock.time, "time"), speed: amountOf(clock.speed, "speed") };
  },
};

function decisionOf(value: unknown): Decision {
  const decision = objectOf(value, "decision");
  return {
    code: textOf(decision.code, "decision.code"),
    numbers: recordOf(decision.numbers, "decision.numbers", numberOf),
    since: instantOf(decision.since, "decision.since"),
  };
}

function supplyStateOf(value: unknown): SupplyLimitState {
  const supply = objectOf(value, "supply");
  return {
    why: oneOf(
      supply.why,
      "supply.why",
      SUPPLY_LIMITS.filter((why) => why !== "none"),
    ),
    powerMaxW: amountOf(supply.powerMaxW, "supply.powerMaxW"),
    unservedW: amountOf(supply.unservedW, "supply.unservedW"),
    heardAt: instantOf(supply.heardAt, "supply.heardAt"),
  };
}

function supplyOrderOf(value: unknown): SupplyOrder {
  const supply = objectOf(value, "supply");
  const command = objectOf(supply.command, "supply.command");
  const kind = oneOf(command.kind, "supply.command.kind", ["none", "reduced", "disconnected"]);
  return {
    command:
      kind === "reduced"
        ? { kind, powerMaxW: amountOf(command.powerMaxW, "supply.command.powerMaxW") }
        : { kind },
    height: wholeOf(supply.height, "supply.height", 0, Number.MAX_SAFE_INTEGER),
    isProtected: truthOf(supply.isProtected, "supply.isProtected"),
    vitalW: amountOf(supply.vitalW, "supply.vitalW"),
  };
}

/** Year 2242: later instants are mistakes. */
const INSTANT_MAX = 0x1_ffff_ffff;

function instantOf(value: unknown, what: string): UnixSeconds {
  return wholeOf(value, what, 0, INSTANT_MAX);
}

function quarterOf(value: unknown, what: string): UnixSeconds {
  const instant = instantOf(value, what);
  if (instant % QUARTER_HOUR_S === 0) return instant;
  throw new UnreadableError(`${what} must be the start of a quarter hour.`);
}

function numberOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new UnreadableError(`${what} must be a number.`);
}

function amountOf(value: unknown, what: string): number {
  const amount = numberOf(value, what);
  if (amount >= 0) return amount;
  throw new UnreadableError(`${what} must not be negative.`);
}

function truthOf(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new UnreadableError(`${what} must be true or false.`);
}

function oneOf<const C extends string>(value: unknown, what: string, choices: readonly C[]): C {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UnreadableError(`${what} must be one of ${choices.join(", ")}.`);
}

function shortList(value: unknown, what: string, most: number): readonly unknown[] {
  const list = listOf(value, what);
  if (list.length <= most) return list;
  throw new UnreadableError(`${what} must have at most ${most} items.`);
}

/** Lower-case hexadecimal of so many bytes. */
function hexOf(value: unknown, what: string, bytes: number): string {
  const text = textOf(value, what);
  if (/^[0-9a-f]*$/.test(text) && text.length === 2 * bytes) return text;
  throw new UnreadableError(`${what} must be ${2 * bytes} hexadecimal digits in lower case.`);
}

function hexTextOf(value: unknown, what: string): string {
  if (typeof value === "string" && fromHex(value) !== undefined) return value;
  throw new UnreadableError(`${what} must be hexadecimal.`);
}

const NAMES_MAX = 100;

function recordOf<T>(
  value: unknown,
  what: string,
  read: (value: unknown, what: string) => T,
): Record<string, T> {
  const entries = Object.entries(objectOf(value, what));
  if (entries.length > NAMES_MAX) throw new UnreadableError(`${what} must have at most ${NAMES_MAX} names.`);
  // `fromEntries` makes "__proto__" an own name like any other.
  return Object.fromEntries(entries.map(([name, item]) => [name, read(item, `${what}.${name}`)]));
}
