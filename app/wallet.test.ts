import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { signerFromSeed, verifySignature } from "#crypto/keys.ts";
import { decodeTransaction, signingHash, transactionId } from "#ledger/transaction.ts";
import { type Client, ProblemError } from "#wire/client.ts";
import { createWallet } from "./wallet.ts";

const signer = signerFromSeed(new Uint8Array(32).fill(7));
const key = async () => ({ publicKey: signer.publicKey, sign: async (m: Uint8Array) => signer.sign(m) });
const kind: { number: number; codec: Codec<number> } = {
  number: 9,
  codec: { write: (writer, value) => writer.u32(value), read: (reader) => reader.u32() },
};

/** A platform that answers from a script: one entry for each POST, then it forgets how to answer. */
function platform(script: ((id: string) => unknown)[], found: (id: string) => unknown = () => undefined) {
  const posted: string[] = [];
  let nonce = 4;
  const client = {
    async call(route: string, args?: { params?: { id: string }; body?: { bytes: string } }) {
      if (route === "GET /v1/account") {
        return { member: 12, nonce: nonce++, balanceMicroEur: 0, pendingMicroEur: 0, height: 100 };
      }
      if (route === "GET /v1/transactions/:id") {
        const view = found(args!.params!.id);
        if (view === undefined) throw problem("transaction_unknown", 404);
        return view;
      }
      const bytes = args!.body!.bytes;
      posted.push(bytes);
      const transaction = decodeTransaction(fromHex(bytes)!);
      assert.ok(transaction.ok, "what is handed in decodes");
      return script[posted.length - 1]!(toHex(transactionId(transaction.value)));
    },
  } as unknown as Client;
  return { client, posted };
}

const wallet = (client: Client, maxExpiryAhead = 1000) =>
  createWallet({ client, key, chain: "olmo-test", maxExpiryAhead, pause: async () => undefined });

function problem(code: string, status = 409): ProblemError {
  return new ProblemError({ type: "about:blank", title: code, status, detail: code, code });
}

function throws(error: Error): () => never {
  return () => {
    throw error;
  };
}

test("what is shown is what is signed: the body is read back from the bytes under the signature", async () => {
  const { client, posted } = platform([(id) => ({ id, state: "committed", height: 101, status: "ok" })]);
  const own = wallet(client);
  const prepared = await own.prepare(kind, 58);
  assert.equal(prepared.body, 58);
  const outcome = await own.send(prepared);
  assert.equal(outcome.kind, "committed");
  const sent = decodeTransaction(fromHex(posted[0]!)!);
  assert.ok(sent.ok);
  assert.deepEqual(
    [sent.value.chain, sent.value.kind, sent.value.sender, sent.value.nonce, sent.value.expiryHeight],
    ["olmo-test", 9, 12, 5, 220],
  );
  assert.deepEqual(signingHash(sent.value), prepared.fingerprint);
  assert.ok(verifySignature(signer.publicKey, prepared.fingerprint, sent.value.signature));
});

test("a signature is never good for longer than the community allows", async () => {
  const { client } = platform([]);
  assert.equal((await wallet(client, 30).prepare(kind, 1)).unsigned.expiryHeight, 130);
});

test("a nonce that was used up meanwhile is renewed once and not twice", async () => {
  const used = throws(problem("nonce_already_used"));
  const once = platform([used, (id) => ({ id, state: "committed", height: 101, status: "ok" })]);
  const own = wallet(once.client);
  assert.equal((await own.send(await own.prepare(kind, 1))).kind, "committed");
  assert.equal(once.posted.length, 2);

  const twice = platform([used, used]);
  const other = wallet(twice.client);
  const outcome = await other.send(await other.prepare(kind, 1));
  assert.deepEqual([outcome.kind, twice.posted.length], ["refused", 2]);
});

test("an answer lost on the way is asked for again with the same bytes, and counts once", async () => {
  const { client, posted } = platform(
    [throws(new TypeError("fetch failed")), throws(problem("nonce_already_used"))],
    (id) => ({ id, height: 107, status: "ok" }),
  );
  const own = wallet(client);
  const outcome = await own.send(await own.prepare(kind, 1));
  assert.ok(outcome.kind === "committed" && outcome.height === 107);
  assert.equal(posted[0], posted[1]);
});

test("no answer twice is not called a refusal", async () => {
  const lost = throws(new TypeError("fetch failed"));
  const { client } = platform([lost, lost]);
  const own = wallet(client);
  assert.equal((await own.send(await own.prepare(kind, 1))).kind, "unreached");
});

test("a refusal carries its code, from admission and from the block alike", async () => {
  const { client } = platform([
    throws(problem("storage_too_low")),
    (id) => ({ id, state: "committed", height: 101, status: "rate_differs" }),
  ]);
  const own = wallet(client);
  const codes: string[] = [];
  for (let i = 0; i < 2; i++) {
    const outcome = await own.send(await own.prepare(kind, i));
    if (outcome.kind === "refused") codes.push(outcome.code);
  }
  assert.deepEqual(codes, ["storage_too_low", "rate_differs"]);
});

test("a transaction that waits for its block is followed until it stands in one", async () => {
  let looks = 0;
  const { client } = platform([(id) => ({ id, state: "admitted", height: null, status: null })], (id) =>
    ++looks < 3 ? undefined : { id, height: 110, status: "ok" },
  );
  const own = wallet(client);
  const outcome = await own.send(await own.prepare(kind, 1));
  assert.ok(outcome.kind === "committed" && outcome.height === 110);
  const silent = platform([(id) => ({ id, state: "admitted", height: null, status: null })]);
  const other = wallet(silent.client);
  assert.equal((await other.send(await other.prepare(kind, 1))).kind, "admitted");
});
