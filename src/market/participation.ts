/**
 * Who takes part in the neighbours' market, and how much of its money the market may take: a member consents to at
 * most a cap for each civil day, and the largest cap of the days that are not settled is reserved on its account.
 * A citizen takes part with one plant of its own; a supplier takes part as who balances, with plant 0.
 *
 * A cap that is raised counts from today, one that is lowered from the first day of which no book is sealed: what was
 * ordered under a cap is settled under it. To leave is to lower the cap to nothing. What is reserved beyond need is
 * freed when that day begins and all days before it are settled, by the agenda or by the settlement.
 *
 * The reserve stands in the member's row and not in `ledger/transfer`: it has no expiry, and no id that could be used
 * again. The other side of it is the account `market`.
 */
import { assert } from "#base/assert.ts";
import { type Codec, encode } from "#base/codec.ts";
import { type DayNumber, dayOf, dayStart } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { adjust, availableOf } from "#ledger/account.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { type Role, u32Key } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { earliest, type Status } from "#ledger/status.ts";
import { AMOUNT_MAX } from "#ledger/transfer.ts";
import { MARKET, MONEY, memberAccount } from "#market/books.ts";
import type { Emit } from "#market/events.ts";
import { MARKET_CALENDAR, type MarketCalendar } from "#market/market-calendar.ts";
import { parametersOf } from "#market/parameters.ts";
import { PLANTS, SUPPLIERS, standingPlant } from "#market/participant.ts";

/** The plant of a supplier, which balances and has none. */
export const NO_PLANT = 0;

export interface CapChange {
  /** The first day that it counts for. */
  readonly from: DayNumber;
  readonly cap: MicroEur;
}

export interface DayNet {
  readonly day: DayNumber;
  /** What the day's versions gave it so far, less what they took. */
  readonly net: MicroEur;
}

export interface Participation {
  readonly plant: number;
  /** Ascending by day. */
  readonly caps: readonly CapChange[];
  /** Reserved now: never more than is needed, less where the account has no more. */
  readonly held: MicroEur;
  /** Of days that may still be corrected, ascending. */
  readonly nets: readonly DayNet[];
}

/** Each day has at most two. */
const MAX_CHANGES = 1_000;

export const PARTICIPATIONS: Table<number, Participation> = {
  number: 43,
  name: "participations",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, { plant, caps, held, nets }) {
      writer.u32(plant).list(caps, MAX_CHANGES, (w, { from, cap }) => w.u32(from).u64(cap));
      writer.u64(held).list(nets, MAX_CHANGES, (w, { day, net }) => w.u32(day).i64(net));
    },
    read: (reader) => ({
      plant: reader.u32(),
      caps: reader.list(MAX_CHANGES, (r) => ({ from: r.u32(), cap: MicroEur(r.u64()) })),
      held: MicroEur(reader.u64()),
      nets: reader.list(MAX_CHANGES, (r) => ({ day: r.u32(), net: MicroEur(r.i64()) })),
    }),
  },
};

export interface JoinMarket {
  readonly plant: number;
  /** That may be taken for one civil day. */
  readonly cap: MicroEur;
}

export const joinMarketCodec: Codec<JoinMarket> = {
  write: (writer, { plant, cap }) => writer.u32(plant).u64(cap),
  read: (reader) => ({ plant: reader.u32(), cap: MicroEur(reader.u64()) }),
};

/** What may be taken from a member for a day; 0 where it does not take part. */
export function capOn(row: Pick<Participation, "caps"> | undefined, day: DayNumber): MicroEur {
  return row?.caps.findLast(({ from }) => from <= day)?.cap ?? MicroEur(0n);
}

/** What the days that are not settled, and those to come, may take at once. */
function neededFrom({ caps }: Pick<Participation, "caps">, day: DayNumber): MicroEur {
  let needed = capOn({ caps }, day);
  for (const { from, cap } of caps) if (from > day && cap > needed) needed = cap;
  return needed;
}

/** Whether a book was sealed of a day for which a member takes part and that is not final yet. */
export function isUnsettled(state: StateReader, row: Participation): boolean {
  return calendarOf(state).open.some((day) => capOn(row, day) > 0n);
}

export function calendarOf(state: StateReader): MarketCalendar {
  return state.get(MARKET_CALENDAR, 0) ?? { open: [], leaving: [] };
}

/**
 * Takes part from today, or changes the cap. Fails, in this order: not_the_owner, plant_unknown (a supplier with a
 * plant, too), supplier_unknown, supplier_suspended, amount_not_positive, amount_too_large, balance_too_low,
 * market_joined_elsewhere (with another plant), cap_out_of_range (a citizen's, above the law's).
 */
export function joinMarket(
  draft: Draft,
  { plant, cap }: JoinMarket,
  { sender, role }: { readonly sender: number; readonly role: Role },
  now: Moment,
  emit: Emit,
): Status {
  const { zone, marketCapHighest } = parametersOf(draft);
  const today = dayOf(zone, now.time);
  const calendar = calendarOf(draft);
  const old = draft.get(PARTICIPATIONS, sender);
  const row = old ?? { plant, caps: [], held: MicroEur(0n), nets: [] };
  const caps = changed(row, { cap, today, calendar });
  const needed = neededFrom({ caps }, firstOf(calendar, today));
  const more = needed - row.held;
  const status = earliest([
    role === "supplier" ? supplierProblem(draft, sender, plant) : plantProblem(draft, sender, plant),
    cap <= 0n ? "amount_not_positive" : "ok",
    cap > AMOUNT_MAX ? "amount_too_large" : "ok",
    more > availableOf(draft, memberAccount(sender), MONEY) ? "balance_too_low" : "ok",
    row.plant !== plant ? "market_joined_elsewhere" : "ok",
    role === "citizen" && cap > marketCapHighest ? "cap_out_of_range" : "ok",
  ]);
  if (status !== "ok") return status;
  if (more > 0n) hold(draft, sender, more);
  const held = more > 0n ? needed : row.held;
  draft.put(PARTICIPATIONS, sender, { ...row, caps, held });
  const from = caps.at(-1)!.from;
  if (from > today) scheduleRelease(draft, sender, from, now);
  emit({ type: "market_joined", member: sender, plant, cap, from });
  return "ok";
}

/**
 * Takes part no more, from tomorrow or the first day of which no book is sealed. Fails with market_not_joined (not, not
 * with this plant, or not any more from then on).
 */
export function leaveMarket(draft: Draft, plant: number, member: number, now: Moment, emit: Emit): Status {
  const row = draft.get(PARTICIPATIONS, member);
  if (row === undefined || row.plant !== plant || row.caps.at(-1)?.cap === 0n) return "market_not_joined";
  const today = dayOf(parametersOf(draft).zone, now.time);
  const caps = changed(row, { cap: MicroEur(0n), today, calendar: calendarOf(draft) });
  const { from } = caps.at(-1)!;
  draft.put(PARTICIPATIONS, member, { ...row, caps });
  scheduleRelease(draft, member, from, now);
  emit({ type: "market_left", member, plant, from });
  return "ok";
}

/** Id: the member. */
export const MARKET_RELEASE = 21;

function scheduleRelease(draft: Draft, member: number, from: DayNumber, now: Moment): void {
  const { zone, delayBlocks } = parametersOf(draft);
  const time = dayStart(zone, from);
  schedule(
    draft,
    { time, height: now.height + delayBlocks, kind: MARKET_RELEASE, id: encode(u32Key, member) },
    now,
  );
}

/** When a lower cap begins to count: frees what no day needs any more, or leaves that to the settlement of the last. */
export function releaseWhenDue(draft: Draft, member: number, now: Moment, emit: Emit): void {
  if (release(draft, member, now, emit)) return;
  const calendar = calendarOf(draft);
  if (calendar.leaving.includes(member)) return;
  const leaving = [...calendar.leaving, member].sort((a, b) => a - b);
  draft.put(MARKET_CALENDAR, 0, { ...calendar, leaving });
}

/** After a day is final: frees for whoever waited for it. */
export function releaseLeaving(draft: Draft, now: Moment, emit: Emit): void {
  const { leaving } = calendarOf(draft);
  const staying = leaving.filter((member) => !release(draft, member, now, emit));
  if (staying.length === leaving.length) return;
  draft.put(MARKET_CALENDAR, 0, { ...calendarOf(draft), leaving: staying });
}

/** Whether nothing is left to free. */
function release(draft: Draft, member: number, now: Moment, emit: Emit): boolean {
  const row = draft.get(PARTICIPATIONS, member);
  if (row === undefined) return true;
  const today = dayOf(parametersOf(draft).zone, now.time);
  const needed = neededFrom(row, firstOf(calendarOf(draft), today));
  const amount = MicroEur(row.held - needed);
  if (amount > 0n) {
    hold(draft, member, -amount);
    draft.put(PARTICIPATIONS, member, { ...row, held: needed });
    emit({ type: "market_released", member, amount });
  }
  if (needed === 0n) draft.delete(PARTICIPATIONS, member);
  return needed === 0n || needed <= row.caps.at(-1)!.cap;
}

/** Frees the reserve and strikes the participation out: the member's numbers change, and nothing is unsettled. */
export function endParticipation(draft: Draft, member: number): void {
  const row = draft.get(PARTICIPATIONS, member);
  if (row === undefined) return;
  if (row.held > 0n) hold(draft, member, -row.held);
  draft.delete(PARTICIPATIONS, member);
}

/** Reserves more, or less. */
function hold(draft: Draft, member: number, change: bigint): void {
  adjust(draft, memberAccount(member), MONEY, 0n, change, 0n);
  adjust(draft, MARKET, MONEY, 0n, 0n, change);
}

/** What can be taken from a member, reserved or not. */
export function takeable(state: StateReader, member: number): bigint {
  const held = state.get(PARTICIPATIONS, member)?.held ?? 0n;
  return held + availableOf(state, memberAccount(member), MONEY);
}

/** Books what a version of a day's settlement gives or takes, and reserves anew what is needed, as far as there is. */
export function bookNet(
  draft: Draft,
  member: number,
  { day, net }: DayNet,
  { today, oldest }: { readonly today: DayNumber; readonly oldest: DayNumber },
): void {
  const row = draft.get(PARTICIPATIONS, member);
  if (row === undefined) {
    assert(net >= 0n, `member ${member} takes no part and pays`);
    adjust(draft, memberAccount(member), MONEY, net);
    return;
  }
  const after = takeable(draft, member) + net;
  assert(after >= 0n, `member ${member} pays more than it has`);
  const needed = neededFrom(row, firstOf(calendarOf(draft), today));
  const held = MicroEur(after < needed ? after : needed);
  adjust(draft, memberAccount(member), MONEY, net, held - row.held);
  if (held !== row.held) adjust(draft, MARKET, MONEY, 0n, 0n, held - row.held);
  const nets = row.nets.filter((one) => one.day !== day && one.day >= oldest);
  const sum = MicroEur(netOn(row, day) + net);
  const at = nets.findIndex((one) => one.day > day);
  nets.splice(at < 0 ? nets.length : at, 0, { day, net: sum });
  draft.put(PARTICIPATIONS, member, { ...row, held, nets });
}

export function netOn({ nets }: Pick<Participation, "nets">, day: DayNumber): MicroEur {
  return nets.find((one) => one.day === day)?.net ?? MicroEur(0n);
}

/** The first day whose cap still counts. */
function firstOf({ open }: MarketCalendar, today: DayNumber): DayNumber {
  return Math.min(open[0] ?? today, today);
}

function changed(
  row: Pick<Participation, "caps">,
  { cap, today, calendar }: { cap: MicroEur; today: DayNumber; calendar: MarketCalendar },
): readonly CapChange[] {
  const from = cap >= capOn(row, today) ? today : Math.max(today, calendar.open.at(-1) ?? today) + 1;
  const before = row.caps.filter((one) => one.from < from);
  const first = firstOf(calendar, today);
  const counting = before.filter((_, i) => i + 1 >= before.length || before[i + 1]!.from > first);
  return [...counting, { from, cap }];
}

function plantProblem(state: StateReader, sender: number, plant: number): Status {
  if (standingPlant(state, plant) === undefined) return "plant_unknown";
  return state.get(PLANTS, plant)!.owner === sender ? "ok" : "not_the_owner";
}

function supplierProblem(state: StateReader, sender: number, plant: number): Status {
  if (plant !== NO_PLANT) return "plant_unknown";
  const supplier = state.get(SUPPLIERS, sender);
  if (supplier === undefined) return "supplier_unknown";
  return supplier.suspended ? "supplier_suspended" : "ok";
}
