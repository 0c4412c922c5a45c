/**
 * What waits for the disk: signed readings, decisions of BEC and loads. A cycle adds to it and goes on; where the disk
 * fails everything waits for the next time. Readings and what the meter has added up go together, so that a power cut
 * neither loses a quarter hour nor makes one twice.
 */

import type { UnixSeconds } from "#base/time.ts";
import type { Decision } from "#control/dispatch.ts";
import { type SignedReading, signReading, verifyReading } from "#metering/signed-reading.ts";
import type { GatewayLog } from "./gateway-log.ts";
import type { LoadDecision, Outbox, OutboxReading } from "./outbox.ts";
import type { Standing } from "./standing-orders.ts";

/** What the meter has added up is kept at the latest so often, s; registers need it less. */
const KEEP_EVERY_S = 60;

export class WaitingForDisk {
  readonly readings: OutboxReading[] = [];
  readonly decisions: Decision[] = [];
  readonly loads: LoadDecision[] = [];
  readonly #outbox: Outbox;
  readonly #log: GatewayLog;
  #keptAt: UnixSeconds = 0;

  constructor(outbox: Outbox, log: GatewayLog) {
    this.#outbox = outbox;
    this.#log = log;
  }

  isDue(now: UnixSeconds): boolean {
    // A clock that was set back does not keep anything waiting.
    return Math.abs(now - this.#keptAt) >= KEEP_EVERY_S;
  }

  /** Onto the disk, with what else is `kept` by its name; a disk that fails is told. */
  keep(now: UnixSeconds, kept: Readonly<Record<string, string>>): void {
    this.#keptAt = now;
    this.#log.attempt("outbox", () => {
      this.#outbox.add(this.readings, kept);
      this.readings.length = 0;
      this.#outbox.decided(this.decisions);
      this.decisions.length = 0;
      this.#outbox.loadsDecided(this.loads);
      this.loads.length = 0;
    });
  }

  /**
   * What is not signed by the meter's present key is, on the disk and before it, where the platform does not have it.
   * Throws what the disk throws.
   */
  signAnew({ chain, meter }: Standing): void {
    const sign = (signed: SignedReading) =>
      verifyReading(chain, signed, meter.publicKey) ? undefined : signReading(chain, signed.reading, meter);
    this.#outbox.signAnew(sign);
    for (const [i, one] of this.readings.entries()) {
      this.readings[i] = { ...one, signed: sign(one.signed) ?? one.signed };
    }
  }
}
