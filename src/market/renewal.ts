/**
 * New numbers for old members: whoever reads the whole chain shall not follow a home from one period to the next.
 * In one transaction the registrar closes many citizens with their plants and opens as many others; which of the
 * new ones is which of the old ones the registrar alone knows.
 *
 * What would tell is taken out of the way:
 *
 * - **Keys, meters, identity** are new; the nullifier is that of the period (`ledger/identity`).
 * - **Energy** is conserved for all together: what the old stores held, and what moved in the *gap* since their last
 *   entries, is what the new stores hold. The gap's quarter hours are on the chain as one sum only, so that no store
 *   after it is one from before.
 * - **Money** goes on in whole units of the law `renewalUnit`. The rest waits in the pool, less than a unit of each;
 *   whose it is stands in the registrar's file, and a later renewal gives it back.
 * - **Sheets** are rounded up to standard sizes, feeder and panels left out: no rule needs them. The new sheets are
 *   the old ones rounded, all together, so that no plant becomes larger than its size.
 *
 * A home is renewed at rest only: nothing open, reserved or under way. In the neighbours' market it takes part anew
 * under its new number, which it says itself.
 */
import { assert } from "#base/assert.ts";
import { toHex } from "#base/bytes.ts";
import type { Codec, Reader, Writer } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import { adjust, balanceOf } from "#ledger/account.ts";
import type { Moment } from "#ledger/agenda.ts";
import { type Identity, identityCodec, NULLIFIERS } from "#ledger/identity.ts";
import { checkNewKeys, MAX_KEYS, MEMBERS, standingMember, u32Key } from "#ledger/member.ts";
import {
  areGuardians,
  GUARDIANS,
  type Guardian,
  guardiansCodec,
  RECOVERIES,
  setGuardians,
} from "#ledger/recovery.ts";
import { REVOCATIONS } from "#ledger/revocation.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import {
  CHARGED,
  GRID,
  LOST,
  MONEY,
  memberAccount,
  POOL,
  SOLAR,
  storeAccount,
  UNSOLD,
  USED,
} from "#market/books.ts";
import { hasContracts } from "#market/erasure.ts";
import { parametersOf } from "#market/parameters.ts";
import {
  admit,
  closeMembership,
  HOMES,
  PLANTS,
  type Plant,
  type PlantSheet,
  registerPlant,
} from "#market/participant.ts";
import { endParticipation, isUnsettled, PARTICIPATIONS } from "#market/participation.ts";

/** Of members in one transaction, and of plants of one of them: a body holds no more. */
export const RENEWAL_MAX = 1_000;

/** A plant under its new number, with what its store holds. */
export interface OpenedPlant {
  readonly plant: number;
  /** Ed25519, never used before. */
  readonly meterKey: Uint8Array;
  /** Standard sizes, as `renewedSheet` makes them. */
  readonly capacity: Wh;
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  readonly solar: Wh;
  readonly grid: Wh;
}

/** A citizen under its new number. */
export interface OpenedMember {
  readonly member: number;
  readonly keys: readonly Uint8Array[];
  /** Of a fresh salt, and of the period. */
  readonly identity: Identity;
  /** None, or three; of those whose numbers change too, the new numbers. */
  readonly guardians: readonly Guardian[] | undefined;
  /** Whole units of the law `renewalUnit`. */
  readonly money: MicroEur;
  /** Ascending by number. */
  readonly plants: readonly OpenedPlant[];
}

/** What all closed plants together moved in the gap, of one origin: whole Wh. */
export interface GapMovement {
  readonly charged: Wh;
  readonly used: Wh;
  readonly exported: Wh;
  readonly lost: Wh;
}

export interface Renewal {
  /** The last renewal's, or one more; the first is 1. */
  readonly period: number;
  /** Start of the last quarter hour of the gap; the new plants' entries begin after it. */
  readonly lastInterval: UnixSeconds;
  readonly gapSolar: GapMovement;
  readonly gapGrid: GapMovement;
  /** Members, ascending. */
  readonly closed: readonly number[];
  /** Ascending by number, which was drawn at random. */
  readonly opened: readonly OpenedMember[];
}

/** The community's count of periods; no row before the first renewal. */
export const PERIOD: Table<0, number> = {
  number: 35,
  name: "period",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: u32Key,
};

export function periodOf(state: StateReader): number {
  return state.get(PERIOD, 0) ?? 0;
}

const gapCodec: Codec<GapMovement> = {
  write: (writer, gap) => writer.u64(gap.charged).u64(gap.used).u64(gap.exported).u64(gap.lost),
  read: (reader) => ({
    charged: Wh(reader.u64()),
    used: Wh(reader.u64()),
    exported: Wh(reader.u64()),
    lost: Wh(reader.u64()),
  }),
};

const openedPlantCodec: Codec<OpenedPlant> = {
  write(writer, plant) {
    writer.u32(plant.plant).fixed(plant.meterKey, 32).u64(plant.capacity);
    writer.u32(plant.chargePowerMaxW).u32(plant.dischargePowerMaxW).u64(plant.solar).u64(plant.grid);
  },
  read: (reader) => ({
    plant: reader.u32(),
    meterKey: reader.fixed(32),
    capacity: Wh(reader.u64()),
    chargePowerMaxW: reader.u32(),
    dischargePowerMaxW: reader.u32(),
    solar: Wh(reader.u64()),
    grid: Wh(reader.u64()),
  }),
};

const openedMemberCodec: Codec<OpenedMember> = {
  write(writer: Writer, member) {
    writer.u32(member.member).list(member.keys, MAX_KEYS, publicKeyCodec.write);
    identityCodec.write(writer, member.identity);
    writer.boolean(member.guardians !== undefined);
    if (member.guardians !== undefined) guardiansCodec.write(writer, member.guardians);
    writer.u64(member.money).list(member.plants, RENEWAL_MAX, openedPlantCodec.write);
  },
  read: (reader: Reader) => ({
    member: reader.u32(),
    keys: reader.list(MAX_KEYS, publicKeyCodec.read),
    identity: identityCodec.read(reader),
    guardians: reader.boolean() ? guardiansCodec.read(reader) : undefined,
    money: MicroEur(reader.u64()),
    plants: reader.list(RENEWAL_MAX, openedPlantCodec.read),
  }),
};

export const renewalCodec: Codec<Renewal> = {
  write(writer, renewal) {
    writer.u32(renewal.period).uint(renewal.lastInterval);
    gapCodec.write(writer, renewal.gapSolar);
    gapCodec.write(writer, renewal.gapGrid);
    writer.list(renewal.closed, RENEWAL_MAX, (w, member) => w.u32(member));
    writer.list(renewal.opened, RENEWAL_MAX, openedMemberCodec.write);
  },
  read: (reader) => ({
    period: reader.u32(),
    lastInterval: reader.uint(),
    gapSolar: gapCodec.read(reader),
    gapGrid: gapCodec.read(reader),
    closed: reader.list(RENEWAL_MAX, (r) => r.u32()),
    opened: reader.list(RENEWAL_MAX, openedMemberCodec.read),
  }),
};

/** What of a sheet a renewal states. */
export type RenewedSheet = Pick<PlantSheet, "capacity" | "chargePowerMaxW" | "dischargePowerMaxW">;

/** The next of 1,000, 2,000, 5,000, 10,000, … that is not below: W or Wh. Nothing stays nothing. */
export function standardSize(size: bigint): bigint {
  if (size === 0n) return 0n;
  for (let step = 1_000n; ; step *= 10n) {
    for (const factor of [1n, 2n, 5n]) if (step * factor >= size) return step * factor;
  }
}

/** A sheet as it is after a renewal; one that was renewed stays as it is. */
export function renewedSheet(sheet: RenewedSheet): RenewedSheet {
  const watts = (value: number) => Number(standardSize(BigInt(value)));
  return {
    capacity: Wh(standardSize(sheet.capacity)),
    chargePowerMaxW: watts(sheet.chargePowerMaxW),
    dischargePowerMaxW: watts(sheet.dischargePowerMaxW),
  };
}

/**
 * Why a citizen's numbers cannot change now, or `ok`. Fails, in this order: member_unknown (nobody of that number,
 * or no citizen), member_not_at_rest (suspended; a sale open or a payout waiting; a day of the neighbours' market
 * unsettled; a supply contract; a recovery, a key's revocation or a change of guardians under way). What it reserves
 * for the market beyond that is no matter: it is freed.
 */
export function checkAtRest(state: StateReader, member: number): Status {
  const row = standingMember(state, member);
  if (row?.role !== "citizen") return "member_unknown";
  const money = balanceOf(state, memberAccount(member), MONEY);
  const market = state.get(PARTICIPATIONS, member);
  const busy =
    row.suspended ||
    hasContracts(state, member) ||
    money.pendingIn !== 0n ||
    money.pendingOut !== (market?.held ?? 0n) ||
    (market !== undefined && isUnsettled(state, market)) ||
    state.get(RECOVERIES, member) !== undefined ||
    state.get(GUARDIANS, member)?.next !== undefined ||
    row.keys.some((key) => state.get(REVOCATIONS, key) !== undefined) ||
    plantsOf(state, [member]).some(({ row: plant }) => plant.openSales.length > 0);
  return busy ? "member_not_at_rest" : "ok";
}

/**
 * Closes the old members and plants and opens the new ones. Fails, in this order: member_exists, member_unknown
 * (closed: no standing citizen), key_malformed, key_small_order, key_torsioned, key_already_registered, plant_exists,
 * interval_misaligned, interval_in_future (it has not ended), interval_already_submitted (of a closed plant a later
 * one is booked), entries_out_of_order (members or plants not ascending, or a plant twice),
 * grid_energy_not_sellable (exported in the gap), exceeds_plant_limits (the gap's energy at all closed plants' powers, a store
 * at its capacity), money_not_whole, pool_too_low (more is given than the closed had and the pool has),
 * money_held_back (a unit or more of each would stay in the pool), identity_already_member, guardians_invalid,
 * period_wrong, too_few_to_renew, renewal_uneven (not as many opened as closed), member_not_at_rest, sheets_differ
 * (the opened sheets are not the closed ones in standard sizes), energy_differs (of an origin the opened stores do
 * not hold what the closed ones held and the gap moved).
 */
export function renewMembers(draft: Draft, renewal: Renewal, now: Moment): Status {
  const closing = plantsOf(draft, renewal.closed);
  for (const check of CHECKS) {
    const status = check(draft, renewal, closing, now);
    if (status !== "ok") return status;
  }
  const rest = moneyOf(draft, renewal.closed) - openedMoney(renewal);
  for (const { plant, row } of closing) closePlant(draft, plant, row, now.height);
  for (const member of renewal.closed) closeMember(draft, member, now.height);
  for (const member of renewal.opened) openMember(draft, member, renewal.lastInterval, now.height);
  for (const { member, guardians } of renewal.opened) {
    if (guardians === undefined) continue;
    // Nobody stands there yet, so that no delay is taken.
    must(setGuardians(draft, { member, guardians }, { delayS: 0, delayBlocks: 1 }, now));
  }
  if (rest !== 0n) adjust(draft, POOL, MONEY, rest);
  for (const { asset, gap } of gapsOf(renewal)) {
    if (gap.charged > 0n) adjust(draft, CHARGED, asset, -gap.charged);
    if (gap.used > 0n) adjust(draft, USED, asset, gap.used);
    if (gap.exported > 0n) adjust(draft, UNSOLD, asset, gap.exported);
    if (gap.lost > 0n) adjust(draft, LOST, asset, gap.lost);
  }
  draft.put(PERIOD, 0, renewal.period);
  return "ok";
}

interface StandingPlant {
  readonly plant: number;
  readonly row: Plant;
}

type Check = (state: StateReader, renewal: Renewal, closing: readonly StandingPlant[], now: Moment) => Status;

/** In order of precedence. */
const CHECKS: readonly Check[] = [
  checkNumbers,
  checkInterval,
  checkOrder,
  checkLimits,
  checkMoney,
  checkIdentities,
  checkGuardians,
  checkMembers,
  checkSheets,
  checkEnergy,
];

function checkNumbers(state: StateReader, { closed, opened }: Renewal): Status {
  if (opened.some(({ member }) => state.get(MEMBERS, member) !== undefined)) return "member_exists";
  if (closed.some((member) => standingMember(state, member)?.role !== "citizen")) return "member_unknown";
  if (opened.some(({ keys }) => keys.length === 0)) return "key_malformed";
  const plants = opened.flatMap((member) => member.plants);
  const keys = [...opened.flatMap((member) => member.keys), ...plants.map(({ meterKey }) => meterKey)];
  const status = checkNewKeys(state, keys);
  if (status !== "ok") return status;
  return plants.some(({ plant }) => state.get(PLANTS, plant) !== undefined) ? "plant_exists" : "ok";
}

function checkInterval(
  _state: StateReader,
  { lastInterval }: Renewal,
  closing: readonly StandingPlant[],
  now: Moment,
): Status {
  if (lastInterval % QUARTER_HOUR_S !== 0) return "interval_misaligned";
  if (lastInterval + QUARTER_HOUR_S > now.time) return "interval_in_future";
  const late = closing.some(({ row }) => row.lastInterval > lastInterval);
  return late ? "interval_already_submitted" : "ok";
}

function checkOrder(_state: StateReader, { closed, opened }: Renewal): Status {
  const plants = opened.map((member) => member.plants.map(({ plant }) => plant));
  const sorted =
    isAscending(closed) && isAscending(opened.map(({ member }) => member)) && plants.every(isAscending);
  return sorted && new Set(plants.flat()).size === plants.flat().length ? "ok" : "entries_out_of_order";
}

/**
 * The newest entry of those that close: since then the chain has seen nothing of any. A plant that never had an entry
 * counts from there, not from the beginning of time. `undefined` where none ever had one: then nothing can have moved.
 */
function gapStart(closing: readonly StandingPlant[]): UnixSeconds | undefined {
  const entered = closing.map(({ row }) => row.lastInterval).filter((start) => start > 0);
  return entered.length === 0 ? undefined : Math.max(...entered);
}

/** As for an entry (`settlement`): a quarter hour at the plant's powers, tolerance, a watt-hour for rounding. */
function checkLimits(state: StateReader, renewal: Renewal, closing: readonly StandingPlant[]): Status {
  const { gridEnergySellable, meterTolerancePerMille } = parametersOf(state);
  if (renewal.gapGrid.exported > 0n && !gridEnergySellable) return "grid_energy_not_sellable";
  const tolerance = BigInt(1000 + meterTolerancePerMille);
  const sums = { quarters: 0n, charge: 0n, discharge: 0n };
  const begun = gapStart(closing);
  for (const { row } of closing) {
    const since = row.lastInterval > 0 ? row.lastInterval : (begun ?? renewal.lastInterval);
    const quarters = BigInt((renewal.lastInterval - since) / QUARTER_HOUR_S);
    sums.quarters += quarters;
    sums.charge += quarters * BigInt(row.chargePowerMaxW);
    sums.discharge += quarters * BigInt(row.dischargePowerMaxW);
  }
  const { gapSolar, gapGrid } = renewal;
  const charged = gapSolar.charged + gapGrid.charged;
  const discharged = gapSolar.used + gapSolar.exported + gapGrid.used + gapGrid.exported;
  const full = renewal.opened
    .flatMap((member) => member.plants)
    .some(({ solar, grid, capacity }) => (solar + grid - 1n) * 1000n > capacity * tolerance);
  const within =
    (charged - sums.quarters) * 4000n <= sums.charge * tolerance &&
    (discharged - sums.quarters) * 4000n <= sums.discharge * tolerance;
  return within && !full ? "ok" : "exceeds_plant_limits";
}

function checkMoney(state: StateReader, renewal: Renewal): Status {
  const { renewalUnit } = parametersOf(state);
  if (renewal.opened.some(({ money }) => money % renewalUnit !== 0n)) return "money_not_whole";
  const rest = moneyOf(state, renewal.closed) - openedMoney(renewal);
  if (-rest > balanceOf(state, POOL, MONEY).posted) return "pool_too_low";
  return rest > BigInt(renewal.closed.length) * (renewalUnit - 1n) ? "money_held_back" : "ok";
}

function checkIdentities(state: StateReader, { opened }: Renewal): Status {
  const nullifiers = opened.map(({ identity }) => identity.nullifier);
  const known = nullifiers.some((nullifier) => state.get(NULLIFIERS, nullifier) !== undefined);
  const twice = new Set(nullifiers.map(toHex)).size < nullifiers.length;
  return known || twice ? "identity_already_member" : "ok";
}

function checkGuardians(state: StateReader, { closed, opened }: Renewal): Status {
  const coming = new Set(opened.map(({ member }) => member));
  const going = new Set(closed);
  const stands = (other: number) =>
    coming.has(other) || (!going.has(other) && standingMember(state, other) !== undefined);
  const sound = opened.every(({ member, keys, guardians }) => {
    if (guardians === undefined) return true;
    const own = new Set(keys.map(toHex));
    return areGuardians(guardians, {
      stands: (other) => other !== member && stands(other),
      isOwn: (key) => own.has(toHex(key)),
    });
  });
  return sound ? "ok" : "guardians_invalid";
}

function checkMembers(state: StateReader, { period, closed, opened }: Renewal): Status {
  const last = periodOf(state);
  if (period !== last + 1 && (period !== last || last === 0)) return "period_wrong";
  if (closed.length < parametersOf(state).renewalMinimum) return "too_few_to_renew";
  if (opened.length !== closed.length) return "renewal_uneven";
  return closed.every((member) => checkAtRest(state, member) === "ok") ? "ok" : "member_not_at_rest";
}

/** The opened sheets are the closed ones in standard sizes, as often each. */
function checkSheets(_state: StateReader, { opened }: Renewal, closing: readonly StandingPlant[]): Status {
  const more = new Map<string, number>();
  const count = (sheet: RenewedSheet, by: number) => {
    const sizes = `${sheet.capacity} ${sheet.chargePowerMaxW} ${sheet.dischargePowerMaxW}`;
    more.set(sizes, (more.get(sizes) ?? 0) + by);
  };
  for (const { row } of closing) count(renewedSheet(row), -1);
  for (const { plants } of opened) for (const plant of plants) count(plant, 1);
  return [...more.values()].every((rest) => rest === 0) ? "ok" : "sheets_differ";
}

function checkEnergy(state: StateReader, renewal: Renewal, closing: readonly StandingPlant[]): Status {
  const balanced = gapsOf(renewal).every(({ asset, gap, of }) => {
    let rest: bigint = gap.charged - gap.used - gap.exported - gap.lost;
    for (const { plant } of closing) rest += balanceOf(state, storeAccount(plant), asset).posted;
    for (const { plants } of renewal.opened) for (const plant of plants) rest -= of(plant);
    return rest === 0n;
  });
  return balanced ? "ok" : "energy_differs";
}

function closePlant(draft: Draft, plant: number, row: Plant, height: number): void {
  for (const asset of [SOLAR, GRID]) {
    const { posted } = balanceOf(draft, storeAccount(plant), asset);
    if (posted !== 0n) adjust(draft, storeAccount(plant), asset, -posted);
  }
  draft.put(PLANTS, plant, { ...row, closed: height });
}

function closeMember(draft: Draft, member: number, height: number): void {
  endParticipation(draft, member);
  const { posted } = balanceOf(draft, memberAccount(member), MONEY);
  if (posted !== 0n) adjust(draft, memberAccount(member), MONEY, -posted);
  closeMembership(draft, member, height);
}

function openMember(draft: Draft, opened: OpenedMember, lastInterval: UnixSeconds, height: number): void {
  const { member, keys, identity, money } = opened;
  must(admit(draft, { member, role: "citizen", keys, identity }, height));
  if (money > 0n) adjust(draft, memberAccount(member), MONEY, money);
  for (const { plant, meterKey, solar, grid, ...limits } of opened.plants) {
    const sheet = { owner: member, meterKey, feeder: 0, solarPeakW: 0, ...limits };
    must(registerPlant(draft, plant, sheet, height));
    draft.put(PLANTS, plant, { ...draft.get(PLANTS, plant)!, lastInterval });
    if (solar > 0n) adjust(draft, storeAccount(plant), SOLAR, solar);
    if (grid > 0n) adjust(draft, storeAccount(plant), GRID, grid);
  }
}

/** The standing plants of members, in their order. */
function plantsOf(state: StateReader, members: readonly number[]): readonly StandingPlant[] {
  return members.flatMap((member) =>
    (state.get(HOMES, member) ?? []).map((plant) => {
      const row = state.get(PLANTS, plant);
      assert(row !== undefined, `member ${member} has the plant ${plant}, which is not on record`);
      return { plant, row };
    }),
  );
}

function moneyOf(state: StateReader, members: readonly number[]): bigint {
  let sum = 0n;
  for (const member of members) sum += balanceOf(state, memberAccount(member), MONEY).posted;
  return sum;
}

function openedMoney({ opened }: Renewal): bigint {
  let sum = 0n;
  for (const { money } of opened) sum += money;
  return sum;
}

function gapsOf({ gapSolar, gapGrid }: Renewal): readonly {
  readonly asset: number;
  readonly gap: GapMovement;
  readonly of: (plant: OpenedPlant) => Wh;
}[] {
  return [
    { asset: SOLAR, gap: gapSolar, of: ({ solar }) => solar },
    { asset: GRID, gap: gapGrid, of: ({ grid }) => grid },
  ];
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || numbers[i - 1]! < number);
}

/** A step that the checks before it have made certain. */
function must(status: Status): void {
  assert(status === "ok", `a checked step of a renewal is refused: ${status}`);
}
