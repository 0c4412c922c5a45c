/** The neighbours' market: for anybody what was cleared, for a home its own orders and statements. */
import { parseDay, QUARTER_HOUR_S } from "#base/time.ts";
import { SESSIONS } from "#market/slot-book.ts";
import type { MarketDesk } from "../market/desk.ts";
import {
  marketNow,
  marketSlot,
  ownDay,
  ownMarket,
  pricePoint,
  settlementRun,
  settlementRuns,
} from "../market/views.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

type Keys =
  | "GET /v1/market"
  | "GET /v1/market/prices"
  | "GET /v1/market/slots/:slot"
  | "GET /v1/home/market"
  | "GET /v1/home/market/rule"
  | "PUT /v1/home/market/rule"
  | "POST /v1/home/market/orders"
  | "DELETE /v1/home/market/orders/:slot"
  | "GET /v1/home/market/days/:day"
  | "GET /v1/operator/settlements"
  | "POST /v1/operator/settlements/:day";

const PRICES_AT_ONCE = 1_000;
const DAYS_SHOWN = 31;

export function marketRoutes(parts: Parts): Handlers<Keys> {
  const desk = (): MarketDesk => {
    if (parts.market === undefined) throw new Refused("market_not_open");
    return parts.market;
  };
  const changed = () => {
    desk().changed();
  };

  return {
    "GET /v1/market": () => marketNow(parts, desk()),
    "GET /v1/market/prices": ({ query: { from, to, session = SESSIONS.own } }) => {
      if (to <= from) throw new Refused("span_invalid");
      const indicated = desk().store.indications(from, to, session);
      return parts.index.books(from, to, session, PRICES_AT_ONCE).map((book) => pricePoint(book, indicated));
    },
    "GET /v1/market/slots/:slot": ({ params: { slot }, query: { session = SESSIONS.own } }) =>
      marketSlot(parts, desk(), slot, session),
    "GET /v1/home/market": ({ visitor: { plant, member } }) => ownMarket(parts, desk(), plant, member),
    "GET /v1/home/market/rule": ({ visitor: { plant } }) => desk().mandates.ruleOf(plant),
    "PUT /v1/home/market/rule": ({ visitor: { plant, member }, body }) => {
      const rule = desk().mandates.giveRule(plant, member, body);
      changed();
      return rule;
    },
    "POST /v1/home/market/orders": ({ visitor: { plant, member }, body }) => {
      const { slot, session } = desk().mandates.giveOrder(plant, member, body);
      changed();
      const isThis = (order: { slot: number; session: number }) =>
        order.slot === slot && order.session === session;
      const planned = ownMarket(parts, desk(), plant, member).orders.find(isThis);
      // Who takes no part has its order kept, and no order in the book.
      if (planned === undefined) {
        desk().store.dropHandOrder(plant, slot, session);
        throw new Refused("order_not_possible", NOT_JOINED);
      }
      return planned;
    },
    "DELETE /v1/home/market/orders/:slot": ({ visitor: { plant }, params, query }) => {
      desk().mandates.takeBack(plant, params.slot, query.session ?? SESSIONS.own);
      changed();
    },
    "GET /v1/home/market/days/:day": ({ visitor: { plant }, params }) =>
      ownDay(desk(), plant, dayFrom(params.day)),
    "GET /v1/operator/settlements": ({ query: { limit } }) =>
      settlementRuns(parts, desk(), limit ?? DAYS_SHOWN),
    "POST /v1/operator/settlements/:day": async ({ params, body: { reason, final } }) => {
      const day = dayFrom(params.day);
      desk().settling.order(day, reason, final === true);
      await desk().advance();
      return settlementRun(parts, desk(), day);
    },
  };
}

const NOT_JOINED =
  "This home takes no part in the market on that day. The order was not kept. Join the market first, with a cap for the day.";

function dayFrom(text: string): number {
  const day = parseDay(text);
  if (day === undefined || day < 1 || day * 86_400 > Number.MAX_SAFE_INTEGER / QUARTER_HOUR_S) {
    throw new Refused("day_invalid");
  }
  return day;
}
