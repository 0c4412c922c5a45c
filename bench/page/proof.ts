/**
 * What `bench/proof.ts` runs in the real browser: the modules of the app as its build bundles them, over one proof
 * that came as bytes, as a receipt's does. Hands its times back through `measureProof` of the page.
 */
import { fromHex } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import type { ValidatorSet } from "#consensus/validator-set.ts";
import { verifyByRule } from "#crypto/keys.ts";
import { verifySparseProof } from "#crypto/sparse-tree.ts";
import { checkpointProblem, proofProblem, type RowProof, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import { rawLeafKey, rowHash } from "#ledger/state.ts";

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface ProofTimes {
  /** The row's hash and its path to the root. */
  readonly path: Spread;
  /** The light block: header, validators, four signatures. */
  readonly checkpoint: Spread;
  /** From bytes to the verdict: decoded, checkpoint and path. */
  readonly whole: Spread;
  readonly signaturesByRule: Spread;
  /** The four by the browser's own cryptography, keys imported each time; `undefined` where it has no Ed25519. */
  readonly signaturesByWebCrypto: Spread | undefined;
}

async function measureProof(hex: string, rounds: number): Promise<ProofTimes> {
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== true) {
    throw new Error("the page is not isolated: its clock is too coarse");
  }
  const bytes = fromHex(hex)!;
  const proof = decoded(bytes);
  const { checkpoint } = proof;
  if (checkpoint.by !== "validators") throw new Error("not of validators");
  const trust = { chain: checkpoint.header.chain, validators: checkpoint.validators };
  const { stateRoot } = vouchedBy(checkpoint);
  const signatures = signaturesOf(checkpoint);
  return {
    path: await spreadOf(rounds * 10, () =>
      verifySparseProof(stateRoot, rawLeafKey(proof.table, proof.key), rowHash(proof.row!), proof.path),
    ),
    checkpoint: await spreadOf(rounds, () => checkpointProblem(checkpoint, trust) === undefined),
    whole: await spreadOf(rounds, () => proofProblem(decoded(bytes), trust) === undefined),
    signaturesByRule: await spreadOf(rounds, () =>
      signatures.every(({ key, message, signature }) => verifyByRule(key, message, signature)),
    ),
    signaturesByWebCrypto: await spreadOf(rounds, async () => {
      const verdicts = await Promise.all(signatures.map(byWebCrypto));
      return verdicts.every((accepted) => accepted);
    }).catch(() => undefined),
  };
}

Object.assign(globalThis, { measureProof });

function decoded(bytes: Uint8Array): RowProof {
  const proof = decode(rowProofCodec, bytes);
  if (!proof.ok) throw proof.error;
  return proof.value;
}

interface Signed {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

function signaturesOf({
  header,
  commit,
  validators,
}: {
  readonly header: { readonly chain: string };
  readonly commit: Extract<RowProof["checkpoint"], { by: "validators" }>["commit"];
  readonly validators: ValidatorSet;
}): Signed[] {
  const { height, round, blockId } = commit;
  return commit.signatures.flatMap((one, i) => {
    if (one.vote !== "block") return [];
    const message = voteSignBytes({ chain: header.chain, height, round, blockId, time: one.time });
    return [{ key: validators[i]!.publicKey, message, signature: one.signature }];
  });
}

async function byWebCrypto({ key, message, signature }: Signed): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", Uint8Array.from(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, Uint8Array.from(signature), Uint8Array.from(message));
}

/** Of single calls, after a tenth of them to warm up. Throws where what is measured does not hold. */
async function spreadOf(times: number, holds: () => boolean | Promise<boolean>): Promise<Spread> {
  const taken: number[] = [];
  for (let i = -Math.ceil(times / 10); i < times; i++) {
    const began = performance.now();
    const held = holds();
    if (!(typeof held === "boolean" ? held : await held)) throw new Error("what is measured does not hold");
    if (i >= 0) taken.push(performance.now() - began);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.min(times - 1, Math.floor(share * times))]!;
  return { p50: at(0.5), p99: at(0.99) };
}
