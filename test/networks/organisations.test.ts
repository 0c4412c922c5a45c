/**
 * Organisations that come and go by vote, on real CometBFT: who is a validator follows from the state.
 * The long form only.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Founder, Genesis } from "#chain/genesis.ts";
import { admitMember, castVote, proposeMotion } from "#chain/transactions.ts";
import { STATUS } from "#ledger/status.ts";
import type { Motion } from "#market/proposal.ts";
import { applicationFolderIn, auditApplication } from "#node/comet/audit.ts";
import { validatorKey } from "#node/comet/homes.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { admission, GENESIS, Load, OPERATOR, signerOf, temporaryFolder } from "../support/node-load.ts";
import { agreement, eventually } from "./agreement.ts";
import {
  type CometNode,
  cometAbsent,
  joining,
  makeNetwork,
  renewValidatorKey,
  twinOf,
} from "./comet-network.ts";

const ORGANISATIONS = [11, 12, 13, 14];
const FIFTH = 15;
/** Whoever votes has this long; on a busy machine a block takes seconds. */
const VOTING_S = 20;
const WITHIN_MS = 120_000;

/** The operator without a validator, and an organisation for each home. */
function genesisOf(validators: readonly Uint8Array[]): Genesis {
  const organisations = ORGANISATIONS.map(
    (member, i): Founder => ({
      member,
      role: "organisation",
      keys: [signerOf(member).publicKey],
      validator: validators[i]!,
    }),
  );
  const parameters = {
    ...GENESIS.parameters,
    votingPeriodS: VOTING_S,
    enactmentDelayS: 0,
    delayBlocks: 2,
  };
  return { ...GENESIS, parameters, founders: [...GENESIS.founders, ...organisations] };
}

interface Update {
  readonly height: number;
  readonly power: number;
}

/** The validators' public keys of a height, base64, as consensus has them. */
async function validatorsAt(node: CometNode, height: number): Promise<string[]> {
  const { validators } = (await node.call("validators", { height: String(height), per_page: "100" })) as {
    validators: { pub_key: { value: string } }[];
  };
  return validators.map(({ pub_key }) => pub_key.value);
}

/** The blocks in which this node's application changed the power of a key. */
async function updatesOf(node: CometNode, key: string, from: number): Promise<Update[]> {
  const found: Update[] = [];
  const { height: last } = await node.application();
  for (let height = from; height <= last; height++) {
    const { validator_updates } = (await node.call("block_results", { height: String(height) })) as {
      validator_updates: { pub_key?: { Sum?: { value?: { ed25519?: string } } }; power?: string }[] | null;
    };
    for (const { pub_key, power } of validator_updates ?? []) {
      if (pub_key?.Sum?.value?.ed25519 === key) found.push({ height, power: Number(power ?? 0) });
    }
  }
  return found;
}

/** Four organisations with their validators, and the words in which they decide. */
async function openOrganisations(t: TestContext) {
  const folder = temporaryFolder(t);
  const nodes = await makeNetwork(folder, 4, genesisOf);
  t.after(() => Promise.all(nodes.map((node) => node.kill())));
  for (const node of nodes) await node.start();
  await Promise.all(nodes.map((node) => node.ready()));
  const [first] = nodes as [CometNode];
  const load = new Load();
  const send = async (tx: Uint8Array) => assert.equal((await first.send(tx)).code, STATUS.ok);
  /** Waits for a block with what was sent. */
  const decided = async (...txs: Uint8Array[]) => {
    for (const tx of txs) await send(tx);
    const nothingWaits = async () =>
      Number((await first.call("num_unconfirmed_txs", {})).n_txs) === 0 || undefined;
    await eventually("what was sent is decided", nothingWaits, WITHIN_MS);
  };
  /** Blocks come where something is to be decided: deposits, until something holds. */
  const until = (what: string, look: () => Promise<boolean>) =>
    eventually(
      what,
      async () => {
        await decided(load.deposit());
        await pause(300);
        return (await look()) || undefined;
      },
      WITHIN_MS,
    );
  const vote = async (number: number, voters: readonly number[], motion: Motion) => {
    const purpose = "By the vote of all";
    await decided(load.transaction(voters[0]!, proposeMotion, { purpose, motion }));
    const one = (member: number) => load.transaction(member, castVote, { proposal: number, yes: true });
    await decided(...voters.map(one));
  };
  /** Whether a node's validator signed one of the last blocks. */
  const signs = async (node: CometNode) => {
    const status = (await node.call("status", {})) as { validator_info: { address: string } };
    const { height } = await first.application();
    const { signed_header } = (await first.call("commit", { height: String(height - 1) })) as {
      signed_header: { commit: { signatures: { validator_address: string; block_id_flag: number }[] } };
    };
    return signed_header.commit.signatures.some(
      ({ validator_address, block_id_flag }) =>
        validator_address === status.validator_info.address && block_id_flag === 2,
    );
  };
  /** Waits until consensus is told of a key's power after a height, and it acts, two blocks later. */
  const told = async (validator: Uint8Array, power: number, from: number): Promise<number> => {
    const key = Buffer.from(validator).toString("base64");
    await until(`the power ${power} is told to consensus`, async () => {
      return (await updatesOf(first, key, from)).length > 0;
    });
    const [update] = (await updatesOf(first, key, from)) as [Update];
    assert.equal(update.power, power);
    await until("two blocks more", async () => (await first.application()).height >= update.height + 2);
    const at = async (height: number) => (await validatorsAt(first, height)).includes(key);
    const stands = power > 0;
    assert.deepEqual([await at(update.height + 1), await at(update.height + 2)], [!stands, stands]);
    return update.height;
  };
  /** All come to one height and end; each of their folders holds, alone, the same states. */
  const endAndAudit = async (all: readonly CometNode[], atLeast: number) => {
    const { height, appHash } = await agreement(all, atLeast, WITHIN_MS);
    await Promise.all(all.map((node) => node.stop()));
    const roots = new Map([[height, appHash]]);
    for (const { home, name } of all) {
      const audit = await auditApplication(applicationFolderIn(home)!);
      assert.equal(audit.firstProblem, undefined, name);
      const root = Buffer.from(audit.stateRoot!).toString("hex");
      assert.equal(root, roots.get(audit.height) ?? root, `${name} at block ${audit.height}`);
      roots.set(audit.height, root);
    }
  };
  return { folder, nodes, first, load, decided, until, vote, signs, told, endAndAudit };
}

test("a vote of organisations admits a fifth one, which signs blocks, and another vote removes it", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const { folder, nodes, load, decided, until, vote, signs, told, endAndAudit } = await openOrganisations(t);
  const fifth = await joining(folder, nodes);
  t.after(() => fifth.kill());
  await fifth.start();
  await fifth.ready();
  const key = validatorKey(fifth.home);
  await decided(load.transaction(OPERATOR, admitMember, admission(FIFTH, "organisation")));
  await vote(1, ORGANISATIONS, { type: "admit_organisation", member: FIFTH, validator: key });
  const admitted = await told(key, 1, 1);
  await until("the fifth signs a block", () => signs(fifth));

  await vote(2, ORGANISATIONS, { type: "remove_organisation", member: FIFTH });
  const removed = await told(key, 0, admitted + 1);
  await endAndAudit([...nodes, fifth], removed + 2);
});

test("an organisation whose key signed twice loses its power; the others bring it back with a new key, and it signs", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const { nodes, first, until, vote, signs, told, endAndAudit } = await openOrganisations(t);
  const [, , , careless] = nodes as [CometNode, CometNode, CometNode, CometNode];
  const [one, two, three, fourth] = ORGANISATIONS as [number, number, number, number];
  const old = validatorKey(careless.home);
  const twin = twinOf(careless);
  t.after(() => twin.kill());
  await twin.start();
  const taken = await told(old, 0, 1);
  await Promise.all([twin.kill(), careless.kill()]);

  const fresh = renewValidatorKey(careless);
  await careless.start();
  await careless.ready();
  await vote(1, [one, two, three], { type: "admit_organisation", member: fourth, validator: fresh });
  const back = await told(fresh, 1, taken + 1);
  await until("it signs a block with its new key", () => signs(careless));
  assert.deepEqual(await updatesOf(first, Buffer.from(old).toString("base64"), taken + 1), []);
  await endAndAudit(nodes, back + 2);
});
