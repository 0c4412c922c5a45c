import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import type { NetworkState } from "#chain/host.ts";
import { createClient } from "#wire/client.ts";
import {
  found,
  keyOf,
  MemoryChain,
  OPERATOR,
  openStreet,
  refusedWith,
  streetGenesis,
} from "./test-street.ts";

const BANK = 20;

test("validators are told by their organisation, with its name where the platform knows it", async () => {
  const genesis = streetGenesis("street");
  const [operator] = genesis.founders;
  const memory = new MemoryChain({
    ...genesis,
    founders: [
      { ...operator!, validator: keyOf("validator a").publicKey },
      {
        member: BANK,
        role: "organisation",
        keys: [keyOf("bank").publicKey],
        validator: keyOf("validator b").publicKey,
      },
    ],
  });
  const validators = ["a", "b", "c", "d"].map((letter) => ({
    address: letter.toUpperCase().repeat(40),
    publicKey: toHex(keyOf(`validator ${letter}`).publicKey),
    power: 10,
    signedLast: letter !== "d",
  }));
  const state: NetworkState = {
    engine: "cometbft",
    version: "0.38.25",
    height: 7,
    time: memory.time,
    consensusHeight: 8,
    consensusTime: "2026-06-16T10:00:00Z",
    catchingUp: false,
    ready: true,
    self: { nodeId: "0".repeat(40), name: "node2", address: "C".repeat(40) },
    validators,
    peers: [],
  };
  let answers = true;
  const network = () => (answers ? Promise.resolve(state) : Promise.reject(new Error("silent")));
  const signers = async () => {
    if (!answers) throw new Error("silent");
    return validators.map(({ signedLast, ...one }) => ({ ...one, signed: signedLast }));
  };
  await found(memory);
  const street = await openStreet({ memory: Object.assign(memory, { network, signers }) });
  try {
    const anybody = createClient((input, init) => fetch(input, init), street.platform.url);
    const shown = await anybody.call("GET /v1/network");
    assert.deepEqual(
      shown.validators.map(({ name, member, signedLast }) => [name, member, signedLast]),
      [
        ["Contrada Olmo", OPERATOR, true],
        ["BBBBBBBB", BANK, true],
        ["node2", null, true],
        ["DDDDDDDD", null, false],
      ],
    );
    const { validators: signers } = await anybody.call("GET /v1/blocks/:height/signatures", {
      params: { height: 1 },
    });
    assert.deepEqual(
      signers.map(({ publicKey, signed }) => [publicKey, signed]),
      [[toHex(keyOf("producer").publicKey), true]],
      "a block of one producer",
    );
    const { block } = memory;
    memory.block = (height) => {
      const found = block.call(memory, height);
      return found && { ...found, seal: { by: "validators" } };
    };
    const signed = await anybody.call("GET /v1/blocks/:height/signatures", { params: { height: 1 } });
    assert.deepEqual(
      signed.validators.map(({ name, signed }) => [name, signed]),
      [
        ["Contrada Olmo", true],
        ["BBBBBBBB", true],
        ["CCCCCCCC", true],
        ["DDDDDDDD", false],
      ],
    );
    await assert.rejects(
      anybody.call("GET /v1/blocks/:height/signatures", { params: { height: 999 } }),
      refusedWith("block_unknown"),
    );
    answers = false;
    await assert.rejects(
      anybody.call("GET /v1/blocks/:height/signatures", { params: { height: 1 } }),
      refusedWith("network_silent"),
    );
    await assert.rejects(anybody.call("GET /v1/network"), refusedWith("network_silent"));
  } finally {
    await street.close();
  }
});
