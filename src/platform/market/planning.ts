/**
 * What the homes that take part would order for a quarter hour as things stand: by hand where an owner said so, else by
 * the standing rule, the forecast and what the accumulator holds. The desk draws a book from it when the gate closes;
 * before that it is what the indicated price and each owner's own view come from.
 */
import { dayOf, dayStart, QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import type { ChainView } from "#chain/view.ts";
import type { Session } from "#market/auction/seal.ts";
import { ordersByRule, type StandingRule } from "#market/auction/standing-rule.ts";
import { NO_WISHES, type Wishes } from "#market/auction/wishes.ts";
import { capOn, NO_PLANT } from "#market/participation.ts";
import { sellableFrom } from "#market/sale.ts";
import { SESSIONS } from "#market/slot-book.ts";
import type { MarketRule, OrderReason } from "#wire/market-schemas.ts";
import type { ReadingArchive } from "../archive.ts";
import type { Numbers } from "../pseudonyms.ts";
import { type Forecast, forecastOf } from "./forecast.ts";
import type { MarketStore } from "./store.ts";

export interface Participant {
  readonly home: number;
  readonly member: number;
  /** The plant's number on the chain, now. */
  readonly plant: number;
  readonly feeder: number;
}

export interface PlannedOrder {
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  readonly limit: number;
  readonly wishes: Wishes;
  readonly byHand: boolean;
  readonly reason: OrderReason;
}

export interface Plan {
  readonly participant: Participant;
  readonly orders: readonly PlannedOrder[];
  /** Why there is no more. */
  readonly without: readonly OrderReason[];
  readonly forecast: Forecast | undefined;
  /** Wh of the accumulator that the rule lets go. */
  readonly sellableStoredWh: number;
}

export interface PlanningOptions {
  readonly view: () => ChainView;
  readonly store: MarketStore;
  readonly archive: Pick<ReadingArchive, "find" | "before">;
  readonly numbers: Numbers;
  readonly zone: Zone;
  /** Whether a home's accumulator delivers what the market sold of it. */
  readonly storeAsks: boolean;
}

/** Of a home that takes part in no day. */
const NOT_JOINED: OrderReason = { code: "not_joined", numbers: {} };

export class Planning {
  readonly #options: PlanningOptions;

  constructor(options: PlanningOptions) {
    this.#options = options;
  }

  /** Homes that take part on the civil day of a quarter hour, ascending. */
  participants(slot: UnixSeconds): Participant[] {
    const { view, numbers, zone } = this.#options;
    const chain = view();
    const day = dayOf(zone, slot);
    const found: Participant[] = [];
    for (const { key: member, row } of chain.participations()) {
      if (row.plant === NO_PLANT || capOn(row, day) === 0n) continue;
      const home = numbers.homeOf(row.plant);
      // A renewed sheet may leave the feeder out; the registered one has it.
      const feeder = (chain.plant(home) ?? chain.plant(row.plant))?.feeder ?? 0;
      found.push({ home, member, plant: row.plant, feeder });
    }
    return found.sort((a, b) => a.home - b.home);
  }

  plans(
    slot: UnixSeconds,
    session: Session,
    now: UnixSeconds,
    paddleOf: (home: number) => number | undefined,
  ): Plan[] {
    return this.participants(slot).map((participant) => this.plan(participant, slot, session, now, paddleOf));
  }

  /** Of one home, which need not take part. */
  planOf(home: number, slot: UnixSeconds, session: Session, now: UnixSeconds): Plan {
    const participant = this.participants(slot).find((one) => one.home === home);
    if (participant !== undefined) return this.plan(participant, slot, session, now, (other) => other);
    const { archive } = this.#options;
    return {
      participant: { home, member: 0, plant: 0, feeder: 0 },
      orders: [],
      without: [NOT_JOINED],
      forecast: forecastOf(archive, home, slot, now),
      sellableStoredWh: 0,
    };
  }

  plan(
    participant: Participant,
    slot: UnixSeconds,
    session: Session,
    now: UnixSeconds,
    paddleOf: (home: number) => number | undefined,
  ): Plan {
    const { store, archive } = this.#options;
    const { home } = participant;
    const forecast = forecastOf(archive, home, slot, now);
    const rule = store.rule(home)?.rule;
    const stored = this.#stored(participant, rule, slot, session);
    const plan = { participant, forecast, sellableStoredWh: stored.sellableWh };
    const byHand = store.handOrder(home, slot, session);
    if (byHand !== undefined) {
      const { side, energyWh, limit } = byHand;
      const wishes = { ...NO_WISHES, solar: side === "ask" };
      const reason = { code: "by_hand", numbers: {} } as const;
      return { ...plan, orders: [{ side, energyWh, limit, wishes, byHand: true, reason }], without: [] };
    }
    const none = (code: OrderReason["code"]) => ({ ...plan, orders: [], without: [{ code, numbers: {} }] });
    if (rule === undefined) return none("no_rule");
    if (forecast === undefined) return none("no_forecast");
    const { orders, without } = ordersByRule(
      standing(rule, stored.isOffered, paddleOf),
      { ...this.#expected(home, rule, forecast, session), ...stored },
      { spendable: this.#spendable(participant, slot) },
    );
    return {
      ...plan,
      orders: orders.map((order) => ({ ...order, byHand: false })),
      without: stored.isSold ? [...without, { code: "sold_to_supplier", numbers: {} }] : without,
    };
  }

  /** What is over and lacking, less what was traded of it a day ahead; a day ahead the part that the rule says. */
  #expected(home: number, { forwardPerMille }: MarketRule, forecast: Forecast, session: Session) {
    const { surplusWh, needWh, slot } = forecast;
    if (session === SESSIONS.forward) {
      const part = (wh: number) => Math.floor((wh * forwardPerMille) / 1000);
      return { surplusWh: part(surplusWh), needWh: part(needWh) };
    }
    const { store } = this.#options;
    const ahead = store.trades(slot, slot + QUARTER_HOUR_S).find((trade) => trade.home === home);
    // What was sold ahead is owed as if the home needed it, what was bought as if it were over.
    return {
      surplusWh: surplusWh + (ahead?.boughtWh ?? 0),
      needWh: needWh + (ahead?.soldWh ?? 0),
    };
  }

  /** Solar energy in the accumulator that is promised to nobody, and how much of it can leave in the quarter hour. */
  #stored({ home, plant }: Participant, rule: MarketRule | undefined, slot: UnixSeconds, session: Session) {
    const { view, store, storeAsks } = this.#options;
    const nothing = { storedWh: 0, deliverableWh: 0, sellableWh: 0, isOffered: false, isSold: false };
    if (!storeAsks || session !== SESSIONS.own || !rule?.sellStored) return nothing;
    const chain = view();
    const row = chain.plant(plant);
    if (row === undefined || row.capacity === 0n) return nothing;
    // What an open sale still has to deliver comes first, and the counter can give only so much at once.
    if (row.openSales.length > 0) return { ...nothing, isSold: true };
    const { keepWh } = rule.sellStored;
    const { storeMarginPerMille } = chain.parameters;
    const free = chain.store(plant).free - BigInt(keepWh);
    const sold = store
      .ordersOf(home, row.lastInterval + QUARTER_HOUR_S, slot)
      .filter(({ reason }) => reason.code === "stored_above_keep")
      .reduce((sum, { fill }) => sum + (fill?.energyWh ?? 0), 0);
    const sellableWh = Math.max(
      0,
      Number(sellableFrom(Wh(free > 0n ? free : 0n), storeMarginPerMille)) - sold,
    );
    const powerW = (chain.plant(home) ?? row).dischargePowerMaxW;
    return {
      storedWh: keepWh + sellableWh,
      deliverableWh: Math.floor((powerW * QUARTER_HOUR_S) / 3600),
      sellableWh,
      isOffered: true,
      isSold: false,
    };
  }

  #spendable({ home, member }: Participant, slot: UnixSeconds): number {
    const { view, store, zone } = this.#options;
    const day = dayOf(zone, slot);
    const room = Number(view().marketRoom(member, day));
    return Math.max(0, room - store.committed(home, dayStart(zone, day), dayStart(zone, day + 1)));
  }
}

function standing(
  rule: MarketRule,
  storeIsOffered: boolean,
  paddleOf: (home: number) => number | undefined,
): StandingRule {
  const { sellStored, partner } = rule;
  const paddle = partner === null ? undefined : paddleOf(partner.home);
  return {
    sellSurplusFrom: rule.sellSurplusFromMicroEurPerKwh ?? undefined,
    sellStored:
      sellStored === null || !storeIsOffered
        ? undefined
        : { from: sellStored.fromMicroEurPerKwh, keepWh: sellStored.keepWh },
    buyUpTo: rule.buyUpToMicroEurPerKwh ?? undefined,
    solarOnly: rule.solarOnly,
    partner: partner === null || paddle === undefined ? undefined : { paddle, gift: partner.gift },
  };
}
