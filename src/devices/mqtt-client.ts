/**
 * A client of MQTT 3.1.1 for a small box. Of `mqtt` only the client is taken: what it would connect by loads
 * WebSockets, HTTP and proxies too, 8 MB that nothing here needs. And the packet writer would keep a buffer for every
 * number of two bytes, 65,536 of them and 9 MB, for speed that a home does not need.
 *
 * It does not come back by itself: when to try again is for who asked.
 */
import type { Duplex } from "node:stream";
import type { IClientOptions, IStream } from "mqtt";
import mqttClientModule from "mqtt/lib/client";

export type MqttClient = InstanceType<typeof mqttClientModule.default>;

/** Begins to speak over a stream that is being connected. What goes wrong is an event `error`, and `close` follows. */
export function mqttClient(connect: () => Duplex, options: IClientOptions): MqttClient {
  const client = new mqttClientModule.default(() => connect() as IStream, {
    ...options,
    protocolVersion: 4,
    reconnectPeriod: 0,
    writeCache: false,
  });
  client.on("error", () => undefined);
  return client;
}
