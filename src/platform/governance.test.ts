import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEurPerKwh } from "#base/units.ts";
import { castVote, proposeMotion } from "#chain/transactions.ts";
import { createClient } from "#wire/client.ts";
import { openPlatform } from "./platform.ts";
import {
  ANNA,
  DIRECTORY,
  foundStreet,
  keyOf,
  MAP,
  OPERATOR,
  refusedWith,
  temporaryFolder,
} from "./test-street.ts";

test("anybody sees what is proposed, what it would change, how the vote stands, and the laws", async () => {
  const folder = temporaryFolder();
  const memory = await foundStreet();
  const platform = await openPlatform({
    host: memory,
    folder: folder.path,
    port: 0,
    community: { name: "Contrada Olmo", homes: 2 },
    operator: { member: OPERATOR, signer: keyOf(OPERATOR) },
    directory: DIRECTORY,
    map: MAP,
    importPrice: () => 250_000,
  });
  try {
    const anybody = createClient((input, init) => fetch(input, init), platform.url);
    assert.deepEqual(await anybody.call("GET /v1/proposals", { query: {} }), []);
    const laws = { ...memory.view().parameters, saleFee: MicroEurPerKwh(3_000n) };
    await memory.act(ANNA, proposeMotion, {
      purpose: "A lower fee",
      motion: { type: "change_laws", laws },
    });
    await memory.act(ANNA, castVote, { proposal: 1, yes: true });
    const shown = await anybody.call("GET /v1/proposals/:number", { params: { number: 1 } });
    assert.deepEqual(shown.changes, [{ name: "saleFee", unit: "µEUR/kWh", from: "4000", to: "3000" }]);
    assert.deepEqual([shown.state, shown.yes, shown.no, shown.decided], ["voting", 1, 0, null]);
    assert.deepEqual(await anybody.call("GET /v1/proposals", { query: { state: "enacted" } }), []);
    await assert.rejects(
      anybody.call("GET /v1/proposals/:number", { params: { number: 2 } }),
      refusedWith("proposal_unknown"),
    );
    const fee = (await anybody.call("GET /v1/laws")).find(({ name }) => name === "saleFee");
    assert.deepEqual(fee, { name: "saleFee", value: "4000", unit: "µEUR/kWh", since: 0, proposal: null });
    assert.deepEqual((await anybody.call("GET /v1/treasury")).payments, []);
    assert.deepEqual(await anybody.call("GET /v1/organisations"), []);
  } finally {
    await platform.close();
    folder.remove();
  }
});
