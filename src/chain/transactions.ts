/**
 * Every kind of transaction: the table of contents of the whole system. A kind has its number, its body's
 * codec, who may send it, and what it does; the rules themselves stand in `market` and `ledger`.
 *
 * | no. | kind | by | does |
 * |---|---|---|---|
 * | 1 | admit_member | registrar | a member with a role, its first keys and its attested identity |
 * | 2 | register_key | anybody | one more key of its own |
 * | 3 | revoke_key | anybody | one key of its own less after a delay, never the last |
 * | 4 | register_plant | operator | a home's installation and its meter's key |
 * | 5 | enrol_supplier | operator | an energy company on the trading platform |
 * | 6 | publish_rate | supplier | its rate for a day to come |
 * | 7 | deposit | operator | money that reached the community's bank account |
 * | 8 | authorise_sale | citizen | stored energy to a supplier at its rate of today |
 * | 9 | withdraw_sale | citizen | ends its delivery |
 * | 10 | submit_interval | operator | what the meters proved in a quarter hour |
 * | 11 | cancel_revocation | anybody | keeps a key of its own after all |
 * | 12 | set_guardians | anybody | three who can help it back, two at a time |
 * | 13 | request_recovery | anybody | a member's account to a new key after a delay, signed by two guardians |
 * | 14 | cancel_recovery | anybody | calls a recovery of its own account off |
 * | 15 | erase_member | registrar, or the member | what ties its number to somebody goes |
 * | 16 | request_payout | whoever has money but no office | its money to its own bank account |
 * | 17 | settle_payout | operator | paid by bank, or not |
 * | 18 | renew_members | registrar | new numbers for many citizens and their plants at once |
 * | 20 | propose | whoever may vote on it | laws, organisations, or a payment from the treasury |
 * | 21 | vote | whoever may vote on it | yes or no, until the vote closes |
 * | 22 | withdraw_proposal | its proposer | ends its vote |
 * | 23 | join_market | citizen, supplier | lets the neighbours' market take at most so much of its money a day |
 * | 24 | leave_market | citizen, supplier | takes part no more from tomorrow |
 * | 25 | limit_feeder | operator | how much a feeder's homes may trade in some quarter hours |
 * | 26 | seal_book | operator | which orders the book of a quarter hour has, by their hashes |
 * | 27 | clear_book | operator | opens them; the chain clears the book |
 * | 28 | settle_day | operator | what was traded against what was metered, in money |
 * | 30 | offer_supply | supplier, or citizen with a plant | the terms of a supply, to one or to whoever comes |
 * | 31 | accept_supply | citizen | a contract on these terms for an own plant |
 * | 32 | issue_invoice | seller | what is to be paid for a period, or a credit note |
 * | 33 | pay_invoice | buyer | pays what is left of it |
 * | 34 | dispute_invoice | buyer | freezes the procedure until it is decided |
 * | 35 | resolve_dispute | operator, as arbiter | what stands of the invoice |
 * | 36 | give_notice | seller | begins the procedure against an unpaid invoice |
 * | 37 | protect_plant | operator, registrar | a plant that is not to be disconnected |
 * | 38 | end_supply | seller or buyer | ends a contract after the law's notice |
 * | 39 | prepay | buyer | puts money aside for a contract's invoices |
 * | 43 | replace_meter | operator | another meter for a plant, from a quarter hour to come on |
 */
import type { Codec } from "#base/codec.ts";
import type { DayNumber } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import { SUPPLY_KINDS } from "#chain/supply-transactions.ts";
import { publicKeyCodec } from "#crypto/keys.ts";
import { identityCodec } from "#ledger/identity.ts";
import type { Kind } from "#ledger/machine.ts";
import { MAX_KEYS, MEMBERS, ROLES, type Role, registerKey, roleCodec } from "#ledger/member.ts";
import {
  cancelRecovery,
  GUARDIANS,
  type Guardian,
  guardiansCodec,
  type RecoveryRequest,
  recoveryRequestCodec,
  requestRecovery,
  setGuardians,
} from "#ledger/recovery.ts";
import { cancelRevocation, type Delay, requestRevocation } from "#ledger/revocation.ts";
import type { StateReader } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { bookDeposit, type Deposit, REFERENCE_MAX_BYTES } from "#market/deposit.ts";
import { eraseMember } from "#market/erasure.ts";
import { type LimitFeeder, limitFeeder, limitFeederCodec } from "#market/feeder-limit.ts";
import { type SettleDay, settleDay, settleDayCodec } from "#market/market-day.ts";
import { type ReplaceMeter, replaceMeter, replaceMeterCodec } from "#market/meter.ts";
import { parametersOf } from "#market/parameters.ts";
import {
  type Admission,
  admit,
  enrolSupplier,
  NAME_MAX_BYTES,
  PLANTS,
  type PlantSheet,
  plantSheetCodec,
  registerPlant,
  SALE_ID_BYTES,
} from "#market/participant.ts";
import { type JoinMarket, joinMarket, joinMarketCodec, leaveMarket } from "#market/participation.ts";
import {
  PAYOUT_ID_BYTES,
  type PayoutRequest,
  type PayoutSettlement,
  payoutSettlementCodec,
  requestPayout,
  settlePayout,
} from "#market/payout.ts";
import { motionCodec, type Proposal, propose, vote, withdrawProposal } from "#market/proposal.ts";
import { PUBLIC_TEXT_MAX_BYTES } from "#market/public-text.ts";
import { publishRate } from "#market/rate.ts";
import { type Renewal, renewalCodec, renewMembers } from "#market/renewal.ts";
import { authoriseSale, type SaleRequest, saleRequestCodec, withdrawSale } from "#market/sale.ts";
import { type IntervalTotals, intervalTotalsCodec, submitInterval } from "#market/settlement.ts";
import {
  type ClearBook,
  clearBook,
  clearBookCodec,
  type SealBook,
  sealBook,
  sealBookCodec,
} from "#market/slot-book.ts";

export interface OwnKey {
  readonly key: Uint8Array;
}

export interface EraseMember {
  readonly member: number;
}

export interface SetGuardians {
  readonly guardians: readonly Guardian[];
}

export interface RegisterPlant {
  readonly plant: number;
  readonly sheet: PlantSheet;
}

export interface EnrolSupplier {
  readonly member: number;
  readonly name: string;
}

export interface PublishRate {
  readonly day: DayNumber;
  readonly rate: MicroEurPerKwh;
}

export type ProposeMotion = Pick<Proposal, "purpose" | "motion">;

export interface CastVote {
  readonly proposal: number;
  readonly yes: boolean;
}

export interface WithdrawMotion {
  readonly proposal: number;
}

export interface WithdrawSale {
  readonly sale: Uint8Array;
}

export interface LeaveMarket {
  readonly plant: number;
}

const ownKeyCodec: Codec<OwnKey> = {
  write: (writer, body) => publicKeyCodec.write(writer, body.key),
  read: (reader) => ({ key: publicKeyCodec.read(reader) }),
};

/** Fails, in this order: not_the_registrar, then as `admit` of `market/participant`. */
export const admitMember: Kind<Admission, ChainEvent> = {
  number: 1,
  name: "admit_member",
  roles: ["operator", "registrar"],
  codec: {
    write(writer, body) {
      writer.u32(body.member);
      roleCodec.write(writer, body.role);
      writer.list(body.keys, MAX_KEYS, publicKeyCodec.write);
      writer.boolean(body.identity !== undefined);
      if (body.identity !== undefined) identityCodec.write(writer, body.identity);
    },
    read: (reader) => ({
      member: reader.u32(),
      role: roleCodec.read(reader),
      keys: reader.list(MAX_KEYS, publicKeyCodec.read),
      identity: reader.boolean() ? identityCodec.read(reader) : undefined,
    }),
  },
  apply({ draft, height, role, emit }, admission) {
    if (!isRegistrar(draft, role)) return "not_the_registrar";
    const status = admit(draft, admission, height);
    if (status === "ok") emit({ type: "member_admitted", member: admission.member, role: admission.role });
    return status;
  },
};

/** Fails as `registerKey` of `ledger/member`. */
export const registerMemberKey: Kind<OwnKey, ChainEvent> = {
  number: 2,
  name: "register_key",
  roles: ROLES,
  codec: ownKeyCodec,
  apply({ draft, sender, emit }, { key }) {
    const status = registerKey(draft, sender, key);
    if (status === "ok") emit({ type: "key_registered", member: sender, key });
    return status;
  },
};

/** Fails as `requestRevocation` of `ledger/revocation`. */
export const revokeMemberKey: Kind<OwnKey, ChainEvent> = {
  number: 3,
  name: "revoke_key",
  roles: ROLES,
  codec: ownKeyCodec,
  apply({ draft, height, time, sender, emit }, { key }) {
    const status = requestRevocation(draft, { member: sender, key }, keyDelay(draft), { height, time });
    if (status === "ok") emit({ type: "revocation_requested", member: sender, key });
    return status;
  },
};

export const registerHomePlant: Kind<RegisterPlant, ChainEvent> = {
  number: 4,
  name: "register_plant",
  roles: ["operator"],
  codec: {
    write(writer, body) {
      writer.u32(body.plant);
      plantSheetCodec.write(writer, body.sheet);
    },
    read: (reader) => ({ plant: reader.u32(), sheet: plantSheetCodec.read(reader) }),
  },
  apply({ draft, height, emit }, { plant, sheet }) {
    const status = registerPlant(draft, plant, sheet, height);
    if (status === "ok") emit({ type: "plant_registered", plant, owner: sheet.owner });
    return status;
  },
};

export const enrolEnergySupplier: Kind<EnrolSupplier, ChainEvent> = {
  number: 5,
  name: "enrol_supplier",
  roles: ["operator"],
  codec: {
    write: (writer, body) => writer.u32(body.member).text(body.name, NAME_MAX_BYTES),
    read: (reader) => ({ member: reader.u32(), name: reader.text(NAME_MAX_BYTES) }),
  },
  apply({ draft, height, emit }, { member, name }) {
    const status = enrolSupplier(draft, member, name, height);
    if (status === "ok") emit({ type: "supplier_enrolled", member, name });
    return status;
  },
};

export const publishDayRate: Kind<PublishRate, ChainEvent> = {
  number: 6,
  name: "publish_rate",
  roles: ["supplier"],
  codec: {
    write: (writer, body) => writer.u32(body.day).u64(body.rate),
    read: (reader) => ({ day: reader.u32(), rate: MicroEurPerKwh(reader.u64()) }),
  },
  apply({ draft, height, time, sender, emit }, { day, rate }) {
    const status = publishRate(draft, { supplier: sender, day }, rate, { height, time });
    if (status === "ok") emit({ type: "rate_published", supplier: sender, day, rate });
    return status;
  },
};

export const depositMoney: Kind<Deposit, ChainEvent> = {
  number: 7,
  name: "deposit",
  roles: ["operator"],
  codec: {
    write: (writer, body) =>
      writer.u32(body.member).u64(body.amount).text(body.reference, REFERENCE_MAX_BYTES),
    read: (reader) => ({
      member: reader.u32(),
      amount: MicroEur(reader.u64()),
      reference: reader.text(REFERENCE_MAX_BYTES),
    }),
  },
  apply({ draft, height, emit }, deposit) {
    const status = bookDeposit(draft, deposit, height);
    if (status === "ok") emit({ type: "deposited", ...deposit });
    return status;
  },
};

export const authoriseEnergySale: Kind<SaleRequest, ChainEvent> = {
  number: 8,
  name: "authorise_sale",
  roles: ["citizen"],
  codec: saleRequestCodec,
  apply: ({ draft, height, time, sender, emit }, request) =>
    authoriseSale(draft, request, sender, { height, time }, emit),
};

export const withdrawEnergySale: Kind<WithdrawSale, ChainEvent> = {
  number: 9,
  name: "withdraw_sale",
  roles: ["citizen"],
  codec: {
    write: (writer, body) => writer.fixed(body.sale, SALE_ID_BYTES),
    read: (reader) => ({ sale: reader.fixed(SALE_ID_BYTES) }),
  },
  apply: ({ draft, height, time, sender, emit }, { sale }) =>
    withdrawSale(draft, sale, sender, { height, time }, emit),
};

export const submitIntervalTotals: Kind<IntervalTotals, ChainEvent> = {
  number: 10,
  name: "submit_interval",
  roles: ["operator"],
  codec: intervalTotalsCodec,
  apply: ({ draft, height, time, emit }, totals): Status =>
    submitInterval(draft, totals, { height, time }, emit),
};

/** Fails as `cancelRevocation` of `ledger/revocation`. */
export const cancelKeyRevocation: Kind<OwnKey, ChainEvent> = {
  number: 11,
  name: "cancel_revocation",
  roles: ROLES,
  codec: ownKeyCodec,
  apply({ draft, sender, key: by, emit }, { key }) {
    const status = cancelRevocation(draft, { member: sender, key, by });
    if (status === "ok") emit({ type: "revocation_cancelled", member: sender, key });
    return status;
  },
};

/** Fails as `setGuardians` of `ledger/recovery`. */
export const setMemberGuardians: Kind<SetGuardians, ChainEvent> = {
  number: 12,
  name: "set_guardians",
  roles: ROLES,
  codec: {
    write: (writer, body) => guardiansCodec.write(writer, body.guardians),
    read: (reader) => ({ guardians: guardiansCodec.read(reader) }),
  },
  apply({ draft, height, time, sender, emit }, { guardians }) {
    const delay = recoveryDelay(draft);
    const status = setGuardians(draft, { member: sender, guardians }, delay, { height, time });
    if (status !== "ok") return status;
    const waiting = draft.get(GUARDIANS, sender)?.next !== undefined;
    emit({ type: waiting ? "guardians_change_requested" : "guardians_set", member: sender });
    return status;
  },
};

/** Fails as `requestRecovery` of `ledger/recovery`. */
export const requestMemberRecovery: Kind<RecoveryRequest, ChainEvent> = {
  number: 13,
  name: "request_recovery",
  roles: ROLES,
  codec: recoveryRequestCodec,
  apply({ draft, height, time, chain, emit }, request) {
    const status = requestRecovery(draft, chain, request, recoveryDelay(draft), { height, time });
    const { member, newKey } = request;
    if (status === "ok") emit({ type: "recovery_requested", member, key: newKey });
    return status;
  },
};

/** Fails as `cancelRecovery` of `ledger/recovery`. */
export const cancelMemberRecovery: Kind<OwnKey, ChainEvent> = {
  number: 14,
  name: "cancel_recovery",
  roles: ROLES,
  codec: ownKeyCodec,
  apply({ draft, sender, emit }, { key }) {
    const status = cancelRecovery(draft, sender, key);
    if (status === "ok") emit({ type: "recovery_cancelled", member: sender, key });
    return status;
  },
};

/**
 * Fails, in this order: not_the_owner (neither the member itself nor an office), not_the_registrar (an operator where the
 * law leaves identities to registrars), then as `eraseMember` of `market/erasure`.
 */
export const eraseOneMember: Kind<EraseMember, ChainEvent> = {
  number: 15,
  name: "erase_member",
  roles: ROLES,
  codec: {
    write: (writer, body) => writer.u32(body.member),
    read: (reader) => ({ member: reader.u32() }),
  },
  apply({ draft, height, sender, role, emit }, { member }) {
    if (sender !== member) {
      if (role !== "operator" && role !== "registrar") return "not_the_owner";
      if (!isRegistrar(draft, role)) return "not_the_registrar";
    }
    const keys = draft.get(MEMBERS, member)?.keys ?? [];
    const status = eraseMember(draft, member, height);
    if (status !== "ok") return status;
    for (const key of keys) emit({ type: "key_revoked", member, key });
    emit({ type: "member_erased", member });
    return status;
  },
};

export const requestOwnPayout: Kind<PayoutRequest, ChainEvent> = {
  number: 16,
  name: "request_payout",
  roles: ["citizen", "supplier", "organisation"],
  codec: {
    write: (writer, body) => writer.fixed(body.payout, PAYOUT_ID_BYTES).u64(body.amount),
    read: (reader) => ({ payout: reader.fixed(PAYOUT_ID_BYTES), amount: MicroEur(reader.u64()) }),
  },
  apply: ({ draft, height, time, sender, emit }, request) =>
    requestPayout(draft, request, sender, { height, time }, emit),
};

export const settleMemberPayout: Kind<PayoutSettlement, ChainEvent> = {
  number: 17,
  name: "settle_payout",
  roles: ["operator"],
  codec: payoutSettlementCodec,
  apply: ({ draft, height, time, emit }, settlement) =>
    settlePayout(draft, settlement, { height, time }, emit),
};

/** Fails, in this order: not_the_registrar, then as `renewMembers` of `market/renewal`. */
export const renewManyMembers: Kind<Renewal, ChainEvent> = {
  number: 18,
  name: "renew_members",
  roles: ["operator", "registrar"],
  codec: renewalCodec,
  apply({ draft, height, time, role, emit }, renewal) {
    if (!isRegistrar(draft, role)) return "not_the_registrar";
    const keys = renewal.closed.flatMap((member) =>
      (draft.get(MEMBERS, member)?.keys ?? []).map((key) => ({ member, key })),
    );
    const status = renewMembers(draft, renewal, { height, time });
    if (status !== "ok") return status;
    const { period, lastInterval, closed, opened } = renewal;
    for (const { member, key } of keys) emit({ type: "key_revoked", member, key });
    for (const { member, guardians, plants } of opened) {
      emit({ type: "member_admitted", member, role: "citizen" });
      for (const { plant } of plants) emit({ type: "plant_registered", plant, owner: member });
      if (guardians !== undefined) emit({ type: "guardians_set", member });
    }
    const numbers = opened.map(({ member }) => member);
    emit({ type: "members_renewed", period, lastInterval, closed, opened: numbers });
    return status;
  },
};

export const proposeMotion: Kind<ProposeMotion, ChainEvent> = {
  number: 20,
  name: "propose",
  roles: ROLES,
  codec: {
    write(writer, { purpose, motion }) {
      writer.text(purpose, PUBLIC_TEXT_MAX_BYTES);
      motionCodec.write(writer, motion);
    },
    read: (reader) => ({ purpose: reader.text(PUBLIC_TEXT_MAX_BYTES), motion: motionCodec.read(reader) }),
  },
  apply: ({ draft, height, time, sender, emit }, body) =>
    propose(draft, body, sender, { height, time }, emit),
};

export const castVote: Kind<CastVote, ChainEvent> = {
  number: 21,
  name: "vote",
  roles: ROLES,
  codec: {
    write: (writer, { proposal, yes }) => writer.u32(proposal).boolean(yes),
    read: (reader) => ({ proposal: reader.u32(), yes: reader.boolean() }),
  },
  apply: ({ draft, height, time, sender, emit }, body) => vote(draft, body, sender, { height, time }, emit),
};

export const withdrawMotion: Kind<WithdrawMotion, ChainEvent> = {
  number: 22,
  name: "withdraw_proposal",
  roles: ROLES,
  codec: {
    write: (writer, { proposal }) => writer.u32(proposal),
    read: (reader) => ({ proposal: reader.u32() }),
  },
  apply: ({ draft, height, time, sender, emit }, { proposal }) =>
    withdrawProposal(draft, proposal, sender, { height, time }, emit),
};

export const joinNeighbours: Kind<JoinMarket, ChainEvent> = {
  number: 23,
  name: "join_market",
  roles: ["citizen", "supplier"],
  codec: joinMarketCodec,
  apply: ({ draft, height, time, sender, role, emit }, body) =>
    joinMarket(draft, body, { sender, role }, { height, time }, emit),
};

export const leaveNeighbours: Kind<LeaveMarket, ChainEvent> = {
  number: 24,
  name: "leave_market",
  roles: ["citizen", "supplier"],
  codec: {
    write: (writer, { plant }) => writer.u32(plant),
    read: (reader) => ({ plant: reader.u32() }),
  },
  apply: ({ draft, height, time, sender, emit }, { plant }) =>
    leaveMarket(draft, plant, sender, { height, time }, emit),
};

export const limitOneFeeder: Kind<LimitFeeder, ChainEvent> = {
  number: 25,
  name: "limit_feeder",
  roles: ["operator"],
  codec: limitFeederCodec,
  apply: ({ draft, height, time, emit }, body) => limitFeeder(draft, body, { height, time }, emit),
};

export const sealSlotBook: Kind<SealBook, ChainEvent> = {
  number: 26,
  name: "seal_book",
  roles: ["operator"],
  codec: sealBookCodec,
  apply: ({ draft, height, time, emit }, body) => sealBook(draft, body, { height, time }, emit),
};

export const clearSlotBook: Kind<ClearBook, ChainEvent> = {
  number: 27,
  name: "clear_book",
  roles: ["operator"],
  codec: clearBookCodec,
  apply: ({ draft, height, time, emit }, body) => clearBook(draft, body, { height, time }, emit),
};

export const settleMarketDay: Kind<SettleDay, ChainEvent> = {
  number: 28,
  name: "settle_day",
  roles: ["operator"],
  codec: settleDayCodec,
  apply: ({ draft, height, time, emit }, body) => settleDay(draft, body, { height, time }, emit),
};

/** Fails as `replaceMeter` of `market/meter`. */
export const replaceHomeMeter: Kind<ReplaceMeter, ChainEvent> = {
  number: 43,
  name: "replace_meter",
  roles: ["operator"],
  codec: replaceMeterCodec,
  apply({ draft, height, time, emit }, body) {
    const status = replaceMeter(draft, body, { height, time });
    const owner = draft.get(PLANTS, body.plant)?.owner;
    if (status === "ok" && owner !== undefined) emit({ type: "meter_replaced", owner, ...body });
    return status;
  },
};

type AnyKind = Kind<never, ChainEvent>;

/** By number. */
export const KINDS: ReadonlyMap<number, AnyKind> = new Map(
  (
    [
      admitMember,
      registerMemberKey,
      revokeMemberKey,
      registerHomePlant,
      enrolEnergySupplier,
      publishDayRate,
      depositMoney,
      authoriseEnergySale,
      withdrawEnergySale,
      submitIntervalTotals,
      cancelKeyRevocation,
      setMemberGuardians,
      requestMemberRecovery,
      cancelMemberRecovery,
      eraseOneMember,
      requestOwnPayout,
      settleMemberPayout,
      renewManyMembers,
      proposeMotion,
      castVote,
      withdrawMotion,
      joinNeighbours,
      leaveNeighbours,
      limitOneFeeder,
      sealSlotBook,
      clearSlotBook,
      settleMarketDay,
      ...SUPPLY_KINDS,
      replaceHomeMeter,
    ] as unknown as readonly AnyKind[]
  ).map((kind) => [kind.number, kind]),
);

/** A registrar attests identities; an operator where the law lets it. */
function isRegistrar(state: StateReader, role: Role): boolean {
  return role === "registrar" || (role === "operator" && parametersOf(state).operatorIsRegistrar);
}

function keyDelay(state: StateReader): Delay {
  const { keyDelayS, delayBlocks } = parametersOf(state);
  return { delayS: keyDelayS, delayBlocks };
}

function recoveryDelay(state: StateReader): Delay {
  const { recoveryDelayS, delayBlocks } = parametersOf(state);
  return { delayS: recoveryDelayS, delayBlocks };
}
