/**
 * The desk of the neighbours' market: it keeps what owners want, draws, seals and opens the books of the quarter hours,
 * and settles the days. Everything it does follows from the chain's clock and what the chain has, so it may be asked
 * to go on (`advance`) as often as one likes: after each block, by a timer, at each quarter hour of a simulated town.
 */
import { randomBytes } from "node:crypto";
import { about, type Note } from "#base/log.ts";
import { type DayNumber, QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import type { ChainHost } from "#chain/host.ts";
import { SESSIONS } from "#market/slot-book.ts";
import type { PriceIndication } from "#wire/market-schemas.ts";
import type { Archive } from "../archive.ts";
import type { ChainIndex } from "../index.ts";
import type { MemberAccount } from "../member-account.ts";
import type { Pseudonyms } from "../pseudonyms.ts";
import { MarketBooks } from "./books.ts";
import { Mandates } from "./mandates.ts";
import { Planning } from "./planning.ts";
import { Settling } from "./settling.ts";
import type { MarketStore } from "./store.ts";

/** What a platform says about the market that it holds. */
export interface MarketOptions {
  /** µEUR that the balancing supplier gives for a kWh at an instant. */
  readonly feedInPrice: (time: UnixSeconds) => number;
  /** Whether accumulators deliver what the market sold of them, so that owners may offer it. */
  readonly storeAsks?: boolean;
  /** By default the operating system's. */
  readonly entropy?: (context: string, bytes: number) => Uint8Array;
}

export interface DeskParts extends MarketOptions {
  readonly host: ChainHost;
  readonly operator: MemberAccount;
  readonly store: MarketStore;
  readonly archive: Archive;
  readonly index: ChainIndex;
  readonly numbers: Pseudonyms;
  readonly zone: Zone;
  readonly importPrice: (time: UnixSeconds) => number;
  /** Whether the market has no book of a day: numbers change on it. */
  readonly isHeld?: (day: DayNumber) => boolean;
  readonly note: Note;
}

/** Quarter hours after the next one of which a price is indicated. */
const OUTLOOK = 8;
/** How long an indication stands, seconds of the chain's clock; orders that come in make it anew at once. */
const INDICATION_S = 60;

export class MarketDesk {
  readonly store: MarketStore;
  readonly mandates: Mandates;
  readonly planning: Planning;
  readonly books: MarketBooks;
  readonly settling: Settling;
  readonly feedInPrice: (time: UnixSeconds) => number;
  readonly #parts: DeskParts;
  readonly #listeners = new Set<() => void>();
  #advancing: Promise<void> = Promise.resolve();
  #indications: { readonly key: string; readonly of: readonly PriceIndication[] } | undefined;
  #changes = 0;
  #closed = false;

  constructor(parts: DeskParts) {
    const { host, operator, store, archive, index, numbers, zone, importPrice, feedInPrice, note } = parts;
    const entropy = parts.entropy ?? ((_, bytes) => Uint8Array.from(randomBytes(bytes)));
    this.#parts = parts;
    this.store = store;
    this.feedInPrice = feedInPrice;
    const view = () => host.view();
    this.planning = new Planning({
      view,
      store,
      archive,
      numbers,
      zone,
      storeAsks: parts.storeAsks === true,
    });
    this.books = new MarketBooks({
      ...{ host, operator, store, planning: this.planning, entropy, note },
      ...(parts.isHeld === undefined ? {} : { isHeld: parts.isHeld }),
    });
    this.settling = new Settling({
      ...{ host, operator, store, archive, index, numbers, zone, importPrice, feedInPrice, entropy, note },
    });
    this.mandates = new Mandates({
      store,
      chain: host.chain,
      view,
      now: () => host.now(),
      isOpen: (slot, session) => this.books.isOpen(slot, session),
      boundsOf: (home) => this.#boundsOf(home),
    });
  }

  /** Takes everything one step further. Never rejects; what fails is noted and tried again the next time. */
  advance(): Promise<void> {
    this.#advancing = this.#advancing.then(async () => {
      if (this.#closed) return;
      try {
        await this.books.advance();
        await this.settling.advance();
      } catch (error) {
        this.#parts.note(
          "the market's desk failed",
          error,
          about("platform", "market_desk_failed", {}, "error"),
        );
      }
    });
    return this.#advancing;
  }

  /** Resolves when nothing is under way; `advance` does nothing from then on. */
  idle(): Promise<void> {
    this.#closed = true;
    return this.#advancing;
  }

  /** A block was committed, or orders have changed: who watches the market looks anew. */
  changed(): void {
    this.#changes += 1;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Of the next quarter hour and of some that follow it. */
  indications(): readonly PriceIndication[] {
    const now = this.#parts.host.now();
    const first = this.books.nextSlot(now);
    const key = `${first} ${Math.floor(now / INDICATION_S)} ${this.#changes}`;
    if (this.#indications?.key === key) return this.#indications.of;
    const of = Array.from({ length: OUTLOOK + 1 }, (_, i) =>
      this.#indication(first + i * QUARTER_HOUR_S, now, i === 0),
    );
    this.#indications = { key, of };
    return of;
  }

  /** What the market sold of a home's accumulator in a quarter hour, Wh. */
  storedToDeliver(home: number, slot: UnixSeconds): number {
    return this.store
      .ordersOf(home, slot, slot + QUARTER_HOUR_S)
      .filter(({ reason, session }) => reason.code === "stored_above_keep" && session === SESSIONS.own)
      .reduce((sum, { fill }) => sum + (fill?.energyWh ?? 0), 0);
  }

  close(): void {
    this.store.close();
  }

  #indication(slot: UnixSeconds, now: UnixSeconds, isNext: boolean): PriceIndication {
    const { books, planning } = this;
    const orders = books.asOrders(planning.plans(slot, SESSIONS.own, now, (home) => home));
    const { price, tradedWh } = books.indicate(slot, SESSIONS.own, orders);
    const sum = (side: "bid" | "ask") =>
      orders.filter((order) => order.side === side).reduce((all, { energyWh }) => all + energyWh, 0);
    return {
      slot,
      priceMicroEurPerKwh: price ?? null,
      source: price === undefined ? "none" : isNext ? "book" : "forecast",
      bidWh: sum("bid"),
      askWh: sum("ask"),
      wouldTradeWh: tradedWh,
      orders: orders.length,
    };
  }

  /** By the sheet: nobody gives more than panels and accumulator can, or takes more than a house connection. */
  #boundsOf(home: number): { readonly giveWh: number; readonly takeWh: number } {
    const { host, numbers } = this.#parts;
    const sheet = host.view().plant(home) ?? host.view().plant(numbers.plantNow(home));
    const giveW = (sheet?.solarPeakW ?? 0) + (sheet?.dischargePowerMaxW ?? 0);
    return { giveWh: Math.floor((giveW * QUARTER_HOUR_S) / 3600), takeWh: CONNECTION_WH };
  }
}

/** 100 kW for a quarter hour. */
const CONNECTION_WH = 25_000;
