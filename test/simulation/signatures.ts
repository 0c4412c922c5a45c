/**
 * Signatures of the simulation. Most runs use a stand-in, the hash of key and message, as making and checking
 * a real one takes longer than everything that a transaction does; every so-and-so-many-th seed signs with
 * the real keys. Real verdicts are remembered across seeds, for the transactions that all of them begin with.
 */
import { concat, equalBytes, toHex, utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import { judgeSignature, type Verdict, type VerifyOptions } from "#crypto/keys.ts";

const MARK = utf8("simulated signature of 64 bytes:");

export function standIn(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  return concat(MARK, taggedHash("contrada/simulation/signature", publicKey, message));
}

const known = new Map<string, Verdict>();

/** The port's function. A false signature is decided by the slow path, where it is allowed. */
export function judge(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Verdict {
  const verdict = equalBytes(signature.subarray(0, MARK.length), MARK)
    ? equalBytes(signature, standIn(publicKey, message))
      ? "valid"
      : "invalid"
    : realVerdict(publicKey, message, signature);
  if (verdict === "valid" || options.slowPathAllowed === undefined) return verdict;
  return options.slowPathAllowed() ? verdict : "undecided";
}

function realVerdict(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Verdict {
  const name = toHex(concat(publicKey, message, signature));
  let verdict = known.get(name);
  if (verdict === undefined) {
    if (known.size > 50_000) known.clear();
    known.set(name, (verdict = judgeSignature(publicKey, message, signature)));
  }
  return verdict;
}
