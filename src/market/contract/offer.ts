/**
 * How a supply comes about: a seller signs the terms, a buyer signs that it takes them for a plant of its own. The
 * chain keeps both, and the offer never changes; so each has the other's signature over every figure.
 *
 * A seller is an enrolled supplier, or a citizen with a plant. An offer is made to one member, and taken once; or
 * to whoever comes until its last moment.
 */
import { toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { standingMember } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { bytesKey } from "#ledger/transfer.ts";
import {
  CONTRACTS_MAX,
  isRunning,
  SUPPLY_CONTRACTS,
  SUPPLY_ID_BYTES,
  SUPPLY_POINTS,
  SUPPLY_SELLERS,
  supplyPointOf,
  supplySellerOf,
} from "#market/contract/contract.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { SUPPLY_DEADLINE } from "#market/contract/procedure.ts";
import { type SupplyTerms, supplyTermsCodec, termsProblem } from "#market/contract/terms.ts";
import { parametersOf } from "#market/parameters.ts";
import { HOMES, SUPPLIERS, standingPlant } from "#market/participant.ts";

export interface SupplyOffer {
  readonly seller: number;
  /** A citizen; 0 = whoever accepts. */
  readonly to: number;
  /** The last moment at which it may be accepted. */
  readonly acceptBy: UnixSeconds;
  readonly terms: SupplyTerms;
  /** How often it was accepted. */
  readonly accepted: number;
  readonly height: number;
  readonly time: UnixSeconds;
}

export const SUPPLY_OFFERS: Table<Uint8Array, SupplyOffer> = {
  number: 50,
  name: "supply_offers",
  key: bytesKey(SUPPLY_ID_BYTES),
  id: toHex,
  row: {
    write(writer, row) {
      writer.u32(row.seller).u32(row.to).uint(row.acceptBy);
      supplyTermsCodec.write(writer, row.terms);
      writer.u32(row.accepted).uint(row.height).uint(row.time);
    },
    read: (reader) => ({
      seller: reader.u32(),
      to: reader.u32(),
      acceptBy: reader.uint(),
      terms: supplyTermsCodec.read(reader),
      accepted: reader.u32(),
      height: reader.uint(),
      time: reader.uint(),
    }),
  },
};

/** What a seller signs. */
export interface OfferRequest {
  /** 16 random bytes. */
  readonly offer: Uint8Array;
  readonly to: number;
  readonly acceptBy: UnixSeconds;
  readonly terms: SupplyTerms;
}

/** What a buyer signs. */
export interface AcceptRequest {
  /** 16 random bytes. */
  readonly contract: Uint8Array;
  readonly offer: Uint8Array;
  readonly plant: number;
}

/**
 * Makes an offer. Fails, in this order: member_unknown (it is made to no standing citizen, or to oneself),
 * plant_unknown (a citizen without a plant), supplier_unknown, supplier_suspended, terms_invalid (as `termsProblem`
 * says, or acceptable after the supply's end), id_taken.
 */
export function offerSupply(
  draft: Draft,
  { offer, to, acceptBy, terms }: OfferRequest,
  seller: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const wrongBuyer = to === seller || standingMember(draft, to)?.role !== "citizen";
  if (to !== 0 && wrongBuyer) return "member_unknown";
  const status = checkSeller(draft, seller);
  if (status !== "ok") return status;
  if (termsProblem(terms, parametersOf(draft)) !== undefined || acceptBy >= terms.until) {
    return "terms_invalid";
  }
  if (draft.get(SUPPLY_OFFERS, offer) !== undefined) return "id_taken";
  draft.put(SUPPLY_OFFERS, offer, { seller, to, acceptBy, terms, accepted: 0, ...now });
  emit({ type: "supply_offered", offer, seller, to });
  return "ok";
}

/**
 * Takes an offer for an own plant: the contract is active. Fails, in this order: not_the_owner (of the plant),
 * plant_unknown, terms_invalid (the law of today asks for more), id_taken, offer_unknown, offer_closed (its time is
 * over, it is made to another member or one's own, it was taken, or its seller no longer may), plant_supplied (a
 * contract that may suspend it, or as many as a plant may have).
 */
export function acceptSupply(
  draft: Draft,
  { contract: id, offer: offerId, plant: plantNumber }: AcceptRequest,
  buyer: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const plant = standingPlant(draft, plantNumber);
  if (plant !== undefined && plant.owner !== buyer) return "not_the_owner";
  if (plant === undefined) return "plant_unknown";
  const laws = parametersOf(draft);
  const offer = draft.get(SUPPLY_OFFERS, offerId);
  if (offer !== undefined && termsProblem(offer.terms, laws) !== undefined) return "terms_invalid";
  if (draft.get(SUPPLY_CONTRACTS, id) !== undefined) return "id_taken";
  if (offer === undefined) return "offer_unknown";
  if (!isOpenTo(draft, offer, buyer, now.time)) return "offer_closed";
  const { seller, terms } = offer;
  const point = supplyPointOf(draft, plantNumber);
  if (!hasRoom(draft, point.contracts, terms)) return "plant_supplied";

  const endsHeight = now.height + laws.delayBlocks;
  draft.put(SUPPLY_OFFERS, offerId, { ...offer, accepted: offer.accepted + 1 });
  draft.put(SUPPLY_CONTRACTS, id, {
    offer: offerId,
    seller,
    buyer,
    plant: plantNumber,
    terms,
    state: "active",
    basis: "agreed",
    since: now.time,
    sinceHeight: now.height,
    invoice: undefined,
    frozen: undefined,
    stepTime: 0,
    stepHeight: 0,
    endsTime: terms.until,
    endsHeight,
    closesTime: 0,
    closesHeight: 0,
    endedBy: undefined,
    reserve: MicroEur(0n),
    billedUntil: Math.max(terms.from, now.time),
    unpaid: [],
    ...now,
  });
  draft.put(SUPPLY_POINTS, plantNumber, { ...point, contracts: [...point.contracts, id] });
  const counted = supplySellerOf(draft, seller);
  draft.put(SUPPLY_SELLERS, seller, { ...counted, contracts: counted.contracts + 1 });
  schedule(draft, { time: terms.until, height: endsHeight, kind: SUPPLY_DEADLINE, id }, now);
  emit({ type: "supply_accepted", contract: id, offer: offerId, seller, buyer, plant: plantNumber });
  return "ok";
}

/** Whether a member may accept an offer at a time of the chain. */
export function isOpenTo(state: StateReader, offer: SupplyOffer, buyer: number, time: UnixSeconds): boolean {
  const { seller, to, acceptBy, accepted } = offer;
  if (time > acceptBy || seller === buyer || checkSeller(state, seller) !== "ok") return false;
  return to === 0 || (to === buyer && accepted === 0);
}

/** Fails, in this order: plant_unknown, supplier_unknown, supplier_suspended. */
function checkSeller(state: StateReader, seller: number): Status {
  const row = standingMember(state, seller);
  if (row?.role === "citizen") {
    const plants = state.get(HOMES, seller) ?? [];
    const stands = plants.some((plant) => standingPlant(state, plant) !== undefined);
    return stands ? "ok" : "plant_unknown";
  }
  const supplier = row === undefined ? undefined : state.get(SUPPLIERS, seller);
  if (supplier === undefined) return "supplier_unknown";
  return supplier.suspended ? "supplier_suspended" : "ok";
}

/** A plant has one contract at most that may suspend it: its limit follows from one only. */
function hasRoom(state: StateReader, contracts: readonly Uint8Array[], terms: SupplyTerms): boolean {
  if (contracts.length >= CONTRACTS_MAX) return false;
  if (terms.suspension === undefined) return true;
  return contracts.every((id) => {
    const row = state.get(SUPPLY_CONTRACTS, id)!;
    return !isRunning(row) || row.terms.suspension === undefined;
  });
}
