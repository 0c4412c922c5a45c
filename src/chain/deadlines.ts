/**
 * Who is called when a deadline of the agenda is due, by its kind. Called as a block opens, before its
 * transactions.
 */
import { assert } from "#base/assert.ts";
import { decode } from "#base/codec.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { Deadline } from "#ledger/agenda.ts";
import type { OpeningContext } from "#ledger/machine.ts";
import { u32Key } from "#ledger/member.ts";
import { finishRecovery, GUARDIANS_DEADLINE, RECOVERY_DEADLINE, replaceGuardians } from "#ledger/recovery.ts";
import { enforceRevocation, REVOCATION_DEADLINE } from "#ledger/revocation.ts";
import { supplyDue } from "#market/contract/ending.ts";
import { SUPPLY_DEADLINE } from "#market/contract/procedure.ts";
import { closeDay, MARKET_DAY_CLOSES } from "#market/market-day.ts";
import { MARKET_RELEASE, releaseWhenDue } from "#market/participation.ts";
import { closeVote, ENACTMENT, enact, VOTE_CLOSES } from "#market/proposal.ts";

type Handler = (context: OpeningContext<ChainEvent>, id: Uint8Array) => void;

const revocationDue: Handler = ({ draft, height, time, emit }, key) => {
  const member = enforceRevocation(draft, key, { height, time });
  if (member !== undefined) emit({ type: "key_revoked", member, key });
};

const recoveryDue: Handler = ({ draft, height, time, emit }, id) => {
  const member = memberOf(id);
  const done = finishRecovery(draft, member, { height, time });
  if (done === undefined) return;
  for (const key of done.oldKeys) emit({ type: "key_revoked", member, key });
  emit({ type: "account_recovered", member, key: done.newKey });
};

const guardiansDue: Handler = ({ draft, height, time, emit }, id) => {
  const member = memberOf(id);
  if (replaceGuardians(draft, member, { height, time })) emit({ type: "guardians_set", member });
};

/** By kind number; a number is given once. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [REVOCATION_DEADLINE, revocationDue],
  [RECOVERY_DEADLINE, recoveryDue],
  [GUARDIANS_DEADLINE, guardiansDue],
  [
    VOTE_CLOSES,
    ({ draft, height, time, emit }, id) => closeVote(draft, numberOf(id), { height, time }, emit),
  ],
  [
    MARKET_RELEASE,
    ({ draft, height, time, emit }, id) => releaseWhenDue(draft, memberOf(id), { height, time }, emit),
  ],
  [
    MARKET_DAY_CLOSES,
    ({ draft, height, time, emit }, id) => closeDay(draft, numberOf(id), { height, time }, emit),
  ],
  [ENACTMENT, ({ draft, height, time, emit }, id) => enact(draft, numberOf(id), { height, time }, emit)],
  [SUPPLY_DEADLINE, ({ draft, height, time, emit }, id) => supplyDue(draft, id, { height, time }, emit)],
]);

function numberOf(id: Uint8Array): number {
  const number = decode(u32Key, id);
  assert(number.ok, "a deadline of a proposal or a day without its number");
  return number.value;
}

export function runDeadline(context: OpeningContext<ChainEvent>, { kind, id }: Deadline): void {
  const handler = HANDLERS.get(kind);
  assert(handler !== undefined, `a deadline of kind ${kind}, which nobody keeps`);
  handler(context, id);
}

function memberOf(id: Uint8Array): number {
  const member = decode(u32Key, id);
  assert(member.ok, "a deadline of a member has its number as its id");
  return member.value;
}
