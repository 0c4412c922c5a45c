/** The neighbours' market: for anybody what was cleared, for a home its own orders and statements. */
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

export function marketRoutes(_parts: Parts): Handlers<Keys> {
  const closed = () => {
    throw new Refused("market_not_open");
  };
  return {
    "GET /v1/market": closed,
    "GET /v1/market/prices": closed,
    "GET /v1/market/slots/:slot": closed,
    "GET /v1/home/market": closed,
    "GET /v1/home/market/rule": closed,
    "PUT /v1/home/market/rule": closed,
    "POST /v1/home/market/orders": closed,
    "DELETE /v1/home/market/orders/:slot": closed,
    "GET /v1/home/market/days/:day": closed,
    "GET /v1/operator/settlements": closed,
    "POST /v1/operator/settlements/:day": closed,
  };
}
