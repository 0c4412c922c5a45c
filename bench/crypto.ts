/**
 * What a signature, a hash and a leaf of the state tree cost: one JSON object on standard output, rates per
 * second. `node bench/crypto.ts`; some six seconds. Each figure is the median of rounds of 0.1 s or more.
 */
import { availableParallelism } from "node:os";
import { Random } from "#base/random.ts";
import { hash, taggedHash } from "#crypto/hash.ts";
import { signerFromSeed, verifyByRule, verifySignature, verifySignatureAsync } from "#crypto/keys.ts";
import * as web from "#crypto/native-web.ts";
import { SparseTree } from "#crypto/sparse-tree.ts";

const ROUNDS = 5;
const ROUND_MS = 100;

export async function benchCrypto(): Promise<Record<string, number | string>> {
  const random = new Random("bench");
  const signers = Array.from({ length: 16 }, () => signerFromSeed(random.bytes(32)));
  const signed = Array.from({ length: 256 }, (_, i) => {
    const signer = signers[i % signers.length]!;
    const message = random.bytes(32);
    return { key: signer.publicKey, message, signature: signer.sign(message) };
  });
  const at = (i: number) => signed[i % signed.length]!;
  const short = random.bytes(65);
  const long = random.bytes(200);

  return {
    node: process.version,
    cores: availableParallelism(),
    signPerS: rate((i) => signers[i % signers.length]!.sign(short)),
    verifyPerS: rate((i) => {
      const { key, message, signature } = at(i);
      verifySignature(key, message, signature);
    }),
    verifyPoolPerS: await poolRate(at),
    verifyByRulePerS: rate((i) => {
      const { key, message, signature } = at(i);
      verifyByRule(key, message, signature);
    }),
    hash65PerS: rate(() => hash(short)),
    hash200PerS: rate(() => hash(long)),
    hash65WebPerS: rate(() => web.sha256(short)),
    taggedHash200PerS: rate(() => taggedHash("contrada/bench/1", long)),
    leavesPerS1000Of1000: leafRate(1_000, 1_000),
    leavesPerS1000Of100000: leafRate(100_000, 1_000),
    leavesPerS5000Of100000: leafRate(100_000, 5_000),
  };
}

function rate(work: (i: number) => void): number {
  const rounds: number[] = [];
  let i = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    const first = i;
    do for (let k = 0; k < 16; k++) work(i++);
    while (performance.now() - start < ROUND_MS);
    if (round > 0) rounds.push(((i - first) * 1000) / (performance.now() - start));
  }
  return median(rounds);
}

/** Verifications with 64 in flight. */
async function poolRate(
  at: (i: number) => { key: Uint8Array; message: Uint8Array; signature: Uint8Array },
): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    let started = 0;
    const worker = async () => {
      while (performance.now() - start < 2 * ROUND_MS) {
        const { key, message, signature } = at(started++);
        await verifySignatureAsync(key, message, signature);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    if (round > 0) rounds.push((started * 1000) / (performance.now() - start));
  }
  return median(rounds);
}

/** Leaves changed per second, in batches, in a tree that holds `size`. */
function leafRate(size: number, batch: number): number {
  const random = new Random(`tree ${size}`);
  const keys = Array.from({ length: size }, () => random.bytes(32));
  let tree = SparseTree.empty.update(keys.map((key) => ({ key, value: random.bytes(32) })));
  const rounds: number[] = [];
  for (let round = 0; round < 20; round++) {
    const offset = random.integer(size);
    const changes = Array.from({ length: batch }, (_, i) => ({
      key: keys[(offset + i) % size]!,
      value: random.bytes(32),
    }));
    const start = performance.now();
    tree = tree.update(changes);
    if (round > 3) rounds.push((batch * 1000) / (performance.now() - start));
  }
  return median(rounds);
}

function median(values: number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!);
}

if (import.meta.main) console.log(JSON.stringify(await benchCrypto(), null, 2));
