/** What the market tells the world when something has happened: facts of a committed block, in its order. */
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import type { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";

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
    }
  | {
      readonly type: "market_joined";
      readonly member: number;
      /** 0: a supplier, which balances. */
      readonly plant: number;
      /** That may be taken for one civil day. */
      readonly cap: MicroEur;
      /** The first day that this cap counts for. */
      readonly from: DayNumber;
    }
  | {
      readonly type: "market_left";
      readonly member: number;
      readonly plant: number;
      /** The first day for which it takes part no more. */
      readonly from: DayNumber;
    }
  | { readonly type: "market_released"; readonly member: number; readonly amount: MicroEur }
  | {
      readonly type: "feeder_limited";
      readonly feeder: number;
      /** Start of the first quarter hour, and of the first after the last. */
      readonly from: UnixSeconds;
      readonly to: UnixSeconds;
      readonly maxSoldWh: number | undefined;
      readonly maxBoughtWh: number | undefined;
      readonly reason: string;
    }
  | {
      readonly type: "book_sealed";
      /** Start of the quarter hour. */
      readonly slot: UnixSeconds;
      readonly session: number;
      readonly count: number;
      readonly root: Uint8Array;
    }
  | {
      readonly type: "book_cleared";
      readonly slot: UnixSeconds;
      readonly session: number;
      readonly mechanism: MechanismName;
      readonly orders: number;
      /** Sealed and never opened. */
      readonly unopened: number;
      /** µEUR/kWh; `undefined` where nothing traded. */
      readonly price: number | undefined;
      readonly tradedWh: number;
      /** What all buyers pay, the fees for the grid included, and what all sellers receive. */
      readonly bought: MicroEur;
      readonly sold: MicroEur;
    }
  | {
      readonly type: "day_settled";
      readonly day: DayNumber;
      readonly version: number;
      readonly reason: string;
      readonly final: boolean;
      readonly statementsRoot: Uint8Array;
      /** How many members it gave to or took from. */
      readonly members: number;
      /** What changed hands in this version. */
      readonly moved: MicroEur;
      readonly fees: MicroEur;
    }
  | {
      /** Nothing of it changes any more. */
      readonly type: "day_closed";
      readonly day: DayNumber;
      readonly versions: number;
    };

export type Emit = (event: MarketEvent) => void;
