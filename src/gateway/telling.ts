/**
 * What the platform is told, cycle by cycle: live values while it listens, how the home stands when that is due
 * (`state-rhythm`). Readings go their own way (`reading-sender`).
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { StateMessage } from "#wire/gateway-messages.ts";
import type { CycleResult } from "./cycle.ts";
import type { Diary } from "./diary.ts";
import { supplyStateOf, tellingOf } from "./home-state.ts";
import { liveValuesOf } from "./home-values.ts";
import type { Link } from "./link.ts";
import type { SteeredLoads } from "./loads/steered-loads.ts";
import type { OwnMeter } from "./own-meter.ts";
import type { ProcessImage } from "./process-image.ts";
import type { StandingOrders } from "./standing-orders.ts";
import { StateRhythm } from "./state-rhythm.ts";

export interface TellingOptions {
  readonly link: Link;
  readonly orders: StandingOrders;
  readonly meter: OwnMeter;
  readonly loads: SteeredLoads;
  readonly diary: Diary;
}

/** The instant that is told of. */
export interface TellingTime {
  readonly now: UnixSeconds;
  /** Since the cycle before, whole seconds of the home's time. */
  readonly stepS: number;
  /** By a clock that nobody sets. */
  readonly steadyMs: number;
  /** When the platform was last heard, Unix ms of the home's time. */
  readonly heardMs: number;
}

export class Telling {
  readonly rhythm = new StateRhythm();
  readonly #options: TellingOptions;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Nothing where nobody listens. */
  tell(image: ProcessImage, result: CycleResult, at: TellingTime, state: () => StateMessage): void {
    const { link, orders, meter, loads, diary } = this.#options;
    if (!link.isUp) return;
    const { now, stepS, steadyMs, heardMs } = at;
    if (result.measuredW !== undefined) {
      const values = liveValuesOf(image, result, {
        time: now,
        stepS: Math.min(QUARTER_HOUR_S, stepS),
        books: meter.books,
        soldReservedWh: Math.ceil(meter.remainingJ(now) / J_PER_WH),
      });
      const supply = supplyStateOf(result, heardMs);
      link.publishLive({ values: [values], decision: diary.decision(result), ...(supply && { supply }) });
    }
    const { code } = diary;
    const telling = tellingOf({ code, refused: orders.refused, loads: loads.reports() }, result);
    if (this.rhythm.isDue(telling, now, steadyMs)) link.publishState(state());
  }
}
