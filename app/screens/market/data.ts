/** What the market's pages read: anew with every block, and now and then between two of them. */
import { onCleanup } from "solid-js";
import type { MarketNow, MarketSlot, OwnMarket, OwnMarketDay, PricePoint } from "#wire/market-schemas.ts";
import { platform } from "../../platform.ts";
import { now, onStream, reachable, session } from "../../session.ts";
import { createView, type View } from "../../view.ts";

const REFRESH_MS = 5_000;
const DAY_S = 86_400;

export function live<T>(view: View<T>): View<T> {
  onCleanup(onStream("block", () => void view.refresh()));
  onCleanup(onStream("market", () => void view.refresh()));
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") void view.refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
  return view;
}

export function marketNow(): View<MarketNow> {
  return live(
    createView(
      () => "market",
      (signal) => platform.call("GET /v1/market", { signal }),
    ),
  );
}

export function ownMarket(): View<OwnMarket> {
  return live(
    createView(
      () => (session()?.role === "citizen" ? "own-market" : undefined),
      (signal) => platform.call("GET /v1/home/market", { signal }),
    ),
  );
}

/** Of the past 24 hours. */
export function dayPrices(): View<readonly PricePoint[]> {
  return live(
    createView(
      () => "market-prices",
      (signal) => {
        const to = Math.floor(now());
        return platform.call("GET /v1/market/prices", {
          query: { from: Math.max(0, to - DAY_S), to },
          signal,
        });
      },
    ),
  );
}

export function bookOf(slot: () => number | undefined): View<MarketSlot> {
  return createView(
    () => (slot() === undefined ? undefined : `book:${slot()}`),
    (signal) =>
      platform.call("GET /v1/market/slots/:slot", { params: { slot: slot() ?? 0 }, query: {}, signal }),
  );
}

export function ownDay(day: () => string): View<OwnMarketDay> {
  return createView(
    () => `market-day:${day()}`,
    (signal) => platform.call("GET /v1/home/market/days/:day", { params: { day: day() }, signal }),
  );
}
