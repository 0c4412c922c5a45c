/**
 * What a home's gateway and the platform say to each other: topics, payloads and the acknowledgement.
 * docs/spec/gateway-messages.md is this file in prose.
 *
 * MQTT carries the messages and proves nothing about them: a broker that acknowledged a reading may have dropped it.
 * So each reading has a sequence number, and the gateway forgets it only when the platform says that everything up
 * to there is on its disk. Readings go as the canonical bytes that their meter signed; the rest as JSON, whose unknown
 * names are passed over, so that gateways and platforms of different ages understand each other.
 */
import { fromUtf8, utf8 } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { CodecError, decode, encode } from "#base/codec.ts";
import type { Result } from "#base/result.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { CommandReport } from "#control/command.ts";
import { SUPPLY_LIMITS } from "#control/supply-limit.ts";
import { DEVICE_KINDS, type DeviceKind } from "#devices/points.ts";
import { type SignedReading, signedReadingCodec } from "#metering/signed-reading.ts";
import { commandReportOf, homePlanOf, localSwitchOf } from "#wire/home-reading.ts";
import type { HomePlan, LocalSwitch } from "#wire/home-schemas.ts";
import {
  amountOf,
  hexOf,
  hexTextOf,
  instantOf,
  numberOf,
  objectOf,
  oneOf,
  orNull,
  quarterOf,
  reading,
  recordOf,
  shortList,
  textOf,
  type Unreadable,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";
import { LOAD_KINDS, LOAD_MODES, LOAD_STATES, preferencesFit } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";
import { type KeptLimit, keptLimitOf } from "#wire/operator-limits.ts";
import type { Decision, Fault, FlowsW, SupplyLimitState } from "#wire/schemas.ts";
import { type SignedValidatorsLetter, validatorsLetterOf } from "#wire/validators-letter.ts";

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
export const LIVE_OF_A_MESSAGE_MAX = 120;

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

/** Mean values over [time, time + stepS). */
export interface LiveValues {
  readonly time: UnixSeconds;
  readonly stepS: number;
  readonly flowsW: FlowsW;
  readonly storedSolarWh: number;
  readonly storedGridWh: number;
  /** Of it, sold and not yet delivered. */
  readonly soldReservedWh: number;
  /** What each appliance with a counter of its own uses, W, by the device's id. */
  readonly appliancesW: Readonly<Record<string, number>>;
}

/** `…/live`: oldest first; several where the link was away or slow. */
export interface LiveMessage {
  readonly values: readonly LiveValues[];
  /** Of the newest: why the BEC does what it does, and how the supply contract limits it. */
  readonly decision: Decision;
  readonly supply?: SupplyLimitState;
}

/** A device as the gateway knows it. */
export interface GatewayDevice {
  /** Within the home: "inverter", "garage-plug". */
  readonly id: string;
  readonly kind: DeviceKind;
  readonly template: string;
  /** As far as it told: manufacturer, model, serial number, version. */
  readonly sheet: Readonly<Record<string, string>>;
  /** Its newest values, by the points of `devices/points`. */
  readonly values: Readonly<Record<string, number>>;
  /** When it measured them; `null` where it was never heard. */
  readonly measuredAt: UnixSeconds | null;
  /** Of the last try; `null` where it succeeded. */
  readonly problem: string | null;
}

/** `…/state`: how the gateway and everything behind it stand. */
export interface StateMessage {
  readonly time: UnixSeconds;
  readonly version: string;
  readonly devices: readonly GatewayDevice[];
  readonly faults: readonly Fault[];
  /** What can wait, follow or give way; absent from a gateway without such loads. */
  readonly loads?: readonly LoadReport[];
  readonly decision: Decision;
  /** What the owner wants by letter, and what the switch at the box says, which wins. */
  readonly mode: { readonly commanded: string; readonly override: "none" | "hold" | "auto" };
  /** What the newest of the owner's letters came to; absent before the first. */
  readonly command?: CommandReport;
  /** What is set at the box, since when and, where somebody said it, why; absent where nothing is. */
  readonly local?: LocalSwitch;
  /** What its planner means to do; absent while too little is known of the home. */
  readonly plan?: HomePlan;
  readonly safeState: string;
  /** What bounds the outputs now, by the name of the limit. */
  readonly limits: readonly string[];
  /** What became of the grid operator's letters; absent before the first. */
  readonly limitLetter?: LimitLetterReport;
  readonly outbox: { readonly waiting: number; readonly oldest: UnixSeconds | null };
  /** Why the last orders were refused; `null` where they were taken. */
  readonly ordersRefused: string | null;
  /** The keys of its meter, hexadecimal: the one that it signs with, and the one that follows. */
  readonly meterKey: string;
  readonly nextMeterKey: string;
}

/** When the letter that the box stands by was signed, and why it does not believe the newest. */
export interface LimitLetterReport {
  readonly issuedAt: UnixSeconds | null;
  readonly refused: string | null;
}

/**
 * `…/orders`: what the platform asks of the home, whole each time. What could cut somebody off or sell somebody's
 * energy comes as rows of the chain with their proof: `proven` answers `homeOrdersOf` (`market/home-orders`).
 */
export interface OrdersMessage {
  /** When it was made; a gateway keeps the newest. */
  readonly time: UnixSeconds;
  /** The home's number on the chain now. */
  readonly plant: number;
  /** `null` until the chain has this gateway's key as the plant's: before that no reading counts. */
  readonly meter: {
    /** The plant's key on the chain now, hexadecimal. */
    readonly key: string;
    /** The first quarter hour that this gateway meters. */
    readonly from: UnixSeconds;
    /** Content of the store when it began, by the meter before. */
    readonly openingSolarWh: number;
    readonly openingGridWh: number;
  } | null;
  /** `provenRowsCodec`, hexadecimal. */
  readonly proven: string;
  /** Contracted power of the connection, W. */
  readonly connectionW: number;
  /** By quarter hour from `from` on, µEUR per kWh; both lists are equally long. */
  readonly prices: {
    readonly from: UnixSeconds;
    readonly importMicroEurPerKwh: readonly number[];
    readonly feedInMicroEurPerKwh: readonly number[];
  };
  /** The grid operator's letter that stands, none where none was given; its signer is among the proven rows. */
  readonly operatorLimits: readonly KeptLimit[];
  /** What the home's store sold in the neighbours' market, by quarter hour. */
  readonly obligations: readonly {
    readonly intervalStart: UnixSeconds;
    readonly exportWh: number;
  }[];
  /** The last interval that the books know: what left the store since then comes off what the sales lack. */
  readonly bookedThrough: UnixSeconds;
  /** Stays in the store for the owner, Wh. */
  readonly reserveWh: number;
  /** The owner's word on the validators, for a box that was away too long to follow them; absent where none was given. */
  readonly validators?: SignedValidatorsLetter;
}

/** `…/commands`: the owner's signed letters that stand; each is checked where it is obeyed. */
export interface CommandsMessage {
  readonly commands: readonly unknown[];
  /** One for each load whose preferences were given: `KeptLoadLetter` of `platform/home-loads`. */
  readonly loads?: readonly unknown[];
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
    return {
      values: shortList(live.values, "values", LIVE_OF_A_MESSAGE_MAX).map(liveValuesOf),
      decision: decisionOf(live.decision),
      ...(live.supply === undefined ? {} : { supply: supplyStateOf(live.supply) }),
    };
  },
  state(value) {
    const state = objectOf(value, "The state");
    const outbox = objectOf(state.outbox, "outbox");
    const mode = objectOf(state.mode, "mode");
    return {
      time: instantOf(state.time, "time"),
      version: textOf(state.version, "version"),
      devices: shortList(state.devices, "devices", 64).map((item) => {
        const device = objectOf(item, "devices");
        return {
          id: textOf(device.id, "devices.id"),
          kind: oneOf(device.kind, "devices.kind", DEVICE_KINDS),
          template: textOf(device.template, "devices.template"),
          sheet: recordOf(device.sheet, "devices.sheet", textOf),
          values: recordOf(device.values, "devices.values", numberOf),
          measuredAt: orNull(device.measuredAt, "devices.measuredAt", instantOf),
          problem: orNull(device.problem, "devices.problem", textOf),
        };
      }),
      faults: shortList(state.faults, "faults", 64).map((item) => {
        const fault = objectOf(item, "faults");
        return {
          id: textOf(fault.id, "faults.id"),
          code: textOf(fault.code, "faults.code"),
          severity: oneOf(fault.severity, "faults.severity", ["warning", "fault"]),
          since: instantOf(fault.since, "faults.since"),
          resolvedAt: orNull(fault.resolvedAt, "faults.resolvedAt", instantOf),
          numbers: recordOf(fault.numbers, "faults.numbers", numberOf),
        };
      }),
      ...(state.loads === undefined ? {} : { loads: shortList(state.loads, "loads", 64).map(loadReportOf) }),
      decision: decisionOf(state.decision),
      mode: {
        commanded: textOf(mode.commanded, "mode.commanded"),
        override: oneOf(mode.override, "mode.override", ["none", "hold", "auto"]),
      },
      ...(state.command === undefined ? {} : { command: commandReportOf(state.command) }),
      ...(state.local === undefined ? {} : { local: localSwitchOf(state.local) }),
      ...(state.plan === undefined ? {} : { plan: homePlanOf(state.plan) }),
      safeState: textOf(state.safeState, "safeState"),
      limits: shortList(state.limits, "limits", 32).map((limit) => textOf(limit, "limits")),
      ...(state.limitLetter === undefined ? {} : { limitLetter: limitLetterOf(state.limitLetter) }),
      outbox: {
        waiting: wholeOf(outbox.waiting, "outbox.waiting", 0, Number.MAX_SAFE_INTEGER),
        oldest: orNull(outbox.oldest, "outbox.oldest", instantOf),
      },
      ordersRefused: orNull(state.ordersRefused, "ordersRefused", textOf),
      meterKey: hexOf(state.meterKey, "meterKey", 32),
      nextMeterKey: hexOf(state.nextMeterKey, "nextMeterKey", 32),
    };
  },
  orders(value) {
    const orders = objectOf(value, "The orders");
    const meter = orders.meter === null ? null : objectOf(orders.meter, "meter");
    const prices = objectOf(orders.prices, "prices");
    const importPrices = shortList(prices.importMicroEurPerKwh, "prices.importMicroEurPerKwh", 300);
    const feedInPrices = shortList(prices.feedInMicroEurPerKwh, "prices.feedInMicroEurPerKwh", 300);
    if (importPrices.length !== feedInPrices.length) {
      throw new UnreadableError("prices must have as many feed-in prices as import prices.");
    }
    return {
      time: instantOf(orders.time, "time"),
      plant: wholeOf(orders.plant, "plant", 1, 0xffff_ffff),
      meter:
        meter === null
          ? null
          : {
              key: hexOf(meter.key, "meter.key", 32),
              from: quarterOf(meter.from, "meter.from"),
              openingSolarWh: wholeOf(meter.openingSolarWh, "meter.openingSolarWh", 0, 0xffff_ffff),
              openingGridWh: wholeOf(meter.openingGridWh, "meter.openingGridWh", 0, 0xffff_ffff),
            },
      proven: hexTextOf(orders.proven, "proven"),
      connectionW: amountOf(orders.connectionW, "connectionW"),
      prices: {
        from: quarterOf(prices.from, "prices.from"),
        importMicroEurPerKwh: importPrices.map((price) => numberOf(price, "prices.importMicroEurPerKwh")),
        feedInMicroEurPerKwh: feedInPrices.map((price) => numberOf(price, "prices.feedInMicroEurPerKwh")),
      },
      operatorLimits: shortList(orders.operatorLimits, "operatorLimits", 8).map(keptLimitOf),
      obligations: shortList(orders.obligations, "obligations", 200).map((item) => {
        const one = objectOf(item, "obligations");
        return {
          intervalStart: quarterOf(one.intervalStart, "obligations.intervalStart"),
          exportWh: wholeOf(one.exportWh, "obligations.exportWh", 0, 0xffff_ffff),
        };
      }),
      bookedThrough: quarterOf(orders.bookedThrough, "bookedThrough"),
      reserveWh: amountOf(orders.reserveWh, "reserveWh"),
      ...(orders.validators === undefined ? {} : { validators: validatorsLetterOf(orders.validators) }),
    };
  },
  commands(value) {
    const said = objectOf(value, "The commands");
    return {
      commands: shortList(said.commands, "commands", 32),
      ...(said.loads === undefined ? {} : { loads: shortList(said.loads, "loads", 64) }),
    };
  },
  clock(value) {
    const clock = objectOf(value, "The clock");
    return { time: amountOf(clock.time, "time"), speed: amountOf(clock.speed, "speed") };
  },
};

function liveValuesOf(value: unknown): LiveValues {
  const live = objectOf(value, "values");
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
    appliancesW: recordOf(live.appliancesW, "appliancesW", amountOf),
  };
}

function loadReportOf(value: unknown): LoadReport {
  const load = objectOf(value, "loads");
  const next = load.nextRun === null ? null : objectOf(load.nextRun, "loads.nextRun");
  const kind = oneOf(load.kind, "loads.kind", LOAD_KINDS);
  const preferences = preferencesOf(load.preferences);
  if (!preferencesFit(kind, preferences)) {
    throw new UnreadableError(`loads.preferences must be those of the kind ${kind}.`);
  }
  return {
    id: loadIdOf(load.id),
    kind,
    name: orNull(load.name, "loads.name", textOf),
    powerW: numberOf(load.powerW, "loads.powerW"),
    todayWh: amountOf(load.todayWh, "loads.todayWh"),
    state: oneOf(load.state, "loads.state", LOAD_STATES),
    code: textOf(load.code, "loads.code"),
    numbers: recordOf(load.numbers, "loads.numbers", numberOf),
    nextRun:
      next === null
        ? null
        : { from: instantOf(next.from, "loads.nextRun.from"), to: instantOf(next.to, "loads.nextRun.to") },
    preferences,
    change: wholeOf(load.change, "loads.change", 0, Number.MAX_SAFE_INTEGER),
  };
}

function preferencesOf(value: unknown): LoadPreferences {
  const said = objectOf(value, "loads.preferences");
  const wish = (name: keyof LoadPreferences) => orNull(said[name], `loads.preferences.${name}`, amountOf);
  return {
    mode: oneOf(said.mode, "loads.preferences.mode", LOAD_MODES),
    readyByMinute: wish("readyByMinute"),
    targetPercent: wish("targetPercent"),
    roomMinC: wish("roomMinC"),
    tankMinC: wish("tankMinC"),
    tankMaxC: wish("tankMaxC"),
    priority: wholeOf(said.priority, "loads.preferences.priority", 1, 9),
  };
}

/** Names a load in a letter, so it has no line break. */
function loadIdOf(value: unknown): string {
  const id = textOf(value, "loads.id");
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) return id;
  throw new UnreadableError("loads.id must be lower-case letters, digits and hyphens, at most 40.");
}

function decisionOf(value: unknown): Decision {
  const decision = objectOf(value, "decision");
  return {
    code: textOf(decision.code, "decision.code"),
    numbers: recordOf(decision.numbers, "decision.numbers", numberOf),
    since: instantOf(decision.since, "decision.since"),
  };
}

function limitLetterOf(value: unknown): LimitLetterReport {
  const letter = objectOf(value, "limitLetter");
  return {
    issuedAt: orNull(letter.issuedAt, "limitLetter.issuedAt", instantOf),
    refused: orNull(letter.refused, "limitLetter.refused", textOf),
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
