/** Identities of people and companies that tests admit: each number its own, from one registrar. */
import { utf8 } from "#base/bytes.ts";
import { hash } from "#crypto/hash.ts";
import { type Identity, identityCommitment, identityNullifier, needsIdentity } from "#ledger/identity.ts";
import type { Role } from "#ledger/member.ts";

export const NULLIFIER_KEY = hash(utf8("the registrar's nullifier key"));

/** What a test's registrar attests of a member in a role; nothing of offices. */
export function identityOf(member: number, role: Role): Identity | undefined {
  if (!needsIdentity(role)) return undefined;
  const of = role === "citizen" ? "person" : "organisation";
  const fields = { of, country: "IT", number: `TEST${member}`, name: `Member ${member}` } as const;
  return {
    commitment: identityCommitment(hash(utf8(`salt ${member}`)), fields),
    nullifier: identityNullifier(NULLIFIER_KEY, fields),
  };
}
