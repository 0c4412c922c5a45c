/**
 * A simulated plug at a broker: it says by its dialect what its voice says, and turns its switch when it is told. It
 * comes back by itself when the broker was away; while it is dropped it stays away.
 */
import { DeviceError } from "#devices/device.ts";
import { MqttLink } from "#devices/mqtt-link.ts";
import type { WireState } from "./faulty-wire.ts";
import { SLOW_MS } from "./faulty-wire.ts";
import type { Message, PlugDialect, PlugState } from "./plug-dialects.ts";
import type { SimulatedHome } from "./simulated-home.ts";

export interface BrokerPlug {
  /** To be called often: connects, cuts, and says what is new. */
  look(): void;
  close(): Promise<void>;
}

const MAINS_V = 230;
const TRY_AGAIN_MS = 1_000;
const TIMEOUT_MS = 5_000;
/** Between two words of a plug, however fast its home lives, ms of the wall. */
const WORD_MIN_MS = 50;

export function plugAtBroker(
  home: SimulatedHome,
  id: string,
  dialect: PlugDialect,
  url: string,
  wire: () => WireState,
): BrokerPlug {
  const { topic: presence, here, gone } = dialect.presence;
  const link = new MqttLink({ url, will: { topic: presence, payload: gone } }, TIMEOUT_MS);
  const late = new Set<NodeJS.Timeout>();
  let connecting = false;
  let tryAt = 0;
  let sayAt = 0;
  let isClosed = false;

  const state = (): PlugState => {
    const { values, measuredAt } = home.say(id);
    return {
      powerW: values.powerW ?? 0,
      energyWh: values.energyWh ?? 0,
      isOn: values.on === 1,
      voltageV: MAINS_V,
      time: Math.floor(measuredAt / 1000),
      values,
    };
  };
  const send = (messages: readonly Message[]) => {
    const { isSlow, isGarbage } = wire();
    for (const { topic, payload } of messages) {
      // Half of it, cut off: no JSON, and no number either.
      const said = isGarbage ? `{${payload.slice(0, payload.length / 2)}` : payload;
      const publish = () => {
        // A word that did not get through is followed by the next.
        link.publish(topic, said).catch(() => undefined);
      };
      if (!isSlow) {
        publish();
        continue;
      }
      const timer = setTimeout(() => {
        late.delete(timer);
        publish();
      }, SLOW_MS);
      late.add(timer);
    }
  };
  const hear = (topic: string, payload: Uint8Array) => {
    const heard = dialect.hear(topic, Buffer.from(payload).toString("utf8"));
    if (heard === undefined) return;
    if (heard.turn !== undefined) home.obey(id, "on", heard.turn ? 1 : 0);
    if (heard.set !== undefined) home.obey(id, heard.set.point, heard.set.value);
    send(heard.answer(state()));
  };
  return {
    look() {
      if (isClosed || connecting) return;
      const now = performance.now();
      if (wire().isDropped) {
        if (link.isOpen) void link.close();
        return;
      }
      if (!link.isOpen) {
        if (now < tryAt) return;
        tryAt = now + TRY_AGAIN_MS;
        connecting = true;
        link
          .open(dialect.topics, hear)
          .then(() => link.publish(presence, here, true))
          .catch((error: unknown) => {
            if (!(error instanceof DeviceError)) throw error;
          })
          .finally(() => {
            connecting = false;
            if (isClosed) void link.close();
          });
        return;
      }
      if (now < sayAt) return;
      sayAt = now + WORD_MIN_MS;
      send(dialect.tell(state()));
    },
    async close() {
      isClosed = true;
      for (const timer of late) clearTimeout(timer);
      await link.close();
    },
  };
}
