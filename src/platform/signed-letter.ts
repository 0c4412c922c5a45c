/** A letter that an owner's key signs and that the platform keeps or acts by: whose key, and does the signature fit. */
import { fromHex } from "#base/bytes.ts";
import type { ChainView } from "#chain/view.ts";
import { verifySignature } from "#crypto/keys.ts";
import { Refused } from "./problems.ts";

/**
 * Key and signature as bytes. Refused, in this order: device_unknown (the key is none of the member's on the chain),
 * signature_wrong. `untouched` says what did not happen, as a sentence.
 */
export function checkedSignature(
  view: ChainView,
  member: number,
  letter: { readonly publicKey: string; readonly signature: string },
  hash: Uint8Array,
  untouched: string,
): { readonly publicKey: Uint8Array; readonly signature: Uint8Array } {
  const publicKey = fromHex(letter.publicKey)!;
  const signature = fromHex(letter.signature)!;
  if (view.memberOfKey(publicKey) !== member) {
    throw new Refused("device_unknown", `The key is none of yours. ${untouched}`);
  }
  if (!verifySignature(publicKey, hash, signature)) {
    throw new Refused(
      "signature_wrong",
      `The signature does not fit what the letter says and the key. ${untouched} Sign it again.`,
    );
  }
  return { publicKey, signature };
}
