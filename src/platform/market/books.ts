/**
 * The books of the quarter hours, from drawn to cleared. When the gate of a quarter hour closes, the desk draws a
 * paddle for each home and writes the book down; then it seals it on the chain, and, when the seal stands in a block,
 * opens it, and the chain clears it.
 *
 * Each step looks at what the chain has and sends what is missing. So it does not matter where a process was killed:
 * what was sealed is opened, what was not is sealed while there is time, and nothing is ordered twice.
 */
import { equalBytes, utf8 } from "#base/bytes.ts";
import { about, type Note } from "#base/log.ts";
import { type DayNumber, dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { ChainHost, Submission } from "#chain/host.ts";
import { clearSlotBook, sealSlotBook } from "#chain/transactions.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { type BookOrder, SALT_BYTES, type Session, sealOf, sealsRoot } from "#market/auction/seal.ts";
import { MAX_BOOK_ORDERS, SESSIONS, sealingSpan } from "#market/slot-book.ts";
import type { MemberAccount } from "../member-account.ts";
import type { Plan, Planning } from "./planning.ts";
import type { KeptBook, KeptOrder, MarketStore } from "./store.ts";

export interface BooksOptions {
  readonly host: Pick<ChainHost, "view" | "now">;
  readonly operator: MemberAccount;
  readonly store: MarketStore;
  readonly planning: Planning;
  /** So many bytes that nobody can foresee; a simulation makes them from its seed and the context. */
  readonly entropy: (context: string, bytes: number) => Uint8Array;
  /** Whether a day has no book, because numbers change on it. */
  readonly isHeld?: (day: DayNumber) => boolean;
  readonly note: Note;
}

/** What is left on its way: by book, until the transaction stands in a block or is lost. */
type Key = `${number}/${number}`;

/** Statuses after which the same would be refused again. */
const TOO_LATE: ReadonlySet<string> = new Set([
  "book_too_late",
  "book_unknown",
  "book_impossible",
  "seals_differ",
]);

export class MarketBooks {
  readonly #options: BooksOptions;
  readonly #sent = new Set<Key>();

  constructor(options: BooksOptions) {
    this.#options = options;
  }

  /** Whether orders for a quarter hour and session are still taken. */
  isOpen(slot: UnixSeconds, session: Session): boolean {
    const { host, store } = this.#options;
    const now = host.now();
    const { from } = sealingSpan(host.view().parameters, { slot, session });
    if (this.#isHeld(slot)) return false;
    return now < from && slot <= now + FARTHEST_S && store.book(slot, session) === undefined;
  }

  /** Draws what is due and takes every book one step further. */
  async advance(): Promise<void> {
    const { host, store } = this.#options;
    const now = host.now();
    for (const { slot, session } of this.#due(now)) {
      if (store.book(slot, session) === undefined && !this.#isHeld(slot)) this.#draw(slot, session, now);
    }
    for (const book of store.booksUnderWay()) await this.#further(book, now);
  }

  #isHeld(slot: UnixSeconds): boolean {
    const { host, isHeld } = this.#options;
    return isHeld?.(dayOf(host.view().parameters.zone, slot)) === true;
  }

  /** The next quarter hour whose own gate is open. */
  nextSlot(now: UnixSeconds): UnixSeconds {
    const { marketGateS } = this.#options.host.view().parameters;
    let slot = quarterHourOf(now) + QUARTER_HOUR_S;
    while (slot - marketGateS <= now) slot += QUARTER_HOUR_S;
    return slot;
  }

  #due(now: UnixSeconds): { readonly slot: UnixSeconds; readonly session: Session }[] {
    const { marketGateS, marketForwardGateS } = this.#options.host.view().parameters;
    const due: { slot: UnixSeconds; session: Session }[] = [];
    // One that was missed, because nobody was here, is not made up for: its orders would be seen late.
    const ahead = quarterHourOf(now + marketForwardGateS);
    if (now < ahead - marketGateS) due.push({ slot: ahead, session: SESSIONS.forward });
    for (let slot = quarterHourOf(now) + QUARTER_HOUR_S; slot - marketGateS <= now; slot += QUARTER_HOUR_S) {
      due.push({ slot, session: SESSIONS.own });
    }
    return due;
  }

  #draw(slot: UnixSeconds, session: Session, now: UnixSeconds): void {
    const { store, planning } = this.#options;
    const paddles = this.#paddles(
      planning.participants(slot).map(({ home }) => home),
      slot,
      session,
    );
    const plans = planning.plans(slot, session, now, (home) => paddles.get(home));
    const orders = this.#ordersOf(plans, paddles, slot, session);
    const { price } = this.indicate(slot, session, orders);
    store.draw({ slot, session, indicated: price }, orders);
    // A quarter hour in which nobody wants anything has no book on the chain.
    if (orders.length === 0) store.gaveUp(slot, session);
  }

  #ordersOf(
    plans: readonly Plan[],
    paddles: ReadonlyMap<number, number>,
    slot: UnixSeconds,
    session: Session,
  ): Omit<KeptOrder, "fill">[] {
    const orders = plans.flatMap(({ participant, orders: planned }) =>
      planned.map((order, number) => ({
        slot,
        session,
        home: participant.home,
        paddle: paddles.get(participant.home)!,
        number,
        feeder: participant.feeder,
        ...order,
        salt: this.#options.entropy(`salt ${slot}/${session} ${participant.home}/${number}`, SALT_BYTES),
      })),
    );
    return orders.sort((a, b) => a.paddle - b.paddle || a.number - b.number).slice(0, MAX_BOOK_ORDERS);
  }

  /** A number for each home, which no other has in this book. */
  #paddles(homes: readonly number[], slot: UnixSeconds, session: Session): Map<number, number> {
    const taken = new Set<number>();
    const paddles = new Map<number, number>();
    for (const home of homes) {
      for (let attempt = 0; ; attempt++) {
        const bytes = this.#options.entropy(`paddle ${slot}/${session} ${home} ${attempt}`, 4);
        const paddle = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
        if (taken.has(paddle)) continue;
        taken.add(paddle);
        paddles.set(home, paddle);
        break;
      }
    }
    return paddles;
  }

  /** What a book would come to if it were cleared as it stands. */
  indicate(
    slot: UnixSeconds,
    session: Session,
    orders: readonly BookOrder[],
  ): { readonly price: number | undefined; readonly tradedWh: number } {
    if (orders.length === 0) return { price: undefined, tradedWh: 0 };
    const { clearing } = this.#options.host
      .view()
      .clearingOf({ slot, session, orders, unopened: [] }, new Uint8Array(HASH_BYTES));
    return { price: clearing.price, tradedWh: clearing.tradedWh };
  }

  /** Orders as the plans of a moment would bring them, for an indication. */
  asOrders(plans: readonly Plan[]): BookOrder[] {
    return plans.flatMap(({ participant, orders }) =>
      orders.map(({ side, energyWh, limit, wishes }, number) => ({
        paddle: participant.home,
        number,
        side,
        energyWh,
        limit,
        feeder: participant.feeder,
        wishes,
        salt: NO_SALT,
      })),
    );
  }

  async #further(book: KeptBook, now: UnixSeconds): Promise<void> {
    const { host, store } = this.#options;
    const { slot, session } = book;
    const row = host.view().book(slot, session);
    const key: Key = `${slot}/${session}`;
    if (row === undefined) {
      if (now >= sealingSpan(host.view().parameters, book).before) this.#giveUp(book, "book_too_late");
      else if (!this.#sent.has(key)) {
        const orders = store.orders(slot, session);
        await this.#send(book, this.#seal(book, orders.length, rootOf(orders)));
      }
      return;
    }
    const orders = store.orders(slot, session);
    const root = rootOf(orders);
    if (!equalBytes(row.sealsRoot, root)) {
      // Sealed by somebody else who acts as this operator; its homes' orders are not ours to open.
      this.#giveUp(book, "sealed by another desk");
      return;
    }
    if (row.result !== undefined) {
      this.#takeFills(book, orders, root);
      return;
    }
    store.sealed(slot, session);
    if (now > row.sealedTime + host.view().parameters.marketClearingS) this.#giveUp(book, "book_too_late");
    else if (!this.#sent.has(key)) await this.#send(book, this.#clear(book, orders));
  }

  #seal({ slot, session }: KeptBook, count: number, root: Uint8Array): Promise<Submission> {
    return this.#options.operator.send(sealSlotBook, { slot, session, count, root });
  }

  #clear({ slot, session }: KeptBook, kept: readonly KeptOrder[]): Promise<Submission> {
    return this.#options.operator.send(clearSlotBook, {
      slot,
      session,
      orders: kept.map(orderOf),
      unopened: [],
    });
  }

  async #send(book: KeptBook, sending: Promise<Submission>): Promise<void> {
    const key: Key = `${book.slot}/${book.session}`;
    const submission = await sending;
    if (submission.admitted) {
      this.#sent.add(key);
      const over = () => void this.#sent.delete(key);
      submission.committed.then(over, over);
    } else if (TOO_LATE.has(submission.status)) this.#giveUp(book, submission.status);
    // Anything else may pass: a node that has too much to do, an open block that is older than the gate.
  }

  #takeFills(book: KeptBook, orders: readonly KeptOrder[], root: Uint8Array): void {
    const { host, store } = this.#options;
    const { slot, session } = book;
    const result = host.view().book(slot, session)!.result!;
    const { bids, asks, clearing } = host
      .view()
      .clearingOf({ slot, session, orders: orders.map(orderOf), unopened: [] }, root);
    if (clearing.tradedWh !== result.tradedWh || clearing.price !== result.price) {
      this.#options.note(
        "a clearing cannot be made anew as the chain made it",
        undefined,
        about("platform", "market_clearing_differs", { slot, session }, "error"),
      );
    }
    const fills = (places: readonly number[], of: typeof clearing.bids) =>
      places.map((place, i) => ({
        paddle: orders[place]!.paddle,
        number: orders[place]!.number,
        energyWh: of.energyWh[i]!,
        amount: of.amount[i]! + 0,
      }));
    store.cleared(slot, session, [...fills(bids, clearing.bids), ...fills(asks, clearing.asks)]);
  }

  #giveUp({ slot, session }: KeptBook, why: string): void {
    this.#options.store.gaveUp(slot, session);
    this.#options.note(
      "a book was given up",
      undefined,
      about("platform", "market_book_void", { slot, session, why }, "warn"),
    );
  }
}

function rootOf(orders: readonly KeptOrder[]): Uint8Array {
  return sealsRoot(orders.map((order) => sealOf(order)));
}

/** Nobody orders for the day after tomorrow. */
const FARTHEST_S = 2 * 86_400;
const NO_SALT = new Uint8Array(SALT_BYTES);

function orderOf({ paddle, number, side, energyWh, limit, feeder, wishes, salt }: KeptOrder): BookOrder {
  return { paddle, number, side, energyWh, limit, feeder, wishes, salt };
}

/** Paddles and salts of a simulated town: the same seed draws the same books. They hide nothing from who knows it. */
export function seededEntropy(seed: number): (context: string, bytes: number) => Uint8Array {
  return (context, bytes) =>
    taggedHash("contrada/simulation/market/1", utf8(`${seed} ${context}`)).slice(0, bytes);
}
