/**
 * What a gateway needs of the platform, whatever carries it (`mqtt-link` over TLS; in tests an object). The gateway
 * works without it: everything here may be absent for days, and nothing that comes by it is believed beyond what
 * it proves (`orders`) or who signed it (the owner's letters).
 *
 * Readings are numbered without gaps from 1 on by the outbox. The other side acknowledges a number only once its
 * archive has everything up to it on the disk, so a message that a broker took and lost is simply sent again.
 * Live values and states may be lost: only the newest count.
 */
import type {
  AckMessage,
  ClockMessage,
  CommandsMessage,
  LiveMessage,
  OrdersMessage,
  ReadingsMessage,
  StateMessage,
} from "#wire/gateway-messages.ts";

/** What the gateway is told. Each may come again, late, and out of order. */
export interface Ears {
  /** The way to the platform was opened or lost. */
  readonly connected: (isUp: boolean) => void;
  readonly acknowledged: (message: AckMessage) => void;
  readonly ordered: (message: OrdersMessage) => void;
  readonly commanded: (message: CommandsMessage) => void;
  readonly clock: (message: ClockMessage) => void;
}

export interface Link {
  readonly isUp: boolean;
  /** That the other side lets this gateway in no more, whatever it does: only a new enrolment helps. */
  readonly needsCode?: boolean;
  /** Begins to connect, and goes on trying for ever; never fails. */
  open(ears: Ears): void;
  /** Rejects where the link is down; that they were handed over says nothing of their arrival. */
  sendReadings(message: ReadingsMessage): Promise<void>;
  /** Drops it where the link is down. */
  publishLive(message: LiveMessage): void;
  /** Kept by the other side until the next one; dropped where the link is down. */
  publishState(message: StateMessage): void;
  close(): Promise<void>;
}

/** Of a gateway without any platform. */
export const NO_LINK: Link = {
  isUp: false,
  open: () => undefined,
  sendReadings: () => Promise.reject(new Error("there is no platform")),
  publishLive: () => undefined,
  publishState: () => undefined,
  close: () => Promise.resolve(),
};
