/**
 * How the community decides: what is proposed, who may vote on it, and what the votes come to.
 *
 * | matter | who votes | passes with |
 * |---|---|---|
 * | laws, payments | the members, one each | the quorum of all voters, and more than half of the votes |
 * | organisations | the organisations, one each | more than two thirds of all of them |
 * | organisations, where none is active | the members | the quorum, and more than two thirds of the votes |
 *
 * A vote may be changed until the vote closes. What passed is enacted after a delay, in which whoever disagrees
 * can act; what can no longer be done then has failed, with a reason. Both moments are deadlines of the agenda.
 * Every proposal stays on record, so each law can be traced to the vote that made it.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { type Moment, schedule } from "#ledger/agenda.ts";
import { isVoter, standingMember, u32Key, VOTERS } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { AMOUNT_MAX, transfer } from "#ledger/transfer.ts";
import { FEES, MONEY, memberAccount } from "#market/books.ts";
import {
  activeOrganisations,
  admitOrganisation,
  changeValidator,
  checkCandidate,
  checkRemoval,
  checkValidatorChange,
  ORGANISATIONS,
  removeOrganisation,
  validatorCodec,
} from "#market/organisation.ts";
import {
  PARAMETERS,
  type Parameters,
  parametersCodec,
  parametersOf,
  parametersProblem,
} from "#market/parameters.ts";
import { isPublicText, PUBLIC_TEXT_MAX_BYTES } from "#market/public-text.ts";

/** What is to be done. */
export type Motion =
  | { readonly type: "change_laws"; readonly laws: Parameters }
  | {
      readonly type: "admit_organisation";
      readonly member: number;
      readonly validator: Uint8Array | undefined;
    }
  | { readonly type: "remove_organisation"; readonly member: number }
  | {
      readonly type: "change_validator";
      readonly member: number;
      readonly validator: Uint8Array | undefined;
    }
  | { readonly type: "pay"; readonly member: number; readonly amount: MicroEur };

const MOTIONS = [
  "change_laws",
  "admit_organisation",
  "remove_organisation",
  "change_validator",
  "pay",
] as const satisfies readonly Motion["type"][];

export const motionCodec: Codec<Motion> = {
  write(writer, motion) {
    writer.u8(MOTIONS.indexOf(motion.type));
    if (motion.type === "change_laws") return parametersCodec.write(writer, motion.laws);
    writer.u32(motion.member);
    if (motion.type === "pay") writer.u64(motion.amount);
    else if (motion.type !== "remove_organisation") validatorCodec.write(writer, motion.validator);
  },
  read(reader) {
    const code = reader.u8();
    const type = MOTIONS[code];
    if (type === undefined) throw new CodecError(`motion ${code}`);
    if (type === "change_laws") return { type, laws: parametersCodec.read(reader) };
    const member = reader.u32();
    if (type === "remove_organisation") return { type, member };
    if (type === "pay") return { type, member, amount: MicroEur(reader.u64()) };
    return { type, member, validator: validatorCodec.read(reader) };
  },
};

/** Who decides: the members, the organisations, or the members in place of organisations that are not there. */
export const ELECTORATES = ["members", "organisations", "founding"] as const;
export type Electorate = (typeof ELECTORATES)[number];

export const PROPOSAL_STATES = ["voting", "accepted", "rejected", "withdrawn", "enacted", "failed"] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** Why it was rejected or has failed. */
export const REASONS = [
  "none",
  "quorum_missed",
  "majority_missed",
  "member_gone",
  "treasury_too_low",
  "laws_changed",
  "organisation_gone",
  "organisation_active",
  "last_organisation",
  "too_many_organisations",
  "key_taken",
] as const;
export type Reason = (typeof REASONS)[number];

export interface Proposal {
  readonly proposer: number;
  readonly purpose: string;
  readonly motion: Motion;
  readonly electorate: Electorate;
  readonly state: ProposalState;
  readonly reason: Reason;
  /** How many may vote: members when it was proposed, organisations when the vote closed. */
  readonly eligible: number;
  readonly yes: number;
  readonly no: number;
  /** Of the proposal. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** The vote closes in the first block that has reached both. */
  readonly closesHeight: number;
  readonly closesTime: UnixSeconds;
  /** When the vote closed; 0 before. */
  readonly decidedHeight: number;
  readonly decidedTime: UnixSeconds;
  /** What was accepted is enacted in the first block that has reached both; 0 unless accepted. */
  readonly dueHeight: number;
  readonly dueTime: UnixSeconds;
  /** When it came to its end, whatever that was; 0 before. */
  readonly endedHeight: number;
  readonly endedTime: UnixSeconds;
  /** The laws in force when their change was proposed. */
  readonly lawsBefore: Parameters | undefined;
}

function nameCodec<T extends string>(names: readonly T[], what: string): Codec<T> {
  return {
    write: (writer, name) => writer.u8(names.indexOf(name)),
    read(reader) {
      const code = reader.u8();
      const name = names[code];
      if (name === undefined) throw new CodecError(`${what} ${code}`);
      return name;
    },
  };
}
const electorateCodec = nameCodec(ELECTORATES, "electorate");
const stateCodec = nameCodec(PROPOSAL_STATES, "proposal state");
const reasonCodec = nameCodec(REASONS, "reason");

/** Number, from 1 on in the order of proposing → proposal; kept for ever. */
export const PROPOSALS: Table<number, Proposal> = {
  number: 40,
  name: "proposals",
  key: u32Key,
  id: (proposal) => proposal,
  row: {
    write(writer, p) {
      writer.u32(p.proposer).text(p.purpose, PUBLIC_TEXT_MAX_BYTES);
      motionCodec.write(writer, p.motion);
      electorateCodec.write(writer, p.electorate);
      stateCodec.write(writer, p.state);
      reasonCodec.write(writer, p.reason);
      writer.u32(p.eligible).u32(p.yes).u32(p.no).uint(p.height).uint(p.time);
      writer.uint(p.closesHeight).uint(p.closesTime).uint(p.decidedHeight).uint(p.decidedTime);
      writer.uint(p.dueHeight).uint(p.dueTime).uint(p.endedHeight).uint(p.endedTime);
      writer.boolean(p.lawsBefore !== undefined);
      if (p.lawsBefore !== undefined) parametersCodec.write(writer, p.lawsBefore);
    },
    read: (reader) => ({
      proposer: reader.u32(),
      purpose: reader.text(PUBLIC_TEXT_MAX_BYTES),
      motion: motionCodec.read(reader),
      electorate: electorateCodec.read(reader),
      state: stateCodec.read(reader),
      reason: reasonCodec.read(reader),
      eligible: reader.u32(),
      yes: reader.u32(),
      no: reader.u32(),
      height: reader.uint(),
      time: reader.uint(),
      closesHeight: reader.uint(),
      closesTime: reader.uint(),
      decidedHeight: reader.uint(),
      decidedTime: reader.uint(),
      dueHeight: reader.uint(),
      dueTime: reader.uint(),
      endedHeight: reader.uint(),
      endedTime: reader.uint(),
      lawsBefore: reader.boolean() ? parametersCodec.read(reader) : undefined,
    }),
  },
};

export interface BallotKey {
  readonly proposal: number;
  readonly member: number;
}

export interface Ballot {
  readonly yes: boolean;
  /** Of the last change. */
  readonly height: number;
}

export const BALLOTS: Table<BallotKey, Ballot> = {
  number: 41,
  name: "ballots",
  key: {
    write: (writer, { proposal, member }) => writer.u32(proposal).u32(member),
    read: (reader) => ({ proposal: reader.u32(), member: reader.u32() }),
  },
  id: ({ proposal, member }) => `${proposal} ${member}`,
  row: {
    write: (writer, { yes, height }) => writer.boolean(yes).uint(height),
    read: (reader) => ({ yes: reader.boolean(), height: reader.uint() }),
  },
};

export interface Docket {
  /** Number of the last proposal. */
  readonly last: number;
  /** Proposals in the vote or awaiting enactment. */
  readonly open: number;
}

export const DOCKET: Table<0, Docket> = {
  number: 42,
  name: "docket",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: {
    write: (writer, { last, open }) => writer.u32(last).u32(open),
    read: (reader) => ({ last: reader.u32(), open: reader.u32() }),
  },
};

/** What a committed block made happen to proposals. */
export type ProposalEvent =
  | {
      readonly type: "proposed";
      readonly proposal: number;
      readonly proposer: number;
      readonly motion: Motion["type"];
    }
  | { readonly type: "voted"; readonly proposal: number; readonly member: number; readonly yes: boolean }
  | { readonly type: "proposal_withdrawn"; readonly proposal: number }
  | {
      readonly type: "proposal_decided";
      readonly proposal: number;
      readonly accepted: boolean;
      readonly reason: Reason;
    }
  | { readonly type: "proposal_enacted"; readonly proposal: number; readonly motion: Motion["type"] }
  | { readonly type: "proposal_failed"; readonly proposal: number; readonly reason: Reason };
type Emit = (event: ProposalEvent) => void;

/** Kinds of the agenda. */
export const VOTE_CLOSES = 1;
export const ENACTMENT = 2;

/** Who decides on a motion, as things stand. */
export function electorateOf(state: StateReader, motion: Motion): Electorate {
  if (motion.type === "change_laws" || motion.type === "pay") return "members";
  return activeOrganisations(state).length > 0 ? "organisations" : "founding";
}

/** Whether a member may vote where these decide, on a proposal of a height. */
export function isEntitled(
  state: StateReader,
  member: number,
  electorate: Electorate,
  height: number,
): boolean {
  const row = standingMember(state, member);
  if (row === undefined) return false;
  if (electorate !== "organisations") return isVoter(row) && row.admitted < height;
  const organisation = state.get(ORGANISATIONS, member);
  return organisation?.active === true && organisation.since < height;
}

/**
 * Puts a proposal to the vote. Fails, in this order: as the motion's own check (`checkMotion`), text_invalid,
 * not_entitled (who may not vote on it may not propose it), too_many_proposals.
 */
export function propose(
  draft: Draft,
  { purpose, motion }: Pick<Proposal, "purpose" | "motion">,
  proposer: number,
  now: Moment,
  emit: Emit,
): Status {
  const status = checkMotion(draft, motion);
  if (status !== "ok") return status;
  if (!isPublicText(purpose)) return "text_invalid";
  const electorate = electorateOf(draft, motion);
  if (!isEntitled(draft, proposer, electorate, now.height)) return "not_entitled";
  const laws = parametersOf(draft);
  const docket = draft.get(DOCKET, 0) ?? { last: 0, open: 0 };
  if (docket.open >= laws.maxOpenProposals) return "too_many_proposals";
  const number = docket.last + 1;
  const eligible =
    electorate === "organisations" ? activeOrganisations(draft).length : (draft.get(VOTERS, 0) ?? 0);
  const closesHeight = now.height + laws.delayBlocks;
  const closesTime = now.time + laws.votingPeriodS;
  draft.put(DOCKET, 0, { last: number, open: docket.open + 1 });
  draft.put(PROPOSALS, number, {
    proposer,
    purpose,
    motion,
    electorate,
    state: "voting",
    reason: "none",
    eligible,
    yes: 0,
    no: 0,
    ...now,
    closesHeight,
    closesTime,
    decidedHeight: 0,
    decidedTime: 0,
    dueHeight: 0,
    dueTime: 0,
    endedHeight: 0,
    endedTime: 0,
    lawsBefore: motion.type === "change_laws" ? laws : undefined,
  });
  schedule(
    draft,
    { time: closesTime, height: closesHeight, kind: VOTE_CLOSES, id: encode(u32Key, number) },
    now,
  );
  emit({ type: "proposed", proposal: number, proposer, motion: motion.type });
  return "ok";
}

/**
 * Votes, or changes a vote. Fails, in this order: proposal_unknown, proposal_closed, not_entitled. A vote in the
 * block that closes it comes too late: blocks open with their deadlines.
 */
export function vote(
  draft: Draft,
  { proposal, yes }: { readonly proposal: number; readonly yes: boolean },
  member: number,
  now: Moment,
  emit: Emit,
): Status {
  const row = draft.get(PROPOSALS, proposal);
  if (row === undefined) return "proposal_unknown";
  if (row.state !== "voting") return "proposal_closed";
  if (!isEntitled(draft, member, row.electorate, row.height)) return "not_entitled";
  const key = { proposal, member };
  const before = draft.get(BALLOTS, key);
  draft.put(BALLOTS, key, { yes, height: now.height });
  const count = (side: boolean) => (yes === side ? 1 : 0) - (before?.yes === side ? 1 : 0);
  draft.put(PROPOSALS, proposal, { ...row, yes: row.yes + count(true), no: row.no + count(false) });
  emit({ type: "voted", proposal, member, yes });
  return "ok";
}

/** Takes back a proposal in the vote. Fails, in this order: not_the_owner, proposal_unknown, proposal_closed. */
export function withdrawProposal(
  draft: Draft,
  proposal: number,
  member: number,
  now: Moment,
  emit: Emit,
): Status {
  const row = draft.get(PROPOSALS, proposal);
  if (row !== undefined && row.proposer !== member) return "not_the_owner";
  if (row === undefined) return "proposal_unknown";
  if (row.state !== "voting") return "proposal_closed";
  end(draft, proposal, row, "withdrawn", "none", now);
  emit({ type: "proposal_withdrawn", proposal });
  return "ok";
}

/** The vote's deadline: counts, and decides. A withdrawn proposal is left as it is. */
export function closeVote(draft: Draft, proposal: number, now: Moment, emit: Emit): void {
  const row = draft.get(PROPOSALS, proposal);
  assert(row !== undefined, `proposal ${proposal} is due and not on record`);
  if (row.state !== "voting") return;
  const laws = parametersOf(draft);
  const counted =
    row.electorate === "organisations" ? { ...row, ...countOrganisations(draft, proposal) } : row;
  const reason = missedBy(counted, laws.quorumPerMille);
  const decided = { ...counted, decidedHeight: now.height, decidedTime: now.time };
  if (reason === "none") {
    const dueHeight = now.height + laws.delayBlocks;
    const dueTime = now.time + laws.enactmentDelayS;
    draft.put(PROPOSALS, proposal, { ...decided, state: "accepted", dueHeight, dueTime });
    schedule(draft, { time: dueTime, height: dueHeight, kind: ENACTMENT, id: encode(u32Key, proposal) }, now);
  } else {
    end(draft, proposal, decided, "rejected", reason, now);
  }
  emit({ type: "proposal_decided", proposal, accepted: reason === "none", reason });
}

/** The enactment's deadline: does what was decided, where it can still be done. */
export function enact(draft: Draft, proposal: number, now: Moment, emit: Emit): void {
  const row = draft.get(PROPOSALS, proposal);
  assert(row !== undefined && row.state === "accepted", `proposal ${proposal} is due and not accepted`);
  const reason = carryOut(draft, row, now.height);
  end(draft, proposal, row, reason === "none" ? "enacted" : "failed", reason, now);
  if (reason === "none") emit({ type: "proposal_enacted", proposal, motion: row.motion.type });
  else emit({ type: "proposal_failed", proposal, reason });
}

/** What a count lacks; `none` where it passes. */
export function missedBy(
  { electorate, eligible, yes, no }: Pick<Proposal, "electorate" | "eligible" | "yes" | "no">,
  quorumPerMille: number,
): Reason {
  const cast = yes + no;
  if (electorate === "organisations") return 3 * yes > 2 * eligible ? "none" : "majority_missed";
  if (cast === 0 || cast * 1000 < quorumPerMille * eligible) return "quorum_missed";
  const passes = electorate === "founding" ? 3 * yes > 2 * cast : 2 * yes > cast;
  return passes ? "none" : "majority_missed";
}

/**
 * Whether a motion may be put to the vote. Fails, in this order: member_unknown, key_malformed, key_small_order,
 * key_torsioned, key_already_registered, amount_not_positive, amount_too_large, organisation_exists,
 * organisation_unknown, too_many_organisations, last_organisation, laws_invalid, laws_unchanged.
 */
function checkMotion(state: StateReader, motion: Motion): Status {
  switch (motion.type) {
    case "change_laws":
      if (parametersProblem(motion.laws) !== undefined) return "laws_invalid";
      return sameLaws(motion.laws, parametersOf(state)) ? "laws_unchanged" : "ok";
    case "admit_organisation":
      return checkCandidate(state, motion);
    case "remove_organisation":
      return checkRemoval(state, motion.member);
    case "change_validator":
      return checkValidatorChange(state, motion);
    case "pay":
      if (standingMember(state, motion.member) === undefined) return "member_unknown";
      if (motion.amount <= 0n) return "amount_not_positive";
      return motion.amount > AMOUNT_MAX ? "amount_too_large" : "ok";
  }
}

function carryOut(draft: Draft, { motion, lawsBefore }: Proposal, height: number): Reason {
  switch (motion.type) {
    case "change_laws":
      assert(lawsBefore !== undefined, "a change of laws without the laws before it");
      if (!sameLaws(lawsBefore, parametersOf(draft))) return "laws_changed";
      draft.put(PARAMETERS, 0, motion.laws);
      return "none";
    case "admit_organisation":
      return reasonOf(admitOrganisation(draft, motion, height));
    case "remove_organisation":
      return reasonOf(removeOrganisation(draft, motion.member));
    case "change_validator":
      return reasonOf(changeValidator(draft, motion));
    case "pay": {
      if (standingMember(draft, motion.member) === undefined) return "member_gone";
      const to = memberAccount(motion.member);
      return reasonOf(transfer(draft, { from: FEES, to, asset: MONEY, amount: motion.amount }));
    }
  }
}

const REASON_OF: Partial<Record<Status, Reason>> = {
  ok: "none",
  member_unknown: "member_gone",
  balance_too_low: "treasury_too_low",
  key_already_registered: "key_taken",
  organisation_exists: "organisation_active",
  organisation_unknown: "organisation_gone",
  too_many_organisations: "too_many_organisations",
  last_organisation: "last_organisation",
};

function reasonOf(status: Status): Reason {
  const reason = REASON_OF[status];
  assert(reason !== undefined, `an accepted motion is refused: ${status}`);
  return reason;
}

/** The votes of those who are organisations now; who lost its place lost its vote. */
function countOrganisations(state: StateReader, proposal: number): Pick<Proposal, "eligible" | "yes" | "no"> {
  const active = activeOrganisations(state);
  const ballots = active.flatMap((member) => state.get(BALLOTS, { proposal, member }) ?? []);
  const yes = ballots.filter((ballot) => ballot.yes).length;
  return { eligible: active.length, yes, no: ballots.length - yes };
}

function end(
  draft: Draft,
  proposal: number,
  row: Proposal,
  state: ProposalState,
  reason: Reason,
  now: Moment,
): void {
  const docket = draft.get(DOCKET, 0);
  assert(docket !== undefined && docket.open > 0, `proposal ${proposal} ends and none is open`);
  draft.put(DOCKET, 0, { ...docket, open: docket.open - 1 });
  draft.put(PROPOSALS, proposal, { ...row, state, reason, endedHeight: now.height, endedTime: now.time });
}

function sameLaws(a: Parameters, b: Parameters): boolean {
  return equalBytes(encode(parametersCodec, a), encode(parametersCodec, b));
}
