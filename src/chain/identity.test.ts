/**
 * Whose account it is, over time: keys of every scheme sign, keys go after their delay, guardians bring an account
 * back, and nobody gets in by being fast.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { MicroEur } from "#base/units.ts";
import {
  admitMember,
  cancelKeyRevocation,
  cancelMemberRecovery,
  depositMoney,
  eraseOneMember,
  registerMemberKey,
  requestMemberRecovery,
  revokeMemberKey,
  setMemberGuardians,
} from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import type { Signer } from "#crypto/keys.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { paperCode, seedOfPaperCode } from "#crypto/paper-code.ts";
import { clientDataStart, encodeAssertion } from "#crypto/passkey.ts";
import type { Identity } from "#ledger/identity.ts";
import { GUARDIANS, RECOVERIES, type RecoveryRequest, recoveryHash } from "#ledger/recovery.ts";
import { REVOCATIONS } from "#ledger/revocation.ts";
import { auditBooks } from "../../test/support/audit.ts";
import {
  ALBA,
  admission,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  memberSigner,
  OPERATOR,
  openStreet,
  signerOf,
} from "../../test/support/chain-bench.ts";
import { identityOf } from "../../test/support/identities.ts";

const ANNA = citizenOf(1);
const DELAYS = { keyDelayS: 1_000, recoveryDelayS: 3_000, delayBlocks: 3 };

/** A raw P-256 key. */
function phone(name: string): Signer {
  const secret = hash(utf8(name));
  return {
    publicKey: p256.getPublicKey(secret, true),
    sign: (message) => p256.sign(message, secret, { lowS: true }),
  };
}

/** A passkey as an authenticator and a browser make it. */
function passkey(name: string): Signer {
  const key = phone(name);
  return {
    publicKey: key.publicKey,
    sign(message) {
      const authenticatorData = concat(hash(utf8("olmo.example")), Uint8Array.of(0x1d, 0, 0, 0, 0));
      const clientDataJson = concat(
        clientDataStart(message),
        utf8('https://olmo.example","crossOrigin":false}'),
      );
      const signature = key.sign(concat(authenticatorData, hash(clientDataJson)));
      return encodeAssertion({ authenticatorData, clientDataJson, signature });
    },
  };
}

const keysOf = (bench: ChainBench, member = ANNA) => bench.view.member(member)!.keys.map(toHex);
const hex = ({ publicKey }: Signer) => toHex(publicKey);

test("an account has keys of every scheme, and each signs for it", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const register = (key: Signer, signer?: Signer) => ({
    ...ask(ANNA, registerMemberKey, { key: key.publicKey }),
    ...(signer === undefined ? {} : { signer }),
  });
  const [first, second, third] = [phone("phone"), passkey("passkey"), signerOf("tablet")];
  bench.accept(noon, register(first));
  bench.accept(noon, register(second, first));
  bench.accept(noon, register(third, second));
  bench.accept(noon, register(phone("another"), third));
  assert.equal(keysOf(bench).length, 5);
  const stranger = register(phone("evil"), passkey("stranger"));
  assert.deepEqual(bench.block(noon, [stranger]).statuses, ["key_not_registered"]);
  const forger: Signer = { ...second, sign: (message) => passkey("stranger").sign(message) };
  assert.deepEqual(bench.block(noon, [register(phone("evil"), forger)]).statuses, ["bad_signature"]);
  const mute: Signer = { ...second, sign: () => new Uint8Array(64) };
  assert.deepEqual(bench.block(noon, [register(phone("evil"), mute)]).statuses, ["bad_signature"]);
  assert.deepEqual(auditBooks(bench.app), []);
  assert.equal(toHex(bench.replayed().stateRoot), toHex(bench.app.stateRoot));
});

test("a revoked key signs until both its time and its height have come", () => {
  const { bench, noon } = openStreet({ homes: 1, parameters: DELAYS });
  const tablet = signerOf("tablet");
  bench.accept(noon, ask(ANNA, registerMemberKey, { key: tablet.publicKey }));
  const asked = bench.block(noon, [ask(ANNA, revokeMemberKey, { key: tablet.publicKey })]);
  assert.deepEqual(
    asked.events.map(({ type }) => type),
    ["revocation_requested"],
  );
  const height = bench.app.height;
  bench.block(noon + 999);
  bench.block(noon + 999);
  bench.block(noon + 999);
  assert.ok(bench.app.height >= height + 3);
  assert.ok(keysOf(bench).includes(hex(tablet)), "its height has come, its time has not");
  const gone = bench.block(noon + 1_000);
  assert.deepEqual(
    gone.events.map(({ type }) => type),
    ["key_revoked"],
  );
  assert.deepEqual(keysOf(bench), [hex(memberSigner(ANNA))]);

  const phoneKey = signerOf("phone");
  bench.accept(noon + 1_000, ask(ANNA, registerMemberKey, { key: phoneKey.publicKey }));
  bench.accept(noon + 1_000, ask(ANNA, revokeMemberKey, { key: phoneKey.publicKey }));
  bench.block(noon + 9_000);
  bench.block(noon + 9_000);
  assert.ok(keysOf(bench).includes(hex(phoneKey)), "its time has come, its height has not");
  bench.block(noon + 9_000);
  assert.ok(!keysOf(bench).includes(hex(phoneKey)));
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a thief's revocation is called off by another key, and asked again it takes its whole time anew", () => {
  const { bench, noon } = openStreet({ homes: 1, parameters: DELAYS });
  const [stolen, tablet] = [signerOf("stolen"), signerOf("tablet")];
  bench.accept(
    noon,
    ...[stolen, tablet].map(({ publicKey }) => ask(ANNA, registerMemberKey, { key: publicKey })),
  );
  const attack = { ...ask(ANNA, revokeMemberKey, { key: tablet.publicKey }), signer: stolen };
  bench.accept(noon, attack);
  const keep = ask(ANNA, cancelKeyRevocation, { key: tablet.publicKey });
  assert.deepEqual(bench.block(noon, [{ ...keep, signer: tablet }]).statuses, ["key_under_revocation"]);
  bench.accept(noon + 500, keep);
  bench.accept(noon + 900, attack);
  for (let i = 0; i < 5; i++) bench.block(noon + 1_000);
  assert.ok(keysOf(bench).includes(hex(tablet)), "the first deadline was called off");
  bench.block(noon + 1_900);
  assert.ok(!keysOf(bench).includes(hex(tablet)));
});

const paper = signerFromSeed(seedOfPaperCode(paperCode(new Uint8Array(14).fill(9)))!);
const GUARDED = [{ member: ALBA }, { member: BORA }, { key: paper.publicKey }] as const;

/** Anna's recovery to a key, signed by some of her guardians in a round. */
function recovery(newKey: Uint8Array, guardians: readonly (0 | 1 | 2)[], round = 1): RecoveryRequest {
  const request = { member: ANNA, newKey, expiryHeight: 10_000 };
  const message = recoveryHash({ chain: "test", round, ...request });
  const signers = [memberSigner(ALBA), memberSigner(BORA), paper];
  const approvals = guardians.map((guardian) => ({
    guardian,
    key: signers[guardian]!.publicKey,
    signature: signers[guardian]!.sign(message),
  }));
  return { ...request, approvals };
}

function guarded() {
  const { bench, noon } = openStreet({ homes: 1, parameters: DELAYS });
  bench.accept(noon, ask(ANNA, setMemberGuardians, { guardians: GUARDED }));
  return { bench, noon };
}

test("two guardians of three bring an account back to a new key, three days later, and all old keys go", () => {
  const { bench, noon } = guarded();
  const [tablet, fresh] = [signerOf("tablet"), passkey("new phone")];
  bench.accept(noon, ask(ANNA, registerMemberKey, { key: tablet.publicKey }));
  bench.accept(noon, ask(ANNA, revokeMemberKey, { key: tablet.publicKey }));
  bench.accept(noon, ask(OPERATOR, requestMemberRecovery, recovery(fresh.publicKey, [0, 2])));
  const early = { ...ask(ANNA, registerMemberKey, { key: phone("x").publicKey }), signer: fresh };
  assert.deepEqual(bench.block(noon, [early]).statuses, ["key_not_registered"]);
  assert.equal(bench.view.memberOfKey(fresh.publicKey), undefined);
  for (let i = 0; i < 4; i++) bench.block(noon + 2_999);
  assert.ok(keysOf(bench).includes(hex(memberSigner(ANNA))));
  const done = bench.block(noon + 3_000);
  assert.equal(done.events.at(-1)?.type, "account_recovered");
  assert.deepEqual(keysOf(bench), [hex(fresh)]);
  bench.accept(noon + 3_000, early);
  const old = ask(ANNA, registerMemberKey, { key: phone("y").publicKey });
  assert.deepEqual(bench.block(noon + 3_000, [old]).statuses, ["key_not_registered"]);
  const { state } = bench.app.open(noon + 3_000);
  assert.equal(state.get(RECOVERIES, ANNA), undefined);
  assert.equal(state.get(REVOCATIONS, tablet.publicKey), undefined);
  assert.equal(state.get(GUARDIANS, ANNA)?.round, 2);
  assert.deepEqual(auditBooks(bench.app), []);
  assert.equal(toHex(bench.replayed().stateRoot), toHex(bench.app.stateRoot));
});

test("suppliers alone recover nothing, nor does one guardian, nor a stranger", () => {
  const { bench, noon } = guarded();
  const fresh = phone("new phone").publicKey;
  const attempts = [
    [recovery(fresh, [0, 1]), "approvals_of_suppliers_only"],
    [recovery(fresh, [2]), "approvals_too_few"],
    [recovery(fresh, [0, 2], 2), "approval_signature_bad"],
    [{ ...recovery(fresh, [0, 2]), newKey: phone("thief").publicKey }, "approval_signature_bad"],
  ] as const;
  for (const [request, status] of attempts) {
    assert.deepEqual(bench.block(noon, [ask(BORA, requestMemberRecovery, request)]).statuses, [status]);
  }
  bench.accept(noon, ask(BORA, requestMemberRecovery, recovery(fresh, [0, 1, 2])));
});

test("any key of the member calls a recovery off, and its signatures are worth nothing after", () => {
  const { bench, noon } = guarded();
  const fresh = phone("new phone").publicKey;
  const request = ask(OPERATOR, requestMemberRecovery, recovery(fresh, [1, 2]));
  bench.accept(noon, request);
  bench.accept(noon + 2_000, ask(ANNA, cancelMemberRecovery, { key: fresh }));
  assert.deepEqual(bench.block(noon + 2_000, [request]).statuses, ["key_already_registered"]);
  const again = recovery(phone("second").publicKey, [1, 2], 1);
  assert.deepEqual(bench.block(noon + 2_000, [ask(BORA, requestMemberRecovery, again)]).statuses, [
    "approval_signature_bad",
  ]);
  for (let i = 0; i < 5; i++) bench.block(noon + 9_000);
  assert.deepEqual(keysOf(bench), [hex(memberSigner(ANNA))]);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("other guardians take over after the delay only, and setting those who stand calls that off", () => {
  const { bench, noon } = guarded();
  const others = [{ member: OPERATOR }, { member: BORA }, { key: phone("friend").publicKey }];
  const set = (guardians: readonly ({ member: number } | { key: Uint8Array })[]) =>
    ask(ANNA, setMemberGuardians, { guardians });
  const standing = () => bench.app.open(noon).state.get(GUARDIANS, ANNA)!;
  bench.accept(noon, set(others));
  assert.deepEqual(standing().guardians, GUARDED);
  bench.accept(noon + 1_000, set(GUARDED));
  for (let i = 0; i < 5; i++) bench.block(noon + 4_000);
  assert.deepEqual([standing().guardians, standing().next], [GUARDED, undefined]);
  bench.accept(noon + 4_000, set(others));
  for (let i = 0; i < 5; i++) bench.block(noon + 7_000);
  assert.deepEqual(standing(), { guardians: others, round: 2, next: undefined });
});

test("an erased member leaves nothing that names anybody, never acts again, and may come back as another", () => {
  const { bench, noon } = openStreet({ homes: 2 });
  const identity = identityOf(ANNA, "citizen")!;
  const key = memberSigner(ANNA).publicKey;
  bench.accept(noon, ask(ANNA, setMemberGuardians, { guardians: GUARDED }));
  assert.deepEqual(
    bench.block(noon, [{ ...admission(60, "citizen"), body: admissionOf(60, identity) }]).statuses,
    ["identity_already_member"],
  );
  const erased = bench.block(noon, [ask(ANNA, eraseOneMember, { member: ANNA })]);
  assert.deepEqual(erased.statuses, ["ok"]);
  assert.deepEqual(
    erased.events.map(({ type }) => type),
    ["key_revoked", "member_erased"],
  );
  const row = bench.view.member(ANNA)!;
  assert.deepEqual([row.keys, row.closed], [[], bench.app.height]);
  assert.equal(bench.view.memberOfKey(key), undefined);
  for (const { table, row: bytes, key: name } of bench.app.export()) {
    for (const secret of [identity.commitment, identity.nullifier]) {
      assert.ok(!(toHex(name) + toHex(bytes)).includes(toHex(secret)), `table ${table}`);
    }
  }
  const again = ask(ANNA, registerMemberKey, { key: phone("x").publicKey });
  assert.deepEqual(bench.block(noon, [again]).statuses, ["key_not_registered"]);
  const paid = ask(OPERATOR, depositMoney, { member: ANNA, amount: MicroEur(1n), reference: "late" });
  assert.deepEqual(bench.block(noon, [paid]).statuses, ["member_unknown"]);
  bench.accept(noon, { ...admission(60, "citizen"), body: admissionOf(60, identity) });
  assert.deepEqual(auditBooks(bench.app), []);
  assert.equal(toHex(bench.replayed().stateRoot), toHex(bench.app.stateRoot));
});

/** The admission of a citizen on a given identity. */
function admissionOf(member: number, identity: Identity): Uint8Array {
  const keys = [memberSigner(member).publicKey];
  return encode(admitMember.codec, { member, role: "citizen", keys, identity });
}
