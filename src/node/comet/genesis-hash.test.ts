import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { appStateJson } from "#node/comet/app-state.ts";
import { cometGenesisHash } from "#node/comet/genesis-hash.ts";
import { GENESIS } from "../../../test/support/node-load.ts";

const KEY = { type: "tendermint/PubKeyEd25519", value: Buffer.alloc(32, 7).toString("base64") };
const FILE = {
  genesis_time: "2026-11-25T23:49:26.890000000Z",
  chain_id: GENESIS.chain,
  initial_height: "1",
  consensus_params: { block: { max_bytes: "1048576", max_gas: "-1" }, version: { app: "0" } },
  validators: [{ address: "AB".repeat(20), pub_key: KEY, power: "1", name: "" }],
  app_hash: "",
  app_state: appStateJson({ genesis: GENESIS, clock: undefined }),
};

function hashOf(document: object): string {
  return toHex(cometGenesisHash(JSON.stringify(document)));
}

test("the same genesis has one hash, however CometBFT writes it", () => {
  const { app_hash: _, app_state, ...rest } = FILE;
  const written = {
    app_state,
    ...rest,
    initial_height: "0",
    genesis_time: "2026-11-25T23:49:26.89Z",
    consensus_params: {
      version: { app: "0" },
      authority: { authority: "" },
      block: FILE.consensus_params.block,
    },
    validators: [{ pub_key: KEY, power: "1" }],
  };
  assert.equal(hashOf(written), hashOf(FILE));
});

test("another validator, power, time, law or limit of blocks is another genesis", () => {
  const [one] = FILE.validators;
  const laws = { ...GENESIS, parameters: { ...GENESIS.parameters, votingPeriodS: 1 } };
  const others = [
    {
      ...FILE,
      validators: [one, { ...one, pub_key: { ...KEY, value: Buffer.alloc(32, 8).toString("base64") } }],
    },
    { ...FILE, validators: [{ ...one, power: "2" }] },
    { ...FILE, genesis_time: "2026-11-25T23:49:26.890000001Z" },
    { ...FILE, app_state: appStateJson({ genesis: laws, clock: undefined }) },
    {
      ...FILE,
      consensus_params: { ...FILE.consensus_params, block: { max_bytes: "1048577", max_gas: "-1" } },
    },
    { ...FILE, unknown: "1" },
  ];
  assert.equal(new Set([FILE, ...others].map(hashOf)).size, others.length + 1);
});
