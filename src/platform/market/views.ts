/** The market as the wire shows it: to anybody by paddles, to a home its own part, to the operator the settlements. */
import { toHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { type DayNumber, dayOf, dayStart, formatDay, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { clearSlotBook } from "#chain/transactions.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { nameOf, type Session } from "#market/auction/seal.ts";
import { outcomeOf, proveStatement, statementCodec } from "#market/auction/statement.ts";
import { capOn } from "#market/participation.ts";
import { type ClearBook, SESSIONS } from "#market/slot-book.ts";
import type {
  DayVersion,
  MarketNow,
  MarketSlot,
  OwnMarket,
  OwnMarketDay,
  OwnMarketOrder,
  PricePoint,
  SettlementRun,
} from "#wire/market-schemas.ts";
import type { IndexedBook } from "../index.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import { clearingFile } from "./clearing-file.ts";
import type { MarketDesk } from "./desk.ts";
import type { BookState, KeptOrder, KeptVersion } from "./store.ts";

/** Of one's own orders: as far back and ahead as a screen shows them, s. */
const ORDERS_BACK_S = 2 * 86_400;
const ORDERS_AHEAD_S = 2 * 86_400;
const DAYS_SHOWN = 31;

export function marketNow(parts: Parts, desk: MarketDesk): MarketNow {
  const { host, index } = parts;
  const view = host.view();
  const now = host.now();
  const laws = view.parameters;
  const [indication, ...outlook] = desk.indications();
  const { slot } = indication!;
  const running = index.book(quarterHourOf(now), SESSIONS.own);
  const indicated = desk.store.indications(quarterHourOf(now), quarterHourOf(now) + 1, SESSIONS.own);
  return {
    time: now,
    slot,
    gateAt: slot - laws.marketGateS,
    indication: indication!,
    outlook,
    running: running?.cleared === undefined ? null : pricePoint(running, indicated),
    opening: desk.store.booksUnderWay().find(({ session }) => session === SESSIONS.own)?.slot ?? null,
    participants: desk.planning.participants(slot).length,
    tariff: {
      importMicroEurPerKwh: Math.round(parts.importPrice(slot)),
      feedInMicroEurPerKwh: Math.round(desk.feedInPrice(slot)),
    },
    law: {
      mechanism: laws.marketMechanism,
      gateS: laws.marketGateS,
      fallback: laws.marketFallback,
      feeMicroEurPerKwh: Number(laws.marketFeeBeyond),
      correctionDays: laws.marketCorrectionDays,
    },
    limits: view
      .feederLimits()
      .flatMap(({ key: feeder, row }) => row.map((limit) => ({ feeder, ...limit })))
      .filter(({ to }) => to > now)
      .map(({ feeder, from, to, maxSoldWh, maxBoughtWh, reason }) => ({
        feeder,
        from,
        to,
        maxSoldWh: maxSoldWh ?? null,
        maxBoughtWh: maxBoughtWh ?? null,
        reason,
      })),
  };
}

export function pricePoint(book: IndexedBook, indicated: ReadonlyMap<UnixSeconds, number>): PricePoint {
  const { slot, session, count, cleared } = book;
  return {
    slot,
    session,
    priceMicroEurPerKwh: cleared?.price ?? null,
    tradedWh: cleared?.tradedWh ?? 0,
    orders: cleared?.orders ?? 0,
    unopened: count - (cleared?.orders ?? 0),
    indicatedMicroEurPerKwh: indicated.get(slot) ?? null,
  };
}

/** Refused: market_slot_unknown. */
export function marketSlot(parts: Parts, desk: MarketDesk, slot: UnixSeconds, session: Session): MarketSlot {
  const { index, host } = parts;
  const book = index.book(slot, session);
  if (book === undefined) throw new Refused("market_slot_unknown");
  const { cleared } = book;
  const body = cleared === undefined ? undefined : openedBody(parts, cleared.height, cleared.transaction);
  const isOver = host.now() > book.sealed.time + host.view().parameters.marketClearingS;
  return {
    slot,
    session,
    state: cleared !== undefined ? "cleared" : isOver ? "void" : "sealed",
    sealsRoot: toHex(book.root),
    count: book.count,
    sealed: book.sealed,
    cleared: cleared === undefined ? null : { height: cleared.height, time: cleared.time },
    transaction: cleared === undefined ? null : toHex(cleared.transaction),
    mechanism: cleared?.mechanism ?? null,
    priceMicroEurPerKwh: cleared?.price ?? null,
    tradedWh: cleared?.tradedWh ?? 0,
    orders: body === undefined ? [] : ordersOf(parts, desk, book, body),
    unopened: (body?.unopened ?? []).map(({ paddle, number, hash }) => ({
      paddle,
      number,
      seal: toHex(hash),
    })),
    clearing: body === undefined ? null : clearingFile(parts.host.view().clearingTerms(body), book, body),
  };
}

function openedBody({ host, index }: Parts, height: number, id: Uint8Array): ClearBook | undefined {
  const place = index.placeOf(id);
  const bytes = host.block(height)?.transactions[place?.index ?? -1]?.bytes;
  if (bytes === undefined) return undefined;
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) return undefined;
  const body = decode(clearSlotBook.codec, transaction.value.body);
  return body.ok ? body.value : undefined;
}

/** With what each came to: as the desk has it written down, or cleared once more. */
function ordersOf(parts: Parts, desk: MarketDesk, book: IndexedBook, body: ClearBook): MarketSlot["orders"] {
  const { slot, session } = book;
  const fills = new Map<string, { readonly energyWh: number; readonly amount: number }>();
  for (const order of desk.store.orders(slot, session)) {
    if (order.fill !== undefined) fills.set(nameOf(order), order.fill);
  }
  if (fills.size === 0) {
    const { bids, asks, clearing } = parts.host.view().clearingOf(body, book.root);
    for (const [places, side] of [
      [bids, clearing.bids],
      [asks, clearing.asks],
    ] as const) {
      for (const [i, place] of places.entries()) {
        fills.set(nameOf(body.orders[place]!), { energyWh: side.energyWh[i]!, amount: side.amount[i]! });
      }
    }
  }
  return body.orders.map((order) => ({
    paddle: order.paddle,
    number: order.number,
    side: order.side,
    energyWh: order.energyWh,
    limitMicroEurPerKwh: order.limit,
    feeder: order.feeder,
    solar: order.wishes.solar,
    partner: order.wishes.partner ?? null,
    gift: order.wishes.gift,
    salt: toHex(order.salt),
    filledWh: fills.get(nameOf(order))?.energyWh ?? 0,
    amountMicroEur: fills.get(nameOf(order))?.amount ?? 0,
  }));
}

export function ownMarket(parts: Parts, desk: MarketDesk, home: number, member: number): OwnMarket {
  const { host, numbers, zone } = parts;
  const now = host.now();
  const day = dayOf(zone, now);
  const view = host.view();
  const row = view.participation(member);
  const cap = Number(capOn(row, day));
  const slot = desk.books.nextSlot(now);
  const plan = desk.planning.planOf(home, slot, SESSIONS.own, now);
  const { forecast } = plan;
  return {
    member,
    plant: numbers.plantNow(home),
    participation: {
      state: cap === 0 ? "out" : row!.caps.at(-1)!.cap === 0n ? "leaving" : "joined",
      capMicroEur: cap,
      reservedMicroEur: Number(row?.held ?? 0n),
      suggestedCapMicroEur: suggestedCap(parts, home, day),
    },
    rule: desk.mandates.ruleOf(home),
    forecast:
      forecast === undefined
        ? null
        : {
            slot,
            surplusWh: forecast.surplusWh,
            needWh: forecast.needWh,
            sellableStoredWh: plan.sellableStoredWh,
            basis: forecast.basis,
          },
    next: [...plan.orders.map(({ reason }) => reason), ...plan.without],
    orders: [...plannedOrders(desk, home, slot, now), ...keptOrders(parts, desk, home, now)],
    today: sumsOf(desk, home, dayStart(zone, day), dayStart(zone, day + 1)),
    days: ownDays(desk, home, day),
  };
}

/** Of the next quarter hour by rule or hand, and of later ones by hand. */
function plannedOrders(
  desk: MarketDesk,
  home: number,
  next: UnixSeconds,
  now: UnixSeconds,
): OwnMarketOrder[] {
  const wanted = [
    { slot: next, session: SESSIONS.own as Session },
    ...desk.store
      .handOrders(now, home)
      .filter(({ slot, session }) => !(slot === next && session === SESSIONS.own)),
  ];
  return wanted
    .filter(({ slot, session }) => desk.store.book(slot, session) === undefined)
    .flatMap(({ slot, session }) =>
      desk.planning.planOf(home, slot, session, now).orders.map(
        (order): OwnMarketOrder => ({
          slot,
          session,
          paddle: null,
          number: null,
          side: order.side,
          energyWh: order.energyWh,
          limitMicroEurPerKwh: order.limit,
          by: order.byHand ? "hand" : "rule",
          reason: order.reason,
          state: "planned",
          filledWh: null,
          amountMicroEur: null,
          priceMicroEurPerKwh: null,
        }),
      ),
    )
    .sort((a, b) => b.slot - a.slot);
}

function keptOrders({ index }: Parts, desk: MarketDesk, home: number, now: UnixSeconds): OwnMarketOrder[] {
  const kept = desk.store.ordersOf(home, quarterHourOf(now) - ORDERS_BACK_S, now + ORDERS_AHEAD_S);
  return kept.map((order) => ({ ...ownOrder(order), priceMicroEurPerKwh: priceOf(order) }));

  function priceOf({
    slot,
    session,
    state,
  }: {
    slot: UnixSeconds;
    session: Session;
    state: BookState;
  }): number | null {
    return state === "cleared" ? (index.book(slot, session)?.cleared?.price ?? null) : null;
  }
}

function ownOrder(
  order: KeptOrder & { readonly state: BookState },
): Omit<OwnMarketOrder, "priceMicroEurPerKwh"> {
  const { slot, session, paddle, number, side, energyWh, limit, byHand, reason, state, fill } = order;
  return {
    slot,
    session,
    paddle,
    number,
    side,
    energyWh,
    limitMicroEurPerKwh: limit,
    by: byHand ? "hand" : "rule",
    reason,
    // Drawn and not yet in a block: the gate is closed all the same.
    state: state === "drawn" ? "sealed" : state,
    filledWh: fill?.energyWh ?? null,
    amountMicroEur: fill?.amount ?? null,
  };
}

function sumsOf(desk: MarketDesk, home: number, from: UnixSeconds, to: UnixSeconds): OwnMarket["today"] {
  const sums = { boughtWh: 0, soldWh: 0, paidMicroEur: 0, earnedMicroEur: 0 };
  for (const trade of desk.store.trades(from, to)) {
    if (trade.home !== home) continue;
    sums.boughtWh += trade.boughtWh;
    sums.soldWh += trade.soldWh;
    sums.paidMicroEur += trade.paid;
    sums.earnedMicroEur += trade.earned;
  }
  return sums;
}

function ownDays({ store }: MarketDesk, home: number, today: DayNumber): OwnMarket["days"] {
  const newest = new Map<DayNumber, { version: number; netMicroEur: number }>();
  for (const { day, version, net } of store.statementsOf(home, today - DAYS_SHOWN, today)) {
    if (!newest.has(day)) newest.set(day, { version, netMicroEur: net });
  }
  return [...newest].map(([day, { version, netMicroEur }]) => ({
    day: formatDay(day),
    versions: version,
    final: store.versions(day).find((one) => one.version === version)?.final === true,
    netMicroEur,
  }));
}

/** Refused: day_not_settled. */
export function ownDay({ store }: MarketDesk, home: number, day: DayNumber): OwnMarketDay {
  const own = store.statementsOf(home, day, day);
  const versions: DayVersion[] = [];
  let before = 0;
  for (const version of store.versions(day)) {
    const statement = own.find((one) => one.version === version.version);
    if (statement === undefined || version.booked === undefined) continue;
    const read = decode(statementCodec, statement.bytes);
    if (!read.ok) throw read.error;
    const leaves = store.statements(day, version.version).map(({ bytes }) => bytes);
    const { index, count, path } = proveStatement(leaves, statement.place);
    versions.push({
      version: version.version,
      final: version.final,
      reason: version.reason,
      settled: version.booked,
      netMicroEur: statement.net,
      differenceMicroEur: statement.net - before,
      statementsRoot: toHex(version.root),
      statement: { bytes: toHex(statement.bytes), index, count, path: path.map(toHex) },
      lines: read.value.lines.map((line) => {
        const outcome = outcomeOf(line, read.value.fallbackFee);
        return {
          slot: line.slot,
          boughtWh: line.boughtWh,
          soldWh: line.soldWh,
          paidMicroEur: line.paid,
          earnedMicroEur: line.earned,
          importedWh: line.importedWh,
          exportedWh: line.exportedWh,
          fallbackBoughtWh: line.fallbackBoughtWh,
          fallbackSoldWh: line.fallbackSoldWh,
          fallbackPaidMicroEur: line.fallbackPaid,
          fallbackEarnedMicroEur: line.fallbackEarned,
          shortWh: outcome.shortWh,
          longWh: outcome.longWh,
          shortMicroEur: outcome.shortPaid,
          longMicroEur: outcome.longEarned,
          feeMicroEur: outcome.fee,
          netMicroEur: outcome.net,
        };
      }),
      waivedMicroEur: read.value.waived,
    });
    before = statement.net;
  }
  if (versions.length === 0) throw new Refused("day_not_settled");
  return { day: formatDay(day), versions };
}

export function settlementRun(parts: Parts, { store }: MarketDesk, day: DayNumber): SettlementRun {
  const { zone, index } = parts;
  const versions = store.versions(day);
  const last = versions.at(-1);
  const wasFinal = versions.findIndex(({ final }) => final);
  return {
    day: formatDay(day),
    state:
      last === undefined
        ? "open"
        : wasFinal < 0
          ? "provisional"
          : wasFinal < versions.length - 1
            ? "corrected"
            : "final",
    ...index.clearedIn(dayStart(zone, day), dayStart(zone, day + 1)),
    missing: last?.missing ?? 0,
    late: last?.late ?? 0,
    versions: versions.map((version) => runOf(version, store.statements(day, version.version).length)),
  };
}

function runOf(version: KeptVersion, homes: number): SettlementRun["versions"][number] {
  return {
    version: version.version,
    final: version.final,
    reason: version.reason,
    settled: version.booked ?? null,
    statementsRoot: toHex(version.root),
    homes,
    boughtWh: version.boughtWh,
    soldWh: version.soldWh,
    fallbackWh: version.fallbackWh,
    shortWh: version.shortWh,
    longWh: version.longWh,
    feesMicroEur: version.fees,
    supplierMicroEur: version.supplier,
    changed: version.changed,
  };
}

/** Days with books or settlements, newest first. */
export function settlementRuns(parts: Parts, desk: MarketDesk, limit: number): SettlementRun[] {
  const days = new Set([...parts.host.view().openMarketDays(), ...desk.store.settledDays(limit)]);
  return [...days]
    .sort((a, b) => b - a)
    .slice(0, limit)
    .map((day) => settlementRun(parts, desk, day));
}

/** Five usual days at the tariff, in whole euros, within the law; one that was never metered counts as 8 kWh. */
function suggestedCap({ archive, host, importPrice }: Parts, home: number, today: DayNumber): number {
  const days = archive.daysOf(home, today - 7, today - 1);
  const wh = days.map(({ flowsWh }) => flowsWh.gridToHome + flowsWh.gridToAccumulator);
  const usual = wh.length === 0 ? 8_000 : wh.reduce((sum, one) => sum + one, 0) / wh.length;
  const cap = Math.ceil((5 * usual * importPrice(host.now())) / 1_000_000_000) * 1_000_000;
  return Math.min(Math.max(cap, 1_000_000), Number(host.view().parameters.marketCapHighest));
}
