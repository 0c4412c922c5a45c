/**
 * What gateways say, checked and handed on: readings to the head-end, which has them on the disk when it answers, and
 * only then acknowledged; live values and states to the board that screens look at.
 *
 * Repeated, late and reordered messages are harmless: the head-end knows a reading by home and quarter hour, and the
 * acknowledgement names the highest number up to which nothing is missing.
 */
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { about, type Note } from "#base/log.ts";
import type { UnixSeconds } from "#base/time.ts";
import {
  type AckMessage,
  decodeMessage,
  decodeReadings,
  FINAL_REFUSALS,
  type FinalRefusal,
  type LiveMessage,
  type NumberedReading,
  type StateMessage,
  type UpTopic,
} from "#wire/gateway-messages.ts";
import type { Device, Fault } from "#wire/schemas.ts";
import type { HeadEnd } from "../head-end.ts";
import type { LiveBoard } from "../live.ts";
import type { GatewayRegistry, GatewayRow } from "./registry.ts";
import { Silences } from "./silences.ts";

interface Options {
  readonly registry: GatewayRegistry;
  readonly headEnd: Pick<HeadEnd, "receive">;
  readonly live: Pick<LiveBoard, "record" | "faults" | "devices" | "home" | "gateway">;
  /** Wall clock, Unix seconds. */
  readonly wallNow: () => number;
  /** The community's time. */
  readonly now: () => UnixSeconds;
  readonly acknowledge: (gateway: string, ack: AckMessage) => void;
  /** Called with each state: what a gateway is ready for is known then. */
  readonly onState: (gateway: GatewayRow, state: StateMessage) => void;
  readonly note: Note;
}

/** A state, and how far its clock was from the platform's when it came, s. */
interface HeardState {
  readonly state: StateMessage;
  readonly clockOffsetS: number;
}

/** What is known of a gateway's numbers beyond what is kept. */
interface Counted {
  outbox: Uint8Array;
  through: number;
  /** On the disk or refused for good, above `through`. */
  readonly beyond: Set<number>;
}

/** Numbers above the first gap that are remembered; the others come again. */
const BEYOND_MAX = 10_000;
/** How often a gateway's life sign is written down, s. */
const HEARD_EVERY_S = 30;
const FINAL: ReadonlySet<string> = new Set(FINAL_REFUSALS);
/** A gateway that is up says something each minute; the third part of one is for the way. */
const REACHABLE_S = 90;

export class GatewayIntake {
  readonly #options: Options;
  readonly #counted = new Map<string, Counted>();
  readonly #heard = new Map<string, number>();
  readonly #written = new Map<string, number>();
  readonly #states = new Map<string, HeardState>();
  readonly #silences: Silences;

  constructor(options: Options) {
    this.#options = options;
    this.#silences = new Silences(options.wallNow());
  }

  /** A message of a gateway whose certificate the broker has checked. */
  take(name: string, topic: UpTopic, payload: Uint8Array): void {
    const gateway = this.#options.registry.gateway(name);
    if (gateway === undefined || gateway.revoked !== null) return;
    this.#listen(name);
    if (topic === "readings") {
      this.#takeReadings(gateway, payload);
      return;
    }
    const message = decodeMessage(topic, payload);
    if (!message.ok) this.#passOver(name, topic, message.error);
    else if (topic === "live") this.#takeLive(gateway, message.value as LiveMessage);
    else this.#takeState(gateway, message.value as StateMessage);
  }

  /** The newest state of a gateway in this process. */
  stateOf(name: string): HeardState | undefined {
    return this.#states.get(name);
  }

  /** Its faults: what it said of its home, and how it fell silent itself. */
  faultsOf(name: string): Fault[] {
    return [...this.#silences.faultsOf(name), ...(this.#states.get(name)?.state.faults ?? [])];
  }

  isSilent(name: string): boolean {
    return this.#silences.isSilent(name);
  }

  /** Gateways that meter and are not heard any more: their homes are told. */
  lookForSilence(): void {
    const { registry, live, wallNow, now } = this.#options;
    for (const { name, home, meteringFrom } of registry.standing()) {
      if (meteringFrom === null || !this.#silences.look(name, wallNow(), now())) continue;
      live.faults(home, this.faultsOf(name));
    }
  }

  /** Who spoke in this process. */
  known(): string[] {
    return [...this.#heard.keys()];
  }

  /** Whether it was heard a moment ago. */
  isReachable(name: string): boolean {
    return this.#options.wallNow() - (this.#heard.get(name) ?? 0) <= REACHABLE_S;
  }

  /** What a gateway may forget, as far as it is known. */
  ackFor({ name, outbox, through }: GatewayRow): AckMessage | undefined {
    const counted = this.#counted.get(name);
    const of = counted?.outbox ?? outbox;
    if (of === null || of === undefined) return undefined;
    return { outbox: toHex(of), through: counted?.through ?? through, refused: [] };
  }

  forget(name: string): void {
    for (const map of [this.#counted, this.#heard, this.#written, this.#states]) map.delete(name);
    this.#silences.forget(name);
  }

  #takeReadings(gateway: GatewayRow, payload: Uint8Array): void {
    const decoded = decodeReadings(payload);
    if (!decoded.ok) {
      this.#passOver(gateway.name, "readings", decoded.error.message);
      return;
    }
    const { outbox, readings } = decoded.value;
    const counted = this.#countedFor(gateway, outbox);
    const refused: AckMessage["refused"][number][] = [];
    const own: NumberedReading[] = [];
    for (const one of readings) {
      const { plant, intervalStart } = one.signed.reading;
      if (one.sequence <= counted.through) continue;
      if (plant === gateway.home) own.push(one);
      else refused.push({ sequence: one.sequence, intervalStart, reason: "other_plant" });
    }
    if (own.length > 0) {
      // One after the other is judged against the one before; all of them are on the disk when this returns.
      const receipt = this.#options.headEnd.receive(own.map(({ signed }) => signed));
      const reasons = new Map(receipt.refused.map((one) => [one.intervalStart, one.reason]));
      for (const { sequence, signed } of own) {
        const { intervalStart } = signed.reading;
        const reason = reasons.get(intervalStart);
        if (reason === undefined) counted.beyond.add(sequence);
        // Before its own meter counts, what a box brings of an earlier one is taken, and nothing refused for good.
        else if (FINAL.has(reason) && gateway.meteringFrom !== null) {
          refused.push({ sequence, intervalStart, reason: reason as FinalRefusal });
        }
      }
    }
    for (const { sequence, intervalStart, reason } of refused) {
      counted.beyond.add(sequence);
      const fields = { home: gateway.home, interval: intervalStart, reason };
      this.#options.note(
        "a reading is refused",
        undefined,
        about("platform", "reading_refused", fields, "warn"),
      );
    }
    this.#advance(gateway.name, counted);
    this.#options.acknowledge(gateway.name, { outbox: toHex(outbox), through: counted.through, refused });
  }

  #countedFor({ name, outbox: kept, through }: GatewayRow, outbox: Uint8Array): Counted {
    const known = this.#counted.get(name);
    if (known !== undefined && equalBytes(known.outbox, outbox)) return known;
    const isKept = kept !== null && equalBytes(kept, outbox);
    const counted = { outbox, through: isKept ? through : 0, beyond: new Set<number>() };
    this.#counted.set(name, counted);
    return counted;
  }

  #advance(name: string, counted: Counted): void {
    const before = counted.through;
    while (counted.beyond.delete(counted.through + 1)) counted.through += 1;
    if (counted.beyond.size > BEYOND_MAX) counted.beyond.clear();
    if (counted.through !== before) this.#options.registry.acknowledge(name, counted.outbox, counted.through);
  }

  #takeLive(gateway: GatewayRow, { values, decision, supply }: LiveMessage): void {
    const { home, meteringFrom } = gateway;
    const { live } = this.#options;
    for (const { time, stepS, flowsW, storedSolarWh, storedGridWh, soldReservedWh } of values) {
      if (meteringFrom === null || time < meteringFrom || time <= (live.home(home)?.time ?? 0)) continue;
      const sample = { plant: home, flowsW, storedSolarWh, storedGridWh, soldReservedWh, decision };
      live.record(time, stepS, [supply === undefined ? sample : { ...sample, supply }]);
    }
  }

  #takeState(gateway: GatewayRow, state: StateMessage): void {
    const { registry, live, onState, now } = this.#options;
    const { name, home, meteringFrom } = gateway;
    this.#states.set(name, { state, clockOffsetS: state.time - now() });
    registry.describe(name, state.version, fromHex(state.nextMeterKey)!);
    if (meteringFrom !== null) {
      live.faults(home, this.faultsOf(name));
      live.devices(home, devicesOf(state));
      const { command, local, plan } = state;
      live.gateway(home, {
        ...(command && { command }),
        ...(local && { local }),
        ...(plan && { plan }),
      });
    }
    onState(gateway, state);
  }

  #listen(name: string): void {
    const { registry, wallNow } = this.#options;
    const now = wallNow();
    this.#heard.set(name, now);
    this.#silences.heard(name, now, this.#options.now());
    if (now - (this.#written.get(name) ?? 0) < HEARD_EVERY_S) return;
    this.#written.set(name, now);
    registry.heard(name, now);
  }

  #passOver(gateway: string, topic: UpTopic, problem: string): void {
    const what = about("platform", "gateway_message_unfit", { gateway, topic }, "warn");
    this.#options.note(`a gateway's message is passed over: ${problem}`, undefined, what);
  }
}

/** The technical sheet's rows with what each device told; the gateway itself is the last one. */
export function devicesOf({ devices, outbox, time }: StateMessage): Device[] {
  const shown = devices.map(
    ({ id, kind, template, sheet, values, measuredAt, problem }): Device => ({
      kind,
      numbers: { ...values },
      lastSeen: measuredAt ?? 0,
      sheet: { id, template, told: { ...sheet }, measuredAt, problem },
    }),
  );
  return [...shown, { kind: "gateway", numbers: { outbox: outbox.waiting }, lastSeen: time }];
}
