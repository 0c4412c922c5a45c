/**
 * Who takes part: plants (a home's installation, with the limits its readings are held to) and suppliers
 * (energy companies enrolled on the trading platform).
 */
import { assert } from "#base/assert.ts";
import { utf8 } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { Wh } from "#base/units.ts";
import { openAccount } from "#ledger/account.ts";
import { bookIdentity, checkIdentity, type Identity, removeIdentity } from "#ledger/identity.ts";
import {
  admitMember,
  checkNewKeys,
  KEYS,
  MEMBERS,
  type Role,
  standingMember,
  u32Key,
} from "#ledger/member.ts";
import { GUARDIANS, RECOVERIES } from "#ledger/recovery.ts";
import { REVOCATIONS } from "#ledger/revocation.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { memberAccount, storeAccount } from "#market/books.ts";

export const SALE_ID_BYTES = 16;
export const MAX_FEEDER = 0xffff;

export interface Plant {
  /** Member number. */
  readonly owner: number;
  /** Ed25519, of the bidirectional counter that signs the readings. */
  readonly meterKey: Uint8Array;
  readonly feeder: number;
  readonly solarPeakW: number;
  /** 0 where there is no accumulator. */
  readonly capacity: Wh;
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  /** Height at which it was registered. */
  readonly registered: number;
  /** Height at which its home went on under other numbers (`renewal`); 0 = it stands. */
  readonly closed: number;
  /** Start of the last interval that was submitted for it; 0 = none. */
  readonly lastInterval: number;
  /** Ids of the sales that are open, in the order of their authorisation. */
  readonly openSales: readonly Uint8Array[];
}

/** What an installer states of a plant. */
export type PlantSheet = Omit<Plant, "registered" | "closed" | "lastInterval" | "openSales">;

export const plantSheetCodec: Codec<PlantSheet> = {
  write(writer, plant) {
    writer.u32(plant.owner).fixed(plant.meterKey, 32).u16(plant.feeder).u32(plant.solarPeakW);
    writer.u64(plant.capacity).u32(plant.chargePowerMaxW).u32(plant.dischargePowerMaxW);
  },
  read: (reader) => ({
    owner: reader.u32(),
    meterKey: reader.fixed(32),
    feeder: reader.u16(),
    solarPeakW: reader.u32(),
    capacity: Wh(reader.u64()),
    chargePowerMaxW: reader.u32(),
    dischargePowerMaxW: reader.u32(),
  }),
};

export const PLANTS: Table<number, Plant> = {
  number: 11,
  name: "plants",
  key: u32Key,
  id: (plant) => plant,
  row: {
    write(writer, plant) {
      plantSheetCodec.write(writer, plant);
      writer.uint(plant.registered).uint(plant.closed).uint(plant.lastInterval);
      writer.list(plant.openSales, 0xffff, (w, id) => w.fixed(id, SALE_ID_BYTES));
    },
    read: (reader) => ({
      ...plantSheetCodec.read(reader),
      registered: reader.uint(),
      closed: reader.uint(),
      lastInterval: reader.uint(),
      openSales: reader.list(0xffff, (r) => r.fixed(SALE_ID_BYTES)),
    }),
  },
};

/** A plant's row, or `undefined` where none has that number or it was closed. */
export function standingPlant(state: StateReader, plant: number): Plant | undefined {
  const row = state.get(PLANTS, plant);
  return row === undefined || row.closed > 0 ? undefined : row;
}

/** Member → its plants, in the order of their registration; those of a member whose numbers changed stay its own. */
export const HOMES: Table<number, readonly number[]> = {
  number: 19,
  name: "homes",
  key: u32Key,
  id: (member) => member,
  row: {
    write: (writer, plants) => writer.list(plants, 0xffff_ffff, (w, plant) => w.u32(plant)),
    read: (reader) => reader.list(0xffff_ffff, (r) => r.u32()),
  },
};

export interface Supplier {
  readonly name: string;
  readonly suspended: boolean;
  readonly enrolled: number;
  /** Sales closed, and those among them whose delivered energy was paid in full. */
  readonly salesClosed: number;
  readonly salesPaid: number;
}

export const NAME_MAX_BYTES = 120;

export const SUPPLIERS: Table<number, Supplier> = {
  number: 12,
  name: "suppliers",
  key: u32Key,
  id: (member) => member,
  row: {
    write(writer, supplier) {
      writer.text(supplier.name, NAME_MAX_BYTES).boolean(supplier.suspended).uint(supplier.enrolled);
      writer.uint(supplier.salesClosed).uint(supplier.salesPaid);
    },
    read: (reader) => ({
      name: reader.text(NAME_MAX_BYTES),
      suspended: reader.boolean(),
      enrolled: reader.uint(),
      salesClosed: reader.uint(),
      salesPaid: reader.uint(),
    }),
  },
};

/** Watts and watt-hours above these are no home. */
const POWER_MAX_W = 10_000_000;
const CAPACITY_MAX = 100_000_000n;

export interface Admission {
  readonly member: number;
  readonly role: Role;
  readonly keys: readonly Uint8Array[];
  readonly identity: Identity | undefined;
}

/**
 * Admits a member with an empty account. Fails, in this order: member_exists, key_malformed,
 * key_small_order, key_torsioned, key_already_registered, identity_missing, identity_unexpected,
 * identity_already_member.
 */
export function admit(draft: Draft, admission: Admission, height: number): Status {
  const { member, role, keys, identity } = admission;
  let status = checkAdmission(draft, member, keys);
  if (status === "ok") status = checkIdentity(draft, role, identity);
  if (status !== "ok") return status;
  openMembership(draft, member, role, keys, height);
  if (identity !== undefined) bookIdentity(draft, member, identity);
  return "ok";
}

/** Admits a member of the genesis, which names it in public: no identity is attested. Fails as `admit` for its keys. */
export function admitFounder(draft: Draft, founder: Omit<Admission, "identity">, height: number): Status {
  const { member, role, keys } = founder;
  const status = checkAdmission(draft, member, keys);
  if (status === "ok") openMembership(draft, member, role, keys, height);
  return status;
}

function checkAdmission(draft: Draft, member: number, keys: readonly Uint8Array[]): Status {
  if (draft.get(MEMBERS, member) !== undefined) return "member_exists";
  if (keys.length === 0) return "key_malformed";
  return checkNewKeys(draft, keys);
}

/** Ends a membership: nothing is left of its keys, identity and guardians, and the number never acts again. */
export function closeMembership(draft: Draft, member: number, height: number): void {
  const row = standingMember(draft, member);
  assert(row !== undefined, `member ${member} cannot be closed: it does not stand`);
  removeIdentity(draft, member);
  for (const key of row.keys) draft.delete(REVOCATIONS, key);
  draft.delete(GUARDIANS, member);
  draft.delete(RECOVERIES, member);
  draft.put(MEMBERS, member, { ...row, closed: height, keys: [] });
}

function openMembership(
  draft: Draft,
  member: number,
  role: Role,
  keys: readonly Uint8Array[],
  height: number,
): void {
  admitMember(draft, member, role, keys, height);
  openAccount(draft, memberAccount(member));
}

/**
 * Registers a plant with its meter key and an empty store. Fails, in this order: member_unknown (the owner
 * is no citizen), key_malformed, key_small_order, key_torsioned, key_already_registered, plant_exists,
 * plant_parameters_invalid (an accumulator without power, power without accumulator, more than any home has).
 */
export function registerPlant(draft: Draft, plant: number, sheet: PlantSheet, height: number): Status {
  if (standingMember(draft, sheet.owner)?.role !== "citizen") return "member_unknown";
  const status = checkNewKeys(draft, [sheet.meterKey]);
  if (status !== "ok") return status;
  if (draft.get(PLANTS, plant) !== undefined) return "plant_exists";
  const { capacity, chargePowerMaxW, dischargePowerMaxW, solarPeakW } = sheet;
  const stores = capacity > 0n;
  if (stores !== chargePowerMaxW > 0 || stores !== dischargePowerMaxW > 0) return "plant_parameters_invalid";
  if (capacity > CAPACITY_MAX || chargePowerMaxW > POWER_MAX_W || dischargePowerMaxW > POWER_MAX_W) {
    return "plant_parameters_invalid";
  }
  if (solarPeakW > POWER_MAX_W) return "plant_parameters_invalid";
  draft.put(PLANTS, plant, { ...sheet, registered: height, closed: 0, lastInterval: 0, openSales: [] });
  draft.put(HOMES, sheet.owner, [...(draft.get(HOMES, sheet.owner) ?? []), plant]);
  draft.put(KEYS, sheet.meterKey, sheet.owner);
  openAccount(draft, storeAccount(plant));
  return "ok";
}

/**
 * Enrols an energy company on the trading platform. Fails, in this order: member_unknown (no supplier of
 * that number), supplier_exists, name_invalid (2 to 60 characters without control characters or blanks at
 * its ends).
 */
export function enrolSupplier(draft: Draft, member: number, name: string, height: number): Status {
  if (standingMember(draft, member)?.role !== "supplier") return "member_unknown";
  if (draft.get(SUPPLIERS, member) !== undefined) return "supplier_exists";
  if (!isName(name)) return "name_invalid";
  draft.put(SUPPLIERS, member, {
    name,
    suspended: false,
    enrolled: height,
    salesClosed: 0,
    salesPaid: 0,
  });
  return "ok";
}

function isName(name: string): boolean {
  const characters = [...name];
  if (characters.length < 2 || characters.length > 60 || utf8(name).length > NAME_MAX_BYTES) return false;
  if (name.startsWith(" ") || name.endsWith(" ")) return false;
  return characters.every((character) => {
    const code = character.codePointAt(0)!;
    return code >= 0x20 && (code < 0x7f || code > 0x9f);
  });
}
