/**
 * What a relay of two channels before a heat pump's SG Ready contacts, and the meter beside it, say and understand over
 * MQTT, as Shelly of the second generation do ("Gen2 device API", components Switch and EM): status on change and now
 * and then, JSON-RPC. A channel that is closed with `toggle_after` opens by itself; that is the physics' affair.
 */
import type { PointName } from "#devices/points.ts";
import { type Message, objectOf, type PlugDialect, type PlugState } from "./plug-dialects.ts";

const CHANNELS = ["sgContact1", "sgContact2"] as const satisfies readonly PointName[];
const EVERY_S = 60;
/** Less is no change that is worth a word, W. */
const NOISE_W = 1;

/** The prefix of the meter beside a relay. */
export function meterBeside(prefix: string): string {
  return `${prefix}-em`;
}

export function sgRelay(prefix: string): PlugDialect {
  const meter = meterBeside(prefix);
  let told: PlugState | undefined;
  const channel = ({ values }: PlugState, id: number) => ({
    id,
    source: "contrada",
    output: values[CHANNELS[id]!] === 1,
  });
  const relay = (state: PlugState): Message[] =>
    CHANNELS.map((_, id) => ({
      topic: `${prefix}/status/switch:${id}`,
      payload: JSON.stringify(channel(state, id)),
    }));
  const power = ({ powerW, energyWh }: PlugState): Message[] => [
    { topic: `${meter}/status/em:0`, payload: JSON.stringify({ id: 0, total_act_power: powerW }) },
    { topic: `${meter}/status/emdata:0`, payload: JSON.stringify({ id: 0, total_act: energyWh }) },
  ];
  return {
    presence: { topic: `${prefix}/online`, here: "true", gone: "false" },
    topics: [`${prefix}/rpc`, `${meter}/rpc`],
    tell(state) {
      const isNews =
        told === undefined ||
        Math.abs(told.powerW - state.powerW) >= NOISE_W ||
        CHANNELS.some((name) => told?.values[name] !== state.values[name]) ||
        state.time - told.time >= EVERY_S ||
        state.time < told.time;
      if (!isNews) return [];
      told = state;
      return [...relay(state), ...power(state)];
    },
    hear(topic, payload) {
      const call = objectOf(payload);
      if (call === undefined || typeof call.src !== "string" || typeof call.method !== "string")
        return undefined;
      const { id, src, method } = call;
      const params = objectOf(call.params) ?? {};
      const reply = (body: object): Message => ({
        topic: `${src}/rpc`,
        payload: JSON.stringify({ id, src: topic.slice(0, -"/rpc".length), dst: src, ...body }),
      });
      const point = CHANNELS[Number(params.id)];
      const isRelay = topic === `${prefix}/rpc`;
      if (isRelay && method === "Switch.GetStatus" && point !== undefined) {
        return {
          turn: undefined,
          answer: (state) => [reply({ result: channel(state, Number(params.id)) })],
        };
      }
      if (isRelay && method === "Switch.Set" && point !== undefined && typeof params.on === "boolean") {
        return {
          turn: undefined,
          set: { point, value: params.on ? 1 : 0 },
          answer: (state) => [reply({ result: { was_on: !params.on } }), ...relay(state)],
        };
      }
      if (!isRelay && method === "EM.GetStatus") {
        return {
          turn: undefined,
          answer: ({ powerW }) => [reply({ result: { id: 0, total_act_power: powerW } })],
        };
      }
      return {
        turn: undefined,
        answer: () => [reply({ error: { code: 404, message: `No handler for ${method}` } })],
      };
    },
  };
}
