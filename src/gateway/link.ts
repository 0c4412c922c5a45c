/**
 * What a gateway needs of the platform, whatever carries it (`mqtt-link` over TLS; in tests an object). The gateway
 * works without it: everything here may be absent for days, and nothing that comes by it is believed beyond what
 * it proves (`orders`) or who signed it (`commands`).
 *
 * Readings are numbered without gaps from 1 on by the outbox. The other side acknowledges a number only once its
 * archive has everything up to it on the disk, so a message that a broker took and lost is simply sent again.
 * Live values and states may be lost: only the newest count.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { ProvenRows } from "#ledger/proven-rows.ts";
import type { SignedReading } from "#metering/signed-reading.ts";
import type { Decision, Fault, FlowsW } from "#wire/schemas.ts";
import type { SafeStateName } from "./safe-state.ts";

export interface NumberedReading {
  /** From 1 on, without gaps, for the life of the gateway's folder. */
  readonly sequence: number;
  readonly signed: SignedReading;
}

/** Means of one second, or of the minute where the second is no longer kept. */
export interface LiveValues {
  readonly time: UnixSeconds;
  /** 1 or 60. */
  readonly stepS: number;
  readonly flowsW: FlowsW;
  readonly storedSolarWh: number;
  readonly storedGridWh: number;
  /** Of what is stored, sold and not yet delivered. */
  readonly soldReservedWh: number;
  /** What each appliance with its own counter uses, W, by the device's id. */
  readonly appliancesW: Readonly<Record<string, number>>;
}

export interface DeviceState {
  readonly id: string;
  readonly kind: string;
  readonly template: string;
  /** As far as it told: manufacturer, model, serial number, version. */
  readonly sheet: Readonly<Record<string, string>>;
  /** The newest values in the units of `devices/points`. */
  readonly values: Readonly<Record<string, number>>;
  /** When it measured them; `null` where it was never heard. */
  readonly measuredAt: UnixSeconds | null;
  /** Of the last try, `null` where it succeeded. */
  readonly problem: string | null;
}

/** The state of the whole home, sent when something of it changes and every minute. */
export interface GatewayState {
  readonly time: UnixSeconds;
  readonly version: string;
  readonly devices: readonly DeviceState[];
  /** What stands, and what was resolved in the last two weeks; newest first. */
  readonly faults: readonly Fault[];
  readonly decision: Decision;
  /** What the owner wants by letter and what the switch at the box says, which wins. */
  readonly mode: { readonly commanded: string; readonly override: "none" | "hold" | "auto" };
  /** What the home falls back to while something is lost; `normal` otherwise. */
  readonly safeState: SafeStateName;
  /** What bounds the outputs now, by the name of the limit; empty where nothing does. */
  readonly limits: readonly string[];
  readonly outbox: { readonly waiting: number; readonly oldest: UnixSeconds | null };
  /** Why the last orders were refused; `null` where they were taken. */
  readonly ordersRefused: string | null;
}

/** µEUR/kWh by quarter hour. */
export interface PriceTable {
  readonly from: UnixSeconds;
  readonly importMicroEurPerKwh: readonly number[];
  readonly feedInMicroEurPerKwh: readonly number[];
}

/** A limit that the grid's operator asks for, and what stands when it is not heard any more. */
export interface OperatorLimit {
  readonly importPowerMaxW: number | null;
  readonly exportPowerMaxW: number | null;
  readonly from: UnixSeconds;
  readonly until: UnixSeconds;
}

/** What the home sold or bought in the neighbours' market in one quarter hour. */
export interface MarketObligation {
  readonly intervalStart: UnixSeconds;
  readonly exportWh: number;
  readonly importWh: number;
}

/**
 * What the platform asks of the home. Limits of the supply contract and sales to deliver come as rows of the chain
 * with their proof; the rest is the platform's word and cannot cut anybody off.
 */
export interface Orders {
  /** The home's number on the chain now; the proof must show that its meter is this gateway's. */
  readonly plant: number;
  readonly proven: ProvenRows;
  /** Contracted power of the connection, W. */
  readonly connectionW: number;
  readonly prices: PriceTable;
  readonly operatorLimits: readonly OperatorLimit[];
  readonly obligations: readonly MarketObligation[];
  /** What left the accumulator by the books: up to which quarter hour sales have been credited. */
  readonly bookedThrough: UnixSeconds;
  /** Stays in the store for the owner, Wh. */
  readonly reserveWh: number;
  /** `null` until this gateway's meter is the plant's on the chain: before that no reading counts. */
  readonly opening: OpeningBooks | null;
}

/** The content that the first reading must open with: what the books hold of this plant. */
export interface OpeningBooks {
  readonly from: UnixSeconds;
  readonly solarWh: number;
  readonly gridWh: number;
}

/** Up to where everything is on the platform's disk, and what of it is of no use there. */
export interface Acknowledgement {
  readonly through: number;
  readonly refused: readonly { readonly sequence: number; readonly reason: string }[];
}

export interface PlatformClock {
  /** Unix milliseconds at the platform when it was sent. */
  readonly timeMs: number;
  /** How many of its seconds pass in one; 1 outside a simulated town. */
  readonly speed: number;
}

/** What the gateway is told. Each may come again, late, and out of order. */
export interface Ears {
  /** The way to the platform was opened or lost. */
  readonly connected: (isUp: boolean) => void;
  readonly acknowledged: (acknowledgement: Acknowledgement) => void;
  readonly ordered: (orders: Orders) => void;
  /** The owner's signed letter, as bytes (`wire/home-letters`). */
  readonly commanded: (letter: Uint8Array) => void;
  readonly clock: (clock: PlatformClock) => void;
}

export interface Link {
  readonly isUp: boolean;
  /** Begins to connect, and goes on trying for ever; never fails. */
  open(ears: Ears): void;
  /** In ascending order. Rejects where the link is down; that they were handed over says nothing of their arrival. */
  sendReadings(readings: readonly NumberedReading[]): Promise<void>;
  /** Drops them where the link is down. */
  publishLive(values: readonly LiveValues[]): void;
  /** Kept by the other side until the next one. */
  publishState(state: GatewayState): void;
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
