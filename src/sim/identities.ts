/**
 * What the registrar of a simulated town attests: the people are invented, and salts and nullifier key are made
 * from the town's seed, so that the same seed has the same blocks. A real registrar draws both at random.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import {
  type Identity,
  type IdentityFields,
  identityCommitment,
  identityNullifier,
} from "#ledger/identity.ts";

/** `period`: that of a renewal of pseudonyms, which needs a fresh salt and the period's nullifier; 0 before the first. */
export function townIdentity(seed: number, member: number, of: IdentityFields["of"], period = 0): Identity {
  const secret = (what: string) => taggedHash("contrada/simulation/identity/1", utf8(`${seed} ${what}`));
  const fields: IdentityFields = {
    of,
    country: "IT",
    number: `TOWN${seed}X${member}`,
    name: `Member ${member}`,
  };
  return {
    commitment: identityCommitment(
      secret(period === 0 ? `salt ${member}` : `salt ${member} ${period}`),
      fields,
    ),
    nullifier: identityNullifier(secret("nullifier key"), fields, period),
  };
}
