import assert from "node:assert/strict";
import { test } from "node:test";
import { compareBytes, toHex } from "#base/bytes.ts";
import { ChainApp } from "#chain/app.ts";
import { DEFAULT_PARAMETERS, type Founder, type Genesis } from "#chain/genesis.ts";
import { EVIDENCE, type Misbehaviour } from "#market/evidence.ts";
import { ORGANISATIONS, validatorAddress } from "#market/organisation.ts";
import { rowsOf } from "../../test/support/audit.ts";
import { START, signerOf } from "../../test/support/chain-bench.ts";

const validatorOf = (member: number) => signerOf(`validator ${member}`).publicKey;

function founders(count: number): Founder[] {
  return Array.from({ length: count }, (_, i) => ({
    member: i + 1,
    role: i === 0 ? "operator" : "organisation",
    keys: [signerOf(`member ${i + 1}`).publicKey],
    validator: validatorOf(i + 1),
  }));
}

function genesisOf(own: readonly Founder[]): Genesis {
  const producer = signerOf("producer").publicKey;
  return { chain: "test", time: START, producer, founders: own, parameters: DEFAULT_PARAMETERS };
}

class Network {
  readonly app: ChainApp;

  constructor(count: number) {
    this.app = new ChainApp(genesisOf(founders(count)));
  }

  /** The next block; what consensus is told with it, by member. */
  block(...misbehaviour: readonly Misbehaviour[]) {
    const step = this.app.seal(this.app.open(this.app.time + 1, misbehaviour));
    step.commit();
    return step;
  }
}

const against = (member: number, height = 1): Misbehaviour => ({
  address: validatorAddress(validatorOf(member)),
  height,
  kind: "duplicate_vote",
});

test("evidence is kept once, takes the power away and tells consensus, and the same evidence again changes nothing", () => {
  const network = new Network(4);
  const first = network.block(against(3));
  assert.deepEqual(first.validatorUpdates, [{ key: validatorOf(3), power: 0 }]);
  assert.deepEqual(
    first.events.map(({ type }) => type),
    ["misbehaviour_recorded"],
  );
  const again = network.block(against(3));
  assert.deepEqual([again.validatorUpdates, again.events], [[], []]);
  const rows = [...network.app.export()];
  assert.deepEqual(
    rowsOf(rows, ORGANISATIONS).map(({ key, row }) => [key, row.active, row.misbehaviours]),
    [
      [1, true, 0],
      [2, true, 0],
      [3, false, 1],
      [4, true, 0],
    ],
  );
  assert.deepEqual(
    rowsOf(rows, EVIDENCE).map(({ row }) => row),
    [{ recorded: 1, member: 3 }],
  );
});

test("evidence against nobody's address is kept, and takes nobody's power", () => {
  const network = new Network(4);
  const step = network.block({ address: new Uint8Array(20), height: 1, kind: "light_client_attack" });
  assert.deepEqual(step.validatorUpdates, []);
  assert.equal(rowsOf([...network.app.export()], EVIDENCE)[0]!.row.member, undefined);
});

test("at most a third of the validators leaves in one block, and the last one stays", () => {
  const network = new Network(7);
  const told = [network.block(...[1, 2, 3, 4, 5, 6, 7].map((member) => against(member)))];
  while (told.at(-1)!.validatorUpdates.length > 0) told.push(network.block());
  assert.deepEqual(
    told.map(({ validatorUpdates }) => validatorUpdates.length),
    [2, 1, 1, 1, 1, 0],
    "of 7, 5, 4, 3 and 2; the one that is left cannot go",
  );
  for (const { validatorUpdates } of told) {
    const keys = validatorUpdates.map(({ key }) => key);
    assert.deepEqual(keys, keys.toSorted(compareBytes), "ascending by key");
  }
});

test("the same blocks with the same evidence give the same root; without it, another", () => {
  const [one, other, third] = [new Network(4), new Network(4), new Network(4)];
  const root = ({ app }: Network) => toHex(app.stateRoot);
  for (const network of [one, other]) network.block(against(2), against(3, 7));
  third.block();
  assert.equal(root(one), root(other));
  assert.notEqual(root(one), root(third));
});

test("a founder's validator is nobody else's, no member's key, and no citizen's", () => {
  const [first, second] = founders(2) as [Founder, Founder];
  const begin = (...own: readonly Founder[]) => new ChainApp(genesisOf(own));
  assert.throws(() => begin(first, { ...second, validator: validatorOf(1) }), /key_already_registered/);
  assert.throws(() => begin(first, { ...second, validator: first.keys[0]! }), /key_already_registered/);
  assert.throws(() => begin(first, { ...second, role: "citizen" }), /member_unknown/);
  assert.throws(() => begin(second, first), /the first founder is not an operator/);
  assert.throws(() => begin(), /the first founder is not an operator/);
  const state = begin(first, second);
  assert.equal(
    state.view().memberOfKey(validatorOf(1)),
    undefined,
    "a validator's key signs no transactions",
  );
});
