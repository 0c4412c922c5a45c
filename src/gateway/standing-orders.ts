/**
 * Whom the gateway believes, and what it was ordered. Orders come from the platform: prices, limits and the meter's
 * beginning count by its word, what is proven only with its proof (`proven-orders`), the grid operator's limit by its
 * own signature (`operator-letter`). The newest stand, restarts included; what is refused changes nothing that was
 * proven before.
 */
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { OperatorLimit } from "#control/operator-limit.ts";
import { NO_SUPPLY_ORDER, type SupplyOrder } from "#control/supply-limit.ts";
import type { Signer } from "#crypto/keys.ts";
import type { OrdersMessage, StateMessage } from "#wire/gateway-messages.ts";
import type { KeptLimit } from "#wire/operator-limits.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { type JudgedLimits, judgeLimits } from "./operator-letter.ts";
import type { Outbox } from "./outbox.ts";
import { type OrderRefusal, type PinnedTrust, type ProvenOrders, provenOrders } from "./proven-orders.ts";
import { faultOfRefusal } from "./validators-word.ts";

/** What an enrolled gateway has: its meter and whom it believes. */
export interface Standing {
  readonly chain: string;
  /** The home's id, by which its meter reports. */
  readonly home: number;
  readonly meter: Signer;
  readonly nextMeter: Signer | undefined;
  readonly trust: PinnedTrust;
}

export interface StandingOrdersOptions {
  /** `undefined` before the enrolment: then nothing is believed. */
  readonly standing: Standing | undefined;
  /** What the next meter key is made the present one by; on the disk when it returns. */
  readonly turnMeterKey: (() => Standing) | undefined;
  /** What the connection lets in, W. */
  readonly connectionW: number;
  readonly outbox: Pick<Outbox, "kept" | "keep">;
  readonly log: GatewayLog;
}

/** What orders that are proven changed beside themselves. */
export interface Heeded {
  readonly isLimitNew: boolean;
  /** The meter signs with another key from now on. */
  readonly isKeyNew: boolean;
}

export class StandingOrders {
  readonly #options: StandingOrdersOptions;
  #standing: Standing | undefined;
  #trust: PinnedTrust | undefined;
  #message: OrdersMessage | undefined;
  #proven: ProvenOrders | undefined;
  #refused: OrderRefusal | null = null;
  /** Of the grid operator, verified; over or not. */
  #limit: KeptLimit | undefined;
  #limitRefused: JudgedLimits["refused"];

  constructor(options: StandingOrdersOptions) {
    this.#options = options;
    this.#standing = options.standing;
    this.#trust = options.standing?.trust;
    this.#limit = (JSON.parse(options.outbox.kept("limit") ?? "null") as KeptLimit | null) ?? undefined;
  }

  get standing(): Standing | undefined {
    return this.#standing;
  }

  /** As the platform said them last, believed or not; `undefined` before the first. */
  get message(): OrdersMessage | undefined {
    return this.#message;
  }

  /** What of them the chain has proven; `undefined` before the first proof. */
  get proven(): ProvenOrders | undefined {
    return this.#proven;
  }

  /** Why the newest are not believed; `null` where they are. */
  get refused(): OrderRefusal | null {
    return this.#refused;
  }

  /** What that is for whoever has to do something about it; `undefined` where they are believed. */
  get fault(): ReturnType<typeof faultOfRefusal> | undefined {
    if (this.#refused === null) return undefined;
    return faultOfRefusal(this.#refused, (this.#proven?.orders.ownerKeys.length ?? 0) > 0);
  }

  get supply(): SupplyOrder {
    return this.#proven?.supply ?? NO_SUPPLY_ORDER;
  }

  get gridEnergySellable(): boolean {
    return this.#proven?.orders.laws.gridEnergySellable ?? false;
  }

  /** The grid operator's limit, over or not. */
  get operatorLimit(): OperatorLimit | null {
    return this.#limit?.limit ?? null;
  }

  /** What became of the grid operator's letters; `undefined` before the first. */
  get limitLetter(): StateMessage["limitLetter"] {
    const [standing, refused] = [this.#limit, this.#limitRefused];
    if (standing === undefined && refused === undefined) return undefined;
    return { issuedAt: standing?.issuedAt ?? null, refused: refused ?? null };
  }

  /** How this gateway's meter begins; `undefined` while the plant's on the chain is another one. */
  get meterBeginning(): OrdersMessage["meter"] | undefined {
    const told = this.#message?.meter;
    if (told === undefined || told === null || this.#standing === undefined) return undefined;
    return told.key === toHex(this.#standing.meter.publicKey) ? told : undefined;
  }

  /**
   * Takes what the platform says, if it is no older than what stands; `undefined` where nothing is proven by it. `now`:
   * as in `OrderKnowledge`.
   */
  hear(message: OrdersMessage, now: UnixSeconds | undefined): Heeded | undefined {
    const { outbox, log, connectionW } = this.#options;
    const standing = this.#standing;
    if (standing === undefined || this.#trust === undefined) return undefined;
    const isDatedEarlier = this.#message !== undefined && message.time < this.#message.time;
    const proof = fromHex(message.proven);
    const keys = [standing.meter, standing.nextMeter].flatMap((signer) => signer?.publicKey ?? []);
    const told =
      proof === undefined
        ? ({ ok: false, error: "malformed" } as const)
        : provenOrders(proof, {
            trust: this.#trust,
            meterKeys: keys,
            fromHeight: this.#proven?.supply.height ?? 0,
            connectionW,
            now,
            word: message.validators,
            home: standing.home,
            ownerKeys: this.#proven?.orders.ownerKeys ?? [],
          });
    // A platform whose clock was set back dates what is new before what stands; the chain's height goes up alone.
    const isOfLaterBlock = told.ok && told.value.supply.height > (this.#proven?.supply.height ?? 0);
    if (isDatedEarlier && !isOfLaterBlock) return undefined;
    this.#message = message;
    if (told.ok) {
      this.#proven = told.value;
      this.#trust = told.value.trust;
      this.#refused = null;
      const isLimitNew = this.#heedLimits(message, told.value, standing);
      const isKeyNew = this.#followMeter(told.value.meterKey);
      log.attempt("outbox", () => outbox.keep({ orders: JSON.stringify(message) }));
      return { isLimitNew, isKeyNew };
    }
    // A gateway that came in a moment ago is not on the chain yet: nothing is wrong with that.
    const isYetToCome = told.error === "other_meter" && message.meter === null && this.#proven === undefined;
    if (isYetToCome) return undefined;
    if (this.#refused !== told.error) log.note({ about: "orders_refused", reason: told.error });
    this.#refused = told.error;
    return undefined;
  }

  /** The grid operator's limit, believed by its own signature; whether another one stands. */
  #heedLimits(
    { operatorLimits }: OrdersMessage,
    { operatorKeys }: ProvenOrders,
    { chain, home }: Standing,
  ): boolean {
    const { outbox, log } = this.#options;
    const judged = judgeLimits(operatorLimits, { chain, home, operatorKeys, standing: this.#limit });
    if (judged.refused !== undefined) log.note({ about: "letter_refused", reason: judged.refused });
    this.#limitRefused = judged.refused;
    if (judged.standing === this.#limit) return false;
    this.#limit = judged.standing;
    log.attempt("outbox", () => outbox.keep({ limit: JSON.stringify(judged.standing ?? null) }));
    return true;
  }

  /**
   * Where the home goes on under other numbers the next key is its meter's, for every quarter hour that it has; whether
   * that is so now.
   */
  #followMeter(meterKey: Uint8Array): boolean {
    const { turnMeterKey, log } = this.#options;
    const next = this.#standing?.nextMeter;
    if (next === undefined || turnMeterKey === undefined) return false;
    if (!equalBytes(meterKey, next.publicKey)) return false;
    const turned = log.attempt("outbox", turnMeterKey);
    if (turned === undefined) return false;
    this.#standing = turned;
    return true;
  }
}
