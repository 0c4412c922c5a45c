/** Blocks of CometBFT's kind, decided by validators whose keys a test has. */
import { compareBytes } from "#base/bytes.ts";
import { voteSignBytes } from "#consensus/commit.ts";
import { type ConsensusHeader, consensusHeaderHash } from "#consensus/header.ts";
import { validatorAddress, validatorSetHash } from "#consensus/validator-set.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { Checkpoint } from "#ledger/proof.ts";

/**
 * The block after the one of a state. Each validator is named by the byte of its seed; the fourth did not sign, or
 * those whose places are named.
 */
export function decidedBy(
  seeds: readonly number[],
  at: {
    readonly chain: string;
    readonly height: number;
    /** Unix time. */
    readonly seconds: number;
    readonly stateRoot: Uint8Array;
    readonly absent?: readonly number[];
  },
): Checkpoint & { readonly by: "validators" } {
  const { chain, height, seconds, stateRoot, absent = [3] } = at;
  const signers = seeds
    .map((seed) => signerFromSeed(new Uint8Array(32).fill(seed)))
    .sort((a, b) => compareBytes(validatorAddress(a.publicKey), validatorAddress(b.publicKey)));
  const validators = signers.map(({ publicKey }) => ({ publicKey, power: 10n }));
  const some = new Uint8Array(32).fill(4);
  const time = { seconds, nanos: 0 };
  const header: ConsensusHeader = {
    version: { block: 11, app: 1 },
    chain,
    height,
    time,
    lastBlockId: { hash: some, parts: { total: 1, hash: some } },
    lastCommitHash: some,
    dataHash: some,
    validatorsHash: validatorSetHash(validators),
    nextValidatorsHash: validatorSetHash(validators),
    consensusHash: some,
    appHash: stateRoot,
    lastResultsHash: some,
    evidenceHash: some,
    proposerAddress: validatorAddress(signers[0]!.publicKey),
  };
  const blockId = { hash: consensusHeaderHash(header), parts: { total: 1, hash: some } };
  const message = voteSignBytes({ chain, height, round: 0, blockId, time });
  const signatures = signers.map((signer, i) =>
    absent.includes(i)
      ? { vote: "absent" as const }
      : {
          vote: "block" as const,
          address: validatorAddress(signer.publicKey),
          time,
          signature: signer.sign(message),
        },
  );
  return { by: "validators", header, commit: { height, round: 0, blockId, signatures }, validators };
}
