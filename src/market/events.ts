/** What the market tells the world when something has happened: facts of a committed block, in its order. */
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import type { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";

export type ClosedState = "settled" | "partly_delivered" | "voided";

export type MarketEvent =
  | {
      readonly type: "rate_published";
      readonly supplier: number;
      readonly day: DayNumber;
      readonly rate: MicroEurPerKwh;
    }
  | {
      readonly type: "sale_authorised";
      readonly sale: Uint8Array;
      readonly plant: number;
      readonly seller: number;
      readonly supplier: number;
      readonly day: DayNumber;
      readonly rate: MicroEurPerKwh;
      readonly energy: Wh;
      /** The last quarter hour in which it may be delivered. */
      readonly lastInterval: UnixSeconds;
    }
  | {
      readonly type: "sale_progressed";
      readonly sale: Uint8Array;
      readonly plant: number;
      /** In all so far. */
      readonly delivered: Wh;
    }
  | {
      readonly type: "sale_withdrawn";
      readonly sale: Uint8Array;
      readonly plant: number;
      /** The last quarter hour in which it may still be delivered. */
      readonly lastInterval: UnixSeconds;
    }
  | {
      readonly type: "sale_closed";
      readonly sale: Uint8Array;
      readonly plant: number;
      readonly state: ClosedState;
      readonly delivered: Wh;
      readonly gross: MicroEur;
      readonly fee: MicroEur;
    }
  | {
      readonly type: "payout_requested";
      readonly payout: Uint8Array;
      readonly member: number;
      readonly amount: MicroEur;
    }
  | {
      readonly type: "payout_settled";
      readonly payout: Uint8Array;
      readonly member: number;
      readonly amount: MicroEur;
      /** The bank's; `undefined` = it was not paid. */
      readonly reference: string | undefined;
    }
  | {
      readonly type: "interval_submitted";
      readonly intervalStart: UnixSeconds;
      readonly plants: number;
      /** Merkle root over the salted commitments of the readings. */
      readonly commitmentsRoot: Uint8Array;
    };

export type Emit = (event: MarketEvent) => void;
