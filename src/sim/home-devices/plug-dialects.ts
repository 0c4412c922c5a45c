/**
 * What two makes of smart plugs say and understand over MQTT, as pure text: topics and payloads in, topics and payloads
 * out. Shelly of the second generation ("Gen2 device API", components Switch and Mqtt): status on change and now and
 * then, JSON-RPC answered where the asker listens. Tasmota (its MQTT and Status commands): telemetry every ten
 * seconds, commands below `cmnd`, answers below `stat`.
 */

import { civilTime, type UnixSeconds, type Zone } from "#base/time.ts";
import type { PointValues } from "#devices/device.ts";
import type { PointName } from "#devices/points.ts";

export interface PlugState {
  readonly powerW: number;
  readonly energyWh: number;
  readonly isOn: boolean;
  readonly voltageV: number;
  /** What the plug takes for the time. */
  readonly time: UnixSeconds;
  /** Everything that it knows, for who says more than a plug does. */
  readonly values: PointValues;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

/** What a message from outside comes to: a new position of the switch, and what the plug answers after it. */
export interface Heard {
  readonly turn: boolean | undefined;
  readonly set?: { readonly point: PointName; readonly value: number };
  readonly answer: (state: PlugState) => readonly Message[];
}

export interface PlugDialect {
  /** Left at the broker when it comes, and by the broker when it is gone. */
  readonly presence: { readonly topic: string; readonly here: string; readonly gone: string };
  /** To listen to. */
  readonly topics: readonly string[];
  /** What it says by itself in a second of the home; nothing where nothing changed and it is not time yet. */
  tell(state: PlugState): readonly Message[];
  /** `undefined` for what it does not understand. */
  hear(topic: string, payload: string): Heard | undefined;
}

const SHELLY_EVERY_S = 60;
/** Less is no change that is worth a word, W. */
const NOISE_W = 1;

export function shellyPlug(prefix: string): PlugDialect {
  let told: PlugState | undefined;
  const status = (state: PlugState) => ({
    id: 0,
    source: "contrada",
    output: state.isOn,
    apower: state.powerW,
    voltage: rounded(state.voltageV, 1),
    freq: 50,
    current: rounded(state.powerW / state.voltageV, 3),
    aenergy: {
      total: rounded(state.energyWh, 3),
      by_minute: [0, 0, 0],
      minute_ts: Math.floor(state.time / 60) * 60,
    },
    temperature: { tC: 31.5, tF: 88.7 },
  });
  const statusMessage = (state: PlugState): Message => ({
    topic: `${prefix}/status/switch:0`,
    payload: JSON.stringify(status(state)),
  });
  return {
    presence: { topic: `${prefix}/online`, here: "true", gone: "false" },
    topics: [`${prefix}/rpc`, `${prefix}/command/switch:0`],
    tell(state) {
      const isNews =
        told === undefined ||
        told.isOn !== state.isOn ||
        Math.abs(told.powerW - state.powerW) >= NOISE_W ||
        state.time - told.time >= SHELLY_EVERY_S ||
        state.time < told.time;
      if (!isNews) return [];
      told = state;
      return [statusMessage(state)];
    },
    hear(topic, payload) {
      if (topic === `${prefix}/command/switch:0`) {
        const turn = { on: true, off: false }[payload];
        if (turn === undefined && payload !== "status_update") return undefined;
        return { turn, answer: (state) => [statusMessage(state)] };
      }
      const call = objectOf(payload);
      if (call === undefined || typeof call.src !== "string" || typeof call.method !== "string")
        return undefined;
      const { id, src, method } = call;
      const params = objectOf(call.params) ?? {};
      const reply = (body: object): Message => ({
        topic: `${src}/rpc`,
        payload: JSON.stringify({ id, src: prefix, dst: src, ...body }),
      });
      if (method === "Switch.GetStatus") {
        return { turn: undefined, answer: (state) => [reply({ result: status(state) })] };
      }
      if (method === "Switch.Set" && typeof params.on === "boolean") {
        return {
          turn: params.on,
          answer: (state) => [reply({ result: { was_on: !params.on } }), statusMessage(state)],
        };
      }
      return {
        turn: undefined,
        answer: () => [reply({ error: { code: 404, message: `No handler for ${method}` } })],
      };
    },
  };
}

const TASMOTA_EVERY_S = 10;

export function tasmotaPlug(name: string, zone: Zone): PlugDialect {
  let told: UnixSeconds | undefined;
  let position: boolean | undefined;
  const onOff = (isOn: boolean) => (isOn ? "ON" : "OFF");
  const sensor = (state: PlugState) => ({
    Time: localTime(state.time, zone),
    ENERGY: {
      TotalStartTime: "2026-01-01T00:00:00",
      Total: rounded(state.energyWh / 1000, 3),
      Yesterday: 0,
      Today: rounded(state.energyWh / 1000, 3),
      Power: Math.round(state.powerW),
      ApparentPower: Math.round(state.powerW),
      ReactivePower: 0,
      Factor: 1,
      Voltage: Math.round(state.voltageV),
      Current: rounded(state.powerW / state.voltageV, 3),
    },
  });
  const power = (state: PlugState): Message[] => [
    { topic: `stat/${name}/RESULT`, payload: JSON.stringify({ POWER: onOff(state.isOn) }) },
    { topic: `stat/${name}/POWER`, payload: onOff(state.isOn) },
  ];
  return {
    presence: { topic: `tele/${name}/LWT`, here: "Online", gone: "Offline" },
    topics: [`cmnd/${name}/POWER`, `cmnd/${name}/STATUS`],
    tell(state) {
      const messages = position === state.isOn ? [] : power(state);
      position = state.isOn;
      if (told !== undefined && state.time - told < TASMOTA_EVERY_S && state.time >= told) return messages;
      told = state.time;
      return [
        ...messages,
        {
          topic: `tele/${name}/STATE`,
          payload: JSON.stringify({ Time: localTime(state.time, zone), POWER: onOff(state.isOn) }),
        },
        { topic: `tele/${name}/SENSOR`, payload: JSON.stringify(sensor(state)) },
      ];
    },
    hear(topic, payload) {
      if (topic === `cmnd/${name}/STATUS`) {
        if (payload !== "8" && payload !== "10") return undefined;
        return {
          turn: undefined,
          answer: (state) => [
            { topic: `stat/${name}/STATUS${payload}`, payload: JSON.stringify({ StatusSNS: sensor(state) }) },
          ],
        };
      }
      const word = payload.trim().toUpperCase();
      if (!["", "ON", "OFF", "1", "0"].includes(word)) return undefined;
      return { turn: word === "" ? undefined : word === "ON" || word === "1", answer: power };
    },
  };
}

/** An object, or the JSON of one. */
export function objectOf(value: unknown): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = typeof value === "string" ? JSON.parse(value) : value;
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** `2026-06-16T12:00:05`, as the plug's own zone has it. */
function localTime(time: UnixSeconds, zone: Zone): string {
  const { year, month, day, hour, minute, second } = civilTime(zone, time);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

/** Contrada's own topics (docs/spec/equipment.md): every second what it knows, a number to what it is to do. */
export function ownTopics(topic: string): PlugDialect {
  const setTopic = new RegExp(`^${topic.replace(/[^A-Za-z0-9/]/g, "\\$&")}/set/([A-Za-z]+)$`);
  let told: UnixSeconds | undefined;
  const say = ({ values }: PlugState): Message => ({
    topic: `${topic}/state`,
    payload: JSON.stringify(values),
  });
  return {
    presence: { topic: `${topic}/presence`, here: "online", gone: "offline" },
    topics: [`${topic}/set/+`],
    tell(state) {
      if (told === state.time) return [];
      told = state.time;
      return [say(state)];
    },
    hear(at, payload) {
      const point = setTopic.exec(at)?.[1] as PointName | undefined;
      const value = Number(payload);
      if (point === undefined || payload === "" || !Number.isFinite(value)) return undefined;
      return { turn: undefined, set: { point, value }, answer: (state) => [say(state)] };
    },
  };
}
