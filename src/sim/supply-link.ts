/**
 * The way on which one simulated home hears what its supply contract asks of its counter. The platform says it
 * again and again, as a real gateway would be told over the network; who wants to see what happens when that way
 * is lost cuts it.
 */
import type { UnixSeconds } from "#base/time.ts";
import {
  heed,
  LINK_TRUSTED_S,
  NO_SUPPLY_ORDER,
  type SupplyLimit,
  type SupplyOrder,
  supplyLimit,
} from "#control/supply-limit.ts";

export class SupplyLink {
  #order = NO_SUPPLY_ORDER;
  #heardAt: UnixSeconds;
  #isUp = true;

  /** A gateway that was set up at `start`. */
  constructor(start: UnixSeconds) {
    this.#heardAt = start;
  }

  /** What stands in the home's gateway. */
  get order(): SupplyOrder {
    return this.#order;
  }

  /** When the gateway last heard the platform. */
  get heardAt(): UnixSeconds {
    return this.#heardAt;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  cut(): void {
    this.#isUp = false;
  }

  mend(): void {
    this.#isUp = true;
  }

  /** The platform says at an instant what stands; a cut link carries nothing. */
  say(order: SupplyOrder, time: UnixSeconds): void {
    if (!this.#isUp) return;
    this.#order = heed(this.#order, order);
    this.#heardAt = time;
  }

  /** What may come in at an instant. */
  limitAt(time: UnixSeconds): SupplyLimit {
    return supplyLimit(this.#order, {
      silentS: Math.max(0, time - this.#heardAt),
      trustedS: LINK_TRUSTED_S,
    });
  }
}
