/** A member's own keys, its guardians, and what it takes to come back without any key. */
import { equalBytes, toHex } from "#base/bytes.ts";
import type { ChainView } from "#chain/view.ts";
import type { Guardian } from "#ledger/recovery.ts";
import type * as wire from "#wire/schemas.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";
import type { Visitor } from "../sessions.ts";

type Keys =
  | "GET /v1/account/keys"
  | "POST /v1/account/next-keys"
  | "POST /v1/account/guardian-keys"
  | "GET /v1/members/:member/recovery"
  | "GET /v1/guardian-keys";

export function keyRoutes({ host, directory, nextKeys, numbers, operator, renewals }: Parts): Handlers<Keys> {
  // A citizen stands here by its number alone: its name would lead from one period's number to the next one's.
  const nameOf = (member: number) => {
    const known = directory.member(member);
    return known === undefined || known.role === "citizen" ? `Member ${member}` : known.name;
  };
  const shown = (guardians: readonly Guardian[]): wire.Guardian[] =>
    guardians.map((guardian) =>
      "member" in guardian
        ? { member: guardian.member, name: nameOf(guardian.member), key: null }
        : { member: null, name: null, key: toHex(guardian.key) },
    );

  const keysOf = ({
    member,
    account,
    key: inUse,
  }: Pick<Visitor, "member" | "account" | "key">): wire.AccountKeys => {
    const view = host.view();
    const { keyDelayS, recoveryDelayS } = view.parameters;
    const guarded = view.guarded(member);
    const next = guarded?.next;
    return {
      keys: view.member(member)!.keys.map((key) => {
        const revocation = view.revocation(key);
        const follows = nextKeys.after(key);
        return {
          publicKey: toHex(key),
          inUse: equalBytes(key, inUse),
          next: follows === undefined ? null : toHex(follows),
          revocation: revocation === undefined ? null : { time: revocation.time, height: revocation.height },
        };
      }),
      guardians:
        guarded === undefined
          ? null
          : {
              chosen: shown(guarded.guardians),
              next:
                next === undefined
                  ? null
                  : { chosen: shown(next.guardians), due: { time: next.time, height: next.height } },
            },
      recovery: pendingRecovery(view, member),
      candidates: view
        .members()
        .filter(({ key, row }) => key !== member && row.role !== "citizen" && row.closed === 0)
        .map(({ key, row }) => ({ member: key, name: nameOf(key), role: row.role })),
      renewal:
        renewals === undefined || view.member(member)!.role !== "citizen"
          ? null
          : {
              times: numbers.renewalsOf(account),
              reason: renewals.unready(account) ?? null,
              waitingMicroEur: renewals.restOf(account),
              guardianRenewals: nextKeys.renewalsOfGuardians(member) ?? null,
            },
      keyDelayS,
      recoveryDelayS,
    };
  };

  return {
    "GET /v1/account/keys": ({ visitor }) => keysOf(visitor),
    "POST /v1/account/next-keys": ({ visitor, body }) => {
      // At a node that only observes it would wait for nobody.
      if (operator === undefined) throw new Refused("not_offered");
      nextKeys.offer(visitor.member, body, host.now());
      return keysOf(visitor);
    },
    "POST /v1/account/guardian-keys": ({ visitor, body }) => {
      if (operator === undefined) throw new Refused("not_offered");
      nextKeys.offerOfGuardian(visitor.member, body.letters, host.now());
      return keysOf(visitor);
    },
    "GET /v1/members/:member/recovery": ({ params: { member } }) => {
      const view = host.view();
      const row = view.member(member);
      if (row === undefined || row.closed > 0) throw new Refused("member_unknown");
      const guarded = view.guarded(member);
      const { recoveryDelayS, maxExpiryAhead } = view.parameters;
      return {
        member,
        chain: host.chain,
        height: view.height,
        round: guarded?.round ?? null,
        guardians: shown(guarded?.guardians ?? []),
        recovery: pendingRecovery(view, member),
        recoveryDelayS,
        maxExpiryAhead,
      };
    },
    "GET /v1/guardian-keys": () => {
      const view = host.view();
      return view
        .members()
        .filter(({ row }) => row.closed === 0)
        .flatMap(({ key: member }) =>
          (view.guarded(member)?.guardians ?? []).flatMap((guardian) =>
            "key" in guardian ? [{ member, key: toHex(guardian.key) }] : [],
          ),
        );
    },
  };
}

function pendingRecovery(view: ChainView, member: number): wire.AccountKeys["recovery"] {
  const recovery = view.recovery(member);
  if (recovery === undefined) return null;
  const { newKey, time, height } = recovery;
  return { newKey: toHex(newKey), due: { time, height } };
}
