/** What a device key signs to sign in: the platform's challenge, bound to the chain and to this purpose alone. */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";

export function signInHash(chain: string, challenge: Uint8Array): Uint8Array {
  return taggedHash("contrada/sign-in/1", challenge, utf8(chain));
}
