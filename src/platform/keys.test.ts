import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import {
  eraseOneMember,
  registerMemberKey,
  requestMemberRecovery,
  revokeMemberKey,
  setMemberGuardians,
} from "#chain/transactions.ts";
import { recoveryHash } from "#ledger/recovery.ts";
import { createClient } from "#wire/client.ts";
import { type NextKey, nextKeyLetter } from "#wire/next-key.ts";
import {
  ALBA,
  ANNA,
  BRUNO,
  clientFor,
  keyOf,
  meterOf,
  OPERATOR,
  openStreet,
  refusedWith,
} from "./test-street.ts";

test("a member sees its keys, what becomes of them, its guardians and who asks for its account", async () => {
  const street = await openStreet();
  const { memory, platform } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    const nobody = createClient((input, init) => fetch(input, init), platform.url);
    const before = await anna.call("GET /v1/account/keys");
    assert.deepEqual(before.keys, [
      { publicKey: toHex(keyOf(ANNA).publicKey), inUse: true, next: null, revocation: null },
    ]);
    assert.deepEqual([before.guardians, before.recovery], [null, null]);
    assert.ok(before.candidates.some(({ member, role }) => member === ALBA && role === "supplier"));
    assert.ok(!before.candidates.some(({ member }) => member === ANNA || member === BRUNO));
    const asked = { params: { member: ANNA } };
    assert.equal((await nobody.call("GET /v1/members/:member/recovery", asked)).round, null);

    const phone = keyOf("phone");
    const paper = keyOf("paper");
    await memory.act(ANNA, registerMemberKey, { key: phone.publicKey });
    await memory.act(ANNA, revokeMemberKey, { key: phone.publicKey });
    const guardians = [{ key: paper.publicKey }, { member: ALBA }, { member: OPERATOR }];
    await memory.act(ANNA, setMemberGuardians, { guardians });
    const after = await anna.call("GET /v1/account/keys");
    assert.equal(after.keys[1]?.publicKey, toHex(phone.publicKey));
    assert.ok((after.keys[1]?.revocation?.time ?? 0) > memory.view().time, "it goes later");
    assert.deepEqual(
      after.guardians?.chosen.map(({ member, key }) => member ?? key),
      [toHex(paper.publicKey), ALBA, OPERATOR],
    );

    const info = await nobody.call("GET /v1/members/:member/recovery", asked);
    assert.deepEqual([info.round, info.recovery], [1, null]);
    const terms = {
      chain: info.chain,
      member: ANNA,
      newKey: keyOf("found again").publicKey,
      round: info.round!,
      expiryHeight: info.height + 100,
    };
    const signed = (guardian: number, signer: ReturnType<typeof keyOf>) => ({
      guardian,
      key: signer.publicKey,
      signature: signer.sign(recoveryHash(terms)),
    });
    const approvals = [signed(0, paper), signed(2, keyOf(OPERATOR))];
    await memory.act(BRUNO, requestMemberRecovery, { ...terms, approvals });
    const pending = (await anna.call("GET /v1/account/keys")).recovery;
    assert.equal(pending?.newKey, toHex(terms.newKey));
    assert.deepEqual((await nobody.call("GET /v1/members/:member/recovery", asked)).recovery, pending);

    await assert.rejects(
      nobody.call("GET /v1/members/:member/recovery", { params: { member: 4_000_000 } }),
      refusedWith("member_unknown"),
    );
  } finally {
    await street.close();
  }
});

test("a key names the one that follows it; a session alone cannot, and nobody sees it but its owner", async () => {
  const street = await openStreet();
  const { memory, platform } = street;
  try {
    const anna = await clientFor(platform.url, ANNA);
    const offer = (body: NextKey) => anna.call("POST /v1/account/next-keys", { body });
    const [now, next] = [keyOf(ANNA), keyOf("next phone")];
    const letter = nextKeyLetter("street", now, next);
    const stranger = { publicKey: now.publicKey, sign: (hash: Uint8Array) => keyOf("thief").sign(hash) };
    for (const [code, body] of [
      ["device_unknown", nextKeyLetter("street", keyOf(BRUNO), next)],
      ["key_already_registered", nextKeyLetter("street", now, keyOf(BRUNO))],
      ["key_already_registered", nextKeyLetter("street", now, meterOf(1))],
      ["key_small_order", { ...letter, nextKey: "01".padEnd(64, "0") }],
      ["signature_wrong", nextKeyLetter("street", stranger, next)],
      ["signature_wrong", { ...letter, proof: letter.signature }],
      ["signature_wrong", nextKeyLetter("another chain", now, next)],
    ] as const) {
      await assert.rejects(offer(body), refusedWith(code), code);
    }
    assert.equal((await offer(letter)).keys[0]?.next, toHex(next.publicKey));
    const bruno = await clientFor(platform.url, BRUNO);
    const same = { body: nextKeyLetter("street", keyOf(BRUNO), next) };
    await assert.rejects(
      bruno.call("POST /v1/account/next-keys", same),
      refusedWith("key_already_registered"),
    );
    assert.equal((await bruno.call("GET /v1/account/keys")).keys[0]?.next, null);

    // Another choice replaces it, and it goes with the key that it should follow.
    const phone = keyOf("phone");
    await memory.act(ANNA, registerMemberKey, { key: phone.publicKey });
    await offer(nextKeyLetter("street", phone, keyOf("phone after")));
    assert.equal(
      (await offer(nextKeyLetter("street", now, keyOf("another")))).keys[0]?.next,
      toHex(keyOf("another").publicKey),
    );
    await memory.act(ANNA, revokeMemberKey, { key: phone.publicKey });
    await memory.passMinute();
    await memory.passMinute();
    assert.equal(memory.view().memberOfKey(phone.publicKey), undefined);
    await bruno.call("POST /v1/account/next-keys", {
      body: nextKeyLetter("street", keyOf(BRUNO), keyOf("phone after")),
    });
  } finally {
    await street.close();
  }
});

test("a guardian's bare key is followed by many others, all or none; a stranger's and an erased member's are not kept", async () => {
  const street = await openStreet();
  const { memory, platform } = street;
  try {
    const bruno = await clientFor(platform.url, BRUNO);
    const offer = (...letters: NextKey[]) =>
      bruno.call("POST /v1/account/guardian-keys", { body: { letters } });
    const paper = Array.from({ length: 5 }, (_, i) => keyOf(`paper ${i}`));
    const after = (i: number) => platform.nextKeys.after(paper[i]!.publicKey);
    const [first, second, third, last] = [0, 1, 2, 3].map((i) =>
      nextKeyLetter("street", paper[i]!, paper[i + 1]!),
    ) as [NextKey, NextKey, NextKey, NextKey];
    for (const [code, letters] of [
      ["letters_unconnected", [first, third]],
      ["key_already_registered", [nextKeyLetter("street", keyOf(ANNA), paper[1]!)]],
      ["key_already_registered", [first, second, nextKeyLetter("street", paper[2]!, paper[1]!)]],
      ["key_already_registered", [first, nextKeyLetter("street", paper[1]!, keyOf(ANNA))]],
      ["key_already_registered", [nextKeyLetter("street", paper[0]!, paper[0]!)]],
      ["key_small_order", [first, { ...second, nextKey: "01".padEnd(64, "0") }]],
      ["signature_wrong", [first, { ...second, proof: second.signature }]],
      ["signature_wrong", [first, { ...second, signature: first.signature }]],
    ] as const) {
      await assert.rejects(offer(...letters), refusedWith(code), code);
      assert.equal(after(0), undefined, "none of them is kept");
    }
    await assert.rejects(offer(...Array<NextKey>(61).fill(first)), refusedWith("invalid_request"));

    // Named before its transaction; while nobody has made it a guardian, another choice replaces it.
    await offer(third, last);
    await offer(first, second);
    assert.equal(after(2), undefined);
    const guardians = [{ key: paper[0]!.publicKey }, { member: ALBA }, { member: OPERATOR }];
    await memory.act(BRUNO, setMemberGuardians, { guardians });
    assert.equal(platform.nextKeys.renewalsOfGuardians(BRUNO), 2);
    await assert.rejects(offer(third, last), refusedWith("key_already_registered"), "named whole or not");
    await offer(first, second, third, last);
    assert.equal(platform.nextKeys.renewalsOfGuardians(BRUNO), 4);
    const other = nextKeyLetter("street", keyOf("other paper"), keyOf("other paper 1"));
    await offer(other);
    assert.equal(platform.nextKeys.renewalsOfGuardians(BRUNO), 4, "a guardian's stay");

    platform.nextKeys.forgetErased();
    assert.notEqual(after(0), undefined);
    await memory.act(OPERATOR, eraseOneMember, { member: BRUNO });
    platform.nextKeys.forgetErased();
    assert.deepEqual([0, 1, 2, 3].map(after), [undefined, undefined, undefined, undefined]);
  } finally {
    await street.close();
  }
});
