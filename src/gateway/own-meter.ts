/**
 * The home's meter as the gateway runs it: it begins with a whole quarter hour once the chain has its key as the
 * plant's, closes quarter hours into signed readings, and remembers what left the accumulator, so that what is still
 * to be delivered is known before the books know it.
 */
import { quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { Reading } from "#metering/reading.ts";
import { signReading } from "#metering/signed-reading.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { NumberedReading } from "#wire/gateway-messages.ts";
import { type Exported, remainingJ } from "./delivery.ts";
import { type Books, Meter, type MeterState, type Seen } from "./meter.ts";
import type { OutboxReading } from "./outbox.ts";
import type { StandingOrders } from "./standing-orders.ts";

/** Quarter hours of which it is remembered what left: two days. */
const REMEMBERED = 200;
const NOTHING_CLOSED: readonly OutboxReading[] = [];

export class OwnMeter {
  readonly #orders: StandingOrders;
  #meter: Meter | undefined;
  /** What went out of the accumulator by quarter hour, oldest first. */
  readonly #exported: Exported[] = [];

  /** `kept`: the state that is on the disk; `newest`: the last readings, oldest first. */
  constructor(orders: StandingOrders, kept: MeterState | undefined, newest: readonly NumberedReading[]) {
    this.#orders = orders;
    const { standing } = orders;
    if (kept !== undefined && standing !== undefined) this.#meter = new Meter(standing.home, kept);
    for (const { signed } of newest) this.#remember(signed.reading);
  }

  /** `undefined` before the first quarter hour. */
  get books(): Books | undefined {
    return this.#meter?.books;
  }

  get state(): MeterState | undefined {
    return this.#meter?.state;
  }

  /**
   * One cycle of `seconds` that ends `now`. Readings of the quarter hours that it closed, signed, oldest first. `speed`:
   * seconds of the home's time in one real second; `seen`: asked for only where the meter counts.
   */
  see(now: UnixSeconds, seconds: number, speed: number, seen: () => Seen): readonly OutboxReading[] {
    const { standing } = this.#orders;
    if (standing === undefined) return NOTHING_CLOSED;
    this.#meter ??= this.#beginning(now, speed, standing.home);
    if (this.#meter === undefined) return NOTHING_CLOSED;
    const closed = this.#meter.see(now, seconds, seen());
    if (closed.length === 0) return NOTHING_CLOSED;
    for (const { reading } of closed) this.#remember(reading);
    while (this.#exported.length > REMEMBERED) this.#exported.shift();
    const { chain, meter } = standing;
    return closed.map(({ reading, isSpread }) => ({ signed: signReading(chain, reading, meter), isSpread }));
  }

  /** Sold and not yet delivered, J at the terminals. */
  remainingJ(now: UnixSeconds): number {
    const { message, proven } = this.#orders;
    const running = { intervalStart: quarterHourOf(now), joules: this.#meter?.exportedJ ?? 0 };
    return remainingJ(
      {
        sales: proven?.orders.sales ?? [],
        obligations: message?.obligations ?? [],
        bookedThrough: message?.bookedThrough ?? 0,
      },
      this.#exported,
      running,
    );
  }

  /** It begins with a whole quarter hour: the first cycle in it. */
  #beginning(now: UnixSeconds, speed: number, home: number): Meter | undefined {
    const told = this.#orders.meterBeginning;
    if (told === undefined || told === null || now < told.from) return undefined;
    const from = quarterHourOf(now);
    if (now - from > Math.max(2, 2 * speed)) return undefined;
    return new Meter(home, { from, solarWh: told.openingSolarWh, gridWh: told.openingGridWh });
  }

  #remember({ intervalStart, storedSolar, storedGrid }: Reading): void {
    const joules = (storedSolar.exportedWh + storedGrid.exportedWh) * J_PER_WH;
    if (joules > 0) this.#exported.push({ intervalStart, joules });
  }
}
