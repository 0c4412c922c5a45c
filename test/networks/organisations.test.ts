/** Organisations that come and go by vote, on real CometBFT: who is a validator follows from the state. */
import assert from "node:assert/strict";
import { test } from "node:test";
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
import { type CometNode, cometAbsent, joining, makeNetwork } from "./comet-network.ts";

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

test("a vote of organisations admits a fifth one, which signs blocks, and another vote removes it", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
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

  const fifth = await joining(folder, nodes);
  t.after(() => fifth.kill());
  await fifth.start();
  await fifth.ready();
  const own = validatorKey(fifth.home);
  const key = Buffer.from(own).toString("base64");
  await decided(load.transaction(OPERATOR, admitMember, admission(FIFTH, "organisation")));
  await vote(1, ORGANISATIONS, { type: "admit_organisation", member: FIFTH, validator: own });
  await until("the fifth is told to consensus", async () => (await updatesOf(first, key, 1)).length > 0);
  const [admitted] = (await updatesOf(first, key, 1)) as [Update];
  assert.equal(admitted.power, 1);
  const at = async (height: number) => (await validatorsAt(first, height)).includes(key);
  await until("two blocks more", async () => (await first.application()).height >= admitted.height + 2);
  assert.deepEqual([await at(admitted.height + 1), await at(admitted.height + 2)], [false, true]);
  const address = ((await fifth.call("status", {})) as { validator_info: { address: string } }).validator_info
    .address;
  const signs = async () => {
    const { height } = await first.application();
    const { signed_header } = (await first.call("commit", { height: String(height - 1) })) as {
      signed_header: { commit: { signatures: { validator_address: string; block_id_flag: number }[] } };
    };
    return signed_header.commit.signatures.some(
      ({ validator_address, block_id_flag }) => validator_address === address && block_id_flag === 2,
    );
  };
  await until("the fifth signs a block", signs);

  await vote(2, ORGANISATIONS, { type: "remove_organisation", member: FIFTH });
  await until("it is taken away", async () => (await updatesOf(first, key, admitted.height + 1)).length > 0);
  const [removed] = (await updatesOf(first, key, admitted.height + 1)) as [Update];
  assert.equal(removed.power, 0);
  await until("two blocks more", async () => (await first.application()).height >= removed.height + 2);
  assert.deepEqual([await at(removed.height + 1), await at(removed.height + 2)], [true, false]);

  const all = [...nodes, fifth];
  const { height, appHash } = await agreement(all, removed.height + 2, WITHIN_MS);
  await Promise.all(all.map((node) => node.stop()));
  const roots = new Map([[height, appHash]]);
  for (const { home, name } of all) {
    const audit = await auditApplication(applicationFolderIn(home)!);
    assert.equal(audit.firstProblem, undefined, name);
    const root = Buffer.from(audit.stateRoot!).toString("hex");
    assert.equal(root, roots.get(audit.height) ?? root, `${name} at block ${audit.height}`);
    roots.set(audit.height, root);
  }
});
