import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { registerMemberKey, revokeMemberKey } from "#chain/transactions.ts";
import type { Signer } from "#crypto/keys.ts";
import { signInHash } from "#wire/sign-in.ts";
import { Refused } from "./problems.ts";
import { SAME_NUMBERS } from "./pseudonyms.ts";
import { CHALLENGE_S, SESSION_S, Sessions } from "./sessions.ts";
import { PlatformStore } from "./store.ts";
import {
  ANNA,
  BRUNO,
  foundStreet,
  keyOf,
  madePasskey,
  meterOf,
  type Passkey,
  PLANT_OF_ANNA,
  temporaryFolder,
} from "./test-street.ts";

async function bench(path = ":memory:") {
  const memory = await foundStreet();
  const store = new PlatformStore(path);
  const clock = { now: 1_000_000 };
  const open = () =>
    new Sessions({
      numbers: SAME_NUMBERS,
      database: store.database,
      chain: memory.chain,
      view: () => memory.view(),
      wallNow: () => clock.now,
    });
  return { memory, store, clock, open, sessions: open() };
}

function proofOf(sessions: Sessions, signer: Signer, chain = "street") {
  const publicKey = toHex(signer.publicKey);
  const { challenge } = sessions.challenge(publicKey);
  return { publicKey, challenge, signature: toHex(signer.sign(signInHash(chain, fromHex(challenge)!))) };
}

const refusedAs = (code: string) => (error: unknown) => error instanceof Refused && error.code === code;

test("a registered key signs its challenge and is somebody, with role and home", async () => {
  const { sessions } = await bench();
  const { token, visitor } = sessions.signIn(proofOf(sessions, keyOf(ANNA)));
  assert.deepEqual([visitor.member, visitor.role, visitor.plant], [ANNA, "citizen", PLANT_OF_ANNA]);
  assert.equal(visitor.expiresAt, 1_000_000 + SESSION_S);
  assert.deepEqual(sessions.visitorOf(token), visitor);
  assert.equal(sessions.visitorOf(`${token.slice(1)}A`), undefined);
});

test("a challenge is good once, for a minute, for the key that asked", async () => {
  const { sessions, clock } = await bench();
  const used = proofOf(sessions, keyOf(ANNA));
  sessions.signIn(used);
  assert.throws(() => sessions.signIn(used), refusedAs("challenge_unknown"), "used");

  const late = proofOf(sessions, keyOf(ANNA));
  clock.now += CHALLENGE_S;
  assert.throws(() => sessions.signIn(late), refusedAs("challenge_unknown"), "a minute later");

  const anna = proofOf(sessions, keyOf(ANNA));
  const bruno = toHex(keyOf(BRUNO).publicKey);
  const signature = toHex(keyOf(BRUNO).sign(signInHash("street", fromHex(anna.challenge)!)));
  assert.throws(
    () => sessions.signIn({ publicKey: bruno, challenge: anna.challenge, signature }),
    refusedAs("challenge_unknown"),
    "another key's",
  );
  assert.throws(() => sessions.signIn(anna), refusedAs("challenge_unknown"), "the attempt used it up");
});

test("nobody comes in with an unknown key, a meter's key, another chain's signature or a bad one", async () => {
  const { sessions } = await bench();
  assert.throws(() => sessions.signIn(proofOf(sessions, keyOf("stranger"))), refusedAs("device_unknown"));
  assert.throws(
    () => sessions.signIn(proofOf(sessions, meterOf(PLANT_OF_ANNA))),
    refusedAs("device_unknown"),
  );
  assert.throws(() => sessions.signIn(proofOf(sessions, keyOf(ANNA), "other")), refusedAs("signature_wrong"));
  const bad = { ...proofOf(sessions, keyOf(ANNA)), signature: "00".repeat(64) };
  assert.throws(() => sessions.signIn(bad), refusedAs("signature_wrong"));
});

test("a passkey signs in by its member's number alone, on a challenge that names no key", async () => {
  const { sessions, memory } = await bench();
  const answer = (passkey: Passkey, member: number) => {
    const { challenge } = sessions.challenge();
    const signature = toHex(passkey.assert(signInHash("street", fromHex(challenge)!)));
    return sessions.signIn({ member, challenge, signature });
  };
  const passkey = madePasskey("anna");
  assert.throws(() => answer(passkey, ANNA), refusedAs("device_unknown"), "none is registered yet");
  await memory.act(ANNA, registerMemberKey, { key: passkey.publicKey });
  assert.equal(answer(passkey, ANNA).visitor.member, ANNA);
  assert.deepEqual(answer(passkey, ANNA).visitor.key, passkey.publicKey);
  assert.throws(() => answer(passkey, BRUNO), refusedAs("device_unknown"), "of somebody else");
  assert.throws(() => answer(madePasskey("other"), ANNA), refusedAs("signature_wrong"));
  const { challenge } = sessions.challenge(toHex(keyOf(ANNA).publicKey));
  const signature = toHex(passkey.assert(signInHash("street", fromHex(challenge)!)));
  assert.throws(
    () => sessions.signIn({ member: ANNA, challenge, signature }),
    refusedAs("challenge_unknown"),
    "a challenge for a device's key",
  );
});

test("a session ends with its time, with signing out, and with its key", async () => {
  const { sessions, clock, memory } = await bench();
  const ended: string[] = [];
  sessions.onEnd((session) => ended.push(session));
  const first = sessions.signIn(proofOf(sessions, keyOf(ANNA)));
  sessions.end(first.visitor.session);
  assert.equal(sessions.visitorOf(first.token), undefined, "signed out");

  const phone = keyOf("phone");
  await memory.act(ANNA, registerMemberKey, { key: phone.publicKey });
  const onPhone = sessions.signIn(proofOf(sessions, phone));
  const atHome = sessions.signIn(proofOf(sessions, keyOf(ANNA)));
  await memory.act(ANNA, revokeMemberKey, { key: phone.publicKey });
  assert.ok(sessions.visitorOf(onPhone.token), "the phone is to be removed");
  await memory.passMinute();
  assert.equal(sessions.visitorOf(onPhone.token), undefined, "the phone was removed");
  assert.ok(sessions.visitorOf(atHome.token), "the other device was not");

  clock.now += SESSION_S;
  assert.equal(sessions.visitorOf(atHome.token), undefined, "thirty days later");
  assert.deepEqual(ended, [first.visitor.session, onPhone.visitor.session, atHome.visitor.session]);
});

test("sessions survive a restart, and the file holds no token", async () => {
  const folder = temporaryFolder();
  try {
    const { sessions, open, store } = await bench(`${folder.path}/platform.sqlite`);
    const { token } = sessions.signIn(proofOf(sessions, keyOf(ANNA)));
    assert.equal(open().visitorOf(token)?.member, ANNA);
    const rows = JSON.stringify(store.database.prepare("SELECT hex(token_hash) AS h FROM sessions").all());
    assert.equal(rows.includes(Buffer.from(token, "base64url").toString("hex").toUpperCase()), false);
    store.close();
  } finally {
    folder.remove();
  }
});

test("of one member's sessions the oldest makes room; challenges are bounded", async () => {
  const { sessions, clock } = await bench();
  const tokens = Array.from({ length: 33 }, () => {
    clock.now += 1;
    return sessions.signIn(proofOf(sessions, keyOf(ANNA))).token;
  });
  assert.equal(sessions.visitorOf(tokens[0]!), undefined);
  assert.ok(sessions.visitorOf(tokens[1]!));
  const key = "00".repeat(32);
  for (let i = 0; i < 20_000; i++) sessions.challenge(key);
  assert.throws(() => sessions.challenge(key), refusedAs("overloaded"));
  clock.now += CHALLENGE_S;
  assert.ok(sessions.challenge(key), "a minute later there is room again");
});
