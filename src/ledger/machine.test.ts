import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { ACCOUNTS, type AccountId, adjust, openAccount } from "#ledger/account.ts";
import { type Kind, OpenBlock, type Rules } from "#ledger/machine.ts";
import { admitMember, KEYS, MEMBERS, registerKey, VOTERS } from "#ledger/member.ts";
import { type Draft, State, type Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import type { Transaction } from "#ledger/transaction.ts";

const TABLES = [ACCOUNTS, MEMBERS, KEYS, VOTERS] as unknown as readonly Table<never, never>[];
const key = (name: string) => signerFromSeed(hash(utf8(name))).publicKey;
const till: AccountId = { kind: 0, number: 1 };
const box: AccountId = { kind: 0, number: 2 };
const numberCodec: Codec<number> = {
  write: (writer, value) => writer.u8(value),
  read: (reader) => reader.u8(),
};

/** Puts coins into the box; 13 is refused; 66 makes one coin too many. */
const put: Kind<number, string> = {
  number: 1,
  name: "put",
  roles: ["citizen"],
  codec: numberCodec,
  apply({ draft, emit, sender, height, time }, coins) {
    if (coins === 13) return "amount_too_large";
    adjust(draft, till, 0, BigInt(-coins));
    adjust(draft, box, 0, BigInt(coins === 66 ? 67 : coins));
    emit(`${sender} put ${coins} at ${height}, ${time}`);
    return "ok";
  },
};
/** Gives the sender one more key: a kind that changes the row that the nonce stands in. */
const moreKeys: Kind<number, string> = {
  number: 2,
  name: "more_keys",
  roles: ["citizen", "operator"],
  codec: numberCodec,
  apply: ({ draft, sender }, n) => registerKey(draft, sender, key(`more ${n}`)),
};

const rules: Rules<string> = {
  chain: "toy",
  kinds: new Map([put, moreKeys].map((kind) => [kind.number, kind as Kind<never, string>])),
  maxExpiryAhead: () => 5,
  beginBlock: ({ height, emit }) => emit(`opened ${height}`),
};

function begun(): State {
  const state = new State(TABLES);
  const draft = state.draft();
  openAccount(draft, till, true);
  openAccount(draft, box);
  admitMember(draft, 1, "citizen", [key("anna")], 0);
  admitMember(draft, 2, "operator", [key("olga")], 0);
  draft.seal().commit();
  return state;
}

function transaction(changes: Partial<Transaction> = {}, coins = 5): Transaction {
  return {
    chain: "toy",
    kind: 1,
    sender: 1,
    nonce: 1,
    expiryHeight: 10,
    body: encode(numberCodec, coins),
    publicKey: key("anna"),
    signature: new Uint8Array(64),
    ...changes,
  };
}

const yes = () => true;

test("a transaction counts once, in its order; its events are told, and its nonce is used up", () => {
  const state = begun();
  const block = new OpenBlock(rules, state, 7, 1000);
  assert.deepEqual(block.execute(transaction(), yes, "counts"), {
    status: "ok",
    events: ["1 put 5 at 7, 1000"],
  });
  assert.equal(block.execute(transaction(), yes, "counts").status, "nonce_already_used");
  assert.equal(block.execute(transaction({ nonce: 3 }), yes, "counts").status, "nonce_out_of_order");
  assert.equal(block.execute(transaction({ nonce: 2 }), yes, "counts").status, "ok");
  assert.equal(block.executed, 2);
  assert.equal(block.state.get(MEMBERS, 1)?.nonce, 2);
  assert.equal(state.get(MEMBERS, 1)?.nonce, 0, "the state knows nothing of it yet");
  const sealed = block.seal();
  assert.deepEqual([sealed.height, sealed.time, sealed.events], [7, 1000, ["opened 7"]]);
  sealed.commit();
  assert.equal(state.get(MEMBERS, 1)?.nonce, 2);
});

test("a refusal of the rules counts where consensus has decided it, and leaves no trace where it is turned away", () => {
  const block = new OpenBlock(rules, begun(), 7, 1000);
  const refused = transaction({}, 13);
  assert.deepEqual(block.execute(refused, yes, "leaves no trace"), {
    status: "amount_too_large",
    events: [],
  });
  assert.deepEqual([block.executed, block.state.get(MEMBERS, 1)?.nonce], [0, 0]);
  assert.deepEqual(block.execute(refused, yes, "counts"), { status: "amount_too_large", events: [] });
  assert.deepEqual([block.executed, block.state.get(MEMBERS, 1)?.nonce], [1, 1]);
  assert.equal(
    block.execute(transaction({ sender: 2, publicKey: key("olga") }), yes, "counts").status,
    "role_not_allowed",
  );
  assert.equal(block.state.get(MEMBERS, 2)?.nonce, 1, "the wrong role is a refusal like another");
});

test("a refusal of the envelope never counts", () => {
  const block = new OpenBlock(rules, begun(), 7, 1000);
  const rows: readonly [Status, Partial<Transaction>][] = [
    ["malformed", { body: Uint8Array.of(1, 2) }],
    ["wrong_chain", { chain: "toys" }],
    ["unknown_kind", { kind: 3 }],
    ["unknown_sender", { sender: 3 }],
    ["key_not_registered", { publicKey: key("olga") }],
    ["expired", { expiryHeight: 6 }],
    ["expiry_too_far", { expiryHeight: 13 }],
    ["nonce_already_used", { nonce: 0 }],
    ["nonce_out_of_order", { nonce: 2 }],
  ];
  for (const [status, changes] of rows) {
    assert.deepEqual(block.execute(transaction(changes), yes, "counts"), { status, events: [] });
  }
  assert.equal(block.execute(transaction(), () => false, "counts").status, "bad_signature");
  assert.equal(block.executed, 0);
  assert.equal(block.state.get(MEMBERS, 1)?.nonce, 0);
  for (const expiryHeight of [7, 12]) {
    const fresh = new OpenBlock(rules, begun(), 7, 1000);
    assert.equal(fresh.execute(transaction({ expiryHeight }), yes, "counts").status, "ok");
  }
});

test("a signature is looked at only when everything before it held", () => {
  const block = new OpenBlock(rules, begun(), 7, 1000);
  const never = () => assert.fail("asked for a signature");
  for (const changes of [{ chain: "toys" }, { kind: 3 }, { sender: 3 }, { publicKey: key("olga") }]) {
    block.execute(transaction(changes), never, "counts");
  }
});

test("a kind that changes its sender's own row keeps the change and the nonce", () => {
  const block = new OpenBlock(rules, begun(), 7, 1000);
  assert.equal(block.execute(transaction({ kind: 2 }), yes, "counts").status, "ok");
  const row = block.state.get(MEMBERS, 1)!;
  assert.deepEqual([row.nonce, row.keys.length], [1, 2]);
  const second = transaction({ kind: 2, nonce: 2, publicKey: key("more 5") }, 6);
  assert.equal(block.execute(second, yes, "counts").status, "ok", "and the new key signs at once");
});

test("a suspended member asks in vain, whatever its role allows", () => {
  const block = new OpenBlock(rules, begun(), 7, 1000);
  const draft = block.state as Draft;
  draft.put(MEMBERS, 1, { ...draft.get(MEMBERS, 1)!, suspended: true });
  assert.equal(block.execute(transaction(), yes, "counts").status, "member_suspended");
});

test("a block that broke the books, or turned a nonce back, is never sealed", () => {
  const broken = new OpenBlock(rules, begun(), 7, 1000);
  assert.equal(broken.execute(transaction({}, 66), yes, "counts").status, "ok");
  assert.throws(() => broken.seal(), /made or destroyed: 1/);

  const state = begun();
  const first = new OpenBlock(rules, state, 7, 1000);
  first.execute(transaction(), yes, "counts");
  first.seal().commit();
  const second = new OpenBlock(rules, state, 8, 1000);
  const draft = second.state as Draft;
  draft.put(MEMBERS, 1, { ...draft.get(MEMBERS, 1)!, nonce: 0 });
  assert.throws(() => second.seal(), /member 1: the nonce went back/);
});
