/**
 * The table of attacks: everything by which somebody could try to make a telephone believe what the validators
 * did not decide. Each row is refused, and with its own reason. The honest network signs with keys of its own,
 * by `voteSignBytes`, which `light-block.test.ts` holds against CometBFT.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { compareBytes, concat, toHex, utf8 } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import { type CommitSignature, voteSignBytes } from "#consensus/commit.ts";
import { type ConsensusHeader, consensusHeaderHash } from "#consensus/header.ts";
import { type LightBlock, lightBlockProblem } from "#consensus/light-block.ts";
import {
  advanceTrust,
  equivocationOf,
  type LightClientRefusal,
  type TrustedState,
  trustedStateCodec,
  trustGenesis,
  trustNamed,
} from "#consensus/light-client.ts";
import { validatorAddress, validatorSetHash } from "#consensus/validator-set.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed, verifyByRule } from "#crypto/keys.ts";
import { type ProofProblem, proofProblem, proveRow, type RowProof, type Trust } from "#ledger/proof.ts";
import { State, type Table } from "#ledger/state.ts";

const CHAIN = "olmo";
const START = 1_750_000_000;
const DAY_S = 86_400;

interface Member {
  readonly signer: Signer;
  readonly power: bigint;
}

const member = (name: string, power = 10n): Member => ({ signer: signerFromSeed(hash(utf8(name))), power });
/** In CometBFT's order, where powers are equal: by address. */
const inOrder = (members: readonly Member[]) =>
  members.toSorted(
    (a, b) =>
      Number(b.power - a.power) ||
      compareBytes(validatorAddress(a.signer.publicKey), validatorAddress(b.signer.publicKey)),
  );
const validatorsOf = (members: readonly Member[]) =>
  members.map(({ signer, power }) => ({ publicKey: signer.publicKey, power }));

const four = inOrder(["alba", "brio", "comune", "rete"].map((name) => member(name)));
const strangers = inOrder(["x1", "x2", "x3", "x4"].map((name) => member(name)));

/** A row's table and a state of fifty rows, as the validators have it after the block before. */
const number: Codec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
};
const AGES: Table<number, number> = { number: 7, name: "ages", key: number, id: (key) => key, row: number };
const state = new State([AGES] as unknown as readonly Table<never, never>[]);
const draft = state.draft();
for (let i = 0; i < 50; i++) draft.put(AGES, i, 20 + i);
draft.seal().commit();

interface Asked {
  readonly members?: readonly Member[];
  readonly next?: readonly Member[];
  readonly height?: number;
  readonly change?: Partial<ConsensusHeader>;
  /** By place; for the block where nothing is said. */
  readonly votes?: readonly CommitSignature["vote"][];
}

/** What these members decided. */
function decided({
  members = four,
  next = members,
  height = 10,
  change = {},
  votes = [],
}: Asked = {}): LightBlock {
  const validators = validatorsOf(members);
  const header: ConsensusHeader = {
    version: { block: 11, app: 1 },
    chain: CHAIN,
    height,
    time: { seconds: START + height, nanos: 5 },
    lastBlockId: { hash: hash(utf8("last")), parts: { total: 1, hash: hash(utf8("parts")) } },
    lastCommitHash: hash(utf8("commit")),
    dataHash: hash(utf8("data")),
    validatorsHash: validatorSetHash(validators),
    nextValidatorsHash: validatorSetHash(validatorsOf(next)),
    consensusHash: hash(utf8("consensus")),
    appHash: state.root,
    lastResultsHash: hash(utf8("results")),
    evidenceHash: hash(utf8("evidence")),
    proposerAddress: validatorAddress(validators[0]!.publicKey),
    ...change,
  };
  return signed(header, members, votes);
}

function signed(
  header: ConsensusHeader,
  members: readonly Member[],
  votes: readonly CommitSignature["vote"][] = [],
): LightBlock {
  const blockId = { hash: consensusHeaderHash(header), parts: { total: 1, hash: hash(utf8("these")) } };
  const { chain, height } = header;
  const signatures = members.map(({ signer }, i): CommitSignature => {
    const vote = votes[i] ?? "block";
    if (vote === "absent") return { vote };
    const time = { seconds: header.time.seconds + 1, nanos: i };
    const voted = vote === "block" ? blockId : undefined;
    const message = voteSignBytes({ chain, height, round: 0, blockId: voted, time });
    return { vote, address: validatorAddress(signer.publicKey), time, signature: signer.sign(message) };
  });
  return { header, commit: { height, round: 0, blockId, signatures }, validators: validatorsOf(members) };
}

/** The block with the signatures in other places or forms. */
const withSignatures = (block: LightBlock, signatures: readonly CommitSignature[]): LightBlock => ({
  ...block,
  commit: { ...block.commit, signatures },
});

const honest = decided();
const [first, second, third, fourth] = honest.commit.signatures as [
  CommitSignature,
  CommitSignature,
  CommitSignature,
  CommitSignature,
];
const trusted: TrustedState = (() => {
  const named = decided({ height: 5 });
  const state = trustNamed(named, { chain: CHAIN, height: 5, hash: consensusHeaderHash(named.header) });
  assert.ok(state.ok);
  return state.value;
})();
const options = { now: START + 60, trustingPeriod: 14 * DAY_S, clockDrift: 10 };

test("an honest block is trusted, at once or over others, and from the genesis on", () => {
  const over = advanceTrust(trusted, honest, options);
  assert.ok(over.ok);
  assert.equal(over.value.height, 10);
  const next = advanceTrust(over.value, decided({ height: 11 }), options);
  assert.ok(next.ok);
  assert.equal(advanceTrust(next.value, decided({ height: 11 }), options).ok, true, "again");
  const genesis = trustGenesis({
    chain: CHAIN,
    initialHeight: 10,
    time: { seconds: START, nanos: 0 },
    validators: validatorsOf(four),
  });
  assert.ok(advanceTrust(genesis, honest, options).ok);
  const kept = decode(trustedStateCodec, encode(trustedStateCodec, next.value));
  assert.deepEqual(kept, { ok: true, value: next.value });
});

test("three of four are enough, with the fourth absent or for no block", () => {
  for (const vote of ["absent", "nil"] as const) {
    assert.ok(advanceTrust(trusted, decided({ votes: [vote] }), options).ok, vote);
  }
});

test("validators that come and go are followed, as long as a third of the known ones stays", () => {
  const grown = inOrder([...four, member("banca"), member("revisore")]);
  const announced = advanceTrust(trusted, decided({ height: 6, next: grown }), options);
  assert.ok(announced.ok);
  assert.ok(advanceTrust(announced.value, decided({ height: 7, members: grown }), options).ok, "adjacent");
  assert.ok(advanceTrust(trusted, decided({ height: 9, members: grown }), options).ok, "four of six known");
});

test("every attack on a header is refused, each by its own reason", () => {
  const { header, commit, validators } = honest;
  const alba = four[0]!;
  const mostlyOurs = inOrder([four[0]!, ...strangers]);
  const rows: readonly [string, LightClientRefusal, LightBlock, Partial<typeof options>?, TrustedState?][] = [
    ["a header of another chain", "wrong_chain", decided({ change: { chain: "pozzo" } })],
    ["a trust past its period", "trust_expired", honest, { now: START + 5 + 14 * DAY_S }],
    ["a height below the trusted one", "older_height", decided({ height: 4 })],
    ["a time not after the trusted one", "not_later", decided({ change: { time: trusted.time } })],
    [
      "a header from the future",
      "from_the_future",
      decided({ change: { time: { seconds: START + 70, nanos: 0 } } }),
    ],
    ["an altered field", "wrong_block", { ...honest, header: { ...header, evidenceHash: hash(utf8("x")) } }],
    ["an altered app hash", "wrong_block", { ...honest, header: { ...header, appHash: hash(utf8("x")) } }],
    ["a commit of another height", "wrong_block", { ...honest, commit: { ...commit, height: 11 } }],
    ["a commit for another block", "wrong_block", { ...honest, commit: decided({ height: 11 }).commit }],
    [
      "a validator twice in the set",
      "validators_malformed",
      decided({ members: [alba, alba, four[1]!, four[2]!] }),
    ],
    [
      "a validator without power",
      "validators_malformed",
      decided({ members: [...four, member("zero", 0n)] }),
    ],
    ["no validators", "validators_malformed", { ...honest, validators: [] }],
    [
      "a key for which anybody can sign",
      "validators_malformed",
      {
        ...honest,
        validators: [
          ...validators.slice(1),
          { publicKey: Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)), power: 100n },
        ],
      },
    ],
    [
      "the attacker's validators under our header",
      "wrong_validators",
      { ...honest, validators: validatorsOf(strangers) },
    ],
    [
      "swapped powers",
      "wrong_validators",
      { ...honest, validators: validators.map((one, i) => (i === 3 ? { ...one, power: 100n } : one)) },
    ],
    [
      "one validator's signature counted twice",
      "wrong_signer",
      withSignatures(honest, [first, first, third, fourth]),
    ],
    ["a signature too few for the set", "wrong_signer", withSignatures(honest, [first, second, third])],
    ["a signature too many", "wrong_signer", withSignatures(honest, [first, second, third, fourth, fourth])],
    ["two signatures of four", "not_enough_signed", decided({ votes: ["absent", "absent"] })],
    ["votes for no block", "not_enough_signed", decided({ votes: ["nil", "nil"] })],
    ["nobody", "not_enough_signed", decided({ votes: ["absent", "absent", "absent", "absent"] })],
    [
      "a vote for no block passed off as one for it",
      "bad_signature",
      withSignatures(
        honest,
        decided({ votes: ["nil", "nil"] }).commit.signatures.map((one) =>
          one.vote === "nil" ? { ...one, vote: "block" } : one,
        ),
      ),
    ],
    ["a signature from another round", "bad_signature", { ...honest, commit: { ...commit, round: 1 } }],
    [
      "a signature with another time",
      "bad_signature",
      withSignatures(honest, [
        { ...(first as CommitSignature & { vote: "block" }), time: { seconds: 1, nanos: 1 } },
        second,
        third,
        fourth,
      ]),
    ],
    [
      "an altered signature among enough",
      "bad_signature",
      withSignatures(honest, [
        { ...(first as CommitSignature & { vote: "block" }), signature: new Uint8Array(64) },
        second,
        third,
        fourth,
      ]),
    ],
    [
      "next validators that were not announced",
      "unexpected_validators",
      decided({ height: 6, members: inOrder(four.slice(1)) }),
    ],
    ["strangers far ahead", "not_enough_trusted", decided({ members: strangers })],
    ["strangers with one of ours", "not_enough_trusted", decided({ members: mostlyOurs })],
    [
      "another header at the trusted height",
      "conflicting_header",
      decided({ height: 5, change: { appHash: hash(utf8("rewritten")) } }),
    ],
  ];
  for (const [what, reason, block, change, from] of rows) {
    const after = advanceTrust(from ?? trusted, block, { ...options, ...change });
    assert.deepEqual(after, { ok: false, error: reason }, what);
  }
});

test("trust in a named header is for that header alone", () => {
  const named = { chain: CHAIN, height: 10, hash: consensusHeaderHash(decided({ height: 11 }).header) };
  assert.deepEqual(trustNamed(honest, named), { ok: false, error: "not_the_named" });
  const weak = decided({ votes: ["nil", "nil"] });
  const itself = { chain: CHAIN, height: 10, hash: consensusHeaderHash(weak.header) };
  assert.deepEqual(trustNamed(weak, itself), { ok: false, error: "not_enough_signed" });
});

test("two sound decisions about one height name who signed both; anything less is no evidence", () => {
  const forged = decided({ change: { appHash: hash(utf8("rewritten")) }, votes: ["absent"] });
  const found = equivocationOf(honest, forged);
  assert.deepEqual(
    found?.signedBoth.map(({ publicKey }) => toHex(publicKey)),
    four.slice(1).map(({ signer }) => toHex(signer.publicKey)),
  );
  assert.equal(equivocationOf(honest, honest), undefined, "the same block");
  assert.equal(equivocationOf(honest, decided({ height: 11 })), undefined, "another height");
  const unsigned = decided({ change: { appHash: hash(utf8("x")) }, votes: ["absent", "absent"] });
  assert.equal(equivocationOf(honest, unsigned), undefined, "not decided");
});

test("a signature with a torsion component has the verdict that CometBFT gives it: valid by ZIP-215", () => {
  const seed = hash(utf8("torsioned"));
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
  const alba = { signer: signerFromSeed(seed), power: 10n };
  const members = inOrder([alba, ...four.slice(0, 3)]);
  const block = decided({ members });
  const place = members.indexOf(alba);
  const one = block.commit.signatures[place] as CommitSignature & { vote: "block" };
  const { height, round, blockId } = block.commit;
  const message = voteSignBytes({ chain: CHAIN, height, round, blockId, time: one.time });
  const torsion = ed25519.Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
  const nonce = 12_345n;
  const r = ed25519.Point.BASE.multiply(nonce).add(torsion).toBytes();
  const order = ed25519.Point.Fn.ORDER;
  const littleEndian = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes.toReversed())}`);
  const k =
    littleEndian(
      new Uint8Array(
        createHash("sha512")
          .update(concat(r, pointBytes, message))
          .digest(),
      ),
    ) % order;
  let s = (nonce + k * scalar) % order;
  const sBytes = Uint8Array.from({ length: 32 }, () => {
    const byte = Number(s & 0xffn);
    s >>= 8n;
    return byte;
  });
  const signature = concat(r, sBytes);
  assert.ok(verifyByRule(alba.signer.publicKey, message, signature));
  const odd = withSignatures(
    block,
    block.commit.signatures.map((other, i) => (i === place ? { ...one, signature } : other)),
  );
  assert.equal(lightBlockProblem(odd, CHAIN), undefined);
});

test("every attack on the proof of a row is refused, each by its own reason", () => {
  const trust: Trust = { chain: CHAIN, validators: validatorsOf(four) };
  const vouch = (block: LightBlock) => ({ by: "validators" as const, ...block });
  const proof = proveRow(state, vouch(honest), AGES, 13);
  const absent = proveRow(state, vouch(honest), AGES, 99);
  assert.equal(proofProblem(proof, trust, { fromHeight: 9 }), undefined);
  assert.equal(proofProblem(absent, trust), undefined);
  const other = proveRow(state, vouch(honest), AGES, 14);
  const { path } = proof;
  const rows: readonly [string, ProofProblem, RowProof, number?][] = [
    ["another chain", "wrong_chain", { ...proof, checkpoint: vouch(decided({ change: { chain: "x" } })) }],
    [
      "one producer's header",
      "no_validators",
      {
        ...proof,
        checkpoint: {
          by: "producer",
          header: {
            chain: CHAIN,
            height: 9,
            time: START,
            previousHash: hash(utf8("p")),
            stateRoot: state.root,
            transactionsRoot: hash(utf8("t")),
            producer: four[0]!.signer.publicKey,
          },
          signature: new Uint8Array(64),
        },
      },
    ],
    [
      "an app hash of one's own",
      "wrong_block",
      { ...proof, checkpoint: vouch({ ...honest, header: { ...honest.header, appHash: hash(utf8("x")) } }) },
    ],
    [
      "validators of one's own",
      "not_enough_trusted",
      { ...proof, checkpoint: vouch(decided({ members: strangers })) },
    ],
    ["a state older than asked for", "stale", proof, 10],
    [
      "the header of another height",
      "wrong_path",
      { ...proof, checkpoint: vouch(decided({ height: 11, change: { appHash: hash(utf8("later")) } })) },
    ],
    ["another table", "wrong_path", { ...proof, table: 8 }],
    ["another key", "wrong_path", { ...proof, key: other.key }],
    ["another row", "wrong_path", { ...proof, row: other.row }],
    ["another path", "wrong_path", { ...proof, path: other.path }],
    ["a truncated path", "wrong_path", { ...proof, path: { ...path, siblings: path.siblings.slice(0, -1) } }],
    ["a longer path", "wrong_path", { ...proof, path: { ...path, siblings: [...path.siblings, undefined] } }],
    ["a row that is there, denied", "wrong_path", { ...proof, row: undefined }],
    ["the same with another's absence", "wrong_path", { ...absent, key: proof.key }],
    ["a row that is not there, claimed", "wrong_path", { ...absent, row: proof.row }],
  ];
  for (const [what, problem, forged, fromHeight = 0] of rows) {
    assert.equal(proofProblem(forged, trust, { fromHeight }), problem, what);
  }
  assert.equal(proofProblem(proof, { chain: CHAIN, producer: four[0]!.signer.publicKey }), "wrong_producer");
});
