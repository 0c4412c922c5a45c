/**
 * The way by which the platform speaks with gateways, whichever broker carries it: the embedded one, in this process,
 * or another of MQTT 3.1.1 elsewhere. Only who a gateway is was settled by the broker (its certificate); what it says
 * is checked by whoever listens.
 */
import type { DownTopic, UpTopic } from "#wire/gateway-messages.ts";

export interface GatewayBus {
  /** Called with each message of a gateway; returns how to stop. */
  onMessage(listener: (gateway: string, topic: UpTopic, payload: Uint8Array) => void): () => void;
  /** Called when the way to gateways was opened anew: what was kept for them must be said again. */
  onOpen(listener: () => void): () => void;
  /** Hands a message over; it is kept for later where its topic is one of `RETAINED`. Never rejects. */
  publish(gateway: string, topic: DownTopic, payload: Uint8Array): void;
  /** The next messages to and from it do not pass any more, and live connections end. */
  drop(gateway: string): void;
  close(): Promise<void>;
}
