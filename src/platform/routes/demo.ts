/** The demo town: entering as one of its people, and its clock. */
import { equalBytes, fromHex } from "#base/bytes.ts";
import { registerMemberKey, revokeMemberKey } from "#chain/transactions.ts";
import { MAX_KEYS } from "#ledger/member.ts";
import type { DemoPerson } from "../demo.ts";
import { MemberAccount, type SendableKind } from "../member-account.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

/** Where a member has room for so many more keys only, the oldest device is given up. */
const SPARE_KEYS = 4;

type Keys = "GET /v1/demo/identities" | "POST /v1/demo/enter" | "GET /v1/demo/clock" | "POST /v1/demo/clock";

export function demoRoutes(parts: Parts): Handlers<Keys> {
  const demo = () => {
    if (parts.demo === undefined) throw new Refused("not_found");
    return parts.demo;
  };
  const enrolledOf = ({ id, role }: DemoPerson) => {
    const member = role === "supplier" ? demo().memberOf(id) : undefined;
    return member === undefined ? null : parts.host.view().supplier(member) !== undefined;
  };
  return {
    "GET /v1/demo/identities": () =>
      demo()
        .identities()
        .map((person) => ({ ...person, enrolled: enrolledOf(person) })),
    "POST /v1/demo/enter": async ({ body }) => {
      const member = demo().memberOf(body.identity);
      if (member === undefined) throw new Refused("identity_unknown");
      await enter(parts, member, fromHex(body.publicKey)!);
      return { member: parts.numbers.memberNow(member) };
    },
    "GET /v1/demo/clock": () => demo().clock(),
    "POST /v1/demo/clock": ({ body }) => {
      const clock = demo().control(body);
      parts.stream.clockChanged(true);
      return clock;
    },
  };
}

/**
 * Makes a device's key one of the member's, by the key that the simulation holds for that member: nobody else
 * could. Where the member has nearly as many as it may have, the oldest is given up, except the one it was
 * admitted with. Refused: member_unknown, and as `register_key`.
 */
async function enter(
  { host, operator, demo, numbers }: Parts,
  account: number,
  key: Uint8Array,
): Promise<void> {
  if (operator === undefined) throw new Refused("not_offered");
  const member = numbers.memberNow(account);
  const row = host.view().member(member);
  const signer = demo?.signerOf(account, numbers.renewalsOf(account));
  if (row === undefined || signer === undefined) throw new Refused("member_unknown");
  if (row.keys.some((other) => equalBytes(other, key))) return;
  const sender = member === operator.member ? operator : new MemberAccount(host, { member, signer });
  if (row.keys.length >= MAX_KEYS - SPARE_KEYS) await giveUpOldest(sender, row.keys);
  await commit(sender, registerMemberKey, { key });
}

/** A key that is given up goes after the law's delay; what is under way already is enough. */
async function giveUpOldest(account: MemberAccount, keys: readonly Uint8Array[]): Promise<void> {
  for (const key of keys.slice(1)) {
    const submission = await account.send(revokeMemberKey, { key });
    if (submission.admitted) return void (await submission.committed.catch(() => undefined));
    if (submission.status !== "revocation_pending") return;
  }
}

async function commit<B>(account: MemberAccount, kind: SendableKind<B>, body: B): Promise<void> {
  const submission = await account.send(kind, body);
  if (!submission.admitted) {
    if (submission.status === "ok") throw new Refused("internal_error");
    throw new Refused(submission.status);
  }
  const { status } = await submission.committed.catch(() => {
    throw new Refused("stopped");
  });
  if (status !== "ok") throw new Refused(status);
}
