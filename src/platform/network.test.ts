import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import type { NetworkState } from "#chain/host.ts";
import { createClient } from "#wire/client.ts";
import { keyOf, MemoryChain, OPERATOR, openStreet, streetGenesis } from "./test-street.ts";

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
  const street = await openStreet({ memory: Object.assign(memory, { network }) });
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
    answers = false;
    await assert.rejects(anybody.call("GET /v1/network"), /engine|network/);
  } finally {
    await street.close();
  }
});
