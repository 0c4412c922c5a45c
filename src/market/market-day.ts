/**
 * The settlement of a civil day of the neighbours' market: what was traded against what was metered, in money. It is
 * computed off the chain, where the meters' readings are; every home has a statement under one root, which it checks
 * itself and anybody can recompute. The chain guarantees what nobody should have to check: money is neither made nor
 * lost, nobody pays more than it consented to for the day, over all versions together, as much was bought as sold, and
 * as much as the books of the day cleared, and the community keeps what their buyers paid for the grid and the law's fee
 * for what was matched afterwards, no more and no less. What is matched afterwards goes by the law of the moment at which
 * the first book of the day was sealed: a law that is changed later changes no day that has begun.
 *
 * A day has versions: the first within minutes after its end, later ones by their differences and with a reason, until
 * one is final; corrections after that as long as the law lets a day be corrected. Then the day closes as it stands.
 */
import { assert } from "#base/assert.ts";
import { type Codec, encode } from "#base/codec.ts";
import { type DayNumber, dayOf, dayStart, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import { HASH_BYTES } from "#crypto/hash.ts";
import { adjust, availableOf } from "#ledger/account.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { standingMember, u32Key } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { earliest, type Status } from "#ledger/status.ts";
import { AMOUNT_MAX } from "#ledger/transfer.ts";
import { FEES, MONEY } from "#market/books.ts";
import type { Emit } from "#market/events.ts";
import { MARKET_CALENDAR } from "#market/market-calendar.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";
import {
  bookNet,
  calendarOf,
  capOn,
  netOn,
  PARTICIPATIONS,
  releaseLeaving,
  takeable,
} from "#market/participation.ts";
import { isPublicText, PUBLIC_TEXT_MAX_BYTES } from "#market/public-text.ts";

/** Of what is matched when a quarter hour is over. */
export interface FallbackLaw {
  readonly allowed: boolean;
  /** µEUR for a kWh that is bought by it, to the community: nobody knows who gave it, so it is of the longest way. */
  readonly fee: MicroEurPerKwh;
}

export interface MarketDay {
  /** Books cleared of it, of all sessions, and what they traded. */
  readonly books: number;
  readonly tradedWh: number;
  /** What buyers paid in them beyond what sellers received: for the grid, to the community. */
  readonly gridFees: MicroEur;
  readonly fallback: FallbackLaw;
  /** How often it was settled; 0 before. */
  readonly versions: number;
  readonly final: boolean;
  readonly closed: boolean;
  /** Of the last version; zeros before. */
  readonly statementsRoot: Uint8Array;
  /** Matched when its quarter hours were over, by the last version. */
  readonly fallbackWh: number;
  /** What all versions moved between members, and gave the community. */
  readonly moved: MicroEur;
  readonly fees: MicroEur;
  /** Height of the last version; 0 before. */
  readonly settledHeight: number;
}

export const MARKET_DAYS: Table<DayNumber, MarketDay> = {
  number: 46,
  name: "market_days",
  key: u32Key,
  id: (day) => day,
  row: {
    write(writer, row) {
      writer.u16(row.books).uint(row.tradedWh).i128(row.gridFees);
      writer.boolean(row.fallback.allowed).u64(row.fallback.fee);
      writer.u16(row.versions).boolean(row.final).boolean(row.closed);
      writer.fixed(row.statementsRoot, HASH_BYTES).uint(row.fallbackWh).i128(row.moved).i128(row.fees);
      writer.uint(row.settledHeight);
    },
    read: (reader) => ({
      books: reader.u16(),
      tradedWh: reader.uint(),
      gridFees: MicroEur(reader.i128()),
      fallback: { allowed: reader.boolean(), fee: MicroEurPerKwh(reader.u64()) },
      versions: reader.u16(),
      final: reader.boolean(),
      closed: reader.boolean(),
      statementsRoot: reader.fixed(HASH_BYTES),
      fallbackWh: reader.uint(),
      moved: MicroEur(reader.i128()),
      fees: MicroEur(reader.i128()),
      settledHeight: reader.uint(),
    }),
  },
};

const NEW_DAY: Omit<MarketDay, "fallback"> = {
  books: 0,
  tradedWh: 0,
  gridFees: MicroEur(0n),
  versions: 0,
  final: false,
  closed: false,
  statementsRoot: new Uint8Array(HASH_BYTES),
  fallbackWh: 0,
  moved: MicroEur(0n),
  fees: MicroEur(0n),
  settledHeight: 0,
};

/** Id: the day. */
export const MARKET_DAY_CLOSES = 22;

/** When the first book of a day is sealed: from then on it is to be settled, and closes by itself in the end. */
export function openDay(draft: Draft, day: DayNumber, now: Moment): void {
  if (draft.get(MARKET_DAYS, day) !== undefined) return;
  const laws = parametersOf(draft);
  draft.put(MARKET_DAYS, day, { ...NEW_DAY, fallback: fallbackLawOf(laws) });
  const calendar = calendarOf(draft);
  const open = [...calendar.open, day].sort((a, b) => a - b);
  draft.put(MARKET_CALENDAR, 0, { ...calendar, open });
  const height = now.height + laws.delayBlocks;
  schedule(
    draft,
    { time: closingOf(laws, day), height, kind: MARKET_DAY_CLOSES, id: encode(u32Key, day) },
    now,
  );
}

export function countCleared(
  draft: Draft,
  day: DayNumber,
  { tradedWh, gridFees }: Pick<MarketDay, "tradedWh" | "gridFees">,
): void {
  const row = draft.get(MARKET_DAYS, day);
  assert(row !== undefined && row.versions === 0, `a book of the day ${day} is cleared, which is not open`);
  draft.put(MARKET_DAYS, day, {
    ...row,
    books: row.books + 1,
    tradedWh: row.tradedWh + tradedWh,
    gridFees: MicroEur(row.gridFees + gridFees),
  });
}

export function fallbackLawOf({ marketFallback, marketFeeBeyond }: Parameters): FallbackLaw {
  return { allowed: marketFallback, fee: marketFeeBeyond };
}

/** From this instant on nothing of a day changes any more. */
export function closingOf({ zone, marketCorrectionDays }: Parameters, day: DayNumber): UnixSeconds {
  return dayStart(zone, day + 1 + marketCorrectionDays);
}

export interface DayEntry {
  readonly member: number;
  /** What this version gives it; below 0: takes from it. */
  readonly net: MicroEur;
}

export interface SettleDay {
  readonly day: DayNumber;
  /** 1, and one more each time. */
  readonly version: number;
  /** Why a later version differs from the one before; of the first it may be empty. For everybody to read. */
  readonly reason: string;
  readonly final: boolean;
  /** Merkle root over all statements of this version. */
  readonly statementsRoot: Uint8Array;
  /** What the books of the day traded, both sides. */
  readonly boughtWh: number;
  readonly soldWh: number;
  /** What was matched when the quarter hours were over, in all, both sides. */
  readonly fallbackBoughtWh: number;
  readonly fallbackSoldWh: number;
  /** Ascending by member: differences from the version before. */
  readonly entries: readonly DayEntry[];
  /** What the community keeps; below 0: gives back. */
  readonly fees: MicroEur;
}

export const MAX_DAY_ENTRIES = 5_000;

export const settleDayCodec: Codec<SettleDay> = {
  write(writer, body) {
    writer.u32(body.day).u16(body.version).text(body.reason, PUBLIC_TEXT_MAX_BYTES).boolean(body.final);
    writer.fixed(body.statementsRoot, HASH_BYTES).uint(body.boughtWh).uint(body.soldWh);
    writer.uint(body.fallbackBoughtWh).uint(body.fallbackSoldWh);
    writer.list(body.entries, MAX_DAY_ENTRIES, (w, { member, net }) => w.u32(member).i64(net)).i64(body.fees);
  },
  read: (reader) => ({
    day: reader.u32(),
    version: reader.u16(),
    reason: reader.text(PUBLIC_TEXT_MAX_BYTES),
    final: reader.boolean(),
    statementsRoot: reader.fixed(HASH_BYTES),
    boughtWh: reader.uint(),
    soldWh: reader.uint(),
    fallbackBoughtWh: reader.uint(),
    fallbackSoldWh: reader.uint(),
    entries: reader.list(MAX_DAY_ENTRIES, (r) => ({ member: r.u32(), net: MicroEur(r.i64()) })),
    fees: MicroEur(reader.i64()),
  }),
};

/**
 * Books a version of a day. Fails, in this order: member_unknown (nobody with that number stands, or no citizen or
 * supplier), amount_too_large, balance_too_low (a member has less than is taken from it, or the treasury than it gives
 * back), entries_out_of_order, text_invalid (the reason), book_unknown (no book of that day was sealed), day_not_over,
 * day_closed (by time; or it is final and this version is not), version_wrong, energy_unbalanced (not as much bought as
 * sold, not what the books traded, or something matched afterwards where the law has none), money_unbalanced,
 * cap_exceeded (all versions together take more from a member than it consented to for that day), fees_not_lawful (what
 * all versions give the community is not what the books kept and the law's fee for what was matched afterwards).
 */
export function settleDay(draft: Draft, body: SettleDay, now: Moment, emit: Emit): Status {
  const laws = parametersOf(draft);
  const row = draft.get(MARKET_DAYS, body.day);
  const status = earliest([...dayProblems(row, body, laws, now), ...moneyProblems(draft, body)]);
  if (status !== "ok") return status;
  const today = dayOf(laws.zone, now.time);
  const oldest = today - laws.marketCorrectionDays - 1;
  const { day, version, reason, final, statementsRoot, entries, fees } = body;
  let moved = fees > 0n ? 0n : -fees;
  for (const { member, net } of entries) {
    bookNet(draft, member, { day, net }, { today, oldest });
    if (net > 0n) moved += net;
  }
  if (fees !== 0n) adjust(draft, FEES, MONEY, fees);
  draft.put(MARKET_DAYS, day, {
    ...row!,
    ...{ versions: version, final, statementsRoot, fallbackWh: body.fallbackBoughtWh },
    moved: MicroEur(row!.moved + moved),
    fees: MicroEur(row!.fees + fees),
    settledHeight: now.height,
  });
  emit({
    type: "day_settled",
    ...{ day, version, reason, final, statementsRoot, members: entries.length, moved: MicroEur(moved), fees },
  });
  if (final && !row!.final) endDay(draft, day, now, emit);
  return "ok";
}

function dayProblems(
  row: MarketDay | undefined,
  body: SettleDay,
  laws: Parameters,
  now: Moment,
): readonly Status[] {
  const { day, version, reason, final } = body;
  const hasReason = isPublicText(reason) || (version === 1 && reason === "");
  const balanced = body.boughtWh === body.soldWh && body.fallbackBoughtWh === body.fallbackSoldWh;
  const asTraded =
    row === undefined ||
    (body.boughtWh === row.tradedWh && (row.fallback.allowed || body.fallbackBoughtWh === 0));
  return [
    hasReason ? "ok" : "text_invalid",
    row === undefined ? "book_unknown" : "ok",
    now.time < dayStart(laws.zone, day + 1) ? "day_not_over" : "ok",
    now.time >= closingOf(laws, day) || row?.closed || (row?.final && !final) ? "day_closed" : "ok",
    row !== undefined && version !== row.versions + 1 ? "version_wrong" : "ok",
    balanced && asTraded ? "ok" : "energy_unbalanced",
    row === undefined || areLawfulFees(row, body) ? "ok" : "fees_not_lawful",
  ];
}

/** Statements of a day with an entry for every quarter hour of every entry that a version may have. */
const MOST_LINES = 100 * MAX_DAY_ENTRIES;

/**
 * Whether a day's fees are, after this version, what its books kept, and the fee of what was matched afterwards, energy
 * [Wh] × fee [µEUR/kWh] ÷ 1000. That is rounded half to even in each line of a statement, and a line buys 1 Wh at least:
 * so it may be half a µEUR more or less for each Wh, and never by more than 0.25 € in all. Never less than the books kept.
 */
function areLawfulFees(
  { gridFees, fallback, fees: before }: MarketDay,
  { fees, fallbackBoughtWh }: SettleDay,
): boolean {
  const forFallback = before + fees - gridFees;
  const lines = BigInt(Math.min(fallbackBoughtWh, MOST_LINES));
  const off = 1000n * forFallback - BigInt(fallbackBoughtWh) * fallback.fee;
  return forFallback >= 0n && off <= 500n * lines && off >= -500n * lines;
}

function moneyProblems(state: StateReader, { day, entries, fees }: SettleDay): readonly Status[] {
  const problems: Status[] = [];
  let sum: bigint = fees;
  let previous = -1;
  const isTooLarge = (amount: bigint) => amount > AMOUNT_MAX || amount < -AMOUNT_MAX;
  for (const { member, net } of entries) {
    if (member <= previous) problems.push("entries_out_of_order");
    previous = member;
    sum += net;
    if (isTooLarge(net)) problems.push("amount_too_large");
    const role = standingMember(state, member)?.role;
    if (role !== "citizen" && role !== "supplier") problems.push("member_unknown");
    if (net >= 0n) continue;
    const row = state.get(PARTICIPATIONS, member);
    if (takeable(state, member) < -net) problems.push("balance_too_low");
    if (capOn(row, day) + (row === undefined ? 0n : netOn(row, day)) + net < 0n)
      problems.push("cap_exceeded");
  }
  if (isTooLarge(fees)) problems.push("amount_too_large");
  if (availableOf(state, FEES, MONEY) < -fees) problems.push("balance_too_low");
  if (sum !== 0n) problems.push("money_unbalanced");
  return problems;
}

/** By the agenda: the day stays as it is, settled or not. */
export function closeDay(draft: Draft, day: DayNumber, now: Moment, emit: Emit): void {
  const row = draft.get(MARKET_DAYS, day);
  assert(row !== undefined, `the day ${day} closes and was never opened`);
  draft.put(MARKET_DAYS, day, { ...row, final: true, closed: true });
  emit({ type: "day_closed", day, versions: row.versions });
  if (!row.final) endDay(draft, day, now, emit);
}

/** Nothing of the day waits for money any more. */
function endDay(draft: Draft, day: DayNumber, now: Moment, emit: Emit): void {
  const calendar = calendarOf(draft);
  draft.put(MARKET_CALENDAR, 0, { ...calendar, open: calendar.open.filter((one) => one !== day) });
  releaseLeaving(draft, now, emit);
}
