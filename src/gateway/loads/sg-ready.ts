/**
 * A heat pump that listens to two contacts alone (SG Ready): what `heat-pump` wants becomes one of four states by
 * `control/sg-ready`, and the relay before the pump closes its contacts accordingly. The pump runs by its own control in
 * all of them; what it draws its meter tells.
 *
 * The relay opens a contact by itself when nobody renews it: a gateway that falls silent leaves a pump that heats as it
 * always did, never one that is blocked. So does a gateway that ends, or has lost the counter.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { Offers } from "#control/flexible-load.ts";
import { HEATING_CODES, type HeatingCode } from "#control/heating.ts";
import {
  blocksLeft,
  contactsOf,
  SG_STANDS_S,
  type SgMemory,
  type SgWish,
  sgBegins,
  sgNext,
  sgReleased,
} from "#control/sg-ready.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import type { Output } from "../cycle.ts";
import { SteeredHeatPump } from "./heat-pump.ts";
import {
  type Draws,
  drawsBetween,
  knownNumbers,
  type LoadMoment,
  type Seen,
  type SteeredLoad,
  type Wish,
} from "./steered-load.ts";

/** What the rule says while the pump goes by its own control. */
const BY_ITSELF: ReadonlySet<HeatingCode> = new Set([
  ...(["heat_waits", "compressor_rests", "compressor_runs_on", "tank_full"] as const),
]);

interface KeptContacts {
  readonly pump: object;
  readonly memory: SgMemory | null;
}

export class SteeredContacts implements SteeredLoad {
  readonly id: string;
  readonly kind = "heat_pump";
  readonly #pump: SteeredHeatPump;
  #seen: Seen | undefined;
  #memory: SgMemory | undefined;
  #wish: SgWish | undefined;
  #expectedW = 0;
  #moment = { sinceS: 0, seconds: 1, now: 0 };

  constructor(id: string, sheet: LoadSheet, kept?: object) {
    const known = kept as Partial<KeptContacts> | undefined;
    this.id = id;
    this.#pump = new SteeredHeatPump(id, sheet, known?.pump);
    this.#memory = known?.memory ?? undefined;
  }

  get wish(): Wish {
    return this.#pump.wish;
  }

  get phaseShares(): readonly number[] {
    return this.#pump.phaseShares;
  }

  get draws(): Draws {
    return drawsBetween(this.#seen, this.#expectedW, this.#moment);
  }

  get kept(): KeptContacts {
    return { pump: this.#pump.kept, memory: this.#memory ?? null };
  }

  hear(wish: Wish): void {
    this.#pump.hear(wish);
  }

  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): void {
    this.#seen = seen;
    this.#memory ??= sgBegins(now);
    this.#moment = { sinceS: Math.max(0, now - this.#memory.since), seconds, now };
    this.#pump.see(seen, now, seconds);
  }

  plan(now: UnixSeconds, offers: Offers | undefined): Float64Array | undefined {
    return this.#pump.plan(now, offers);
  }

  decide(moment: LoadMoment): number {
    const { now, surplusW, limitW } = moment;
    const powerW = this.#pump.decide(moment);
    const { code, nextRun } = this.#pump.report();
    const drawsW = Math.max(0, this.#seen?.values.powerW ?? 0);
    const heating = HEATING_CODES.find((one) => one === code);
    if (heating === undefined) {
      // Not heard, or without a counter: its contacts open, here or at the relay.
      this.#wish = undefined;
      this.#memory = sgReleased(this.#memory ?? sgBegins(now), now);
      this.#expectedW = drawsW;
      return drawsW;
    }
    const { powerMinW, powerMaxW } = this.#pump.ratings;
    const runsInS = nextRun === null ? Number.NaN : nextRun.from - now;
    const wish = { code: heating, powerW, surplusW, limitW, powerMinW, powerMaxW, drawsW, runsInS };
    this.#turn(wish, now);
    return this.#expectedW;
  }

  cut(): void {
    if (this.#wish !== undefined) this.#turn({ ...this.#wish, limitW: 0, powerW: 0 }, this.#moment.now);
  }

  outputs(): Output[] {
    return this.#seen === undefined || this.#memory === undefined ? [] : this.#contacts(this.#memory);
  }

  /** What it is told by a gateway that goes. */
  release(): Output[] {
    return this.#contacts(sgBegins(this.#moment.now));
  }

  report(): LoadReport {
    const report = this.#pump.report();
    const memory = this.#memory ?? sgBegins(this.#moment.now);
    const { askedW: _, ...numbers } = report.numbers;
    const code = this.#codeOf(report.code, memory);
    return {
      ...report,
      code,
      state: report.state === "running" ? "running" : code === "heat_limited" ? "limited" : "waiting",
      numbers: knownNumbers({
        ...numbers,
        ...(this.#seen !== undefined && { sgState: memory.state }),
        blocksLeft: blocksLeft(memory, this.#moment.now),
      }),
    };
  }

  #turn(wish: SgWish, now: UnixSeconds): void {
    const memory = sgNext(this.#memory ?? sgBegins(now), wish, now);
    this.#wish = wish;
    this.#memory = memory;
    const { drawsW, powerW } = wish;
    // Who was told to run may take a while to; who then does not is not reckoned with.
    const follows = memory.state > 2 && now - memory.since < SG_STANDS_S;
    this.#expectedW = memory.state === 1 ? 0 : follows ? Math.max(drawsW, powerW) : drawsW;
  }

  #codeOf(code: LoadReport["code"], { state }: SgMemory): string {
    const wish = this.#wish;
    if (wish === undefined) return code;
    const isOver = wish.limitW < Math.max(wish.powerMinW, wish.drawsW);
    if (state === 1) return isOver || wish.code !== "heat_waits" ? "heat_limited" : "sg_blocked";
    if (isOver) return "sg_no_block_left";
    return state === 2 && BY_ITSELF.has(wish.code) ? "sg_by_itself" : code;
  }

  #contacts({ state }: SgMemory): Output[] {
    const [first, second] = contactsOf(state);
    const one: Output = { device: this.id, point: "sgContact1", value: first ? 1 : 0 };
    const other: Output = { device: this.id, point: "sgContact2", value: second ? 1 : 0 };
    // One after the other, and no block on the way to another state.
    return first ? [other, one] : [one, other];
  }
}
