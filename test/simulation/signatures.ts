/**
 * Signatures of the simulation. Most runs use a stand-in, the hash of key and message, as making and checking
 * a real one takes longer than everything that a transaction does; every so-and-so-many-th seed signs with
 * the real keys. Some stand-ins are good and still not for the fast path, as some real ones are. Real verdicts are remembered across seeds, for the transactions that all of them begin with.
 */
import { concat, equalBytes, utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import { judgeSignature, type Verdict, type VerifyOptions } from "#crypto/keys.ts";

const FAST = utf8("simulated signature of 64 bytes:");
const SLOW = utf8("simulated signature, slow path :");

export function standIn(publicKey: Uint8Array, message: Uint8Array, slow = false): Uint8Array {
  return concat(slow ? SLOW : FAST, taggedHash("contrada/simulation/signature", publicKey, message));
}

/** A text for bytes, equal exactly where they are: for the keys of maps, and quicker than hexadecimal. */
export function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

const known = new Map<string, Verdict>();

/** The port's function. A false signature is decided by the slow path, where it is allowed. */
export function judge(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Verdict {
  const mark = signature.subarray(0, FAST.length);
  const slow = equalBytes(mark, SLOW);
  let verdict: Verdict;
  if (!slow && !equalBytes(mark, FAST)) verdict = realVerdict(publicKey, message, signature);
  else verdict = equalBytes(signature, standIn(publicKey, message, slow)) ? "valid" : "invalid";
  const fast = verdict === "valid" && !slow;
  if (fast || options.slowPathAllowed === undefined) return verdict;
  return options.slowPathAllowed() ? verdict : "undecided";
}

function realVerdict(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Verdict {
  const name = nameOf(concat(publicKey, message, signature));
  let verdict = known.get(name);
  if (verdict === undefined) {
    if (known.size > 50_000) known.clear();
    known.set(name, (verdict = judgeSignature(publicKey, message, signature)));
  }
  return verdict;
}
